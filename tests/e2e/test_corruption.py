"""The corruption channel in a real browser: sealed there by WebCrypto, without scripts as well, and nothing tells of the reporter."""

from __future__ import annotations

import json
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Route

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.modules.corruption import codes, keys
from prongsai.modules.corruption.limits import asking, sending
from prongsai.modules.corruption.models import Access, Holder, Report
from prongsai.modules.corruption.outside_keys import make_key as make_outside_key
from prongsai.modules.corruption.sealing import CONTENT, Pair, opened, unwrapped
from prongsai.modules.corruption.selectors import OpenReport, readers, receiving, report_of
from prongsai.modules.corruption.services import (
    confirm_key,
    make_key,
    name_holder,
    open_channel,
    say,
    set_outside,
)
from tests.cast import SYSTEM, member, signed_in_client
from tests.e2e.matrix import matrix

PASSPHRASE = "กระดุม ม้าลาย ทะเล หน้าต่าง"
WHAT = "เห็นการเรียกรับเงินก่อนออกใบอนุญาต"
WORK = "/banthrai/work/corruption/"


@dataclass
class Channel:
    """The office's open channel, with the recipients' keys."""

    address: str
    organization: Organization
    holders: dict[str, Holder] = field(default_factory=dict[str, Holder])
    outside: Holder | None = None

    def pair(self, who: str) -> Pair:
        holder = Holder.objects.get(pk=self.holders[who].pk)
        return keys.opened_by_passphrase(bytes(holder.by_passphrase), PASSPHRASE)

    def last(self, who: str) -> OpenReport | None:
        """The report that came last, as this recipient reads it."""
        with working_for(self.organization.pk):
            ref = Report.objects.order_by("-pk").values_list("ref", flat=True)[0]
            holder = Holder.objects.select_related("member__unit").get(pk=self.holders[who].pk)
            return report_of(holder, self.pair(who), ref)


@pytest.fixture(scope="module")
def channel(portal: str) -> Iterator[Channel]:
    """วรรณา of กองคลัง and ประสิทธิ์ of สำนักปลัด receive; an authority stands outside."""
    cheap = keys.Cost(rounds=1, memory=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "COST", cheap)
        patch.setattr(codes, "COST", cheap)
        found = Channel(portal, Organization.objects.get(key="banthrai"))
        with working_for(found.organization.pk):
            for who, unit in (("wanna", "กองคลัง"), ("prasit", "สำนักปลัด")):
                made = member("corruption.receive", "corruption.manage", username=who, unit=unit)
                holder = found.holders[who] = name_holder(actor=SYSTEM, member=made, receives=True)
                recovery = make_key(actor=made.actor(), holder=holder, passphrase=PASSPHRASE)
                confirm_key(actor=made.actor(), holder=holder, recovery=recovery)
            _, public = make_outside_key("สำนักงาน ป.ป.ช. จังหวัดตัวอย่าง", PASSPHRASE)
            found.outside = set_outside(
                actor=SYSTEM, name="สำนักงาน ป.ป.ช. จังหวัดตัวอย่าง", note="", public=public
            )
            open_channel(actor=SYSTEM)
        connection.close()
        yield found


@dataclass
class Reporter:
    """A browser of its own, without any cookie, and all that it sent and asked for."""

    context: BrowserContext
    page: Page
    channel: Channel
    complaints: list[str] = field(default_factory=list[str])
    asked: list[str] = field(default_factory=list[str])
    sent: list[str] = field(default_factory=list[str])

    def open(self, place: str = "report/") -> Page:
        self.page.goto(f"{self.channel.address}/banthrai/whistle/{place}")
        return self.page

    def on(self) -> None:
        self.page.locator("[data-on]").click()

    def tick(self, *keys: str) -> None:
        for key in keys:
            self.page.locator(f'input[name=concerned][value="{key}"]').check()

    def offered(self) -> set[int]:
        boxes = self.page.locator("input[name=readers]:visible")
        return {int(boxes.nth(n).get_attribute("value") or 0) for n in range(boxes.count())}

    def code(self) -> str:
        return self.page.locator(".code").inner_text().strip()


