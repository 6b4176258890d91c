"""How deliveries of our own making are signed: mail handed over, reports of probers."""

from __future__ import annotations

import hmac
from hashlib import sha256


def signature(secret: str, stamp: str, content: bytes) -> str:
    """`sha256=` and the HMAC over the time (seconds, as text), a full stop, and the bytes."""
    return "sha256=" + hmac.new(secret.encode(), stamp.encode() + b"." + content, sha256).hexdigest()
