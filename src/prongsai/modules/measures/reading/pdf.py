"""PDF with a text layer: pages into lines and ruled tables; tables without rules go to `pdf_plain`."""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect

from prongsai.kernel.errors import Unreadable
from prongsai.modules.measures.reading.columns import find_header
from prongsai.modules.measures.reading.grid import Cell, Grid, Line, Row, Table, cell_of
from prongsai.modules.measures.reading.limits import read_file
from prongsai.modules.measures.reading.pdf_glyphs import Glyph, TooMuch, glyphs_of
from prongsai.modules.measures.reading.pdf_lines import TextLine, cell_of_lines, has_spaces, text_lines
from prongsai.modules.measures.reading.pdf_plain import Columns, plain_blocks

MAX_PAGES = 300
_MAX_STREAM = 24 * 1024 * 1024
_MAX_STREAMS = 48 * 1024 * 1024  # all streams that are no pictures
_MAX_IMAGE = 160 * 1024 * 1024  # pictures are not unpacked here, but a page could call one its text
_MAX_GLYPHS = 300_000
_MAX_CROSSINGS, _MAX_EDGES = 6_000, 12_000  # of the rules of a page
_MOSTLY = 0.8  # of the letters between a header and the last box below it: a table whose rows all have boxes
_STREAM = re.compile(rb"stream\r?\n")

logging.getLogger("pdfminer").setLevel(logging.ERROR)

Box = tuple[float, float, float, float]


def read_pdf(path: Path) -> Grid:
    """The pages' lines and tables. Raises Unreadable for encrypted, damaged or scanned files."""
    _refuse_swelling(path)
    grid = Grid(printed=True)
    glyphs = pictures = 0
    try:
        with pdfplumber.open(path) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise Unreadable(f"แฟ้ม {path.name} ยาวเกิน {MAX_PAGES} หน้า จึงไม่อ่าน (too many pages)")
            columns: Columns | None = None
            for number, page in enumerate(pdf.pages, 1):
                found = glyphs_of(page)
                glyphs += len(found)
                if glyphs > _MAX_GLYPHS:
                    raise Unreadable(f"แฟ้ม {path.name} มีข้อความมากผิดปกติ จึงไม่อ่าน (too much text)")
                pictures += len(page.images)
                columns = _page(page, found, number, grid, columns)
                page.close()
    except Unreadable:
        raise
    except TooMuch:
        raise Unreadable(f"แฟ้ม {path.name} มีข้อความหรือเส้นมากผิดปกติ จึงไม่อ่าน (too much on a page)") from None
    except Exception as error:  # pdfminer raises anything on damaged files
        raise _unreadable(path, error) from None
    if glyphs < 40:
        why = "เป็นภาพสแกน ไม่มีข้อความให้อ่าน โปรดใช้แฟ้มต้นฉบับ (a scan without text)"
        raise Unreadable(f"แฟ้ม {path.name} {why if pictures or glyphs == 0 else 'ไม่มีข้อความ (no text)'}")
    return grid


def _unreadable(path: Path, error: Exception) -> Unreadable:
    causes = [error, error.__cause__, error.__context__, *error.args]
    if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
        return Unreadable(f"แฟ้ม {path.name} มีรหัสผ่าน โปรดบันทึกใหม่โดยไม่ใส่รหัส (encrypted)")
    return Unreadable(f"แฟ้ม {path.name} เสียหาย อ่านเป็น PDF ไม่ได้ (damaged PDF)")


def _refuse_swelling(path: Path) -> None:
    """Unpacks every packed stream piece by piece, keeping nothing, before anything reads it whole."""
    data = read_file(path)
    total = 0
    for match in _STREAM.finditer(data):
        settings = data[max(0, match.start() - 2000) : match.start()].rsplit(b"obj", 1)[-1]
        settings = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]), settings)
        image = b"/Image" in settings
        limit = _MAX_IMAGE if image else _MAX_STREAM
        size = _unpacked(data, match.end(), limit)
        total += 0 if image else size
        packed_twice = settings.count(b"FlateDecode") > 1 or re.search(
            rb"LZWDecode|RunLengthDecode", settings
        )
        if size > limit or total > _MAX_STREAMS or (packed_twice and not image):
            raise Unreadable(f"แฟ้ม {path.name} ขยายแล้วใหญ่ผิดปกติ จึงไม่อ่าน (unpacks beyond the limit)")


