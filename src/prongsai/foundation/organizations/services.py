"""Writes to the register of organizations and their units."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.organizations.models import Organization, OrganizationKind, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.thai.collate import sort_key

# The first parts of addresses that are not an organization's.
RESERVED_KEYS = {
    "account", "accounts", "accessibility", "api", "language", "operator", "robots", "robots.txt", "setup", "static",
    "work",
}  # fmt: skip

SHORT_FORMS = {
    OrganizationKind.SAO: "อบต.",
    OrganizationKind.SUBDISTRICT_MUNICIPALITY: "ทต.",
    OrganizationKind.TOWN_MUNICIPALITY: "ทม.",
    OrganizationKind.CITY_MUNICIPALITY: "ทน.",
    OrganizationKind.PAO: "อบจ.",
}


def kind_of(name: str) -> OrganizationKind:
    """The kind that an official name begins with; SPECIAL when it begins with none."""
    for kind in SHORT_FORMS:
        if name.startswith(kind.label):
            return kind
    return OrganizationKind.SPECIAL


def short_name_of(name: str) -> str:
    """อบต.เมืองแก for องค์การบริหารส่วนตำบลเมืองแก."""
    kind = kind_of(name)
    return SHORT_FORMS[kind] + name.removeprefix(kind.label) if kind in SHORT_FORMS else name


def bare_name(name: str, *kinds: str) -> str:
    """The name of a place without the word for what it is, however it was typed."""
    name = name.strip()
    for kind in kinds:
        name = name.removeprefix(kind).strip()
    return name


@transaction.atomic
def add_organization(
    *,
    actor: Actor,
    key: str,
    name: str,
    district: str,
    province: str,
    units: Sequence[str] = (),
    name_en: str = "",
    website: str = "",
    is_sample: bool = False,
) -> Organization:
    """Register a tenant with its units. Raises InvalidInput for a key that is taken or not a plain word."""
    actor.require("organizations.add")
    if not key or not key.isascii() or not key.replace("-", "").isalnum() or key != key.lower():
        raise InvalidInput(_("An office's key is made of a-z 0-9 and - only"), field="key")
    if key in RESERVED_KEYS:
        raise InvalidInput(_("The key %(key)s is an address of the system") % {"key": key}, field="key")
    if Organization.objects.filter(key=key).exists():
        raise InvalidInput(_("An office has the key %(key)s already") % {"key": key}, field="key")
    organization = Organization.objects.create(
        key=key,
        kind=kind_of(name),
        name=name,
        short_name=short_name_of(name),
        name_en=name_en,
        district=bare_name(district, "อำเภอ", "อ.", "เขต"),
        province=bare_name(province, "จังหวัด", "จ."),
        website=website,
        sort_key=sort_key(name),
        is_sample=is_sample,
        created_at=clock.now(),
    )
    with scope(organization.pk):
        for position, unit in enumerate(dict.fromkeys(units), start=1):
            Unit.objects.create(name=unit, position=position)
    return organization
