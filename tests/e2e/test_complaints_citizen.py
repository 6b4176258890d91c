"""A villager with a small telephone on a bad line: from the first question to the answer, in a real browser."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from prongsai.foundation.casework.models import Case, CaseFile
from prongsai.foundation.casework.services import act, open_case, publish_case
from prongsai.foundation.files.services import open_file
from prongsai.foundation.organizations.profile import change_profile
from prongsai.kernel.contracts import Actor
from prongsai.modules.complaints.models import CitizenDraft
from prongsai.modules.complaints.tests.citizen import PNG
from tests.cast import SYSTEM
from tests.e2e.citizen import Opener, Tiles, in_office, inspect, served, telephones
from tests.e2e.conftest import CHROMIUM
from tests.e2e.matrix import matrix

expect.set_options(timeout=20_000)  # the machine may be busy
FIRST_VIEW = 100_000  # bytes, fonts included
EXPECTED = (
    "422",
    "413",
    "502",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_CONNECTION_RESET",
    "404",
)  # asked for by these tests
KEPT_WORDS = "Object.keys(localStorage).filter(key => key.startsWith('prongsai:')).length"


@pytest.fixture(scope="module")
def counter(
    browser: Browser, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of บ้านทราย, with a public case of a street light."""

    def fill() -> None:
        case = open_case(
            actor=SYSTEM,
            kind="complaints.grievance",
            title="ไฟหน้าวัดดับ",
            category="lamp",
            channel_kind="phone",
        ).case
        publish_case(actor=SYSTEM, case=case, public_title="ไฟสาธารณะหน้าวัดดับ")
        change_profile(actor=SYSTEM, values={"map_centre": "15.24, 103.30"})

    with served(django_db_blocker, tmp_path_factory, fill) as address:
        yield address


@pytest.fixture
def phone(browser: Browser, counter: str) -> Iterator[Opener]:
    with telephones(browser, counter, expected=EXPECTED) as opened:
        yield opened


def onward(page: Page) -> None:
    """Press the button that leads on."""
    page.locator("main form.q .btns .btn:not(.btn-2)").first.click()


def choose(page: Page, value: str) -> None:
    page.locator(f"label:has([value={value}])").first.click()


def to_what(page: Page, category: str = "lamp") -> None:
    page.locator("a[href*='kind=grievance']").click()
    choose(page, category)
    onward(page)
    expect(page.locator("#id_text")).to_be_visible()


def asked_what_and_where(page: Page, inspect_here: Callable[[], None]) -> None:
    """A lamp in village 7, with what is left out at first."""
    page.locator("a[href*='kind=grievance']").click()
    inspect_here()
    onward(page)
    expect(page.locator(".err").first).to_be_visible()  # one has to be chosen
    inspect_here()
    choose(page, "lamp")
    onward(page)
    expect(page.locator("#id_text")).to_be_visible()
    inspect_here()
    page.fill("#id_text", "ไฟหน้าโรงเรียนดับสามวันแล้ว เด็กเดินกลับบ้านมืดมาก")
    page.fill("#id_more", "47")
    onward(page)
    expect(page.locator("#id_village")).to_be_visible()
    onward(page)
    expect(page.locator(".has-err").first).to_be_visible()  # the place has to be said
    page.fill("#id_village", "๗")
    page.fill("#id_place", "เสาหน้าประตูโรงเรียน")
    onward(page)
    expect(page.locator("#id_photos, button[name=same]").first).to_be_visible()
    if "similar" in page.url:
        inspect_here()
        onward(page)


def asked_for_pictures_and_a_name(page: Page, inspect_here: Callable[[], None], *, scripts: bool) -> None:
    """One picture, no name, and a last look."""
    expect(page.locator("#id_photos")).to_be_visible()
    inspect_here()
    page.set_input_files("#id_photos", FilePayload(name="เสา.png", mimeType="image/png", buffer=PNG))
    if not scripts:
        page.locator("[data-plain]").click()
    expect(page.locator(".pics li")).to_have_count(1)
    inspect_here()
    page.locator("button[name=next]").click()
    expect(page.locator("[name=who]").first).to_be_visible()
    inspect_here()
    choose(page, "anonymous")
    onward(page)
    expect(page.locator("dl.sum")).to_contain_text("เสา.png")
    inspect_here()


