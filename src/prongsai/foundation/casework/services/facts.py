"""What the ledger keeps of a case: the facts that its kind names, about no person, so that verdicts rest on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from prongsai.foundation.casework.kinds import CASE_UNMERGED, case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.common import on_record
from prongsai.foundation.ledger.kinds import FACT_WITHDRAWN
from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import RESERVED, PendingFact, entry_ref, flush, record, withdraw
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind
from prongsai.kernel.contracts import Actor, Origin, Topic

COUNTED = ("received", "finished", "refused", "reopened")  # what figures are made of
ENDINGS = ("finished", "refused")
GUESSED = "guessed"
JOINED = "รวมกับ "  # begins the reason for which merging withdraws facts


def on_received(case: Case, actor: Actor) -> None:
    """The case came in, on the day when it did."""
    _record(case, actor, "received", on=case.received_on, **_standing_figures(case))


def on_guessed(case: Case, actor: Actor) -> None:
    """The system guessed from a message what the case is. The fact stands until a person has acted on the case."""
    _record(case, actor, GUESSED, on=case.received_on, number=case.number)


def on_sorted(case: Case, actor: Actor) -> None:
    """A person knows what the case is: that it was guessed stands no more."""
    if (kind := _names(case).get(GUESSED)) is None:
        return
    if _pending(case):
        flush()
    for entry in facts(subject=case.ref, kind=kind):
        withdraw(actor=on_record(actor), entry=entry, reason="เจ้าหน้าที่ตรวจประเภทของเรื่องแล้ว")


common.sorting_listeners.append(on_sorted)


def on_closed(case: Case, actor: Actor, event: str) -> None:
    """The case is finished or refused: how, within its time or not, after how many of its clock's days."""
    _record(
        case,
        actor,
        event,
        **_standing_figures(case),
        state=case.state,
        in_time=int(not case.is_late),
        days=case.days_taken or 0,
        found=case.found,
    )


def on_reopened(case: Case, actor: Actor) -> None:
    _record(case, actor, "reopened", **_standing_figures(case))


def on_merged(case: Case, actor: Actor, into: Case) -> None:
    """The case is counted with another one: what was on record of it is withdrawn."""
    _withdraw(case, actor, f"{JOINED}{into.number}")
    _record(case, actor, "merged", number=case.number, into=into.number)


def on_unmerged(case: Case, actor: Actor, out_of: Case) -> None:
    """The case is counted by itself again: what merging had withdrawn is recorded again as it is, in its order."""
    flush()  # what this very transaction recorded or withdrew gets its numbers now
    names = {kind: event for event, kind in _names(case).items() if event in COUNTED}
    own = Entry.objects.filter(log=LogName.MAIN, subject=str(case.ref))
    since = own.filter(kind=CASE_UNMERGED).aggregate(last=Max("number"))["last"] or 0
    found = _withdrawn_by_merging(own.filter(kind__in=names, withdrawal__isnull=False, number__gt=since))
    record(
        actor=on_record(actor), kind=CASE_UNMERGED, occurred_on=clock.today(), origin=Origin.WORK, subject=case.ref,
        payload={"number": case.number, "out_of": out_of.number},
    )  # fmt: skip
    for entry in found:
        said = _kept([entry]) | _standing_figures(case)
        _record(case, actor, names[entry.kind], on=entry.occurred_on, **said)


def _withdrawn_by_merging(withdrawn: QuerySet[Entry]) -> list[Entry]:
    """Those of a case's withdrawn facts that merging withdrew, oldest first; what a correction did stays withdrawn."""
    found = {
        str(entry_ref(each)): each
        for each in withdrawn.select_related("payload", "organization").order_by("number")
    }
    why = Entry.objects.filter(log=LogName.MAIN, kind=FACT_WITHDRAWN, subject__in=list(found)).with_payload()  # type: ignore[attr-defined]
    by_merging = {each.subject for each in why if str(each.content.get("reason", "")).startswith(JOINED)}
    return [entry for subject, entry in found.items() if subject in by_merging]


def on_recategorised(case: Case, actor: Actor, reason: str) -> None:
    """Topic, category or day was another: what is on record is withdrawn and recorded again as it is, in its order."""
    for entry in _withdraw(case, actor, reason):
        event = next(name for name, kind in _names(case).items() if kind == entry.kind)
        on = case.received_on if event == "received" else entry.occurred_on
        _record(case, actor, event, on=on, **(_kept([entry]) | _standing_figures(case)))
    _record(case, actor, "recategorised", number=case.number, category=case.category)


def on_another_kind(case: Case, actor: Actor, before: CaseKind, reason: str) -> None:
    """The case is of another kind: what is on record of it as `before` is withdrawn and recorded as what it is.

    It came in on its day, and where it stays closed it was closed when it was last; other ends and beginnings were
    those of another procedure. In time or not is judged by the clock of the new kind.
    """
    found = _withdraw(case, actor, reason, names=before.facts)
    came = [each for each in found if each.kind == before.facts.get("received")]
    closings = {before.facts.get(name) for name in ENDINGS}
    ended = [each for each in found if each.kind in closings]
    _record(case, actor, "received", on=case.received_on, **(_kept(came[-1:]) | _standing_figures(case)))
    if not case.is_open and ended:
        said = _kept(ended[-1:]) | _standing_figures(case)
        said |= {"state": case.state, "in_time": int(not case.is_late), "found": case.found}
        _record(case, actor, case.phase, on=ended[-1].occurred_on, **said)
    _record(
        case, actor, "recategorised", number=case.number, category=case.category, was=before.key,
        former_numbers=case.former_numbers.split(),
    )  # fmt: skip


def _kept(entries: list[Entry]) -> dict[str, Any]:
    """What the facts say, without what every entry has."""
    return {name: value for each in entries for name, value in each.content.items() if name not in RESERVED}


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


def _withdraw(
    case: Case, actor: Actor, reason: str, *, names: Mapping[str, str] | None = None
) -> list[Entry]:
    """Withdraw what stands of the case (as `names` call it); returns what was withdrawn, oldest first."""
    kinds = {kind for event, kind in (names or _names(case)).items() if event in COUNTED}
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
