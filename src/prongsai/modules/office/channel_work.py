"""What channels ask of people: a weekly signature, an outage to mend, messages that are stuck."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.selectors import (
    channels_open,
    failed_outbound,
    last_signatures,
    stuck_inbound,
)
from prongsai.foundation.channels.services.checks import needs_signature
from prongsai.foundation.ledger.selectors import organization_key
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import WorkItem
from prongsai.kernel.thai.dates import clock_time, short_date
from prongsai.ui.navigation import address

WEEK = timedelta(days=7)
REMEMBERED = timedelta(days=14)  # an answer that failed before that is known by now


def channel_work() -> Iterator[WorkItem]:
    """Five queries for any number of channels."""
    key, signed = organization_key(), last_signatures()
    for channel in channels_open():
        if needs_signature(channel) and channel.is_listed:
            yield _signature(channel, key, signed.get(channel.pk))
        if channel.is_down and channel.down_since:
            yield _outage(channel, key)
    failed = failed_outbound().filter(created_at__gt=clock.now() - REMEMBERED).count()
    stuck = stuck_inbound().count()
    messages = address("settings-channel-messages", organization=key)
    if failed:
        yield WorkItem(
            "channels:failed", f"ข้อความถึงประชาชนส่งไม่สำเร็จ {failed} ข้อความ", messages,
            permission="channels.manage", action="ดูข้อความ",
        )  # fmt: skip
    if stuck:
        yield WorkItem(
            "channels:stuck", f"ข้อความเข้ายังไม่ได้รับเรื่อง {stuck} ข้อความ", messages, due=clock.today(),
            permission="channels.manage", action="ดูข้อความ", missing="ยังบอกจำนวนเรื่องของเดือนไม่ได้ จนกว่าจะดูครบทุกข้อความ",
        )  # fmt: skip


def _signature(channel: Channel, key: str, last: object) -> WorkItem:
    since = last.astimezone(BANGKOK).date() if last is not None else channel.opened_on  # type: ignore[attr-defined]
    return WorkItem(
        key=f"channels:sign:{channel.pk}:{since.isoformat()}",
        title=f"ลงชื่อตรวจ {channel.name}",
        url=address("settings-channel-sign", organization=key, channel=channel.pk),
        due=since + WEEK,
        unit=channel.unit.name if channel.unit and channel.owner is None else "",
        user_id=channel.owner.user_id if channel.owner else None,  # type: ignore[attr-defined]
        permission="channels.check",
        missing="วันที่ไม่มีผู้ลงชื่อตรวจ นับว่าช่องทางไม่เปิด",
        action="ลงชื่อ",
    )


def _outage(channel: Channel, key: str) -> WorkItem:
    assert channel.down_since is not None
    since = channel.down_since.astimezone(BANGKOK)
    return WorkItem(
        key=f"channels:down:{channel.pk}:{since.date().isoformat()}",
        title=f"{channel.name} ขัดข้อง",
        url=address("settings-channel", organization=key, channel=channel.pk),
        due=since.date(),
        permission="channels.manage",
        missing=f"ตั้งแต่ {short_date(since.date())} เวลา {clock_time(since)}",
        action="ดูสาเหตุ",
    )
