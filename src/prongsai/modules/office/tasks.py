"""What the office module does by the clock: the morning's list on the days on which the office works."""

from __future__ import annotations

from prongsai.foundation.casework.deadlines import at_work
from prongsai.foundation.jobs.decorators import periodic
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.modules.office.mails import tell_office


@periodic("0 0 * * *")  # 07.00 in Thailand
def tell_everybody_of_work() -> None:
    """One job for each organization that works today; days off are the country's and the office's own."""
    today = clock.today()
    for organization in at_work(today, Organization.objects.values_list("pk", flat=True)):
        tell_office.defer_once(organization_id=organization, day=today.isoformat())
