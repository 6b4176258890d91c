"""The first run, my work, the printed week and the settings in a real browser, on an installation that begins empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, Page, expect

from prongsai.foundation.accounts.setup import setup_token
from prongsai.kernel import clock
from prongsai.kernel import registry as registries
from prongsai.kernel.contracts import Provides, WorkItem
from tests.e2e.axe import faults
from tests.e2e.matrix import matrix
from tests.sample_year import EXAMPLES
from tests.serving import serving

TODAY = date(2025, 8, 14)
PASSWORD = "ต้นมะม่วงหลังบ้านสามต้น"
SETTINGS_PAGES = ("", "profile/", "seal/", "units/", "people/", "people/invite/", "roles/", "roles/add/", "signatories/",
                  "signatories/add/", "keys/", "files/", "register/", "me/")  # fmt: skip


class InAugust:
    """Lets every request happen on `TODAY`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.at(TODAY):
            return self.get_response(request)


def due(days: int) -> date:
    return TODAY + timedelta(days=days)


def work() -> list[WorkItem]:
    """Invented work of every sort, more of it than one sheet holds."""
    here = "/muangkae/work/"
    many = [
        WorkItem(f"s{n}", f"เรื่องตัวอย่างที่ {n} รายงานผลการใช้จ่ายงบประมาณให้ผู้บริหารทราบ", here, due(n % 5 - 3), place="มาตรการ ๕ ขั้นตอน ๓", missing="ยังขาดบันทึกข้อความ", action="เพิ่มหลักฐาน")
        for n in range(60)
    ]  # fmt: skip
    far = [WorkItem(f"f{n}", f"ผลการประเมินตัวอย่าง {n}", here, due(47), action="เพิ่มหลักฐาน") for n in range(8)]
    return [
        *many,
        *far,
        WorkItem("a", "ร่างมาตรการตัวอย่าง", here, approval=True, sender="กองคลัง", sent_on=TODAY),
    ]


@pytest.fixture(scope="module")
def address(browser: Browser, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[str]:
    """An installation in which nothing is."""
    folder = tmp_path_factory.mktemp("installation")
    storage = {
        "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
        "OPTIONS": {"location": folder / "files"},
    }
    surroundings = override_settings(
        KEYS_FOLDER=folder / "keys",
        STORAGES={**settings.STORAGES, "default": storage},
        ALLOWED_HOSTS=["localhost"],
        MIDDLEWARE=[f"{__name__}.{InAugust.__name__}", *settings.MIDDLEWARE],
    )
    with django_db_blocker.unblock(), surroundings:
        with serving() as address:
            yield address
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]


def fits(page: Page, width: int) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture(scope="module")
def member(browser: Browser, address: str) -> dict[str, Any]:
    """Walks through the first run on a small telephone without scripts, and hands on the session."""
    token = setup_token()
    connection.close()
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/setup/{token}/")
    page.get_by_role("button", name="อ่านรายงาน").click()
    summary = page.get_by_role("alert").inner_text()
    assert "ไฟล์รายงานปีก่อน" in summary
    page.locator("input[type=file]").set_input_files(EXAMPLES / "muangkae-2568.txt")
    page.get_by_role("button", name="อ่านรายงาน").click()
    expect(page.get_by_label("ชื่อหน่วยงาน")).to_have_value("องค์การบริหารส่วนตำบลเมืองแก")
    expect(page.get_by_label("ชื่อในที่อยู่เว็บ")).to_have_value("muangkae")
    page.get_by_role("button", name="ไปต่อ").click()
    assert "สำนักปลัด" in page.get_by_label("ส่วนราชการ บรรทัดละหนึ่งแห่ง").input_value()
    page.get_by_role("button", name="ไปต่อ").click()
    page.get_by_label("ชื่อและนามสกุล").fill("นางสาวพิมพ์ชนก ตัวอย่าง")
    page.get_by_label("ตำแหน่ง", exact=True).fill("นักวิเคราะห์นโยบายและแผน")
    page.get_by_label("ชื่อผู้ใช้").fill("pimchanok")
    page.locator("input[type=password]").fill("สั้น")
    page.get_by_role("button", name="ตั้งหน่วยงาน").click()
    expect(page.get_by_label("ชื่อผู้ใช้"), "what was typed stays").to_have_value("pimchanok")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="ตั้งหน่วยงาน").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("เริ่มต้นใช้งาน", use_inner_text=True)
    assert page.url == f"{address}/muangkae/work/start/"
    state = context.storage_state()
    context.close()
    return dict(state)


