"""Cases that this browser has opened: for two hours it opens them again by their code, whatever codes others try.

The cookie is signed and says no more than which cases; without the code in the address it opens nothing, and a code
that opens another case than these is counted as any stranger's.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import case_by_code
from prongsai.foundation.organizations.models import Organization

COOKIE = "prongsai_cases"
LIVES = timedelta(hours=2)
MOST = 8  # cases that one browser follows at a time; the oldest go first


def known_case(request: HttpRequest, secret: str) -> Case | None:
    """The case that the code opens, if this browser has opened it before; None otherwise. Nothing is counted."""
    known = _known(request)
    case = case_by_code(secret) if known else None
    return case if case is not None and case.pk in known else None


def remember(request: HttpRequest, response: HttpResponseBase, case: Case) -> HttpResponseBase:
    """Let this browser open the case again. For whoever just opened it, by its code or by sending it."""
    known = [pk for pk in _known(request) if pk != case.pk]
    response.set_cookie(
        COOKIE,
        signing.dumps([*known, case.pk][-MOST:], salt=_salt(request)),
        max_age=int(LIVES.total_seconds()),
        path=reverse("track", args=[_office(request).key]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _known(request: HttpRequest) -> list[int]:
    """The cases that the cookie names; none for one that is missing, forged, too old or another office's."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_salt(request), max_age=LIVES)
    except signing.BadSignature:
        return []
    return [pk for pk in found if isinstance(pk, int)] if isinstance(found, list) else []


def _salt(request: HttpRequest) -> str:
    return f"prongsai.cases.{_office(request).pk}"


def _office(request: HttpRequest) -> Organization:
    return request.organization  # type: ignore[attr-defined]
