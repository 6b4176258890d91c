"""Buckets of tokens, and what is known of the line that a request comes by."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from prongsai.ui import limits
from prongsai.ui.limits import Buckets, line_of


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [1000.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: moment[0])
    return moment


def test_a_bucket_gives_what_is_in_it_and_fills_again(now: list[float]) -> None:
    bucket = Buckets(burst=3, per_minute=6)
    assert [bucket.take("a") for _ in range(4)] == [True, True, True, False]
    assert bucket.take("b"), "another line has its own"
    assert bucket.wait("a") == 10
    now[0] += 10
    assert bucket.take("a")
    assert not bucket.take("a")
    now[0] += 3600
    assert bucket.left("a") == 3, "never more than full"


def test_what_costs_more_than_is_there_takes_nothing(now: list[float]) -> None:
    bucket = Buckets(burst=10, per_minute=1)
    assert not bucket.take("a", 11)
    assert bucket.take("a", 10)


def test_only_so_many_buckets_are_remembered(now: list[float]) -> None:
    bucket = Buckets(burst=1, per_minute=1, most=10)
    for number in range(100):
        bucket.take(str(number))
    assert len(bucket._found) == 10


@given(st.lists(st.tuples(st.floats(0, 120), st.floats(0.1, 5)), max_size=40))
def test_no_pattern_of_asking_gets_more_than_burst_and_refill(steps: list[tuple[float, float]]) -> None:
    moment = [1000.0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits.time, "monotonic", lambda: moment[0])
        bucket, given_ = Buckets(burst=5, per_minute=12), 0.0
        for pause, cost in steps:
            moment[0] += pause
            given_ += cost if bucket.take("a", cost) else 0
        assert given_ <= 5 + sum(pause for pause, _ in steps) * 12 / 60 + 1e-6


def test_a_line_is_a_network_and_no_address_can_be_read_from_it(settings: Any) -> None:
    request = RequestFactory().get
    one = line_of(request("/", REMOTE_ADDR="203.0.113.9"))
    assert one == line_of(request("/", REMOTE_ADDR="203.0.113.9"))
    assert one != line_of(request("/", REMOTE_ADDR="203.0.113.10"))
    assert "203" not in one or len(one) == 64
    first = line_of(request("/", REMOTE_ADDR="2001:db8:1:2::1"))
    assert first == line_of(request("/", REMOTE_ADDR="2001:db8:1:2:ffff::2")), "one line has all of its /64"
    assert first != line_of(request("/", REMOTE_ADDR="2001:db8:1:3::1"))
