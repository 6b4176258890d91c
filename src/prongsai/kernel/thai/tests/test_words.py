from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.thai.words import clusters, join_broken, restore_am, segment, sort_key

segment("อ่านรายการคำก่อน")  # the lists are read once, outside the timed tests
THAI = st.text(alphabet=st.characters(min_codepoint=0x0E01, max_codepoint=0x0E4E), max_size=30)
MIXED = st.text(alphabet=st.sampled_from("กขคงจดตนบปมยรลวสหอาะิีึืุูเแโใไ่้็์ ำๆ.a1\n"), max_size=60)
WORDS = st.lists(
    st.sampled_from(
        ["หน่วยงาน", "ประชาชน", "แนวทาง", "ครุภัณฑ์", "และ", "การใช้", "ได้รับทราบ", "อบต.", "๒๕๖๘", "E-Service"]
    ),
    max_size=12,
)


@given(st.text(max_size=60) | MIXED | THAI)
def test_the_words_of_a_text_joined_are_the_text(text: str) -> None:
    assert "".join(segment(text)) == text


@given(st.text(max_size=60) | THAI)
def test_clusters_joined_are_the_text(text: str) -> None:
    assert "".join(clusters(text)) == text


def test_segmenting_finds_dictionary_words() -> None:
    assert segment("ประชาชนใช้ครุภัณฑ์") == ["ประชาชน", "ใช้", "ครุภัณฑ์"]


@given(MIXED | WORDS.map(" ".join))
def test_joining_only_removes_white_space_and_twice_is_once(text: str) -> None:
    joined = join_broken(text)
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", text)
    assert len(joined) <= len(text)
    assert join_broken(joined) == joined


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("ระบุแนว ทางการใช้", "ระบุแนวทางการใช้"),
        ("พนักงานส่วน ตำบลให้รับทราบ", "พนักงานส่วนตำบลให้รับทราบ"),
        ("คุณธรรมและความ โปร่งใส", "คุณธรรมและความโปร่งใส"),
        ("ครุ ภัณฑ์ของหน่วยงาน", "ครุภัณฑ์ของหน่วยงาน"),
        ("ข้อมูลเกี่ยว กับงบประมาณ", "ข้อมูลเกี่ยวกับงบประมาณ"),
        ("เจ้า หน้าที่ของรัฐ", "เจ้าหน้าที่ของรัฐ"),
        ("ประชา ชนได้รับ", "ประชาชนได้รับ"),
        ("การ จัดซื้อ", "การจัดซื้อ"),
        ("ประก าศ", "ประกาศ"),
        ("ต ้องการ", "ต้องการ"),
        ("กองส่งเสริม การเกษตร", "กองส่งเสริมการเกษตร"),
    ],
)
def test_a_word_that_white_space_cut_is_made_whole(broken: str, whole: str) -> None:
    assert join_broken(broken) == whole


@pytest.mark.parametrize(
    "text",
    [
        "เพื่อให้ประชาชน ได้รับทราบ",
        "แนวทางตาม พ.ร.บ. ป.ป.ช.",
        "ช่องทางต่าง ๆ เพื่อให้ประชาชนรับทราบ",
        "การรับเรื่อง ร้องเรียน ร้องทุกข์ ฯลฯ ในหน่วยงานขององค์กรปกครองส่วนท้องถิ่นซึ่งเป็นไปตามภารกิจหน้าที่โดยสามารถ",
        "และปัญหา อุปสรรค ให้ผู้บริหารรับทราบ",
        "ข้าราชการ พนักงาน ในหน่วยงาน",
        "ปี ๒๕๖๘ และ E-Service",
    ],
)
def test_real_spaces_stay(text: str) -> None:
    assert join_broken(text) == text


def test_letters_that_all_stand_alone_are_brought_together() -> None:
    text = "ประชาชนได้รับทราบข้อมูลข่าวสารของหน่วยงาน"
    assert join_broken(" ".join(clusters(text))) == text


def test_the_names_that_are_given_never_stay_cut() -> None:
    assert join_broken("ส่วนตำบลเมือง แกได้รับ", names=["เมืองแก"]) == "ส่วนตำบลเมืองแกได้รับ"


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        ("ด าเนินการ", "ดำเนินการ"),
        ("จัดท าแผน", "จัดทำแผน"),
        ("การน าเสนอ", "การนำเสนอ"),
        ("อ านาจหน้าที่", "อำนาจหน้าที่"),
        ("น ้าประปา", "น้ำประปา"),
        ("หน ้าที่", "หน้าที่"),
    ],
)
def test_am_that_a_pdf_tore_comes_back(torn: str, whole: str) -> None:
    assert restore_am(torn) == whole


def test_words_sort_as_in_the_dictionary() -> None:
    ordered = ["กก", "กา", "ก่า", "เก", "แก", "ไก่", "ขา", "เขา", "มา", "แม่", "สตึก", "เสือ", "หมู", "อา"]
    assert sorted(set(ordered), key=sort_key) == ordered
