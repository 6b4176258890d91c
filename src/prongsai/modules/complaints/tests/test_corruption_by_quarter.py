"""Complaints of corruption by quarter, in paper and workbook: no quarter of few complaints tells its subject, by itself or
taken from a sum; and the sum holds what its rows hold."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import docx
import pytest
from django.test import Client
from openpyxl import load_workbook

from prongsai.foundation.ledger.services import flush, record
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Origin, Period, Topic, Visibility
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.tests.recount import Rows, docx_tables, workbook
from prongsai.modules.complaints.tests.register import came, done, opened_channel
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
TODAY = date(2025, 10, 15)
REPORT = "/banthrai/complaints/statistics/2568/report."
ENDS = (date(2024, 12, 31), date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30))
HIDDEN, UNKNOWN = ["ไม่แสดง"] * 3, ["ไม่มีข้อมูล"] * 3


@pytest.fixture
def office(registered: Organization) -> Organization:
    with clock.at(date(2024, 10, 5)):
        count_due(actor=SYSTEM)
        flush()
    return registered


def get(format: str) -> bytes:
    with clock.at(TODAY):
        answer = Client().get(REPORT + format)
    assert answer.status_code == 200
    return answer.content


def rows() -> dict[str, list[str]]:
    """The first table of the paper: quarters and sum."""
    return {row[0]: row[1:] for row in docx_tables(get("docx"))[0][1:]}


def sheet() -> Rows:
    return workbook(get("xlsx"))["การทุจริต"]


def title() -> str:
    """What stands above the sheet."""
    return str(load_workbook(io.BytesIO(get("xlsx")))["การทุจริต"]["A1"].value)


def words() -> str:
    return " ".join(each.text for each in docx.Document(io.BytesIO(get("docx"))).paragraphs)


def took(number: int, *days: date) -> None:
    """So many complaints about something else on a day each."""
    for day in days:
        for _each in range(number):
            came(day, category="service")


def published(*quarters: Sequence[int]) -> None:
    """What the sealed channel says of the first quarters: received, closed, pending."""
    opened_channel(date(2024, 9, 25), "sealed", "ช่องทางแจ้งเบาะแสการทุจริต")
    firsts = (date(2024, 10, 1), date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1))
    with clock.at(TODAY):
        for first, last, counts in zip(firsts, ENDS, quarters, strict=False):
            payload = dict(zip(("received", "closed", "pending"), counts, strict=True))
            record(
                actor=SYSTEM, kind="corruption_counted", about="corruption_statistics", occurred_on=TODAY,
                about_period=Period(first, last), origin=Origin.WORK, topic=Topic.ANTI_CORRUPTION,
                visibility=Visibility.PUBLIC, title="สถิติ", payload=payload,
            )  # fmt: skip
        flush()


def test_a_quarter_of_few_complaints_does_not_tell_that_one_was_about_corruption(
    office: Organization,
) -> None:
    done(came(date(2025, 2, 3), category="opaque"), date(2025, 2, 10))
    took(12, date(2025, 6, 2), date(2025, 8, 4))
    found = rows()
    assert (found["ไตรมาสที่ 1"], found["ไตรมาสที่ 2"]) == (["0"] * 3, HIDDEN)
    assert found["ไตรมาสที่ 3"] == HIDDEN, "it would tell the second, taken from the year"
    assert (found["ไตรมาสที่ 4"], found["รวมทั้งปี"]) == (["0"] * 3, ["1", "1", "0"])
    assert "น้อยกว่า ๑๐ เรื่อง และไตรมาสที่ใช้คำนวณย้อนกลับได้ ไม่แสดงจำนวนเรื่องร้องเรียนการทุจริต" in words()
    by_quarter = {row[0]: row[1:4] for row in sheet()}
    assert by_quarter == {"ไตรมาสที่ 1": (0, 0, 0), "ไตรมาสที่ 4": (0, 0, 0), "รวมทั้งปี": (1, 1, 0)}
    assert "เพื่อไม่ให้ตัวเลขชี้ถึงผู้ร้องเรียน" in title()


def test_a_quarter_of_many_tells_it(office: Organization) -> None:
    came(date(2025, 6, 3), category="opaque")
    took(12, date(2025, 6, 2))
    assert rows()["ไตรมาสที่ 3"] == ["1", "0", "1"]
    assert "ไม่แสดง" not in words()


def test_the_sum_holds_the_quarters_that_are_published_and_of_the_others_nothing(
    office: Organization,
) -> None:
    done(came(date(2024, 11, 5), category="opaque"), date(2024, 11, 7))
    came(date(2025, 8, 5), category="opaque")
    took(12, date(2024, 11, 6), date(2025, 8, 6))
    published((2, 1, 1), (0, 1, 0), (3, 0, 3))
    found = rows()
    assert found["ไตรมาสที่ 1"] == ["3", "2", "1"]
    assert found["ไตรมาสที่ 4"] == UNKNOWN
    assert found["รวมที่เผยแพร่แล้ว"] == ["6", "3", "3"], "pending is what the last published quarter ended with"


def test_where_the_register_took_none_all_year_no_quarter_hides_it(office: Organization) -> None:
    took(1, date(2024, 11, 6), date(2025, 8, 6))
    published((2, 1, 1), (0, 1, 0), (0, 0, 0), (1, 0, 1))
    found = rows()
    assert [found[f"ไตรมาสที่ {number}"][0] for number in (1, 2, 3, 4)] == ["2", "0", "0", "1"]
    assert found["รวมทั้งปี"] == ["3", "2", "1"]


def test_a_sum_that_would_tell_a_quarter_is_not_told_until_all_are_published(office: Organization) -> None:
    """The year's subjects less the sum would be the last quarter; the sum less the first, the two in between."""
    came(date(2025, 2, 3), category="opaque")
    took(12, date(2024, 11, 6))
    took(4, date(2025, 2, 4), date(2025, 5, 5), date(2025, 8, 6))
    published((0, 0, 0), (1, 0, 1), (0, 0, 1))
    found = rows()
    assert [found[f"ไตรมาสที่ {number}"] for number in (1, 2, 3, 4)] == [["0"] * 3, HIDDEN, HIDDEN, UNKNOWN]
    assert found["รวมที่เผยแพร่แล้ว"] == HIDDEN


def test_both_parts_that_hold_the_same_complaints_say_so(office: Organization) -> None:
    assert "ทั้งในข้อ ๑ และข้อ ๒" not in words()
    came(date(2025, 2, 3), category="opaque")
    assert "เรื่องร้องเรียนการทุจริตที่รับไว้ในทะเบียนทั่วไปนับอยู่ทั้งในข้อ ๑ และข้อ ๒" in words()
    assert "นับอยู่ในแผ่นอื่นด้วย" in title()
