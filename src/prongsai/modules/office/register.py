"""Reads of the whole register and of every file, for whoever audits: fast at 100,000 entries."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import BinaryField, F, Func, IntegerField, Value

from prongsai.foundation.ledger.models import Entry, EntryQuerySet, LogName


class Position(Func):
    """Where bytes stand in others, 0 for nowhere."""

    template = "position(%(expressions)s)"
    arg_joiner = " IN "
    output_field = IntegerField()  # type: ignore[assignment]


def entries() -> EntryQuerySet:
    """Every entry of the main log, withdrawn ones too, the latest first."""
    return Entry.objects.filter(log=LogName.MAIN).order_by("-number")  # type: ignore[return-value]


def saying(rows: Any, text: str) -> Any:
    """The entries whose payload holds `text` as it is written in JSON. Reads the payloads: for narrow questions."""
    words = json.dumps(text, ensure_ascii=False)[1:-1].encode()
    found = Position(Value(words, output_field=BinaryField()), F("payload__body"))
    return rows.alias(_at=found).filter(_at__gt=0)


def by_person(rows: Any, name: str) -> Any:
    """The entries that a person of this name recorded. The canonical form puts the name first behind "actor"."""
    words = f'"actor":{{"name":{json.dumps(name, ensure_ascii=False)}'.encode()
    found = Position(Value(words, output_field=BinaryField()), F("payload__body"))
    return rows.alias(_by=found).filter(_by__gt=0)


def citing(sha256: str, most: int = 50) -> list[Entry]:
    """The entries that name a file's content, the latest first, at most `most`."""
    return list(saying(entries(), sha256).with_payload()[:most])
