"""Fiscal quarters (ไตรมาส): 1 October to 31 December is the first of a fiscal year. A quarter goes by its first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from prongsai.kernel.contracts import Period
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.corruption.choices import COUNTING_DAY


def quarter_of(day: date) -> date:
    """The first day of the quarter that `day` falls in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def next_quarter(quarter: date) -> date:
    return quarter_of(quarter + timedelta(days=93))


def period_of(quarter: date) -> Period:
    return Period(quarter, next_quarter(quarter) - timedelta(days=1))


def counting_day(quarter: date) -> date:
    """The day on which the quarter's figures are published."""
    return next_quarter(quarter).replace(day=COUNTING_DAY)


def number_of(quarter: date) -> int:
    """1 to 4, as the fiscal year counts."""
    return (quarter.month // 3 + 1) % 4 + 1


def quarters_in(period: Period) -> Iterator[date]:
    """The quarters that lie inside the period as a whole."""
    quarter = quarter_of(period.start)
    while quarter <= period.end:
        if quarter >= period.start and period_of(quarter).end <= period.end:
            yield quarter
        quarter = next_quarter(quarter)


def fiscal_year(quarter: date) -> int:
    """พ.ศ."""
    return fiscal_year_of(quarter)
