"""What cases ask of the staff, as work items: modules hand them on in their own `work_items`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts.models import Post
from prongsai.foundation.accounts.selectors import signatory
from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.hands import Hands, all_hands
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
TO_ANSWER = 2  # working days in which somebody reads what a citizen wrote, whenever the case is due


@dataclass(frozen=True)
class _Day:
    """What all items of one answer share."""

    today: date
    organization: str
    calendar: OfficeCalendar
    hands: Hands


def work_items_of(kinds: Sequence[str]) -> list[WorkItem]:
    """Everything that cases of these kinds ask for in the organization in scope, whoever owes it.

    A case gives one item to whoever works on it (its person, else its unit, else all who handle such cases): the
    citizen has written, nobody has looked at it yet, the citizen has to be told how things stand, it is due within two
    weeks or late, the citizen has not answered for three weeks. One that neither its person nor anybody in its unit can
    work on asks those who assign, at once. A late one is also the business of those in its unit who assign, and after
    the clock's `escalate_days` of the clerk or whoever acts as such; each of them gets one item of it. Messages that
    could not be delivered are items of their own, and so is a closed case that was passed on, from the day on which the
    agency is to be asked what came of it. What nobody works on yet asks those who assign, where the kind is kept to its
    units. At most twelve queries.
    """
    if not kinds:
        return []
    today, hands = clock.today(), all_hands()
    open_ones, more = _first(_asking(kinds, today, hands))
    closed = list(_written_after_closing(kinds)[:MOST])
    failed = _undelivered(kinds)
    passed_on = list(_to_follow_up(kinds, today)[:MOST])
    if not (open_ones or closed or failed or passed_on):
        return []
    key = Organization.objects.values_list("key", flat=True).get(pk=current_organization_id())
    first = [_day_of(case.received_at) for case in open_ones]
    first += [_day_of(case.heard_at) for case in closed if case.heard_at]
    first += [_day_of(message.at) for message in failed]
    due = [case.due_on for case in open_ones if case.due_on]
    day = _Day(today, key, calendar_from(min([today, *first, *due])), hands)
    items = [_most_pressing(case, day) for case in open_ones]
    wrote = _("The citizen has written after the case was closed")
    items += [
        _item(case, "heard", wrote, _("Read and answer"), _to_answer(case, day), day) for case in closed
    ]
    items += [_undelivered_item(message, day) for message in failed]
    unheard = _("The agency that it was passed on to has not been heard")
    ask = _("Ask the agency and write down its answer")
    items += [_item(case, "follow", unheard, ask, case.follow_up_on, day) for case in passed_on]
    items += list(_escalated(open_ones, day))
    if more:
        free = (case for case in reversed(open_ones) if not case_kind(case.kind).kept_to_unit)
        items.append(_more(next(free, open_ones[-1]), more, day))
    return items


def _day_of(moment: datetime) -> date:
    return moment.astimezone(clock.BANGKOK).date()


def _asking(kinds: Sequence[str], today: date, hands: Hands) -> CaseQuerySet:
    running = ~Q(phase=Phase.WAITING.value)
    asks = (
        Q(acknowledged_at__isnull=True)
        | Q(heard_at__isnull=False)
        | running & Q(due_on__lte=today + NEAR)
        | running & UNTOLD & Q(inform_by__lte=today + NEAR)
        | Q(phase=Phase.WAITING.value, waiting_since__lte=today - LONG)
        | hands.stranded(kinds)
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
    failed = CaseMessage.objects.filter(
        delivery="failed", case__kind__in=kinds, case__is_check=False, case__erased_at__isnull=True
    )
    people = ("case__unit", "case__assignee__user", "case__concerned_unit", "case__concerned_member")
    found = list(failed.select_related(*people).order_by("-id")[:MOST])
    latest = {message.case_id: message.pk for message in reversed(found) if not message.channel_kind}
    return [each for each in found if each.channel_kind or each.pk == latest[each.case_id]]


def _most_pressing(case: Case, day: _Day) -> WorkItem:
    """What the case asks of whoever works on it: the most pressing thing alone."""
    kind = case_kind(case.kind)
    if owed_by(case, day.hands).is_stranded:
        missing = format_lazy(
            _("{name} can work on it no longer"), name=case.assignee and case.assignee.user.full_name
        )
        if case.unit is not None:
            missing = format_lazy(_("Nobody in {unit} can work on it"), unit=case.unit.name)
        until = min(filter(None, (day.today, case.due_on)))
        item = _item(case, "nobody", missing, _("Give it to somebody"), until, day)
        return replace(item, instead_of=_keys(case, "late:unit", "late:clerk"))
    if case.heard_at is not None:
        until = _to_answer(case, day)
        return _item(case, "heard", _("The citizen has written"), _("Read and answer"), until, day)
    if case.acknowledged_at is None:
        until = day.calendar.after(_day_of(case.received_at), kind.clock.acknowledge_days)
        missing = _("Nobody has taken it up yet")
        if case.is_guessed:
            missing = _("The system guessed what kind of case it is: check it and take the case up")
        return _item(case, "new", missing, _("Take it up"), until, day)
    if case.phase == Phase.WAITING:
        missing = _("The citizen has not answered: ask again or end the case")
        return _item(case, "silent", missing, _("See the case"), None, day)
    if case.due_on is not None and case.due_on < day.today:
        return _item(case, "late", _("It is overdue"), _("Deal with it"), case.due_on, day)
    if _must_tell(case, day):
        missing = _("The citizen has not been told how things stand")
        return _item(case, "inform", missing, _("Tell how things stand"), case.inform_by, day)
    return _item(case, "due", _("It is due soon"), _("Deal with it"), case.due_on, day)


def _to_answer(case: Case, day: _Day) -> date | None:
    """Until when what the citizen wrote is to be read: soon, and not later than the case is due."""
    if case.heard_at is None:
        return None
    until = day.calendar.after(_day_of(case.heard_at), TO_ANSWER)
    return min(until, case.due_on) if case.is_open and case.due_on else until


def _must_tell(case: Case, day: _Day) -> bool:
    """Whether the citizen has to be told how things stand before the case is due."""
    if case.informed_at is not None or case.inform_by is None or case.inform_by > day.today + NEAR:
        return False
    return case.due_on is None or case.inform_by < case.due_on


def _kind_and_number(title: str, title_en: str, number: str) -> str:
    return f"{in_language(title, title_en)} {number}"


place_of = lazy(_kind_and_number, str)  # items are kept for readers of both languages


@dataclass(frozen=True)
class Owed:
    """Whose work a case is: the login of a person, else the name of a unit ("" for everybody), and the permission that
    it takes. Of one that `is_stranded` neither the person nor the unit that has it can work on it: it is for who gives
    it out."""

    user_id: int | None
    unit: str
    permission: str
    is_stranded: bool = False


def owed_by(case: Case, hands: Hands) -> Owed:
    """Whose work the case is: its person's, else its unit's, of whom somebody can open and work on it. What nobody has
    yet is everybody's, or for who assigns, where the kind is kept to its units."""
    kind = case_kind(case.kind)
    handle = kind.permission_for("handle")
    if case.assignee is not None and hands.can(case.assignee, kind):
        return Owed(case.assignee.user_id, "", handle)  # type: ignore[attr-defined]
    if case.unit is not None and hands.can_in(case.unit, kind):
        return Owed(None, case.unit.name, handle)
    stranded = case.unit is not None or case.assignee is not None
    to_give = stranded or kind.kept_to_unit or not hands.able(kind)
    return Owed(None, "", hands.giving(kind) if to_give else handle, stranded)


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
    owed = owed or owed_by(case, day.hands)
    return WorkItem(
        key=f"case:{case.pk}:{what}",
        title=shortened(case.title, LONGEST_TITLE),
        url=address_of(case, day.organization),
        due=due,
        unit=owed.unit,
        user_id=owed.user_id,
        permission=owed.permission,
        place=place_of(kind.title, kind.title_en, case.number),
        missing=missing,
        action=action,
        is_private=True,
        is_urgent=case.is_urgent,
        **kept_from(case),
    )


