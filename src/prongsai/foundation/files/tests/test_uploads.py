"""A file that arrives in pieces is whole or not there, belongs to who sends it, and holds little memory."""

from __future__ import annotations

import io
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prongsai.foundation.files import uploads
from prongsai.foundation.files.models import StoredFile, Upload, UploadPart
from prongsai.foundation.files.services import open_file
from prongsai.foundation.files.storage import evidence_storage
from prongsai.foundation.files.tasks import tidy_all_uploads, tidy_uploads
from prongsai.foundation.files.tests import samples
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, Unreadable, WrongState
from tests.cast import SYSTEM, banthrai, donsai, member

pytestmark = pytest.mark.django_db
MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.STORAGES = {**settings.STORAGES, "default": evidence_storage(tmp_path / "files", {})}


@pytest.fixture
def office() -> Iterator[Organization]:
    organization = banthrai()
    with scope(organization.pk):
        yield organization


@pytest.fixture
def somsri(office: Organization) -> Actor:
    return member(username="somsri").actor()


def sent(actor: Actor, content: bytes, cuts: list[int], name: str = "รายงาน.pdf") -> Upload:
    """The content sent in pieces that end at `cuts`, and finished."""
    upload = uploads.start_upload(actor=actor, name=name, size=len(content))
    ends = sorted({*cuts, len(content)})
    for start, end in zip([0, *ends], ends, strict=False):
        uploads.append_chunk(actor=actor, key=upload.key, offset=start, content=content[start:end])
    return uploads.finish_upload(actor=actor, key=upload.key)


