"""Every field of the kit in a real browser: accessible, usable on a small screen and by keyboard, with and without scripts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from prongsai.foundation.files.storage import evidence_storage
from prongsai.foundation.files.tests import samples
from prongsai.foundation.tenancy.scope import scope
from tests.cast import banthrai, member, signed_in_client
from tests.e2e.axe import faults
from tests.e2e.matrix import matrix
from tests.serving import serving

ADDRESS = "/banthrai/work/every-field/"
expect.set_options(timeout=20_000)  # the machine may be busy
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def kit(
    browser: Browser, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The address of a server with the page of all fields, and the session of somebody signed in."""
    settings = override_settings(
        ROOT_URLCONF="prongsai.ui.tests.every_field",
        ALLOWED_HOSTS=["localhost"],
        KEYS_FOLDER=tmp_path_factory.mktemp("keys"),
        STORAGES={
            **django_settings.STORAGES,
            "default": evidence_storage(tmp_path_factory.mktemp("files"), {}),
        },
    )
    with django_db_blocker.unblock(), settings:
        with transaction.atomic():
            office = banthrai()
            with scope(office.pk):
                people = [member(username=f"person{n}", position="เจ้าพนักงานธุรการ") for n in range(15)]
                client = signed_in_client(people[0])
        connection.close()
        with serving() as address:
            yield {"url": address, "session": client.cookies["sessionid"].value}
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type] (conftest.py empties the tables)


@pytest.fixture
def opened(browser: Browser, kit: dict[str, str]) -> Iterator[Opener]:
    """Opens the page of all fields, signed in, and at the end no page may have complained."""
    contexts, complaints = [], []

    def page(*, width: int = 1280, scheme: str = "light", language: str = "th", scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
        )
        contexts.append(context)
        names = {"django_language": language, "sessionid": kit["session"]}
        context.add_cookies(
            [{"name": name, "value": value, "url": kit["url"]} for name, value in names.items()]
        )
        made = context.new_page()
        made.on(
            "console",
            lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None,
        )
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.goto(kit["url"] + ADDRESS)
        return made

    yield page
    for context in contexts:
        context.close()
    assert [text for text in complaints if "Failed to load resource" not in text] == []


def send(page: Page) -> None:
    page.get_by_role("button", name="บันทึก", exact=True).click()
    page.wait_for_load_state()


@pytest.mark.parametrize(
    ("language", "width", "scheme"), matrix(("th", "en"), (1280, 320), ("light", "dark"))
)
def test_no_state_of_any_field_has_an_accessibility_fault(
    opened: Opener, language: str, width: int, scheme: str
) -> None:
    page = opened(width=width, scheme=scheme, language=language)
    assert faults(page) == []
    page.locator(".date button").first.click()
    page.locator("[role=combobox]").click()
    page.locator("[role=combobox]").fill("person1")
    assert faults(page) == []
    page.locator("#id_occurred_on_d").fill("31/2/68")
    send(page)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_calendar_is_used_by_keyboard_alone(opened: Opener) -> None:
    page = opened()
    box = page.locator(".date").first
    box.locator("input").first.fill("๑๓ ส.ค. ๒๕๖๘")
    box.locator("input").first.press("Tab")
    assert [
        box.locator(name).input_value() for name in ("#id_occurred_on_d", "select", "#id_occurred_on_y")
    ] == ["13", "8", "2568"]
    expect(box.locator(".ok-line")).to_have_text("อยู่ในปีงบประมาณ 2568 ใช้พิสูจน์ได้")
    box.locator(".btn").press("Enter")
    expect(box.get_by_role("dialog")).to_be_visible()
    for key in (
        "ArrowRight",
        "ArrowRight",
        "ArrowRight",
        "Enter",
    ):  # 16 August is yet to come: it is not taken
        page.keyboard.press(key)
    expect(box.get_by_role("dialog")).to_be_visible()
    assert "16 สิงหาคม 2568" in str(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    for key in ("PageUp", "ArrowUp", "Home", "Enter"):
        page.keyboard.press(key)
    expect(box.locator("#id_occurred_on_d")).to_have_value("6")
    expect(box.locator("select")).to_have_value("7")
    expect(box.locator(".btn")).to_be_focused()
    box.locator(".btn").press("Enter")
    page.keyboard.press("Escape")
    expect(box.get_by_role("dialog")).to_have_count(0)
    expect(box.locator(".btn")).to_be_focused()


def test_a_long_list_is_searched_by_keyboard_and_gives_back_what_nobody_chose(opened: Opener) -> None:
    page = opened()
    picker = page.get_by_role("combobox", name="บุคคล")
    picker.press_sequentially("person1")
    expect(page.locator(".picker").get_by_role("option")).to_have_count(6)
    picker.press("ArrowDown")
    picker.press("Enter")
    chosen = picker.input_value()
    assert chosen.startswith("person1")
    picker.fill("ไม่มีใคร")
    expect(page.locator(".picker .vh").filter(has_text="ไม่พบชื่อนี้")).to_be_attached()
    picker.press("Tab")
    expect(picker).to_have_value(chosen)


def test_errors_take_the_focus_and_lead_to_their_fields(opened: Opener) -> None:
    page = opened()
    page.locator("#id_occurred_on_d").fill("13/8/2025")
    send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="2025 เป็น ค.ศ. หมายถึง พ.ศ. 2568 หรือไม่").click()
    expect(page.locator("#id_occurred_on_d")).to_be_focused()
    expect(page.locator("#id_occurred_on_y"), "what was typed is still here").to_have_value("2025")


