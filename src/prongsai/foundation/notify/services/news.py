"""What is new for a member: gathered for a while, told in office hours in one message, each thing once.

A message names cases by kind and number, says what is to be done and leads to them. What a citizen wrote and who they
are never leaves the house by it. Sealed reports are no cases, and nothing is ever told of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.hands import Hands, all_hands
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services.common import (
    ARRIVED,
    ASSIGNED,
    CONCERNED,
    HEARD,
    LATE,
    REOPENED,
    UNDELIVERED,
)
from prongsai.foundation.casework.work import address_of, owed_by
from prongsai.foundation.channels.later import later
from prongsai.foundation.jobs.decorators import job
from prongsai.foundation.notify.models import News
from prongsai.foundation.notify.quiet import FRESH, when_to_tell
from prongsai.foundation.notify.selectors import (
    clerk_for,
    concerns,
    last_told,
    reachable,
    still_asked,
    without_news,
)
from prongsai.foundation.notify.services.telling import tell
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor

SETTINGS = "settings-me"  # the page on which a member switches it off
LISTED = 10
KEPT = timedelta(days=7)  # what was told, so that nobody is told again too soon
SAYS = {
    ARRIVED: "เรื่องใหม่ ยังไม่มีผู้รับ รับเรื่องหรือมอบหมาย",
    ASSIGNED: "มอบหมายให้ท่านหรือส่วนราชการของท่าน",
    HEARD: "ผู้แจ้งเขียนมา อ่านและตอบ",
    REOPENED: "ผู้แจ้งไม่พอใจผล เรื่องเปิดใหม่",
    LATE: "เลยกำหนดหลายวันทำการ",
    UNDELIVERED: "ส่งข้อความถึงผู้แจ้งไม่สำเร็จ ติดต่อทางอื่น",
    CONCERNED: "มีการระบุหรือแก้ไขว่าเรื่องนี้เกี่ยวกับผู้ใด ตรวจว่าถูกต้อง",
}
NOBODYS = "ผู้ได้รับมอบหมายดำเนินการไม่ได้ มอบหมายใหม่"  # of what was given to who cannot work on it


@dataclass(frozen=True)
class Told:
    """One case in a message: what it is called outside, what it asks, and its page (below the site; "" where none)."""

    title: str
    says: str
    path: str


def on_asked(case: Case, what: str, actor: Actor) -> None:
    """A case asks something of those who work on it. Called in the act's transaction: the rest is a job's."""
    note_news.defer(
        organization_id=case.organization_id, case_id=case.pk, what=what, by=actor.user_id or 0,
        since=int(clock.now().timestamp()),
    )  # fmt: skip


@job()
def note_news(*, organization_id: int, case_id: int, what: str, by: int, since: int) -> None:
    """Put down for each whom the case asks, but not for whoever brought it about, that they are to be told."""
    moment, now = datetime.fromtimestamp(since, UTC), clock.now()
    case = Case.objects.with_people().with_concerned().filter(pk=case_id).first()
    if case is None or moment < now - FRESH:
        return
    silent, clerk, hands = without_news(), clerk_for(what), all_hands()
    told = [
        member
        for member in reachable()
        if member.user_id != by and member.pk not in silent and concerns(case, what, member, clerk, hands)  # type: ignore[attr-defined]
    ]
    fresh = [News(member=member, case=case, what=what, at=moment) for member in told]
    News.objects.bulk_create(fresh, ignore_conflicts=True)
    calendar, last = calendar_from(clock.today()), last_told(told)
    for member in told:
        at_the_earliest = when_to_tell(now, last.get(member.pk), calendar)
        later(tell_news, at_the_earliest, organization_id=organization_id, member_id=member.pk)


@job()
def tell_news(*, organization_id: int, member_id: int) -> None:
    """Tell one member in one message what has come up for them, if it still asks something of them.

    Whatever comes too early, or while the office is closed, waits. The mark that it is told commits with the message.
    """
    member = next(iter(reachable(only=member_id)), None)
    if member is None or not News.objects.filter(member=member, told_at=None).exists():
        return
    now = clock.now()
    last = last_told([member]).get(member.pk)
    due = when_to_tell(now, last, calendar_from(clock.today()), timedelta())
    if due > now:
        later(tell_news, due, organization_id=organization_id, member_id=member_id)
        return
    found, first = _taken(member)
    if not found or member.pk in without_news():
        return
    office = Organization.objects.get(pk=organization_id)
    tell(
        recipient=member,
        subject=f"มีเรื่องถึงท่าน {len(found)} เรื่อง: {office.short_name}",
        text="\n".join([*as_lines(found), *_ending(office)]),
        key=f"news:{member.pk}:{first}",
    )


def take_news(*, member: Membership) -> list[Told]:
    """What the member is still to be told, for a message that the caller sends in the same transaction; once."""
    return _taken(member)[0]


def _taken(member: Membership) -> tuple[list[Told], int]:
    """What still asks something of the member, and the first row of it. Whoever asks at the same moment gets nothing."""
    waiting = list(
        News.objects.select_for_update(of=("self",))
        .select_related(
            "case__unit", "case__assignee__user", "case__concerned_unit", "case__concerned_member"
        )
        .filter(member=member, told_at=None)
        .order_by("pk")
    )
    now = clock.now()
    fresh = [each for each in waiting if each.at > now - FRESH]
    hands = all_hands() if fresh else Hands([])
    asked = still_asked(fresh, member, hands)
    said = [each.pk for each in waiting if each.what in asked.get(each.case, ())]
    News.objects.filter(pk__in=said).update(told_at=now)
    News.objects.filter(pk__in=[each.pk for each in waiting]).exclude(pk__in=said).delete()
    office = Organization.objects.values_list("key", flat=True).filter(pk=member.organization_id)  # type: ignore[attr-defined]
    key = office.get() if asked else ""
    return [_told(case, what, key, hands) for case, what in asked.items()], waiting[0].pk if waiting else 0


def forget_old() -> None:
    """Remove what was told some days ago, and what nobody could tell for so long that it is no news; also of who has left."""
    now = clock.now()
    News.objects.filter(Q(told_at__lt=now - KEPT) | Q(told_at=None, at__lt=now - FRESH)).delete()


def _told(case: Case, what: list[str], office: str, hands: Hands) -> Told:
    title = f"{case_kind(case.kind).title} {case.number}"
    says = SAYS | {ASSIGNED: NOBODYS} if owed_by(case, hands).is_stranded else SAYS
    return Told(title, " · ".join(says[each] for each in what), address_of(case, office))


def as_lines(found: list[Told]) -> list[str]:
    """The first of them as lines of a message, and how many more there are."""
    lines: list[str] = []
    for each in found[:LISTED]:
        lines += [f"- {each.title}: {each.says}", f"  {settings.BASE_URL}{each.path}"]
    if len(found) > LISTED:
        lines.append(f"และอีก {len(found) - LISTED} เรื่อง ดูในระบบ")
    return lines


def _ending(office: Organization) -> list[str]:
    try:
        where = reverse(SETTINGS, args=[office.key])
    except NoReverseMatch:
        return []
    return ["", f"ระบบส่งข้อความนี้ ไม่ต้องตอบกลับ เลือกทางที่แจ้งหรือปิดได้ที่ {settings.BASE_URL}{where}"]
