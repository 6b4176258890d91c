"""Members are told by the channel that they chose: each thing once, what comes within a while together."""

from prongsai.foundation.notify.services.linking import (
    choose,
    choose_news,
    start_linking,
    take_code,
    unlink,
)
from prongsai.foundation.notify.services.news import (
    Told,
    forget_old,
    note_news,
    on_asked,
    take_news,
    tell_news,
)
from prongsai.foundation.notify.services.telling import by_mail_instead, hold_answers, tell

__all__ = [
    "Told",
    "by_mail_instead",
    "choose",
    "choose_news",
    "forget_old",
    "hold_answers",
    "note_news",
    "on_asked",
    "start_linking",
    "take_code",
    "take_news",
    "tell",
    "tell_news",
    "unlink",
]
