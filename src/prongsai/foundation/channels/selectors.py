"""Reads of the register, of messages that wait, and of the days that are on record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.coverage import (
    BY_HAND,
    ChannelRecord,
    Coverage,
    DayState,
    Outage,
    disputed,
    read,
    signed_days,
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
    Prober,
)
from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel import clock
from prongsai.kernel.contracts import Origin, Period
from prongsai.kernel.sharing import shared

SILENT = timedelta(days=1)  # looks are hourly: whoever has not looked for so long looks no more
LATE = timedelta(hours=1)  # a message is handled within seconds of its coming
OWN_PEOPLE = "accounts.membership:"  # what messages to members are about, before the member's id


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
    """What each day of the period was, by channel, as far as it is made. Two queries.

    A day that was told as up and lies wholly in an outage on record is not known, as `on_record` has it.
    """
    found: dict[int, dict[date, DayState]] = {channel.pk: {} for channel in channels}
    rows = ChannelDay.objects.filter(channel__in=list(found), day__gte=period.start, day__lte=period.end)
    for channel, day, state in rows.values_list("channel_id", "day", "state"):
        found[channel][day] = DayState(state)
    turned = outages(period.end)
    for channel, days in found.items():
        up = [day for day, state in days.items() if state is DayState.UP]
        days |= dict.fromkeys(disputed(up, turned.get(channel, ())), DayState.UNKNOWN)
    return found


def latest_checks(channel: Channel, most: int = 24) -> list[ChannelCheck]:
    return list(ChannelCheck.objects.filter(channel=channel).order_by("-at", "-id")[:most])


def last_signatures() -> dict[int, Any]:
    """When an officer last signed for each channel. One query."""
    found = ChannelCheck.objects.filter(how="officer").order_by().values("channel_id")
    return {row["channel_id"]: row["last"] for row in found.annotate(last=Max("at"))}


def last_looks() -> tuple[dict[int, Any], set[int]]:
    """When an officer last signed for each channel, and which channels the system looked at within a day. One query."""
    recent = Q(how="canary", at__gt=clock.now() - SILENT)
    rows = ChannelCheck.objects.filter(Q(how="officer") | recent).order_by().values("channel_id", "how")
    last = {(row["channel_id"], row["how"]): row["last"] for row in rows.annotate(last=Max("at"))}
    signed = {channel: at for (channel, how), at in last.items() if how == "officer"}
    return signed, {channel for channel, how in last if how == "canary"}


def begun_lately(channels: Iterable[Channel]) -> set[int]:
    """Those of the channels that were entered or connected within a day, by their ids: no look is missing yet. One query."""
    known = {str(channel.ref): channel.pk for channel in channels}
    begun = facts().filter(
        kind__in=(kinds.OPENED, kinds.CONNECTED),
        subject__in=list(known),
        recorded_at__gt=clock.now() - SILENT,
    )
    return {known[subject] for subject in begun.values_list("subject", flat=True)}


def silent_probers() -> list[Prober]:
    """The machines outside that were to look every hour and have not reported for a day; `heard_at` is when they last did,
    or got their key."""
    heard = Prober.objects.filter(stopped_at=None).annotate(heard_at=Coalesce("last_seen_at", "made_at"))
    return list(heard.filter(heard_at__lt=clock.now() - SILENT).order_by("id"))


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


def about_member(member_id: int) -> str:
    """What a message to the member of this id is about, as `Outbound.subject_ref` keeps it."""
    return f"{OWN_PEOPLE}{member_id}"


def failed_outbound() -> QuerySet[Outbound]:
    """Messages to citizens that could not be delivered for good, the latest first."""
    failed = Outbound.objects.filter(state="failed").exclude(subject_ref__startswith=OWN_PEOPLE)
    return failed.select_related("channel").order_by("-id")


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
    awaits: date | None = None  # the first day on it that an officer may still sign for
    records: list[ChannelRecord] = field(default_factory=list[ChannelRecord])
    others: list[ChannelRecord] = field(default_factory=list[ChannelRecord])  # that take no complaints
    entries: list[int] = field(default_factory=list[int])
    # Channel → days that were told as up, and on which it was down by the facts of its outages: nothing is known of them.
    disputed: dict[int, set[date]] = field(default_factory=dict[int, set[date]])


@shared
def spans_of(kind: str) -> tuple[Period, ...]:
    """The days on which a channel of this kind stood in the register, up to today, by the facts alone. One query.

    The day on which a channel was closed is none of them: on it nobody is promised anything any more. An opening that
    does not say any more of what kind the channel was may be one of this kind: not known is not "not there".
    """
    turns = facts(origin=Origin.WORK).filter(
        kind__in=[kinds.OPENED, kinds.CLOSED], occurred_on__lte=clock.today(), recorded_at__lte=clock.now()
    )
    rows = list(turns.order_by("number").values_list("kind", "subject", "occurred_on", "payload__body"))
    told = {subject: _content(body).get("kind") for _, subject, _, body in rows if body is not None}
    since, found = dict[str, date](), list[Period]()
    for turn, subject, on, _ in rows:
        if told.get(subject, kind) != kind:
            continue
        if turn == kinds.OPENED:
            since[subject] = on
        elif (first := since.pop(subject, None)) is not None and first < on:
            found.append(Period(first, on - timedelta(days=1)))
    return (*found, *(Period(first, clock.today()) for first in since.values()))


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
        yield number, start, _content(body)


def last_unseen(told: Iterable[tuple[int, date, Mapping[str, Any]]]) -> Unseen:
    """The last word on each month, of such facts in their order: number, first day of the month, and what it says."""
    last = {start: (number, int(said.get("messages", said).get("unseen", 0))) for number, start, said in told}
    return Unseen(
        sum(count for _, count in last.values()), tuple(sorted(number for number, _ in last.values()))
    )


# The facts by which a channel turns: down, and up again.
TURNS = (kinds.DOWN, kinds.UP)


def outages(until: date) -> dict[int, list[Outage]]:
    """The outages of each channel that are on record up to a day, the first first. One query."""
    rows = facts().filter(kind__in=TURNS, occurred_on__lte=until).order_by("number")
    found: dict[int, list[Outage]] = {}
    for kind, body in rows.values_list("kind", "payload__body"):
        _turn(found, kind, _content(body))
    return found


def _turn(found: dict[int, list[Outage]], kind: str, told: Mapping[str, Any]) -> int | None:
    """Add a turn of a channel to its outages; which channel's it was."""
    if "since" not in told:
        return None
    number, since = int(told["channel"]), datetime.fromisoformat(told["since"])
    known = found.setdefault(number, [])
    lasts = bool(known) and known[-1].until is None
    if kind == kinds.DOWN:
        if not lasts:
            known.append(Outage(since))
    elif lasts:
        known[-1] = Outage(known[-1].since, since + timedelta(minutes=int(told["minutes"])))
    return number


