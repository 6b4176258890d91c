"""The facts that verdicts are made from, loaded once for a whole plan."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel.contracts import Origin, Period, Visibility

# Facts this far outside the year still tell the office that a paper exists but misses the window.
LOOK_AROUND = timedelta(days=400)


@dataclass(frozen=True)
class Fact:
    """A ledger entry as verdicts see it."""

    number: int
    kind: str
    about: str
    occurred_on: date
    about_period: Period | None
    origin: Origin
    subject: str
    unit: str
    topic: str
    title: str
    url: str
    public: bool
    recorded_at: datetime
    payload: Mapping[str, Any]

    @classmethod
    def of(cls, entry: Entry) -> Fact:
        body = getattr(entry, "payload", None)
        payload = json.loads(bytes(body.body)) if body is not None and body.body is not None else {}
        public = entry.visibility == Visibility.PUBLIC
        return cls(
            number=entry.number,
            kind=entry.kind,
            about=entry.about,
            occurred_on=entry.occurred_on,
            about_period=Period(entry.about_start, entry.about_end) if entry.about_start else None,
            origin=Origin(entry.origin),
            subject=entry.subject,
            unit=entry.unit,
            topic=entry.topic,
            title=(payload.get("title") or entry.label) if public else entry.label,
            url=(payload.get("url") or "") if public else "",
            public=public,
            recorded_at=entry.recorded_at,
            payload=payload,
        )


@dataclass
class Evidence:
    """Facts by kind, and the names of the organization's units."""

    by_kind: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()

    def of(self, kind: str, about: str = "") -> list[Fact]:
        """Facts of a kind, about a thing (or about anything), oldest first."""
        return [f for f in self.by_kind.get(kind, ()) if not about or f.about == about]


def load_evidence(*, kinds: Iterable[str], period: Period, units: Iterable[str]) -> Evidence:
    """Everything of these kinds around the period, in one query."""
    around = Period(period.start - LOOK_AROUND, period.end + LOOK_AROUND)
    by_kind: dict[str, list[Fact]] = defaultdict(list)
    found = facts(kinds=sorted(set(kinds)), occurred=around).with_payload().order_by("occurred_on", "number")
    for entry in found:
        by_kind[entry.kind].append(Fact.of(entry))
    return Evidence(by_kind, frozenset(units))
