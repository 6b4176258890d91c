"""The one clock of the product."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from prongsai.kernel import clock


def test_the_clock_goes_by_the_real_time() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC) + timedelta(seconds=1)
    assert clock.now().tzinfo is UTC


def test_the_day_is_thailands() -> None:
    with clock.at(datetime(2025, 9, 30, 16, 59, tzinfo=UTC)):
        assert clock.today() == date(2025, 9, 30)
    with clock.at(datetime(2025, 9, 30, 17, 0, tzinfo=UTC)):
        assert clock.today() == date(2025, 10, 1)


def test_a_bare_date_means_nine_in_the_morning_in_thailand() -> None:
    with clock.at(date(2025, 8, 14)):
        assert clock.now() == datetime(2025, 8, 14, 2, 0, tzinfo=UTC)
        assert clock.today() == date(2025, 8, 14)


def test_the_clock_goes_back_to_what_it_was() -> None:
    with clock.at(date(2025, 1, 1)):
        with clock.at(date(2030, 1, 1)):
            assert clock.today().year == 2030
        assert clock.today().year == 2025
        with pytest.raises(RuntimeError), clock.at(date(2040, 1, 1)):
            raise RuntimeError
        assert clock.today().year == 2025
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
