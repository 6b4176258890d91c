"""Failures are counted in the database: by many processes at once, by networks, for a day."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from prongsai.foundation.accounts.failures import PATIENCE, TooManyFailures, attempt
from prongsai.foundation.accounts.models import LoginFailure
from prongsai.kernel import clock


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_count_as_many() -> None:
    outcomes: list[str] = []
    start = threading.Barrier(9)

    def guess() -> None:
        start.wait(20)
        try:
            with transaction.atomic():
                attempt(account="7", address="10.0.0.1").failed()
            outcomes.append("tried")
        except TooManyFailures:
            outcomes.append("waits")
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (outcomes.count("tried"), outcomes.count("waits")) == (5, 4)


@pytest.mark.django_db
def test_a_whole_line_of_ipv6_is_one_address() -> None:
    for number in range(5):
        attempt(account="7", address=f"2001:db8:0:1::{number}").failed()
    with pytest.raises(TooManyFailures):
        attempt(account="7", address="2001:db8:0:1:ffff::1")
    attempt(account="7", address="2001:db8:0:2::1")


@pytest.mark.django_db
def test_failures_are_forgotten_after_a_day() -> None:
    for _ in range(5):
        attempt(account="7", address="10.0.0.1").failed()
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        attempt(account="8", address="10.0.0.2").failed()
        assert LoginFailure.objects.count() == 3


def test_delays_double_up_to_a_quarter_of_an_hour() -> None:
    seconds = [PATIENCE["pair"].delay(count).total_seconds() for count in (4, 5, 6, 7, 9, 10, 1000)]
    assert seconds == [0, 30, 60, 120, 480, 900, 900]
