"""What cases ask of whom: one thing for whoever works on it, and more people once it is late."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import work
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.selectors import inbox
from prongsai.foundation.casework.services import acknowledge, act, assign, hear, merge, say
from prongsai.foundation.casework.tests.conftest import ERRAND, LETTER, a_case
from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, WorkItem
from tests.cast import member
from tests.golden.queries import counted_queries

KINDS = [ERRAND.key, LETTER.key]
READS = ("testing.read", "testing.read_letters", "testing.handle")


def items(**found: object) -> list[WorkItem]:
    return [
        item
        for item in work_items_of(KINDS)
        if all(getattr(item, name) == value for name, value in found.items())
    ]


def only() -> WorkItem:
    [item] = items()
    return item


@pytest.fixture
def finance(office: Organization) -> Membership:
    """An officer of กองคลัง who works on cases."""
    return member(*READS, unit="กองคลัง", username="finance")


def test_a_new_case_is_to_be_looked_at_by_the_next_working_day(office: Organization, officer: Actor) -> None:
    case = a_case()
    item = only()
    assert (item.key, item.title, item.due) == (f"case:{case.pk}:new", case.title, date(2025, 8, 15))
    assert (item.permission, item.unit, item.user_id) == ("testing.handle", "", None)
    assert item.url == f"/banthrai/work/errands/{case.pk}/"
    assert item.place == "เรื่องทดสอบ 68-0001"


def test_a_case_is_its_persons_else_its_units(
    office: Organization, officer: Actor, somsri: Membership, finance: Membership
) -> None:
    case = assign(actor=officer, case=a_case(), unit=Unit.objects.get(name="กองคลัง"))
    assert items() == [], "not due yet"
    hear(case=case, text="?", channel_kind="web")
    assert (only().unit, only().user_id, only().missing) == ("กองคลัง", None, "ผู้แจ้งส่งข้อความมา")
    assign(actor=officer, case=case, assignee=somsri)
    assert (only().unit, only().user_id) == ("", somsri.user_id)
    case.refresh_from_db()
    say(actor=officer, case=case, text="!", version=case.version)
    assert items() == []


def test_the_citizen_is_to_be_told_within_fifteen_days(office: Organization, officer: Actor) -> None:
    case = acknowledge(actor=officer, case=a_case())
    with clock.at(date(2025, 8, 18)):
        assert (only().key, only().due) == (f"case:{case.pk}:inform", date(2025, 8, 29))
        say(actor=officer, case=case, text="กำลังรออะไหล่")
        assert items() == []
    with clock.at(date(2025, 8, 25)):
        assert (only().key, only().due) == (f"case:{case.pk}:due", date(2025, 9, 4))


def test_a_late_case_is_also_the_business_of_its_units_head_and_then_of_the_clerk(
    office: Organization, officer: Actor, finance: Membership
) -> None:
    clerk = member(username="clerk", position="ปลัด")
    Membership.objects.filter(pk=clerk.pk).update(post="clerk")
    case = assign(actor=officer, case=a_case(), unit=Unit.objects.get(name="กองคลัง"))
    with clock.at(date(2025, 9, 5)):
        late = items(due=date(2025, 9, 4))
        assert [(i.key.split(":", 2)[2], i.permission, i.unit, i.user_id) for i in late] == [
            ("late", "testing.handle", "กองคลัง", None),
            ("late:unit", "testing.assign", "กองคลัง", None),
        ]
    with clock.at(date(2025, 9, 10)):
        assert [i.user_id for i in items(key=f"case:{case.pk}:late:clerk")] == [clerk.user_id]


def test_what_neither_person_nor_unit_can_work_on_asks_those_who_assign_at_once(
    office: Organization, officer: Actor, somsri: Membership, finance: Membership
) -> None:
    """A unit without anybody, one whose people lack the right, a person who has left: nothing is nobody's."""
    idle = Unit.objects.create(name="กองสาธารณสุข", position=5)
    member("testing.read", username="auditor", unit="หน่วยตรวจสอบภายใน")
    audit = Unit.objects.get(name="หน่วยตรวจสอบภายใน")
    for unit in (idle, audit):
        case = assign(actor=officer, case=a_case(), unit=unit)
        item = only()
        assert (item.key, item.unit, item.user_id) == (f"case:{case.pk}:nobody", "", None)
        assert (item.permission, item.due) == ("testing.assign", clock.today())
        assert item.missing == f"ไม่มีผู้ดำเนินการได้ใน {unit.name}"
        assign(actor=officer, case=case, unit=finance.unit)
        assert items() == []
    leaves = member(*READS, username="leaves", unit="กองสาธารณสุข")
    case = assign(actor=officer, case=a_case(), assignee=leaves)
    assert items() == []
    Membership.objects.filter(pk=leaves.pk).update(is_active=False)
    assert only().missing == "ไม่มีผู้ดำเนินการได้ใน กองสาธารณสุข"
    member(*READS, username="comes", unit="กองสาธารณสุข")
    assert items() == [], "the unit's again"


