"""When members may be told of something: while the office works, and not every few minutes. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.thai.working_days import OfficeCalendar

OPENS, CLOSES = time(8, 30), time(16, 30)
GATHERED = timedelta(minutes=30)  # what comes within it is one message
APART = timedelta(hours=2)  # between two messages of news to the same person
FRESH = timedelta(days=7)  # what nobody could tell for so long is no news: it stands in "my work"


def when_to_tell(
    now: datetime, last: datetime | None, calendar: OfficeCalendar, gathered: timedelta = GATHERED
) -> datetime:
    """From when on what came now may be told to somebody who was told before at `last`: `now` if at once."""
    return in_office_hours(max(now + gathered, last + APART) if last else now + gathered, calendar)


def in_office_hours(moment: datetime, calendar: OfficeCalendar) -> datetime:
    """`moment`, or when the office opens next if it is closed then."""
    local = moment.astimezone(BANGKOK)
    day = local.date()
    if not calendar.works(day) or local.time() >= CLOSES:
        return datetime.combine(calendar.after(day, 1), OPENS, BANGKOK)
    return max(moment, datetime.combine(day, OPENS, BANGKOK))
