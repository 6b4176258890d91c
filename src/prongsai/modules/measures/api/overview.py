"""The year at a glance, and how it went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest
from ninja import Router

from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures.api.found import plan_of
from prongsai.modules.measures.api.proofs import StateOut
from prongsai.modules.measures.api.shapes import CountsOut
from prongsai.modules.measures.selectors.overview import year_overview
from prongsai.modules.measures.selectors.trend import trend
from prongsai.ui.access import requires
from prongsai.ui.api import Number, Out

router = Router(tags=["plans"])


class MeasureCountOut(Out):
    number: int
    title: str
    units: list[str]
    counts: CountsOut


class OwedOut(Out):
    """What one unit still owes (empty where no unit is named), the first due first."""

    unit: str
    statements: list[StateOut]


class OverviewOut(Out):
    """One fiscal year in figures. `ready`: statements that print as they stand; `candidate`: of a frozen report."""

    plan_id: int
    fiscal_year: int
    days_left: int
    counts: CountsOut
    ready: int
    missing: int
    withdrawn: int
    candidate: str
    last_record: int
    measures: list[MeasureCountOut]
    contradicted: list[StateOut]
    owed: list[OwedOut]


class MonthOut(Out):
    """The verdicts as of a day: a month's last, or today."""

    day: date
    counts: CountsOut


class TrendOut(Out):
    items: list[MonthOut]


def _counts(counts: Mapping[Verdict, int]) -> CountsOut:
    by_key = {verdict.value: counts[verdict] for verdict in Verdict}
    return CountsOut(statements=sum(by_key.values()), **by_key)


@router.get("/plans/{plan_id}/overview", response=OverviewOut)
@requires("measures.read")
def get_overview(request: HttpRequest, plan_id: Number):
    """The year at a glance: verdicts by measure, what disagrees with the records, who owes what."""
    found = year_overview(plan_of(plan_id))
    return OverviewOut(
        plan_id=found.plan.pk,
        fiscal_year=found.plan.fiscal_year,
        days_left=found.days_left,
        counts=_counts(found.counts),
        ready=found.ready,
        missing=found.missing,
        withdrawn=found.withdrawn,
        candidate=found.candidate,
        last_record=found.last_entry,
        measures=[
            MeasureCountOut(
                number=each.number, title=each.title, units=list(each.units), counts=_counts(each.counts)
            )
            for each in found.measures
        ],
        contradicted=[StateOut.of(state) for state in found.contradicted],
        owed=[
            OwedOut(unit=each.unit, statements=[StateOut.of(state) for state in each.states])
            for each in found.owed
        ],
    )


@router.get("/plans/{plan_id}/trend", response=TrendOut)
@requires("measures.read")
def get_trend(request: HttpRequest, plan_id: Number):
    """How the year went: the verdicts as the records gave them at the end of each month."""
    months = trend(plan_of(plan_id))
    return TrendOut(items=[MonthOut(day=each.day, counts=_counts(each.counts)) for each in months])
