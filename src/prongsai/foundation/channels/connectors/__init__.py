"""Connectors: how a kind of channel receives, sends and is looked at. One file for each kind."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from prongsai.foundation.channels.connectors.base import Connector

# Loaded when a channel of the kind is used: LINE's library alone takes as long to load as the rest of a command.
CONNECTORS = {"email": "Email", "line": "Line", "facebook": "Facebook"}


@cache
def connector_of(kind: str) -> Connector | None:
    """The connector of a kind of channel; None for those that people serve by hand."""
    if kind not in CONNECTORS:
        return None
    return getattr(import_module(f"{__name__}.{kind}"), CONNECTORS[kind])()
