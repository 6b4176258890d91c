"""What the desk and "my work" count is what the lists behind them show."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client, RequestFactory

from prongsai.foundation.accounts.models import Membership, Post
from prongsai.foundation.casework.services import acknowledge, act, say
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.modules.complaints.tests.desk import ALL, HANDLE, READ, a_case, at, said
from prongsai.ui.navigation import Workspace, work_of
from tests.cast import SYSTEM, member

pytestmark = pytest.mark.django_db
DUE = date(2025, 9, 4)


def counted(clerk: Client, words: str) -> tuple[int, str]:
    """A figure of the desk and where it leads."""
    page = clerk.get(at("complaints-desk")).content.decode()
    (found,) = re.findall(rf'<a href="([^"]+)"><b[^>]*>(\d+)</b><span[^>]*>{words}', page)
    return int(found[1]), found[0].replace("&amp;", "&")


def test_the_cases_that_nobody_has_taken_up_are_those_of_the_list(
    clerk: Client, office: Organization
) -> None:
    """An answer takes a case up and leaves its state; taking up an idea does as well."""
    fresh, told = a_case(), a_case(title="ไฟหน้าโรงเรียนดับ")
    idea = a_case(title="ขอบคุณ", kind="complaints.suggestion", category="idea")
    say(actor=SYSTEM, case=told, text="กำลังดู")
    acknowledge(actor=SYSTEM, case=idea)
    moved = act(actor=SYSTEM, case=acknowledge(actor=SYSTEM, case=a_case()), act="ask", message="?")
    number, place = counted(clerk, "ยังไม่มีผู้รับเรื่อง")
    assert number == 1
    listed = said(clerk.get(place))
    assert [case.number in listed for case in (fresh, told, idea, moved)] == [True, False, False, False]


def late_case() -> None:
    """Taken up, due on DUE."""
    with clock.at(date(2025, 8, 14)):
        assert acknowledge(actor=SYSTEM, case=a_case()).due_on == DUE
        flush()


def overdue(position: str = "", *permissions: str, username: str) -> list[str]:
    """Which of the late case's items somebody has, on a day on which the clerk is told as well."""
    somebody = member(*permissions, username=username, unit="สำนักปลัด", position=position)
    if position:
        Membership.objects.filter(pk=somebody.pk).update(post=Post.CLERK.value)
    items = work_of(somebody.actor(), Organization.objects.get(key="banthrai"))
    return [item.key.split(":", 2)[2] for item in items if item.due == DUE]


def test_an_overdue_case_is_one_piece_of_work_to_each(office: Organization) -> None:
    late_case()
    with clock.at(date(2025, 9, 12)):
        assert overdue("ปลัด", *ALL, username="palad") == ["late:clerk"]
        assert overdue("", *ALL, username="pim") == ["late:unit"]
        assert overdue("", READ, HANDLE, username="manee") == ["late"]


def test_the_bell_counts_it_once(office: Organization, rf: RequestFactory) -> None:
    late_case()
    pim = member(*ALL, username="pim", unit="สำนักปลัด")
    with clock.at(date(2025, 9, 12)):
        request = rf.get("/")
        request.organization, request.actor = office, pim.actor()  # type: ignore[attr-defined]
        alarm = Workspace(request).alarm
    assert alarm is not None
    assert (alarm.count, alarm.late) == (1, 1)
