"""Every statement of a year with its verdict: where proofs are missing, and the suggestions taken at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.kernel.contracts import Verdict
from prongsai.kernel.errors import ProngsaiError
from prongsai.modules.measures import labels
from prongsai.modules.measures.backoffice import shown
from prongsai.modules.measures.backoffice.proofs import bind
from prongsai.modules.measures.models import Plan, Statement
from prongsai.modules.measures.portal.words import KINDS
from prongsai.modules.measures.selectors.proofs import alternatives
from prongsai.modules.measures.selectors.states import StatementState, statement_states
from prongsai.ui.screens import BulkAction, ChoiceFilter, Column, Crumb, Empty, ListScreen
from prongsai.ui.verdicts import VERDICTS

NOTHING = "none"  # the filter's value for statements without any proof


@dataclass(frozen=True)
class Line:
    """A statement as the list shows it."""

    state: StatementState
    place: str

    @property
    def pk(self) -> int:
        return self.state.statement_id

    @property
    def note(self) -> str:
        state = self.state
        if state.withdrawn_on:
            return _("Withdrawn: %(reason)s") % {"reason": state.withdrawn_reason}
        return state.printed if state.verdict is Verdict.CONTRADICTED else state.note


def _measures(screen: Any) -> Iterable[tuple[str, str]]:
    numbers = dict.fromkeys(line.state.measure for line in screen.lines)
    return [(str(n), _("Measure %(number)s") % {"number": n}) for n in numbers]


def _units(screen: Any) -> Iterable[tuple[str, str]]:
    names = dict.fromkeys(name for line in screen.lines for name in line.state.units)
    return [(name, name) for name in names]


def accept(screen: Any, lines: list[Line]) -> str:
    """Bind what the wording suggests to the ticked statements that have no proofs yet."""
    bare = [line.pk for line in lines if not line.state.proofs]
    found = Statement.objects.filter(pk__in=bare).select_related("measure__plan").prefetch_related("proofs")
    bound = 0
    for statement in found:
        best = next(iter(alternatives(statement)), None)
        if best is None:
            continue
        try:
            chosen = list(zip(best.expressions, best.windows, strict=True))
            bind(screen, statement, chosen, best.join, seen=())
        except ProngsaiError:
            continue
        bound += 1
    words = {"bound": bound, "left": len(lines) - bound}
    return _("Suggestions bound to %(bound)s; %(left)s left as they were") % words


class ProofsList(ListScreen):
    """The statements of a year by what carries them."""

    permission = "measures.read"
    nav = "measures"
    template = "measures/office/proofs_list.html"
    search = ("state.text", "place", "note")
    columns = (
        Column("place", gettext_lazy("Place"), link=lambda s, row: s.address("proofs", statement=row.pk)),
        Column("text", gettext_lazy("Statement"), value="state.text"),
        Column("verdict", gettext_lazy("Verdict"), value="state.verdict", kind="verdict"),
        Column("note", gettext_lazy("Why")),
        Column("unit", gettext_lazy("Unit"), value="state.unit", sort="state.unit", shown=False),
        Column("due", gettext_lazy("Due"), value="state.due", kind="date", sort="state.due", shown=False),
        Column(
            "proofs",
            gettext_lazy("Proofs"),
            value=lambda row: len(row.state.proofs),
            kind="number",
            shown=False,
        ),
    )
    filters = (
        ChoiceFilter(
            "verdict",
            gettext_lazy("Verdict"),
            "state.verdict",
            choices=[(v.value, w) for v, w in VERDICTS.items()],
        ),
        ChoiceFilter("measure", gettext_lazy("Measure"), "state.measure", choices=_measures),
        ChoiceFilter(
            "part", gettext_lazy("Part"), "state.kind", choices=[(k.value, w) for k, w in KINDS.items()]
        ),
        ChoiceFilter(
            "unit",
            gettext_lazy("Unit"),
            choices=_units,
            apply=lambda rows, value: [r for r in rows if value in r.state.units],
        ),
        ChoiceFilter(
            "bound",
            gettext_lazy("Proofs"),
            choices=[(NOTHING, gettext_lazy("Without any proof"))],
            apply=lambda rows, value: [r for r in rows if not r.state.proofs],
        ),
    )
    actions = (BulkAction("accept", gettext_lazy("Use the suggested proofs"), accept, "measures.draft"),)
    empty = Empty(
        gettext_lazy("No statements yet"), gettext_lazy("Statements come from the plan of measures")
    )

    @cached_property
    def plans(self) -> list[Plan]:
        return shown.present_plans()

    @cached_property
    def plan(self) -> Plan:
        return shown.plan_among(self.plans, self.kwargs["fiscal_year"])

    @cached_property
    def lines(self) -> list[Line]:
        return [Line(s, labels.place(s.measure, s.kind, s.number)) for s in statement_states(self.plan)]

    def rows(self) -> list[Line]:
        return self.lines

    def get_title(self) -> str:
        return _("Proofs, fiscal year %(year)s") % {"year": self.kwargs["fiscal_year"]}

    def lead(self) -> str:
        return _("Each statement, what carries it and what is missing")

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb(
                _("Overview of the year"), self.address("dashboard", fiscal_year=self.kwargs["fiscal_year"])
            )
        ]

    def years(self) -> list[tuple[int, str]]:
        return [(year, self.address("proofs-list", fiscal_year=year)) for year in shown.years_of(self.plans)]
