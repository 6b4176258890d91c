"""Reads of what members chose, by which ways they can be reached, and whose a case is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import models

from prongsai.foundation.accounts.models import Membership, Post
from prongsai.foundation.accounts.selectors import members, signatory
from prongsai.foundation.casework.hands import Hands
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.rights import is_about
from prongsai.foundation.casework.services.common import ARRIVED, ASSIGNED, CONCERNED, LATE, UNDELIVERED
from prongsai.foundation.casework.work import owed_by
from prongsai.foundation.channels.models import Channel, Outbound
from prongsai.foundation.channels.selectors import about_member, channel_of
from prongsai.foundation.notify.models import How, News, Preference
from prongsai.kernel import clock

FOR_MEMBERS = (
    2 / 3
)  # of the month's LINE messages; the last third is the citizens', where a member has e-mail


def preference_of(member: Membership) -> Preference:
    """The member's choice, or what holds for whoever never chose."""
    return Preference.objects.filter(member=member).first() or Preference(member=member)


def office_line() -> Channel | None:
    """The office's connected LINE account, by which members can be told."""
    return channel_of(How.LINE.value)


def way_to(member: Membership) -> tuple[str, str] | None:
    """By which kind of channel, and at which address, the member is told; None by none. At most two queries."""
    return way(member, preference_of(member), office_line())


def reachable(only: int | None = None) -> list[Membership]:
    """Active members who can be told of something, with what they may do; or the `only` one of this id.

    Three queries, and one for whoever acts.
    """
    line, chosen = office_line(), Preference.objects.all()
    found = members().filter(is_active=True, user__is_active=True)
    if only is not None:
        chosen, found = chosen.filter(member=only), found.filter(pk=only)
    by_member = {each.member_id: each for each in chosen}  # type: ignore[attr-defined]
    return [each for each in found if way(each, by_member.get(each.pk) or Preference(), line)]


def way(member: Membership, chosen: Preference, line: Channel | None) -> tuple[str, str] | None:
    """By what a member who chose so is told, with the office's account (if there is one).

    Mail, unless LINE was chosen or is all there is; LINE that runs short is left to whoever has nothing else.
    """
    mail = (How.EMAIL.value, member.user.email) if member.user.email else None
    if line is None or not chosen.line_user or (mail and (chosen.how != How.LINE or _runs_short(line))):
        return mail
    return How.LINE.value, chosen.line_user


def _runs_short(line: Channel) -> bool:
    """Whether the account's messages of the month are needed for the citizens, as the latest look found."""
    quota = line.settings.get("quota") or {}
    limit = quota.get("limit")
    return limit is not None and (quota.get("used") or 0) >= limit * FOR_MEMBERS


def undelivered(member: Membership) -> Outbound | None:
    """The latest message to the member when it could not be delivered; None when it was, or none ever went."""
    to_them = Outbound.objects.filter(subject_ref=about_member(member.pk))
    last = to_them.exclude(state="waiting").order_by("-id").first()
    return last if last and last.state == "failed" else None


def without_news() -> set[int]:
    """The ids of the members who want to be told in the morning alone."""
    return set(Preference.objects.filter(news=False).values_list("member_id", flat=True))


def waiting_news() -> set[int]:
    """The ids of the members who are still to be told of something."""
    return set(News.objects.filter(told_at=None).values_list("member_id", flat=True))


def last_told(whom: Iterable[Membership]) -> dict[int, datetime]:
    """When each of them was last told of something new, by id; those who were not are left out. One query."""
    told = News.objects.filter(member__in=whom, told_at__isnull=False)
    return dict(told.order_by().values_list("member_id").annotate(models.Max("told_at")))


def concerns(case: Case, what: str, member: Membership, clerk: int | None, hands: Hands) -> bool:
    """Whether the case asks the member. A late one asks the clerk (by the id of the login) or whoever acts as such; one of
    which it was said whom it is about those who keep the register of such cases; whom it is about none ever asks."""
    actor = member.actor()
    if is_about(actor, case):
        return False
    if what == LATE:
        return member.user_id == clerk  # type: ignore[attr-defined]
    if what == CONCERNED:
        return case_kind(case.kind).keeps(actor)
    owed = owed_by(case, hands)
    theirs = owed.unit in ("", actor.unit) and owed.user_id in (None, actor.user_id)
    return theirs and {owed.permission, case_kind(case.kind).permission} <= actor.permissions


def clerk_for(what: str) -> int | None:
    """Whom a late case asks: the clerk or whoever acts as such, by the id of the login; None for all else."""
    clerk = signatory(Post.CLERK.value, clock.today()) if what == LATE else None
    return clerk.user_id if clerk else None


def still_asked(news: Sequence[News], member: Membership, hands: Hands) -> dict[Case, list[str]]:
    """What of the news still asks something of the member now, by case; what was done or given away is left out."""
    clerk = clerk_for(LATE) if any(each.what == LATE for each in news) else None
    found: dict[Case, list[str]] = {}
    for each in news:
        if _asks(each.case, each.what) and concerns(each.case, each.what, member, clerk, hands):
            found.setdefault(each.case, []).append(each.what)
    return found


def _asks(case: Case, what: str) -> bool:
    """Whether what was asked is still to be done."""
    if what == ARRIVED:
        return case.is_open and case.acknowledged_at is None and case.unit_id is None
    if what == ASSIGNED:
        return case.is_open
    if what == CONCERNED:
        return True
    if what == LATE:
        return Case.objects.late(clock.today()).filter(pk=case.pk).exists()
    if what == UNDELIVERED:
        return CaseMessage.objects.filter(case=case, delivery="failed").exists()
    return case.heard_at is not None
