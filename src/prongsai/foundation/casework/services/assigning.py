"""Who works on a case: a unit, a person, both; given once and again."""

from __future__ import annotations

from django.db import transaction

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.messages import put_note
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput


@transaction.atomic
def assign(
    *,
    actor: Actor,
    case: Case,
    unit: Unit | None = None,
    assignee: Membership | None = None,
    version: int | None = None,
    reason: str = "",
) -> Case:
    """Give an open case to a unit, to a person, or to both; given to a person alone, it goes to the person's unit.

    Given to another unit, it leaves the person who had it. `reason` is a note among the staff. Needs `<module>.assign`.
    Raises InvalidInput, WrongState for a case that is closed, Stale, NotPermitted.
    """
    current = common.locked(case, version)
    kind = case_kind(current.kind)
    actor.require(kind.permission_for("assign"))
    common.require_open(current, kind)
    if unit is None and assignee is None:
        raise InvalidInput("เลือกส่วนราชการหรือผู้รับผิดชอบ", field="unit")
    give(current, actor=actor, unit=common.own_unit(unit), assignee=common.own_member(assignee))
    if reason := common.words(reason, "reason"):
        put_note(current, reason, actor=actor)
    return current


def give(case: Case, *, actor: Actor, unit: Unit | None = None, assignee: Membership | None = None) -> None:
    """Put unit and person into a locked case; nothing happens when it is theirs already."""
    if unit is None:
        unit = assignee.unit if assignee and assignee.unit else case.unit
    moved = (unit.pk if unit else None) != case.unit_id
    if assignee is None and not moved:
        assignee = case.assignee
    if not moved and (assignee.pk if assignee else None) == case.assignee_id:
        return
    case.unit, case.assignee = unit, assignee
    if actor.user_id is not None:  # a rule that routes has not looked at it
        case.acknowledged_at = case.acknowledged_at or clock.now()
    common.keep(case, "unit", "assignee", "acknowledged_at")
    common.note_event(
        case, "assigned", actor=actor, unit=unit if moved else None, assignee=assignee, public=moved
    )
