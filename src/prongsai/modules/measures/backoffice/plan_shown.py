"""A plan as its pages show it: an index of measures, and the statements of as many as fit one page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.kernel.contracts import Period, StatementKind, Verdict
from prongsai.modules.measures.choices import Join, PlanStatus
from prongsai.modules.measures.labels import KINDS, Words, topic_title
from prongsai.modules.measures.models import Measure, MeasureUnit, Plan, Proof, Remark, Statement
from prongsai.modules.measures.notation import parse_term, parse_window
from prongsai.modules.measures.portal.words import counted
from prongsai.modules.measures.selectors.states import StatementState, statement_states
from prongsai.modules.measures.words import describe, describe_window

ONE_PAGE = 80  # statements; a longer plan is read a measure at a time
IN_FORCE = {PlanStatus.PUBLISHED, PlanStatus.CLOSED}
NEXT: dict[str, Words] = {
    PlanStatus.DRAFT: gettext_lazy("Being written. Next: submit to the clerk of the office"),
    PlanStatus.SUBMITTED: gettext_lazy("Waits for the clerk of the office to review"),
    PlanStatus.REVIEWED: gettext_lazy("Waits for the head of the office to approve"),
    PlanStatus.APPROVED: gettext_lazy("Approved. Next: announce it to the public"),
    PlanStatus.PUBLISHED: gettext_lazy("In force. The public sees this version"),
    PlanStatus.CLOSED: gettext_lazy("The year is closed and the report published"),
    PlanStatus.SUPERSEDED: gettext_lazy("A newer version took its place"),
    PlanStatus.DISCARDED: gettext_lazy("Discarded. Kept for the record"),
}


@dataclass(frozen=True)
class ShownStatement:
    """One statement with what must carry it in words; `verdict` is empty before the plan is in force."""

    pk: int
    kind: str
    number: int
    text: str
    proofs: tuple[str, ...]
    any_of: bool
    verdict: str = ""
    note: str = ""
    withdrawn_reason: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def anchor(self) -> str:
        return f"s{self.pk}"


@dataclass(frozen=True)
class Group:
    """The statements of one column."""

    kind: str
    title: Words
    statements: tuple[ShownStatement, ...]


@dataclass(frozen=True)
class ShownMeasure:
    pk: int
    number: int
    title: str
    topic: Words
    period: Period
    units: tuple[str, ...]
    groups: tuple[Group, ...]

    @property
    def anchor(self) -> str:
        return f"m{self.number}"

    @property
    def remarks(self) -> int:
        return sum(len(s.remarks) for group in self.groups for s in group.statements)


@dataclass(frozen=True)
class IndexLine:
    """A measure in the index: how much it says, and its verdicts in the order of the report."""

    number: int
    title: str
    statements: int
    steps: int
    outputs: int
    outcomes: int
    verdicts: tuple[tuple[str, ...], ...] = ()
    label: str = ""
    remarks: int = 0

    @property
    def shows_marks(self) -> bool:
        return bool(self.verdicts) and self.statements <= 40


@dataclass(frozen=True)
class ShownPlan:
    index: tuple[IndexLine, ...]
    measures: tuple[ShownMeasure, ...]
    paged: bool
    number: int = 0  # of the measure on this page, when paged
    counts: tuple[tuple[str, int], ...] = ()  # verdicts of the whole plan

    @property
    def statements(self) -> int:
        return sum(line.statements for line in self.index)

    @property
    def before(self) -> int | None:
        return max((line.number for line in self.index if line.number < self.number), default=None)

    @property
    def after(self) -> int | None:
        return min((line.number for line in self.index if line.number > self.number), default=None)


Found = Mapping[int, tuple[str, str]]  # verdict and reason by statement
Remarks = Mapping[int, Sequence[Remark]]  # by statement


def shown_plan(plan: Plan, *, wanted: str = "", verdicts: bool = True) -> ShownPlan:
    """The plan for a page. `wanted` is the number of a measure: one that is asked for when the plan is long.

    Three queries for any size, and those of the verdicts when the register has grown.
    """
    measures = list(_measures(plan))
    total = sum(m.n for m in measures)  # type: ignore[attr-defined]
    paged = total > ONE_PAGE and len(measures) > 1
    here = measures
    number = 0
    if paged:
        asked = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 0
        here = [m for m in measures if m.number == asked] or measures[:1]
        number = here[0].number
    states = [s for s in statement_states(plan) if s.verdict] if verdicts and plan.status in IN_FORCE else []
    found = {s.statement_id: (str(s.verdict), s.note) for s in states}
    remarks = _remarks(plan)
    tallies = Counter(state.verdict for state in states)
    return ShownPlan(
        index=tuple(_index(measures, states, remarks)),
        measures=tuple(_shown_measures(here, found, remarks)),
        paged=paged,
        number=number,
        counts=tuple((v.value, tallies[v]) for v in Verdict) if found else (),
    )


def _measures(plan: Plan) -> Sequence[Measure]:
    """With the names of the units and how many statements of each kind there are: one query."""

    def of(kind: StatementKind) -> Count:
        return Count("statements", filter=Q(statements__kind=kind))

    units = MeasureUnit.objects.filter(measure=OuterRef("pk")).order_by("position").values("unit__name")
    return plan.measures.annotate(  # type: ignore[attr-defined]
        n=Count("statements"),
        steps=of(StatementKind.STEP),
        outputs=of(StatementKind.OUTPUT),
        outcomes=of(StatementKind.OUTCOME),
        names=ArraySubquery(units),
    )


def _remarks(plan: Plan) -> dict[int, list[Remark]]:
    found: dict[int, list[Remark]] = defaultdict(list)
    made = Remark.objects.filter(plan=plan, statement__isnull=False)
    for remark in made.annotate(measure=F("statement__measure_id")):
        found[remark.statement_id].append(remark)  # type: ignore[attr-defined]
    return found


def _index(
    measures: Sequence[Measure], states: Sequence[StatementState], remarks: Remarks
) -> list[IndexLine]:
    verdicts: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for state in states:
        verdicts[state.measure_id].append((state.kind, str(state.verdict)))
    waiting = Counter(r.measure for those in remarks.values() for r in those if r.is_open)  # type: ignore[attr-defined]
    return [_index_line(m, verdicts[m.pk], waiting[m.pk]) for m in measures]


def _index_line(measure: Measure, verdicts: Sequence[tuple[str, str]], remarks: int) -> IndexLine:
    groups = tuple(tuple(v for kind, v in verdicts if kind == each) for each in StatementKind)
    tally = [(each, sum(v == each for _kind, v in verdicts)) for each in Verdict]
    return IndexLine(
        number=measure.number,
        title=measure.title,
        statements=measure.n,  # type: ignore[attr-defined]
        steps=measure.steps,  # type: ignore[attr-defined]
        outputs=measure.outputs,  # type: ignore[attr-defined]
        outcomes=measure.outcomes,  # type: ignore[attr-defined]
        verdicts=groups if verdicts else (),
        label=counted(tally) if verdicts else "",
        remarks=remarks,
    )


def _shown_measures(measures: Sequence[Measure], found: Found, remarks: Remarks) -> list[ShownMeasure]:
    """With their statements and proofs: one query for any number."""
    proofs = Proof.objects.filter(statement=OuterRef("pk")).order_by("position")
    bound = ArraySubquery(proofs.values(bound=JSONObject(expression="expression", window="window")))
    groups: dict[tuple[int, str], list[ShownStatement]] = defaultdict(list)
    statements = Statement.objects.filter(measure__in=[m.pk for m in measures]).annotate(bound=bound)
    for statement in statements:
        place = (statement.measure_id, statement.kind)  # type: ignore[attr-defined]
        groups[place].append(_shown_statement(statement, found, remarks))
    return [_shown_measure(measure, groups) for measure in measures]


def _shown_measure(
    measure: Measure, groups: Mapping[tuple[int, str], Sequence[ShownStatement]]
) -> ShownMeasure:
    return ShownMeasure(
        pk=measure.pk,
        number=measure.number,
        title=measure.title,
        topic=topic_title(measure.topic),
        period=measure.period,
        units=tuple(measure.names),  # type: ignore[attr-defined]
        groups=tuple(
            Group(kind.value, KINDS[kind], tuple(groups.get((measure.pk, kind), ())))
            for kind in StatementKind
        ),
    )


def _shown_statement(statement: Statement, found: Found, remarks: Remarks) -> ShownStatement:
    bound: Sequence[Mapping[str, str]] = statement.bound  # type: ignore[attr-defined]
    verdict, note = found.get(statement.pk, ("", ""))
    return ShownStatement(
        pk=statement.pk,
        kind=statement.kind,
        number=statement.number,
        text=statement.text,
        proofs=tuple(proof_words(p["expression"], p["window"]) for p in bound),
        any_of=statement.join == Join.ANY and len(bound) > 1,
        verdict=verdict,
        note=note,
        withdrawn_reason=statement.withdrawn_reason,
        remarks=tuple(remarks.get(statement.pk, ())),
    )


@lru_cache(5_000)
def proof_words(expression: str, window: str) -> str:
    """What must hold, as an officer reads it; the window only where it is not the measure's own period."""
    asked = parse_window(window)
    words = describe(parse_term(expression, window=asked))
    return words if window == "inside" else f"{words} ({describe_window(asked)})"


def words_of(expressions: Sequence[str], windows: Sequence[str], join: str) -> str:
    """Several proofs in one line, for a choice."""
    said = [proof_words(e, w) for e, w in zip(expressions, windows, strict=True)]
    between = _(" or ") if join == Join.ANY else _(" and ")
    return between.join(said)
