"""How many database queries each page takes: more of them come to light in the difference of a file.

    with counted_queries("portal.plan"):
        client.get(...)

Counts must not depend on the amount of data; a test makes enough rows that one query a row would show.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.golden.files import keep, kept, updating

FILE = "query_counts"


def assert_query_count(name: str, count: int) -> None:
    """Compare with tests/golden/query_counts.json: fewer is a failure too, so that the file stays true."""
    counts: dict[str, int] = kept(FILE, {})
    if updating():
        keep(FILE, counts | {name: count})
        return
    assert name in counts, f"{name} took {count} queries: run `make golden` to keep that"
    assert count == counts[name], (
        f"{name} takes {count} queries, not {counts[name]}; if that is meant: `make golden`"
    )


@contextmanager
def counted_queries(name: str) -> Iterator[None]:
    """Count the queries of a block and compare."""
    with CaptureQueriesContext(connection) as context:
        yield
    assert_query_count(name, len(context))