@pytest.mark.parametrize("width", matrix((360, 1280)))
def test_the_first_page_of_the_first_run_is_sound(browser: Browser, address: str, width: int) -> None:
    token = setup_token()
    connection.close()
    if not token:
        pytest.skip("the first run is over")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}/setup/{token}/report/")
    assert faults(page) == []
    assert fits(page, width)
    page.get_by_role("button", name="ยังไม่มีไฟล์ กรอกเอง").click()
    assert faults(page) == []
    assert fits(page, width)
    page.close()


@pytest.fixture
def opened(browser: Browser, address: str, member: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_at(path: str, *, width: int = 1280, scheme: str = "light", language: str = "th") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            storage_state=member,  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/muangkae/work/{path}")
        return page

    yield open_at
    for context in contexts:
        context.close()


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """More work than anybody wishes for."""
    own = registries.Registry()
    for provides in registries.registry().modules.values():
        own.plug(replace(provides, work_items=None))
    own.plug(Provides("testing", work_items=work))
    monkeypatch.setattr(registries, "_registry", own)
    cache.clear()


@pytest.mark.parametrize(("width", "scheme"), matrix((1280, 360), ("light", "dark")))
def test_my_work_is_sound_and_fits(opened: Callable[..., Page], busy: None, width: int, scheme: str) -> None:
    page = opened("", width=width, scheme=scheme)
    assert faults(page) == []
    assert fits(page, width)
    for said in ("30 ก.ย. 67", "30 Sep 24"):  # as a day says itself that is a year away
        page.locator(".task .due b").first.evaluate("(day, said) => { day.textContent = said }", said)
        assert page.locator(".task .due b").first.evaluate("day => day.scrollWidth <= day.clientWidth")
    assert [n.inner_text() for n in page.locator(".counts b").all()] == ["36", "24", "8", "1"]
    page.get_by_role("link", name="ดูอีก 3 งาน").click()
    expect(page.locator("#far .task")).to_have_count(8)


@pytest.mark.parametrize("width", matrix((360, 1280)))
def test_my_work_speaks_english_as_well(opened: Callable[..., Page], width: int) -> None:
    """What a year without measures asks for, as the first run left it."""
    cache.clear()
    page = opened("", width=width, language="en")
    assert faults(page) == []
    assert fits(page, width)
    why = page.locator(".lack").all_inner_texts()
    assert any(text.startswith("This year has no measures yet") for text in why)
    expect(page.locator(".task .btn").first).to_contain_text("Draft the measures", use_inner_text=True)
    assert not [text for text in why if re.search("[ก-๛]", text)]


def test_the_week_is_one_sheet_however_much_is_due(
    opened: Callable[..., Page], busy: None, tmp_path: Path
) -> None:
    page = opened("week/")
    assert faults(page) == []
    page.pdf(path=str(tmp_path / "week.pdf"), prefer_css_page_size=True, print_background=True)
    with pdfplumber.open(tmp_path / "week.pdf") as sheets:
        (sheet,) = sheets.pages
        assert (round(sheet.width), round(sheet.height)) == (595, 842)
        text = sheet.extract_text()
    assert "๑๗" in text
    assert "อาทิตย" in text, "the last day stands on the sheet"


@pytest.mark.slow
@pytest.mark.parametrize("path", SETTINGS_PAGES)
def test_the_settings_are_sound_and_fit_a_telephone(opened: Callable[..., Page], path: str) -> None:
    page = opened(f"settings/{path}", width=320)
    assert fits(page, 320)
    assert faults(page) == []


def test_the_settings_speak_english_as_well(opened: Callable[..., Page]) -> None:
    page = opened("settings/", language="en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Office settings", use_inner_text=True)


def test_a_unit_is_added_by_keyboard_alone(opened: Callable[..., Page]) -> None:
    page = opened("settings/units/add/")
    page.get_by_label("ชื่อส่วนราชการ").focus()
    page.keyboard.type("กองทดสอบ")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/units/")
    expect(page.get_by_role("link", name="กองทดสอบ")).to_be_visible()
