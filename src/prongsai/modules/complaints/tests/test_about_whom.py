"""A complaint about a unit or a person of the office: kept from them on every way, and never given to them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.accounts.builtin import builtin_roles
from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import services
from prongsai.foundation.casework.hands import all_hands
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import may_see
from prongsai.foundation.casework.services import Concerned
from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.notify.selectors import concerns as is_told
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, NotPermitted
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, KINDS
from prongsai.modules.complaints.services.rules import add_rule
from prongsai.modules.complaints.services.splitting import split_off
from prongsai.modules.complaints.tests.desk import (
    ASSIGN,
    HANDLE,
    INTAKE,
    MANAGE,
    READ,
    a_case,
    a_complaint,
    at,
    now,
    of,
    said,
)
from prongsai.ui.navigation import concerns
from tests.api.conftest import bearer, token
from tests.cast import SYSTEM, member, signed_in_client

pytestmark = pytest.mark.django_db
PLACES = ("cases", "cases-board", "cases-calendar", "complaints-desk")
API = "/api/v1/banthrai/complaints/cases"
HEADS = (READ, HANDLE, ASSIGN)
LETTER = {
    "channel_kind": "letter",
    "received_on": "18/8/2568",
    "category": "people",
    "body": "หัวหน้าสำนักปลัดใช้อำนาจกลั่นแกล้งผู้ใต้บังคับบัญชา",
    "contact_name": "นางสาวมานี ตัวอย่าง",
    "contact_phone": "089 000 0000",
}


@pytest.fixture
def unit(office: Organization) -> Unit:
    return Unit.objects.get(name="สำนักปลัด")


@pytest.fixture
def head(unit: Unit) -> Membership:
    """The head of the unit: assigns cases, and so sees complaints of all units."""
    return member(*HEADS, username="head", unit=unit.name, position="หัวหน้าสำนักปลัด")


@pytest.fixture
def keeper(unit: Unit) -> Membership:
    """Takes in complaints, and sits in the same unit."""
    return member(READ, INTAKE, HANDLE, ASSIGN, username="keeper", unit=unit.name)


def about(unit: Unit | None = None, who: Membership | None = None, **more: Any) -> Case:
    return a_complaint(**({"unit": None, "concerned": Concerned(unit, who)} | more))


def reached(client: Client, case: Case) -> list[str]:
    """The ways on which somebody comes to see the case."""
    found = [place for place in PLACES if case.number in client.get(at(place)).content.decode()]
    pages = ("", "assign", "take", "correct", "note", "recategorise")
    found += [page or "case" for page in pages if client.get(of(case, page)).status_code == 200]
    found += ["file"] if case.number in client.get(at("cases") + "?format=csv").content.decode() else []
    found += (
        ["number"] if client.get(at("cases") + f"?q={case.number}").content.decode().count(case.title) else []
    )
    found += ["print"] if client.get(of(case, "print", format="docx")).status_code == 200 else []
    return found


@pytest.mark.parametrize("by", ["unit", "member"])
def test_whom_it_is_about_does_not_reach_it_on_any_way(
    unit: Unit, head: Membership, keeper: Membership, by: str
) -> None:
    with clock.at(date(2025, 8, 4)):
        case = about(unit if by == "unit" else None, head if by == "member" else None)
        part = services.split(actor=SYSTEM, case=case, title="ส่วนหนึ่งของเรื่อง").case
        open_ = about(title="เรื่องของผู้อื่น")
        joined = about(case.concerned_unit, case.concerned_member, title="เรื่องเดียวกัน")
        services.merge(actor=SYSTEM, case=joined, into=case, reason="เรื่องเดียวกัน")
        client = signed_in_client(head)
        assert reached(client, case) == reached(client, part) == []
        assert len(reached(client, open_)) == len(PLACES) + 9
        assert case.title not in client.get(of(joined)).content.decode()
        assert "note" in reached(signed_in_client(keeper), case), "who keeps the register works on it"
    items = [item for item in work_items_of(KINDS) if item.place.endswith(case.number)]
    assert items
    assert [concerns(item, head.actor()) for item in items] == [False] * len(items)
    assert any(concerns(item, keeper.actor()) for item in items)
    assert not is_told(now(case), "assigned", head, None, all_hands())
    assert not is_told(now(case), "late", head, head.user_id, all_hands())  # type: ignore[attr-defined]
    with pytest.raises(NotPermitted):
        services.note(actor=head.actor(), case=case, text="x")


def test_a_program_of_theirs_does_not_reach_it_either(office: Organization, unit: Unit) -> None:
    case = about(unit)
    who, secret = token(office, *HEADS, username="program")
    client = bearer(secret)
    assert client.get(f"{API}/{case.pk}").status_code == 200
    who.unit = unit
    who.save()
    assert client.get(f"{API}/{case.pk}").status_code == 404
    assert client.get(API).json()["items"] == []


def test_who_takes_in_complaints_is_concerned_as_a_person_alone(unit: Unit, keeper: Membership) -> None:
    member(READ, MANAGE, username="clerk", position="ปลัด")
    assert may_see(keeper.actor(), about(unit))
    assert not may_see(keeper.actor(), about(unit, keeper))


def test_taken_in_about_a_unit_the_letter_goes_to_nobody_of_it(
    unit: Unit, head: Membership, keeper: Membership
) -> None:
    add_rule(actor=SYSTEM, category="people", unit=unit, assignee=head)
    client = signed_in_client(keeper)
    client.post(at("complaints-intake"), LETTER)
    led = Case.objects.latest("pk")
    assert (led.unit, led.assignee) == (unit, head), "where nothing is said the rules lead it there"
    client.post(at("complaints-intake"), LETTER | {"concerned_unit": unit.pk, "body": "อีกฉบับ"})
    kept = Case.objects.latest("pk")
    assert (kept.unit, kept.assignee, kept.concerned_unit) == (None, None, unit)
    client.post(at("complaints-intake"), LETTER | {"concerned_member": head.pk, "body": "อีกฉบับหนึ่ง"})
    of_person = Case.objects.latest("pk")
    assert (of_person.unit, of_person.concerned_member) == (None, head), "nor to those who work under them"
    assert kept.number not in said(signed_in_client(head).get(at("cases")))
    wrong = client.post(
        at("complaints-intake"), LETTER | {"concerned_unit": unit.pk, "unit": unit.pk, "body": "ฉบับที่สาม"}
    )
    assert "ส่งให้ไม่ได้" in said(wrong)
    lamp = client.post(at("complaints-intake"), LETTER | {"category": "lamp", "concerned_member": head.pk})
    assert "เฉพาะเรื่องร้องเรียน" in said(lamp)
    assert Case.objects.latest("pk") == of_person


def test_a_part_that_is_split_off_goes_to_nobody_of_them_either(unit: Unit, head: Membership) -> None:
    add_rule(actor=SYSTEM, category="people", unit=unit, assignee=head)
    for case in (about(unit), about(who=head)):
        part = split_off(actor=SYSTEM, case=case, title="ส่วนหนึ่ง", body="อีกส่วนของเรื่อง", category="people").case
        assert (part.unit, part.assignee) == (None, None)
        assert Concerned.of(part) == Concerned.of(case)
        assert not may_see(head.actor(), part)


def test_what_was_a_complaint_about_somebody_can_be_split_and_stays_kept_from_them(head: Membership) -> None:
    case = services.recategorise(
        actor=SYSTEM,
        case=about(who=head),
        kind=GRIEVANCE,
        category="lamp",
        topic=None,
        reason="เป็นการแจ้งไฟดับ",
    )
    part = services.split(actor=SYSTEM, case=case, title="อีกต้นหนึ่ง").case
    assert (part.kind, part.concerned_member) == (GRIEVANCE, head)
    assert not may_see(head.actor(), part)


def test_it_is_not_given_to_whom_it_is_about_and_why_is_said(unit: Unit, head: Membership) -> None:
    other, officer = Unit.objects.get(name="กองคลัง"), member(HANDLE, username="o", unit="สำนักปลัด")
    case = about(unit, head)
    for given, field in (
        ({"unit": unit}, "unit"),
        ({"assignee": head}, "assignee"),
        ({"assignee": officer}, "assignee"),
    ):
        with pytest.raises(InvalidInput) as refused:
            services.assign(actor=SYSTEM, case=case, **given)  # type: ignore[arg-type]
        assert refused.value.field == field
    assert services.assign(actor=SYSTEM, case=case, unit=other).unit == other
    client = signed_in_client(member(*HEADS, username="clerk"))
    page = client.post(of(case, "assign"), {"unit": unit.pk, "version": now(case).version})
    assert page.status_code == 200
    assert now(case).unit == other


def test_who_keeps_the_register_may_work_on_what_is_about_their_unit(unit: Unit, keeper: Membership) -> None:
    case = services.assign(actor=SYSTEM, case=about(unit), assignee=keeper)
    assert (case.assignee, case.unit) == (keeper, None)


def test_said_later_it_leaves_those_it_is_about_and_they_cannot_undo_it(unit: Unit, head: Membership) -> None:
    case = a_complaint(unit=unit)
    central = member(*HEADS, username="central")
    told = {
        "title": case.title,
        "received_on": "18/8/2568",
        "version": case.version,
        "concerned_member": head.pk,
    }
    signed_in_client(central).post(of(case, "correct"), told)
    assert (now(case).concerned_member, now(case).unit) == (head, unit), (
        "the others of the unit go on with it"
    )
    services.assign(
        actor=central.actor(),
        case=now(case),
        unit=Unit.objects.get(name="กองคลัง"),
        concerned=Concerned(unit, head),
    )
    assert not may_see(head.actor(), case)
    assert [event.about for event in case.events.filter(event="concerned")] == [
        head.user.full_name, f"{unit.name} {head.user.full_name}",
    ]  # fmt: skip
    with pytest.raises(NotPermitted):
        services.correct(actor=central.actor(), case=now(case), concerned=Concerned())
    manager = member(READ, HANDLE, MANAGE, username="manager")
    assert (
        services.correct(actor=manager.actor(), case=now(case), concerned=Concerned()).concerned_unit is None
    )


def test_a_unit_that_has_it_loses_it_when_it_is_about_them(unit: Unit) -> None:
    case = services.correct(actor=SYSTEM, case=a_complaint(unit=unit), concerned=Concerned(unit))
    assert (case.unit, case.assignee) == (None, None)


def test_only_complaints_about_the_office_are_about_somebody(unit: Unit) -> None:
    with pytest.raises(InvalidInput):
        a_case(kind=GRIEVANCE, concerned=Concerned(unit))
    client = signed_in_client(member(*HEADS, INTAKE, username="clerk"))
    assert "concerned_unit" not in client.get(of(a_case(), "correct")).content.decode()
    assert "concerned_unit" in client.get(of(a_complaint(), "correct")).content.decode()
    assert client.get(of(about(unit))).content.decode().count(unit.name)


def test_the_mayor_sees_complaints_about_the_office_but_those_about_the_mayor(unit: Unit) -> None:
    mayor = member(*builtin_roles()["head"]["permissions"], username="mayor", position="นายก")
    client = signed_in_client(mayor)
    other, own = about(unit), about(who=mayor)
    assert client.get(of(other)).status_code == client.get(of(other, "assign")).status_code == 200
    assert client.get(of(own)).status_code == 404
    assert "บุญมี" not in client.get(of(other)).content.decode(), "who orders is not told who complained"
    assert own.kind == COMPLAINT
