"""Reads of the files of the organization in scope, and the check that they still are what was recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.files.storage import storages
from django.db.models import QuerySet

from prongsai.foundation.files.models import StoredFile, content_path
from prongsai.foundation.tenancy.scope import current_organization_id

CHUNK = 1 << 16


class Trouble(StrEnum):
    MISSING = "missing"
    CHANGED = "changed"


@dataclass(frozen=True)
class FileTrouble:
    """A file that is not what its reference says."""

    name: str
    sha256: str
    trouble: Trouble
    found: str = ""  # the digest of what stands there now

    def __str__(self) -> str:
        if self.trouble == Trouble.MISSING:
            return f"ไฟล์หาย: {self.name} (SHA-256 {self.sha256})"
        return f"ไฟล์ถูกแก้ไข: {self.name} (บันทึกไว้ {self.sha256} พบ {self.found})"


def reference(file: StoredFile) -> dict[str, str | int]:
    """How a ledger payload names the file: {"sha256", "name", "size", "type"}."""
    return {"sha256": file.sha256, "name": file.name, "size": file.size, "type": file.content_type}


def stored_file(sha256: str) -> StoredFile | None:
    """The organization's file with this content, or None."""
    return StoredFile.objects.filter(sha256=sha256).first()


def public_files() -> QuerySet[StoredFile]:
    """The organization's published files, newest first."""
    return StoredFile.objects.filter(visibility="public").order_by("-published_at", "-id")


def public_file(sha256: str) -> StoredFile | None:
    """The published file that visitors know by the digest of their copy or of the original, or None."""
    public = public_files()
    return public.filter(public_sha256=sha256).first() or public.filter(sha256=sha256).first()


def check_files(references: Iterable[Mapping[str, Any]]) -> Iterator[FileTrouble]:
    """Read every referenced file of the organization in scope and yield those missing or changed by a byte.

    `references` are as `reference()` made them; each content is read once, in pieces.
    """
    organization_id = current_organization_id()
    seen: set[str] = set()
    for given in references:
        sha256, name = str(given["sha256"]), str(given.get("name", ""))
        if sha256 in seen:
            continue
        seen.add(sha256)
        found = content_digest(content_path(organization_id, sha256))
        if found is None:
            yield FileTrouble(name, sha256, Trouble.MISSING)
        elif found != sha256:
            yield FileTrouble(name, sha256, Trouble.CHANGED, found)


def content_digest(path: str) -> str | None:
    """The digest of what stands in the storage at `path`, or None when nothing does."""
    digest = hashlib.sha256()
    try:
        with storages["default"].open(path, "rb") as content:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()
