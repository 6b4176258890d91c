"""The way of a case as the citizen sees it: what has happened, what comes next and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import in_language, shown_title
from prongsai.foundation.casework.models import Case, CaseEvent
from prongsai.foundation.casework.selectors import public_timeline
from prongsai.kernel.cases import CaseKind, Phase
from prongsai.kernel.clock import BANGKOK
from prongsai.ui.cases.words import state_then


@dataclass(frozen=True)
class Point:
    """A step: done (on a day), now or later (until a day, where one is promised)."""

    title: str
    day: date | None = None
    state: str = "done"  # done, now, later
    note: str = ""

    @property
    def expected(self) -> bool:
        return self.state != "done"


def course(case: Case, kind: CaseKind) -> list[Point]:
    """Everything that happened, then what is expected. Two queries; one for a case that is closed."""
    done = [point for event in public_timeline(case) if (point := happened(event, kind))]
    coming = expected(case, kind)
    if done and coming and done[-1].title == coming[0].title:
        done.pop()  # what the case waits for stands once
    return [*done, *coming]


def happened(event: CaseEvent, kind: CaseKind) -> Point | None:
    """An event of the history in the citizen's words; None for those that say nothing to them."""
    day = on_day(event.at)
    match event.event:
        case "received":
            return Point(gettext("Received"), day)
        case "acknowledged":
            return Point(gettext("An officer has looked at it"), day)
        case "assigned" if event.unit is not None:
            return Point(gettext("Given to %(unit)s") % {"unit": event.unit.name}, day)
        case "act" | "merged" if event.target:
            state = state_then(event.target, kind)
            return Point(shown_title(state), day) if state else None
        case "unmerged":
            return Point(
                gettext("It is another matter than the one it was joined with, and goes on by itself"), day
            )
        case "renumbered":
            return Point(
                gettext("It has another number now, before it was %(number)s") % {"number": event.about}, day
            )
        case "answered":
            satisfied = event.about == "satisfied"
            return Point(
                gettext("You were satisfied") if satisfied else gettext("You were not satisfied"),
                day,
                note=gettext("As an officer wrote it down") if event.member_id else "",  # type: ignore[attr-defined]
            )
        case "left":
            return Point(gettext("You ended your report. It goes on for others who reported the same"), day)
        case "code_renewed":
            return Point(gettext("A new tracking code was given out at the office"), day)
        case _:
            return None


def expected(case: Case, kind: CaseKind) -> list[Point]:
    """What comes next; nothing for a case that is closed. The next step is `now`, those behind it `later`."""
    if not case.is_open:
        return []
    state = kind.workflow.state(case.state)
    if state.phase is Phase.WAITING:
        note = in_language(state.next_title, state.next_title_en)
        return [Point(shown_title(state), state="now", note=note)]
    steps: list[tuple[str, date | None]] = []
    if case.acknowledged_at is None:
        looked_at = calendar_from(case.received_on).after(case.received_on, kind.clock.acknowledge_days)
        words = {"unit": case.unit.name} if case.unit else {}
        who = gettext("%(unit)s looks at it") % words if words else gettext("An officer looks at it")
        steps.append((who, looked_at))
    if case.inform_by and case.informed_at is None and (case.due_on is None or case.inform_by < case.due_on):
        steps.append((gettext("You are told how it stands, if it is not finished"), case.inform_by))
    steps.append((gettext("You are told the result"), case.due_on))
    return [Point(title, day, "now" if at == 0 else "later") for at, (title, day) in enumerate(steps)]


def on_day(moment: datetime) -> date:
    """The day in Thailand."""
    return moment.astimezone(BANGKOK).date()
