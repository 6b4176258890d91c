"""Days on which Thai government offices work: no weekend, no public or government holiday (วันหยุดราชการ)."""

from __future__ import annotations

import tomllib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from holidays import HolidayBase, country_holidays
from holidays.constants import GOVERNMENT, PUBLIC

SATURDAY = 5
DATA = Path(__file__).parents[1] / "data" / "office_days.toml"
INSTEAD = "ชดเชย"  # before the name of a holiday that fell on a weekend
BETWEEN = "; "  # names of holidays on the same day


@cache
def _holidays() -> HolidayBase:
    """Public and government holidays with their substitution days, filled in year by year as asked."""
    return country_holidays("TH", categories=(PUBLIC, GOVERNMENT), language="th")


@cache
def _worked() -> dict[str, date]:
    """What is listed as a holiday while offices work, by name, each with the day from which that holds."""
    rows = tomllib.loads(DATA.read_text("utf-8"))["working"]
    return {row["name"]: row["effective_from"] for row in rows}


def is_working_day(day: date) -> bool:
    """Whether offices work on `day`. Holidays that the cabinet adds later are known after the library's next release."""
    return day.weekday() < SATURDAY and not holiday(day)


def holiday(day: date) -> str:
    """The Thai name of the government's holiday on `day`, or ""; those of workers alone are none (data/office_days.toml)."""
    names = (_holidays().get(day) or "").split(BETWEEN)
    return BETWEEN.join(name for name in names if not _is_worked(name, day))


def _is_worked(name: str, day: date) -> bool:
    since = _worked().get(name.removeprefix(INSTEAD))
    return since is not None and day >= since


@cache
def _working_days(year: int) -> tuple[date, ...]:
    """The days of `year` on which offices work, in order."""
    first = date(year, 1, 1).toordinal()
    days = (date.fromordinal(first + n) for n in range(date(year, 12, 31).toordinal() - first + 1))
    return tuple(day for day in days if is_working_day(day))


class OfficeCalendar:
    """The days on which one office works: those of the country, and its own exceptions.

    `special` says of single days whether the office works: False for a day off that it or the cabinet added, True for
    a Saturday or a holiday on which it is open.
    """

    def __init__(self, special: Mapping[date, bool] | None = None) -> None:
        self.special = dict(special or {})
        self._years: dict[int, list[date]] = {}

    def works(self, day: date) -> bool:
        """Whether the office works on `day`."""
        return self.special.get(day, is_working_day(day))

    def on_or_after(self, day: date) -> date:
        """`day`, or the next day of work when it is none."""
        year = day.year
        while True:
            days = self._of(year)
            at = bisect_left(days, day)
            if at < len(days):
                return days[at]
            year += 1

    def after(self, start: date, count: int) -> date:
        """The day of work number `count` after `start`, which is not counted itself; for 0 `on_or_after(start)`.

        Raises ValueError for a count below 0.
        """
        if count < 0:
            raise ValueError("days are counted forwards")
        if count == 0:
            return self.on_or_after(start)
        year = start.year
        days = self._of(year)
        at = bisect_right(days, start) + count - 1
        while at >= len(days):
            at -= len(days)
            year += 1
            days = self._of(year)
        return days[at]

    def between(self, start: date, end: date) -> int:
        """How many days of work lie after `start`, up to and with `end`; 0 when `end` is not later."""
        if end <= start:
            return 0
        whole = sum(len(self._of(year)) for year in range(start.year, end.year))
        return whole + bisect_right(self._of(end.year), end) - bisect_right(self._of(start.year), start)

    def _of(self, year: int) -> list[date]:
        """The office's days of work in `year`, in order."""
        if year not in self._years:
            own = {day: works for day, works in self.special.items() if day.year == year}
            days = [day for day in _working_days(year) if own.get(day, True)]
            for day, works in own.items():
                if works and not is_working_day(day):
                    insort(days, day)
            self._years[year] = days
        return self._years[year]
