"""Devices on which somebody has signed in: a signed cookie, nothing in the database.

It grants nothing. It tells an owner's device from a stranger's when failures are counted, and says whose words were
typed when a session ends in the middle. A new password makes the devices of the old one strangers again.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from prongsai.foundation.accounts.models import User
from prongsai.foundation.accounts.secrets import derived_key

COOKIE = "device"
SALT = "accounts.device"
LASTS = 180 * 24 * 3600  # seconds
PEOPLE = 8  # of a shared computer


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return {}


def _mark(user: User) -> str:
    return hmac.new(derived_key("devices"), user.password.encode(), sha256).hexdigest()[:16]


def device_of(request: HttpRequest, user: User | None) -> str:
    """The device's name, if `user` has signed in on it with the present password; or ""."""
    seen = _read(request)
    known = user is not None and seen.get("people", {}).get(str(user.pk)) == _mark(user)
    return seen["device"] if known else ""


def last_user_of(request: HttpRequest) -> int | None:
    """Who signed in last on this device."""
    people = list(_read(request).get("people", {}))
    return int(people[-1]) if people else None


def cookie_value(request: HttpRequest | None, user: User) -> str:
    """What the cookie says once `user` has signed in."""
    seen = _read(request) if request else {}
    people = {pk: mark for pk, mark in seen.get("people", {}).items() if pk != str(user.pk)}
    people = dict([*people.items(), (str(user.pk), _mark(user))][-PEOPLE:])
    return signing.dumps({"device": seen.get("device") or secrets.token_hex(8), "people": people}, salt=SALT)


def remember_device(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Let the browser keep that `user` has signed in on it."""
    response.set_cookie(
        COOKIE,
        cookie_value(request, user),
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
