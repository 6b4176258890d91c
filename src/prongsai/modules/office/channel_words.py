"""How screens and public pages name channels, their states and what an outage was."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.channels.models import Channel
from prongsai.kernel.clock import BANGKOK
from prongsai.ui.cases.words import CHANNELS, Words

KINDS: dict[str, Words] = {
    **CHANNELS,
    "line": "LINE Official Account",
    "facebook": gettext_lazy("Facebook page"),
}
HOWS: dict[str, Words] = {
    "canary": gettext_lazy("Self-check"),
    "probe": gettext_lazy("Checked from outside"),
    "officer": gettext_lazy("Signed by an officer"),
    "traffic": gettext_lazy("A message came in"),
}


def kind_title(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def state_of(channel: Channel) -> str:
    """closed, down, up or unknown."""
    if not channel.is_open:
        return "closed"
    if channel.is_down:
        return "down"
    return "up" if channel.last_ok_at else "unknown"


def state_title(state: str) -> str:
    return {
        "up": _("works"),
        "down": _("is down"),
        "closed": _("closed"),
        "unknown": _("not checked yet"),
    }[state]


def span(minutes: int) -> str:
    """`2 ชั่วโมง 30 นาที`; days once it is more than two."""
    hours, rest = divmod(max(1, minutes), 60)
    days, left = divmod(hours, 24)
    if days >= 2:
        return _days(days) + (f" {_hours(left)}" if left else "")
    if not hours:
        return _minutes(rest)
    return _hours(hours) + (f" {_minutes(rest)}" if rest else "")


def _days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


def _hours(n: int) -> str:
    return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}


def _minutes(n: int) -> str:
    return ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": n}


def local(moment: str) -> datetime:
    """A time as a fact keeps it."""
    return datetime.fromisoformat(moment).astimezone(BANGKOK)
