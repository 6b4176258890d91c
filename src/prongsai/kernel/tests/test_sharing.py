"""What many questions need is read once, and never longer than it holds."""

from __future__ import annotations

import pytest

from prongsai.kernel.sharing import shared, sharing

asked: list[tuple[int, str]] = []


@shared
def read(number: int, *, of: str = "") -> int:
    asked.append((number, of))
    if number < 0:
        raise ValueError(number)
    return number


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    asked.clear()


def test_inside_a_block_the_same_is_read_once() -> None:
    with sharing():
        assert [read(1), read(1), read(2), read(1, of="ก")] == [1, 1, 2, 1]
    assert asked == [(1, ""), (2, ""), (1, "ก")]


def test_outside_and_in_the_next_block_it_is_read_anew() -> None:
    read(1)
    read(1)
    for _ in range(2):
        with sharing():
            read(1)
    assert len(asked) == 4


def test_an_inner_block_remembers_for_itself() -> None:
    with sharing():
        read(1)
        with sharing():
            read(1)
        read(1)
    assert len(asked) == 2


def test_an_answer_that_could_not_be_read_is_not_remembered() -> None:
    with sharing():
        for _ in range(2):
            with pytest.raises(ValueError):
                read(-1)
    assert len(asked) == 2
