"""What became of the cases that came in during a period, counted in the database from one index.

Counted are the cases received in the period, by what has become of them until a day (`as_of`). A merged case is counted
with the one that it is in; a self-check is not counted. Each result has the days taken as a histogram, so that months
add up to quarters and years, medians included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import add
from typing import Any, Self

from django.db import connection

from prongsai.foundation.casework.models import Case
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.kernel.registry import registry

# What figures can be broken down by. A month is written 2025-10, a unit by its id ("" where none has it).
DIMENSIONS = {
    "month": "width_bucket(received_on, %(months)s::date[])",
    "kind": "kind",
    "topic": "topic",
    "category": "category",
    "channel": "channel_kind",
    "phase": "phase",
    "state": "state",
    "unit": "unit_id",
}
TENTH = Decimal("0.1")
# Sums by eight dimensions at once are put together in memory; with less of it the rows would be sorted for each.
ROOM = "SELECT set_config('work_mem', '64MB', true)"
COUNTS = (
    "received", "finished", "refused", "pending", "in_time", "overdue", "reopened", "satisfied", "unsatisfied",
    "found_true", "found_partly", "found_untrue", "timed",
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """Figures of some cases. `timed` are the finished ones without those that the citizen withdrew: of these `in_time`
    were closed by their last day, and at no former end after it; `days` says of how many of them the clock took how many
    days. `overdue` are pending ones whose last day is over.
    """

    received: int = 0
    finished: int = 0
    refused: int = 0
    pending: int = 0
    in_time: int = 0
    overdue: int = 0
    reopened: int = 0
    satisfied: int = 0
    unsatisfied: int = 0
    found_true: int = 0
    found_partly: int = 0
    found_untrue: int = 0
    timed: int = 0
    days: Mapping[int, int] = field(default_factory=dict[int, int])

    def __add__(self, other: Self) -> Figures:
        counts = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return Figures(**counts, days=dict(Counter(self.days) + Counter(other.days)))

    @property
    def closed(self) -> int:
        return self.finished + self.refused

    @property
    def late(self) -> int:
        """Finished after their last day."""
        return self.timed - self.in_time

    @property
    def untimed(self) -> int:
        """Closed, and neither in time nor late: not taken up, or withdrawn by the citizen."""
        return self.closed - self.timed

    @property
    def average_days(self) -> Decimal | None:
        """Of the finished ones, to a tenth; None when there is none."""
        count = sum(self.days.values())
        total = sum(day * times for day, times in self.days.items())
        return (Decimal(total) / count).quantize(TENTH) if count else None

    @property
    def median_days(self) -> Decimal | None:
        """Half of the finished ones took no longer; None when there is none."""
        count = sum(self.days.values())
        if not count:
            return None
        low, high = self._day_at((count - 1) // 2), self._day_at(count // 2)
        return (Decimal(low + high) / 2).quantize(TENTH)

    def _day_at(self, place: int) -> int:
        for day in sorted(self.days):
            place -= self.days[day]
            if place < 0:
                return day
        raise IndexError(place)


@dataclass(frozen=True)
class Statistics:
    """The figures of a period, whole and by each dimension: `by["topic"]["service"].finished`."""

    period: Period
    as_of: date
    total: Figures
    by: Mapping[str, Mapping[str, Figures]]

    @property
    def quarters(self) -> dict[str, Figures]:
        """By quarter of the fiscal year, ไตรมาส 1 (October to December) to 4."""
        found = {str(number): Figures() for number in range(1, 5)}
        for month, figures in self.by["month"].items():
            found[quarter_of(int(month[5:]))] += figures
        return found


def quarter_of(month: int) -> str:
    """The quarter of the fiscal year that a month (1 to 12) lies in."""
    return str((month - 10) % 12 // 3 + 1)


def statistics(
    period: Period,
    *,
    kinds: Sequence[str] = (),
    as_of: date | None = None,
    by: Iterable[str] = tuple(DIMENSIONS),
) -> Statistics:
    """The figures of the cases received in `period`, of some kinds or all, as they stand on a day (today); one query.

    `by` names the dimensions that are wanted.
    """
    day, wanted = as_of or clock.today(), list(by)
    sets = [[name] for name in wanted] or [[]]
    found: dict[str, dict[str, Figures]] = {name: {} for name in wanted}
    total = Figures()
    for keys, figures in _counted(period, kinds, day, sets):
        for name, value in keys.items():
            found[name][value] = figures
        if not wanted or wanted[0] in keys:
            total += figures
    return Statistics(period, day, total, found)


def crossed(
    period: Period, first: str, second: str, *, kinds: Sequence[str] = (), as_of: date | None = None
) -> dict[tuple[str, str], Figures]:
    """The same figures by two dimensions at once, e.g. by month and topic; one query."""
    rows = _counted(period, kinds, as_of or clock.today(), [[first, second]])
    return {(keys[first], keys[second]): figures for keys, figures in rows}


def grouped(
    period: Period,
    sets: Sequence[Sequence[str]],
    *,
    without_days: Sequence[Sequence[str]] = (),
    kinds: Sequence[str] = (),
    as_of: date | None = None,
) -> dict[tuple[str, ...], dict[tuple[str, ...], Figures]]:
    """The figures by several sets of dimensions at once, e.g. by kind, by kind and month, by kind and topic; one query.

    `found["kind", "month"]["complaints.grievance", "2025-10"]`; the names of a set come as they were given. Of the sets
    `without_days` it is not counted how many took how long, so that many small figures stay one row each.
    """
    every = [*sets, *without_days]
    found: dict[tuple[str, ...], dict[tuple[str, ...], Figures]] = {tuple(names): {} for names in every}
    by_names = {frozenset(names): tuple(names) for names in every}
    bare = [list(names) for names in without_days]
    for keys, figures in _counted(
        period, kinds, as_of or clock.today(), [list(names) for names in sets], bare
    ):
        names = by_names[frozenset(keys)]
        found[names][tuple(keys[name] for name in names)] = figures
    return found


def _counted(
    period: Period, kinds: Sequence[str], as_of: date, sets: list[list[str]], bare: Sequence[list[str]] = ()
) -> list[tuple[dict[str, str], Figures]]:
    """For each set of dimensions, the figures of each combination of their values that occurs; `bare` without days."""
    names = sorted({name for names in (*sets, *bare) for name in names})
    months = _months(period)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{ROOM}; {_sql(names, sets, bare, with_kinds=bool(kinds))}",
            {
                "start": period.start,
                "end": period.end,
                "as_of": as_of,
                "kinds": list(kinds),
                "withdrawn": _withdrawn(),
                "months": months,
            },  # type: ignore[arg-type]
        )
        cursor.nextset()
        rows = cursor.fetchall()
    counts: dict[tuple[Any, ...], tuple[int, ...]] = {}
    days: dict[tuple[Any, ...], dict[int, int]] = {}
    width = len(names)
    for row in rows:
        place = row[: width + 1]  # which set, and its values
        more, before = row[width + 2 :], counts.get(place)
        counts[place] = more if before is None else tuple(map(add, before, more))
        if row[width + 1] is not None:
            days.setdefault(place, {})[row[width + 1]] = row[width + 2 + COUNTS.index("timed")]
    return [
        (_keys(place, names, months), Figures(*counted, days=days.get(place, {})))
        for place, counted in counts.items()
    ]


@dataclass(frozen=True)
class Balance:
    """A period as a register closes its books: `carried` in + `received` = `closed` + `open` at its end.

    Whatever day they came in on; as the register says now, so that what was opened again counts as open all along.
    """

    carried: int = 0
    received: int = 0
    closed: int = 0
    open: int = 0


BALANCE = f"""
SELECT kind,
  count(*) FILTER (WHERE received_on < %(start)s),
  count(*) FILTER (WHERE received_on >= %(start)s),
  count(*) FILTER (WHERE closed_on <= %(until)s),
  count(*) FILTER (WHERE closed_on > %(until)s OR closed_on IS NULL)
