"""Reads of tokens."""

from __future__ import annotations

from django.db.models import QuerySet

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.api.models import ApiToken


def tokens_of(member: Membership) -> QuerySet[ApiToken]:
    """A member's tokens, revoked and expired ones too, newest first."""
    return ApiToken.objects.filter(member=member)


def tokens() -> QuerySet[ApiToken]:
    """Every token of the organization in scope with its holder, newest first."""
    return ApiToken.objects.select_related("member__user")
