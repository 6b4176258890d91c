"""Keeping, publishing and opening files, always of the organization in scope."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.files import content as contents
from prongsai.foundation.files.models import StoredFile, content_path
from prongsai.foundation.files.pictures import without_metadata
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.ledger.services import record
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, FactKind, Origin, Ref, Visibility
from prongsai.kernel.errors import Unreadable

CHUNK = 1 << 16
MEGABYTE = 1 << 20
FILE_PUBLISHED = FactKind("file_published", "เผยแพร่ไฟล์", "File published")
SHOWN_PICTURES = {contents.JPEG.content_type, contents.PNG.content_type, contents.WEBP.content_type}


@transaction.atomic
def store_file(
    *,
    actor: Actor,
    content: BinaryIO,
    name: str,
    visibility: Visibility = Visibility.INTERNAL,
    pages: bool = False,
) -> StoredFile:
    """Keep a file for the organization in scope. Content that is kept already comes back as it stands.

    `content` is read once, in pieces; at most settings.FILE_LIMIT_BYTES of it. The bytes are on the disk (or
    with the S3 service) before this returns. The caller checks the permission to attach; PUBLIC publishes at
    once and needs `files.publish`; `pages` takes web pages too, as plain text. Raises Unreadable (too large, empty, not an accepted kind, damaged),
    NotPermitted, NotScoped.
    """
    organization_id = current_organization_id()
    if visibility == Visibility.PUBLIC:
        actor.require("files.publish")
    with _received(content) as (received, sha256, size):
        kind = contents.judge(received, name, pages=pages)
        fresh = StoredFile(
            organization_id=organization_id,
            sha256=sha256,
            size=size,
            content_type=kind.content_type,
            name=contents.clean_name(name, kind),
            created_at=clock.now(),
            created_by=actor.name[:200],
        )
        # Two people may send the same paper at the same moment: the first row stands, both get it. The row comes
        # first: it waits for whoever is removing erased bytes of the same content, which are then written anew.
        file = _row(fresh)
        _keep(received, content_path(organization_id, sha256))
    return publish_file(actor=actor, file=file) if visibility == Visibility.PUBLIC else file


def _row(fresh: StoredFile) -> StoredFile:
    """The row of the content, locked: it stays until the transaction has said what it is kept for."""
    while True:
        StoredFile.objects.bulk_create([fresh], ignore_conflicts=True)
        kept = StoredFile.objects.select_for_update(no_key=True).filter(sha256=fresh.sha256).first()
        if kept is not None:  # otherwise it was erased between the two
            return kept


@transaction.atomic
def publish_file(*, actor: Actor, file: StoredFile) -> StoredFile:
    """Let anybody read the file; of a picture, a copy without metadata. Needs `files.publish`.

    Published twice is published once; the act is a public fact. Raises Unreadable for a HEIC picture, which browsers do not show.
    """
    actor.require("files.publish")
    file = StoredFile.objects.select_for_update().get(pk=file.pk)
    if file.is_public:
        return file
    if file.content_type == contents.HEIC.content_type:
        raise Unreadable(
            _(
                "A HEIC picture cannot be published, because most browsers cannot open it. Make "
                "it a JPEG and attach it again."
            )
        )
    file.public_sha256, file.public_size = file.sha256, file.size
    if file.content_type in SHOWN_PICTURES:
        with open_file(file) as original, without_metadata(original.file) as bare:
            file.public_sha256, file.public_size = _digest(bare)
            _keep(bare, content_path(file.organization_id, file.public_sha256))  # type: ignore[attr-defined]
    file.visibility = Visibility.PUBLIC.value
    file.published_at, file.published_by = clock.now(), actor.name[:200]
    file.save(update_fields=["visibility", "public_sha256", "public_size", "published_at", "published_by"])
    record(
        actor=actor,
        kind=FILE_PUBLISHED.key,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=Ref("files", "file", file.pk),
        visibility=Visibility.PUBLIC,
        title=f"เผยแพร่ไฟล์ {file.name}",
        payload={"files": [reference(file)]},
    )
    return file


def open_file(file: StoredFile) -> File:
    """The file's bytes, to be closed by the caller. Raises FileNotFoundError when they are gone."""
    return storages["default"].open(file.path, "rb")


def open_public(file: StoredFile) -> File:
    """The bytes that visitors get. Raises Unreadable for a file that is not published."""
    if not file.is_public:
        raise Unreadable(_("This file is not published"))
    return storages["default"].open(file.public_path, "rb")


@contextmanager
def _received(content: BinaryIO) -> Iterator[tuple[IO[bytes], str, int]]:
    """The content in a temporary file of its own, with digest and size, so that memory stays bounded."""
    limit = settings.FILE_LIMIT_BYTES
    _refuse_large(content, limit)
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as received:
        while chunk := content.read(CHUNK):
            size += len(chunk)
            if size > limit:
                refused = _(
                    "The file is larger than %(most)s MB: make it smaller or divide it, then attach it again"
                )
                raise Unreadable(refused % {"most": limit // MEGABYTE})
            digest.update(chunk)
            received.write(chunk)
        yield received, digest.hexdigest(), size


def _refuse_large(content: BinaryIO, limit: int) -> None:
    """Name the size before reading, where it is known."""
    if not content.seekable():
        return
    here = content.tell()
    size = content.seek(0, 2) - here
    content.seek(here)
    refuse_size(size, limit)


def refuse_size(size: int, limit: int) -> None:
    """Raise Unreadable for a file of more bytes than the limit, naming both."""
    if size > limit:
        refused = _(
            "The file has %(size)s MB, more than %(most)s MB: make it smaller or divide it, "
            "then attach it again"
        )
        raise Unreadable(refused % {"size": -(-size // MEGABYTE), "most": limit // MEGABYTE})


def _keep(content: IO[bytes], path: str) -> None:
    content.seek(0)
    storages["default"].save(path, File(content))


def _digest(content: IO[bytes]) -> tuple[str, int]:
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
