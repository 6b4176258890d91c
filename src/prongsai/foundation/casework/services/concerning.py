"""Whom a complaint about the office is about: kept from them, and never given to them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import rights
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import common
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted

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
    """Say in the case whom it is about. Raises InvalidInput for a kind of case that is not kept to its units, for whoever
    is not of the office, and where nobody would be left who keeps the register of such cases."""
    kind = case_kind(case.kind)
    if concerned != NOBODY and not kind.kept_to_unit:
        raise InvalidInput(
            _("Only a complaint about the office is about a unit or a person"),
            field=FIELDS[0] if concerned.unit else FIELDS[1],
        )
    case.concerned_unit = common.own_unit(concerned.unit, field=FIELDS[0])
    case.concerned_member = common.own_member(concerned.member, field=FIELDS[1])
    if concerned.member is not None and kind.keeps(concerned.member.actor()):
        others = Membership.objects.working().exclude(user_id=concerned.member.user_id)  # type: ignore[attr-defined]
        if not any(kind.keeps(each.actor()) for each in others):
            raise InvalidInput(
                _(
                    "%(name)s alone takes in and manages such cases, so nobody would be left to see to this one. "
                    "Let somebody else take cases in first (Settings, People)"
                )
                % {"name": concerned.member.user.full_name},
                field=FIELDS[1],
            )


def change_concerned(case: Case, concerned: Concerned, *, actor: Actor) -> bool:
    """Say of a locked case whom it is about; whether that is news. Whoever has it and is concerned has it no longer. What
    belongs to the case and was about the same goes along (`_belonging`), and those who keep the register are told.

    Needs assign, intake or manage; to take somebody's name away again, and to name one who keeps the register of such
    cases, intake or manage: nobody is let in to what is about them, or shuts out who keeps the register, by the hands that
    work on it. Raises InvalidInput, NotPermitted.
    """
    before = Concerned.of(case)
    if concerned == before:
        return False
    kind = case_kind(case.kind)
    adds = before.unit in (None, concerned.unit) and before.member in (None, concerned.member)
    whats = ("assign", "intake", "manage") if adds else ("intake", "manage")
    rights.require(actor, case, "|".join(kind.permission_for(what) for what in whats))
    fresh = concerned.member if concerned.member != before.member else None
    if fresh is not None and kind.keeps(fresh.actor()) and not kind.keeps(actor):
        raise NotPermitted(
            _(
                "%(name)s keeps the register of such cases: only another one who does can say that a case is about them"
            )
            % {"name": fresh.user.full_name}
        )
    put_concerned(case, concerned)
    _keep(case, actor)
    _carry(case, before, actor)
    common.asks(case, common.CONCERNED, actor=actor)
    return True


def _keep(case: Case, actor: Actor) -> None:
    """Keep whom a case is about now; it leaves them if they have it."""
    fields = [*FIELDS]
    if case.is_open and (case.unit or case.assignee) and why_not_given(case, case.unit, case.assignee)[0]:
        case.unit = case.assignee = None
        fields += ["unit", "assignee"]
    common.keep(case, *fields)
    common.note_event(case, "concerned", actor=actor, about=str(Concerned.of(case)))


def _carry(case: Case, before: Concerned, actor: Actor) -> None:
    """Say the same of what belongs to the case, as far as it was said to be about the same as the case before."""
    now = Concerned.of(case)
    for each in common.in_order(*_belonging(case)):
        was = Concerned.of(each)
        unit = now.unit if was.unit == before.unit else was.unit
        member = now.member if was.member == before.member else was.member
        if Concerned(unit, member) != was:
            each.concerned_unit, each.concerned_member = unit, member
            _keep(each, actor)


def _belonging(case: Case) -> list[int]:
    """What tells of the same matter: parts of the case, cases joined with it and the one that it is joined with, and what
    was made of messages in it; of each of these likewise, but not what it is a part of."""
    found, fresh = {case.pk}, {case.pk}
    while fresh:
        joined = Case.objects.filter(pk__in=fresh, merged_into__isnull=False).values("merged_into")
        said = CaseMessage.objects.filter(case__in=fresh, direction=CaseMessage.Direction.IN)
        keys = [f"{common.FROM_MESSAGE}{pk}" for pk in said.values_list("pk", flat=True)]
        belongs = Q(parent__in=fresh) | Q(merged_into__in=fresh) | Q(pk__in=joined) | Q(source_key__in=keys)
        fresh = set(Case.objects.filter(belongs).exclude(pk__in=found).values_list("pk", flat=True))
        found |= fresh
    return sorted(found - {case.pk})


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
