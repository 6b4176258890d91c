"""From looks to days, and from days to the month's public fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.coverage import (
    DIGITAL,
    SIGNED_BACK,
    DayState,
    Look,
    disputed,
    state_of_day,
    written,
)
from prongsai.foundation.channels.models import Channel, ChannelCheck, ChannelDay, Inbound
from prongsai.foundation.channels.selectors import listed_days, listed_in, months_unseen, outages, unseen
from prongsai.foundation.channels.services.checks import is_late, needs_signature, put_days, start_of
from prongsai.foundation.channels.services.register import abouts, visibility_of
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import PendingFact, flush, record
from prongsai.foundation.ledger.witnesses import month_of
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import Actor, Origin, Period, Visibility
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.dates import month_and_year, short_date

MOST_MONTHS = 36  # that are made up for at once
ABOUT = "complaint_channels"


@transaction.atomic
def record_day(
    *, channel: Channel, day: date, state: DayState | str, checks: int = 24, failed: int = 0
) -> ChannelDay:
    """Keep what a day was for a channel; what was kept before gives way. For the day's close, and for sample years."""
    if day > clock.today():
        raise InvalidInput(gettext("That day is yet to come"), field="day")
    kept, _ = ChannelDay.objects.update_or_create(
        channel=channel, day=day, defaults={"state": DayState(state), "checks": checks, "failed": failed}
    )
    return kept


@transaction.atomic
def record_days(*, channel: Channel, days: Mapping[date, DayState | str], checks: int = 24) -> int:
    """As `record_day`, for many days in one statement; how many they were. For sample years."""
    if any(day > clock.today() for day in days):
        raise InvalidInput(gettext("That day is yet to come"), field="day")
    rows = [
        ChannelDay(
            channel=channel, day=day, state=DayState(state), checks=checks,
            failed=checks if DayState(state) is DayState.DOWN else 0,
        )
        for day, state in days.items()
    ]  # fmt: skip
    put_days(rows)
    return len(rows)


@transaction.atomic
def close_day(day: date) -> int:
    """Make the day of every channel that looks after itself from its looks; how many were made. Closing again changes nothing.

    Channels that officers sign for have their days from the signatures.
    """
    if day >= clock.today():
        raise WrongState(gettext("That day is not over yet"))
    known = set(ChannelDay.objects.filter(day=day).values_list("channel_id", flat=True))
    before = set(ChannelDay.objects.filter(day__lt=day).values_list("channel_id", flat=True).distinct())
    due = [
        channel
        for channel in listed_in(Period(day, day))
        if looks_after_itself(channel) and channel.pk not in known
    ]
    hold(channel.pk for channel in due)
    looks = _looks(day, due)
    rows = [_day(channel, day, looks[channel.pk], channel.pk not in before) for channel in due]
    ChannelDay.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def looks_after_itself(channel: Channel) -> bool:
    """Whether its days are made from looks, and not signed for."""
    return channel.kind in DIGITAL and not needs_signature(channel)


def hold(channels: Iterable[int]) -> None:
    """Keep the channels until the transaction is over: what a prober tells late and the making of days wait for each other."""
    list(Channel.objects.select_for_update().filter(pk__in=list(channels)).order_by("pk").values_list("pk"))


@transaction.atomic
def remake_days(channel: Channel, days: Iterable[date]) -> int:
    """Make days that are over anew, of which a prober told late that it had found the channel down; how many are down now.

    A day only becomes worse by it. Of days that officers sign for nothing is made.
    """
    over = [day for day in sorted(days) if day < clock.today()]
    if not over or not looks_after_itself(channel):
        return 0
    kept = ChannelDay.objects.filter(channel=channel)
    first = min(kept.order_by("day").values_list("day", flat=True)[:1], default=None)
    made = [
        _day(channel, day, _looks(day, [channel])[channel.pk], first is None or day <= first)
        for day in over
        if day in listed_days(channel, Period(day, day))
    ]
    down = [day for day in made if day.state == DayState.DOWN]
    put_days(down)
    return len(down)


