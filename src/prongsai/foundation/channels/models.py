"""The register of the ways in and out, what came in by them, what goes out, and on which days they were open."""

from __future__ import annotations

from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel


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


DIGITAL = frozenset({"web", "email", "line", "facebook", "sealed"})  # have a heartbeat of their own
BY_HAND = frozenset({"phone", "box", "walk_in"})  # an officer signs a check every week


class Channel(TenantModel):
    """One way in or out of the office. Closed, never deleted: figures name it."""

    kind = models.CharField(max_length=20, choices=ChannelKind)
    name = models.CharField(max_length=120)  # ไอแพทแซท อบต.เมืองแก
    address = models.CharField(max_length=300, blank=True)  # URL, number, or where the box hangs
    owner = TenantForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    unit = TenantForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    takes_complaints = models.BooleanField(default=True)  # counts for the coverage of complaint channels
    is_listed = models.BooleanField(default=True)  # told to the public
    settings = models.JSONField(default=dict)  # of the connector; no secrets
    secrets = models.TextField(blank=True)  # of the connector: JSON, encrypted (accounts.secrets)
    is_connected = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["organization", "kind", "name"], name="channel_once")]

    def __str__(self) -> str:
        return self.name


class ChannelLink(TenantModel):
    """That `source` leads to `target` (a link on the page, a QR code on the box); found by looking, or stated."""

    source = TenantForeignKey(Channel, models.PROTECT, related_name="leads_to")
    target = TenantForeignKey(Channel, models.PROTECT, related_name="led_to_by")
    found_on = models.DateField(null=True)
    how = models.CharField(max_length=12, default="stated")  # seen (by fetching the page), stated (by a person)

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
        constraints = [models.UniqueConstraint(fields=["organization", "channel", "day"], name="channel_day_once")]


class Inbound(TenantModel):
    """A message as it was delivered, kept before it is looked at, so that none is lost. One row however often sent."""

    channel = TenantForeignKey(Channel, models.PROTECT, related_name="inbound")
    source_key = models.CharField(max_length=200)  # Message-ID, webhookEventId, mid …
    sender = models.CharField(max_length=200, blank=True)
    thread = models.CharField(max_length=200, blank=True)  # whom or what it answers: user id, In-Reply-To
    body = models.JSONField()  # text, subject, attachments to fetch, reply token and until when it holds
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_as = models.CharField(max_length=80, blank=True)  # case:12, message:34, check, ignored
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

    channel = TenantForeignKey(Channel, models.PROTECT, null=True, related_name="outbound")
    kind = models.CharField(max_length=20)  # ChannelKind
    recipient = models.CharField(max_length=300)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    reply_to = models.CharField(max_length=300, blank=True)  # reply token, Message-ID
    reply_until = models.DateTimeField(null=True)
    subject_ref = models.CharField(max_length=80, blank=True)  # casework.case:12
    key = models.CharField(max_length=120)  # the same message is sent once
    state = models.CharField(max_length=10, default="waiting")  # waiting, sent, failed
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=12, blank=True)  # reply, push, smtp, send
    failure = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="outbound_once")]
        indexes = [
            models.Index(
                fields=["organization", "next_at"], condition=models.Q(state="waiting"), name="outbound_waiting"
            )
        ]
