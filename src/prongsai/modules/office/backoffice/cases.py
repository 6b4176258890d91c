"""เรื่องจากประชาชน: one inbox of all kinds of case, whichever module brings them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Func, Q, QuerySet, Subquery, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import contact_told
from prongsai.foundation.casework.services import acknowledge
from prongsai.kernel import clock
from prongsai.kernel.errors import ProngsaiError, WrongState
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.office.backoffice.cases_shown import (
    DAYS,
    CasesScreen,
    belonging_to,
    category_choices,
    due_within,
    kind_choices,
    of_unit,
    person_choices,
    unit_choices,
)
from prongsai.ui.access import SIGNED_IN
from prongsai.ui.cases.due import Due
from prongsai.ui.cases.words import (
    CHANNELS,
    CLOSED_PHASES,
    PHASES,
    TOPICS,
    category_title,
    channel_title,
    kind_title,
    state_title,
)
from prongsai.ui.cases.words import FOUND as FOUND_TO_BE
from prongsai.ui.navigation import address
from prongsai.ui.screens import (
    BulkAction,
    ChoiceFilter,
    Column,
    Empty,
    ListScreen,
    PeriodFilter,
    TextFilter,
)
from prongsai.ui.templatetags.prongsai import day, thai

FOUND = 1_000  # with words no more are counted: whoever gets so many looks for more words
SEARCHED = 10_000  # words are looked for in as many of the newest cases: no index can know them under the tenants' policy
NUMBER = re.compile(r"([A-Z]{0,3}[0-9]{2})-([0-9]{1,6})")
OF_PHONES = re.compile(r"[-().+]")
IN_PHONES = (
    "๐๑๒๓๔๕๖๗๘๙ -().+",
    "0123456789",
)  # what stands in a telephone number, and what it is looked for as
SHORTEST = 3  # digits that are looked for in telephone numbers
VILLAGE = re.compile(r"[0-9]{1,3}")
# What came with a paper of another office: by it such a case is asked for.
PAPERS = ("sent_by", "sent_by_number", "received_number")
URGENT, HEARD, FRESH = "urgent", "heard", "fresh"
MARKS: dict[str, tuple[Any, Q]] = {
    URGENT: (gettext_lazy("Urgent"), Q(is_urgent=True)),
    HEARD: (gettext_lazy("The citizen wrote"), Q(heard_at__isnull=False)),
    FRESH: (gettext_lazy("Not taken up yet"), Q(acknowledged_at__isnull=True)),
}
ALL = "all"
SEEN = (
    "kind", "number", "title", "state", "phase", "channel_kind", "is_urgent", "received_on", "due_on", "inform_by", "informed_at", "closed_on",
    "heard_at", "was_late",
    "unit__name", "assignee__user__full_name",
)  # fmt: skip
TITLE = gettext_lazy("Cases from citizens")


class StateFilter(ChoiceFilter):
    """Open cases unless something else is chosen."""

    template = "office/cases_state.html"


class PersonFilter(ChoiceFilter):
    """One person's, the member's own, or nobody's."""

    def narrowed(self, rows: Any, screen: Any) -> tuple[Any, str]:
        value = screen.query.get(self.key, "")
        known = bool(value) and value in dict(self.options(screen))
        return (belonging_to(rows, value, screen) if known else rows), ""


class VillageFilter(TextFilter):
    """One village, as people write it: 4, ๔, หมู่ 4."""

    def narrowed(self, rows: Any, screen: Any) -> tuple[Any, str]:
        said = to_arabic(screen.query.get(self.key, "")).strip()
        number = VILLAGE.search(said)
        return (rows.filter(village=str(int(number.group())) if number else said) if said else rows), ""


class Earliest(Subquery):
    """The first of the days that a query gives. Bare, so that the index is used: a COALESCE around it is asked for each
    row, since under the tenants' policy only what is known not to leak may choose the rows."""

    template = "(SELECT min(received_on) FROM (%(subquery)s) AS days)"


class Says(Func):
    """One of the fields has the word, which comes last, in it. By strpos(): LIKE steps through Thai letter by letter."""

    output_field = BooleanField()  # type: ignore[assignment]

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        *fields, (word, said) = [compiler.compile(each) for each in self.get_source_expressions()]
        sql = " OR ".join(f"strpos({field}, {word}) > 0" for field, _ in fields)
        return f"({sql})", [param for _, params in fields for param in (*params, *said)]


class Dialled(Func):
    """A telephone number by its digits alone, however it was written."""

    function = "translate"
    output_field = TextField()  # type: ignore[assignment]

    def __init__(self, field: str) -> None:
        super().__init__(field, Value(IN_PHONES[0]), Value(IN_PHONES[1]))


def _marked(cases: QuerySet[Case], value: str) -> QuerySet[Case]:
    return cases.filter(MARKS[value][1])


def _in_state(cases: QuerySet[Case], value: str) -> QuerySet[Case]:
    return cases if value == ALL else cases.filter(phase=value)


def _due(case: Case) -> SafeString | str:
    """The last day, with how it stands."""
    due = Due.of(case)
    if due.day is None or due.closed_on:
        return day(due.day) if due.day else ""
    return _running(due, get_language() or "")


@lru_cache(1024)  # most of a list's rows are due on a few days
def _running(due: Due, language: str) -> SafeString:
    css = {"late": "late-day", "soon": "soon-day"}.get(due.tone, "")
    return format_html('<span class="{}">{} <span class="nb">{}</span></span>', css, day(due.day), due.says)


