"""The public pages on a whole invented year: what they show, and in how many queries."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush, record
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.organizations.services import add_organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Actor, Origin, Topic, Verdict
from prongsai.modules.measures.portal.pages import pager
from prongsai.modules.measures.selectors import plan_in_force, results
from tests.cast import SYSTEM, donsai
from tests.sample_year import build

pytestmark = pytest.mark.django_db

PAGES = (
    "/",
    "/banthrai/",
    "/banthrai/measures/2568/",
    "/banthrai/measures/2568/2/",
    "/banthrai/evidence/14/",
    "/banthrai/heads/",
    "/accessibility/",
)


@pytest.fixture
def office(settings, tmp_path: Path) -> Organization:  # type: ignore[no-untyped-def]
    settings.KEYS_FOLDER = tmp_path / "keys"
    return build()


def text(client: Client, address: str) -> str:
    """The page's words without markup, and without the breaks inside kept words."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<(?:[^>]+)>", "", answer.content.decode()))


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_opens_in_both_languages(office: Organization, client: Client, language: str) -> None:
    for address in PAGES:
        answer = client.get(address, {"lang": language})
        assert (answer.status_code, answer["Content-Language"]) == (200, language), address
        assert f'<html lang="{language}">' in answer.content.decode()


def test_the_front_page_counts_what_the_records_prove(office: Organization, client: Client) -> None:
    with scope(office.pk):
        plan = plan_in_force(2568)
        assert plan is not None
        statements = [s for m in results(plan) for s in m.statements]
    proven = sum(s.verdict is Verdict.PROVEN for s in statements)
    shown = text(client, "/banthrai/")
    assert f"{proven} จาก 55 ข้อความในรายงาน" in shown
    assert 0 < proven < 55
    assert shown.count("พิสูจน์แล้ว ") >= 7


def test_a_statement_opens_down_to_its_record(office: Organization, client: Client) -> None:
    page = text(client, "/banthrai/measures/2568/2/")
    assert "หลักฐาน 14" in page
    assert "เลขที่ 14" in page
    assert "หัวหน้าสำนักปลัด" in page
    assert re.search(r"เกิดขึ้นเมื่อ ?21 พฤศจิกายน 2567", page)


def test_a_contradicted_statement_shows_the_true_sentence_beside_the_wording(
    office: Organization, client: Client
) -> None:
    for address in ("/banthrai/measures/2568/2/", "/banthrai/measures/2568/"):
        page = text(client, address)
        assert "หน่วยงานไม่มีเรื่องร้องเรียนเกี่ยวกับงานบริการ" in page
        assert "มีเรื่องร้องเรียนเกี่ยวกับงานบริการ ๓ เรื่อง ดำเนินการแล้วเสร็จ ๒ เรื่อง" in page


def test_a_public_record_shows_its_proof_and_who_cites_it(office: Organization, client: Client) -> None:
    page = text(client, "/banthrai/evidence/14/")
    assert "หน่วยงานลงนามไว้จริง" in page
    assert "ลายมือชื่อบนลายนิ้วมือทะเบียนเป็นของหน่วยงาน" in page
    assert "มาตรการที่ 2 ขั้นตอน ๑" in page
    for field in ("payload_digest", "occurred_on", "2024-11-21", "meeting_held"):
        assert field in page


def test_an_internal_record_shows_label_and_dates_and_nothing_else(
    office: Organization, client: Client
) -> None:
    with scope(office.pk):
        entry = Entry.objects.filter(log="main", visibility="internal").exclude(unit="").with_payload()[0]
        content = entry.content
    page = text(client, f"/banthrai/evidence/{entry.number}/")
    assert entry.label in page
    assert "เอกสารภายใน" in page
    for secret in (content["title"], content["document_number"], entry.unit, content["actor"]["position"]):
        assert secret not in page
    assert bytes(entry.leaf_hash).hex()[:8] not in page


def test_a_record_of_one_citizens_matter_tells_nothing_but_its_number(
    office: Organization, client: Client
) -> None:
    """Who counts through the numbers must not learn when somebody complained."""
    with scope(office.pk), transaction.atomic():
        record(
            actor=Actor.system(), kind="complaint_received", occurred_on=date(2025, 3, 4), origin=Origin.WORK,
            topic=Topic.PEOPLE,
        )  # fmt: skip
        flush()
        number = Entry.objects.get(kind="complaint_received").number
    page = text(client, f"/banthrai/evidence/{number}/")
    assert "เรื่องของประชาชนรายหนึ่ง" in page
    for told in ("รับเรื่องร้องเรียน", "4 มี.ค.", "๔ มี.ค.", "4 มีนาคม", "๔ มีนาคม"):
        assert told not in page
    assert client.get("/api/v1/banthrai/records/14").status_code == 200
    assert client.get(f"/api/v1/banthrai/records/{number}").status_code == 404


def test_no_page_of_a_measure_tells_what_an_internal_record_says(
    office: Organization, client: Client
) -> None:
    with scope(office.pk):
        internal = Entry.objects.filter(log="main", visibility="internal").with_payload()
        numbers = {e.number: e.content["document_number"] for e in internal if "document_number" in e.content}
    pages = "".join(text(client, f"/banthrai/measures/2568/{number}/") for number in range(1, 8))
    cited = [number for number in numbers if f"เลขที่ {number} " in pages]
    assert cited, "some internal record must be cited, or this test says nothing"
    assert not [said for said in numbers.values() if re.search(rf"{said}(?!\d)", pages)]


