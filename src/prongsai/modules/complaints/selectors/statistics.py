"""The year in figures, for everybody: what came in, what became of it, how long it took. Counted from the cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Max, Min

from prongsai.foundation.casework.models import Case, CaseQuerySet
from prongsai.foundation.casework.statistics import Figures, grouped
from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import Period, Question, Reading, Topic
from prongsai.kernel.registry import registry
from prongsai.kernel.sharing import sharing
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.complaints.choices import COMPLAINT, KINDS
from prongsai.modules.complaints.selectors.figures import (
    GRACE,
    OPENED,
    SERIES,
    month_of,
    months_from,
    register,
    sealed_in,
)
from prongsai.modules.complaints.selectors.known import CORRUPTION, Known, known

SEALED = "corruption.received"
# The clock's days that closed cases took, up to and with each of these; longer ones are the last row.
SPANS = (3, 7, 15, 30)
SETS = (
    ("kind",),
    ("kind", "month"),
    ("kind", "topic"),
    ("kind", "topic", "month"),
    ("kind", "category"),
    ("kind", "channel"),
)  # fmt: skip


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

    @property
    def is_known(self) -> bool:
        """Whether there is a month of which the figures are known."""
        return any(month.is_known for month in self.months if month.is_begun)

    @property
    def is_whole(self) -> bool:
        """Whether those of every month that has begun are."""
        return all(month.is_known for month in self.months if month.is_begun)

    @property
    def quarters(self) -> tuple[Span, ...]:
        return joined(self.months, 3)

    @property
    def halves(self) -> tuple[Span, ...]:
        return joined(self.months, 6)

    @property
    def in_spans(self) -> tuple[int, ...]:
        """How many finished ones took up to 3, 7, 15, 30 days of the clock, and longer."""
        counts = [0] * (len(SPANS) + 1)
        for days, times in self.total.days.items():
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
class SealedQuarter:
    """What the sealed channel published of a quarter; `received` None where it is not known, and why."""

    number: int
    period: Period
    received: int | None
    closed: int = 0
    pending: int = 0
    note: str = ""


@dataclass(frozen=True)
class YearFigures:
    """A fiscal year of all kinds of case."""

    fiscal_year: int
    period: Period
    as_of: date
    kinds: Mapping[str, KindYear]
    sealed: tuple[SealedQuarter, ...]  # empty: the office has no sealed channel
    said: Known  # what the ledger says of how many complaints came in
    _asked: dict[str, Known] = field(default_factory=dict[str, Known], repr=False, compare=False)

    @property
    def complaints(self) -> KindYear:
        return self.kinds[COMPLAINT]

    def known(self, kind: str) -> Known:
        """What the ledger says of how many cases of a kind came in; asked once, when it is wanted."""
        if kind == COMPLAINT:
            return self.said
        if kind not in self._asked:
            self._asked[kind] = known(kind, self.period)
        return self._asked[kind]

    def is_none(self, kind: str) -> bool:
        """Whether it is known that nothing of the kind came in."""
        return not self.kinds[kind].total.received and self.known(kind).is_none

    @cached_property
    def corruption(self) -> Known:
        """What the ledger says of complaints about corruption, the sealed channel's among them."""
        return known(COMPLAINT, self.period, topics=CORRUPTION, unpublished=unpublished(self.sealed))

    @property
    def total(self) -> Figures:
        return sum((year.total for year in self.kinds.values()), Figures())

    @property
    def until(self) -> date:
        """The last day that is counted."""
        return min(self.period.end, self.as_of)


def year_figures(fiscal_year: int) -> YearFigures:
    """The figures as they stand today. One query for the cases, one for each quarter that the sealed channel published,
    and those of the indicator of complaints.
    """
    period, today = Period.fiscal_year(fiscal_year), clock.today()
    with sharing():
        found = grouped(period, SETS, kinds=KINDS, as_of=today)
        since = register(period).since
        sealed = sealed_quarters(period)
        kinds = {kind: _kind_year(kind, period, found, since) for kind in KINDS}
        return YearFigures(
            fiscal_year=fiscal_year,
            period=period,
            as_of=today,
            kinds=kinds,
            sealed=sealed,
            said=known(COMPLAINT, period, unpublished=unpublished(sealed)),
        )


