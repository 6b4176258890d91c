"""A day on which something is due, as lists say it."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from prongsai.ui.cases.due import day_month

TODAY = date(2025, 8, 14)


@pytest.mark.parametrize(
    ("day", "thai", "english"),
    [
        (date(2025, 8, 1), "1 ส.ค.", "1 Aug"),
        (date(2024, 8, 15), "15 ส.ค.", "15 Aug"),
        (date(2024, 8, 14), "14 ส.ค. 67", "14 Aug 24"),
        (date(2026, 8, 13), "13 ส.ค.", "13 Aug"),
        (date(2026, 8, 14), "14 ส.ค. 69", "14 Aug 26"),
    ],
)
def test_a_day_a_year_away_says_its_year(day: date, thai: str, english: str) -> None:
    assert day_month(day, TODAY) == thai
    with translation.override("en"):
        assert day_month(day, TODAY) == english
