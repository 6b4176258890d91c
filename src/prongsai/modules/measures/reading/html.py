"""HTML: pages, what Word saves as a web page, and the pieces of HTML inside the cells of a text file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import lxml.html
from lxml import etree

from prongsai.kernel.errors import Unreadable
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.measures.reading.clean import mend, tidy
from prongsai.modules.measures.reading.columns import title_role
from prongsai.modules.measures.reading.grid import Cell, Grid, Line, Paragraph, Row, Table
from prongsai.modules.measures.reading.limits import MAX_DEPTH, MAX_LINES

_SKIP = {"script", "style", "head", "title", "template", "noscript", "svg", "math", "select", "nav"}
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer", "main",
    "blockquote", "pre", "dl", "dt", "dd", "center", "form", "fieldset", "figure", "address", "caption", "body", "tr",
}  # fmt: skip
_MAX_SPAN = 200  # columns that a cell may span, and that a table may have
_MAX_CELLS = 50_000
_MAX_INNER = 40  # tables inside a table among which a report is looked for
_LONGEST_TITLE = 200


def read_html(text: str) -> Grid:
    """The page as lines and tables. Nested tables count as text of the cell that holds them."""
    root = _parse(text)
    grid = Grid(margins=[tidy(title.text_content()) for title in root.iter("title")][:1])
    counter = iter(range(1, 1_000_000))
    left = [_MAX_CELLS]
    for kind, item in _walk(root):
        if len(grid.blocks) > MAX_LINES:
            raise Unreadable(f"หน้าเว็บมีบรรทัดมากผิดปกติ จึงไม่อ่าน (more than {MAX_LINES} lines)")
        if kind == "table":
            table = _table(item, f"ตารางที่ {next(counter)}", left)
            if len(table.rows) == 1 and len(table.rows[0].cells) == 1:  # a frame around the page
                grid.blocks += [Line(p.text, table.where) for p in table.rows[0].cells[0].paragraphs]
            elif table.rows:
                grid.blocks.append(table)
        elif text := tidy(item.text):
            grid.blocks.append(Line(f"{item.marker} {text}".strip()))
    return grid


def cell_from_html(fragment: str) -> Cell:
    """A cell whose text is a piece of HTML ("<p>…</p> <p>…<a href=…>…</a></p>")."""
    return Cell(tuple(_paragraphs(_parse(f"<div>{fragment}</div>"))))


def _parse(text: str) -> Any:
    text = re.sub(r"<!\[(?:if|endif)[^\]]*\]>", "", text)
    text = re.sub(r"</?o:p\s*/?>", "", text)
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, huge_tree=False)
    try:
        root = lxml.html.document_fromstring(mend(text).encode("utf-8", "ignore"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Unreadable("อ่านเนื้อหา HTML ไม่ได้ (not readable as HTML)") from None
    return root


def _hidden(node: Any) -> bool:
    style = re.sub(r"\s", "", (node.get("style") or "").lower())
    return "display:none" in style or "mso-hide:all" in style or node.get("hidden") is not None


def _tag(node: Any) -> str:
    return node.tag if isinstance(node.tag, str) else ""


class _Flow:
    """Gathers the text of one block after the other into paragraphs."""

    def __init__(self) -> None:
        self.done: list[Paragraph] = []
        self._text: list[str] = []
        self._links: list[str] = []
        self._marker: tuple[str, int] = ("", 0)

    def text(self, text: str | None) -> None:
        if text:
            self._text.append(text)

    def link(self, address: str) -> None:
        self._links.append(address)

    def marker(self, marker: str, level: int) -> None:
        self.flush()
        self._marker = (marker, level)

    def flush(self) -> None:
        text = tidy("".join(self._text))
        if text:
            marker, level = self._marker
            self.done.append(Paragraph(text, marker, level, tuple(self._links)))
            self._marker = ("", 0)
            self._links = []
        self._text = []


def _walk(root: Any) -> Iterator[tuple[str, Any]]:
    """Outermost tables and the paragraphs between them, in order."""
    flow = _Flow()
    yield from _visit(root, flow, 0, 0, split_tables=True)
    flow.flush()
    yield from (("paragraph", p) for p in flow.done)


def _paragraphs(node: Any) -> list[Paragraph]:
    flow = _Flow()
    for _ in _visit(node, flow, 0, 0, split_tables=False):
        pass
    flow.flush()
    return flow.done


def _visit(
    node: Any, flow: _Flow, depth: int, level: int, *, split_tables: bool
) -> Iterator[tuple[str, Any]]:
    tag = _tag(node)
    if not tag or tag in _SKIP or depth > MAX_DEPTH or _hidden(node):
        return
    if tag == "table" and split_tables and not _is_frame(node):
        flow.flush()
        yield from (("paragraph", p) for p in flow.done)
        flow.done = []
        yield "table", node
        return
    block = tag in _BLOCKS or (
        tag == "span" and "l" in (node.get("class") or "").split()
    )  # own papers' lines
    if block:
        flow.flush()
    if tag == "br":
        flow.flush()
    if tag == "a" and node.get("href"):
        flow.link(node.get("href").strip())
    if tag in ("ol", "ul"):
        level += 1
    if tag == "li":
        flow.marker(_list_marker(node), level - 1 if level else 0)
    flow.text(node.text)
    for child in node:
        yield from _visit(child, flow, depth + 1, level, split_tables=split_tables)
        if _tag(child) in ("td", "th"):
            if split_tables:
                flow.flush()  # a layout's columns
            flow.text(" ")
        flow.text(child.tail)
    if block:
        flow.flush()


def _is_frame(table: Any) -> bool:
    """A layout table: it holds other tables and hardly a row of its own, or titles of columns in them alone."""
    inner = list(islice(table.iterfind(".//table"), _MAX_INNER))
    if not inner or next(islice(table.iterfind(".//tr"), 1, None), None) is None:
        return False
    if not any(len(_cells(row)) > 2 for row in _rows(table)):
        return True
    return not _is_titled(table) and any(_is_titled(other) for other in inner)


def _is_titled(table: Any) -> bool:
    """Whether one of the table's first rows has titles of columns."""
    return any(
        sum(title_role(_own_text(cell)) is not None for cell in _cells(row)) > 2 for row in _rows(table)[:12]
    )


