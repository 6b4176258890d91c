"""The month: on which days cases are due, with the office's days off, and the same as a list."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.models import UNTOLD, Case, SpecialDay
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.thai.dates import BUDDHIST_ERA
from prongsai.kernel.thai.working_days import OfficeCalendar, holiday
from prongsai.modules.office.backoffice.cases import TITLE
from prongsai.modules.office.backoffice.cases_shown import CasesScreen
from prongsai.ui.access import SIGNED_IN
from prongsai.ui.cases.words import state_title
from prongsai.ui.forms.dates import WEEKDAYS
from prongsai.ui.forms.reading import month_names
from prongsai.ui.screens import Crumb

MONTH = re.compile(r"(25|26)[0-9]{2}-(0[1-9]|1[0-2])")
LISTED = 200  # cases below the month


@dataclass(frozen=True)
class Day:
    """A day of the sheet."""

    day: date
    inside: bool  # of the month
    works: bool
    name: str  # why the office is closed, or open
    count: int  # cases due
    tell: int  # of how many the citizen must be told something until then
    today: bool
    late: bool


@dataclass(frozen=True)
class Line:
    """A case below the sheet: due on its day, or the citizen must be told something until then."""

    case: Case
    url: str
    state: str
    tells: bool


class Calendar(CasesScreen):
    permission = SIGNED_IN
    title = gettext_lazy("Days on which cases are due")
    template = "office/cases_calendar.html"
    way = "calendar"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(TITLE, self.address("cases"))]

    @cached_property
    def first(self) -> date:
        """The first day of the month that the address names (2568-08); of this month otherwise."""
        asked = self.request.GET.get("month", "")
        if MONTH.fullmatch(asked):
            return date(int(asked[:4]) - BUDDHIST_ERA, int(asked[5:]), 1)
        return clock.today().replace(day=1)

    @property
    def last(self) -> date:
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    @cached_property
    def mine(self) -> bool:
        return self.request.GET.get("person") == "me"

    @cached_property
    def due(self) -> QuerySet[Case]:
        """Open cases whose clock runs out in the month."""
        return self._running.filter(due_on__gte=self.first, due_on__lte=self.last)

    @cached_property
    def to_tell(self) -> QuerySet[Case]:
        """Open cases of which the citizen was told nothing yet and must be, until a day of the month."""
        return self._running.filter(UNTOLD, inform_by__gte=self.first, inform_by__lte=self.last)

    @property
    def _running(self) -> QuerySet[Case]:
        found = self.cases().filter(closed_on__isnull=True).exclude(phase=Phase.WAITING.value)
        return found.filter(assignee=self.member.pk) if self.mine else found

    def weeks(self) -> list[list[Day]]:
        """Sunday to Saturday, the days of the neighbouring months with it."""
        counts = dict(self.due.order_by().values_list("due_on").annotate(count=Count("pk")))
        tell = dict(self.to_tell.order_by().values_list("inform_by").annotate(count=Count("pk")))
        start = self.first - timedelta(days=(self.first.weekday() + 1) % 7)
        end = self.last + timedelta(days=(5 - self.last.weekday()) % 7)
        special = {each.day: each for each in SpecialDay.objects.filter(day__gte=start, day__lte=end)}
        calendar = OfficeCalendar({day: not each.is_holiday for day, each in special.items()})
        today = clock.today()
        days = [
            Day(
                day,
                self.first <= day <= self.last,
                calendar.works(day),
                special[day].name if day in special else holiday(day),
                counts.get(day, 0),
                tell.get(day, 0),
                day == today,
                day < today,
            )
            for day in (start + timedelta(days=n) for n in range((end - start).days + 1))
        ]
        return [days[at : at + 7] for at in range(0, len(days), 7)]

    def listed(self) -> list[tuple[date, list[Line]]]:
        """The cases by their day: of whom something must be told until then comes before what is due."""
        found: dict[date, list[Line]] = {}
        first = self.to_tell.with_people().order_by("inform_by", "-is_urgent", "id")  # type: ignore[attr-defined]
        for case in first[:LISTED]:
            found.setdefault(case.inform_by, []).append(self._line(case, tells=True))
        for case in self.due.with_people().pressing()[:LISTED]:  # type: ignore[attr-defined]
            found.setdefault(case.due_on, []).append(self._line(case, tells=False))
        return sorted(found.items())

    def _line(self, case: Case, *, tells: bool) -> Line:
        return Line(case, self.page_of(case), state_title(case), tells)

    def _month(self, day: date) -> str:
        """The address of the month that a day falls in."""
        query = f"?month={day.year + BUDDHIST_ERA}-{day.month:02d}"
        return f"{self.request.path}{query}{'&person=me' if self.mine else ''}"

    def context(self) -> dict[str, Any]:
        weeks = self.weeks()
        name = f"{month_names()[self.first.month - 1]} {self.first.year + BUDDHIST_ERA}"
        month = f"month={self.first.year + BUDDHIST_ERA}-{self.first.month:02d}"
        return {
            "ways": self.ways(),
            "no_kind": not self.kinds,
            "month": name,
            "weekdays": WEEKDAYS,
            "weeks": weeks,
            "listed": self.listed(),
            "total": sum(day.count for week in weeks for day in week if day.inside),
            "to_tell": sum(day.tell for week in weeks for day in week if day.inside),
            "most": LISTED,
            "before": self._month(self.first - timedelta(days=1)),
            "after": self._month(self.last + timedelta(days=1)),
            "whose": f"?{month}" if self.mine else f"?{month}&person=me",
            "whose_words": _("Everybody's") if self.mine else _("Only mine"),
        }
