"""Identity and telephone numbers are found before anything is published; other numbers are left alone.

And what of an erased text is said again is found, however it is spaced.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.thai.digits import to_thai
from prongsai.kernel.thai.personal import name_parts, personal_data, repeated, telling, unnamed


def identity_number(first_twelve: list[int]) -> str:
    total = sum(digit * weight for digit, weight in zip(first_twelve, range(13, 1, -1), strict=True))
    return "".join(map(str, first_twelve)) + str((11 - total % 11) % 10)


@given(st.lists(st.integers(0, 9), min_size=12, max_size=12), st.booleans())
def test_an_identity_number_is_found_in_either_kind_of_digits(digits: list[int], thai: bool) -> None:
    number = identity_number(digits)
    written = to_thai(number) if thai else number
    assert personal_data(f"บัตรเลขที่ {written} ออกให้เมื่อวานนี้") == [written]


@given(st.lists(st.integers(0, 9), min_size=12, max_size=12))
def test_thirteen_digits_with_a_wrong_check_digit_are_not_an_identity_number(digits: list[int]) -> None:
    number = identity_number(digits)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert wrong not in personal_data(f"เลขที่ {wrong}")


@pytest.mark.parametrize("number", ["0812345678", "081-234-5678", "๐๘๑ ๒๓๔ ๕๖๗๘", "098-7654321"])
def test_a_mobile_number_is_found(number: str) -> None:
    assert personal_data(f"โทร {number} ครับ") == [number]


@pytest.mark.parametrize(
    "text",
    [
        "ที่ บร 71201/ว 118 ลงวันที่ 9 ธ.ค. 2567",
        "งบประมาณ 42,000,000.00 บาท",
        "โทร 0 4400 0000",
        "มาตรา 128 พ.ศ. 2561",
        "4.56 จากผู้ตอบ 320 คน",
    ],
)
def test_numbers_of_offices_papers_and_money_are_left_alone(text: str) -> None:
    assert personal_data(text) == []


ERASED = [
    "ประชุมชี้แจง นายสมชาย ใจดี โทร ๐๘๑-๒๓๔-๕๖๗๘ ข้อมูลตัวอย่าง",
    "นางสาวพิมพ์ชนกยื่นคำขอ pimchanok@example.org",
    "นายกเทศมนตรีสั่งการเรื่องคุณภาพชีวิตของผู้สูงอายุในหมู่บ้าน",
]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("ลบชื่อสมชายตามคำขอ", "สมชาย"),
        ("ลบชื่อ ส ม ชาย", "สมชาย"),
        ("พิมพ์ชนก ขอให้ลบ", "พิมพ์ชนก"),
        ("เบอร์ 081 2345678 หลุด", "081-234-5678"),
        ("ที่อยู่ PIMCHANOK@example.org", "pimchanok@example.org"),
        ("ลบเรื่อง คุณภาพชีวิตของ ผู้สูงอายุในหมู่บ้าน ออก", "เรื่องคุณภาพชีวิตของผู้สูงอ"[:24]),
    ],
)
def test_what_is_said_again_of_an_erased_text_is_found(said: str, found: str) -> None:
    assert repeated(said, ERASED) == found


@pytest.mark.parametrize(
    "said",
    [
        "ตามคำขอของเจ้าของข้อมูล",
        "มีข้อมูลส่วนบุคคลของผู้ร้อง ปี 2568",
        "นายกเทศมนตรีสั่งให้ลบ",
        "พิมพ์ผิด มีเบอร์โทรศัพท์ของประชาชน",
        "",
    ],
)
def test_words_that_anybody_would_use_repeat_nothing(said: str) -> None:
    assert repeated(said, ERASED) == ""


def test_what_stays_anyhow_may_be_said_again() -> None:
    label = "ประกาศที่ลงนามแล้ว: เจตนารมณ์ต่อต้านการทุจริต"
    assert repeated(f"ลบ {label}", [label]) != ""
    assert repeated(f"ลบ {label}", [label], known=[label]) == ""


# -- what is told to others ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("เรียน นายดำ ตัวอย่าง\nซ่อมแล้ว", "นายดำ ตัวอย่าง", "เรียน ผู้แจ้ง\nซ่อมแล้ว"),
        ("เรียน คุณสมชาย\nซ่อมแล้ว", "", "เรียน ผู้แจ้ง\nซ่อมแล้ว"),
        ("เรียน คุณสมชาย ซ่อมแล้ว", "นายสมชาย ดีมาก", "เรียน ผู้แจ้ง ซ่อมแล้ว"),
        ("ซ่อมหน้าบ้าน ด.ต. สมชาย แล้ว", "ด.ต.สมชาย ดีมาก", "ซ่อมหน้าบ้าน ผู้แจ้ง แล้ว"),
        ("ทาสีดำที่ฝาท่อแล้ว คุณดำโทรมา", "นายดำ", "ทาสีดำที่ฝาท่อแล้ว ผู้แจ้งโทรมา"),
        ("ซ่อมแล้ว", "", "ซ่อมแล้ว"),
        ("เรียน ผู้แจ้ง ซ่อมแล้ว", "", "เรียน ผู้แจ้ง ซ่อมแล้ว"),
    ],
)
def test_a_text_for_one_names_nobody_when_others_are_told_it(text: str, name: str, told: str) -> None:
    assert unnamed(text, name=name) == told


def test_numbers_and_addresses_go_however_they_are_written() -> None:
    text = "โทร ๐๘๑-๒๓๔ ๕๖๗๘ หรือ Someone@Example.org ห้อง 12"
    assert unnamed(text, others=("0812345678", "someone@example.org", "")) == "โทร … หรือ … ห้อง 12"


def test_a_text_full_of_titles_is_read_at_once() -> None:
    text = "ก.ดร.น.ส. " * 2_000
    begun = time.monotonic()
    assert unnamed(text, name=f"{'ดร.' * 60} สมชาย") == text
    assert time.monotonic() - begun < 2


@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=40))
def test_any_name_may_be_taken_out_of_any_text(text: str, name: str, other: str) -> None:
    assert isinstance(unnamed(text, name=name, others=[other]), str)


# -- what is shown to everybody -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "หน้าบ้านนายสมชาย", "บ้านเลขที่ ๔๕", "ห้องเลขที่ 7", "45/2 ซอยวัด", "ร้านป้าแดง", "โทร 044-123456",
        "โทร ๐๘๑ ๒๓๔ ๕๖๗๘", "someone@example.org", "หลังบ้าน", "คุณสมศรีแจ้งมา", "หน้าร้านบุญมี",
    ],
)  # fmt: skip
def test_what_may_tell_of_a_person_is_found_in_a_public_title(text: str) -> None:
    assert telling(f"ไฟดับ {text} หมู่ที่ 4", name="นายบุญมี ตัวอย่างดี")


@pytest.mark.parametrize(
    "text",
    [
        "ไฟสาธารณะดับหรือชำรุด หน้าวัดบ้านทราย หมู่ที่ 4", "ถนนสาย 2077 เป็นหลุม", "คุณภาพน้ำประปา", "เสาต้นที่ 12",
        "หน้าศาลาประชาคมบ้านโนนสะอาด", "ปากซอยวัดป่า", "ไฟดับ ซอย 3",
    ],
)  # fmt: skip
def test_a_title_of_what_and_where_tells_of_nobody(text: str) -> None:
    assert telling(text, name="นายดำ บุญ") == []


def test_a_name_is_looked_for_with_its_form_of_address_and_without() -> None:
    assert name_parts("นายบุญมี แก้วดี") == ["นายบุญมี", "บุญมี", "แก้วดี"]
    assert name_parts("นายดำ ดี") == ["นายดำ"]
    assert name_parts("คุณ สมศรี ใจดี") == ["สมศรี", "ใจดี"]
    assert name_parts("ว่าที่ ร.ต. บุญมี") == name_parts("Miss บุญมี") == ["บุญมี"]
    assert name_parts("ว่าที่ร.ต. บุญมี") == name_parts("จ.ส.อ. บุญมี") == ["บุญมี"]
    assert name_parts("") == []


def test_a_given_name_made_of_forms_of_address_is_a_name() -> None:
    assert name_parts("พระนาย สุวรรณรัฐ") == ["พระนาย", "สุวรรณรัฐ"]
    assert name_parts("นายพระนาย") == ["นายพระนาย", "พระนาย"]
    assert telling("ซอยพระนาย ถนนชำรุด", name="พระนาย สุวรรณรัฐ") == ["พระนาย"]


@pytest.mark.parametrize(
    ("text", "name"), [("คุณภาพน้ำประปา", "คุณ สมศรี ใจดี"), ("ป้ายหน้าสำนักงานนายกเทศมนตรี", "นาย สมชาย ใจดี")]
)
def test_a_form_of_address_that_stands_alone_names_nobody(text: str, name: str) -> None:
    assert telling(text, name=name) == []


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_text_is_looked_through(text: str, name: str) -> None:
    assert all(telling(text, name=name))
