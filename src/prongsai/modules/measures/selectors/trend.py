"""How the year went: the verdicts as the same rules would have given them at the end of each month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from prongsai.foundation.ledger.kinds import FACT_WITHDRAWN
from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period, Verdict
from prongsai.modules.measures.evidence import LOOK_AROUND, Evidence, Fact, any_of, read_facts
from prongsai.modules.measures.models import Measure, Plan
from prongsai.modules.measures.notation import ProofTerm
from prongsai.modules.measures.selectors.judging import judged, measure_tree, terms_of
from prongsai.modules.measures.selectors.states import kept
from prongsai.modules.measures.verdicts import facts_needed, numbers_needed


@dataclass(frozen=True)
class MonthCount:
    """The verdicts of a plan's statements as of a day: a month's last, or today."""

    day: date
    counts: Mapping[Verdict, int]

    @property
    def ready(self) -> int:
        """How many can print as they stand."""
        return self.counts[Verdict.PROVEN] + self.counts[Verdict.ATTESTED]


def trend(plan: Plan) -> tuple[MonthCount, ...]:
    """One count for each month of the plan's year up to now, with what was on record then; kept until something changes.

    The statements are those of this version. Indicators that a module counts are read as they are now.
    """
    return kept("trend", plan, lambda: tuple(_months(plan)))


def month_ends(period: Period, today: date) -> list[date]:
    """The last days of the period's months that are over, and today while it runs."""
    ends: list[date] = []
    day = period.start
    while day <= min(period.end, today):
        first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        ends.append(min(first - timedelta(days=1), today))
        day = first
    return ends


def _months(plan: Plan) -> Iterator[MonthCount]:
    ends = month_ends(plan.period, clock.today())
    if not ends:
        return
    tree = measure_tree(plan)
    record = _Record.read(plan, terms_of(tree))
    for day in ends:
        yield MonthCount(day, _counts(plan, tree, record, day))


def _counts(plan: Plan, tree: Sequence[Measure], record: _Record, day: date) -> Mapping[Verdict, int]:
    midnight = datetime.combine(day, time.max, clock.BANGKOK)
    with clock.at(midnight):
        found = judged(plan, evidence=record.as_of(midnight), tree=tree)
    counts = Counter(each.finding.verdict for each in found.judged)
    return {verdict: counts[verdict] for verdict in Verdict}


@dataclass(frozen=True)
class _Record:
    """The facts of a year with the moments at which they came and went."""

    facts: Sequence[Fact]  # by the day they occurred
    picked: Sequence[Fact]
    gone: Mapping[int, datetime]  # when it was withdrawn, by number
    units: frozenset[str]

    @classmethod
    def read(cls, plan: Plan, terms: Mapping[int, Sequence[ProofTerm]]) -> _Record:
        """Four queries for any number of facts."""
        every = [term for each in terms.values() for term in each]
        main = Entry.objects.filter(log=LogName.MAIN)
        around = (plan.period.start - LOOK_AROUND, plan.period.end + LOOK_AROUND)
        found = main.filter(any_of(facts_needed(every)), occurred_on__range=around)
        numbers = numbers_needed(every)
        withdrawals = main.filter(kind=FACT_WITHDRAWN).values_list("subject", "recorded_at")
        return cls(
            facts=list(read_facts(found.order_by("occurred_on", "number"))),
            picked=list(read_facts(main.filter(number__in=numbers))) if numbers else [],
            gone={int(subject.rpartition(":")[2]): at for subject, at in withdrawals},
            units=frozenset(Unit.objects.active().values_list("name", flat=True)),
        )

    def as_of(self, moment: datetime) -> Evidence:
        """What stood in the register at that moment."""

        def stood(fact: Fact) -> bool:
            gone = self.gone.get(fact.number)
            return fact.recorded_at <= moment and (gone is None or gone > moment)

        by_kind: dict[str, list[Fact]] = defaultdict(list)
        for fact in filter(stood, self.facts):
            by_kind[fact.kind].append(fact)
        return Evidence(by_kind, self.units, {fact.number: fact for fact in filter(stood, self.picked)})
