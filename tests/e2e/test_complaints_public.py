"""What anybody reads without having told anything: the figures of the year, the list and map of cases, the way of a case.

In a real browser: by telephone and at a desk, in both languages, with and without scripts, by keyboard alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Place, act, open_case, publish_case, say
from prongsai.foundation.organizations.profile import change_profile
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.complaints.tests.register import came, done
from tests.cast import SYSTEM
from tests.e2e.citizen import Opener, Tiles, inspect, looked_at, served, telephones
from tests.e2e.matrix import matrix

expect.set_options(timeout=20_000)  # the machine may be busy
VARIANTS = matrix(("th", "en"), (360, 1280), (True, False))
LIST, FIGURES = "complaints/list/", "complaints/statistics/"
codes: dict[str, str] = {}


def fill() -> None:
    """Cases of this year: complaints in several states, three lamps that everybody may see, one that is followed."""
    today = clock.today()
    done(came(today), today, found="true")
    done(came(today, "property"), today, how="refuse")
    came(today, "people", channel="phone")
    for number, (latitude, finished) in enumerate(((15.241, False), (15.245, True), (None, False)), 1):
        place = Place("หน้าวัด", str(number), latitude, 103.3 if latitude else None)
        case = came(today, "lamp", channel="phone", place=place)
        case = publish_case(actor=SYSTEM, case=case, public_title=f"ไฟสาธารณะดับ หมู่ที่ {number}")
        if finished:
            done(case, today)
    change_profile(actor=SYSTEM, values={"map_centre": "15.24, 103.30"})
    told = open_case(
        actor=SYSTEM, kind="complaints.grievance", title="ถนนเป็นหลุม", category="road", channel_kind="walk_in"
    )
    say(actor=SYSTEM, case=told.case, text="ช่างจะไปดูพรุ่งนี้")
    act(actor=SYSTEM, case=Case.objects.get(pk=told.case.pk), act="acknowledge")
    codes.update(number=told.case.number, code=told.code)


@pytest.fixture(scope="module")
def office(
    browser: Browser, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with served(django_db_blocker, tmp_path_factory, fill) as address:
        yield address


@pytest.fixture
def phone(browser: Browser, office: str) -> Iterator[Opener]:
    with telephones(browser, office, expected=("422",)) as opened:  # a form that was sent empty
        yield opened


@pytest.mark.parametrize(("language", "width", "scripts"), VARIANTS)
def test_the_figures_of_the_year_are_read(phone: Opener, language: str, width: int, scripts: bool) -> None:
    """All kinds at a glance, one kind closely, another year's address, and the way to files and to the list."""
    page = phone(FIGURES, width=width, language=language, scripts=scripts)
    assert page.url.endswith(f"/{fiscal_year_of(clock.today())}/")
    assert page.locator("html").get_attribute("lang") == language
    looked_at(page, width, scripts)
    figures = page.locator("main table").first
    expect(figures.locator("tbody tr")).to_have_count(4)
    figures.locator("tbody tr th a").nth(1).click()  # one kind of case closely
    assert "kind=" in page.url
    expect(page.locator("#h-months")).to_be_visible()
    looked_at(page, width, scripts)
    for format in ("pdf", "docx", "xlsx", "csv"):
        expect(page.locator(f"main a[href$='report.{format}']")).to_have_count(1)
    page.locator("main a[href$='/complaints/list/']").first.click()
    expect(page.locator("#h-list")).to_be_visible()


@pytest.mark.parametrize(("language", "width", "scripts"), VARIANTS)
def test_the_shown_cases_are_listed_narrowed_and_put_on_a_map(
    phone: Opener, language: str, width: int, scripts: bool
) -> None:
    """The list has everything; the map, with scripts and where there are tiles, those that have a point."""
    Tiles.asked.clear()
    page = phone(LIST, width=width, language=language, scripts=scripts)
    rows = page.locator("#h-list").locator("xpath=ancestor::section").locator("tbody tr")
    expect(rows).to_have_count(3)
    marks = page.locator("#cases-map .at")
    if scripts:
        expect(marks).to_have_count(2)
        expect(page.locator("#cases-map .at.is-finished")).to_have_count(1)
        expect(page.locator("#cases-map .leaflet-tile-loaded").first).to_be_attached()
        assert Tiles.asked, "the operators' map server is asked"
        nearer = {"th": "ขยายแผนที่", "en": "Nearer"}[language]
        expect(page.locator("#cases-map .leaflet-control-zoom-in")).to_have_attribute("title", nearer)
    else:
        expect(page.locator("#cases-map")).to_be_hidden()
        assert not Tiles.asked
    looked_at(page, width, scripts)
    page.select_option("#f-state", "finished")
    page.locator("form[role=search] button").click()
    expect(rows).to_have_count(1)
    if scripts:
        expect(marks).to_have_count(1)
    looked_at(page, width, scripts)
    page.select_option("#f-kind", "suggestion")
    page.locator("form[role=search] button").click()
    expect(page.locator("main .empty")).to_be_visible()
    looked_at(page, width, scripts)


