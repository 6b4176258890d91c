"""Messages and notes put into a locked case by whatever act brings them."""

from __future__ import annotations

from collections.abc import Sequence

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.files import attach_all
from prongsai.foundation.casework.services.outgoing import Answering, deliver
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor


def put_out(
    case: Case,
    text: str,
    *,
    actor: Actor,
    answering: Answering | None = None,
    files: Sequence[StoredFile] = (),
    asks: bool = False,
) -> CaseMessage:
    """A message to the citizen of a locked case with its files, sent if there is a way; `asks` as `deliver` does.

    Where there is none, and somebody has to call, the citizen is not informed yet.
    """
    message = _put(case, CaseMessage.Direction.OUT, text, actor)
    attach_all(case, files, from_citizen=False, message=message)
    deliver(case, message, answering, files=files, asks=asks)
    if case.informed_at is None and message.delivery != "failed":
        case.informed_at = clock.now()
        case.save(update_fields=["informed_at"])
    common.note_event(case, "message_out", actor=actor, public=True)
    return message


def put_note(case: Case, text: str, *, actor: Actor) -> CaseMessage:
    """A note in a locked case."""
    message = _put(case, CaseMessage.Direction.NOTE, text, actor)
    common.note_event(case, "note", actor=actor)
    return message


def put_in(case: Case, text: str, *, actor: Actor, channel_kind: str) -> CaseMessage:
    """What the citizen said, written down by the staff in a locked case."""
    return _put(case, CaseMessage.Direction.IN, text, actor, channel_kind)


def _put(case: Case, direction: str, text: str, actor: Actor, channel_kind: str = "") -> CaseMessage:
    return CaseMessage.objects.create(
        case=case,
        channel_kind=channel_kind,
        direction=direction,
        at=clock.now(),
        author=common.shown_name(actor),
        member=common.member_of(actor),
        text=text,
    )
