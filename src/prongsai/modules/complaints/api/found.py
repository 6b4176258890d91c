"""Finding what an address names, among the cases of the module in the organization in scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.params.models import Header

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import rights
from prongsai.foundation.casework.kept import openable
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import (
    conversation,
    files_for_staff,
    rows_open,
    shown_to,
    timeline,
)
from prongsai.foundation.casework.services import Concerned, Contact, Place
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.complaints.api import shapes
from prongsai.modules.complaints.catalogue import Category, categories
from prongsai.modules.complaints.choices import KINDS
from prongsai.modules.complaints.services.submitting import contact_said
from prongsai.ui.api import ApiError, Kind

OnceKey = Annotated[
    str,
    Header(
        ...,
        alias="Idempotency-Key",
        min_length=16,
        max_length=80,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="Made anew for each thing that is told: sent again with the same key, it is the same case",
    ),
]


def actor_of(request: HttpRequest) -> Actor:
    """Who calls, with what this call is permitted."""
    return request.actor  # type: ignore[attr-defined]


def case_of(pk: int, actor: Actor) -> Case:
    """The module's case of this id, if the caller may look at it, with all who have to do with it; 404 otherwise."""
    found = Case.objects.real().with_people().with_concerned().filter(shown_to(actor, KINDS), pk=pk).first()
    if found is None:
        raise Http404("no such case")
    return found


def version_if_seen(if_match: str | None) -> int | None:
    """The version that the caller names in If-Match, where an act may be done without."""
    return None if if_match is None else int(if_match.strip('"'))


def version_seen(if_match: str | None) -> int:
    """The version that the caller names in If-Match. 428 without one: nobody acts on what they did not see."""
    version = version_if_seen(if_match)
    if version is None:
        raise ApiError(Kind.REVISION)
    return version


def category_of(key: str) -> Category:
    """Raises InvalidInput for a category that there is not."""
    found = categories().get(key)
    if found is None:
        raise InvalidInput(
            _("There is no such category. The list is at complaints/categories"), field="category"
        )
    return found


def unit_of(pk: int | None) -> Unit | None:
    if pk is None:
        return None
    found = Unit.objects.active().filter(pk=pk).first()
    if found is None:
        raise InvalidInput(_("There is no such unit"), field="unit_id")
    return found


def member_of(pk: int | None) -> Membership | None:
    if pk is None:
        return None
    found = Membership.objects.working().filter(pk=pk).first()
    if found is None:
        raise InvalidInput(_("There is no such member"), field="member_id")
    return found


def concerned_of(given: shapes.ConcernedIn | None) -> Concerned | None:
    """Whom it is about; None where that was left out. Raises InvalidInput for whoever is not of the office."""
    return Concerned(unit_of(given.unit_id), member_of(given.member_id)) if given is not None else None


def kept_files(actor: Actor, digests: Sequence[str]) -> list[StoredFile]:
    """The kept files with these digests, in their order. Raises InvalidInput for one that is not kept, or that the caller
    neither sent nor may open: what is sent on can be read with the case."""
    found = list(StoredFile.objects.filter(sha256__in=set(digests))) if digests else []
    known = {file.sha256: file for file in openable(actor, found)}
    missing = [digest for digest in digests if digest not in known]
    if missing:
        raise InvalidInput(
            _("The file %(file)s… is not in the system. Send the file first") % {"file": missing[0][:12]},
            field="files",
        )
    return [known[digest] for digest in dict.fromkeys(digests)]


def contact_of(given: shapes.ContactIn) -> Contact:
    return contact_said(given.name, given.phone, given.email, anonymous=given.anonymous)


def place_of(given: shapes.PlaceIn) -> Place:
    return Place(
        text=given.text, village=given.village, latitude=given.latitude, longitude=given.longitude
    )  # fmt: skip


def whole(case: Case, actor: Actor, response: HttpResponse) -> shapes.CaseDetailOut:
    """The case in full, with what the caller may do with it now: who brought it, and what they sent, for those who may
    know. Five queries.
    """
    case = Case.objects.with_people().with_concerned().get(pk=case.pk)
    told = rights.told_contact(actor, case)
    response["ETag"] = f'"{case.version}"'
    names = (
        "version", "body", "is_anonymous", "place", "village", "latitude", "longitude", "result", "found", "satisfied",
        "is_public", "public_title", "concerned_unit_id", "concerned_member_id",
    )  # fmt: skip
    return shapes.CaseDetailOut(
        **shapes.CaseOut.values(case),
        **{name: getattr(case, name) for name in names},
        contact_name=case.contact_name if told else "",
        contact_phone=case.contact_phone if told else "",
        contact_email=case.contact_email if told else "",
        files=[file.file.sha256 for file in files_for_staff(case, actor) if told or not file.from_citizen],
        acts=[shapes.ActOut.of(row) for row in rows_open(case, actor)],
        events=[shapes.EventOut.of(event) for event in timeline(case, actor)],
        messages=[
            shapes.SaidOut.of(message, staff=True, told=told) for message in conversation(case, reader=actor)
        ],
    )  # type: ignore[arg-type]
