"""What the country may know of a year: how many statements stand, and on what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from prongsai.foundation.ledger.services import flush
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.models import Plan, PublishedSummary, ReportVersion
from prongsai.modules.measures.selectors.judging import judged


def summarise(plan: Plan, counts: Mapping[str, int], report: ReportVersion | None = None) -> None:
    """Write the year's line in the public list: of the closed report, or of the year as it runs."""
    said: dict[str, Any] = {
        "version": report.version if report else 0,
        "statements": sum(counts.values()),
        "closed_at": report.closed_at if report else None,
        **counts,
    }
    line = PublishedSummary(organization_id=plan.organization_id, fiscal_year=plan.fiscal_year, **said)  # type: ignore[attr-defined]
    PublishedSummary.objects.bulk_create(
        [line], update_conflicts=True, unique_fields=["organization", "fiscal_year"], update_fields=list(said)
    )


@transaction.atomic
def summarise_running_years() -> int:
    """Bring the lines of the years that run up to date; returns how many there are. For the daily job."""
    plans = Plan.objects.filter(status=PlanStatus.PUBLISHED)
    for plan in plans:
        summarise_running(plan)
    return len(plans)


def summarise_running(plan: Plan) -> None:
    """The line of a plan in force, counted now; what was recorded in this transaction counts too."""
    flush()
    found = [each.finding.verdict for each in judged(plan).judged]
    summarise(plan, {verdict.value: found.count(verdict) for verdict in Verdict})
