"""ภาพรวมปี: the executive's page in figures: verdicts by measure, what disagrees, who owes what, when records came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.foundation.ledger.selectors import log_size
from prongsai.kernel import clock
from prongsai.kernel.contracts import StatementKind, Verdict, WorkItem
from prongsai.modules.measures.choices import CandidateStatus, PlanStatus
from prongsai.modules.measures.models import Plan, ReportCandidate
from prongsai.modules.measures.selectors.states import StatementState, kept, statement_states
from prongsai.modules.measures.selectors.trend import MonthCount, trend
from prongsai.modules.measures.selectors.work import missing_item


@dataclass(frozen=True)
class MeasureCount:
    """One measure: its verdicts in the order of the paper, and their counts."""

    number: int
    title: str
    units: tuple[str, ...]
    groups: tuple[tuple[Verdict, ...], ...]  # by kind: a mark for each statement
    counts: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Owed:
    """What one unit still owes, the first due first."""

    unit: str
    states: tuple[StatementState, ...]
    items: tuple[WorkItem, ...]  # the same, as "my work" says them


@dataclass(frozen=True)
class Tick:
    """A record on the ruler of the year."""

    number: int
    day: date


@dataclass(frozen=True)
class YearOverview:
    """One fiscal year at a glance."""

    plan: Plan
    counts: Mapping[Verdict, int]
    measures: tuple[MeasureCount, ...]
    contradicted: tuple[StatementState, ...]  # `printed` is the true sentence
    owed: tuple[Owed, ...]
    ticks: tuple[Tick, ...]
    days_left: int  # until 30 September; negative when it is over
    last_entry: int
    candidate: str = ""  # the state of a frozen report, if there is one
    withdrawn: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def ready(self) -> int:
        """Statements that print as they stand: proven or attested."""
        return self.counts[Verdict.PROVEN] + self.counts[Verdict.ATTESTED]

    @property
    def missing(self) -> int:
        return self.counts[Verdict.UNPROVEN] + self.counts[Verdict.CONTRADICTED]

    def trend(self) -> tuple[MonthCount, ...]:
        """The counts at each month's end; kept, and dear only when something changed."""
        return trend(self.plan)


def year_overview(plan: Plan) -> YearOverview:
    """The year of a plan, from its kept verdicts. At most twelve queries when nothing is kept."""
    size = log_size()
    states = statement_states(plan, size=size)
    titles = dict(plan.measures.values_list("number", "title"))  # type: ignore[attr-defined]
    ticks = kept("ticks", plan, lambda: _ticks(states), size=size)
    candidate = ReportCandidate.objects.filter(
        plan=plan, status__in=[CandidateStatus.FROZEN, CandidateStatus.APPROVED]
    ).first()
    return YearOverview(
        plan=plan,
        counts=counted(states),
        measures=tuple(_measures(states, titles)),
        contradicted=tuple(s for s in states if s.verdict is Verdict.CONTRADICTED),
        owed=tuple(who_owes(plan, states)),
        ticks=ticks,
        days_left=(plan.period.end - clock.today()).days,
        last_entry=size,
        candidate=candidate.status if candidate else "",
        withdrawn=sum(s.withdrawn_on is not None for s in states),
    )


def counted(states: Sequence[StatementState]) -> Mapping[Verdict, int]:
    """How many statements have each verdict, best first; withdrawn ones have none."""
    found = Counter(state.verdict for state in states)
    return {verdict: found[verdict] for verdict in Verdict}


def _measures(states: Sequence[StatementState], titles: Mapping[int, str]) -> Sequence[MeasureCount]:
    rows = {number: [s for s in states if s.measure == number] for number in titles}
    return [
        MeasureCount(
            number=number,
            title=titles[number],
            units=mine[0].units if mine else (),
            groups=tuple(
                tuple(s.verdict for s in mine if s.kind == kind and s.verdict is not None)
                for kind in StatementKind
            ),
            counts=counted(mine),
        )
        for number, mine in sorted(rows.items())
    ]


def who_owes(plan: Plan, states: Sequence[StatementState]) -> Sequence[Owed]:
    """What is missing by the unit that owes it, in the order of the first due day; "" where no unit is named."""
    if plan.status != PlanStatus.PUBLISHED:
        return []
    key = plan.organization.key
    missing = sorted((s for s in states if s.is_open), key=lambda s: s.unit)
    owed = [
        Owed(
            unit,
            tuple(mine := sorted(group, key=lambda s: (s.due, s.measure))),
            tuple(missing_item(state, plan, key) for state in mine),
        )
        for unit, group in groupby(missing, key=lambda s: s.unit)
    ]
    return sorted(owed, key=lambda each: (each.states[0].due, each.unit))


def _ticks(states: Sequence[StatementState]) -> tuple[Tick, ...]:
    """The records that carry the plan's statements, on the days they occurred. One query."""
    cited = {number for state in states for number in state.citations}
    found = Entry.objects.filter(log=LogName.MAIN, number__in=cited).order_by("occurred_on", "number")
    return tuple(Tick(number, day) for number, day in found.values_list("number", "occurred_on"))
