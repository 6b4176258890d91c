"""What is new for a member, from the act on a case to a mail server. By LINE: tests/test_told_of_cases.py."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import (
    Contact,
    acknowledge,
    act,
    add_special_day,
    answer_closing,
    assign,
    hear,
    open_case,
    say,
)
from prongsai.foundation.casework.services.nightly import escalate_late
from prongsai.foundation.casework.tests.conftest import (
    DAY,
    LETTER,
    STAFF,
    _registry_of_the_tests,  # pyright: ignore[reportPrivateUsage]
    a_case,
    office,
)
from prongsai.foundation.channels.tests.conftest import waiting
from prongsai.foundation.notify.models import News
from prongsai.foundation.notify.selectors import preference_of, waiting_news
from prongsai.foundation.notify.services import choose_news, note_news, take_news, tell_news
from prongsai.foundation.notify.tests.worker import Worker
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import NotPermitted
from tests.cast import member
from tests.mailbox import Mailbox, mailbox

__all__ = ["_registry_of_the_tests", "mailbox", "office"]

PALAD = Actor("ปลัดตัวอย่าง", frozenset(STAFF), user_id=None)
MANAGER = Actor("สมศรี", frozenset({"office.manage"}))
CITIZEN = Contact("นายบุญมี มั่งมี", "081 222 3333", "boonmee@example.com")


def officer(username: str, *, unit: str = "กองคลัง", permissions: tuple[str, ...] = STAFF) -> Membership:
    made = member(*permissions, username=username, unit=unit)
    made.user.email = f"{username}@example.go.th"
    made.user.save()
    return made


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    return datetime.combine(DAY + timedelta(days=days), time(hour, minute), BANGKOK)


@pytest.fixture
def worker(office: Organization) -> Worker:
    return Worker()


def texts(box: Mailbox) -> list[str]:
    bodies = (mail.get_body(("plain",)) for mail in box.mails)
    return [body.get_content() for body in bodies if body is not None]


def test_who_is_given_a_case_is_told_its_number_what_to_do_and_where(
    worker: Worker, mailbox: Mailbox
) -> None:
    manee = officer("manee")
    case = a_case("นายขาวดูดน้ำบ่อทิ้ง", contact=CITIZEN, body="บ้านเลขที่ 12 หมู่ 4")
    assign(actor=PALAD, case=case, assignee=manee)
    worker.until(at(9, 29))
    assert mailbox.receivers == ["boonmee@example.com"], (
        "the citizen's receipt alone; what comes up is gathered"
    )
    worker.until(at(9, 30))
    mail = mailbox.mails[-1]
    assert (mail["To"], str(mail["Subject"]).strip()) == (
        "manee@example.go.th",
        "มีเรื่องถึงท่าน 1 เรื่อง: อบต.บ้านทราย",
    )
    text = texts(mailbox)[-1]
    assert f"- เรื่องทดสอบ {case.number}: มอบหมายให้ท่าน" in text
    assert f"http://localhost:8000/banthrai/work/errands/{case.pk}/" in text
    for secret in ("ขาว", "น้ำบ่อ", "บุญมี", "222", "boonmee", "หมู่ 4", "ปลัดตัวอย่าง"):
        assert secret not in str(mail["Subject"])
        assert secret not in text


def test_what_comes_within_a_while_is_one_message_and_the_next_comes_two_hours_later(
    worker: Worker, mailbox: Mailbox
) -> None:
    manee = officer("manee")
    cases = [a_case() for _ in range(12)]
    for minute, case in enumerate(cases):
        with clock.at(at(9, minute)):
            assign(actor=PALAD, case=case, assignee=manee)
            hear(case=case, text="เพิ่มเติม", channel_kind="web")
    worker.until(at(9, 45))
    (text,) = texts(mailbox)
    assert text.count("เรื่องทดสอบ") == 10
    assert "และอีก 2 เรื่อง" in text
    assert "ท่าน 12 เรื่อง" in str(mailbox.mails[0]["Subject"])
    with clock.at(at(9, 50)):
        for _ in range(3):
            hear(case=cases[0], text="ด่วน", channel_kind="web")
        worker.until(at(11, 29))
        assert len(mailbox.mails) == 1
        worker.until(at(11, 30))
    assert len(mailbox.mails) == 2
    assert texts(mailbox)[1].count("เรื่องทดสอบ") == 1


def test_what_comes_when_the_office_is_closed_waits_for_its_next_day(
    worker: Worker, mailbox: Mailbox
) -> None:
    """In the evening, at the weekend, on the office's own day off."""
    manee = officer("manee")
    add_special_day(actor=MANAGER, day=DAY + timedelta(days=1), name="วันหยุดพิเศษ", source="มติคณะรัฐมนตรี")
    with clock.at(at(16, 10)):
        assign(actor=PALAD, case=a_case(), assignee=manee)
        worker.until(at(8, 29, days=4))  # a Monday
        assert mailbox.mails == []
        worker.until(at(8, 30, days=4))
    assert mailbox.receivers == ["manee@example.go.th"]


