"""What the ledger keeps of a case: the facts that its kind names, about no person, so that verdicts rest on them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services.common import on_record
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import RESERVED, PendingFact, flush, record, withdraw
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Topic

COUNTED = ("received", "finished", "refused", "reopened")  # what figures are made of


def on_received(case: Case, actor: Actor) -> None:
    """The case came in, on the day when it did."""
    _record(case, actor, "received", on=case.received_on, **_standing_figures(case))


def on_closed(case: Case, actor: Actor, event: str) -> None:
    """The case is finished or refused: how, within its time or not, after how many of its clock's days."""
    in_time = case.due_on is None or case.closed_on is None or case.closed_on <= case.due_on
    _record(
        case,
        actor,
        event,
        **_standing_figures(case),
        state=case.state,
        in_time=int(in_time),
        days=case.days_taken or 0,
        found=case.found,
    )


def on_reopened(case: Case, actor: Actor) -> None:
    _record(case, actor, "reopened", **_standing_figures(case))


def on_merged(case: Case, actor: Actor, into: Case) -> None:
    """The case is counted with another one: what was on record of it is withdrawn."""
    _withdraw(case, actor, f"รวมกับ {into.number}")
    _record(case, actor, "merged", number=case.number, into=into.number)


def on_recategorised(case: Case, actor: Actor, reason: str) -> None:
    """Topic, category or day was another: what is on record is withdrawn and recorded again as it is, in its order."""
    for entry in _withdraw(case, actor, reason):
        event = next(name for name, kind in _names(case).items() if kind == entry.kind)
        kept = {name: value for name, value in entry.content.items() if name not in RESERVED}
        on = case.received_on if event == "received" else entry.occurred_on
        _record(case, actor, event, on=on, **(kept | _standing_figures(case)))
    _record(case, actor, "recategorised", number=case.number, category=case.category)


def _standing_figures(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "category": case.category,
        "channel_kind": case.channel_kind,
        "case_kind": case.kind,
    }


def _names(case: Case) -> dict[str, str]:
    return dict(case_kind(case.kind).facts)


def _record(case: Case, actor: Actor, event: str, *, on: date | None = None, **payload: Any) -> None:
    kind = _names(case).get(event)
    if kind is None or case.is_check:
        return
    record(
        actor=on_record(actor),
        kind=kind,
        occurred_on=on or clock.today(),
        origin=Origin.WORK,
        subject=case.ref,
        topic=Topic(case.topic) if case.topic else None,
        unit=case.unit.name if case.unit else "",
        payload=payload,
    )


def _withdraw(case: Case, actor: Actor, reason: str) -> list[Entry]:
    """Withdraw what stands of the case; returns what was withdrawn, oldest first."""
    kinds = {kind for event, kind in _names(case).items() if event in COUNTED}
    if not kinds or case.is_check:
        return []
    if _pending(case):
        flush()  # what this very transaction recorded of the case gets its numbers now
    found = list(facts(subject=case.ref).filter(kind__in=kinds).with_payload().order_by("number"))
    for entry in found:
        withdraw(actor=on_record(actor), entry=entry, reason=reason)
    return found


def _pending(case: Case) -> bool:
    subject = str(case.ref)
    hooks = (hook for _, hook, _ in connection.run_on_commit)
    return any(isinstance(h, PendingFact) and h.entry is None and h.draft.subject == subject for h in hooks)
