"""Personal conveniences of a member. They are no records: nothing here is a fact, and all of it is forgotten in time."""

from __future__ import annotations

from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel

KEY_LENGTH = 160
ADDRESS_LENGTH = 2000


class Draft(TenantModel):
    """What a member has typed and not sent yet, as the browser sent it. Nobody else reads it."""

    member = TenantForeignKey(Membership, models.PROTECT, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH)
    body = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "member", "key"], name="draft_once")]


class SavedView(TenantModel):
    """A list as a member likes to see it: filters and order under a name."""

    member = TenantForeignKey(Membership, models.PROTECT, related_name="+")
    screen = models.CharField(max_length=KEY_LENGTH)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=ADDRESS_LENGTH)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "member", "screen", "name"], name="view_once")
        ]


class SentForm(TenantModel):
    """A form that has been sent: its token, a digest of what it said, and where it led."""

    token = models.CharField(max_length=64)
    content = models.CharField(max_length=64, blank=True)
    url = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "token"], name="sent_once")]
        indexes = [models.Index(fields=["organization", "sent_at"], name="sent_by_age")]
