"""Looks at channels: what each found, and the outages that come to light by them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.connectors import CONNECTORS
from prongsai.foundation.channels.coverage import DayState, days_of, signed_days
from prongsai.foundation.channels.models import Channel, ChannelCheck, ChannelDay
from prongsai.foundation.channels.services.register import abouts, kind_title, visibility_of
from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import Actor, Origin, Period
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.dates import clock_time, short_date
from prongsai.kernel.thai.personal import personal_data

CHECK = "channels.check"
DAY = timedelta(days=1)
OFFICER, TRAFFIC = "officer", "traffic"
IN_TIME = timedelta(minutes=10)  # in which a prober tells what it found
IN_ORDER = "ตรวจแล้ว ใช้ได้ตามปกติ"


@transaction.atomic
def record_check(
    *,
    channel: Channel,
    how: str,
    ok: bool,
    took_ms: int | None = None,
    note: str = "",
    actor: Actor | None = None,
    at: datetime | None = None,
    told_at: datetime | None = None,
) -> ChannelCheck:
    """Keep what a look at a channel found. The first that fails makes an outage, a public fact at once; so does its end.

    An outage is lifted by a look of the kind that found it, by an officer, or by a real message that came in: a canary
    that starts inside the house does not outvote a prober who could not reach the house. What was told late (`told_at`)
    as well proves nothing and lifts nothing. `note` is for the office alone.
    """
    moment = at or clock.now()
    current = Channel.objects.select_for_update(of=("self",)).select_related("unit").get(pk=channel.pk)
    newest = not ChannelCheck.objects.filter(channel=current, at__gt=moment).exists()
    check = ChannelCheck.objects.create(
        channel=current, at=moment, how=how, ok=ok, took_ms=took_ms, note=note[:300],
        actor=actor.name[:200] if actor else "", told_at=told_at,
    )  # fmt: skip
    counts = not (ok and is_late(moment, told_at))
    if ok and counts:
        current.last_ok_at = max(moment, current.last_ok_at or moment)
    if newest and counts and current.is_open:
        _turn(current, how, ok, moment, actor or Actor.system())
    current.save(update_fields=["last_ok_at", "is_down", "down_since", "down_how"])
    return check


def is_late(at: datetime, told_at: datetime | None) -> bool:
    """Whether a look of `at` was told long after it was taken."""
    return told_at is not None and told_at - at > IN_TIME


def _turn(channel: Channel, how: str, ok: bool, at: datetime, actor: Actor) -> None:
    """From up to down and back, with its fact."""
    if not ok and not channel.is_down:
        channel.is_down, channel.down_since, channel.down_how = True, at, how
        _record(actor, kinds.DOWN, channel, at, since=_minute(at), how=how)
    elif ok and channel.is_down and how in {channel.down_how, OFFICER, TRAFFIC}:
        since = channel.down_since or at
        minutes = max(0, round((at - since).total_seconds() / 60))
        channel.is_down, channel.down_since, channel.down_how = False, None, ""
        _record(actor, kinds.UP, channel, at, since=_minute(since), minutes=minutes, how=how)


def _record(
    actor: Actor, kind: str, channel: Channel, at: datetime, *, about: str = "", **payload: str | int
) -> None:
    day = at.astimezone(BANGKOK).date()
    record(
        actor=actor,
        kind=kind,
        about=about or abouts(channel)[0],
        occurred_on=day,
        origin=Origin.WORK,
        subject=channel.ref,
        visibility=visibility_of(channel),
        title=f"{kind_title(kind)}: {channel.name} วันที่ {short_date(day)} เวลา {clock_time(at)}",
        payload={"channel": channel.pk, "name": channel.name, "kind": channel.kind, **payload},
    )


def _minute(at: datetime) -> str:
    return at.astimezone(BANGKOK).isoformat(timespec="minutes")


def needs_signature(channel: Channel) -> bool:
    """Whether an officer looks after the channel: what has no heartbeat of its own, or is not connected to the system."""
    return channel.is_by_hand or (channel.kind in CONNECTORS and not channel.is_connected)


def may_be_signed(channel: Channel) -> bool:
    """Leaders and letters may be signed for as well; the web form and the sealed channel answer for themselves."""
    return channel.is_open and (needs_signature(channel) or not channel.is_digital)


def last_signature(channel: Channel) -> date | None:
    """The day of the officer's last signature."""
    last = ChannelCheck.objects.filter(channel=channel, how=OFFICER).order_by("-at").first()
    return last.at.astimezone(BANGKOK).date() if last else None


