"""What list, board and calendar of cases share: which cases the member may see, where each opens, the figures above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.kinds import in_language, shown_title
from prongsai.foundation.casework.models import UNTOLD, Case
from prongsai.foundation.casework.selectors import inbox
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Phase
from prongsai.kernel.registry import registry
from prongsai.ui.cases.due import end_of_week
from prongsai.ui.screens import Figure, Screen

NAV = "cases"
MOST = 999  # cases are counted up to here in figures; what is more is told as more
LOOKED_THROUGH = 10_000  # of the open cases, those that are due first: no office has more
STAND_IN = 987_654_321_987
NOBODY, ME = "nobody", "me"
DAYS: dict[str, Any] = {
    "late": gettext_lazy("Overdue"),
    "today": gettext_lazy("Due today"),
    "week": gettext_lazy("Due this week"),
    "later": gettext_lazy("Due later"),
    "untold": gettext_lazy("The citizen was told nothing in time"),
}


def kinds_for(screen: Screen) -> list[CaseKind]:
    """The kinds of case that the member may see."""
    return [kind for kind in registry().case_kinds.values() if screen.may(kind.permission)]


def due_in(which: str) -> Q:
    """Of open cases those whose last day is over, is today, or falls into the rest of this week, and those of which the
    citizen was told nothing until the day for that. Those that wait for the citizen are never late."""
    today = clock.today()
    days = {
        "late": Q(due_on__lt=today),
        "today": Q(due_on=today),
        "week": Q(due_on__gte=today, due_on__lte=end_of_week(today)),
        "later": Q(due_on__gt=end_of_week(today)),
        "untold": UNTOLD & Q(inform_by__lt=today),
    }
    return ~Q(phase=Phase.WAITING.value) & days[which] if which in days else Q()


def due_within(cases: QuerySet[Case], which: str) -> QuerySet[Case]:
    return cases.filter(due_in(which))


def belonging_to(cases: QuerySet[Case], who: str, screen: Screen) -> QuerySet[Case]:
    """Those of one person: a membership's number, ME or NOBODY."""
    if who == NOBODY:
        return cases.filter(assignee__isnull=True)
    return cases.filter(assignee=screen.member.pk if who == ME else int(who))


def of_unit(cases: QuerySet[Case], unit: str) -> QuerySet[Case]:
    return cases.filter(unit__isnull=True) if unit == NOBODY else cases.filter(unit=int(unit))


def capped(*queries: QuerySet[Case]) -> list[int]:
    """How many rows each query has, counted up to MOST + 1; all in one question to the database."""
    parts: list[str] = []
    params: list[Any] = []
    for query in queries:
        try:
            sql, said = query.order_by().values("pk")[: MOST + 1].query.sql_with_params()
        except EmptyResultSet:  # nothing can fit, and Django knows it
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        params += said
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return list(cursor.fetchone() or [])


@dataclass(frozen=True)
class Way:
    """One of the three ways to look at the cases."""

    key: str
    title: str
    url: str


class CasesScreen(Screen, abstract=True):
    """A page about all cases that the member may see."""

    nav = NAV
    way = "list"

    @cached_property
    def kinds(self) -> list[CaseKind]:
        return kinds_for(self)

    @cached_property
    def _cases(self) -> QuerySet[Case]:
        return inbox(self.actor)

    def cases(self) -> QuerySet[Case]:
        return self._cases.all()

    def ways(self) -> list[Way]:
        titles = (
            ("list", _("List"), "cases"),
            ("board", _("Board"), "cases-board"),
            ("calendar", _("Calendar"), "cases-calendar"),
        )
        return [Way(key, title, self.address(name)) for key, title, name in titles]

    @cached_property
    def _shapes(self) -> dict[str, list[str]]:
        """What stands before and after a case's number in the addresses of each kind."""
        found: dict[str, list[str]] = {}
        for kind in registry().case_kinds.values():
            try:
                address = reverse(kind.url_name, args=[self.organization.key, STAND_IN])
            except NoReverseMatch:
                continue
            found[kind.key] = address.split(str(STAND_IN))
        return found

    def page_of(self, case: Case) -> str:
        """The address of the case's page; "" where no module has one."""
        shape = self._shapes.get(case.kind)
        return f"{shape[0]}{case.pk}{shape[1]}" if shape else ""

    def figures(self, url: str) -> list[Figure]:
        """Late, due today, due this week, of nobody, the member's own: each leads to the list at `url`."""
        open_ones = self.cases().filter(closed_on__isnull=True)
        wanted: Sequence[tuple[str, str, Q]] = (
            (_("Overdue"), "due=late", due_in("late")),
            (_("Due today"), "due=today", due_in("today")),
            (_("Due this week"), "due=week", due_in("week")),
            (_("Nobody's yet"), f"person={NOBODY}", Q(assignee__isnull=True)),
            (_("Mine"), f"person={ME}", Q(assignee=self.member.pk)),
        )
        counted = open_ones.order_by("due_on", "id")[:LOOKED_THROUGH].aggregate(
            **{f"figure_{at}": Count("pk", filter=which) for at, (_title, _query, which) in enumerate(wanted)}
        )
        counts = [counted[f"figure_{at}"] for at in range(len(wanted))]
        return [
            Figure(shown_count(count), title, f"{url}?{query}", late=query == "due=late" and count > 0)
            for (title, query, _which), count in zip(wanted, counts, strict=True)
        ]


def shown_count(count: int) -> str:
    """The count, or that there are more."""
    return f"{MOST}+" if count > MOST else str(count)


def kind_choices(screen: Any) -> list[tuple[str, Any]]:
    return [(kind.key, shown_title(kind)) for kind in screen.kinds]


def category_choices(screen: Any) -> list[tuple[str, Any]]:
    """What cases of the member's kinds can be about, kind by kind."""
    return [(key, in_language(*titles)) for kind in screen.kinds for key, titles in kind.categories.items()]


def unit_choices(screen: Any) -> list[tuple[str, Any]]:
    units = screen.__dict__.setdefault("_units", None) or list(Unit.objects.active())
    screen.__dict__["_units"] = units
    return [(NOBODY, _("No unit yet")), *((str(unit.pk), unit.name) for unit in units)]


def person_choices(screen: Any) -> list[tuple[str, Any]]:
    """Myself and nobody first, then everybody who works here."""
    known = screen.__dict__.get("_people")
    if known is None:
        people = Membership.objects.working().order_by("user__full_name", "id")
        known = screen.__dict__["_people"] = list(people.values_list("pk", "user__full_name"))
    return [(ME, _("Mine")), (NOBODY, _("Nobody's yet")), *((str(pk), name) for pk, name in known)]