def test_a_job_that_comes_twice_tells_once(office: Organization, worker: Worker, mailbox: Mailbox) -> None:
    manee = officer("manee")
    case = a_case()
    assign(actor=PALAD, case=case, assignee=manee)
    since = int(clock.now().timestamp())
    for _ in range(2):
        note_news(organization_id=office.pk, case_id=case.pk, what="assigned", by=0, since=since)
    assert News.objects.count() == 1
    with clock.at(at(9, 30)):
        for _ in range(2):
            tell_news(organization_id=office.pk, member_id=manee.pk)
        assert take_news(member=manee) == []
        worker.until(at(9, 30))
    assert mailbox.receivers == ["manee@example.go.th"]


def test_whoever_did_it_is_not_told_and_nobody_of_what_was_done_or_given_away(
    worker: Worker, mailbox: Mailbox
) -> None:
    manee, piti = officer("manee"), officer("piti")
    own, away, answered, closed = (a_case() for _ in range(4))
    assign(actor=manee.actor(), case=own, assignee=manee)
    assign(actor=PALAD, case=away, assignee=manee)
    assign(actor=PALAD, case=away, assignee=piti)
    answered.refresh_from_db()
    assign(actor=manee.actor(), case=answered, assignee=manee)
    hear(case=answered, text="เพิ่มเติม", channel_kind="web")
    answered.refresh_from_db()
    say(actor=manee.actor(), case=answered, text="รับทราบ", version=answered.version)
    assign(actor=PALAD, case=closed, assignee=manee)
    act(actor=PALAD, case=closed, act="refuse", reason="ไม่ใช่อำนาจหน้าที่")
    worker.until(at(12))
    assert mailbox.receivers == ["piti@example.go.th"]
    assert f"เรื่องทดสอบ {away.number}" in texts(mailbox)[0]


def test_the_unit_is_told_of_what_no_person_has_and_nobody_of_what_they_may_not_see(
    worker: Worker, mailbox: Mailbox
) -> None:
    officer("manee")
    officer("reader", permissions=("testing.read",))
    officer("elsewhere", unit="สำนักปลัด")
    unit = Unit.objects.get(name="กองคลัง")
    a_case(unit=unit)
    open_case(actor=PALAD, kind=LETTER.key, channel_kind="letter", title="หนังสือ", unit=unit)
    gone = officer("gone")
    gone.is_active = False
    gone.save()
    worker.until(at(12))
    assert mailbox.receivers == ["manee@example.go.th"]


def test_a_new_case_that_nobody_has_is_told_to_whoever_could_take_it(
    worker: Worker, mailbox: Mailbox
) -> None:
    """All who handle such cases, in whatever unit; not once somebody took it."""
    manee = officer("manee")
    officer("somsri", unit="สำนักปลัด")
    officer("reader", permissions=("testing.read",))
    case, taken = a_case(), a_case()
    acknowledge(actor=manee.actor(), case=taken)
    worker.until(at(9, 30))
    assert mailbox.receivers == ["manee@example.go.th", "somsri@example.go.th"]
    for text in texts(mailbox):
        assert f"- เรื่องทดสอบ {case.number}: เรื่องใหม่ ยังไม่มีผู้รับ" in text
        assert taken.number not in text


