"""What the ledger says of complaints in a period. Facts alone: verdicts are kept until the ledger grows.

Each case leaves a fact when it comes in and one each time that it is closed or opened again; a case that was merged has
none, one that was put elsewhere has it there. Once a month the figures are counted and put on record.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.channels.selectors import SAYING_UNSEEN, last_unseen, spans_of
from prongsai.foundation.ledger.models import Entry, LogName, Withdrawal
from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.kernel.sharing import shared
from prongsai.kernel.zero import zero_rule
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, SUGGESTION, UNSORTED

ABOUT = "complaints"
COUNTED = "complaints_counted"
OPENED = "complaints_register_opened"
NO_TOPIC = "other"  # as payloads call the subjects of no measure
# A register that began with the channels in the first days of the year counts for all of it: no gap is longer than the
# rule of the zero allows.
GRACE = timedelta(days=zero_rule().longest_gap_days)
MOST_SHOWN = 50  # facts of a month that is not counted yet that a figure cites


@dataclass(frozen=True)
class Series:
    """The fact kinds of one kind of case."""

    received: str
    closed: str
    reopened: str

    @property
    def kinds(self) -> tuple[str, str, str]:
        return (self.received, self.closed, self.reopened)


SERIES: Mapping[str, Series] = {
    COMPLAINT: Series("complaint_received", "complaint_closed", "complaint_reopened"),
    GRIEVANCE: Series("grievance_received", "grievance_closed", "grievance_reopened"),
    SUGGESTION: Series("feedback_received", "feedback_answered", "feedback_reopened"),
    INFORMATION: Series("information_requested", "information_answered", "information_reopened"),
}


@dataclass(frozen=True)
class Sum:
    """Cases that came in within some days, and how many of them are closed now."""

    received: int = 0
    finished: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.received + other.received, self.finished + other.finished)


@dataclass(frozen=True)
class Month:
    """A month that was counted: the fact's number and what it says."""

    number: int
    payload: Mapping[str, Any]

    @property
    def agrees(self) -> bool:
        """Whether the register of cases said the same as the ledger."""
        return bool(self.payload.get("agrees", 1))

    def of(self, kind: str) -> Mapping[str, Any]:
        return self.payload.get("kinds", {}).get(kind, {})

    def figure(self, kind: str, name: str, topics: frozenset[str]) -> int:
        """A figure of the month: of all subjects, or of these."""
        told = self.of(kind)
        if not topics:
            return int(told.get(name, 0))
        return sum(int(told.get("topics", {}).get(topic, {}).get(name, 0)) for topic in topics)


@dataclass(frozen=True)
class Register:
    """What is on record of how the register was kept. `since` None: not at all; `months` by their first day."""

    since: date | None
    opened: int = 0  # number of the fact that says since when
    months: Mapping[date, Month] = field(default_factory=dict[date, Month])
    unseen: int = 0  # messages of the months that nobody has looked at
    unsorted: int = 0  # cases of the period whose kind was guessed, and that nobody has looked at

    def inside(self, period: Period) -> dict[date, Month]:
        return {first: month for first, month in self.months.items() if month_of(first).overlaps(period)}

    def missing(self, period: Period) -> list[date]:
        """Months of the period that are over since yesterday at least, and that nobody counted."""
        if self.since is None:
            return []
        over = clock.today() - timedelta(days=2)
        asked = months_from(max(period.start, self.since), period.end)
        return [first for first in asked if month_of(first).end <= over and first not in self.months]


def month_of(day: date) -> Period:
    """The calendar month that `day` falls in."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def months_from(start: date, end: date) -> list[date]:
    """The first days of the months that the span touches, in order."""
    found, day = list[date](), start.replace(day=1)
    while day <= end:
        found.append(day)
        day = month_of(day).end + timedelta(days=1)
    return found


@shared
def register(period: Period) -> Register:
    """How the register was kept around a period. One query."""
    span = Q(about_start__lte=period.end, about_end__gte=period.start)
    own = Q(about=ABOUT, kind=OPENED) | Q(about=ABOUT, kind=COUNTED) & span
    guessed = Q(kind=UNSORTED, occurred_on__gte=period.start, occurred_on__lte=period.end)
    rows = facts().filter(
        own | Q(kind__in=SAYING_UNSEEN) & span | guessed, recorded_at__lte=clock.now()
    )  # fmt: skip
    since, opened, unsorted, months = None, 0, 0, dict[date, Month]()
    messages = list[tuple[int, date, Mapping[str, Any]]]()
    for number, kind, on, start, body in rows.order_by("number").values_list(
        "number", "kind", "occurred_on", "about_start", "payload__body"
    ):
        if kind == OPENED:
            since, opened = on, number
            continue
        if kind == UNSORTED:
            unsorted += 1
            continue
        said = json.loads(bytes(body)) if body is not None else {}
        if kind == COUNTED:
            months[start] = Month(number, said)
        else:
            messages.append((number, start, said))
    return Register(since, opened, months, last_unseen(messages).number, unsorted)


def sealed_in(period: Period) -> bool:
    """Whether a sealed channel stood in the register of channels on a day of the period that has come. One query."""
    return any(span.overlaps(period) for span in spans_of(ChannelKind.SEALED.value))


STANDING = f"""
FROM {Entry._meta.db_table} e
WHERE e.log = '{LogName.MAIN}' AND e.about = '' AND e.recorded_at <= %(now)s
  AND NOT EXISTS (SELECT FROM {Withdrawal._meta.db_table} w
                  WHERE w.organization_id = e.organization_id AND w.entry_id = e.id)
