"""What the office module does by the clock: the morning's mail on working days."""

from __future__ import annotations

from prongsai.foundation.jobs.decorators import periodic
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.thai.working_days import is_working_day
from prongsai.modules.office.mails import tell_office


@periodic("0 0 * * *")  # 07.00 in Thailand
def tell_everybody_of_work() -> None:
    """One job for each organization; none on weekends and holidays."""
    today = clock.today()
    if not is_working_day(today):
        return
    for organization in Organization.objects.values_list("pk", flat=True):
        tell_office.defer_once(organization_id=organization, day=today.isoformat())
