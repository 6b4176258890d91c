"""By which channel a member wants to be told."""

from __future__ import annotations

from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel


class How(models.TextChoices):
    EMAIL = "email", "อีเมล"
    LINE = "line", "LINE"


class Preference(TenantModel):
    """A member's choice, and the LINE account that they have shown to be theirs. A personal convenience: no fact."""

    member: Membership = TenantForeignKey(Membership, models.PROTECT, related_name="+")  # type: ignore[assignment]
    how = models.CharField(max_length=10, choices=How, default=How.EMAIL)
    line_user = models.CharField(
        max_length=64, blank=True
    )  # LINE's id of the member for the office's account
    code_digest = models.CharField(
        max_length=64, blank=True
    )  # of the code that waits to be sent from their LINE
    code_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "member"], name="notify_preference_once"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "code_digest"],
                condition=~models.Q(code_digest=""),
                name="notify_code_waiting",
            )
        ]
