"""What the services share: sealing an event into a report, and putting it into the sealed log."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from prongsai.foundation.ledger.sealed import record_sealed
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.modules.corruption.keys import CROCKFORD
from prongsai.modules.corruption.models import Holder, Item, Report
from prongsai.modules.corruption.sealing import ITEM, LOG, seal, seal_for_many

REF_LENGTH = 12  # signs of 5 bits
LONGEST_BY = 60


def new_ref() -> str:
    """A name that tells nothing: neither order nor day."""
    return "".join(secrets.choice(CROCKFORD.lower()) for _ in range(REF_LENGTH))


def as_bytes(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Told:
    """An event, sealed and not kept yet: its item in the report, and what the sealed log gets of it."""

    item: Item
    logged: bytes

    def keep(self) -> Item:
        self.item.save()
        record_sealed(body=self.logged)
        return self.item


def put_event(
    report: Report, kind: str, *, actor: Actor | None = None, to_reporter: bool = False, **said: Any
) -> Item:
    """Seal an event into the report, and another time into the sealed log. The reporter gets their part or an empty one.

    What the reporter reads is the kind, the day, the text and the state: never a name.
    """
    return told(report, kind, actor=actor, to_reporter=to_reporter, **said).keep()


def told(
    report: Report, kind: str, *, actor: Actor | None = None, to_reporter: bool = False, **said: Any
) -> Told:
    """The event of `put_event`, sealed, of which nothing is kept yet."""
    whole = {"kind": kind, "day": clock.today().isoformat(), "by": actor.name if actor else "", **said}
    shown = {name: whole[name] for name in ("kind", "day", "text", "state") if name in whole}
    sealed = as_bytes(whole)
    item = Item(
        report=report,
        sealed=seal(sealed, report.public, ITEM),
        for_reporter=seal(as_bytes(shown) if to_reporter else b"", bytes(report.reporter_public), ITEM),
    )
    return Told(item, _logged(report, str(said.get("act", kind)), sealed, by=actor.name if actor else ""))


def _logged(report: Report, act: str, sealed: bytes, *, by: str = "") -> bytes:
    """An act on a report for the sealed log and whoever may read the report. Carries the digest of the event itself."""
    entry = {
        "report": report.ref,
        "act": act,
        "day": clock.today().isoformat(),
        "by": by[:LONGEST_BY],
        "digest": sha256(sealed).hexdigest(),
    }
    return seal(as_bytes(entry), report.public, LOG)


def log_channel(actor: Actor, act: str, readers: Sequence[Holder], **said: Any) -> None:
    """An act on the channel itself in the sealed log, for all who hold keys at the time.

    Before anybody holds one it stands there as it is, without names: entries of that log are never erased.
    """
    entry = {"act": act, "day": clock.today().isoformat(), **said}
    publics = [holder.public for holder in readers if holder.confirmed]
    if not publics:
        record_sealed(body=as_bytes({name: value for name, value in entry.items() if name != "name"}))
        return
    record_sealed(body=seal_for_many(as_bytes({**entry, "by": actor.name[:LONGEST_BY]}), publics, LOG))
