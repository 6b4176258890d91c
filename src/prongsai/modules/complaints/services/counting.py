"""The register's own acts: that it is kept, and each month's figures, counted from the ledger and from the cases.

Both counts stand in the public fact when they disagree, and nothing is proven by such a month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from prongsai.foundation.casework.models import Case
from prongsai.foundation.channels import kinds as channel_kinds
from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import PendingFact, flush, record, withdraw
from prongsai.foundation.ledger.witnesses import month_of
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import Actor, Origin, Period, Visibility
from prongsai.kernel.errors import WrongState
from prongsai.kernel.thai.dates import month_and_year, short_date
from prongsai.modules.complaints.choices import COMPLAINT, KINDS, UNSORTED
from prongsai.modules.complaints.selectors.figures import (
    ABOUT,
    COUNTED,
    NO_TOPIC,
    OPENED,
    SERIES,
    Sum,
    flow,
    months_from,
    pending_at,
    register,
    sealed_in,
    sums,
    told,
)

MOST_MONTHS = 36  # that are looked at for counting, and for counting anew
RECOUNTED = "ข้อมูลของเดือนเปลี่ยนหลังจากที่นับ จึงนับใหม่"


@transaction.atomic
def open_register(*, actor: Actor) -> date | None:
    """Put on record since when complaints are kept in the system, once; None while nothing is.

    That is since the first way in was entered into the register of channels, or the first case came in, by the day on
    which it was recorded: a day before that may be typed, but nobody kept a register on it.
    """
    known = facts(kind=OPENED).order_by("number").values_list("occurred_on", flat=True).first()
    if known is not None:
        return known
    first = [
        facts(kind=channel_kinds.OPENED, about="complaint_channels", origin=Origin.WORK),
        facts().filter(kind__in=[series.received for series in SERIES.values()]),
    ]
    moments = [found.order_by("number").values_list("recorded_at", flat=True).first() for found in first]
    days = [moment.astimezone(clock.BANGKOK).date() for moment in moments if moment is not None]
    if not days:
        return None
    since = min(days)
    record(
        actor=actor,
        kind=OPENED,
        about=ABOUT,
        occurred_on=since,
        origin=Origin.WORK,
        visibility=Visibility.PUBLIC,
        title=f"รับเรื่องร้องเรียนร้องทุกข์ในระบบตั้งแต่วันที่ {short_date(since)}",
    )
    return since


@transaction.atomic
def count_month(*, actor: Actor, month: date) -> PendingFact:
    """Count a month that is over. Raises WrongState before that, or when it is counted already."""
    period = month_of(month)
    if period.end >= clock.today():
        raise WrongState(_("This month is not over, so its cases cannot be counted yet"))
    if period.start in register(period).months:
        raise WrongState(_("The cases of this month are counted already"))
    return _put_on_record(actor, period, counted(period))


@transaction.atomic
def count_due(*, actor: Actor) -> int:
    """Count every month that is over and was not counted, and count anew where cases changed since; how many were.

    What the caller's transaction recorded is appended first, so that it counts.
    """
    flush()
    since = open_register(actor=actor)
    if since is None:
        return 0
    over = month_of(clock.today()).start
    firsts = [first for first in months_from(since, over) if first < over][-MOST_MONTHS:]
    if not firsts:
        return 0
    span = Period(firsts[0], month_of(firsts[-1]).end)
    kept, stamps, agreeing = register(span), _stamps(span), _agreeing(span)
    done, changed = 0, False
    for first in firsts:
        month = kept.months.get(first)
        if month is None:
            _put_on_record(actor, month_of(first), counted(month_of(first)))
            done += 1
            continue
        changed = changed or month.payload.get("stamp") != stamps.get(first, NOTHING)
        if changed or month.agrees != agreeing.get(first, True):
            done += _count_anew(actor, first, month.number, month.payload)
    return done


def _count_anew(actor: Actor, first: date, number: int, before: Mapping[str, Any]) -> bool:
    """Whether the month's figures are others now; then the former fact is withdrawn and stays to be seen."""
    fresh = counted(month_of(first))
    if all(before.get(name) == value for name, value in fresh.items()):
        return False
    entry = Entry.objects.get(log=LogName.MAIN, number=number)
    withdraw(actor=actor, entry=entry, reason=RECOUNTED)
    _put_on_record(actor, month_of(first), fresh)
    return True


