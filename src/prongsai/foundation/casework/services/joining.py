"""One case out of several that are the same, and several out of one that is more than one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import case_kind, shown_title
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import common, facts
from prongsai.foundation.casework.services.carrying import refuse_open_children
from prongsai.foundation.casework.services.concerning import FIELDS, NOBODY, Concerned, refuse_concerned
from prongsai.foundation.casework.services.conversation import settle_heard
from prongsai.foundation.casework.services.messages import put_note, put_out
from prongsai.foundation.casework.services.moving import MOVED, move
from prongsai.foundation.casework.services.opening import Contact, Opened, Place, open_case
from prongsai.foundation.casework.services.outgoing import way_to
from prongsai.foundation.casework.services.publishing import take_back
from prongsai.foundation.casework.services.telling import (
    JOINED,
    JOINED_AND_DONE,
    for_others,
    has_result,
    tell_merged,
)
from prongsai.foundation.channels.models import Inbound
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.cases import MERGE
from prongsai.kernel.contracts import Actor, Topic
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.dates import fiscal_year_of

FROM_MESSAGE = common.FROM_MESSAGE


@transaction.atomic
def merge(*, actor: Actor, case: Case, into: Case, reason: str, version: int | None = None) -> Case:
    """Count an open case with another one, open or closed, because both are about the same. Returns the merged case.

    Given one that is itself merged, it goes into the one that this is in. The citizen is told, and gets the result
    with the other one's citizen; so do those whose cases it had taken in. Facts of the merged case are withdrawn, and
    the public list shows it no more. Needs the permission of the row `merge`. Raises InvalidInput (no reason; counted
    elsewhere, see `why_apart`), WrongState (into itself, no such row now, a part of it is open), Stale, NotPermitted.
    """
    current, target = _both(case, into)
    if version is not None:
        common.locked(current, version)
    kind = case_kind(current.kind)
    row = common.row_for(current, kind, MERGE)
    rights.require(actor, current, row.permission)
    refuse_open_children(current, actor)
    reason = common.words(reason, "reason", limit=1_000, needed=_("Enter why the cases are joined"))
    if apart := why_apart(current, target):
        raise InvalidInput(apart, field="into")
    source, today = current.state, clock.today()
    calendar = calendar_from(min(current.clock_started_on, today))
    move(current, kind.workflow.state(row.target), kind=kind, on=today, calendar=calendar)
    current.merged_into = target
    common.keep(current, *MOVED, "merged_into")
    common.note_event(
        current, "merged", actor=actor, act=MERGE, source=source, target=row.target,
        about=target.number, public=True,
    )  # fmt: skip
    common.note_event(target, "took_in", actor=actor, about=current.number)
    put_note(current, f"รวมกับเรื่อง {target.number}: {reason}", actor=actor)
    put_out(current, _told(target), actor=actor)
    take_back(current, actor=actor)
    facts.on_merged(current, actor, target)
    if has_result(target) and current.merged.exists():
        tell_merged.defer(organization_id=target.organization_id, case_id=target.pk, under=current.pk)
    return current


def why_apart(case: Case, other: Case) -> str:
    """Why one cannot be counted with the other, in words; "" when it can.

    What is merged leaves no figure of its own, so the other one must count in the same: of the same kind and subject,
    received in the same fiscal year, and not after this one. Otherwise a year, or a measure, would be short of one that
    came in, or what is late would be so no more. And both are about the same unit and person, if about any: who reads one
    reads what was said in both.
    """
    if case.is_check or other.is_check:
        return _(
            "A channel's test case cannot be joined with another one, because the system "
            "removes it within two days"
        )
    if case.kind != other.kind:
        refused = _(
            "Only cases of one kind can be joined: “%(one)s” and “%(other)s” count separately. "
            "If they are about the same, change the kind of one first."
        )
        kinds = {"one": shown_title(case_kind(case.kind)), "other": shown_title(case_kind(other.kind))}
        return refused % kinds
    if case.topic != other.topic:
        return _(
            "These two cases count in different subjects. If they are about the same, change "
            "the subject of one first."
        )
    if any(getattr(case, f"{field}_id") != getattr(other, f"{field}_id") for field in FIELDS):
        return _(
            "These two cases are not said to be about the same unit or person, so whom one is about would read it in "
            "the other. If they are about the same, say so in both first (“Correct what stands there”)."
        )
    if case_kind(other.kind).workflow.ended_by_wish(other.state):
        refused = _(
            "Case %(number)s ended because its citizen asked for it, so it has no result to tell. Go on with "
            "this one, or open that one again first."
        )
        return refused % {"number": other.number}
    if fiscal_year_of(case.received_on) != fiscal_year_of(other.received_on):
        return _(
            "These two cases were received in different fiscal years, so they count "
            "separately. Go on with this one, and refer to %(number)s when you tell the "
            "result."
        ) % {"number": other.number}
    if case.received_on < other.received_on:
        return _(
            "This case came in before %(number)s, and its deadline runs from that day. Join %(number)s with this one instead"
        ) % {"number": other.number}
    return ""


def _both(case: Case, into: Case) -> tuple[Case, Case]:
    """Both cases locked, the second at the end of its own merging. Raises WrongState for one into itself."""
    root = _root(into.pk)
    if root == case.pk:
        raise WrongState(_("A case cannot be joined with itself"))
    current, target = common.in_order(case.pk, root)
    if target.merged_into_id is not None:
        raise WrongState(
            _("Somebody has just joined case %(number)s with another one. Choose again.")
            % {"number": target.number}
        )
    return current, target


def _root(pk: int) -> int:
    """The case that a case is counted with in the end: itself, unless it is merged."""
    while True:
        into = Case.objects.filter(pk=pk).values_list("merged_into_id", flat=True).first()
        if into is None:
            return pk
        pk = into


def _told(target: Case) -> str:
    said = f"{JOINED}{target.number}"
    if not has_result(target):
        return f"{said} ท่านจะได้รับแจ้งผลพร้อมกัน"
    return f"{said} {JOINED_AND_DONE}\n\n{for_others(target)}"


@transaction.atomic
def split(
    *,
    actor: Actor,
    case: Case,
    title: str,
    body: str = "",
    unit: Unit | None = None,
    category: str = "",
    topic: Topic | None = None,
    is_urgent: bool = False,
) -> Opened:
    """A child of an open case, for a part that somebody else works on. It has a number, a code and a clock of its own.

    Category and topic are those of the parent unless others are given; place, contact and whom it is about are the
    parent's, which neither ends nor is merged before its children. The citizen is told in the parent which number the part
    has. Needs
    `<module>.handle` and `<module>.intake`. Raises as `open_case` does, WrongState for a closed parent.
    """  # fmt: skip
    parent = common.locked(case)
    kind = case_kind(parent.kind)
    rights.require_to(actor, parent, "handle")
    common.require_open(parent, kind)
    if parent.is_check:
        raise WrongState(_("The system's own test message cannot be split"))
    opened = open_case(
        actor=actor,
        kind=parent.kind,
        title=title,
        body=body,
        category=category or parent.category,
        topic=topic or (Topic(parent.topic) if parent.topic else None),
        channel_kind=parent.channel_kind,
        channel=parent.channel,
        received_on=parent.received_on,
        contact=Contact.of(parent),
        place=Place(parent.place, parent.village, parent.latitude, parent.longitude),
        unit=unit,
        concerned=Concerned.of(parent) if case_kind(parent.kind).kept_to_unit else NOBODY,
        is_urgent=is_urgent,
    )  # fmt: skip
    opened.case.parent = parent
    opened.case.save(update_fields=["parent"])
    _keep_from_the_same(opened.case, parent)
    common.note_event(parent, "split", actor=actor, about=opened.case.number)
    common.note_event(opened.case, "split_from", actor=actor, about=parent.number)
    put_out(parent, _part_told(opened.case), actor=actor)
    return opened


def _keep_from_the_same(case: Case, origin: Case) -> None:
    """What comes of a case is kept from whom that is about, whatever its kind: of what is no complaint nobody new is named.
    Raises InvalidInput where it was given to them."""
    case.concerned_unit, case.concerned_member = origin.concerned_unit, origin.concerned_member
    refuse_concerned(case, case.unit, case.assignee)
    case.save(update_fields=FIELDS)


def _part_told(part: Case) -> str:
    """What the citizen of the whole is told of a part. Its code is a secret: it goes out with the part's own receipt."""
    follow = (
        "รหัสติดตามของเรื่องนั้นส่งถึงท่านแล้ว"
        if way_to(part)
        else "ขอรหัสติดตามของเรื่องนั้นได้ที่หน่วยงาน หรือถามความคืบหน้าที่หน้านี้"
    )
    return (
        f"เจ้าหน้าที่แยก “{part.title}” ออกเป็นอีกเรื่องหนึ่ง เลขที่ {part.number} เพื่อให้ผู้รับผิดชอบดำเนินการโดยตรง {follow} "
        "เรื่องนี้จะแจ้งผลเมื่อเรื่องที่แยกออกไปแล้วเสร็จ"
    )


