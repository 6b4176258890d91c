"""The plan's screens in a real browser: reading last year's report, correcting it, editing the draft, signing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.modules.measures.reading.tests import offices
from tests.cast import member, signed_in_client
from tests.e2e.axe import faults
from tests.e2e.conftest import Visit
from tests.sample_year import EXAMPLES, build
from tests.serving import serving

TODAY = date(2025, 8, 14)
REPORT = EXAMPLES / "muangkae-2568.txt"
PICTURES = os.environ.get("PRONGSAI_PICTURES", "")
PLANNER = ("measures.draft", "measures.submit", "evidence.record", "files.publish")
CLERK = ("measures.review", "measures.submit", "measures.remark")
HEAD = ("measures.approve", "measures.publish", "measures.close")


class InAugust:
    """Lets every request happen on `TODAY`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.at(TODAY):
            return self.get_response(request)


@pytest.fixture(scope="module")
def office(
    browser: Browser, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of บ้านทราย's workspace, and the sessions of its planner, clerk and head."""
    keys = override_settings(
        KEYS_FOLDER=tmp_path_factory.mktemp("keys"),
        ALLOWED_HOSTS=["localhost"],
        MIDDLEWARE=[f"{__name__}.{InAugust.__name__}", *settings.MIDDLEWARE],
    )
    people = {
        "planner": (PLANNER, "นักวิเคราะห์นโยบายและแผน"),
        "clerk": (CLERK, "ปลัดองค์การบริหารส่วนตำบล"),
        "head": (HEAD, "นายกองค์การบริหารส่วนตำบล"),
    }
    with django_db_blocker.unblock(), keys:
        organization = build()
        sessions: dict[str, str] = {}
        with transaction.atomic(), scope(organization.pk):
            for name, (permissions, position) in people.items():
                person = member(*permissions, username=name, unit="สำนักปลัด", position=position)
                cookies = signed_in_client(person).cookies
                sessions[name] = cookies[settings.SESSION_COOKIE_NAME].value
        connection.close()
        with serving() as address:
            yield address, sessions
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]


@pytest.fixture
def visit(browser: Browser, office: tuple[str, dict[str, str]]) -> Iterator[Callable[..., Visit]]:
    """Opens the workspace as somebody: `visit("clerk", width=360)`."""
    contexts: list[BrowserContext] = []
    address, sessions = office

    def opened(who: str, *, width: int = 1280, scripts: bool = True) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": sessions[who], "url": address}])
        seen = Visit(context.new_page(), f"{address}/banthrai/work/")
        seen.page.on(
            "console",
            lambda said: seen.complaints.append(said.text) if said.type in {"error", "warning"} else None,
        )
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        return seen

    yield opened
    for context in contexts:
        context.close()


def looked_at(seen: Visit, name: str) -> None:
    """No finding of axe, no complaint of the browser, no sideways scroll; a picture when pictures are wanted."""
    page = seen.page
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    assert faults(page) == [], name
    assert seen.complaints == [], name
    assert seen.width() <= (page.viewport_size or {"width": 0})["width"], f"{name} scrolls sideways"


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_report_that_was_saved_as_a_web_page_is_read_and_leaves_as_text(
    visit: Callable[..., Visit], tmp_path: Path, scripts: bool
) -> None:
    rows = [offices.html_row(offices.cells(sample)) for sample in offices.SAMPLES]
    script = "<script>document.title = 'run'; alert(1)</script>"
    report = tmp_path / "รายงาน.html"
    report.write_text(offices.html_page(script + offices.html_table(rows)), encoding="utf-8")
    seen = visit("planner", scripts=scripts)
    page = seen.open("plan/import/").page
    picker = page.locator("input[type=file]")
    assert ".html" in (picker.get_attribute("accept") or "")
    picker.set_input_files(report)
    if scripts:
        page.locator(".flist .is-done .name").get_by_text("รายงาน.html.txt").wait_for()
    press(page, "อ่านไฟล์")
    page.wait_for_url("**/plan/import/check/")
    expect(page.get_by_role("link", name=re.compile("^ตรวจมาตรการที่")).first).to_be_visible()
    expect(page.get_by_text("รายงาน.html.txt").first).to_be_visible()
    page.get_by_role("link", name="ตรวจมาตรการที่ 1").click()
    assert page.get_by_label("ข้อความ", exact=True).first.input_value()
    assert page.title() != "run"
    assert seen.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 360])
