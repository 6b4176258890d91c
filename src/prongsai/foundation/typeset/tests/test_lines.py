"""Where Thai lines may break: no letter is added, lost or parted from its marks."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prongsai.foundation.typeset.fonts import advance
from prongsai.foundation.typeset.lines import clean, kept_words, runs

THAI = st.text(
    st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B) | st.sampled_from(" aZ09-/."), max_size=60
)


@settings(deadline=None)  # the word list is read at first use
@given(st.text(max_size=60), st.floats(5, 200))
def test_runs_joined_are_the_text_again(text: str, room: float) -> None:
    text = clean(text)
    assert "".join(run.text for run in runs(text, ("อบต.เมืองทอง",), room=room)) == text


@settings(deadline=None)  # the word list is read at first use
@given(THAI, st.floats(10, 60))
def test_no_run_begins_with_a_mark_of_the_letter_before(text: str, room: float) -> None:
    cut = runs(clean(text), room=room)
    for before, run in pairwise(cut):
        if "\u0e01" <= before.text[-1] <= "\u0e2e":
            assert unicodedata.category(run.text[0]) != "Mn"


@settings(deadline=None)  # the word list is read at first use
@given(THAI, st.floats(15, 60))
def test_a_whole_run_fits_its_room(text: str, room: float) -> None:
    wide = [run for run in runs(clean(text), room=room) if run.whole and advance(run.text, 10.5) > room]
    # Marks stacked on one letter have no width, so a single cluster is the least that a run can be.
    assert all(sum(unicodedata.category(letter) != "Mn" for letter in run.text) <= 2 for run in wide)


@pytest.mark.parametrize("word", ["ปีงบประมาณ", "ปฏิบัติงาน", "ผู้รับผิดชอบ", "องค์การบริหารส่วนตำบล", "เจ้าหน้าที่"])
def test_the_named_words_are_kept(word: str) -> None:
    assert any(word in run.text and run.whole for run in runs(f"ที่{word}ของเรา"))


@pytest.mark.parametrize(
    "phrase",
    [
        "๓ เรื่อง",
        "๑ ต.ค.๖๗",
        "๑๔ สิงหาคม ๒๕๖๘",
        "พ.ศ. ๒๕๖๘",
        "อบต.เมืองทอง",
        "อบต. เมืองทอง",
        "E-Service",
        "ต่าง ๆ",
        "ต่างๆ",
        "COVID19",
    ],
)
def test_phrases_that_belong_together_are_kept(phrase: str) -> None:
    found = runs(f"ตามที่ {phrase} ได้", ("อบต.เมืองทอง",))
    assert any(phrase in run.text and run.whole for run in found)


def test_a_name_that_is_too_wide_breaks_behind_the_kind_of_office() -> None:
    name = "องค์การบริหารส่วนตำบลเมืองทองธานี"
    room = advance(name, 10.5) - 1
    assert [run.text for run in runs(name, (name,), room=room)] == ["องค์การบริหารส่วนตำบล", "เมืองทองธานี"]


def test_digits_glued_to_letters_can_break_around_them() -> None:
    assert [run.text for run in runs("ปี๒๕๖๘กองคลัง")] == ["ปี", "๒๕๖๘", "กองคลัง"]


def test_an_address_without_spaces_is_cut_to_fit() -> None:
    found = runs("https://www.example.go.th/" + "a" * 200, room=30)
    assert max(advance(run.text, 10.5) for run in found) <= 30


def test_invisible_and_control_characters_are_dropped() -> None:
    assert clean("ก\u200bข\u2060\ufeff\x00\tค\u00a0ง\ud800") == "กข ค ง"


def test_kept_words_are_thai_and_each_stands_once() -> None:
    words = kept_words()
    assert len(words) == len(set(words)) > 150
    assert all(word == clean(word) for word in words)
