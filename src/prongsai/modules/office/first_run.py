"""From nothing to an office with its first administrator, in one transaction."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership, User
from prongsai.foundation.accounts.services import hire
from prongsai.foundation.accounts.services.invitations import check_password
from prongsai.foundation.files.services import store_file
from prongsai.foundation.organizations.models import Organization, OrganizationKind, Unit
from prongsai.foundation.organizations.services import add_organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel.contracts import Actor, OfficeDetails
from prongsai.kernel.errors import InvalidInput, ProngsaiError, Unreadable, WrongState
from prongsai.kernel.registry import registry

WAITING = "first-run"  # where the report waits until there is an organization to keep it
STARTER = Actor.system("เริ่มต้นใช้งาน")
USUAL_UNITS = ("สำนักปลัด", "กองคลัง", "กองช่าง", "กองการศึกษา ศาสนาและวัฒนธรรม")
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Founding:
    """What is needed to begin."""

    key: str
    name: str
    district: str
    province: str
    units: Sequence[str]
    full_name: str
    position: str
    username: str
    password: str
    roles: Sequence[str]
    unit: str = ""
    email: str = ""


def put_by(content: BinaryIO, name: str) -> dict[str, str]:
    """Keep last year's report until there is an organization; its digest and name. Raises Unreadable when too large."""
    data = content.read(settings.FILE_LIMIT_BYTES + 1)
    if len(data) > settings.FILE_LIMIT_BYTES:
        raise Unreadable(
            _("The file is larger than %(most)s MB: make it smaller, then choose it again")
            % {"most": settings.FILE_LIMIT_BYTES // (1 << 20)}
        )
    if not data:
        raise Unreadable(_("The file is empty: choose the file of the report"))
    digest = hashlib.sha256(data).hexdigest()
    storages["default"].save(_place(digest), ContentFile(data))
    return {"sha256": digest, "name": PurePosixPath(name.replace("\\", "/")).name[-120:]}


def read_office(report: dict[str, str]) -> OfficeDetails:
    """What the report says of the office, by whichever module reads such reports.

    Raises Unreadable, with the reason of the module that came furthest, when none can.
    """
    readers = [each.reads_office for each in registry().modules.values() if each.reads_office]
    reason: ProngsaiError = Unreadable(
        _("The report cannot be read from the file: skip this step and fill in the form yourself")
    )
    with tempfile.TemporaryDirectory() as folder, storages["default"].open(_place(report["sha256"])) as kept:
        path = Path(folder) / (re.sub(r"[\\/\0]", "", report["name"]) or "report")
        path.write_bytes(kept.read())
        for reads in readers:
            try:
                return reads(path)
            except ProngsaiError as error:
                reason = error
    raise reason


def suggested_key(report_name: str) -> str:
    """A key for the web address out of the file's name, when that begins with Latin letters: muangkae-2568.docx."""
    found = re.match(r"[a-z]{3,30}", report_name.lower())
    return found.group() if found and found.group() not in {"report", "ita", "doc", "scan", "file"} else ""


def official_name(kind: str, name: str) -> str:
    """The name with the kind of office in front, however it was typed."""
    name, label = " ".join(name.split()), OrganizationKind(kind).label
    if kind == OrganizationKind.SPECIAL or name.startswith(label):
        return name
    shorts = ("อบต.", "อบจ.", "ทต.", "ทม.", "ทน.", *(other.label for other in OrganizationKind))
    for word in shorts:
        name = name.removeprefix(word).strip()
    return label + name


@transaction.atomic
def found_office(founding: Founding, report: dict[str, str] | None) -> tuple[Organization, Membership, str]:
    """Make the first organization with its units and its first administrator; keep the report. All or nothing.

    Returns also the digest of the kept report ("" for none). Raises InvalidInput by field; WrongState when there is
    an organization already.
    """
    with connection.cursor() as cursor:  # of two people at the last page, one founds the office
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('prongsai.first-run', 0))")
    if Organization.objects.exists():
        raise WrongState(_("The first office is set up already. You can sign in"))
    office = add_organization(
        actor=STARTER,
        key=founding.key,
        name=founding.name,
        district=founding.district,
        province=founding.province,
        units=founding.units,
    )
    with working_for(office.pk):
        administrator = _administrator(founding)
        digest = _keep(report, administrator.actor()) if report else ""
    return office, administrator, digest


def _administrator(founding: Founding) -> Membership:
    unsaved = User(username=founding.username, full_name=founding.full_name, email=founding.email)
    check_password(founding.password, unsaved)
    if not {"administrator"} & set(founding.roles):
        raise InvalidInput(
            _("The first person has to be an administrator of the office, so as to invite the others"),
            field="roles",
        )
    member, _invitation = hire(
        actor=STARTER,
        username=founding.username,
        full_name=founding.full_name,
        position=founding.position,
        roles=founding.roles,
        unit=Unit.objects.filter(name=founding.unit).first(),
        email=founding.email,
    )
    member.user.set_password(founding.password)
    member.user.must_change_password = False
    member.user.save(update_fields=["password", "must_change_password"])
    return member


def _keep(report: dict[str, str], actor: Actor) -> str:
    """The report as a file of the office. One that cannot be kept does not stop the founding."""
    try:
        with storages["default"].open(_place(report["sha256"])) as content:
            return store_file(actor=actor, content=content, name=report["name"], pages=True).sha256
    except (ProngsaiError, FileNotFoundError):
        return ""


def forget(report: dict[str, str] | None) -> None:
    """Remove the report that waited: it is kept by now, or will not be used."""
    if report:
        storages["default"].delete(_place(report["sha256"]))


def _place(digest: str) -> str:
    if not DIGEST.fullmatch(digest):
        raise Unreadable(_("The file of the report was not found: choose it again"))
    return f"{WAITING}/{digest}"