def test_what_citizens_write_and_what_they_are_not_content_with_is_told(
    worker: Worker, mailbox: Mailbox
) -> None:
    manee = officer("manee")
    case = a_case()
    assign(actor=manee.actor(), case=case, assignee=manee)
    hear(case=case, text="ยังดับอยู่", channel_kind="web")
    worker.until(at(9, 30))
    assert "ผู้แจ้งเขียนมา อ่านและตอบ" in texts(mailbox)[0]
    case.refresh_from_db()
    act(actor=manee.actor(), case=case, act="acknowledge")
    act(actor=manee.actor(), case=Case.objects.get(), act="finish", result="ซ่อมแล้ว")
    answer_closing(case=case, satisfied=False, note="ยังไม่ได้ซ่อม")
    worker.until(at(12))
    assert "ผู้แจ้งไม่พอใจผล เรื่องเปิดใหม่" in texts(mailbox)[1]
    assert "ยังไม่ได้ซ่อม" not in texts(mailbox)[1]


def test_what_is_late_for_days_is_told_to_the_clerk(worker: Worker, mailbox: Mailbox) -> None:
    clerk = officer("palad", permissions=("testing.read",))
    clerk.post = "clerk"
    clerk.save()
    case = a_case()
    with clock.at(at(3, days=40)):
        assert escalate_late() == 1
        worker.until(at(12, days=40))
    assert mailbox.receivers == ["palad@example.go.th"]
    assert f"เรื่องทดสอบ {case.number}: เลยกำหนดหลายวันทำการ" in texts(mailbox)[0]


def test_an_answer_that_could_not_be_delivered_is_told(worker: Worker, mailbox: Mailbox) -> None:
    manee = officer("manee")
    case = a_case(contact=Contact("บุญมี", email="full@example.com"))
    assign(actor=manee.actor(), case=case, assignee=manee)
    say(actor=manee.actor(), case=case, text="ซ่อมแล้ว")
    worker.until(at(9, 1))
    worker.until(at(9, 45))
    assert mailbox.receivers == ["manee@example.go.th"]
    assert "ส่งข้อความถึงผู้แจ้งไม่สำเร็จ" in texts(mailbox)[0]
    assert "full@" not in str(mailbox.mails[0])


def test_it_can_be_switched_off_by_oneself_alone(worker: Worker, mailbox: Mailbox) -> None:
    manee = officer("manee")
    assign(actor=PALAD, case=a_case(), assignee=manee)
    choose_news(actor=manee.actor(), member=manee, wanted=False)
    assign(actor=PALAD, case=a_case(), assignee=manee)
    worker.until(at(12))
    assert mailbox.mails == []
    choose_news(actor=manee.actor(), member=manee, wanted=True)
    assign(actor=PALAD, case=a_case(), assignee=manee)
    worker.until(at(15))
    assert len(mailbox.mails) == 1
    with pytest.raises(NotPermitted):
        choose_news(actor=PALAD, member=manee, wanted=False)
    assert preference_of(manee).news


def test_old_news_is_none(office: Organization, worker: Worker, mailbox: Mailbox) -> None:
    """The computer was off for weeks, or a sample year was lived through: nobody gets a flood of what is long known."""
    manee = officer("manee")
    assign(actor=PALAD, case=a_case(), assignee=manee)
    with clock.at(at(9, days=20)):
        worker.until(at(15, days=20))
    assert mailbox.mails == []
    assert waiting_news() == set()


def test_who_has_the_news_costs_the_same_however_many_work_there(
    office: Organization,
) -> None:
    """Jobs aside, of which each has one: putting down whom a case asks, and telling one of them."""

    def told(first: int, last: int) -> tuple[int, int]:
        made = [officer(f"manee{number}") for number in range(first, last)]
        case = a_case(unit=Unit.objects.get(name="กองคลัง"))
        since = int(clock.now().timestamp())
        with CaptureQueriesContext(connection) as noting:
            note_news(organization_id=office.pk, case_id=case.pk, what="assigned", by=0, since=since)
        assert News.objects.filter(case=case).count() == last
        with clock.at(at(15)), CaptureQueriesContext(connection) as telling:
            tell_news(organization_id=office.pk, member_id=made[0].pk)
        asked = [each["sql"] for each in noting if not re.search("procrastinate|SAVEPOINT", each["sql"])]
        return len(asked), len(telling)

    assert told(0, 2) == told(2, 20)


def test_a_self_check_asks_nobody(worker: Worker) -> None:
    officer("manee")
    a_case(unit=Unit.objects.get(name="กองคลัง"), is_check=True)
    assert waiting("note_news") == []
