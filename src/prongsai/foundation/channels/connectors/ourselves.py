"""Knocking at our own webhooks from outside, as the services do."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from prongsai.foundation.channels.connectors.base import NotConnected
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.outgoing import fetch


def post_to_ourselves(channel: Channel, content: bytes, headers: Mapping[str, str]) -> None:
    """Deliver `content` to the channel's public address. Raises NotConnected unless it is taken."""
    try:
        answer = fetch(
            channel.webhook_url, method="POST", body=content, redirects=0, trusted=settings.BASE_URL,
            headers={"Content-Type": "application/json", **headers},
        )  # fmt: skip
    except OSError as error:
        raise NotConnected("เปิดที่อยู่รับข้อความของระบบจากภายนอกไม่ได้") from error
    if not answer.ok:
        raise NotConnected(f"ที่อยู่รับข้อความของระบบตอบ {answer.status}")
