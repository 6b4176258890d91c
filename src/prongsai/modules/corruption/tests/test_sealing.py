"""The formats: what is sealed opens with one key, for one purpose, and tells nothing by its size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.errors import InvalidInput, Unreadable
from prongsai.modules.corruption.sealing import (
    CONTENT,
    FILE,
    ITEM,
    LOG,
    SMALLEST,
    WRAP_BYTES,
    Pair,
    dummy_wrap,
    is_sealed_size,
    opened,
    opened_of_many,
    padded,
    public_key,
    seal,
    seal_for_many,
    unpadded,
    unwrapped,
    wrap,
)


@given(st.binary(max_size=20_000))
def test_what_is_sealed_comes_back_whole(content: bytes) -> None:
    pair = Pair()
    assert opened(seal(content, pair.public, CONTENT), pair, CONTENT) == content


@given(st.binary(max_size=20_000))
def test_sizes_fall_into_powers_of_two(content: bytes) -> None:
    size = len(padded(content))
    assert size >= SMALLEST
    assert size & (size - 1) == 0
    assert unpadded(padded(content)) == content
    assert is_sealed_size(len(seal(content, Pair().public, ITEM)))


def test_a_word_and_a_page_have_the_same_size() -> None:
    public = Pair().public
    assert len(seal(b"a", public, ITEM)) == len(seal(b"a" * 4000, public, ITEM))


def test_another_key_another_purpose_and_a_changed_bit_open_nothing() -> None:
    pair = Pair()
    sealed = seal("ลับ".encode(), pair.public, CONTENT)
    with pytest.raises(Unreadable):
        opened(sealed, Pair(), CONTENT)
    with pytest.raises(Unreadable):
        opened(sealed, pair, FILE)
    for at in (0, 40, len(sealed) // 2, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(Unreadable):
            opened(bytes(changed), pair, CONTENT)


def test_the_same_words_are_never_sealed_the_same_way() -> None:
    public = Pair().public
    assert seal(b"same", public, ITEM) != seal(b"same", public, ITEM)


def test_a_wrapped_key_opens_for_its_reader_and_its_report_alone() -> None:
    reader, report, other = Pair(), Pair(), Pair()
    wrapped = wrap(report.secret, reader.public, report.public)
    assert len(wrapped) == WRAP_BYTES
    assert unwrapped(wrapped, reader, report.public) == report.secret
    assert unwrapped(wrapped, other, report.public) is None
    assert unwrapped(wrapped, reader, other.public) is None, "bound to its report"


def test_a_dummy_looks_like_a_wrapped_key_and_opens_for_nobody() -> None:
    reader = Pair()
    dummies = [dummy_wrap() for _ in range(50)]
    assert {len(dummy) for dummy in dummies} == {WRAP_BYTES}
    assert all(unwrapped(dummy, reader, reader.public) is None for dummy in dummies)
    for dummy in dummies:
        public_key(dummy[:65])  # a point of the curve, as in a real one


def test_many_readers_each_open_the_same_and_nobody_else() -> None:
    pairs = [Pair() for _ in range(3)]
    sealed = seal_for_many(b"an act", [pair.public for pair in pairs], LOG)
    assert [opened_of_many(sealed, pair, LOG) for pair in pairs] == [b"an act"] * 3
    with pytest.raises(Unreadable):
        opened_of_many(sealed, Pair(), LOG)
    with pytest.raises(Unreadable):
        opened_of_many(b"", pairs[0], LOG)


@pytest.mark.parametrize("point", [b"", b"\4" + bytes(64), b"\2" + bytes(32), b"x" * 65])
def test_what_is_no_point_of_the_curve_is_refused(point: bytes) -> None:
    with pytest.raises(InvalidInput):
        public_key(point)


@given(st.binary(max_size=300))
def test_rubbish_is_unreadable_and_nothing_worse(rubbish: bytes) -> None:
    with pytest.raises(Unreadable):
        opened(rubbish, Pair(), CONTENT)
    assert unwrapped(rubbish, Pair(), b"") is None


def test_a_pair_comes_back_from_its_number() -> None:
    pair = Pair()
    assert Pair.of(pair.secret).public == pair.public
    with pytest.raises(Unreadable):
        Pair.of(bytes(32))
