"""The workspace's frame and the kit's screens in a browser: no fault, no sideways scroll, by keyboard, without scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.tenancy.scope import scope
from tests.cast import banthrai, member, signed_in_client
from tests.e2e.axe import faults
from tests.e2e.matrix import matrix
from tests.kit.conftest import kit_settings
from tests.serving import serving

KIT = "/banthrai/work/kit"
PAGES = (
    "/units/",
    "/units/?name=ไม่มี",
    "/units/?sort=-name&page=2",
    "/units/new/",
    "/units/1/",
    "/units/1/away/",
    "/setup/",
    "/board/",
)
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
SMALL_TARGETS = """
[...document.querySelectorAll('a, button, input, summary, select')].filter(e => {
  const r = e.getBoundingClientRect(), s = getComputedStyle(e);
  if (!r.width || s.visibility === 'hidden' || e.type === 'hidden' || e.closest('.skip, .vh, p, td, th, .toast div')) return false;
  return r.height < 43.5;
}).map(e => e.outerHTML.slice(0, 160))
"""


@pytest.fixture(scope="module")
def workspace(browser: Browser, django_db_blocker: Any) -> Iterator[tuple[str, str]]:
    """The address of the workspace of บ้านทราย with the sample screens, and a signed-in session's key."""
    with override_settings(ALLOWED_HOSTS=["localhost"], **kit_settings()), django_db_blocker.unblock():
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type] (units are counted from one)
        office = banthrai()
        with transaction.atomic(), scope(office.pk):
            Unit.objects.bulk_create([Unit(name=f"กองที่ {n} ข้อมูลตัวอย่าง", position=n) for n in range(3, 130)])
            somsri = member("kit.read", "kit.write", unit="สำนักปลัด", position="นักวิเคราะห์นโยบายและแผนชำนาญการ")
            session = signed_in_client(somsri).cookies["sessionid"].value
        connection.close()
        with serving() as address:
            yield address, session
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type] (conftest.py empties the tables)


