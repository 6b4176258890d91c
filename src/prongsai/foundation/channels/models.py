"""The register of the ways in and out, what came in by them, what goes out, and on which days they were open."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.channels import coverage
from prongsai.foundation.channels.secrets import seal, unseal
from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel
from prongsai.kernel.contracts import Ref


class ChannelKind(models.TextChoices):
    """ช่องทาง. The order is the order of lists."""

    WEB = "web", "แบบฟอร์มบนเว็บ"
    EMAIL = "email", "อีเมล"
    LINE = "line", "LINE Official Account"
    FACEBOOK = "facebook", "เพจ Facebook"
    PHONE = "phone", "โทรศัพท์"
    BOX = "box", "ตู้รับเรื่องร้องเรียน"
    WALK_IN = "walk_in", "ติดต่อด้วยตนเองที่สำนักงาน"
    LEADERS = "leaders", "ผู้นำชุมชน"
    LETTER = "letter", "หนังสือหรือไปรษณีย์"
    HOTLINE = "hotline", "สายด่วน 1111 ศูนย์ดำรงธรรม หรือหน่วยงานอื่นส่งต่อ"
    TRAFFY = "traffy", "Traffy Fondue"
    SEALED = "sealed", "ช่องทางแจ้งเบาะแสการทุจริต"


DIGITAL = coverage.DIGITAL
BY_HAND = coverage.BY_HAND


class Channel(TenantModel):
    """One way in or out of the office. Closed, never deleted: figures name it."""

    kind = models.CharField(max_length=20, choices=ChannelKind)
    name = models.CharField(max_length=120)  # ไอแพทแซท อบต.เมืองแก
    address = models.CharField(max_length=300, blank=True)  # URL, number, or where the box hangs
    owner: Membership | None = TenantForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # type: ignore[assignment]
    unit: Unit | None = TenantForeignKey(Unit, models.PROTECT, null=True, related_name="+")  # type: ignore[assignment]
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    takes_complaints = models.BooleanField(default=True)  # counts for the coverage of complaint channels
    is_listed = models.BooleanField(default=True)  # told to the public
    settings = models.JSONField(default=dict)  # of the connector; no secrets
    secrets = models.TextField(blank=True)  # of the connector: JSON, encrypted (secrets.py)
    is_connected = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_down = models.BooleanField(default=False)
    down_since = models.DateTimeField(null=True)
    down_how = models.CharField(
        max_length=12, blank=True
    )  # the kind of look that found it down, and lifts it again
    last_ok_at = models.DateTimeField(null=True)
    canary_sent_at = models.DateTimeField(null=True)  # of a self-check that has to arrive by itself

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["organization", "kind", "name"], name="channel_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> Ref:
        return Ref("channels", "channel", self.pk)

    @property
    def is_digital(self) -> bool:
        return self.kind in DIGITAL

    @property
    def is_by_hand(self) -> bool:
        """Whether an officer has to sign for it every week."""
        return self.kind in BY_HAND

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def webhook_url(self) -> str:
        """Where the outside delivers what comes in by this channel."""
        return f"{settings.BASE_URL}/{self.organization.key}/hooks/{self.kind}/{self.pk}/"

    def read_secrets(self) -> dict[str, str]:
        """What only the connector sees. Raises Unreadable when the installation's key has changed."""
        return unseal(self.secrets, bound_to=self._place)

    def keep_secrets(self, values: Mapping[str, str]) -> None:
        """Encrypt them for this row; the caller saves."""
        self.secrets = seal(values, bound_to=self._place) if values else ""

    @property
    def _place(self) -> str:
        return f"{self.organization_id}:{self.pk}"  # type: ignore[attr-defined]


class ChannelLink(TenantModel):
    """That `source` leads to `target` (a link on the page, a QR code on the box); found by looking, or stated."""

    source = TenantForeignKey(Channel, models.PROTECT, related_name="leads_to")
    target = TenantForeignKey(Channel, models.PROTECT, related_name="led_to_by")
    found_on = models.DateField(null=True)
    how = models.CharField(
        max_length=12, default="stated"
    )  # seen (by fetching the page), stated (by a person)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "source", "target"], name="channel_link_once")
        ]


