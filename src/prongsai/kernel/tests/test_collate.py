"""Thai dictionary order (พจนานุกรมฉบับราชบัณฑิตยสถาน)."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.thai.collate import sort_key

THAI = st.text(st.sampled_from([chr(c) for c in range(0x0E01, 0x0E4E) if chr(c).strip()]), max_size=12)
MARKS = "็่้๊๋์"

ORDERED = [
    ["กก", "กฎ", "กด", "กบ"],
    ["กะ", "กัก", "กา", "กำ", "กิน", "กี", "กึ", "กือ", "กุ", "กู", "เก", "แก", "โก", "ใก", "ไก"],
    ["กา", "ก่า", "ก้า", "ก๊า", "ก๋า"],
    ["กาง", "ก้าง", "กาจ"],  # a mark decides only between words that are otherwise equal
    ["แก", "แก่", "แก้", "ขา", "มา"],  # a leading vowel counts behind its consonant
    ["ขาข้า", "ข้าขา"],  # where they first differ, the one without a mark comes first
    ["รัก", "ฤดู", "ลม", "ฦา", "วัน"],
    ["กองการศึกษา", "กองคลัง", "กองช่าง", "สำนักปลัด", "หน่วยตรวจสอบภายใน"],
    ["เกาะ", "เกาะแก้ว", "แกดำ", "เมืองแก", "เมืองแก้ว", "เมืองใหม่"],
]


@pytest.mark.parametrize("words", ORDERED, ids=lambda words: words[0])
def test_words_come_in_the_order_of_the_dictionary(words: list[str]) -> None:
    shuffled = list(words)
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == words


def test_latin_letters_sort_without_case() -> None:
    assert sorted(["beta", "Alpha", "alpha2"], key=sort_key) == ["Alpha", "alpha2", "beta"]


@given(THAI, THAI)
def test_marks_never_outweigh_letters(first: str, second: str) -> None:
    bare = [sort_key("".join(c for c in word if c not in MARKS)) for word in (first, second)]
    full = [sort_key(word) for word in (first, second)]
    if bare[0] != bare[1] and not swaps_by_mark(first) and not swaps_by_mark(second):
        assert (bare[0] < bare[1]) == (full[0] < full[1])


def swaps_by_mark(word: str) -> bool:
    """A mark right behind a leading vowel (no Thai word has that) keeps the vowel from changing places."""
    return any(a in "เแโใไ" and b in MARKS for a, b in pairwise(word))


@given(THAI.filter(lambda word: not swaps_by_mark(word)))
def test_a_word_comes_before_the_same_word_with_more_behind_it(word: str) -> None:
    assert sort_key(word) < sort_key(word + "า")


@given(st.text(max_size=200))
def test_a_key_fits_its_column(text: str) -> None:
    assert len(sort_key(text)) <= 2 * len(text.casefold()) + 1
