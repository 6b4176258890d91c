"""Files that arrive in pieces over a line that drops: begun, continued from what has arrived, finished or given up.

No ledger facts: a file on its way is nobody's evidence yet.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.files.content import refuse_program
from prongsai.foundation.files.models import StoredFile, Upload, UploadPart
from prongsai.foundation.files.services import refuse_size, store_file
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, Unreadable, WrongState

CHUNK_LIMIT = 1 << 20  # bytes of one piece
MOST_OPEN = 50  # files on their way, of one person in one organization
KEPT_FOR = timedelta(days=7)  # after that nobody goes on with it


class UnknownUpload(InvalidInput):
    """There is no such upload, or it is somebody else's."""


class WrongOffset(WrongState):
    """A piece does not begin where the last one ended; `received` says where to go on."""

    def __init__(self, received: int) -> None:
        super().__init__(_("Go on from byte %(received)s") % {"received": received})
        self.received = received


@transaction.atomic
def start_upload(*, actor: Actor, name: str, size: int, mark: str = "") -> Upload:
    """Begin to receive a file of `size` bytes, or go on with the same one (name, size, mark) begun before.

    Any member may; what the file is attached to asks for its own permission. Raises Unreadable (empty, larger than
    settings.FILE_LIMIT_BYTES), InvalidInput (no name), WrongState (too many on their way), NotPermitted.
    """
    user_id = _user(actor)
    name = name.strip()
    if not name or len(name) > 300 or "\0" in name + mark or len(mark) > 100:
        raise InvalidInput(
            _("The file's name is empty, longer than 300 characters, or has characters that cannot be used"),
            field="name",
        )
    if size <= 0:
        raise Unreadable(_("The file is empty: check it, then attach it again"))
    refuse_size(size, settings.FILE_LIMIT_BYTES)
    own = Upload.objects.filter(user_id=user_id, file=None)
    begun = own.filter(name=name, size=size, mark=mark).order_by("-id").first() if mark else None
    if begun:
        return begun
    if own.count() >= MOST_OPEN:
        refused = _("%(count)s files are still on their way: let them arrive, or take them out first")
        raise WrongState(refused % {"count": MOST_OPEN})
    now = clock.now()
    key = secrets.token_urlsafe(16)
    return Upload.objects.create(
        key=key, user_id=user_id, name=name, mark=mark, size=size, created_at=now, updated_at=now
    )


@transaction.atomic
def append_chunk(*, actor: Actor, key: str, offset: int, content: bytes) -> Upload:
    """Add a piece of at most CHUNK_LIMIT bytes that begins at `offset`.

    Raises WrongOffset when it begins elsewhere than the last one ended (of two that send the same piece one wins),
    InvalidInput when the file would grow past its announced size, Unreadable for a program, UnknownUpload.
    """
    upload = _locked(actor, key)
    if upload.is_done or offset != upload.received:
        raise WrongOffset(upload.received)
    if not content or len(content) > CHUNK_LIMIT or offset + len(content) > upload.size:
        raise InvalidInput(
            _("A part of the file has another size than was said. Take it out and attach it again."),
            field="content",
        )
    if offset == 0:
        refuse_program(content)  # said now, not after 20 MB on a slow line
    UploadPart.objects.create(upload=upload, at=offset, content=content)
    upload.received, upload.updated_at = offset + len(content), clock.now()
    upload.save(update_fields=["received", "updated_at"])
    return upload


@transaction.atomic
def finish_upload(*, actor: Actor, key: str, pages: bool = False) -> Upload:
    """Keep the file that has arrived whole (internal) and drop its pieces. Finished twice is finished once.

    `pages` takes web pages too, as plain text.

    Memory holds one piece at a time. Raises WrongOffset while bytes are missing, Unreadable for what store_file
    refuses, UnknownUpload.
    """
    upload = _locked(actor, key)
    if upload.is_done:
        return upload
    if upload.received != upload.size:
        raise WrongOffset(upload.received)
    pieces = io.BufferedReader(_Pieces(upload))  # type: ignore[type-var]
    upload.file = store_file(actor=actor, content=pieces, name=upload.name, pages=pages)  # type: ignore[assignment,arg-type]
    upload.updated_at = clock.now()
    upload.save(update_fields=["file", "updated_at"])
    upload.parts.all().delete()  # type: ignore[attr-defined]
    return upload


@transaction.atomic
def sent_whole(*, actor: Actor, file: StoredFile) -> Upload:
    """Keep in mind for KEPT_FOR that the actor sent this file, in one piece: whoever had its content may use it, also
    where the same content is kept of a case that is not shown to them."""
    user_id, now = _user(actor), clock.now()
    known = Upload.objects.filter(user_id=user_id, file=file).first()
    if known is not None:
        known.updated_at = now
        known.save(update_fields=["updated_at"])
        return known
    return Upload.objects.create(
        key=secrets.token_urlsafe(16), user_id=user_id, name=file.name, size=file.size, received=file.size,
        file=file, created_at=now, updated_at=now,
    )  # fmt: skip


@transaction.atomic
def drop_upload(*, actor: Actor, key: str) -> None:
    """Forget the upload and its pieces; a file that was kept stays kept. Raises UnknownUpload."""
    _remove(_locked(actor, key))


@transaction.atomic
def drop_abandoned(*, actor: Actor) -> int:
    """Remove uploads of the organization in scope that nobody touched for KEPT_FOR; only the system may."""
    if not actor.is_system:
        raise NotPermitted(_("Only the system removes files that were never sent to their end"))
    stale = Upload.objects.filter(updated_at__lt=clock.now() - KEPT_FOR).select_for_update(skip_locked=True)
    return sum(1 for upload in list(stale) if _remove(upload))


def upload_of(actor: Actor, key: str) -> Upload:
    """The actor's upload. Raises UnknownUpload for anybody else's, as if there were none."""
    upload = Upload.objects.select_related("file").filter(user_id=_user(actor), key=key).first()
    if upload is None:
        raise UnknownUpload(_("The file that was being sent is not there. Attach it again."), field="key")
    return upload


def _user(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotPermitted(_("Sign in before you send a file"))
    return actor.user_id


def _locked(actor: Actor, key: str) -> Upload:
    found = upload_of(actor, key)
    return Upload.objects.select_for_update().get(pk=found.pk)


def _remove(upload: Upload) -> bool:
    upload.parts.all().delete()  # type: ignore[attr-defined]
    upload.delete()
    return True


class _Pieces(io.RawIOBase):
    """The upload's content, read piece after piece."""

    def __init__(self, upload: Upload) -> None:
        parts = UploadPart.objects.filter(upload=upload).order_by("at").values_list("content", flat=True)
        self._parts: Iterator[bytes] = map(bytes, parts.iterator(chunk_size=1))
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self._left = self._left or next(self._parts, b"")
        taken = self._left[: len(buffer)]
        self._left = self._left[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)
