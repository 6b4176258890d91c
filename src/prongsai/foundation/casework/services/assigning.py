"""Who works on a case: a unit, a person, both; given once and again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import rights
from prongsai.foundation.casework.hands import can_work, needed_for
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.concerning import Concerned, change_concerned, refuse_concerned
from prongsai.foundation.casework.services.messages import put_note
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted


@transaction.atomic
def assign(
    *,
    actor: Actor,
    case: Case,
    unit: Unit | None = None,
    assignee: Membership | None = None,
    version: int | None = None,
    reason: str = "",
    concerned: Concerned | None = None,
) -> Case:
    """Give an open case to a unit, to a person, or to both; given to a person alone, it goes to the person's unit.

    Given to another unit, it leaves the person who had it. `reason` is a note among the staff. `concerned` says whom it
    is about; left out, that stays. Needs `<module>.assign`. Raises InvalidInput (also for whom the case is about, for
    who cannot work on such cases, and for a person of another unit than the one that is said), WrongState for a case
    that is closed, Stale, NotPermitted.
    """
    current = common.locked(case, version)
    kind = case_kind(current.kind)
    rights.require_to(actor, current, "assign")
    common.require_open(current, kind)
    if unit is None and assignee is None:
        raise InvalidInput(_("Choose a unit or who works on it"), field="unit")
    if concerned is not None:
        change_concerned(current, concerned, actor=actor)
    unit, assignee = common.own_unit(unit), common.own_member(assignee)
    if actor.user_id is not None and (unit, assignee) != (current.unit, current.assignee):
        refuse_elsewhere(unit, assignee)
    give(current, actor=actor, unit=unit, assignee=assignee)
    if reason := common.words(reason, "reason"):
        put_note(current, reason, actor=actor)
    return current


@transaction.atomic
def take(*, actor: Actor, case: Case, version: int | None = None) -> Case:
    """Work on an open case oneself from now on, in the unit in which it is.

    Whoever assigns takes any case, from whoever has it; with `<module>.handle` alone one of their own unit that no
    person has yet. Raises WrongState for a case that is closed, Stale when somebody was faster, NotPermitted.
    """
    current = common.locked(case, version)
    common.require_open(current, case_kind(current.kind))
    member = common.own_member(common.member_of(actor))
    if member is None or not may_take(actor, current):
        rights.require_to(actor, current, "handle")
        raise NotPermitted(
            _("Case %(number)s has not been left to whoever is free in your unit")
            % {"number": current.number}
        )
    give(current, actor=actor, unit=current.unit, assignee=member)
    return current


def refuse_elsewhere(unit: Unit | None, assignee: Membership | None) -> None:
    """Raise InvalidInput for a unit together with a person of another one: one of the two was not meant."""
    if unit is None or assignee is None or assignee.unit is None or assignee.unit == unit:
        return
    raise InvalidInput(
        _("%(name)s works in %(unit)s. Choose that unit, or somebody of the unit that you chose")
        % {"name": assignee.user.full_name, "unit": assignee.unit},
        field="unit",
    )


def refuse_unable(case: Case, assignee: Membership | None) -> None:
    """Raise InvalidInput for a person who could not open the case, or not work on it."""
    if assignee is not None and not can_work(assignee, case_kind(case.kind)):
        raise InvalidInput(
            _("%(name)s cannot work on such cases: their roles do not permit it. Choose somebody else")
            % {"name": assignee.user.full_name},
            field="assignee",
        )


def may_take(actor: Actor, case: Case) -> bool:
    """Whether the actor may take the case as it stands; it asks nothing where unit and person are loaded."""
    if not case.is_open or actor.user_id is None or not needed_for(case_kind(case.kind)) <= actor.permissions:
        return False
    if case.assignee is not None:
        theirs = case.assignee.user_id == actor.user_id  # type: ignore[attr-defined]
        return not theirs and rights.may_do(actor, case, "assign")
    own = case.unit is not None and case.unit.name == actor.unit
    return rights.may_do(actor, case, "assign") or (own and rights.may_do(actor, case, "handle"))


def give(case: Case, *, actor: Actor, unit: Unit | None = None, assignee: Membership | None = None) -> None:
    """Put unit and person into a locked case; nothing happens when it is theirs already. Raises InvalidInput where it
    is about them, or the person cannot work on it; who keeps the register works on what is about their unit alone."""
    refuse_concerned(case, unit, assignee)
    if unit is None:
        unit = assignee.unit if assignee and assignee.unit else case.unit
        unit = None if unit is not None and unit.pk == case.concerned_unit_id else unit
    moved = (unit.pk if unit else None) != case.unit_id
    if assignee is None and not moved and case.assignee and can_work(case.assignee, case_kind(case.kind)):
        assignee = case.assignee
    if not moved and (assignee.pk if assignee else None) == case.assignee_id:
        return
    if (assignee.pk if assignee else None) != case.assignee_id:
        refuse_unable(case, assignee)
    case.unit, case.assignee = unit, assignee
    if actor.user_id is not None:  # a rule that routes has not looked at it
        case.acknowledged_at = case.acknowledged_at or clock.now()
    common.keep(case, "unit", "assignee", "acknowledged_at")
    common.note_event(
        case, "assigned", actor=actor, unit=unit if moved else None, assignee=assignee, public=moved
    )
    if case.is_open and (unit is not None or assignee is not None):
        common.asks(case, common.ASSIGNED, actor=actor)
