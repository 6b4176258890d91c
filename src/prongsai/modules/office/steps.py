"""The first steps that the office module asks of a new office, and how each knows that it is done."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts.models import Invitation, Membership, Post
from prongsai.foundation.channels.selectors import channels_open
from prongsai.foundation.ledger.models import Witness
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel.contracts import FirstStep
from prongsai.modules.office.channel_work import takes_complaints


def profile_is_complete() -> bool:
    """Document code and address are what papers need."""
    office = Organization.objects.get(pk=current_organization_id())
    return bool(office.document_code and office.address)


def people_are_invited() -> bool:
    """Somebody beside the first administrator works here or was asked to."""
    members, asked = (model.objects.order_by().values("pk") for model in (Membership, Invitation))
    return len(members.union(asked, all=True)[:2]) > 1


def both_posts_are_held() -> bool:
    return Membership.objects.filter(is_active=True, post__in=Post.values).count() == len(Post.values)


def a_witness_is_named() -> bool:
    return Witness.objects.filter(active=True).exists()


def complaints_can_come() -> bool:
    return takes_complaints(channels_open())


STEPS = (
    FirstStep("office.people", _("Invite the people"), _("Clerk, head, a unit officer for each unit: everybody signs in with a name of their own"), "settings-people", "people.manage", people_are_invited, 20),
    FirstStep("office.channels", _("Open the ways in"), _("Form on the web, telephone, counter, box, LINE and the rest: until the form is entered citizens read that it is closed"), "settings-channels", "channels.manage", complaints_can_come, 22),
    FirstStep("office.signatories", _("Say who signs"), _("The clerk and the head of the office, and who acts in their stead"), "settings-signatories", "office.manage", both_posts_are_held, 30),
    FirstStep("office.profile", _("Complete the profile"), _("Document code, address and seal stand on every paper"), "settings-profile", "office.manage", profile_is_complete, 40),
    FirstStep("office.witness", _("Name a witness"), _("Somebody outside keeps the fingerprint of the register, so that nobody can change it unseen"), "settings-keys", "office.manage", a_witness_is_named, 90),
)  # fmt: skip