def _unpacked(data: bytes, start: int, limit: int) -> int:
    """The size of the stream at `start` once unpacked, counted a little beyond `limit`; 0 if it is not packed."""
    unpacker = zlib.decompressobj()
    size, rest = 0, data[start : start + 65536]
    at = start + 65536
    try:
        while rest and not unpacker.eof and size <= limit:
            size += len(unpacker.decompress(rest, 1 << 20))
            rest = unpacker.unconsumed_tail
            if not rest:
                rest, at = data[at : at + 65536], at + 65536
    except zlib.error:
        return size
    return size


def _page(page: Any, glyphs: list[Glyph], number: int, grid: Grid, columns: Columns | None) -> Columns | None:
    """Adds the page's blocks; returns the columns of a table without rules that may go on below."""
    where = f"หน้า {number}"
    spaced = has_spaces(glyphs)
    links = [(h["uri"], (h["x0"], h["top"], h["x1"], h["bottom"])) for h in page.hyperlinks if h.get("uri")]
    ruled = [part for boxes in _ruled(page) if len(boxes) > 2 for part in _apart(boxes, glyphs)]
    tables = [(_outline(boxes), _table(boxes, glyphs, links, where)) for boxes in ruled]
    upright = _has_upright_rules(page)
    if not upright or _is_partly_drawn(tables, glyphs):
        ruled_on = upright and any(len(table.rows[0].cells) >= 4 for _, table in tables)
        lines = text_lines(glyphs, spaced)
        blocks, after = plain_blocks(lines, links, where, None if ruled_on else columns, _across(page, lines))
        if blocks is not None:
            grid.blocks += blocks
            return after
    loose = [g for g in glyphs if not any(_holds(outline, g) for outline, _ in tables)]
    placed: list[tuple[float, Line | Table]] = [(outline[1], table) for outline, table in tables]
    placed += [(line.top, line.said(where)) for line in text_lines(loose, spaced)]
    grid.blocks += [block for _, block in sorted(placed, key=lambda pair: pair[0])]
    return None if tables else columns


def _apart(boxes: list[Box], glyphs: list[Glyph]) -> list[list[Box]]:
    """Tables that touch: each begins with a row of titles, and has columns of its own width."""
    tops: dict[float, list[Box]] = {}
    for box in boxes:
        tops.setdefault(next((top for top in tops if abs(top - box[1]) < 2.5), box[1]), []).append(box)
    begins: list[float] = []
    width = 0  # boxes of the titles right above, of which a second row of titles has fewer
    for top in sorted(tops):
        across = sorted(tops[top])
        cells = tuple(cell_of("".join(g.text for g in glyphs if _holds(box, g))) for box in across)
        titles = find_header([Row(cells)]) is not None
        if titles and not width and top > min(tops):
            begins.append(top)
        width = len(cells) if titles or len(cells) < width else 0
    if not begins:
        return [boxes]
    bounds = [-1.0, *begins, 1e9]
    return [
        part
        for start, end in pairwise(bounds)
        if len(part := [box for box in boxes if start - 1 <= box[1] < end - 1]) > 2
    ]


def _has_upright_rules(page: Any) -> bool:
    """Whether lines part the columns; bands of colour alone do not say where the rows are that have none."""
    thin = any(shape["width"] < 3 and shape["height"] > 6 for shape in (*page.lines, *page.rects))
    return thin or any(
        box["stroke"] and box["height"] > 6 and box["width"] < page.width / 2 for box in page.rects
    )


def _is_partly_drawn(tables: list[tuple[Box, Table]], glyphs: list[Glyph]) -> bool:
    """Whether the boxes hold no header, or nothing but it, or only some of the rows below it (bands of colour)."""
    headers = [(outline, table, header) for outline, table in tables if (header := find_header(table.rows))]
    if not headers:
        return True
    top, table, header = headers[0]
    if len(tables) == 1 and len(table.rows) == header.first + header.height:
        return True
    end = max(outline[3] for outline, _ in tables)
    between = [g for g in glyphs if top[1] < g.y < end and top[0] <= g.x <= top[2]]
    inside = sum(any(_holds(outline, g) for outline, _ in tables) for g in between)
    return inside < _MOSTLY * len(between)


