"""What is bound to statements, what it comes to, what would mend it, and the words to choose from."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.http import HttpRequest
from ninja import Router

from prongsai.kernel.contracts import Origin, Reason, StatementKind, Verdict
from prongsai.modules.measures.api.found import plan_of, statement_of
from prongsai.modules.measures.api.shapes import CitationOut, PeriodOut
from prongsai.modules.measures.choices import Join
from prongsai.modules.measures.mending import Mend
from prongsai.modules.measures.selectors import proofs as selectors
from prongsai.modules.measures.selectors.states import StatementState, statement_states
from prongsai.modules.measures.verdicts import Finding
from prongsai.ui.access import requires
from prongsai.ui.api import Number, Out

router = Router(tags=["proofs"])


class FindingOut(Out):
    """What proofs come to. `sentence` is the true figure where records disagree; `records` are what it rests on."""

    verdict: Verdict
    reason: Reason
    origin: Origin | None
    note: str
    sentence: str
    records: list[int]

    @classmethod
    def of(cls, finding: Finding) -> FindingOut:
        names = ("verdict", "reason", "origin", "note", "sentence")
        return cls(**{name: getattr(finding, name) for name in names}, records=list(finding.entries))


class MendOut(Out):
    """Something that would mend a statement: in words, and which act it is."""

    sentence: str
    act: str
    kind: str
    about: str
    indicator: str
    window: PeriodOut | None

    @classmethod
    def of(cls, mend: Mend) -> MendOut:
        names = ("sentence", "act", "kind", "about", "indicator")
        return cls(**{name: getattr(mend, name) for name in names}, window=PeriodOut.of(mend.window))


class BoundProofOut(Out):
    """A proof with its words, the days that count, and what it comes to alone."""

    expression: str
    window: str
    words: str
    window_words: str
    days: PeriodOut
    suggested: bool
    finding: FindingOut


class StatementProofsOut(Out):
    statement_id: int
    join: Join
    can_bind: bool
    finding: FindingOut
    proofs: list[BoundProofOut]
    citations: list[CitationOut]
    mends: list[MendOut]


class AlternativeOut(Out):
    """Proofs that the wording suggests; bind all of them, each with its window."""

    key: str
    expressions: list[str]
    windows: list[str]
    join: Join
    words: list[str]
    window_words: list[str]


class AlternativesOut(Out):
    items: list[AlternativeOut]


class ChoiceOut(Out):
    key: str
    title: str
    topic: str


class VocabularyOut(Out):
    """What can be chosen: kinds of evidence, what it is about, indicators, windows; `stated`: figures to state by hand."""

    kinds: list[ChoiceOut]
    abouts: list[ChoiceOut]
    indicators: list[ChoiceOut]
    windows: list[ChoiceOut]
    stated: list[str]


class StateOut(Out):
    """A statement with its verdict, what is missing, who owes it and by when. A withdrawn one has no verdict."""

    statement_id: int
    measure_id: int
    measure: int
    kind: StatementKind
    number: int
    text: str
    revision: int
    units: list[str]
    period: PeriodOut
    due: date
    proofs: list[str]
    join: Join
    verdict: Verdict | None
    reason: Reason
    origin: Origin | None
    note: str
    printed: str
    citations: list[int]
    mends: list[MendOut]
    open_remarks: int
    withdrawn_reason: str
    withdrawn_on: date | None

    @classmethod
    def of(cls, state: StatementState) -> StateOut:
        parts = {"units", "period", "proofs", "citations", "mends"}
        return cls(
            **{name: getattr(state, name) for name in cls.model_fields if name not in parts},
            units=list(state.units),
            period=PeriodOut(start=state.period.start, end=state.period.end),
            proofs=list(state.proofs),
            citations=list(state.citations),
            mends=[MendOut.of(mend) for mend in state.mends],
        )


class StatesOut(Out):
    items: list[StateOut]


@router.get("/statements/{statement_id}/proofs", response=StatementProofsOut)
@requires("measures.read")
def get_proofs(request: HttpRequest, statement_id: Number):
    """The statement's proofs judged one by one and together, and what would mend it."""
    found = selectors.statement_proofs(statement_of(statement_id))
    return StatementProofsOut(
        statement_id=found.statement.pk,
        join=Join(found.join),
        can_bind=found.can_bind,
        finding=FindingOut.of(found.finding),
        proofs=[_bound(proof) for proof in found.proofs],
        citations=[CitationOut.of(citation) for citation in found.citations],
        mends=[MendOut.of(mend) for mend in found.mends],
    )


def _bound(proof: selectors.BoundProof) -> BoundProofOut:
    names = ("expression", "window", "words", "window_words", "suggested")
    return BoundProofOut(
        **{name: getattr(proof, name) for name in names},
        days=PeriodOut(start=proof.days.start, end=proof.days.end),
        finding=FindingOut.of(proof.finding),
    )


@router.get("/statements/{statement_id}/alternatives", response=AlternativesOut)
@requires("measures.read")
def get_alternatives(request: HttpRequest, statement_id: Number):
    """Other proofs that the wording suggests, best first."""
    found = selectors.alternatives(statement_of(statement_id))
    return AlternativesOut(items=[AlternativeOut(**asdict(each)) for each in found])


@router.get("/vocabulary", response=VocabularyOut)
@requires("measures.read")
def get_vocabulary(request: HttpRequest):
    """Everything that proofs and evidence are chosen from, with its Thai title."""
    found = selectors.vocabulary()
    return VocabularyOut(
        **{
            name: [ChoiceOut(**asdict(choice)) for choice in getattr(found, name)]
            for name in ("kinds", "abouts", "indicators", "windows")
        },
        stated=sorted(found.stated),
    )


@router.get("/plans/{plan_id}/states", response=StatesOut)
@requires("measures.read")
def list_states(request: HttpRequest, plan_id: Number):
    """Every statement of a plan, a draft's too: verdict, what is missing, who owes it and by when."""
    return StatesOut(items=[StateOut.of(state) for state in statement_states(plan_of(plan_id))])
