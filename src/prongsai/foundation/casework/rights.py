"""Who may do what with a case: by permission, by whose the case is, and by whom it is about."""

from __future__ import annotations

from django.utils.translation import gettext as _

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import NotPermitted


def is_about(actor: Actor, case: Case) -> bool:
    """Whether the case is about the actor: about them, or about their unit, unless they keep the register of such cases.

    They see nothing of it, and it cannot be given to them. It asks nothing where whom it is about is loaded.
    """
    if actor.user_id is None or (case.concerned_member_id is None and case.concerned_unit_id is None):
        return False
    if case.concerned_member is not None and case.concerned_member.user_id == actor.user_id:  # type: ignore[attr-defined]
        return True
    about_unit = case.concerned_unit is not None and case.concerned_unit.name == actor.unit
    return about_unit and not case_kind(case.kind).keeps(actor)


def is_theirs(actor: Actor, case: Case) -> bool:
    """Whether the case is the actor's to work on: given to them, in their unit, or nobody's yet. It asks nothing where
    unit and person are loaded."""
    if case.unit_id is None and case.assignee_id is None:
        return True
    if case.assignee is not None and case.assignee.user_id == actor.user_id:  # type: ignore[attr-defined]
        return True
    return case.unit is not None and case.unit.name == actor.unit


def may(actor: Actor, case: Case, permission: str) -> bool:
    """Whether the actor may do with this case what asks for `permission` (of several, separated by `|`, for any one).

    Who works on cases (`<module>.handle`) works on their own unit's, on what is given to them and on what nobody has
    yet; whoever assigns, takes in or manages such cases works on all of them. Whom a case is about may do nothing.
    """
    if is_about(actor, case):
        return False
    kind = case_kind(case.kind)
    held = actor.is_system or not actor.permissions.isdisjoint(permission.split("|"))
    if not held or actor.is_system or kind.oversees(actor):
        return held
    handle = kind.permission_for("handle")
    by_others = any(each != handle and each in actor.permissions for each in permission.split("|"))
    return by_others or is_theirs(actor, case)


def may_do(actor: Actor, case: Case, what: str) -> bool:
    """The same for what a kind of case calls it: handle, assign, intake, publish, manage."""
    return may(actor, case, case_kind(case.kind).permission_for(what))


def told_contact(actor: Actor, case: Case) -> bool:
    """Whether the actor is told who brought the case: those who work on it, and those who take such cases in."""
    return may_do(actor, case, "handle") or may_do(actor, case, "intake")


def require(actor: Actor, case: Case, permission: str) -> None:
    """Raise NotPermitted, in words, unless `may`."""
    if may(actor, case, permission):
        return
    if is_about(actor, case):
        raise NotPermitted(_("The case is about you or your unit: others work on it"))
    if actor.permissions.isdisjoint(permission.split("|")):
        actor.require(permission)
    raise NotPermitted(
        _(
            "Case %(number)s is worked on by %(who)s. Others act on it once it is given to them; "
            "whoever assigns or takes in cases gives it out"
        )
        % {"number": case.number, "who": case.unit or case.assignee}
    )


def require_to(actor: Actor, case: Case, what: str) -> None:
    """The same for what a kind of case calls it."""
    require(actor, case, case_kind(case.kind).permission_for(what))
