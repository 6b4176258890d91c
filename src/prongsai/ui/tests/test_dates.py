"""Dates as people write them into the three inputs: understood, or refused with the exact reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.kernel.thai.dates import MONTHS, SHORT_MONTHS
from prongsai.kernel.thai.digits import to_thai
from prongsai.ui.forms import PeriodField, ThaiDateField
from prongsai.ui.forms.reading import Typed, read_date

DAYS = st.dates(date(1998, 1, 1), date(2056, 12, 31))  # two digits mean 2541 to 2599


def ways(day: date) -> list[Typed]:
    """Every way in which an office writes the day."""
    era = day.year + 543
    whole = [
        f"{day.day}/{day.month}/{era}",
        f"{day.day:02}/{day.month:02}/{era % 100:02}",
        f"{day.day}-{day.month}-{era}",
        f"{day.day}.{day.month}.{era}",
        f"{day.day} {day.month} {era}",
        f"{day.day} {SHORT_MONTHS[day.month - 1]} {era}",
        f"{day.day} {SHORT_MONTHS[day.month - 1]}{era % 100:02}"
        if era % 100 > 40
        else f"{day.day}/{day.month}/{era}",
        f"{day.day} {MONTHS[day.month - 1]} {era}",
        f"{day.day} {MONTHS[day.month - 1]} พ.ศ. {era}",
        f"วันที่ {day.day} เดือน{MONTHS[day.month - 1]} พ.ศ. {era}",
        f"{day.day} {MONTHS[day.month - 1]} ค.ศ. {day.year}",
        day.isoformat(),
    ]
    parts = [
        Typed(str(day.day), str(day.month), str(era)),
        Typed(f" {day.day:02} ", str(day.month), f"{era % 100:02}"),
    ]
    thai = [Typed(*map(to_thai, (typed.day, typed.month, typed.year))) for typed in parts]
    return [*(Typed(text) for text in whole), *(Typed(to_thai(text)) for text in whole), *parts, *thai]


@given(DAYS)
def test_every_way_of_writing_a_day_is_understood(day: date) -> None:
    with clock.at(date(2025, 8, 14)):
        for typed in ways(day):
            assert read_date(typed) == day, typed


@given(st.text(max_size=30), st.text(max_size=5), st.text(max_size=6))
def test_whatever_is_typed_is_a_day_or_a_sentence(day: str, month: str, year: str) -> None:
    try:
        outcome: object = read_date(Typed(day, month, year))
    except ValidationError as error:
        outcome = error.messages[0]
    assert outcome


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (Typed("31", "2", "2568"), "กุมภาพันธ์ 2568 มี 28 วัน ไม่มีวันที่ 31"),
        (Typed("29", "2", "2568"), "กุมภาพันธ์ 2568 มี 28 วัน ไม่มีวันที่ 29"),
        (Typed("31/2/68"), "กุมภาพันธ์ 2568 มี 28 วัน ไม่มีวันที่ 31"),
        (Typed("31 ก.พ. 2568"), "กุมภาพันธ์ 2568 มี 28 วัน ไม่มีวันที่ 31"),
        (Typed("0", "4", "2568"), "เมษายน 2568 มี 30 วัน ไม่มีวันที่ 0"),
        (Typed("13", "8", "2025"), "2025 เป็น ค.ศ. หมายถึง พ.ศ. 2568 หรือไม่"),
        (Typed("13", "8", "25"), "25 เป็น ค.ศ. หมายถึง พ.ศ. 2568 หรือไม่"),
        (Typed("๑๓/๘/๒๐๒๕"), "2025 เป็น ค.ศ. หมายถึง พ.ศ. 2568 หรือไม่"),
        (Typed("13 สิงหาคม 2025"), "2025 เป็น ค.ศ. หมายถึง พ.ศ. 2568 หรือไม่"),
        (Typed("13/8/25"), "25 เป็น ค.ศ. หมายถึง พ.ศ. 2568 หรือไม่"),
        (Typed("13", "", "2568"), "วันที่ยังไม่ครบ ขาดเดือน"),
        (Typed("", "", "2568"), "วันที่ยังไม่ครบ ขาดวัน, เดือน"),
        (Typed("13/13/2568"), "ไม่มีเดือนที่ 13"),
        (Typed("13", "8", "256"), "พ.ศ. มี 4 หลัก เช่น 2568"),
        (Typed("13", "8", "3568"), "พ.ศ. มี 4 หลัก เช่น 2568"),
        (Typed("เมื่อวาน"), "อ่าน “เมื่อวาน” เป็นวันที่ไม่ได้ ใส่อย่าง 13/8/2568 หรือ 13 ส.ค. 2568"),
        (Typed("1-3 ส.ค. 2568"), "อ่าน “1-3 ส.ค. 2568” เป็นวันที่ไม่ได้ ใส่อย่าง 13/8/2568 หรือ 13 ส.ค. 2568"),
    ],
)
def test_what_is_wrong_is_said_exactly(typed: Typed, sentence: str) -> None:
    with clock.at(date(2025, 8, 14)), translation.override("th"), pytest.raises(ValidationError) as raised:
        read_date(typed)
    assert raised.value.messages == [sentence]


def refusal(field: ThaiDateField, day: date) -> str:
    with clock.at(date(2025, 8, 14)), translation.override("th"):
        try:
            assert field.clean(day) == day
        except ValidationError as error:
            return error.messages[0]
    return ""


def test_a_day_yet_to_come_is_refused_where_it_cannot_be() -> None:
    field = ThaiDateField(not_after=clock.today)
    assert refusal(field, date(2025, 8, 15)) == "15 ส.ค. 2568 ยังมาไม่ถึง"
    assert refusal(field, date(2025, 8, 14)) == ""


def test_a_day_outside_the_period_is_told_or_refused_with_the_reason() -> None:
    year, day = Period.fiscal_year(2568), date(2025, 10, 5)
    told = ThaiDateField(period=year, outside="ใช้พิสูจน์ไม่ได้")
    assert refusal(told, day) == ""
    refused = ThaiDateField(period=year, refuse_outside=True, outside="ใช้พิสูจน์ไม่ได้")
    assert refusal(refused, day) == "5 ต.ค. 2568 อยู่นอกปีงบประมาณ 2568 ใช้พิสูจน์ไม่ได้"
    other = ThaiDateField(not_before=date(2024, 10, 1), not_after=date(2025, 3, 31))
    assert refusal(other, date(2024, 9, 30)) == "30 ก.ย. 2567 อยู่ก่อน 1 ต.ค. 2567 ซึ่งเป็นวันแรกที่ใช้ได้"
    assert refusal(other, date(2025, 4, 1)) == "1 เม.ย. 2568 อยู่หลัง 31 มี.ค. 2568 ซึ่งเป็นวันสุดท้ายที่ใช้ได้"


def period(**data: str) -> Period | None:
    field = PeriodField()
    return field.clean(field.widget.value_from_datadict(data, {}, "p"))  # type: ignore[union-attr]


@given(DAYS, st.integers(0, 3000))
def test_a_period_is_two_days_or_a_whole_year_or_words(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    typed = {
        "p_kind": "days",
        "p_start": f"{start.day}/{start.month}/{start.year + 543}",
        "p_end": end.isoformat(),
    }
    assert period(**typed) == Period(start, end)
    assert period(p_kind="year", p_year="2568") == Period.fiscal_year(2568) == period(p="ปีงบประมาณ 2568")


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with translation.override("th"), pytest.raises(ValidationError) as raised:
        period(p_kind="days", p_start="2/8/2568", p_end="1/8/2568")
    assert raised.value.messages == ["วันสุดท้ายอยู่ก่อนวันแรก"]
    with translation.override("th"), pytest.raises(ValidationError) as raised:
        period(p_kind="days", p_start="31/2/2568", p_end="")
    assert raised.value.messages == [
        "วันแรก: กุมภาพันธ์ 2568 มี 28 วัน ไม่มีวันที่ 31",
        "วันสุดท้าย: วันที่ยังไม่ครบ ขาดวัน, เดือน, พ.ศ.",
    ]
