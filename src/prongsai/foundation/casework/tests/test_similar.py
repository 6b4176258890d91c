"""What is likely the same is found by words, place and day; what only sounds alike is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from prongsai.foundation.casework.services import Place, merge
from prongsai.foundation.casework.similar import Wanted, content_words, similar, similar_to
from prongsai.foundation.casework.tests.conftest import ERRAND, a_case
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from tests.cast import donsai
from tests.golden.queries import counted_queries

LAMP = "ไฟทางหน้าวัดดับมาสามคืนแล้ว ข้อมูลตัวอย่าง"


def wanted(text: str, **known: object) -> Wanted:
    return Wanted(ERRAND.key, text, **({"category": "lamp"} | known))  # type: ignore[arg-type]


def test_the_same_lamp_reported_twice_is_found(office: Organization) -> None:
    case = a_case("ไฟทางดับ", body=LAMP, place=Place(village="3"))
    a_case("ถนนเป็นหลุม", body="ถนนหน้าโรงเรียนเป็นหลุมลึก", category="road", place=Place(village="3"))
    with counted_queries("casework.similar"):
        found = similar(wanted("ไฟฟ้าหน้าวัดดับ มืดมาก", village="3"))
    assert [each.case for each in found] == [case]
    assert 0.45 <= found[0].score <= 1


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("ไฟทางหน้าวัดดับ", {"village": "9"}),  # another village
        ("ขยะเต็มถังไม่มีคนมาเก็บ", {"village": "3", "category": "waste"}),
        ("", {"village": "3", "category": "waste"}),
    ],
)
def test_what_is_something_else_is_not_found(
    office: Organization, text: str, known: dict[str, object]
) -> None:
    a_case("ไฟดับ", body="ไฟฟ้าซอยหลังโรงเรียนดับทั้งซอย", place=Place(village="3"))
    assert similar(wanted(text, **known)) == []


def test_a_near_place_speaks_for_it_and_a_far_one_against(office: Organization) -> None:
    case = a_case("ไฟดับ", body="ไฟทางดับ", place=Place(latitude=15.0, longitude=103.0))
    near = similar(wanted("ไฟทางเสีย ไม่ติด", latitude=15.001, longitude=103.0))
    assert [each.case for each in near] == [case]
    assert similar(wanted("ไฟทางดับ", latitude=15.02, longitude=103.0)) == []


def test_only_the_last_month_counts_and_nothing_merged_or_checked(
    office: Organization, officer: Actor
) -> None:
    with clock.at(clock.now() - timedelta(days=31)):
        a_case("ไฟทางดับ", body=LAMP)
    first, second = a_case("ไฟทางดับ", body=LAMP), a_case("ไฟทางดับ", body=LAMP)
    a_case("ไฟทางดับ", body=LAMP, is_check=True)
    merge(actor=officer, case=second, into=first, reason="x")
    with scope(donsai().pk):
        a_case("ไฟทางดับ", body=LAMP)
    assert [each.case for each in similar(wanted(LAMP))] == [first]
    assert similar_to(first) == []
    third = a_case("ไฟทางดับ", body=LAMP)
    assert [each.case for each in similar_to(third)] == [first]


def test_words_that_every_report_has_do_not_count() -> None:
    assert content_words("ขอแจ้งเรื่องที่บ้าน หมู่ที่ ๓") <= {"3"}
    assert {"ไฟ"} & content_words("ขอแจ้งเรื่องไฟดับ") or {"ไฟดับ"} & content_words("ขอแจ้งเรื่องไฟดับ")
