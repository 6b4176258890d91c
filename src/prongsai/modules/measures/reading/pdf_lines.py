"""Glyphs into lines, and the lines of a cell into paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from prongsai.kernel.thai.words import restore_am
from prongsai.modules.measures.reading.clean import mend
from prongsai.modules.measures.reading.grid import Cell, Line
from prongsai.modules.measures.reading.pdf_glyphs import Glyph
from prongsai.modules.measures.reading.printed import cell_of_texts


@dataclass(frozen=True)
class Piece:
    """A letter with its marks, or a space, and the room that it takes."""

    text: str
    x0: float
    x1: float


@dataclass(frozen=True)
class TextLine:
    """One printed line; `top` is its baseline, downwards."""

    text: str
    top: float
    size: float
    pieces: tuple[Piece, ...]

    @cached_property
    def inked(self) -> tuple[tuple[int, int], ...]:
        """The stretches that letters cover, in points from the left."""
        found: list[tuple[int, int]] = []
        for piece in sorted(self.pieces, key=lambda piece: piece.x0):
            if not piece.text.strip():
                continue
            left, right = int(piece.x0), int(piece.x1)
            if found and left <= found[-1][1] + 1:
                found[-1] = found[-1][0], max(found[-1][1], right)
            else:
                found.append((left, right))
        return tuple(found)

    def said(self, where: str) -> Line:
        """As a line outside the tables."""
        return Line(restore_am(self.text), where)

    def between(self, left: float, right: float) -> str:
        """The text whose letters have their middle between `left` and `right`."""
        inside = [piece for piece in self.pieces if left <= (piece.x0 + piece.x1) / 2 < right]
        for end in (0, -1):  # the white between two columns is no space of the text
            if inside and not inside[end].text.strip() and inside[end].x1 - inside[end].x0 > 0.6 * self.size:
                inside.pop(end)
        return mend("".join(piece.text for piece in inside)).strip("\n")


def has_spaces(glyphs: Sequence[Glyph]) -> bool:
    """Whether the page's text has spaces of its own, so that small gaps need not be read as spaces."""
    return sum(g.text == " " for g in glyphs) * 80 > len(glyphs)


def text_lines(glyphs: Sequence[Glyph], spaced: bool) -> list[TextLine]:
    """The lines from top to bottom. `spaced`: see has_spaces."""
    rows: list[list[list[Glyph]]] = []
    base: list[float] = []
    for cluster in _clusters(glyphs):
        first = cluster[0]
        near = [
            at
            for at in range(max(0, len(base) - 40), len(base))
            if abs(base[at] - first.base) < 0.4 * first.size
        ]
        if near:
            rows[min(near, key=lambda at: abs(base[at] - first.base))].append(cluster)
        else:
            rows.append([cluster])
            base.append(first.base)
    lines = [_line(sorted(row, key=lambda c: c[0].x0), spaced) for row in rows]
    return sorted((line for line in lines if line.text.strip()), key=lambda line: line.top)


def _clusters(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Each letter with the marks drawn after it."""
    found: list[list[Glyph]] = []
    for glyph in glyphs:
        mark = all(
            c == "ั" or "ิ" <= c <= "ฺ" or "็" <= c <= "๎" or 0xF700 <= ord(c) <= 0xF71A for c in glyph.text
        )
        if mark and found and abs(found[-1][0].base - glyph.base) < glyph.size:
            found[-1].append(glyph)
        else:
            found.append([glyph])
    return found


def _line(clusters: list[list[Glyph]], spaced: bool) -> TextLine:
    size = max(cluster[0].size for cluster in clusters)
    gap = (1.0 if spaced else 0.22) * size
    pieces: list[Piece] = []
    for cluster in clusters:
        first = cluster[0]
        if pieces and first.x0 - pieces[-1].x1 > gap and pieces[-1].text.strip() and first.text.strip():
            pieces.append(Piece(" ", pieces[-1].x1, first.x0))
        pieces.append(Piece("".join(glyph.text for glyph in cluster), first.x0, first.x1))
    text = mend("".join(piece.text for piece in pieces))
    return TextLine(text, min(cluster[0].base for cluster in clusters), size, tuple(pieces))


def cell_of_lines(lines: Sequence[TextLine], links: tuple[str, ...] = ()) -> Cell:
    return cell_of_texts([line.text for line in lines], links)
