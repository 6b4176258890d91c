"""What every screen must do (tests/screens.py), for those of channels; and that they do what they say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.channels.connectors.email import Email, kept_whole
from prongsai.foundation.channels.models import Channel, Inbound, Outbound, Prober
from prongsai.foundation.channels.services import (
    handle_inbound,
    link_channels,
    make_prober,
    open_channel,
    receive,
    record_check,
    record_day,
    send,
    sign_week,
    stop_prober,
)
from prongsai.foundation.channels.services.inbound import receive_arrival
from prongsai.foundation.channels.tests.conftest import (
    MANAGER,
    desk,
    graph_server,
    line,
    line_server,
    office,
    waiting,
)
from prongsai.foundation.channels.tests.servers import LineServer
from prongsai.foundation.channels.tests.test_register import entries
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.modules.office.channel_work import channel_work
from prongsai.ui.access import SIGNED_IN
from tests.cast import member, signed_in_client
from tests.screens import ScreenTests

__all__ = ["desk", "graph_server", "line", "line_server", "office"]

pytestmark = pytest.mark.django_db
SETTINGS = "/banthrai/work/settings/"
DAY = timedelta(days=1)


def a_channel(kind: str = "web", number: int = 0) -> Channel:
    address = {"email": f"a{number}@example.go.th", "phone": "044000000"}.get(kind, "")
    return open_channel(
        actor=MANAGER, kind=kind, name=f"ช่องทางตัวอย่าง {kind} {number}", address=address,
        unit=Unit.objects.first(), opened_on=clock.today() - 30 * DAY, by_its_desk=kind == "sealed",
    )  # fmt: skip


class OfChannel(ScreenTests):
    url_name = "settings-channel"
    permission = "channels.manage"
    kind = "web"

    def kwargs(self) -> dict[str, Any]:
        return {"channel": a_channel(self.kind).pk}


class TestChannels(ScreenTests):
    url_name = "settings-channels"
    permission = "office.read"
    also = ("channels.manage",)

    def kwargs(self) -> dict[str, Any]:
        for number in range(12):
            a_channel("email", number)
        return {}


class TestAddChannel(ScreenTests):
    url_name = "settings-channel-add"
    permission = "channels.manage"


class TestChannelPage(OfChannel):
    permission = "office.read"
    also = ("channels.manage", "channels.check")

    def kwargs(self) -> dict[str, Any]:
        channel, others = a_channel("line"), [a_channel("email", number) for number in range(6)]
        for number, other in enumerate(others):
            link_channels(actor=MANAGER, source=channel, target=other)
            link_channels(actor=MANAGER, source=other, target=channel)
            record_check(channel=channel, how="officer", ok=True, at=clock.now() - number * DAY)
            record_day(channel=channel, day=clock.today() - (number + 1) * DAY, state="up")
        return {"channel": channel.pk}


class TestEditChannel(OfChannel):
    url_name = "settings-channel-edit"


class TestCloseChannel(OfChannel):
    url_name = "settings-channel-close"


class TestSignChannel(OfChannel):
    url_name = "settings-channel-sign"
    permission = "channels.check"
    kind = "box"


class TestLookNow(OfChannel):
    url_name = "settings-channel-look"


class TestConnectEmail(OfChannel):
    url_name = "settings-channel-connect"
    kind = "email"


class TestDisconnect(OfChannel):
    url_name = "settings-channel-disconnect"
    kind = "line"


class TestLinkChannel(OfChannel):
    url_name = "settings-channel-link"


class TestUnlink(ScreenTests):
    url_name = "settings-channel-unlink"
    permission = "channels.manage"

    def kwargs(self) -> dict[str, Any]:
        return {"link": link_channels(actor=MANAGER, source=a_channel(), target=a_channel("box")).pk}


class TestLookAtLinks(ScreenTests):
    url_name = "settings-channels-links"
    permission = "channels.manage"


class TestMessages(ScreenTests):
    url_name = "settings-channel-messages"
    permission = "channels.manage"

    def kwargs(self) -> dict[str, Any]:
        channel = a_channel("hotline")
        for number in range(6):
            inbound = receive(channel=channel, source_key=str(number), body={})
            inbound.failure = "ไม่มีงานใดรับข้อความนี้"
            inbound.save()
            send(channel_kind="line", recipient="U", text="ก", key=str(number))
        Outbound.objects.update(state="failed")
        return {}


class TestTryInbound(ScreenTests):
    url_name = "settings-inbound-again"
    permission = "channels.manage"

    def kwargs(self) -> dict[str, Any]:
        return {"inbound": receive(channel=a_channel("hotline"), source_key="a", body={}).pk}


class TestSetAside(TestTryInbound):
    url_name = "settings-inbound-aside"


class TestTryOutbound(ScreenTests):
    url_name = "settings-outbound-again"
    permission = "channels.manage"

    def kwargs(self) -> dict[str, Any]:
        return {"outbound": send(channel_kind="line", recipient="U", text="ก", key="k").pk}


class TestProbers(ScreenTests):
    url_name = "settings-probers"
    permission = "channels.manage"


class TestAddProber(ScreenTests):
    url_name = "settings-prober-add"
    permission = "channels.manage"


class TestShowProber(ScreenTests):
    url_name = "settings-prober-shown"
    permission = "channels.manage"


class TestStopProber(ScreenTests):
    url_name = "settings-prober-stop"
    permission = "channels.manage"

    def kwargs(self) -> dict[str, Any]:
        return {"prober": make_prober(actor=MANAGER, name="ที่ว่าการอำเภอ").prober.pk}


class TestConnectLine(ScreenTests):
    url_name = "settings-me-line-new"
    permission = SIGNED_IN


class TestShowLine(ScreenTests):
    url_name = "settings-me-line"
    permission = SIGNED_IN


class TestDisconnectLine(ScreenTests):
    url_name = "settings-me-line-stop"
    permission = SIGNED_IN


# -- what they do ----------------------------------------------------------------------------------------------------


@pytest.fixture
def somsri(office: Organization) -> Membership:
    return member("channels.manage", "channels.check", username="somsri")


@pytest.fixture
def browser(somsri: Membership) -> Client:
    return signed_in_client(somsri)


def words(answer: Any) -> str:
    return re.sub(r"</?(span|wbr)[^>]*>", "", answer.content.decode())


def test_a_channel_is_entered_changed_and_closed(browser: Client) -> None:
    said = {
        "kind": "phone",
        "name": "โทรศัพท์สำนักปลัด",
        "address": "044 000 000",
        "opened_on": "1/7/2568",
        "takes_complaints": "on",
        "is_listed": "on",
    }
    answer = browser.post(SETTINGS + "channels/add/", said | {"opened_on": "31/2/2568"})
    assert answer.status_code == 200
    assert "โทรศัพท์สำนักปลัด" in words(answer)
    answer = browser.post(SETTINGS + "channels/add/", said)
    channel = Channel.objects.get()
    page = answer["Location"]
    assert page.endswith(f"/channels/{channel.pk}/")
    assert "โทรศัพท์สำนักปลัด" in words(browser.get(page))
    browser.post(page + "edit/", {"name": "โทรศัพท์กลาง", "address": "044 111 111", "is_listed": "on"})
    channel.refresh_from_db()
    assert (channel.name, channel.takes_complaints) == ("โทรศัพท์กลาง", False)
    browser.post(page + "close/", {"reason": "ย้ายสำนักงาน"})
    channel.refresh_from_db()
    assert channel.closed_on == clock.today()
    assert browser.post(page + "edit/", {"name": "x", "address": "044 1"}).status_code == 200, (
        "told that it is closed"
    )


def test_the_officers_signature_stands_on_the_channels_page_and_the_work_is_done(
    browser: Client, office: Organization
) -> None:
    box = a_channel("box")
    assert [item.title for item in channel_work()] == [f"ลงชื่อตรวจ {box.name}"]
    page = f"{SETTINGS}channels/{box.pk}/"
    assert browser.post(page + "sign/", {"works": "1", "text": "พบจดหมายของ 081 234 5678"}).status_code == 200
    assert browser.post(page + "sign/", {"works": "1", "text": "เปิดตู้แล้ว ไม่มีจดหมาย"}).status_code == 302
    assert "เปิดตู้แล้ว ไม่มีจดหมาย" in words(browser.get(page))
    (item,) = channel_work()
    assert item.due == clock.today() + 7 * DAY
    assert "วันนี้ลงชื่อตรวจช่องทางนี้แล้ว" in words(browser.post(page + "sign/", {"works": "1"}))


def test_line_is_connected_with_its_quota_and_secrets_are_never_shown(
    browser: Client, line_server: LineServer
) -> None:
    channel = a_channel("line")
    page = f"{SETTINGS}channels/{channel.pk}/"
    refused = browser.post(page + "connect/", {"channel_secret": "secret-1", "access_token": "wrong-token"})
    assert "ไม่รับรหัสเข้าถึง" in words(refused)
    assert "wrong-token" not in refused.content.decode()
    line_server.used = 120
    browser.post(page + "connect/", {"channel_secret": "secret-1", "access_token": "line-access-token"})
    for where in ("", "connect/"):
        shown = browser.get(page + where).content.decode()
        assert f"/banthrai/hooks/line/{channel.pk}/" in shown
        assert "secret-1" not in shown
        assert "line-access-token" not in shown
    assert "180" in words(browser.get(page))
    browser.post(page + "disconnect/", {})
    channel.refresh_from_db()
    assert (channel.is_connected, channel.secrets) == (False, "")


def test_a_look_is_deferred_and_not_done_in_the_request(browser: Client) -> None:
    channel = a_channel()
    browser.post(f"{SETTINGS}channels/{channel.pk}/look/", {})
    assert [job["channel_id"] for job in waiting("look_at")] == [channel.pk]
    box = a_channel("box")
    refused = browser.post(f"{SETTINGS}channels/{box.pk}/look/", {}, follow=True)
    assert "ให้เจ้าหน้าที่ลงชื่อตรวจ" in words(refused)


def test_a_key_for_a_prober_is_shown_once(browser: Client) -> None:
    page = browser.post(
        SETTINGS + "channels/probers/add/", {"name": "ที่ว่าการอำเภอ"}, follow=True
    ).content.decode()
    (key,) = re.findall(r'<code class="secret">([0-9a-f]{12}\.[\w-]{43})</code>', page)
    assert key.split(".")[1] not in Prober.objects.get().secret
    assert key not in browser.get(SETTINGS + "channels/probers/new/").content.decode()
    number = Prober.objects.get().pk
    browser.post(f"{SETTINGS}channels/probers/{number}/stop/", {})
    assert Prober.objects.get().stopped_at is not None


def test_outages_and_stuck_messages_are_work_of_who_manages_channels(office: Organization) -> None:
    channel = a_channel()
    record_check(channel=channel, how="canary", ok=False)
    inbound = receive(channel=channel, source_key="a", body={})
    inbound.failure = "x"
    inbound.save()
    send(channel_kind="line", recipient="U", text="ก", key="k")
    Outbound.objects.update(state="failed")
    found = list(channel_work())
    assert {item.permission for item in found} == {"channels.manage"}
    assert [item.title for item in found] == [
        f"{channel.name} ขัดข้อง",
        "ข้อความถึงประชาชนส่งไม่สำเร็จ 1 ข้อความ",
        "ข้อความเข้ายังไม่ได้รับเรื่อง 1 ข้อความ",
    ]


def test_who_manages_channels_is_told_when_nobody_has_looked_for_a_day(office: Organization) -> None:
    """No look is no news of an outage: neither from the system itself nor from outside."""
    now = clock.now()
    with clock.at(now - timedelta(hours=25)):
        web, late = a_channel(), a_channel("sealed")
        make_prober(actor=MANAGER, name="ที่ว่าการอำเภอ")
        stop_prober(actor=MANAGER, prober=make_prober(actor=MANAGER, name="เลิกใช้แล้ว").prober)
        for channel in (web, late):
            record_check(channel=channel, how="canary", ok=True)
    with clock.at(now - timedelta(hours=2)):
        assert list(channel_work()) == []
        record_check(channel=late, how="canary", ok=True)
    found = list(channel_work())
    assert [item.title for item in found] == [
        f"ระบบไม่ได้ตรวจช่องทางมาเกินหนึ่งวัน: {web.name}",
        "เครื่องตรวจจากภายนอก ที่ว่าการอำเภอ ไม่รายงานผล",
    ]
    assert {item.permission for item in found} == {"channels.manage"}
    Prober.objects.update(last_seen_at=now)
    record_check(channel=web, how="canary", ok=True)
    assert list(channel_work()) == []


def test_the_sealed_channel_is_not_entered_here(browser: Client) -> None:
    page = browser.get(SETTINGS + "channels/add/").content.decode()
    assert 'value="web"' in page
    assert 'value="sealed"' not in page
    today = clock.today()
    day = {"opened_on": f"{today.day}/{today.month}/{today.year + 543}"}
    browser.post(SETTINGS + "channels/add/", {"kind": "sealed", "name": "แจ้งเบาะแส", "position": "0"} | day)
    assert not Channel.objects.exists()


def test_what_was_connected_within_a_day_is_not_told_as_unseen(office: Organization) -> None:
    """A message that comes in before the first hourly look is no sign that the looks have stopped."""
    now = clock.now()
    with clock.at(now - timedelta(minutes=12)):
        web = a_channel()
    flush()
    record_check(channel=web, how="traffic", ok=True)
    assert list(channel_work()) == []
    with clock.at(now + timedelta(hours=25)):
        assert [item.key for item in channel_work()] == ["channels:silent"]


def test_an_office_that_takes_complaints_nowhere_is_told(browser: Client, office: Organization) -> None:
    (item,) = channel_work()
    assert (item.key, item.permission) == ("channels:none", "channels.manage")
    a_channel("sealed")
    assert [each.key for each in channel_work()] == ["channels:none"], "that is another matter"
    a_channel()
    assert "channels:none" not in [each.key for each in channel_work()]


def test_the_sealed_channel_is_neither_unticked_nor_closed_here(browser: Client) -> None:
    sealed = a_channel("sealed")
    page = f"{SETTINGS}channels/{sealed.pk}/"
    assert "ปิดช่องทาง" not in words(browser.get(page))
    assert "รับเรื่องร้องเรียน" not in words(browser.get(page + "edit/")).partition("<form")[2].partition("</form>")[0]  # fmt: skip
    assert browser.post(page + "edit/", {"name": "แจ้งเบาะแส", "position": "0"}).status_code == 302
    assert "ปิดได้ที่หน้าของช่องทางนั้น" in words(browser.post(page + "close/", {"reason": "เลิกใช้"}))
    sealed.refresh_from_db()
    assert (sealed.name, sealed.takes_complaints, sealed.is_listed, sealed.closed_on) == (
        "แจ้งเบาะแส", True, True, None,
    )  # fmt: skip


def test_a_new_mail_server_asks_for_its_password_beside_the_field(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Email, "greet", lambda self, channel: {})
    channel = a_channel("email")
    page = f"{SETTINGS}channels/{channel.pk}/connect/"
    said = {"imap_host": "mail.example.go.th", "imap_port": "993", "imap_security": "tls", "imap_user": "u", "smtp_security": "tls"}  # fmt: skip
    assert browser.post(page, said | {"imap_password": "secret-1"}).status_code == 302
    assert browser.post(page, said).status_code == 302
    refused = browser.post(page, said | {"imap_host": "mail.example.com"})
    assert "ต้องกรอกรหัสผ่านใหม่" in words(refused)
    assert "secret-1" not in refused.content.decode()
    channel.refresh_from_db()
    assert channel.settings["imap_host"] == "mail.example.go.th"


def test_people_decide_by_sender_and_subject_what_is_no_matter_for_the_office(browser: Client) -> None:
    said = {"name": "ธนาคาร", "subject": "รายการเดินบัญชี", "text": "เนื้อความ"}
    mail = receive(channel=a_channel("email"), source_key="<a@b>", sender="no-reply@bank.example", body=said)
    chat = receive(channel=a_channel("line"), source_key="b", sender="U123", body={"text": "เนื้อความ"})
    Inbound.objects.update(failure="ผู้ส่งแจ้งว่าไม่รับคำตอบ")
    page = words(browser.get(SETTINGS + "channels/messages/"))
    assert "ธนาคาร no-reply@bank.example รายการเดินบัญชี" in page
    assert "เนื้อความ" not in page
    assert "U123" not in page
    browser.post(f"{SETTINGS}channels/messages/in/{mail.pk}/aside/", {"reason": "ใบแจ้งยอดของธนาคาร"})
    assert [inbound.pk for inbound in Inbound.objects.filter(handled_at=None)] == [chat.pk]
    assert entries("channel_message_set_aside")[0].content["reason"] == "ใบแจ้งยอดของธนาคาร"


def test_links_are_stated_looked_for_and_taken_back(browser: Client, settings: Any) -> None:
    box, phone = a_channel("box"), a_channel("phone")
    page = f"{SETTINGS}channels/{box.pk}/"
    browser.post(page + "link/", {"target": phone.pk})
    assert phone.name in words(browser.get(page))
    settings.BASE_URL = "http://127.0.0.1:1"
    browser.post(SETTINGS + "channels/look/", {})
    (fact,) = entries("channel_links_seen")
    assert [channel["name"] for channel in fact.content["channels"]] == [phone.name]
    link = box.leads_to.get()  # type: ignore[attr-defined]
    browser.post(f"{SETTINGS}channels/links/{link.pk}/remove/", {})
    assert phone.name not in words(browser.get(page))


def test_a_member_chooses_line_once_it_is_shown_to_be_theirs(
    browser: Client, somsri: Membership, line: Channel
) -> None:
    refused = browser.post(SETTINGS + "me/", {"how": "line"})
    assert "เชื่อม LINE ของท่านก่อน" in words(refused)
    code = words(browser.post(SETTINGS + "me/line/new/", {}, follow=True))
    assert re.search(r"LINK-[A-Z2-9]{8}", code)
    assert "LINK-" not in words(browser.get(SETTINGS + "me/line/"))
    assert browser.post(SETTINGS + "me/", {"how": "email", "daily_mail": "on"}).status_code == 302


def test_the_signature_of_a_channel_belongs_to_who_looks_after_it(
    office: Organization, somsri: Membership
) -> None:
    with clock.at(clock.today() - 20 * DAY):
        mine = open_channel(actor=MANAGER, kind="box", name="ตู้หน้าตลาด", owner=somsri)
        open_channel(actor=MANAGER, kind="leaders", name="ผู้นำชุมชน")
        sign_week(actor=MANAGER, channel=mine)
    (item,) = channel_work()
    assert (item.user_id, item.due, item.permission) == (
        somsri.user.pk,
        clock.today() - 13 * DAY,
        "channels.check",
    )


def test_a_connected_channel_is_not_unticked_and_an_unticked_one_not_connected(
    browser: Client, line: Channel
) -> None:
    page = f"{SETTINGS}channels/{line.pk}/"
    refused = browser.post(page + "edit/", {"name": line.name, "position": "0", "is_listed": "on"})
    assert "ให้เลิกเชื่อมต่อก่อน" in words(refused)
    line.refresh_from_db()
    assert line.takes_complaints
    quiet = open_channel(
        actor=MANAGER, kind="email", name="พัสดุ", address="p@example.go.th", takes_complaints=False
    )
    said = {"imap_security": "tls", "smtp_security": "tls", "webhook_secret": "s"}
    refused = browser.post(f"{SETTINGS}channels/{quiet.pk}/connect/", said)
    assert "ให้เลือก “รับเรื่องร้องเรียน” ก่อน" in words(refused)


def test_of_a_held_mail_the_page_says_where_its_answer_would_go(browser: Client) -> None:
    raw = b"From: a@example.com\r\nReply-To: b@example.org\r\nSubject: x\r\n\r\nx"
    held = receive_arrival(a_channel("email"), kept_whole(raw))
    handle_inbound(organization_id=held.organization_id, inbound_id=held.pk)  # type: ignore[attr-defined]
    page = words(browser.get(SETTINGS + "channels/messages/"))
    assert "a@example.com (ขอให้ตอบที่ b@example.org)" in page
    assert "ไม่ใช่ของผู้ส่ง" in page
    asked = words(browser.get(f"{SETTINGS}channels/messages/in/{held.pk}/"))
    assert "คำตอบจะส่งไปที่ b@example.org" in asked
    assert "รวมเรื่อง" in asked
