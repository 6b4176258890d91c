"""How the staff's screens of the measures name things and effects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.http import Http404
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.models import Entry
from prongsai.kernel import clock
from prongsai.kernel.contracts import StatementKind, Topic
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.figures import may_be_stated
from prongsai.modules.measures.labels import TOPICS, Words
from prongsai.modules.measures.models import Plan, Statement
from prongsai.modules.measures.selectors import IN_FORCE, plan_in_force


def abouts_by_topic() -> list[tuple[Words, list[tuple[str, str]]]]:
    """What evidence can be about, under its topics; indicators are no things that papers are about."""
    known = registry()
    found: dict[Topic | None, list[tuple[str, str]]] = defaultdict(list)
    for key, about in known.abouts.items():
        if key not in known.indicators:
            found[about.topic].append((key, about.title))
    order: Sequence[Topic | None] = (*Topic, None)
    return [(TOPICS[t] if t else _("Other"), found[t]) for t in order if found[t]]


def hand_indicators() -> list[tuple[str, str]]:
    """The figures that the office states itself: those that no module counts, or not for offices outside it."""
    return [(i.key, i.title) for i in registry().indicators.values() if may_be_stated(i.key)]


def present_year() -> int:
    """The fiscal year that work is done for: the newest announced plan's, else today's."""
    plan = plan_in_force()
    return plan.fiscal_year if plan else fiscal_year_of(clock.today())


def present_plans() -> list[Plan]:
    """The plans that are in force or in work, the newest year first. One query."""
    gone = [PlanStatus.SUPERSEDED, PlanStatus.DISCARDED]
    return list(Plan.objects.exclude(status__in=gone))


def plan_among(plans: Sequence[Plan], fiscal_year: int) -> Plan:
    """The plan of the year that counts: the one in force, else the one in work. 404 without any."""
    mine = [plan for plan in plans if plan.fiscal_year == fiscal_year]
    found = next((plan for plan in mine if plan.status in IN_FORCE), next(iter(mine), None))
    if found is None:
        raise Http404("no plan of that year")
    return found


def plan_of(fiscal_year: int) -> Plan:
    """As `plan_among`, of all that there are. One query."""
    return plan_among(present_plans(), fiscal_year)


def years_of(plans: Sequence[Plan]) -> list[int]:
    """The fiscal years of the plans, each once, newest first."""
    return list(dict.fromkeys(plan.fiscal_year for plan in plans))


def statement_at(plan: Plan | None, measure: str, kind: str, number: str) -> Statement | None:
    """The statement that an address names by its place; None for anything that names none."""
    if plan is None or kind not in set(StatementKind) or not (measure.isdecimal() and number.isdecimal()):
        return None
    found = Statement.objects.filter(
        measure__plan=plan, measure__number=int(measure[:4]), kind=kind, number=int(number[:4])
    )
    return found.select_related("measure__plan").first()


def year_of(entry: Entry) -> int:
    """The fiscal year that a record speaks of: its period's, else its day's."""
    return fiscal_year_of(entry.period.start if entry.period else entry.occurred_on)
