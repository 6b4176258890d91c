"""A week of work on one sheet of A4, as it hangs beside the desk: Thai numerals, the overdue on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.kernel import clock
from prongsai.kernel.thai.dates import WEEKDAYS, long_date, short_date
from prongsai.kernel.thai.digits import to_thai
from prongsai.kernel.thai.working_days import holiday
from prongsai.modules.office.work import Task, tasks_by_day, week_of, work
from prongsai.ui.access import SIGNED_IN
from prongsai.ui.screens import Crumb, Screen

LINES = 42  # of text that one sheet holds beside its head
LETTERS = 65  # in a line
EMPTY, EMPTY_WEEKEND = 4, 2  # the height of a day on which nothing is due, in lines: room to write by hand
MOST = 12  # pieces of work of one day
SATURDAY = 5


@dataclass(frozen=True)
class Row:
    """A row of the sheet: a day, or what is overdue (no day)."""

    day: date | None
    tasks: Sequence[Task]
    left: int = 0

    @property
    def name(self) -> str:
        return WEEKDAYS[self.day.weekday()] if self.day else ""

    @property
    def thai(self) -> str:
        return short_date(self.day, thai_digits=True) if self.day else ""

    @property
    def left_thai(self) -> str:
        return to_thai(self.left)

    @property
    def is_weekend(self) -> bool:
        return self.day is not None and self.day.weekday() >= SATURDAY

    @property
    def holiday(self) -> str:
        return holiday(self.day) if self.day else ""

    @property
    def lines(self) -> int:
        """How many lines the row takes, rather too many than too few."""
        words = [f"{task.item.title} {task.item.place} {task.item.unit}" for task in self.tasks]
        written = sum(1 + len(text) // LETTERS for text in words) + bool(self.left) + bool(self.holiday)
        return max(written, (EMPTY_WEEKEND if self.is_weekend else EMPTY) if self.day else 0)

    def cut(self, most: int) -> Row:
        return Row(self.day, self.tasks[:most], max(0, len(self.tasks) - most))


def on_one_sheet(rows: Sequence[Row]) -> list[Row]:
    """The rows with as many tasks each as one sheet holds; what is left out is counted."""
    for most in range(MOST, 0, -1):
        cut = [row.cut(most) for row in rows]
        if sum(row.lines for row in cut) <= LINES:
            return cut
    return [row.cut(1) for row in rows]


def span(start: date, end: date) -> str:
    """๑๑ – ๑๗ สิงหาคม ๒๕๖๘: what both days share is said once."""
    first, last = long_date(start, thai_digits=True).split(" "), long_date(end, thai_digits=True)
    for part in reversed(last.split(" ")):
        if len(first) == 1 or first[-1] != part:
            break
        first.pop()
    return f"{' '.join(first)} – {last}"


class Week(Screen):
    """The sheet on the screen, to be printed."""

    permission = SIGNED_IN
    title = gettext_lazy("The week's work")
    nav = "my-work"
    template = "office/week.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(_("My work"), self.address("my-work"))]

    @cached_property
    def monday(self) -> date:
        """The week that the address names by any of its days; this one otherwise."""
        try:
            asked = date.fromisoformat(self.request.GET.get("day", ""))
        except ValueError:
            return week_of(clock.today()).start
        return week_of(asked).start if 2000 < asked.year < 2400 else week_of(clock.today()).start

    def context(self) -> dict[str, Any]:
        own = work(self.actor, self.organization)
        week = week_of(self.monday)
        late = [task for task in own.late if task.item.due and task.item.due < week.start]
        tasks = (*own.late, *own.near, *own.far, *own.approvals)
        days = [Row(day, due) for day, due in tasks_by_day(tasks, week)]
        overdue, *rows = on_one_sheet([Row(None, late), *days])
        return {
            "week": week,
            "span": span(week.start, week.end),
            "overdue": overdue,
            "days": rows,
            "former": week.start - timedelta(days=7),
            "next": week.start + timedelta(days=7),
        }
