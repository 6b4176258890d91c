"""The office's own days move what is due; the night's work reminds, tells the clerk and bears being repeated."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import strategies as st

from prongsai.foundation.casework.deadlines import calendar_from, is_office_day
from prongsai.foundation.casework.models import Case, SpecialDay
from prongsai.foundation.casework.services import acknowledge, act, add_special_day, hear, remove_special_day
from prongsai.foundation.casework.services.nightly import escalate_late, remind_citizens
from prongsai.foundation.casework.services.special_days import count_by_calendar
from prongsai.foundation.casework.tasks import tend_cases
from prongsai.foundation.casework.tests.conftest import DAY, ERRAND, LETTER, a_case
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.cases import Clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted
from tests.cast import SYSTEM, donsai
from tests.golden.queries import counted_queries


def test_the_offices_own_days_count_for_it_alone(office: Organization) -> None:
    add_special_day(actor=SYSTEM, day=date(2025, 8, 15), name="วันหยุดท้องถิ่น", source="คำสั่งที่ 1/2568")
    add_special_day(actor=SYSTEM, day=date(2025, 8, 16), name="เปิดทำการชดเชย", is_holiday=False)
    assert not is_office_day(date(2025, 8, 15))
    assert is_office_day(date(2025, 8, 16))
    assert calendar_from(DAY).after(DAY, 1) == date(2025, 8, 16)
    assert calendar_from(DAY).between(DAY, date(2025, 8, 18)) == 2
    assert Clock(days=1).due(DAY, calendar_from(DAY)) == date(2025, 8, 16)
    with scope(donsai().pk):
        assert is_office_day(date(2025, 8, 15))
        assert calendar_from(DAY).after(DAY, 1) == date(2025, 8, 15)


def test_last_days_of_open_cases_move_with_the_calendar_and_back(
    office: Organization, officer: Actor
) -> None:
    case, letter = a_case(), a_case(kind=LETTER.key)
    closed = act(actor=officer, case=a_case(), act="refuse", reason="x")
    special = add_special_day(actor=SYSTEM, day=date(2025, 8, 29), name="มติคณะรัฐมนตรี")
    case.refresh_from_db()
    letter.refresh_from_db()
    closed.refresh_from_db()
    assert (case.due_on, case.inform_by) == (date(2025, 9, 5), date(2025, 9, 1))
    assert letter.due_on == date(2025, 9, 1), "calendar days that end on a day off"
    assert closed.due_on == date(2025, 9, 4)
    remove_special_day(actor=SYSTEM, special=special)
    case.refresh_from_db()
    assert (case.due_on, case.inform_by) == (date(2025, 9, 4), date(2025, 8, 29))
    assert not SpecialDay.objects.exists()
    flush()
    assert list(Entry.objects.filter(kind__startswith="office_day").values_list("kind", flat=True)) == [
        "office_day_set", "office_day_removed",
    ]  # fmt: skip
    with pytest.raises(InvalidInput):
        remove_special_day(actor=SYSTEM, special=special)


def test_last_days_of_open_cases_follow_a_calendar_that_was_mended(
    office: Organization, officer: Actor
) -> None:
    case, right = a_case(), a_case()
    closed = act(actor=officer, case=a_case(), act="refuse", reason="x")
    wrong = case.due_on - timedelta(days=1)
    Case.objects.filter(pk__in=[case.pk, closed.pk]).update(due_on=wrong, inform_by=wrong)
    tend_cases(organization_id=office.pk)
    found = {each.pk: (each.due_on, each.inform_by) for each in Case.objects.all()}
    assert found[case.pk] == found[right.pk] == (right.due_on, right.inform_by)
    assert found[closed.pk] == (wrong, wrong), "what ended in time by the calendar of its day stays so"
    assert count_by_calendar() == 0


STEPS = ("ask", "hear", "finish", "reopen")


def _walked(officer: Actor, kind: str, steps: list[int]) -> Case:
    """A case that was asked about, answered, finished and opened again, each so many days after the one before."""
    with clock.at(DAY):
        case = acknowledge(actor=officer, case=a_case(kind=kind))
    on = DAY
    for at, days in enumerate(steps):
        on += timedelta(days=days)
        with clock.at(on):
            match STEPS[at % len(STEPS)]:
                case "hear":
                    hear(case=case, text="ต้นที่ ๑๒", channel_kind="web")
                    case = Case.objects.get(pk=case.pk)
                case doing:
                    case = act(actor=officer, case=case, act=doing, message="?", result="ค", reason="ข")
    return case


@hypothesis.given(
    kind=st.sampled_from([ERRAND.key, LETTER.key]),
    steps=st.lists(st.integers(0, 12), max_size=9),
    days=st.lists(st.tuples(st.integers(-3, 110), st.booleans()), min_size=1, max_size=8),
    removed=st.integers(0, 8),
)
@hypothesis.settings(
    max_examples=40, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
def test_days_said_later_lead_where_they_would_have_led_from_the_start(
    office: Organization,
    officer: Actor,
    kind: str,
    steps: list[int],
    days: list[tuple[int, bool]],
    removed: int,
) -> None:
    """Whatever stood still and whatever is said of the office's days: nothing is counted twice, nothing is forgotten."""
    before = transaction.savepoint()
    hooks = list(connection.run_on_commit)
    try:
        case = _walked(officer, kind, steps)
        for ahead, is_holiday in days:
            add_special_day(actor=SYSTEM, day=DAY + timedelta(days=ahead), name="x", is_holiday=is_holiday)
        for special in list(SpecialDay.objects.order_by("pk")[:removed]):
            remove_special_day(actor=SYSTEM, special=special)
        later = Case.objects.get(pk=case.pk)
        afresh = _walked(officer, kind, steps)
        if not later.is_open:
            return  # what is closed is on record, and stays
        assert (later.due_on, later.inform_by) == (afresh.due_on, afresh.inform_by)
        assert later.waited_days == afresh.waited_days
        if later.phase != "waiting":
            with clock.at(DAY + timedelta(days=120)):
                ended = [act(actor=officer, case=each, act="finish", result="ค") for each in (later, afresh)]
            assert ended[0].days_taken == ended[1].days_taken
    finally:
        transaction.savepoint_rollback(before)
        connection.run_on_commit = hooks


