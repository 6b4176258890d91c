"""Roles: named bundles of permissions, edited as data."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from prongsai.foundation.accounts import kinds
from prongsai.foundation.accounts.builtin import builtin_roles
from prongsai.foundation.accounts.models import MembershipRole, Role
from prongsai.foundation.accounts.permissions import EVERYBODY
from prongsai.foundation.accounts.permissions import permissions as known_permissions
from prongsai.foundation.accounts.services.common import (
    MANAGE_PEOPLE,
    keeping_an_administrator,
    put_on_record,
    said,
)
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import reading_across_organizations, working_for
from prongsai.kernel.contracts import Actor, Ref
from prongsai.kernel.errors import InvalidInput, WrongState


@transaction.atomic
def save_role(
    *, actor: Actor, role: Role | None = None, name: str, description: str = "", permissions: Sequence[str]
) -> Role:
    """Make a role, or change one: its name, description and permissions are said anew.

    What everybody may do is not named. Raises InvalidInput for a name that is taken or a permission that nobody
    provides; WrongState when nobody would be left who may manage people; NotPermitted.
    """
    actor.require(MANAGE_PEOPLE)
    with keeping_an_administrator():
        current = _own_role(role) if role else Role(key=f"role-{secrets.token_hex(4)}")
        unknown = set(permissions) - known_permissions().keys() - EVERYBODY - set(current.permissions)
        if unknown:
            raise InvalidInput(
                _("No such permission is known: %(permissions)s")
                % {"permissions": ", ".join(sorted(unknown))},
                field="permissions",
            )
        current.name = said(name, "name", _("Enter the name of the role"), 100)
        if Role.objects.filter(name=current.name).exclude(pk=current.pk).exists():
            raise InvalidInput(
                _("There is a role called %(name)s already") % {"name": current.name}, field="name"
            )
        current.description = " ".join(description.split())[:300]
        current.permissions = sorted(set(permissions) - EVERYBODY)
        current.save()
    _saved(actor, current)
    return current


@transaction.atomic
def remove_role(*, actor: Actor, role: Role) -> None:
    """Remove a role that is not built in and that nobody holds. Raises WrongState otherwise; NotPermitted."""
    actor.require(MANAGE_PEOPLE)
    with keeping_an_administrator():
        current = _own_role(role)
        if current.is_builtin:
            raise WrongState(
                _("This role is built in: it cannot be removed, but its permissions can be changed")
            )
        if MembershipRole.objects.filter(role=current).exists():
            raise WrongState(_("Somebody still has this role. Change their roles first."))
        put_on_record(
            actor, kinds.ROLE_REMOVED, Ref("accounts", "role", current.pk), key=current.key, name=current.name
        )
        current.delete()


def offer_builtin_roles(*, organization_id: int) -> None:
    """Give the organization's built-in roles what this release adds to them; a ledger fact for each that grows.

    What was offered before and taken away by the office is not given again. A built-in role that the organization
    lacks is made; where one of its own has the name, the new one is called "(พื้นฐาน)" after it.
    """
    system = Actor.system("ปรับรุ่นระบบ")
    with working_for(organization_id):
        roles = {role.key: role for role in Role.objects.select_for_update().filter(is_builtin=True)}
        for key, told in builtin_roles().items():
            role = roles.get(key) or _new_builtin(key, told)
            fresh = sorted(set(told["permissions"]) - set(role.offered))
            if fresh or role.pk is None:
                role.permissions = sorted({*role.permissions, *fresh})
                role.offered = sorted({*role.offered, *fresh})
                role.save()
                _saved(system, role)


def organizations_to_offer() -> list[int]:
    """The organizations that lack a built-in role or something that this release gives to one; one query."""
    has_all = [Q(key=key, offered__contains=told["permissions"]) for key, told in builtin_roles().items()]
    with transaction.atomic(), reading_across_organizations():
        complete = (
            Role.objects.filter(reduce(or_, has_all), is_builtin=True).order_by().values("organization_id")
        )
        complete = complete.annotate(roles=Count("pk")).filter(roles=len(has_all)).values("organization_id")
        found = Organization.objects.exclude(pk__in=complete).order_by("pk")
        return list(found.values_list("pk", flat=True))


def _new_builtin(key: str, told: dict[str, Any]) -> Role:
    name = told["name"]
    if Role.objects.filter(name=name).exists():
        name = f"{name} (พื้นฐาน)"
    return Role(key=key, name=name, description=told["description"], permissions=[], is_builtin=True)


def _saved(actor: Actor, role: Role) -> None:
    put_on_record(
        actor,
        kinds.ROLE_SAVED,
        Ref("accounts", "role", role.pk),
        key=role.key,
        name=role.name,
        permissions=role.permissions,
    )


def _own_role(role: Role) -> Role:
    current = Role.objects.select_for_update().filter(pk=role.pk).first()
    if current is None:
        raise InvalidInput(_("There is no such role in this office"), field="role")
    return current