def _across(page: Any, lines: list[TextLine]) -> list[float]:
    """The heights at which rules, or the edges of coloured bands, run across nearly all of the text."""
    if not lines or len(page.edges) > _MAX_EDGES:
        return []
    left = min(line.pieces[0].x0 for line in lines)
    right = max(line.pieces[-1].x1 for line in lines)
    drawn: dict[int, float] = {}
    for edge in page.edges:
        if edge["orientation"] == "h":
            height = round(edge["top"])
            drawn[height] = drawn.get(height, 0.0) + edge["x1"] - edge["x0"]
    return [float(height) for height, length in sorted(drawn.items()) if length > 0.6 * (right - left)]


def _ruled(page: Any) -> list[list[Box]]:
    """The cells of each ruled table. A row that a page break cuts has no line there: one is supplied."""
    edges = page.edges
    # Rules are often thin filled boxes: their short sides are no rules.
    upright = [e for e in edges if e["orientation"] == "v" and e["bottom"] - e["top"] > 6]
    level = [e for e in edges if e["orientation"] == "h" and e["x1"] - e["x0"] > 6]
    if not upright and not level:
        return []
    crossings = len({round(e["x0"]) for e in upright}) * len({round(e["top"]) for e in level})
    if crossings > _MAX_CROSSINGS or len(edges) > _MAX_EDGES:
        return []  # graph paper or a drawing
    settings: dict[str, Any] = {"intersection_tolerance": 4, "snap_tolerance": 3, "join_tolerance": 3}
    ends = [y for e in upright for y in (e["top"], e["bottom"])]
    sides = [x for e in level if e["x1"] - e["x0"] > 20 for x in (e["x0"], e["x1"])]
    extra_h = _uncovered(ends, [e["top"] for e in level])
    extra_v = _uncovered(sides, [e["x0"] for e in upright])
    if extra_h:
        settings["explicit_horizontal_lines"] = extra_h
    if extra_v:
        settings["explicit_vertical_lines"] = extra_v
    return [[box for box in table.cells if box] for table in page.find_tables(settings)]


def _uncovered(ends: list[float], lines: list[float]) -> list[float]:
    """Extreme ends of lines that no crossing line meets."""
    if not ends:
        return []
    return [end for end in (min(ends), max(ends)) if not any(abs(end - line) < 4 for line in lines)]


def _outline(boxes: list[Box]) -> Box:
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def _holds(box: Box, glyph: Glyph) -> bool:
    return box[0] - 1 <= glyph.x <= box[2] + 1 and box[1] - 1 <= glyph.y <= box[3] + 1


def _table(boxes: list[Box], glyphs: list[Glyph], links: list[tuple[str, Box]], where: str) -> Table:
    columns = _steps(x for box in boxes for x in (box[0], box[2]))
    levels = _steps(y for box in boxes for y in (box[1], box[3]))
    held: dict[Box, list[Glyph]] = {box: [] for box in boxes}
    spaced = has_spaces(glyphs)
    for glyph in glyphs:
        for box in boxes:
            if box[0] - 0.5 <= glyph.x < box[2] + 0.5 and box[1] <= glyph.y < box[3]:
                held[box].append(glyph)
                break
    lines_of = {box: text_lines(inside, spaced) for box, inside in held.items()}
    rows: list[Row] = []
    for at, (top, bottom) in enumerate(pairwise(levels), 1):
        cells = [
            _slot(boxes, lines_of, links, (left, top, right, bottom)) for left, right in pairwise(columns)
        ]
        rows.append(Row(tuple(cells), f"{where} แถวที่ {at}"))
    return Table(tuple(rows), where, torn=True)


def _slot(
    boxes: list[Box], lines_of: dict[Box, list[TextLine]], links: list[tuple[str, Box]], slot: Box
) -> Cell:
    x, y = (slot[0] + slot[2]) / 2, (slot[1] + slot[3]) / 2
    box = next((b for b in boxes if b[0] <= x <= b[2] and b[1] <= y <= b[3]), None)
    if box is None:
        return Cell()
    below, beside = slot[1] - box[1] > 2, slot[0] - box[0] > 2
    if below or beside:
        return Cell(below=below, beside=beside)
    inside = tuple(uri for uri, at in links if _overlaps(box, at))
    return cell_of_lines(lines_of[box], inside)


def _overlaps(box: Box, link: Box) -> bool:
    x, y = (link[0] + link[2]) / 2, (link[1] + link[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _steps(values: Iterable[float]) -> list[float]:
    """The distinct positions among edges that are nearly the same."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 2.5:
            found.append(value)
    return found
