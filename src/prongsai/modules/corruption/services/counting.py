"""The figures that leave the channel: by closed quarter, on a fixed day, zero included. And what is forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.db.models import Count, Q

from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Period, Topic, Visibility
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.corruption.choices import COUNTED, FOUND, RETENTION_YEARS, STATISTICS, THRESHOLD
from prongsai.modules.corruption.models import Access, Attachment, Desk, Item, Report
from prongsai.modules.corruption.quarters import (
    counting_day,
    fiscal_year,
    next_quarter,
    number_of,
    period_of,
    quarter_of,
)


@transaction.atomic
def count_quarters(*, actor: Actor, early: bool = False) -> list[date]:
    """Publish the figures of every quarter whose day has come and that has none yet; returns these quarters.

    `early`: also of quarters that are over and whose day is still to come (a report of the year is about to be closed).
    A quarter in which the channel was never open has no figure. What was published stays as it was.
    """
    desk = Desk.objects.select_for_update().first()  # one who counts at a time
    if desk is None:
        return []
    # The table and not the register is asked: there a fact of this transaction does not stand yet.
    due = [quarter for quarter in _quarters(desk, early) if desk.counted is None or quarter > desk.counted]
    for quarter in due:
        _publish(actor, quarter)
        desk.counted = quarter
    if due:
        desk.save(update_fields=["counted"])
    return due


def _quarters(desk: Desk, early: bool) -> Iterator[date]:
    today, quarter = clock.today(), quarter_of(desk.opened_on)
    last = quarter_of(desk.closed_on or today)
    while quarter <= last and (counting_day(quarter) if not early else next_quarter(quarter)) <= today:
        yield quarter
        quarter = next_quarter(quarter)


def _publish(actor: Actor, quarter: date) -> None:
    """A report is counted as closed once: in the first figures that are published after it was closed.

    One that was opened again before that is still in progress there. What is opened again afterwards stays counted as
    it was published: neither a figure that changes nor a second closing tells that somebody looks into it anew.
    """
    closed = Report.objects.filter(closed_quarter__lte=quarter, counted_quarter=None)
    closed.update(counted_quarter=quarter)
    figures = figures_of(quarter)
    record(
        actor=actor,
        kind=COUNTED,
        about=STATISTICS,
        occurred_on=clock.today(),
        about_period=period_of(quarter),
        origin=Origin.WORK,
        topic=Topic.ANTI_CORRUPTION,
        visibility=Visibility.PUBLIC,
        title=f"สถิติเรื่องร้องเรียนการทุจริต ไตรมาสที่ {number_of(quarter)} ปีงบประมาณ พ.ศ. {fiscal_year(quarter)}",
        payload=figures,
    )


def figures_of(quarter: date) -> dict[str, int]:
    """Received, counted as closed, and pending after that; how they ended only when they are many. Two queries.

    What was pending before, and what was received, is closed or pending: of every quarter and so of every year.
    """
    reports = Report.objects.all()
    later = Q(counted_quarter=None) | Q(counted_quarter__gt=quarter)
    figures = reports.aggregate(
        received=_count(Q(quarter=quarter)),
        closed=_count(Q(counted_quarter=quarter)),
        pending=_count(Q(quarter__lte=quarter) & later),
    )
    if figures["closed"] >= THRESHOLD:
        outcomes = {f"found_{key}": _count(Q(counted_quarter=quarter, found=key)) for key, _title in FOUND}
        figures |= reports.aggregate(**outcomes)
    return figures


def _count(condition: Q) -> Count:
    return Count("pk", filter=condition)


def settle(period: Period) -> None:
    """Publish what the period still lacks, before a report of it is frozen."""
    count_quarters(actor=Actor.system(), early=True)


@transaction.atomic
def forget_old() -> int:
    """Remove the words and files of reports closed long ago. Their rows stay for the figures. Returns how many."""
    year = fiscal_year_of(clock.today()) - RETENTION_YEARS
    before = Period.fiscal_year(year).start
    old = Report.objects.filter(closed_quarter__lt=before, erased=False)
    for report in old:
        for kept in (Item, Attachment, Access):
            kept.objects.filter(report=report).delete()
        report.erased, report.code, report.answered = True, "", ""
        report.public_key = report.reporter_public = report.reporter_locked = b""
        report.save()
    return len(old)
