"""The job that every write of the crash test defers."""

from __future__ import annotations

from prongsai.foundation.jobs.decorators import job
from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin

SYSTEM = Actor.system("ชุดทดสอบ")


@job()
def follow_up(*, organization_id: int, number: int) -> None:
    record(
        actor=SYSTEM, kind="plan_edited", occurred_on=clock.today(), origin=Origin.WORK,
        title=f"job {number}",
    )  # fmt: skip
