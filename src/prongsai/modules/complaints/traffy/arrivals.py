"""What the exchange delivers, by webhook or when asked, put into one form and kept before it is looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ISSUE, STATUS, SAID = "issue", "status", "said"
TICKET = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{2,39}")
MOST_PHOTOS = 4


@dataclass(frozen=True)
class Arrival:
    """One thing that happened there: which, under which key it is kept once, and what it says."""

    what: str
    key: str
    told: Mapping[str, Any]

    @property
    def body(self) -> dict[str, Any]:
        return {"what": self.what, "told": dict(self.told), "text": self.told.get("text", "")}


def ticket_of(raw: Mapping[str, Any]) -> str:
    """Raises ValueError for what is no number of a ticket."""
    ticket = str(raw.get("ticket_id") or "").strip()
    if not TICKET.fullmatch(ticket):
        raise ValueError("no ticket_id")
    return ticket


def from_webhook(method: str, raw: Mapping[str, Any]) -> Arrival:
    """A delivery: POST of a new ticket or of something said, PATCH of a status. Raises ValueError for nonsense."""
    if method == "PATCH":
        return status(raw)
    return said(raw) if "event" in raw else issue(raw)


def issue(raw: Mapping[str, Any]) -> Arrival:
    ticket = ticket_of(raw)
    orgs = raw.get("orgs")
    told = {
        "ticket": ticket,
        "text": _text(raw, "description", 10_000),
        "type": _text(raw, "type", 100),
        "address": _text(raw, "address", 300),
        "at": _text(raw, "timestamp", 40),
        "status": _text(raw, "status", 80),
        "photos": _links(raw.get("photo")),
        "latitude": _degrees(raw.get("latitude"), 90),
        "longitude": _degrees(raw.get("longitude"), 180),
        "orgs": [str(each.get("org_id", "")) for each in orgs if isinstance(each, dict)]
        if isinstance(orgs, list)
        else [],
    }
    return Arrival(ISSUE, f"issue:{ticket}", told)


def status(raw: Mapping[str, Any]) -> Arrival:
    ticket, at = ticket_of(raw), _text(raw, "timestamp", 40) or _text(raw, "last_activity", 40)
    told = {
        "ticket": ticket,
        "status": _text(raw, "status", 80),
        "text": _text(raw, "note", 4_000),
        "org": _text(raw, "org", 200),
    }
    if not told["status"]:
        raise ValueError("no status")
    return Arrival(STATUS, f"status:{ticket}:{told['status']}:{at}", told)


def said(raw: Mapping[str, Any]) -> Arrival:
    ticket, number = ticket_of(raw), raw.get("message_comment_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError("no message_comment_id")
    sender = raw.get("sender_org_id")
    told = {
        "ticket": ticket,
        "event": _text(raw, "event", 40),
        "text": _text(raw, "comment", 10_000),
        "org_id": "" if sender is None else str(sender)[:20],
        "org": _text(raw, "sender_org", 200),
        "number": number,
    }
    return Arrival(SAID, f"said:{number}", told)


def from_list(raw: Mapping[str, Any], seen: Mapping[str, str]) -> Arrival | None:
    """A ticket of the list: new, in another status than was `seen`, or None when there is no news of it."""
    ticket = ticket_of(raw)
    if ticket not in seen:
        return issue(raw)
    now = _text(raw, "status", 80)
    if not now or now == seen[ticket]:
        return None
    return status({"ticket_id": ticket, "status": now, "last_activity": raw.get("last_activity")})


def _text(raw: Mapping[str, Any], name: str, most: int) -> str:
    value = raw.get(name)
    return value.strip()[:most] if isinstance(value, str) else ""


def _links(value: Any) -> list[str]:
    """Addresses of pictures: a list by webhook, one text in lists. The bare folder of their store is none."""
    given = value if isinstance(value, list) else [value]
    links = [each.strip() for each in given if isinstance(each, str)]
    return [each for each in links if each.startswith("https://") and len(each) <= 1_000 and not each.endswith("/")][:MOST_PHOTOS]  # fmt: skip


def _degrees(value: Any, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        degrees = float(value)
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None
