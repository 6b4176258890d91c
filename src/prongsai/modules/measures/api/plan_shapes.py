"""What the staff part of the API gives and takes of plans, measures, statements and remarks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from prongsai.kernel.contracts import Period, StatementKind, Topic
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.api.shapes import PeriodOut
from prongsai.modules.measures.choices import Join, PlanStatus, RemarkStatus
from prongsai.modules.measures.models import Measure, Plan, Proof, Remark, Statement
from prongsai.ui.api import Body, Day, Digest, Out, Serial, Text

Place = Annotated[int, Field(strict=True, ge=1, le=10_000)]
Year = Annotated[int, Field(strict=True, ge=2400, le=2699, description="พ.ศ.")]
Name = Annotated[Text, Field(max_length=200)]


class PlanOut(Out):
    """One version of a fiscal year's measures."""

    id: int
    fiscal_year: int
    version: int
    status: PlanStatus
    remarks: str
    source: str
    created_at: datetime
    published_on: date | None

    @classmethod
    def of(cls, plan: Plan) -> PlanOut:
        return cls(**_plan(plan))


def _plan(plan: Plan) -> dict[str, Any]:
    names = ("fiscal_year", "version", "status", "remarks", "source", "created_at", "published_on")
    return {"id": plan.pk, **{name: getattr(plan, name) for name in names}}


class PlansOut(Out):
    items: list[PlanOut]


class ProofOut(Out):
    """What has to hold, in the notation of docs/glossary.md, and in which window. `suggestion`: who proposed it."""

    expression: str
    window: str
    suggestion: str

    @classmethod
    def of(cls, proof: Proof) -> ProofOut:
        return cls(expression=proof.expression, window=proof.window, suggestion=proof.suggestion)


class StatementOut(Out):
    """A sentence of the plan. `revision` is what an edit names in If-Match."""

    id: int
    measure_id: int
    kind: StatementKind
    number: int
    text: str
    join: Join
    revision: int
    withdrawn_on: date | None
    withdrawn_reason: str
    proofs: list[ProofOut]

    @classmethod
    def of(cls, statement: Statement) -> StatementOut:
        names = (
            "measure_id",
            "kind",
            "number",
            "text",
            "join",
            "revision",
            "withdrawn_on",
            "withdrawn_reason",
        )
        values = {name: getattr(statement, name) for name in names}
        proofs = [ProofOut.of(proof) for proof in statement.proofs.all()]  # type: ignore[attr-defined]
        return cls(id=statement.pk, proofs=proofs, **values)


class MeasureOut(Out):
    """A measure. `topic` is empty where the plan names none; `revision` is what an edit names in If-Match."""

    id: int
    plan_id: int
    number: int
    title: str
    topic: str
    period: PeriodOut
    units: list[str]
    links: list[str]
    revision: int
    statements: list[StatementOut]

    @classmethod
    def of(cls, measure: Measure) -> MeasureOut:
        """The measure as `measure_tree` reads it; read alone it takes a query for each part."""
        names = ("plan_id", "number", "title", "topic", "links", "revision")
        values = {name: getattr(measure, name) for name in names}
        return cls(
            id=measure.pk,
            period=PeriodOut(start=measure.period_start, end=measure.period_end),
            units=[each.unit.name for each in measure.responsible.all()],  # type: ignore[attr-defined]
            statements=[StatementOut.of(each) for each in measure.statements.all()],  # type: ignore[attr-defined]
            **values,
        )


class PlanDetailOut(PlanOut):
    measures: list[MeasureOut]

    @classmethod
    def whole(cls, plan: Plan, measures: Sequence[Measure]) -> PlanDetailOut:
        return cls(**_plan(plan), measures=[MeasureOut.of(measure) for measure in measures])


class RemarkOut(Out):
    """ข้อสังเกต and its answer. `place` and `wording` say what it was made on."""

    id: int
    plan_id: int
    statement_id: int | None
    entry: int | None
    place: str
    wording: str
    text: str
    status: RemarkStatus
    by: str
    position: str
    made_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    settled_by: str
    settled_at: datetime | None

    @classmethod
    def of(cls, remark: Remark) -> RemarkOut:
        names = set(cls.model_fields) - {"id"}
        return cls(id=remark.pk, **{name: getattr(remark, name) for name in names})


class RemarksOut(Out):
    items: list[RemarkOut]


# -- what is taken --------------------------------------------------------------------------------------------


class PeriodIn(Body):
    """A span of days, both included."""

    start: Day
    end: Day

    def period(self) -> Period:
        """Raises InvalidInput for a period that ends before it starts."""
        if self.end < self.start:
            raise InvalidInput(_("The last day cannot be before the first"), field="period.end")
        return Period(self.start, self.end)


class YearIn(Body):
    fiscal_year: Year


class ReasonIn(Body):
    reason: Text


class SignedIn(Body):
    """Empty for an act on screen. For one on paper: the signed paper (digests of kept files), the day, who signed."""

    signed_paper: Annotated[list[Digest], Field(max_length=20)] = []
    signed_on: Day | None = None
    signatory: Name = ""


class ApproveIn(SignedIn):
    despite_remarks: Annotated[bool, Field(strict=True)] = False


class StatementRemarkIn(Body):
    statement: Serial
    text: Text


class SendBackIn(Body):
    """Why, or remarks on single statements, or both."""

    remarks: Text = ""
    on_statements: Annotated[list[StatementRemarkIn], Field(max_length=2_000)] = []


class MeasureIn(Body):
    """Without a period the measure lasts the whole fiscal year."""

    title: Text
    topic: Topic | None = None
    period: PeriodIn | None = None
    units: Annotated[list[Name], Field(max_length=50)] = []


class StatementIn(Body):
    """`after`: the number that it is to stand behind; last of its kind without."""

    kind: StatementKind
    text: Text
    after: Annotated[int, Field(strict=True, ge=0, le=10_000)] | None = None


class WordingIn(Body):
    text: Text


class MoveIn(Body):
    to: Place


class ProofsIn(Body):
    """What has to hold: expressions in the notation, joined by all or any. `windows`: one for each, where they differ."""

    expressions: Annotated[list[Annotated[Text, Field(max_length=300)]], Field(max_length=20)]
    join: Join = Join.ALL
    window: Annotated[Text, Field(max_length=40)] = "inside"
    windows: Annotated[list[Annotated[Text, Field(max_length=40)]], Field(max_length=20)] | None = None


class RemarkIn(Body):
    """On a statement, on a record that it rests on (`entry`), or on the whole plan."""

    text: Text
    statement: Serial | None = None
    entry: Serial | None = None
