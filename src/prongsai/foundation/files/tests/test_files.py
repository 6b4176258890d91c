"""Files are kept once, durably, by organization, and found out when a byte changes."""

from __future__ import annotations

import hashlib
import io
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from PIL import Image

from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.selectors import Trouble, check_files, public_file, public_files, reference
from prongsai.foundation.files.services import open_file, open_public, publish_file, store_file
from prongsai.foundation.files.storage import evidence_storage
from prongsai.foundation.files.tests import samples
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel.contracts import Actor, Visibility
from prongsai.kernel.errors import NotPermitted, NotScoped, Unreadable
from tests.cast import SYSTEM, banthrai, donsai

pytestmark = pytest.mark.django_db
SOMSRI = Actor("สมศรี ตัวอย่าง")


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    settings.STORAGES = {**settings.STORAGES, "default": evidence_storage(tmp_path / "files", {})}
    return tmp_path / "files"


@pytest.fixture
def office(folder: Path) -> Iterator[Organization]:
    organization = banthrai()
    with scope(organization.pk):
        yield organization


def kept(content: bytes, name: str = "รายงาน.pdf", **options: object) -> StoredFile:
    return store_file(actor=SYSTEM, content=io.BytesIO(content), name=name, **options)  # type: ignore[arg-type]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_comes_back_as_it_was(office: Organization) -> None:
    file = kept(samples.pdf(), "C:\\งาน\\รายงาน.PDF")
    with open_file(file) as content:
        assert content.read() == samples.pdf()
    assert reference(file) == {
        "sha256": hashlib.sha256(samples.pdf()).hexdigest(),
        "name": "รายงาน.pdf",
        "size": len(samples.pdf()),
        "type": "application/pdf",
    }


def test_the_same_content_twice_is_one_file(office: Organization, folder: Path) -> None:
    assert kept(b"one", "a.txt").pk == kept(b"one", "b.txt").pk
    assert StoredFile.objects.count() == 1
    assert len(files_in(folder)) == 1


def test_a_file_stands_under_its_organization_and_digest_and_only_the_owner_reads_it(
    office: Organization, folder: Path
) -> None:
    digest = kept(b"one", "a.txt").sha256
    (path,) = files_in(folder)
    assert path == folder / "organizations" / str(office.pk) / digest[:2] / digest
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_another_organization_neither_sees_nor_shares_a_file(office: Organization, folder: Path) -> None:
    mine = kept(b"one", "a.txt")
    with scope(donsai().pk):
        assert not StoredFile.objects.exists()
        assert kept(b"one", "a.txt").pk != mine.pk
    assert len(files_in(folder)) == 2


def test_a_file_needs_an_organization(folder: Path) -> None:
    with pytest.raises(NotScoped):
        kept(b"one", "a.txt")
    assert not folder.exists()


@pytest.mark.parametrize("seekable", [True, False])
def test_a_file_over_the_limit_is_refused_with_its_size(
    office: Organization, folder: Path, seekable: bool
) -> None:
    class Line(io.BytesIO):
        def seekable(self) -> bool:
            return seekable

    message = "ไฟล์ใหญ่ 48 เมกะไบต์ เกิน 20 เมกะไบต์" if seekable else "ไฟล์ใหญ่เกิน 20 เมกะไบต์"
    with pytest.raises(Unreadable, match=message):
        store_file(actor=SYSTEM, content=Line(b"x" * (48 << 20)), name="a.txt")
    assert files_in(folder) == []


def test_a_refused_file_leaves_nothing_behind(office: Organization, folder: Path) -> None:
    with pytest.raises(Unreadable):
        kept(b"MZ\0\0", "a.pdf")
    assert not StoredFile.objects.exists()
    assert files_in(folder) == []


def test_missing_and_changed_files_are_named(office: Organization, folder: Path) -> None:
    references = [reference(kept(text.encode(), f"{text}.txt")) for text in ("sound", "lost", "changed")]
    assert list(check_files(references)) == []
    places = {path.read_bytes(): path for path in files_in(folder)}
    places[b"lost"].unlink()
    places[b"changed"].write_bytes(b"changeD")
    found = {(t.name, t.trouble) for t in check_files(references)}
    assert found == {("lost.txt", Trouble.MISSING), ("changed.txt", Trouble.CHANGED)}


def test_storing_again_mends_a_damaged_file(office: Organization, folder: Path) -> None:
    file = kept(b"sound", "a.txt")
    files_in(folder)[0].write_bytes(b"broken")
    kept(b"sound", "a.txt")
    assert list(check_files([reference(file)])) == []


def test_a_file_is_internal_until_somebody_who_may_publishes_it(office: Organization) -> None:
    file = store_file(actor=SOMSRI, content=io.BytesIO(samples.pdf()), name="a.pdf")
    assert not public_files().exists()
    with pytest.raises(Unreadable):
        open_public(file)
    with pytest.raises(NotPermitted):
        publish_file(actor=SOMSRI, file=file)
    with pytest.raises(NotPermitted):
        store_file(actor=SOMSRI, content=io.BytesIO(b"x"), name="a.txt", visibility=Visibility.PUBLIC)
    published = publish_file(actor=SYSTEM, file=file)
    assert list(public_files()) == [file]
    assert public_file(file.sha256) == file
    assert publish_file(actor=SYSTEM, file=file).published_at == published.published_at


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_published_picture_says_nothing_of_place_and_camera(office: Organization, form: str) -> None:
    original = samples.picture(form)
    assert b"SECRETCAMERA" in original
    file = kept(original, "ภาพ", visibility=Visibility.PUBLIC)
    with open_public(file) as content:
        copy = content.read()
    assert b"SECRETCAMERA" not in copy
    with Image.open(io.BytesIO(copy)) as picture:
        assert not picture.getexif()
        assert picture.size == (20, 40)  # upright, as the camera's note said
        assert picture.format == form
    with open_file(file) as content:
        assert content.read() == original
    assert public_file(file.public_sha256) == file


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1"])
def test_pictures_of_every_palette_can_be_published(office: Organization, mode: str) -> None:
    file = kept(samples.picture("PNG", mode=mode), "ภาพ.png", visibility=Visibility.PUBLIC)
    with open_public(file) as content, Image.open(content) as picture:
        assert picture.convert("RGB").getpixel((0, 0)) == (0, 0, 0)


def test_a_picture_that_browsers_do_not_show_is_not_published(office: Organization) -> None:
    with pytest.raises(Unreadable, match="แปลงเป็น JPEG"):
        publish_file(actor=SYSTEM, file=kept(samples.HEIC, "ภาพ.heic"))


def test_a_rolled_back_act_keeps_no_row(office: Organization) -> None:
    with transaction.atomic():
        kept(b"one", "a.txt")
        transaction.set_rollback(True)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_sending_the_same_paper_at_once_get_the_same_file(folder: Path) -> None:
    organization, pks, gate = banthrai(), [], threading.Barrier(4)

    def send() -> None:
        try:
            gate.wait()
            with working_for(organization.pk):
                pks.append(kept(samples.pdf()).pk)
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(pks) == 4
    assert len(set(pks)) == 1
