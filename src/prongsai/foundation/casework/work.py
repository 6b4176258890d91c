"""What cases ask of the staff, as work items: modules hand them on in their own `work_items`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse

from prongsai.foundation.accounts.models import Post
from prongsai.foundation.accounts.selectors import signatory
from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Phase
from prongsai.kernel.contracts import WorkItem
from prongsai.kernel.thai.working_days import OfficeCalendar

NEAR = timedelta(days=14)  # what is due later is in the inbox, and not yet anybody's work
LONG = timedelta(days=21)  # that a citizen who was asked has not answered
MOST = 400  # cases of each sort; beyond it the list says how many more there are
LONGEST_TITLE = 120


@dataclass(frozen=True)
class _Day:
    """What all items of one answer share."""

    today: date
    organization: str
    calendar: OfficeCalendar


def work_items_of(kinds: Sequence[str]) -> list[WorkItem]:
    """Everything that cases of these kinds ask for in the organization in scope, whoever owes it.

    A case gives one item to whoever works on it (its person, else its unit, else all who handle such cases): the
    citizen has written, nobody has looked at it yet, the citizen has to be told how things stand, it is due within two
    weeks or late, the citizen has not answered for three weeks. A late one is also the business of those in its unit
    who assign, and after the clock's `escalate_days` of the clerk or whoever acts as such. Messages that could not be
    delivered are items of their own. What nobody works on yet asks those who assign, where the kind is kept to its
    units. At most nine queries.
    """
    if not kinds:
        return []
    today = clock.today()
    open_ones, more = _first(_asking(kinds, today))
    closed = list(_written_after_closing(kinds)[:MOST])
    failed = _undelivered(kinds)
    if not (open_ones or closed or failed):
        return []
    key = Organization.objects.values_list("key", flat=True).get(pk=current_organization_id())
    first = min((case.received_at.astimezone(clock.BANGKOK).date() for case in open_ones), default=today)
    due = [case.due_on for case in open_ones if case.due_on]
    day = _Day(today, key, calendar_from(min([first, *due])))
    items = [item for case in open_ones for item in _items(case, day)]
    items += [_item(case, "heard", "ผู้แจ้งเขียนมาหลังปิดเรื่อง", "อ่านและตอบ", None, day) for case in closed]
    items += [_undelivered_item(message, day) for message in failed]
    items += list(_escalated(open_ones, day))
    if more:
        free = (case for case in reversed(open_ones) if not case_kind(case.kind).kept_to_unit)
        items.append(_more(next(free, open_ones[-1]), more, day))
    return items


def _asking(kinds: Sequence[str], today: date) -> QuerySet[Case]:
    running = ~Q(phase=Phase.WAITING.value)
    asks = (
        Q(acknowledged_at__isnull=True)
        | Q(heard_at__isnull=False)
        | running & Q(due_on__lte=today + NEAR)
        | running & Q(informed_at__isnull=True, inform_by__lte=today + NEAR)
        | Q(phase=Phase.WAITING.value, waiting_since__lte=today - LONG)
    )
    return Case.objects.open().filter(asks, kind__in=kinds).order_by("due_on", "id")


def _first(found: QuerySet[Case]) -> tuple[list[Case], int]:
    """The first cases, and how many more there are."""
    cases = list(found.with_people()[: MOST + 1])  # type: ignore[attr-defined]
    return cases[:MOST], found.count() - MOST if len(cases) > MOST else 0


def _written_after_closing(kinds: Sequence[str]) -> QuerySet[Case]:
    heard = Case.objects.real().filter(heard_at__isnull=False, closed_on__isnull=False, kind__in=kinds)
    return heard.with_people().order_by("heard_at")


def _undelivered(kinds: Sequence[str]) -> list[CaseMessage]:
    failed = CaseMessage.objects.filter(delivery="failed", case__kind__in=kinds, case__is_check=False)
    return list(failed.select_related("case__unit", "case__assignee__user").order_by("-id")[:MOST])


def _items(case: Case, day: _Day) -> Iterator[WorkItem]:
    """What the case asks of whoever works on it: the most pressing thing alone."""
    kind = case_kind(case.kind)
    if case.heard_at is not None:
        yield _item(case, "heard", "ผู้แจ้งส่งข้อความมา", "อ่านและตอบ", case.due_on, day)
    elif case.acknowledged_at is None:
        arrived = case.received_at.astimezone(clock.BANGKOK).date()
        until = day.calendar.after(arrived, kind.clock.acknowledge_days)
        yield _item(case, "new", "ยังไม่มีผู้รับเรื่อง", "รับเรื่อง", until, day)
    elif case.phase == Phase.WAITING:
        yield _item(case, "silent", "ผู้แจ้งยังไม่ตอบ ถามซ้ำหรือยุติเรื่อง", "ดูเรื่อง", None, day)
    elif case.due_on is not None and case.due_on < day.today:
        yield _item(case, "late", "เลยกำหนดแล้ว", "ดำเนินการ", case.due_on, day)
    elif _must_tell(case, day):
        yield _item(case, "inform", "ยังไม่ได้แจ้งผู้แจ้งว่าดำเนินการถึงไหน", "แจ้งความคืบหน้า", case.inform_by, day)
    else:
        yield _item(case, "due", "ใกล้ครบกำหนด", "ดำเนินการ", case.due_on, day)


def _must_tell(case: Case, day: _Day) -> bool:
    """Whether the citizen has to be told how things stand before the case is due."""
    if case.informed_at is not None or case.inform_by is None or case.inform_by > day.today + NEAR:
        return False
    return case.due_on is None or case.inform_by < case.due_on


def _item(case: Case, what: str, missing: str, action: str, due: date | None, day: _Day) -> WorkItem:
    kind = case_kind(case.kind)
    person = case.assignee.user_id if case.assignee else None  # type: ignore[attr-defined]
    nobodys = kind.kept_to_unit and person is None and case.unit is None
    return WorkItem(
        key=f"case:{case.pk}:{what}",
        title=_title(case),
        url=_address(case, kind, day),
        due=due,
        unit=case.unit.name if case.unit and person is None else "",
        user_id=person,
        permission=kind.permission_for("assign" if nobodys else "handle"),
        place=f"{kind.title} {case.number}",
        missing=missing,
        action=action,
    )


def _undelivered_item(message: CaseMessage, day: _Day) -> WorkItem:
    said = "ส่งข้อความถึงผู้แจ้งไม่สำเร็จ ติดต่อทางอื่น"
    return _item(message.case, f"undelivered:{message.pk}", said, "ดูข้อความ", None, day)


def _escalated(cases: Sequence[Case], day: _Day) -> Iterator[WorkItem]:
    late = [c for c in cases if c.phase != Phase.WAITING and c.due_on is not None and c.due_on < day.today]
    long_late = [case for case in late if is_long_late(case, day.today, day.calendar)]
    clerk = signatory(Post.CLERK.value, day.today) if long_late else None
    for case in late:
        kind = case_kind(case.kind)
        shared = {
            "title": _title(case),
            "url": _address(case, kind, day),
            "due": case.due_on,
            "action": "ติดตาม",
        }
        place = f"{kind.title} {case.number}"
        yield WorkItem(
            key=f"case:{case.pk}:late:unit", unit=case.unit.name if case.unit else "", place=place,
            permission=kind.permission_for("assign"), missing="เลยกำหนด มอบหมายใหม่หรือเร่งรัด", **shared,
        )  # fmt: skip
        if clerk is not None and clerk.user_id is not None and case in long_late:
            yield WorkItem(
                key=f"case:{case.pk}:late:clerk", user_id=clerk.user_id, place=place,
                missing="เลยกำหนดหลายวันทำการ", **shared,
            )  # fmt: skip


def is_long_late(case: Case, today: date, calendar: OfficeCalendar) -> bool:
    """Whether the case has been late for so many working days that the clerk is told."""
    if case.due_on is None or case.due_on >= today:
        return False
    return calendar.between(case.due_on, today) > case_kind(case.kind).clock.escalate_days


def _more(last: Case, more: int, day: _Day) -> WorkItem:
    kind = case_kind(last.kind)
    return WorkItem(
        key="case:more",
        title=f"เรื่องอื่นที่รอดำเนินการอีก {more:,} เรื่อง",
        url=_address(last, kind, day),
        permission=kind.permission_for("handle"),
        missing="ดูทั้งหมดในกล่องเรื่อง",
        action="ดูเรื่องถัดไป",
    )


def _title(case: Case) -> str:
    return case.title if len(case.title) <= LONGEST_TITLE else f"{case.title[: LONGEST_TITLE - 1].rstrip()}…"


def _address(case: Case, kind: CaseKind, day: _Day) -> str:
    try:
        return reverse(kind.url_name, args=[day.organization, case.pk])
    except NoReverseMatch:
        return ""
