"""What is said between the office and the citizen, and among the staff."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.carrying import Brought, carry_out
from prongsai.foundation.casework.services.files import attach_all
from prongsai.foundation.casework.services.messages import put_note, put_out
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel import clock
from prongsai.kernel.cases import HEAR
from prongsai.kernel.contracts import Actor

EMPTY = "กรอกข้อความ"


@transaction.atomic
def say(*, actor: Actor, case: Case, text: str, files: Sequence[StoredFile] = ()) -> CaseMessage:
    """Write to the citizen; it goes out on the way by which the case came, or is read on the tracking page.

    Needs `<module>.handle`. Raises InvalidInput, NotPermitted, WrongState when the case was erased.
    """
    current = common.locked(case)
    actor.require(case_kind(current.kind).permission_for("handle"))
    common.require_kept(current)
    message = put_out(current, common.words(text, "text", needed=EMPTY), actor=actor)
    attach_all(current, files, from_citizen=False, message=message)
    current.acknowledged_at = current.acknowledged_at or clock.now()
    current.heard_at = None
    current.save(update_fields=["acknowledged_at", "heard_at"])
    return message


@transaction.atomic
def note(*, actor: Actor, case: Case, text: str, files: Sequence[StoredFile] = ()) -> CaseMessage:
    """Write something down for the staff; the citizen never sees it. Needs `<module>.handle`. Raises as `say` does."""
    current = common.locked(case)
    actor.require(case_kind(current.kind).permission_for("handle"))
    common.require_kept(current)
    message = put_note(current, common.words(text, "text", needed=EMPTY), actor=actor)
    attach_all(current, files, from_citizen=False, message=message)
    return message


@transaction.atomic
def hear(
    *,
    case: Case,
    text: str,
    channel_kind: str,
    source_key: str = "",
    files: Sequence[StoredFile] = (),
    actor: Actor | None = None,
) -> CaseMessage:
    """The citizen writes; a case that waited for it goes on. What was said of a merged case belongs to the one it is in.

    The same `source_key` on the same kind of channel is heard once. `actor` is a member of the staff who writes down
    what was said on the telephone, with `<module>.handle`. Raises InvalidInput, WrongState when the case was erased.
    """
    known = _heard_before(channel_kind, source_key)
    if known is not None:
        return known
    current = common.locked(case)
    while current.merged_into is not None:
        current = common.locked(current.merged_into)
    kind = case_kind(current.kind)
    if actor is not None:
        actor.require(kind.permission_for("handle"))
    common.require_kept(current)
    by = actor or common.CITIZEN
    text = common.words(text, "text", needed="" if files else EMPTY)
    message = CaseMessage(
        case=current,
        direction=CaseMessage.Direction.IN,
        at=clock.now(),
        author=common.shown_name(by),
        member=common.member_of(by),
        text=text,
        channel_kind=channel_kind,
        source_key=common.key(source_key),
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        known = _heard_before(channel_kind, source_key)  # delivered twice at the same moment
        if known is None:
            raise
        return known
    attach_all(current, files, from_citizen=True, message=message)
    common.note_event(current, "message_in", actor=by, public=True)
    _take_note(current, by)
    return message


def _take_note(case: Case, actor: Actor) -> None:
    """The staff have something to read; a case that waited for it is theirs again."""
    case.heard_at = case.heard_at or clock.now()
    kind = case_kind(case.kind)
    row = kind.workflow.row(case.state, HEAR)
    if row is not None:
        carry_out(case, kind, row, actor=actor, brought=Brought(), of_citizen=True)
    else:
        common.keep(case, "heard_at")


def _heard_before(channel_kind: str, source_key: str) -> CaseMessage | None:
    if not source_key.strip():
        return None
    return CaseMessage.objects.filter(channel_kind=channel_kind, source_key=common.key(source_key)).first()
