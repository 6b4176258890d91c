"""The corruption channel in a real browser: sealed there by WebCrypto, without scripts as well, and nothing tells of the reporter."""

from __future__ import annotations

import json
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Page, Route, expect

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.tenancy.scope import working_for
from prongsai.modules.corruption.models import Access, Holder, Report
from prongsai.modules.corruption.sealing import CONTENT, Pair, opened, unwrapped
from prongsai.modules.corruption.selectors import readers, receiving
from prongsai.modules.corruption.services import (
    say,
)
from tests.e2e.corruption import WHAT, Channel, Reporter, fill

pytest_plugins = ("tests.e2e.corruption",)


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
    expect(page.locator("[data-summary]")).to_contain_text(WHAT, use_inner_text=True)
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


def field_of(sent: str, name: str) -> str:
    """What a form that was sent says in the field."""
    return sent.split(f'name="{name}"\r\n\r\n')[1].split("\r\n--")[0]


def test_as_much_is_sent_however_many_may_read(reporter: Any, channel: Channel) -> None:
    sizes: dict[int, list[int]] = {}
    for left_out in (0, 1):
        found = reporter()
        page = found.open()
        found.on()
        ticked = page.locator("input[name=readers]:visible:checked")
        expect(ticked).to_have_count(2)
        for _ in range(left_out):
            ticked.first.uncheck()
        found.on()
        page.fill("[name=what]", WHAT)
        for _ in range(5):
            found.on()
        page.wait_for_selector(".code")
        assert [channel.last(who) is not None for who in ("wanna", "prasit")].count(True) == 2 - left_out
        sent = max(
            found.sent, key=len
        )  # the page's own state is packed, and differs by a few bytes each time
        sizes[left_out] = [len(field_of(sent, name)) for name in ("sealed", "key", "wraps", "keys")]
    assert sizes[0] == sizes[1]


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


@pytest.mark.slow
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
    expect(page.locator(f"input[name={name}]").first).to_be_visible()
    expect(page.locator("fieldset:visible")).to_have_count(1)
    found.on()
    expect(page.get_by_role("alert"), "it has to be answered").to_be_visible()
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
    from prongsai.modules.corruption.reports import attachment

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
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("input[name=readers]:visible").first.check()
    found.on()
    found.on()
    expect(page.get_by_role("alert"), "what happened is missing").to_be_visible()
    page.fill("[name=what]", WHAT)
    found.on()
    page.locator(".btns .btn-3").click()
    expect(page.locator("[name=what]")).to_have_value(WHAT)
    for _ in range(3):
        found.on()
    page.locator("input[name=known][value=yes]").check()
    found.on()
    expect(page.get_by_role("alert"), "how to be reached is missing").to_be_visible()
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
    expect(page.locator(".talk")).to_contain_text("ขอบคุณที่แจ้ง", use_inner_text=True)
    page.fill("[name=text]", "ยินดี")
    page.locator("main form button").click()
    expect(page.locator(".talk")).to_contain_text("ยินดี", use_inner_text=True)
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
