"""Messages and notes put into a locked case by whatever act brings them."""

from __future__ import annotations

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.outgoing import Answering, deliver
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor


def put_out(case: Case, text: str, *, actor: Actor, answering: Answering | None = None) -> CaseMessage:
    """A message to the citizen of a locked case, sent if there is a way."""
    message = _put(case, CaseMessage.Direction.OUT, text, actor)
    deliver(case, message, answering)
    if case.informed_at is None:
        case.informed_at = clock.now()
        case.save(update_fields=["informed_at"])
    common.note_event(case, "message_out", actor=actor, public=True)
    return message


def put_note(case: Case, text: str, *, actor: Actor) -> CaseMessage:
    """A note in a locked case."""
    message = _put(case, CaseMessage.Direction.NOTE, text, actor)
    common.note_event(case, "note", actor=actor)
    return message


def _put(case: Case, direction: str, text: str, actor: Actor) -> CaseMessage:
    return CaseMessage.objects.create(
        case=case,
        direction=direction,
        at=clock.now(),
        author=common.shown_name(actor),
        member=common.member_of(actor),
        text=text,
    )