def _content(body: bytes | None) -> Mapping[str, Any]:
    return json.loads(bytes(body)) if body is not None else {}


def on_record(period: Period) -> OnRecord:
    """The counted months, the officers' signatures and the outages of a period. One query.

    A day that was told as up and lies wholly in an outage is not known: one of the two is wrong.
    """
    last_month = clock.today().replace(day=1) - timedelta(days=1)
    end = min(period.end, last_month)
    found = OnRecord(end if end >= period.start else None)
    if found.horizon is None:
        return found
    known, turned = _read(found, Period(period.start, end))
    for number, each in known.items():
        # A signature says what nobody looked at; it does not undo what a look found.
        up = each.up | (each.signed - each.down)
        against = disputed(up & (each.asked | each.others), turned.outages.get(number, ()))
        if against:
            found.entries.extend(turned.entries[number])
        if against := against | each.disputed:
            found.disputed[number] = against
        found.awaits = min(filter(None, (found.awaits, each.awaits())), default=None)
        for days, told_of in ((each.asked, found.records), (each.others, found.others)):
            if days:
                told_of.append(
                    ChannelRecord(
                        number, each.name, each.kind, frozenset(days), frozenset(up & days - against)
                    )
                )
    return found


@dataclass
class _Turned:
    """The outages of the channels, and the entries that tell of them."""

    outages: dict[int, list[Outage]] = field(default_factory=dict[int, list[Outage]])
    entries: dict[int, list[int]] = field(default_factory=dict[int, list[int]])