class ChannelCheck(TenantModel):
    """One look at a channel: a canary that went through, a probe from elsewhere, or an officer's signature."""

    channel = TenantForeignKey(Channel, models.PROTECT, related_name="checks")
    at = models.DateTimeField()
    how = models.CharField(max_length=12)  # canary, probe, officer, traffic (a real message came in)
    ok = models.BooleanField()
    took_ms = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=200, blank=True)  # of an officer's check
    told_at = models.DateTimeField(null=True)  # when a prober told of it; None for what was looked at here

    class Meta:
        indexes = [models.Index(fields=["organization", "channel", "-at"], name="channel_check_newest")]


class ChannelDay(TenantModel):
    """What a day was for a channel; made from its checks when the day is over, and put on record by month."""

    channel = TenantForeignKey(Channel, models.PROTECT, related_name="days")
    day = models.DateField()
    state = models.CharField(max_length=8)  # up, down, unknown
    checks = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "channel", "day"], name="channel_day_once")
        ]


class Inbound(TenantModel):
    """A message as it was delivered, kept before it is looked at, so that none is lost. One row however often sent."""

    channel: Channel = TenantForeignKey(Channel, models.PROTECT, related_name="inbound")  # type: ignore[assignment]
    source_key = models.CharField(max_length=200)  # Message-ID and what was written, webhookEventId, mid …
    sender = models.CharField(max_length=200, blank=True)
    thread = models.CharField(max_length=200, blank=True)  # whom or what it answers: user id, In-Reply-To
    body = models.JSONField()  # text, subject, attachments to fetch, reply token and until when it holds
    raw = models.BinaryField(null=True)  # a mail as it came; gone once it is handled
    received_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    is_wanted = models.BooleanField(
        default=False
    )  # a person said that it is to be taken, whatever it looks like
    handled_at = models.DateTimeField(null=True)
    handled_as = models.CharField(
        max_length=80, blank=True
    )  # case:12, message:34, check, ignored: why, aside: why
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "channel", "source_key"], name="inbound_once")
        ]
        indexes = [
            models.Index(
                fields=["organization", "id"], condition=models.Q(handled_at=None), name="inbound_waiting"
            )
        ]


class Outbound(TenantModel):
    """A message on its way out: tried again with growing pauses until it is delivered, refused for good, or too old."""

    channel: Channel | None = TenantForeignKey(Channel, models.PROTECT, null=True, related_name="outbound")  # type: ignore[assignment]
    kind = models.CharField(max_length=20)  # ChannelKind
    recipient = models.CharField(max_length=300)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    files = models.JSONField(default=list, db_default=[])  # type: ignore[call-overload] (those that go along)
    reply_to = models.CharField(max_length=300, blank=True)  # reply token, Message-ID
    reply_until = models.DateTimeField(null=True)
    subject_ref = models.CharField(max_length=80, blank=True)  # casework.case:12
    key = models.CharField(max_length=120)  # the same message is sent once
    state = models.CharField(max_length=10, default="waiting")  # waiting, sent, failed
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=12, blank=True)  # reply, push, smtp, send
    message_id = models.CharField(max_length=200, blank=True)  # what the other side calls it; answers name it
    failure = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="outbound_once")]
        indexes = [
            models.Index(
                fields=["organization", "next_at"],
                condition=models.Q(state="waiting"),
                name="outbound_waiting",
            ),
            models.Index(
                fields=["organization", "message_id"],
                condition=~models.Q(message_id=""),
                name="outbound_by_message_id",
            ),
        ]


class Prober(TenantModel):
    """A second prober that runs on another machine (`prongsai probe`), known by a key that is shown once."""

    name = models.CharField(max_length=120)
    key_id = models.CharField(max_length=16)
    secret = models.TextField()  # encrypted (secrets.py): signatures are checked with it
    made_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["organization", "key_id"], name="prober_key_once")]

    def __str__(self) -> str:
        return self.name
