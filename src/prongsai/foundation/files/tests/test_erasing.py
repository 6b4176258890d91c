"""Personal data in an entry's files go with the entry's content, wherever they stood, and nothing that others need."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.files.erasing import Fate, erase_entry, fates
from prongsai.foundation.files.models import StoredFile, Upload
from prongsai.foundation.files.selectors import check_files, reference
from prongsai.foundation.files.services import publish_file, store_file
from prongsai.foundation.files.storage import DurableFolder, evidence_storage
from prongsai.foundation.files.tasks import drop_content
from prongsai.foundation.files.tests import samples
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush, record
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.organizations.kinds import SEAL_SET
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.organizations.profile import set_seal
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Visibility
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import SYSTEM, banthrai, member

pytestmark = pytest.mark.django_db
REASON = "คำขอของเจ้าของข้อมูล"


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.STORAGES = {**settings.STORAGES, "default": evidence_storage(tmp_path / "files", {})}
    return tmp_path / "files"


@pytest.fixture
def office(folder: Path) -> Iterator[Organization]:
    organization = banthrai()
    with scope(organization.pk):
        yield organization


def kept(content: bytes = b"one", name: str = "หนังสือ.txt") -> StoredFile:
    return store_file(actor=SYSTEM, content=io.BytesIO(content), name=name)


def entry_with(*files: StoredFile) -> Entry:
    pending = record(
        actor=SYSTEM,
        kind="meeting_held",
        about="service",
        occurred_on=date(2025, 1, 5),
        origin=Origin.DOCUMENT,
        visibility=Visibility.PUBLIC,
        title="ประชุมชี้แจง นายสมชาย ข้อมูลตัวอย่าง",
        payload={"files": [reference(file) for file in files]},
    )
    flush()
    assert pending.entry is not None
    return again(pending.entry)


def again(entry: Entry) -> Entry:
    return Entry.objects.with_payload().get(pk=entry.pk)  # type: ignore[attr-defined]


def bytes_in(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def deferred() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%drop_content' ORDER BY id")
        return [json.loads(row[0]) for row in cursor.fetchall()]


def work() -> None:
    for args in deferred():
        drop_content(**args)


def test_the_files_of_an_erased_entry_go_with_their_bytes_and_their_public_copies(
    office: Organization, folder: Path
) -> None:
    photograph = publish_file(actor=SYSTEM, file=kept(samples.picture("JPEG"), "นายสมชาย.jpg"))
    entry = entry_with(photograph, kept())
    assert len(bytes_in(folder)) == 3
    erase_entry(actor=SYSTEM, entry=entry, reason=REASON)
    flush()
    assert not StoredFile.objects.exists()
    assert len(bytes_in(folder)) == 3, "bytes go after the transaction"
    work()
    assert bytes_in(folder) == []
    work()  # done twice
    published = Entry.objects.with_payload().get(kind="file_published")  # type: ignore[attr-defined]
    assert published.content == {}, "that it was published named the file"
    found = verify_log(office)
    assert (found.findings, found.erased) == ([], sorted([entry.number, published.number]))


def test_a_file_that_another_entry_names_stays_until_that_is_erased_too(
    office: Organization, folder: Path
) -> None:
    file = kept()
    first, second = entry_with(file), entry_with(file)
    assert fates(first) == [Fate(file, (second.number,))]
    assert not fates(first)[0].goes
    erase_entry(actor=SYSTEM, entry=first, reason=REASON)
    flush()
    assert (deferred(), StoredFile.objects.get()) == ([], file)
    assert fates(second) == [Fate(file)]
    erase_entry(actor=SYSTEM, entry=again(second), reason=REASON)
    work()
    assert bytes_in(folder) == []


def test_what_the_office_uses_elsewhere_stays(office: Organization, folder: Path) -> None:
    picture = kept(samples.picture("PNG"), "ตรา.png")
    set_seal(actor=SYSTEM, file=picture)
    flush()
    seal = Entry.objects.with_payload().get(kind=SEAL_SET)  # type: ignore[attr-defined]
    entry = entry_with(picture)
    assert fates(entry) == [Fate(StoredFile.objects.get(), (seal.number,), used=True)]
    erase_entry(actor=SYSTEM, entry=seal, reason=REASON)
    erase_entry(actor=SYSTEM, entry=entry, reason=REASON)
    work()
    assert list(check_files([reference(StoredFile.objects.get())])) == []


def test_an_upload_that_brought_the_file_does_not_keep_it(office: Organization) -> None:
    file = kept()
    Upload.objects.create(
        key="x" * 20, user=member("office.read").user, name="ก.txt", size=3, received=3, file=file,
        created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    erase_entry(actor=SYSTEM, entry=entry_with(file), reason=REASON)
    assert not Upload.objects.exists()


def test_a_refused_erasure_takes_nothing(office: Organization, folder: Path) -> None:
    entry = entry_with(kept())
    with pytest.raises(NotPermitted):
        erase_entry(actor=Actor("สมศรี ตัวอย่าง", frozenset({"audit.read"})), entry=entry, reason=REASON)
    with pytest.raises(InvalidInput, match="สมชาย") as refused:
        erase_entry(actor=SYSTEM, entry=entry, reason="มีชื่อ นายสมชาย")
    assert refused.value.field == "reason"
    with transaction.atomic():
        erase_entry(actor=SYSTEM, entry=entry, reason=REASON)
        transaction.set_rollback(True)
    assert again(entry).content
    assert (deferred(), StoredFile.objects.count(), bytes_in(folder)) == ([], 1, [b"one"])
    erase_entry(actor=SYSTEM, entry=entry, reason=REASON)
    with pytest.raises(WrongState, match="ถูกลบไปแล้ว"):
        erase_entry(actor=SYSTEM, entry=again(entry), reason=REASON)


def test_the_same_content_handed_in_again_is_kept(office: Organization, folder: Path) -> None:
    erase_entry(actor=SYSTEM, entry=entry_with(kept()), reason=REASON)
    fresh = kept()
    work()
    assert list(check_files([reference(fresh)])) == []


def test_asking_takes_as_many_queries_for_many_files_as_for_one(office: Organization) -> None:
    entry = entry_with(*(kept(bytes([65 + n]), f"{n}.txt") for n in range(12)))
    with CaptureQueriesContext(connection) as queries:
        assert all(fate.goes for fate in fates(entry))
    assert len(queries) <= 6


class SlowToDelete(DurableFolder):
    """Says when it is about to remove something, and waits."""

    begun, go_on = threading.Event(), threading.Event()

    def delete(self, name: str) -> None:
        self.begun.set()
        assert self.go_on.wait(20)
        super().delete(name)


@pytest.mark.django_db(transaction=True)
def test_content_that_comes_again_while_its_bytes_are_removed_is_whole(settings: Any, folder: Path) -> None:
    office = banthrai()
    with working_for(office.pk):
        erase_entry(actor=SYSTEM, entry=entry_with(kept()), reason=REASON)
    (args,) = deferred()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{__name__}.SlowToDelete", "OPTIONS": {"location": folder}},
    }

    def closing(do: Any) -> None:
        try:
            do()
        finally:
            connection.close()

    def hand_in() -> None:
        with working_for(office.pk):
            kept()

    removal = threading.Thread(target=closing, args=(lambda: drop_content(**args),))
    removal.start()
    assert SlowToDelete.begun.wait(20)
    arrival = threading.Thread(target=closing, args=(hand_in,))
    arrival.start()
    arrival.join(0.5)
    assert arrival.is_alive(), "it waits for the removal"
    SlowToDelete.go_on.set()
    removal.join(20)
    arrival.join(20)
    with working_for(office.pk):
        assert list(check_files([reference(StoredFile.objects.get())])) == []
