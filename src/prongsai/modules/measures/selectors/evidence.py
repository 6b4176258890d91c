"""The register as the office works with it: every fact, one of them in full, and what a new one would prove."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import BinaryField, BooleanField, F, Func, Q, QuerySet, Value

from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.ledger.kinds import FACT_WITHDRAWN, PAYLOAD_ERASED
from prongsai.foundation.ledger.models import Entry, LogName, Withdrawal
from prongsai.foundation.ledger.selectors import log_size
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Origin, Period, Reason, StatementKind, Verdict
from prongsai.kernel.registry import registry
from prongsai.kernel.sharing import sharing
from prongsai.kernel.thai.dates import fiscal_year_of, short_date
from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.evidence import LOOK_AROUND, Evidence, Fact, load_evidence
from prongsai.modules.measures.figures import STATED
from prongsai.modules.measures.models import Plan, Proof, Remark
from prongsai.modules.measures.notation import ProofTerm
from prongsai.modules.measures.selectors.remarks import remarks_on_entry
from prongsai.modules.measures.selectors.states import PUBLISHED, statement_states
from prongsai.modules.measures.verdicts import (
    ATTESTED,
    COVERAGE,
    SHORTFALL,
    Claim,
    facts_needed,
    judge,
    numbers_needed,
    pickable,
)
from prongsai.modules.measures.words import admitted

# Titles stand in payloads, outside any index: text is looked for among the newest records that fit.
SEARCHED = 10_000
EVERY = Q()  # record: narrowed to what a reader may read


@dataclass(frozen=True)
class EntryFilter:
    """Which records: empty means any. `standing` True leaves withdrawn ones out, False shows only them.

    `acts`: also the steps of the system itself (plan edited, head sent), which carry no statement.
    """

    text: str = ""
    kind: str = ""
    about: str = ""
    origin: str = ""
    unit: str = ""
    topic: str = ""
    visibility: str = ""
    occurred: Period | None = None
    fiscal_year: int | None = None
    standing: bool | None = None
    acts: bool = False


def evidence_entries(wanted: EntryFilter = EntryFilter(), *, told: Q = EVERY) -> QuerySet[Entry]:
    """The records that are `told` (casework.kept.entries_told), newest number first, with their payloads. Words are looked
    for in the newest 10,000 of the register."""
    found = Entry.objects.filter(told, log=LogName.MAIN).order_by("-number")
    found = found.prefetch_related("payload", "withdrawal")  # joined, a late page would join all before it
    exact = {
        "kind": wanted.kind, "about": wanted.about, "origin": wanted.origin, "unit": wanted.unit,
        "topic": wanted.topic, "visibility": wanted.visibility,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if not wanted.acts and not wanted.kind:
        found = found.filter(kind__in=sorted(evidence_kinds()))
    for span in (
        wanted.occurred,
        Period.fiscal_year(wanted.fiscal_year) if wanted.fiscal_year else None,
    ):
        if span is not None:
            found = found.filter(occurred_on__gte=span.start, occurred_on__lte=span.end)
    if wanted.standing is not None:
        gone = Q(pk__in=Withdrawal.objects.values("entry"))
        found = found.filter(~gone if wanted.standing else gone)
    return _with_text(found, wanted.text.replace("\0", "").strip())


def _with_text(found: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """Those with this evidence number, or with all of these words."""
    if _is_number(text):
        return found.filter(number=int(to_arabic(text)))
    words = text.split()
    if not words:
        return found
    among = found.filter(number__gt=log_size() - SEARCHED)
    for word in words:
        among = among.filter(_says(word))
    # Looked for once: the list counts its rows and then shows a page of them.
    return found.filter(pk__in=list(among.order_by().values_list("pk", flat=True)))


def evidence_kinds() -> set[str]:
    """The kinds of facts that can carry a statement, figures and people's words among them."""
    return {key for key in registry().fact_kinds if pickable(key)} | {STATED, ATTESTED}


def _is_number(text: str) -> bool:
    digits = to_arabic(text)
    return digits.isascii() and digits.isdecimal() and len(digits) < 16


class _Holds(Func):
    """Whether bytes stand in others: a payload's body is UTF-8 JSON without escapes for Thai."""

    template = "position(%(expressions)s) > 0"
    arg_joiner = " IN "
    output_field = BooleanField()  # type: ignore[assignment]


def _says(word: str) -> Q:
    """A word of the payload (title, document number, who recorded it) or of the label."""
    inside = _Holds(Value(word.encode(), output_field=BinaryField()), F("payload__body"))
    return Q(inside) | Q(label__contains=word)


