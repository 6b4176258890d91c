"""Every page of the corruption channel for everybody: accessible, on a telephone, by keyboard, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.tenancy.scope import working_for
from prongsai.modules.corruption.models import Holder, Report
from prongsai.modules.corruption.sealing import CONTENT, Pair, seal, wrap
from prongsai.modules.corruption.services import SealedThere, Submission, receive
from tests.cast import signed_in_client
from tests.e2e.axe import faults
from tests.e2e.corruption import PASSPHRASE, WHAT, WORK, Channel, Reporter, fill
from tests.e2e.matrix import matrix

pytest_plugins = ("tests.e2e.corruption",)


# --- for everybody -----------------------------------------------------------------------------------------


def steps(found: Reporter) -> Iterator[str]:
    """Every page that a reporter sees, one after the other."""
    page, lang = found.page, getattr(found, "lang", "")
    for place in ("", "inbox/", "collect/", "statistics/"):
        found.open(f"{place}{lang}")
        yield place or "start"
    found.open(f"report/{lang}")
    yield "concerned"
    page.fill("[name=names]", "ปลัด")
    found.on()
    yield "ask"
    page.locator("input[value=no]:visible").first.check()
    found.on()
    yield "readers"
    found.on()
    found.on()
    yield "what, refused"
    page.fill("[name=what]", WHAT)
    for name in ("when", "evidence", "contact", "send"):
        found.on()
        yield name
    found.on()
    page.wait_for_selector(".code")
    yield "receipt"
    code = found.code()
    found.open(f"inbox/{lang}")
    page.fill("[name=code]", code)
    page.locator("main button").click()
    page.wait_for_selector(".talk")
    page.wait_for_load_state("load")
    yield "inbox"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "width", "scheme"), matrix(("th", "en"), (1280, 360), ("light", "dark"))
)
def test_no_page_has_an_accessibility_fault_and_none_scrolls_sideways(
    reporter: Any, language: str, width: int, scheme: str
) -> None:
    found = reporter(width=width, scheme=scheme)
    found.lang = "" if language == "th" else "?lang=en"
    wrong: dict[str, Any] = {}
    for name in steps(found):
        page = found.page
        assert page.locator("html").get_attribute("lang") == language, name
        wide = page.evaluate("document.documentElement.scrollWidth")
        if bad := [*faults(page), *([f"{wide} px wide"] if wide > width else [])]:
            wrong[name] = bad
    assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)
    assert found.complaints == []


@pytest.mark.slow
def test_everything_that_is_pressed_is_large_enough_at_360(reporter: Any) -> None:
    small: dict[str, Any] = {}
    found = reporter(width=360)
    for name in steps(found):
        found.page.wait_for_load_state("networkidle")
        bad = found.page.evaluate(
            "[...document.querySelectorAll('main a, main button, main input, header a')].filter(e => { const r = e.getBoundingClientRect(); "
            "return r.width && getComputedStyle(e).visibility !== 'hidden' && !e.closest('td, th, p:not(.mores), label, .skip') && r.height < 43.5; })"
            ".map(e => e.outerHTML.slice(0, 120))"
        )
        if bad:
            small[name] = bad
    assert not small, json.dumps(small, ensure_ascii=False, indent=1)


def test_a_report_is_written_with_the_keyboard_alone(reporter: Any) -> None:
    found = reporter()
    page = found.open()

    def to(selector: str) -> None:
        for _ in range(60):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    for _ in range(2):
        to("[data-on]")
        page.keyboard.press("Enter")
    to("[name=what]")
    page.keyboard.type(WHAT)
    for _ in range(5):
        to("[data-on]")
        page.keyboard.press("Enter")
    page.wait_for_selector(".code")


def test_the_heading_of_each_question_takes_the_focus(reporter: Any) -> None:
    found = reporter()
    page = found.open()
    found.on()
    assert page.evaluate("document.activeElement.tagName") == "H1"


# --- the recipients' screens -------------------------------------------------------------------------------


@pytest.fixture
def recipient(browser: Browser, channel: Channel) -> Iterator[Page]:
    """ประสิทธิ์, signed in."""
    with working_for(channel.organization.pk):
        made = Membership.objects.select_related("user").get(pk=channel.holders["prasit"].member_id)  # type: ignore[attr-defined]
        cookie = signed_in_client(made).cookies[settings.SESSION_COOKIE_NAME].value
    connection.close()
    context = browser.new_context(viewport={"width": 360, "height": 900})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": channel.address}])
    yield context.new_page()
    context.close()


REPORT_PAGES = ("say/", "note/", "share/", "act/accept/", "act/refuse/", "log/")
OTHER_PAGES = (
    "channel/", "channel/recipients/add/", "channel/outside/", "channel/days/", "key/", "key/recover/",
    "channel/outside/file/",
)  # fmt: skip


@dataclass
class Look:
    """Opens the recipient's pages at 360 px, and notes what is wrong with them."""

    page: Page
    wrong: dict[str, Any] = field(default_factory=dict[str, Any])

    def at(self, address: str) -> None:
        self.page.goto(address)
        self.here(address)

    def here(self, name: str) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if bad := [*faults(self.page), *([f"{wide} px wide"] if wide > 360 else [])]:
            self.wrong[name] = bad


def send(page: Page) -> None:
    page.locator("form.kit button").first.click()


def broken_report(channel: Channel) -> str:
    """A report that a program made, sealed to ประสิทธิ์; returns its reference."""
    own = Pair()
    with working_for(channel.organization.pk):
        holder = Holder.objects.get(pk=channel.holders["prasit"].pk)
        there = SealedThere(
            public=own.public,
            content=seal(b"[]", own.public, CONTENT),
            wraps={holder.pk: wrap(own.secret, holder.public, own.public)},
            keys={holder.pk: holder.fingerprint},
        )
        receive(submission=Submission(b"program", readers=(), sealed=there))
        ref = Report.objects.order_by("-pk")[0].ref
    connection.close()
    return ref


@pytest.mark.slow
def test_a_recipient_opens_the_inbox_reads_and_answers(
    reporter: Any, recipient: Page, channel: Channel
) -> None:
    found = reporter()
    found.open()
    fill(found)
    found.on()
    found.page.wait_for_selector(".code")
    page, look, inbox = recipient, Look(recipient), channel.address + WORK
    broken = broken_report(channel)
    look.at(inbox)
    assert WHAT not in page.content()
    look.at(inbox + "unlock/")
    page.fill("[name=passphrase]", PASSPHRASE)
    send(page)
    page.wait_for_url(inbox)
    look.here("inbox")
    expect(page.locator("main")).to_contain_text(broken, use_inner_text=True)
    look.at(f"{inbox}reports/{broken}/broken/")
    send(page)
    page.wait_for_url(inbox)
    assert broken not in page.locator("main").inner_text()
    page.locator(".sealed-list a").first.click()
    page.wait_for_url("**/reports/*/")
    expect(page.locator("main")).to_contain_text(WHAT, use_inner_text=True)
    report = page.url
    for place in ("", *REPORT_PAGES):
        look.at(report + place)
    page.goto(report + "say/")
    page.fill("[name=text]", "ได้รับเรื่องแล้ว")
    send(page)
    page.wait_for_url(report)
    expect(page.locator(".talk").first).to_contain_text("ได้รับเรื่องแล้ว", use_inner_text=True)
    for place in OTHER_PAGES:
        look.at(inbox + place)
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "corruption"]
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == (WORK, True, "Strict")
    assert not look.wrong, json.dumps(look.wrong, ensure_ascii=False, indent=1)
