"""Members: hired, changed, ended."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from prongsai.foundation.accounts import kinds
from prongsai.foundation.accounts.models import Invitation, Membership, User
from prongsai.foundation.accounts.services.common import (
    MANAGE_PEOPLE,
    give_roles,
    keeping_an_administrator,
    lock_people,
    own_member,
    own_unit,
    record_member,
    require_free_post,
    roles_by_key,
    said,
    works_elsewhere,
)
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState

USERNAME = re.compile(r"[a-z0-9][a-z0-9@.+_-]{2,99}")
# Read aloud over a telephone without doubt: no 0 o 1 l i.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def temporary_password() -> str:
    """Sixteen letters in groups of four (79 bits)."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def free_username(username: str) -> str:
    """The login name in small letters. Raises InvalidInput for one that is taken or cannot be typed everywhere."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise InvalidInput(
            gettext("A user name has at least 3 characters of a-z 0-9 . _ - @ +, such as somsri"),
            field="username",
        )
    # One field of the login page takes both: what is somebody's address is nobody else's name, and the other way round.
    if User.objects.filter(Q(username__iexact=username) | Q(email__iexact=username)).exists():
        raise InvalidInput(gettext("Somebody has this user name already"), field="username")
    return username


def free_email(email: str, *, besides: User | None = None) -> str:
    """The address in small letters, or "". Raises InvalidInput for one that is no address, or another login's."""
    email = email.strip().lower()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidInput(
            gettext("This is no email address. Write it like name@example.go.th."), field="email"
        ) from None
    others = User.objects.exclude(pk=besides.pk if besides else None)
    if others.filter(Q(username__iexact=email) | Q(email__iexact=email)).exists():
        raise InvalidInput(
            gettext("This email address belongs to another account. Invite the person by a link instead."),
            field="email",
        )
    return email


@transaction.atomic
def hire(
    *,
    actor: Actor,
    username: str,
    full_name: str,
    position: str,
    roles: Sequence[str],
    unit: Unit | None = None,
    post: str = "",
    email: str = "",
) -> tuple[Membership, str]:
    """Give a new person a login and a membership; `roles` are keys. Returns the password to be told, once.

    The person has to choose another at the first login. Raises InvalidInput; NotPermitted.
    """
    actor.require(MANAGE_PEOPLE)
    lock_people()
    require_free_post(post)
    bundles = roles_by_key(roles)
    password = temporary_password()
    user = User(
        username=free_username(username),
        full_name=said(full_name, "full_name", gettext("Enter the full name"), 200),
        email=free_email(email),
        must_change_password=True,
    )
    user.set_password(password)
    user.save()
    member = Membership.objects.create(
        user=user,
        position=said(position, "position", gettext("Enter the position"), 200),
        unit=own_unit(unit),
        post=post,
    )
    give_roles(member, bundles)
    record_member(actor, kinds.MEMBER_HIRED, member, roles=sorted(roles), post=post)
    return member, password


@transaction.atomic
def change_member(
    *,
    actor: Actor,
    member: Membership,
    position: str,
    roles: Sequence[str],
    unit: Unit | None = None,
    post: str = "",
) -> Membership:
    """Give a member another position, unit, post or roles (all of them are said anew).

    Raises WrongState when nobody would be left who may manage people; InvalidInput; NotPermitted.
    """
    actor.require(MANAGE_PEOPLE)
    with keeping_an_administrator():
        current = own_member(member)
        require_free_post(post, besides=current)
        bundles = roles_by_key(roles)
        current.position = said(position, "position", gettext("Enter the position"), 200)
        current.unit, current.post = own_unit(unit), post
        current.save(update_fields=["position", "unit", "post"])
        give_roles(current, bundles)
    record_member(actor, kinds.MEMBER_CHANGED, current, roles=sorted(roles), post=post)
    return current


@transaction.atomic
def deactivate(*, actor: Actor, member: Membership) -> Membership:
    """End a membership, the person's open sessions and the invitations that they sent, at once.

    What the person did stays as it is; but nobody comes back, or lets in others, by a link made before leaving.
    Raises WrongState for one's own and for the last who may manage people; InvalidInput; NotPermitted.
    """
    actor.require(MANAGE_PEOPLE)
    with keeping_an_administrator():
        current = own_member(member)
        if current.user_id == actor.user_id:  # type: ignore[attr-defined]
            raise WrongState(gettext("You cannot close your own account. Another administrator can."))
        current.is_active = False
        current.save(update_fields=["is_active"])
    end_sessions(current.user)
    sent = Invitation.objects.filter(
        invited_by=current.user.full_name, accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now()
    )
    withdrawn = sent.update(withdrawn_at=clock.now())
    record_member(actor, kinds.MEMBER_ENDED, current, invitations_withdrawn=withdrawn)
    return current


@transaction.atomic
def reactivate(*, actor: Actor, member: Membership) -> Membership:
    """Open an ended membership again, with the roles that it had; the post only if it is free. Raises NotPermitted."""
    actor.require(MANAGE_PEOPLE)
    lock_people()
    current = own_member(member, active=False)
    if current.is_active:
        return current
    if current.post and Membership.objects.filter(post=current.post, is_active=True).exists():
        current.post = ""
    current.is_active = True
    current.save(update_fields=["is_active", "post"])
    record_member(actor, kinds.MEMBER_RETURNED, current)
    return current


@transaction.atomic
def correct_person(*, actor: Actor, member: Membership, full_name: str, email: str) -> Membership:
    """Correct a member's name and e-mail address.

    Raises WrongState for a person whose login another organization counts on; InvalidInput; NotPermitted.
    """
    actor.require(MANAGE_PEOPLE)
    current = _own_login(member)
    user, before = current.user, current.user.email
    user.full_name = said(full_name, "full_name", gettext("Enter the full name"), 200)
    user.email = free_email(email, besides=user)
    user.save(update_fields=["full_name", "email"])
    record_member(actor, kinds.MEMBER_CHANGED, current, other_address=user.email != before)
    return current


@transaction.atomic
def change_own_email(*, user: User, email: str) -> None:
    """Give one's own login another address; the caller has made sure that it is oneself. Raises InvalidInput."""
    user.email = free_email(email, besides=user)
    user.save(update_fields=["email"])


@transaction.atomic
def reset_login(*, actor: Actor, member: Membership, second_factors: bool = False) -> str:
    """A new temporary password for a member who cannot get in; with `second_factors` also without the lost telephone.

    Ends the person's sessions. Returns the password, to be told once and changed at the next login. Raises
    WrongState for a person whose login another organization counts on; NotPermitted.
    """
    actor.require(MANAGE_PEOPLE)
    current = _own_login(member)
    password = give_temporary_password(current.user, second_factors=second_factors)
    record_member(actor, kinds.PASSWORD_SET, current, second_factors=second_factors)
    return password


def give_temporary_password(user: User, *, second_factors: bool = False) -> str:
    """Set a password that must be changed at the next login, end all sessions; returns it. The caller has asked who may."""
    password = temporary_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    if second_factors:
        Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    return password


def end_sessions(user: User) -> None:
    """End every session of a login."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def _own_login(member: Membership) -> Membership:
    """The member, if the login serves this organization alone."""
    current = own_member(member)
    if works_elsewhere(current.user):
        raise WrongState(
            gettext(
                "This person uses the account in another office too, so it cannot be changed "
                "from here. Whoever owns it can."
            )
        )
    return current
