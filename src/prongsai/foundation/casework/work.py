"""What cases ask of the staff, as work items: modules hand them on in their own `work_items`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts.models import Post
from prongsai.foundation.accounts.selectors import signatory
from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import case_kind, in_language
from prongsai.foundation.casework.models import UNTOLD, Case, CaseMessage, CaseQuerySet
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import WorkItem
from prongsai.kernel.thai.working_days import OfficeCalendar
from prongsai.kernel.writing import shortened

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
    delivered are items of their own, and so is a closed case that was passed on, from the day on which the agency is to
    be asked what came of it. What nobody works on yet asks those who assign, where the kind is kept to its units. At
    most ten queries.
    """
    if not kinds:
        return []
    today = clock.today()
    open_ones, more = _first(_asking(kinds, today))
    closed = list(_written_after_closing(kinds)[:MOST])
    failed = _undelivered(kinds)
    passed_on = list(_to_follow_up(kinds, today)[:MOST])
    if not (open_ones or closed or failed or passed_on):
        return []
    key = Organization.objects.values_list("key", flat=True).get(pk=current_organization_id())
    first = min((case.received_at.astimezone(clock.BANGKOK).date() for case in open_ones), default=today)
    due = [case.due_on for case in open_ones if case.due_on]
    day = _Day(today, key, calendar_from(min([first, *due])))
    items = [item for case in open_ones for item in _items(case, day)]
    wrote = _("The citizen has written after the case was closed")
    items += [_item(case, "heard", wrote, _("Read and answer"), None, day) for case in closed]
    items += [_undelivered_item(message, day) for message in failed]
    unheard = _("The agency that it was passed on to has not been heard")
    ask = _("Ask the agency and write down its answer")
    items += [_item(case, "follow", unheard, ask, case.follow_up_on, day) for case in passed_on]
    items += list(_escalated(open_ones, day))
    if more:
        free = (case for case in reversed(open_ones) if not case_kind(case.kind).kept_to_unit)
        items.append(_more(next(free, open_ones[-1]), more, day))
    return items


def _asking(kinds: Sequence[str], today: date) -> CaseQuerySet:
    running = ~Q(phase=Phase.WAITING.value)
    asks = (
        Q(acknowledged_at__isnull=True)
        | Q(heard_at__isnull=False)
        | running & Q(due_on__lte=today + NEAR)
        | running & UNTOLD & Q(inform_by__lte=today + NEAR)
        | Q(phase=Phase.WAITING.value, waiting_since__lte=today - LONG)
    )
    return Case.objects.open().filter(asks, kind__in=kinds).pressing()


def _first(found: CaseQuerySet) -> tuple[list[Case], int]:
    """The first cases, and how many more there are."""
    cases = list(found.with_people().with_concerned()[: MOST + 1])
    return cases[:MOST], found.count() - MOST if len(cases) > MOST else 0


def kept_from(case: Case) -> dict[str, Any]:
    """Who is not told of the case's work, since it is about them (`rights.is_about`), as work items say it."""
    if case.concerned_member is None and case.concerned_unit is None:
        return {}
    kind = case_kind(case.kind)
    return {
        "about_user": case.concerned_member.user_id if case.concerned_member else None,  # type: ignore[attr-defined]
        "about_unit": case.concerned_unit.name if case.concerned_unit else "",
        "kept_by": frozenset(kind.permission_for(what) for what in ("intake", "manage")),
    }


def _written_after_closing(kinds: Sequence[str]) -> CaseQuerySet:
    heard = Case.objects.real().filter(heard_at__isnull=False, closed_on__isnull=False, kind__in=kinds)
    return heard.with_people().with_concerned().order_by("heard_at")


def _to_follow_up(kinds: Sequence[str], today: date) -> CaseQuerySet:
    come = Case.objects.real().filter(follow_up_on__lte=today, kind__in=kinds)
    return come.with_people().with_concerned().order_by("follow_up_on", "id")


def _undelivered(kinds: Sequence[str]) -> list[CaseMessage]:
    failed = CaseMessage.objects.filter(delivery="failed", case__kind__in=kinds, case__is_check=False)
    people = ("case__unit", "case__assignee__user", "case__concerned_unit", "case__concerned_member")
    return list(failed.select_related(*people).order_by("-id")[:MOST])


