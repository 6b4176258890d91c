"""The notation of proofs reads what it writes and refuses the rest by name."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.contracts import Period, Window, WindowKind
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures import rules
from prongsai.modules.measures.notation import NAMES, format_window, parse_term, parse_terms, parse_window
from prongsai.modules.measures.words import describe, describe_window

WINDOWS = st.one_of(
    st.just(Window()),
    st.just(Window(WindowKind.AT_END)),
    st.builds(Window, st.just(WindowKind.ABOUT), st.integers(0, 120), st.integers(0, 366)),
)


@given(WINDOWS)
def test_a_window_survives_being_written_down(window: Window) -> None:
    assert parse_window(format_window(window)) == window


@pytest.mark.parametrize(
    "text",
    [
        "fact()",
        "fact(Meeting)",
        "fact(meeting_held, about=a, about=b)",
        "fact(meeting_held, by=some units)",
        "fact(meeting_held, min=many)",
        "indicator(satisfaction)",
        "indicator(a.b >= )",
        "ratio(a.b ~ 1)",
        "zero(topics=everything)",
        "zero()",
        "attest(me)",
        "nothing(a.b = 1)",
        "indicator(x.y >= nan)",
        "figure(services.manuals = highest)",
        "fact(meeting_held, min=nan)",
        "fact(meeting_held",
        "",
    ],
)
def test_what_cannot_be_read_is_refused_with_its_own_text(text: str) -> None:
    with pytest.raises(InvalidInput, match="อ่านหลักฐานที่ผูกไว้ไม่ได้"):
        parse_term(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InvalidInput):
        assert parse_term(text).name


@pytest.mark.parametrize(
    "text", ["outside", "about -400..+0", "about -9999999999..+0", "about -x..+3", "about 3..4", ""]
)
def test_an_unknown_window_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_window(text)


SAID = [
    ("fact(meeting_held, about=service)", "มีบันทึก “จัดประชุม” เรื่องการให้บริการประชาชน"),
    (
        "fact(announcement_sent, about=office_line, channels>=4)",
        "มีบันทึก “ประชาสัมพันธ์” เรื่อง LINE ของหน่วยงาน ผ่านอย่างน้อย 4 ช่องทาง",
    ),
    ("fact(participation_held, min=2)", "มีบันทึก “จัดกิจกรรมการมีส่วนร่วม” อย่างน้อย 2 ครั้ง"),
    ("fact(circular_acknowledged, share>=0.9)", "มีบันทึก “แจ้งเวียนให้รับทราบ” มีผู้รับทราบร้อยละ 90 ขึ้นไป"),
    ("fact(circular_acknowledged, by=every unit)", "มีบันทึก “แจ้งเวียนให้รับทราบ” ครบทุกส่วนราชการ"),
    ("indicator(feedback.received >= 1)", "ตัวชี้วัด “จำนวนความคิดเห็นที่ได้รับ” ตั้งแต่ 1 ขึ้นไป"),
    ("indicator(feedback.answered_share >= 0.9)", "ตัวชี้วัด “สัดส่วนความคิดเห็นที่ตอบแล้ว” ตั้งแต่ ร้อยละ 90 ขึ้นไป"),
    ("indicator(surveys.service_satisfaction = highest)", "ตัวชี้วัด “ความพึงพอใจในการรับบริการ” ระดับมากที่สุด"),
    ("indicator(surveys.staff_understanding >= high)", "ตัวชี้วัด “ความเข้าใจของเจ้าหน้าที่” ระดับมากขึ้นไป"),
    ("indicator(ita.result = pass, rule=of that year)", "ตัวชี้วัด “ผลการประเมิน ITA” ผ่านเกณฑ์ของปีนั้น"),
    ("ratio(services.with_manual = 1)", "“งานบริการที่มีคู่มือ” ครบทั้งหมด"),
    ("figure(services.manuals = 22)", "ตัวเลขในข้อความตรงกับ “จำนวนคู่มือสำหรับประชาชน”: เท่ากับ 22"),
    ("zero(topics=service)", "ไม่มีเรื่องร้องเรียน เกี่ยวกับงานบริการ และช่องทางร้องเรียนเปิดใช้ได้ตลอด"),
    ("alive(about=service_manual)", "ตรวจแล้วเปิดดูได้ เรื่องคู่มือการให้บริการประชาชน"),
    ("entry(214)", "หลักฐาน 214 ที่เลือกไว้"),
    ("attest()", "ผู้มีหน้าที่รับรองข้อความนี้"),
]


@pytest.mark.parametrize(("written", "said"), SAID)
def test_every_proof_says_itself_in_thai(written: str, said: str) -> None:
    assert describe(parse_term(written)) == said


def test_no_term_of_the_notation_is_without_words() -> None:
    assert {parse_term(written).name for written, _ in SAID} == set(NAMES)
    for rule in rules.load("suggestions")["rule"]:
        for term in parse_terms(rule["proofs"].replace("{n}", "1")):
            assert describe(term)


@given(WINDOWS)
def test_every_window_says_itself_with_and_without_days(window: Window) -> None:
    assert describe_window(window)
    assert "256" in describe_window(window, Period.fiscal_year(2568))
