"""Working days of Thai offices, against calendars that were announced."""

from __future__ import annotations

from datetime import date

import pytest

from prongsai.kernel.thai.working_days import holiday, is_working_day


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