# -- one record ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Carried:
    """A statement that rests on a record."""

    fiscal_year: int
    plan_id: int
    statement_id: int
    measure: int
    kind: StatementKind
    number: int
    text: str
    verdict: Verdict | None


@dataclass(frozen=True)
class EntryDetail:
    """One record as the office sees it, internal ones in full."""

    entry: Entry
    content: Mapping[str, Any]
    files: tuple[tuple[Mapping[str, Any], StoredFile | None], ...]
    erased: bool
    erasure: Entry | None = None  # the fact that erased its content: its own content says why and by whom
    withdrawal: Entry | None = None  # the fact that withdrew it, likewise
    replaced_by: int | None = None
    replaces: int | None = None
    by_hand: bool = False
    carries: tuple[Carried, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def withdrawn_reason(self) -> str:
        return self.withdrawal.content.get("reason", "") if self.withdrawal else ""


def entry_detail(number: int, *, told: Q = EVERY) -> EntryDetail | None:
    """The record with this number, if it is told, or None. At most seven queries beside the verdicts of its years, which are kept."""
    entry = (
        Entry.objects.filter(told, log=LogName.MAIN, number=number)
        .select_related("payload", "withdrawal", "organization")
        .first()
    )
    if entry is None:
        return None
    content = entry.content
    named: Sequence[Mapping[str, Any]] = content.get("files", ())
    digests = [str(file.get("sha256")) for file in named]
    stored = {f.sha256: f for f in StoredFile.objects.filter(sha256__in=digests)} if named else {}
    erased = entry.payload.body is None  # type: ignore[attr-defined]
    withdrawal = _told(FACT_WITHDRAWN, number) if hasattr(entry, "withdrawal") else None
    return EntryDetail(
        entry=entry,
        content=content,
        files=tuple((file, stored.get(str(file.get("sha256")))) for file in named),
        erased=erased,
        erasure=_told(PAYLOAD_ERASED, number) if erased else None,
        withdrawal=withdrawal,
        replaced_by=withdrawal.content.get("replaced_by") if withdrawal else None,
        replaces=content.get("replaces"),
        by_hand=by_hand(entry),
        carries=tuple(statements_on(number, entry)),
        remarks=tuple(remarks_on_entry(number)),
    )


def _told(kind: str, number: int) -> Entry | None:
    """What was recorded about the record later."""
    found = Entry.objects.filter(log=LogName.MAIN, kind=kind, subject=f"ledger.entry:{number}")
    return found.with_payload().first()


def by_hand(entry: Entry) -> bool:
    """Whether people put the record there, who may take it back; what work left behind stands."""
    if entry.kind in {STATED, ATTESTED}:
        return True
    known = registry().fact_kinds.get(entry.kind)
    return known is not None and known.provisional and entry.origin != Origin.WORK


def statements_on(number: int, entry: Entry) -> Iterable[Carried]:
    """The statements that cite the record in the years that its dates and period touch."""
    years = {fiscal_year_of(entry.occurred_on)}
    if entry.period:
        years |= {fiscal_year_of(entry.period.start), fiscal_year_of(entry.period.end)}
    for plan in Plan.objects.filter(fiscal_year__in=years, status__in=PUBLISHED):
        for state in statement_states(plan):
            if number in state.citations:
                yield Carried(
                    plan.fiscal_year, plan.pk, state.statement_id, state.measure, state.kind, state.number,
                    state.text, state.verdict,
                )  # fmt: skip


# -- what a new record would do -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """What a record that is not written yet would do to one statement.

    `missed` says which days count when it comes too early or too late; `lacking` what is still missing then.
    """

    fiscal_year: int
    statement_id: int
    measure: int
    kind: StatementKind
    number: int
    text: str
    before: Verdict
    after: Verdict
    reason: Reason = Reason.NONE
    missed: str = ""
    lacking: str = ""

    @property
    def changes(self) -> bool:
        return self.before is not self.after


def what_it_would_prove(
    *,
    kind: str,
    about: str,
    occurred_on: date,
    about_period: Period | None = None,
    origin: Origin = Origin.DOCUMENT,
    unit: str = "",
    details: Mapping[str, Any] | None = None,
) -> list[Effect]:
    """For each statement of the plans in force that asks for such a record: its verdict now, and with the record.

    Judged by the same rules as the report. For a figure `kind` is figure_stated and `about` its indicator, with the
    figure in `details` ("value", "of", "parts" … as text). At most five queries for each year that runs.
    """
    fact = Fact(
        number=0, kind=kind, about=about, occurred_on=occurred_on, about_period=about_period, origin=origin,
        unit=unit, title="", url="", public=True, recorded_at=clock.now(), payload=dict(details or {}),
    )  # fmt: skip
    effects: list[Effect] = []
    for plan in Plan.objects.filter(status=PlanStatus.PUBLISHED):
        if occurred_on in plan.period.widened(before=LOOK_AROUND.days, after=LOOK_AROUND.days):
            effects += _effects(plan, fact)
    return effects


@dataclass
class _Asking:
    """A statement that asks for such a fact, with all of its proofs."""

    statement: Any
    terms: list[ProofTerm] = field(default_factory=list[ProofTerm])

    @property
    def claim(self) -> Claim:
        s = self.statement
        return Claim(s.measure.number, StatementKind(s.kind), s.text, s.measure.period, s.number)


def _effects(plan: Plan, fact: Fact) -> Iterable[Effect]:
    asking = _asking(plan, fact)
    if not asking:
        return
    every = [term for each in asking for term in each.terms]
    present = load_evidence(
        wanted=facts_needed(every),
        period=plan.period,
        units=Unit.objects.active().values_list("name", flat=True),
        numbers=numbers_needed(every),
    )
    later = _with(present, fact)
    with sharing():
        verdicts = [
            [
                judge(each.claim, each.terms, join=each.statement.join, evidence=found)
                for found in (present, later)
            ]
            for each in asking
        ]
    for each, (before, after) in zip(asking, verdicts, strict=True):
        s, claim = each.statement, each.claim
        yield Effect(
            fiscal_year=plan.fiscal_year,
            statement_id=s.pk,
            measure=claim.measure,
            kind=claim.kind,
            number=s.number,
            text=s.text,
            before=before.verdict,
            after=after.verdict,
            reason=after.reason,
            missed=_missed(claim, each.terms, fact),
            lacking=after.note if after.verdict is not Verdict.PROVEN else "",
        )


def _asking(plan: Plan, fact: Fact) -> list[_Asking]:
    """The statements one of whose proofs looks at such a fact. One query."""
    by_statement: dict[int, _Asking] = {}
    rows = Proof.objects.filter(
        statement__measure__plan=plan, statement__withdrawn_on__isnull=True
    ).select_related("statement__measure")
    for row in rows.order_by("statement__measure__number", "statement__id", "position"):
        by_statement.setdefault(row.statement_id, _Asking(row.statement)).terms.append(row.term)  # type: ignore[attr-defined]
    order = list(StatementKind)
    found = [each for each in by_statement.values() if any(asks_for(term, fact) for term in each.terms)]
    return sorted(found, key=lambda a: (a.claim.measure, order.index(a.claim.kind), a.claim.number))


def asks_for(term: ProofTerm, fact: Fact) -> bool:
    """Whether a proof looks at facts of this kind about this thing."""
    if fact.kind == STATED:
        return fact.about == term.key or (term.name == "zero" and fact.about == COVERAGE)
    if term.or_reported and fact.kind == SHORTFALL:
        return True
    return term.name in {"fact", "alive"} and term.key == fact.kind and term.about in ("", fact.about)


def _with(evidence: Evidence, fact: Fact) -> Evidence:
    by_kind: dict[str, Sequence[Fact]] = defaultdict(list, evidence.by_kind)
    facts = [*by_kind[fact.kind], replace(fact, number=_LAST)]
    by_kind[fact.kind] = sorted(facts, key=lambda f: (f.occurred_on, f.number))
    return Evidence(by_kind, evidence.units, evidence.picked)


_LAST = 1 << 62  # the number of a record that is yet to come: later than all


def _missed(claim: Claim, terms: Sequence[ProofTerm], fact: Fact) -> str:
    """Why the fact's day does not count, when it counts for none of the proofs that look at such facts."""
    mine = [term for term in terms if asks_for(term, fact)]
    if any(
        term.window.admits(occurred_on=fact.occurred_on, about=fact.about_period, period=claim.period)
        for term in mine
    ):
        return ""
    days = admitted(mine[0].window, claim.period)
    if fact.occurred_on in days:  # the day fits, the period that it is about does not
        return f"เป็นเรื่องของช่วงอื่น ข้อความนี้ต้องการเรื่องของช่วง {short_date(claim.period.start)} ถึง {short_date(claim.period.end)}"
    side = "ก่อน" if fact.occurred_on < days.start else "หลัง"
    return (
        f"{short_date(fact.occurred_on)} อยู่{side}ช่วงที่ใช้พิสูจน์ได้ "
        f"({short_date(days.start)} ถึง {short_date(days.end)})"
    )
