"""The one place that asks what time it is, so that tests and sample years can set it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")  # Thailand keeps no summer time

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present moment in UTC, or the moment set by `at()`."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The present day in Thailand."""
    return now().astimezone(BANGKOK).date()


@contextmanager
def at(moment: datetime | date) -> Generator[None]:
    """Let the clock stand at `moment` (a bare date means 09.00 in Thailand). For sample years and tests."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 9, tzinfo=BANGKOK)
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
