"""The exact bytes that are hashed and signed (docs/reference/verification.md). Pure: no Django, no database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from prongsai.foundation.ledger.merkle import leaf_hash

LABEL_LENGTH = 1000
UNIT_LENGTH = 200
HEAD_CONTEXT = b"prongsai tree head v1\n"
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

# What a citation shows anyway, and what it has to disclose beside that.
CITED_FIELDS = ("kind", "about", "occurred_on", "origin")
DISCLOSED_FIELDS = (
    "v", "organization", "log", "about_start", "about_end", "subject", "topic", "unit", "visibility", "label",
    "payload_digest",
)  # fmt: skip


def canonical(value: Any) -> bytes:
    """JSON as UTF-8 with sorted keys and no spaces. Raises ValueError for what has no such form."""
    return _encode(value).encode()


def moment(value: datetime) -> str:
    """A time in UTC with six digits of microseconds: 2025-10-01T02:00:00.000000Z."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def normal_moment(text: str) -> str:
    """`moment` of a time written in any ISO 8601 form. Raises ValueError for one without an offset."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"{text} names no time zone")
    return moment(value)


def leaf_fields(organization_key: str, log: str, entry: Any) -> dict[str, Any]:
    """What an entry's leaf is computed from: `entry` has the columns of models.Entry.

    Nothing here may ever change; a new form gets a new "v".
    """
    return {
        "v": 1,
        "organization": organization_key,
        "log": log,
        "number": entry.number,
        "kind": entry.kind,
        "about": entry.about,
        "occurred_on": entry.occurred_on.isoformat(),
        "about_start": entry.about_start.isoformat() if entry.about_start else None,
        "about_end": entry.about_end.isoformat() if entry.about_end else None,
        "origin": entry.origin,
        "subject": entry.subject,
        "topic": entry.topic,
        "unit": entry.unit,
        "visibility": entry.visibility,
        "label": entry.label,
        "payload_digest": bytes(entry.payload_digest).hex(),
        "recorded_at": moment(entry.recorded_at),
    }


def leaf_hash_of(leaf: bytes) -> bytes:
    """The RFC 9162 leaf hash of a leaf's canonical bytes."""
    return leaf_hash(leaf)


def payload_digest(salt: bytes, body: bytes) -> bytes:
    """What a leaf holds of its payload."""
    return sha256(salt + body).digest()


def leaf_from_citation(citation: Mapping[str, Any]) -> bytes:
    """The leaf hash recomputed from what a report's JSON says. Raises ValueError when something is missing.

    `citation` has the citation's own keys and beside them those of `selectors.disclosed_fields`.
    """
    try:
        fields = {name: citation[name] for name in (*CITED_FIELDS, *DISCLOSED_FIELDS)}
        fields["number"] = citation["entry"]
        fields["recorded_at"] = normal_moment(citation["recorded_at"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"the citation lacks {error}") from error
    return leaf_hash_of(canonical(fields))


class Told(StrEnum):
    """Whether a citation's title and address are its entry's."""

    TRUE = "true"
    FALSE = "false"
    ERASED = "erased"  # a public entry whose payload was erased: nothing is left to compare with


def told_truly(citation: Mapping[str, Any]) -> Told:
    """Compare title and address of a citation with what its leaf commits to.

    The payload of a public entry is disclosed and must fit the leaf's digest. Of an internal one the citation
    may print the leaf's own label and nothing else. Check `leaf_from_citation` first.
    """
    title, url = citation.get("title"), citation.get("url")
    if "payload" not in citation:
        if title == citation["label"] and not url:
            return Told.TRUE
        return Told.ERASED if citation["visibility"] == "public" else Told.FALSE
    payload = disclosed_payload(citation)
    true = payload is not None and payload.get("title") == title and payload.get("url") == url
    return Told.TRUE if true else Told.FALSE


def disclosed_payload(citation: Mapping[str, Any]) -> dict[str, Any] | None:
    """The values of a citation's payload; None when there is none that fits the leaf's digest."""
    try:
        body, salt = citation["payload"].encode(), bytes.fromhex(citation["salt"])
        if payload_digest(salt, body).hex() != citation["payload_digest"]:
            return None
        values = json.loads(body)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return values if isinstance(values, dict) else None


def head_message(head: Mapping[str, Any]) -> bytes:
    """The bytes that a tree head's signature covers."""
    return HEAD_CONTEXT + canonical(
        {
            "organization": head["organization"],
            "log": head.get("log", "main"),
            "size": head["size"],
            "root": head["root"],
            "time": normal_moment(head["time"]),
        }
    )
