"""The staff's maps and the showing of several cases, in a real browser: by mouse, by keyboard, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Contact, Place, open_case
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.tests.test_points import READ, REFUSED
from tests.cast import SYSTEM, member, signed_in_client
from tests.e2e.citizen import Opener, Tiles, in_office, inspect, served, telephones
from tests.e2e.matrix import matrix

expect.set_options(timeout=20_000)  # the machine may be busy
EVERYTHING = tuple(
    f"complaints.{what}" for what in ("read", "intake", "handle", "assign", "manage", "publish")
)
VARIANTS = matrix(("th", "en"), (360, 1280), (True, False))
session: dict[str, str] = {}


def lamp(place: str, village: str) -> Case:
    return open_case(
        actor=SYSTEM,
        kind="complaints.grievance",
        title="ไฟสาธารณะดับ",
        body="ดับมาสามคืน",
        category="lamp",
        channel_kind="phone",
        contact=Contact("นายบุญมี ตัวอย่าง", "081 000 0000"),
        place=Place(place, village),
    ).case


def fill() -> None:
    person = member(*EVERYTHING, "office.read", "office.manage", username="pimchanok", unit="สำนักปลัด")
    session["key"] = signed_in_client(person).cookies[settings.SESSION_COOKIE_NAME].value
    for village in range(1, 10):
        lamp("หน้าวัดบ้านทราย" if village % 2 else "หน้าบ้านนายสมชาย", str(village))


@pytest.fixture(scope="module")
def office(
    browser: Browser, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with served(django_db_blocker, tmp_path_factory, fill) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, office: str) -> Iterator[Opener]:
    """Opens pages below the workspace: `opened("complaints/new/", width=360)`; complaints of the browser fail."""
    with telephones(browser, office, session=session["key"]) as phone:
        yield lambda path, **how: phone(f"work/{path}", **{"width": 1280, **how})


def map_of(page: Page) -> Any:
    return page.locator("[data-point-of]")


def test_the_office_is_put_on_the_map_and_the_next_maps_begin_there(opened: Opener) -> None:
    page = opened("settings/profile/")
    inspect(page, 1280)
    page.fill("#id_map_centre", "๑๕.๒๔ ๑๐๓.๓")
    expect(page.locator(".pin")).to_be_visible()  # what is typed stands on the map at once
    map_of(page).click(position={"x": 200, "y": 120})
    chosen = page.input_value("#id_map_centre")
    assert chosen.startswith("15.2")
    assert abs(float(chosen.split(",")[1]) - 103.3) < 0.01
    page.locator("form.kit .formend button").first.click()
    expect(page.locator(".toast")).to_be_visible()
    with in_office():
        kept = Organization.objects.get(key="banthrai").map_centre
    assert kept == chosen.replace(" ", "")
    page = opened("complaints/new/", width=360)
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    assert Tiles.asked
    map_of(page).focus()
    page.keyboard.press("Enter")  # the point in the middle of the map
    middle = page.input_value("#id_point")
    assert abs(float(middle.split(",")[0]) - float(chosen.split(",")[0])) < 0.001
    inspect(page, 360)


def test_a_typed_point_gets_its_pin_exactly_when_it_is_accepted(opened: Opener) -> None:
    page = opened("complaints/new/")
    for text in (*READ, *REFUSED):
        page.fill("#id_point", "")
        expect(page.locator(".pin")).to_have_count(0)
        page.fill("#id_point", text)
        expect(page.locator(".pin"), text).to_have_count(int(text in READ))


def test_without_scripts_the_point_is_typed_and_the_case_stands_on_the_public_map(
    opened: Opener, office: str, browser: Browser
) -> None:
    page = opened("complaints/new/", scripts=False)
    expect(map_of(page)).to_be_hidden()
    page.locator("label:has([value=phone])").first.click()
    page.select_option("#id_category", "road")
    page.fill("#id_body", "ถนนเป็นหลุม")
    page.fill("#id_village", "3")
    page.fill("#id_point", "103.30, 15.25")
    page.locator("form.kit .formend button").first.click()
    expect(page.locator("#id_point_error")).to_be_visible()  # latitude comes first
    expect(page.locator("#id_point")).to_have_value("103.30, 15.25")
    page.fill("#id_point", "15.25, 103.30")
    page.locator("form.kit .formend button").first.click()
    page.wait_for_url("**/receipt/")
    with in_office():
        case = Case.objects.get(category="road")
        assert (str(case.latitude), str(case.longitude)) == ("15.250000", "103.300000")
    page = opened(f"complaints/{case.pk}/correct/", width=360)
    expect(page.locator(".pin")).to_be_visible()
    inspect(page, 360)


@pytest.mark.parametrize(("language", "width", "scripts"), VARIANTS)
def test_several_cases_are_shown_after_their_titles_were_read(
    opened: Opener, language: str, width: int, scripts: bool
) -> None:
    page = opened("complaints/", width=width, language=language, scripts=scripts)
    page.locator("main .list a[href$='/complaints/publish/']").click()
    if scripts:
        inspect(page, width)
    rows = page.locator("tbody tr")
    expect(page.locator(".ws-foot")).to_be_attached()  # the page is all there
    left = rows.count()
    title = rows.first.locator("textarea")
    assert "สมชาย" not in title.input_value()
    page.locator("tbody .pick label").first.click()
    title.fill("ไฟหน้าบ้านนายสมชายดับ")
    page.locator("[name=checked]").check()
    page.locator("form.kit .formend button").first.click()
    expect(page.locator("tbody .err")).to_be_visible()
    expect(page.locator("tbody input[name=show]").first).to_be_checked()
    if scripts:
        inspect(page, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    rows.first.locator("textarea").fill("ไฟสาธารณะดับ หน้าวัดบ้านทราย")
    page.locator("form.kit .formend button").first.click()
    expect(page.locator(".toast")).to_be_visible()
    expect(rows).to_have_count(left - 1)
    with in_office():
        assert Case.objects.filter(is_public=True, public_title="ไฟสาธารณะดับ หน้าวัดบ้านทราย").exists()


def test_all_on_the_page_are_ticked_by_one_box_and_by_keyboard(opened: Opener) -> None:
    page = opened("complaints/publish/")
    page.locator("[data-all=show]").focus()
    page.keyboard.press("Space")
    boxes = page.locator("tbody input[name=show]")
    for number in range(boxes.count()):
        expect(boxes.nth(number)).to_be_checked()
    page.locator("form.kit .formend button").first.focus()
    page.keyboard.press("Enter")  # nothing is shown before it was read
    expect(page.locator(".errsum")).to_be_visible()
