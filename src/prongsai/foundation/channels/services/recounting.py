"""Counting a month anew, when it came to light afterwards that a channel was down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.coverage import LETTERS, DayState, days_of, read
from prongsai.foundation.channels.models import Channel, ChannelDay
from prongsai.foundation.channels.selectors import unseen
from prongsai.foundation.channels.services.days import put_month, record_alive
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import PendingFact, flush, withdraw
from prongsai.foundation.ledger.witnesses import month_of
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period

FOUND_DOWN = "ทราบหลังนับว่าช่องทางขัดข้อง จึงนับวันใหม่"
BACK = timedelta(
    days=40
)  # a look is told a week late at most, and the month before may be the one that it is of
Days = dict[int, set[date]]


def count_anew() -> int:
    """Count the latest months anew where a channel was down on days that are told otherwise; how many were."""
    today = clock.today()
    firsts = {month_of(today - BACK).start, month_of(today.replace(day=1) - timedelta(days=1)).start}
    return sum(recount_month(month=first) is not None for first in sorted(firsts))


@transaction.atomic
def recount_month(*, month: date) -> PendingFact | None:
    """Where a counted month tells a day of a channel otherwise than as down on which it was, take the count back and put
    another on record: that day is down in it, all else is as it was. None when there is no such day, or no count.

    The count that was taken back stays to be seen, with the reason.
    """
    period = month_of(month)
    flush()  # what this transaction counted
    entry = facts(kind=kinds.DAYS_COUNTED).filter(about_start=period.start).with_payload().first()
    if entry is None:
        return None
    told = entry.content
    missed = _missed(period, told["channels"])
    if not missed:
        return None
    rows = [_with_down(row, period, missed.get(int(row["id"]), set())) for row in told["channels"]]
    # Who looked at messages since was said by facts of its own, which this one comes after.
    messages = {**told.get("messages", {}), "unseen": unseen(period).number}
    withdraw(actor=Actor.system(), entry=entry, reason=FOUND_DOWN)
    _tell_alive_anew(period, missed, {int(row["id"]): row["days"] for row in rows})
    return put_month(Actor.system(), period, {"channels": rows, "messages": messages})


def _missed(period: Period, rows: list[Mapping[str, Any]]) -> Days:
    """The days on which a channel was down and which the count tells otherwise."""
    down: Days = {}
    kept = ChannelDay.objects.filter(day__gte=period.start, day__lte=period.end, state=DayState.DOWN)
    for channel, day in kept.values_list("channel_id", "day"):
        down.setdefault(channel, set()).add(day)
    found: Days = {}
    for row in rows:
        told = read(period.start, row["days"])
        days = {
            day for day in down.get(int(row["id"]), ()) if told.get(day) in {DayState.UP, DayState.UNKNOWN}
        }
        if days:
            found[int(row["id"])] = days
    return found


def _with_down(row: Mapping[str, Any], period: Period, down: set[date]) -> dict[str, Any]:
    letters = zip(days_of(period), row["days"], strict=True)
    said = "".join(LETTERS[DayState.DOWN] if day in down else letter for day, letter in letters)
    against = [number for number in row.get("disputed", ()) if period.start.replace(day=number) not in down]
    kept = {name: value for name, value in row.items() if name != "disputed"}
    return {**kept, "days": said, **({"disputed": against} if against else {})}


def _tell_alive_anew(period: Period, missed: Days, letters: Mapping[int, str]) -> None:
    """That a channel was found working on a day on which it was down is taken back; it may have been on a day before."""
    for channel in Channel.objects.filter(pk__in=list(missed)).select_related("unit"):
        told = facts(kind=kinds.ALIVE, subject=channel.ref).filter(
            about_start=period.start, occurred_on__in=missed[channel.pk]
        )
        entries: list[Entry] = list(told.with_payload())
        for entry in entries:
            withdraw(actor=Actor.system(), entry=entry, reason=FOUND_DOWN)
        if entries:
            record_alive(Actor.system(), channel, period, read(period.start, letters[channel.pk]))
