"""Every write to the main log. Facts are buffered, and appended as the last act of the organization's scope."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from prongsai.foundation.ledger.append import Body, append
from prongsai.foundation.ledger.kinds import (
    FACT_WITHDRAWN,
    PAYLOAD_ERASED,
    about_code,
    content_is_needed,
    fact_kind,
)
from prongsai.foundation.ledger.leaf import LABEL_LENGTH, UNIT_LENGTH, canonical, payload_digest
from prongsai.foundation.ledger.models import Entry, LogName, Payload, Withdrawal
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Period, Ref, Topic, Visibility
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.personal import personal_data, repeated

JSON = None | bool | int | str | list["JSON"] | dict[str, "JSON"]
RESERVED = {"title", "url", "actor"}
SALT_BYTES = 32


class _Flushed:
    """Stands among the transaction's hooks for one flush, and is dropped with it by a rolled-back savepoint."""

    def __call__(self) -> None:
        """Nothing is left to do after the commit."""


@dataclass(eq=False)
class PendingFact:
    """A fact that is recorded and not yet appended. `entry` is set once it is flushed.

    It waits among the transaction's on_commit hooks: Django drops the hooks of a rolled-back transaction or
    savepoint, and so exactly the facts that did not happen. Nothing runs on commit.
    """

    organization_id: int
    draft: Entry
    body: Body
    entry: Entry | None = None
    flush: _Flushed | None = field(default=None, repr=False)

    def __call__(self) -> None:
        """Nothing is left to do after the commit."""


def record(
    *,
    actor: Actor,
    kind: str,
    about: str = "",
    occurred_on: date,
    about_period: Period | None = None,
    origin: Origin,
    subject: Ref | None = None,
    topic: Topic | None = None,
    unit: str = "",
    visibility: Visibility = Visibility.INTERNAL,
    title: str = "",
    url: str = "",
    payload: Mapping[str, Any] = {},
) -> PendingFact:
    """Put a fact on record for the organization in scope.

    Appended when the organization's outermost scope ends without an exception, or at `flush()`; dropped when
    the transaction or savepoint is rolled back. Everything in `payload` is JSON without fractions (write them
    as text); files stand under "files" as {"sha256", "name", "size", "type"}. The title and all of the payload
    of a PUBLIC fact can be read by anybody.

    Raises InvalidInput for an unknown kind or about-code, a day in the future, or a payload that is not JSON;
    NotScoped outside a scope.
    """
    organization_id = current_organization_id()
    if isinstance(occurred_on, datetime):
        raise InvalidInput(gettext("When it happened is said by the day, not the time"), field="occurred_on")
    if occurred_on > clock.today():
        raise InvalidInput(gettext("The day on which it happened is yet to come"), field="occurred_on")
    if len(unit) > UNIT_LENGTH or "\0" in unit:
        raise InvalidInput(gettext("The name of the unit is too long"), field="unit")
    label = fact_kind(kind).title + (f": {about_code(about).title}" if about else "")
    label = label[:LABEL_LENGTH]
    body = Body(_payload_bytes(actor, title or label, url, payload), secrets.token_bytes(SALT_BYTES))
    draft = Entry(
        kind=kind,
        about=about,
        occurred_on=occurred_on,
        about_start=about_period.start if about_period else None,
        about_end=about_period.end if about_period else None,
        origin=Origin(origin).value,
        subject=str(subject) if subject else "",
        topic=Topic(topic).value if topic else "",
        unit=unit,
        visibility=Visibility(visibility).value,
        label=label,
        payload_digest=payload_digest(body.salt, body.body),
        recorded_at=clock.now(),
    )
    pending = PendingFact(organization_id, draft, body)
    transaction.on_commit(pending)
    return pending


def _payload_bytes(actor: Actor, title: str, url: str, payload: Mapping[str, Any]) -> bytes:
    taken = RESERVED & payload.keys()
    if taken:
        raise InvalidInput(
            gettext("These names cannot be used in the content: %(names)s")
            % {"names": ", ".join(sorted(taken))},
            field="payload",
        )
    by = {"name": actor.name, "position": actor.position, "unit": actor.unit}
    values = {**payload, "title": title, "url": url, "actor": {k: v for k, v in by.items() if v}}
    try:
        _require_json(values)
        return canonical(values)
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            gettext("The content of the evidence cannot be recorded: %(error)s") % {"error": error},
            field="payload",
        ) from error


def _require_json(value: object) -> None:
    """Only what every language writes the same way: no fractions, no keys that are not text."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{key!r} is not a text key")
            _require_json(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _require_json(inner)
    elif not (value is None or isinstance(value, str | int)):
        raise TypeError(f"{value!r} is not JSON text, whole number, list or object")


def _due(organization_id: int) -> list[PendingFact]:
    hooks = [hook for _, hook, _ in connection.run_on_commit]
    flushes = {hook for hook in hooks if isinstance(hook, _Flushed)}
    return [
        hook
        for hook in hooks
        if isinstance(hook, PendingFact)
        and hook.organization_id == organization_id
        and hook.flush not in flushes  # never flushed, or flushed in a savepoint that was rolled back
    ]


def pending() -> list[Entry]:
    """The organization's facts that were recorded in this transaction and have no number yet, in their order."""
    return [fact.draft for fact in _due(current_organization_id())]


