"""On which days the ways in were open. Pure: looks and records come in as values, days go out.

A day is open when every complaint channel that was listed on it was up: the digital ones by what the hourly looks
found, phone, box and counter by an officer's signature. A day of which nothing is known is not open. The longest gap is
the longest run of days that were not open, so that no channel's outage hides behind another that lived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby

from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import Period

# These have a heartbeat of their own.
DIGITAL = frozenset({"web", "email", "line", "facebook", "sealed"})
# An officer signs a check of these every week.
BY_HAND = frozenset({"phone", "box", "walk_in"})
HOURS = 24
SIGNED_BACK = 10  # days: a week and a long weekend; further back nobody remembers


class DayState(StrEnum):
    """What a day was for a channel."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"
    NOT_LISTED = "not_listed"  # the channel was not open yet, or closed already


LETTERS = {DayState.UP: "U", DayState.DOWN: "D", DayState.UNKNOWN: "?", DayState.NOT_LISTED: "-"}
STATES = {letter: state for state, letter in LETTERS.items()}


@dataclass(frozen=True)
class Look:
    """One look at a channel: in which hour of the day, how (canary, probe, traffic), and whether it was well.

    `late`: it was told long after it was taken.
    """

    hour: int
    how: str
    ok: bool
    late: bool = False


def state_of_day(looks: Iterable[Look], *, first_day: bool = False) -> DayState:
    """What the looks of one day come to. They come in the order in which they were taken.

    Up: in at least half of the day's hours the channel was found well (on its first day, of the hours since the first
    look). An hour is well when the last look of each kind in it was well: a canary inside does not outvote a probe from
    outside. An hour in which nobody looked is not well: the system itself was off then. Without any look: unknown.

    A look that was told late counts when it failed: outages are what keeps a prober from telling. That all was well
    anybody with its key could say of any hour afterwards, so it counts for nothing by then.
    """
    last: dict[tuple[int, str], bool] = {}
    for look in looks:
        if not (look.ok and look.late):
            last[look.hour, look.how] = look.ok
    if not last:
        return DayState.UNKNOWN
    hours = {hour for hour, _how in last}
    well = sum(all(ok for (at, _how), ok in last.items() if at == hour) for hour in hours)
    expected = HOURS - min(hours) if first_day else HOURS
    return DayState.UP if 2 * well >= expected else DayState.DOWN


@dataclass(frozen=True)
class Outage:
    """From when until when a channel was down by its public facts; `until` is None while none says that it works again."""

    since: datetime
    until: datetime | None = None

    def spans(self, day: date) -> bool:
        """Whether the channel was down all day."""
        start = datetime.combine(day, time(), BANGKOK)
        end = start + timedelta(days=1)
        return self.since <= start and (self.until is None or end <= self.until)


def disputed(up: Iterable[date], outages: Sequence[Outage]) -> set[date]:
    """Of the days that are told as up, those on which the channel was down all day by its outages.

    One of the two is wrong, so nothing is known of the day.
    """
    return {day for day in up if any(outage.spans(day) for outage in outages)}


@dataclass(frozen=True)
class ChannelRecord:
    """What is on record of one channel in a period: on which days it was listed, and on which of them it was up."""

    number: int  # of the channel: two kinds of channel may bear one name
    name: str
    kind: str
    listed: frozenset[date]
    up: frozenset[date] = field(default_factory=frozenset)

    @property
    def is_judged(self) -> bool:
        """Whether anything can say of a day that the channel was up: leaders, letters and hotlines have no heartbeat."""
        return self.kind in DIGITAL | BY_HAND


@dataclass(frozen=True)
class Coverage:
    """How much of a period the complaint channels were open."""

    days: int
    open_days: int
    longest_gap: int
    by_channel: Mapping[int, tuple[int, int]]  # channel → days up, days listed
    in_gap: Mapping[int, int] = field(
        default_factory=dict[int, int]
    )  # channel → days of the longest gap that it made


def days_of(period: Period) -> Iterator[date]:
    for number in range(period.days):
        yield period.start + timedelta(days=number)


def coverage(period: Period, channels: Sequence[ChannelRecord]) -> Coverage:
    """The rule of the module's docstring, over every day of the period."""
    judged = [channel for channel in channels if channel.is_judged]
    is_open: list[bool] = []
    for day in days_of(period):
        up = [day in channel.up for channel in judged if day in channel.listed]
        is_open.append(bool(up) and all(up))
    by_channel: dict[int, tuple[int, int]] = {}
    for channel in judged:
        inside = [day for day in days_of(period) if day in channel.listed]
        if inside:
            by_channel[channel.number] = (sum(day in channel.up for day in inside), len(inside))
    gap = longest_run(not each for each in is_open)
    days = {period.start + timedelta(days=at) for at in gap}
    closed = {channel.number: len(days & channel.listed - channel.up) for channel in judged}
    in_gap = {number: down for number, down in closed.items() if down}
    return Coverage(period.days, sum(is_open), len(gap), by_channel, in_gap)


def longest_run(values: Iterable[bool]) -> range:
    """Where the longest unbroken run of True stands, the first of several as long."""
    longest, at = range(0), 0
    for value, run in groupby(values):
        end = at + sum(1 for _ in run)
        if value and end - at > len(longest):
            longest = range(at, end)
        at = end
    return longest


def written(period: Period, states: Mapping[date, DayState], listed: Iterable[date]) -> str:
    """A letter for each day, as the ledger keeps a month: U up, D down, ? not known, - not listed."""
    known = frozenset(listed)
    return "".join(
        LETTERS[states.get(day, DayState.UNKNOWN) if day in known else DayState.NOT_LISTED]
        for day in days_of(period)
    )


def read(start: date, letters: str) -> dict[date, DayState]:
    """The days of a written month. A letter that is not known counts as not known."""
    return {
        start + timedelta(days=at): STATES.get(letter, DayState.UNKNOWN) for at, letter in enumerate(letters)
    }


def signed_days(on: date, since: date | None) -> tuple[date, date]:
    """The first and the last day that a signature of `on` speaks of: those after the former one, at most ten."""
    first = on - timedelta(days=SIGNED_BACK - 1)
    if since is not None:
        first = min(on, max(first, since + timedelta(days=1)))
    return first, on