@given(cuts=st.lists(st.integers(1, len(samples.pdf()) - 1), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_however_a_file_is_cut_it_arrives_as_it_was(somsri: Actor, cuts: list[int]) -> None:
    upload = sent(somsri, samples.pdf(), cuts)
    assert upload.is_done
    assert not UploadPart.objects.exists()
    assert isinstance(upload.file, StoredFile)
    with open_file(upload.file) as kept:
        assert kept.read() == samples.pdf()


def test_the_same_file_chosen_again_goes_on_where_it_stopped(somsri: Actor) -> None:
    first = uploads.start_upload(actor=somsri, name="ภาพ.jpg", size=100, mark="1723600000")
    uploads.append_chunk(actor=somsri, key=first.key, offset=0, content=b"\xff\xd8\xff" + b"x" * 57)
    again = uploads.start_upload(actor=somsri, name="ภาพ.jpg", size=100, mark="1723600000")
    assert (again.key, again.received) == (first.key, 60)
    other = uploads.start_upload(actor=somsri, name="ภาพ.jpg", size=100, mark="1723609999")
    assert other.key != first.key


def test_a_piece_that_begins_elsewhere_is_refused_and_says_where_to_go_on(somsri: Actor) -> None:
    upload = uploads.start_upload(actor=somsri, name="ก.txt", size=10)
    uploads.append_chunk(actor=somsri, key=upload.key, offset=0, content=b"hello")
    for offset in (0, 3, 6):
        with pytest.raises(uploads.WrongOffset) as raised:
            uploads.append_chunk(actor=somsri, key=upload.key, offset=offset, content=b"xx")
        assert raised.value.received == 5
    with pytest.raises(InvalidInput):
        uploads.append_chunk(actor=somsri, key=upload.key, offset=5, content=b"longer")
    with pytest.raises(uploads.WrongOffset):
        uploads.finish_upload(actor=somsri, key=upload.key)


def test_a_file_that_is_too_large_or_empty_is_refused_before_a_byte_is_sent(somsri: Actor) -> None:
    with pytest.raises(Unreadable, match="ไฟล์ใหญ่ 48 เมกะไบต์ เกิน 20 เมกะไบต์"):
        uploads.start_upload(actor=somsri, name="สแกนทั้งเล่ม.pdf", size=48 * MEGABYTE)
    with pytest.raises(Unreadable, match="ว่างเปล่า"):
        uploads.start_upload(actor=somsri, name="ว่าง.pdf", size=0)
    for name in ("", "  ", "ก\0.pdf", "ก" * 301):
        with pytest.raises(InvalidInput):
            uploads.start_upload(actor=somsri, name=name, size=5)


def test_a_renamed_program_is_refused_at_its_first_piece(somsri: Actor) -> None:
    upload = uploads.start_upload(actor=somsri, name="รายงาน.pdf", size=MEGABYTE)
    with pytest.raises(Unreadable, match="ไฟล์โปรแกรมแนบไม่ได้ แม้เปลี่ยนชื่อแล้ว"):
        uploads.append_chunk(actor=somsri, key=upload.key, offset=0, content=b"MZ\x90\0" + b"\0" * 1000)


def test_nobody_else_can_see_continue_or_drop_an_upload(somsri: Actor) -> None:
    upload = uploads.start_upload(actor=somsri, name="ก.txt", size=10)
    mana = member(username="mana").actor()
    for act in (
        lambda: uploads.upload_of(mana, upload.key),
        lambda: uploads.append_chunk(actor=mana, key=upload.key, offset=0, content=b"x"),
        lambda: uploads.finish_upload(actor=mana, key=upload.key),
        lambda: uploads.drop_upload(actor=mana, key=upload.key),
    ):
        with pytest.raises(uploads.UnknownUpload):
            act()
    with pytest.raises(NotPermitted):
        uploads.start_upload(actor=Actor("ใครก็ไม่รู้"), name="ก.txt", size=10)


def test_another_organization_does_not_know_the_upload(somsri: Actor) -> None:
    key = uploads.start_upload(actor=somsri, name="ก.txt", size=10).key
    with scope(donsai().pk), pytest.raises(uploads.UnknownUpload):
        uploads.upload_of(somsri, key)


def test_one_person_has_only_so_many_files_on_their_way(
    somsri: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_OPEN", 3)
    for number in range(3):
        uploads.start_upload(actor=somsri, name=f"{number}.txt", size=10)
    with pytest.raises(WrongState, match="ค้างอยู่ 3 ไฟล์"):
        uploads.start_upload(actor=somsri, name="3.txt", size=10)


def test_what_nobody_went_on_with_is_removed_and_the_rest_stays(somsri: Actor, office: Organization) -> None:
    with clock.at(clock.now() - timedelta(days=8)):
        stale = uploads.start_upload(actor=somsri, name="เก่า.txt", size=10)
        uploads.append_chunk(actor=somsri, key=stale.key, offset=0, content=b"hello")
    fresh = uploads.start_upload(actor=somsri, name="ใหม่.txt", size=10)
    with pytest.raises(NotPermitted):
        uploads.drop_abandoned(actor=somsri)
    tidy_all_uploads()
    tidy_uploads(organization_id=office.pk)
    assert list(Upload.objects.values_list("key", flat=True)) == [fresh.key]
    assert not UploadPart.objects.exists()


def test_a_file_kept_from_an_upload_outlives_it(somsri: Actor) -> None:
    upload = sent(somsri, samples.pdf(), [])
    uploads.drop_upload(actor=somsri, key=upload.key)
    assert StoredFile.objects.count() == 1
    assert uploads.drop_abandoned(actor=SYSTEM) == 0


def test_fifty_megabytes_hold_a_few_in_memory(somsri: Actor, settings) -> None:  # type: ignore[no-untyped-def]
    settings.FILE_LIMIT_BYTES = 60 * MEGABYTE
    paper = samples.pdf()
    upload = uploads.start_upload(actor=somsri, name="เล่มใหญ่.pdf", size=50 * MEGABYTE)
    blank, end = b" " * MEGABYTE, paper[-200:]
    tracemalloc.start()
    for number in range(50):
        piece = paper[:100] + blank[100:] if number == 0 else blank if number < 49 else blank[:-200] + end
        uploads.append_chunk(actor=somsri, key=upload.key, offset=number * MEGABYTE, content=piece)
    done = uploads.finish_upload(actor=somsri, key=upload.key)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(done.file, StoredFile)
    assert done.file.size == 50 * MEGABYTE
    assert peak < 12 * MEGABYTE, f"{peak / MEGABYTE:.0f} MB at the peak"


@pytest.mark.django_db(transaction=True)
def test_of_two_that_send_the_same_piece_one_wins() -> None:
    with transaction.atomic():
        office = banthrai()
        with scope(office.pk):
            somsri = member(username="somsri").actor()
            key = uploads.start_upload(actor=somsri, name="ก.txt", size=10).key
    outcomes: list[str] = []

    def send() -> None:
        try:
            with working_for(office.pk):
                uploads.append_chunk(actor=somsri, key=key, offset=0, content=b"hello")
            outcomes.append("kept")
        except uploads.WrongOffset as error:
            outcomes.append(f"go on at {error.received}")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["go on at 5", "kept"]
    with working_for(office.pk):
        assert UploadPart.objects.count() == 1


def test_pieces_read_like_one_file(somsri: Actor) -> None:
    upload = uploads.start_upload(actor=somsri, name="ก.txt", size=10)
    for offset, piece in ((0, b"hel"), (3, b"l"), (4, b"o worl")):
        uploads.append_chunk(actor=somsri, key=upload.key, offset=offset, content=piece)
    assert io.BufferedReader(uploads._Pieces(upload)).read() == b"hello worl"
