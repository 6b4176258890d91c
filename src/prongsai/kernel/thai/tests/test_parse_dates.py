from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.contracts import Period
from prongsai.kernel.thai.dates import compact_date, long_date, short_date
from prongsai.kernel.thai.parse_dates import full_year, parse_date, parse_fiscal_year, parse_period

DAYS = st.dates(date(1998, 1, 1), date(2056, 12, 31))


@given(DAYS, st.booleans())
def test_a_day_is_read_back_from_every_way_in_which_it_is_written(day: date, thai: bool) -> None:
    assert parse_date(long_date(day, thai_digits=thai)) == day
    assert parse_date(short_date(day, thai_digits=thai)) == day
    assert parse_date(compact_date(day)) == day
    assert parse_date(day.isoformat()) == day


@given(DAYS, st.integers(0, 400), st.sampled_from([" ถึง ", " - ", "–", " ถึงวันที่ ", "\n"]))
def test_a_span_is_read_back(start: date, days: int, between: str) -> None:
    end = start + timedelta(days=days)
    if end.year < 2057:
        assert parse_period(compact_date(start) + between + compact_date(end)) == Period(start, end)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_without_an_error(text: str) -> None:
    parse_period(text, 2568)
    parse_date(text)
    parse_fiscal_year(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("๑ ต.ค.๖๗ ถึง ๓๐ ก.ย.๖๘", "2024-10-01", "2025-09-30"),
        ("ต.ค. 2567 - ก.ย. 2568", "2024-10-01", "2025-09-30"),
        ("1 ม.ค. 68 ถึง 30 มิ.ย. 68", "2025-01-01", "2025-06-30"),
        ("ตุลาคม ๒๕๖๗ – กันยายน ๒๕๖๘", "2024-10-01", "2025-09-30"),
        ("1 ตุลาคม พ.ศ. ๒๕๖๗ ถึงวันที่ 30 กันยายน พ.ศ. ๒๕๖๘", "2024-10-01", "2025-09-30"),
        ("เดือนตุลาคม ๒๕๖๗ ถึง เดือนกันยายน ๒๕๖๘", "2024-10-01", "2025-09-30"),
        ("ตุลาคม - ธันวาคม 2567", "2024-10-01", "2024-12-31"),
        ("1 - 31 ม.ค. 68", "2025-01-01", "2025-01-31"),
        ("ต.ค. - มี.ค.", "2024-10-01", "2025-03-31"),
        ("พ.ย. 67, ก.พ. 68, พ.ค. 68", "2024-11-01", "2025-05-31"),
        ("ตค 67 - กย 68", "2024-10-01", "2025-09-30"),
        ("1/10/2567 - 30/9/2568", "2024-10-01", "2025-09-30"),
        ("2024-10-01 00:00:00 2025-09-30 00:00:00", "2024-10-01", "2025-09-30"),
        ("ตลอดปีงบประมาณ", "2024-10-01", "2025-09-30"),
        ("ไตรมาสที่ ๒", "2025-01-01", "2025-03-31"),
        ("ไตรมาส 1-2", "2024-10-01", "2025-03-31"),
        ("รอบ 6 เดือนหลัง", "2025-04-01", "2025-09-30"),
        ("ภายในวันที่ 30 ก.ย. 68", "2024-10-01", "2025-09-30"),
        ("ตั้งแต่ 1 ม.ค. 2568 เป็นต้นไป", "2025-01-01", "2025-09-30"),
        ("กุมภาพันธ์ 2567", "2024-02-01", "2024-02-29"),
        ("1 ต.ค.2567-30 ก.ย.2568", "2024-10-01", "2025-09-30"),
        ("ตลอดปีงบประมาณ พ.ศ. 2568", "2024-10-01", "2025-09-30"),
        ("ปีละ 1 ครั้ง", "2024-10-01", "2025-09-30"),
        ("ทุกไตรมาส", "2024-10-01", "2025-09-30"),
        ("1 Oct 2024 - 30 September 2025", "2024-10-01", "2025-09-30"),
        ("Q1-Q4", "2024-10-01", "2025-09-30"),
        ("ภายในไตรมาสที่ 2", "2024-10-01", "2025-03-31"),
        ("1 ต.ค.’67 – 30 ก.ย.’68", "2024-10-01", "2025-09-30"),
        ("ครึ่งปีแรก", "2024-10-01", "2025-03-31"),
    ],
)
def test_periods_as_offices_write_them(text: str, start: str, end: str) -> None:
    assert parse_period(text, 2568) == Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize("text", ["31 ก.ย. 68", "ไม่มีกำหนด", "", "30 ก.ย. 68 ถึง 1 ต.ค. 67", "ไตรมาสที่ 9"])
def test_what_names_no_span_is_none(text: str) -> None:
    assert parse_period(text, 2568) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("ประจำปีงบประมาณ พ.ศ. ๒๕๖๘", 2568), ("ปี 68", 2568), ("ปีงบประมาณ ๒๕๖๘", 2568), ("พ.ศ. 2568", 2568),
        ("พ.ร.บ. พ.ศ. 2561 ปีงบประมาณ พ.ศ.2568", 2568), ("ปีงบประมาณ 2025", 2568), ("มาตรา 128", None),
    ],
)  # fmt: skip
def test_fiscal_years(text: str, year: int | None) -> None:
    assert parse_fiscal_year(text) == year


def test_years_are_of_the_buddhist_era_however_short() -> None:
    assert [full_year(y) for y in ("๖๘", "2568", 2025)] == [2568, 2568, 2568]
