"""Who signs the organization's papers: the clerk and the head, or whoever acts for them that day."""

from __future__ import annotations

from datetime import date

from prongsai.foundation.accounts.models import ActingMode
from prongsai.foundation.accounts.selectors import Signatory as Signer
from prongsai.foundation.accounts.selectors import post_title
from prongsai.foundation.accounts.selectors import signatories as signers
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.modules.measures.content import Signatory

CLERK, HEAD = "clerk", "head"


def signatories(organization: Organization, on: date | None = None) -> tuple[Signatory, ...]:
    """Who signs: the clerk of the organization and its head, or who acts for them on a day (today). Two queries."""
    found = signers(on or clock.today(), posts=(CLERK, HEAD))
    return tuple(_signs(found[post], post_title(post, organization)) for post in (CLERK, HEAD))


def signs(post: str, on: date, organization: Organization | None = None) -> Signatory:
    """Who signs for a post on a day; without a name, to be written by pen, where nobody is known."""
    office = organization or Organization.objects.get(pk=current_organization_id())
    return _signs(signers(on, posts=(post,))[post], post_title(post, office))


def _signs(found: Signer | None, title: str) -> Signatory:
    if found is None:
        return Signatory("", title)
    if not found.acting:
        return Signatory(found.name, title)
    own = found.position[0].removesuffix(ActingMode(found.acting).label).strip()
    return Signatory(found.name, own, acting=f"{own} {ActingMode(found.acting).label} {title}")
