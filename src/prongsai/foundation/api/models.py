"""Personal tokens, and answers that were given under a client's own key."""

from __future__ import annotations

from django.db import models

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel


class ApiToken(TenantModel):
    """A member's key for programs. The secret itself is not kept, its digest is.

    It never permits more than its scopes, nor more than the member may do at the time of use.
    """

    member: Membership = TenantForeignKey(Membership, models.PROTECT, related_name="tokens")  # type: ignore[assignment]
    name = models.CharField(max_length=100)  # what it is for, in the member's words
    prefix = models.CharField(max_length=12)  # the beginning of the secret: how people tell tokens apart
    digest = models.CharField(max_length=64)  # SHA-256 of the whole secret
    scopes = models.JSONField(default=list)  # keys of permissions
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)  # a day: more would be a record of somebody's work
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "digest"], name="api_token_digest_once"),
        ]

    def __str__(self) -> str:
        return self.name


class KeptAnswer(TenantModel):
    """What a request under an Idempotency-Key was answered, for as long as somebody may send it again."""

    member: Membership = TenantForeignKey(Membership, models.PROTECT, related_name="+")  # type: ignore[assignment]
    key = models.CharField(max_length=100)
    request = models.CharField(max_length=64)  # digest of method, address and content
    status = models.PositiveSmallIntegerField(default=0)  # 0 while the request is under way
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "member", "key"], name="kept_answer_once"),
        ]
        indexes = [models.Index(fields=["organization", "created_at"], name="kept_answer_old")]
