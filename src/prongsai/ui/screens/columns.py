"""The parts that a list is declared with: columns, filters, bulk actions, what stands where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from prongsai.kernel import clock
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.kernel.thai.parse_dates import parse_date
from prongsai.ui.screens.base import Action, Text

Kind = Literal["text", "date", "moment", "number", "verdict", "evidence", "tag"]
Rows = QuerySet[Any] | Sequence[Any]


def follow(row: Any, path: str) -> Any:
    """The value at a path such as `unit.name`; a missing step gives None. Methods are called."""
    for step in path.replace("__", ".").split("."):
        if row is None:
            return None
        row = row.get(step) if isinstance(row, dict) else getattr(row, step, None)
        if callable(row) and not isinstance(row, type | Model):
            row = row()
    return row


@dataclass(frozen=True)
class Column:
    """One column. `value` is a path or a function of the row; `key` when it is not said.

    `sort` is the field to order by (the path, for lists that are no querysets). `link` is the name of a view whose
    address takes the organization and the row's pk, or a function of screen and row. `kind` says how the value is
    drawn: a verdict is a `Verdict` or its key, evidence a ledger number. `exported` columns stand in CSV and XLSX.
    """

    key: str
    title: Text
    value: str | Callable[[Any], Any] = ""
    sort: str = ""
    link: str | Callable[[Any, Any], str] | None = None
    align: Literal["", "end"] = ""
    kind: Kind = "text"
    shown: bool = True
    exported: bool = True

    def value_of(self, row: Any) -> Any:
        return self.value(row) if callable(self.value) else follow(row, self.value or self.key)


@dataclass(frozen=True)
class Filter:
    """What all filters have: a key in the address, a title, and the field that they look at."""

    key: str
    title: Text
    field: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it reads from the address."""
        return (self.key,)

    @property
    def path(self) -> str:
        return self.field or self.key


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """One of several values. `choices` are (value, title), or a function of the screen that gives them.

    `apply(rows, value)` narrows the rows where a plain comparison does not do.
    """

    choices: Sequence[tuple[str, Text]] | Callable[[Any], Iterable[tuple[str, Text]]] = ()
    apply: Callable[[Any, str], Rows] | None = None
    template = "ui/filters/choice.html"

    def options(self, screen: Any) -> list[tuple[str, Text]]:
        return [(str(v), t) for v, t in (self.choices(screen) if callable(self.choices) else self.choices)]

    def narrowed(self, rows: Rows, screen: Any) -> tuple[Rows, str]:
        value = screen.query.get(self.key, "")
        if not value or value not in dict(self.options(screen)):
            return rows, ""
        if self.apply:
            return self.apply(rows, value), ""
        if isinstance(rows, QuerySet):
            return rows.filter(**{self.path.replace(".", "__"): value}), ""
        return [row for row in rows if str(follow(row, self.path)) == value], ""


@dataclass(frozen=True)
class TextFilter(Filter):
    """Rows in which the field holds what is typed."""

    template = "ui/filters/text.html"

    def narrowed(self, rows: Rows, screen: Any) -> tuple[Rows, str]:
        value = screen.query.get(self.key, "").strip()
        if not value:
            return rows, ""
        if isinstance(rows, QuerySet):
            return rows.filter(**{f"{self.path.replace('.', '__')}__icontains": value}), ""
        return [row for row in rows if value.lower() in str(follow(row, self.path) or "").lower()], ""


@dataclass(frozen=True)
class PeriodFilter(Filter):
    """Rows whose day lies from one day to another, both included; either may be left open. Days in any Thai writing."""

    template = "ui/filters/period.html"

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    @property
    def examples(self) -> tuple[str, str]:
        """First and last day of the year that runs, as they may be typed."""
        year = fiscal_year_of(clock.today())
        return f"1/10/{year - 1}", f"30/9/{year}"

    def narrowed(self, rows: Rows, screen: Any) -> tuple[Rows, str]:
        start, end, problem = self._days(screen)
        lookup = self.path.replace(".", "__")
        if isinstance(rows, QuerySet):
            for operator, day in (("gte", start), ("lte", end)):
                rows = rows.filter(**{f"{lookup}__{operator}": day}) if day else rows
            return rows, problem
        first, last = start or date.min, end or date.max
        return [row for row in rows if first <= _as_day(follow(row, self.path)) <= last], problem

    def _days(self, screen: Any) -> tuple[date | None, date | None, str]:
        days: list[date | None] = []
        problem = ""
        for name in self.names:
            written = screen.query.get(name, "").strip()
            day = parse_date(written) if written else None
            if written and day is None:
                problem = _("“%(day)s” is not a day. Write it like 13/8/2568") % {"day": written}
            days.append(day)
        return days[0], days[1], problem


def _as_day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value or date.min


@dataclass(frozen=True)
class BulkAction:
    """Something done to the rows that are ticked. `act(screen, rows)` calls services and returns what the toast says.

    With `confirm`, a page says that sentence (it may hold %(count)s) and asks first.
    """

    key: str
    title: Text
    act: Callable[[Any, list[Any]], str] = field(compare=False)
    permission: str = ""
    confirm: Text = ""
    danger: bool = False


@dataclass(frozen=True)
class Empty:
    """What stands where nothing is yet: what belongs here, how it arrives, and one button."""

    title: Text
    text: Text = ""
    action: Action | None = None