def _undelivered_item(message: CaseMessage, day: _Day) -> WorkItem:
    said = _("A message to the citizen could not be delivered: reach them another way")
    until = None
    if not message.channel_kind:
        phone = message.case.contact_phone
        said = (
            format_lazy(_("Not sent yet: call {phone}"), phone=phone)
            if phone
            else _("Not sent yet: tell the citizen")
        )
        until = day.calendar.after(_day_of(message.at), TO_ANSWER)
    return _item(message.case, f"undelivered:{message.pk}", said, _("See the message"), until, day)


def _escalated(cases: Sequence[Case], day: _Day) -> Iterator[WorkItem]:
    late = [c for c in cases if c.phase != Phase.WAITING and c.due_on is not None and c.due_on < day.today]
    long_late = {case.pk for case in late if is_long_late(case, day.today, day.calendar)}
    clerk = signatory(Post.CLERK.value, day.today) if long_late else None
    action = _("Follow it up")
    for case in late:
        unit = case.unit.name if case.unit else ""
        assigns = Owed(None, unit, case_kind(case.kind).permission_for("assign"))
        anew = _("It is overdue: assign it anew or press for it")
        item = _item(case, "late:unit", anew, action, case.due_on, day, assigns)
        yield replace(item, instead_of=_keys(case, "late"))
        if clerk is not None and clerk.user_id is not None and case.pk in long_late:
            long = _("It has been overdue for many working days")
            item = _item(case, "late:clerk", long, action, case.due_on, day, Owed(clerk.user_id, "", ""))
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
