"""Addresses of the public pages, absolute, for papers and ledger facts."""

from __future__ import annotations

from django.conf import settings

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.modules.measures.models import Plan


def year_url(organization: Organization, fiscal_year: int) -> str:
    """The organization's measures of a year on the portal."""
    return f"{settings.BASE_URL}/{organization.key}/measures/{fiscal_year}/"


def verify_url(organization: Organization, fiscal_year: int) -> str:
    """Where the year's report can be verified: what the QR code of the paper holds."""
    return f"{settings.BASE_URL}/{organization.key}/verify/{fiscal_year}/"


def plan_url(plan: Plan) -> str:
    """The page of a plan."""
    return year_url(Organization.objects.get(pk=current_organization_id()), plan.fiscal_year)
