"""Reads of the register, of messages that wait, and of the days that are on record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.coverage import (
    ChannelRecord,
    Coverage,
    DayState,
    read,
)
from prongsai.foundation.channels.coverage import coverage as covered
from prongsai.foundation.channels.coverage import days_of as every_day
from prongsai.foundation.channels.models import (
    Channel,
    ChannelCheck,
    ChannelDay,
    ChannelLink,
    Inbound,
    Outbound,
)
from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period

LATE = timedelta(hours=1)  # a message is handled within seconds of its coming


def channels_open(on: date | None = None) -> QuerySet[Channel]:
    """The channels that are listed in the register on a day (today), in the order of the list."""
    day = on or clock.today()
    return Channel.objects.filter(
        Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day
    ).select_related("unit", "owner__user")


def channel_of(kind: str) -> Channel | None:
    """The first open channel of a kind that is connected to the system."""
    return channels_open().filter(kind=kind, is_connected=True).select_related("organization").first()


def listed_in(period: Period) -> list[Channel]:
    """The channels that were open on at least one day of the period. A channel's closing day is not open any more."""
    found = Channel.objects.filter(
        Q(closed_on=None) | Q(closed_on__gt=period.start), opened_on__lte=period.end
    ).exclude(closed_on=F("opened_on"))
    return list(found.select_related("unit"))


def listed_days(channel: Channel, period: Period) -> list[date]:
    """The days of the period on which the channel was in the register's list."""
    last = channel.closed_on - timedelta(days=1) if channel.closed_on else period.end
    return [day for day in every_day(period) if channel.opened_on <= day <= last]


def days_of(period: Period, channels: Sequence[Channel]) -> dict[int, dict[date, DayState]]:
    """What each day of the period was, by channel, as far as it is made. One query."""
    found: dict[int, dict[date, DayState]] = {channel.pk: {} for channel in channels}
    rows = ChannelDay.objects.filter(channel__in=list(found), day__gte=period.start, day__lte=period.end)
    for channel, day, state in rows.values_list("channel_id", "day", "state"):
        found[channel][day] = DayState(state)
    return found


def latest_checks(channel: Channel, most: int = 24) -> list[ChannelCheck]:
    return list(ChannelCheck.objects.filter(channel=channel).order_by("-at", "-id")[:most])


def last_signatures() -> dict[int, Any]:
    """When an officer last signed for each channel. One query."""
    found = ChannelCheck.objects.filter(how="officer").order_by().values("channel_id")
    return {row["channel_id"]: row["last"] for row in found.annotate(last=Max("at"))}


def links() -> list[ChannelLink]:
    """Every link between two open channels."""
    found = ChannelLink.objects.filter(source__closed_on=None, target__closed_on=None)
    return list(
        found.select_related("source", "target").order_by("source__position", "source_id", "target_id")
    )


def waiting_inbound() -> QuerySet[Inbound]:
    """Messages that came in and are not handled yet, those with a failure too; oldest first."""
    return Inbound.objects.filter(handled_at=None).select_related("channel").order_by("id")


def stuck_inbound() -> QuerySet[Inbound]:
    """Messages that wait for a person: those that failed or were held, and those that nobody handled within an hour."""
    late = Q(received_at__lt=clock.now() - LATE)
    return waiting_inbound().filter(~Q(failure="") | late)


def failed_outbound() -> QuerySet[Outbound]:
    """Messages that could not be delivered for good, the latest first."""
    return Outbound.objects.filter(state="failed").select_related("channel").order_by("-id")


def answered_by(message_id: str) -> str:
    """What our message with this id was about ("casework.case:12"); "" when it is none of ours."""
    if not message_id:
        return ""
    found = Outbound.objects.filter(message_id=message_id).exclude(message_id="")
    return found.values_list("subject_ref", flat=True).first() or ""


# -- from the ledger alone -----------------------------------------------------------------------------------------


@dataclass
class OnRecord:
    """What the ledger says of the channels in a period, with the entries that say it."""

    horizon: date | None  # the last day that can be judged: months are put on record when they are over
    records: list[ChannelRecord] = field(default_factory=list[ChannelRecord])
    others: list[ChannelRecord] = field(default_factory=list[ChannelRecord])  # that take no complaints
    entries: list[int] = field(default_factory=list[int])


@dataclass(frozen=True)
class Unseen:
    """How many messages of counted months nobody has looked at, and the entries that say so."""

    number: int
    entries: tuple[int, ...]