def talked_over(page: Page, case: Case, inspect_here: Callable[[], None]) -> None:
    """From the tracking page: the office's question, an answer, the end, and whether one is satisfied."""
    page.locator("main .btns a.btn").click()
    expect(page.locator("body")).to_contain_text("เสาต้นไหนนับจากประตู")
    inspect_here()
    page.fill("#id_text", "ต้นที่สองทางซ้าย")
    page.locator("main form button").last.click()
    expect(page.locator(".talk")).to_contain_text("ต้นที่สองทางซ้าย")
    with in_office():
        case.refresh_from_db()
        assert case.state == "working"
        act(actor=Actor.system("ช่าง ตัวอย่าง"), case=case, act="finish", result="เปลี่ยนหลอดแล้ว")
    page.reload()
    inspect_here()
    choose(page, "yes")
    page.locator("#closing button").click()
    expect(page.locator("#closing button")).to_have_count(0)
    with in_office():
        case.refresh_from_db()
        assert case.satisfied is True


@pytest.mark.parametrize(("language", "width", "scripts"), matrix(("th", "en"), (360, 1280), (False, True)))
def test_every_question_up_to_the_answer(phone: Opener, language: str, width: int, scripts: bool) -> None:
    """Report, receipt, tracking, a question of the office, an answer, the closing question."""
    scheme = "dark" if scripts else "light"
    page = phone("complaints/", width=width, language=language, scripts=scripts, scheme=scheme)
    inspect_here: Callable[[], None] = (lambda: inspect(page, width)) if scripts else (lambda: None)
    inspect_here()
    asked_what_and_where(page, inspect_here)
    asked_for_pictures_and_a_name(page, inspect_here, scripts=scripts)
    page.locator("form[data-send] button").click()
    receipt = page.locator("[data-receipt]")
    expect(receipt).to_be_visible()
    inspect_here()
    with in_office():
        case = Case.objects.get(number=receipt.get_attribute("data-receipt"))
        assert case.village == "7"
        assert case.files.count() == 1
        act(actor=Actor.system("ช่าง ตัวอย่าง"), case=case, act="ask", message="เสาต้นไหนนับจากประตู")
    talked_over(page, case, inspect_here)