def flush() -> list[Entry]:
    """Append the organization's pending facts now and return their entries, in the order of recording.

    Locks the log until the transaction ends: call it last, and only where the numbers are needed.
    """
    organization_id = current_organization_id()
    due = _due(organization_id)
    if not due:
        return []
    append(organization_id, LogName.MAIN, [fact.draft for fact in due], [fact.body for fact in due])
    done = _Flushed()
    transaction.on_commit(done)
    for fact in due:
        fact.entry, fact.flush = fact.draft, done
    return [fact.draft for fact in due]


def entry_ref(entry: Entry) -> Ref:
    """How facts about an entry name it: by its number."""
    return Ref("ledger", "entry", entry.number)


@transaction.atomic
def claim_withdrawal(entry: Entry) -> None:
    """Be the one who takes `entry` back; whoever comes second waits. Raises WrongState when it is withdrawn already.

    Claimed before the log is locked (by `flush`), never after it: two who take back one entry would wait for each
    other.
    """
    _require_main(entry)
    _, fresh = Withdrawal.objects.get_or_create(entry=entry)
    if not fresh:
        raise WrongState(
            gettext("Entry %(number)s of the evidence register is withdrawn already")
            % {"number": entry.number}
        )


@transaction.atomic
def withdraw(
    *, actor: Actor, entry: Entry, reason: str, replaced_by: Entry | None = None, claimed: bool = False
) -> PendingFact:
    """Take back a fact that should not stand. The entry stays in the log; selectors leave it out.

    The caller checks the permission, and may have claimed the withdrawal. Raises WrongState when it is withdrawn
    already, InvalidInput without a reason.
    """
    _require_reason(reason)
    _require_main(entry)
    if not claimed:
        claim_withdrawal(entry)
    extra: dict[str, Any] = {"entry": entry.number, "reason": reason}
    if replaced_by is not None:
        extra["replaced_by"] = replaced_by.number
    return record(
        actor=actor,
        kind=FACT_WITHDRAWN,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=entry_ref(entry),
        visibility=Visibility(entry.visibility),
        title=f"ถอนรายการหลักฐานที่ {entry.number}: {entry.label}",
        payload=extra,
    )


@transaction.atomic
def erase_payload(*, actor: Actor, entry: Entry, reason: str) -> PendingFact:
    """Erase what an entry says beyond its leaf (PDPA). The log stays verifiable; verify says "erased".

    Needs the permission ledger.erase. Raises WrongState when it is erased already or verification needs it
    (`can_be_erased`), InvalidInput without a reason and for one that repeats what is erased. Files that the entry
    names are the matter of `files.erasing.erase_entry`.
    """
    actor.require("ledger.erase")
    _require_reason(reason)
    _require_main(entry)
    if content_is_needed(entry.kind, entry.origin):
        raise WrongState(
            gettext(
                "The content of entry %(number)s cannot be erased, because figures are counted from it "
                "or a closed report is verified with it"
            )
            % {"number": entry.number}
        )
    payload = Payload.objects.select_for_update().get(entry=entry)
    if payload.body is None:
        raise WrongState(
            gettext("The content of entry %(number)s is erased already") % {"number": entry.number}
        )
    _require_new_words(reason, entry, json.loads(bytes(payload.body)))
    payload.body = payload.salt = None
    payload.save(update_fields=["body", "salt"])
    return record(
        actor=actor,
        kind=PAYLOAD_ERASED,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=entry_ref(entry),
        visibility=Visibility(entry.visibility),
        title=f"ลบเนื้อความของรายการหลักฐานที่ {entry.number}: {entry.label}",
        payload={"entry": entry.number, "reason": reason},
    )


def can_be_erased(entry: Entry) -> bool:
    """Whether the entry, read `with_payload()`, holds something that `erase_payload` would take."""
    held = entry.payload.body is not None  # type: ignore[attr-defined]
    return held and entry.log == LogName.MAIN and not content_is_needed(entry.kind, entry.origin)


def _require_new_words(reason: str, entry: Entry, content: Mapping[str, Any]) -> None:
    """The reason stays for ever: it neither holds personal data nor says again what is erased."""
    found = ", ".join(personal_data(reason))
    found = found or repeated(reason, _texts(content), known=(entry.label, entry.unit))
    if found:
        raise InvalidInput(
            gettext(
                "The reason stays in the register, so it cannot repeat what is erased: "
                "%(found)s. Write it without these words."
            )
            % {"found": found},
            field="reason",
        )


def _texts(value: object) -> Iterator[str]:
    """Every text in a payload's values; no fingerprints."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name != "sha256":
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput(gettext("Give a reason"), field="reason")


def _require_main(entry: Entry) -> None:
    if entry.log != LogName.MAIN:
        raise WrongState(gettext("An entry of the sealed log can be neither withdrawn nor erased"))
