"""What is tidied by the clock: uploads that nobody went on with."""

from __future__ import annotations

from prongsai.foundation.files.models import Upload
from prongsai.foundation.files.uploads import KEPT_FOR, drop_abandoned
from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.tenancy.scope import reading_across_organizations
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor


@job()
def tidy_uploads(*, organization_id: int) -> None:
    drop_abandoned(actor=Actor.system())


@periodic("15 19 * * *")  # 02.15 in Thailand
def tidy_all_uploads() -> None:
    """A job for each organization that has something to tidy: most have nothing."""
    with reading_across_organizations():
        stale = Upload.objects.filter(updated_at__lt=clock.now() - KEPT_FOR)
        ids = list(stale.order_by().values_list("organization_id", flat=True).distinct())
    for organization_id in ids:
        tidy_uploads.defer_once(organization_id=organization_id)
