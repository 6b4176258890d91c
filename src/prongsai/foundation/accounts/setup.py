"""The way into an installation in which nobody has an account yet: a secret that `prongsai up` prints."""

from __future__ import annotations

from secrets import compare_digest

from django.conf import settings

from prongsai.foundation.organizations.models import Organization


def setup_token() -> str:
    """The secret part of /setup/<token>/, kept in the data folder; "" once there is an organization."""
    return "" if Organization.objects.exists() else settings.SETUP_TOKEN


def check_setup_token(token: str) -> bool:
    """Whether `token` is the installation's, and nobody has set it up yet."""
    right = compare_digest(token.encode(), settings.SETUP_TOKEN.encode())
    return right and not Organization.objects.exists()
