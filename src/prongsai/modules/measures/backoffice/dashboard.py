"""ภาพรวมปี: one page for the executive, on a screen, on a telephone and on one sheet of paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prongsai.kernel import clock
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures import labels
from prongsai.modules.measures.backoffice import shown
from prongsai.modules.measures.choices import CandidateStatus, PlanStatus
from prongsai.modules.measures.models import Plan
from prongsai.modules.measures.portal.shown import short_title
from prongsai.modules.measures.portal.words import counted
from prongsai.modules.measures.selectors import IN_FORCE
from prongsai.modules.measures.selectors.overview import MeasureCount, YearOverview, year_overview
from prongsai.modules.measures.selectors.states import StatementState
from prongsai.modules.measures.selectors.trend import MonthCount, trend
from prongsai.ui import charts
from prongsai.ui.charts import Chart
from prongsai.ui.navigation import address
from prongsai.ui.screens import Crumb, Screen
from prongsai.ui.templatetags.prongsai import day

NEAR = 7  # days left that are said in red
OWED_SHOWN = 6
DISAGREEING_PRINTED = 6  # on the one sheet of paper; dashboard.css hides the others


@dataclass(frozen=True)
class Row:
    """A measure in picture and table."""

    number: int
    title: str
    url: str
    marks: tuple[str, ...]  # sorted by verdict
    label: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class OwedRow:
    """What a unit still has to bring."""

    unit: str
    place: str
    what: str
    url: str
    due: date
    days: int
    key: str

    @property
    def is_near(self) -> bool:
        return self.days <= NEAR


@dataclass(frozen=True)
class Step:
    """A step on the way to the closed year: done, now or to come."""

    state: str
    title: str
    text: str


def plain(on: date | None) -> str:
    """`14 ส.ค. 2568` as words of a sentence."""
    return strip_tags(day(on))


def ruler_of(found: YearOverview) -> Chart:
    """The fiscal year with a tick for each day on which something happened that carries a statement."""
    days = [tick.day for tick in found.ticks]
    note = _("A green tick is a day on which something happened that carries a statement")
    return charts.ruler(
        _("Evidence through the year"), found.plan.period, days, today=clock.today(), note=note
    )


def course_of(months: Sequence[MonthCount]) -> Chart:
    """The verdicts at each month's end."""
    series = {verdict: [month.counts[verdict] for month in months] for verdict in Verdict}
    return charts.trend(_("Verdicts at each month's end"), [month.day for month in months], series)


