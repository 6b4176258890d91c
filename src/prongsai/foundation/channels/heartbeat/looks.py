"""How each digital channel is looked at, hourly. Every look is a job of its own: a dead channel delays no other."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from prongsai.foundation.channels.canary import marker
from prongsai.foundation.channels.connectors import connector_of
from prongsai.foundation.channels.connectors.base import NotConnected
from prongsai.foundation.channels.heartbeat.walker import trusting, walk
from prongsai.foundation.channels.later import later
from prongsai.foundation.channels.models import Channel, ChannelCheck, ChannelKind
from prongsai.foundation.channels.outgoing import fetch
from prongsai.foundation.channels.services.checks import record_check
from prongsai.foundation.channels.services.inbound import CANARY
from prongsai.foundation.jobs.decorators import job
from prongsai.kernel import clock
from prongsai.kernel.errors import Unreadable

ARRIVES = timedelta(minutes=12)  # in which a marked message must have come in: two visits to the mailbox
NOT_ARRIVED = "ข้อความตรวจระบบที่ส่งเมื่อ {at} ยังไม่เข้ามา"
FORM = "/complaints/new/"
SEALED = "/whistle/report/"


@job()
def look_at(*, organization_id: int, channel_id: int) -> None:
    """One look: through the form to its receipt, or a marked message sent in, whose arrival is waited for."""
    channel = _open(channel_id)
    if channel is None:
        return
    if channel.kind == ChannelKind.WEB:
        _walk(channel, FORM)
    elif channel.kind == ChannelKind.SEALED:
        _walk(channel, SEALED)
    elif channel.is_connected:
        _send_in(channel, organization_id)


@job()
def settle(*, organization_id: int, channel_id: int) -> None:
    """Whether the marked message that was sent in has arrived. If not, that is a failed look."""
    channel = _open(channel_id)
    if channel is None or channel.canary_sent_at is None or not channel.is_connected:
        return
    arrived = ChannelCheck.objects.filter(channel=channel, how=CANARY, at__gte=channel.canary_sent_at)
    if not arrived.exists():
        at = channel.canary_sent_at.astimezone(clock.BANGKOK)
        record_check(channel=channel, how=CANARY, ok=False, note=NOT_ARRIVED.format(at=f"{at:%H.%M} น."))


def _open(channel_id: int) -> Channel | None:
    return Channel.objects.filter(pk=channel_id, closed_on=None).select_related("organization").first()


def _walk(channel: Channel, form: str) -> None:
    """Through the public form; a first try that fails is made again at once, so that a hiccup is no outage.

    What is sent to the sealed channel is sealed like any report and not written, not even to be taken back: by the
    numbers that this takes, whoever holds the database could tell between which hours a real report came.
    """
    url = f"{settings.BASE_URL}/{channel.organization.key}{form}"
    for _try in range(2):
        walked = walk(url, marker(), trusting(fetch, settings.BASE_URL))
        if walked.ok:
            break
    record_check(channel=channel, how=CANARY, ok=walked.ok, took_ms=walked.took_ms, note=walked.note)


def _send_in(channel: Channel, organization_id: int) -> None:
    connector = connector_of(channel.kind)
    assert connector is not None
    now = clock.now()
    try:
        told = connector.greet(channel)
        Channel.objects.filter(pk=channel.pk).update(
            settings={**channel.settings, **told}, canary_sent_at=now
        )
        connector.send_canary(channel, marker())
    except (NotConnected, Unreadable) as error:
        Channel.objects.filter(pk=channel.pk).update(canary_sent_at=None)
        record_check(channel=channel, how=CANARY, ok=False, note=str(error))
        return
    later(settle, now + ARRIVES, organization_id=organization_id, channel_id=channel.pk)
