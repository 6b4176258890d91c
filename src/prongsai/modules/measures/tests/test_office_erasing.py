"""Personal data in a record are erased on the screen: what goes, what stays, and what everybody can read of it then."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.verification import verify_log
from prongsai.modules.measures.tests.office import Desk, at_work, evidence, settled, words
from prongsai.ui.caching import pages, states
from tests.cast import member, signed_in_client
from tests.sample_year import PDF

pytestmark = pytest.mark.django_db

TITLE = "รายชื่อผู้เข้าอบรม นายสมชาย ข้อมูลตัวอย่าง"
REASON = "มีข้อมูลส่วนบุคคลของผู้เข้าอบรม เจ้าของข้อมูลขอให้ลบ"
READER = ("measures.read", "evidence.record", "ledger.erase")


def put(desk: Desk, **given: Any) -> Entry:
    desk.send("evidence-new", evidence(kind="training_held", title=TITLE, _again="1", **given))
    return Entry.objects.filter(log="main").latest("number")


def paper() -> SimpleUploadedFile:
    """A file of no other record."""
    return SimpleUploadedFile("รายชื่อ.pdf", PDF + b"\n%%EOF\n")


def again(entry: Entry) -> Entry:
    return Entry.objects.with_payload().get(pk=entry.pk)  # type: ignore[attr-defined]


def test_the_content_goes_and_number_leaf_and_verification_stay(client: Client) -> None:
    with at_work(*READER) as desk:
        entry = put(desk)
        assert "evidence-erase" not in words(page := desk.open("evidence", number=entry.number))
        assert desk.url("evidence-erase", number=entry.number) in page.content.decode()
        asked = words(desk.open("evidence-erase", number=entry.number))
        assert "เลขหลักฐาน" in asked or str(entry.number) in asked

        answer = desk.send("evidence-erase", {"reason": REASON}, number=entry.number)
        assert answer["Location"] == desk.url("evidence", number=entry.number)
        erased = again(entry)
        assert (erased.content, erased.number) == ({}, entry.number)
        assert erased.computed_leaf_hash() == bytes(entry.leaf_hash)
        found = verify_log(desk.organization)
        assert (found.findings, found.erased) == ([], [entry.number])

        page = desk.open("evidence", number=entry.number)
        assert REASON in words(page)
        assert TITLE not in words(page)
        assert desk.url("evidence-erase", number=entry.number) not in page.content.decode()
        shown = words(client.get(f"/banthrai/evidence/{entry.number}/", {"lang": "en"}))
        assert "The content of this record was erased" in shown
        assert "สมชาย" not in shown


def test_a_reason_that_repeats_what_is_erased_is_refused_at_its_field_and_kept() -> None:
    with at_work(*READER) as desk:
        entry = put(desk)
        for reason in ("ลบชื่อ นายสมชาย", "โทร 081-234-5678", " "):
            answer = desk.send("evidence-erase", {"reason": reason}, number=entry.number)
            assert answer.status_code == 200
            assert list(answer.context["form"].errors) == ["reason"]
            assert answer.context["form"]["reason"].value() == reason
        assert again(entry).title == TITLE


def test_files_are_told_one_by_one_and_go_only_when_nothing_else_names_them() -> None:
    with at_work(*READER) as desk:
        first = put(desk, files=paper())
        second = put(desk, files=paper())
        page = desk.open("evidence-erase", number=first.number)
        assert [fate.named_by for fate in page.context["files"]] == [(second.number,)]
        assert str(second.number) in words(page)
        before = StoredFile.objects.count()
        desk.send("evidence-erase", {"reason": REASON}, number=first.number)
        assert StoredFile.objects.count() == before
        assert [fate.goes for fate in desk.open("evidence-erase", number=second.number).context["files"]] == [
            True
        ]
        desk.send("evidence-erase", {"reason": REASON}, number=second.number)
        assert StoredFile.objects.count() == before - 1


def test_an_internal_record_says_publicly_that_its_content_is_gone(client: Client) -> None:
    """The kept page of an internal record learns of it at once, though no public fact tells of it."""
    with at_work(*READER) as desk:
        entry = put(desk, visibility="internal")
        address = f"/banthrai/evidence/{entry.number}/"
        pages.clear()
        states.clear()
        assert "the office keeps what it says" in words(client.get(address, {"lang": "en"}))
        desk.send("evidence-erase", {"reason": REASON}, number=entry.number)
        said = words(client.get(address, {"lang": "en"}))
        assert "content was erased" in said
        assert "may ask the office" not in said


def test_it_is_erased_by_who_may_and_once() -> None:
    with at_work("measures.read", "evidence.record") as desk:
        entry = put(desk)
        page = desk.open("evidence", number=entry.number).content.decode()
        assert "/erase/" not in page
        assert desk.open("evidence-erase", number=entry.number).status_code == 403
        holder = signed_in_client(member(*READER, username="holder"))
        url = desk.url("evidence-erase", number=entry.number)
        assert holder.post(url, {"reason": REASON}).status_code == 302
        settled()
        assert holder.get(url)["Location"] == desk.url("evidence", number=entry.number)
        assert holder.post(url, {"reason": REASON}).status_code == 200  # said, not done
        assert Entry.objects.filter(kind="payload_erased").count() == 1


def test_what_a_closed_report_is_verified_by_is_not_erased() -> None:
    with at_work(*READER, "audit.read", closed=True) as desk:
        closing = Entry.objects.filter(kind="report_closed").latest("number")
        for name in ("evidence", "settings-entry"):
            page = desk.open(name, number=closing.number).content.decode()
            assert "/erase/" not in page
        answer = desk.client.post(desk.url("settings-entry-erase", number=closing.number), {"reason": REASON})
        assert "ปิดแล้ว" in str(answer.context["form"].errors)
        assert again(closing).content


def test_the_audit_view_erases_any_entry_and_comes_back_to_it() -> None:
    with at_work("audit.read", "ledger.erase", "evidence.record") as desk:
        entry = put(desk)
        erase = reverse("settings-entry-erase", args=["banthrai", entry.number])
        assert erase in desk.open("settings-entry", number=entry.number).content.decode()
        answer = desk.send("settings-entry-erase", {"reason": REASON}, number=entry.number)
        assert answer["Location"] == desk.url("settings-entry", number=entry.number)
        page = desk.open("settings-entry", number=entry.number)
        assert "สมชาย" not in words(page)
        assert erase not in page.content.decode()
