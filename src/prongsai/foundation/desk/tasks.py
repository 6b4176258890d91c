"""What nobody came back for is forgotten."""

from __future__ import annotations

from prongsai.foundation.desk import services
from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.organizations.models import Organization


@job()
def forget(*, organization_id: int) -> None:
    services.forget_old()


@periodic("20 19 * * *")  # 02.20 in Thailand
def forget_every_night() -> None:
    for organization in Organization.objects.values_list("pk", flat=True):
        forget.defer_once(organization_id=organization)
