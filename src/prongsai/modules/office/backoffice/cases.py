"""เรื่องจากประชาชน: one inbox of all kinds of case, whichever module brings them."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Subquery, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import acknowledge, assign
from prongsai.kernel.errors import WrongState
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.office.backoffice.cases_shown import (
    DAYS,
    CasesScreen,
    belonging_to,
    due_within,
    kind_choices,
    kinds_for,
    of_unit,
    person_choices,
    unit_choices,
)
from prongsai.ui.access import SIGNED_IN
from prongsai.ui.cases.due import Due
from prongsai.ui.cases.forms import AssignForm
from prongsai.ui.cases.words import (
    CHANNELS,
    CLOSED_PHASES,
    PHASES,
    TOPICS,
    channel_title,
    kind_title,
    state_title,
)
from prongsai.ui.navigation import address
from prongsai.ui.screens import (
    BulkAction,
    ChoiceFilter,
    Column,
    Crumb,
    Empty,
    FormScreen,
    ListScreen,
    PeriodFilter,
)
from prongsai.ui.templatetags.prongsai import day, thai

SEARCHED = 10_000  # words are looked for in as many of the newest cases: no index can know them under the tenants' policy
NUMBER = re.compile(r"[A-Z]{0,3}[0-9]{2}-[0-9]{1,9}")
ALL = "all"
UNSEEN = (
    "body", "details", "secret", "source_key", "former_numbers", "contact_name", "contact_phone", "contact_email",
    "contact_handle", "place", "latitude", "longitude", "result", "satisfaction_note", "public_title", "visited_at",
    "answered_at", "reminded_on", "escalated_on", "closed_at",
)  # fmt: skip
TITLE = gettext_lazy("Cases from citizens")


class StateFilter(ChoiceFilter):
    """Open cases unless something else is chosen."""

    template = "office/cases_state.html"


class PersonFilter(ChoiceFilter):
    """One person's, the member's own, or nobody's."""

    def narrowed(self, rows: Any, screen: Any) -> tuple[Any, str]:
        value = screen.query.get(self.key, "")
        return (belonging_to(rows, value, screen) if value in dict(self.options(screen)) else rows), ""


class Earliest(Subquery):
    """The first of the days that a query gives. Bare, so that the index is used: a COALESCE around it is asked for each
    row, since under the tenants' policy only what is known not to leak may choose the rows."""

    template = "(SELECT min(received_on) FROM (%(subquery)s) AS days)"


def _holds(field: str, word: str) -> Q:
    """The field has the word in it. By strpos(): LIKE steps through Thai letter by letter."""
    return Q(GreaterThan(StrIndex(field, Value(word)), 0))


def _in_state(cases: QuerySet[Case], value: str) -> QuerySet[Case]:
    return cases if value == ALL else cases.filter(phase=value)


def _due(case: Case) -> SafeString | str:
    """The last day, with how it stands."""
    due = Due.of(case)
    if due.day is None or due.closed_on:
        return day(due.day) if due.day else ""
    css = {"late": "late-day", "soon": "soon-day"}.get(due.tone, "")
    return format_html('<span class="{}">{} <span class="nb">{}</span></span>', css, day(due.day), due.says)


def _titled(case: Case) -> SafeString | str:
    """The matter; that the citizen wrote stands with it."""
    title = case.title or _("(erased)")
    if case.heard_at is None:
        return thai(title)
    return format_html('{} <span class="tag">{}</span>', thai(title), _("the citizen wrote"))


def _worked_on_by(case: Case) -> str:
    who = case.assignee.user.full_name if case.assignee else ""
    return " ".join(filter(None, [who, case.unit.name if case.unit else ""]))


def _acknowledge(screen: Any, cases: list[Case]) -> str:
    for case in cases:
        acknowledge(actor=screen.actor, case=case)
    return ngettext("%(n)s case is taken up", "%(n)s cases are taken up", len(cases)) % {"n": len(cases)}


