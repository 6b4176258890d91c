"""What becomes of a case's clock when its state changes. Pure but for the fields of the case."""

from __future__ import annotations

from datetime import date

from prongsai.foundation.casework.models import Case
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Clock, Phase, State
from prongsai.kernel.thai.working_days import OfficeCalendar

COUNTED = ("waited_days", "due_on", "inform_by")  # what `count_days` counts
MOVED = (
    "state", "phase", "waiting_since", "pauses", "reminded_on", "escalated_on", "clock_started_on", "informed_at",
    "closed_at", "closed_on", "days_taken", "days_before", "was_late", "reopened", "heard_at", "follow_up_on", *COUNTED,
)  # fmt: skip


def start_clock(case: Case, kind: CaseKind, on: date, calendar: OfficeCalendar) -> None:
    """Let the clock run from `on`: at the beginning, and when the citizen's word opens the case again."""
    case.clock_started_on, case.pauses, case.waiting_since = on, [], None
    case.informed_at = case.escalated_on = None
    count_days(case, kind, calendar)


def count_days(case: Case, kind: CaseKind, calendar: OfficeCalendar) -> None:
    """Count afresh how long the clock has stood still, and the last days with it, by the calendar as it is now."""
    case.waited_days = waited(case, kind.clock, calendar)
    case.due_on = kind.clock.due(case.clock_started_on, calendar, waited=case.waited_days)
    case.inform_by = kind.clock.inform_by(case.clock_started_on, calendar)


def waited(case: Case, ticking: Clock, calendar: OfficeCalendar) -> int:
    """How many of the clock's days it has stood still since it started."""
    days = 0
    for pause in case.pauses:
        if isinstance(pause, int):
            days += pause
            continue
        start, end = map(date.fromisoformat, pause)
        days += ticking.elapsed(max(start, case.clock_started_on), end, calendar)
    return days


def move(
    case: Case, target: State, *, kind: CaseKind, on: date, calendar: OfficeCalendar, afresh: bool = False
) -> None:
    """Bring the case into `target` on a day; MOVED names the fields that may have changed.

    Waiting for the citizen stops the clock, and the last day moves on by as many days when it runs again. So does
    closing: a case that is opened again goes on where it stood, unless the citizen's word starts a new clock
    (`afresh`). What was closed late stays late whatever comes then. Closing counts the days that were taken; days never
    count below zero, whatever the computer's clock said in between.
    """
    before, after = Phase(case.phase), target.phase
    case.state, case.phase = target.key, after.value
    if before is Phase.WAITING and after is not Phase.WAITING:
        _run_on(case, kind, case.waiting_since, on, calendar)
        case.waiting_since = None
    if before.is_open and not after.is_open:
        _close(case, kind, after, on, calendar)
    elif after.is_open and not before.is_open:
        _open_again(case, kind, on, calendar, afresh=afresh)
    if after is Phase.WAITING and before is not Phase.WAITING:
        case.waiting_since, case.reminded_on = on, None


def _run_on(case: Case, kind: CaseKind, since: date | None, on: date, calendar: OfficeCalendar) -> None:
    """The clock has stood still since a day."""
    if since is not None:
        case.pauses = [*case.pauses, [since.isoformat(), on.isoformat()]]
    count_days(case, kind, calendar)


def _close(case: Case, kind: CaseKind, after: Phase, on: date, calendar: OfficeCalendar) -> None:
    case.closed_at, case.closed_on = clock.now(), on
    case.heard_at = None
    if after is Phase.MERGED:
        case.days_taken = None
        return
    case.days_taken = (case.days_before or 0) + _run(case, kind, on, calendar)


def _open_again(case: Case, kind: CaseKind, on: date, calendar: OfficeCalendar, *, afresh: bool) -> None:
    closed_on, taken = case.closed_on, case.days_taken or 0
    case.was_late = case.is_late
    case.reopened += 1
    case.closed_at = case.closed_on = case.follow_up_on = None
    if afresh:
        case.days_before = taken
        start_clock(case, kind, on, calendar)
        return
    if case.days_before is None and closed_on is not None:
        case.days_before = max(0, taken - _run(case, kind, closed_on, calendar))
    _run_on(case, kind, closed_on, on, calendar)


def count_taken(case: Case, kind: CaseKind, calendar: OfficeCalendar) -> None:
    """Count afresh how long a closed case took, by the kind that it is of now."""
    if case.closed_on is not None and case.days_taken is not None:
        case.days_taken = (case.days_before or 0) + _run(case, kind, case.closed_on, calendar)


def _run(case: Case, kind: CaseKind, until: date, calendar: OfficeCalendar) -> int:
    """How many of the clock's days were taken since it started, without those waited."""
    elapsed = kind.clock.elapsed(case.clock_started_on, until, calendar)
    return max(0, elapsed - waited(case, kind.clock, calendar))
