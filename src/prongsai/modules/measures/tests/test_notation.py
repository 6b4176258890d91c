"""The notation of proofs reads what it writes and refuses the rest by name."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.contracts import Window, WindowKind
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.notation import format_window, parse_term, parse_window

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
