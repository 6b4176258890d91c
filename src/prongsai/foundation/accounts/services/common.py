"""What the services about people share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership, MembershipRole, Post, Role, User
from prongsai.foundation.accounts.selectors import memberships_of
from prongsai.foundation.ledger.services import record
from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Ref
from prongsai.kernel.errors import InvalidInput, WrongState

MANAGE_PEOPLE = "people.manage"
MANAGE_OFFICE = "office.manage"


def lock_people() -> None:
    """One change of an office's people at a time: so the last administrator is counted rightly."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('accounts.people', %s))",
            [current_organization_id()],
        )


def put_on_record(actor: Actor, kind: str, subject: Ref, *, unit: str = "", **payload: Any) -> None:
    """An internal fact that points at rows by number: names of people stay in tables that can be corrected."""
    record(
        actor=actor,
        kind=kind,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=subject,
        unit=unit,
        payload=payload,
    )


def said(text: str, field: str, message: str, limit: int) -> str:
    """Text that must be there, in one line. Raises InvalidInput with `message`."""
    text = " ".join(text.split())
    if not text:
        raise InvalidInput(message, field=field)
    if len(text) > limit:
        raise InvalidInput(_("Too long: at most %(most)s characters") % {"most": limit}, field=field)
    return text


def roles_by_key(keys: Sequence[str]) -> list[Role]:
    """The named roles. Raises InvalidInput when there is none, or when one is unknown."""
    if not keys:
        raise InvalidInput(_("Choose at least one role"), field="roles")
    found: Mapping[str, Role] = {role.key: role for role in Role.objects.filter(key__in=keys)}
    missing = set(keys) - set(found)
    if missing:
        raise InvalidInput(
            _("There is no such role: %(roles)s") % {"roles": ", ".join(sorted(missing))}, field="roles"
        )
    return list(found.values())


def require_free_post(post: str, *, besides: Membership | None = None) -> None:
    """Raise InvalidInput for a post that is unknown or held by another active member."""
    if not post:
        return
    if post not in Post.values:
        raise InvalidInput(_("No such post of a signatory is known"), field="post")
    holder = Membership.objects.filter(post=post, is_active=True).select_related("user")
    holder = holder.exclude(pk=besides.pk if besides else None).first()
    if holder is not None:
        raise InvalidInput(
            _("%(name)s holds the post %(post)s. Change that first.")
            % {"name": holder.user.full_name, "post": Post(post).label},
            field="post",
        )


def own_unit(unit: Unit | None) -> Unit | None:
    """The unit, if it is one of the office's. Raises InvalidInput otherwise."""
    if unit is not None and not Unit.objects.filter(pk=unit.pk).exists():
        raise InvalidInput(_("There is no such unit in this office"), field="unit")
    return unit


def own_member(member: Membership, *, active: bool = True) -> Membership:
    """The membership as it stands now, locked. Raises InvalidInput for another office's, WrongState when ended."""
    current = Membership.objects.select_for_update(of=("self",)).filter(pk=member.pk).first()
    if current is None:
        raise InvalidInput(_("There is no such member in this office"), field="member")
    if active and not current.is_active:
        raise WrongState(_("This member's account is closed"))
    return current


def give_roles(member: Membership, roles: Sequence[Role]) -> None:
    """Let the member hold exactly these roles."""
    wanted = {role.pk for role in roles}
    held = set(MembershipRole.objects.filter(membership=member).values_list("role_id", flat=True))
    MembershipRole.objects.filter(membership=member, role_id__in=held - wanted).delete()
    MembershipRole.objects.bulk_create(
        MembershipRole(membership=member, role=role) for role in roles if role.pk not in held
    )


def _administrators() -> bool:
    return MembershipRole.objects.filter(
        role__permissions__contains=[MANAGE_PEOPLE],
        membership__is_active=True,
        membership__user__is_active=True,
    ).exists()


@contextmanager
def keeping_an_administrator() -> Iterator[None]:
    """Lock the office's people; raise WrongState when the act leaves nobody who may manage them.

    Nobody inside the office could put that right again.
    """
    lock_people()
    had = _administrators()
    yield
    if had and not _administrators():
        raise WrongState(
            _(
                "At least one person must be left who manages the people. Give the role of "
                "administrator to somebody else first."
            )
        )


def works_elsewhere(user: User) -> bool:
    """Whether another organization counts on this login."""
    here = current_organization_id()
    return any(m.organization_id != here for m in memberships_of(user.pk))  # type: ignore[attr-defined]


def record_member(actor: Actor, kind: str, member: Membership, **payload: object) -> None:
    """A fact about a member, by number and position."""
    put_on_record(
        actor,
        kind,
        Ref("accounts", "member", member.pk),
        unit=member.unit.name if member.unit else "",
        position=member.position,
        **payload,
    )
