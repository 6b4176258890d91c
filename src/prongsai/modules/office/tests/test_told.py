"""The morning's list by the way that each member chose, from the task to LINE over HTTP and to a mail server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.channels.models import Channel, Outbound
from prongsai.foundation.channels.selectors import failed_outbound
from prongsai.foundation.channels.services import deliver, disconnect, send
from prongsai.foundation.channels.tests.conftest import MANAGER, line, line_server, waiting
from prongsai.foundation.channels.tests.servers import LineServer, Reply
from prongsai.foundation.notify.models import Preference
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.modules.office.mails import remind_member, send_reminder, tell_member, tell_office
from prongsai.modules.office.services import remind
from prongsai.modules.office.tests.conftest import Desk, Mailbox, reachable
from prongsai.modules.office.tests.test_mails import LATE, REMINDER, THURSDAY, morning, text_of
from tests.cast import member, signed_in_client

__all__ = ["line", "line_server"]

LINE_TEXT = "งานของท่าน 1 เรื่อง วันที่ 14 ส.ค. 2568: อบต.บ้านทราย\n"


def by_line(username: str, *, email: str = "", chosen: str = "line") -> Membership:
    """A member of กองคลัง whose LINE is connected; without an address unless one is said."""
    made = reachable(username, unit="กองคลัง", email=email)
    Preference.objects.create(member=made, how=chosen, line_user=f"U-{username}")
    return made


def later(office: Organization, minutes: int) -> None:
    """Every message is tried again when its pause is over."""
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        for outbound in Outbound.objects.filter(state="waiting", next_at__lte=clock.now()):
            deliver(organization_id=office.pk, outbound_id=outbound.pk)


@pytest.fixture(autouse=True)
def _on_that_day(desk: Desk, line: Channel) -> None:
    """Work of the day, and an account that is connected by then."""
    desk.put(LATE)
    line.opened_on = THURSDAY
    line.save(update_fields=["opened_on"])


def pushed(server: LineServer) -> list[str]:
    return [asked.json["to"] for asked in server.asked if asked.path == "/v2/bot/message/push"]


def test_each_is_told_by_the_way_they_chose_also_without_an_address(
    office: Organization, line: Channel, line_server: LineServer, mailbox: Mailbox
) -> None:
    reachable("manee", unit="กองคลัง")
    by_line("chujai")
    by_line("piti", email="piti@example.go.th", chosen="email")
    by_line("veera", email="", chosen="email")  # has nothing else
    reachable("silent", unit="กองคลัง", email="")
    morning(office)
    assert sorted(pushed(line_server)) == ["U-chujai", "U-veera"]
    assert mailbox.receivers == ["manee@example.go.th", "piti@example.go.th"]
    text = line_server.texts[0]
    assert text.startswith(LINE_TEXT)
    assert "ส่งรายงาน <ไตรมาส 3>" in text
    assert "http://localhost:8000/banthrai/work/x/" in text


def test_nobody_is_told_twice_by_line(
    office: Organization, line: Channel, line_server: LineServer, mailbox: Mailbox
) -> None:
    chujai = by_line("chujai", email="chujai@example.go.th")
    morning(office)
    with clock.at(THURSDAY):
        tell_office(organization_id=office.pk, day=THURSDAY.isoformat())
        tell_member(organization_id=office.pk, member_id=chujai.pk, day=THURSDAY.isoformat())
        for outbound in Outbound.objects.all():
            deliver(organization_id=office.pk, outbound_id=outbound.pk)
    assert pushed(line_server) == ["U-chujai"]
    assert mailbox.mails == []


def test_what_line_took_although_it_seemed_to_fail_is_not_mailed_too(
    office: Organization, line: Channel, line_server: LineServer, mailbox: Mailbox
) -> None:
    """The answer to the first try was lost: the second learns from the retry key that it had arrived."""
    by_line("chujai", email="chujai@example.go.th")
    line_server.failing = [Reply(503, {"message": "lost"})]
    morning(office)
    key = next(a.headers["x-line-retry-key"] for a in line_server.asked if a.path.endswith("/push"))
    line_server.keys.add(key)
    with clock.at(THURSDAY):
        later(office, 2)
        later(office, 600)
    assert Outbound.objects.get().state == "sent"
    assert mailbox.mails == []


@pytest.mark.parametrize("why", ["over quota", "refused", "not connected"])
def test_what_line_does_not_take_comes_by_mail_at_once(
    why: str, office: Organization, line: Channel, line_server: LineServer, mailbox: Mailbox
) -> None:
    by_line("chujai", email="chujai@example.go.th")
    if why == "over quota":
        line_server.used = line_server.limit = 300
    elif why == "refused":
        line_server.failing = [Reply(400, {"message": "The property, 'to', in the request body is invalid"})]
    else:
        disconnect(actor=MANAGER, channel=line)
    morning(office)
    with clock.at(THURSDAY):
        later(office, 0)
    (mail,) = mailbox.mails
    assert (mail["To"], str(mail["Subject"]).strip() + "\n") == ("chujai@example.go.th", LINE_TEXT)
    assert text_of(mail).startswith("เรียน chujai")
    assert line_server.texts == []
    assert Outbound.objects.get().state == "sent"
    assert not failed_outbound().exists()


def test_whom_a_message_did_not_reach_is_told_on_the_own_page_and_so_is_who_keeps_the_members(
    office: Organization, mailbox: Mailbox
) -> None:
    """Until one arrives: a message that failed once is no news for ever."""
    full, there = (
        reachable(name, unit="กองคลัง", email=f"{name}@example.go.th") for name in ("full", "there")
    )
    keeper = member("people.manage", "office.read", username="keeper")

    def said() -> list[bool]:
        pages = (
            (full, "settings/me/"),
            (there, "settings/me/"),
            (keeper, f"settings/people/{full.pk}/"),
            (keeper, f"settings/people/{there.pk}/"),
        )
        clients = [(signed_in_client(who), path) for who, path in pages]
        return [
            "เซิร์ฟเวอร์ไม่รับที่อยู่ผู้รับ" in c.get(f"/banthrai/work/{path}").content.decode() for c, path in clients
        ]

    morning(office)
    assert mailbox.receivers == ["there@example.go.th"]
    assert said() == [True, False, True, False]
    full.user.email = "well@example.go.th"
    full.user.save()
    morning(office, THURSDAY + timedelta(days=1))
    assert mailbox.receivers == ["there@example.go.th", "there@example.go.th", "well@example.go.th"]
    assert said() == [False, False, False, False]


def test_a_dead_line_blocks_nothing(
    office: Organization, line: Channel, line_server: LineServer, mailbox: Mailbox
) -> None:
    """The first finds it dead and is told by mail a minute later; everybody else by mail without asking it again."""
    for name in ("chujai", "piti", "veera"):
        by_line(name, email=f"{name}@example.go.th")
    reachable("manee", unit="กองคลัง")
    line_server.failing = [Reply(500, {"message": "down"})] * 9
    morning(office)
    with clock.at(THURSDAY):
        later(office, 0)
        assert mailbox.receivers == [f"{name}@example.go.th" for name in ("manee", "piti", "veera")]
        later(office, 2)
        later(office, 3)
    everybody = [f"{name}@example.go.th" for name in ("chujai", "manee", "piti", "veera")]
    assert mailbox.receivers == everybody
    assert len(pushed(line_server)) == 2


def test_without_mail_line_is_tried_again_until_it_lives(
    office: Organization, line: Channel, line_server: LineServer, mailbox: Mailbox
) -> None:
    by_line("chujai")
    line_server.failing = [Reply(500, {"message": "down"})] * 2
    morning(office)
    with clock.at(THURSDAY):
        for minutes in (2, 8, 30):
            later(office, minutes)
    assert len(line_server.texts) == 1


def test_the_last_third_of_the_months_messages_is_for_citizens(
    office: Organization, line: Channel, line_server: LineServer, mailbox: Mailbox
) -> None:
    """Members with an address go by mail when messages run short; who has LINE alone is told by it, and citizens too."""
    line.settings["quota"] = {"limit": 300, "used": 200}
    line.save()
    by_line("chujai", email="chujai@example.go.th")
    by_line("veera")
    morning(office)
    assert pushed(line_server) == ["U-veera"]
    assert mailbox.receivers == ["chujai@example.go.th"]
    answer = send(channel_kind="line", recipient="U-citizen", text="แก้ไขแล้ว", key="answer")
    deliver(organization_id=office.pk, outbound_id=answer.pk)
    assert pushed(line_server) == ["U-veera", "U-citizen"]


def test_citizens_messages_take_no_other_way(
    office: Organization, line: Channel, line_server: LineServer, mailbox: Mailbox
) -> None:
    line_server.used = line_server.limit = 300
    answer = send(channel_kind="line", recipient="U-citizen", text="แก้ไขแล้ว", key="answer")
    deliver(organization_id=office.pk, outbound_id=answer.pk)
    answer.refresh_from_db()
    assert (answer.kind, answer.state) == ("line", "waiting")
    assert mailbox.mails == []


def test_a_reminder_comes_by_line(
    office: Organization, line: Channel, line_server: LineServer, mailbox: Mailbox
) -> None:
    by_line("chujai")
    assert remind(actor=REMINDER, organization=office, key=LATE.key) == 1
    (ids,) = waiting("send_reminder")
    send_reminder(organization_id=office.pk, reminder_id=ids["reminder_id"])
    for ids in waiting("remind_member"):
        remind_member(organization_id=office.pk, reminder_id=ids["reminder_id"], member_id=ids["member_id"])
    later(office, 1)
    assert line_server.texts[0].startswith("เตือนงาน: ส่งรายงาน <ไตรมาส 3>\n")
    assert "ปลัดตัวอย่าง ขอเตือนงานนี้ของกองคลัง" in line_server.texts[0]
