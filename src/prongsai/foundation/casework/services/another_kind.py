"""A case that turns out to be of another kind than it was taken for: a report of trouble that is a complaint."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import shown_title
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common, facts
from prongsai.foundation.casework.services.messages import put_note, put_out
from prongsai.foundation.casework.services.moving import MOVED, count_days, count_taken, move
from prongsai.foundation.casework.services.opening import put_number
from prongsai.foundation.casework.services.publishing import take_back
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Phase, State
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState

CENTURY = 2500
FIELDS = (
    "kind", "number", "fiscal_year", "sequence", "former_numbers", "category", "topic", "title", "unit", "assignee",
    *MOVED,
)  # fmt: skip


def into_kind(case: Case, before: CaseKind, after: CaseKind, *, actor: Actor, reason: str = "") -> Case:
    """Make a locked case one of `after`, whose category and topic it already says.

    It is counted there from the day of its coming, and no more where it was. It stands in the state that fits
    (`fitting`), has a number of the new series and is found by the former one too; last day and keeping are those of
    the new kind, and the public list shows it no more. Where the new kind is kept to its units, an open case leaves the
    unit that it was sent to as something else: whoever assigns gives it out anew. The citizen is told. Out of
    a kind that is kept to its units it goes for a `reason`, which stands in a note. Raises InvalidInput for a kind of
    another module and where that reason is missing, WrongState for a test message or an erased case, NotPermitted (see
    `may_leave`).
    """
    if after.module != before.module:
        raise InvalidInput(_("A case can only become another kind of the same work"), field="category")
    actor.require(after.permission_for("handle"))
    if not may_leave(actor, before, after):
        raise NotPermitted(
            _("%(name)s may not take a case out of %(kind)s. Whoever takes in or manages such cases may.")
            % {"name": actor.name, "kind": shown_title(before)}
        )
    leaves = before.kept_to_unit and not after.kept_to_unit
    needed = (
        _("Say why it is no complaint about the office: it is counted as one no longer") if leaves else ""
    )
    reason = common.words(reason, "reason", limit=1_000, needed=needed)
    if case.is_check:
        raise WrongState(_("The system's own test message cannot become another kind"))
    common.require_kept(case)
    former, source = case.number, case.state
    case.kind = after.key
    _renumber(case, after)
    today = clock.today()
    calendar = calendar_from(min(case.clock_started_on, today))
    move(case, fitting(case, before, after), kind=after, on=today, calendar=calendar)
    count_days(case, after, calendar)
    count_taken(case, after, calendar)
    if after.kept_to_unit and not before.kept_to_unit and case.is_open:
        case.unit = case.assignee = None
    common.keep(case, *FIELDS)
    common.note_event(case, "recategorised", actor=actor, about=case.category)
    common.note_event(
        case, "renumbered", actor=actor, source=source, target=case.state, about=former, public=True
    )
    if reason:
        put_note(
            case, f"เปลี่ยนจาก{before.title} {former} เป็น{after.title} {case.number}: {reason}", actor=actor
        )
    take_back(case, actor=actor)
    put_out(case, _told(case, after, former), actor=actor)
    facts.on_another_kind(case, actor, before, f"เปลี่ยนเป็น{after.title} เลขที่ {case.number}")
    return case


def may_leave(actor: Actor, before: CaseKind, after: CaseKind) -> bool:
    """Whether the actor may make a case of one kind into one of the other: out of a kind that is kept to its units
    only by whoever takes in or manages its cases, so that nobody takes a complaint about themselves out of the count.
    """
    return after.kept_to_unit or not before.kept_to_unit or before.keeps(actor)


def fitting(case: Case, before: CaseKind, after: CaseKind) -> State:
    """The state of another kind in which a case of `before` goes on.

    An end stays where both kinds mean the same by it; otherwise the case is opened again, since the new kind asks for
    an end of its own. What is open goes on in the first state of the same phase, or begins.
    """
    now, flow = before.workflow.state(case.state), after.workflow
    if not now.phase.is_open:
        return now if now in flow.states else _working(after)
    found = flow.in_phase(now.phase) if now.phase is not Phase.RECEIVED else ()
    return flow.state(found[0] if found else flow.initial)


def _working(kind: CaseKind) -> State:
    found = kind.workflow.in_phase(Phase.WORKING)
    return kind.workflow.state(found[0] if found else kind.workflow.initial)


def _renumber(case: Case, kind: CaseKind) -> None:
    """The number that it had when it was of this kind before, or the next one of the series."""
    former = case.former_numbers.split()
    own = next((each for each in former if _take_again(case, kind, each)), "")
    left = [each for each in (*former, case.number) if each != own]
    if own:
        case.number = own
    else:
        put_number(case, kind)
    case.former_numbers = f" {' '.join(left)} "


def _take_again(case: Case, kind: CaseKind, number: str) -> bool:
    """Put year and place in the series that a former number says, if it is one of this kind and still its own."""
    said = re.fullmatch(rf"{kind.prefix}(\d\d)-(\d+)", number)
    if said is None:
        return False
    year, place = CENTURY + int(said[1]), int(said[2])
    if Case.objects.filter(kind=kind.key, fiscal_year=year, sequence=place, is_check=False).exists():
        return False
    case.fiscal_year, case.sequence = year, place
    return True


def _told(case: Case, kind: CaseKind, former: str) -> str:
    return (
        f"เจ้าหน้าที่ตรวจแล้ว เรื่องของท่านเป็น{kind.title} จึงเปลี่ยนเลขที่เรื่องจาก {former} เป็น {case.number} "
        "รหัสติดตามเดิมยังใช้ได้"
    )
