"""The morning's list and the reminder by hand, from the task to a real mail server."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import pytest

from prongsai.foundation.casework.services import add_special_day
from prongsai.foundation.channels.models import Outbound
from prongsai.foundation.channels.services import deliver
from prongsai.foundation.channels.tests.conftest import waiting
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, WorkItem
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from prongsai.modules.office.calendars import calendar_of
from prongsai.modules.office.mails import remind_member, send_reminder, tell_member, tell_office
from prongsai.modules.office.models import DailyMail, Reminder
from prongsai.modules.office.services import choose_daily_mail, remind
from prongsai.modules.office.tasks import tell_everybody_of_work
from prongsai.modules.office.tests.conftest import Desk, Mailbox, reachable
from prongsai.modules.office.work import Task
from tests.cast import banthrai, donsai

THURSDAY = date(2025, 8, 14)
LATE = WorkItem(
    "measures.1", "ส่งรายงาน <ไตรมาส 3>", "/banthrai/work/x/", THURSDAY - timedelta(days=3),
    unit="กองคลัง", place="มาตรการ ๕ ขั้นตอน ๓", missing="ยังขาดบันทึกข้อความ",
)  # fmt: skip
FAR = WorkItem("measures.2", "สรุปทั้งปี", "/banthrai/work/y/", THURSDAY + timedelta(days=40))


def morning(office: Organization, day: date = THURSDAY) -> None:
    """What the worker does at seven: a job for the office, one for each member whom it names, one for each message."""
    before = len(waiting("tell_member"))
    with clock.at(day):
        tell_office(organization_id=office.pk, day=day.isoformat())
        for ids in waiting("tell_member")[before:]:
            tell_member(organization_id=office.pk, member_id=ids["member_id"], day=ids["day"])
        delivered(office)


def delivered(office: Organization) -> None:
    """Every message that waits is handed over, each by a job of its own."""
    for ids in waiting("deliver"):
        deliver(organization_id=office.pk, outbound_id=ids["outbound_id"])


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content()


def test_each_member_gets_one_mail_with_what_presses(
    office: Organization, desk: Desk, mailbox: Mailbox
) -> None:
    desk.put(LATE, FAR)
    reachable("manee", unit="กองคลัง")
    reachable("somsri", unit="สำนักปลัด")  # has nothing pressing
    reachable("silent", unit="กองคลัง", email="")
    morning(office)
    (mail,) = mailbox.mails
    assert (mail["To"], str(mail["Subject"]).strip()) == (
        "manee@example.go.th",
        "งานของท่าน 1 เรื่อง วันที่ 14 ส.ค. 2568: อบต.บ้านทราย",
    )
    text = text_of(mail)
    assert "ส่งรายงาน <ไตรมาส 3> (มาตรการ ๕ ขั้นตอน ๓)" in text
    assert "กำหนด 11 ส.ค. 2568 (เลยมา 3 วัน)" in text
    assert "http://localhost:8000/banthrai/work/x/" in text
    assert "สรุปทั้งปี" not in text


def test_a_job_that_runs_twice_sends_once(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(LATE)
    manee = reachable("manee", unit="กองคลัง")
    morning(office)
    with clock.at(THURSDAY):
        tell_member(organization_id=office.pk, member_id=manee.pk, day=THURSDAY.isoformat())
        DailyMail.objects.all().delete()  # as if the mark of one of two workers were not there yet
        tell_member(organization_id=office.pk, member_id=manee.pk, day=THURSDAY.isoformat())
        delivered(office)
    assert len(mailbox.mails) == 1
    assert DailyMail.objects.count() == 1


def test_the_next_working_day_has_a_mail_of_its_own(
    office: Organization, desk: Desk, mailbox: Mailbox
) -> None:
    desk.put(LATE)
    reachable("manee", unit="กองคลัง")
    morning(office)
    desk.put(LATE)
    morning(office, THURSDAY + timedelta(days=1))
    assert mailbox.receivers == ["manee@example.go.th"] * 2


def test_who_switched_it_off_gets_none(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(LATE)
    manee = reachable("manee", unit="กองคลัง")
    choose_daily_mail(actor=manee.actor(), member=manee, wanted=False)
    morning(office)
    with clock.at(THURSDAY):
        tell_member(organization_id=office.pk, member_id=manee.pk, day=THURSDAY.isoformat())
    assert mailbox.mails == []
    choose_daily_mail(actor=manee.actor(), member=manee, wanted=True)
    morning(office)
    assert len(mailbox.mails) == 1


def test_who_has_left_gets_none(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(LATE)
    manee = reachable("manee", unit="กองคลัง")
    manee.is_active = False
    manee.save()
    with clock.at(THURSDAY):
        tell_member(organization_id=office.pk, member_id=manee.pk, day=THURSDAY.isoformat())
    morning(office)
    assert mailbox.mails == []


def test_a_refused_address_holds_nobody_up(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(LATE)
    reachable("full", unit="กองคลัง", email="full@example.go.th")
    reachable("manee", unit="กองคลัง")
    morning(office)
    assert mailbox.receivers == ["manee@example.go.th"]
    assert Outbound.objects.get(recipient="full@example.go.th").state == "failed"


def test_a_job_of_yesterday_says_nothing_today(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(LATE)
    manee = reachable("manee", unit="กองคลัง")
    with clock.at(THURSDAY + timedelta(days=1)):
        tell_office(organization_id=office.pk, day=THURSDAY.isoformat())
        tell_member(organization_id=office.pk, member_id=manee.pk, day=THURSDAY.isoformat())
    assert waiting("tell_member") == waiting("deliver") == []
    assert mailbox.mails == []


@pytest.mark.parametrize(("day", "jobs"), [(THURSDAY, 2), (date(2025, 8, 16), 0), (date(2025, 8, 12), 0)])
@pytest.mark.django_db
def test_offices_are_told_on_working_days_only(day: date, jobs: int) -> None:
    banthrai()
    donsai()
    with clock.at(day):
        tell_everybody_of_work()
        tell_everybody_of_work()
    assert len(waiting("tell_office")) == jobs


@pytest.mark.django_db
def test_an_offices_own_days_off_and_days_of_work_are_respected() -> None:
    """The cabinet or the office closes a Thursday, or the office is open on a Saturday: each office its own days."""
    ours, other = banthrai(), donsai()
    manager, saturday = Actor("สมศรี", permissions=frozenset({"office.manage"})), date(2025, 8, 16)
    with scope(ours.pk):
        add_special_day(actor=manager, day=THURSDAY, name="วันหยุดพิเศษ", source="มติคณะรัฐมนตรี")
        add_special_day(actor=manager, day=saturday, name="ทำการชดเชย", is_holiday=False)
    for day in (THURSDAY, saturday):
        with clock.at(day):
            tell_everybody_of_work()
    told = [(ids["organization_id"], ids["day"]) for ids in waiting("tell_office")]
    assert told == [(other.pk, THURSDAY.isoformat()), (ours.pk, saturday.isoformat())]


def test_a_day_off_that_was_set_after_seven_is_respected_too(
    office: Organization, desk: Desk, mailbox: Mailbox
) -> None:
    desk.put(LATE)
    reachable("manee", unit="กองคลัง")
    manager = Actor("สมศรี", permissions=frozenset({"office.manage"}))
    add_special_day(actor=manager, day=THURSDAY, name="วันหยุดพิเศษ")
    morning(office)
    assert mailbox.mails == []
    morning(office, THURSDAY + timedelta(days=1))
    assert len(mailbox.mails) == 1


def test_what_a_citizen_wrote_stays_inside(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    """Mail, the register and calendars elsewhere name a case by kind and number; the same case stands there once."""
    case = replace(
        LATE, key="case:7:late", title="นายขาว สุขใจ 081-234-5678 ร้องเรียน", place="เรื่องร้องทุกข์ 68-0007",
        missing="เลยกำหนดแล้ว", is_private=True,
    )  # fmt: skip
    desk.put(case, replace(case, key="case:7:late:unit"))
    reachable("manee", unit="กองคลัง")
    morning(office)
    remind(actor=REMINDER, organization=office, key=case.key)
    send_reminder(organization_id=office.pk, reminder_id=Reminder.objects.get().pk)
    for ids in waiting("remind_member"):
        remind_member(organization_id=office.pk, reminder_id=ids["reminder_id"], member_id=ids["member_id"])
    delivered(office)
    (entry,) = flush()
    listed, reminded = mailbox.mails
    assert text_of(listed).count("เรื่องร้องทุกข์ 68-0007") == 1
    assert "เลยกำหนดแล้ว" in text_of(listed)
    assert "เรื่องร้องทุกข์ 68-0007" in str(reminded["Subject"])
    assert "เรื่องร้องทุกข์ 68-0007" in entry.title
    calendar = calendar_of([Task(case, THURSDAY)], office).decode()
    for told in (
        str(listed),
        text_of(listed),
        str(reminded["Subject"]),
        text_of(reminded),
        entry.title,
        calendar,
    ):
        assert "ขาว" not in told
        assert "234-5678" not in told


def test_a_long_list_is_cut_and_says_so(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(*[replace(LATE, key=f"measures.{n}", title=f"งานที่ {n:02}") for n in range(14)])
    reachable("manee", unit="กองคลัง")
    morning(office)
    (mail,) = mailbox.mails
    assert "งานของท่าน 14 เรื่อง" in str(mail["Subject"])
    assert text_of(mail).count("งานที่ ") == 10
    assert "และอีก 4 เรื่อง" in text_of(mail)


REMINDER = Actor("ปลัดตัวอย่าง", permissions=frozenset({"office.remind"}))


def test_a_reminder_goes_to_those_who_owe_the_work_and_stands_in_the_register(
    office: Organization, desk: Desk, mailbox: Mailbox
) -> None:
    desk.put(LATE, FAR)
    reachable("manee", unit="กองคลัง")
    reachable("somsri", unit="สำนักปลัด")
    assert remind(actor=REMINDER, organization=office, key=LATE.key) == 1
    (ids,) = waiting("send_reminder")
    send_reminder(organization_id=office.pk, reminder_id=ids["reminder_id"])
    (ids,) = waiting("remind_member")
    for _ in range(2):  # a job that comes twice
        remind_member(organization_id=office.pk, reminder_id=ids["reminder_id"], member_id=ids["member_id"])
    delivered(office)
    (mail,) = mailbox.mails
    assert (mail["To"], str(mail["Subject"]).strip()) == (
        "manee@example.go.th",
        "เตือนงาน: ส่งรายงาน <ไตรมาส 3>",
    )
    assert "ปลัดตัวอย่าง ขอเตือนงานนี้ของกองคลัง" in text_of(mail)
    (entry,) = flush()
    assert (entry.kind, entry.unit, entry.content["people"]) == ("reminder_sent", "กองคลัง", 1)
    assert not entry.is_public


def test_work_is_reminded_of_once_a_day(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(LATE)
    reachable("manee", unit="กองคลัง")
    with clock.at(THURSDAY):
        remind(actor=REMINDER, organization=office, key=LATE.key)
        with pytest.raises(WrongState):
            remind(actor=REMINDER, organization=office, key=LATE.key)
    with clock.at(THURSDAY + timedelta(days=1)):
        remind(actor=REMINDER, organization=office, key=LATE.key)
    assert Reminder.objects.count() == 2


def test_what_nobody_owes_or_nobody_may_is_refused(office: Organization, desk: Desk) -> None:
    desk.put(LATE)
    reachable("silent", unit="กองคลัง", email="")
    with pytest.raises(NotPermitted):
        remind(actor=Actor("มานะ"), organization=office, key=LATE.key)
    for unknown in ("", "measures.99", "ก" * 500):
        with pytest.raises(InvalidInput):
            remind(actor=REMINDER, organization=office, key=unknown)
    with pytest.raises(WrongState):
        remind(actor=REMINDER, organization=office, key=LATE.key)
    assert not Reminder.objects.exists()


def test_what_was_done_in_the_meantime_is_not_mentioned(
    office: Organization, desk: Desk, mailbox: Mailbox
) -> None:
    desk.put(LATE)
    reachable("manee", unit="กองคลัง")
    remind(actor=REMINDER, organization=office, key=LATE.key)
    made = {"organization_id": office.pk, "reminder_id": Reminder.objects.get().pk}
    send_reminder(**made)
    desk.put()
    before = waiting("remind_member")
    send_reminder(**made)
    assert waiting("remind_member") == before
    remind_member(**made, member_id=before[-1]["member_id"])
    assert waiting("deliver") == []


def test_an_address_that_is_refused_keeps_no_reminder_from_the_others(
    office: Organization, desk: Desk, mailbox: Mailbox
) -> None:
    desk.put(LATE)
    reachable("manee", unit="กองคลัง")
    reachable("somsri", unit="กองคลัง")
    remind(actor=REMINDER, organization=office, key=LATE.key)
    send_reminder(organization_id=office.pk, reminder_id=Reminder.objects.get().pk)
    for ids in waiting("remind_member"):
        remind_member(organization_id=office.pk, reminder_id=ids["reminder_id"], member_id=ids["member_id"])
    delivered(office)
    assert mailbox.receivers == ["manee@example.go.th", "somsri@example.go.th"]


def test_another_offices_reminder_is_not_found(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(LATE)
    reachable("manee", unit="กองคลัง")
    remind(actor=REMINDER, organization=office, key=LATE.key)
    made, other = Reminder.objects.get().pk, donsai()
    with scope(other.pk), pytest.raises(Reminder.DoesNotExist):
        send_reminder(organization_id=other.pk, reminder_id=made)
