"""Cases: what citizens bring to the office, and all that becomes of it."""

from __future__ import annotations

from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel


class SpecialDay(TenantModel):
    """A day on which this office works or rests otherwise than the calendar says: its own, or by cabinet resolution."""

    day = models.DateField()
    is_holiday = models.BooleanField(default=True)  # False: a Saturday on which the office works
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)  # มติคณะรัฐมนตรี, ประกาศจังหวัด, คำสั่งสำนักงาน

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "day"], name="special_day_once")]


class CaseCounter(TenantModel):
    """The last number given in a fiscal year, for each kind."""

    kind = models.CharField(max_length=40)
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "fiscal_year"], name="case_counter_once")
        ]


class Case(TenantModel):
    """One case. Its present state stands here; how it came to it stands in `CaseEvent`, for ever.

    Personal data are the fields from `contact_name` to `longitude`, `title`, `body`, and what messages say; erasing
    empties them and leaves the rest for the statistics.
    """

    kind = models.CharField(max_length=40)  # a key of the registry's case kinds
    fiscal_year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=24)  # 69-0127, with the kind's prefix
    secret = models.CharField(max_length=64)  # digest of the tracking code, which only the citizen has
    state = models.CharField(max_length=40)
    phase = models.CharField(max_length=12)  # of the state, so that lists and figures need no table
    version = models.PositiveIntegerField(default=0)  # raised by every act: two who act at once are told

    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    category = models.CharField(max_length=60, blank=True)  # the module's own list
    topic = models.CharField(max_length=20, blank=True)  # kernel.contracts.Topic
    details = models.JSONField(default=dict)  # what only this kind has

    channel = TenantForeignKey(Channel, models.PROTECT, null=True, related_name="+")
    channel_kind = models.CharField(max_length=20)  # web, line, phone …: stays when the channel is gone
    source_key = models.CharField(max_length=200, blank=True)  # the sender's id of it: Message-ID, webhook, ticket
    is_check = models.BooleanField(default=False)  # the system's own test message; counted nowhere

    is_anonymous = models.BooleanField(default=False)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_phone = models.CharField(max_length=60, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_handle = models.CharField(max_length=200, blank=True)  # LINE or Facebook user id
    place = models.CharField(max_length=300, blank=True)
    village = models.CharField(max_length=20, blank=True)  # หมู่ที่
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)

    unit = TenantForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    assignee = TenantForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    parent = TenantForeignKey("self", models.PROTECT, null=True, related_name="children")
    merged_into = TenantForeignKey("self", models.PROTECT, null=True, related_name="merged")

    received_at = models.DateTimeField()
    received_on = models.DateField()  # the day it reached the office, which may be before it was typed in
    acknowledged_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)  # moved on while the clock stands still
    waiting_since = models.DateField(null=True)
    waited_days = models.PositiveIntegerField(default=0)  # of the clock's days
    closed_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    days_taken = models.PositiveIntegerField(null=True)  # of the clock's days, without those waited
    result = models.TextField(blank=True)  # what the citizen is told at the end
    found = models.CharField(max_length=20, blank=True)  # true, untrue, partly: of what was claimed

    satisfied = models.BooleanField(null=True)
    satisfaction_note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)  # the closing question
    reopened = models.PositiveSmallIntegerField(default=0)

    is_public = models.BooleanField(default=False)  # shown in the public list, by its public title alone
    public_title = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "fiscal_year", "sequence"], name="case_number_once"
            ),
            models.UniqueConstraint(fields=["organization", "secret"], name="case_secret_once"),
            models.UniqueConstraint(
                fields=["organization", "channel_kind", "source_key"],
                condition=~models.Q(source_key=""),
                name="case_source_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "kind", "-id"], name="case_newest"),
            models.Index(fields=["organization", "phase", "due_on", "id"], name="case_due"),
            models.Index(fields=["organization", "assignee", "phase", "due_on"], name="case_of_person"),
            models.Index(fields=["organization", "unit", "phase", "due_on"], name="case_of_unit"),
            models.Index(fields=["organization", "kind", "received_on"], name="case_received"),
            models.Index(fields=["organization", "number"], name="case_number"),
            models.Index(
                fields=["organization", "-closed_on"],
                condition=models.Q(is_public=True),
                name="case_public",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseEvent(TenantModel):
    """What happened to a case, one row each; nobody changes or removes one. No personal data but the actor's name."""

    case = TenantForeignKey(Case, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    event = models.CharField(max_length=40)  # received, act, assigned, message_in, message_out, note, merged, …
    act = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=40, blank=True)  # state before
    target = models.CharField(max_length=40, blank=True)  # state after
    actor = models.CharField(max_length=200)
    member = TenantForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    unit = TenantForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    about = models.CharField(max_length=300, blank=True)  # to whom, merged with what, which file
    is_public = models.BooleanField(default=False)  # shown on the tracking page

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["organization", "case", "id"], name="case_event_order")]


class CaseMessage(TenantModel):
    """What was said: by the citizen, to the citizen, or among the staff (a note). Its text can be erased."""

    class Direction(models.TextChoices):
        IN = "in", "จากผู้แจ้ง"
        OUT = "out", "ถึงผู้แจ้ง"
        NOTE = "note", "บันทึกภายใน"

    case = TenantForeignKey(Case, models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction)
    at = models.DateTimeField()
    author = models.CharField(max_length=200, blank=True)
    member = TenantForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    channel_kind = models.CharField(max_length=20, blank=True)
    source_key = models.CharField(max_length=200, blank=True)
    delivery = models.CharField(max_length=12, blank=True)  # waiting, sent, failed, page (read on the tracking page)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel_kind", "source_key"],
                condition=~models.Q(source_key=""),
                name="case_message_once",
            )
        ]
        indexes = [models.Index(fields=["organization", "case", "id"], name="case_message_order")]


class CaseFile(TenantModel):
    """A file that belongs to a case, from the citizen or from the office."""

    case = TenantForeignKey(Case, models.PROTECT, related_name="files")
    message = TenantForeignKey(CaseMessage, models.PROTECT, null=True, related_name="files")
    file = TenantForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    from_citizen = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "case", "file"], name="case_file_once")]


class StandardAnswer(TenantModel):
    """A text that staff choose and adapt instead of writing it anew."""

    kind = models.CharField(max_length=40, blank=True)  # empty: for every kind
    category = models.CharField(max_length=60, blank=True)
    phase = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=120)
    text = models.TextField()
    reopens_when_unhappy = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["title", "id"]
