"""What was typed wrongly, and what belongs into another drawer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common, facts
from prongsai.foundation.casework.services.another_kind import into_kind
from prongsai.foundation.casework.services.opening import (
    Contact,
    Place,
    checked_day,
    checked_details,
    put_contact,
    put_place,
    titled,
)
from prongsai.kernel.cases import CaseKind, Phase
from prongsai.kernel.contracts import Actor, Topic
from prongsai.kernel.errors import WrongState
from prongsai.kernel.thai.dates import fiscal_year_of

CONTACT = ("is_anonymous", "contact_name", "contact_phone", "contact_email", "contact_handle")
PLACE = ("place", "village", "latitude", "longitude")


@transaction.atomic
def recategorise(
    *,
    actor: Actor,
    case: Case,
    category: str,
    topic: Topic | None,
    kind: str = "",
    version: int | None = None,
) -> Case:
    """Put a case into another category and under another topic, also when it is closed: the figures follow.

    What is on record of it is withdrawn and recorded again. Where the category is one of another kind of case, `kind`
    says of which: the case then goes on as one of that kind, under a number of its series (`into_kind`). Needs
    `<module>.handle`, of both kinds. Raises WrongState for a merged case (it is counted elsewhere), Stale,
    NotPermitted, InvalidInput.
    """
    current = common.locked(case, version)
    known = case_kind(current.kind)
    actor.require(known.permission_for("handle"))
    _require_counted(current, known)
    category, named = common.line(category, "category", limit=60), Topic(topic).value if topic else ""
    if kind and kind != current.kind:
        current.category, current.topic = category, named
        return into_kind(current, known, case_kind(kind), actor=actor)
    if (category, named) == (current.category, current.topic):
        return current
    current.category, current.topic = category, named
    common.keep(current, "category", "topic")
    common.note_event(current, "recategorised", actor=actor, about=category)
    facts.on_recategorised(current, actor, "เปลี่ยนประเภทหรือด้านของเรื่อง")
    return current


@transaction.atomic
def correct(
    *,
    actor: Actor,
    case: Case,
    version: int | None = None,
    title: str | None = None,
    body: str | None = None,
    contact: Contact | None = None,
    place: Place | None = None,
    details: Mapping[str, Any] | None = None,
    received_on: date | None = None,
) -> Case:
    """Correct what was typed; what is not given stays. Another `received_on` moves the last day, and the fact with it.

    Needs `<module>.handle`. Raises WrongState when the case was erased, or for another day of a case that is closed or
    was opened again; Stale, NotPermitted, InvalidInput.
    """
    current = common.locked(case, version)
    kind = case_kind(current.kind)
    actor.require(kind.permission_for("handle"))
    common.require_kept(current)
    changed: list[str] = []
    if body is not None:
        current.body, changed = common.words(body, "body"), [*changed, "body"]
    if title is not None:
        current.title, changed = titled(title, current.body), [*changed, "title"]
    if contact is not None:
        put_contact(current, contact)
        changed += CONTACT
    if place is not None:
        put_place(current, place)
        changed += PLACE
    if details is not None:
        current.details, changed = checked_details(details), [*changed, "details"]
    moved = received_on is not None and _redate(current, kind, received_on)
    if moved:
        changed += ["received_on", "clock_started_on", "due_on", "inform_by"]
    if not changed:
        return current
    common.keep(current, *changed)
    common.note_event(current, "corrected", actor=actor, about=" ".join(changed))
    if moved:
        facts.on_recategorised(current, actor, "แก้วันที่รับเรื่อง")
    return current


def _redate(case: Case, kind: CaseKind, day: date) -> bool:
    """Another day of receipt into an open case; False when it is the same."""
    if checked_day(day) == case.received_on:
        return False
    common.require_open(case, kind)
    if case.reopened:
        raise WrongState(f"เรื่อง {case.number} เปิดใหม่แล้ว จึงแก้วันที่รับเรื่องไม่ได้")
    if fiscal_year_of(day) != fiscal_year_of(case.received_on) and case.merged.exists():
        raise WrongState(f"มีเรื่องอื่นรวมอยู่ในเรื่อง {case.number} จึงย้ายวันที่รับเรื่องไปคนละปีงบประมาณไม่ได้")
    calendar = calendar_from(min(day, case.received_on))
    case.received_on = case.clock_started_on = day
    case.due_on = kind.clock.due(day, calendar, waited=case.waited_days)
    case.inform_by = kind.clock.inform_by(day, calendar)
    return True


def _require_counted(case: Case, kind: CaseKind) -> None:
    if case.phase == Phase.MERGED:
        raise WrongState(f"เรื่อง {case.number} นับรวมกับเรื่องอื่นแล้ว ({kind.workflow.state(case.state).title})")
