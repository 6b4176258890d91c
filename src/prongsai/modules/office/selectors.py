"""Reads of the office module: who is to be told of work, and what members wish."""

from __future__ import annotations

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.accounts.selectors import members
from prongsai.foundation.notify.selectors import reachable
from prongsai.kernel.contracts import WorkItem
from prongsai.modules.office.models import Wishes
from prongsai.ui.navigation import concerns


def debtors(item: WorkItem, only: int | None = None) -> list[Membership]:
    """Members who can be told of it and whose work the item is; or the `only` one of this id, if they are one."""
    return [member for member in reachable(only) if concerns(item, member.actor())]


def wishes_of(member: Membership) -> Wishes:
    """The member's wishes, or what holds for whoever never chose."""
    return Wishes.objects.filter(member=member).first() or Wishes(member=member)


def without_daily_mail() -> set[int]:
    """The ids of the members who switched the morning's list off."""
    return set(Wishes.objects.filter(daily_mail=False).values_list("member_id", flat=True))


def member_of_calendar(digest: str) -> Membership | None:
    """The active member whose calendar has a secret of this digest."""
    found = Wishes.objects.filter(calendar=digest).values_list("member_id", flat=True).first()
    return members().filter(pk=found, is_active=True, user__is_active=True).first() if found else None
