"""The two building bricks of every tenant table."""

from __future__ import annotations

from typing import Any

from django.db import models

CURRENT = "NULLIF(current_setting('prongsai.organization', true), '')::bigint"


class CurrentOrganization(models.Func):
    """The organization in scope, as the database knows it."""

    template = CURRENT
    arity = 0
    output_field = models.BigIntegerField()  # type: ignore[assignment]
    allowed_default = True


class TenantForeignKey(models.ForeignKey):
    """A reference between two tenants' tables.

    A plain foreign key is checked without row-level security and could point into another organization; this
    one leaves the constraint to `ProtectTenantTables`, which makes it composite (organization_id, id).
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)


class TenantModel(models.Model):
    """A row of one organization; the database fills in which."""

    organization = models.ForeignKey(  # type: ignore[call-overload]
        "organizations.Organization",
        models.PROTECT,
        db_default=CurrentOrganization(),
        editable=False,
        related_name="+",
    )

    class Meta:
        abstract = True
