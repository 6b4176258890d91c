"""A citizen wants no more of a case that others have reported too: their part of it ends, and it goes on for the others."""

from __future__ import annotations

from django.utils.translation import gettext as _

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.carrying import Brought, carry_out, put_wish
from prongsai.foundation.casework.services.conversation import take_note
from prongsai.foundation.casework.services.messages import put_out
from prongsai.kernel import clock
from prongsai.kernel.cases import HEAR
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import WrongState

LEFT = (
    "ยุติเรื่องในส่วนของท่านตามที่ท่านขอแล้ว มีผู้อื่นแจ้งเรื่องเดียวกันนี้ด้วย หน่วยงานจึงดำเนินการต่อให้ผู้อื่น "
    "และไม่ส่งข้อความเรื่องนี้ถึงท่านอีก หากท่านยังต้องการทราบผล เขียนบอกเจ้าหน้าที่ที่หน้าติดตามเรื่อง"
)


def leave_to_others(case: Case, *, actor: Actor, brought: Brought) -> Case:
    """End the citizen's part of a locked, open case that others' cases are merged with; the case itself stays open.

    They are told so, and are sent nothing more of it unless they write again; the staff have to read why. Every figure
    stays: it is still one case that came in, worked on for the others. Raises WrongState where their part has ended.
    """
    if case.withdrawn_at is not None:
        refused = _("The citizen of case %(number)s has ended their part already. It goes on for the others.")
        raise WrongState(refused % {"number": case.number})
    now, kind = clock.now(), case_kind(case.kind)
    put_wish(case, brought.reason, actor)
    put_out(case, "\n\n".join(filter(None, (LEFT, brought.message))), actor=actor, files=brought.files)
    case.withdrawn_at = now
    common.keep(case, "withdrawn_at")
    common.note_event(case, "left", actor=actor, public=True)
    row = kind.workflow.row(case.state, HEAR)
    if actor == common.CITIZEN:
        take_note(case, actor, at=now)
    elif row is not None:  # nobody answers any more what was asked
        carry_out(case, kind, row, actor=actor, brought=Brought())
    return case