"""
# A case is closed while it was closed once more than it was opened again.
SUMS = f"""
WITH came AS (
  SELECT e.subject, e.topic, date_trunc('month', e.occurred_on)::date AS month {STANDING}
    AND e.kind = %(received)s AND e.occurred_on BETWEEN %(start)s AND %(end)s
), went AS (
  SELECT e.subject, sum(CASE WHEN e.kind = %(closed)s THEN 1 ELSE -1 END) AS times {STANDING}
    AND e.kind IN (%(closed)s, %(reopened)s) AND e.occurred_on BETWEEN %(start)s AND %(until)s
  GROUP BY e.subject
)
SELECT came.month, came.topic, count(*), count(*) FILTER (WHERE went.times > 0)
FROM came LEFT JOIN went USING (subject) GROUP BY came.month, came.topic
"""

Sums = Mapping[tuple[date, str], Sum]


@shared
def sums(kind: str, period: Period, *, until: date | None = None) -> Sums:
    """Cases of a kind that came in within the period, by month and subject, and those closed by `until` (now). One query."""
    series = SERIES[kind]
    given = {
        "received": series.received, "closed": series.closed, "reopened": series.reopened, "start": period.start,
        "end": period.end, "until": until or date.max, "now": clock.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SUMS, given)
        return {(month, topic or NO_TOPIC): Sum(came, went) for month, topic, came, went in cursor.fetchall()}


def total(found: Sums, *, topics: frozenset[str] = frozenset(), months: Iterable[date] | None = None) -> Sum:
    """Everything that was found, or only these subjects and months."""
    wanted = None if months is None else set(months)
    return sum(
        (
            each
            for (month, topic), each in found.items()
            if (not topics or topic in topics) and (wanted is None or month in wanted)
        ),
        Sum(),
    )


# Received as this kind for the last time, and after that as another one.
TAKEN_OUT = f"""
SELECT e.topic, count(*) FROM {Entry._meta.db_table} e
WHERE e.log = '{LogName.MAIN}' AND e.about = '' AND e.recorded_at <= %(now)s
  AND e.kind = %(received)s AND e.occurred_on BETWEEN %(start)s AND %(end)s
  AND EXISTS (SELECT FROM {Entry._meta.db_table} o WHERE o.organization_id = e.organization_id AND o.log = e.log
              AND o.subject = e.subject AND o.number > e.number AND o.kind = ANY(%(others)s))
  AND NOT EXISTS (SELECT FROM {Entry._meta.db_table} o WHERE o.organization_id = e.organization_id AND o.log = e.log
                  AND o.subject = e.subject AND o.number > e.number AND o.kind = e.kind)
GROUP BY e.topic
"""


@shared
def taken_out(kind: str, period: Period) -> Mapping[str, int]:
    """Of the cases that came in within the period as of this kind: how many were made cases of another kind and are
    counted there, by subject. One query."""
    given = {
        "received": SERIES[kind].received,
        "others": [series.received for other, series in SERIES.items() if other != kind],
        "start": period.start, "end": period.end, "now": clock.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_OUT, given)
        return {topic or NO_TOPIC: count for topic, count in cursor.fetchall()}


@dataclass(frozen=True)
class Told:
    """A fact about a case with what figures need of it."""

    number: int
    kind: str
    subject: str
    topic: str
    payload: Mapping[str, Any]


def told(kinds: Iterable[str], period: Period) -> list[Told]:
    """The standing facts of these kinds that occurred in the period, in the order of the ledger. One query."""
    found = facts(about="", occurred_in=period).filter(
        kind__in=sorted(set(kinds)), recorded_at__lte=clock.now()
    )
    return [
        Told(number, kind, subject, topic or NO_TOPIC, json.loads(bytes(body)) if body is not None else {})
        for number, kind, subject, topic, body in found.order_by("number").values_list(
            "number", "kind", "subject", "topic", "payload__body"
        )
    ]


@dataclass(frozen=True)
class Flow:
    """What came in and what was closed within some days, of one kind of case."""

    received: Counter[str] = field(default_factory=Counter[str])  # by subject
    channels: Counter[str] = field(default_factory=Counter[str])
    finished: Counter[str] = field(default_factory=Counter[str])
    in_time: Counter[str] = field(default_factory=Counter[str])
    found_true: Counter[str] = field(default_factory=Counter[str])
    numbers: tuple[int, ...] = ()  # facts of what came in


def flow(kind: str, found: Iterable[Told]) -> Flow:
    """Adds up facts in whatever order they come. A case that was opened again in the same days was not closed in them."""
    series, made, timed = SERIES[kind], Flow(), case_kind(kind).workflow.timed
    last: dict[str, Told] = {}
    numbers: list[int] = []
    for each in sorted(found, key=lambda told: told.number):
        if each.kind == series.received:
            made.received[each.topic] += 1
            made.channels[str(each.payload.get("channel_kind") or "")] += 1
            numbers.append(each.number)
        elif each.kind in series.kinds:
            last[each.subject] = each
    for each in last.values():
        if each.kind == series.closed:
            made.finished[each.topic] += 1
            made.in_time[each.topic] += bool(each.payload.get("in_time")) and each.payload.get("state") in timed
            made.found_true[each.topic] += each.payload.get("found") == "true"
    return Flow(
        made.received, made.channels, made.finished, made.in_time, made.found_true, tuple(numbers)
    )  # fmt: skip


def uncounted(kept: Register, period: Period) -> Period | None:
    """The days of the period, up to today, that come after the last month that was counted."""
    counted = kept.inside(period)
    start = max((month_of(first).end + timedelta(days=1) for first in counted), default=period.start)
    end = min(period.end, clock.today())
    return Period(max(start, period.start), end) if max(start, period.start) <= end else None
