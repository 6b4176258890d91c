"""What is told of in its own time: see `services.news`."""

from __future__ import annotations

from prongsai.foundation.notify.services.news import note_news, tell_news

__all__ = ["note_news", "tell_news"]
