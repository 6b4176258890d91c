"""Appending to a log: lock the log's row, number the entries, grow the tree, all in three statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from prongsai.foundation.ledger import merkle
from prongsai.foundation.ledger.models import Entry, Payload
from prongsai.foundation.organizations.models import Organization

# The array type of each column of an entry that is written.
COLUMNS = {
    "number": "bigint", "kind": "text", "about": "text", "occurred_on": "date", "about_start": "date",
    "about_end": "date", "origin": "text", "subject": "text", "topic": "text", "unit": "text",
    "visibility": "text", "label": "text", "payload_digest": "bytea", "recorded_at": "timestamptz",
    "leaf_hash": "bytea",
}  # fmt: skip
_ARRAYS = ", ".join(f"%({name})s::{kind}[]" for name, kind in COLUMNS.items())
APPEND = f"""
WITH entry AS (
  INSERT INTO ledger_entry (organization_id, log, {", ".join(COLUMNS)})
  SELECT %(organization)s, %(log)s, new.* FROM unnest({_ARRAYS}) AS new
  RETURNING id, number
), payload AS (
  INSERT INTO ledger_payload (organization_id, entry_id, body, salt)
  SELECT %(organization)s, entry.id, new.body, new.salt
  FROM unnest(%(number)s::bigint[], %(body)s::bytea[], %(salt)s::bytea[]) AS new(number, body, salt)
  JOIN entry USING (number)
), node AS (
  INSERT INTO ledger_node (organization_id, log, level, position, hash)
  SELECT %(organization)s, %(log)s, new.*
  FROM unnest(%(levels)s::smallint[], %(positions)s::bigint[], %(hashes)s::bytea[]) AS new
), log AS (
  UPDATE ledger_log SET size = %(size)s, public_changes = public_changes + %(changes)s
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
SELECT log.size, organization.key FROM ledger_log log
JOIN organizations_organization organization ON organization.id = log.organization_id
WHERE log.organization_id = %s AND log.name = %s FOR UPDATE OF log
"""


def lock(organization_id: int, log: str) -> tuple[int, str]:
    """The log's size and its organization's key, with the log locked until the transaction ends.

    A new log begins at 0.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [organization_id, log])
        row = cursor.fetchone()
        if row is None:
            cursor.execute(
                "INSERT INTO ledger_log (organization_id, name, size, public_changes) VALUES (%s, %s, 0, 0) "
                "ON CONFLICT DO NOTHING",
                [organization_id, log],
            )
            cursor.execute(LOCK, [organization_id, log])
            row = cursor.fetchone()
    assert row is not None
    return row


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


def append(organization_id: int, log: str, entries: Sequence[Entry], bodies: Sequence[Body]) -> None:
    """Number `entries`, complete their leaves and store them with their payloads and the tree's new nodes."""
    size, key = lock(organization_id, log)
    organization = Organization.from_db(
        connection.alias, ["id", "key"], [organization_id, key]
    )  # the rest on demand
    for number, entry in enumerate(entries, start=size + 1):
        entry.organization, entry.log, entry.number = organization, log, number
        entry.leaf_hash = entry.computed_leaf_hash()
    node = stored_nodes(organization_id, log, set(merkle.perfect_subtrees(0, size)))
    made = merkle.grown(size, (bytes(entry.leaf_hash) for entry in entries), node)
    values = {name: [getattr(entry, name) for entry in entries] for name in COLUMNS}
    values |= {
        "organization": organization_id,
        "log": log,
        "size": size + len(entries),
        "changes": sum(entry.is_public for entry in entries),
        "body": [body.body for body in bodies],
        "salt": [body.salt for body in bodies],
        "levels": [level for level, _, _ in made],
        "positions": [position for _, position, _ in made],
        "hashes": [value for _, _, value in made],
    }
    with connection.cursor() as cursor:
        ids = dict(cursor.execute(APPEND, values).fetchall())
    for entry, body in zip(entries, bodies, strict=True):
        entry.pk = ids[entry.number]
        entry._state.adding, entry._state.db = False, connection.alias
        Payload(organization=organization, entry=entry, body=body.body, salt=body.salt)
