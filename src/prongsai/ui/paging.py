"""Turning the pages of a list, however many there are."""

from __future__ import annotations


def turning(page: int, pages: int) -> list[int | None]:
    """The page numbers to offer: the first, the last, and those next to `page`; None is a gap."""
    near = {1, pages, *range(page - 1, page + 2)}
    shown: list[int | None] = []
    for number in sorted(number for number in near if 1 <= number <= pages):
        if shown and number - (shown[-1] or 0) > 1:
            shown.append(None)
        shown.append(number)
    return shown
