"""Recording evidence and the dashboard in a real browser, in the August of the sample year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from tests.cast import member, signed_in_client
from tests.e2e.axe import faults
from tests.e2e.conftest import Visit
from tests.sample_year import PDF, build
from tests.serving import serving

TODAY = date(2025, 8, 14)
Visitor = Callable[..., Visit]
EVERYTHING = (
    "measures.read", "evidence.record", "measures.draft", "measures.submit", "measures.attest", "measures.remark",
    "measures.review", "measures.approve", "measures.close", "files.publish", "ledger.erase",
)  # fmt: skip


class InAugust:
    """Lets every request happen on `TODAY`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.at(TODAY):
            return self.get_response(request)


@pytest.fixture(scope="module")
def office(browser: Browser, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[tuple[str, str]]:
    """The address of บ้านทราย's workspace, and the session of a planner who may do everything here."""
    keys = override_settings(
        KEYS_FOLDER=tmp_path_factory.mktemp("keys"),
        ALLOWED_HOSTS=["localhost"],
        MIDDLEWARE=[f"{__name__}.{InAugust.__name__}", *settings.MIDDLEWARE],
    )
    with django_db_blocker.unblock(), keys:
        organization = build()
        with transaction.atomic(), scope(organization.pk):
            person = member(
                *EVERYTHING, username="pimchanok", unit="สำนักปลัด", position="นักวิเคราะห์นโยบายและแผน"
            )
            session = signed_in_client(person).cookies[settings.SESSION_COOKIE_NAME].value
        connection.close()
        with serving() as address:
            yield address, session
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]


@pytest.fixture
def visit(browser: Browser, office: tuple[str, str]) -> Iterator[Callable[..., Visit]]:
    contexts: list[BrowserContext] = []

    def opened(*, width: int = 1280, scripts: bool = True) -> Visit:
        address, session = office
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
        seen = Visit(context.new_page(), f"{address}/banthrai/work/")
        seen.page.on(
            "console", lambda m: seen.complaints.append(m.text) if m.type in {"error", "warning"} else None
        )
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        return seen

    yield opened
    for context in contexts:
        context.close()


PAGES = (
    "dashboard/",
    "dashboard/2568/course/",
    "evidence/",
    "evidence/new/?measure=6&kind=step&number=3&fact=announcement_issued&about=dos_donts",
    "evidence/figure/?indicator=services.manuals",
    "evidence/14/",
    "evidence/14/withdraw/",
    "evidence/14/replace/",
    "evidence/14/erase/",
    "plan/2568/proofs/",
    "plan/2568/2/outcome/1/proofs/",
    "closing/2568/",
    "closing/2568/audit/3/",
)


def pages() -> list[str]:
    """Every address of `PAGES`, and the steps below one statement."""
    return [*PAGES, *(f"proofs/{{statement}}/{step}" for step in ("add/", "change/", "pick/", "attest/"))]


def statement_of(page: Page, address: str) -> str:
    page.goto(f"{address}plan/2568/1/step/1/proofs/")
    return page.url.rstrip("/").rsplit("/", 1)[1]


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 360])
def test_no_screen_has_an_accessibility_fault_or_scrolls_sideways(visit: Visitor, width: int) -> None:
    visitor, found = visit(width=width), {}
    statement = statement_of(visitor.page, visitor.address)
    for path in pages():
        page = visitor.open(path.format(statement=statement)).page
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('details:not(.pop)').forEach(d => d.open = true)")
        found[path] = faults(page)
        assert visitor.width() <= width, f"{path} is {visitor.width()} px wide"
    assert not any(found.values()), found
    assert visitor.complaints == []


def test_evidence_is_recorded_with_a_file_while_the_column_beside_says_what_it_will_prove(
    visit: Visitor, tmp_path: Path
) -> None:
    visitor = visit()
    page = visitor.open(
        "evidence/new/?measure=2&kind=step&number=3&fact=page_alive&about=service_manual"
    ).page
    beside = page.locator("#effects")
    assert "พิสูจน์แล้ว" not in beside.inner_text()
    page.get_by_label("วัน", exact=True).first.fill("13/8/2568")
    page.keyboard.press("Tab")
    beside.get_by_text("มาตรการ ๒ ขั้นตอน ๓").wait_for()
    expect(beside).to_contain_text("ยังไม่มีเอกสาร", use_inner_text=True)  # so far it is only somebody's word
    paper = tmp_path / "ภาพหน้าเว็บ.pdf"
    paper.write_bytes(PDF + b"% page\n")
    page.locator("input[type=file]").set_input_files(paper)
    beside.get_by_text("พิสูจน์แล้ว").wait_for()
    page.get_by_label("เรื่อง", exact=True).fill("หน้าเว็บคู่มือเปิดดูได้ 1103701234563")
    beside.get_by_text("พบข้อมูลส่วนบุคคล").wait_for()
    page.get_by_label("เรื่อง", exact=True).fill("หน้าเว็บคู่มือเปิดดูได้")
    page.get_by_text("ประชาชนทุกคน").click()
    page.get_by_role("button", name="บันทึกเข้าทะเบียน").click()
    page.get_by_role("heading", name="หลักฐาน").first.wait_for()
    assert "/evidence/new/" not in page.url
    page.get_by_text("บันทึกแล้ว ได้เลขหลักฐาน").wait_for()
    expect(page.get_by_role("link", name="ภาพหน้าเว็บ.pdf")).to_have_count(1)
    assert visitor.complaints == []


def test_evidence_is_recorded_without_scripts(visit: Visitor) -> None:
    page = visit(scripts=False).open("evidence/new/").page
    page.get_by_text("จัดประชุม", exact=True).click()
    page.locator("#id_occurred_on_d").fill("12/8/2568")
    page.get_by_label("เรื่อง", exact=True).fill("ประชุมประจำเดือน ข้อมูลตัวอย่าง")
    page.get_by_text("เฉพาะเจ้าหน้าที่").click()
    page.get_by_role("button", name="ตรวจดูว่าจะพิสูจน์ข้อใด").click()
    expect(page.get_by_label("เรื่อง", exact=True)).to_have_value("ประชุมประจำเดือน ข้อมูลตัวอย่าง")
    page.get_by_role("button", name="บันทึกเข้าทะเบียน").click()
    assert "/evidence/new/" not in page.url


def test_the_overview_prints_on_one_sheet(visit: Visitor, tmp_path: Path) -> None:
    page = visit().open("dashboard/").page
    page.wait_for_load_state("networkidle")
    printed = tmp_path / "overview.pdf"
    page.pdf(path=printed, prefer_css_page_size=True, print_background=True)
    with pdfplumber.open(printed) as paper:
        assert len(paper.pages) == 1
        width, height = paper.pages[0].width, paper.pages[0].height
        text = paper.pages[0].extract_text()
    assert (round(width), round(height)) == (595, 842)
    assert "55" in text
