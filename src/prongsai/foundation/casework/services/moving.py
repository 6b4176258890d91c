"""What becomes of a case's clock when its state changes. Pure but for the fields of the case."""

from __future__ import annotations

from datetime import date

from prongsai.foundation.casework.models import Case
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Phase, State
from prongsai.kernel.thai.working_days import OfficeCalendar

MOVED = (
    "state", "phase", "waiting_since", "waited_days", "reminded_on", "escalated_on", "due_on", "clock_started_on",
    "inform_by", "informed_at", "closed_at", "closed_on", "days_taken", "reopened", "heard_at",
)  # fmt: skip


def start_clock(case: Case, kind: CaseKind, on: date, calendar: OfficeCalendar) -> None:
    """Let the clock run from `on`: at the beginning, and again when the case is opened again."""
    case.clock_started_on, case.waited_days, case.waiting_since = on, 0, None
    case.due_on = kind.clock.due(on, calendar)
    case.inform_by, case.informed_at = kind.clock.inform_by(on, calendar), None
    case.escalated_on = None


def move(case: Case, target: State, *, kind: CaseKind, on: date, calendar: OfficeCalendar) -> None:
    """Bring the case into `target` on a day; MOVED names the fields that may have changed.

    Waiting for the citizen stops the clock, and the last day moves on by as many days when it runs again. Closing
    counts the days that were taken; days never count below zero, whatever the computer's clock said in between.
    """
    before, after = Phase(case.phase), target.phase
    case.state, case.phase = target.key, after.value
    if before is Phase.WAITING and after is not Phase.WAITING:
        _run_on(case, kind, on, calendar)
    if before.is_open and not after.is_open:
        _close(case, kind, after, on, calendar)
    elif after.is_open and not before.is_open:
        case.closed_at = case.closed_on = None
        case.reopened += 1
        start_clock(case, kind, on, calendar)
    if after is Phase.WAITING and before is not Phase.WAITING:
        case.waiting_since, case.reminded_on = on, None


def _run_on(case: Case, kind: CaseKind, on: date, calendar: OfficeCalendar) -> None:
    """The clock has stood still since `waiting_since`."""
    if case.waiting_since is not None:
        case.waited_days += kind.clock.elapsed(case.waiting_since, on, calendar)
    case.waiting_since = None
    case.due_on = kind.clock.due(case.clock_started_on, calendar, waited=case.waited_days)


def _close(case: Case, kind: CaseKind, after: Phase, on: date, calendar: OfficeCalendar) -> None:
    case.closed_at, case.closed_on = clock.now(), on
    case.heard_at = None
    if after is Phase.MERGED:
        case.days_taken = None
        return
    run = kind.clock.elapsed(case.clock_started_on, on, calendar) - case.waited_days
    case.days_taken = (case.days_taken or 0) + max(0, run)
