"""Excel workbooks, read sheet by sheet within bounds: merged cells, dates, links, stored results of formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from posixpath import join, normpath
from typing import Any

from lxml import etree

from prongsai.kernel.errors import Unreadable
from prongsai.modules.measures.reading.clean import mend
from prongsai.modules.measures.reading.grid import Cell, Grid, Line, Paragraph, Row, Table
from prongsai.modules.measures.reading.limits import Package

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MAX_ROWS = 5_000  # rows with text; empty rows cost nothing
_MAX_COLUMNS = 60
_MAX_SHEETS = 60
_MAX_STEPS = 20_000
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59), *range(71, 82)])
_EPOCH = date(1899, 12, 30)
_MARGIN_CODES = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-F]{6}|[A-Z])')
_LINK_FORMULA = re.compile(r'^HYPERLINK\(\s*"([^"]+)"(?:\s*[,;]\s*"([^"]+)")?', re.I)
_PLAIN_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d+)$")


def read_xlsx(package: Package, part: str = "xl/workbook.xml") -> Grid:
    """Each visible sheet as a table; a row says its sheet and number."""
    book = _Book(package, part)
    grid = Grid()
    for name, part in book.sheets():
        grid.blocks.append(Line(name, f"แผ่นงาน {name}"))
        rows = _Sheet(book, name, part, grid).rows()
        if rows:
            grid.blocks += _lines_and_table(rows, f"แผ่นงาน {name}")
    return grid


def _lines_and_table(rows: list[Row], where: str) -> list[Line | Table]:
    """Titles above the table are lines: rows with one filled cell, before the first with several."""
    blocks: list[Line | Table] = []
    rest = list(rows)
    while rest and sum(not cell.is_blank for cell in rest[0].cells) == 1:
        row = rest.pop(0)
        blocks += [Line(p.text, row.where) for cell in row.cells for p in cell.paragraphs]
    if rest:
        blocks.append(Table(tuple(rest), where))
    return blocks


class _Book:
    """What the sheets share: strings, formats, and where each sheet lies."""

    def __init__(self, package: Package, part: str) -> None:
        self.package = package
        self.part = part
        self.strings = self._strings()
        self.dates, self._root = self._date_styles(), package.xml(part)
        properties = self._root.find(_MAIN + "workbookPr")
        self.epoch = _EPOCH
        if properties is not None and properties.get("date1904") in ("1", "true"):
            self.epoch = date(1904, 1, 1)

    def sheets(self) -> Iterator[tuple[str, str]]:
        targets = {r.get("Id"): r.get("Target") or "" for r in self.package.relations(self.part)}
        for sheet in list(self._root.iter(_MAIN + "sheet"))[:_MAX_SHEETS]:
            target = targets.get(sheet.get(_RELATION), "")
            part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            if sheet.get("state", "visible") == "visible" and part in self.package:
                yield sheet.get("name") or "", part

    def links(self, part: str) -> dict[str, str]:
        return {r.get("Id") or "": r.get("Target") or "" for r in self.package.relations(part)}

    def _strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.package:
            return []
        return [_string(item) for item in self.package.xml("xl/sharedStrings.xml").iterfind(_MAIN + "si")]

    def _date_styles(self) -> frozenset[int]:
        """The cell styles that show a number as a date."""
        if "xl/styles.xml" not in self.package:
            return frozenset()
        root = self.package.xml("xl/styles.xml")
        own = {
            int(f.get("numFmtId") or 0)
            for f in root.iter(_MAIN + "numFmt")
            if _is_date_format(f.get("formatCode") or "")
        }
        formats = root.find(_MAIN + "cellXfs")
        return frozenset(
            at
            for at, style in enumerate(formats if formats is not None else [])
            if int(style.get("numFmtId") or 0) in _DATE_FORMATS | own
        )


def _string(item: Any) -> str:
    """A string with its runs; phonetic guides are left out."""
    return "".join(t.text or "" for t in item.iter(_MAIN + "t") if t.getparent().tag != _MAIN + "rPh")


def _is_date_format(code: str) -> bool:
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code.lower())
    return bool(re.search(r"[dy]|b{2,4}", plain)) or "mmm" in plain


class _Sheet:
    def __init__(self, book: _Book, name: str, part: str, grid: Grid) -> None:
        self.book = book
        self.name = name
        self.part = part
        self.grid = grid
        self._values: dict[tuple[int, int], str] = {}
        self._formulas: dict[tuple[int, int], str] = {}
        self._merges: list[tuple[int, int, int, int]] = []
        self._links: dict[tuple[int, int], str] = {}
        self._steps = 0  # from formula to formula

    def rows(self) -> list[Row]:
        self._read()
        self._resolve()
        if not self._values:
            return []
        merged = self._merged()
        numbers = sorted({row for row, _ in self._values})
        width = max(column for _, column in self._values) + 1
        found: list[Row] = []
        for number in numbers:
            cells = tuple(self._cell(number, column, merged) for column in range(width))
            found.append(Row(cells, f"แผ่นงาน {self.name} แถวที่ {number}"))
        return found

    def _cell(self, row: int, column: int, merged: dict[tuple[int, int], tuple[bool, bool]]) -> Cell:
        if (row, column) in merged:
            below, beside = merged[row, column]
            return Cell(below=below, beside=beside)
        address = self._links.get((row, column))
        lines = [line for line in self._values.get((row, column), "").splitlines() if line.strip()]
        links = (address,) if address else ()
        return Cell(tuple(Paragraph(line, links=links if at == 0 else ()) for at, line in enumerate(lines)))

    def _read(self) -> None:
        """Streams the sheet, so that a million empty rows need no memory."""
        data = self.book.package.read(self.part)
        if b"<!DOCTYPE" in data[:4096]:
            raise Unreadable(f"แฟ้ม {self.book.package.name} มีคำสั่ง XML ที่ไม่ควรมี จึงไม่อ่าน (document type)")
        addresses = self.book.links(self.part)
        tags = [_MAIN + name for name in ("row", "mergeCell", "hyperlink", "oddHeader", "oddFooter")]
        row = 0
        try:
            for _, element in etree.iterparse(
                BytesIO(data), tag=tags, resolve_entities=False, no_network=True, huge_tree=False
            ):
                if element.tag == _MAIN + "row":
                    row = int(element.get("r") or row + 1)
                    if element.get("hidden") not in ("1", "true"):
                        self._read_row(element, row)
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
                elif element.tag == _MAIN + "mergeCell":
                    self._merge(element.get("ref") or "")
                elif element.tag in (_MAIN + "oddHeader", _MAIN + "oddFooter"):
                    self.grid.margins.append(mend(_MARGIN_CODES.sub(" ", element.text or "")))
                else:
                    self._link(element, addresses)
        except (etree.XMLSyntaxError, ValueError):
            raise Unreadable(
                f"แฟ้ม {self.book.package.name} เสียหาย อ่านแผ่นงาน {self.name} ไม่ได้ (malformed sheet)"
            ) from None

    def _read_row(self, element: Any, row: int) -> None:
        column = -1
        for cell in element:
            if len(cell) == 0 and cell.get("r"):
                continue  # only a format: sheets may have millions of them
            place = _place(cell.get("r") or "")
            column = place[1] if place else column + 1
            if column >= _MAX_COLUMNS:
                continue
            value = self._value(cell)
            formula = cell.find(_MAIN + "f")
            if formula is not None and (link := _LINK_FORMULA.match(formula.text or "")):
                self._links[row, column] = link.group(1)
                value = value or link.group(2) or link.group(1)
            if value.strip():
                self._values[row, column] = mend(value)
            elif formula is not None and formula.text:
                self._formulas[row, column] = formula.text
        if len(self._values) > _MAX_ROWS * _MAX_COLUMNS // 4:
            raise Unreadable(f"แฟ้ม {self.book.package.name} มีแถวมากผิดปกติ จึงไม่อ่าน (too many cells)")

    def _value(self, cell: Any) -> str:
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            inline = cell.find(_MAIN + "is")
            return _string(inline) if inline is not None else ""
        stored = cell.find(_MAIN + "v")
        text = (stored.text or "") if stored is not None else ""
        if kind == "s":
            return (
                self.book.strings[int(text)] if text.isdigit() and int(text) < len(self.book.strings) else ""
            )
        if kind == "e":
            return ""
        if kind == "d":
            return text[:10]
        if kind == "n" and text:
            return self._number(text, int(cell.get("s") or 0))
        return text

    def _number(self, text: str, style: int) -> str:
        try:
            value = float(text)
        except ValueError:
            return text
        if style in self.book.dates and 1 <= value < 2_958_466:
            return (self.book.epoch + timedelta(days=int(value))).isoformat()
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text

    def _resolve(self) -> None:
        """Formulas that were saved without their result: plain references are followed, others are noted."""
        for place, formula in self._formulas.items():
            value = self._constant(formula)
            if value:
                self._values[place] = value
            else:
                where = f"แผ่นงาน {self.name} แถวที่ {place[0]}"
                self.grid.notes.append((where, "เซลล์เป็นสูตรที่ไม่มีผลลัพธ์เก็บไว้ โปรดเปิดด้วย Excel แล้วบันทึกใหม่"))

    def _constant(self, formula: str, depth: int = 0) -> str:
        if match := re.fullmatch(r"DATE\((\d{4}),(\d{1,2}),(\d{1,2})\)", formula.replace(" ", "").upper()):
            year, month, day = map(int, match.groups())
            return f"{year:04d}-{month:02d}-{day:02d}"
        parts: list[str] = []
        for part in re.findall(r'"((?:[^"]|"")*)"|([^&"]+)', formula):
            literal, reference = part
            place = _place(reference.strip().replace("$", "")) if reference.strip() else None
            if literal:
                parts.append(literal.replace('""', '"'))
            elif place and place in self._values:
                parts.append(self._values[place])
            elif place and place in self._formulas and depth < 5:
                self._steps += 1
                if self._steps > _MAX_STEPS:
                    raise Unreadable(
                        f"แฟ้ม {self.book.package.name} มีสูตรซ้อนกันมากผิดปกติ จึงไม่อ่าน (too many formulas)"
                    )
                parts.append(self._constant(self._formulas[place], depth + 1))
            elif reference.strip():
                return ""
        return "".join(parts)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = _place(first), _place(last)
        if start and end:
            self._merges.append((start[0], start[1], end[0], end[1]))

    def _merged(self) -> dict[tuple[int, int], tuple[bool, bool]]:
        """Cells that only continue a merged one: (continues from above, continues from the left)."""
        rows = sorted({row for row, _ in self._values})
        found: dict[tuple[int, int], tuple[bool, bool]] = {}
        for top, left, bottom, right in self._merges:
            if len(found) > _MAX_ROWS * _MAX_COLUMNS // 4 or len(self._merges) > _MAX_ROWS:
                break  # more than the sheet has cells
            for row in (r for r in rows if top <= r <= bottom):
                for column in range(left, min(right, _MAX_COLUMNS) + 1):
                    if (row, column) != (top, left):
                        found[row, column] = (row > top, column > left)
        return found

    def _link(self, element: Any, addresses: dict[str, str]) -> None:
        place = _place((element.get("ref") or "").partition(":")[0])
        address = addresses.get(element.get(_RELATION) or "")
        if place and address:
            self._links[place] = address


def _place(reference: str) -> tuple[int, int] | None:
    """ "C5" as (row counted from 1, column counted from 0)."""
    match = _PLAIN_REFERENCE.match(reference)
    if not match:
        return None
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match.group(2)), column - 1
