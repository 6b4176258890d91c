"""Cases in a real browser: the staff's pages are sound and fit, and one case lives its whole life by clicking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, Page, expect

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Contact, Place
from prongsai.foundation.files.services import store_file
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Topic
from prongsai.modules.complaints.selectors.forwarding import Letter
from prongsai.modules.complaints.services.forwarding import draw_up
from prongsai.modules.complaints.services.rules import add_rule
from tests.cast import SYSTEM, banthrai, member, signed_in_client
from tests.e2e.axe import faults
from tests.e2e.matrix import matrix
from tests.sample_year import PDF, PNG
from tests.serving import serving

TODAY = date(2025, 8, 14)
EVERYTHING = (
    *(f"complaints.{what}" for what in ("read", "intake", "handle", "assign", "manage", "publish")),
    "office.read", "office.manage", "measures.read",
)  # fmt: skip


class InAugust:
    """Lets every request happen on `TODAY`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.at(TODAY):
            return self.get_response(request)


def lamp(title: str = "ไฟสาธารณะดับ หมู่ที่ 4", **said: Any) -> Case:
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "kind": "complaints.grievance",
        "title": title,
        "body": "ไฟหน้าวัดดับมาสามคืน ทางมืดมาก เด็กเดินกลับบ้านไม่ปลอดภัย",
        "category": "lamp",
        "channel_kind": "phone",
        "contact": Contact("นายบุญมี ตัวอย่าง", "081 000 0000"),
        "place": Place("หน้าวัดบ้านทราย", "4"),
        "unit": Unit.objects.get(name="สำนักปลัด"),
    }
    return services.open_case(**(given | said)).case


def fill(office: Organization) -> dict[str, int]:
    """A desk in the middle of August: something late, something due today, one of every state."""
    with clock.at(date(2025, 7, 10)):
        late = lamp("ถนนเป็นหลุมหน้าโรงเรียน หมู่ที่ 2", category="road", channel_kind="walk_in")
    with clock.at(TODAY - timedelta(days=20)):
        lamp("น้ำประปาไม่ไหล หมู่ที่ 7", category="water", channel_kind="line")
        complaint = lamp(
            "รอนานที่กองคลัง", kind="complaints.complaint", category="service", topic=Topic.SERVICE,
            channel_kind="letter",
        )  # fmt: skip
        services.acknowledge(actor=SYSTEM, case=complaint)
    with clock.at(TODAY):
        rich = lamp(files=[store_file(actor=SYSTEM, content=BytesIO(PNG), name="หน้าวัด.png")])
        services.acknowledge(actor=SYSTEM, case=rich)
        services.say(actor=SYSTEM, case=rich, text="รับเรื่องแล้ว กำลังสั่งหลอดไฟ คาดว่าเปลี่ยนได้ภายในวันศุกร์")
        services.hear(case=rich, text="ขอบคุณครับ เสาต้นถัดไปก็กะพริบ", channel_kind="web")
        services.note(actor=SYSTEM, case=rich, text="ช่างลาวันพฤหัสบดี ให้ผู้รับจ้างไปแทน")
        services.split(
            actor=SYSTEM, case=rich, title="เสาไฟต้นถัดไปกะพริบ", unit=Unit.objects.get(name="กองคลัง")
        )
        waiting = lamp("กลิ่นเหม็นจากคอกหมู", category="nuisance")
        services.act(actor=SYSTEM, case=waiting, act="ask", message="คอกของบ้านใด โปรดบอกจุดสังเกต")
        closed = lamp("กิ่งไม้ขวางทาง หมู่ที่ 9", category="trees")
        services.act(actor=SYSTEM, case=closed, act="finish", result="ตัดกิ่งไม้และขนย้ายออกแล้ว")
        letter = Letter(
            "แขวงทางหลวงตัวอย่าง",
            "ผู้อำนวยการแขวงทางหลวงตัวอย่าง",
            "ขอส่งเรื่องร้องทุกข์",
            "ด้วยได้รับเรื่อง",
            "จึงเรียนมาเพื่อโปรดพิจารณา",
        )
        passed = draw_up(actor=SYSTEM, case=lamp("ไหล่ทางทรุด ทางหลวง 226", category="road"), letter=letter)
        services.save_answer(
            actor=SYSTEM, title="แก้ไขแล้วเสร็จ", text="เรียน {ผู้แจ้ง}\n\nเปลี่ยนหลอดแล้ว", phase="finished"
        )
        services.add_special_day(actor=SYSTEM, day=date(2025, 8, 11), name="วันหยุดพิเศษ", source="มติคณะรัฐมนตรี")
        add_rule(actor=SYSTEM, category="lamp", places=["4"], unit=Unit.objects.get(name="กองคลัง"))
        open_case = lamp("ไฟทางเข้าหมู่บ้านดับ หมู่ที่ 5", is_urgent=True)
    return {"rich": rich.pk, "late": late.pk, "closed": closed.pk, "letter": passed.pk, "case": open_case.pk}