def test_by_keyboard_alone(phone: Opener) -> None:
    page = phone("complaints/new/subject/?kind=grievance", width=1280)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # to the content
    page.locator("[name=category]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_be_visible()
    page.locator("#id_text").focus()
    page.keyboard.type("ไฟดับหน้าตลาด")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_village")).to_be_visible()
    onward_by_keyboard(page)
    expect(page.locator(".errsum")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the summary's link leads to the field
    expect(page.locator("#id_place")).to_be_focused()
    page.keyboard.type("หน้าตลาด")
    onward_by_keyboard(page)
    expect(page.locator("#id_photos, button[name=same]").first).to_be_visible()
    ring = page.evaluate(
        "(document.querySelector('main .btn').focus(), getComputedStyle(document.activeElement).outlineWidth)"
    )
    assert float(ring.removesuffix("px")) >= 3


def onward_by_keyboard(page: Page) -> None:
    page.locator("main form.q .btns .btn:not(.btn-2)").first.focus()
    page.keyboard.press("Enter")


def test_a_dropped_line_keeps_what_was_typed_and_sends_it_when_it_is_back(phone: Opener) -> None:
    page = phone("complaints/")
    to_what(page)
    page.fill("#id_text", "ไฟดับตอนฝนตก สัญญาณไม่ค่อยดี")
    page.context.set_offline(True)
    onward(page)
    expect(page.locator("[data-held]")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("ไฟดับตอนฝนตก สัญญาณไม่ค่อยดี")
    page.context.set_offline(False)
    page.wait_for_url("**/where/")
    with in_office():
        assert CitizenDraft.objects.filter(answers__what__text="ไฟดับตอนฝนตก สัญญาณไม่ค่อยดี").exists()


def test_a_telephone_that_goes_out_while_typing_has_the_text_when_it_is_on_again(phone: Opener) -> None:
    page = phone("complaints/")
    to_what(page)
    page.locator("#id_text").press_sequentially("พิมพ์ค้างไว้ยังไม่ได้กดอะไร")
    page.goto("about:blank")
    page.go_back()
    page.reload()
    expect(page.locator("#id_text")).to_have_value("พิมพ์ค้างไว้ยังไม่ได้กดอะไร")
    expect(page.locator("[data-held]")).to_be_visible()
    onward(page)
    page.wait_for_url("**/where/")
    assert page.evaluate(KEPT_WORDS) == 0


def test_what_is_on_its_way_when_the_line_or_the_server_fails_is_typed_once(
    phone: Opener, counter: str
) -> None:
    """The line held a moment ago, then the form itself gets lost: an error page of the browser, then one of a proxy."""
    text, where = "ส่งแล้วสายหลุดกลางทาง", f"{counter}/banthrai/complaints/new/what/"
    page = phone("complaints/")
    to_what(page)
    page.fill("#id_text", text)
    failing = [
        lambda route: route.abort("connectionreset"),
        lambda route: route.fulfill(status=502, body="502"),
    ]
    page.context.route(where, lambda route: failing[0](route) if failing else route.continue_())
    while failing:
        onward(page)
        expect(page.locator("#id_text")).to_have_count(0)  # an error page stands there
        page.wait_for_load_state()
        failing.pop(0)
        page.goto(f"{where}?category=lamp")
        expect(page.locator("#id_text")).to_have_value(text)
        expect(page.locator("[data-held]")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{where}?category=road")
    expect(other.locator("#id_text")).to_have_value(text)  # another window of the same telephone
    onward(page)
    page.wait_for_url("**/where/")
    assert page.evaluate(KEPT_WORDS) == 0


def test_the_same_picture_twice_has_one_row_whose_button_takes_that_one_out(phone: Opener) -> None:
    page = phone("complaints/")
    to_what(page, "road")
    page.fill("#id_text", "ถนนพัง")
    onward(page)
    page.fill("#id_village", "6")
    onward(page)
    expect(page.locator("#id_photos")).to_be_visible()
    for name, there in (("ก.txt", 1), ("ข.txt", 2), ("ก.txt", 2)):
        content = FilePayload(name=name, mimeType="text/plain", buffer=name.encode())
        page.set_input_files("#id_photos", content)
        expect(page.locator(".pics [name=remove]")).to_have_count(there)
        expect(page.locator(".pics progress")).to_have_count(0)
    expect(page.locator("[data-there]")).to_contain_text("ก.txt")
    expect(page.locator(".pics li")).to_have_count(2)
    inspect(page, 360)
    page.locator(".pics li", has_text="ก.txt").locator("[name=remove]").click()
    expect(page.locator(".pics li")).to_have_count(1)
    expect(page.locator(".pics li")).to_contain_text("ข.txt")


def test_what_is_erased_is_erased_from_the_telephone_too(phone: Opener) -> None:
    page = phone("complaints/")
    to_what(page)
    page.fill("#id_text", "ไม่อยากส่งแล้ว")
    onward(page)
    page.fill("#id_place", "หน้าวัด")
    page.goto(page.url.replace("new/where/", ""))
    page.get_by_role("button", name="ลบแล้วเริ่มเรื่องใหม่").click()
    page.get_by_role("button", name="ลบทั้งหมด", exact=True).click()
    expect(page.locator("a[href*='kind=grievance']")).to_be_visible()
    assert page.evaluate(KEPT_WORDS) == 0
    with in_office():
        assert not CitizenDraft.objects.filter(answers__what__text="ไม่อยากส่งแล้ว").exists()


def large_picture() -> bytes:
    """A picture as a telephone takes it, with the place in it."""
    noise = random.Random(7).randbytes(300 * 225 * 3)
    picture = Image.frombytes("RGB", (300, 225), noise).resize((4000, 3000))
    exif = Image.Exif()
    exif[0x010F] = "ตัวอย่างโทรศัพท์".encode().decode("latin-1")
    out = BytesIO()
    picture.save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


def test_pictures_are_made_smaller_on_the_telephone_and_sent_again_after_a_dropped_line(
    phone: Opener,
) -> None:
    original = large_picture()
    assert len(original) > 1_000_000
    page = phone("complaints/")
    to_what(page, "road")
    page.fill("#id_text", "ถนนพัง")
    onward(page)
    page.fill("#id_village", "9")
    onward(page)
    expect(page.locator("#id_photos")).to_be_visible()
    page.context.set_offline(True)
    page.set_input_files("#id_photos", FilePayload(name="ถนน.jpg", mimeType="image/jpeg", buffer=original))
    expect(page.locator(".pics li .meta")).to_have_text(
        page.locator("form").get_attribute("data-failed") or ""
    )
    page.context.set_offline(False)
    expect(page.locator(".pics li [name=remove]")).to_be_visible()
    page.locator("button[name=next]").click()
    choose(page, "anonymous")
    onward(page)
    page.locator("form[data-send] button").click()
    expect(page.locator("[data-receipt]")).to_be_visible()
    with in_office():
        kept = CaseFile.objects.select_related("file").get(
            case__number=page.locator("[data-receipt]").get_attribute("data-receipt")
        )
        assert kept.file.size < len(original) / 2
        with open_file(kept.file) as content, Image.open(content) as picture:
            assert max(picture.size) == 1600
            assert not picture.getexif()


def test_the_place_comes_from_the_telephone_or_the_map_only_when_asked_for(phone: Opener) -> None:
    page = phone("complaints/")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 15.29, "longitude": 103.29})
    to_what(page)
    page.fill("#id_text", "ไฟดับ")
    onward(page)
    expect(page.locator("#id_latitude")).to_have_value("")
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    assert Tiles.asked, "the operators' map server is asked"
    page.locator("[data-map]").focus()
    page.keyboard.press("Enter")  # the point in the middle: the map begins at the office
    expect(page.locator("#id_latitude")).to_have_value("15.240000")
    expect(page.locator("#id_longitude")).to_have_value("103.300000")
    page.locator("[data-locate]").click()
    expect(page.locator("#id_latitude")).to_have_value("15.290000")
    page.locator("[data-unlocate]").click()
    expect(page.locator("#id_latitude")).to_have_value("")
    page.locator("[data-map]").click(position={"x": 120, "y": 90})
    expect(page.locator(".pin")).to_be_visible()
    latitude = page.input_value("#id_latitude")
    assert abs(float(latitude) - 15.29) < 0.01  # near where the map stood, and not anywhere in the country
    inspect(page, 360)
    onward(page)
    expect(page.locator("#id_photos, button[name=same]").first).to_be_visible()
    with in_office():
        assert CitizenDraft.objects.filter(answers__where__latitude=latitude).exists()


def test_nothing_comes_from_elsewhere_but_the_named_map_tiles(phone: Opener, counter: str) -> None:
    page = phone("complaints/")
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    to_what(page)
    page.fill("#id_text", "ไฟดับ")
    onward(page)
    page.wait_for_load_state("networkidle")
    assert {host.split(":")[0] for host in hosts} <= {"localhost", "127.0.0.1"}
    page.locator("#id_village").fill("3")
    onward(page)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(
    "path",
    ["complaints/", "complaints/new/what/?category=lamp", "complaints/new/subject/?kind=grievance", "track/"],
)
def test_a_first_view_takes_less_than_100_kilobytes_with_fonts_and_scripts(
    phone: Opener, counter: str, path: str
) -> None:
    page = phone("")
    session = page.context.new_cdp_session(page)
    sizes: dict[str, int] = {}
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.__setitem__(event["requestId"], int(event["encodedDataLength"])),
    )
    page.goto(f"{counter}/banthrai/{path}")
    page.wait_for_load_state("networkidle")
    assert sum(sizes.values()) < FIRST_VIEW, sizes


def test_the_receipt_on_paper_has_number_code_and_qr_and_no_buttons(phone: Opener) -> None:
    page = phone("complaints/", width=1280)
    to_what(page, "waste")
    page.fill("#id_text", "รถขยะไม่มา")
    onward(page)
    page.fill("#id_village", "2")
    onward(page)
    expect(page.locator("#id_photos")).to_be_visible()
    page.locator("button[name=next]").click()
    choose(page, "anonymous")
    onward(page)
    page.locator("form[data-send] button").click()
    expect(page.locator("[data-print]")).to_be_visible()
    page.emulate_media(media="print")
    for there in (".case-no", ".case-code", ".qr", ".tl"):
        expect(page.locator(there).first, there).to_be_visible()
    for gone in ("[data-print]", ".util", ".mini"):
        expect(page.locator(gone).first, gone).to_be_hidden()


def test_text_of_twice_the_size_fits(browser: Browser, counter: str) -> None:
    """As somebody has it who sets the letters to 32 px instead of 16: a screen of 23 letters' widths."""
    flag = "--blink-settings=defaultFontSize=32"
    large = browser.browser_type.launch(executable_path=str(CHROMIUM), args=[flag])
    page = large.new_page(viewport={"width": 720, "height": 900})
    for path in ("", "new/subject/?kind=complaint", "new/what/?category=service", "privacy/", "../track/"):
        page.goto(f"{counter}/banthrai/complaints/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 720, path
    large.close()