def test_published_files_come_as_sandboxed_attachments_and_internal_ones_not_at_all(
    office: Organization, client: Client
) -> None:
    page = client.get("/banthrai/measures/2568/1/").content.decode()
    address = re.search(r'href="(/banthrai/files/[0-9a-f]{64}/)"', page)
    assert address
    answer = client.get(address[1])
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    with scope(office.pk):
        files = [
            file
            for entry in Entry.objects.filter(log="main").with_payload()
            for file in entry.content.get("files", ())
        ]
    hidden = next(file["sha256"] for file in files if file["type"] == "application/pdf")
    assert hidden not in page
    assert client.get(f"/banthrai/files/{hidden}/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere/",
        "/banthrai/measures/2567/",
        "/banthrai/measures/2568/8/",
        "/banthrai/evidence/9999/",
        "/banthrai/measures/2568/report.exe",
        "/banthrai/measures/2568/report.pdf?version=7",
        "/banthrai/measures/2568/announcement.xlsx",
        "/banthrai/heads/7000.json",
        "/banthrai/nothing/at/all",
        "/?page=99",
    ],
)
def test_what_does_not_exist_is_said_in_thai(office: Organization, client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "ไม่พบหน้านี้" in answer.content.decode()


def test_drafts_are_not_published(office: Organization, client: Client) -> None:
    from prongsai.modules.measures.services.plans import draft_plan

    with scope(office.pk):
        draft_plan(actor=SYSTEM, fiscal_year=2569)
    assert client.get("/banthrai/measures/2569/").status_code == 404
    assert "2569" not in re.sub(r"\d+ \S+ 2569", "", text(client, "/banthrai/"))


def test_an_office_without_a_plan_says_so_and_invents_nothing(client: Client, db: None) -> None:
    donsai()
    page = text(client, "/donsai/")
    assert "ยังไม่มีมาตรการที่ประกาศ" in page
    assert "จาก 0" not in page


@pytest.mark.parametrize(
    ("number", "lands"), [("14", 302), ("๑๔", 302), ("9999", 404), ("abc", 404), ("", 200)]
)
def test_an_evidence_number_is_looked_up(
    office: Organization, client: Client, number: str, lands: int
) -> None:
    answer = client.get("/banthrai/evidence/", {"number": number})
    assert answer.status_code == lands
    if lands == 302:
        assert answer["Location"] == "/banthrai/evidence/14/"
    if lands == 404:
        assert number in answer.content.decode()


def test_heads_and_keys_are_published_as_the_command_takes_them(office: Organization, client: Client) -> None:
    from prongsai.foundation.ledger.signatures import is_signed, public_keys_from_pem

    head = client.get("/banthrai/heads/latest.json").json()
    keys = public_keys_from_pem(client.get("/banthrai/key.pem").content)
    assert head["key_id"] in keys
    assert client.get(f"/banthrai/heads/{head['size']}.json").json() == head
    with scope(office.pk):
        from prongsai.foundation.ledger.selectors import latest_head

        found = latest_head()
        assert found is not None
        assert is_signed(keys[head["key_id"]], bytes(found.signature), found.message())


@pytest.mark.parametrize("format", ["json", "csv", "xlsx", "html", "docx", "pdf"])
def test_the_report_can_be_had_in_every_format(office: Organization, client: Client, format: str) -> None:
    answer = client.get(f"/banthrai/measures/2568/report.{format}")
    assert answer.status_code == 200
    assert f"banthrai-2568-draft.{format}" in answer["Content-Disposition"]
    assert len(answer.content) > 2000


def many(count: int) -> None:
    for number in range(count):
        add_organization(
            actor=SYSTEM,
            key=f"sample-{number}",
            name=f"เทศบาลตำบลตัวอย่าง{number:03d}",
            district="สตึก" if number % 2 else "คูเมือง",
            province="บุรีรัมย์",
            is_sample=True,
        )


def test_the_list_of_offices_turns_pages_searches_and_takes_the_same_queries(
    client: Client, db: None
) -> None:
    many(60)
    with CaptureQueriesContext(connection) as queries:
        first = client.get("/").content.decode()
    assert len([q for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]]) <= 3
    assert first.count('scope="row"') == 50
    assert client.get("/?page=2").content.decode().count('scope="row"') == 10
    assert client.get("/?q=ตัวอย่าง007").content.decode().count('scope="row"') == 1
    assert client.get("/?q=สตึก+บุรีรัมย์").content.decode().count('scope="row"') == 30
    assert "ไม่พบหน่วยงาน" in text(client, "/?q=ไม่มีจริง")


@pytest.mark.django_db
def test_where_no_office_is_set_up_nobody_is_told_to_search_for_one(client: Client) -> None:
    assert "ยังไม่มีหน่วยงานในระบบ" in text(client, "/")


@pytest.mark.parametrize("query", ["'", "%", "_", "\\", "<b>", "\x00", "ก" * 5000, "--;", "page"])
def test_a_search_for_anything_is_only_a_search(client: Client, db: None, query: str) -> None:
    answer = client.get("/", {"q": query, "page": "-1"})
    assert answer.status_code == 200
    assert "<b>" + "</" not in answer.content.decode()


@pytest.mark.parametrize(
    ("page", "pages", "offered"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 0, 9]),
        (5, 9, [1, 0, 4, 5, 6, 0, 9]),
        (9, 9, [1, 0, 8, 9]),
    ],
)
def test_the_pager_offers_first_last_and_neighbours(page: int, pages: int, offered: list[int]) -> None:
    assert pager(page, pages) == offered


def test_only_sample_organizations_carry_the_banner(office: Organization, client: Client) -> None:
    banner = "สมมติขึ้นเพื่อการสาธิต"
    assert banner in text(client, "/banthrai/measures/2568/2/")
    Organization.objects.update(is_sample=False)
    assert banner not in text(client, "/banthrai/measures/2568/2/")
