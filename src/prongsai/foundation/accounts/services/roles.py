"""Roles: named bundles of permissions, edited as data."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import transaction

from prongsai.foundation.accounts import kinds
from prongsai.foundation.accounts.models import MembershipRole, Role
from prongsai.foundation.accounts.permissions import EVERYBODY
from prongsai.foundation.accounts.permissions import permissions as known_permissions
from prongsai.foundation.accounts.services.common import (
    MANAGE_PEOPLE,
    keeping_an_administrator,
    put_on_record,
    said,
)
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
            raise InvalidInput(f"ไม่รู้จักสิทธิ {', '.join(sorted(unknown))}", field="permissions")
        current.name = said(name, "name", "กรอกชื่อบทบาท", 100)
        if Role.objects.filter(name=current.name).exclude(pk=current.pk).exists():
            raise InvalidInput(f"มีบทบาทชื่อ {current.name} อยู่แล้ว", field="name")
        current.description = " ".join(description.split())[:300]
        current.permissions = sorted(set(permissions) - EVERYBODY)
        current.save()
    put_on_record(
        actor,
        kinds.ROLE_SAVED,
        Ref("accounts", "role", current.pk),
        key=current.key,
        name=current.name,
        permissions=current.permissions,
    )
    return current


@transaction.atomic
def remove_role(*, actor: Actor, role: Role) -> None:
    """Remove a role that is not built in and that nobody holds. Raises WrongState otherwise; NotPermitted."""
    actor.require(MANAGE_PEOPLE)
    with keeping_an_administrator():
        current = _own_role(role)
        if current.is_builtin:
            raise WrongState("บทบาทนี้เป็นบทบาทพื้นฐาน ลบไม่ได้ แต่แก้สิทธิได้")
        if MembershipRole.objects.filter(role=current).exists():
            raise WrongState("ยังมีผู้ถือบทบาทนี้อยู่ ให้เปลี่ยนบทบาทของบุคลากรก่อน")
        put_on_record(
            actor, kinds.ROLE_REMOVED, Ref("accounts", "role", current.pk), key=current.key, name=current.name
        )
        current.delete()


def _own_role(role: Role) -> Role:
    current = Role.objects.select_for_update().filter(pk=role.pk).first()
    if current is None:
        raise InvalidInput("ไม่มีบทบาทนี้ในหน่วยงาน", field="role")
    return current
