"""Tables of a PDF that have no rules: columns are told by the white rivers that run down between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from prongsai.modules.measures.reading.assemble import is_heading
from prongsai.modules.measures.reading.columns import Header, Role, find_header, squeeze
from prongsai.modules.measures.reading.grid import Line, Row, Table
from prongsai.modules.measures.reading.pdf_lines import TextLine, cell_of_texts
from prongsai.modules.measures.reading.split import read_mark

Box = tuple[float, float, float, float]
Links = Sequence[tuple[str, Box]]
_SEARCHED = 25  # lines from the top of the page among which the header is looked for
_TALLEST = 5  # printed lines of a header
_NARROWEST = 2  # points of a river
_END = 1e9
_PAGE = re.compile(r"^\s*(?:หน้า(?:ที่)?\s*)?[-–(]?\s*[\d๐-๙]{1,3}\s*(?:(?:/|จาก)\s*[\d๐-๙]{1,3}\s*)?[-–)]?\s*$")


@dataclass(frozen=True)
class Columns:
    """The columns' left edges (the first is 0) and roles; the header's first line and its printed lines."""

    edges: tuple[float, ...]
    header: Header
    first: str = ""
    height: int = 0


def plain_blocks(
    lines: Sequence[TextLine], links: Links, where: str, known: Columns | None
) -> tuple[list[Line | Table] | None, Columns | None]:
    """The page's blocks if it holds such a table (or goes on with `known`), else (None, known)."""
    lines = [line for line in lines if line not in (lines[0], lines[-1]) or not _PAGE.match(line.text)]
    start, columns = _again(lines, known) if known else (0, None)
    if columns is None:
        start, columns = _find(lines)
    if columns is None:
        if known is None or not lines:
            return None, known
        return [_table(lines, 0, known, links, where)], known
    height = columns.height
    blocks: list[Line | Table] = [Line(line.text, where) for line in lines[:start]]
    starts = [at for at in range(start, len(lines)) if squeeze(lines[at].text) == columns.first]
    for here, following in pairwise([*starts, len(lines)]):
        end = following
        while following < len(lines) and end - 1 > here + height and is_heading(lines[end - 1].text):
            end -= 1
        blocks.append(_table(lines[here:end], height, columns, links, where))
        blocks += [Line(line.text, where) for line in lines[end:following]]
    return blocks, columns


def _table(lines: Sequence[TextLine], height: int, columns: Columns, links: Links, where: str) -> Table:
    rows = [_row(lines[:height], columns.edges, (), where)] if height else []
    for at, group in enumerate(_groups(lines[height:], columns), 1):
        rows.append(_row(group, columns.edges, links, f"{where} แถวที่ {at}"))
    return Table(tuple(rows), where, torn=True)


def _again(lines: Sequence[TextLine], known: Columns) -> tuple[int, Columns | None]:
    """The header of the pages before, where this page repeats it."""
    for start, line in enumerate(lines[:_SEARCHED]):
        if squeeze(line.text) != known.first or len(lines) <= start + known.height:
            continue
        block, body = lines[start : start + known.height], lines[start + known.height :]
        for allowed in (0, max(1, len(body) // 12)):
            edges = _edges(block, body, allowed)
            if len(edges) == len(known.edges):
                return start, replace(known, edges=edges)
        return start, known
    return 0, None


def _find(lines: Sequence[TextLine]) -> tuple[int, Columns | None]:
    """The header: the printed lines whose parts, column by column, are known titles, above a first item."""
    best: tuple[tuple[int, ...], int, Columns] | None = None
    for start in range(min(len(lines), _SEARCHED)):
        for height in range(1, _TALLEST + 1):
            if len(lines) <= start + height:
                break
            block, body = lines[start : start + height], lines[start + height :]
            for allowed in (0, max(1, len(body) // 12)):
                edges = _edges(block, body, allowed)
                header = find_header([_row(block, edges, (), "")]) if len(edges) >= 3 else None
                if header is None:
                    continue
                columns = Columns(edges, header, squeeze(block[0].text), height)
                worth = (_known(header), _begins(body[0], columns), -allowed, -height)
                if best is None or worth > best[0]:
                    best = worth, start, columns
    return (best[1], best[2]) if best else (0, None)


def _known(header: Header) -> int:
    return len({role for role in header.roles if role and role != Role.OTHER})


def _edges(header: Sequence[TextLine], body: Sequence[TextLine], allowed: int) -> tuple[float, ...]:
    """Left edges of the columns: the middles of rivers that at most `allowed` lines of the body cross."""
    right = int(max(piece.x1 for line in [*header, *body] for piece in line.pieces)) + 2
    crossed = [0] * (right + 1)
    for line in header:
        _shade(crossed, line, len(body) + 1)
    for line in body:
        _shade(crossed, line, 1)
    edges = [0.0]
    run: list[int] = []
    inked = False
    for x in range(right):
        if crossed[x] <= allowed:
            run.append(x)
            continue
        if inked and len(run) >= _NARROWEST:
            low = min(crossed[at] for at in run)
            calm = [at for at in run if crossed[at] == low]
            edges.append(calm[len(calm) // 2] + 0.5)
        run, inked = [], True
    return _titled(edges, header)


def _shade(crossed: list[int], line: TextLine, weight: int) -> None:
    covered = {
        x for piece in line.pieces if piece.text.strip() for x in range(int(piece.x0), int(piece.x1) + 1)
    }
    for x in covered:
        if 0 <= x < len(crossed):
            crossed[x] += weight


def _titled(edges: list[float], header: Sequence[TextLine]) -> tuple[float, ...]:
    """A column without a title above it is only a gap that chance left in the text."""
    kept = [0.0]
    for left, right in pairwise([*edges[1:], _END]):
        if any(line.between(left, right).strip() for line in header):
            kept.append(left)
    return tuple(kept)


def _row(lines: Sequence[TextLine], edges: Sequence[float], links: Links, where: str) -> Row:
    cells = []
    for left, right in pairwise([*edges, _END]):
        texts = [text for line in lines if (text := line.between(left, right)).strip()]
        cells.append(cell_of_texts(texts, _inside(lines, left, right, links)))
    return Row(tuple(cells), where)


def _inside(lines: Sequence[TextLine], left: float, right: float, links: Links) -> tuple[str, ...]:
    if not lines:
        return ()
    top, bottom = lines[0].top - lines[0].size, lines[-1].top + lines[-1].size
    middles = [(uri, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for uri, box in links]
    return tuple(uri for uri, x, y in middles if left <= x < right and top <= y <= bottom)


def _groups(lines: Sequence[TextLine], columns: Columns) -> list[list[TextLine]]:
    """Rows begin where the number's (or the measure's) column begins a new item."""
    groups: list[list[TextLine]] = []
    for line in lines:
        if not groups or _begins(line, columns):
            groups.append([])
        groups[-1].append(line)
    return groups


def _begins(line: TextLine, columns: Columns) -> bool:
    leads = columns.header.columns(Role.NUMBER) or columns.header.columns(Role.MEASURE)
    if not leads:
        return False
    text = line.between(*list(pairwise([*columns.edges, _END]))[leads[0]]).strip()
    number = len(text) <= 2 and text.isdigit()
    return bool(text) and (number or text.startswith("มาตรการ") or read_mark(text) is not None)
