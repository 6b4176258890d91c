"""The sealed log: acts of the corruption channel, appended once a day so that no number tells when they happened.

What it hides, and from whom, stands in docs/reference/verification.md.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext

from prongsai.foundation.ledger.append import Body, append, lock
from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.kinds import SEALED
from prongsai.foundation.ledger.leaf import payload_digest
from prongsai.foundation.ledger.models import Entry, LogName, SealedPending
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Visibility
from prongsai.kernel.errors import InvalidInput

LABEL = "รายการปิดผนึก"
BATCH = 8  # every day has a multiple of this many entries, at least one batch
BLOCK = 1024  # every body is padded to a multiple of this many bytes
LONGEST = 64 * BLOCK
SALT_BYTES = 32
_LENGTH_BYTES = 4


def record_sealed(*, body: bytes) -> None:
    """Keep an act for the next sealed batch. `body` should be sealed to its readers already.

    Raises InvalidInput for a body that is empty or longer than 64 KiB, NotScoped outside a scope.
    """
    current_organization_id()
    if not 0 < len(body) <= LONGEST - _LENGTH_BYTES:
        raise InvalidInput(gettext("Sealed content has at most 64 kilobytes"), field="body")
    SealedPending.objects.create(body=body)


@transaction.atomic
def append_sealed_batch(day: date) -> int:
    """Append what waits, as the batch of `day`, and sign the head. Returns the number of entries, fillers included.

    Run once a day: a day without any act gets a batch of fillers, so that silence shows as little as an act.
    A second call for the same or an earlier day appends nothing and returns 0.
    """
    if day > clock.today():
        raise InvalidInput(gettext("The day is yet to come"), field="day")
    organization_id = current_organization_id()
    lock(organization_id, LogName.SEALED)  # before looking: two jobs must not both find nothing
    if Entry.objects.filter(log=LogName.SEALED, occurred_on__gte=day).exists():
        return 0
    waiting = list(SealedPending.objects.all())
    bodies = [_padded(bytes(pending.body)) for pending in waiting]
    bodies += [_padded(b"") for _ in range(-len(bodies) % BATCH or (0 if bodies else BATCH))]
    secrets.SystemRandom().shuffle(bodies)
    midnight = datetime.combine(day, time(), tzinfo=clock.BANGKOK)
    salted = [Body(body, secrets.token_bytes(SALT_BYTES)) for body in bodies]
    append(organization_id, LogName.SEALED, [_entry(body, day, midnight) for body in salted], salted)
    SealedPending.objects.filter(pk__in=[pending.pk for pending in waiting]).delete()
    sign_head(actor=Actor.system(), log=LogName.SEALED, time=midnight)
    return len(bodies)


def _entry(body: Body, day: date, midnight: datetime) -> Entry:
    return Entry(
        kind=SEALED,
        about="",
        occurred_on=day,
        origin=Origin.WORK.value,
        visibility=Visibility.INTERNAL.value,
        label=LABEL,
        payload_digest=payload_digest(body.salt, body.body),
        recorded_at=midnight,
    )


def _padded(body: bytes) -> bytes:
    """Length, body, and random bytes up to a full block; length 0 is a filler."""
    content = len(body).to_bytes(_LENGTH_BYTES, "big") + body
    return content + secrets.token_bytes(-len(content) % BLOCK)


def sealed_body(entry: Entry) -> bytes | None:
    """What an entry of the sealed log holds; None for a filler."""
    stored = bytes(entry.payload.body)  # type: ignore[attr-defined]
    length = int.from_bytes(stored[:_LENGTH_BYTES], "big")
    return stored[_LENGTH_BYTES : _LENGTH_BYTES + length] if length else None


def sealed_days() -> list[tuple[date, int]]:
    """What the public sees of the sealed log: each day with its number of entries, fillers included."""
    days = Entry.objects.filter(log=LogName.SEALED).values("occurred_on").order_by("occurred_on")
    return list(days.annotate(count=Count("pk")).values_list("occurred_on", "count"))
