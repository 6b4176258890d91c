"""Tables of a PDF that have no rules: columns are found under the titles, by the gaps that run down the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prongsai.modules.measures.reading.columns import Header, Role, find_header, is_repeat
from prongsai.modules.measures.reading.grid import Line, Row, Table
from prongsai.modules.measures.reading.pdf_lines import Chunk, TextLine, cell_of_texts
from prongsai.modules.measures.reading.split import read_mark

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Columns:
    """Where the columns lie, for pages that repeat no header."""

    edges: tuple[float, ...]  # left edges; the first is 0
    header: Header


def plain_blocks(
    lines: Sequence[TextLine], links: Sequence[tuple[str, Box]], where: str, known: Columns | None
) -> tuple[list[Line | Table] | None, Columns | None]:
    """The page's blocks if it holds such a table (or goes on with `known`), else (None, known)."""
    start, height, columns = _find(lines)
    if columns is None:
        if known is None or not lines:
            return None, known
        start, height, columns = 0, 0, known
    above: list[Line | Table] = [Line(line.text, where) for line in lines[:start]]
    header_row = _row(lines[start : start + height], columns, (), where)
    body = lines[start + height :]
    groups = _groups(body, columns)
    rows = [_row(group, columns, links, f"{where} แถวที่ {at}") for at, group in enumerate(groups, 1)]
    if height:
        rows.insert(0, header_row)
    rows = [row for at, row in enumerate(rows) if at == 0 or not is_repeat(row, columns.header)]
    return [*above, Table(tuple(rows), where, torn=True)], columns


def _find(lines: Sequence[TextLine]) -> tuple[int, int, Columns | None]:
    """The header: up to four printed lines whose parts, column by column, are known titles."""
    for start in range(min(len(lines), 25)):
        if len(lines[start].chunks) < 3:
            continue
        best: tuple[int, Columns] | None = None
        for height in (1, 2, 3, 4):
            block = lines[start : start + height]
            edges = _edges(block, lines[start + height :])
            if len(edges) < 3 or len(block) < height:
                continue
            header = find_header([_row(block, Columns(edges, Header((), ())), (), "")])
            if header and (best is None or _known(header) > _known(best[1].header)):
                best = height, Columns(edges, header)
        if best:
            return start, best[0], best[1]
    return 0, 0, None


def _known(header: Header) -> tuple[int, int]:
    roles = [role for role in header.roles if role and role != Role.OTHER]
    return len(set(roles)), sum(len(title) for title in header.titles)


def _edges(header: Sequence[TextLine], body: Sequence[TextLine]) -> tuple[float, ...]:
    """Left edges of the columns: gaps in the shadow that header and body cast on the page's lower edge."""
    spans = sorted((c.x0, c.x1) for line in [*header, *body] for c in line.chunks)
    if not spans:
        return ()
    need = 0.35 * header[0].size
    edges, reach = [spans[0][0]], spans[0][1]
    for left, right in spans[1:]:
        if left - reach > need:
            edges.append(left)
        reach = max(reach, right)
    shown = [chunk for line in header for chunk in line.chunks]
    # A column without a title above it is only a gap that chance left in the text.
    kept = [
        edge
        for at, edge in enumerate(edges)
        if any(edge - 2 <= c.x0 < (edges[at + 1] - 2 if at + 1 < len(edges) else 1e9) for c in shown)
    ]
    return (0.0, *kept[1:]) if kept else ()


def _column(chunk: Chunk, edges: Sequence[float]) -> int:
    return max((at for at, edge in enumerate(edges) if edge - 2 <= chunk.x0), default=0)


def _row(lines: Sequence[TextLine], columns: Columns, links: Sequence[tuple[str, Box]], where: str) -> Row:
    texts: list[list[str]] = [[] for _ in columns.edges]
    for line in lines:
        parts: dict[int, list[str]] = {}
        for chunk in line.chunks:
            parts.setdefault(_column(chunk, columns.edges), []).append(chunk.text)
        for column, found in parts.items():
            texts[column].append(" ".join(found))
    cells = [cell_of_texts(found, _inside(lines, columns.edges, at, links)) for at, found in enumerate(texts)]
    return Row(tuple(cells), where)


def _inside(
    lines: Sequence[TextLine], edges: Sequence[float], column: int, links: Sequence[tuple[str, Box]]
) -> tuple[str, ...]:
    if not lines:
        return ()
    right = edges[column + 1] if column + 1 < len(edges) else float("inf")
    top, bottom = lines[0].top - lines[0].size, lines[-1].top + lines[-1].size
    return tuple(
        uri
        for uri, box in links
        if edges[column] - 2 <= box[0] < right - 2 and top <= (box[1] + box[3]) / 2 <= bottom
    )


def _groups(lines: Sequence[TextLine], columns: Columns) -> list[list[TextLine]]:
    """Rows begin where the measure's (or number's) column begins a new item, or below a wide space."""
    leads = columns.header.columns(Role.NUMBER) or columns.header.columns(Role.MEASURE)
    groups: list[list[TextLine]] = []
    for line in lines:
        text = "".join(c.text for c in line.chunks if leads and _column(c, columns.edges) == leads[0]).strip()
        mark = read_mark(text) if text else None
        begins = mark is not None or text.startswith("มาตรการที่") or (text.isdigit() and len(text) <= 2)
        if not groups or begins:
            groups.append([])
        groups[-1].append(line)
    return groups
