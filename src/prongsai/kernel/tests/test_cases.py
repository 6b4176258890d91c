"""A kind of case is refused when its table has a hole; its clock counts as the law counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.cases import CaseKind, Clock, Phase, State, Transition, Workflow
from prongsai.kernel.thai.working_days import OfficeCalendar

NEW = State("new", Phase.RECEIVED, "รับเรื่องแล้ว", "Received")
WORK = State("work", Phase.WORKING, "อยู่ระหว่างดำเนินการ", "In progress")
ASKED = State("asked", Phase.WAITING, "รอข้อมูลจากผู้แจ้ง", "Waiting for you")
DONE = State("done", Phase.FINISHED, "ดำเนินการแล้วเสร็จ", "Finished")
MERGED = State("merged", Phase.MERGED, "รวมกับเรื่องอื่น", "Merged")
STATES = (NEW, WORK, ASKED, DONE, MERGED)


def row(act: str, source: str, target: str, **more: object) -> Transition:
    return Transition(act, source, target, act, act, "testing.handle", **more)  # type: ignore[arg-type]


ROWS = (
    row("start", "new", "work"),
    row("ask", "work", "asked"),
    row("hear", "asked", "work"),
    row("finish", "work", "done"),
    row("reopen", "done", "work"),
    row("merge", "new", "merged"),
)


def errand(**changes: object) -> CaseKind:
    """A kind of case of the tests' own."""
    kind = CaseKind(
        key="testing.errand",
        module="testing",
        title="เรื่องทดสอบ",
        title_en="Errand",
        workflow=Workflow("new", STATES, ROWS),
        permission="testing.read",
        url_name="errand",
    )
    return replace(kind, **changes)  # type: ignore[arg-type]


def table(*rows: Transition, without: str = "", states: tuple[State, ...] = STATES) -> Workflow:
    kept = tuple(each for each in ROWS if each.act != without)
    return Workflow("new", states, kept + rows)


def test_a_table_says_what_can_be_done_and_where_it_leads() -> None:
    workflow = table()
    assert [each.act for each in workflow.leading_from("work")] == ["ask", "finish"]
    found = workflow.row("work", "finish")
    assert found is not None
    assert workflow.state(found.target) == DONE
    assert workflow.row("new", "finish") is None
    assert workflow.in_phase(Phase.FINISHED, Phase.MERGED) == ("done", "merged")
    with pytest.raises(KeyError):
        workflow.state("nowhere")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: table(row("start", "work", "nowhere")), "cannot stand"),
        (lambda: table(row("start", "new", "done")), "cannot stand"),  # the same act twice from one state
        (lambda: table(states=(*STATES, NEW)), "each state once"),
        (lambda: Workflow("lost", STATES, ROWS), "one of them first"),
        (lambda: Workflow("done", STATES, ROWS), "begins open"),
        (lambda: table(without="ask"), "nothing leads to asked"),
        (lambda: table(without="hear"), "from asked no way"),
    ],
)
def test_a_table_with_a_hole_is_refused(make: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"module": "other"}, "named after its module"),
        ({"prefix": "ข"}, "Latin capitals"),
        ({"reopen_act": "ask"}, "lead back from done"),
        ({"workflow": table(row("give_up", "asked", "done"), without="hear")}, "waits for the citizen"),
        ({"workflow": table(row("hear", "work", "done"))}, "waits for the citizen"),
        ({"workflow": table(row("hear", "asked", "done"), without="hear")}, "back to work"),
        ({"workflow": table(row("undo", "merged", "work"))}, "no further"),
        ({"workflow": table(row("join", "work", "merged"))}, "leads to a merged state"),
        ({"workflow": table(row("merge", "work", "done"))}, "leads to a merged state"),
        ({"workflow": table(row("jump", "new", "done", needs=frozenset({"luck"})))}, "no act brings"),
    ],
)
def test_a_kind_that_cannot_be_kept_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        errand(**changes)


def test_what_staff_may_do_is_named_after_the_module() -> None:
    assert errand().permission_for("assign") == "testing.assign"
    assert errand(permits={"assign": "testing.lead"}).permission_for("assign") == "testing.lead"


SONGKRAN_EVE = date(2025, 4, 11)  # a Friday; the 14th to the 16th are holidays, 12 and 13 a weekend


def test_working_days_leave_out_weekends_and_holidays() -> None:
    assert Clock(days=1).due(SONGKRAN_EVE, OfficeCalendar()) == date(2025, 4, 17)
    assert Clock(days=15).due(date(2025, 8, 14), OfficeCalendar()) == date(2025, 9, 4)


def test_calendar_days_that_end_on_a_day_off_end_on_the_next_day_of_work() -> None:
    clock = Clock(days=15, calendar_days=True)
    assert clock.due(date(2025, 8, 14), OfficeCalendar()) == date(2025, 8, 29)
    assert clock.due(date(2025, 7, 28), OfficeCalendar()) == date(2025, 8, 13)  # the 12th is a holiday


def test_the_citizen_is_to_be_told_within_fifteen_days_whatever_the_work_takes() -> None:
    assert Clock(days=60).inform_by(date(2025, 8, 14), OfficeCalendar()) == date(2025, 8, 29)
    assert Clock(inform_days=0).inform_by(date(2025, 8, 14), OfficeCalendar()) is None


@given(
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.integers(0, 120),
    st.integers(0, 60),
    st.booleans(),
    st.integers(-30, 400),
)
def test_a_case_is_late_exactly_when_its_own_days_are_used_up(
    start: date, days: int, waited: int, by_calendar: bool, later: int
) -> None:
    clock, calendar = Clock(days=days, calendar_days=by_calendar), OfficeCalendar()
    due = clock.due(start, calendar, waited=waited)
    end = start + timedelta(days=later)
    assert due >= start
    assert calendar.works(due)
    assert clock.elapsed(start, end, calendar) >= 0
    if calendar.works(end) and not by_calendar and days + waited:
        assert (end <= due) == (clock.elapsed(start, end, calendar) <= days + waited)
