"""What cases need by the clock, once a night: last days, reminders to citizens, telling the clerk, and forgetting."""

from __future__ import annotations

from prongsai.foundation.casework.services.nightly import (
    erase_due,
    escalate_late,
    purge_checks,
    remind_citizens,
)
from prongsai.foundation.casework.services.special_days import count_by_calendar
from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.organizations.models import Organization


@job()
def tend_cases(*, organization_id: int) -> None:
    """All of a night's work on the cases of one office."""
    purge_checks()
    count_by_calendar()
    remind_citizens()
    escalate_late()
    erase_due()


@periodic("50 19 * * *")  # 02.50 in Thailand
def tend_all_cases() -> None:
    for organization in Organization.objects.values_list("pk", flat=True):
        tend_cases.defer_once(organization_id=organization)
