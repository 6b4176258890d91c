"""Documents as XLSX and CSV: rows that an office filters and prints, and no formula ever."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from prongsai.foundation.typeset import model as m
from prongsai.foundation.typeset.archive import repack
from prongsai.foundation.typeset.lines import clean
from prongsai.foundation.typeset.marks import MARKS
from prongsai.kernel.clock import BANGKOK

_FONT = "Tahoma"  # a workbook cannot carry a font, and every Windows has this Thai one
_DATE = "[$-107041E]d mmm yyyy"  # Thai, Buddhist Era, Arabic digits; the value stays a date
_MOMENT = "[$-107041E]d mmm yyyy hh:mm"
_LIMIT = 32_767  # letters in a spreadsheet's cell
_FORMULA = re.compile(r"^[\s]*[=+\-@\t\r＝＋－＠]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_LINE = Side(style="thin", color="000000")
_LINE_HEIGHT = 15
_NOTE = "หมายเหตุ"


def sheets_of(document: m.Document) -> tuple[m.Sheet, ...]:
    """The document's own sheets, or its tables as sheets when it has none."""
    if document.sheets:
        return document.sheets
    return tuple(_flat(table, number) for number, table in enumerate(document.tables(), 1))


def _flat(table: m.Table, number: int) -> m.Sheet:
    whole = sum(column.width for column in table.columns)
    fields = tuple(m.Field(c.name, max(10, 140 * c.width / whole), wrap=True) for c in table.columns)
    rows = tuple(tuple(_words(cell) for cell in row) for row in table.rows)
    return m.Sheet(f"{number} {table.caption}", table.caption, fields, rows)


def _words(cell: m.Cell) -> str:
    lines: list[str] = []
    for part in cell.content:
        if isinstance(part, m.Lines):
            lines += map(clean, part.lines)
            continue
        evidence = "หลักฐาน " + ", ".join(map(str, part.evidence)) if part.evidence else ""
        mark = f"[{MARKS[part.mark].word}]" if part.mark else ""
        lines.append(clean(" ".join((part.number, part.text, *part.small, mark, evidence))))
    return "\n".join(lines)


# --- XLSX -----------------------------------------------------------------------------------------------------


