"""What is shown a single time: a link or a password that the system itself does not keep."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

PREFIX = "told-once-"


def tell_once(request: HttpRequest, key: str, **what: Any) -> None:
    """Put something by for the person's next page."""
    request.session[PREFIX + key] = what


def told(request: HttpRequest, key: str) -> dict[str, Any]:
    """What was put by, and then it is gone; empty on the second look."""
    return request.session.pop(PREFIX + key, {})
