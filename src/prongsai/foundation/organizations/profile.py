"""Writes to what an organization says of itself: names, address, document code, seal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import SHOWN_PICTURES, publish_file
from prongsai.foundation.ledger.services import record
from prongsai.foundation.organizations import kinds
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.organizations.services import bare_name, kind_of, short_name_of
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Ref, Visibility
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.points import read_point
from prongsai.kernel.thai.collate import sort_key
from prongsai.kernel.thai.digits import to_arabic

PERMISSION = "office.manage"
# What can be changed. The key stays: it stands in every leaf, head and address.
PROFILE = (
    "name", "short_name", "name_en", "district", "province", "address", "postcode", "phone", "email",
    "website", "document_code", "map_centre",
)  # fmt: skip
REQUIRED = {
    "name": gettext_lazy("Enter the name of the office"),
    "district": gettext_lazy("Enter the district"),
    "province": gettext_lazy("Enter the province"),
}


@transaction.atomic
def change_profile(*, actor: Actor, values: Mapping[str, str]) -> Organization:
    """Change some of PROFILE of the organization in scope; what is not named stays. Needs office.manage.

    The fact is public and names what changed. Nothing changed, nothing recorded. Raises InvalidInput by field.
    """
    actor.require(PERMISSION)
    office = Organization.objects.select_for_update().get(pk=current_organization_id())
    before = {field: getattr(office, field) for field in PROFILE}
    for field, value in values.items():
        if field not in PROFILE:
            raise InvalidInput(_("%(field)s cannot be changed") % {"field": field}, field=field)
        setattr(office, field, _clean(field, value))
    _derive(office, before)
    _check(office)
    changed = {field: getattr(office, field) for field in PROFILE if getattr(office, field) != before[field]}
    if not changed:
        return office
    office.save()
    record(
        actor=actor,
        kind=kinds.PROFILE_CHANGED,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=_ref(office),
        visibility=Visibility.PUBLIC,
        payload={"before": {field: before[field] for field in changed}, "after": changed},
    )
    return office


@transaction.atomic
def set_seal(*, actor: Actor, file: StoredFile | None) -> Organization:
    """Let a stored picture be the organization's seal, which publishes it; None takes the seal away.

    Needs office.manage alone: a seal is there to be shown. Raises InvalidInput for a file that is no picture.
    """
    actor.require(PERMISSION)
    if file is not None and file.content_type not in SHOWN_PICTURES:
        raise InvalidInput(_("The seal must be a PNG, JPEG or WebP picture"), field="seal")
    office = Organization.objects.select_for_update().get(pk=current_organization_id())
    if file is not None:
        publisher = replace(actor, permissions=actor.permissions | {"files.publish"})
        file = publish_file(actor=publisher, file=file)
    seal = file.public_sha256 if file else ""
    if seal == office.seal:
        return office
    office.seal = seal
    office.save(update_fields=["seal"])
    record(
        actor=actor,
        kind=kinds.SEAL_SET,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=_ref(office),
        visibility=Visibility.PUBLIC,
        title="กำหนดตราหน่วยงาน" if file else "ยกเลิกตราหน่วยงาน",
        payload={"files": [reference(file)]} if file else {},
    )
    return office


def _clean(field: str, value: str) -> str:
    text = " ".join(value.replace("\0", "").split())
    match field:
        case "postcode":
            return to_arabic(text)
        case "email":
            return text.lower()
        case "district":
            return bare_name(text, "อำเภอ", "อ.", "เขต")
        case "province":
            return bare_name(text, "จังหวัด", "จ.")
        case "map_centre":
            return _centre(text)
        case _:
            return text


def _centre(text: str) -> str:
    try:
        return str(read_point(text) or "")
    except ValueError as error:
        raise InvalidInput(
            _("Write the latitude first, then the longitude, such as 15.240100, 103.301200"),
            field="map_centre",
        ) from error


def _derive(office: Organization, before: Mapping[str, str]) -> None:
    """What follows from the official name, unless it was said."""
    if office.name != before["name"]:
        office.kind, office.sort_key = kind_of(office.name), sort_key(office.name)
        if office.short_name == before["short_name"] == short_name_of(before["name"]):
            office.short_name = short_name_of(office.name)
    office.short_name = office.short_name or short_name_of(office.name)


def _check(office: Organization) -> None:
    for field, message in REQUIRED.items():
        if not getattr(office, field):
            raise InvalidInput(str(message), field=field)
    if office.postcode and not re.fullmatch(r"[1-9]\d{4}", office.postcode):
        raise InvalidInput(_("A postcode has 5 digits, such as 31150"), field="postcode")
    try:
        office.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInput(messages[0], field=field) from error


def _ref(office: Organization) -> Ref:
    return Ref("organizations", "organization", office.pk)