class Dashboard(Screen):
    """The year at a glance."""

    permission = "measures.read"
    nav = "dashboard"
    template = "measures/office/dashboard.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.plan is None:
            self.template = "measures/office/dashboard_empty.html"
        return super().get(request, *args, **kwargs)

    @cached_property
    def plan(self) -> Plan | None:
        """The plan of the address; without a year the newest announced one, else the newest one in work."""
        if "fiscal_year" in self.kwargs:
            return shown.plan_among(self.plans, self.kwargs["fiscal_year"])
        announced = next((plan for plan in self.plans if plan.status in IN_FORCE), None)
        return announced or next(iter(self.plans), None)

    @cached_property
    def plans(self) -> list[Plan]:
        return shown.present_plans()

    def get_title(self) -> str:
        if self.plan is None:
            return _("Overview of the year")
        return _("Overview of fiscal year %(year)s") % {"year": self.plan.fiscal_year}

    def year(self) -> int | None:
        return self.plan.fiscal_year if self.plan else None

    def years(self) -> Sequence[tuple[int, str]]:
        return [(year, self.address("dashboard", fiscal_year=year)) for year in shown.years_of(self.plans)]

    def context(self) -> dict[str, Any]:
        if self.plan is None:
            return {"may_draft": self.may("measures.draft")}
        found = year_overview(self.plan)
        owed = self._owed(found)
        return {
            "found": found,
            "plan": self.plan,
            "rows": [self._row(measure) for measure in found.measures],
            "totals": [found.counts[verdict] for verdict in Verdict],
            "proven": found.counts[Verdict.PROVEN],
            "attested": found.counts[Verdict.ATTESTED],
            "unproven": found.counts[Verdict.UNPROVEN],
            "disagree": found.counts[Verdict.CONTRADICTED],
            "contradicted": [self._disagreeing(state) for state in found.contradicted],
            "more_contradicted": max(0, len(found.contradicted) - DISAGREEING_PRINTED),
            "owed": owed[:OWED_SHOWN],
            "owed_count": len(owed),
            "owed_more": len(owed) > OWED_SHOWN,
            "list_url": self.address("proofs-list", fiscal_year=self.plan.fiscal_year),
            "remind_url": self._remind_url(),
            "here_url": self.request.get_full_path(),
            "steps": list(self._steps(found)),
            "now": clock.now(),
            "period_end": self.plan.period.end,
            "verdicts": [verdict.value for verdict in Verdict],
            "ruler": ruler_of(found),
            "course_url": self.address("dashboard-course", fiscal_year=self.plan.fiscal_year),
        }

    def _remind_url(self) -> str:
        may = self.may("office.remind")
        return address("work-remind", organization=self.organization.key) if may else ""

    def _row(self, measure: MeasureCount) -> Row:
        marks = [verdict for group in measure.groups for verdict in group]
        url = self.address("proofs-list", fiscal_year=self.plan.fiscal_year) if self.plan else ""
        return Row(
            number=measure.number,
            title=short_title(measure.title),
            url=f"{url}?measure={measure.number}",
            marks=tuple(verdict.value for verdict in sorted(marks, key=list(Verdict).index)),
            label=counted(measure.counts.items()),
            counts=tuple(measure.counts[verdict] for verdict in Verdict),
            total=measure.total,
        )

    def _disagreeing(self, state: StatementState) -> dict[str, Any]:
        return {
            "place": labels.place(state.measure, state.kind, state.number),
            "url": self.address("proofs", statement=state.statement_id),
            "text": state.text,
            "printed": state.printed,
            "entries": state.citations,
        }

    def _owed(self, found: YearOverview) -> list[OwedRow]:
        today = clock.today()
        rows = [
            OwedRow(
                unit=each.unit or _("No unit is named"),
                place=labels.place(state.measure, state.kind, state.number),
                what=state.mends[0].said if state.mends else state.note,
                url=item.url,
                due=state.due,
                days=(state.due - today).days,
                key=item.key,
            )
            for each in found.owed
            for state, item in zip(each.states, each.items, strict=True)
        ]
        return sorted(rows, key=lambda row: row.due)

    def _steps(self, found: YearOverview) -> list[Step]:
        plan = found.plan
        closed, frozen = plan.status == PlanStatus.CLOSED, found.candidate
        published = plan.published_on is not None
        missing = found.missing
        approved = closed or frozen == CandidateStatus.APPROVED
        left = ngettext("%(n)s statement to go", "%(n)s statements to go", missing) % {"n": missing}
        until = _("%(left)s until %(day)s") % {"left": left, "day": plain(plan.period.end)}
        done = [published, closed or bool(frozen) or (published and not missing), approved, closed]
        titles = [
            (_("Measures announced and published"), plain(plan.published_on) if published else _("not yet")),
            (_("Evidence brought together"), until if missing else _("complete")),
            (_("Report examined and approved"), _("by the clerk, then by the head of the office")),
            (
                _("Year closed, signed and published"),
                _("from %(day)s on") % {"day": plain(plan.period.widened(after=1).end)},
            ),
        ]
        first = next((at for at, is_done in enumerate(done) if not is_done), len(done))
        return [
            Step("done" if at < first else "now" if at == first else "", title, text)
            for at, (title, text) in enumerate(titles)
        ]


class DashboardCourse(Screen):
    """How the year went, month by month. Apart from the overview, which is there before it: it judges every month anew."""

    permission = "measures.read"
    nav = "dashboard"
    template = "measures/office/dashboard_course.html"

    @cached_property
    def plan(self) -> Plan:
        return shown.plan_of(self.kwargs["fiscal_year"])

    def get_title(self) -> str:
        return _("Through fiscal year %(year)s") % {"year": self.plan.fiscal_year}

    def crumbs(self) -> Sequence[Crumb]:
        year = self.plan.fiscal_year
        said = _("Overview of fiscal year %(year)s") % {"year": year}
        return [Crumb(said, self.address("dashboard", fiscal_year=year))]

    def context(self) -> dict[str, Any]:
        months = trend(self.plan)
        return {"months": months, "course": course_of(months)}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.headers.get("HX-Request"):
            return render(request, "measures/office/_course.html", self.context())
        return super().get(request, *args, **kwargs)
