"""What every file format is read into: lines of text and tables, in the order of the paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from prongsai.modules.measures.reading.clean import tidy


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a cell. `marker` is a list number or bullet that the format keeps apart from the text.

    `soft`: the paragraph begins where a printed line begins, so that a number there may be chance.
    """

    text: str
    marker: str = ""
    level: int = 0
    links: tuple[str, ...] = ()
    soft: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell. `below` and `beside`: it only continues a merged cell that began above or to the left."""

    paragraphs: tuple[Paragraph, ...] = ()
    below: bool = False
    beside: bool = False

    @property
    def text(self) -> str:
        return tidy(" ".join(f"{p.marker} {p.text}".strip() for p in self.paragraphs))

    @property
    def is_blank(self) -> bool:
        return not any(p.text.strip() for p in self.paragraphs)

    @property
    def links(self) -> tuple[str, ...]:
        return tuple(link for p in self.paragraphs for link in p.links)


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    where: str = ""


@dataclass(frozen=True)
class Table:
    """`torn`: the first of a printed page; its first row may finish the last row of the page before."""

    rows: tuple[Row, ...]
    where: str = ""
    torn: bool = False


@dataclass(frozen=True)
class Line:
    """A line of text outside the tables."""

    text: str
    where: str = ""


@dataclass
class Grid:
    """The whole file. `notes` are (where, message) pairs for the reader of the result.

    `margins`: what stands around the text (a page's header and footer, a window's title); names are looked for there.
    """

    blocks: list[Line | Table] = field(default_factory=list[Line | Table])
    margins: list[str] = field(default_factory=list[str])
    printed: bool = False  # a line of the paper may be half a sentence
    notes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def lines(self) -> list[Line]:
        return [block for block in self.blocks if isinstance(block, Line)]


def cell_of(text: str, links: tuple[str, ...] = ()) -> Cell:
    """A cell from plain text: one paragraph a line."""
    lines = [line for line in text.splitlines() if line.strip()]
    found = [Paragraph(line, links=links if number == 0 else ()) for number, line in enumerate(lines)]
    return Cell(tuple(found))
