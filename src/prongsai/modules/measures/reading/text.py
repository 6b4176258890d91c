"""Plain text: tables whose columns are parted by tabs, commas or bars, with or without HTML in the cells."""

from __future__ import annotations

import csv
import io
import re

from prongsai.kernel.errors import Unreadable
from prongsai.modules.measures.reading.clean import mend, tidy
from prongsai.modules.measures.reading.columns import find_header
from prongsai.modules.measures.reading.grid import Cell, Grid, Line, Row, Table, cell_of
from prongsai.modules.measures.reading.html import cell_from_html, read_html
from prongsai.modules.measures.reading.limits import MAX_LINES

_MARKUP = re.compile(r"</?(?:p|br|a|ol|ul|li|div|span|b|strong)\b[^>]*>", re.I)
_NEW_MEASURE = re.compile(r"^\s*(?:มาตรการที่|\(?ลงชื่อ|\(?ลงนาม|หมายเหตุ|ผู้รายงาน|ผู้จัดทำ|ผู้รับรอง)")


def decode(data: bytes) -> str:
    """Text in UTF-8, UTF-16 or the Thai code page (windows-874, TIS-620)."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if data[1:4:2] == b"\0\0":
        return data.decode("utf-16-le", "replace")
    as_thai = data.decode("cp874", "replace")
    # A UTF-8 file with one damaged letter is still a UTF-8 file.
    as_utf8 = data.decode("utf-8", "replace")
    return as_utf8 if as_utf8.count("\ufffd") * 50 < len(as_utf8) else as_thai


def read_text(text: str) -> Grid:
    """Lines and tables of a text file; a file that is HTML inside is read as such."""
    if re.search(r"<(?:!doctype html|html|table)\b", text[:4096], re.I) or re.search(r"<table\b", text, re.I):
        return read_html(text)
    text = mend(text).replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MAX_LINES:
        raise Unreadable(f"แฟ้มมีบรรทัดมากผิดปกติ จึงไม่อ่าน (more than {MAX_LINES} lines)")
    for delimiter in ("\t", "|", ";", ","):
        grid = _delimited(text, delimiter)
        if any(find_header(table.rows) for table in grid.tables):
            return grid
    return _aligned(text)


def _delimited(text: str, delimiter: str) -> Grid:
    records = _quoted(text, delimiter) if re.search(rf'(?:^|{re.escape(delimiter)})"', text, re.M) else None
    if records is not None:
        return _grid(records, whole=True)
    records = _plain_records(text, delimiter)
    return _grid(_pasted(records) if delimiter == "\t" else records)


def _pasted(records: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Tables pasted from a word processor: a cell's paragraphs are lines, so that a row runs over several.

    Below a header, lines are put together until the row has as many fields. Where that does not come out even,
    all stays as it is.
    """
    found: list[tuple[int, list[str]]] = []
    width = left = 0  # columns of the table at hand; how many the row at hand still lacks (-1: no row yet)
    for number, fields in records:
        blank = not any(field.strip() for field in fields)
        outside = blank or (len(fields) == 1 and _NEW_MEASURE.match(fields[0]) is not None)
        if len(fields) > 3 and find_header([Row(tuple(cell_of(field) for field in fields))]):
            if left > 0:
                return records
            width, left = len(fields), -1
        elif width and left >= 0 and _joins(left, fields, outside=outside):
            row = found[-1][1]
            row[-1] += "\n" + fields[0]
            row += fields[1:]
            left -= len(fields) - 1
            continue
        elif width and left > 0:
            return records
        elif width and outside:
            width = 0 if blank else width
        elif width:
            left = width - len(fields)
            if left < 0:
                return records
        found.append((number, list(fields)))
    return found if left <= 0 else records


def _joins(left: int, fields: list[str], *, outside: bool) -> bool:
    """Whether a line goes on with a row: its first field with the row's last, the others behind it."""
    if left == 0:
        return len(fields) == 1 and not outside
    return len(fields) - 1 <= left and (len(fields) == 1 or bool(fields[0].strip()))


def _plain_records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    records: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        fields = line.strip("|").split("|") if delimiter == "|" and "|" in line else line.split(delimiter)
        if delimiter == "|" and re.fullmatch(r"[\s|:+-]+", line) and "-" in line:
            continue
        records.append((number, fields))
    return records


def _quoted(text: str, delimiter: str) -> list[tuple[int, list[str]]] | None:
    """Records whose quoted fields may hold line breaks; None where the quotes do not come out even."""
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    records: list[tuple[int, list[str]]] = []
    try:
        start = 1
        for fields in reader:
            records.append((start, fields or [""]))
            start = reader.line_num + 1
    except csv.Error:
        return None
    return records


def _grid(records: list[tuple[int, list[str]]], *, whole: bool = False) -> Grid:
    """Tables and the lines between them. `whole`: a line break inside a field would stand in quotes."""
    grid = Grid()
    rows: list[Row] = []

    def close() -> None:
        if rows:
            grid.blocks.append(Table(tuple(rows), rows[0].where))
            rows.clear()

    for number, fields in records:
        filled = [field for field in fields if field.strip()]
        if len(fields) >= (2 if rows else 3) and (len(filled) > 1 or (rows and filled)):
            rows.append(Row(tuple(_cell(field) for field in fields), f"บรรทัดที่ {number}"))
        elif not filled:
            close()
        elif rows and len(fields) == 1 and not whole and not _NEW_MEASURE.match(fields[0]):
            rows[-1] = _with_more(rows[-1], fields[0])
        else:
            close()
            grid.blocks.append(Line(tidy(" ".join(filled)), f"บรรทัดที่ {number}"))
    close()
    return grid


def _cell(field: str) -> Cell:
    field = field.strip()
    return cell_from_html(field) if _MARKUP.search(field) else cell_of(field)


def _with_more(row: Row, text: str) -> Row:
    """A line without separators below a row belongs to the row's last cell."""
    last = row.cells[-1]
    return Row((*row.cells[:-1], Cell(last.paragraphs + _cell(text).paragraphs)), row.where)


def _aligned(text: str) -> Grid:
    """Columns parted by two or more spaces."""
    lines = text.split("\n")
    return _grid([(n, list(re.split(r" {2,}|\t", line.strip()))) for n, line in enumerate(lines, 1)])
