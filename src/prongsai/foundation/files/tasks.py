"""What is tidied: by the clock uploads that nobody went on with, after an erasure the bytes of its files."""

from __future__ import annotations

from django.core.files.storage import storages
from django.db.models import Q

from prongsai.foundation.files.models import StoredFile, Upload, content_path
from prongsai.foundation.files.uploads import KEPT_FOR, drop_abandoned
from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.tenancy.scope import reading_across_organizations
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor


@job()
def tidy_uploads(*, organization_id: int) -> None:
    drop_abandoned(actor=Actor.system())


@job()
def drop_content(*, organization_id: int, sha256: str) -> None:
    """Remove bytes that no row names any more. Done twice is done once.

    A row stands in their place meanwhile: who keeps the same content again waits for it, and then writes it anew.
    """
    if StoredFile.objects.filter(Q(sha256=sha256) | Q(public_sha256=sha256)).exists():
        return
    mark = StoredFile(sha256=sha256, size=0, content_type="", name="", created_at=clock.now(), created_by="")
    StoredFile.objects.bulk_create([mark], ignore_conflicts=True)
    if StoredFile.objects.filter(sha256=sha256, size=0).delete()[0]:
        storages["default"].delete(content_path(organization_id, sha256))


@periodic("15 19 * * *")  # 02.15 in Thailand
def tidy_all_uploads() -> None:
    """A job for each organization that has something to tidy: most have nothing."""
    with reading_across_organizations():
        stale = Upload.objects.filter(updated_at__lt=clock.now() - KEPT_FOR)
        ids = list(stale.order_by().values_list("organization_id", flat=True).distinct())
    for organization_id in ids:
        tidy_uploads.defer_once(organization_id=organization_id)