Found = Mapping[tuple[str, ...], Mapping[tuple[str, ...], Figures]]


def _kind_year(kind: str, period: Period, found: Found, since: date | None) -> KindYear:
    def by(name: str) -> dict[str, Figures]:
        return {value: figures for (of, value), figures in found["kind", name].items() if of == kind}

    def by_month(months: Mapping[str, Figures]) -> tuple[Span, ...]:
        return tuple(
            _month(first, months.get(f"{first:%Y-%m}", Figures()), since)
            for first in months_from(period.start, period.end)
        )

    about_corruption = {
        month: figures
        for (of, topic, month), figures in found["kind", "topic", "month"].items()
        if (of, topic) == (kind, Topic.ANTI_CORRUPTION)
    }
    return KindYear(
        kind=kind,
        total=found[("kind",)].get((kind,), Figures()),
        months=by_month(by("month")),
        corruption=by_month(about_corruption),
        topics=by("topic"),
        categories=by("category"),
        channels=by("channel"),
    )


def _month(first: date, figures: Figures, since: date | None) -> Span:
    kept = since is not None and since <= first + GRACE
    return Span(month_of(first), figures, is_known=kept or figures.received > 0)


def sealed_quarters(period: Period) -> tuple[SealedQuarter, ...]:
    """What the sealed channel published of the year's quarters; nothing where the office has none."""
    indicator = registry().indicators.get(SEALED)
    if indicator is None or not (sealed_in(period) or indicator.read(Question(period)).entries):
        return ()
    firsts = months_from(period.start, period.end)[::3]
    readings = [
        (number, span, indicator.read(Question(span)))
        for number, span in enumerate(map(_quarter, firsts), 1)
        if span.start <= clock.today()
    ]
    return tuple(_sealed(number, span, reading) for number, span, reading in readings)


def _quarter(first: date) -> Period:
    return Period(first, month_of(months_from(first, date(first.year + 1, 12, 31))[2]).end)


def _sealed(number: int, span: Period, reading: Reading) -> SealedQuarter:
    if reading.value is None:
        return SealedQuarter(number, span, None, note=reading.note)
    parts = reading.parts
    closed, pending = (int(parts.get(name, Decimal(0))) for name in ("finished", "pending"))
    return SealedQuarter(number, span, int(reading.value), closed, pending)


def unpublished(sealed: Iterable[SealedQuarter]) -> list[int]:
    """The quarters that have begun and of which the sealed channel has said nothing."""
    return [quarter.number for quarter in sealed if quarter.received is None]


def first_year() -> int | None:
    """The fiscal year of which there are figures first; None while there are none. Two queries."""
    since = facts(kind=OPENED).order_by("number").values_list("occurred_on", flat=True).first()
    first = Case.objects.real().filter(kind__in=KINDS).aggregate(first=Min("received_on"))["first"]
    days = [day for day in (since, first) if day is not None]
    return fiscal_year_of(min(days)) if days else None


def years() -> list[int]:
    """The fiscal years that can be looked at, newest first; the present one alone while there is nothing."""
    present = fiscal_year_of(clock.today())
    return list(range(present, (first_year() or present) - 1, -1))


def public_cases(kinds: Iterable[str] = KINDS) -> CaseQuerySet:
    """The cases that the office shows, newest first, by their public titles. One that is counted with another is none."""
    shown = Case.objects.real().filter(is_public=True, kind__in=list(kinds))
    return shown.exclude(phase=Phase.MERGED.value).newest()


def figures_state() -> str:
    """Changes with everything that the figures are made of: a case that comes in, is closed, opened again, moved or merged.

    One query. Facts of single cases are internal, so that a page is not kept under their number.
    """
    wanted = [kind for series in SERIES.values() for kind in series.kinds]
    found = facts().filter(kind__in=wanted).order_by().aggregate(last=Max("number"), count=Count("pk"))
    return f"{found['last']}:{found['count']}"
