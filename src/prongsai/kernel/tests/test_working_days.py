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


def test_a_holiday_has_its_thai_name() -> None:
    assert holiday(date(2026, 4, 13)) == "วันสงกรานต์"
    assert holiday(date(2026, 4, 17)) == ""


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