def _own_text(node: Any, depth: int = 0) -> str:
    """The text of a cell without that of tables inside it, as far as a title is long."""
    text = node.text or ""
    for child in node:
        if _tag(child) not in ("table", *_SKIP) and depth < MAX_DEPTH and len(text) < _LONGEST_TITLE:
            text += _own_text(child, depth + 1)
        text += child.tail or ""
        if len(text) > _LONGEST_TITLE:
            break
    return text[:_LONGEST_TITLE]


def _list_marker(item: Any) -> str:
    parent = item.getparent()
    if parent is None or _tag(parent) != "ol":
        return "•"
    number = int(parent.get("start") or 1) if (parent.get("start") or "1").lstrip("-").isdigit() else 1
    for sibling in parent:
        if _tag(sibling) != "li":
            continue
        if (sibling.get("value") or "").isdigit():
            number = int(sibling.get("value"))
        if sibling is item:
            break
        number += 1
    style = (parent.get("style") or "") + (parent.get("type") or "")
    return f"{to_thai(number) if 'thai' in style else number}."


def _rows(table: Any) -> list[Any]:
    """The table's own rows, not those of tables inside it."""
    found: list[Any] = []
    for child in table:
        if _tag(child) == "tr":
            found.append(child)
        elif _tag(child) in ("thead", "tbody", "tfoot"):
            found += [row for row in child if _tag(row) == "tr"]
    return found


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row if _tag(cell) in ("td", "th")]


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(int(value), _MAX_SPAN) if value.isdigit() and int(value) > 0 else 1


def _table(table: Any, where: str, left: list[int]) -> Table:
    """The table's rows; `left` counts down the cells that the whole page may still have."""
    rows: list[Row] = []
    open_below: dict[int, int] = {}  # column: rows that a cell above still covers
    for number, row in enumerate(_rows(table), 1):
        if _hidden(row):
            continue
        cells: list[Cell] = []
        queue = _cells(row)
        while queue or any(column >= len(cells) and left > 0 for column, left in open_below.items()):
            column = len(cells)
            left[0] -= 1
            if left[0] < 0 or column > _MAX_SPAN:
                raise Unreadable("ตาราง HTML มีช่องมากผิดปกติ จึงไม่อ่าน (too many cells)")
            if open_below.get(column, 0) > 0:
                open_below[column] -= 1
                cells.append(Cell(below=True))
                continue
            if not queue:
                cells.append(Cell())
                continue
            node = queue.pop(0)
            height, width = _span(node, "rowspan"), _span(node, "colspan")
            cells.append(Cell(tuple(_paragraphs(node))))
            cells += [Cell(beside=True)] * (width - 1)
            open_below.update({column + n: height - 1 for n in range(width) if height > 1})
        if cells:
            rows.append(Row(tuple(cells), f"{where} แถวที่ {number}"))
    return Table(tuple(rows), where)
