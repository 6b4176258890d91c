"""The facts that verdicts are made from, loaded once for a whole plan."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import cited_title, facts
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


# What a fact is made of, read as bare values: ten times as fast as whole entries.
_COLUMNS = (
    "number", "kind", "about", "occurred_on", "about_start", "about_end", "origin", "unit", "label",
    "visibility", "recorded_at", "payload__body",
)  # fmt: skip


def load_evidence(
    *, wanted: Iterable[tuple[str, str]], period: Period, units: Iterable[str], numbers: Iterable[int] = ()
) -> Evidence:
    """The facts of these kinds about these things ("" for anything) around the period, in one query.

    Records picked by number, whenever they occurred, take one more.
    """
    around = Period(period.start - LOOK_AROUND, period.end + LOOK_AROUND)
    by_kind: dict[str, list[Fact]] = defaultdict(list)
    for fact in read_facts(
        facts(occurred_in=around).filter(any_of(wanted)).order_by("occurred_on", "number")
    ):
        by_kind[fact.kind].append(fact)
    asked = set(numbers)
    picked = {fact.number: fact for fact in read_facts(facts(numbers=asked))} if asked else {}
    return Evidence(by_kind, frozenset(units), picked)


def any_of(wanted: Iterable[tuple[str, str]]) -> Q:
    """Each kind with its things: what the index on kind and thing answers."""
    things: dict[str, set[str]] = defaultdict(set)
    for kind, about in wanted:
        things[kind].add(about)
    found = Q(kind__in=[kind for kind, abouts in things.items() if "" in abouts])
    for kind, abouts in sorted(things.items()):
        if "" not in abouts:
            found |= Q(kind=kind, about__in=sorted(abouts))
    return found


def read_facts(entries: QuerySet[Entry]) -> Iterator[Fact]:
    """The entries as verdicts see them. One query."""
    for (
        number, kind, about, occurred_on, start, end, origin, unit, label, visibility, recorded_at, body,
    ) in entries.values_list(*_COLUMNS):  # fmt: skip
        content = json.loads(bytes(body)) if body is not None else {}
        public = visibility == Visibility.PUBLIC
        yield Fact(
            number=number,
            kind=kind,
            about=about,
            occurred_on=occurred_on,
            about_period=Period(start, end) if start and end else None,
            origin=Origin(origin),
            unit=unit,
            title=(content.get("title") or label) if public else label,
            url=content.get("url", "") if public else "",
            public=public,
            recorded_at=recorded_at,
            payload=content,
        )
