"""Reads about people: who is a member, who signs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from prongsai.foundation.accounts.models import (
    Absence,
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
    """The user's active membership of the organization in scope, with roles and unit; one query."""
    return Membership.objects.with_permissions().filter(user=user, is_active=True).first()


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
    """Who signs for the post ("clerk", "head") on a day; None when nobody may.

    The holder who is there, unless an order delegates (ปฏิบัติราชการแทน); where the post is vacant or the holder away,
    the first in rank who is there (รักษาราชการแทน).
    """
    return signatories(on, posts=(post,))[post]


def signatories(on: date, posts: Sequence[str] = tuple(Post.values)) -> dict[str, Signatory | None]:
    """Who signs for each of the posts on a day, as `signatory` says; four queries at most."""
    orders = _in_force(on)
    left = [post for post in posts if post not in orders]
    holders = {m.post: m for m in _present(on).filter(post__in=left).select_related("user")} if left else {}
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


def _away(on: date) -> Exists:
    return Exists(Absence.objects.filter(member=OuterRef("pk"), starts_on__lte=on, ends_on__gte=on))


def _working() -> QuerySet[Membership]:
    return Membership.objects.filter(is_active=True, user__is_active=True)


def _present(on: date) -> QuerySet[Membership]:
    return _working().filter(~_away(on))


def _in_force(on: date) -> dict[str, Acting]:
    """Who acts for each post on a day, where somebody else than its holder does: at most one each.

    A delegation outlasts an absence of the holder where nobody acts, and does not outlast the holder.
    """
    holders = {m.post: m.away for m in _working().filter(post__gt="").annotate(away=_away(on))}
    orders = list(
        Acting.objects.in_period(on)
        .filter(member__in=_present(on))
        .select_related("member__user")
        .order_by("rank", "-starts_on", "-id")
    )
    found: dict[str, Acting] = {}
    for post in Post.values:
        own = [order for order in orders if order.post == post]
        delegated = [o for o in own if o.mode == ActingMode.DELEGATED] if post in holders else []
        standing = [o for o in own if o.mode == ActingMode.ACTING] if holders.get(post, True) else []
        for order in (*standing, *delegated)[:1]:
            found[post] = order
    return found


def actings_of(member: Membership, on: date | None = None) -> list[Acting]:
    """The orders by which the member acts for a post on a day (today)."""
    return [order for order in _in_force(on or clock.today()).values() if order.member_id == member.pk]  # type: ignore[attr-defined]
