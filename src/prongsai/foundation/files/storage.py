"""Where the bytes stand: a folder that survives a power cut, or any S3-compatible service."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

S3 = "PRONGSAI_S3_"


class DurableFolder(FileSystemStorage):
    """A folder in which a saved file is either whole and on the disk, or not there.

    Names are digests of their content, so that saving over a name mends a damaged file and changes no sound one.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File) -> str:
        target = Path(self.path(name))
        made = _make_folders(target.parent)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        for folder in (target.parent, *made):
            sync_folder(folder)
        return name


def _make_folders(folder: Path) -> list[Path]:
    """Make `folder`, and return the folders in which a new entry has to reach the disk."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=0o700, exist_ok=True)
    return [parent.parent for parent in missing]


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk: without it a renamed file can vanish with the power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def evidence_storage(folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, object]:
    """The STORAGES entry for evidence files: `folder`, or the bucket that PRONGSAI_S3_BUCKET names.

    PRONGSAI_S3_ENDPOINT, _REGION, _PREFIX, _KEY and _SECRET complete it; without key and secret the usual
    AWS sources are asked. Raises ImproperlyConfigured for one of these without a bucket.
    """
    given = {name.removeprefix(S3): value for name, value in environment.items() if name.startswith(S3)}
    if not given.get("BUCKET"):
        if given:
            raise ImproperlyConfigured(f"{S3}BUCKET must be set beside {S3}{min(given)}")
        return {"BACKEND": "prongsai.foundation.files.storage.DurableFolder", "OPTIONS": {"location": folder}}
    options: dict[str, object] = {
        "bucket_name": given["BUCKET"],
        "file_overwrite": True,  # a name is the digest of its content
        "default_acl": None,
        "querystring_auth": True,
        "signature_version": "s3v4",
        "addressing_style": "path",  # what MinIO, Ceph and the like understand without DNS
        "location": given.get("PREFIX", ""),
    }
    named = {"ENDPOINT": "endpoint_url", "REGION": "region_name", "KEY": "access_key", "SECRET": "secret_key"}
    options |= {option: given[name] for name, option in named.items() if name in given}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
