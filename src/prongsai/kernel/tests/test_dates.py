"""Dates as officials write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.thai.dates import clock_time, compact_date, fiscal_year_of, long_date, short_date
from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.thai.parse_dates import parse_date


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2024, 9, 30), 2567),
        (date(2024, 10, 1), 2568),
        (date(2024, 12, 31), 2568),
        (date(2025, 1, 1), 2568),
        (date(2025, 9, 30), 2568),
        (date(2025, 10, 1), 2569),
    ],
)
def test_the_fiscal_year_turns_on_the_first_of_october(day: date, year: int) -> None:
    assert fiscal_year_of(day) == year


def test_dates_are_written_in_the_buddhist_era() -> None:
    day = date(2025, 8, 14)
    assert long_date(day) == "14 สิงหาคม 2568"
    assert long_date(day, thai_digits=True) == "๑๔ สิงหาคม ๒๕๖๘"
    assert short_date(day) == "14 ส.ค. 2568"
    assert short_date(day, thai_digits=True) == "๑๔ ส.ค. ๒๕๖๘"
    assert compact_date(date(2024, 10, 1)) == "๑ ต.ค.๖๗"


def test_a_year_below_ten_keeps_two_digits() -> None:
    assert compact_date(date(2058, 1, 2)) == "๒ ม.ค.๐๑"


def test_the_hour_is_thailands() -> None:
    assert clock_time(datetime(2025, 8, 14, 17, 5, tzinfo=UTC)) == "00.05 น."
    assert clock_time(datetime(2025, 8, 14, 8, 40, tzinfo=UTC)) == "15.40 น."


@given(st.dates(date(1957, 1, 1), date(2156, 12, 31)), st.booleans())
def test_a_written_date_reads_back_as_the_same_day(day: date, thai: bool) -> None:
    assert parse_date(long_date(day, thai_digits=thai)) == day
    assert parse_date(short_date(day, thai_digits=thai)) == day


@given(st.dates())
def test_digits_are_thai_throughout_or_arabic_throughout(day: date) -> None:
    assert to_arabic(long_date(day, thai_digits=True)) == long_date(day)
    assert not any(c.isascii() and c.isdigit() for c in long_date(day, thai_digits=True))
