"""By which channel a member wants to be told, and what they are still to be told of."""

from __future__ import annotations

from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.models import Case
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel


class How(models.TextChoices):
    EMAIL = "email", "อีเมล"
    LINE = "line", "LINE"


class Preference(TenantModel):
    """A member's choice, and the LINE account that they have shown to be theirs. A personal convenience: no fact."""

    member: Membership = TenantForeignKey(Membership, models.PROTECT, related_name="+")  # type: ignore[assignment]
    how = models.CharField(max_length=10, choices=How, default=How.EMAIL)
    news = models.BooleanField(
        default=True, db_default=True
    )  # told of what is new in office hours, not in the morning alone
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


class News(TenantModel):
    """That a case began to ask something of a member, which they are still to be told; gone some days after they were.

    What it says is put together when it is told, from the case as it is then: neither words nor names stand here.
    """

    member: Membership = TenantForeignKey(Membership, models.PROTECT, related_name="+")  # type: ignore[assignment]
    case: Case = TenantForeignKey(Case, models.PROTECT, related_name="+")  # type: ignore[assignment]
    what = models.CharField(max_length=20)  # arrived, assigned, heard …: casework.services.common
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "member", "case", "what"],
                condition=models.Q(told_at=None),
                name="notify_news_once",
            ),
        ]
        indexes = [models.Index(fields=["organization", "member", "told_at"], name="notify_news_told")]
