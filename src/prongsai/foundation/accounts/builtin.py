"""The roles that every organization starts with, from data/roles.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from prongsai.foundation.accounts.models import Role
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope

DATA = Path(__file__).parent / "data" / "roles.toml"


@cache
def builtin_roles() -> dict[str, dict[str, Any]]:
    """Key → name, description, permissions."""
    return tomllib.loads(DATA.read_text("utf-8"))


def create_builtin_roles(instance: Organization, created: bool = True, **signal: object) -> None:
    """Give a new organization its roles."""
    if created:
        with scope(instance.pk):
            Role.objects.bulk_create(
                Role(key=key, is_builtin=True, offered=sorted(role["permissions"]), **role)
                for key, role in builtin_roles().items()
            )
