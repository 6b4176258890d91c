"""What an office offers its citizens here: by which channels it takes complaints."""

from __future__ import annotations

from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.channels.selectors import channels_open


def open_channels() -> list[Channel]:
    """The channels by which the office takes complaints today, in their order."""
    return list(channels_open().filter(takes_complaints=True))


def channel_of(channels: list[Channel], kind: ChannelKind) -> Channel | None:
    """The first open channel of a kind."""
    return next((channel for channel in channels if channel.kind == kind), None)