def test_a_case_of_who_has_left_is_its_units_work(
    office: Organization, officer: Actor, finance: Membership
) -> None:
    leaves = member(*READS, username="leaves", unit="กองคลัง")
    case = assign(actor=officer, case=a_case(), assignee=leaves)
    Membership.objects.filter(pk=leaves.pk).update(is_active=False)
    hear(case=case, text="?", channel_kind="web")
    assert (only().unit, only().user_id, only().permission) == ("กองคลัง", None, "testing.handle")
    assert assign(actor=officer, case=case, unit=finance.unit).assignee is None, "free for who is there"


def test_what_the_citizen_wrote_is_to_be_read_within_two_working_days(
    office: Organization, officer: Actor, finance: Membership
) -> None:
    case = assign(actor=officer, case=a_case(), unit=finance.unit)
    hear(case=case, text="ยังดับอยู่", channel_kind="web")
    assert (only().key, only().due) == (f"case:{case.pk}:heard", date(2025, 8, 18))
    Case.objects.filter(pk=case.pk).update(due_on=date(2025, 8, 15))
    assert only().due == date(2025, 8, 15), "not later than the case is due"


def test_a_case_that_waits_for_the_citizen_is_nobodys_for_three_weeks(
    office: Organization, officer: Actor
) -> None:
    case = act(actor=officer, case=acknowledge(actor=officer, case=a_case()), act="ask", message="?")
    with clock.at(date(2025, 9, 3)):
        assert items() == []
    with clock.at(date(2025, 9, 4)):
        assert only().key == f"case:{case.pk}:silent"


def test_whoever_writes_after_the_end_is_to_be_answered(office: Organization, officer: Actor) -> None:
    case = act(actor=officer, case=a_case(), act="refuse", reason="x")
    assert items() == []
    hear(case=case, text="ทำไม", channel_kind="web")
    assert (only().key, only().due) == (f"case:{case.pk}:heard", date(2025, 8, 18))
    with translation.override("en"):
        said = f"{only().missing}: {only().action}"
    assert said == "The citizen has written after the case was closed: Read and answer"


def test_a_message_that_did_not_arrive_asks_for_another_way(office: Organization, officer: Actor) -> None:
    case = acknowledge(actor=officer, case=a_case())
    said = say(actor=officer, case=case, text="x")
    CaseMessage.objects.filter(pk=said.pk).update(delivery="failed")
    assert only().key == f"case:{case.pk}:undelivered:{said.pk}"


def test_self_checks_closed_and_merged_cases_and_other_kinds_ask_nothing(
    office: Organization, officer: Actor
) -> None:
    a_case(is_check=True)
    first = a_case()
    merge(actor=officer, case=a_case(), into=first, reason="x")
    act(actor=officer, case=first, act="refuse", reason="x")
    a_case(kind=LETTER.key)
    assert work_items_of([ERRAND.key]) == []
    assert work_items_of([]) == []
    assert len(work_items_of([LETTER.key])) == 1


def test_beyond_what_can_be_read_the_list_says_how_many_more_there_are(
    office: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST", 3)
    for _ in range(5):
        a_case()
    found = items()
    assert len(found) == 4
    assert "อีก 2 เรื่อง" in found[-1].title


def test_work_is_put_together_in_a_bounded_number_of_queries(
    office: Organization, officer: Actor, finance: Membership
) -> None:
    for number in range(12):
        case = assign(actor=officer, case=a_case(), unit=Unit.objects.all()[number % 2])
        hear(case=case, text="?", channel_kind="web")
    with clock.at(date(2025, 9, 30)), counted_queries("casework.work_items"):
        assert len(items()) == 24


# --- lists ---


def test_an_inbox_has_the_kinds_that_one_may_look_at_the_newest_first(
    office: Organization, officer: Actor
) -> None:
    errand, letter = a_case(), a_case(kind=LETTER.key)
    a_case(is_check=True)
    assert list(inbox(officer)) == [letter, errand]
    assert list(inbox(Actor("x", frozenset({"testing.read"})))) == [errand]
    assert list(inbox(Actor("x"))) == []
    assert list(inbox(Actor.system())) == [letter, errand]


def test_open_cases_come_by_their_last_day(office: Organization, officer: Actor) -> None:
    later, sooner = a_case(), a_case(received_on=date(2025, 8, 1))
    waits = act(actor=officer, case=acknowledge(actor=officer, case=a_case()), act="ask", message="?")
    act(actor=officer, case=a_case(), act="refuse", reason="x")
    assert list(Case.objects.open().pressing()) == [sooner, later, waits]
    with clock.at(date(2025, 9, 5)):
        assert set(Case.objects.late(clock.today())) == {sooner, later}