@pytest.fixture
def reporter(browser: Browser, channel: Channel) -> Iterator[Callable[..., Reporter]]:
    contexts: list[BrowserContext] = []
    sending.clear()
    asking.clear()

    def made(*, scripts: bool = True, width: int = 1280, scheme: str = "light") -> Reporter:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        contexts.append(context)
        found = Reporter(context, context.new_page(), channel)
        context.route("https://www.tmd.go.th/**", lambda route: route.fulfill(body="<h1>weather</h1>"))
        page = found.page
        page.on(
            "console", lambda m: found.complaints.append(m.text) if m.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        page.on("request", lambda request: found.asked.append(request.url))
        page.on("request", lambda r: found.sent.append((r.post_data_buffer or b"").decode("latin-1")))
        return found

    yield made
    for context in contexts:
        context.close()


def fill(found: Reporter, what: str = WHAT) -> None:
    """From the first question to the last page."""
    page = found.page
    found.on()
    found.on()
    page.fill("[name=what]", what)
    found.on()
    page.fill("[name=when]", "เดือนมกราคม")
    page.fill("[name=where]", "หน้าเคาน์เตอร์")
    found.on()
    page.fill("[name=evidence]", "มีใบเสร็จ")
    found.on()
    found.on()


# --- sealed in the browser ---------------------------------------------------------------------------------


def test_the_browser_seals_what_is_written_and_the_server_never_has_the_words(
    reporter: Any, channel: Channel
) -> None:
    found = reporter()
    page = found.open()
    before = page.url
    page.fill("[name=names]", "ผู้ขายรายหนึ่ง")
    fill(found)
    assert page.url == before, "no address changes while one writes"
    assert len([body for body in found.sent if body]) == 0, "nothing was sent before the end"
    assert WHAT in page.locator("[data-summary]").inner_text()
    found.on()
    page.wait_for_selector(".code")
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", found.code())
    bodies = "\n".join(found.sent)
    for word in (WHAT, "ผู้ขายรายหนึ่ง", "หน้าเคาน์เตอร์", "มีใบเสร็จ"):
        for spelling in (word.encode().decode("latin-1"), b64encode(word.encode()).decode()[:-4]):
            assert spelling not in bodies, word
    assert bodies.count('name="sealed"') == 1
    for who in ("wanna", "prasit"):
        read = channel.last(who)
        assert read
        assert (read.content["what"], read.content["sealed_in"]) == (WHAT, "browser")
        assert (read.content["names"], read.content["where"]) == ("ผู้ขายรายหนึ่ง", "หน้าเคาน์เตอร์")
    assert found.complaints == []


def test_both_write_the_same_formats(reporter: Any) -> None:
    """What the script seals and wraps opens in Python, of every size; and with no other key."""
    page, reader, other = reporter().open(), Pair(), Pair()
    text = b64encode(reader.public).decode()
    for size in (0, 1, 4091, 4092, 4093, 9_000, 60_000):
        content = secrets.token_bytes(size)
        sealed = page.evaluate(
            "async ([content, key]) => sealing.toBase64(await sealing.seal(sealing.fromBase64(content), sealing.fromBase64(key), 'content'))",
            [b64encode(content).decode(), text],
        )
        assert opened(b64decode(sealed), reader, CONTENT) == content
    made = page.evaluate(
        "async ([key]) => sealing.report({ what: 'ไม้ตรี ๊ และ 🙂' }, [{ id: 7, key }])", [text]
    )
    public, wraps = b64decode(made["key"]), json.loads(made["wraps"])
    wrapped = b64decode(wraps["7"])
    secret = unwrapped(wrapped, reader, public)
    assert secret
    assert Pair.of(secret).public == public
    assert unwrapped(wrapped, other, public) is None
    assert unwrapped(wrapped, reader, other.public) is None
    content = opened(b64decode(made["sealed"]), Pair.of(secret), CONTENT)
    assert json.loads(content) == {"what": "ไม้ตรี ๊ และ 🙂"}


def test_the_browser_keeps_the_same_rule_as_the_server(reporter: Any, channel: Channel) -> None:
    with working_for(channel.organization.pk):
        rule = readers(receiving())
        units = [h.member.unit_id for h in Holder.objects.select_related("member") if h.member]
    assert channel.outside
    choices = [[], ["head"], ["clerk"], ["executives"], ["council", "outsider", "unknown"]]
    choices += [[f"unit:{unit}"] for unit in units] + [[f"unit:{unit}" for unit in units]]
    for concerned in choices:
        found = reporter()
        found.open()
        found.tick(*concerned)
        found.on()
        inside = {r.id for r in rule if not r.is_outside and not r.out_by.intersection(concerned)}
        assert found.offered() == inside | {channel.outside.pk}, concerned
        ticked = found.page.locator("input[name=readers]:visible:checked").count()
        assert ticked == (len(inside) or 1), concerned
        found.context.close()


def test_whoever_is_named_is_asked_about_and_gets_nothing(reporter: Any, channel: Channel) -> None:
    with working_for(channel.organization.pk):
        wanna = Membership.objects.get(pk=channel.holders["wanna"].member_id)  # type: ignore[attr-defined]
        wanna.user.full_name = "นางวรรณา พูลทรัพย์"
        wanna.user.save()
    connection.close()
    found = reporter()
    page = found.open()
    page.fill("[name=names]", "คุณวรรณา")
    found.on()
    name = f"about-reader-{channel.holders['wanna'].pk}"
    assert page.locator(f"input[name={name}]").first.is_visible()
    assert page.locator("fieldset:visible").count() == 1
    found.on()
    assert page.get_by_role("alert").is_visible(), "it has to be answered"
    page.locator(f"input[name={name}][value=yes]").check()
    found.on()
    assert channel.holders["wanna"].pk not in found.offered()
    found.on()
    page.fill("[name=what]", WHAT)
    for _ in range(5):
        found.on()
    page.wait_for_selector(".code")
    assert channel.last("wanna") is None
    read = channel.last("prasit")
    assert read
    assert f"reader:{channel.holders['wanna'].pk}" in read.concerned
    with working_for(channel.organization.pk):
        report = Report.objects.order_by("-pk")[0]
        assert Access.objects.filter(report=report).count() == 3, "a row for everybody, all of one size"


def test_a_file_loses_its_maker_on_arrival_and_goes_with_the_sealed_words(
    reporter: Any, channel: Channel
) -> None:
    from io import BytesIO

    from PIL import Image

    out, exif = BytesIO(), Image.Exif()
    exif[0x013B] = "THE-WITNESS"
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    found = reporter()
    page = found.open()
    fill(found)
    page.set_input_files(
        "#files", {"name": "ของสมชาย.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    )
    found.on()
    page.wait_for_selector(".code")
    read = channel.last("prasit")
    assert read
    from prongsai.modules.corruption.selectors import attachment

    with working_for(channel.organization.pk):
        (kept,) = read.report.attachments.all()  # type: ignore[attr-defined]
        _, _, content = attachment(read, kept.ref) or ("", "", b"")
    assert content.startswith(b"\xff\xd8")
    assert b"THE-WITNESS" not in content


def test_what_is_missing_is_asked_for_and_back_loses_nothing(reporter: Any) -> None:
    found = reporter()
    page = found.open()
    found.on()
    ticked = page.locator("input[name=readers]:visible:checked")
    while ticked.count():
        ticked.first.uncheck()
    found.on()
    assert page.get_by_role("alert").is_visible()
    page.locator("input[name=readers]:visible").first.check()
    found.on()
    found.on()
    assert page.get_by_role("alert").is_visible(), "what happened is missing"
    page.fill("[name=what]", WHAT)
    found.on()
    page.locator(".btns .btn-3").click()
    assert page.input_value("[name=what]") == WHAT
    for _ in range(3):
        found.on()
    page.locator("input[name=known][value=yes]").check()
    found.on()
    assert page.get_by_role("alert").is_visible(), "how to be reached is missing"
    assert found.complaints == []


# --- without scripts, without cookies ----------------------------------------------------------------------


def test_the_whole_way_works_without_scripts(reporter: Any, channel: Channel) -> None:
    found = reporter(scripts=False, width=360)
    page = found.open()
    found.on()
    found.on()
    page.fill("[name=what]", WHAT)
    for _ in range(5):
        found.on()
    code = found.code()
    read = channel.last("prasit")
    assert read
    assert read.content["sealed_in"] == "server"
    with working_for(channel.organization.pk):
        actor = Membership.objects.get(pk=channel.holders["prasit"].member_id).actor()  # type: ignore[attr-defined]
        say(actor=actor, opened=read, text="ขอบคุณที่แจ้ง")
    connection.close()
    found.open("inbox/")
    page.fill("[name=code]", code)
    page.locator("main button").click()
    assert "ขอบคุณที่แจ้ง" in page.locator(".talk").inner_text()
    page.fill("[name=text]", "ยินดี")
    page.locator("main form button").click()
    assert "ยินดี" in page.locator(".talk").inner_text()
    assert found.context.cookies() == []


def test_no_cookie_no_store_and_nobody_else_is_asked(reporter: Any, channel: Channel) -> None:
    found = reporter()
    page = found.open("")
    found.open()
    fill(found)
    found.on()
    page.wait_for_selector(".code")
    found.open("inbox/")
    assert found.context.cookies() == []
    kept = page.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]
    hosts = {urlsplit(address).netloc for address in found.asked}
    assert hosts == {urlsplit(channel.address).netloc}, "no resource of a third party"


def leave(found: Reporter, how: Callable[[Page], None]) -> None:
    page = found.open()
    page.fill("[name=names]", "ความลับ")
    how(page)
    page.wait_for_url("https://www.tmd.go.th/")


def test_leaving_is_at_once_and_back_does_not_come_here_again(reporter: Any) -> None:
    found = reporter()
    found.page.goto("about:blank")
    leave(found, lambda page: page.locator("[data-leave]").first.click())
    found.page.go_back()
    assert "whistle" not in found.page.url
    other = reporter()

    def three_times_escape(page: Page) -> None:
        for _ in range(3):
            page.keyboard.press("Escape")

    leave(other, three_times_escape)


def test_leaving_works_without_scripts(reporter: Any) -> None:
    found = reporter(scripts=False)
    seen: list[dict[str, str]] = []

    def look(route: Route) -> None:
        seen.append(route.request.headers)
        route.fulfill(body="<h1>weather</h1>")

    found.context.route("https://www.tmd.go.th/**", look)
    found.open()
    found.page.locator("[data-leave]").first.click()
    found.page.wait_for_url("https://www.tmd.go.th/")
    assert "referer" not in seen[0], "where it leads, nobody learns where one came from"


# --- for everybody -----------------------------------------------------------------------------------------


def faults(page: Page) -> list[Any]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(v["id"], [node["html"][:140] for node in v["nodes"]][:3]) for v in found]


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


def test_everything_that_is_pressed_is_large_enough_at_360(reporter: Any) -> None:
    small: dict[str, Any] = {}
    found = reporter(width=360)
    for name in steps(found):
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


def test_a_recipient_opens_the_inbox_reads_and_answers(
    reporter: Any, recipient: Page, channel: Channel
) -> None:
    found = reporter()
    found.open()
    fill(found)
    found.on()
    found.page.wait_for_selector(".code")
    page, wrong = recipient, dict[str, Any]()

    def look(name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        if bad := [*faults(page), *([f"{wide} px wide"] if wide > 360 else [])]:
            wrong[name] = bad

    page.goto(channel.address + WORK)
    assert WHAT not in page.content()
    look("locked")
    page.goto(channel.address + WORK + "unlock/")
    look("unlock")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.locator("form.kit button").first.click()
    page.wait_for_url(channel.address + WORK)
    look("inbox")
    page.locator(".sealed-list a").first.click()
    assert WHAT in page.locator("main").inner_text()
    look("report")
    report = page.url
    for place in ("say/", "note/", "share/", "act/accept/", "act/refuse/", "log/"):
        page.goto(report + place)
        look(place)
    page.goto(report + "say/")
    page.fill("[name=text]", "ได้รับเรื่องแล้ว")
    page.locator("form.kit button").first.click()
    page.wait_for_url(report)
    assert "ได้รับเรื่องแล้ว" in page.locator(".talk").first.inner_text()
    for place in (
        "channel/",
        "channel/recipients/add/",
        "channel/outside/",
        "channel/days/",
        "key/",
        "key/recover/",
    ):
        page.goto(channel.address + WORK + place)
        look(place)
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "corruption"]
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == (WORK, True, "Strict")
    assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)