@pytest.fixture(scope="module")
def desk(
    browser: Browser, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[tuple[str, str, dict[str, int]]]:
    """The address of บ้านทราย's workspace, the session of somebody who may do everything with cases, and the cases."""
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
        with transaction.atomic():
            office = banthrai()
            with scope(office.pk):
                person = member(*EVERYTHING, username="pimchanok", unit="สำนักปลัด", position="นิติกร")
                session = signed_in_client(person).cookies[settings.SESSION_COOKIE_NAME].value
                cases = fill(office)
        connection.close()
        with serving() as address:
            yield address, session, cases
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]


Opener = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, desk: tuple[str, str, dict[str, int]]) -> Iterator[Opener]:
    """Opens pages below the workspace: `opened("cases/", width=360, scheme="dark")`."""
    contexts = []

    def open_at(
        path: str, *, width: int = 1280, scheme: str = "light", language: str = "th", scripts: bool = True
    ) -> Page:
        address, session, cases = desk
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
        )
        contexts.append(context)
        cookies = {settings.SESSION_COOKIE_NAME: session, "django_language": language}
        context.add_cookies([{"name": k, "value": v, "url": address} for k, v in cookies.items()])
        page = context.new_page()
        page.goto(f"{address}/banthrai/work/{path.format(**cases)}")
        return page

    yield open_at
    for context in contexts:
        context.close()


def fits(page: Page, width: int) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= width


MAIN_PAGES = (
    "cases/", "cases/?state=all", "cases/board/", "cases/calendar/", "complaints/", "complaints/new/",
    "complaints/{rich}/", "complaints/{closed}/", "complaints/{rich}/say/",
)  # fmt: skip
OTHER_PAGES = (
    "complaints/{rich}/act/finish/", "complaints/{rich}/assign/", "complaints/{rich}/note/", "complaints/{rich}/hear/",
    "complaints/{rich}/merge/", "complaints/{rich}/split/", "complaints/{rich}/recategorise/", "complaints/{rich}/correct/",
    "complaints/{closed}/closing/", "complaints/{rich}/code/",
    "complaints/{rich}/publish/", "complaints/{closed}/erase/", "complaints/{rich}/receipt/", "complaints/{late}/forward/",
    "complaints/{letter}/letter/", "complaints/{letter}/letter/signed/", "complaints/rules/?category=lamp&village=4",
    "complaints/rules/add/", "complaints/categories/", "complaints/categories/units/", "complaints/answers/",
    "complaints/answers/add/", "complaints/days/", "complaints/days/add/", "complaints/days/import/", "complaints/settings/",
)  # fmt: skip


