"""A kind of case in a fiscal year, and the parts that the year can be looked at by: halves, quarters, months."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from prongsai.foundation.casework.statistics import Figures
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase, State
from prongsai.kernel.contracts import Period
from prongsai.kernel.few import FEW, tellable
from prongsai.kernel.registry import registry
from prongsai.modules.complaints.choices import COMPLAINT
from prongsai.modules.complaints.selectors.figures import months_from

# What a part of the year is broken down by, besides the time taken.
BREAKDOWNS = ("topic", "category", "channel", "state")
YEAR = ""  # the part that is the whole of it
# The clock's days that closed cases took, up to and with each of these; longer ones are the last row.
SPANS = (3, 7, 15, 30)

Monthly = Mapping[str, Mapping[tuple[str, str], Figures]]  # by what, then by value and month


@dataclass(frozen=True)
class Span:
    """A part of the year with its figures: a month, a quarter, a half, the year.

    A month before the register was opened is not known, unless something stands in it; of longer spans what is known is
    added up.
    """

    period: Period
    figures: Figures
    is_known: bool = True

    @property
    def is_begun(self) -> bool:
        return self.period.start <= clock.today()

    @property
    def months(self) -> frozenset[str]:
        """The months that it holds, each 2025-10."""
        return frozenset(f"{first:%Y-%m}" for first in months_from(self.period.start, self.period.end))


@dataclass(frozen=True)
class Part:
    """A span of the year and what it is made of. `key` is empty for the year, else h1, q2 or 2025-10.

    Of a kind that is kept to its unit, a half, quarter or month of few cases is not broken down (`is_told` False, `by` and
    `in_spans` empty): who knows that somebody went to the office in March would know what about. The year always is:
    its subjects are what "no complaints" is measured by. While the year is its first quarter and has few, these are all
    that is told of it, each by how many came in (`subjects_only`).
    """

    key: str
    span: Span
    is_told: bool = True
    subjects_only: bool = False
    by: Mapping[str, Mapping[str, Figures]] = field(default_factory=dict[str, Mapping[str, Figures]])

    @property
    def in_spans(self) -> tuple[int, ...]:
        """How many finished ones took up to 3, 7, 15, 30 days of the clock, and longer."""
        return in_spans(self.span.figures) if self.is_told and not self.subjects_only else ()


def in_spans(figures: Figures) -> tuple[int, ...]:
    """How many finished ones took up to 3, 7, 15, 30 days of the clock, and longer."""
    counts = [0] * (len(SPANS) + 1)
    for days, times in figures.days.items():
        counts[next((at for at, most in enumerate(SPANS) if days <= most), len(SPANS))] += times
    return tuple(counts)


def joined(months: tuple[Span, ...], number: int) -> tuple[Span, ...]:
    """Months put together by threes or sixes."""
    parts = [months[at : at + number] for at in range(0, len(months), number)]
    return tuple(
        Span(
            Period(part[0].period.start, part[-1].period.end),
            sum((m.figures for m in part), Figures()),
            is_known=any(m.is_known for m in part if m.is_begun),
        )
        for part in parts
    )


@dataclass(frozen=True)
class Carried:
    """The year of a kind as a register closes its books, whatever year the cases came in: what was open when it began and
    what came in are finished in it or open at its end, or now. Told of the year alone. None: nobody kept the register.
    """

    carried: int | None = None
    received: int | None = None
    closed: int | None = None
    open: int | None = None

    @property
    def row(self) -> tuple[int | None, int | None, int | None, int | None]:
        return self.carried, self.received, self.closed, self.open


@dataclass(frozen=True)
class KindYear:
    """One kind of case in a fiscal year: whole, by month, and by what else it can be broken down by."""

    kind: str
    total: Figures
    months: tuple[Span, ...]
    topics: Mapping[str, Figures] = field(
        default_factory=dict[str, Figures]
    )  # "" for the subjects of no measure
    corruption: tuple[Span, ...] = ()  # the months of those about corruption that the general register took
    categories: Mapping[str, Figures] = field(default_factory=dict[str, Figures])
    channels: Mapping[str, Figures] = field(default_factory=dict[str, Figures])
    carried: Carried = field(default_factory=Carried)
    monthly: Monthly = field(default_factory=dict[str, Mapping[tuple[str, str], Figures]], repr=False)

    @property
    def is_known(self) -> bool:
        """Whether there is a month of which the figures are known."""
        return any(month.is_known for month in self.months if month.is_begun)

    @property
    def is_whole(self) -> bool:
        """Whether those of every month that has begun are."""
        return all(month.is_known for month in self.months if month.is_begun)

    @property
    def known_total(self) -> Figures | None:
        """The year as far as it is known; None where nothing is, and where nobody knows whether nothing came in."""
        return self.total if self.is_known and (self.is_whole or self.total.received) else None

    @property
    def subjects_only(self) -> bool:
        """Whether the year is no more than a quarter of few, of which nothing but the subjects may be told."""
        kept = registry().case_kinds[self.kind].kept_to_unit
        return kept and 0 < self.total.received < FEW and not self.quarters[1].is_begun

    @cached_property
    def quarters(self) -> tuple[Span, ...]:
        return joined(self.months, 3)

    @cached_property
    def halves(self) -> tuple[Span, ...]:
        return joined(self.months, 6)

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """The year, its halves, quarters and months that have begun, by key and in this order."""
        whole = Span(
            Period(self.months[0].period.start, self.months[-1].period.end), self.total, self.is_known
        )
        quarters = self._told([span.figures.received for span in self.quarters])
        halves = [all(quarters[:2]), all(quarters[2:])]
        months: list[bool] = []
        for at, is_told in enumerate(quarters):
            counts = [span.figures.received for span in self.months[at * 3 : at * 3 + 3]]
            months += self._told(counts) if is_told else [not count for count in counts]
        spans = [
            (YEAR, whole, True),
            *((f"h{at}", span, halves[at - 1]) for at, span in enumerate(self.halves, 1)),
            *((f"q{at}", span, quarters[at - 1]) for at, span in enumerate(self.quarters, 1)),
            *(
                (f"{span.period.start:%Y-%m}", span, is_told)
                for span, is_told in zip(self.months, months, strict=True)
            ),
        ]
        return {key: self._part(key, span, is_told) for key, span, is_told in spans if span.is_begun}

    def _told(self, counts: list[int]) -> list[bool]:
        return tellable(counts) if registry().case_kinds[self.kind].kept_to_unit else [True] * len(counts)

    def _part(self, key: str, span: Span, is_told: bool) -> Part:
        if not is_told:
            return Part(key, span, is_told=False)
        inside = span.months
        by = {
            name: _summed((value, figures) for (value, month), figures in found.items() if month in inside)
            for name, found in self.monthly.items()
        }
        if key == YEAR and self.subjects_only:
            return Part(key, span, subjects_only=True, by={"topic": self.topics})
        if key == YEAR:  # with the days that they took
            by |= {"topic": self.topics, "category": self.categories, "channel": self.channels}
        return Part(key, span, by=by)

    @property
    def breakdown(self) -> tuple[Part, ...]:
        """The quarters that have begun, and the year last."""
        return (*(part for key, part in self.parts.items() if key.startswith("q")), self.parts[YEAR])

    @property
    def is_all_told(self) -> bool:
        return all(part.is_told for part in self.parts.values())


def _summed(found: Iterable[tuple[str, Figures]]) -> Mapping[str, Figures]:
    sums: dict[str, Figures] = {}
    for value, figures in found:
        sums[value] = sums[value] + figures if value in sums else figures
    return sums


# -- how papers and pages tell it, each in its own words -------------------------------------------------------------

Named = Sequence[tuple[str, Figures]]


def subject_of(kind: str) -> str:
    """What a kind is broken down by first: complaints by the subjects of the measures, all else by its categories."""
    return "topic" if kind == COMPLAINT else "category"


def states_of(kind: str) -> list[State]:
    """Every state that a case of the kind can be counted in, in the order of its way."""
    states = registry().case_kinds[kind].workflow.states
    return [state for state in states if state.phase is not Phase.MERGED]


def named(found: Mapping[str, Figures], names: Mapping[str, str], other: str) -> Named:
    """What was counted under its words, in their order; what has none any more comes last."""
    ordered = [(names[key], found[key]) for key in names if key in found]
    return [*ordered, *((key or other, each) for key, each in found.items() if key not in names)]


@dataclass(frozen=True)
class ByQuarter:
    """A breakdown of the year beside those of its quarters: a column for each, the year last.

    Without quarters where none of them is broken down. None stands for what is not told or not known.
    """

    columns: tuple[Part, ...]
    rows: list[tuple[str, list[int | None]]]
    total: list[int | None]

    @property
    def quarters(self) -> tuple[Part, ...]:
        return self.columns[:-1]


def by_quarter(
    year: KindYear, rows_of: Callable[[Part], Iterable[tuple[str, int]]], total: str = "received"
) -> ByQuarter:
    """`rows_of` breaks a part down, in words; `total` names the figure that its rows add up to."""
    *quarters, whole = year.breakdown
    is_told = any(part.is_told and part.span.figures.received for part in quarters)
    columns = (*quarters, whole) if is_told else (whole,)
    found = [dict(rows_of(part)) if part.span.is_known and part.is_told else None for part in columns]
    return ByQuarter(
        columns,
        [
            (words, [None if each is None else each.get(words, 0) for each in found])
            for words, _count in rows_of(whole)
        ],
        [getattr(part.span.figures, total) if part.span.is_known else None for part in columns],
    )
