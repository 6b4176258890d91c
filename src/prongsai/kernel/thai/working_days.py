"""Days on which Thai government offices work: no weekend, no public or government holiday (วันหยุดราชการ)."""

from __future__ import annotations

from datetime import date
from functools import cache

from holidays import HolidayBase, country_holidays

SATURDAY = 5


@cache
def _holidays() -> HolidayBase:
    """Public and government holidays with their substitution days, filled in year by year as asked."""
    return country_holidays("TH", categories=("public", "government"), language="th")


def is_working_day(day: date) -> bool:
    """Whether offices work on `day`. Holidays that the cabinet adds later are known after the library's next release."""
    return day.weekday() < SATURDAY and day not in _holidays()


def holiday(day: date) -> str:
    """The Thai name of the holiday on `day`, or ""."""
    return _holidays().get(day) or ""
