"""Invitations by link: one use, seven days; the link is told once and only its digest kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts import kinds
from prongsai.foundation.accounts.models import Invitation, Membership, Role, User
from prongsai.foundation.accounts.services.common import (
    MANAGE_PEOPLE,
    give_roles,
    lock_people,
    own_unit,
    put_on_record,
    record_member,
    require_free_post,
    roles_by_key,
    said,
)
from prongsai.foundation.accounts.services.people import free_email, free_username
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Ref
from prongsai.kernel.errors import InvalidInput, WrongState

LASTS = timedelta(days=7)


def digest_of(token: str) -> str:
    """What is kept of a link's secret part (256 random bits: no salt needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    actor: Actor,
    full_name: str,
    position: str,
    roles: Sequence[str],
    unit: Unit | None = None,
    post: str = "",
    email: str = "",
) -> tuple[Invitation, str]:
    """Invite a person; `roles` are keys. Returns the link's secret part, which is not kept. Raises InvalidInput."""
    actor.require(MANAGE_PEOPLE)
    require_free_post(post)
    roles_by_key(roles)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    invitation = Invitation.objects.create(
        digest=digest_of(token),
        email=_address(email),
        full_name=said(full_name, "full_name", _("Enter the full name"), 200),
        position=said(position, "position", _("Enter the position"), 200),
        unit=own_unit(unit),
        post=post,
        roles=sorted(roles),
        invited_by=actor.name,
        created_at=now,
        expires_at=now + LASTS,
    )
    _record(actor, kinds.INVITED, invitation)
    return invitation, token


def _address(email: str) -> str:
    # An address with an account may be invited: its owner accepts after signing in.
    taken = email.strip() and User.objects.filter(email__iexact=email.strip()).exists()
    return email.strip().lower() if taken else free_email(email)


@transaction.atomic
def withdraw_invitation(*, actor: Actor, invitation: Invitation) -> None:
    """Make the link worthless. Raises WrongState when it has been accepted; NotPermitted."""
    actor.require(MANAGE_PEOPLE)
    current = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if current is None:
        raise InvalidInput(_("There is no such invitation in this office"), field="invitation")
    if current.accepted_at:
        raise WrongState(_("This invitation has been accepted already"))
    if current.withdrawn_at is None:
        current.withdrawn_at = clock.now()
        current.save(update_fields=["withdrawn_at"])
        _record(actor, kinds.INVITATION_WITHDRAWN, current)


@transaction.atomic
def accept_invitation(
    *, token: str, user: User | None = None, username: str = "", password: str = ""
) -> Membership:
    """Become a member by a link: as `user` who is signed in, or as somebody new with a name and a password.

    Raises WrongState for a link that is used, withdrawn or too old, and when the address has an account whose
    owner has to sign in first; InvalidInput for a name or password that will not do.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(digest=digest_of(token)).first()
    if invitation is None or invitation.accepted_at or invitation.withdrawn_at:
        raise WrongState(
            _("This link was used or taken back. Ask your office's administrator for a new one.")
        )
    if invitation.expires_at <= clock.now():
        raise WrongState(
            _("This link is too old (it works for 7 days). Ask your office's administrator for a new one.")
        )
    lock_people()
    user = user or _new_user(invitation, username, password)
    member = _membership(invitation, user)
    give_roles(member, list(Role.objects.filter(key__in=invitation.roles)))
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    invited = Actor(name=user.full_name, user_id=user.pk, position=member.position)
    record_member(invited, kinds.MEMBER_HIRED, member, roles=invitation.roles, post=member.post)
    return member


def _new_user(invitation: Invitation, username: str, password: str) -> User:
    if invitation.email and User.objects.filter(email__iexact=invitation.email).exists():
        raise WrongState(
            _("This email address has an account already. Sign in first, then open this link again.")
        )
    user = User(username=free_username(username), full_name=invitation.full_name, email=invitation.email)
    check_password(password, user)
    user.set_password(password)
    user.save()
    return user


def check_password(password: str, user: User | None = None) -> None:
    """Raise InvalidInput, saying everything that is wrong, for a password that will not do."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="password") from None


def _membership(invitation: Invitation, user: User) -> Membership:
    member = Membership.objects.select_for_update(of=("self",)).filter(user=user).first() or Membership(
        user=user
    )
    if member.pk and member.is_active:
        raise WrongState(_("This account belongs to a member of the office already"))
    taken = Membership.objects.filter(post=invitation.post, is_active=True).exists()
    member.position, member.unit = invitation.position, invitation.unit
    member.post = "" if taken else invitation.post
    member.is_active = True
    member.save()
    return member


def _record(actor: Actor, kind: str, invitation: Invitation) -> None:
    put_on_record(
        actor,
        kind,
        Ref("accounts", "invitation", invitation.pk),
        unit=invitation.unit.name if invitation.unit else "",
        position=invitation.position,
        roles=invitation.roles,
    )
