"""Tables of a PDF that have no rules: columns are told by the white rivers that run down between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from prongsai.modules.measures.reading.columns import (
    Header,
    Role,
    find_header,
    says_titles,
    spoken_roles,
    squeeze,
)
from prongsai.modules.measures.reading.grid import Line, Row, Table
from prongsai.modules.measures.reading.pdf_lines import TextLine
from prongsai.modules.measures.reading.printed import cell_of_texts
from prongsai.modules.measures.reading.split import read_mark
from prongsai.modules.measures.reading.titles import is_closing, is_heading

Box = tuple[float, float, float, float]
Links = Sequence[tuple[str, Box]]
_TALLEST = 5  # printed lines of a header
_NARROWEST = 2  # points of a river
_NUMBERED = 14  # letters of a heading among which its number stands
_WIDER = 1.25  # how much wider than others the white between two rows is
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
    lines: Sequence[TextLine], links: Links, where: str, known: Columns | None, rules: Sequence[float] = ()
) -> tuple[list[Line | Table] | None, Columns | None]:
    """The page's blocks if it holds such tables (or goes on with `known`), else (None, known).

    `rules`: the heights of lines and of the edges of coloured bands that run across the page.
    """
    lines = [line for line in lines if line not in (lines[0], lines[-1]) or not _PAGE.match(line.text)]
    heads = _heads(lines, known)
    if not heads:
        if known is None or not lines:
            return None, known
        return [_table(lines, 0, known, _Paper(links, rules, where), torn=True)], known
    blocks: list[Line | Table] = [line.said(where) for line in lines[: heads[0][0]]]
    for (start, columns), following in zip(heads, [*(at for at, _ in heads[1:]), len(lines)], strict=True):
        end = _without_headings(lines, start + columns.height, following)
        torn = known is not None and start == heads[0][0]
        paper = _Paper(links, rules, where)
        blocks.append(_table(lines[start:end], columns.height, columns, paper, torn=torn))
        blocks += [line.said(where) for line in lines[end:following]]
    return blocks, heads[-1][1]


@dataclass(frozen=True)
class _Paper:
    """What a page holds besides its lines."""

    links: Links
    rules: Sequence[float]
    where: str


def _without_headings(lines: Sequence[TextLine], first: int, end: int) -> int:
    """The end of a table: signatures below it, and headings that stand above the next one, are no part of it."""
    end = next((at for at in range(first, end) if is_closing(lines[at].text)), end)
    if end == len(lines):
        return end
    while end - 1 > first and is_heading(lines[end - 1].text):
        end -= 1
    return end


def _table(lines: Sequence[TextLine], height: int, columns: Columns, paper: _Paper, *, torn: bool) -> Table:
    rows = [_row(lines[:height], columns.edges, (), paper.where)] if height else []
    for at, group in enumerate(_groups(lines[height:], columns, paper.rules, torn=torn), 1):
        rows.append(_row(group, columns.edges, paper.links, f"{paper.where} แถวที่ {at}"))
    return Table(tuple(rows), paper.where, torn=True)


def _heads(lines: Sequence[TextLine], known: Columns | None) -> list[tuple[int, Columns]]:
    """Where headers stand on the page, and their columns; each is measured by the lines down to the next."""
    again = [at for at, line in enumerate(lines) if known and squeeze(line.text) == known.first]
    starts: list[int] = []
    for at in range(len(lines)):
        if at in again or (_sounds_like_titles(lines, at) and (not starts or at - starts[-1] >= _TALLEST)):
            starts.append(at)
    held: list[tuple[int, int]] = []  # where a header was looked for, and where it stands
    below = 0
    for n, start in enumerate(starts, 1):
        ends = dict.fromkeys([*starts[n : n + 3], len(lines)])
        heads = [head for end in ends if start >= below and (head := _head(lines, start, end, known))]
        if heads:
            best = max(heads, key=lambda head: head.worth)
            held.append((start, best.at))
            below = best.at + best.columns.height
    # What only sounded like titles is part of the table above it, which has to be measured with it.
    ends = [at for _, at in [*held[1:], (0, len(lines))]]
    measured = [_head(lines, start, end, known) for (start, _), end in zip(held, ends, strict=False)]
    return [(head.at, head.columns) for head in measured if head]


@dataclass(frozen=True)
class _Head:
    """A header that was found: how well it is one, its first line, its columns."""

    worth: tuple[int, ...]
    at: int
    columns: Columns


def _head(lines: Sequence[TextLine], start: int, end: int, known: Columns | None) -> _Head | None:
    """The header at or shortly below `start`, measured by the lines down to `end`."""
    body = lines[: _without_headings(lines, start + 1, end)]
    if known and squeeze(lines[start].text) == known.first and (columns := _again(body, start, known)):
        return _Head((len(Role) + 1,), start, columns)
    return _find(body, start)


def _sounds_like_titles(lines: Sequence[TextLine], at: int) -> bool:
    """Whether the lines at `at` hold words of several titles; what stands in the table may do so too."""
    first = len(spoken_roles(lines[at].text))
    return first > 0 and len(spoken_roles("".join(line.text for line in lines[at : at + _TALLEST]))) > 2


def _again(lines: Sequence[TextLine], start: int, known: Columns) -> Columns | None:
    """The header of the pages before, where this page repeats it."""
    if len(lines) <= start + known.height:
        return None
    block, body = lines[start : start + known.height], lines[start + known.height :]
    for allowed in (0, max(1, len(body) // 12)):
        edges = _edges(block, body, allowed)
        if len(edges) == len(known.edges):
            return replace(known, edges=edges)
    return known


def _find(lines: Sequence[TextLine], first: int) -> _Head | None:
    """The header: the printed lines whose parts, column by column, are known titles, above a first item."""
    best: _Head | None = None
    for start in range(first, min(len(lines), first + _TALLEST)):
        for height in range(1, _TALLEST + 1):
            if len(lines) <= start + height or _is_numbered(lines[start + height - 1].text):
                break
            block, body = lines[start : start + height], lines[start + height :]
            for allowed in (0, max(1, len(body) // 12)):
                edges = _edges(block, body, allowed)
                header = find_header([_row(block, edges, (), "")]) if len(edges) >= 3 else None
                if header is None:
                    continue
                columns = Columns(edges, header, squeeze(block[0].text), height)
                worth = (
                    _known(header), -allowed, -_items(block, edges), _begins(body[0], columns), -height,
                )  # fmt: skip
                if best is None or worth > best.worth:
                    best = _Head(worth, start, columns)
    return replace(best, columns=_with_rest(lines, best.at, best.columns)) if best else None


def _is_numbered(text: str) -> bool:
    """Whether a line is a measure's title with its number: it stands above titles of columns, not among them."""
    return is_heading(text) and re.search(r"[\d๐-๙]", text[:_NUMBERED]) is not None


