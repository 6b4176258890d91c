"""Connectors: how a kind of channel receives, sends and is looked at. One file for each kind."""

from __future__ import annotations

from prongsai.foundation.channels.connectors.base import Connector
from prongsai.foundation.channels.connectors.email import Email
from prongsai.foundation.channels.connectors.facebook import Facebook
from prongsai.foundation.channels.connectors.line import Line

CONNECTORS: dict[str, Connector] = {"email": Email(), "line": Line(), "facebook": Facebook()}


def connector_of(kind: str) -> Connector | None:
    """The connector of a kind of channel; None for those that people serve by hand."""
    return CONNECTORS.get(kind)
