"""Dates as Thai officials write them: Buddhist Era (พ.ศ. = ค.ศ. + 543), Thai month names, fiscal years."""

from __future__ import annotations

from datetime import date, datetime

from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.thai.digits import to_thai

BUDDHIST_ERA = 543

MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
SHORT_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")  # as date.weekday() counts


def fiscal_year_of(day: date) -> int:
    """The fiscal year (พ.ศ.) that `day` falls in: 1 October begins the next one."""
    return day.year + BUDDHIST_ERA + (1 if day.month >= 10 else 0)


def long_date(day: date, *, thai_digits: bool = False) -> str:
    """`14 สิงหาคม 2568`, or with Thai digits for official papers `๑๔ สิงหาคม ๒๕๖๘`."""
    text = f"{day.day} {MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"
    return to_thai(text) if thai_digits else text


def short_date(day: date, *, thai_digits: bool = False) -> str:
    """`14 ส.ค. 2568`."""
    text = f"{day.day} {SHORT_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"
    return to_thai(text) if thai_digits else text


def month_and_year(day: date) -> str:
    """`สิงหาคม 2568`, the month that `day` is in."""
    return f"{MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def compact_date(day: date) -> str:
    """`๑ ต.ค.๖๗`, the form of the period column in annual reports."""
    return to_thai(f"{day.day} {SHORT_MONTHS[day.month - 1]}{(day.year + BUDDHIST_ERA) % 100:02d}")


def clock_time(moment: datetime) -> str:
    """`15.40 น.` in Thai time."""
    return f"{moment.astimezone(BANGKOK):%H.%M} น."
