"""The office's part of the API: who calls, units, people, roles, what is due, files."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404, HttpRequest
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from ninja import Router, UploadedFile
from ninja.responses import Status

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.accounts.selectors import members, roles
from prongsai.foundation.casework.kept import apart_from_cases, may_open
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.selectors import reference, stored_file
from prongsai.foundation.files.services import store_file
from prongsai.foundation.files.uploads import sent_whole
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Visibility, WorkItem
from prongsai.kernel.errors import InvalidInput
from prongsai.ui.access import requires, signed_in
from prongsai.ui.api import Number, Out, Word
from prongsai.ui.attachments import attachment
from prongsai.ui.navigation import work_of

router = Router(tags=["office"])
ROWS = 100
MOST_FILES = 20
DIGEST = "[0-9a-f]{64}"


class TokenOut(Out):
    """The token of this request."""

    name: str
    prefix: str
    scopes: list[str]
    expires_at: datetime


class MeOut(Out):
    """Who calls, and what is permitted in this call: of a token, its scopes as far as the member has them today."""

    name: str
    position: str
    unit: str
    permissions: list[str]
    token: TokenOut | None


class UnitOut(Out):
    id: int
    name: str
    short_name: str
    is_active: bool


class UnitsOut(Out):
    items: list[UnitOut]


class MemberOut(Out):
    """A member of the office. `post` is `clerk` (ปลัด), `head` (นายก) or empty."""

    id: int
    name: str
    position: str
    unit: str
    post: str
    roles: list[str]
    is_active: bool


class MembersOut(Out):
    items: list[MemberOut]


class RoleOut(Out):
    key: str
    name: str
    description: str
    permissions: list[str]
    is_builtin: bool


class RolesOut(Out):
    items: list[RoleOut]


class WorkItemOut(Out):
    """Something due: what, where it is done, why it matters. `due` is null where nothing forces a day."""

    key: str
    title: str
    address: str
    due: date | None
    unit: str
    place: str
    missing: str
    action: str
    approval: bool
    sender: str
    sent_on: date | None

    @classmethod
    def of(cls, item: WorkItem) -> WorkItemOut:
        return cls(
            key=item.key,
            title=str(item.title),
            address=item.url,
            due=item.due,
            unit=item.unit,
            place=str(item.place),
            missing=str(item.missing),
            action=str(item.action),
            approval=item.approval,
            sender=item.sender,
            sent_on=item.sent_on,
        )


class WorkOut(Out):
    items: list[WorkItemOut]


class ReferenceOut(Out):
    """How evidence names a file: give it back as it is, in `files` of what the file belongs to."""

    sha256: str
    name: str
    size: int
    type: str


class ReferencesOut(Out):
    items: list[ReferenceOut]


class StoredFileOut(ReferenceOut):
    id: int
    visibility: Visibility
    created_at: datetime
    created_by: str


class StoredFilesOut(Out):
    """A page of files, newest first. `next` is the cursor of the following page, null on the last."""

    items: list[StoredFileOut]
    next: int | None


@router.get("/me", response=MeOut)
@signed_in
def me(request: HttpRequest):
    """Who calls and what this call is permitted."""
    actor, token = request.actor, request.token  # type: ignore[attr-defined]
    shown = (
        TokenOut(name=token.name, prefix=token.prefix, scopes=token.scopes, expires_at=token.expires_at)
        if token
        else None
    )
    return MeOut(
        name=actor.name,
        position=actor.position,
        unit=actor.unit,
        permissions=sorted(actor.permissions),
        token=shown,
    )


@router.get("/units", response=UnitsOut)
@requires("office.read")
def units(request: HttpRequest):
    """The units of the office, retired ones too, in its own order."""
    names = ("id", "name", "short_name", "is_active")
    return UnitsOut(items=[UnitOut(**{n: getattr(unit, n) for n in names}) for unit in Unit.objects.all()])


@router.get("/members", response=MembersOut)
@requires("office.read")
def list_members(request: HttpRequest):
    """The people of the office with their roles, those who left last."""
    found = members().prefetch_related("held__role")
    return MembersOut(items=[_member(member) for member in found])


def _member(member: Membership) -> MemberOut:
    return MemberOut(
        id=member.pk,
        name=member.user.full_name,
        position=member.position,
        unit=member.unit.name if member.unit else "",
        post=member.post,
        roles=[held.role.key for held in member.held.all()],  # type: ignore[attr-defined]
        is_active=member.is_active and member.user.is_active,
    )


@router.get("/roles", response=RolesOut)
@requires("office.read")
def list_roles(request: HttpRequest):
    """The roles of the office and what each permits."""
    names = ("key", "name", "description", "permissions", "is_builtin")
    return RolesOut(items=[RoleOut(**{n: getattr(role, n) for n in names}) for role in roles()])


@router.get("/work", response=WorkOut)
@signed_in
def my_work(request: HttpRequest):
    """What is due of the caller (งานของฉัน), from every module, by date."""
    items = work_of(request.actor, request.organization)  # type: ignore[attr-defined]
    return WorkOut(items=[WorkItemOut.of(item) for item in items])


@router.get("/files", response=StoredFilesOut)
@requires("audit.read")
def list_files(request: HttpRequest, cursor: Number | None = None):
    """Every file of the office, newest first, a hundred at a time; those of cases are opened from the case."""
    found = StoredFile.objects.filter(apart_from_cases()).order_by("-pk")
    if cursor is not None:
        found = found.filter(pk__lt=cursor)
    page = list(found[: ROWS + 1])
    last = page[ROWS - 1].pk if len(page) > ROWS else None
    return StoredFilesOut(items=[_stored(file) for file in page[:ROWS]], next=last)


def _stored(file: StoredFile) -> StoredFileOut:
    return StoredFileOut(
        id=file.pk,
        sha256=file.sha256,
        name=file.name,
        size=file.size,
        type=file.content_type,
        visibility=Visibility(file.visibility),
        created_at=file.created_at,
        created_by=file.created_by,
    )


@router.post("/files", response={201: ReferencesOut})
@requires("evidence.record")
def upload_files(request: HttpRequest, files: list[UploadedFile]):
    """Keep up to twenty files, internal until somebody publishes them. All are kept, or none.

    What a file is, its content says: a renamed program is refused.
    """
    if len(files) > MOST_FILES:
        raise InvalidInput(
            _("At most %(most)s files can be sent at once") % {"most": MOST_FILES}, field="files"
        )
    kept = [
        store_file(actor=request.actor, content=file.file, name=file.name or "")  # type: ignore[attr-defined, arg-type]
        for file in files
    ]
    for file in kept:
        sent_whole(actor=request.actor, file=file)  # type: ignore[attr-defined]
    items = [ReferenceOut(**reference(file)) for file in kept]  # type: ignore[arg-type]
    return Status(201, ReferencesOut(items=items))


BYTES = {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}


@router.get("/files/{sha256}", response={200: None}, openapi_extra={"responses": {200: BYTES}})
@requires("measures.read")
def download_file(request: HttpRequest, sha256: Word):
    """The file's bytes, as an attachment that no browser runs; one of a case for those who may open it in the case."""
    file = stored_file(sha256)
    if file is not None and not may_open(request.actor, file):  # type: ignore[attr-defined]
        raise Http404("no such file")
    response = attachment(file)
    patch_cache_control(response, private=True)
    return response
