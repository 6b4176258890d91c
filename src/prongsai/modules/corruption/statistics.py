"""The published figures of the channel, as the register has them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from prongsai.foundation.ledger.selectors import facts
from prongsai.modules.corruption.choices import COUNTED, FOUND
from prongsai.modules.corruption.quarters import fiscal_year, number_of, period_of

FIGURES = ("received", "closed", "pending")


def carried_over(*, received: int, closed: int, pending: int) -> int:
    """What a quarter or year began with: with what was received it is what was closed, and what is pending."""
    return max(closed + pending - received, 0)


@dataclass(frozen=True)
class Quarter:
    """The figures of one closed quarter, and the entry that carries them."""

    start: date
    entry: int
    published_on: date
    received: int
    closed: int
    pending: int
    outcomes: tuple[tuple[str, int], ...] = ()  # only when they are many

    @property
    def number(self) -> int:
        return number_of(self.start)

    @property
    def end(self) -> date:
        return period_of(self.start).end

    @property
    def carried(self) -> int:
        return carried_over(received=self.received, closed=self.closed, pending=self.pending)


@dataclass(frozen=True)
class Year:
    """A fiscal year, as far as it is published. `pending` is that of its last quarter."""

    number: int
    quarters: tuple[Quarter, ...]

    @property
    def received(self) -> int:
        return sum(quarter.received for quarter in self.quarters)

    @property
    def carried(self) -> int:
        return carried_over(received=self.received, closed=self.closed, pending=self.pending)

    @property
    def closed(self) -> int:
        return sum(quarter.closed for quarter in self.quarters)

    @property
    def pending(self) -> int:
        return self.quarters[-1].pending

    @property
    def is_whole(self) -> bool:
        return len(self.quarters) == 4


def published_years() -> list[Year]:
    """All years with a published quarter, the newest first. One query."""
    by_year: dict[int, list[Quarter]] = defaultdict(list)
    for entry in facts(kind=COUNTED).order_by("about_start", "number").with_payload():
        said = entry.content
        if entry.about_start is None or any(not isinstance(said.get(name), int) for name in FIGURES):
            continue
        outcomes = tuple(
            (key, said[f"found_{key}"]) for key, _ in FOUND if isinstance(said.get(f"found_{key}"), int)
        )
        figures = {name: said[name] for name in FIGURES}
        quarter = Quarter(entry.about_start, entry.number, entry.occurred_on, outcomes=outcomes, **figures)
        by_year[fiscal_year(entry.about_start)].append(quarter)
    return [Year(year, tuple(by_year[year])) for year in sorted(by_year, reverse=True)]