FROM {Case._meta.db_table}
WHERE received_on <= %(until)s AND (closed_on >= %(start)s OR closed_on IS NULL)
  AND NOT is_check AND phase <> 'merged' AND kind = ANY(%(kinds)s)
GROUP BY kind
"""


def balances(period: Period, kinds: Sequence[str], *, as_of: date | None = None) -> dict[str, Balance]:
    """What each kind began the period with, what came and was closed in it, and what it ended with, or stands at; one query."""
    until = min(period.end, as_of or clock.today())
    with connection.cursor() as cursor:
        given = {"start": period.start, "until": until, "kinds": list(kinds)}
        cursor.execute(BALANCE, given)  # type: ignore[arg-type]
        found = {kind: Balance(*counts) for kind, *counts in cursor.fetchall()}
    return {kind: found.get(kind, Balance()) for kind in kinds}


def _withdrawn() -> list[str]:
    """The states into which a case comes by the citizen's own wish."""
    flows = [kind.workflow for kind in registry().case_kinds.values()]
    return sorted({state.key for flow in flows for state in flow.states if flow.ended_by_wish(state.key)})


def _months(period: Period) -> list[date]:
    """The first days of the months that the period touches."""
    first, last = period.start, period.end
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(count)
    ]


def _keys(place: tuple[Any, ...], names: list[str], months: list[date]) -> dict[str, str]:
    """Which dimensions a row of the answer is about: bit by bit, a set bit says that one is summed over."""
    mask, values = place[0], place[1:]
    width = len(names)
    keys = {name: values[at] for at, name in enumerate(names) if not mask >> (width - 1 - at) & 1}
    if "month" in keys:
        keys["month"] = f"{months[keys['month'] - 1]:%Y-%m}"
    if "unit" in keys:
        keys["unit"] = str(keys["unit"] or "")
    return keys


