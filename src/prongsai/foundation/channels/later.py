"""Jobs that are not due yet."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from prongsai.foundation.jobs.decorators import Job


def later(job: Job, at: datetime, **ids: int) -> None:
    """Have `job` done after the present commit, and not before `at`; once, when the same waits already."""
    lock = f"{job.name} {sorted(ids.items())} later"
    try:
        with transaction.atomic():  # the refusal breaks only this savepoint
            job.task.configure(schedule_at=at, queueing_lock=lock).defer(**ids)
    except AlreadyEnqueued:
        return
