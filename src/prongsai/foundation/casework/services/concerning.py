"""Whom a complaint about the office is about: kept from them, and never given to them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import rights
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput

FIELDS = ("concerned_unit", "concerned_member")


@dataclass(frozen=True)
class Concerned:
    """A unit, a person, both or nobody that a case is about."""

    unit: Unit | None = None
    member: Membership | None = None

    @classmethod
    def of(cls, case: Case) -> Concerned:
        return cls(case.concerned_unit, case.concerned_member)

    def __str__(self) -> str:
        """Both by name, for the history."""
        return " ".join(
            filter(None, [str(self.unit or ""), self.member.user.full_name if self.member else ""])
        )


NOBODY = Concerned()


def put_concerned(case: Case, concerned: Concerned) -> None:
    """Say in the case whom it is about. Raises InvalidInput for a kind of case that is not kept to its units, and for
    whoever is not of the office."""
    if concerned != NOBODY and not case_kind(case.kind).kept_to_unit:
        raise InvalidInput(
            _("Only a complaint about the office is about a unit or a person"),
            field=FIELDS[0] if concerned.unit else FIELDS[1],
        )
    case.concerned_unit = common.own_unit(concerned.unit, field=FIELDS[0])
    case.concerned_member = common.own_member(concerned.member, field=FIELDS[1])


def change_concerned(case: Case, concerned: Concerned, *, actor: Actor) -> bool:
    """Say of a locked case whom it is about; whether that is news. Whoever has it and is concerned has it no longer.

    Needs assign, intake or manage; to take somebody's name away again, intake or manage: nobody is let in to what is
    about them by the same hands that work on it. Raises InvalidInput, NotPermitted.
    """
    before = Concerned.of(case)
    if concerned == before:
        return False
    kind = case_kind(case.kind)
    adds = before.unit in (None, concerned.unit) and before.member in (None, concerned.member)
    whats = ("assign", "intake", "manage") if adds else ("intake", "manage")
    rights.require(actor, case, "|".join(kind.permission_for(what) for what in whats))
    put_concerned(case, concerned)
    fields = [*FIELDS]
    if case.is_open and (case.unit or case.assignee) and why_not_given(case, case.unit, case.assignee)[0]:
        case.unit = case.assignee = None
        fields += ["unit", "assignee"]
    common.keep(case, *fields)
    common.note_event(case, "concerned", actor=actor, about=str(concerned))
    return True


def why_not_given(case: Case, unit: Unit | None, assignee: Membership | None) -> tuple[str, str]:
    """Why a case cannot be given to a unit or a person, with the field that says it; two empty texts when it can."""
    if case.concerned_unit_id is None and case.concerned_member_id is None:
        return "", ""
    if unit is not None and unit.pk == case.concerned_unit_id:
        return _("The case is about %(unit)s, so it cannot be given to them") % {"unit": unit}, "unit"
    if assignee is not None and rights.is_about(assignee.actor(), case):
        return (
            _("The case is about %(name)s or their unit, so it cannot be given to them")
            % {"name": assignee.user.full_name},
            "assignee",
        )
    return "", ""


def refuse_concerned(case: Case, unit: Unit | None, assignee: Membership | None) -> None:
    """Raise InvalidInput where the case is about the unit or person it is to be given to."""
    why, field = why_not_given(case, unit, assignee)
    if why:
        raise InvalidInput(why, field=field)
