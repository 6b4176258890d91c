"""What is told leaves no small rest: by itself, or as what remains of the whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.few import FEW, tellable


@given(st.lists(st.integers(0, 40), max_size=12))
def test_neither_a_told_part_nor_what_remains_is_small(counts: list[int]) -> None:
    told = tellable(counts)
    parts = list(zip(counts, told, strict=True))
    assert all(not count or count >= FEW for count, is_told in parts if is_told)
    rest = sum(count for count, is_told in parts if not is_told)
    assert not 0 < rest < FEW or rest == sum(counts), "a whole of few is told as a whole alone"


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([0, 0, 0, 0], [True, True, True, True]),
        ([10, 12, 30, 10], [True, True, True, True]),
        ([9, 12, 30, 0], [False, False, True, True]),
        ([5, 5, 30, 12], [False, False, True, True]),
        ([3, 2, 1, 0], [False, False, False, True]),
    ],
)
def test_the_smallest_keeps_those_company_that_would_stand_alone(counts: list[int], told: list[bool]) -> None:
    assert tellable(counts) == told
