"""The figures of the channel by plain SQL, without any code of ours, for the organization in scope."""

from __future__ import annotations

from datetime import date

from django.db import connection

Four = tuple[int, int, int, int]  # carried over, received, closed, pending


def by_plain_sql(quarter: date) -> Four:
    """What the published figures of the quarter should say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE quarter < %(q)s AND coalesce(counted_quarter >= %(q)s, true)),"
            " count(*) FILTER (WHERE quarter = %(q)s), count(*) FILTER (WHERE counted_quarter = %(q)s),"
            " count(*) FILTER (WHERE quarter <= %(q)s AND coalesce(counted_quarter > %(q)s, true))"
            " FROM corruption_report",
            {"q": quarter},
        )
        found = cursor.fetchone()
    assert found
    return found
