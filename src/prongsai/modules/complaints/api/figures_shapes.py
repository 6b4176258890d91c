"""What the complaints' part of the API tells in figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from prongsai.foundation.casework.statistics import Figures
from prongsai.modules.complaints.selectors.statistics import SealedQuarter, YearFigures
from prongsai.modules.complaints.selectors.year import YEAR, Carried, KindYear, Part
from prongsai.ui.api import Out


class FiguresOut(Out):
    """Cases that came in, and what became of them. `finished` are closed ones; `median_days` counts the clock's days."""

    received: int
    finished: int
    pending: int
    in_time: int
    median_days: Decimal | None

    @classmethod
    def of(cls, figures: Figures) -> FiguresOut:
        return cls(
            received=figures.received,
            finished=figures.closed,
            pending=figures.pending,
            in_time=figures.in_time,
            median_days=figures.median_days,
        )


class CasesOfMonthOut(Out):
    """The same of a month; null where it is not known: nobody kept the register yet. Of a month of few complaints, as
    its part's `is_told` says, `median_days` is null as well.
    """

    month: str
    received: int | None
    finished: int | None
    pending: int | None
    in_time: int | None
    median_days: Decimal | None

    @classmethod
    def in_month(cls, part: Part) -> CasesOfMonthOut:
        if not part.span.is_known:
            return cls(month=part.key, **dict.fromkeys(FiguresOut.model_fields))
        told = FiguresOut.of(part.span.figures).model_dump()
        if not part.is_told:
            told["median_days"] = None
        return cls(month=part.key, **told)


class CasesOfOut(FiguresOut):
    key: str

    @classmethod
    def named(cls, key: str, figures: Figures) -> CasesOfOut:
        return cls(key=key, **FiguresOut.of(figures).model_dump())


class CountOut(Out):
    """How many came in of something: a subject, category, way in or state."""

    key: str
    received: int


class PartOut(Out):
    """A half, quarter or month that has begun, by its `key`: h1, q2 or 2025-10.

    Where `is_known` is false nobody kept the register yet. Where `is_told` is false few complaints came in, and what they
    were about is not said, so that nobody is recognised by it: the lists are empty.
    """

    key: str
    is_known: bool
    is_told: bool
    received: int | None
    topics: list[CountOut]
    categories: list[CountOut]
    channels: list[CountOut]
    states: list[CountOut]

    @classmethod
    def of(cls, part: Part) -> PartOut:
        def counts(name: str) -> list[CountOut]:
            found: Mapping[str, Figures] = part.by.get(name, {}) if part.span.is_known else {}
            return [CountOut(key=key, received=found[key].received) for key in sorted(found)]

        known = part.span.is_known
        return cls(
            key=part.key,
            is_known=known,
            is_told=part.is_told,
            received=part.span.figures.received if known else None,
            topics=counts("topic"),
            categories=counts("category"),
            channels=counts("channel"),
            states=counts("state"),
        )


class YearBooksOut(Out):
    """The year's books of a kind, whatever year its cases came in: `carried` and `received` are `finished` or still
    `open` at the end of the year, or today. Null where it is not known: nobody kept the register.
    """

    carried: int | None
    received: int | None
    finished: int | None
    open: int | None

    @classmethod
    def of(cls, carried: Carried) -> YearBooksOut:
        return cls(
            carried=carried.carried, received=carried.received, finished=carried.closed, open=carried.open
        )


class KindYearOut(Out):
    """A kind of case in the year; `total` adds up the months that are known, and is null where none is, or where it is
    not known whether none came in.

    `topics`, `categories` and `channels` are those of the whole year, `parts` its halves, quarters and months. While the
    first quarter runs and few complaints came in, the three lists of complaints are empty.
    """

    kind: str
    total: FiguresOut | None
    carried: YearBooksOut
    months: list[CasesOfMonthOut]
    topics: list[CasesOfOut]
    categories: list[CasesOfOut]
    channels: list[CasesOfOut]
    parts: list[PartOut]

    @classmethod
    def of(cls, year: KindYear) -> KindYearOut:
        def named(found: dict[str, Figures]) -> list[CasesOfOut]:
            return [CasesOfOut.named(key, found[key]) for key in sorted(found)]

        return cls(
            kind=year.kind,
            total=_total(year),
            carried=YearBooksOut.of(year.carried),
            months=[CasesOfMonthOut.in_month(part) for key, part in year.parts.items() if key[:1] == "2"],
            topics=[] if year.subjects_only else named(dict(year.topics)),
            categories=[] if year.subjects_only else named(dict(year.categories)),
            channels=[] if year.subjects_only else named(dict(year.channels)),
            parts=[PartOut.of(part) for key, part in year.parts.items() if key != YEAR],
        )


def _total(year: KindYear) -> FiguresOut | None:
    if year.known_total is None:
        return None
    found = FiguresOut.of(year.known_total)
    return found.model_copy(update={"median_days": None}) if year.subjects_only else found


class SealedOut(Out):
    """What the corruption channel published of a quarter; null where it is not known, and `note` says why."""

    quarter: int
    received: int | None
    finished: int | None
    pending: int | None
    note: str

    @classmethod
    def of(cls, quarter: SealedQuarter) -> SealedOut:
        known = quarter.received is not None
        return cls(
            quarter=quarter.number,
            received=quarter.received,
            finished=quarter.closed if known else None,
            pending=quarter.pending if known else None,
            note=quarter.note,
        )


class StatisticsOut(Out):
    """A fiscal year (พ.ศ.). `sentence` says its complaints in Thai, zero included, or why they are not known."""

    fiscal_year: int
    as_of: date
    sentence: str
    kinds: list[KindYearOut]
    sealed: list[SealedOut]

    @classmethod
    def of(cls, figures: YearFigures, sentence: str) -> StatisticsOut:
        return cls(
            fiscal_year=figures.fiscal_year,
            as_of=figures.as_of,
            sentence=sentence,
            kinds=[KindYearOut.of(year) for year in figures.kinds.values()],
            sealed=[SealedOut.of(quarter) for quarter in figures.sealed],
        )
