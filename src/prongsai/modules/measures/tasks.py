"""What the measures do by the clock."""

from __future__ import annotations

from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.organizations.models import Organization
from prongsai.modules.measures.services.summaries import summarise_running_years


@job()
def summarise_year(*, organization_id: int) -> None:
    """Bring the organization's line in the public list up to date."""
    summarise_running_years()


@periodic("20 18 * * *")  # 01.20 in Thailand
def summarise_every_day() -> None:
    for organization in Organization.objects.values_list("pk", flat=True):
        summarise_year.defer_once(organization_id=organization)
