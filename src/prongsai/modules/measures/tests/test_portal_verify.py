"""The verification page tells a register that is whole from one that somebody worked on behind the application."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prongsai.foundation.files.models import content_path
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.modules.measures.portal import checks
from prongsai.modules.measures.portal.verify import UPLOAD_LIMIT
from prongsai.ui.caching import pages, states
from tests.insider import behind_the_back
from tests.sample_year import build

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/banthrai/verify/2568/"
FILE = "/banthrai/verify/file/"
WHOLE, BROKEN = "รายงานตรงกับทะเบียนหลักฐาน", "รายงานไม่ตรงกับทะเบียนหลักฐาน"


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }
    for store in (pages, states, checks._read_files):
        store.clear()
    return tmp_path


@pytest.fixture
def closed(folder: Path) -> Organization:
    return build(closed=True)


def page(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode().replace('<span class="nb">', "").replace("</span>", "")


def test_a_closed_report_agrees_with_the_register(closed: Organization, client: Client) -> None:
    shown = page(client)
    assert WHOLE in shown
    assert "#m-broken" not in shown
    for said in (
        "ลายมือชื่อของหน่วยงานบนลายนิ้วมือทะเบียนถูกต้อง",
        "รายงานตรงทุกคำกับฉบับที่ปิดไว้",
        "อยู่ในทะเบียนครบและตรงทุกตัวอักษร",
        "ไฟล์แนบตรงกับที่บันทึกไว้",
        "ไม่มีรายการใดถูกลบหรือแทรกย้อนหลัง",
        "ผลนี้ไม่ได้บอกว่า",
        "prongsai verify banthrai-2568.json --key key.pem",
        "-----BEGIN PUBLIC KEY-----",
    ):
        assert said in shown, said


def test_a_running_year_is_checked_as_a_draft(folder: Path, client: Client) -> None:
    build()
    shown = page(client)
    assert WHOLE in shown
    assert "ฉบับร่าง" in shown


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE ledger_entry SET occurred_on = occurred_on + 1 WHERE number = 14",
        "UPDATE ledger_entry SET label = 'อื่น' WHERE number = 11",
        "DELETE FROM ledger_payload USING ledger_entry e WHERE e.id = entry_id AND number = 14;"
        "DELETE FROM ledger_entry WHERE number = 14",
        "UPDATE ledger_treehead SET root = decode(repeat('00', 32), 'hex')",
        "UPDATE ledger_treehead SET signature = decode(repeat('00', 64), 'hex')",
        "DELETE FROM ledger_treehead",
        "UPDATE ledger_publickey SET raw = decode(repeat('01', 32), 'hex')",
        "UPDATE measures_reportversion SET content = convert_to(replace(convert_from(content, 'UTF8'),"
        " '\"contradicted\"', '\"proven\"'), 'UTF8')",
        "UPDATE measures_reportversion SET content = convert_to(replace(convert_from(content, 'UTF8'),"
        " 'ประชุม', 'พบปะ'), 'UTF8')",
        "UPDATE ledger_payload SET body = convert_to(replace(convert_from(body, 'UTF8'), 'ข้อมูล', 'เรื่อง'), 'UTF8')",
        "UPDATE ledger_node SET hash = decode(repeat('00', 32), 'hex')",
    ],
)
def test_what_an_insider_changed_breaks_the_seal(closed: Organization, client: Client, deed: str) -> None:
    assert WHOLE in page(client)
    behind_the_back(*deed.split(";"))
    shown = page(client)
    assert BROKEN in shown
    assert "#m-broken" in shown
    assert WHOLE not in shown


def test_a_changed_file_breaks_the_seal(closed: Organization, client: Client, folder: Path) -> None:
    with working_for(closed.pk):
        from prongsai.foundation.files.models import StoredFile

        file = StoredFile.objects.get(content_type="application/pdf")
    (folder / "files" / content_path(closed.pk, file.sha256)).write_bytes(b"%PDF-1.4 another\n%%EOF\n")
    shown = page(client)
    assert BROKEN in shown
    assert "หนังสือ ข้อมูลตัวอย่าง.pdf" in shown


def test_files_are_read_once_an_hour_not_at_each_visit(
    closed: Organization, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = checks.check_files

    def counted(references: Any) -> Any:
        found = list(references)
        seen.append(len(found))
        return real(found)

    monkeypatch.setattr(checks, "check_files", counted)
    page(client)
    page(client)
    assert seen[0] > 0
    assert seen[1] == 0


def report_file(client: Client) -> bytes:
    return client.get("/banthrai/measures/2568/report.json").content


def sent(client: Client, data: bytes) -> tuple[int, str]:
    answer = client.post(FILE, {"file": SimpleUploadedFile("report.json", data)})
    return answer.status_code, answer.content.decode()


def test_the_file_that_we_give_out_verifies_when_it_comes_back(closed: Organization, client: Client) -> None:
    code, shown = sent(client, report_file(client))
    assert code == 200
    assert "ไฟล์ตรงกับที่หน่วยงานลงนามไว้" in shown


def test_a_file_with_one_other_word_does_not(closed: Organization, client: Client) -> None:
    paper = json.loads(report_file(client))
    paper["statements"][0]["text"] += " อย่างยิ่ง"
    code, shown = sent(client, json.dumps(paper, ensure_ascii=False).encode())
    assert code == 200
    assert "ไฟล์ไม่ตรงกับที่หน่วยงานลงนามไว้" in shown


@pytest.mark.parametrize(
    "data", [b"{}", b"[1]", b"not json", b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 100_000, b'{"statements": 1}']
)
def test_what_is_no_report_is_refused_with_a_sentence(
    closed: Organization, client: Client, data: bytes
) -> None:
    code, shown = sent(client, data)
    assert code == 400
    assert "ไม่ใช่รายงานแบบ JSON" in shown


def test_a_file_that_is_too_large_is_not_read_to_its_end(closed: Organization, client: Client) -> None:
    code, _ = sent(client, b"[" + b" " * (UPLOAD_LIMIT + 100_000) + b"]")
    assert code == 400


def test_sending_nothing_asks_again(closed: Organization, client: Client) -> None:
    answer = client.post(FILE, {})
    assert answer.status_code == 400
    assert client.get(FILE).status_code == 200


def test_the_upload_needs_the_token_of_the_form(closed: Organization) -> None:
    stranger = Client(enforce_csrf_checks=True)
    refused = stranger.post(FILE, {"file": SimpleUploadedFile("report.json", b"{}")})
    assert refused.status_code == 403
    assert "แบบฟอร์มหมดอายุ" in refused.content.decode()
    stranger.get(PAGE)
    token = stranger.cookies["csrftoken"].value
    again = stranger.post(
        FILE, {"file": SimpleUploadedFile("report.json", b"{}"), "csrfmiddlewaretoken": token}
    )
    assert again.status_code == 400


def test_a_verification_is_never_kept(closed: Organization, client: Client) -> None:
    answer = client.get(PAGE)
    assert "no-store" in answer["Cache-Control"]
    assert not pages._values
