"""Reports of which nothing can be read: strangers seal them, and what a program sent need not be a report."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import WrongState
from prongsai.modules.corruption.choices import RECEIVE
from prongsai.modules.corruption.models import Holder, Report
from prongsai.modules.corruption.quarters import quarter_of
from prongsai.modules.corruption.reports import broken_of
from prongsai.modules.corruption.sealing import Pair
from prongsai.modules.corruption.services.common import put_event
from prongsai.modules.corruption.workflow import REFUSED


@transaction.atomic
def refuse_broken(*, actor: Actor, holder: Holder, pair: Pair, ref: str) -> None:
    """Close a report that was sealed to the holder and cannot be read. Whoever else can read it may open it again.

    The reporter, if there is one, reads by their code that it has to be sent anew. Raises WrongState when it can be
    read, is closed, or was not sealed to them.
    """
    actor.require(RECEIVE)
    found = broken_of(holder, pair, ref)
    report = Report.objects.select_for_update().get(pk=found.pk) if found else None
    if report is None or report.closed_quarter is not None:
        raise WrongState(_("This report can be read, or it is closed already"))
    told = "เปิดอ่านเรื่องที่ส่งมาไม่ได้ เพราะข้อมูลไม่ครบหรือเสียหาย โปรดแจ้งใหม่อีกครั้ง"
    put_event(report, "message_out", actor=actor, to_reporter=True, text=told)
    put_event(report, "act", actor=actor, to_reporter=True, act="refuse", state=REFUSED, reason="เปิดอ่านไม่ได้")
    report.closed_quarter = quarter_of(clock.today())
    report.version += 1
    report.save(update_fields=["closed_quarter", "version"])
