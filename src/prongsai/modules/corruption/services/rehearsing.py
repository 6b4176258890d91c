"""A self-check's report: made and sealed like any other, and never written.

Even what is taken back takes numbers of the sequences, places in the tables' files and a number of a transaction, and
by those of hourly checks whoever holds the disk could tell between which hours a real report came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.db.models import AutoField, Model
from django.db.models.sql import InsertQuery


def rehearse(rows: Iterable[Model]) -> None:
    """Have the database plan to write these rows, without writing one: it refuses tables and columns that are not
    there, words that are too long, and a role that may not write.

    What shows in the writing alone (a constraint, a full disk) does not show here. Raises DatabaseError.
    """
    with connection.cursor() as cursor:
        for row in rows:
            for sql, given in _insert(row):
                cursor.execute(f"EXPLAIN {sql}", given)


def _insert(row: Model) -> Iterator[tuple[str, Any]]:
    """What Django would send to write the row."""
    query = InsertQuery(type(row))
    fields = [each for each in row._meta.local_concrete_fields if not isinstance(each, AutoField)]
    query.insert_values(fields, [row])
    yield from query.get_compiler(connection=connection).as_sql()