Opener = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, workspace: tuple[str, str]) -> Iterator[Opener]:
    """Opens pages as สมศรี; what the browser complains of fails the test."""
    address, session = workspace
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        path: str = "/units/", *, width: int = 1280, scheme: str = "light", scripts: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            base_url=address,
        )
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(KIT + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), matrix((1280, 360), ("light", "dark")))
def test_no_screen_has_an_accessibility_fault(visit: Opener, width: int, scheme: str) -> None:
    page = visit(width=width, scheme=scheme)
    found: dict[str, Any] = {}
    for path in PAGES:
        page.goto(KIT + path)
        page.evaluate(OPEN_ALL)
        found[path] = faults(page)
    page.goto(f"{KIT}/units/new/")
    page.get_by_role("button", name="เพิ่มส่วนราชการ", exact=True).click()
    expect(page.locator(".errsum")).to_be_visible()
    found["errors"] = faults(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("width", matrix((360, 320, 641, 960, 1088)))
def test_no_screen_scrolls_sideways(visit: Opener, width: int) -> None:
    page = visit(width=width)
    for path in PAGES:
        page.goto(KIT + path)
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("width", matrix((360, 1280)))
def test_what_is_pressed_is_large_enough_for_a_thumb(visit: Opener, width: int) -> None:
    page = visit(width=width)
    small = {}
    for path in PAGES:
        page.goto(KIT + path)
        page.evaluate(OPEN_ALL)
        if found := page.evaluate(SMALL_TARGETS):
            small[path] = found
    assert not small, json.dumps(small, ensure_ascii=False, indent=1)


def test_the_keyboard_alone_opens_menus_and_leaves_them(visit: Opener) -> None:
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.locator(".me > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".me[open]")).to_have_count(1)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.me') !== null")
    page.keyboard.press("Escape")
    expect(page.locator(".me[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_on_a_telephone_the_side_is_a_menu_without_scripts(visit: Opener) -> None:
    page = visit(width=360, scripts=False)
    expect(page.locator(".ws-side")).to_be_hidden()
    page.click(".ws-menu > summary")
    expect(page.locator(".drawer >> text=เปิดเว็บไซต์ประชาชน")).to_be_visible()
    assert (
        page.locator(".drawer >> text=ออกจากระบบ").is_visible() or not page.locator("text=ออกจากระบบ").count()
    )


def test_a_form_is_filled_in_by_keyboard_and_says_what_it_gained(visit: Opener) -> None:
    page = visit("/units/new/")
    page.locator("#id_name").focus()
    page.keyboard.type("กองประปา")
    page.keyboard.press("Tab")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("เพิ่มแล้ว")
    expect(page.locator(".toasts[role=status]")).to_have_count(1)
    toast.locator("button").click()
    expect(page.locator(".toast")).to_have_count(0)


def test_a_mistake_takes_the_focus_to_the_summary_and_from_there_to_the_field(visit: Opener) -> None:
    page = visit("/units/new/")
    page.fill("#id_name", "กอง=")
    page.fill("#id_position", "7")
    page.keyboard.press("Enter")
    page.wait_for_selector(".errsum")
    assert page.evaluate("document.activeElement.classList.contains('errsum')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_name"
    expect(page.locator("#id_name")).to_have_value("กอง=")


def test_a_pressed_button_is_busy_and_two_presses_are_one(visit: Opener) -> None:
    page = visit("/units/new/")
    page.fill("#id_name", "กองกดสองครั้ง")
    page.fill("#id_position", "8")
    page.dblclick("form.kit .btn:not([type=button]):is(button) >> nth=0")
    expect(page.locator("h1")).to_contain_text("กองกดสองครั้ง")


def test_what_is_typed_is_kept_by_itself_and_is_there_after_a_reload(visit: Opener) -> None:
    page = visit("/units/new/")
    page.fill("#id_name", "ยังพิมพ์ไม่เสร็จ")
    expect(page.locator(".autosave")).to_contain_text("เก็บร่างแล้วเมื่อ", timeout=10_000)
    page.reload()
    expect(page.locator("#id_name")).to_have_value("ยังพิมพ์ไม่เสร็จ")
    page.click("text=ทิ้งร่าง")
    expect(page.locator("#id_name")).to_have_value("")


def test_a_list_works_without_scripts(visit: Opener) -> None:
    page = visit("/units/", scripts=False)
    page.fill("#f-q", "กองที่ 12")
    page.click("form.tools button")
    expect(page.locator("tbody tr")).to_have_count(12)
    page.click("thead >> text=ชื่อ")
    assert page.locator("tbody tr th").first.inner_text().startswith("กองที่ 112")
    page.locator("tbody input").first.check()
    page.click("text=เลิก >> visible=true")
    assert "เลิก 1 ส่วนราชการ" in page.inner_text(".dialog")
    page.click("text=กลับไปโดยไม่เปลี่ยนอะไร")
    expect(page.locator("tbody tr")).to_have_count(12)


def test_the_box_in_the_head_ticks_the_page(visit: Opener) -> None:
    page = visit()
    page.check("[data-all]")
    expect(page.locator("tbody input:checked")).to_have_count(50)
    page.locator("tbody input").first.uncheck()
    expect(page.locator("[data-all]")).not_to_be_checked()


def test_the_safe_choice_has_the_focus(visit: Opener) -> None:
    page = visit("/units/1/away/")
    assert page.evaluate("document.activeElement.textContent") == "กลับไปโดยไม่เปลี่ยนอะไร"


def test_on_paper_there_is_the_content_alone(visit: Opener) -> None:
    page = visit()
    page.emulate_media(media="print")
    for gone in (".ws-side", ".tools", ".bulk", ".pager", ".me", ".listbar .links"):
        expect(page.locator(gone).first, gone).to_be_hidden()
    expect(page.locator("tbody tr").first).to_be_visible()
    expect(page.locator(".ws-foot")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_telephone_filters_are_folded_away_until_they_are_wanted(visit: Opener, scripts: bool) -> None:
    name = visit(width=1280, scripts=scripts).locator("#f-name")
    expect(name).to_be_visible()
    page = visit(width=360, scripts=scripts)
    expect(page.locator("#f-name")).to_be_hidden()
    page.locator("#f-fold").focus()
    page.keyboard.press("Space")
    expect(page.locator("#f-name")).to_be_visible()
    page.locator("#f-name").fill("กองที่ 7")
    page.locator("form.tools button").click()
    expect(page.locator("#f-name")).to_be_visible()
    assert "name=" in page.url, "what narrows the list stays in sight"
