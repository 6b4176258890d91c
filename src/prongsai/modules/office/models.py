"""What the office module remembers of a member's own wishes, and which reminders went out."""

from __future__ import annotations

from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel

KEY_LENGTH = 200


class Wishes(TenantModel):
    """How a member wants to hear of work: a list in the morning or none, and the secret of the calendar (as its digest)."""

    member: Membership = TenantForeignKey(Membership, models.PROTECT, related_name="+")  # type: ignore[assignment]
    daily_mail = models.BooleanField(default=True)
    calendar = models.CharField(max_length=64, blank=True)  # SHA-256 of the secret; empty: no calendar yet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "member"], name="office_wishes_once"),
            models.UniqueConstraint(
                fields=["organization", "calendar"],
                condition=~models.Q(calendar=""),
                name="office_calendar_once",
            ),
        ]


class DailyMail(TenantModel):
    """That a member was told of the day's work. One a day, whatever happens to the job."""

    member: Membership = TenantForeignKey(Membership, models.PROTECT, related_name="+")  # type: ignore[assignment]
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "member", "day"], name="office_daily_mail_once"),
        ]


class Reminder(TenantModel):
    """เตือน: somebody asked that those who owe one piece of work be told of it. One a day for each piece."""

    item = models.CharField(max_length=KEY_LENGTH)  # a work item's key
    day = models.DateField()
    sender = models.CharField(max_length=200)
    sent_to = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "item", "day"], name="office_reminder_once"),
        ]
