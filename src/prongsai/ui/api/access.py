"""Who calls: a program with a token, or a page of our own with its session and form token."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja.utils import check_csrf

from prongsai.foundation.accounts.selectors import member_of
from prongsai.foundation.api.services import bearer_of
from prongsai.ui.access import PUBLIC, SIGNED_IN
from prongsai.ui.api.problems import ApiError, Kind

SAFE = {"GET", "HEAD", "OPTIONS"}
WINDOW = 60.0  # seconds
MOST_CALLERS = 10_000


class Allowance:
    """How often each caller may call within a minute; counted in each process, so a server allows as many times
    that as it has processes. It keeps a program that runs wild from the others, and is no accounting."""

    def __init__(self) -> None:
        self._calls: OrderedDict[object, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def wait(self, caller: object, limit: int) -> float:
        """Count a call. 0 when it is allowed, or the seconds until the next one is."""
        now = time.monotonic()
        with self._lock:
            start, calls = self._calls.pop(caller, (now, 0))
            if now - start >= WINDOW:
                start, calls = now, 0
            self._calls[caller] = (start, calls + 1)
            if len(self._calls) > MOST_CALLERS:
                self._calls.popitem(last=False)
        return 0.0 if calls < limit else max(0.1, start + WINDOW - now)


allowance = Allowance()


def admit(request: HttpRequest, permission: str) -> None:
    """Set `request.actor`, `.member` and `.token`, or refuse: 401 unknown, 404 no member here, 403, 429.

    `permission` may name several that suffice alone: `measures.review|measures.approve`.
    """
    if permission == PUBLIC:
        return
    if "Authorization" in request.headers:
        _admit_token(request, request.headers["Authorization"])
    else:
        _admit_session(request)
    actor = request.actor  # type: ignore[attr-defined]
    if permission != SIGNED_IN and not actor.permissions.intersection(permission.split("|")):
        actor.require(permission.split("|")[0])


def _admit_token(request: HttpRequest, header: str) -> None:
    scheme, _, secret = header.partition(" ")
    bearer = bearer_of(secret.strip()) if scheme.lower() == "bearer" else None
    if bearer is None:
        raise _unauthenticated(' error="invalid_token"')
    caller = (request.organization.pk, bearer.token.pk)  # type: ignore[attr-defined]
    wait = allowance.wait(caller, settings.API_REQUESTS_PER_MINUTE)
    if wait:
        raise ApiError(Kind.TOO_MANY, headers={"Retry-After": str(int(wait) + 1)})
    request.actor, request.member, request.token = bearer.actor, bearer.member, bearer.token  # type: ignore[attr-defined]


def _admit_session(request: HttpRequest) -> None:
    user = request.user  # type: ignore[attr-defined]
    if not user.is_authenticated:
        raise _unauthenticated()
    if user.must_change_password:  # somebody else knows the present one
        raise ApiError(Kind.FORBIDDEN)
    if request.method not in SAFE and check_csrf(request) is not None:
        raise ApiError(Kind.FORBIDDEN)
    member = member_of(user)
    if member is None:
        raise Http404("no membership here")
    request.actor, request.member, request.token = member.actor(), member, None  # type: ignore[attr-defined]


def _unauthenticated(parameters: str = "") -> ApiError:
    return ApiError(
        Kind.UNAUTHENTICATED, headers={"WWW-Authenticate": f'Bearer realm="prongsai"{parameters}'}
    )