def _items(case: Case, day: _Day) -> Iterator[WorkItem]:
    """What the case asks of whoever works on it: the most pressing thing alone."""
    kind = case_kind(case.kind)
    if case.heard_at is not None:
        yield _item(case, "heard", _("The citizen has written"), _("Read and answer"), case.due_on, day)
    elif case.acknowledged_at is None:
        arrived = case.received_at.astimezone(clock.BANGKOK).date()
        until = day.calendar.after(arrived, kind.clock.acknowledge_days)
        missing = _("Nobody has taken it up yet")
        if case.is_guessed:
            missing = _("The system guessed what kind of case it is: check it and take the case up")
        yield _item(case, "new", missing, _("Take it up"), until, day)
    elif case.phase == Phase.WAITING:
        yield _item(
            case,
            "silent",
            _("The citizen has not answered: ask again or end the case"),
            _("See the case"),
            None,
            day,
        )
    elif case.due_on is not None and case.due_on < day.today:
        yield _item(case, "late", _("It is overdue"), _("Deal with it"), case.due_on, day)
    elif _must_tell(case, day):
        yield _item(
            case,
            "inform",
            _("The citizen has not been told how things stand"),
            _("Tell how things stand"),
            case.inform_by,
            day,
        )
    else:
        yield _item(case, "due", _("It is due soon"), _("Deal with it"), case.due_on, day)


def _must_tell(case: Case, day: _Day) -> bool:
    """Whether the citizen has to be told how things stand before the case is due."""
    if case.informed_at is not None or case.inform_by is None or case.inform_by > day.today + NEAR:
        return False
    return case.due_on is None or case.inform_by < case.due_on


def _kind_and_number(title: str, title_en: str, number: str) -> str:
    return f"{in_language(title, title_en)} {number}"


place_of = lazy(_kind_and_number, str)  # items are kept for readers of both languages


Owed = tuple[int | None, str, str]


def owed_by(case: Case) -> Owed:
    """Whose work the case is: the login of its person, else the name of its unit ("" for everybody), and the permission
    that it takes: what nobody has yet is for who assigns, where the kind is kept to its units."""
    kind = case_kind(case.kind)
    person = case.assignee.user_id if case.assignee else None  # type: ignore[attr-defined]
    nobodys = kind.kept_to_unit and person is None and case.unit is None
    unit = case.unit.name if case.unit and person is None else ""
    return person, unit, kind.permission_for("assign" if nobodys else "handle")


def _item(
    case: Case,
    what: str,
    missing: str,
    action: str,
    due: date | None,
    day: _Day,
    owed: Owed | None = None,
) -> WorkItem:
    """What the case asks of whoever works on it, or of whom `owed` says."""
    kind = case_kind(case.kind)
    person, unit, permission = owed or owed_by(case)
    return WorkItem(
        key=f"case:{case.pk}:{what}",
        title=shortened(case.title, LONGEST_TITLE),
        url=address_of(case, day.organization),
        due=due,
        unit=unit,
        user_id=person,
        permission=permission,
        place=place_of(kind.title, kind.title_en, case.number),
        missing=missing,
        action=action,
        is_private=True,
        is_urgent=case.is_urgent,
        **kept_from(case),
    )


def _undelivered_item(message: CaseMessage, day: _Day) -> WorkItem:
    said = _("A message to the citizen could not be delivered: reach them another way")
    return _item(message.case, f"undelivered:{message.pk}", said, _("See the message"), None, day)


def _escalated(cases: Sequence[Case], day: _Day) -> Iterator[WorkItem]:
    late = [c for c in cases if c.phase != Phase.WAITING and c.due_on is not None and c.due_on < day.today]
    long_late = [case for case in late if is_long_late(case, day.today, day.calendar)]
    clerk = signatory(Post.CLERK.value, day.today) if long_late else None
    action = _("Follow it up")
    for case in late:
        assigns = None, case.unit.name if case.unit else "", case_kind(case.kind).permission_for("assign")
        anew = _("It is overdue: assign it anew or press for it")
        item = _item(case, "late:unit", anew, action, case.due_on, day, assigns)
        yield replace(item, instead_of=_keys(case, "late"))
        if clerk is not None and clerk.user_id is not None and case in long_late:
            long = _("It has been overdue for many working days")
            item = _item(case, "late:clerk", long, action, case.due_on, day, (clerk.user_id, "", ""))
            yield replace(item, instead_of=_keys(case, "late", "late:unit"))


def _keys(case: Case, *which: str) -> frozenset[str]:
    return frozenset(f"case:{case.pk}:{what}" for what in which)


def is_long_late(case: Case, today: date, calendar: OfficeCalendar) -> bool:
    """Whether the case has been late for so many working days that the clerk is told."""
    if case.due_on is None or case.due_on >= today:
        return False
    return calendar.between(case.due_on, today) > case_kind(case.kind).clock.escalate_days


def _more(last: Case, more: int, day: _Day) -> WorkItem:
    kind = case_kind(last.kind)
    return WorkItem(
        key="case:more",
        title=format_lazy(_("Other cases that wait: {count}"), count=f"{more:,}"),
        url=address_of(last, day.organization),
        permission=kind.permission_for("handle"),
        missing=_("All of them are in the inbox"),
        action=_("See the next one"),
    )


def address_of(case: Case, organization: str) -> str:
    """The case's page for the staff of the office of this key, below the site; "" where there is none."""
    try:
        return reverse(case_kind(case.kind).url_name, args=[organization, case.pk])
    except NoReverseMatch:
        return ""
