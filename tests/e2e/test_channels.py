"""The register of channels and the public list of ways in, in a real browser: axe, telephones, keyboard, no scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, Page, expect

from prongsai.foundation.channels.coverage import days_of
from prongsai.foundation.channels.models import Outbound
from prongsai.foundation.channels.services import (
    link_channels,
    open_channel,
    receive,
    record_check,
    record_day,
    send,
    sign_week,
)
from prongsai.foundation.organizations.models import Unit
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period
from prongsai.kernel.thai.dates import fiscal_year_of
from tests.cast import banthrai, member, signed_in_client
from tests.e2e.axe import faults
from tests.e2e.matrix import matrix
from tests.serving import serving

MANAGER = Actor("นางสาวสมศรี ตัวอย่าง", frozenset({"channels.manage", "channels.check"}))
DAY = timedelta(days=1)
KINDS = (
    ("web", "แบบฟอร์มบนเว็บ", ""),
    ("email", "อีเมลสารบรรณ", "saraban@banthrai.example.go.th"),
    ("line", "ไอแพทแซท อบต.บ้านทราย", "@banthrai"),
    (
        "facebook",
        "เพจ อบต.บ้านทราย",
        "https://www.facebook.com/banthrai-subdistrict-administrative-organization",
    ),
    ("phone", "โทรศัพท์สำนักปลัด", "044 000 000"),
    ("box", "ตู้หน้าสำนักงาน", "หน้าอาคารสำนักงาน อบต.บ้านทราย"),
    ("leaders", "ผู้นำชุมชน", ""),
)
PAGES = ("", "add/", "1/", "2/", "6/", "6/sign/", "1/edit/", "1/close/", "2/connect/", "3/connect/", "4/connect/", "6/link/", "messages/", "probers/", "probers/add/")  # fmt: skip


def build() -> dict[str, Any]:
    """Half a year of channels with an outage, and the cookies of who manages them."""
    office, today = banthrai(), clock.today()
    start = Period.fiscal_year(fiscal_year_of(today)).start
    with working_for(office.pk):
        unit = Unit.objects.get(name="สำนักปลัด")
        with clock.at(start):
            made = [
                open_channel(actor=MANAGER, kind=kind, name=name, address=address, unit=unit)
                for kind, name, address in KINDS
            ]
        for channel in made[:2]:
            for day in days_of(Period(start, max(start, today - DAY))):
                record_day(channel=channel, day=day, state="down" if day.day in (4, 5) else "up")
        with clock.at(today - 3 * DAY):
            sign_week(actor=MANAGER, channel=made[5], text="เปิดตู้แล้ว มีจดหมาย 2 ฉบับ")
            record_check(channel=made[1], how="canary", ok=False, note="ข้อความตรวจระบบยังไม่เข้ามา")
            record_check(
                channel=made[1], how="canary", ok=True, took_ms=900, at=clock.now() + timedelta(hours=5)
            )
        record_check(
            channel=made[0],
            how="canary",
            ok=False,
            note="หน้าแบบฟอร์มตอบ 503",
            at=clock.now() - timedelta(hours=2),
        )
        link_channels(actor=MANAGER, source=made[5], target=made[0])
        stuck = receive(channel=made[6], source_key="1", body={})
        stuck.failure = "ไม่มีงานใดรับข้อความนี้"
        stuck.save()
        send(channel_kind="line", recipient="U1", subject="เรื่องร้องทุกข์ เลขที่ 69-0001", text="ก", key="1")
        Outbound.objects.update(state="failed", failure="ผู้รับปิดรับข้อความจากเพจ")
        client = signed_in_client(
            member("channels.manage", "channels.check", username="somsri", unit="สำนักปลัด")
        )
    cookies = [{"name": name, "value": morsel.value} for name, morsel in client.cookies.items()]
    return {"cookies": cookies, "first": made[0].pk - 1, "today": today}


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[dict[str, Any]]:
    surroundings = override_settings(
        KEYS_FOLDER=tmp_path_factory.mktemp("keys"), ALLOWED_HOSTS=["localhost", "testserver"]
    )
    with django_db_blocker.unblock(), surroundings:
        known = build()
        connection.close()
        with serving() as address:
            yield {**known, "address": address}
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type] (conftest.py empties the tables)


@pytest.fixture
def opened(browser: Browser, site: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_at(
        path: str,
        *,
        width: int = 1280,
        scheme: str = "light",
        language: str = "th",
        scripts: bool = True,
        member: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )  # type: ignore[arg-type]
        contexts.append(context)
        said = [
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language},
            *(site["cookies"] if member else []),
        ]
        context.add_cookies([{**cookie, "url": site["address"]} for cookie in said])
        page = context.new_page()
        page.goto(site["address"] + path)
        return page

    yield open_at
    for context in contexts:
        context.close()


def fits(page: Page, width: int) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("width", "scheme", "language"), matrix((1280, 360), ("light", "dark"), ("th", "en"))
)
def test_the_public_list_is_sound_and_fits(
    opened: Callable[..., Page], width: int, scheme: str, language: str
) -> None:
    page = opened("/banthrai/channels/", width=width, scheme=scheme, language=language, member=False)
    assert faults(page) == []
    assert fits(page, width)
    expect(page.locator("[data-channel]")).to_have_count(len(KINDS))


def test_the_public_list_needs_no_scripts(opened: Callable[..., Page]) -> None:
    page = opened("/banthrai/channels/", scripts=False, member=False, width=360)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("summary").first.click()
    expect(page.locator(".chart table").first).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_the_registers_pages_are_sound_and_fit_a_telephone(
    opened: Callable[..., Page], site: dict[str, Any], path: str
) -> None:
    parts = path.split("/")
    if parts[0].isdigit():
        parts[0] = str(int(parts[0]) + site["first"])
    page = opened(f"/banthrai/work/settings/channels/{'/'.join(parts)}", width=320)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert fits(page, 320)
    assert faults(page) == []


@pytest.mark.parametrize("path", ["", "messages/"])
def test_tables_fit_a_desk(opened: Callable[..., Page], path: str) -> None:
    assert fits(opened(f"/banthrai/work/settings/channels/{path}"), 1280)


def test_a_channel_is_entered_and_signed_for_by_keyboard_alone(
    opened: Callable[..., Page], site: dict[str, Any]
) -> None:
    page = opened("/banthrai/work/settings/channels/add/")
    page.locator("select[name=kind]").focus()
    page.locator("select[name=kind]").select_option("walk_in")
    page.keyboard.press("Tab")
    page.keyboard.type("เคาน์เตอร์สำนักปลัด")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/settings/channels/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("เคาน์เตอร์สำนักปลัด", use_inner_text=True)
    page.locator("a.btn[href$='/sign/']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign/")
    page.locator("input[name=works]").first.focus()
    page.keyboard.press("Space")
    page.locator("form.kit .formend button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/settings/channels/\d+/$"))
    expect(page.locator(".looks tbody tr")).to_have_count(1)
