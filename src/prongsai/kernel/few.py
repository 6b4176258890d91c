"""When figures are so few that a breakdown of them could point at a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

FEW = 10  # from so many on a part may be broken down


def tellable(counts: Sequence[int]) -> list[bool]:
    """Which parts of a whole may be broken down, when the whole itself is.

    A part of none has nothing to hide. Every other one needs `FEW`, and so do those that stay untold taken together:
    what is told taken from the whole would leave them over. Where they are fewer, the smallest told part joins them.
    """
    told = [not count or count >= FEW for count in counts]
    untold = sum(count for count, is_told in zip(counts, told, strict=True) if not is_told)
    open_ones = [(count, at) for at, count in enumerate(counts) if count >= FEW]
    if 0 < untold < FEW and open_ones:
        told[min(open_ones)[1]] = False
    return told


def may_be_left(untold: Iterable[int]) -> bool:
    """Whether a sum may stand although parts of it, of so many each, are not told: what is told taken from it leaves these."""
    left = sum(untold)
    return not left or left >= FEW
