"""The queue's own housekeeping."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from prongsai.foundation.jobs.decorators import periodic
from prongsai.foundation.jobs.models import FinishedJob
from prongsai.kernel import clock

KEPT = timedelta(days=30)


@periodic("40 19 * * *")
def forget_old_jobs() -> None:
    """Remove what was done more than 30 days ago. Failed jobs stay until somebody looks at them."""
    old = FinishedJob.objects.filter(at__lt=clock.now() - KEPT)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'succeeded' AND id = ANY(%s)",
            [list(old.values_list("job", flat=True))],
        )
    old.delete()
