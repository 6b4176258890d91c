"""A reporter's browser without a cookie, and an office that receives: what the tests of the corruption channel share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.modules.corruption import codes, keys
from prongsai.modules.corruption.limits import asking, sending
from prongsai.modules.corruption.models import Holder, Report
from prongsai.modules.corruption.outside_keys import make_key as make_outside_key
from prongsai.modules.corruption.reports import OpenReport, report_of
from prongsai.modules.corruption.sealing import Pair
from prongsai.modules.corruption.services import confirm_key, make_key, name_holder, open_channel, set_outside
from tests.cast import SYSTEM, member

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