def _titled(case: Case) -> SafeString | str:
    """The matter; that it is urgent, that the citizen wrote or should have been told something stands with it."""
    title = thai(case.title or _("(erased)"))
    if case.is_urgent and case.is_open:
        title = format_html('{} <span class="tag urgent">{}</span>', title, _("urgent"))
    if case.is_untold(clock.today()):
        title = format_html(
            '{} <span class="tag late">{}</span>', title, _("the citizen was told nothing yet")
        )
    if case.heard_at is None:
        return title
    return format_html('{} <span class="tag">{}</span>', title, _("the citizen wrote"))


def _was_late(case: Case) -> bool | None:
    """What once was closed late stays late; of a case that is open and never was, nothing is known yet."""
    return None if case.is_open and not case.is_late else case.is_late


def _worked_on_by(case: Case) -> str:
    who = case.assignee.user.full_name if case.assignee else ""
    return " ".join(filter(None, [who, case.unit.name if case.unit else ""]))


def each_that_fits(screen: Any, cases: list[Case], act: Callable[[Case], Case]) -> int:
    """Do it to each case by itself; those to which it could not be done are named, with why. Returns how many are done."""
    refused: list[ProngsaiError] = []
    for case in cases:
        try:
            act(case)
        except ProngsaiError as error:
            refused.append(error)
            said = str(error) if case.number in str(error) else f"{case.number}: {error}"
            messages.error(screen.request, _("Left as it was: %(case)s") % {"case": said})
    return len(cases) - len(refused)


def _acknowledge(screen: Any, cases: list[Case]) -> str:
    done = each_that_fits(screen, cases, lambda case: acknowledge(actor=screen.actor, case=case))
    return ngettext("%(n)s case is taken up", "%(n)s cases are taken up", done) % {"n": done} if done else ""


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
        Column("category", gettext_lazy("Category"), category_title, shown=False),
        Column("topic", gettext_lazy("Subject area"), lambda case: TOPICS.get(case.topic, ""), shown=False),
        Column("channel", gettext_lazy("Channel"), lambda case: channel_title(case.channel_kind), shown=False),
        Column("sent_by", gettext_lazy("Passed on by"), "details.sent_by", shown=False),
        Column("sent_by_number", gettext_lazy("Their number of it"), "details.sent_by_number", shown=False),
        Column("place", gettext_lazy("Place of the matter"), shown=False),
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
        Column("is_urgent", gettext_lazy("Urgent"), shown=False),
        Column("is_late", gettext_lazy("Closed late"), _was_late, shown=False),
        Column("reopened", gettext_lazy("Times opened again"), kind="number", shown=False),
        Column("found", gettext_lazy("What was claimed is"), lambda case: FOUND_TO_BE.get(case.found, ""), shown=False),
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
        ChoiceFilter("category", gettext_lazy("Category"), choices=category_choices),
        VillageFilter("village", gettext_lazy("Village number")),
        ChoiceFilter(
            "mark",
            gettext_lazy("Mark"),
            choices=[(key, title) for key, (title, _which) in MARKS.items()],
            apply=_marked,  # type: ignore[arg-type]
        ),
        PeriodFilter("received", gettext_lazy("Came in"), field="received_on"),
    )
    search = ("title",)
    per_page = 30  # on a telephone each is a card
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
        return found.filter(closed_on__isnull=True).pressing()

    def lean(self, rows: Any) -> Any:
        return rows.only(*SEEN)

    @property
    def counted(self) -> int:  # type: ignore[override]
        return FOUND if self.words else super().counted

    @property
    def wants_number(self) -> bool:
        return self.number is not None

    @property
    def number(self) -> str | None:
        """The number of a case, if that is what is looked for: 70-5 is 70-0005."""
        said = NUMBER.fullmatch(self.words.upper())
        return f"{said[1]}-{int(said[2]):04d}" if said else None

    @property
    def words(self) -> str:
        return to_arabic(self.query.get("q", "")).strip()

    def searched(self, rows: Any, words: str) -> QuerySet[Case]:
        """The case of that number; or those of the newest SEARCHED cases that say every word, name and telephone number
        of who brought it among them for whoever may know them."""
        if self.number is not None:
            return rows.numbered(self.number)
        rows = rows.filter(received_on__gte=Earliest(Case.objects.newest().values("received_on")[:SEARCHED]))
        for word in words.split():
            rows = rows.filter(self._says(word))
        return rows

    def _says(self, word: str) -> Q:
        papers = [KeyTextTransform(name, "details") for name in PAPERS]
        says = Q(Says("title", "body", "place", *papers, Value(word)))
        who = Q(Says("contact_name", Value(word)))
        digits = OF_PHONES.sub("", to_arabic(word))
        if digits.isdecimal() and len(digits) >= SHORTEST:
            who |= Q(Says(Dialled("contact_phone"), Value(digits)))
        return says | who & contact_told(self.actor, [kind.key for kind in self.kinds])

    # --- acts on several ---

    def _chosen(self, numbers: Sequence[str]) -> list[Case]:
        """Also those that were closed meanwhile, so that they are named."""
        known = [int(number) for number in numbers if number.isdecimal() and len(number) < 19]
        return list(self.cases().with_people().filter(pk__in=known[: self.per_page]).pressing())

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
