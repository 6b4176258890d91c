"""Jobs of the tests, and a worker process that knows them: `python -m prongsai.foundation.jobs.tests.sample`."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()

from django.db import transaction

from prongsai.foundation.jobs.decorators import job
from prongsai.foundation.jobs.worker import work
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.errors import ProngsaiError

NAME = "prongsai.foundation.jobs.tests.sample"


def _write(name: str) -> None:
    Unit.objects.create(name=name, position=Unit.objects.count() + 1)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@job()
def note(*, organization_id: int, number: int) -> None:
    _write(f"งาน {number}")


@job()
def hang_once(*, organization_id: int) -> None:
    """Write, then hang; on the second try do not hang."""
    _write("งานที่สะดุด")
    gate = Path(os.environ["SAMPLE_GATE"])
    if not gate.exists():
        gate.touch()
        time.sleep(600)


@job()
def die_after_commit(*, organization_id: int) -> None:
    """The worker dies when the work is committed, and nobody could tell the queue."""
    _write(f"งานที่เสร็จแล้ว {Unit.objects.count()}")
    transaction.on_commit(die)


@job()
def fail_once(*, organization_id: int) -> None:
    _write("งานที่พลาด")
    gate = Path(os.environ["SAMPLE_GATE"])
    if not gate.exists():
        gate.touch()
        raise ProngsaiError("พลาดครั้งแรก")


if __name__ == "__main__":
    # Under `-m` this module is __main__; the jobs must be known by their real name.
    import prongsai.foundation.jobs.tests.sample as known

    assert known.note.name == f"{NAME}.note"
    asyncio.run(work(heartbeat=0.3, stalled=1.5, poll=0.5))