@pytest.mark.parametrize("path", MAIN_PAGES)
@pytest.mark.parametrize(("width", "scheme"), matrix((1280, 360), ("light", "dark")))
def test_the_pages_that_are_open_all_day_are_sound_and_fit(
    opened: Opener, path: str, width: int, scheme: str
) -> None:
    page = opened(path, width=width, scheme=scheme)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert fits(page, width)
    assert faults(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", OTHER_PAGES)
def test_the_other_pages_are_sound_and_fit_a_small_telephone(opened: Opener, path: str) -> None:
    page = opened(path, width=320)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert fits(page, 320)
    assert faults(page) == []


@pytest.mark.parametrize("path", matrix(("complaints/{rich}/", "cases/", "complaints/new/")))
def test_the_pages_speak_english_as_well(opened: Opener, path: str) -> None:
    page = opened(path, language="en")
    assert faults(page) == []
    expect(page.locator(".ws-side").get_by_text("Cases from citizens")).to_have_count(1)


def test_the_inbox_says_what_is_late_and_finds_a_case_by_its_number(opened: Opener) -> None:
    page = opened("cases/")
    expect(page.locator(".counts .late b")).to_have_text("1", use_inner_text=True)
    page.locator(".counts").get_by_role("link", name="เลยกำหนด").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("ถนนเป็นหลุม", use_inner_text=True)
    page.goto(page.url.split("?")[0])
    page.get_by_label("ค้นหาในรายการ").fill("๖๘-0001")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    expect(page.locator("tbody")).to_contain_text("68-0001", use_inner_text=True)
    expect(page.locator("tbody tr")).to_have_count(1)


def test_the_board_moves_a_case_on_without_scripts(opened: Opener) -> None:
    page = opened("cases/board/", scripts=False)
    column = page.locator("section:has(> #c-received)")
    column.locator("summary").first.click()
    column.get_by_role("link", name="รับไว้ดำเนินการ").first.click()
    page.get_by_role("button", name="รับไว้ดำเนินการ").click()
    expect(page.locator(".case-head")).to_contain_text("อยู่ระหว่างดำเนินการ", use_inner_text=True)


def test_a_new_code_is_given_out_and_an_answer_written_down_without_scripts(opened: Opener) -> None:
    page = opened("complaints/{rich}/", scripts=False, language="en")
    page.get_by_role("link", name="Give out a new tracking code").click()
    page.get_by_label("The name on the identity card is that of the case").check()
    page.get_by_label("Why a new code is needed").fill("ทำใบรับเรื่องหาย")
    page.get_by_role("button", name="Give out a new code").click()
    assert len(page.locator(".code").inner_text()) == 9
    page = opened("complaints/{closed}/", scripts=False, language="en")
    page.get_by_role("link", name="Write down whether the citizen is content").click()
    page.get_by_label("Telephone").check()
    page.get_by_label("content with it", exact=True).check()
    page.get_by_role("button", name="Put it on record").click()
    expect(page.locator("#closing")).to_contain_text("content with it", use_inner_text=True)


def test_the_case_that_goes_on_is_looked_at_before_two_are_joined(opened: Opener) -> None:
    number = opened("complaints/{rich}/").locator(".ws-main .lead").first.inner_text().split()[-1]
    page = opened("complaints/{case}/merge/", width=360, scripts=False)
    page.locator("#id_into").fill(number)
    page.locator("#id_reason").fill("เสาเดียวกัน")
    page.get_by_role("button", name="ดูเรื่องปลายทางก่อนรวม").click()
    shown = page.locator("section:has(> #h-into)")
    for told in (number, "หน้าวัดบ้านทราย", "อยู่ระหว่างดำเนินการ"):
        expect(shown).to_contain_text(told, use_inner_text=True)
    expect(page.get_by_role("button", name="รวมเรื่อง")).to_be_visible()
    assert fits(page, 360)
    page = opened("complaints/{case}/merge/", width=360)
    page.locator("#id_into").fill(number)
    page.locator("#id_reason").fill("เสาเดียวกัน")
    page.get_by_role("button", name="ดูเรื่องปลายทางก่อนรวม").click()
    page.wait_for_selector("#h-into")
    assert faults(page) == []


def test_several_cases_are_given_to_a_unit_at_once(opened: Opener) -> None:
    page = opened("cases/")
    boxes = page.locator("input[name=chosen]")
    boxes.nth(1).check()
    boxes.nth(2).check()
    page.get_by_role("button", name="มอบหมายให้").click()
    page.get_by_role("heading", name="มอบหมาย 2 เรื่อง").wait_for()
    page.locator("#id_unit").select_option(label="กองคลัง")
    page.get_by_role("button", name="มอบหมาย", exact=True).click()
    page.wait_for_url("**/banthrai/work/cases/")
    page.get_by_text("มอบหมาย 2 เรื่องแล้ว").wait_for()


def taken_in(page: Page, scan: Path) -> None:
    """What a citizen tells on the telephone, with a paper, up to the receipt."""
    page.get_by_label("โทรศัพท์").first.check()
    page.get_by_label("เรื่องเกี่ยวกับอะไร").select_option(label="ขยะ")
    page.get_by_label("เนื้อหาที่แจ้ง").fill("รถขยะไม่เข้าซอยสองสองสัปดาห์แล้ว ส่งกลิ่น")
    page.get_by_label("หมู่ที่").fill("3")
    page.locator("#id_contact_name").fill("นางคำปุ่น ตัวอย่าง")
    page.locator("#id_contact_phone").fill("081 111 1111")
    page.locator("input[type=file]").first.set_input_files(scan)
    page.get_by_text("ส่งแล้ว ตรวจไฟล์แล้ว").first.wait_for()
    page.get_by_role("button", name="ลงทะเบียนเรื่อง").click()

    page.wait_for_url("**/receipt/")
    number = page.locator(".stamp-head b").inner_text()
    code = page.locator(".code").inner_text()
    assert number.startswith("68-")
    assert len(code) == 9, "the citizen gets a code"
    expect(page.locator("svg.qr")).to_have_count(1)
    page.get_by_role("link", name="เปิดดูเรื่อง").click()


def worked_on(page: Page) -> None:
    """Looked at, given to somebody, and noted."""
    expect(page.get_by_role("heading", level=1)).to_have_text("ขยะ หมู่ที่ 3", use_inner_text=True)
    expect(page.locator("#matter")).to_contain_text("นางคำปุ่น", use_inner_text=True)
    expect(page.locator("#files")).to_contain_text("ใบรับแจ้ง.pdf", use_inner_text=True)
    page.get_by_role("button", name="รับไว้ดำเนินการ").click()
    page.get_by_text("อยู่ระหว่างดำเนินการ").first.wait_for()

    page.get_by_role("link", name="มอบหมายเรื่อง").click()
    page.locator("#id_assignee").select_option(index=1)
    page.get_by_role("button", name="มอบหมาย", exact=True).click()
    page.wait_for_url("**/complaints/*/")
    expect(page.locator(".case-head")).to_contain_text("pimchanok", use_inner_text=True)

    page.get_by_role("link", name="บันทึกภายใน").click()
    page.get_by_role("textbox", name="บันทึกภายใน").fill("โทรถามผู้รับจ้างแล้ว รถเสีย")
    page.get_by_role("button", name="เก็บบันทึก").click()
    page.wait_for_url("**/complaints/*/#conversation")
    expect(page.locator(".said-note")).to_contain_text("รถเสีย", use_inner_text=True)


def asked_back(page: Page) -> None:
    """The clock stands still until the citizen has answered."""
    page.get_by_role("link", name="ขอข้อมูลเพิ่มจากผู้แจ้ง").click()
    page.get_by_label("ข้อความถึงผู้แจ้ง").fill("ซอยสองฝั่งใด")
    page.get_by_role("button", name="ขอข้อมูลเพิ่มจากผู้แจ้ง").click()
    page.wait_for_url("**/complaints/*/")
    expect(page.locator(".case-head")).to_contain_text("รอผู้แจ้งตอบ", use_inner_text=True)

    page.get_by_role("link", name="บันทึกสิ่งที่ผู้แจ้งบอก").click()
    page.get_by_label("โทรศัพท์").first.check()
    page.get_by_label("ผู้แจ้งบอกว่า").fill("ฝั่งวัด")
    page.get_by_role("button", name="บันทึกลงการติดต่อ").click()
    page.wait_for_url("**/complaints/*/#conversation")
    expect(page.locator(".case-head"), "the clock runs again").to_contain_text(
        "อยู่ระหว่างดำเนินการ", use_inner_text=True
    )


def closed_and_opened_again(page: Page) -> None:
    """The result by a standard answer, and the course of it all."""
    page.get_by_role("link", name="ดำเนินการแล้วเสร็จ แจ้งผล").click()
    page.get_by_text("ใช้คำตอบมาตรฐาน").click()
    page.get_by_role("button", name="ใส่ในข้อความ แก้ไขแล้วเสร็จ").click()
    result = page.get_by_label("ผล", exact=True)
    assert result.input_value().startswith("เรียน นางคำปุ่น"), "the name is filled in from the case"
    result.fill("รถขยะเข้าเก็บแล้ว และจะเข้าทุกวันอังคาร")
    page.get_by_role("button", name="ดำเนินการแล้วเสร็จ แจ้งผล").click()
    page.wait_for_url("**/complaints/*/")
    expect(page.locator(".case-head")).to_contain_text("ดำเนินการแล้วเสร็จ", use_inner_text=True)
    expect(page.locator("#closing")).to_contain_text("ทุกวันอังคาร", use_inner_text=True)

    page.get_by_role("link", name="เปิดเรื่องอีกครั้ง").click()
    page.locator("#id_reason").fill("ผู้แจ้งโทรมาว่าขยะเต็มอีก")
    page.get_by_role("button", name="เปิดเรื่องอีกครั้ง").click()
    page.wait_for_url("**/complaints/*/")
    expect(page.locator(".case-head")).to_contain_text("อยู่ระหว่างดำเนินการ", use_inner_text=True)
    course = page.locator(".case-course").inner_text()
    for step in ("รับเรื่องแล้ว", "มอบหมายให้", "บันทึกภายใน", "ขอข้อมูลเพิ่มจากผู้แจ้ง", "เปิดเรื่องอีกครั้ง"):
        assert step in course


def test_a_case_lives_its_whole_life_by_clicking(opened: Opener, tmp_path: Path) -> None:
    """From the telephone call to the result, and once more because the citizen calls again."""
    scan = tmp_path / "ใบรับแจ้ง.pdf"
    scan.write_bytes(PDF)
    page = opened("")
    page.locator(".ws-side").get_by_role("link", name="เรื่องร้องเรียน").click()
    page.get_by_role("link", name="รับเรื่องเข้าระบบ").first.click()
    taken_in(page, scan)
    worked_on(page)
    asked_back(page)
    closed_and_opened_again(page)


def test_an_answer_is_written_by_keyboard_alone(opened: Opener) -> None:
    page = opened("complaints/{case}/say/")
    page.locator("#id_text").focus()
    page.keyboard.type("ช่างจะเข้าพรุ่งนี้เช้า")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "ส่งคำตอบ":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/complaints/*/#conversation")
    expect(page.locator(".said-out").last).to_contain_text("ช่างจะเข้าพรุ่งนี้เช้า", use_inner_text=True)


def test_of_two_who_act_at_once_the_second_is_told_and_loses_nothing(
    opened: Opener, desk: tuple[str, str, dict[str, int]]
) -> None:
    one, other = opened("complaints/{late}/act/finish/"), opened("complaints/{late}/act/ask/")
    one.get_by_label("ผล", exact=True).fill("กลบหลุมแล้ว")
    other.get_by_label("ข้อความถึงผู้แจ้ง").fill("หลุมอยู่หน้าประตูใด")
    one.get_by_role("button", name="ดำเนินการแล้วเสร็จ แจ้งผล").click()
    one.wait_for_url("**/complaints/*/")
    other.get_by_role("button", name="ขอข้อมูลเพิ่มจากผู้แจ้ง").click()
    told = other.locator(".meanwhile").inner_text()
    assert "ดำเนินการแล้วเสร็จ" in told
    expect(other.get_by_label("ข้อความถึงผู้แจ้ง")).to_have_value("หลุมอยู่หน้าประตูใด")
