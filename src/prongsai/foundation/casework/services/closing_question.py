"""The one question after closing: is the citizen satisfied? "No" may open the case again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.kinds import CASE_ANSWER_RECORDED, case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.carrying import Brought, carry_out
from prongsai.foundation.casework.services.messages import put_in, put_note
from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Phase, Transition
from prongsai.kernel.contracts import Actor, Origin
from prongsai.kernel.errors import InvalidInput, WrongState

NOTE_LIMIT = 2_000
SAID = {True: "พอใจกับผลการดำเนินการ", False: "ไม่พอใจกับผลการดำเนินการ"}  # in the conversation


def may_answer(case: Case) -> bool:
    """Whether the closing question waits for the citizen's answer, today."""
    kind = case_kind(case.kind)
    if case.phase != Phase.FINISHED or case.closed_at is None or case.closed_on is None or case.erased_at:
        return False
    if case.withdrawn_at is not None or kind.workflow.ended_by_wish(case.state):
        return False  # they wanted it to end, and there is no result
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
        refused = _("Case %(number)s does not wait for your answer, or you have answered already")
        raise WrongState(refused % {"number": current.number})
    return _answered(current, satisfied, common.words(note, "note", limit=NOTE_LIMIT), actor=common.CITIZEN)


@transaction.atomic
def record_closing_answer(
    *,
    actor: Actor,
    case: Case,
    satisfied: bool,
    channel_kind: str,
    note: str = "",
    version: int | None = None,
) -> Case:
    """Write down what the citizen said of the result by telephone, at the counter, in a letter or the box.

    It counts as the citizen's own answer and does what that does (`answer_closing`); conversation and history say who
    wrote it down and how it was said, the citizen reads of it on the tracking page, and an internal fact says that the
    office recorded it. Needs `<module>.handle`. Raises as `answer_closing` does, Stale, NotPermitted.
    """
    current = common.locked(case, version)
    rights.require_to(actor, current, "handle")
    if channel_kind not in ChannelKind.values:
        raise InvalidInput(_("Choose in which way the person answered"), field="channel_kind")
    if not may_answer(current):
        raise WrongState(
            _("Case %(number)s does not wait for an answer, or it was answered already")
            % {"number": current.number}
        )
    note = common.words(note, "note", limit=NOTE_LIMIT)
    put_in(current, "\n".join(filter(None, (SAID[satisfied], note))), actor=actor, channel_kind=channel_kind)
    case = _answered(current, satisfied, note, actor=actor)
    record(
        actor=actor,
        kind=CASE_ANSWER_RECORDED,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=case.ref,
        payload={"number": case.number, "satisfied": int(satisfied), "channel_kind": channel_kind},
    )
    return case


def _answered(case: Case, satisfied: bool, note: str, *, actor: Actor) -> Case:
    """Put the answer into a locked case that waits for it."""
    kind = case_kind(case.kind)
    case.satisfied, case.answered_at, case.satisfaction_note = satisfied, clock.now(), note
    common.keep(case, "satisfied", "answered_at", "satisfaction_note")
    about = "satisfied" if satisfied else "unsatisfied"
    common.note_event(case, "answered", actor=actor, about=about, public=True)
    row = None if satisfied else _row_back(case, kind)
    if row is not None:
        carry_out(case, kind, row, actor=actor, brought=Brought(), of_citizen=True)
        case.heard_at = clock.now()
        case.save(update_fields=["heard_at"])
        common.asks(case, common.REOPENED, actor=actor)
        if note and actor == common.CITIZEN:  # what the staff wrote down stands in the conversation
            put_note(case, note, actor=actor)
    return case


def unhappy_reopens(case: Case) -> bool:
    """Whether "not satisfied" opens the case again; where it does not, nobody may say that it does."""
    return _row_back(case, case_kind(case.kind)) is not None


def _row_back(case: Case, kind: CaseKind) -> Transition | None:
    """The row that opens the case again; None where the kind, or this closing, has none."""
    return kind.workflow.row(case.state, kind.reopen_act) if kind.reopen_act and case.may_reopen else None
