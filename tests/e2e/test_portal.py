"""Every public page in a browser: no accessibility fault, no sideways scroll, no script needed, few bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.axe import faults
from tests.e2e.conftest import CHROMIUM, Visit
from tests.e2e.matrix import matrix

PAGES = (
    "/",
    "/?q=ไม่มี",
    "/banthrai/",
    "/banthrai/measures/2568/",
    "/banthrai/measures/2568/1/",
    "/banthrai/measures/2568/2/",
    "/banthrai/evidence/14/",
    "/banthrai/evidence/9/",
    "/banthrai/heads/",
    "/banthrai/verify/2568/",
    "/banthrai/verify/file/",
    "/banthrai/evidence/",
    "/donsai/",
    "/donsai/measures/2568/",
    "/donsai/measures/2568/5/",
    "/donsai/verify/2568/",
    "/accessibility/",
)
MISSING = ("/nowhere/", "/banthrai/evidence/?number=9999")
FIRST_VIEW = 100_000  # bytes, fonts included
TARGET = 44  # px
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
SMALL_TARGETS = """
[...document.querySelectorAll('a, button, input, summary')].filter(e => {
  const r = e.getBoundingClientRect(), s = getComputedStyle(e);
  if (!r.width || s.visibility === 'hidden' || e.closest('.skip, .list, p:not(.mores), li:not(:has(> a:only-child)), td, th, dd')) return false;
  const grown = getComputedStyle(e, '::after');
  const more = grown.content !== 'none' && grown.position === 'absolute' ? 16 : 0;
  return r.height + more < %d - .5;
}).map(e => e.outerHTML.slice(0, 120))
"""
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))"

Visitor = Callable[..., Visit]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "width", "scheme"), matrix(("th", "en"), (1280, 360), ("light", "dark"))
)
def test_no_page_has_an_accessibility_fault(visit: Visitor, language: str, width: int, scheme: str) -> None:
    visitor = visit(width=width, scheme=scheme, language=language)
    found: dict[str, Any] = {}
    for path in (*PAGES, *MISSING):
        page = visitor.open(path).page
        page.evaluate(OPEN_ALL)
        found[path] = faults(page)
    assert not any(found.values()), found
    complaints = [text for text in visitor.complaints if "404" not in text]
    assert complaints == []


@pytest.mark.parametrize("width", matrix((360, 320, 641, 960)))
def test_no_page_scrolls_sideways(visit: Visitor, width: int) -> None:
    visitor = visit(width=width)
    for path in (*PAGES, *MISSING):
        visitor.open(path).page.evaluate(OPEN_ALL)
        assert visitor.width() <= width, f"{path} is {visitor.width()} px wide"


@pytest.mark.slow
@pytest.mark.parametrize("language", matrix(("th", "en")))
def test_headings_follow_one_another_and_landmarks_are_there(visit: Visitor, language: str) -> None:
    visitor = visit(language=language)
    for path in (*PAGES, *MISSING):
        page = visitor.open(path).page
        levels = page.evaluate(HEADINGS)
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), (
            path,
            levels,
        )
        for landmark in ("header", "main", "footer"):
            expect(page.locator(f"body > {landmark}"), str((path, landmark))).to_have_count(1)
        assert page.title(), path


def test_what_is_pressed_is_large_enough_for_a_thumb(visit: Visitor) -> None:
    visitor = visit(width=360)
    small = {}
    for path in PAGES:
        page = visitor.open(path).page
        if found := page.evaluate(SMALL_TARGETS % TARGET):
            small[path] = found
    assert not small, json.dumps(small, ensure_ascii=False, indent=1)


def test_every_page_works_without_scripts(visit: Visitor) -> None:
    visitor = visit(scripts=False)
    page = visitor.open("/").page
    page.fill("#q", "บ้านทราย")
    page.click("button")
    page.click("table a")
    page.click("text=ปรับปรุงการให้บริการ")
    page.locator("summary").first.click()
    expect(page.locator("details[open] .stamp").first).to_be_visible()
    page.locator("details[open] >> text=ตรวจรายการนี้กับทะเบียน").first.click()
    assert page.locator("h1").inner_text().startswith("หลักฐาน")
    page.click("text=English")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "/evidence/" in page.url
    page.click("nav >> text=Verify")
    page.fill("#number", "14")
    page.click("text=Open the record")
    assert page.url.endswith("/banthrai/evidence/14/")


def test_a_report_file_is_checked_without_scripts(visit: Visitor) -> None:
    visitor = visit(scripts=False)
    page = visitor.page
    report = page.request.get(visitor.address + "/donsai/measures/2568/report.json").body()
    visitor.open("/donsai/verify/2568/")
    page.set_input_files("#file", {"name": "r.json", "mimeType": "application/json", "buffer": report})
    page.click("text=ตรวจไฟล์")
    expect(page.locator("h2").first).to_contain_text("ไฟล์ตรงกับที่หน่วยงานลงนามไว้", use_inner_text=True)


def test_the_keyboard_reaches_the_content_and_is_seen(visit: Visitor) -> None:
    page = visit().open("/banthrai/measures/2568/2/").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert float(ring.removesuffix("px")) >= 3


@pytest.mark.parametrize("path", ["/", "/banthrai/", "/banthrai/measures/2568/2/", "/donsai/verify/2568/"])
def test_a_first_view_takes_less_than_100_kilobytes_with_fonts(visit: Visitor, path: str) -> None:
    visitor = visit(width=360)
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished",
        lambda event: visitor.sizes.__setitem__(event["requestId"], int(event["encodedDataLength"])),
    )
    visitor.open(path)
    visitor.page.wait_for_load_state("networkidle")
    fonts = visitor.page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').length")
    assert fonts == 2
    assert sum(visitor.sizes.values()) < FIRST_VIEW, visitor.sizes


@pytest.mark.slow
def test_text_of_twice_the_size_still_fits(browser: Browser, portal: str) -> None:
    """As somebody has it who sets the browser's letters to 32 px instead of 16."""
    flag = "--blink-settings=defaultFontSize=32"
    large = browser.browser_type.launch(executable_path=str(CHROMIUM), args=[flag])
    page = large.new_page(viewport={"width": 1280, "height": 900})
    for path in (*PAGES, *MISSING):
        page.goto(portal + path)
        page.evaluate(OPEN_ALL)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, path
    large.close()


def test_on_paper_navigation_is_gone_and_citations_are_open(visit: Visitor) -> None:
    page = visit().open("/banthrai/measures/2568/2/").page
    page.emulate_media(media="print")
    for gone in (".nav", ".util", ".crumbs", ".foot .cols"):
        expect(page.locator(gone).first, gone).to_be_hidden()
    height = page.evaluate("document.querySelector('details.cite .stamp').getBoundingClientRect().height")
    assert height > 50
    after = page.evaluate("getComputedStyle(document.querySelector('.band')).backgroundColor")
    assert re.search(r"0\)$|transparent", after), "grounds never print"


def test_the_sample_banner_stands_on_every_page(visit: Visitor) -> None:
    visitor = visit()
    for path in PAGES:
        if path.startswith(("/banthrai", "/donsai")):
            assert visitor.open(path).page.locator(".sample").inner_text().startswith("ข้อมูลตัวอย่าง"), path
