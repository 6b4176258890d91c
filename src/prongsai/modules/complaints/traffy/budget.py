"""The month's calls, spread over what is left of the month. Pure.

At every moment asking lays claim to half of the calls that are left, so that telling citizens has the other half; the
last twenty it never touches.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from prongsai.kernel.clock import BANGKOK

USUAL = timedelta(minutes=30)  # between two questions; new tickets come by webhook at once
RESERVE = 20  # calls that asking never touches


def next_month(now: datetime) -> datetime:
    """The first moment of the next month in Thailand, when the quota is new."""
    local = now.astimezone(BANGKOK)
    first = (local.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(hour=0, minute=0, second=0, microsecond=0)


def next_question(now: datetime, balance: int | None) -> datetime:
    """When to ask again with so many calls left; None is without limit."""
    if balance is None:
        return now + USUAL
    share = (balance - RESERVE) // 2
    if share <= 0:
        return next_month(now)
    return now + max(USUAL, (next_month(now) - now) / share)


def may_tell(balance: int | None) -> bool:
    return balance is None or balance > 0
