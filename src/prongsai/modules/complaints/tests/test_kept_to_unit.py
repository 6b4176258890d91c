"""Complaints about the office are kept to the units that work on them; who brought a case, to those who work on such."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import may_see
from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.modules.complaints.choices import COMPLAINT, KINDS
from prongsai.modules.complaints.tests.desk import (
    ASSIGN,
    HANDLE,
    INTAKE,
    READ,
    a_case,
    a_complaint,
    at,
    of,
    paper,
    picture,
)
from prongsai.ui.navigation import concerns
from tests.api.conftest import bearer, token
from tests.cast import SYSTEM, member, signed_in_client

API = "/api/v1/banthrai/complaints/cases"
PLACES = ("cases", "cases-board", "cases-calendar", "complaints-desk")


@pytest.fixture
def early_august() -> Iterator[None]:
    """A day on which what comes is due in the same month, on the same page of the calendar."""
    with clock.at(date(2025, 8, 4)):
        yield


@pytest.fixture
def units(office: Organization) -> tuple[Unit, Unit]:
    return Unit.objects.get(name="สำนักปลัด"), Unit.objects.get(name="กองคลัง")


@pytest.fixture
def officer(office: Organization) -> Membership:
    """Reads and works on cases, as every unit's officer does."""
    return member(READ, HANDLE, username="officer", unit="กองคลัง")


def complaint(unit: Unit | None, title: str, **said: Any) -> Case:
    return a_complaint(unit=unit, title=title, **said)


def seen(client: Client, place: str) -> str:
    return client.get(at(place)).content.decode()


@pytest.mark.usefixtures("early_august")
def test_a_complaint_is_shown_to_its_own_unit_and_to_no_other(
    units: tuple[Unit, Unit], officer: Membership
) -> None:
    own, others, nobodys = (
        complaint(unit, title)
        for unit, title in (
            (units[1], "เรื่องของกองคลัง"),
            (units[0], "เรื่องของสำนักปลัด"),
            (None, "เรื่องที่ยังไม่มีผู้รับ"),
        )
    )
    lamp = a_case(unit=units[0], title="ไฟของสำนักปลัด")
    client = signed_in_client(officer)
    for place in PLACES:
        page = seen(client, place)
        shown = [case.number in page for case in (own, others, nobodys, lamp)]
        assert shown == [True, False, False, True], place
    exported = client.get(at("cases") + "?format=csv").content.decode()
    assert own.number in exported
    assert others.number not in exported
    assert client.get(of(own)).status_code == client.get(of(lamp)).status_code == 200
    for page in ("", "say", "note", "merge", "correct"):
        assert client.get(of(others, page)).status_code == 404, page
    assert client.get(of(others, "print", format="pdf")).status_code == 404
    assert client.get(at("cases") + f"?q={others.number}").content.decode().count(others.title) == 0


def test_whoever_was_given_a_complaint_sees_it_wherever_it_stands(
    units: tuple[Unit, Unit], officer: Membership
) -> None:
    case = complaint(units[0], "เรื่องของสำนักปลัด")
    assert not may_see(officer.actor(), case)
    services.assign(actor=SYSTEM, case=case, unit=units[0], assignee=officer)
    client = signed_in_client(officer)
    assert client.get(of(case)).status_code == 200
    assert case.number in seen(client, "cases")


@pytest.mark.parametrize("more", [(ASSIGN,), (INTAKE,)])
def test_who_assigns_or_takes_in_cases_sees_them_all(units: tuple[Unit, Unit], more: tuple[str, ...]) -> None:
    case = complaint(units[0], "เรื่องของสำนักปลัด")
    client = signed_in_client(member(READ, *more, username="central"))
    assert case.number in seen(client, "cases")
    assert client.get(of(case)).status_code == 200