# The facts that say how many messages of a month nobody has looked at: the month's count, and each later word on it.
SAYING_UNSEEN = (kinds.DAYS_COUNTED, kinds.UNSEEN)


def unseen(period: Period) -> Unseen:
    """What the ledger says of messages in the counted months that touch the period. One query."""
    return last_unseen(_saying_unseen(period))


def months_unseen(period: Period) -> list[date]:
    """The first days of the counted months with messages that nobody has looked at. One query."""
    told = list(_saying_unseen(period))
    firsts = dict.fromkeys(start for _, start, _ in told)
    return [first for first in firsts if last_unseen(each for each in told if each[1] == first).number]


def _saying_unseen(period: Period) -> Iterator[tuple[int, date, Mapping[str, Any]]]:
    rows = facts().filter(kind__in=SAYING_UNSEEN, about_start__lte=period.end, about_end__gte=period.start)
    told = rows.order_by("number").values_list("number", "about_start", "payload__body")
    for number, start, body in told:
        yield number, start, json.loads(bytes(body)) if body is not None else {}


def last_unseen(told: Iterable[tuple[int, date, Mapping[str, Any]]]) -> Unseen:
    """The last word on each month, of such facts in their order: number, first day of the month, and what it says."""
    last = {start: (number, int(said.get("messages", said).get("unseen", 0))) for number, start, said in told}
    return Unseen(
        sum(count for _, count in last.values()), tuple(sorted(number for number, _ in last.values()))
    )


def on_record(period: Period) -> OnRecord:
    """The counted months and the officers' signatures of a period. One query."""
    last_month = clock.today().replace(day=1) - timedelta(days=1)
    end = min(period.end, last_month)
    found = OnRecord(end if end >= period.start else None)
    if found.horizon is None:
        return found
    inside = Period(period.start, end)
    rows = facts().filter(
        kind__in=[kinds.DAYS_COUNTED, kinds.CHECKED], about_start__lte=end, about_end__gte=period.start
    )
    known: dict[int, _Known] = {}
    signed: dict[int, set[date]] = {}
    for number, kind, start, body in rows.order_by("number").values_list(
        "number", "kind", "about_start", "payload__body"
    ):
        told = json.loads(bytes(body)) if body is not None else {}
        found.entries.append(number)
        if kind == kinds.DAYS_COUNTED:
            for row in told.get("channels", ()):
                _take(known, row, start, inside)
        elif told.get("works"):
            span = Period(date.fromisoformat(told["from"]), date.fromisoformat(told["to"]))
            signed.setdefault(int(told["channel"]), set()).update(every_day(span))
    for number, each in known.items():
        # A signature says what nobody looked at; it does not undo what a look found.
        up = each.up | (signed.get(number, set()) - each.down)
        for days, told_of in ((each.asked, found.records), (each.others, found.others)):
            if days:
                told_of.append(
                    ChannelRecord(number, each.name, each.kind, frozenset(days), frozenset(up & days))
                )
    return found


@dataclass
class _Known:
    """A channel's counted days: those of months in which it took complaints, those of other months, what they were."""

    name: str = ""
    kind: str = ""
    asked: set[date] = field(default_factory=set[date])
    others: set[date] = field(default_factory=set[date])
    up: set[date] = field(default_factory=set[date])
    down: set[date] = field(default_factory=set[date])


def _take(known: dict[int, _Known], row: Mapping[str, Any], start: date, inside: Period) -> None:
    """Add a channel's month. The name is that of the latest month; whether it took complaints is each month's own."""
    each = known.setdefault(int(row["id"]), _Known())
    each.name, each.kind = row["name"], row["kind"]
    for day, state in read(start, row["days"]).items():
        if day in inside and state != DayState.NOT_LISTED:
            (each.asked if row["complaints"] else each.others).add(day)
            if state in {DayState.UP, DayState.DOWN}:
                (each.up if state == DayState.UP else each.down).add(day)


def coverage(period: Period, *, without: frozenset[str] = frozenset()) -> tuple[Coverage | None, OnRecord]:
    """How much of the period the complaint channels were open, by what is on record; None while nothing can be said.

    `without` leaves kinds of channels out: those that do not serve what is asked about.
    """
    found = on_record(period)
    records = [each for each in found.records if each.kind not in without]
    if found.horizon is None or not records:
        return None, found
    return covered(Period(period.start, found.horizon), records), found
