"""A case that was joined with another one by mistake is taken out again, as if it had never been joined."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseEvent, CaseMessage
from prongsai.foundation.casework.selectors import with_merged
from prongsai.foundation.casework.services import common, facts
from prongsai.foundation.casework.services.messages import put_note, put_out
from prongsai.foundation.casework.services.moving import MOVED, count_days, move
from prongsai.foundation.casework.services.telling import JOINED, JOINED_AND_DONE, RESULT_OF, merged_below
from prongsai.kernel import clock
from prongsai.kernel.cases import HEAR, MERGE, CaseKind, Phase
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import WrongState
from prongsai.kernel.thai.dates import short_date

APART = (
    "เจ้าหน้าที่ตรวจแล้ว เรื่องของท่านกับเรื่อง {number} เป็นคนละเรื่องกัน จึงแยกเรื่องของท่านออกมาดำเนินการต่างหาก "
    "ใช้เลขที่เรื่องและรหัสติดตามเดิม กำหนดเวลาเดิมไม่เปลี่ยน และจะแจ้งผลของเรื่องท่านเอง"
)
APART_BELOW = (
    "เรื่อง {case} ซึ่งเรื่องของท่านรวมอยู่ด้วย เป็นคนละเรื่องกับเรื่อง {number} เจ้าหน้าที่จึงแยกออกมาดำเนินการต่างหาก "
    "และจะแจ้งผลแก่ท่าน"
)
NOT_YOURS = "ผลของเรื่อง {number} ที่แจ้งท่านไปแล้ว ไม่ใช่ผลของเรื่องท่าน"
STILL_ASKED = "เจ้าหน้าที่ยังรอข้อมูลที่ขอจากท่านไว้ก่อนรวมเรื่อง"
LEFT_ALONE = "ผู้แจ้งของเรื่องนี้ขอยุติไว้แล้ว และไม่มีเรื่องอื่นรวมอยู่อีก จึงยุติเรื่องตามที่ผู้แจ้งขอได้"


@transaction.atomic
def unmerge(*, actor: Actor, case: Case, reason: str, version: int | None = None) -> Case:
    """Take a merged case out of the one that it was counted with, because they are not about the same after all.

    It goes on in the state and with the clock that it would have, had it never been merged: the time in between
    counts, what is late is late, and what was asked of its citizen still is, unless they have answered. It counts
    again, by the facts that merging had withdrawn. What is merged into it goes with it. Its citizen, who was told of the
    joining, is told of this, and whose result it was not. What was noted while they were one stays where it stands, and
    both say where that is. Needs the permission by which it was merged. Raises WrongState for a case that is not merged,
    or was erased, InvalidInput without a reason, Stale, NotPermitted.
    """
    current, *above = _locked(case)
    if version is not None:
        common.locked(current, version)
    kind, joining = case_kind(current.kind), _joining(current)
    if not above or joining is None:
        raise WrongState(_("Case %(number)s is not joined with another one") % {"number": current.number})
    row = kind.workflow.row(joining.source, MERGE)
    rights.require(actor, current, row.permission if row else kind.permission_for("handle"))
    if current.erased_at is not None:
        refused = _(
            "The personal data of case %(number)s are erased, so nobody could work on it. It stays joined"
        )
        raise WrongState(refused % {"number": current.number})
    reason = common.words(reason, "reason", limit=1_000, needed=_("Enter why the case is taken out again"))
    source = current.state
    _go_on(current, kind, joining)
    common.keep(current, *MOVED, "merged_into")
    into, root = above[0], above[-1]
    common.note_event(
        current, "unmerged", actor=actor, source=source, target=current.state, about=into.number, public=True
    )
    for each in {into.pk: into, root.pk: root}.values():
        common.note_event(each, "gave_back", actor=actor, about=current.number)
    _leave_pointers(current, root, reason, joining.at, actor)
    _ring_where_it_belongs(current, root, joining.at)
    _tell(current, into, root, joining.at, actor)
    facts.on_unmerged(current, actor, into)
    nobodys = current.unit_id is None and current.assignee_id is None
    common.asks(current, common.ARRIVED if nobodys else common.ASSIGNED, actor=actor)
    return current


def _locked(case: Case) -> list[Case]:
    """The case, the one that it is merged into, and so on to the last, locked as they stand now."""
    ids = [case.pk]
    while (
        into := Case.objects.filter(pk=ids[-1]).values_list("merged_into_id", flat=True).first()
    ) is not None:
        ids.append(into)
    found = common.in_order(*ids)
    if [each.merged_into_id for each in found] != [*ids[1:], None]:
        raise WrongState(
            _("Somebody has just joined these cases otherwise. Open case %(number)s again")
            % {"number": case.number}
        )
    return found


def _joining(case: Case) -> CaseEvent | None:
    """How the case came to be merged."""
    return CaseEvent.objects.filter(case=case, event="merged").order_by("-id").first()


def _go_on(case: Case, kind: CaseKind, joining: CaseEvent) -> None:
    """Put a locked case back to where it would stand now."""
    flow, joined_on = kind.workflow, case.closed_on
    was = flow.state(joining.source if joining.source in flow.keys else flow.initial)
    case.state, case.phase, case.merged_into = was.key, was.phase.value, None
    case.closed_at = case.closed_on = None
    calendar = calendar_from(min(case.clock_started_on, clock.today()))
    if was.phase is Phase.WAITING:
        case.waiting_since = _waiting_since(case, joined_on)
        answered = _written(case, joining.at).filter(case=case).first()
        row = flow.row(was.key, HEAR)
        if answered is not None and row is not None:
            day = answered.at.astimezone(clock.BANGKOK).date()
            move(case, flow.state(row.target), kind=kind, on=day, calendar=calendar)
    count_days(case, kind, calendar)
    case.informed_at = _informed_at(case, joining.at)


def _waiting_since(case: Case, joined_on: date | None) -> date | None:
    """Since when the case waits: merging ended the pause, which goes on as if it had not."""
    last = case.pauses[-1] if case.pauses else None
    if joined_on is None or not isinstance(last, list) or last[1] != joined_on.isoformat():
        return joined_on
    case.pauses = case.pauses[:-1]
    return date.fromisoformat(last[0])


def _informed_at(case: Case, joined: datetime) -> datetime | None:
    """When the citizen was first told how things stand: that their case was joined, or how the other one ended, told
    them nothing of it."""
    if case.informed_at is None or case.informed_at < joined:
        return case.informed_at
    said = CaseMessage.objects.filter(
        case=case, direction=CaseMessage.Direction.OUT, member__isnull=False, at__gte=joined
    )
    first = said.exclude(text__startswith=JOINED).order_by("id").first()
    return first.at if first else None


def _written(case: Case, joined: datetime) -> QuerySet[CaseMessage]:
    """What citizens wrote in the case, and in those that go with it, since it was joined; oldest first."""
    said = CaseMessage.Direction.IN
    return CaseMessage.objects.filter(case__in=with_merged(case), direction=said, at__gte=joined).order_by(
        "id"
    )


def _unanswered(written: QuerySet[CaseMessage]) -> CaseMessage | None:
    """The first of the messages to which nobody of the staff has written since."""
    later = CaseMessage.objects.filter(
        case=OuterRef("case"),
        direction=CaseMessage.Direction.OUT,
        member__isnull=False,
        pk__gt=OuterRef("pk"),
    )
    return written.filter(~Exists(later)).first()


def _ring_where_it_belongs(case: Case, root: Case, joined: datetime) -> None:
    """What was written in the case while it was joined rang in the other one: if it is unanswered it rings here now."""
    written = _written(case, joined)
    waits = _unanswered(written)
    case.heard_at = waits.at if waits else None
    common.keep(case, "heard_at")
    if root.heard_at is not None and written.filter(at=root.heard_at).exists():
        rest = _unanswered(_written(root, root.heard_at))
        root.heard_at = rest.at if rest else None
        common.keep(root, "heard_at")


def _leave_pointers(case: Case, root: Case, reason: str, joined: datetime, actor: Actor) -> None:
    """Whoever reads one of the two finds what was noted in the other while they were one."""
    first, last = short_date(joined.astimezone(clock.BANGKOK).date()), short_date(clock.today())
    span = first if first == last else f"{first} ถึง {last}"
    put_note(
        case,
        f"แยกออกจากเรื่อง {root.number}: {reason}\n\nบันทึกและการติดตามระหว่างรวมกัน ({span}) อยู่ที่เรื่อง {root.number}",
        actor=actor,
    )
    if root.erased_at is not None:
        return
    alone = root.withdrawn_at is not None and root.is_open and not root.merged.exists()
    said = [
        f"แยกเรื่อง {case.number} ออก: {reason}",
        f"บันทึกและการติดตามของเรื่อง {case.number} ระหว่างรวมกัน ({span}) คงอยู่ที่เรื่องนี้",
        LEFT_ALONE if alone else "",
    ]
    put_note(root, "\n\n".join(filter(None, said)), actor=actor)


def _tell(case: Case, into: Case, root: Case, joined: datetime, actor: Actor) -> None:
    """Tell the citizens who had been told: of the joining, or of a result that is not theirs."""
    said = _told_since(case, joined)
    about = said.filter(text__startswith=JOINED).last()
    reached = about is not None and (
        # what waits for a call stands on the page, and whoever calls tells all of it
        about.delivery != "failed" or not about.channel_kind or _has_looked(case, joined)
    )
    if reached:
        done = said.filter(Q(text__startswith=RESULT_OF) | Q(text__contains=JOINED_AND_DONE)).exists()
        parts = [
            APART.format(number=into.number),
            NOT_YOURS.format(number=into.number) if done else "",
            STILL_ASKED if case.phase == Phase.WAITING else "",
        ]
        put_out(case, "\n\n".join(filter(None, parts)), actor=actor)
    for each in merged_below(case.pk):
        if each.erased_at is None and _told_since(each, joined).filter(text__startswith=RESULT_OF).exists():
            told = APART_BELOW.format(case=case.number, number=root.number)
            not_theirs = NOT_YOURS.format(number=root.number)
            put_out(common.locked(each), f"{told}\n\n{not_theirs}", actor=actor)


def _told_since(case: Case, joined: datetime) -> QuerySet[CaseMessage]:
    out = CaseMessage.Direction.OUT
    return CaseMessage.objects.filter(case=case, direction=out, at__gte=joined).order_by("id")


def _has_looked(case: Case, joined: datetime) -> bool:
    """Whether the citizen has looked at the tracking page, which says what could not be sent."""
    return case.visited_at is not None and case.visited_at >= joined
