"""The mark of the system's own test messages: only this installation can make it, and it is worth nothing after two hours.

Whoever reads such a message may copy its mark into a message of their own, which is then taken for a test: they lose
their own message and nobody else's. A report to the sealed channel is taken for a test only when it is the mark alone.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from prongsai.foundation.accounts.secrets import derived_key
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock

LIVES = timedelta(hours=2)
AHEAD = timedelta(minutes=5)  # clocks of two machines
MARK = re.compile(r"PRONGSAI-CHECK-([0-9a-f]{8,12})-([0-9a-f]{32})")
LABEL = "ข้อความตรวจระบบอัตโนมัติ ไม่ใช่เรื่องร้องเรียน"
SELF_CHECK = re.compile(f"{LABEL} {MARK.pattern}")


def marker() -> str:
    """A mark made now, for the organization in scope, with a sentence that tells people what it is."""
    stamp = f"{int(clock.now().timestamp()):x}"
    return f"{LABEL} PRONGSAI-CHECK-{stamp}-{_mac(stamp)}"


def is_marker(text: str) -> bool:
    """Whether `text` holds a mark of the organization in scope that is not older than two hours."""
    return marked_at(text) is not None


def is_self_check(text: str) -> bool:
    """Whether `text` is a self-check and nothing else, whatever its mark is worth: no person's words that quote one."""
    return SELF_CHECK.fullmatch(text.strip()) is not None


def marked_at(text: str) -> datetime | None:
    """When the mark in `text` was made; None without one, for another organization's, and when it is too old."""
    for found in MARK.finditer(text):
        stamp, mac = found.groups()
        if hmac.compare_digest(mac, _mac(stamp)):
            made = datetime.fromtimestamp(int(stamp, 16), UTC)
            if -AHEAD <= clock.now() - made <= LIVES:
                return made
    return None


def _mac(stamp: str) -> str:
    told = f"{current_organization_id()}:{stamp}".encode()
    return hmac.new(derived_key("channel self-checks"), told, sha256).hexdigest()[:32]
