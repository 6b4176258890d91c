"""What the ledger says of complaints in a period. Facts alone: verdicts are kept until the ledger grows.

Each case leaves a fact when it comes in and one each time that it is closed or opened again; a case that was merged has
none, one that was put elsewhere has it there. Once a month the figures are counted and put on record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.channels.selectors import SAYING_UNSEEN, last_unseen, spans_of
from prongsai.foundation.ledger.models import Entry, LogName, Payload, Withdrawal
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.witnesses import month_of
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
        """Whether the register of cases said the same as the ledger; not, when nothing is left of what was said."""
        return bool(self.payload.get("agrees"))


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

PENDING = f"""
WITH came AS (
  SELECT DISTINCT ON (e.subject) e.subject, e.topic {STANDING} AND e.kind = %(received)s AND e.occurred_on <= %(day)s
  ORDER BY e.subject, e.number DESC
), went AS (
  SELECT e.subject, sum(CASE WHEN e.kind = %(closed)s THEN 1 ELSE -1 END) AS times {STANDING}
    AND e.kind IN (%(closed)s, %(reopened)s) AND e.occurred_on <= %(day)s
  GROUP BY e.subject
)
SELECT came.topic, count(*) FROM came LEFT JOIN went USING (subject)
WHERE coalesce(went.times, 0) <= 0 GROUP BY came.topic
"""
WAYS_IN = f"""
SELECT e.topic, coalesce(convert_from(p.body, 'UTF8')::jsonb ->> 'channel_kind', ''), count(*)
FROM (SELECT e.* {STANDING} AND e.kind = %(received)s AND e.occurred_on BETWEEN %(start)s AND %(end)s) AS e
LEFT JOIN {Payload._meta.db_table} p ON p.organization_id = e.organization_id AND p.entry_id = e.id
GROUP BY 1, 2
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


@shared
def pending_at(kind: str, day: date) -> Mapping[str, int]:
    """Cases of a kind that had come in by a day, in whatever year, and were not closed then, by subject. One query."""
    series = SERIES[kind]
    given = {
        "received": series.received, "closed": series.closed, "reopened": series.reopened, "day": day,
        "now": clock.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PENDING, given)
        return {topic or NO_TOPIC: count for topic, count in cursor.fetchall()}


def total(found: Sums, *, topics: frozenset[str] = frozenset()) -> Sum:
    """Everything that was found, or only these subjects."""
    return sum((each for (_month, topic), each in found.items() if not topics or topic in topics), Sum())


# What was on record of a case as this kind, and how its last word on record has it now.
MOVED = f"""
SELECT e.subject, e.topic, n.kind, n.occurred_on, n.topic
FROM {Entry._meta.db_table} e
JOIN LATERAL (
  SELECT o.id, o.number, o.kind, o.occurred_on, o.topic
  FROM {Entry._meta.db_table} o
  WHERE o.organization_id = e.organization_id AND o.log = e.log AND o.subject = e.subject AND o.kind = ANY(%(kinds)s)
    AND o.recorded_at <= %(now)s
  ORDER BY o.number DESC LIMIT 1
) n ON n.number > e.number
WHERE e.log = '{LogName.MAIN}' AND e.about = '' AND e.kind = %(received)s
  AND e.occurred_on BETWEEN %(start)s AND %(end)s
  AND NOT EXISTS (SELECT FROM {Withdrawal._meta.db_table} w
                  WHERE w.organization_id = e.organization_id AND w.entry_id = n.id)
"""


@dataclass(frozen=True)
class Moved:
    """A case that was on record as of a kind, period and subject, and how it stands now."""

    subject: str
    topic: str
    now_kind: str  # of the fact that it came in
    now_on: date
    now_topic: str


@shared
def moved(kind: str, period: Period) -> list[Moved]:
    """Each former word on record of the cases that came in within the period as of this kind, and were put elsewhere by
    kind, day or subject since. One query."""
    given = {
        "received": SERIES[kind].received, "kinds": [series.received for series in SERIES.values()],
        "start": period.start, "end": period.end, "now": clock.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MOVED, given)
        return [
            Moved(subject, topic or NO_TOPIC, now_kind, on, now_topic or NO_TOPIC)
            for subject, topic, now_kind, on, now_topic in cursor.fetchall()
        ]


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
    """How many came in and were closed within some days, of one kind of case; `in_time` of those that the office finished."""

    received: int = 0
    finished: int = 0
    in_time: int = 0


def flow(kind: str, found: Iterable[Told]) -> Flow:
    """Adds up facts in whatever order they come. A case that was opened again in the same days was not closed in them."""
    series, timed = SERIES[kind], case_kind(kind).workflow.timed
    received, last = 0, dict[str, Told]()
    for each in sorted(found, key=lambda told: told.number):
        if each.kind == series.received:
            received += 1
        elif each.kind in series.kinds:
            last[each.subject] = each
    closed = [each for each in last.values() if each.kind == series.closed]
    good = [each for each in closed if each.payload.get("in_time") and each.payload.get("state") in timed]
    return Flow(received, len(closed), len(good))
