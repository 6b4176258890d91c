"""Reads of the channel itself: its desk, who holds a key, and whom a report can be about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q, QuerySet

from prongsai.foundation.accounts.models import Acting, Membership, Post
from prongsai.foundation.accounts.selectors import post_title
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.modules.corruption import conflict
from prongsai.modules.corruption.choices import RECEIVE
from prongsai.modules.corruption.conflict import Named, Reader, Stand, above
from prongsai.modules.corruption.models import Desk, Holder

TITLES = re.compile(
    r"^(?:นางสาว|นาง|นาย|น\.ส\.|ด\.ต\.|จ\.อ\.|พ\.จ\.อ\.|ส\.อ\.|ดร\.|ว่าที่\s*(?:ร้อยตรี|ร้อยโท|ร\.ต\.|ร\.ท\.)?)\s*"
)
SHORTEST_NAME = 3  # letters: shorter names stand inside too many words


# --- the channel itself ------------------------------------------------------------------------------------


def desk() -> Desk | None:
    """The office's channel, open or closed; None when it never had one."""
    return Desk.objects.first()


def open_desk() -> Desk | None:
    """The office's channel, when it takes reports today."""
    found = desk()
    return found if found and found.closed_on is None else None


def holders() -> QuerySet[Holder]:
    """Everybody who holds, or is to make, a key for this channel."""
    found = Holder.objects.filter(ended_on=None)
    return found.select_related("member__user", "member__unit").order_by("id")


def with_ended() -> QuerySet[Holder]:
    """The holders, and the recipients whose task ended and whose keys may still be there."""
    lately = Q(member__isnull=False) & ~Q(by_recovery=b"")
    found = Holder.objects.filter(Q(ended_on=None) | lately)
    return found.select_related("member__user", "member__unit").order_by("id")


def lately_ended() -> QuerySet[Holder]:
    """Those of them whose task ended."""
    return with_ended().exclude(ended_on=None)


def holder_of(member: Membership) -> Holder | None:
    return holders().filter(member=member).first()


def outside() -> Holder | None:
    """The recipient outside the office, when one is set."""
    return Holder.objects.filter(ended_on=None, member=None).first()


def ever_outside() -> QuerySet[Holder]:
    """The recipients outside the office, the present one first, then those of earlier days."""
    return Holder.objects.filter(member=None).order_by("-id")


def with_keys() -> list[Holder]:
    """Those to whom something can be sealed: their key is made, and they still may receive. Three queries."""
    found = [holder for holder in holders() if holder.confirmed]
    members = Membership.objects.with_permissions().working()
    inside = members.filter(pk__in=[holder.member_id for holder in found if holder.member_id])  # type: ignore[attr-defined]
    able = {each.pk for each in inside if RECEIVE in each.actor().permissions}
    return [holder for holder in found if holder.is_outside or holder.member_id in able]  # type: ignore[attr-defined]


def receiving() -> list[Holder]:
    """Those to whom new reports are sealed, the outside recipient among them."""
    return [holder for holder in with_keys() if holder.receives or holder.is_outside]


def readers(found: Iterable[Holder]) -> list[Reader]:
    """The holders as the rule of conflict sees them today; two queries."""
    named: dict[int, set[int]] = defaultdict(set)  # as whom each member is named, or was
    for member, pk in Holder.objects.exclude(member=None).values_list("member_id", "pk"):
        named[member].add(pk)
    stands: dict[int, list[Stand]] = defaultdict(list)
    for each in Acting.objects.in_force(clock.today()).select_related("member"):
        member = each.member
        stand = Stand(each.post, member.post, member.unit_id, frozenset(named[member.pk]))  # type: ignore[attr-defined]
        stands[member.pk].append(stand)
    return [_reader(holder, stands, named) for holder in found]


def _reader(holder: Holder, stands: Mapping[int, list[Stand]], named: Mapping[int, set[int]]) -> Reader:
    member = holder.member
    if member is None:
        return Reader(holder.pk, is_outside=True)
    acts_for = frozenset(stand.acts_for for stand in stands.get(member.pk, ()))
    everybody = [stand for each in stands.values() for stand in each]
    return Reader(
        holder.pk,
        post=member.post,
        unit=member.unit_id,
        acts_for=acts_for,
        under_clerk=holder.under_clerk,
        was=frozenset(named[member.pk]),
        above=above(everybody, under_clerk=holder.under_clerk, posts=acts_for | {member.post}),
    )


def label(holder: Holder) -> str:
    """How a recipient is called: position and name; an outside one by its own."""
    if holder.member is None:
        return holder.name
    return f"{holder.member.user.full_name} {holder.member.position}".strip()


# --- whom a report can be about ----------------------------------------------------------------------------


def concerned_choices(organization: Organization) -> list[tuple[str, str]]:
    """What a reporter may tick: the posts and units of the office, and those who are none of it. Key and title."""
    units = [(f"unit:{unit.pk}", f"คนใน{unit.name}") for unit in Unit.objects.active()]
    return [
        (conflict.HEAD, post_title(Post.HEAD, organization)),
        (conflict.EXECUTIVES, "รองนายก เลขานุการ หรือที่ปรึกษานายก"),
        (conflict.CLERK, post_title(Post.CLERK, organization)),
        *units,
        (conflict.COUNCIL, "สมาชิกสภาท้องถิ่น"),
        (conflict.OUTSIDER, "ผู้รับจ้าง ผู้ขาย หรือบุคคลภายนอก"),
        (conflict.UNKNOWN, "ไม่ทราบ หรือไม่แน่ใจ"),
    ]


def named(found: Sequence[Holder]) -> list[Named]:
    """The words by which posts, units and recipients are called: when one is typed, the reporter is asked. Two queries."""
    posts = {m.post: m for m in Membership.objects.working().exclude(post="").select_related("user")}
    by_post = [
        Named(post, (word, *_names(posts[post].user.full_name if post in posts else "")))
        for post, word in ((conflict.HEAD, "นายก"), (conflict.CLERK, "ปลัด"))
    ]
    units = [Named(f"unit:{u.pk}", (u.name, u.short_name)) for u in Unit.objects.active()]
    people = [
        Named(f"reader:{h.pk}", _names(h.member.user.full_name))
        for h in found
        if h.member and not h.member.post
    ]
    return [each for each in (*by_post, *units, *people) if any(each.words)]


def _names(full_name: str) -> tuple[str, ...]:
    bare = TITLES.sub("", full_name.strip())
    return tuple(part for part in bare.split() if len(part) >= SHORTEST_NAME)
