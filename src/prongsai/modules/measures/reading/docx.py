"""Word documents: paragraphs, tables with merged cells, real list numbers, links, text boxes, tracked changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from prongsai.kernel.errors import Unreadable
from prongsai.modules.measures.reading.clean import mend, tidy
from prongsai.modules.measures.reading.grid import Cell, Grid, Line, Paragraph, Row, Table
from prongsai.modules.measures.reading.limits import MAX_CELLS, MAX_DEPTH, Package
from prongsai.modules.measures.reading.numbering import Numbering, q

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Deleted or moved away, field codes, and the copy of a text box for old readers.
_SKIP = {
    q("del"),
    q("moveFrom"),
    q("delText"),
    _COMPATIBLE + "Fallback",
    q("pPr"),
    q("rPr"),
    q("tblPr"),
    q("tcPr"),
}
_BLANKS = {q("tab"): "\t", q("br"): "\n", q("cr"): "\n", q("noBreakHyphen"): "-", q("ptab"): "\t"}
_MAX_MARGINS = 12  # parts of headers and footers
_FIELD_LINK = re.compile(r'HYPERLINK\s+"([^"]+)"')


@dataclass
class _Text:
    """What one paragraph says while it is walked through."""

    parts: list[str] = field(default_factory=list[str])
    links: list[str] = field(default_factory=list[str])
    boxes: list[Any] = field(default_factory=list[Any])


def read_docx(package: Package, part: str = "word/document.xml") -> Grid:
    """The body as lines and tables; headers and footers are margins, text boxes count as lines."""
    body = package.xml(part).find(q("body"))
    grid = Grid()
    if body is None:
        return grid
    reader = _Reader(package, part)
    grid.margins = list(dict.fromkeys(reader.margins(package)))
    count = 0
    for element in reader.blocks(body):
        if element.tag == q("tbl"):
            count += 1
            grid.blocks += reader.table(element, f"ตารางที่ {count}")
        else:
            grid.blocks += [
                Line(tidy(f"{p.marker} {p.text}"), "") for p in reader.paragraphs(element) if tidy(p.text)
            ]
    return grid


class _Reader:
    def __init__(self, package: Package, part: str) -> None:
        self.name = package.name
        self.cells = 0  # of all tables
        self.numbering = Numbering(package)
        self.addresses = {
            relation.get("Id") or "": relation.get("Target") or ""
            for relation in package.relations(part)
            if relation.get("TargetMode") == "External"
        }

    def margins(self, package: Package) -> Iterator[str]:
        """What the pages' headers and footers say."""
        parts = [name for name in package.names() if re.fullmatch(r"word/(?:header|footer)\d*\.xml", name)]
        for name in sorted(parts)[:_MAX_MARGINS]:
            for element in self.blocks(package.xml(name)):
                yield from (p.text for p in self._flat(element, 0))

    def blocks(self, parent: Any, depth: int = 0) -> Iterator[Any]:
        """Paragraphs and tables in order, through content controls and accepted insertions."""
        for child in parent:
            if child.tag in (q("p"), q("tbl")):
                yield child
            elif depth < MAX_DEPTH and child.tag in (
                q("sdt"),
                q("sdtContent"),
                q("ins"),
                q("moveTo"),
                q("customXml"),
            ):
                yield from self.blocks(child, depth + 1)

    def paragraphs(self, element: Any) -> list[Paragraph]:
        """One Word paragraph: a paragraph for each of its lines; those of its text boxes stand behind it."""
        text = _Text()
        self._walk(element, text, 0)
        marker, level = self.numbering.marker(element)
        found: list[Paragraph] = []
        links = tuple(text.links)
        for line in mend("".join(text.parts)).split("\n"):
            if tidy(line):
                found.append(Paragraph(tidy(line), marker, level, links))
                marker, level, links = "", 0, ()
        for box in text.boxes:
            for inner in self.blocks(box):
                found += self._flat(inner, 1)
        return found

    def _flat(self, element: Any, depth: int) -> list[Paragraph]:
        """A paragraph or a table inside a cell, as paragraphs."""
        if element.tag == q("p"):
            return self.paragraphs(element)
        if depth > MAX_DEPTH:
            return []
        found: list[Paragraph] = []
        for cell in element.iterfind(f"{q('tr')}/{q('tc')}"):
            for inner in self.blocks(cell):
                found += self._flat(inner, depth + 1)
        return found

    def _walk(self, element: Any, text: _Text, depth: int) -> None:
        if depth > MAX_DEPTH * 3:
            return
        for child in element:
            tag = child.tag
            if tag in _SKIP or not isinstance(tag, str):
                continue
            if tag == q("t"):
                text.parts.append(child.text or "")
            elif tag in _BLANKS:
                text.parts.append(_BLANKS[tag])
            elif tag == q("sym"):
                text.parts.append(_symbol(child))
            elif tag == q("instrText"):
                text.links += _FIELD_LINK.findall(child.text or "")
            elif tag == q("txbxContent"):
                text.boxes.append(child)
            elif tag == q("r") and child.find(f"{q('rPr')}/{q('vanish')}") is not None:
                continue
            else:
                if tag == q("hyperlink") and (address := self.addresses.get(child.get(_RELATION) or "")):
                    text.links.append(address)
                self._walk(child, text, depth + 1)

    def table(self, element: Any, where: str) -> list[Table | Line]:
        rows: list[Row] = []
        number = 0
        for row in self._rows(element):
            if row.find(f"{q('trPr')}/{q('del')}") is not None:
                continue
            number += 1
            cells = tuple(self._cells(row))
            self.cells += len(cells)
            if self.cells > MAX_CELLS:
                raise Unreadable(f"แฟ้ม {self.name} มีช่องตารางมากผิดปกติ จึงไม่อ่าน (too many cells)")
            rows.append(Row(cells, f"{where} แถวที่ {number}"))
        if len(rows) == 1 and len(rows[0].cells) == 1:  # a frame around text
            # Only the frame's own tables: each is looked into once, however deep frames stand in frames.
            inner = [b for cell in element.iter(q("tc")) for b in self.blocks(cell) if b.tag == q("tbl")]
            inner = [b for b in inner if next(b.iterancestors(q("tbl"))) is element]
            if inner:
                return [
                    table for n, child in enumerate(inner, 1) for table in self.table(child, f"{where}.{n}")
                ]
            return [Line(p.text, where) for p in rows[0].cells[0].paragraphs]
        return [Table(tuple(rows), where)] if rows else []

    def _rows(self, parent: Any, depth: int = 0) -> Iterator[Any]:
        for child in parent:
            if child.tag == q("tr"):
                yield child
            elif depth < MAX_DEPTH and child.tag in (q("sdt"), q("sdtContent"), q("ins"), q("customXml")):
                yield from self._rows(child, depth + 1)

    def _cells(self, row: Any) -> Iterator[Cell]:
        properties = row.find(q("trPr"))
        if properties is not None:
            yield from [Cell()] * _value(properties.find(q("gridBefore")), 0)
        for cell in self._cell_elements(row):
            settings = cell.find(q("tcPr"))
            merge = settings.find(q("vMerge")) if settings is not None else None
            below = merge is not None and merge.get(q("val")) != "restart"
            width = _value(settings.find(q("gridSpan")), 1) if settings is not None else 1
            paragraphs = [p for element in self.blocks(cell) for p in self._flat(element, 0)]
            yield Cell(() if below else tuple(paragraphs), below=below)
            yield from [Cell(beside=True, below=below)] * (width - 1)

    def _cell_elements(self, row: Any, depth: int = 0) -> Iterator[Any]:
        for child in row:
            if child.tag == q("tc"):
                yield child
            elif depth < MAX_DEPTH and child.tag in (q("sdt"), q("sdtContent"), q("ins"), q("customXml")):
                yield from self._cell_elements(child, depth + 1)


def _value(element: Any, default: int) -> int:
    value = element.get(q("val")) if element is not None else None
    return min(int(value), 60) if value and value.isdigit() else default


def _symbol(element: Any) -> str:
    code = element.get(q("char")) or ""
    return chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else ""
