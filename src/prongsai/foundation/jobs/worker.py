"""The process that does the jobs: heartbeats, and new tries for jobs whose worker died."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from procrastinate import App
from procrastinate.contrib.django import app

logger = logging.getLogger(__name__)
CATCH_UP = 35 * 24 * 3600.0  # seconds: a monthly task is made up for, however long the computer was off
GRACE = 20.0  # seconds that running jobs get to finish when the worker is told to stop


async def work(
    *, concurrency: int = 4, heartbeat: float = 5.0, stalled: float = 20.0, poll: float = 5.0
) -> None:
    """Do jobs until SIGTERM or SIGINT. A worker without a heartbeat for `stalled` seconds is taken for dead."""
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    worker.periodic_defaults = {"max_delay": CATCH_UP}
    async with worker.open_async():
        recovery = asyncio.create_task(_recover(worker, stalled))
        try:
            await worker.run_worker_async(
                concurrency=concurrency,
                fetch_job_polling_interval=poll,
                update_heartbeat_interval=heartbeat,
                stalled_worker_timeout=stalled,
                shutdown_graceful_timeout=GRACE,
            )
        finally:
            recovery.cancel()
            with suppress(asyncio.CancelledError):
                await recovery


async def _recover(worker: App, stalled: float) -> None:
    """Give the jobs of dead workers back to the queue, for as long as this worker lives."""
    while True:
        try:
            for job in await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled):
                logger.warning("job %s (%s) lost its worker and is tried again", job.id, job.task_name)
                await worker.job_manager.retry_job(job)
        except Exception:  # the database may be restarting: the next round finds what this one missed
            logger.exception("looking for stalled jobs failed")
        await asyncio.sleep(stalled / 2)