def _looks(day: date, channels: Iterable[Channel]) -> dict[int, list[ChannelCheck]]:
    found = ChannelCheck.objects.filter(
        channel__in=[c.pk for c in channels], at__gte=start_of(day), at__lt=start_of(day + timedelta(days=1))
    )
    by_channel: dict[int, list[ChannelCheck]] = defaultdict(list)
    for check in found.order_by("at", "id"):
        by_channel[check.channel_id].append(check)  # type: ignore[attr-defined]
    return by_channel


def _day(channel: Channel, day: date, checks: list[ChannelCheck], first: bool) -> ChannelDay:
    looks = [
        Look(check.at.astimezone(BANGKOK).hour, check.how, check.ok, is_late(check.at, check.told_at))
        for check in checks
    ]
    return ChannelDay(
        channel=channel,
        day=day,
        state=state_of_day(looks, first_day=first),
        checks=len(checks),
        failed=sum(not check.ok for check in checks),
    )


@transaction.atomic
def count_month(*, actor: Actor, month: date) -> PendingFact | None:
    """Put the days of the channels in a past month on record, once; None when no channel was listed in it.

    The public fact holds a letter for each day of each channel, and how many messages of the month nobody has looked at.
    A day that was kept as up and lies wholly in an outage on record is not known. Every channel that was well at the
    month's end gets a fact of its own that it was found working. Raises WrongState for a month that is not over or is
    counted already.
    """
    period = month_of(month)
    if period.end >= clock.today():
        raise WrongState(gettext("That month is not over yet, so its days cannot be counted"))
    if facts(kind=kinds.DAYS_COUNTED).filter(about_start=period.start).exists():
        raise WrongState(gettext("The days of that month are counted already"))
    channels = listed_in(period)
    if not channels:
        return None
    rows = _month_rows(actor, period, channels)
    return put_month(actor, period, {"channels": rows, "messages": _messages(period)})


def put_month(actor: Actor, period: Period, payload: Mapping[str, Any]) -> PendingFact:
    """The public fact of a month's count."""
    name = month_and_year(period.start)
    return record(
        actor=actor,
        kind=kinds.DAYS_COUNTED,
        about=ABOUT,
        occurred_on=clock.today(),
        about_period=period,
        origin=Origin.WORK,
        visibility=Visibility.PUBLIC,
        title=f"วันที่ช่องทางเปิดใช้ได้ เดือน{name}",
        payload=payload,
    )


def _month_rows(actor: Actor, period: Period, channels: list[Channel]) -> list[dict[str, Any]]:
    """What the count says of each channel; those that were well at the month's end have their fact of it."""
    hold(channel.pk for channel in channels)
    states, taking = _states(period), _taking(period, channels)
    flush()  # outages of this transaction
    turns = outages(period.end)
    rows: list[dict[str, Any]] = []
    for channel in channels:
        days = states[channel.pk]
        against = disputed(
            (day for day, state in days.items() if state == DayState.UP), turns.get(channel.pk, ())
        )
        days |= dict.fromkeys(against, DayState.UNKNOWN)
        record_alive(actor, channel, period, days)
        row = {
            "id": channel.pk,
            "name": channel.name,
            "kind": channel.kind,
            "complaints": int(channel.pk in taking),
            "days": written(period, days, listed_days(channel, period)),
        }
        rows.append(row | ({"disputed": sorted(day.day for day in against)} if against else {}))
    return rows


def _states(period: Period) -> dict[int, dict[date, DayState]]:
    states: dict[int, dict[date, DayState]] = defaultdict(dict)
    for day in ChannelDay.objects.filter(day__gte=period.start, day__lte=period.end):
        states[day.channel_id][day.day] = DayState(day.state)  # type: ignore[attr-defined]
    return states


