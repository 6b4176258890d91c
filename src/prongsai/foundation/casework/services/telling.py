"""Whoever reported the same thing is told how it ended."""

from __future__ import annotations

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.messages import put_out
from prongsai.foundation.jobs.decorators import job
from prongsai.kernel.contracts import Actor

MOST = 500  # citizens who reported the same thing


@job()
def tell_merged(*, organization_id: int, case_id: int) -> None:
    """Send the result of a closed case to those whose cases were merged into it. The mark that it is done commits with it."""
    case = Case.objects.get(pk=case_id)
    if case.is_open or not case.result:
        return
    for each in list(case.merged.filter(erased_at=None).order_by("pk")[:MOST]):
        put_out(
            common.locked(each), f"เรื่องของท่านรวมอยู่ในเรื่อง {case.number}\n\n{case.result}", actor=Actor.system()
        )
