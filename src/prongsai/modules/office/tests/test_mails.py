"""The morning's mail and the reminder by hand, over a real mail server."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from smtplib import SMTPException

import pytest
from django.db import connection

from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, WorkItem
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from prongsai.modules.office.mails import remind_member, send_reminder, tell_member, tell_office
from prongsai.modules.office.models import DailyMail, Reminder
from prongsai.modules.office.services import choose_daily_mail, remind
from prongsai.modules.office.tasks import tell_everybody_of_work
from prongsai.modules.office.tests.conftest import Desk, Mailbox, reachable
from tests.cast import banthrai, donsai

THURSDAY = date(2025, 8, 14)
LATE = WorkItem(
    "measures.1", "ส่งรายงาน <ไตรมาส 3>", "/banthrai/work/x/", THURSDAY - timedelta(days=3),
    unit="กองคลัง", place="มาตรการ ๕ ขั้นตอน ๓", missing="ยังขาดบันทึกข้อความ",
)  # fmt: skip
FAR = WorkItem("measures.2", "สรุปทั้งปี", "/banthrai/work/y/", THURSDAY + timedelta(days=40))


def waiting_jobs() -> list[tuple[str, dict[str, object]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [(name.rpartition(".")[2], json.loads(args)) for name, args in cursor.fetchall()]


def morning(office: Organization, day: date = THURSDAY) -> None:
    """What the worker does at seven: one job for the office, and one for each member whom it names."""
    before = len(waiting_jobs())
    with clock.at(day):
        tell_office(organization_id=office.pk, day=day.isoformat())
        for name, ids in waiting_jobs()[before:]:
            assert name == "tell_member"
            tell_member(**ids)  # type: ignore[arg-type]


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
        "งานของท่าน 1 เรื่อง: อบต.บ้านทราย",
    )
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "ส่งรายงาน <ไตรมาส 3> (มาตรการ ๕ ขั้นตอน ๓)" in text
    assert "กำหนด 11 ส.ค. 2568 (เลยมา 3 วัน)" in text
    assert "สรุปทั้งปี" not in text
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "ส่งรายงาน &lt;ไตรมาส 3&gt;" in html
    assert re.search(r'href="http://localhost:8000/banthrai/work/x/"', html)


def test_a_job_that_runs_twice_sends_once(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(LATE)
    manee = reachable("manee", unit="กองคลัง")
    morning(office)
    with clock.at(THURSDAY):
        tell_member(organization_id=office.pk, member_id=manee.pk, day=THURSDAY.isoformat())
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


def test_a_refused_address_is_not_marked_as_told_and_holds_nobody_up(
    office: Organization, desk: Desk, mailbox: Mailbox
) -> None:
    desk.put(LATE)
    full = reachable("full", unit="กองคลัง", email="full@example.go.th")
    manee = reachable("manee", unit="กองคลัง")
    ids = {"organization_id": office.pk, "day": THURSDAY.isoformat()}
    with clock.at(THURSDAY):
        with pytest.raises(SMTPException):
            tell_member(member_id=full.pk, **ids)
        tell_member(member_id=manee.pk, **ids)
    assert mailbox.receivers == ["manee@example.go.th"]
    assert list(DailyMail.objects.values_list("member_id", flat=True)) == [manee.pk]


def test_a_job_of_yesterday_says_nothing_today(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(LATE)
    manee = reachable("manee", unit="กองคลัง")
    with clock.at(THURSDAY + timedelta(days=1)):
        tell_office(organization_id=office.pk, day=THURSDAY.isoformat())
        tell_member(organization_id=office.pk, member_id=manee.pk, day=THURSDAY.isoformat())
    assert waiting_jobs() == []
    assert mailbox.mails == []


@pytest.mark.parametrize(("day", "jobs"), [(THURSDAY, 2), (date(2025, 8, 16), 0), (date(2025, 8, 12), 0)])
@pytest.mark.django_db
def test_offices_are_told_on_working_days_only(day: date, jobs: int) -> None:
    banthrai()
    donsai()
    with clock.at(day):
        tell_everybody_of_work()
        tell_everybody_of_work()
    assert [name for name, _ in waiting_jobs()] == ["tell_office"] * jobs


REMINDER = Actor("ปลัดตัวอย่าง", permissions=frozenset({"office.remind"}))


def test_a_reminder_goes_to_those_who_owe_the_work_and_stands_in_the_register(
    office: Organization, desk: Desk, mailbox: Mailbox
) -> None:
    desk.put(LATE, FAR)
    reachable("manee", unit="กองคลัง")
    reachable("somsri", unit="สำนักปลัด")
    assert remind(actor=REMINDER, organization=office, key=LATE.key) == 1
    ((name, ids),) = waiting_jobs()
    assert name == "send_reminder"
    send_reminder(**ids)  # type: ignore[arg-type]
    name, ids = waiting_jobs()[-1]
    assert name == "remind_member"
    remind_member(**ids)  # type: ignore[arg-type]
    (mail,) = mailbox.mails
    assert (mail["To"], str(mail["Subject"]).strip()) == (
        "manee@example.go.th",
        "เตือนงาน: ส่งรายงาน <ไตรมาส 3>",
    )
    assert "ปลัดตัวอย่าง ขอเตือนงานนี้ของกองคลัง" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
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
    before = waiting_jobs()
    send_reminder(**made)
    assert waiting_jobs() == before
    remind_member(**before[-1][1])  # type: ignore[arg-type]
    assert mailbox.mails == []


def test_an_address_that_is_refused_keeps_no_reminder_from_the_others(
    office: Organization, desk: Desk, mailbox: Mailbox
) -> None:
    desk.put(LATE)
    reachable("manee", unit="กองคลัง")
    reachable("somsri", unit="กองคลัง")
    remind(actor=REMINDER, organization=office, key=LATE.key)
    send_reminder(organization_id=office.pk, reminder_id=Reminder.objects.get().pk)
    mails = [ids for name, ids in waiting_jobs() if name == "remind_member"]
    assert len(mails) == 2
    for ids in mails:
        remind_member(**ids)  # type: ignore[arg-type]
    assert sorted(mail["To"] for mail in mailbox.mails) == ["manee@example.go.th", "somsri@example.go.th"]


def test_another_offices_reminder_is_not_found(office: Organization, desk: Desk, mailbox: Mailbox) -> None:
    desk.put(LATE)
    reachable("manee", unit="กองคลัง")
    remind(actor=REMINDER, organization=office, key=LATE.key)
    made, other = Reminder.objects.get().pk, donsai()
    with scope(other.pk), pytest.raises(Reminder.DoesNotExist):
        send_reminder(organization_id=other.pk, reminder_id=made)
