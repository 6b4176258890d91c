"""Working days of Thai offices, against calendars that were announced."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.thai.working_days import OfficeCalendar, holiday, is_working_day

DAY = timedelta(days=1)
days = st.dates(date(2019, 1, 1), date(2040, 12, 31))
exceptions = st.dictionaries(st.dates(date(2019, 1, 1), date(2041, 12, 31)), st.booleans(), max_size=40)
near = st.integers(0, 90).map(lambda n: timedelta(days=n))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 8, 14), True),  # a Thursday
        (date(2025, 8, 16), False),  # Saturday
        (date(2025, 8, 17), False),  # Sunday
        (date(2025, 8, 12), False),  # วันแม่แห่งชาติ
        (date(2025, 8, 11), False),  # a bridge day that the cabinet added
        (date(2026, 5, 13), False),  # วันพืชมงคล: government offices only
        (date(2026, 6, 1), False),  # instead of วันวิสาขบูชา on a Sunday
        (date(2026, 10, 13), False),
        (date(2026, 10, 14), True),
    ],
)
def test_offices_work_on_days_that_are_no_weekend_and_no_holiday(day: date, works: bool) -> None:
    assert is_working_day(day) is works


# Weekdays on which government offices were closed, as the cabinet took note of them (month, day); those that it added
# are marked. 2027: what follows from the decree alone, nothing was added and no day for the ploughing ceremony is known.
CLOSED = {
    2024: {
        (1, 1), (2, 26), (4, 8), (4, 12), (4, 15), (4, 16), (5, 6), (5, 10), (5, 22), (6, 3), (7, 22), (7, 29), (8, 12),
        (10, 14), (10, 23), (12, 5), (12, 10), (12, 30), (12, 31),
    },  # added: 12 April, 30 December
    2025: {
        (1, 1), (2, 12), (4, 7), (4, 14), (4, 15), (4, 16), (5, 5), (5, 9), (5, 12), (6, 2), (6, 3), (7, 10), (7, 11),
        (7, 28), (8, 11), (8, 12), (10, 13), (10, 23), (12, 5), (12, 10), (12, 31),
    },  # added: 2 June, 11 August
    2026: {
        (1, 1), (1, 2), (3, 3), (4, 6), (4, 13), (4, 14), (4, 15), (5, 4), (5, 13), (6, 1), (6, 3), (7, 28), (7, 29),
        (7, 30), (8, 12), (10, 13), (10, 23), (12, 7), (12, 10), (12, 31),
    },  # added: 2 January
    2027: {
        (1, 1), (2, 22), (4, 6), (4, 13), (4, 14), (4, 15), (5, 4), (5, 20), (6, 3), (7, 19), (7, 20), (7, 28), (8, 12),
        (10, 13), (10, 25), (12, 6), (12, 10), (12, 31),
    },
}  # fmt: skip


@pytest.mark.parametrize("year", CLOSED)
def test_offices_are_closed_on_the_days_of_the_cabinets_list_and_no_other(year: int) -> None:
    days = (date(year, 1, 1) + n * DAY for n in range(366))
    closed = {
        (day.month, day.day)
        for day in days
        if day.year == year and day.weekday() < 5 and not is_working_day(day)
    }
    assert closed == CLOSED[year]


@pytest.mark.parametrize(
    "day", [date(2024, 5, 1), date(2025, 5, 1), date(2026, 5, 1), date(2021, 5, 3), date(2027, 5, 3)]
)
def test_offices_work_on_the_day_of_labour_and_on_the_one_instead_of_it(day: date) -> None:
    assert is_working_day(day)
    assert holiday(day) == ""
    assert holiday(date(2027, 1, 9)) == "", "วันเด็กแห่งชาติ"


def test_a_holiday_has_its_thai_name() -> None:
    assert holiday(date(2026, 4, 13)) == "วันสงกรานต์"
    assert holiday(date(2026, 4, 17)) == ""
    assert holiday(date(2024, 8, 12)) == "วันเฉลิมพระชนมพรรษาสมเด็จพระบรมราชชนนีพันปีหลวง; วันแม่แห่งชาติ"


# --- an office's own calendar, against counting day by day ---


def works(special: dict[date, bool], day: date) -> bool:
    return special[day] if day in special else is_working_day(day)


@given(days, st.integers(1, 80), st.dictionaries(near, st.booleans(), max_size=20))
def test_counting_forwards_agrees_with_turning_the_leaves_of_a_calendar(
    start: date, count: int, own: dict[timedelta, bool]
) -> None:
    special = {start + span: works for span, works in own.items()}
    day, left = start, count
    while left:
        day += DAY
        left -= works(special, day)
    assert OfficeCalendar(special).after(start, count) == day


@given(days, st.integers(-10, 500), exceptions)
def test_counting_between_agrees_with_turning_the_leaves_of_a_calendar(
    start: date, span: int, special: dict[date, bool]
) -> None:
    counted = sum(works(special, start + n * DAY) for n in range(1, span + 1))
    assert OfficeCalendar(special).between(start, start + span * DAY) == counted


@given(days, exceptions)
def test_a_day_off_is_put_off_to_the_next_day_of_work(day: date, special: dict[date, bool]) -> None:
    calendar = OfficeCalendar(special)
    found = calendar.on_or_after(day)
    assert works(special, found)
    assert not any(works(special, day + n * DAY) for n in range((found - day).days))
    assert calendar.after(day, 0) == found


@given(days, exceptions)
def test_an_office_works_on_the_days_that_it_says(day: date, special: dict[date, bool]) -> None:
    assert OfficeCalendar(special).works(day) == works(special, day)


def test_an_own_holiday_and_an_open_saturday_move_the_last_day() -> None:
    start = date(2025, 8, 14)  # a Thursday
    assert OfficeCalendar().after(start, 2) == date(2025, 8, 18)
    assert OfficeCalendar({date(2025, 8, 15): False}).after(start, 2) == date(2025, 8, 19)
    assert OfficeCalendar({date(2025, 8, 16): True}).after(start, 2) == date(2025, 8, 16)


def test_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError):
        OfficeCalendar().after(date(2025, 8, 14), -1)
    assert OfficeCalendar().between(date(2025, 8, 14), date(2025, 8, 1)) == 0