def test_what_was_counted_before_pauses_were_kept_goes_on_in_every_office(
    office: Organization, officer: Actor
) -> None:
    """A case that waited keeps its days; of one opened again it is worked out which run took how many."""
    waited, again, ended = a_case(), a_case(), a_case()
    with clock.at(date(2025, 8, 20)):
        ended = act(actor=officer, case=acknowledge(actor=officer, case=ended), act="finish", result="ค")
    Case.objects.filter(pk=waited.pk).update(waited_days=3)
    Case.objects.filter(pk=again.pk).update(reopened=1, days_taken=6)
    Case.objects.filter(pk=ended.pk).update(reopened=1, days_taken=10)
    migration: Any = import_module("prongsai.foundation.casework.migrations.0008_clock_from_pauses")

    def execute(sql: str, params: tuple[str, ...] = ()) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)

    with scope(office.pk):
        migration.keep_what_was_counted(apps, SimpleNamespace(execute=execute))
    with scope(office.pk):
        kept = {case.pk: case for case in Case.objects.all()}
        assert (kept[waited.pk].pauses, kept[again.pk].days_before) == ([3], 6)
        assert (kept[again.pk].pauses, kept[waited.pk].days_before) == ([], 0)
        add_special_day(actor=SYSTEM, day=date(2025, 9, 1), name="x")
        assert Case.objects.get(pk=waited.pk).due_on == date(2025, 9, 10), "fifteen, three and one"
        with clock.at(date(2025, 9, 2)):
            opened_again = act(actor=officer, case=ended, act="reopen", reason="x")
            assert opened_again.days_before == 6, "ten, of which the last run took four"
        with clock.at(date(2025, 9, 4)):
            assert act(actor=officer, case=opened_again, act="finish", result="ค").days_taken == 12


def test_the_later_word_on_a_day_holds(office: Organization) -> None:
    add_special_day(actor=SYSTEM, day=DAY, name="หยุด")
    add_special_day(actor=SYSTEM, day=DAY, name="ไม่หยุดแล้ว", is_holiday=False)
    assert is_office_day(DAY)
    with pytest.raises(InvalidInput):
        add_special_day(actor=SYSTEM, day=DAY, name=" ")
    with pytest.raises(NotPermitted):
        add_special_day(actor=Actor("x"), day=DAY, name="x")


def test_a_calendar_is_read_in_one_query(office: Organization) -> None:
    with counted_queries("casework.calendar"):
        calendar_from(DAY).after(DAY, 400)


def test_a_citizen_who_was_asked_is_asked_once_more(office: Organization, officer: Actor) -> None:
    case = acknowledge(actor=officer, case=a_case())
    case = act(actor=officer, case=case, act="ask", message="?")
    with clock.at(date(2025, 8, 20)):
        assert remind_citizens() == 0, "four working days"
    with clock.at(date(2025, 8, 21)):
        assert remind_citizens() == 1
        assert remind_citizens() == 0
        assert case.messages.filter(direction="out").count() == 2
        hear(case=case, text="ครับ", channel_kind="web")
        case = act(actor=officer, case=case, act="ask", message="?")
    with clock.at(date(2025, 8, 28)):
        assert remind_citizens() == 1, "asked again, reminded again"


def test_a_case_that_is_late_for_days_is_put_down_as_told_to_the_clerk(office: Organization) -> None:
    case = a_case()
    with clock.at(date(2025, 9, 9)):
        assert escalate_late() == 0, "three working days late"
    with clock.at(date(2025, 9, 10)):
        assert escalate_late() == 1
        assert escalate_late() == 0
    assert Case.objects.get(pk=case.pk).escalated_on == date(2025, 9, 10)
    assert case.events.filter(event="escalated", is_public=False).count() == 1
