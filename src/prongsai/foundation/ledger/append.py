"""Appending to a log: lock the log's row, number the entries, grow the tree, all in three statements."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection

from prongsai.foundation.ledger import merkle
from prongsai.foundation.ledger.models import Entry, Payload
from prongsai.foundation.organizations.models import Organization

# The type of each column of an entry that is written, as JSON brings it: one parameter binds four times as fast as
# an array for each column, and the log is locked meanwhile.
COLUMNS = {
    "number": "bigint", "kind": "text", "about": "text", "occurred_on": "date", "about_start": "date",
    "about_end": "date", "origin": "text", "subject": "text", "topic": "text", "unit": "text",
    "visibility": "text", "label": "text", "recorded_at": "timestamptz",
}  # fmt: skip
BYTES = ("payload_digest", "leaf_hash", "body", "salt")  # hex
_RECORD = ", ".join(
    [*(f"{name} {kind}" for name, kind in COLUMNS.items()), *(f"{name} text" for name in BYTES)]
)
APPEND = f"""
WITH new AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(entries)s::json) AS new({_RECORD})
), entry AS (
  INSERT INTO ledger_entry (organization_id, log, {", ".join(COLUMNS)}, payload_digest, leaf_hash)
  SELECT %(organization)s::bigint, %(log)s::text, {", ".join(COLUMNS)}, decode(payload_digest, 'hex'), decode(leaf_hash, 'hex')
  FROM new
  RETURNING id, number
), payload AS (
  INSERT INTO ledger_payload (organization_id, entry_id, body, salt)
  SELECT %(organization)s::bigint, entry.id, decode(new.body, 'hex'), decode(new.salt, 'hex')
  FROM new JOIN entry USING (number)
), node AS (
  INSERT INTO ledger_node (organization_id, log, level, position, hash)
  SELECT %(organization)s::bigint, %(log)s::text, level, position, decode(hash, 'hex')
  FROM json_to_recordset(%(nodes)s::json) AS new(level smallint, position bigint, hash text)
), log AS (
  UPDATE ledger_log SET size = %(size)s::bigint, peaks = %(peaks)s::bytea, public_changes = public_changes + %(changes)s::bigint
  WHERE organization_id = %(organization)s AND name = %(log)s
)
SELECT number, id FROM entry
"""
# One look into a unique index for each: a join may be planned as a walk through the whole log.
NODES = """
SELECT wanted.level, wanted.position, CASE WHEN wanted.level > 0 THEN
  (SELECT node.hash FROM ledger_node node
   WHERE node.organization_id = %(organization)s AND node.log = %(log)s
     AND node.level = wanted.level AND node.position = wanted.position)
ELSE
  (SELECT entry.leaf_hash FROM ledger_entry entry
   WHERE entry.organization_id = %(organization)s AND entry.log = %(log)s AND entry.number = wanted.position + 1)
END
FROM unnest(%(levels)s::smallint[], %(positions)s::bigint[]) AS wanted(level, position)
"""


@dataclass(frozen=True)
class Body:
    """A payload before it is stored."""

    body: bytes
    salt: bytes


LOCK = """
SELECT log.size, organization.key, log.peaks FROM ledger_log log
JOIN organizations_organization organization ON organization.id = log.organization_id
WHERE log.organization_id = %s AND log.name = %s FOR UPDATE OF log
"""


@dataclass(frozen=True)
class Locked:
    """A log whose row is locked until the transaction ends."""

    size: int
    organization_key: str
    peaks: bytes


def _prepared(sql: str, values: Any) -> list[tuple[Any, ...]]:
    """Run a statement that the database plans once for each connection: planning these costs more than running them."""
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, values, prepare=True)  # type: ignore[arg-type]
        return cursor.fetchall()


def lock(organization_id: int, log: str) -> Locked:
    """Lock a log. A new one begins at size 0."""
    rows = _prepared(LOCK, [organization_id, log])
    if not rows:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_log (organization_id, name, size, public_changes, peaks) "
                "VALUES (%s, %s, 0, 0, '') ON CONFLICT DO NOTHING",
                [organization_id, log],
            )
        rows = _prepared(LOCK, [organization_id, log])
    ((size, key, peaks),) = rows
    return Locked(size, key, bytes(peaks))


def stored_nodes(organization_id: int, log: str, wanted: set[merkle.Node]) -> merkle.GetNode:
    """The hashes of the wanted subtrees, in one query. Asking for one that is not stored raises KeyError."""
    found: dict[merkle.Node, bytes] = {}
    if wanted:
        levels, positions = zip(*wanted, strict=True)
        values = {"organization": organization_id, "log": log, "levels": [*levels], "positions": [*positions]}
        with connection.cursor() as cursor:
            cursor.execute(NODES, values)
            found = {(level, at): bytes(value) for level, at, value in cursor.fetchall() if value is not None}
    return lambda level, position: found[level, position]


def _tree(organization_id: int, log: str, locked: Locked) -> merkle.Tree:
    try:
        return merkle.Tree.from_edge(locked.size, locked.peaks)
    except ValueError:  # a log from before the edge was kept
        wanted = set(merkle.perfect_subtrees(0, locked.size))
        return merkle.Tree(locked.size, stored_nodes(organization_id, log, wanted))


def known_organization(organization_id: int, key: str) -> Organization:
    """The organization known by number and key; whoever needs its other columns gets them on demand."""
    return Organization.from_db(connection.alias, ["id", "key"], [organization_id, key])


def append(organization_id: int, log: str, entries: Sequence[Entry], bodies: Sequence[Body]) -> None:
    """Number `entries`, complete their leaves and store them with their payloads and the tree's new nodes."""
    locked = lock(organization_id, log)
    organization = known_organization(organization_id, locked.organization_key)
    tree, made = _tree(organization_id, log, locked), list[tuple[int, int, bytes]]()
    for number, entry in enumerate(entries, start=locked.size + 1):
        entry.organization, entry.log, entry.number = organization, log, number
        entry.leaf_hash = entry.computed_leaf_hash()
        made += tree.add(bytes(entry.leaf_hash))
    values = {
        "organization": organization_id,
        "log": log,
        "size": tree.size,
        "peaks": tree.edge(),
        "changes": sum(entry.is_public for entry in entries),
        "entries": json.dumps([_row(entry, body) for entry, body in zip(entries, bodies, strict=True)]),
        "nodes": json.dumps([{"level": n, "position": at, "hash": value.hex()} for n, at, value in made]),
    }
    ids = dict(_prepared(APPEND, values))
    for entry, body in zip(entries, bodies, strict=True):
        entry.pk = ids[entry.number]
        entry._state.adding, entry._state.db = False, connection.alias
        Payload(organization=organization, entry=entry, body=body.body, salt=body.salt)


def _row(entry: Entry, body: Body) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in COLUMNS}
    for name in ("occurred_on", "about_start", "about_end", "recorded_at"):
        row[name] = row[name].isoformat() if row[name] else None
    digests = {"payload_digest": bytes(entry.payload_digest).hex(), "leaf_hash": bytes(entry.leaf_hash).hex()}
    return row | digests | {"body": body.body.hex(), "salt": body.salt.hex()}