def _never(screen: Any, cases: list[Case]) -> str:
    """Assigning asks to whom first: the page of that does it."""
    raise WrongState(_("Choose to whom first"))


class Cases(CasesScreen, ListScreen):
    permission = SIGNED_IN
    title = TITLE
    template = "office/cases.html"
    columns = (
        Column("number", gettext_lazy("Number"), link=lambda screen, case: screen.page_of(case)),
        Column("matter", gettext_lazy("Matter"), _titled, link=lambda screen, case: screen.page_of(case), exported=False),
        Column("title", gettext_lazy("Matter"), shown=False),
        Column("kind", gettext_lazy("Kind of case"), lambda case: kind_title(case.kind)),
        Column("topic", gettext_lazy("Subject area"), lambda case: TOPICS.get(case.topic, ""), shown=False),
        Column("channel", gettext_lazy("Channel"), lambda case: channel_title(case.channel_kind), shown=False),
        Column("village", gettext_lazy("Village number"), shown=False),
        Column("state", gettext_lazy("State"), state_title, kind="tag"),
        Column("who", gettext_lazy("Who works on it"), _worked_on_by, exported=False),
        Column("unit", gettext_lazy("Unit"), "unit.name", shown=False),
        Column("person", gettext_lazy("Person"), "assignee.user.full_name", shown=False),
        Column("received_on", gettext_lazy("Came in"), kind="date"),
        Column("due", gettext_lazy("Due"), _due, exported=False),
        Column("due_on", gettext_lazy("Due"), kind="date", shown=False),
        Column("closed_on", gettext_lazy("Case closed on"), kind="date", shown=False),
        Column("days_taken", gettext_lazy("Days taken"), kind="number", shown=False),
        Column("is_late", gettext_lazy("Closed late"), shown=False),
        Column("satisfied", gettext_lazy("Citizen content"), shown=False),
    )  # fmt: skip
    filters = (
        StateFilter(
            "state",
            gettext_lazy("State"),
            field="phase",
            choices=lambda screen: [*PHASES.items(), (ALL, gettext_lazy("All, with the closed ones"))],
            apply=_in_state,  # type: ignore[arg-type]
        ),
        ChoiceFilter("kind", gettext_lazy("Kind of case"), choices=kind_choices),
        ChoiceFilter("unit", gettext_lazy("Unit"), choices=unit_choices, apply=of_unit),  # type: ignore[arg-type]
        PersonFilter("person", gettext_lazy("Person"), choices=person_choices),
        ChoiceFilter("due", gettext_lazy("Due"), choices=tuple(DAYS.items()), apply=due_within),  # type: ignore[arg-type]
        ChoiceFilter(
            "channel", gettext_lazy("Channel"), choices=tuple(CHANNELS.items()), field="channel_kind"
        ),
        PeriodFilter("received", gettext_lazy("Came in"), field="received_on"),
    )
    search = ("title",)
    actions = (
        BulkAction("acknowledge", gettext_lazy("Take up"), _acknowledge),
        BulkAction("assign", gettext_lazy("Give to somebody"), _never),
    )
    empty = Empty(
        gettext_lazy("No case is open"),
        gettext_lazy(
            "What citizens send by the web, mail, LINE or Facebook arrives here by itself. What comes by paper, telephone or at the counter is taken in by hand"
        ),
    )
    caption = TITLE

    def rows(self) -> QuerySet[Case]:
        """Open cases, the most pressing first; whoever asks for closed ones or a number gets the newest first."""
        found = self.cases().with_people()
        state = self.query.get("state", "")
        if self.wants_number or state in (ALL, *CLOSED_PHASES):
            return found.newest()
        return found.filter(closed_on__isnull=True).order_by("due_on", "id")

    def lean(self, rows: Any) -> Any:
        return rows.defer(*UNSEEN)

    @property
    def wants_number(self) -> bool:
        return bool(NUMBER.fullmatch(self.words.upper()))

    @property
    def words(self) -> str:
        return to_arabic(self.query.get("q", "")).strip()

    def searched(self, rows: Any, words: str) -> QuerySet[Case]:
        """The case of that number; or those of the newest SEARCHED cases that say every word, the name of who brought
        it among them for whoever may know it."""
        if self.wants_number:
            return rows.numbered(self.words.upper())
        rows = rows.filter(received_on__gte=Earliest(Case.objects.newest().values("received_on")[:SEARCHED]))
        for word in words.split():
            rows = rows.filter(self._says(word))
        return rows

    def _says(self, word: str) -> Q:
        says = _holds("title", word) | _holds("body", word) | _holds("place", word)
        told = [kind.key for kind in self.kinds if self.may(kind.permission_for("handle"))]
        return says | (_holds("contact_name", word) & Q(kind__in=told)) if told else says

    # --- acts on several ---

    def offered(self) -> list[BulkAction]:
        may = {
            "acknowledge": any(self.may(kind.permission_for("handle")) for kind in self.kinds),
            "assign": any(self.may(kind.permission_for("assign")) for kind in self.kinds),
        }
        return [action for action in self.actions if may[action.key]]

    def _bulk(self, request: HttpRequest) -> HttpResponseBase:
        if request.POST.get("_bulk") not in {action.key for action in self.offered()} | {None, ""}:
            raise PermissionDenied
        chosen = [number for number in request.POST.getlist("chosen") if number.isdecimal()]
        if request.POST.get("_bulk") == "assign" and chosen:
            return HttpResponseRedirect(
                f"{self.address('cases-assign')}?cases={','.join(chosen[: self.per_page])}"
            )
        return super()._bulk(request)

    def context(self) -> dict[str, Any]:
        at = self.address("cases")
        return {
            "ways": self.ways(),
            "figures": self.figures(at) if self.kinds else [],
            "no_kind": not self.kinds,
            "links": intake_links(self),
        }


