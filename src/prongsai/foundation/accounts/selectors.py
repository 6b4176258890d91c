"""Reads about people: who is a member, who signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce  # noqa: F401

from prongsai.foundation.accounts.models import Absence, Acting, ActingMode, Membership, Post, Role
from prongsai.foundation.tenancy.scope import user_scope
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


@dataclass(frozen=True)
class Signatory:
    """Who signs for a post on a day. `title` is printed below the name; `acting` is "" for the holder."""

    name: str
    title: str
    acting: str = ""
    user_id: int | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """As printed under the line for the signature."""
        return (f"({self.name})", *self.title.split("\n"))


def _away(on: date) -> Exists:
    return Exists(Absence.objects.filter(member=OuterRef("pk"), starts_on__lte=on, ends_on__gte=on))


def _present(on: date) -> QuerySet[Membership]:
    return Membership.objects.filter(~_away(on), is_active=True, user__is_active=True)


def _in_force(on: date) -> dict[str, Acting]:
    """Who acts for each post on a day, where somebody else than its holder does.

    The holder who is there signs, unless an order delegates (ปฏิบัติราชการแทน). Where the post is vacant or the
    holder away, the first in rank who is there acts (รักษาราชการแทน); a delegation outlasts an absence, and
    not the holder.
    """
    there = set(_present(on).filter(post__gt="").values_list("post", flat=True))
    held = set(
        Membership.objects.filter(post__gt="", is_active=True, user__is_active=True).values_list(
            "post", flat=True
        )
    )
    orders = (
        Acting.objects.in_period(on)
        .filter(member__in=_present(on))
        .select_related("member__user")
        .order_by("rank", "-starts_on", "-id")
    )
    found: dict[str, Acting] = {}
    for post in Post.values:
        own = [order for order in orders if order.post == post]
        standing = [o for o in own if o.mode == ActingMode.ACTING] if post not in there else []
        delegated = [o for o in own if o.mode == ActingMode.DELEGATED] if post in held else []
        if standing or delegated:
            found[post] = (standing or delegated)[0]
    return found


def acting_posts(member: Membership, on: date | None = None) -> list[str]:
    """The posts for which the member acts on a day (today)."""
    return [post for post, order in _in_force(on or clock.today()).items() if order.member_id == member.pk]  # type: ignore[attr-defined]
