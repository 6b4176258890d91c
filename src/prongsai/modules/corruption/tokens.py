"""What a page carries for the next: sealed into its form, so that the server keeps no session of a reporter.

The key comes from the installation's secret; what it seals is never stored here.
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.secrets import derived_key
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.errors import ProngsaiError

LIVES = 24 * 3600  # seconds: somebody who is afraid takes their time
TICKET_LIVES = 30 * 60  # of an open conversation
NONCE_BYTES = 12
LONGEST = 8_000_000  # signs
MOST_UNPACKED = 16_000_000


class Expired(ProngsaiError):
    """The page was open for too long, or its state is not ours."""


def sealed_state(state: dict[str, Any], purpose: str) -> str:
    """`state` as text for a hidden field: nobody but this installation reads or changes it, for this office alone."""
    nonce = os.urandom(NONCE_BYTES)
    packed = zlib.compress(json.dumps({**state, "at": _now()}, ensure_ascii=False).encode(), 6)
    closed = AESGCM(derived_key("corruption forms")).encrypt(nonce, packed, _bound(purpose))
    return urlsafe_b64encode(nonce + closed).decode()


def read_state(text: str, purpose: str, lives: int = LIVES) -> dict[str, Any]:
    """The state again, with `age` in seconds. Raises Expired."""
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        raw = urlsafe_b64decode(text)
        packed = AESGCM(derived_key("corruption forms")).decrypt(
            raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(purpose)
        )
        state: dict[str, Any] = json.loads(zlib.decompressobj().decompress(packed, MOST_UNPACKED))
    except (InvalidTag, ValueError, Error, zlib.error):
        raise Expired(_("This page is no longer valid. Begin again")) from None
    state["age"] = _now() - state.pop("at")
    if state["age"] > lives:
        raise Expired(_("This page was open too long. Begin again"))
    return state


def _now() -> int:
    return int(clock.now().timestamp())


def _bound(purpose: str) -> bytes:
    return f"{current_organization_id()}:{purpose}".encode()
