"""What channels ask of people: a weekly signature, an outage to mend, messages that are stuck, a check that fell silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.channels.selectors import (
    begun_lately,
    channels_open,
    failed_outbound,
    last_looks,
    silent_probers,
    stuck_inbound,
)
from prongsai.foundation.channels.services.checks import needs_signature
from prongsai.foundation.channels.services.days import looks_after_itself
from prongsai.foundation.ledger.selectors import organization_key
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import WorkItem
from prongsai.kernel.thai.dates import clock_time, short_date
from prongsai.kernel.zero import zero_rule
from prongsai.ui.navigation import address

WEEK = timedelta(days=7)
REMEMBERED = timedelta(days=14)  # an answer that failed before that is known by now


def channel_work() -> Iterator[WorkItem]:
    """Seven queries at most for any number of channels."""
    key, (signed, looked_at) = organization_key(), last_looks()
    channels = list(channels_open())
    if not takes_complaints(channels):
        yield WorkItem(
            "channels:none", _("Open the ways in: the office takes no complaints yet"),
            address("settings-channels", organization=key), permission="channels.manage",
            missing=_("Citizens read that the form is closed. Enter the form on the web, and every other way by which people complain"),
            action=_("Enter a channel"),
        )  # fmt: skip
    for channel in channels:
        if needs_signature(channel) and channel.is_listed:
            yield _signature(channel, key, signed.get(channel.pk))
        if channel.is_down and channel.down_since:
            yield _outage(channel, key)
    yield from _silent(key, [channel for channel in channels if channel.pk not in looked_at])
    failed = failed_outbound().filter(created_at__gt=clock.now() - REMEMBERED).count()
    stuck = stuck_inbound().count()
    messages = address("settings-channel-messages", organization=key)
    if failed:
        yield WorkItem(
            "channels:failed",
            format_lazy(_("Messages to citizens that could not be delivered: {count}"), count=failed), messages,
            permission="channels.manage", action=_("See the messages"),
        )  # fmt: skip
    if stuck:
        yield WorkItem(
            "channels:stuck",
            format_lazy(_("Messages that came in and are no case yet: {count}"), count=stuck), messages, due=clock.today(),
            permission="channels.manage", action=_("See the messages"),
            missing=_("The month's number of cases cannot be told until all of them are looked at"),
        )  # fmt: skip


def takes_complaints(channels: Iterable[Channel]) -> bool:
    """Whether people can complain by one of them; the corruption channel is another matter."""
    return any(channel.takes_complaints and channel.kind != ChannelKind.SEALED for channel in channels)


def _signature(channel: Channel, key: str, last: object) -> WorkItem:
    since = last.astimezone(BANGKOK).date() if last is not None else channel.opened_on  # type: ignore[attr-defined]
    return WorkItem(
        key=f"channels:sign:{channel.pk}:{since.isoformat()}",
        title=format_lazy(_("Sign that {name} was checked"), name=channel.name),
        url=address("settings-channel-sign", organization=key, channel=channel.pk),
        due=since + WEEK,
        unit=channel.unit.name if channel.unit and channel.owner is None else "",
        user_id=channel.owner.user_id if channel.owner else None,  # type: ignore[attr-defined]
        permission="channels.check",
        missing=format_lazy(
            _(
                "Days for which nobody signs count as not open. After more than {days} in a row the year cannot say that nobody complained"
            ),
            days=zero_rule().longest_gap_days,
        ),
        action=_("Sign"),
    )


def _silent(key: str, not_looked_at: list[Channel]) -> Iterator[WorkItem]:
    """Whoever looks for outages has to be looked after as well: no look is no news of an outage."""
    unseen = [
        channel
        for channel in not_looked_at
        if looks_after_itself(channel) and (channel.last_ok_at or channel.down_since)
    ]
    fresh = begun_lately(unseen) if unseen else set[int]()
    fell_silent = [channel.name for channel in unseen if channel.pk not in fresh]
    if fell_silent:
        yield WorkItem(
            "channels:silent",
            format_lazy(_("The system has not checked for more than a day: {names}"), names=" ".join(fell_silent)),
            address("settings-channels", organization=key), due=clock.today(), permission="channels.manage",
            missing=_("Hours in which nobody looks count as not open. Its jobs may have stopped: see the guide for operators"),
            action=_("See the channels"),
        )  # fmt: skip
    for prober in silent_probers():
        heard: datetime = prober.heard_at.astimezone(BANGKOK)  # type: ignore[attr-defined]
        yield WorkItem(
            f"channels:prober:{prober.pk}:{heard.date().isoformat()}",
            format_lazy(_("The check from outside at {name} is silent"), name=prober.name),
            address("settings-probers", organization=key), due=clock.today(), permission="channels.manage",
            missing=format_lazy(
                _("Since {moment}. Until it reports again nobody sees what fails outside only, and an outage that it found is not lifted"),
                moment=_moment(heard),
            ),
            action=_("See the checks from outside"),
        )  # fmt: skip


def _said_moment(at: datetime) -> str:
    if get_language() == "th":
        return f"{short_date(at.date())} เวลา {clock_time(at)}"
    return date_format(at, "j M Y, H:i")


_moment = lazy(_said_moment, str)


def _outage(channel: Channel, key: str) -> WorkItem:
    assert channel.down_since is not None
    since = channel.down_since.astimezone(BANGKOK)
    return WorkItem(
        key=f"channels:down:{channel.pk}:{since.date().isoformat()}",
        title=format_lazy(_("{name} does not work"), name=channel.name),
        url=address("settings-channel", organization=key, channel=channel.pk),
        due=since.date(),
        permission="channels.manage",
        missing=format_lazy(_("Since {moment}"), moment=_moment(since)),
        action=_("See why"),
    )
