"""How cases were ended within a period, each counted once by its last end: a case that was opened again and closed again
was closed once. Months have figures of their own and do not add up to this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.ledger.models import Entry, LogName, Payload, Withdrawal
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.kernel.sharing import shared
from prongsai.modules.complaints.selectors.figures import NO_TOPIC, SERIES, SUMS, WAYS_IN, Sum, Sums


@dataclass(frozen=True)
class Ended:
    """Cases that were closed last within the period and not opened again in it, whenever they had come in. `timed` are
    those that the office finished, not refused and not withdrawn by the citizen: of these `in_time`."""

    finished: int = 0
    timed: int = 0
    in_time: int = 0
    found_true: int = 0

    def __add__(self, other: Ended) -> Ended:
        return Ended(
            self.finished + other.finished,
            self.timed + other.timed,
            self.in_time + other.in_time,
            self.found_true + other.found_true,
        )


@dataclass(frozen=True)
class Standing:
    """What facts say of a period: what came in by month and subject, by which ways, and how it ended by subject."""

    sums: Sums = field(default_factory=dict[tuple[date, str], Sum])
    ended: Mapping[str, Ended] = field(default_factory=dict[str, Ended])
    # Subject and kind of channel → how many came in by it.
    ways: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def ends(self, topics: frozenset[str]) -> Ended:
        """Of all subjects, or of these."""
        return sum(
            (each for topic, each in self.ended.items() if not topics or topic in topics), Ended()
        )  # fmt: skip


STANDING = f"""
SELECT s.month, s.topic, s.came, s.went, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL
FROM ({SUMS}) AS s(month, topic, came, went)
UNION ALL
SELECT NULL, w.topic, w.number, NULL, NULL, NULL, NULL, NULL, w.channel FROM ({WAYS_IN}) AS w(topic, channel, number)
UNION ALL
SELECT NULL, l.topic, NULL, NULL, count(*), count(*) FILTER (WHERE l.said ->> 'state' = ANY(%(timed)s)),
       count(*) FILTER (WHERE l.said ->> 'state' = ANY(%(timed)s) AND l.said ->> 'in_time' = '1'),
       count(*) FILTER (WHERE l.said ->> 'found' = 'true'), NULL
FROM (
  SELECT DISTINCT ON (e.subject) e.kind, e.topic, convert_from(p.body, 'UTF8')::jsonb AS said
  FROM {Entry._meta.db_table} e
  LEFT JOIN {Payload._meta.db_table} p ON p.organization_id = e.organization_id AND p.entry_id = e.id
  WHERE e.log = '{LogName.MAIN}' AND e.about = '' AND e.recorded_at <= %(now)s
    AND NOT EXISTS (SELECT FROM {Withdrawal._meta.db_table} w
                    WHERE w.organization_id = e.organization_id AND w.entry_id = e.id)
    AND e.kind IN (%(closed)s, %(reopened)s) AND e.occurred_on BETWEEN %(start)s AND %(end)s
  ORDER BY e.subject, e.number DESC
) AS l
WHERE l.kind = %(closed)s GROUP BY l.topic
"""


@shared
def standing(kind: str, period: Period) -> Standing:
    """Cases of a kind that came in or were ended within the period, as they stand now. One query."""
    series = SERIES[kind]
    given = {
        "received": series.received, "closed": series.closed, "reopened": series.reopened, "start": period.start,
        "end": period.end, "until": date.max, "now": clock.now(), "timed": list(case_kind(kind).workflow.timed),
    }  # fmt: skip
    sums, ended, ways = dict[tuple[date, str], Sum](), dict[str, Ended](), dict[tuple[str, str], int]()
    with connection.cursor() as cursor:
        cursor.execute(STANDING, given)
        for month, topic, came, went, *ends, channel in cursor.fetchall():
            if channel is not None:
                ways[topic or NO_TOPIC, channel] = came
            elif month is None:
                ended[topic or NO_TOPIC] = Ended(*ends)
            else:
                sums[month, topic or NO_TOPIC] = Sum(came, went)
    return Standing(sums, ended, ways)
