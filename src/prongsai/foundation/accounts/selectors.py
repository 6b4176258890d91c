"""Reads about people: who is a member, who signs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from prongsai.foundation.accounts.models import (
    Acting,
    ActingMode,
    Invitation,
    Membership,
    Post,
    Role,
)
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id, user_scope
from prongsai.kernel import clock


def member_of(user: Any) -> Membership | None:
    """The user's active membership of the organization in scope, with roles and unit; one query.

    One more for who has an order to act for a post. Every page of the workspace asks this.
    """
    own = Q(user=user, is_active=True)
    found = next(iter(Membership.objects.with_roles().filter(own)), None)
    if found is not None and found.may_act:  # type: ignore[attr-defined]
        return next(iter(Membership.objects.with_permissions().filter(own)), None)
    if found is not None:
        found.acting_posts = []  # type: ignore[attr-defined]
    return found


def members() -> QuerySet[Membership]:
    """Everybody of the organization in scope, active ones first."""
    return Membership.objects.with_permissions().order_by("-is_active", "user__full_name", "id")


def memberships_of(user_id: int) -> list[Membership]:
    """The user's active memberships in all organizations, by the offices' names. Needs a transaction."""
    with user_scope(user_id):
        found = Membership.objects.filter(user_id=user_id, is_active=True, user__is_active=True)
        return list(found.select_related("organization").order_by("organization__sort_key"))


def roles() -> QuerySet[Role]:
    """The roles of the organization in scope: built-in ones first, in the order in which they were made."""
    return Role.objects.order_by("-is_builtin", "id")


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation that a link's secret part opens in the organization in scope, used or not; or None."""
    return Invitation.objects.filter(digest=hashlib.sha256(token.encode()).hexdigest()).first()


def invitations() -> QuerySet[Invitation]:
    """Invitations that wait for an answer, the latest first."""
    open_ones = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now())
    return open_ones.select_related("unit")


@dataclass(frozen=True)
class Signatory:
    """Who signs for a post on a day; `acting` is "", "acting" or "delegated"."""

    name: str
    position: tuple[str, ...]  # as printed, line by line
    acting: str = ""
    order_number: str = ""
    user_id: int | None = None

    @property
    def title(self) -> str:
        """The position in one line."""
        return " ".join(self.position)

    @property
    def lines(self) -> tuple[str, ...]:
        """What is printed under the line for the signature: (name), then the position."""
        return (f"({self.name})", *self.position)


def post_title(post: str, organization: Organization) -> str:
    """The post's official title: ปลัดองค์การบริหารส่วนตำบลเมืองแก, นายกเทศมนตรีตำบลดอนสาย."""
    if post == Post.CLERK:
        return f"ปลัด{organization.name}"
    if organization.name.startswith("เทศบาล"):
        return f"นายกเทศมนตรี{organization.name.removeprefix('เทศบาล')}"
    return f"นายก{organization.name}"


def signatory(post: str, on: date) -> Signatory | None:
    """Who signs for the post ("clerk", "head") on a day: who acts by an order in force, or the holder; None when nobody."""
    return signatories(on, posts=(post,))[post]


def signatories(on: date, posts: Sequence[str] = tuple(Post.values)) -> dict[str, Signatory | None]:
    """Who signs for each of the posts on a day, as `signatory` says; four queries at most."""
    orders = {order.post: order for order in Acting.objects.in_force(on).select_related("member__user")}
    left = [post for post in posts if post not in orders]
    holders = (
        {m.post: m for m in Membership.objects.present(on).filter(post__in=left).select_related("user")}
        if left
        else {}
    )
    found: dict[str, Signatory | None] = {}
    for post in posts:
        if post in orders:
            found[post] = _acting_signatory(orders[post])
        elif holder := holders.get(post):
            found[post] = Signatory(holder.user.full_name, (holder.position,), user_id=holder.user_id)  # type: ignore[attr-defined]
        else:
            found[post] = None
    return found


def _acting_signatory(order: Acting) -> Signatory:
    organization = Organization.objects.get(pk=current_organization_id())
    mode = ActingMode(order.mode)
    own, stead = f"{order.member.position} {mode.label}", post_title(order.post, organization)
    return Signatory(
        order.member.user.full_name,
        (own, stead),
        acting=str(mode.value),
        order_number=order.order_number,
        user_id=order.member.user_id,  # type: ignore[attr-defined]
    )


def actings_of(member: Membership, on: date | None = None) -> list[Acting]:
    """The orders by which the member acts for a post on a day (today)."""
    return list(Acting.objects.in_force(on or clock.today()).filter(member=member))
