"""Who signs the organization's papers, by the titles that its kind of office uses."""

from __future__ import annotations

from datetime import date

from prongsai.foundation.organizations.models import Organization, OrganizationKind
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel.contracts import Actor
from prongsai.modules.measures.content import Signatory

CLERK, HEAD = "clerk", "head"


def signatories(organization: Organization) -> tuple[Signatory, ...]:
    """Who signs: the clerk of the organization and its head, by the titles that their kind of office uses."""
    place = organization.name.removeprefix(OrganizationKind(organization.kind).label)
    if organization.kind in {OrganizationKind.SAO, OrganizationKind.PAO}:
        return (Signatory("", f"ปลัด{organization.name}"), Signatory("", f"นายก{organization.name}"))
    if organization.kind == OrganizationKind.SPECIAL:
        head = "ผู้ว่าราชการ" if "กรุงเทพ" in organization.name else "นายก"  # กรุงเทพมหานคร, เมืองพัทยา
        return (Signatory("", f"ปลัด{organization.name}"), Signatory("", f"{head}{organization.name}"))
    rank = OrganizationKind(organization.kind).label.removeprefix("เทศบาล")
    return (Signatory("", f"ปลัด{organization.name}"), Signatory("", f"นายกเทศมนตรี{rank}{place}"))


def signs(post: str, on: date) -> Signatory:
    """Who signs for a post on a day."""
    organization = Organization.objects.get(pk=current_organization_id())
    clerk, head = signatories(organization)
    return clerk if post == CLERK else head


def position_of(actor: Actor, post: str, on: date) -> str:
    """The position under which the actor signs for a post."""
    return actor.position
