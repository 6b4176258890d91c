"""Tables that stand on their side: titles in the first column, one measure in the others."""

from __future__ import annotations

from collections.abc import Sequence

from prongsai.modules.measures.reading.columns import find_header, title_role
from prongsai.modules.measures.reading.grid import Cell, Row


def upright(rows: Sequence[Row]) -> tuple[Row, ...] | None:
    """The table with rows and columns exchanged, if a header is found that way; else None."""
    width = max((len(row.cells) for row in rows), default=0)
    if width < 2 or width > 12 or not 3 <= len(rows) <= 40:
        return None
    turned = tuple(
        Row(
            tuple(_turned(row.cells[column]) if column < len(row.cells) else Cell() for row in rows),
            rows[0].where,
        )
        for column in range(width)
    )
    header = find_header(turned, upto=2)
    # Labels in a later column too: a card, not one measure beside the other.
    cards = any(title_role(cell.text) for row in turned[2:] for cell in row.cells)
    return turned if header and not cards else None


def _turned(cell: Cell) -> Cell:
    return Cell(cell.paragraphs, below=cell.beside, beside=cell.below)
