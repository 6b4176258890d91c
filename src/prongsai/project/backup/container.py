"""The backup file: a tar that ends with the digest of everything before, so that no cut or change goes unseen."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from prongsai.foundation.files.storage import sync_folder
from prongsai.kernel.errors import InvalidInput, Unreadable

MARK = b"prongsai-backup 1 sha256 "
TRAILER = len(MARK) + 64 + 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20


class _Digesting:
    """A file that is written and digested at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.file.write(data)


class Writer:
    """Puts members into the tar."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """Add `size` bytes from `content`."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self.tar.addfile(member, content)


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """Write a backup file. It appears under its name, readable by its owner only, when it is whole and on the disk.

    Raises InvalidInput when there is such a file already or no such folder.
    """
    if target.exists():
        raise InvalidInput(
            _("There is a file %(file)s already. Choose a new name: backups are not overwritten.")
            % {"file": target}
        )
    if not target.parent.is_dir():
        raise InvalidInput(_("There is no folder %(folder)s") % {"folder": target.parent})
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as out:
            digesting = _Digesting(out)
            with tarfile.open(fileobj=digesting, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
                yield Writer(tar)
            out.write(MARK + digesting.digest.hexdigest().encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())
        _appear(Path(temporary), target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    sync_folder(target.parent)


def _appear(temporary: Path, target: Path) -> None:
    try:
        os.link(temporary, target)  # unlike a rename it does not replace what came in between
    except FileExistsError:
        raise
    except OSError:  # a memory stick's file system has no links
        temporary.rename(target)


class Reader:
    """A backup file whose digest was found right."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.members = {member.name: member for member in tar}
        self.manifest: dict[str, Any] = json.load(self.open(MANIFEST))

    def open(self, name: str) -> IO[bytes]:
        content = self.tar.extractfile(self.members[name])
        assert content is not None
        return content


@contextmanager
def reading(source: Path) -> Iterator[Reader]:
    """Open a backup file after comparing its digest. Raises Unreadable, having touched nothing."""
    try:
        with source.open("rb") as file:
            _verify(file, source)
            with tarfile.open(fileobj=file, mode="r:") as tar:
                yield Reader(tar)
    except FileNotFoundError as error:
        raise Unreadable(_("There is no backup %(file)s") % {"file": source}) from error
    except (tarfile.TarError, KeyError) as error:
        raise Unreadable(
            _("The file %(file)s is no backup that the system knows") % {"file": source}
        ) from error


def _verify(file: IO[bytes], source: Path) -> None:
    length = file.seek(0, os.SEEK_END) - TRAILER
    file.seek(max(0, length))
    trailer = file.read()
    if length < 0 or not trailer.startswith(MARK):
        raise Unreadable(
            _(
                "The file %(file)s is incomplete or no backup of the system, so it is not "
                "restored. Nothing has changed."
            )
            % {"file": source}
        )
    file.seek(0)
    digest = hashlib.sha256()
    while length > 0:
        chunk = file.read(min(CHUNK, length))
        digest.update(chunk)
        length -= len(chunk)
    if trailer != MARK + digest.hexdigest().encode() + b"\n":
        raise Unreadable(
            _("The file %(file)s was altered or is damaged, so it is not restored. Nothing has changed.")
            % {"file": source}
        )
    file.seek(0)
