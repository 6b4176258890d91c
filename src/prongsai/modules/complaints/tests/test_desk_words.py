"""What the desk says: who may change a page, what is missing in a form, of one day, in the reader's language."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.complaints.tests.desk import (
    HANDLE,
    INTAKE,
    MANAGE,
    READ,
    a_case,
    at,
    closed_case,
    now,
    of,
    said,
)
from tests.cast import member, signed_in_client

SET_UP = ("complaints-rules", "complaints-categories", "complaints-answers", "complaints-days")


def test_whoever_may_not_change_how_the_office_works_reads_who_may(office: Organization) -> None:
    reader = signed_in_client(member(READ, INTAKE, HANDLE, username="somsri-r"))
    for page in SET_UP:
        assert "ยังไม่มีผู้มีสิทธิแก้หน้านี้" in said(reader.get(at(page)))
    head = member(READ, MANAGE, "office.manage", username="palad", position="ปลัด อบต.")
    for page in SET_UP:
        assert f"ผู้แก้ไขได้คือ {head.user.full_name} (ปลัด อบต.)" in said(reader.get(at(page)))
        assert "ผู้แก้ไขได้คือ" not in said(signed_in_client(head).get(at(page)))


@pytest.mark.parametrize(("phone", "taken"), [("12", False), ("๐๘๑-๐๐๐-๐๐๐๐", True), ("044 000 000", True)])
def test_a_number_that_lacks_digits_is_told_while_who_gave_it_is_there(
    clerk: Client, phone: str, taken: bool
) -> None:
    today = clock.today()
    given = {
        "channel_kind": "phone", "category": "lamp", "body": "ไฟดับ", "contact_phone": phone,
        "received_on_d": str(today.day), "received_on_m": str(today.month), "received_on_y": str(today.year + 543),
    }  # fmt: skip
    answer = clerk.post(at("complaints-intake"), given)
    assert (answer.status_code == 302) is taken
    assert ("อย่างน้อย 9 ตัว" in said(answer)) is not taken


def test_a_number_that_stood_there_before_keeps_nobody_from_correcting_the_rest(clerk: Client) -> None:
    case = a_case()
    type(case).objects.filter(pk=case.pk).update(contact_phone="12")
    day = {f"received_on_{part}": str(value) for part, value in zip("dmy", _parts(case), strict=True)}
    given = {"title": "ไฟดับ", "body": case.body, "contact_phone": "12", "version": case.version, **day}
    clerk.post(of(case, "correct"), given)
    assert now(case).title == "ไฟดับ"


def _parts(case: Any) -> tuple[int, int, int]:
    day = case.received_on
    return day.day, day.month, day.year + 543


def test_what_the_citizen_wished_is_said_in_the_readers_language(clerk: Client) -> None:
    case = a_case(details={"answer_by": "page"})
    clerk.cookies["django_language"] = "en"
    assert "Tracking page" in said(clerk.get(of(case)))


def test_a_missing_answer_is_asked_for_in_a_whole_sentence(clerk: Client) -> None:
    case = a_case()
    asked = said(clerk.post(of(case, "act", act="withdraw"), {"version": case.version}))
    assert "ระบุว่าผู้แจ้งขอยุติทางใด เมื่อใด" in asked
    assert "เลือกว่าวันนั้นสำนักงานหยุดหรือเปิดทำการ" in said(clerk.post(at("complaints-day-add"), {}))


def test_of_a_case_that_is_open_nothing_is_said_of_having_been_closed_late(clerk: Client) -> None:
    a_case(title="ไฟดับที่ยังเปิด")
    closed_case()
    rows = clerk.get(at("cases"), {"format": "csv", "state": "all"}).content.decode("utf-8-sig").splitlines()
    place = rows[0].split(",").index("ปิดหลังครบกำหนด")
    late = {"ที่ยังเปิด" in row: row.split(",")[place] for row in rows[1:]}
    assert late == {True: "", False: "ไม่ใช่"}


def test_a_list_shows_how_days_are_typed_by_the_year_that_runs(clerk: Client) -> None:
    a_case()
    year = fiscal_year_of(clock.today())
    page = clerk.get(at("cases")).content.decode()
    assert f'placeholder="1/10/{year - 1}"' in page
    assert f'placeholder="30/9/{year}"' in page
