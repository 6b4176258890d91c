"""Secrets that have to be readable (of second factors) lie encrypted; the key is derived from SECRET_KEY."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from prongsai.kernel.errors import Unreadable

VERSION = "1."
NONCE_BYTES = 12


def derived_key(purpose: str) -> bytes:
    """32 bytes for one purpose, from the installation's secret key."""
    return _derived(settings.SECRET_KEY, purpose)


@cache
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"prongsai {purpose}".encode()).derive(
        secret.encode()
    )


def encrypt(text: str) -> str:
    """AES-256-GCM with a fresh nonce."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(derived_key("second factors")).encrypt(nonce, text.encode(), None)
    return VERSION + urlsafe_b64encode(nonce + sealed).decode()


def decrypt(kept: str) -> str:
    """The text again. Raises Unreadable when it was made with another key, or changed."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            raw = urlsafe_b64decode(kept.removeprefix(VERSION))
            plain = AESGCM(_derived(secret, "second factors")).decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], None
            )
            return plain.decode()
        except (InvalidTag, ValueError):
            continue
    raise Unreadable(
        _(
            "The second step of signing in cannot be read, because the system's key has "
            "changed. Ask the administrator to set it up anew."
        )
    )
