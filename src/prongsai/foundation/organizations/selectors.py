"""Reads of the public register of organizations."""

from __future__ import annotations

from prongsai.foundation.organizations.models import Organization


def organization_by_key(key: str) -> Organization | None:
    """The organization that addresses and commands call `key`, or None."""
    return Organization.objects.filter(key=key).first()