@transaction.atomic
def sign_week(*, actor: Actor, channel: Channel, text: str = "", works: bool = True) -> ChannelCheck:
    """An officer signs that the channel worked since the last signature (at most ten days), or that it does not now.

    Days on which looks found it down stay down.

    The signature is a public fact with the days that it speaks of. Needs channels.check. Raises WrongState when it is
    signed today already or is looked at by the system, InvalidInput for personal data or a fault without a word on it.
    """
    actor.require(CHECK)
    current = (
        Channel.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=channel.pk).first()
    )
    if current is None or not may_be_signed(current):
        raise WrongState(
            _("The system checks this channel by itself, or it is closed: there is nothing to sign")
        )
    today, before = clock.today(), last_signature(current)
    if before == today:
        raise WrongState(_("The check of this channel is signed for today already"))
    said = " ".join(text.split()) or (IN_ORDER if works else "")
    if not said:
        raise InvalidInput(_("Say what you found, such as a broken telephone line"), field="text")
    if found := personal_data(said):
        raise InvalidInput(
            _("The text holds personal data (%(found)s). Take them out.") % {"found": ", ".join(found)},
            field="text",
        )
    first, last = signed_days(today, before)
    first = last if current.is_down or not works else max(first, current.opened_on)
    found = _found_down(current, Period(first, last))
    check = record_check(channel=current, how=OFFICER, ok=works, note=said, actor=actor)
    _sign_days(current, Period(first, last), works, found)
    _record_signature(actor, current, Period(first, last), works, said)
    return check


def _found_down(channel: Channel, days: Period) -> set[date]:
    """The days on which looks found the channel down: those on record, and of a day that is not closed more than half.

    A channel whose connection was taken away is signed for from then on; what its heartbeat had found stays.
    """
    made = ChannelDay.objects.filter(channel=channel, day__gte=days.start, day__lte=days.end)
    states = dict(made.values_list("day", "state"))
    looks = ChannelCheck.objects.filter(
        channel=channel, at__gte=start_of(days.start), at__lt=start_of(days.end) + DAY
    )
    by_day: dict[date, list[bool]] = {}
    for at, ok, told_at in looks.exclude(how=OFFICER).values_list("at", "ok", "told_at"):
        if not (ok and is_late(at, told_at)):
            by_day.setdefault(at.astimezone(BANGKOK).date(), []).append(ok)
    unmade = {day for day, found in by_day.items() if day not in states and 2 * sum(found) < len(found)}
    return unmade | {day for day, state in states.items() if state == DayState.DOWN}


def _sign_days(channel: Channel, days: Period, works: bool, found_down: set[date]) -> None:
    rows = [
        ChannelDay(
            channel=channel, day=day, state=DayState.UP if works and day not in found_down else DayState.DOWN,
            checks=1, failed=0 if works else 1,
        )
        for day in days_of(days)
    ]  # fmt: skip
    put_days(rows)


def put_days(rows: list[ChannelDay]) -> None:
    """Keep what days were; what was kept of them before gives way."""
    ChannelDay.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["state", "checks", "failed"],
        unique_fields=["organization", "channel", "day"],
    )  # fmt: skip


def _record_signature(actor: Actor, channel: Channel, days: Period, works: bool, said: str) -> None:
    span = short_date(days.end) if days.days == 1 else f"{short_date(days.start)} ถึง {short_date(days.end)}"
    record(
        actor=actor,
        kind=kinds.CHECKED,
        about=abouts(channel)[0],
        occurred_on=days.end,
        about_period=days,
        origin=Origin.WORK,
        subject=channel.ref,
        unit=channel.unit.name if channel.unit else actor.unit,
        visibility=visibility_of(channel),
        title=f"ลงชื่อตรวจ {channel.name} {span}: {said}",
        payload={
            "channel": channel.pk, "name": channel.name, "kind": channel.kind, "works": int(works), "text": said,
            "from": days.start.isoformat(), "to": days.end.isoformat(),
        },
    )  # fmt: skip


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), BANGKOK)


def due_on(channel: Channel) -> date:
    """Until when the next signature is due: a week after the last one, or after the opening."""
    return (last_signature(channel) or channel.opened_on) + timedelta(days=7)