def test_last_years_report_becomes_a_draft_that_is_corrected_approved_and_announced(
    visit: Callable[..., Visit], width: int
) -> None:
    plan = read_and_saved(visit, width)
    edited_and_submitted(visit, width, plan)
    reviewed(visit, width, plan)
    approved_and_announced(visit, width, plan)
    seen = visit("planner", width=width)
    seen.page.goto(f"{plan}revise/")
    looked_at(seen, "plan-revise")
    seen.open("plan/clone/")
    looked_at(seen, "plan-clone")
    seen.open("plan/new/")
    looked_at(seen, "plan-new")


def read_and_saved(visit: Callable[..., Visit], width: int) -> str:
    """The planner reads the file, looks at it and saves it; returns the draft's address."""
    seen = visit("planner", width=width)
    page = seen.page
    seen.open("plan/")
    looked_at(seen, "plan-list")
    seen.open("plan/import/")
    looked_at(seen, "plan-import")
    plain = visit("planner", width=width, scripts=False)
    plain.open("plan/import/").page.locator("input[type=file]").set_input_files(REPORT)
    press(plain.page, "อ่านไฟล์")
    seen.open("plan/import/check/")
    looked_at(seen, "plan-import-check")
    page.get_by_role("link", name="ตรวจมาตรการที่ 1").click()
    looked_at(seen, "plan-import-measure")
    page.locator(".row details > summary").first.click()
    looked_at(seen, "plan-import-measure-open")
    year = 2569 if width == 1280 else 2567
    seen.open("plan/import/check/")
    page.get_by_label("เป็นร่างของปีงบประมาณใด").select_option(str(year))
    press(page, "บันทึกเป็นร่างมาตรการ")
    page.wait_for_url(re.compile(r"/plan/\d+/$"))
    looked_at(seen, "plan-draft")
    return page.url


def edited_and_submitted(visit: Callable[..., Visit], width: int, plan: str) -> None:
    seen = visit("planner", width=width)
    page = seen.page
    page.goto(plan)
    page.get_by_role("link", name=re.compile("^แก้ไขมาตรการนี้")).first.click()
    looked_at(seen, "plan-measure-edit")
    page.goto(plan)
    page.locator(".pst .acts a").first.click()
    looked_at(seen, "plan-statement-edit")
    page.goto(plan)
    page.get_by_role("link", name=re.compile("^เพิ่มผลลัพธ์")).first.click()
    looked_at(seen, "plan-statement-new")
    page.goto(f"{plan}discard/")
    looked_at(seen, "plan-discard")
    page.goto(f"{plan}submit/")
    looked_at(seen, "plan-submit")
    press(page, "เสนอปลัด")
    page.wait_for_url(plan)
    looked_at(seen, "plan-submitted")


def reviewed(visit: Callable[..., Visit], width: int, plan: str) -> None:
    seen = visit("clerk", width=width)
    page = seen.page
    page.goto(f"{plan}review/")
    page.locator("details.say > summary").first.click()
    page.locator("details.say textarea").first.fill("ระบุจำนวนผู้เข้าร่วมประชุม ข้อมูลตัวอย่าง")
    looked_at(seen, "plan-review")
    press(page, "ส่งกลับแก้ไข")
    page.wait_for_url("**/send-back/")
    looked_at(seen, "plan-send-back")
    page.goto(f"{plan}agree/")
    looked_at(seen, "plan-agree")
    page.get_by_text("ลงนามบนกระดาษ").first.click()
    looked_at(seen, "plan-agree-paper")
    page.goto(f"{plan}history/")
    looked_at(seen, "plan-history")
    page.locator(".premark .acts a").first.click()
    looked_at(seen, "plan-remark")


def approved_and_announced(visit: Callable[..., Visit], width: int, plan: str) -> None:
    seen = visit("head", width=width)
    page = seen.page
    page.goto(f"{plan}approve/")
    looked_at(seen, "plan-approve")
    page.get_by_text("อนุมัติทั้งที่ยังมีข้อสังเกตไม่ปิด").click()
    press(page, "อนุมัติมาตรการ")
    page.wait_for_url(plan)
    page.goto(f"{plan}publish/")
    looked_at(seen, "plan-publish")
    press(page, "ประกาศต่อประชาชน")
    page.wait_for_url(plan)
    looked_at(seen, "plan-announced")
