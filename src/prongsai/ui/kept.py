"""What was typed when the session had ended is kept through signing in again, and sent once more by a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from prongsai.foundation.accounts.devices import last_user_of

KEY = "kept_post"
LIMIT_BYTES = 200_000
LASTS = 3600  # seconds
NOT_KEPT = {"csrfmiddlewaretoken"}


@dataclass(frozen=True)
class Kept:
    """A form that was sent too late: where to, its fields in order, and whether files were with it."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool

    @property
    def words(self) -> list[str]:
        """What somebody wrote, for them to see that it is there: the longer texts. What fields carry that nobody fills in
        (moments, digests, tokens) has neither gaps nor Thai letters."""
        long = [value for _name, value in self.fields if len(value) > 20 or "\n" in value]
        return [value for value in long if not value.isascii() or len(value.split()) > 1]


def keep(request: HttpRequest) -> bool:
    """Keep the fields of a POST in the anonymous session; False when there is nothing to keep or too much.

    Only for a device on which somebody has signed in before: it is theirs, and strangers fill no tables.
    """
    owner = last_user_of(request)
    if request.method != "POST" or owner is None:
        return False
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name not in NOT_KEPT and isinstance(value, str)
    ]
    if not fields or sum(len(part.encode()) for field in fields for part in field) > LIMIT_BYTES:
        return False
    request.session[KEY] = {
        "path": request.get_full_path(),
        "fields": fields,
        "had_files": bool(request.FILES),
        "user": owner,
    }
    request.session.set_expiry(LASTS)
    return True


def kept(request: HttpRequest) -> Kept | None:
    """What is kept for the user who is signed in; what somebody else typed on this device is thrown away."""
    found: dict[str, Any] | None = request.session.get(KEY)
    if found is None:
        return None
    if found["user"] != request.user.pk:
        forget(request)
        return None
    return Kept(found["path"], [(name, value) for name, value in found["fields"]], found["had_files"])


def forget(request: HttpRequest) -> None:
    """Drop what is kept."""
    request.session.pop(KEY, None)


def forget_when_sent(request: HttpRequest) -> None:
    """Drop what is kept as soon as it is sent again."""
    found = request.session.get(KEY)
    if found and request.method == "POST" and found["path"] == request.get_full_path():
        forget(request)
