"""Work that is done after the answer: `@job` and `@periodic`, declared in a module's `tasks.py`.

A job is deferred in the caller's transaction (rolled back: no job), runs in a transaction and scope of its own,
and takes effect once: the mark that it is done commits with what it did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from typing import Any

from django.db import connection, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from prongsai.foundation.jobs.models import FinishedJob
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock

Function = Callable[..., None]
WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}")  # keys, dates and digests; no names, no sentences
ATTEMPTS = 6
WAIT = 3  # seconds to the power of the attempt: the last retry comes after about 12 minutes


class Job:
    """A function that can be called now, or deferred. Its keyword arguments are ids only."""

    def __init__(self, function: Function, *, queue: str) -> None:
        self.function = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        retry = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=WAIT)
        self.task = app.task(name=self.name, queue=queue, retry=retry, pass_context=True)(self._work)
        update_wrapper(self, function)

    def __call__(self, **ids: int | str) -> None:
        """Do the work now, in a transaction and in the scope of `organization_id` (when there is one)."""
        with _surroundings(ids):
            self.function(**ids)

    def defer(self, **ids: int | str) -> int:
        """Have a worker do it after the present transaction commits; returns the job's number.

        Raises TypeError for anything but whole numbers and short plain keys: the queue stands outside row-level
        security, so nothing that is personal may be put there.
        """
        for name, value in ids.items():
            if isinstance(value, bool) or not (
                isinstance(value, int) or (isinstance(value, str) and WORD.fullmatch(value))
            ):
                raise TypeError(f"{self.name}: {name} must be an id or a short key")
        return self.task.defer(**ids)  # type: ignore[arg-type]

    def defer_once(self, **ids: int | str) -> bool:
        """Like `defer`, but False when the same job with the same ids waits already."""
        lock = f"{self.name} {sorted(ids.items())}"
        try:
            with transaction.atomic():  # the refusal breaks only this savepoint
                self.task.configure(queueing_lock=lock).defer(**ids)
        except AlreadyEnqueued:
            return False
        return True

    def _work(self, context: JobContext, timestamp: int | None = None, **ids: int | str) -> None:
        """What the worker calls, in a thread. `timestamp` comes with periodic jobs and is not passed on."""
        try:
            with _surroundings(ids):
                if _first_time(context.job.id):
                    self.function(**ids)
        finally:
            connection.close()


@contextmanager
def _surroundings(ids: dict[str, Any]) -> Iterator[None]:
    with transaction.atomic():
        if "organization_id" in ids:
            with scope(int(ids["organization_id"])):
                yield
        else:
            yield


def _first_time(job: int | None) -> bool:
    """Mark the job as done with this transaction; False when an earlier try committed (waits for one under way)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {FinishedJob._meta.db_table} (job, at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [job, clock.now()],
        )
        return cursor.rowcount == 1


def job(*, queue: str = "default") -> Callable[[Function], Job]:
    """Declare a job: `@job() def seal(*, organization_id: int, report_id: int)`, then `seal.defer(…)`.

    Failed jobs are tried six times in all. What a job does outside the database (mail, files) must bear
    being done twice.
    """
    return lambda function: Job(function, queue=queue)


def periodic(cron: str, *, queue: str = "default") -> Callable[[Function], Job]:
    """Declare a function without arguments that runs by the clock (five cron fields, **UTC**: 17:00 is midnight in Thailand).

    It runs for the whole installation, outside any scope: let it defer one job for each organization. When
    the computer was off at the time, the latest missed run is made up for at the next start.
    """

    def declare(function: Function) -> Job:
        declared = Job(function, queue=queue)
        app.periodic(cron=cron, queueing_lock=declared.name)(declared.task)  # type: ignore[arg-type]
        return declared

    return declare