def _put_on_record(actor: Actor, period: Period, figures: Mapping[str, Any]) -> PendingFact:
    told = figures["kinds"][COMPLAINT]
    name = month_and_year(period.start)
    said = f"รับ {told['received']} เรื่อง ยุติ {told['finished']} เรื่อง คงค้าง {told['pending']} เรื่อง"
    if sealed_in(period):
        said += " ไม่รวมช่องทางแจ้งเบาะแสการทุจริต"
    if not figures["agrees"]:
        said += " ทะเบียนเรื่องกับบันทึกหลักฐานไม่ตรงกัน"
    if figures["unsorted"]:
        said += f" และมี {figures['unsorted']} เรื่องที่ยังไม่มีเจ้าหน้าที่ตรวจประเภท"
    return record(
        actor=actor,
        kind=COUNTED,
        about=ABOUT,
        occurred_on=clock.today(),
        about_period=period,
        origin=Origin.WORK,
        visibility=Visibility.PUBLIC,
        title=f"นับเรื่องร้องเรียน เดือน{name}: {said}",
        payload=dict(figures),
    )


# -- the count --------------------------------------------------------------------------------------------------

# Whatever is recorded or withdrawn of these changes a month.
STAMPED = [*(kind for series in SERIES.values() for kind in series.kinds), UNSORTED]
NOTHING = {"facts": 0, "last": 0}


def counted(period: Period) -> dict[str, Any]:
    """The figures of a month from the ledger, and whether the cases themselves come to the same.

    Of each kind of case: came in, was closed, still open at the end, closed in time. By subject and way in nothing is
    said: everybody may read it, and few complaints are not broken down by month.
    """
    found = told(STAMPED, period)
    unsorted = sum(each.kind == UNSORTED for each in found)
    figures: dict[str, Any] = {
        "kinds": {
            kind: asdict(flow(kind, found)) | {"pending": sum(pending_at(kind, period.end).values())}
            for kind in KINDS
        },
        "stamp": {"facts": len(found), "last": max((each.number for each in found), default=0)},
        "agrees": 1,
        "unsorted": unsorted,
    }
    differing = _differing(period)
    if differing:
        figures |= {"agrees": 0, "differs": differing}
    return figures


# -- the cases themselves -----------------------------------------------------------------------------------------

CASES = f"""
SELECT date_trunc('month', received_on)::date, kind, topic, count(*),
       count(*) FILTER (WHERE phase IN ('{Phase.FINISHED.value}', '{Phase.REFUSED.value}'))
FROM {Case._meta.db_table}
WHERE NOT is_check AND phase <> '{Phase.MERGED.value}' AND kind = ANY(%(kinds)s)
  AND received_on BETWEEN %(start)s AND %(end)s
GROUP BY 1, 2, 3
"""

Key = tuple[date, str, str]  # month, kind, subject


def cases_by_month(period: Period) -> dict[Key, Sum]:
    """What the register of cases itself says, without the ledger. One query."""
    asked: dict[str, Any] = {"kinds": list(KINDS), "start": period.start, "end": period.end}
    with connection.cursor() as cursor:
        cursor.execute(CASES, asked)
        return {
            (month, kind, topic or NO_TOPIC): Sum(came, went)
            for month, kind, topic, came, went in cursor.fetchall()
        }


def facts_by_month(period: Period) -> dict[Key, Sum]:
    """What the ledger says of the same. One query for each kind of case."""
    return {
        (month, kind, topic): each
        for kind in KINDS
        for (month, topic), each in sums(kind, period).items()
    }  # fmt: skip


def _differing(period: Period) -> list[dict[str, Any]]:
    """The kinds of case of which the two do not agree by subject, with both sums."""
    cases, ledger = cases_by_month(period), facts_by_month(period)
    kinds = {key[1] for key in {*cases, *ledger} if cases.get(key) != ledger.get(key)}
    return [
        {"kind": kind, "cases": _summed(cases, kind), "facts": _summed(ledger, kind)}
        for kind in sorted(kinds)
    ]


def _summed(found: Mapping[Key, Sum], kind: str) -> dict[str, int]:
    return asdict(sum((each for key, each in found.items() if key[1] == kind), Sum()))


def _agreeing(span: Period) -> dict[date, bool]:
    """Of each month in which there is anything: whether cases and ledger agree now."""
    cases, ledger = cases_by_month(span), facts_by_month(span)
    months = {key[0] for key in (*cases, *ledger)}
    return {
        month: all(
            cases.get(key) == ledger.get(key) for key in {*cases, *ledger} if key[0] == month
        )
        for month in months
    }  # fmt: skip


def _stamps(span: Period) -> dict[date, dict[str, int]]:
    """How many facts stand in each month now, and the last of them: changes with whatever was recorded or withdrawn."""
    found = facts(about="", occurred_in=span).filter(kind__in=STAMPED).order_by()
    by_day = found.values_list("occurred_on").annotate(facts=Count("pk"), last=Max("number"))
    stamps: dict[date, dict[str, int]] = {}
    for day, number, last in by_day:
        stamp = stamps.setdefault(day.replace(day=1), dict(NOTHING))
        stamp["facts"] += number
        stamp["last"] = max(stamp["last"], last)
    return stamps
