"""Until when a case must be answered, as a page says it: the day, how far it is, and whether the clock stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from prongsai.foundation.casework.models import Case
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.thai.dates import short_date

NEAR = 3  # days: a working week has five
A_YEAR = 365


def day_month(day: date, today: date) -> str:
    """14 ส.ค., in English 14 Aug; with its year (14 ส.ค. 67, 14 Aug 24) where it is a year or more away."""
    far = abs((day - today).days) >= A_YEAR
    if get_language() != "th":
        return date_format(day, "j M y" if far else "j M")
    said, month, year = short_date(day).split(" ")
    return f"{said} {month} {year[-2:]}" if far else f"{said} {month}"


def how_far(days: int) -> str:
    """เลยมา 3 วัน, วันนี้, พรุ่งนี้, อีก 5 วัน."""
    if days in (0, 1):
        return gettext("tomorrow") if days else gettext("today")
    if days < 0:
        return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}


@dataclass(frozen=True)
class Due:
    """A case's clock on a day. `waiting` stands still until the citizen answers; `closed_on` has stopped it."""

    day: date | None
    today: date
    waiting: bool = False
    closed_on: date | None = None
    was_late: bool = False  # closed, after its last day

    @classmethod
    def of(cls, case: Case, today: date | None = None) -> Due:
        waiting = case.phase == Phase.WAITING
        return cls(case.due_on, today or clock.today(), waiting, case.closed_on, case.is_late)

    @classmethod
    def to_tell(cls, case: Case, today: date | None = None) -> Due:
        """The day until which the citizen must have been told something; it stands still once they were."""
        waiting = case.phase == Phase.WAITING or case.informed_at is not None
        return cls(case.inform_by, today or clock.today(), waiting, case.closed_on)

    @property
    def runs(self) -> bool:
        return self.day is not None and not self.waiting and self.closed_on is None

    @property
    def days(self) -> int | None:
        """Days left; negative when overdue; None where no clock runs."""
        return (self.day - self.today).days if self.day and self.runs else None

    @property
    def tone(self) -> str:
        """late, soon or "" (later, or no clock)."""
        if self.days is None or self.days > NEAR:
            return ""
        return "late" if self.days < 0 else "soon"

    @property
    def day_month(self) -> str:
        """As `day_month` says it; a dash where no clock was set."""
        return day_month(self.day, self.today) if self.day else "–"

    @property
    def says(self) -> str:
        """How far the day is; or why no clock runs."""
        if self.closed_on:
            return gettext("closed after its last day") if self.was_late else gettext("case closed")
        if self.waiting:
            return gettext("waits for the citizen")
        return gettext("no date") if self.days is None else how_far(self.days)


def end_of_week(today: date) -> date:
    """The Sunday that closes the week of `today`: "this week" in figures and filters ends with it."""
    return today + timedelta(days=6 - today.weekday())
