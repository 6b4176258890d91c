"""Members are told of citizens' cases by LINE, and what a citizen wrote, or a sealed report says, never leaves the house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.services import Contact, Place, assign, hear
from prongsai.foundation.casework.services.nightly import escalate_late
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.tests.conftest import line, line_server
from prongsai.foundation.channels.tests.servers import LineServer
from prongsai.foundation.notify.models import News, Preference
from prongsai.foundation.notify.tests.worker import Worker
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.thai.personal import personal_data
from prongsai.modules.complaints.tests.desk import ALL, a_case, a_complaint
from prongsai.modules.corruption.tests.conftest import (
    Office,
    _quick,  # pyright: ignore[reportPrivateUsage]
    office,
)
from prongsai.modules.office.mails import tell_member, tell_office
from tests.cast import SYSTEM, member
from tests.mailbox import Mailbox, mailbox

__all__ = ["_quick", "line", "line_server", "mailbox", "office"]

DAY = date(2025, 8, 14)  # a Thursday
WROTE = ("สมชาย", "ใจร้าย", "089-111-2222", "boonmee@example.com", "บุญมี", "หน้าวัดบ้านทราย", "เงินค่าใบอนุญาต")


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    return datetime.combine(DAY + timedelta(days=days), time(hour, minute), BANGKOK)


@pytest.fixture(autouse=True)
def _on_that_day(db: None) -> Iterator[None]:
    cache.clear()
    with clock.at(at(8)):
        yield


@pytest.fixture
def worker() -> Worker:
    return Worker(tell_member)


def by_line(username: str, *permissions: str, post: str = "") -> Membership:
    """A member of สำนักปลัด who has no e-mail address, and whose LINE is connected."""
    made = member(*permissions, username=username, unit="สำนักปลัด")
    made.post = post
    made.save()
    Preference.objects.create(member=made, how="line", line_user=f"U-{username}")
    return made


def pushed(server: LineServer) -> list[tuple[str, str]]:
    """To whom, and what."""
    asked = [each.json for each in server.asked if each.path == "/v2/bot/message/push"]
    return [(each["to"], each["messages"][0]["text"]) for each in asked]


def test_the_whole_life_of_a_case_is_told_by_number_alone(
    office: Office, line: Channel, line_server: LineServer, mailbox: Mailbox, worker: Worker
) -> None:
    """Sent to the unit, given to a person, written to by the citizen, late: to the member, then to the clerk."""
    pim, _ = by_line("pim", *ALL), by_line("palad", post="clerk")
    contact = Contact("นายบุญมี มั่งมี", "089-111-2222", "boonmee@example.com")
    said = {"title": "นายสมชาย ใจร้าย รับเงินค่าใบอนุญาต", "body": "โทร 089-111-2222", "contact": contact}
    case = a_case(**said, place=Place("หน้าวัดบ้านทราย", "4"))
    complaint = a_complaint(**said)
    assign(actor=SYSTEM, case=case, assignee=pim)
    hear(case=case, text="นายสมชายมาอีกแล้ว", channel_kind="phone")
    worker.until(at(9))
    ((to, told),) = pushed(line_server)
    assert to == "U-pim"
    assert told.startswith("มีเรื่องถึงท่าน 2 เรื่อง: อบต.บ้านทราย")
    assert f" {case.number}: มอบหมายให้ท่านหรือส่วนราชการของท่าน · ผู้แจ้งเขียนมา อ่านและตอบ" in told
    assert f" {complaint.number}: มอบหมายให้ท่าน" in told
    assert f"http://localhost:8000{reverse('complaints-case', args=['banthrai', case.pk])}\n" in told
    with clock.at(at(3, days=61)):
        assert escalate_late() == 2
    with clock.at(at(7, days=61)):
        tell_office(organization_id=office.organization.pk, day=clock.today().isoformat())
        worker.until(at(8, days=61))
    later = dict(pushed(line_server)[1:])
    assert set(later) == {"U-pim", "U-palad"}
    for number in (f" {case.number}\n", f" {complaint.number}\n"):
        assert later["U-palad"].count(number) == later["U-pim"].count(number) == 1
    with clock.at(at(12, days=61)):
        worker.until(at(12, days=61))
    assert len(pushed(line_server)) == 3, "what the morning's list said is not told once more"
    for _, text in pushed(line_server):
        assert not [word for word in WROTE if word in text]
        assert not personal_data(text)


@pytest.mark.parametrize(("number", "more"), [(12, []), (25, ["และอีก 5 เรื่อง"])])
def test_what_a_long_list_leaves_out_is_told_as_new(
    number: int,
    more: list[str],
    office: Office,
    line: Channel,
    line_server: LineServer,
    mailbox: Mailbox,
    worker: Worker,
) -> None:
    """Up to ten more cases are named that have something new, and each counts once, though ten of what is late are named."""
    pim, cases = by_line("pim", *ALL), [a_case() for _ in range(number)]
    for case in cases:
        assign(actor=SYSTEM, case=case, assignee=pim)
    with clock.at(at(17, days=60)):
        for case in cases:
            hear(case=case, text="ยังดับอยู่", channel_kind="phone")
        worker.until(at(18, days=60))
    with clock.at(at(7, days=61)):
        tell_office(organization_id=office.organization.pk, day=clock.today().isoformat())
        worker.until(at(7, 5, days=61))
    ((_, told),) = pushed(line_server)
    assert told.startswith(f"งานของท่าน {number} เรื่อง")
    named = [told.count(case.number) for case in cases]
    assert (max(named), sum(named)) == (1, min(number, 20))
    assert re.findall("และอีก .* เรื่อง", told) == more, "what is named nowhere is counted once"
    assert not News.objects.filter(told_at=None).exists()


def test_news_of_who_has_left_does_not_stay(
    office: Office, line: Channel, line_server: LineServer, worker: Worker
) -> None:
    """Told or not: the morning a week later forgets it, for whoever is still there as well."""
    gone, there = by_line("gone", *ALL), by_line("there", *ALL)
    for each in (gone, there):
        assign(actor=SYSTEM, case=a_case(), assignee=each)
    worker.until(at(9))
    assert News.objects.exclude(told_at=None).count() == 2
    with clock.at(at(9)):
        assign(actor=SYSTEM, case=a_case(), assignee=gone)
        worker.until(at(9, 1))
    gone.is_active = False
    gone.save()
    for days, left in ((7, 3), (8, 0)):
        with clock.at(at(7, days=days)):
            tell_office(organization_id=office.organization.pk, day=clock.today().isoformat())
        assert News.objects.count() == left


def test_a_sealed_report_changes_no_message(
    office: Office, line: Channel, line_server: LineServer, mailbox: Mailbox, worker: Worker
) -> None:
    """The recipients' rhythm is all that is told, the same whether something came or not."""
    for person in office.people.values():
        Preference.objects.create(
            member=person.member, how="line", line_user=f"U-{person.member.user.username}"
        )

    def of_the_morning(days: int) -> list[tuple[str, str]]:
        """To whom and what, but for the figures: each day has others."""
        before = len(pushed(line_server))
        cache.clear()
        with clock.at(at(7, days=days)):
            tell_office(organization_id=office.organization.pk, day=clock.today().isoformat())
            worker.until(at(8, days=days))
        return [(to, re.sub(r"\d+", "0", text)) for to, text in pushed(line_server)[before:]]

    before = of_the_morning(4)
    with clock.at(at(9, days=4)):
        office.submit("นายสมชาย ใจร้าย เรียกเงินค่าใบอนุญาต")
        worker.until(at(16, days=4))
    assert of_the_morning(5) == before != []
    assert not News.objects.exists()