def render_xlsx(document: m.Document) -> bytes:
    """One worksheet a `Sheet`, each with its title, the document's notices, a repeated head and a filter."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for sheet in sheets_of(document):
        page = book.create_sheet(_sheet_name(sheet.name, taken))
        _set_up(page, sheet, document)
        _fill(page, sheet, document)
    properties = book.properties
    properties.title, properties.creator = clean(document.title), clean(document.author)
    properties.description = " ".join(document.notices)
    properties.language = "th-TH"
    out = BytesIO()
    book.save(out)
    return repack(out.getvalue(), document.moment)


def _sheet_name(name: str, taken: set[str]) -> str:
    base = _NOT_IN_NAMES.sub(" ", clean(name))[:28].strip() or "ตาราง"
    unique, number = base, 2
    while unique in taken:
        unique, number = f"{base} {number}", number + 1
    taken.add(unique)
    return unique


def _set_up(page: Any, sheet: m.Sheet, document: m.Document) -> None:
    head = 2 + len(document.notices)
    last = get_column_letter(len(sheet.fields))
    page.freeze_panes = f"A{head + 1}"
    page.print_title_rows = f"{head}:{head}"
    page.auto_filter.ref = f"A{head}:{last}{head + max(len(sheet.rows), 1)}"
    if sheet.printed:
        page.print_area = f"A1:{get_column_letter(sheet.printed)}{head + len(sheet.rows)}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.5
    page.oddFooter.left.text = "  ".join(map(clean, (*document.notices, *document.register.parts))).replace(
        "&", "&&"
    )
    page.oddFooter.right.text = "&P / &N"
    for number, column in enumerate(sheet.fields, 1):
        page.column_dimensions[get_column_letter(number)].width = column.width


def _fill(page: Any, sheet: m.Sheet, document: m.Document) -> None:
    page.append([_cell(page, clean(sheet.title), bold=True, size=13)])
    for notice in document.notices:
        page.append([_cell(page, clean(notice), bold=True)])
    page.append([_cell(page, column.name, bold=True, wrap=True, ruled=True) for column in sheet.fields])
    for number, row in enumerate(sheet.rows, 3 + len(document.notices)):
        page.row_dimensions[number].height = _height(row, sheet.fields)
        pairs = zip(row, sheet.fields, strict=True)
        page.append([_cell(page, value, wrap=column.wrap, ruled=True) for value, column in pairs])


def _height(row: Sequence[m.Value], fields: Sequence[m.Field]) -> float:
    """Room for the longest cell, in points: not every program makes room for wrapped text by itself."""
    lines = 1
    for value, column in zip(row, fields, strict=True):
        if column.wrap and isinstance(value, str):
            width = column.width * 0.9  # words wrap before the edge
            wide = (
                sum(unicodedata.category(letter) != "Mn" for letter in line) for line in value.split("\n")
            )
            lines = max(lines, sum(max(1, ceil(letters / width)) for letters in wide))
    return min(_LINE_HEIGHT * lines + 3, 409)  # the most that Excel takes


_ALIGN = {wrap: Alignment(vertical="top", wrap_text=wrap) for wrap in (True, False)}
_FONTS = {(bold, size): Font(name=_FONT, size=size, bold=bold) for bold in (True, False) for size in (10, 13)}
_RULED = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def _cell(
    page: Any,
    value: Any,
    *,
    bold: bool = False,
    size: int = 10,
    wrap: bool = False,
    ruled: bool = False,
) -> Cell:
    if isinstance(value, datetime):
        value = value.astimezone(BANGKOK).replace(tzinfo=None)
    text = value if isinstance(value, str) else None
    if text is not None:
        text = "\n".join(clean(line) for line in text.split("\n"))[:_LIMIT]
    cell = WriteOnlyCell(page, value=value if text is None else None)
    quoted = False
    if text:
        cell._value, cell.data_type = text, "s"  # a string whatever it starts with
        quoted = _FORMULA.match(text) is not None  # and it stays one when somebody edits the cell
    form = "" if not isinstance(value, date) else _MOMENT if isinstance(value, datetime) else _DATE
    _dress(page, cell, (bold, size, wrap, ruled, form, quoted))
    return cell


def _dress(page: Any, cell: Any, style: tuple[bool, int, bool, bool, str, bool]) -> None:
    """Give the cell its style. Cells of one style share it: openpyxl takes longer to find it than to write a row."""
    kept: dict[object, Any] = page.parent.__dict__.setdefault("kept_styles", {})
    if style not in kept:
        bold, size, wrap, ruled, form, quoted = style
        if quoted:
            cell.quotePrefix = True
        if form:
            cell.number_format = form
        cell.font = _FONTS[bold, size]
        cell.alignment = _ALIGN[wrap]
        if ruled:
            cell.border = _RULED
        kept[style] = cell._style
    cell._style = kept[style]


# --- CSV ------------------------------------------------------------------------------------------------------


def render_csv(document: m.Document) -> bytes:
    """The first sheet as UTF-8 with a byte order mark, so that spreadsheets show Thai. Notices stand on each row."""
    sheets = sheets_of(document)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if sheets:
        notes = [" ".join(map(clean, document.notices))] if document.notices else []
        writer.writerow([*(_plain(column.name) for column in sheets[0].fields), *([_NOTE] if notes else [])])
        for row in sheets[0].rows:
            writer.writerow([*map(_plain, row), *notes])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def neutral(text: str) -> str:
    """`text` with an apostrophe in front if a spreadsheet could take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _plain(value: m.Value) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(BANGKOK).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case str():
            return neutral("\n".join(clean(line) for line in value.split("\n")))
        case _:
            return str(value)
