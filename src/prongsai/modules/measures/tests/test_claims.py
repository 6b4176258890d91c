"""That nobody complained is told from the wording however it is put, with all that it speaks of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.contracts import StatementKind, Topic
from prongsai.modules.measures.claims import NoComplaints, no_complaints
from prongsai.modules.measures.notation import parse_terms
from prongsai.modules.measures.suggestions import suggest

SEALED = frozenset({Topic.ANTI_CORRUPTION, Topic.INTEGRITY})
# A subject in the words of an office, and what it is.
SUBJECTS = {
    "งานบริการ": {Topic.SERVICE},
    "การให้บริการประชาชน": {Topic.SERVICE},
    "การจัดซื้อจัดจ้าง": {Topic.PROCUREMENT},
    "การจัดซื้อ จัดจ้าง": {Topic.PROCUREMENT},
    "การใช้อำนาจ": {Topic.PEOPLE},
    "การบริหารงานบุคคล": {Topic.PEOPLE},
    "การใช้ทรัพย์สินของราชการ": {Topic.ASSETS},
    "การยืมพัสดุ": {Topic.ASSETS},
    "การเปิดเผยข้อมูล": {Topic.DISCLOSURE},
    "การทุจริต": SEALED,
    "การประพฤติมิชอบ": SEALED,
}
NONE = ["ไม่มี", "ไม่พบ", "ไม่ปรากฏ", "ไม่ปรากฏว่ามี", "ไม่เคยมี", "ไม่ได้รับ", "ปราศจาก", "ปลอด", "ไร้", "ไม่ มี"]
THINGS = ["เรื่อง", "ข้อ", "การ", "ผู้", "ผู้ใด", "ประชาชน", "", "เรื่องที่มีผู้", "ประเด็น", "หนังสือ", "เรื่อง "]
WHO = ["", "หน่วยงาน", "อบต.เมืองแก ", "๒. ", "ในปีงบประมาณ พ.ศ. ๒๕๖๘ ", "ทำให้", "ผลการดำเนินงาน พบว่า"]
LEADS = ["เกี่ยวกับ", "ในเรื่อง", "ด้าน", "เรื่อง", "ใน", ""]
ZERO = ["0 เรื่อง", "๐ เรื่อง", "จำนวน ๐ เรื่อง", "เป็นศูนย์", "เท่ากับ 0", "= 0", "เป็น ๐ ราย", "0 ครั้ง", "ไม่มี", ": ไม่มี", "ลดลงเป็นศูนย์", "- เรื่อง"]  # fmt: skip

subjects = st.lists(st.sampled_from(sorted(SUBJECTS)), unique=True, max_size=3)


def all_of(named: list[str]) -> frozenset[Topic]:
    return frozenset(topic for each in named for topic in SUBJECTS[each])


@given(
    st.sampled_from(WHO), st.sampled_from(NONE), st.sampled_from(THINGS), st.sampled_from(LEADS), subjects
)  # fmt: skip
def test_none_before_the_word_is_a_claim_of_all_subjects_that_are_named(
    who: str, none: str, thing: str, lead: str, named: list[str]
) -> None:
    text = f"{who}{none}{thing}ร้องเรียน" + (lead + "และ".join(named) if named else "")
    assert no_complaints(text) == NoComplaints(all_of(named)), text


@given(
    st.sampled_from(WHO),
    st.sampled_from(["จำนวนเรื่อง", "เรื่อง", "ข้อ", "สถิติการ"]),
    st.sampled_from(ZERO),
    subjects,
)
def test_no_number_after_the_word_is_a_claim_as_well(
    who: str, thing: str, zero: str, named: list[str]
) -> None:
    text = f"{who}{thing}ร้องเรียน" + (f"เกี่ยวกับ{'และ'.join(named)}" if named else "") + f" {zero}"
    assert no_complaints(text) == NoComplaints(all_of(named)), text


@given(st.sampled_from(NONE), st.sampled_from(THINGS), st.sampled_from(LEADS), subjects)
def test_what_is_suggested_for_a_claim_carries_it(none: str, thing: str, lead: str, named: list[str]) -> None:
    text = f"{none}{thing}ร้องเรียน" + (lead + "และ".join(named) if named else "")
    for kind in StatementKind:
        for topic in (None, Topic.SERVICE):
            found = suggest(text, kind=kind, topic=topic)
            claim = no_complaints(text)
            assert claim is not None
            assert found.join == "all"
            assert claim.carried_by(parse_terms(";".join(found.expressions)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ไม่มีเรื่องร้องเรียนเรื่องงานบริการและการทุจริต", {Topic.SERVICE, *SEALED}),
        ("ไม่มีเรื่องร้องเรียนการทุจริตและไม่มีเรื่องร้องเรียนด้านการจัดซื้อจัดจ้าง", {Topic.PROCUREMENT, *SEALED}),
        ("ไม่มีเรื่องร้องเรียนการทุจริต และไม่มีข้อร้องเรียน", set()),
        ("ด้านการจัดซื้อจัดจ้าง ไม่มีเรื่องร้องเรียน", {Topic.PROCUREMENT}),
        # what stands beside the claim is no subject of it
        ("ประชาชนพึงพอใจในการให้บริการ หน่วยงานไม่มีเรื่องร้องเรียน", set()),
        ("ไม่มีเรื่องร้องเรียน และประชาชนพึงพอใจในการให้บริการ", set()),
        ("1. ไม่มีเรื่องร้องเรียน 2. งานบริการรวดเร็ว", set()),
        ("ไม่มีผู้รับบริการร้องเรียน", set()),
        ("ไม่มีเรื่องร้องเรียนจากผู้รับบริการ", set()),
        ("ไม่มีเรื่องร้องเรียนทุกด้าน เช่น ด้านการให้บริการ", set()),
        ("มีเรื่องร้องเรียน 0 เรื่อง", set()),
        ("0 เรื่องร้องเรียน", set()),
        ("ประชาชนไม่ร้องเรียน", set()),
        ("ไม่มีผู้ ร้อง เรียน", set()),
    ],
)
def test_what_a_claim_is_about(text: str, expected: set[Topic]) -> None:
    assert no_complaints(text) == NoComplaints(frozenset(expected))


@pytest.mark.parametrize(
    "text",
    [
        "มีเรื่องร้องเรียน 3 เรื่อง",
        "มีเรื่องร้องเรียน 10 เรื่อง",
        "เรื่องร้องเรียน 3 เรื่อง คงค้าง 0 เรื่อง",
        "ประชาชนร้องเรียนได้โดยไม่มีค่าใช้จ่าย",
        "เพิ่มช่องทางการร้องเรียนและประชาสัมพันธ์ช่องทางการร้องเรียน",
        "ไม่มีการเปิดเผยข้อมูลผู้ร้องเรียน",
        "ประชาชนมีความปลอดภัย แจ้งเรื่องร้องเรียนได้ทุกวัน",
        "ร้องเรียนที่ศูนย์ดำรงธรรม",
        "ร้องเรียนได้ที่โทร 044 000 000",
        "ไม่มีการเรียกรับสินบน",
    ],
)
def test_what_is_no_claim(text: str) -> None:
    assert no_complaints(text) is None


def test_of_grievances_there_must_be_none_as_well() -> None:
    claim = no_complaints("ไม่มีเรื่องร้องเรียนร้องทุกข์")
    assert claim == NoComplaints(grievances=True)
    assert not claim.carried_by(parse_terms("zero(topics=all)"))
    assert claim.carried_by(parse_terms("zero(topics=all); figure(grievances.received = 0)"))


def test_what_a_rule_of_more_weight_asks_for_is_asked_for_beside_the_zero() -> None:
    found = suggest("ผ่านเกณฑ์ ITA และไม่ปรากฏเรื่องร้องเรียน", kind=StatementKind.OUTCOME, topic=None)
    assert found.expressions == ("indicator(ita.result = pass, rule=of that year)", "zero(topics=all)")
    assert found.window_of("zero(topics=all)") == "inside"
