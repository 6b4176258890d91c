"""A case is given to who can open and work on it, and one that nobody can work on is the work of who assigns."""

from __future__ import annotations

import pytest
from django.test import Client

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import services
from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel.errors import InvalidInput, NotPermitted
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE
from prongsai.modules.complaints.models import RoutingRule
from prongsai.modules.complaints.services.routing import Matter, every_category_is_worked_on, route
from prongsai.modules.complaints.services.rules import add_rule
from prongsai.modules.complaints.tests.desk import (
    ALL,
    ASSIGN,
    HANDLE,
    READ,
    a_case,
    a_complaint,
    at,
    now,
    of,
    said,
)
from tests.cast import SYSTEM, member, signed_in_client

pytestmark = pytest.mark.django_db
NOBODY = "ไม่มีผู้ดำเนินการได้ใน"
ELSEWHERE = "เลือกส่วนราชการนั้น หรือเลือกบุคคลในส่วนราชการที่เลือกไว้"


@pytest.fixture
def finance(office: Organization) -> Membership:
    return member(READ, HANDLE, username="finance", unit="กองคลัง")


@pytest.fixture
def auditor(office: Organization) -> Membership:
    """Keeps the office's records in order, and has nothing to do with cases."""
    return member("audit.read", username="auditor", unit="หน่วยตรวจสอบภายใน")


def offered(page: str) -> list[str]:
    """The people whom the form offers to work on a case."""
    field = page.split('name="assignee"')[1].split("</select>")[0]
    return [each for each in ("finance", "auditor", "pimchanok", "mayor") if f"{each} ตัวอย่าง" in field]


def test_only_who_can_work_on_a_case_is_offered_and_taken(
    clerk: Client, finance: Membership, auditor: Membership
) -> None:
    mayor = member(READ, ASSIGN, username="mayor", position="นายก")
    case = a_case(unit=Unit.objects.get(name="กองคลัง"))
    for place in (of(case, "assign"), at("cases-assign") + f"?cases={case.pk}", at("complaints-rule-add")):
        assert offered(clerk.get(place).content.decode()) == ["finance", "pimchanok"], place
    clerk.post(of(case, "assign"), {"assignee": auditor.pk, "version": case.version})
    assert now(case).assignee is None
    for person in (auditor, mayor):
        with pytest.raises(InvalidInput) as refused:
            services.assign(actor=SYSTEM, case=case, assignee=person)
        assert refused.value.field == "assignee"
        with pytest.raises(InvalidInput):
            add_rule(actor=SYSTEM, category="lamp", assignee=person)
    assert not services.may_take(mayor.actor(), case), "who assigns alone would take what they cannot work on"
    with pytest.raises(NotPermitted):
        services.take(actor=mayor.actor(), case=case)


def test_who_is_chosen_alone_gets_the_case_into_their_own_unit(clerk: Client, finance: Membership) -> None:
    head = Unit.objects.get(name="สำนักปลัด")
    case = a_case(unit=head)
    clerk.post(of(case, "assign"), {"unit": head.pk, "assignee": finance.pk, "version": case.version})
    assert (now(case).unit, now(case).assignee) == (finance.unit, finance)


def test_a_unit_and_a_person_of_another_are_asked_about(clerk: Client, finance: Membership) -> None:
    head, third = Unit.objects.get(name="สำนักปลัด"), Unit.objects.create(name="กองช่าง", position=7)
    case = a_case(unit=third)
    typed = {"unit": head.pk, "assignee": finance.pk}
    answer = clerk.post(of(case, "assign"), typed | {"version": case.version})
    assert ELSEWHERE in said(answer)
    assert (now(case).unit, now(case).assignee) == (third, None)
    assert ELSEWHERE in said(clerk.post(at("complaints-rule-add"), typed | {"category": "lamp"}))
    services.take(actor=member(*ALL, username="boss", unit="สำนักปลัด").actor(), case=case)
    note = {"unit": third.pk, "assignee": now(case).assignee_id, "reason": "x", "version": now(case).version}  # type: ignore[attr-defined]
    assert clerk.post(of(case, "assign"), note).status_code == 302, "what stands there may stay"


def test_a_rule_leads_past_who_cannot_work_on_it_and_to_the_unit_of_who_can(
    clerk: Client, finance: Membership
) -> None:
    matter = Matter(GRIEVANCE, "lamp")
    add_rule(actor=SYSTEM, category="lamp", assignee=finance)
    assert (route(matter).unit, route(matter).assignee) == (finance.unit, finance)
    finance.held.get().delete()  # type: ignore[attr-defined]
    assert route(matter).rule == RoutingRule.objects.get()
    assert route(matter).assignee is None
    assert route(matter).unit == Unit.objects.get(name="สำนักปลัด")


def test_what_goes_to_a_unit_in_which_nobody_can_work_on_it_is_the_work_of_who_assigns(
    clerk: Client, finance: Membership, auditor: Membership
) -> None:
    """Also a complaint about the office, which the others see nothing of."""
    case = a_complaint(unit=auditor.unit)
    assert case.kind == COMPLAINT
    mine = said(clerk.get(at("my-work")))
    assert f"{NOBODY} หน่วยตรวจสอบภายใน" in mine
    assert NOBODY not in said(signed_in_client(finance).get(at("my-work")))
    services.assign(actor=SYSTEM, case=case, assignee=finance)
    assert all(item.user_id == finance.user_id for item in work_items_of([COMPLAINT]))  # type: ignore[attr-defined]


def test_the_categories_say_where_nobody_can_work_on_them(clerk: Client, auditor: Membership) -> None:
    add_rule(actor=SYSTEM, category="lamp", unit=auditor.unit)
    page = said(clerk.get(at("complaints-categories")))
    assert "หน่วยตรวจสอบภายใน (ยังไม่มีผู้ดำเนินการได้)" in page
    assert "สำนักปลัด (ยังไม่มีผู้ดำเนินการได้)" not in page


def test_a_new_office_is_asked_until_every_category_is_worked_on(
    office: Organization, finance: Membership
) -> None:
    assert not every_category_is_worked_on()
    member(READ, HANDLE, username="head", unit="สำนักปลัด")
    assert every_category_is_worked_on()
    member("office.read", username="audit", unit="หน่วยตรวจสอบภายใน")
    assert not every_category_is_worked_on(), "it gets complaints of corruption by its name"


def test_whoever_closes_an_account_is_told_of_the_open_cases(
    office: Organization, finance: Membership
) -> None:
    case, closed = a_case(), a_case()
    for each in (case, closed):
        services.assign(actor=SYSTEM, case=each, assignee=finance)
    services.act(actor=SYSTEM, case=closed, act="refuse", reason="x")
    admin = signed_in_client(member("office.read", "people.manage", username="admin"))
    page = said(admin.get(at("settings-person-end", member=finance.pk)))
    assert f"1 เรื่อง ({case.number})" in page
    assert closed.number not in page