PDF = samples.pdf()


def paper(name: str, size: int = 0) -> FilePayload:
    content = PDF + b"\n" * max(1, size - len(PDF) - 6) + b"%%EOF\n"
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def fill(page: Page) -> None:
    """The fields without which nothing is saved."""
    page.locator("#id_kind_1").check()
    page.locator("#id_occurred_on_d").fill("13/8/2568")
    page.locator("#id_title").fill("ประกาศ (ข้อมูลตัวอย่าง)")
    page.locator("#id_visibility_1").check()


def test_ten_files_of_which_one_is_a_renamed_program(opened: Opener) -> None:
    page = opened()
    program: FilePayload = {
        "name": "รายงาน.pdf",
        "mimeType": "application/pdf",
        "buffer": b"MZ" + b"\0" * 5000,
    }
    page.locator("#id_files").set_input_files([*(paper(f"{n}.pdf", 1000 + n) for n in range(9)), program])
    expect(page.locator(".flist .is-done")).to_have_count(9)
    expect(page.locator(".flist .is-failed .meta")).to_have_text(
        "ไฟล์โปรแกรมแนบไม่ได้ แม้เปลี่ยนชื่อแล้ว ไฟล์อื่นยังอยู่ครบ"
    )
    assert faults(page) == []
    page.get_by_role("button", name="บันทึก", exact=True).click()
    expect(page.locator(".sending")).to_have_text("มี 1 ไฟล์ที่ส่งไม่ได้ เอาออกหรือส่งอีกครั้ง แล้วกดบันทึก")
    page.locator(".is-failed button").click()
    send(page)  # the other fields are still empty
    expect(page.locator(".flist .is-done")).to_have_count(9)
    fill(page)
    page.get_by_role("button", name="เอาออก 8.pdf").click()
    send(page)
    expect(page.locator("#done")).to_have_text("บันทึกแล้ว 8 ไฟล์")


def test_a_dropped_line_and_a_reload_lose_nothing(opened: Opener) -> None:
    page = opened()
    big, sent = paper("เล่ม.pdf", 2_500_000), {"pieces": 0, "down": True}

    def line(route: Route) -> None:
        sent["pieces"] += 1
        if sent["down"] and sent["pieces"] >= 3:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(
        "**/banthrai/work/uploads/*/",
        lambda route: line(route) if route.request.method == "PATCH" else route.continue_(),
    )
    page.locator("#id_files").set_input_files(big)
    expect(page.locator(".flist .is-held .meta")).to_have_text("สัญญาณขาด จะส่งต่อเองเมื่อสัญญาณกลับมา")
    page.reload()
    expect(page.locator(".flist .is-held")).to_have_count(1)
    assert float(page.locator(".flist progress").get_attribute("value") or 0) > 100_000, (
        "it began again from nothing"
    )
    sent["down"] = False
    expect(page.locator(".flist .is-done")).to_have_count(1, timeout=20_000)
    digest = hashlib.sha256(big["buffer"]).hexdigest()
    assert page.locator(".flist li").get_attribute("data-sha256") == digest


def test_without_a_line_saving_waits_and_goes_on_by_itself(opened: Opener) -> None:
    page = opened()
    fill(page)
    page.context.set_offline(True)
    page.locator("#id_files").set_input_files(paper("ก.pdf", 300_000))
    expect(page.locator(".flist .is-held")).to_have_count(1)
    page.get_by_role("button", name="บันทึก", exact=True).click()
    expect(page.locator(".sending")).to_have_text("กำลังส่งอีก 1 ไฟล์ จะบันทึกให้เองเมื่อส่งครบ")
    page.context.set_offline(False)
    expect(page.locator("#done")).to_have_text("บันทึกแล้ว 1 ไฟล์", timeout=20_000)
    page.goto(page.url)
    expect(page.locator(".flist li")).to_have_count(0)


def test_a_file_of_fifty_megabytes_is_refused_at_once_with_the_limit(opened: Opener, tmp_path: Path) -> None:
    page, large = opened(), tmp_path / "สแกนทั้งเล่ม.pdf"
    with large.open("wb") as out:
        out.write(b"%PDF-1.7\n")
        os.truncate(out.fileno(), 50 << 20)
    page.locator("#id_files").set_input_files([large])
    expect(page.locator(".is-failed .meta")).to_contain_text("ไฟล์ใหญ่ 50 เมกะไบต์ เกิน 20 เมกะไบต์")
    expect(page.locator(".is-failed .meta")).to_contain_text("ไฟล์อื่นยังอยู่ครบ")


def test_without_scripts_files_go_with_the_form_and_stay_when_it_comes_back(opened: Opener) -> None:
    page = opened(scripts=False)
    page.locator("#id_files").set_input_files([paper("ก.pdf", 1500), paper("ข.pdf", 1600)])
    send(page)
    expect(page.locator(".flist li")).to_have_count(2)
    page.get_by_label("เก็บไว้ ข.pdf").uncheck()
    fill(page)
    send(page)
    expect(page.locator("#done")).to_have_text("บันทึกแล้ว 1 ไฟล์")


@pytest.mark.parametrize(
    ("language", "width", "scheme"), matrix(("th", "en"), (1280, 320), ("light", "dark"))
)
def test_charts_have_no_accessibility_fault_and_fit_the_screen(
    opened: Opener, language: str, width: int, scheme: str
) -> None:
    page = opened(width=width, scheme=scheme, language=language)
    page.goto(page.url.replace("every-field", "every-chart"))
    expect(page.locator("figure.chart")).to_have_count(4)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
