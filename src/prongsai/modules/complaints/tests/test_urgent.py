"""What a rule or an officer marks as urgent comes first among what is due on the same day, and is seen to be urgent."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Place, correct
from prongsai.foundation.channels.services import open_channel
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import InboundMessage
from prongsai.modules.complaints.services.inbound import receive
from prongsai.modules.complaints.services.intake import CameBy, take_in
from prongsai.modules.complaints.services.rules import add_rule
from prongsai.modules.complaints.tests.citizen import Visitor
from prongsai.modules.complaints.tests.desk import ALL, CITIZEN, a_case, at, now, of
from prongsai.ui.navigation import work_of
from tests.cast import SYSTEM, donsai, member

pytestmark = pytest.mark.django_db
SCHOOL = "เสาไฟล้มหน้าโรงเรียน"


@pytest.fixture
def rule(office: Organization) -> None:
    """Poles that fall are urgent."""
    add_rule(actor=SYSTEM, category="lamp", words=["เสาไฟล้ม"], is_urgent=True)


def due_together() -> tuple[Case, Case]:
    """Two cases that are due on one day; the second is urgent."""
    came = date(2025, 8, 1)
    first = a_case(title="ไฟดับ ก", received_on=came)
    second = a_case(title="ไฟดับ ข", received_on=came, is_urgent=True)
    assert first.due_on == second.due_on
    return first, second


def in_order(page: str, *titles: str) -> list[str]:
    return sorted(titles, key=page.index)


def shown(client: Client, name: str) -> str:
    page = client.get(at(name) + ("?month=2568-08" if name == "cases-calendar" else "")).content.decode()
    return page[page.index("<main") :].replace("<wbr>", "")


# --- who marks it ---


def test_what_is_taken_in_by_hand_is_urgent_where_a_rule_says_so(rule: None) -> None:
    came = CameBy("phone", date(2025, 8, 1))
    told = {"actor": SYSTEM, "category": "lamp", "came": came, "contact": CITIZEN, "place": Place("", "4")}
    assert take_in(body=SCHOOL, **told).case.is_urgent
    assert not take_in(body="ไฟดับหน้าวัด", **told).case.is_urgent


def test_what_citizens_send_by_form_or_chat_is_urgent_where_a_rule_says_so(
    web_office: Organization, visitor: Visitor
) -> None:
    add_rule(actor=SYSTEM, category="lamp", words=["เสาไฟล้ม"], is_urgent=True)
    visitor.report_lamp(text=SCHOOL)
    visitor.submit()
    assert Case.objects.get().is_urgent
    line = open_channel(actor=SYSTEM, kind="line", name="LINE")
    message = InboundMessage(
        id=1, channel_id=line.pk, channel_kind="line", text=SCHOOL, sender="U1", source_key="e1"
    )
    receive(message)
    assert Case.objects.filter(channel_kind="line").get().is_urgent


def test_an_officer_marks_a_case_and_takes_the_mark_away_on_record(clerk: Client) -> None:
    case = a_case()
    for wanted in (True, False):
        day = now(case).received_on
        typed: dict[str, Any] = {"version": now(case).version, "title": case.title}
        typed |= {
            "received_on_d": day.day,
            "received_on_m": day.month,
            "received_on_y": day.year + 543,
        }
        typed |= {"contact_name": case.contact_name, "contact_phone": case.contact_phone, "body": case.body}
        typed |= {"place": case.place, "village": case.village, **({"is_urgent": "on"} if wanted else {})}
        assert clerk.post(of(case, "correct"), typed).status_code == 302
        assert now(case).is_urgent is wanted
    assert [e.about for e in case.events.filter(event="corrected")] == ["is_urgent", "is_urgent"]
    before = now(case).version
    correct(actor=SYSTEM, case=case, is_urgent=False)
    assert now(case).version == before, "what is so already changes nothing"


# --- what it does ---


@pytest.mark.parametrize("view", ["cases", "cases-board", "cases-calendar", "complaints-desk"])
def test_of_one_day_the_urgent_one_stands_first(clerk: Client, view: str) -> None:
    due_together()
    assert in_order(shown(clerk, view), "ไฟดับ ก", "ไฟดับ ข") == ["ไฟดับ ข", "ไฟดับ ก"]


@pytest.mark.parametrize("view", ["cases", "cases-board"])
def test_list_and_board_mark_what_is_urgent_and_nothing_else(clerk: Client, view: str) -> None:
    due_together()
    assert shown(clerk, view).count('class="tag urgent"') == 1


def test_what_is_due_earlier_still_comes_before_what_is_urgent(clerk: Client) -> None:
    a_case(title="ไฟดับ ข", received_on=date(2025, 8, 4), is_urgent=True)
    a_case(title="ไฟดับ ก", received_on=date(2025, 8, 1))
    assert in_order(shown(clerk, "cases"), "ไฟดับ ก", "ไฟดับ ข") == ["ไฟดับ ก", "ไฟดับ ข"]


def test_my_work_has_the_urgent_one_first_and_says_that_it_is(clerk: Client, office: Organization) -> None:
    first, second = due_together()
    other = member(*ALL, username="other", unit="สำนักปลัด")
    titles = [(item.title, item.is_urgent) for item in work_of(other.actor(), office) if "ไฟดับ" in item.title]
    assert titles[0] == (second.title, True)
    assert (first.title, False) in titles
    page = shown(clerk, "my-work")
    assert in_order(page, "ไฟดับ ก", "ไฟดับ ข") == ["ไฟดับ ข", "ไฟดับ ก"]
    assert 'class="tag urgent"' in page


def test_the_first_page_of_the_list_needs_no_sorting_of_all_cases(office: Organization) -> None:
    for number in range(20):
        a_case(title=f"{number}", is_urgent=number % 2 == 0)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        plan = Case.objects.filter(is_check=False, closed_on__isnull=True).pressing()[:10].explain()
    assert "Incremental Sort" in plan
    assert "case_open_due" in plan


# --- what stood there before ---


def test_marks_that_stood_among_the_details_are_taken_over_in_every_office(office: Organization) -> None:
    urgent, usual = a_case(details={"urgent": 1}), a_case()
    other = donsai()
    with scope(other.pk):
        elsewhere = a_case(details={"urgent": 1}, unit=None)
    migration: Any = import_module("prongsai.foundation.casework.migrations.0006_urgent")

    def execute(sql: str, params: tuple[str, ...] = ()) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)

    with scope(office.pk):
        migration.take_from_details(apps, SimpleNamespace(execute=execute))
    with scope(office.pk):
        assert (now(urgent).is_urgent, now(usual).is_urgent) == (True, False)
    with scope(other.pk):
        assert now(elsewhere).is_urgent
