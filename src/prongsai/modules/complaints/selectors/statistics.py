"""The year in figures, for everybody: what came in, what became of it, how long it took. Counted from the cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Max, Sum

from prongsai.foundation.casework.models import Case, CaseQuerySet
from prongsai.foundation.casework.places import NUMBERED
from prongsai.foundation.casework.statistics import Balance, Figures, balances, grouped
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.witnesses import month_of
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
    months_from,
    register,
    sealed_in,
)
from prongsai.modules.complaints.selectors.known import CORRUPTION, Known, known
from prongsai.modules.complaints.selectors.year import BREAKDOWNS, Carried, KindYear, Span

SEALED = "corruption.received"
SETS = (("kind",), ("kind", "month"), ("kind", "topic"), ("kind", "category"), ("kind", "channel"))
MONTHLY = tuple(("kind", name, "month") for name in BREAKDOWNS)


@dataclass(frozen=True)
class SealedQuarter:
    """What the sealed channel published of a quarter; `received` None where it is not known, and why.

    `note` says why, and of the first quarter what the year began with.
    """

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
        return known(COMPLAINT, self.period, topics=CORRUPTION)

    @property
    def total(self) -> Figures:
        return sum((year.total for year in self.kinds.values()), Figures())

    @property
    def until(self) -> date:
        """The last day that is counted."""
        return min(self.period.end, self.as_of)


def year_figures(fiscal_year: int) -> YearFigures:
    """The figures as they stand today. Two queries for the cases, one for each quarter that the sealed channel published,
    and those of the indicator of complaints.
    """
    period, today = Period.fiscal_year(fiscal_year), clock.today()
    with sharing():
        found = grouped(period, SETS, without_days=MONTHLY, kinds=KINDS, as_of=today)
        since = register(period).since
        sealed = sealed_quarters(period)
        books = balances(period, KINDS, as_of=today)
        kinds = {kind: _kind_year(kind, period, found, since, books[kind]) for kind in KINDS}
        return YearFigures(
            fiscal_year=fiscal_year,
            period=period,
            as_of=today,
            kinds=kinds,
            sealed=sealed,
            said=known(COMPLAINT, period),
        )


Found = Mapping[tuple[str, ...], Mapping[tuple[str, ...], Figures]]


def _kind_year(kind: str, period: Period, found: Found, since: date | None, books: Balance) -> KindYear:
    def by(name: str) -> dict[str, Figures]:
        return {value: figures for (of, value), figures in found["kind", name].items() if of == kind}

    def by_month(months: Mapping[str, Figures]) -> tuple[Span, ...]:
        return tuple(
            _month(first, months.get(f"{first:%Y-%m}", Figures()), since)
            for first in months_from(period.start, period.end)
        )

    monthly = {
        name: {
            (value, month): figures
            for (of, value, month), figures in found["kind", name, "month"].items()
            if of == kind
        }
        for name in BREAKDOWNS
    }
    about_corruption = {
        month: figures
        for (topic, month), figures in monthly["topic"].items()
        if topic == Topic.ANTI_CORRUPTION
    }
    months = by_month(by("month"))
    return KindYear(
        kind=kind,
        total=found[("kind",)].get((kind,), Figures()),
        months=months,
        corruption=by_month(about_corruption),
        topics=by("topic"),
        categories=by("category"),
        channels=by("channel"),
        carried=_carried(books, months, since),
        monthly=monthly,
    )


def _carried(books: Balance, months: Iterable[Span], since: date | None) -> Carried:
    """Not known where no month is; nor what a register that was opened in the year began it with, but for what it holds."""
    begun = [month for month in months if month.is_begun]
    if not (books.carried or any(month.is_known for month in begun)):
        return Carried()
    kept = books.carried or (since is not None and since < begun[0].period.start)
    return Carried(books.carried if kept else None, books.received, books.closed, books.open)


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
    carried = int(parts.get("carried", Decimal(0))) if number == 1 else 0
    note = f"ช่องทางแจ้งเบาะแสการทุจริตมีเรื่องยกมาจากปีก่อน {carried} เรื่อง" if carried else ""
    return SealedQuarter(number, span, int(reading.value), closed, pending, note)


def first_year() -> int | None:
    """The fiscal year of which there are figures first; None while there are none. One query."""
    opened = facts(kind=OPENED).order_by("number").values_list("occurred_on", flat=True)[:1]
    came = Case.objects.real().filter(kind__in=KINDS).order_by("received_on")
    days = list(opened.union(came.values_list("received_on", flat=True)[:1], all=True))
    return fiscal_year_of(min(days)) if days else None


def years() -> list[int]:
    """The fiscal years that can be looked at, newest first; the present one alone while there is nothing."""
    present = fiscal_year_of(clock.today())
    return list(range(present, (first_year() or present) - 1, -1))


def public_cases(kinds: Iterable[str] = KINDS) -> CaseQuerySet:
    """The cases that the office shows, newest first, by their public titles. One that is counted with another is none."""
    shown = Case.objects.real().filter(is_public=True, kind__in=list(kinds))
    return shown.exclude(phase=Phase.MERGED.value).newest()


def by_village(found: CaseQuerySet) -> dict[str, int]:
    """How many of them came from each numbered village, counted by the database. One query."""
    counted = found.order_by().filter(village__regex=NUMBERED).values("village").annotate(n=Count("pk"))
    return {row["village"]: row["n"] for row in counted}


def shown_state() -> str:
    """Changes with every case that the office shows, whatever of it was corrected. One query."""
    found = public_cases().order_by().aggregate(versions=Sum("version"), count=Count("pk"))
    return f"{found['versions']}:{found['count']}"


def figures_state() -> str:
    """Changes with everything that the figures are made of: a case that comes in, is closed, opened again, moved or merged.

    One query. Facts of single cases are internal, so that a page is not kept under their number. A case that only goes
    from one open state to another leaves none: the states are those of the day, or of the last that came in or ended.
    """
    wanted = [kind for series in SERIES.values() for kind in series.kinds]
    found = facts().filter(kind__in=wanted).order_by().aggregate(last=Max("number"), count=Count("pk"))
    return f"{found['last']}:{found['count']}"
