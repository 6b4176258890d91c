"""The office's own days move what is due; the night's work reminds, tells the clerk and bears being repeated."""

from __future__ import annotations

from datetime import date

import pytest

from prongsai.foundation.casework.deadlines import (
    add_office_days,
    due_on,
    is_office_day,
    office_days_between,
)
from prongsai.foundation.casework.models import Case, SpecialDay
from prongsai.foundation.casework.services import acknowledge, act, add_special_day, hear, remove_special_day
from prongsai.foundation.casework.services.nightly import escalate_late, remind_citizens
from prongsai.foundation.casework.tests.conftest import DAY, LETTER, a_case
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
    assert add_office_days(DAY, 1) == date(2025, 8, 16)
    assert office_days_between(DAY, date(2025, 8, 18)) == 2
    assert due_on(Clock(days=1), DAY) == date(2025, 8, 16)
    with scope(donsai().pk):
        assert is_office_day(date(2025, 8, 15))
        assert add_office_days(DAY, 1) == date(2025, 8, 15)


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
        add_office_days(DAY, 400)


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