@transaction.atomic
def from_message(
    *,
    actor: Actor,
    message: CaseMessage,
    kind: str,
    title: str,
    category: str = "",
    topic: Topic | None = None,
    unit: Unit | None = None,
) -> Opened:
    """A case of its own of what a citizen wrote into another one, also when that is closed. Of one message it is one.

    It counts from the day on which that was written, goes by the way on which it came, and has the message's files;
    the message stays where it is. It is about whom the other one is about. Whoever wrote it is told. Needs `<module>.handle` of the case and `<module>.intake`
    of the kind. Raises InvalidInput for what no citizen wrote, WrongState for an erased case, NotPermitted.
    """
    parent = common.locked(message.case)
    rights.require_to(actor, parent, "handle")
    common.require_kept(parent)
    if message.direction != CaseMessage.Direction.IN or parent.is_check:
        raise InvalidInput(
            _("Only a message from the person who reported can become a case of its own"), field="message"
        )
    way = message.channel_kind or parent.channel_kind
    sender, arrived = _arrival(message)
    writer = _writer(sender, parent)
    opened = open_case(
        actor=actor,
        kind=kind,
        title=title,
        body=message.text,
        category=category,
        topic=topic,
        channel_kind=way,
        channel=parent.channel if way == parent.channel_kind else None,
        source_key=f"{FROM_MESSAGE}{message.pk}",
        received_at=arrived,
        contact=writer,
        files=[each.file for each in message.files.select_related("file")],  # type: ignore[attr-defined]
        unit=unit,
        concerned=Concerned.of(parent) if case_kind(kind).kept_to_unit else NOBODY,
    )
    if not opened.code:
        return opened
    _keep_from_the_same(opened.case, parent)
    settle_heard(parent, CaseMessage.objects.filter(pk=message.pk))
    common.note_event(parent, "gave_rise", actor=actor, about=opened.case.number)
    common.note_event(opened.case, "written_in", actor=actor, about=parent.number)
    if way_to(opened.case) is None and writer == Contact.of(parent):
        put_out(
            parent, f"สิ่งที่ท่านแจ้งเพิ่มเป็นอีกเรื่องหนึ่ง เจ้าหน้าที่รับไว้เป็นเรื่องเลขที่ {opened.case.number} แล้ว", actor=actor
        )
    return opened


def _arrival(message: CaseMessage) -> tuple[str, datetime]:
    """From where a message came, as far as its channel still knows, and when."""
    came = Inbound.objects.filter(handled_as=f"message:{message.pk}").first()
    return (came.sender, came.received_at) if came else ("", message.at)


def _writer(sender: str, case: Case) -> Contact:
    """Who wrote a message: the case's own citizen, or another one whose case is joined with it."""
    if sender and sender not in {case.contact_email, case.contact_handle}:
        return Contact(email=sender) if "@" in sender else Contact(handle=sender)
    if not sender and case.merged.exists():
        return Contact(anonymous=True)  # it may be anybody's of them
    return Contact.of(case)