def _taking(period: Period, channels: Iterable[Channel]) -> set[int]:
    """The channels that were told to the public as ways for complaints at any time in the period.

    What the register says of them now may have been changed since: an outage is not taken back by taking the channel
    off the list. The changes on record say what it was before.
    """
    now = {channel.pk: {"takes_complaints": channel.takes_complaints, "is_listed": channel.is_listed} for channel in channels}  # fmt: skip
    taking = set[int]()
    changed = (
        facts(kind=kinds.CHANGED, origin=Origin.WORK)
        .filter(occurred_on__gte=period.start)
        .order_by("-number")
    )
    for entry in changed.with_payload():
        told, number = entry.content, int(entry.subject.rpartition(":")[2])
        state = now.get(number)
        if state is None:
            continue
        # What does not say any more what was before may say that it stood in the list.
        if not told or (entry.occurred_on <= period.end and all(state.values())):
            taking.add(number)
        state |= {name: old for name, old in told.get("before", {}).items() if name in state}
    return taking | {number for number, state in now.items() if all(state.values())}


def _received_in(period: Period) -> QuerySet[Inbound]:
    after = start_of(period.end + timedelta(days=1))
    return Inbound.objects.filter(received_at__gte=start_of(period.start), received_at__lt=after)


def _messages(period: Period) -> dict[str, int]:
    """Of the month's messages: those that nobody has looked at, those that said of themselves that programs wrote them,
    those that people set aside."""
    rows = _received_in(period)
    return {
        "unseen": rows.filter(handled_at=None).count(),
        "ignored": rows.filter(handled_as__startswith="ignored").count(),
        "aside": rows.filter(handled_as__startswith="aside").count(),
    }


@transaction.atomic
def count_unseen(*, month: date) -> PendingFact | None:
    """Put on record how many messages of a month that is counted nobody has looked at yet, when the number is another now.

    The last such fact holds. None when nothing has changed, and for a month that is not counted.
    """
    period = month_of(month)
    if period.end >= clock.today():
        return None
    flush()  # what this transaction counted
    before = unseen(period)
    number = _received_in(period).filter(handled_at=None).count()
    if not before.entries or before.number == number:
        return None
    name = month_and_year(period.start)
    return record(
        actor=Actor.system(),
        kind=kinds.UNSEEN,
        about=ABOUT,
        occurred_on=clock.today(),
        about_period=period,
        origin=Origin.WORK,
        visibility=Visibility.PUBLIC,
        title=f"ข้อความที่เข้ามาในเดือน{name} ยังไม่มีผู้ดู {number} ข้อความ",
        payload={"unseen": number},
    )


def count_unseen_again() -> None:
    """Look again at the counted months that have messages which nobody has looked at: two may have been the last at once."""
    today = clock.today()
    since = (today - timedelta(days=31 * MOST_MONTHS)).replace(day=1)
    for month in months_unseen(Period(since, today)):
        count_unseen(month=month)


def record_alive(actor: Actor, channel: Channel, period: Period, days: dict[date, DayState]) -> None:
    """A fact that the channel was found working near the month's end, where it was."""
    last = max((day for day, state in days.items() if state == DayState.UP), default=None)
    if last is None or last <= period.end - timedelta(days=SIGNED_BACK):
        return
    for about in abouts(channel):
        record(
            actor=actor,
            kind=kinds.ALIVE,
            about=about,
            occurred_on=last,
            about_period=period,
            origin=Origin.WORK,
            subject=channel.ref,
            visibility=visibility_of(channel),
            title=f"{channel.name} ใช้ได้ ตรวจเมื่อ {short_date(last)}",
            payload={"channel": channel.pk, "name": channel.name, "kind": channel.kind},
        )


@transaction.atomic
def count_due_months(*, actor: Actor) -> int:
    """Count every past month that was not counted yet, oldest first; how many were."""
    first = Channel.objects.order_by("opened_on").values_list("opened_on", flat=True).first()
    if first is None:
        return 0
    counted = set(facts(kind=kinds.DAYS_COUNTED).values_list("about_start", flat=True))
    due: list[date] = []
    day = clock.today().replace(day=1) - timedelta(days=1)
    while day >= first and len(due) < MOST_MONTHS:
        if day.replace(day=1) not in counted:
            due.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    hold(
        Channel.objects.values_list("pk", flat=True)
    )  # before the ledger is held: a report takes them in this order too
    return sum(count_month(actor=actor, month=month) is not None for month in reversed(due))
