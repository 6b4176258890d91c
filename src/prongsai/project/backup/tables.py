"""The database as it is found: which tables, whose rows, and their bytes. Runs as the tables' owner, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _
from psycopg import sql

from prongsai.foundation.accounts.models import User
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.errors import ProngsaiError

ORGANIZATIONS = Organization._meta.db_table
USERS = User._meta.db_table
LEFT_OUT = {"django_migrations"}  # the migrations write it

TABLES = """
SELECT c.relname, c.relrowsecurity,
  array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attgenerated = ''),
  bool_or(a.attname = 'organization_id' AND a.attnotnull),
  (SELECT string_agg(quote_ident(k.attname) || CASE WHEN k.attcollation <> 0 THEN ' COLLATE "C"' ELSE '' END, ', '
    ORDER BY n) FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS key(attnum, n)
    JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = key.attnum
    WHERE i.indrelid = c.oid AND i.indisprimary)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
GROUP BY c.oid ORDER BY c.relname
"""
REFERENCES = """
SELECT f.conrelid::regclass::text, a.attname, f.confrelid::regclass::text
FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[cardinality(f.conkey)]
WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace AND f.conrelid <> f.confrelid
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
# What a row looks like as text must not depend on anybody's settings.
PLAIN = (
    "SET LOCAL timezone = 'UTC'", "SET LOCAL datestyle = 'ISO, YMD'", "SET LOCAL intervalstyle = 'iso_8601'",
    "SET LOCAL bytea_output = 'hex'", "SET LOCAL extra_float_digits = 1",
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A table. `tenant`: every row belongs to one organization; `protected`: under row-level security."""

    name: str
    protected: bool
    columns: tuple[str, ...]
    tenant: bool
    order: str  # the same on every server, whatever its collation


@dataclass(frozen=True)
class Reference:
    """A foreign key: `table.column` points at `target`."""

    table: str
    column: str
    target: str


def rows(statement: str, *parameters: object) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


def references() -> list[Reference]:
    return [Reference(*row) for row in rows(REFERENCES)]


def tables() -> list[Table]:
    """All tables, each after those that it refers to. Raises ProngsaiError for one whose rows cannot be told apart."""
    found = {
        name: Table(name, protected, tuple(columns), tenant, order or f'{name}::text COLLATE "C"')
        for name, protected, columns, tenant, order in rows(TABLES)
        if name not in LEFT_OUT
    }
    unknown = [table.name for table in found.values() if table.protected and not table.tenant]
    if unknown:
        raise ProngsaiError(
            _("The tables %(tables)s cannot be backed up: whose their rows are is not known")
            % {"tables": ", ".join(unknown)}
        )
    order: dict[str, set[str]] = {name: set() for name in found}
    for reference in references():
        order[reference.table].add(reference.target)
    return [found[name] for name in TopologicalSorter(order).static_order()]


def of_organization(table: Table, organization_id: int, known: Iterable[Reference]) -> sql.Composable | None:
    """The condition for an organization's part of `table`; None when the table has none.

    Besides its own rows these are its row in the register, the people that its rows name, and what hangs on them.
    """
    if table.tenant or "organization_id" in table.columns:
        return sql.SQL("organization_id = {}").format(organization_id)
    if table.name == ORGANIZATIONS:
        return sql.SQL("id = {}").format(organization_id)
    return _of_people(table.name, list(known), frozenset({table.name}))


def _of_people(name: str, known: list[Reference], seen: frozenset[str]) -> sql.Composable | None:
    if name == USERS:
        own = {table.name for table in tables() if table.tenant}
        parts: list[sql.Composable] = [
            sql.SQL("id IN (SELECT {} FROM {})").format(sql.Identifier(r.column), sql.Identifier(r.table))
            for r in known
            if r.target == USERS and r.table in own
        ]
    else:
        parts = []
        for r in known:
            inner = None
            if r.table == name and r.target not in seen:
                inner = _of_people(r.target, known, seen | {r.target})
            if inner is not None:
                column, target = sql.Identifier(r.column), sql.Identifier(r.target)
                parts.append(sql.SQL("{} IN (SELECT id FROM {} WHERE {})").format(column, target, inner))
    return sql.SQL(" OR ").join(parts) if parts else None


def copied(table: Table, condition: sql.Composable | None) -> Iterator[bytes]:
    """The table's rows in COPY's text format, in the order of the primary key."""
    statement = sql.SQL("COPY (SELECT {} FROM {} WHERE {} ORDER BY {}) TO STDOUT").format(
        _list(table.columns),
        sql.Identifier(table.name),
        condition or sql.SQL("true"),
        sql.SQL(table.order),  # type: ignore[arg-type]
    )
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[union-attr]
        for row in copy:
            yield bytes(row)


@dataclass
class Tally:
    """How many rows there were, and their digest."""

    rows: int = 0
    digest: str = ""


def counted(data: Iterable[bytes], tally: Tally) -> Iterator[bytes]:
    """Pass `data` on, and fill `tally`."""
    digest = hashlib.sha256()
    for piece in data:
        digest.update(piece)
        tally.rows += piece.count(b"\n")  # in COPY's text format a line is a row; breaks inside are escaped
        yield piece
    tally.digest = digest.hexdigest()


def insert(table: Table, columns: list[str], data: Iterable[bytes], same: tuple[str, ...] = ()) -> None:
    """Put copied rows back, as the organization in scope when the table is protected.

    COPY itself is refused under row-level security: the rows come by way of a temporary table. With `same`,
    rows that are there already stay, and IntegrityError is raised where these columns differ.
    """
    connection.ensure_connection()
    incoming, target, names = (
        sql.Identifier(f"incoming_{table.name}"[:63]),
        sql.Identifier(table.name),
        _list(columns),
    )
    statements = {
        "make": "CREATE TEMPORARY TABLE {incoming} ON COMMIT DROP AS SELECT {names} FROM {target} WITH NO DATA",
        "fill": "COPY {incoming} ({names}) FROM STDIN",
        "move": "INSERT INTO {target} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM {incoming}"
        + (" ON CONFLICT DO NOTHING" if same else ""),
        "differ": "SELECT 1 FROM {incoming} WHERE ({same}) NOT IN (SELECT {same} FROM {target})",
        "drop": "DROP TABLE {incoming}",
    }
    ready = {
        step: sql.SQL(text).format(  # type: ignore[arg-type]
            incoming=incoming, target=target, names=names, same=_list(same)
        )
        for step, text in statements.items()
    }
    with connection.connection.cursor() as cursor:  # type: ignore[union-attr]
        cursor.execute(ready["make"])
        with cursor.copy(ready["fill"]) as copy:
            for piece in data:
                copy.write(piece)
    # Through Django's cursor, whose errors are told apart by the caller.
    with connection.cursor() as cursor:
        cursor.execute(ready["move"])  # type: ignore[arg-type]
        if same:
            cursor.execute(ready["differ"])  # type: ignore[arg-type]
            if cursor.fetchone():
                raise IntegrityError(f"{table.name} holds other people under the same numbers or names")
        cursor.execute(ready["drop"])  # type: ignore[arg-type]


def _list(names: Iterable[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, names))