def _read(found: OnRecord, inside: Period) -> tuple[dict[int, _Known], _Turned]:
    """What the facts say of each channel; the entries go to `found`, but for those of outages."""
    told_of = Q(
        kind__in=[kinds.DAYS_COUNTED, kinds.CHECKED], about_start__lte=inside.end, about_end__gte=inside.start
    )
    rows = facts().filter(told_of | Q(kind__in=TURNS, occurred_on__lte=inside.end))
    known: dict[int, _Known] = {}
    turned, signatures = _Turned(), list[Mapping[str, Any]]()
    for number, kind, start, body in rows.order_by("number").values_list(
        "number", "kind", "about_start", "payload__body"
    ):
        told = _content(body)
        if kind in TURNS:
            channel = _turn(turned.outages, kind, told)
            if channel is not None:
                turned.entries.setdefault(channel, []).append(number)
            continue
        found.entries.append(number)
        if kind == kinds.DAYS_COUNTED:
            for row in told.get("channels", ()):
                _take(known, row, start, inside)
        elif told:
            signatures.append(told)
    for told in signatures:  # after the months, whose order the channels keep
        _take_signature(known, told)
    return known, turned


@dataclass
class _Known:
    """A channel's counted days: those of months in which it took complaints, those of other months, what they were."""

    name: str = ""
    kind: str = ""
    asked: set[date] = field(default_factory=set[date])
    others: set[date] = field(default_factory=set[date])
    up: set[date] = field(default_factory=set[date])
    down: set[date] = field(default_factory=set[date])
    signed: set[date] = field(default_factory=set[date])  # for as open
    disputed: set[date] = field(default_factory=set[date])  # when their month was counted
    spoken_of: date | None = None  # the last day that a signature spoke of, whatever it said

    def awaits(self) -> date | None:
        """The first counted day that an officer may still sign for; None where none is left, or nobody signs."""
        if self.kind not in BY_HAND and self.spoken_of is None:
            return None
        first, _ = signed_days(clock.today(), self.spoken_of)
        return min(
            (day for day in self.asked - self.up - self.down - self.signed if day >= first), default=None
        )


def _take_signature(known: dict[int, _Known], told: Mapping[str, Any]) -> None:
    each = known.setdefault(int(told["channel"]), _Known())
    span = Period(date.fromisoformat(told["from"]), date.fromisoformat(told["to"]))
    each.spoken_of = max(span.end, each.spoken_of or span.end)
    if told["works"]:
        each.signed.update(every_day(span))


def _take(known: dict[int, _Known], row: Mapping[str, Any], start: date, inside: Period) -> None:
    """Add a channel's month. The name is that of the latest month; whether it took complaints is each month's own."""
    each = known.setdefault(int(row["id"]), _Known())
    each.name, each.kind = row["name"], row["kind"]
    for day, state in read(start, row["days"]).items():
        if day in inside and state != DayState.NOT_LISTED:
            (each.asked if row["complaints"] else each.others).add(day)
            if state in {DayState.UP, DayState.DOWN}:
                (each.up if state == DayState.UP else each.down).add(day)
    against = (start.replace(day=number) for number in row.get("disputed", ()))
    each.disputed.update(day for day in against if day in inside)


def coverage(period: Period, *, without: frozenset[str] = frozenset()) -> tuple[Coverage | None, OnRecord]:
    """How much of the period the complaint channels were open, by what is on record; None while nothing can be said.

    `without` leaves kinds of channels out: those that do not serve what is asked about. While the period runs, days for
    which an officer may still sign are not judged yet: a week that is not over is no outage.
    """
    found = on_record(period)
    if found.awaits is not None and clock.today() <= period.end:
        end = found.awaits - timedelta(days=1)
        found.horizon = end if end >= period.start else None
    records = [each for each in found.records if each.kind not in without]
    if found.horizon is None or not records:
        return None, found
    return covered(Period(period.start, found.horizon), records), found