def _sql(names: list[str], sets: list[list[str]], bare: Sequence[list[str]], *, with_kinds: bool) -> str:
    columns = "".join(f"{DIMENSIONS[name]} AS d_{name}, " for name in names)
    shown = "".join(f"d_{name}, " for name in names)
    mask = f"GROUPING({', '.join(f'd_{name}' for name in names)})" if names else "0"
    every = [*([*each, "days"] for each in sets), *bare]
    grouped = ", ".join(
        f"({', '.join(name if name == 'days' else f'd_{name}' for name in each)})" for each in every
    )
    return f"""
    SELECT {mask}, {shown} {"days" if sets else "NULL::int"},
      count(*),
      count(*) FILTER (WHERE closed AND phase = 'finished'),
      count(*) FILTER (WHERE closed AND phase = 'refused'),
      count(*) FILTER (WHERE NOT closed),
      count(*) FILTER (WHERE timed AND closed_on <= due_on AND NOT was_late),
      count(*) FILTER (WHERE NOT closed AND due_on < %(as_of)s AND phase <> 'waiting'),
      count(*) FILTER (WHERE reopened > 0),
      count(*) FILTER (WHERE satisfied),
      count(*) FILTER (WHERE NOT satisfied),
      count(*) FILTER (WHERE found = 'true'),
      count(*) FILTER (WHERE found = 'partly'),
      count(*) FILTER (WHERE found = 'untrue'),
      count(*) FILTER (WHERE timed)
    FROM (
      SELECT *, CASE WHEN timed THEN days_taken END AS days FROM (
      SELECT {columns} phase, closed_on, due_on, was_late, reopened, satisfied, found,
        days_taken, coalesce(closed_on <= %(as_of)s, false) AS closed,
        coalesce(closed_on <= %(as_of)s, false) AND phase = 'finished' AND state <> ALL(%(withdrawn)s) AS timed
      FROM {Case._meta.db_table}
      WHERE received_on >= %(start)s AND received_on <= %(end)s AND NOT is_check AND phase <> 'merged'
      {"AND kind = ANY(%(kinds)s)" if with_kinds else ""}
      ) AS found) AS cases
    GROUP BY GROUPING SETS ({grouped})
    """
