"""The facts that verdicts are made from, loaded once for a whole plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import cited_title, facts
from prongsai.kernel.contracts import Origin, Period

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
    unit: str
    title: str
    url: str
    public: bool
    recorded_at: datetime
    payload: Mapping[str, Any]

    @classmethod
    def of(cls, entry: Entry) -> Fact:
        """The entry, read `with_payload()`. Of an internal one only the label, which names nobody."""
        title, url = cited_title(entry)
        return cls(
            number=entry.number,
            kind=entry.kind,
            about=entry.about,
            occurred_on=entry.occurred_on,
            about_period=entry.period,
            origin=Origin(entry.origin),
            unit=entry.unit,
            title=title,
            url=url,
            public=entry.is_public,
            recorded_at=entry.recorded_at,
            payload=entry.content,
        )


@dataclass
class Evidence:
    """Facts by kind, those that are picked by number, and the names of the organization's units."""

    by_kind: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    picked: Mapping[int, Fact] = field(default_factory=dict)

    def of(self, kind: str, about: str = "") -> list[Fact]:
        """Facts of a kind, about a thing (or about anything), oldest first."""
        return [f for f in self.by_kind.get(kind, ()) if not about or f.about == about]


def load_evidence(
    *, kinds: Iterable[str], period: Period, units: Iterable[str], numbers: Iterable[int] = ()
) -> Evidence:
    """Everything of these kinds around the period, in one query; records picked by number take one more."""
    around = Period(period.start - LOOK_AROUND, period.end + LOOK_AROUND)
    by_kind: dict[str, list[Fact]] = defaultdict(list)
    found = facts(occurred_in=around).filter(kind__in=sorted(set(kinds))).with_payload()
    for entry in found.order_by("occurred_on", "number"):
        by_kind[entry.kind].append(Fact.of(entry))
    wanted = set(numbers)
    picked = {e.number: Fact.of(e) for e in facts(numbers=wanted).with_payload()} if wanted else {}
    return Evidence(by_kind, frozenset(units), picked)
