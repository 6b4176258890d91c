"""The tables of the corruption channel. What they hold of a report can be read by its recipients' keys alone.

No moment stands here, no address and no name of a reporter. Every report has a row in `Access` for every recipient,
of one size, whether they may read it or not: the table does not tell whom a report is about.
"""

from __future__ import annotations

from hashlib import sha256

from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel
from prongsai.modules.corruption.choices import ANSWER_DAYS, COMMITTEE_DAYS, FINDING_DAYS

FINGERPRINT = 32  # digits: 128 bits, which nobody finds a second key for


class Desk(TenantModel):
    """The channel of one office: since when it is open, and by which days it answers. One row."""

    salt = models.BinaryField()  # of the reporters' codes
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    answer_days = models.PositiveSmallIntegerField(default=ANSWER_DAYS)
    finding_days = models.PositiveSmallIntegerField(default=FINDING_DAYS)
    committee_days = models.PositiveSmallIntegerField(default=COMMITTEE_DAYS)
    counted = models.DateField(null=True)  # the last quarter whose figures were published

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="corruption_desk_once")]


class Holder(TenantModel):
    """Somebody with a key pair: a recipient inside the office, a helper (committee), or a recipient outside it.

    A member's private key stands here wrapped, by passphrase and by recovery key. An outside recipient's never comes
    here; `collect` is the digest of the secret with which they fetch what is sealed to them.
    """

    member = TenantForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)  # of an outside recipient
    note = models.CharField(
        max_length=300, blank=True
    )  # how to reach an outside recipient: told to reporters
    receives = models.BooleanField(
        default=True
    )  # new reports; False: only what is shared with them (committee)
    under_clerk = models.BooleanField(default=True)
    public_key = models.BinaryField(default=bytes)  # 65 bytes once there is one
    by_passphrase = models.BinaryField(default=bytes)
    by_recovery = models.BinaryField(default=bytes)
    confirmed = models.BooleanField(default=False)  # the recovery key was printed and typed back
    key_on = models.DateField(null=True)  # since when the key is in use: shown to reporters and recipients
    next_key = models.BinaryField(default=bytes)  # made, and not in use before its paper was typed back
    collect = models.CharField(max_length=64, blank=True)
    named_on = models.DateField()
    named_by = models.CharField(max_length=200)
    opened_on = models.DateField(null=True)  # when the inbox was last opened
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "member"],
                condition=models.Q(ended_on=None) & ~models.Q(member=None),
                name="corruption_holder_once",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(ended_on=None) & models.Q(member=None),
                name="corruption_outside_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name or (str(self.member) if self.member else "")

    @property
    def is_outside(self) -> bool:
        return self.member_id is None  # type: ignore[attr-defined]

    @property
    def public(self) -> bytes:
        return bytes(self.public_key)

    @property
    def fingerprint(self) -> str:
        """What tells this key from every other: shown wherever the key's day is, "" as long as there is none."""
        return sha256(self.public).hexdigest()[:FINGERPRINT] if self.confirmed else ""


class Unlocked(TenantModel):
    """A private key while its holder works with it, wrapped by a key that only their browser's cookie holds."""

    holder = TenantForeignKey(Holder, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # of the cookie
    wrapped = models.BinaryField()
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "digest"], name="corruption_unlocked_once")
        ]


class Report(TenantModel):
    """One report. What can be read without a key: in which quarter it came and was closed, and how it ended."""

    ref = models.SlugField(max_length=20)  # drawn at random: no order, no day
    public_key = models.BinaryField()  # what is said about it is sealed to this
    reporter_public = models.BinaryField()  # what the reporter may read is sealed to this too
    reporter_locked = models.BinaryField()  # its private half, to be opened with the code
    code = models.CharField(max_length=64)  # what finds the report by its code
    form = models.CharField(max_length=64)  # digest of the form that brought it: sent twice, it came once
    answered = models.CharField(max_length=64, blank=True)  # the same for the reporter's last message
    quarter = models.DateField()  # first day of the fiscal quarter in which it came
    closed_quarter = models.DateField(null=True)
    counted_quarter = models.DateField(
        null=True
    )  # in whose published figures it is closed: once, and for good
    found = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(default=0)  # raised by every act: two who act at once are told
    erased = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "ref"], name="corruption_ref_once"),
            models.UniqueConstraint(
                fields=["organization", "code"], condition=~models.Q(code=""), name="corruption_code_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "form"], condition=~models.Q(form=""), name="corruption_form_once"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def public(self) -> bytes:
        return bytes(self.public_key)


class Access(TenantModel):
    """A report's private key for one holder; or bytes of the same size that nobody can open, and nobody tell apart."""

    report = TenantForeignKey(Report, models.PROTECT, related_name="accesses")
    holder = TenantForeignKey(Holder, models.PROTECT, related_name="accesses")
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "report", "holder"], name="corruption_access_once"
            )
        ]


class Item(TenantModel):
    """Something said or done about a report: what it is, by whom, and on which day is sealed too.

    `for_reporter` is what of it the reporter may read, sealed to their key; an empty value where it is nothing.
    """

    report = TenantForeignKey(Report, models.PROTECT, related_name="items")
    sealed = models.BinaryField()
    for_reporter = models.BinaryField()

    class Meta:
        ordering = ["id"]


class Attachment(TenantModel):
    """A file of the reporter's, without its metadata and its name, sealed to the report's key."""

    report = TenantForeignKey(Report, models.PROTECT, related_name="attachments")
    ref = models.SlugField(max_length=20)
    sealed = models.BinaryField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["organization", "ref"], name="corruption_file_once")]
