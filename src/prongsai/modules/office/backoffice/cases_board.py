"""The board: open cases in columns by where they stand, and what was finished lately. Buttons move them on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.kinds import shown_title
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import rows_open
from prongsai.kernel import clock
from prongsai.kernel.cases import ACKNOWLEDGE, Phase
from prongsai.modules.office.backoffice.cases import TITLE, PersonFilter
from prongsai.modules.office.backoffice.cases_shown import (
    CasesScreen,
    capped,
    kind_choices,
    of_unit,
    person_choices,
    shown_count,
    unit_choices,
)
from prongsai.ui.access import SIGNED_IN
from prongsai.ui.cases.due import Due
from prongsai.ui.cases.words import PHASES, kind_of, kind_title, state_title
from prongsai.ui.navigation import address
from prongsai.ui.screens import ChoiceFilter, Crumb
from prongsai.ui.screens.base import Link

LISTED = 12  # cases in a column; the others are in the list
LATELY = timedelta(days=14)


@dataclass(frozen=True)
class Slip:
    """A case on the board, with the acts that lead on from where it stands."""

    case: Case
    url: str
    due: Due
    state: str
    kind: str
    acts: list[Link]
    untold: bool = False  # the citizen should have been told something by now


@dataclass(frozen=True)
class BoardColumn:
    phase: str
    title: Any
    count: str
    slips: list[Slip]
    more: str  # the list with all of them; "" when all are here


def _place(case: Case) -> tuple[int, bool, int]:
    """The order within a column: what is due first, of one day what is urgent; of closed cases what was closed last."""
    if case.closed_on:
        return -case.closed_on.toordinal(), False, case.pk
    return (case.due_on or date.max).toordinal(), not case.is_urgent, case.pk


class Board(CasesScreen):
    """Four columns in two queries; the acts of a slip are links to their forms."""

    permission = SIGNED_IN
    title = gettext_lazy("Cases on a board")
    template = "office/cases_board.html"
    way = "board"
    filters: Sequence[ChoiceFilter] = (
        ChoiceFilter("kind", gettext_lazy("Kind of case"), choices=kind_choices),
        ChoiceFilter("unit", gettext_lazy("Unit"), choices=unit_choices, apply=of_unit),  # type: ignore[arg-type]
        PersonFilter("person", gettext_lazy("Person"), choices=person_choices),
    )

    def crumbs(self) -> list[Crumb]:
        return [Crumb(TITLE, self.address("cases"))]

    @cached_property
    def query(self) -> QueryDict:
        """What the address says of the filters, and nothing else."""
        kept = QueryDict(mutable=True)
        for each in self.filters:
            if value := self.request.GET.get(each.key, "")[:60].strip():
                kept[each.key] = value
        return kept

    @cached_property
    def narrowed(self) -> QuerySet[Case]:
        rows: Any = self.cases().with_people()
        for each in self.filters:
            rows, _problem = each.narrowed(rows, self)
        return rows

    def of_phase(self, phase: Phase) -> QuerySet[Case]:
        """The column's cases: what is due first comes first; of finished ones those of the last days that say something
        still, newest first (what was emptied is left out for the index's sake too)."""
        found = self.narrowed.filter(phase=phase.value)
        if phase.is_open:
            return found.filter(closed_on__isnull=True).pressing()
        lately = found.filter(closed_on__gte=clock.today() - LATELY, erased_at__isnull=True)
        return lately.order_by("-closed_on", "-id")

    def columns(self) -> list[BoardColumn]:
        phases = (Phase.RECEIVED, Phase.WORKING, Phase.WAITING, Phase.FINISHED)
        queries = [self.of_phase(phase) for phase in phases]
        first, *others = (query[:LISTED] for query in queries)
        shown = list(first.union(*others, all=True))
        return [
            BoardColumn(
                phase.value,
                PHASES[phase.value] if phase.is_open else _("Finished in the last 14 days"),
                shown_count(count),
                [self.slip(case) for case in sorted(shown, key=_place) if case.phase == phase.value],
                self._list_of(phase) if count > LISTED else "",
            )
            for phase, count in zip(phases, capped(*queries), strict=True)
        ]

    def _list_of(self, phase: Phase) -> str:
        query = self.query.copy()
        query["state"] = phase.value
        return f"{self.address('cases')}?{query.urlencode()}"

    def slip(self, case: Case) -> Slip:
        kind, acts, untold = kind_title(case.kind), self.acts(case), case.is_untold(clock.today())
        return Slip(case, self.page_of(case), Due.of(case), state_title(case), kind, acts, untold)

    def acts(self, case: Case) -> list[Link]:
        """The rows of the table that the member may do from here: each leads to its form, the first look to its question."""
        kind = kind_of(case)
        found: list[Link] = []
        for row in rows_open(case, self.actor) if case.is_open else ():
            first = row.act == ACKNOWLEDGE
            url = self._act_at(
                kind.url_name, "acknowledge" if first else "act", case, **({} if first else {"act": row.act})
            )
            if url:
                found.append(Link(shown_title(row), url))
        return found

    def _act_at(self, name: str, page: str, case: Case, **more: str) -> str:
        """The address of an act, as the shared screens name them; "" where the module has none."""
        return address(f"{name}-{page}", organization=self.organization.key, case=case.pk, **more)

    def context(self) -> dict[str, Any]:
        return {"ways": self.ways(), "columns": self.columns(), "no_kind": not self.kinds}
