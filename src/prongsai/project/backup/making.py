"""Making a backup, beside the running application: one snapshot of the rows, then the files they speak of."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.files.models import StoredFile, content_path
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.organizations.selectors import organization_by_key
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput
from prongsai.project.backup.container import MANIFEST, Writer, writing
from prongsai.project.backup.tables import (
    PLAIN,
    SEQUENCES,
    Table,
    Tally,
    copied,
    counted,
    of_organization,
    references,
    rows,
    tables,
)  # fmt: skip

FORMAT = 1
LEVEL = 1  # of gzip: three times as fast as the default, a tenth larger
IN_MEMORY = 1 << 20


@dataclass
class Result:
    """What was put into the backup; `troubles` names evidence files that are missing or changed."""

    organizations: int = 0
    rows: int = 0
    files: int = 0
    troubles: list[str] = field(default_factory=list)


def make_backup(target: Path, key: str = "") -> Result:
    """Back up the installation, or only the organization called `key`, into the file `target`.

    The file holds the signing keys, and that of the whole installation its secrets too: mode 0600. Raises
    InvalidInput when there is no such organization, or such a file already.
    """
    result = Result()
    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        # Everything is read as it was at one moment.
        rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for statement in PLAIN:
            rows(statement)
        one = organization_by_key(key) if key else None
        if key and one is None:
            raise InvalidInput(_("No office has the key %(key)s") % {"key": key})
        chosen = [one] if one else list(Organization.objects.order_by("pk"))
        writer = stack.enter_context(writing(target))
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "release": settings.RELEASE,
            "made_at": clock.now().isoformat(),
            "organization": key,
            "organizations": [organization.key for organization in chosen],
            "migrations": rows("SELECT app, name FROM django_migrations ORDER BY app, name"),
            "sequences": dict(rows(SEQUENCES)),
            "tables": list(_rows(writer, chosen, one)),
        }
        manifest["files"] = list(_evidence(writer, chosen, result.troubles))
        manifest["secrets"] = list(_secrets(writer, one))
        manifest["troubles"] = result.troubles
        content = json.dumps(manifest, ensure_ascii=False, default=str).encode()
        writer.add(MANIFEST, io.BytesIO(content), len(content))
        result.organizations = len(chosen)
        result.rows = sum(part["rows"] for part in manifest["tables"])
        result.files = len(manifest["files"])
    return result


def _rows(writer: Writer, chosen: list[Organization], one: Organization | None) -> Iterator[dict[str, Any]]:
    known = references()
    for table in tables():
        if table.protected:
            for organization in chosen:
                with scope(organization.pk):
                    condition = of_organization(table, organization.pk, known)
                    yield from _part(writer, table, condition, organization.pk)
        elif one is None:
            yield from _part(writer, table, None, None)
        else:
            with scope(one.pk):
                condition = of_organization(table, one.pk, known)
                if condition is not None:
                    yield from _part(writer, table, condition, None)


def _part(
    writer: Writer, table: Table, condition: Any, organization_id: int | None
) -> Iterator[dict[str, Any]]:
    """One table's rows (of one organization, when it is protected) as a compressed member; none when empty."""
    tally = Tally()
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as packed:
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=LEVEL, mtime=0) as out:
            for piece in counted(copied(table, condition), tally):
                out.write(piece)
        if not tally.rows:
            return
        member = f"rows/{organization_id or 'all'}/{table.name}.gz"
        size = packed.tell()
        packed.seek(0)
        writer.add(member, packed, size)  # type: ignore[arg-type]
    yield {
        "member": member,
        "table": table.name,
        "organization": organization_id,
        "columns": table.columns,
        "rows": tally.rows,
        "sha256": tally.digest,
    }


def _evidence(writer: Writer, chosen: list[Organization], troubles: list[str]) -> Iterator[dict[str, Any]]:
    for organization in chosen:
        with scope(organization.pk):
            done: set[str] = set()
            for file in StoredFile.objects.order_by("pk").iterator():
                for sha256 in {file.sha256, file.public_sha256} - {""} - done:
                    done.add(sha256)
                    yield from _content(writer, organization, file, sha256, troubles)


def _content(
    writer: Writer, organization: Organization, file: StoredFile, sha256: str, troubles: list[str]
) -> Iterator[dict[str, Any]]:
    path = content_path(organization.pk, sha256)
    digest = hashlib.sha256()
    try:
        with (
            storages["default"].open(path, "rb") as content,
            tempfile.SpooledTemporaryFile(IN_MEMORY) as copy,
        ):
            for chunk in content.chunks():
                digest.update(chunk)
                copy.write(chunk)
            size = copy.tell()
            copy.seek(0)
            writer.add(f"files/{path}", copy, size)  # type: ignore[arg-type]
    except FileNotFoundError:
        troubles.append(f"{organization.key}: ไฟล์หาย {file.name} ({sha256})")
        return
    if digest.hexdigest() != sha256:
        troubles.append(f"{organization.key}: ไฟล์ถูกแก้ไข {file.name} ({sha256})")
    yield {"path": path, "size": size, "sha256": digest.hexdigest()}


def _secrets(writer: Writer, one: Organization | None) -> Iterator[str]:
    """The private signing keys (of one organization: its own), and with all of them the installation's secrets."""
    keys = Path(settings.KEYS_FOLDER)
    folders = [(keys / one.key if one else keys, "keys", keys)]
    if one is None:
        folders.append((settings.HOME / "secrets", "secrets", settings.HOME / "secrets"))
    for folder, kind, root in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            member = f"{kind}/{path.relative_to(root)}"
            with path.open("rb") as content:
                writer.add(member, content, path.stat().st_size)
            yield member
