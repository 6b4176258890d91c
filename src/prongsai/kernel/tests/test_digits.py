"""Thai and Arabic digits."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.thai.digits import to_arabic, to_thai


def test_each_digit_has_its_counterpart() -> None:
    assert to_thai("0123456789") == "๐๑๒๓๔๕๖๗๘๙"
    assert to_arabic("๐๑๒๓๔๕๖๗๘๙") == "0123456789"


def test_numbers_may_be_given_as_they_are() -> None:
    assert to_thai(2568) == "๒๕๖๘"
    assert to_thai(Decimal("88.20")) == "๘๘.๒๐"


def test_all_else_stays() -> None:
    assert to_thai("ข้อ 3(1) พ.ศ. 2568") == "ข้อ ๓(๑) พ.ศ. ๒๕๖๘"


@given(st.text())
def test_text_without_thai_digits_comes_back_whole(text: str) -> None:
    plain = to_arabic(text)
    assert to_arabic(to_thai(plain)) == plain
    assert len(to_thai(text)) == len(text)


@given(st.integers())
def test_a_number_keeps_its_value(number: int) -> None:
    assert int(to_arabic(to_thai(number))) == number
    assert int(to_thai(number)) == number
