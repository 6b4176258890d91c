"""The one question after closing: is the citizen satisfied? "No" may open the case again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.carrying import Brought, carry_out
from prongsai.foundation.casework.services.messages import put_note
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Phase, Transition
from prongsai.kernel.errors import WrongState

NOTE_LIMIT = 2_000


def may_answer(case: Case) -> bool:
    """Whether the closing question waits for the citizen's answer, today."""
    kind = case_kind(case.kind)
    if case.phase != Phase.FINISHED or case.closed_at is None or case.closed_on is None or case.erased_at:
        return False
    answered = case.answered_at is not None and case.answered_at >= case.closed_at
    return not answered and clock.today() <= case.closed_on + timedelta(days=kind.reopen_days)


@transaction.atomic
def answer_closing(*, case: Case, satisfied: bool, note: str = "") -> Case:
    """The citizen says whether the result satisfies; once after each closing, within the kind's days.

    "No" opens the case again by the kind's `reopen_act`, unless the closing says that it does not; why is a note for
    the staff. Raises WrongState when there is nothing to answer, or it was answered; InvalidInput for a note too long.
    """
    current = common.locked(case)
    if not may_answer(current):
        raise WrongState(f"เรื่อง {current.number} ไม่ได้รอคำตอบว่าท่านพอใจหรือไม่ หรือท่านตอบไปแล้ว")
    kind = case_kind(current.kind)
    current.satisfied, current.answered_at = satisfied, clock.now()
    current.satisfaction_note = common.words(note, "note", limit=NOTE_LIMIT)
    common.keep(current, "satisfied", "answered_at", "satisfaction_note")
    about = "satisfied" if satisfied else "unsatisfied"
    common.note_event(current, "answered", actor=common.CITIZEN, about=about, public=True)
    row = None if satisfied else _row_back(current, kind)
    if row is not None:
        carry_out(current, kind, row, actor=common.CITIZEN, brought=Brought(), of_citizen=True)
        current.heard_at = clock.now()
        current.save(update_fields=["heard_at"])
        if current.satisfaction_note:
            put_note(current, current.satisfaction_note, actor=common.CITIZEN)
    return current


def _row_back(case: Case, kind: CaseKind) -> Transition | None:
    """The row that opens the case again; None where the kind, or this closing, has none."""
    return kind.workflow.row(case.state, kind.reopen_act) if kind.reopen_act and case.may_reopen else None