def intake_links(screen: Any) -> list[tuple[Any, str]]:
    """Where cases are taken in by hand: each module's page for it, by its name."""
    found: list[tuple[Any, str]] = []
    for module in dict.fromkeys(
        kind.module for kind in registry().case_kinds.values() if screen.may(kind.permission_for("intake"))
    ):
        url = address(f"{module}-intake", organization=screen.organization.key)
        if url:
            found.append((_("Take in a case"), url))
    return found


class AssignCases(CasesScreen, FormScreen):
    """Several cases to one unit or person: all of them, or none."""

    permission = SIGNED_IN
    template = "office/cases_assign.html"
    form = AssignForm
    submit = gettext_lazy("Give it to them")
    cancel = "cases"

    def object(self) -> list[Case]:
        """The cases that the address names and the member may give to somebody; 404 when there are none."""
        numbers = [
            int(each)
            for each in self.request.GET.get("cases", "").split(",")
            if each.isdecimal() and len(each) < 19
        ]
        kinds = [kind.key for kind in kinds_for(self) if self.may(kind.permission_for("assign"))]
        found = list(
            self.cases().with_people().filter(pk__in=numbers[:50], kind__in=kinds).order_by("due_on", "id")
        )
        if not found:
            raise Http404("no such cases")
        return found

    def get_title(self) -> str:
        return ngettext("Give %(n)s case to somebody", "Give %(n)s cases to somebody", len(self.thing)) % {
            "n": len(self.thing)
        }

    def crumbs(self) -> list[Crumb]:
        return [Crumb(TITLE, self.address("cases"))]

    def context(self) -> dict[str, Any]:
        return {"cases": [(case, self.page_of(case), state_title(case)) for case in self.thing]}

    def act(self, form: AssignForm) -> str:
        given = form.cleaned_data
        for case in self.thing:
            assign(
                actor=self.actor,
                case=case,
                unit=given["unit"],
                assignee=given["assignee"],
                reason=given["reason"],
            )
        return self.address("cases")

    def done(self, form: AssignForm) -> str:
        return ngettext("%(n)s case is given", "%(n)s cases are given", len(self.thing)) % {
            "n": len(self.thing)
        }
