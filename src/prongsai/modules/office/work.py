"""งานของฉัน: everything due, from every module, sorted into what is late, near, far, and waiting for a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period, WorkItem
from prongsai.kernel.thai.dates import fiscal_year_of, short_date
from prongsai.ui.cases.due import day_month, how_far
from prongsai.ui.navigation import all_work, work_of

NEAR = 7  # days


@dataclass(frozen=True)
class Task:
    """A work item as it is read on a day."""

    item: WorkItem
    today: date

    @property
    def days(self) -> int | None:
        """Days left; negative when overdue; None without a date."""
        return (self.item.due - self.today).days if self.item.due else None

    @property
    def tone(self) -> str:
        """late, soon or "" (later)."""
        if self.days is None or self.days > NEAR:
            return ""
        return "late" if self.days < 0 else "soon"

    @property
    def due(self) -> str:
        """14 ส.ค. 2568."""
        return short_date(self.item.due) if self.item.due else ""

    @property
    def thai_due(self) -> str:
        """๑๔ ส.ค. ๒๕๖๘, as papers write it."""
        return short_date(self.item.due, thai_digits=True) if self.item.due else ""

    @property
    def day_month(self) -> str:
        """As `ui.cases.due.day_month` says it; "" without a date."""
        return day_month(self.item.due, self.today) if self.item.due else ""

    @property
    def left(self) -> str:
        """As `ui.cases.due.how_far` says it; "" without a date."""
        return "" if self.days is None else how_far(self.days)


@dataclass(frozen=True)
class Work:
    """One person's work. An item that waits for a decision stands under `approvals` alone."""

    late: tuple[Task, ...]
    near: tuple[Task, ...]
    far: tuple[Task, ...]  # later, and without a date
    approvals: tuple[Task, ...]
    today: date
    year_end: date

    @property
    def pressing(self) -> tuple[Task, ...]:
        """What a daily mail tells: overdue, due within seven days, and waiting for a decision that is due then."""
        decisions = tuple(task for task in self.approvals if task.tone)
        return (*self.late, *self.near, *decisions)

    @property
    def is_empty(self) -> bool:
        return not (self.late or self.near or self.far or self.approvals)

    @property
    def days_left(self) -> int:
        """Days until the fiscal year ends."""
        return (self.year_end - self.today).days


def work(actor: Actor, organization: Organization) -> Work:
    """The actor's work in the organization in scope, today."""
    return sorted_work(work_of(actor, organization), clock.today())


def sorted_work(items: Iterable[WorkItem], today: date) -> Work:
    """`items`, which stand in order of their dates, as a day's work."""
    tasks = [Task(item, today) for item in items]
    own = [task for task in tasks if not task.item.approval]
    return Work(
        late=tuple(task for task in own if task.tone == "late"),
        near=tuple(task for task in own if task.tone == "soon"),
        far=tuple(task for task in own if not task.tone),
        approvals=tuple(task for task in tasks if task.item.approval),
        today=today,
        year_end=Period.fiscal_year(fiscal_year_of(today)).end,
    )


def item_of(key: str, organization: Organization) -> WorkItem | None:
    """The piece of work called `key`, whoever owes it; None once it is done."""
    return next((i for items in all_work(organization).values() for i in items if i.key == key), None)


def week_of(day: date) -> Period:
    """Monday to Sunday of the week that `day` falls in."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6))


def tasks_by_day(tasks: Sequence[Task], days: Period) -> list[tuple[date, list[Task]]]:
    """Each day of `days` with what is due on it."""
    span = [days.start + timedelta(days=n) for n in range(days.days)]
    return [(day, [task for task in tasks if task.item.due == day]) for day in span]
