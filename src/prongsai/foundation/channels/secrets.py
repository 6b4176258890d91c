"""Secrets of connectors (tokens, passwords): encrypted at rest with a key of their own, never shown and never logged."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from prongsai.foundation.accounts.secrets import NONCE_BYTES, VERSION
from prongsai.kernel.errors import Unreadable

PURPOSE = b"prongsai channel connectors"


def seal(values: Mapping[str, str], *, bound_to: str) -> str:
    """The values as one text of AES-256-GCM. `bound_to` names the row: moved to another, it does not open."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(
        nonce, json.dumps(dict(values)).encode(), bound_to.encode()
    )
    return VERSION + urlsafe_b64encode(nonce + sealed).decode()


def unseal(kept: str, *, bound_to: str) -> dict[str, str]:
    """The values again; nothing for what was never kept. Raises Unreadable when the installation's key has changed."""
    if not kept:
        return {}
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            raw = urlsafe_b64decode(kept.removeprefix(VERSION))
            opened = AESGCM(_key(secret)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to.encode())
            return json.loads(opened)
        except (InvalidTag, ValueError):
            continue
    raise Unreadable("อ่านรหัสเชื่อมต่อของช่องทางไม่ได้ เพราะกุญแจของระบบเปลี่ยนไป ให้เชื่อมต่อช่องทางใหม่")


def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
