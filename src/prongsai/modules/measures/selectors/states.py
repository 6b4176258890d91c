"""Every statement of a plan as the office sees it: verdict, what is missing, who owes it and by when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import uuid4

from django.core.cache import cache
from django.db import connection

from prongsai.foundation.ledger.selectors import log_size
from prongsai.kernel import clock
from prongsai.kernel.contracts import Origin, Period, Reason, StatementKind, Verdict
from prongsai.modules.measures.choices import PlanStatus, RemarkStatus
from prongsai.modules.measures.mending import Mend, due_on, what_would_mend
from prongsai.modules.measures.models import Plan, Remark
from prongsai.modules.measures.selectors.judging import Judged, Judgement, judged
from prongsai.modules.measures.words import describe
from prongsai.ui.caching import Store

LIVE_SECONDS = 3600
# The newest values of this process as they are: copying a large plan in and out would cost more than all else. The cache
# only holds the token that leads to them, so that what empties or outlives the cache reaches them too.
_values: Store[Any] = Store(limit=200)  # an office has about four
PUBLISHED = {PlanStatus.PUBLISHED, PlanStatus.CLOSED}
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class StatementState:
    """One statement, with all that a list or a reminder says of it. Withdrawn ones have no verdict."""

    statement_id: int
    measure_id: int
    measure: int
    kind: StatementKind
    number: int
    text: str
    revision: int
    units: tuple[str, ...]
    period: Period
    due: date
    proofs: tuple[str, ...] = ()  # in words
    join: str = "all"
    verdict: Verdict | None = None
    reason: Reason = Reason.NONE
    origin: Origin | None = None
    note: str = ""
    printed: str = ""
    citations: tuple[int, ...] = ()
    mends: tuple[Mend, ...] = ()
    open_remarks: int = 0
    withdrawn_reason: str = ""
    withdrawn_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether records are missing, or say otherwise."""
        return self.verdict in {Verdict.UNPROVEN, Verdict.CONTRADICTED}

    @property
    def unit(self) -> str:
        """Who owes it: the first of the responsible units."""
        return self.units[0] if self.units else ""


def kept(name: str, plan: Plan, make: Callable[[], Kept], *, size: int | None = None) -> Kept:
    """`make()`, kept until the ledger grows, the plan changes or the day ends: nothing else moves a verdict.

    `size` is the ledger's, for a caller who knows it; otherwise it takes one query.
    """
    if connection.run_on_commit:
        return make()  # something is not committed yet: keep nothing of it
    key = f"{name}:{stamp(plan, log_size() if size is None else size)}"
    token = cache.get(key)
    if token is None:
        token = uuid4().hex
        cache.set(key, token, LIVE_SECONDS)
    value = _values.get(token)
    if value is None:
        value = make()
        _values.put(token, value, 1)
    return value


def stamp(plan: Plan, size: int) -> str:
    """Changes with whatever moves a verdict."""
    parts = (plan.organization_id, plan.pk, plan.status, size, clock.today().isoformat())  # type: ignore[attr-defined]
    return ":".join(str(part) for part in parts)


def statement_states(plan: Plan, *, size: int | None = None) -> tuple[StatementState, ...]:
    """The statements of any version of a plan, in the order of the paper; at most eight queries, kept till something changes."""
    return kept("states", plan, lambda: tuple(states_of(plan, judged(plan))), size=size)


def states_of(plan: Plan, judgement: Judgement) -> list[StatementState]:
    """What was judged, with what would mend it."""
    remarks = Counter(
        Remark.objects.filter(plan=plan, statement__isnull=False)
        .exclude(status=RemarkStatus.SETTLED)
        .values_list("statement_id", flat=True)
    )
    published = plan.status in PUBLISHED
    found = {
        each.statement.pk: _state(each, published=published, remarks=remarks[each.statement.pk])
        for each in judgement.judged
    }
    for measure, statement in judgement.withdrawn:
        place = _place(measure, statement)
        found[statement.pk] = StatementState(
            **place, withdrawn_reason=statement.withdrawn_reason, withdrawn_on=statement.withdrawn_on
        )
    order = list(StatementKind)
    return sorted(found.values(), key=lambda s: (s.measure, order.index(s.kind), s.number))


def _place(measure: Any, statement: Any) -> dict[str, Any]:
    return {
        "statement_id": statement.pk,
        "measure_id": measure.pk,
        "measure": measure.number,
        "kind": StatementKind(statement.kind),
        "number": statement.number,
        "text": statement.text,
        "revision": statement.revision,
        "units": tuple(r.unit.name for r in measure.responsible.all()),
        "period": measure.period,
        "due": due_on(statement.text, measure.period),
    }


def _state(each: Judged, *, published: bool, remarks: int) -> StatementState:
    finding = each.finding
    mends: tuple[Mend, ...] = ()
    if finding.verdict is not Verdict.PROVEN:
        mends = what_would_mend(
            each.claim, each.terms, each.parts, join=each.statement.join, published=published
        )
    return StatementState(
        **_place(each.measure, each.statement),
        proofs=tuple(describe(term) for term in each.terms),
        join=each.statement.join,
        verdict=finding.verdict,
        reason=finding.reason,
        origin=finding.origin,
        note=finding.note,
        printed=finding.sentence if finding.verdict is Verdict.CONTRADICTED else each.statement.text,
        citations=finding.entries,
        mends=mends,
        open_remarks=remarks,
    )
