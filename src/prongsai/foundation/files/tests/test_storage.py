"""The two places where bytes may stand: a durable folder and an S3-compatible service (a real server on loopback)."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import File
from moto.server import ThreadedMotoServer

from prongsai.foundation.files.selectors import Trouble, check_files, reference
from prongsai.foundation.files.services import open_file, store_file
from prongsai.foundation.files.storage import DurableFolder, evidence_storage
from prongsai.foundation.files.tests import samples
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Visibility
from tests.cast import SYSTEM, banthrai


@pytest.fixture(scope="module")
def service() -> Iterator[dict[str, str]]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "PRONGSAI_S3_BUCKET": "evidence",
        "PRONGSAI_S3_ENDPOINT": f"http://{host}:{port}",
        "PRONGSAI_S3_REGION": "us-east-1",
        "PRONGSAI_S3_KEY": "sample",
        "PRONGSAI_S3_SECRET": "sample",
        "PRONGSAI_S3_PREFIX": "office",
    }
    yield environment
    server.stop()


@pytest.fixture
def bucket(settings, service: dict[str, str]):  # type: ignore[no-untyped-def]
    settings.STORAGES = {**settings.STORAGES, "default": evidence_storage(Path("unused"), service)}
    client = boto3.resource(
        "s3", endpoint_url=service["PRONGSAI_S3_ENDPOINT"], region_name="us-east-1",
        aws_access_key_id="sample", aws_secret_access_key="sample",
    )  # fmt: skip
    bucket = client.create_bucket(Bucket="evidence")
    yield bucket
    bucket.objects.delete()
    bucket.delete()


@pytest.mark.django_db
def test_a_file_is_kept_in_and_read_from_the_service(bucket) -> None:  # type: ignore[no-untyped-def]
    organization = banthrai()
    with scope(organization.pk):
        file = store_file(actor=SYSTEM, content=io.BytesIO(samples.pdf()), name="a.pdf")
        store_file(actor=SYSTEM, content=io.BytesIO(samples.pdf()), name="b.pdf")
        (stored,) = bucket.objects.all()
        assert stored.key == f"office/organizations/{organization.pk}/{file.sha256[:2]}/{file.sha256}"
        with open_file(file) as content:
            assert content.read() == samples.pdf()
        assert list(check_files([reference(file)])) == []
        stored.put(Body=b"changed")
        assert [t.trouble for t in check_files([reference(file)])] == [Trouble.CHANGED]
        stored.delete()
        assert [t.trouble for t in check_files([reference(file)])] == [Trouble.MISSING]


@pytest.mark.django_db
def test_a_picture_in_the_service_is_published_without_metadata(bucket) -> None:  # type: ignore[no-untyped-def]
    with scope(banthrai().pk):
        picture = io.BytesIO(samples.picture("JPEG"))
        store_file(actor=SYSTEM, content=picture, name="a.jpg", visibility=Visibility.PUBLIC)
        bodies = [stored.get()["Body"].read() for stored in bucket.objects.all()]
    assert sorted(b"SECRETCAMERA" in body for body in bodies) == [False, True]


def test_settings_name_a_folder_or_a_bucket_and_half_a_bucket_is_refused(tmp_path: Path) -> None:
    assert evidence_storage(tmp_path, {})["OPTIONS"] == {"location": tmp_path}
    with pytest.raises(ImproperlyConfigured, match="PRONGSAI_S3_BUCKET"):
        evidence_storage(tmp_path, {"PRONGSAI_S3_ENDPOINT": "http://127.0.0.1:1"})


def test_a_write_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 1 << 16:
                raise ConnectionError("the line broke")
            return super().read(size)

    with pytest.raises(ConnectionError):
        DurableFolder(location=tmp_path).save("a/b", File(Torn(b"x" * (1 << 20)), name="b"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_and_its_folders_reach_the_disk_before_save_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def watched(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    DurableFolder(location=tmp_path / "files").save("a/b/c", File(io.BytesIO(b"x"), name="c"))
    assert synced[0].startswith(str(tmp_path / "files/a/b/.incoming-"))
    assert set(synced[1:]) == {str(tmp_path / path) for path in ("files/a/b", "files/a", "files", "")}


@pytest.mark.django_db
def test_memory_stays_bounded_however_large_the_file(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.STORAGES = {**settings.STORAGES, "default": evidence_storage(tmp_path / "files", {})}
    (tmp_path / "large.txt").write_bytes(b"0123456789abcde\n" * (19 << 16))
    with scope(banthrai().pk), (tmp_path / "large.txt").open("rb") as content:
        tracemalloc.start()
        store_file(actor=SYSTEM, content=content, name="large.txt")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 4 << 20
