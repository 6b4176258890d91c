"""Until when: the office's own calendar, read once for each question, and the clocks of kinds of case counted on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from prongsai.foundation.casework.models import SpecialDay
from prongsai.foundation.tenancy.scope import reading_across_organizations
from prongsai.kernel.thai.working_days import OfficeCalendar, is_working_day


def calendar_from(start: date) -> OfficeCalendar:
    """The calendar of the office in scope, with its own days from `start` on; one query.

    Public and government holidays (kernel.thai.working_days), and on top the days that the office or the cabinet set.
    """
    own = SpecialDay.objects.filter(day__gte=start).values_list("day", "is_holiday")
    return OfficeCalendar({day: not is_holiday for day, is_holiday in own})


def is_office_day(day: date) -> bool:
    """Whether the office in scope works on `day`."""
    return calendar_from(day).works(day)


def at_work(day: date, organizations: Iterable[int]) -> list[int]:
    """Those of the organizations that work on `day`, by the calendar and by their own days; one query for all of them.

    For what runs by the clock for the whole installation: it reads across organizations.
    """
    with reading_across_organizations():
        own = dict(SpecialDay.objects.filter(day=day).values_list("organization_id", "is_holiday"))
    usually = is_working_day(day)
    return [each for each in organizations if (not own[each] if each in own else usually)]
