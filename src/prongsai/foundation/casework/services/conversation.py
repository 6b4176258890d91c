"""What is said between the office and the citizen, and among the staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.selectors import with_merged
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.carrying import Brought, carry_out
from prongsai.foundation.casework.services.files import attach_all
from prongsai.foundation.casework.services.messages import put_note, put_out
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel import clock
from prongsai.kernel.cases import HEAR
from prongsai.kernel.contracts import Actor

EMPTY = gettext_lazy("Write a message")


@transaction.atomic
def say(
    *, actor: Actor, case: Case, text: str, files: Sequence[StoredFile] = (), version: int | None = None
) -> CaseMessage:
    """Write to the citizen; it goes out on the way by which the case came, or is read on the tracking page. So do files.

    `version` is that of the case as whoever writes has read it: what the citizen wrote until then is answered, and asks
    no more. Without one nobody knows what was read, and it goes on asking. Needs `<module>.handle`. Raises Stale when
    somebody wrote or acted after `version`, InvalidInput, NotPermitted, WrongState when the case was erased.
    """
    current = common.locked(case, version)
    rights.require_to(actor, current, "handle")
    common.require_kept(current)
    message = put_out(current, common.words(text, "text", needed=EMPTY), actor=actor, files=files)
    current.acknowledged_at = current.acknowledged_at or clock.now()
    common.keep(current, "acknowledged_at")
    if version is not None:
        settle_heard(current, CaseMessage.objects.filter(case=current))
    return message


def settle_heard(case: Case, answered: QuerySet[CaseMessage]) -> None:
    """What is `answered` asks no more: the case that a locked one is counted with waits for an answer no longer, unless
    something else stands there unanswered, of its own citizen or of one whose case is merged with it.
    """
    root = common.root_of(case)
    if root.heard_at is None:
        return
    later = CaseMessage.objects.filter(
        case=OuterRef("case"), direction=CaseMessage.Direction.OUT, pk__gt=OuterRef("pk")
    )
    written = CaseMessage.objects.filter(
        case__in=with_merged(root), direction=CaseMessage.Direction.IN, at__gte=root.heard_at
    )
    if not written.exclude(pk__in=answered.values("pk")).filter(~Exists(later)).exists():
        root.heard_at = None
        common.keep(root, "heard_at")


@transaction.atomic
def note(*, actor: Actor, case: Case, text: str, files: Sequence[StoredFile] = ()) -> CaseMessage:
    """Write something down for the staff; the citizen never sees it. Needs `<module>.handle`. Raises as `say` does."""
    current = common.locked(case)
    rights.require_to(actor, current, "handle")
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
    """The citizen writes; a case that waited for it goes on. What is said of a merged case stays with it, where its own
    citizen reads it and no other; those who work on the case that it is in are told that there is something to read.

    The same `source_key` on the same kind of channel is heard once. `actor` is a member of the staff who writes down
    what was said on the telephone, with `<module>.handle`. Raises InvalidInput, WrongState when the case was erased.
    """
    known = _heard_before(channel_kind, source_key)
    if known is not None:
        return known
    current = common.locked(case)
    root = common.root_of(current)
    if actor is not None:
        rights.require_to(actor, root, "handle")
    common.require_kept(current)
    common.require_kept(root)
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
    if current.withdrawn_at is not None or root is not current:
        current.withdrawn_at = None  # whoever writes again wants to hear of it again
        common.keep(current, "withdrawn_at")
    if root is current:
        take_note(root, by, at=message.at)
    else:
        common.note_event(root, "message_in", actor=by, about=current.number)
        ring(root, by, at=message.at)
    return message


def take_note(case: Case, actor: Actor, *, at: datetime) -> None:
    """The staff have something to read of the citizen; a case that waited for it is theirs again."""
    kind = case_kind(case.kind)
    row = kind.workflow.row(case.state, HEAR)
    if row is not None:
        case.heard_at = case.heard_at or at
        carry_out(case, kind, row, actor=actor, brought=Brought(), of_citizen=True)
        common.asks(case, common.HEARD, actor=actor)
    else:
        ring(case, actor, at=at)


def ring(case: Case, actor: Actor, *, at: datetime) -> None:
    """There is something to read that somebody wrote."""
    case.heard_at = case.heard_at or at
    common.keep(case, "heard_at")
    common.asks(case, common.HEARD, actor=actor)


def _heard_before(channel_kind: str, source_key: str) -> CaseMessage | None:
    if not source_key.strip():
        return None
    return CaseMessage.objects.filter(channel_kind=channel_kind, source_key=common.key(source_key)).first()
