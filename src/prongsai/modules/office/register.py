"""Reads of the whole register and of every file, for whoever audits: usable at 100,000 entries."""

from __future__ import annotations

import json

from django.db.models import BinaryField, F, Func, IntegerField, Q, QuerySet, Value

from prongsai.foundation.ledger.models import Entry, EntryQuerySet, LogName, Payload

FEW = 2000  # hits that are looked up first; more of them are found on the way through the register


class Position(Func):
    """Where bytes stand in others, 0 for nowhere."""

    template = "position(%(expressions)s)"
    arg_joiner = " IN "
    output_field = IntegerField()  # type: ignore[assignment]


def entries(told: Q) -> EntryQuerySet:
    """Every entry of the main log that is `told` (casework.kept.entries_told), withdrawn ones too, the latest first."""
    return Entry.objects.filter(told, log=LogName.MAIN).order_by("-number")  # type: ignore[return-value]


def saying(rows: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """The entries whose payload holds `text` as JSON writes it. Reads the payloads once, unless there are many hits."""
    return _holding(rows, json.dumps(text, ensure_ascii=False)[1:-1])


def by_person(rows: QuerySet[Entry], name: str) -> QuerySet[Entry]:
    """The entries that a person of this name recorded. The canonical form puts the name first behind "actor"."""
    return _holding(rows, f'"actor":{{"name":{json.dumps(name, ensure_ascii=False)}')


def _holding(rows: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    words = Value(text.encode(), output_field=BinaryField())
    # In the order of the payloads' own index: where hits are rare, walking the entries would look each one up.
    found = Payload.objects.alias(_at=Position(words, F("body"))).filter(_at__gt=0).order_by("-entry_id")
    hits = list(found.values_list("entry_id", flat=True)[: FEW + 1])
    if len(hits) <= FEW:
        return rows.filter(pk__in=hits)
    return rows.alias(_at=Position(words, F("payload__body"))).filter(_at__gt=0)


def citing(sha256: str, told: Q, most: int = 50) -> list[Entry]:
    """The entries that are told and name a file's content, the latest first, at most `most`."""
    return list(saying(entries(told), sha256).select_related("payload", "organization")[:most])