def test_a_program_sees_what_its_owner_sees(office: Organization, units: tuple[Unit, Unit]) -> None:
    own, others = complaint(units[1], "เรื่องของกองคลัง"), complaint(units[0], "เรื่องของสำนักปลัด")
    who, secret = token(office, READ, HANDLE, username="officer")
    who.unit = units[1]
    who.save()
    client = bearer(secret)
    assert [each["id"] for each in client.get(API).json()["items"]] == [own.pk]
    assert client.get(f"{API}/{own.pk}").status_code == 200
    assert client.get(f"{API}/{others.pk}").status_code == 404
    sent = {"data": {"text": "x"}, "content_type": "application/json"}
    assert client.post(f"{API}/{others.pk}/notes", **sent).status_code == 404
    into = {"data": {"into": others.pk, "reason": "x"}, "content_type": "application/json"}
    assert client.post(f"{API}/{own.pk}/merge", headers={"If-Match": '"0"'}, **into).status_code == 404


def test_no_page_of_another_case_leads_to_a_complaint_of_others(
    units: tuple[Unit, Unit], officer: Membership
) -> None:
    others = complaint(units[0], "รอนานที่สำนักปลัด", body="รอนานมาก ไม่มีใครเรียกคิว")
    own = complaint(units[1], "รอนานที่กองคลัง", body="รอนานมาก ไม่มีใครเรียกคิว")
    part = services.split(actor=SYSTEM, case=own, title="อีกส่วน", body="ส่วนของสำนักปลัด").case
    Case.objects.filter(pk=part.pk).update(unit=units[0], title="ส่วนที่เป็นของสำนักปลัด")
    client = signed_in_client(officer)
    assert "ส่วนที่เป็นของสำนักปลัด" not in client.get(of(own)).content.decode()
    form = client.get(of(own, "merge")).content.decode()
    assert others.number not in form
    page = signed_in_client(member(READ, HANDLE, ASSIGN, username="clerk")).get(of(own)).content.decode()
    assert part.number in page


def test_work_on_a_complaint_that_nobody_has_yet_is_for_those_who_assign(
    units: tuple[Unit, Unit], officer: Membership
) -> None:
    complaint(None, "เรื่องที่ยังไม่มีผู้รับ")
    complaint(units[0], "เรื่องของสำนักปลัด")
    head = member(READ, HANDLE, ASSIGN, username="clerk", unit="สำนักปลัด")
    items = work_items_of(KINDS)
    assert len(items) == 2
    assert not [item for item in items if concerns(item, officer.actor())]
    assert len([item for item in items if concerns(item, head.actor())]) == 2


def test_a_report_that_becomes_a_complaint_is_kept_too(units: tuple[Unit, Unit], officer: Membership) -> None:
    lamp = a_case(unit=units[0], title="เจ้าหน้าที่ไม่มาซ่อมไฟ")
    assert may_see(officer.actor(), lamp)
    moved = services.recategorise(actor=SYSTEM, case=lamp, category="service", topic=None, kind=COMPLAINT)
    assert not may_see(officer.actor(), moved)


@pytest.mark.parametrize(("more", "told"), [((), False), ((HANDLE,), True), ((INTAKE,), True)])
def test_who_brought_a_case_and_what_they_sent_is_told_by_the_api_as_on_the_screen(
    office: Organization, more: tuple[str, ...], told: bool
) -> None:
    case = a_case(files=[picture()])
    services.hear(case=case, text="ยังดับอยู่", channel_kind="web", files=[paper("บัตรของผู้แจ้ง.pdf")])
    services.say(actor=SYSTEM, case=case, text="กำลังไป", files=[picture("ใบสั่ง.png")])
    who, secret = token(office, READ, *more, username="reader")
    who.unit = case.unit
    who.save()
    found = bearer(secret).get(f"{API}/{case.pk}").json()
    contact = [found[name] for name in ("contact_name", "contact_phone")]
    assert contact == (["นายบุญมี ตัวอย่าง", "081 000 0000"] if told else ["", ""])
    assert found["body"] == case.body, "the matter itself is read by all who may read cases"
    kept = {each.file.sha256: each.from_citizen for each in case.files.select_related("file")}
    wanted = {sha256 for sha256, from_citizen in kept.items() if told or not from_citizen}
    assert set(found["files"]) == wanted
    assert {sha256 for each in found["messages"] for sha256 in each["files"]} <= wanted
    client = signed_in_client(who)
    page = client.get(of(case)).content.decode()
    assert ("บัตรของผู้แจ้ง.pdf" in page) is told
    for each in case.files.all():
        answer = client.get(of(case, "file", case_file=each.pk))
        assert answer.status_code == (200 if told or not each.from_citizen else 403), each.name
