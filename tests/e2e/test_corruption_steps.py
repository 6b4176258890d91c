"""The questions of a report in a real browser: Back goes one question back, nothing is thrown away, nothing fails for ever."""

from __future__ import annotations

from typing import Any

from django.db import connection
from playwright.sync_api import Page, Route, expect

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.tenancy.scope import working_for
from prongsai.modules.corruption.models import Holder
from prongsai.modules.corruption.services import confirm_key, make_key
from tests.e2e.corruption import PASSPHRASE, WHAT, Channel, Reporter, fill

pytest_plugins = ("tests.e2e.corruption",)


def question(page: Page) -> str:
    return page.locator("form [data-section]").get_attribute("data-section") or ""


def entries(page: Page) -> int:
    return int(page.evaluate("history.length"))


def test_back_on_a_telephone_goes_one_question_back_and_keeps_what_was_typed(reporter: Any) -> None:
    found: Reporter = reporter(width=360)
    page = found.open()
    before, address = entries(page), page.url
    page.fill("[name=names]", "ผู้ขายรายหนึ่ง")
    found.on()
    found.on()
    page.fill("[name=what]", WHAT)
    assert entries(page) == before + 2
    page.go_back()
    assert question(page) == "readers"
    page.go_back()
    assert (question(page), page.input_value("[name=names]")) == ("concerned", "ผู้ขายรายหนึ่ง")
    page.go_forward()
    page.go_forward()
    assert (question(page), page.input_value("[name=what]")) == ("what", WHAT)
    page.locator(".btns .btn-3").click()
    page.wait_for_selector("form [data-section=readers]")
    assert page.url == address, "the address tells no step"
    kept = page.evaluate("JSON.stringify(history.state)")
    assert "ผู้ขาย" not in kept
    assert WHAT not in kept
    page.focus("body")
    page.locator(".skip").evaluate("link => link.click()")
    assert question(page) == "readers", "a link inside the page leads to no other question"
    found.on()
    expect(page.locator("[name=what]")).to_have_value(WHAT)
    assert found.complaints == []


def test_leaving_from_a_later_question_is_at_once_and_back_does_not_come_here_again(reporter: Any) -> None:
    found: Reporter = reporter()
    found.page.goto("about:blank")
    page = found.open()
    for _ in range(2):
        found.on()
    page.fill("[name=what]", WHAT)
    page.locator("[data-leave]").first.click()
    page.wait_for_url("https://www.tmd.go.th/")
    page.go_back()
    assert "whistle" not in page.url


def test_once_something_is_typed_no_link_throws_it_away(reporter: Any) -> None:
    found: Reporter = reporter()
    page = found.open()
    expect(page.locator(".tongue")).to_be_visible()
    page.fill("[name=names]", "ก")
    expect(page.locator(".tongue")).to_be_hidden()
    expect(page.locator(".quiet-foot .mores")).to_be_hidden()
    assert page.locator(".quiet-head .home").get_attribute("href") is None
    expect(page.locator("[data-leave]").first).to_be_visible()


def test_whom_the_reporter_left_out_stays_left_out_when_something_else_is_changed(
    reporter: Any, channel: Channel
) -> None:
    found: Reporter = reporter()
    page = found.open()
    wanna = channel.holders["wanna"].pk
    found.on()
    page.locator(f"input[name=readers][value='{wanna}']").uncheck()
    found.on()
    page.fill("[name=what]", WHAT)
    for _ in range(4):
        found.on()
    page.locator("[data-summary] button").first.click()
    found.tick("outsider")
    found.on()
    expect(page.locator(f"input[name=readers][value='{wanna}']")).not_to_be_checked()
    for _ in range(6):
        found.on()
    page.wait_for_selector(".code")
    assert channel.last("wanna") is None
    read = channel.last("prasit")
    assert read
    assert read.content["unwanted"] == [f"reader:{wanna}"]


def test_a_reporter_about_the_head_is_told_how_the_authority_answers(reporter: Any, channel: Channel) -> None:
    found: Reporter = reporter()
    page = found.open()
    assert channel.outside
    found.tick("head")
    found.on()
    note = page.locator("[data-outside]")
    expect(note).to_be_visible()
    assert channel.outside.name in note.inner_text()
    found.on()
    page.fill("[name=what]", WHAT)
    for _ in range(4):
        found.on()
    expect(page.locator("[data-outside]"), "and once more before it is sent").to_be_visible()
    other: Reporter = reporter()
    other.open()
    other.on()
    expect(other.page.locator("[data-outside]")).to_be_hidden()


def test_a_key_made_anew_while_one_writes_gets_the_report_all_the_same(
    reporter: Any, channel: Channel
) -> None:
    found: Reporter = reporter()
    page = found.open()
    fill(found)
    with working_for(channel.organization.pk):
        holder = Holder.objects.get(pk=channel.holders["wanna"].pk)
        actor = Membership.objects.get(pk=holder.member_id).actor()  # type: ignore[attr-defined]
        how = {"actor": actor, "holder": holder}
        paper = make_key(**how, passphrase=PASSPHRASE, former=PASSPHRASE)
        confirm_key(**how, recovery=paper)
    connection.close()
    found.on()
    page.wait_for_selector(".code")
    for who in ("wanna", "prasit"):
        read = channel.last(who)
        assert read
        assert read.content["what"] == WHAT


def test_what_cannot_be_sent_or_sealed_stays_and_is_said(reporter: Any, channel: Channel) -> None:
    found: Reporter = reporter()
    page = found.open()
    fill(found)

    def nowhere(route: Route) -> None:
        route.abort()

    page.route("**/whistle/report/**", nowhere)
    found.on()
    page.wait_for_selector("[role=alert]")
    expect(page.locator("[data-summary]")).to_contain_text(WHAT, use_inner_text=True)
    page.unroute("**/whistle/report/**", nowhere)
    page.evaluate(
        "() => { crypto.subtle.constructor.prototype.encrypt = () => Promise.reject(new Error('broken')); }"
    )
    found.on()
    page.wait_for_selector("[role=alert]")
    expect(page.locator("[data-on]")).to_be_enabled()
    expect(page.locator("[data-summary]")).to_contain_text(WHAT, use_inner_text=True)


def test_every_text_has_its_length_said_before_anything_is_sealed(reporter: Any) -> None:
    found: Reporter = reporter()
    page = found.open()
    found.on()
    found.on()
    page.fill("[name=what]", "ก" * 20_001)
    found.on()
    expect(page.get_by_role("alert")).to_contain_text("20,000", use_inner_text=True)
    page.fill("[name=what]", WHAT)
    found.on()
    found.on()
    page.fill("[name=evidence]", "ก" * 5_001)
    found.on()
    expect(page.get_by_role("alert")).to_contain_text("5,000", use_inner_text=True)
    assert len(page.input_value("[name=evidence]")) == 5_001, "nothing is cut"
