"""Reads of the organization's log in scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prongsai.foundation.ledger import merkle
from prongsai.foundation.ledger.append import stored_nodes
from prongsai.foundation.ledger.leaf import DISCLOSED_FIELDS
from prongsai.foundation.ledger.models import Entry, EntryQuerySet, Log, LogName, TreeHead
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel.contracts import Origin, Period, Ref, Topic, Visibility


def facts(
    *,
    kind: str | None = None,
    about: str | None = None,
    subject: Ref | None = None,
    topic: Topic | None = None,
    unit: str | None = None,
    origin: Origin | None = None,
    visibility: Visibility | None = None,
    occurred_in: Period | None = None,
    numbers: Iterable[int] | None = None,
) -> EntryQuerySet:
    """The facts that stand (not withdrawn), by number. Add `.with_payload()` before reading titles."""
    found = Entry.objects.filter(log=LogName.MAIN).valid()
    exact = {
        "kind": kind, "about": about, "subject": str(subject) if subject else None, "topic": topic,
        "unit": unit, "origin": origin, "visibility": visibility,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in exact.items() if value is not None})
    if occurred_in is not None:
        found = found.filter(occurred_on__gte=occurred_in.start, occurred_on__lte=occurred_in.end)
    return found if numbers is None else found.numbered(numbers)


def log_size(log: str = LogName.MAIN) -> int:
    """How many entries the log has."""
    return Log.objects.filter(name=log).values_list("size", flat=True).first() or 0


def public_change_counter() -> int:
    """Rises with every public fact: what public pages are cached under."""
    return Log.objects.filter(name=LogName.MAIN).values_list("public_changes", flat=True).first() or 0


def latest_head(log: str = LogName.MAIN) -> TreeHead | None:
    """The signed tree head that covers most, or None before the first is signed."""
    return TreeHead.objects.filter(log=log).order_by("-size").first()


def citation_proofs(
    entries: Iterable[int | Entry], size: int, *, log: str = LogName.MAIN
) -> dict[int, tuple[int, str, tuple[str, ...]]]:
    """For each entry (or number): index, leaf hash and audit path in the tree of `size`, as hex. Two queries.

    Raises ValueError for an entry that the tree of `size` does not hold.
    """
    numbers = sorted({entry.number if isinstance(entry, Entry) else entry for entry in entries})
    if not numbers:
        return {}
    spans = {number: merkle.audit_spans(number - 1, size) for number in numbers}
    wanted = {node for path in spans.values() for span in path for node in merkle.perfect_subtrees(*span)}
    wanted |= {(0, number - 1) for number in numbers}
    node = stored_nodes(current_organization_id(), log, wanted)
    hashes: dict[merkle.Span, str] = {
        span: merkle.span_hash(span, node).hex() for path in spans.values() for span in path
    }
    return {
        number: (number - 1, node(0, number - 1).hex(), tuple(hashes[span] for span in path))
        for number, path in spans.items()
    }


def root(size: int, *, log: str = LogName.MAIN) -> bytes:
    """The root of the tree of the first `size` entries."""
    node = stored_nodes(current_organization_id(), log, set(merkle.perfect_subtrees(0, size)))
    return merkle.span_hash((0, size), node)


def consistency_proof(old: int, new: int, *, log: str = LogName.MAIN) -> list[bytes]:
    """The hashes that prove that the tree of `new` entries extends that of `old`; none when old is 0."""
    if old in (0, new):
        return []
    spans = merkle.consistency_spans(old, new)
    wanted = {node for span in spans for node in merkle.perfect_subtrees(*span)}
    node = stored_nodes(current_organization_id(), log, wanted)
    return [merkle.span_hash(span, node) for span in spans]


def organization_key() -> str:
    """The key of the organization in scope, as leaves and heads name it."""
    return Organization.objects.values_list("key", flat=True).get(pk=current_organization_id())


def disclosed_fields(entry: Entry) -> dict[str, Any]:
    """What a citation has to disclose so that anybody can recompute the entry's leaf.

    Of a public entry also payload and salt. Read the entry `with_payload()`.
    """
    fields = entry.leaf_fields()
    disclosed = {name: fields[name] for name in DISCLOSED_FIELDS}
    payload = entry.payload  # type: ignore[attr-defined]
    if entry.is_public and payload.body is not None:
        disclosed |= {"payload": bytes(payload.body).decode(), "salt": bytes(payload.salt).hex()}
    return disclosed


def cited_title(entry: Entry) -> tuple[str, str]:
    """Title and address that a citation prints: of an internal entry only the label, which names nobody."""
    return (entry.title, entry.url) if entry.is_public else (entry.label, "")