@pytest.mark.parametrize(("language", "width", "scripts"), VARIANTS)
def test_a_case_is_found_by_its_code_and_its_way_is_read(
    phone: Opener, language: str, width: int, scripts: bool
) -> None:
    page = phone("track/", width=width, language=language, scripts=scripts)
    looked_at(page, width, scripts)
    page.locator("main form button").click()
    expect(page.locator(".errsum")).to_be_visible()  # something has to be typed
    looked_at(page, width, scripts)
    page.fill("[name=number]", codes["number"])
    page.fill("[name=code]", codes["code"])
    page.locator("main form button").click()
    expect(page.locator(".talk")).to_contain_text("ช่างจะไปดูพรุ่งนี้")
    expect(page.locator(".tl li").first).to_be_visible()
    looked_at(page, width, scripts)
    page.fill("#id_text", f"ขอบคุณ {language} {width} {scripts}")
    page.locator("main form[enctype] button").click()
    expect(page.locator(".talk")).to_contain_text(f"ขอบคุณ {language} {width} {scripts}")
    page.locator(".mores a").first.click()
    expect(page.locator(".case-no")).to_contain_text(codes["number"])
    looked_at(page, width, scripts)


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the element has the focus; what nobody can reach by keyboard fails."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} presses of Tab")


def test_the_figures_and_the_list_by_keyboard_alone(phone: Opener) -> None:
    page = phone(FIGURES, width=1280)
    tab_to(page, ".tbl-wrap[aria-labelledby=h-all]")  # a wide table is scrolled by keyboard
    tab_to(page, "main tbody th a")
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=**")
    tab_to(page, "main a[href$='/complaints/list/']", 90)
    page.keyboard.press("Enter")
    page.wait_for_url("**/list/")
    tab_to(page, "#f-state")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, "form[role=search] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**state=finished**")
    expect(page.locator("#h-list").locator("xpath=ancestor::section").locator("tbody tr")).to_have_count(1)


def test_a_mark_on_the_map_is_opened_by_keyboard_and_says_what_the_list_says(phone: Opener) -> None:
    page = phone(LIST, width=1280)
    tab_to(page, "#cases-map .at")
    page.keyboard.press("Enter")
    said = page.locator("#cases-map .leaflet-popup-content")
    expect(said).to_contain_text("ไฟสาธารณะดับ หมู่ที่")
    assert "หน้าวัด" not in said.inner_text()
    expect(page.locator("#cases-map .leaflet-popup-close-button")).to_have_attribute("aria-label", "ปิด")


def test_the_tracking_page_by_keyboard_alone(phone: Opener) -> None:
    page = phone("track/", width=1280)
    tab_to(page, "[name=number]")
    page.keyboard.type(codes["number"])
    page.keyboard.press("Tab")
    page.keyboard.type(codes["code"])
    page.keyboard.press("Enter")
    expect(page.locator(".talk")).to_be_visible()
    tab_to(page, "#id_text")
    page.keyboard.type("พิมพ์ด้วยแป้นอย่างเดียว")
    tab_to(page, "main form[enctype] button")
    page.keyboard.press("Enter")
    expect(page.locator(".talk")).to_contain_text("พิมพ์ด้วยแป้นอย่างเดียว")


def test_nothing_of_these_pages_comes_from_elsewhere_but_the_tiles_of_the_map(
    phone: Opener, office: str
) -> None:
    page = phone("")
    hosts: dict[str, set[str]] = {}
    page.on("request", lambda request: hosts.setdefault(page.url, set()).add(request.url.split("/")[2]))
    own = office.split("/")[2]
    for path in (FIGURES, LIST, "track/"):
        hosts.clear()
        page.goto(f"{office}/banthrai/{path}")
        page.wait_for_load_state("networkidle")
        asked = set[str]().union(*hosts.values())
        others = asked - {own}
        assert all(each.startswith("127.0.0.1:") for each in others), path
        assert bool(others) == (path == LIST), path


def test_text_of_twice_the_size_fits_and_the_dark_scheme_reads(phone: Opener) -> None:
    for path in (FIGURES, LIST):
        page = phone(path, scheme="dark", width=1280)
        inspect(page, 1280)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, path
