"""Reads of the office module: who is to be told of work, and what members wish."""

from __future__ import annotations

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.accounts.selectors import members
from prongsai.kernel.contracts import WorkItem
from prongsai.modules.office.models import Wishes
from prongsai.ui.navigation import concerns


def with_address() -> list[Membership]:
    """Active members who can be reached by mail, with what they may do. One query, and one for whoever acts."""
    found = members().filter(is_active=True, user__is_active=True).exclude(user__email="")
    return list(found)


def debtors(item: WorkItem) -> list[Membership]:
    """Members with an address whose work the item is."""
    return [member for member in with_address() if concerns(item, member.actor())]


def wishes_of(member: Membership) -> Wishes:
    """The member's wishes, or what holds for whoever never chose."""
    return Wishes.objects.filter(member=member).first() or Wishes(member=member)


def without_daily_mail() -> set[int]:
    """The ids of the members who switched the daily mail off."""
    return set(Wishes.objects.filter(daily_mail=False).values_list("member_id", flat=True))


def member_of_calendar(digest: str) -> Membership | None:
    """The active member whose calendar has a secret of this digest."""
    found = Wishes.objects.filter(calendar=digest).values_list("member_id", flat=True).first()
    return members().filter(pk=found, is_active=True, user__is_active=True).first() if found else None
