"""The tables of the ledger. Rows come from `services` only; the database refuses to change or remove them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

from django.db import models

from prongsai.foundation.ledger.leaf import (
    LABEL_LENGTH,
    UNIT_LENGTH,
    canonical,
    head_message,
    leaf_fields,
    leaf_hash_of,
    moment,
)
from prongsai.foundation.tenancy.fields import CurrentOrganization, TenantForeignKey, TenantModel
from prongsai.kernel.contracts import Period


class LogName(models.TextChoices):
    """An organization's two logs; each has its own numbers, tree and heads."""

    MAIN = "main", "บันทึกหลักฐาน"
    SEALED = "sealed", "บันทึกปิดผนึก"


class TenantOneToOneField(TenantForeignKey, models.OneToOneField):
    """One row beside one row of the same organization."""


class LedgerTable(TenantModel):
    """A tenant table without an index on the organization alone: each has better ones that begin with it."""

    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        db_default=CurrentOrganization(),
        editable=False,
        related_name="+",
        db_index=False,
    )  # pyright: ignore[reportCallIssue] (the stubs do not know db_default)

    class Meta:
        abstract = True


class Log(LedgerTable):
    """How long a log is. Whoever appends holds this row's lock, so that the numbers have no gaps."""

    name = models.CharField(max_length=10, choices=LogName)
    size = models.BigIntegerField(default=0)
    public_changes = models.BigIntegerField(default=0)  # public pages are cached under this counter
    peaks = models.BinaryField(default=bytes)  # the tree's right edge, so that an append reads no nodes

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="ledger_log_once")]


class EntryQuerySet(models.QuerySet["Entry"]):
    def with_payload(self) -> EntryQuerySet:
        """Bring payload and organization along, in the same query."""
        return self.select_related("payload", "organization")

    def valid(self) -> EntryQuerySet:
        """Without the entries that were withdrawn."""
        return self.filter(withdrawal__isnull=True)

    def about_period(self, period: Period) -> EntryQuerySet:
        """Facts about a period that overlaps `period`, and facts that name none."""
        overlapping = models.Q(about_start__lte=period.end, about_end__gte=period.start)
        return self.filter(overlapping | models.Q(about_start__isnull=True))

    def numbered(self, numbers: Iterable[int]) -> EntryQuerySet:
        return self.filter(number__in=list(numbers))


class Entry(LedgerTable):
    """One fact (รายการหลักฐาน). Everything that goes into its leaf, and no personal data."""

    log = models.CharField(max_length=10, choices=LogName, default=LogName.MAIN)
    number = models.BigIntegerField()  # เลขหลักฐาน, counted from 1; the leaf's index is one less
    kind = models.CharField(max_length=100)
    about = models.CharField(max_length=100, blank=True)
    occurred_on = models.DateField()
    about_start = models.DateField(null=True)
    about_end = models.DateField(null=True)
    origin = models.CharField(max_length=10)
    subject = models.CharField(max_length=200, blank=True)  # a Ref's text
    topic = models.CharField(max_length=30, blank=True)
    unit = models.CharField(max_length=UNIT_LENGTH, blank=True)
    visibility = models.CharField(max_length=10)
    label = models.CharField(max_length=LABEL_LENGTH)
    payload_digest = models.BinaryField()  # SHA-256 of salt and body
    recorded_at = models.DateTimeField()
    leaf_hash = models.BinaryField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "log", "number"], name="ledger_entry_number"),
        ]
        indexes = [
            models.Index(fields=["organization", "kind", "about", "occurred_on"], name="ledger_entry_kind"),
            models.Index(fields=["organization", "subject"], name="ledger_entry_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def is_public(self) -> bool:
        return self.visibility == "public"

    @property
    def period(self) -> Period | None:
        """The period that the fact is about."""
        return Period(self.about_start, self.about_end) if self.about_start and self.about_end else None

    @property
    def content(self) -> dict[str, Any]:
        """The payload's values; empty when it was erased. One query unless read `with_payload()`."""
        body = self.payload.body  # type: ignore[attr-defined]
        return json.loads(bytes(body)) if body is not None else {}

    @property
    def title(self) -> str:
        """The payload's title, or the label when the payload was erased."""
        return self.content.get("title") or self.label

    @property
    def url(self) -> str:
        return self.content.get("url", "")

    def leaf_fields(self) -> dict[str, Any]:
        """What the leaf is computed from (docs/reference/verification.md)."""
        return leaf_fields(self.organization.key, self.log, self)

    def computed_leaf_hash(self) -> bytes:
        return leaf_hash_of(canonical(self.leaf_fields()))


class Payload(LedgerTable):
    """What an entry says beyond its leaf. May be erased; the entry's digest stays."""

    entry = TenantOneToOneField(Entry, models.PROTECT, related_name="payload")
    body = models.BinaryField(null=True)
    salt = models.BinaryField(null=True)  # 32 random bytes: without them nobody can guess the body


class Node(LedgerTable):
    """The hash of a perfect subtree of 2**level leaves (level 1 and up; level 0 is the entry's leaf_hash)."""

    pk = models.CompositePrimaryKey("organization_id", "log", "level", "position")
    log = models.CharField(max_length=10, choices=LogName)
    level = models.SmallIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField()


class Withdrawal(LedgerTable):
    """Marks an entry that was withdrawn, so that selectors leave it out by an index."""

    entry = TenantOneToOneField(Entry, models.PROTECT, related_name="withdrawal")


class TreeHead(LedgerTable):
    """A signed tree head: the log up to entry `size`. One per size."""

    log = models.CharField(max_length=10, choices=LogName, default=LogName.MAIN)
    size = models.BigIntegerField()
    root = models.BinaryField()
    time = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField()

    class Meta:
        ordering = ["size"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "log", "size"], name="ledger_head_once"),
        ]

    @property
    def root_hex(self) -> str:
        return bytes(self.root).hex()

    @property
    def signature_base64(self) -> str:
        return base64.b64encode(bytes(self.signature)).decode()

    def as_json(self) -> dict[str, Any]:
        """The head as it is mailed, published and given to `verify --since`."""
        return {
            "organization": self.organization.key,
            "log": str(self.log),
            "size": self.size,
            "root": self.root_hex,
            "time": moment(self.time),
            "key_id": self.key_id,
            "signature": self.signature_base64,
        }

    def message(self) -> bytes:
        """The bytes that were signed."""
        return head_message(self.as_json())


class PublicKey(LedgerTable):
    """A public signing key. It is retired when the next one is made; the private key is a file (keys.py)."""

    key_id = models.CharField(max_length=16)
    raw = models.BinaryField()  # 32 bytes, Ed25519
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "key_id"], name="ledger_key_once"),
        ]


class SealedPending(LedgerTable):
    """What waits for the day's sealed batch. Carries no time."""

    body = models.BinaryField()


class Witness(LedgerTable):
    """Somebody outside who keeps the signed heads (พยานภายนอก)."""

    name = models.CharField(max_length=200)
    email = models.EmailField()
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "email"], name="ledger_witness_once"),
        ]

    def __str__(self) -> str:
        return self.name