def _with_rest(lines: Sequence[TextLine], start: int, columns: Columns) -> Columns:
    """The header with the lines below that finish its titles: "ระยะเวลา" above "ดำเนินการ"."""
    spans = list(pairwise([*columns.edges, _END]))
    titles = [squeeze(title) for title in columns.header.titles]
    height = columns.height
    while start + height + 1 < len(lines) and height < 2 * _TALLEST:
        parts = [squeeze(lines[start + height].between(*span)) for span in spans]
        longer = [title + part for title, part in zip(titles, parts, strict=True)]
        if not all(says_titles(title) for title, part in zip(longer, parts, strict=True) if part):
            break
        titles, height = longer, height + 1
    return replace(columns, height=height)


def _items(block: Sequence[TextLine], edges: Sequence[float]) -> int:
    """How many parts of the header's lines begin like items: lines of the first row are no titles."""
    spans = list(pairwise([*edges, _END]))
    return sum(read_mark(line.between(*span).strip()) is not None for line in block for span in spans)


def _known(header: Header) -> int:
    return len({role for role in header.roles if role and role != Role.OTHER})


def _edges(header: Sequence[TextLine], body: Sequence[TextLine], allowed: int) -> tuple[float, ...]:
    """Left edges of the columns: the middles of rivers that at most `allowed` lines of the body cross."""
    right = int(max(piece.x1 for line in [*header, *body] for piece in line.pieces)) + 2
    steps = [0] * (right + 2)
    for weight, lines in ((len(body) + 1, header), (1, body)):
        for line in lines:
            for left, end in line.inked:
                steps[max(left, 0)] += weight
                steps[min(end, right) + 1] -= weight
    crossed = list(accumulate(steps))
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


def _groups(
    lines: Sequence[TextLine], columns: Columns, rules: Sequence[float], *, torn: bool
) -> list[list[TextLine]]:
    """Rows: between the rules, if there are any; else where the number's (or measure's) column begins an item.

    `torn`: the lines may begin in the middle of a row that the page before began.
    """
    begins = [at for at, line in enumerate(lines) if _begins(line, columns)]
    walls = [
        at
        for at, (above, below) in enumerate(pairwise(lines), 1)
        if any(above.top < rule < below.top for rule in rules)
    ]
    starts = {0}
    if walls:
        for first, end in pairwise([0, *walls, len(lines)]):
            numbered = [at for at in begins if first <= at < end and _begins(lines[at], columns, word=False)]
            starts |= {first, *numbered[1:]}
    else:
        for before, at in pairwise([-1 if torn else 0, *begins]):
            starts.add(at if _on_top(lines, at, columns) else _boundary(lines, before, at))
        if not torn and begins:
            starts -= {
                at for at in starts if 0 < at <= begins[0]
            }  # titles may stand in the middle of their row
    ordered = sorted(starts)
    return [list(lines[first:end]) for first, end in pairwise([*ordered, len(lines)]) if first < end]


def _on_top(lines: Sequence[TextLine], at: int, columns: Columns) -> bool:
    """Whether the row's other cells begin on the line of its title, and not above it."""
    spans = list(pairwise([*columns.edges, _END]))
    for role in (Role.STEP, Role.OUTPUT, Role.OUTCOME):
        for column in columns.header.columns(role):
            here = lines[at].between(*spans[column]).strip()
            mark = read_mark(here)
            above = lines[at - 1].between(*spans[column]).strip() if at else ""
            if (mark and mark.value < 2) or (here and not above):
                return True
    return False


def _boundary(lines: Sequence[TextLine], before: int, at: int) -> int:
    """Where the row with the item at `at` begins: there, or above it where the white is clearly wider."""
    gaps = {n: lines[n].top - lines[n - 1].top for n in range(max(before, 0) + 1, at + 1)}
    widest = max(gaps, key=lambda n: gaps[n], default=at)
    return widest if gaps and gaps[widest] > _WIDER * gaps[at] else at


def _begins(line: TextLine, columns: Columns, *, word: bool = True) -> bool:
    """Whether a row's number, its title's number, or (`word`) the word มาตรการ stands on the line."""
    leads = columns.header.columns(Role.NUMBER) or columns.header.columns(Role.MEASURE)
    if not leads:
        return False
    text = line.between(*list(pairwise([*columns.edges, _END]))[leads[0]]).strip()
    number = len(text) <= 2 and text.isdigit()
    return bool(text) and (number or (word and text.startswith("มาตรการ")) or read_mark(text) is not None)
