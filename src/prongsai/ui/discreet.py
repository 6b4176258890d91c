"""Pages on which nobody is known: before anything else runs, the request loses everything that tells of its sender.

No address, no browser, no cookie and so no session: what a request does not have, no log, no error report and no table
can keep. For limits there is `request.stranger`, a digest of the address under a key that lives in this process's memory
for one day.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from threading import Lock
from typing import Any, TypeVar

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from prongsai.foundation.accounts.failures import network_of
from prongsai.kernel import clock
from prongsai.ui.arriving import UNREAD

View = TypeVar("View", bound=Callable[..., Any])

# What a view needs of a request. Everything else is taken away, also what browsers will send one day.
KEPT = {
    "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_HOST", "HTTP_SEC_FETCH_SITE", "PATH_INFO", "QUERY_STRING",
    "REQUEST_METHOD", "SCRIPT_NAME", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", UNREAD,
}  # fmt: skip
NOBODY = "0.0.0.0"  # noqa: S104 (an address that says nothing)


def discreet(view: View) -> View:
    """Mark a public view whose requests lose what tells of their sender, and whose pages nobody keeps."""
    view.discreet = True  # type: ignore[attr-defined]
    return view


def is_discreet(view: Callable[..., Any]) -> bool:
    return getattr(view, "discreet", False)


class DailyKey:
    """Random, made anew each day, in memory only: yesterday's digests say nothing today."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._day: date | None = None
        self._key = b""

    def today(self) -> bytes:
        with self._lock:
            if self._day != clock.today():
                self._day, self._key = clock.today(), secrets.token_bytes(32)
            return self._key


daily_key = DailyKey()


class InMemory(MemoryFileUploadHandler):
    """Files of any size that is allowed stay in memory: nothing is written to the disk before it is sealed."""

    LARGEST = 64 * 1024 * 1024  # bytes of one form; views allow less (ui/arriving.py)

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated, self.received = True, 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > self.LARGEST:
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)


def stranger_of(request: HttpRequest) -> str:
    """The digest under which an address (IPv6: its network) is counted today."""
    try:
        network = network_of(get_client_ip(request) or NOBODY)
    except (
        ImproperlyConfigured,
        ValueError,
    ):  # a proxy that says nothing of use: all of its visitors are one
        network = NOBODY
    return hmac.new(daily_key.today(), network.encode(), sha256).hexdigest()[:32]


def hush(request: HttpRequest) -> None:
    """Take away what tells of the sender. Before this nothing may have looked at session or user."""
    request.stranger = stranger_of(request)  # type: ignore[attr-defined]
    meta = request.META
    for name in [name for name in meta if name not in KEPT and not name.startswith("wsgi.")]:
        del meta[name]
    meta["REMOTE_ADDR"] = NOBODY
    request.__dict__.pop("headers", None)
    request.COOKIES = {}
    request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined] (for reports of errors)
    request.upload_handlers = [InMemory(request)]


def unremembered(request: HttpRequest, response: HttpResponseBase) -> None:
    """Nobody keeps the page; the place that it leads to does not learn where one came from.

    With the setting ONION ("http://….onion") Tor's browser is told that the same page stands there too.
    """
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    onion: str = getattr(settings, "ONION", "")
    if onion:
        response["Onion-Location"] = onion + request.path
