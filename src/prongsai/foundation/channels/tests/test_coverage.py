"""The rule of open days, on invented and on random records."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.channels.coverage import (
    BY_HAND,
    DIGITAL,
    ChannelRecord,
    DayState,
    Look,
    coverage,
    days_of,
    longest_run,
    read,
    signed_days,
    state_of_day,
    written,
)
from prongsai.kernel.contracts import Period

OCTOBER = Period(date(2025, 10, 1), date(2025, 10, 31))
DAYS = list(days_of(OCTOBER))
NUMBERS = {"web": 1, "box": 2, "phone": 3}


def record(name: str, kind: str, *, down: tuple[int, ...] = (), listed: list[date] = DAYS) -> ChannelRecord:
    up = frozenset(day for day in listed if day.day not in down)
    return ChannelRecord(NUMBERS[kind], name, kind, frozenset(listed), up)


def test_a_day_is_open_when_every_channel_was_up() -> None:
    found = coverage(OCTOBER, [record("เว็บ", "web", down=(3,)), record("ตู้", "box", down=(4, 5))])
    assert (found.open_days, found.days, found.longest_gap) == (28, 31, 3)
    assert found.by_channel == {1: (30, 31), 2: (29, 31)}


def test_the_gap_is_the_longest_run_of_days_that_were_not_open() -> None:
    found = coverage(
        OCTOBER, [record("เว็บ", "web", down=(3, 4, 5, 9)), record("โทรศัพท์", "phone", down=(4, 5, 6, 9))]
    )
    assert (found.open_days, found.longest_gap) == (26, 4)
    assert found.in_gap == {1: 3, 3: 3}


def test_a_channel_that_lived_does_not_hide_the_outage_of_another() -> None:
    found = coverage(
        OCTOBER, [record("เว็บ", "web", down=(*range(8, 26), 28)), record("ตู้", "box", down=(29,))]
    )
    assert (found.open_days, found.longest_gap) == (11, 18)
    assert found.in_gap == {1: 18}


def test_days_before_the_first_channel_are_not_open_and_a_gap() -> None:
    found = coverage(OCTOBER, [record("เว็บ", "web", listed=DAYS[10:])])
    assert (found.open_days, found.longest_gap, found.in_gap) == (21, 10, {})


def test_leaders_and_letters_neither_open_a_day_nor_close_it() -> None:
    silent = ChannelRecord(4, "ผู้นำ", "leaders", frozenset(DAYS))
    assert coverage(OCTOBER, [record("เว็บ", "web"), silent]).open_days == 31
    assert coverage(OCTOBER, [silent]).open_days == 0


def test_a_channel_that_nobody_signed_for_leaves_no_day_open() -> None:
    unsigned = ChannelRecord(2, "ตู้", "box", frozenset(DAYS))
    found = coverage(OCTOBER, [record("เว็บ", "web"), unsigned])
    assert (found.open_days, found.longest_gap, found.in_gap) == (0, 31, {2: 31})


records = st.lists(
    st.builds(
        lambda number, kind, listed, up: ChannelRecord(
            number, kind, kind, frozenset(listed), frozenset(up) & frozenset(listed)
        ),
        st.integers(1, 10**6),
        st.sampled_from(sorted(DIGITAL | BY_HAND | {"leaders", "letter"})),
        st.sets(st.sampled_from(DAYS)),
        st.sets(st.sampled_from(DAYS)),
    ),
    max_size=5,
)


@given(records)
def test_open_days_and_gaps_stay_within_the_period(channels: list[ChannelRecord]) -> None:
    found = coverage(OCTOBER, channels)
    assert 0 <= found.open_days <= found.days == 31
    assert 0 <= found.longest_gap <= 31 - found.open_days
    assert (found.longest_gap == 0) == (found.open_days == 31)
    assert all(0 < days <= found.longest_gap for days in found.in_gap.values())
    assert all(0 <= up <= listed for up, listed in found.by_channel.values())


@given(records, st.sampled_from(DAYS))
def test_another_day_up_never_makes_it_worse(channels: list[ChannelRecord], day: date) -> None:
    before = coverage(OCTOBER, channels)
    mended = [ChannelRecord(c.number, c.name, c.kind, c.listed, c.up | ({day} & c.listed)) for c in channels]
    after = coverage(OCTOBER, mended)
    assert after.open_days >= before.open_days
    assert after.longest_gap <= before.longest_gap


@given(records, records)
def test_another_channel_opens_no_day_that_another_closed(
    one: list[ChannelRecord], two: list[ChannelRecord]
) -> None:
    """More channels are more to keep open: a day that one of them was down stays not open."""
    closed = 31 - coverage(OCTOBER, one).open_days
    judged = [c for c in one if c.is_judged]
    unlisted = sum(not any(day in c.listed for c in judged) for day in DAYS)
    assert 31 - coverage(OCTOBER, one + two).open_days >= closed - unlisted


@given(records, st.integers(0, 30), st.integers(1, 31))
def test_an_outage_of_one_channel_is_a_gap_whatever_others_live(
    others: list[ChannelRecord], first: int, length: int
) -> None:
    out = DAYS[first : first + length]
    channel = ChannelRecord(0, "เว็บ", "web", frozenset(DAYS), frozenset(DAYS) - frozenset(out))
    found = coverage(OCTOBER, [channel, *others])
    assert found.longest_gap >= len(out)
    assert found.longest_gap >= coverage(OCTOBER, [channel]).longest_gap


@given(
    st.dictionaries(st.sampled_from(DAYS), st.sampled_from([DayState.UP, DayState.DOWN])),
    st.sets(st.sampled_from(DAYS)),
)
def test_a_written_month_reads_back(states: dict[date, DayState], listed: set[date]) -> None:
    again = read(OCTOBER.start, written(OCTOBER, states, listed))
    for day in DAYS:
        wanted = states.get(day, DayState.UNKNOWN) if day in listed else DayState.NOT_LISTED
        assert again[day] == wanted


@pytest.mark.parametrize(
    ("looks", "first_day", "state"),
    [
        ([], False, DayState.UNKNOWN),
        ([Look(h, "canary", True) for h in range(24)], False, DayState.UP),
        ([Look(h, "canary", True) for h in range(12)], False, DayState.UP),
        ([Look(h, "canary", True) for h in range(11)], False, DayState.DOWN),
        ([Look(23, "canary", True)], False, DayState.DOWN),
        ([Look(h, "canary", True) for h in range(15, 24)], True, DayState.UP),
        ([Look(h, "canary", h != 5) for h in range(24)], False, DayState.UP),
        ([Look(h, how, how == "canary") for h in range(24) for how in ("canary", "probe")], False, DayState.DOWN),
        ([Look(h, "canary", ok) for h in range(24) for ok in (False, True)], False, DayState.UP),
    ],
)  # fmt: skip
def test_what_a_days_looks_come_to(looks: list[Look], first_day: bool, state: DayState) -> None:
    assert state_of_day(looks, first_day=first_day) == state


@given(st.dates(), st.one_of(st.none(), st.dates()))
def test_a_signature_speaks_of_at_most_ten_days_and_of_none_twice(on: date, since: date | None) -> None:
    try:
        first, last = signed_days(on, since)
    except OverflowError:
        return
    assert last == on
    assert timedelta(0) <= last - first <= timedelta(days=9)
    assert since is None or since >= on or first > since


@pytest.mark.parametrize(
    ("values", "run"),
    [
        ([], range(0)),
        ([True], range(1)),
        ([True, False, True, True], range(2, 4)),
        ([True, False, True], range(1)),
        ([False], range(0)),
    ],
)
def test_the_longest_run(values: list[bool], run: range) -> None:
    assert longest_run(values) == run
