"""From rows to measures: where each begins, which cells belong to it, what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.thai.parse_dates import parse_period
from prongsai.modules.measures.reading.clean import knit
from prongsai.modules.measures.reading.columns import (
    Header,
    Role,
    find_header,
    is_numbering,
    is_repeat,
    squeeze,
)
from prongsai.modules.measures.reading.grid import Cell, Grid, Line, Row, Table, cell_of
from prongsai.modules.measures.reading.labelled import from_cards
from prongsai.modules.measures.reading.split import bare_number, read_mark
from prongsai.modules.measures.reading.titles import is_closing, is_heading, read_title
from prongsai.modules.measures.reading.turn import upright

_CONTINUED = re.compile(r"\s*[(\[]\s*(?:ต่อ|cont(?:inued|\.)?)\s*[)\]]\s*$", re.I)  # … (ต่อ)
# Lines above a table that name the paper, the office or the page, but no measure.
_NO_NAME = re.compile(
    r"รายงาน|ประกาศ|ประจำปี|ปีงบ|พ\.ศ\.|อำเภอ|จังหวัด|อ\.|จ\.|หน้า|ลงชื่อ|ส่วนที่|ตารางที่|ภาคผนวก|ดังนี้|ต่อ\)"
)
_LONGEST_NAME = 200
_BARE_MARK = re.compile(r"[(]?[\d๐-๙]{1,2}(?:\.[\d๐-๙]{1,2}){0,2}[.)]*|[-–•*]")  # a cell for the number alone
_TICK = re.compile(r"[✓✔☑√/xX×●•■◆→↔⟷*\-–—<>\s]{1,6}")
_ANY_YEAR = 2568  # only whether a text is a period at all is asked
_REPEATS = (Role.PERIOD, Role.UNIT, Role.OUTPUT, Role.OUTCOME)


@dataclass
class Draft:
    """A measure while its rows are gathered: its cells by role, each with the row it stood in.

    `told`: whether a table with a column of results speaks of it. `dotted`: its number was written like 2.1.
    """

    title: str
    number: int | None
    where: str
    cells: dict[Role, list[tuple[Cell, Row]]] = field(default_factory=dict[Role, list[tuple[Cell, Row]]])
    links: list[str] = field(default_factory=list[str])
    table: int = 0
    told: bool = False
    dotted: bool = False
    headers: dict[Role, Header] = field(default_factory=dict[Role, Header])


@dataclass
class Assembly:
    """Walks the grid and gathers drafts."""

    drafts: list[Draft] = field(default_factory=list[Draft])
    notes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    tables: int = 0  # tables with a header that was understood
    _draft: Draft | None = None  # the measure at hand
    _header: Header | None = None
    _heading: Line | None = None
    _above_table: Line | None = None  # the last line before a table
    _above: Row | None = None
    _named: bool = False  # measures have been named by the word, or by a column
    _torn: bool = False  # the row at hand is the first of a printed page

    def run(self, grid: Grid) -> list[Draft]:
        for block in grid.blocks:
            if isinstance(block, Line):
                self._line(block)
            else:
                self._table(block)
                self._above_table = None
        return self._told()

    def _line(self, line: Line) -> None:
        heading = self._heading
        if is_heading(line.text):
            self._heading = line
        elif heading and not read_title(heading.text)[1] and len(line.text) <= _LONGEST_NAME:
            self._heading = Line(f"{heading.text} {line.text}", heading.where)  # "มาตรการที่ 1", its name below
        self._above_table = line

    def _told(self) -> list[Draft]:
        """Without the rows of tables that only analyse or plan, where others tell the results."""
        kept = {draft.table for draft in self.drafts if draft.told}
        left_out = {draft.table: draft for draft in reversed(self.drafts) if kept and draft.table not in kept}
        self.notes += [
            (draft.where, "ตารางนี้ไม่มีช่องผลการดำเนินการ จึงไม่นับเป็นมาตรการ")
            for draft in reversed(left_out.values())
        ]
        return [draft for draft in self.drafts if draft.table not in left_out]

    def _table(self, table: Table) -> None:
        rows = table.rows
        header = find_header(rows)
        if header is None:
            cards = from_cards(table)
            rows = cards.rows if cards else upright(rows) or rows
            header = find_header(rows)
        if header is not None:
            self.tables += 1
            for row in rows[: header.first]:
                self._loose(row)
            body = rows[header.first + header.height :]
            if not self._header or not self._is_part(rows[header.first], header, self._header):
                self._header = header
        elif self._header is not None and self._fits(rows, self._header):
            body = rows
        else:
            if self._header and max(len(row.cells) for row in rows) == len(self._header.roles):
                self._header = None  # another table of the same width: what goes on below is its own
            for row in rows:
                self._loose(row)
            return
        for at, row in enumerate(body):
            self._torn = table.torn and at == 0
            self._row(row)
        if body:  # a header alone at the foot of a page still waits for its rows
            self._heading = None

    def _is_part(self, row: Row, header: Header, before: Header) -> bool:
        """Whether a page repeats only the first row of a header of two, which tells less than the whole did."""
        return (
            header.height < before.height
            and len(header.roles) == len(before.roles)
            and is_repeat(row, before)
            and not (set(header.roles) - set(before.roles))
        )

    def _fits(self, rows: tuple[Row, ...], header: Header) -> bool:
        """Whether a table without a header goes on with the last one: as many columns, and periods where they stood."""
        if (
            not (self._draft or self._heading)
            or not rows
            or max(len(row.cells) for row in rows) != len(header.roles)
        ):
            return False
        period = _first(rows[0], header, Role.PERIOD)
        if period is not None and not period.is_blank and not period.below:
            return parse_period(period.text, _ANY_YEAR) is not None
        title = _first(rows[0], header, Role.MEASURE)
        return title is None or title.is_blank or read_mark(title.text) is not None or is_heading(title.text)

    def _loose(self, row: Row) -> None:
        text = " ".join(cell.text for cell in row.cells if not cell.is_blank)
        if is_heading(text):
            self._heading = Line(text, row.where)

    def _row(self, row: Row) -> None:
        header = self._header
        assert header is not None
        if all(cell.is_blank for cell in row.cells) or is_repeat(row, header) or is_numbering(row):
            return
        filled = [cell.text for cell in row.cells if not cell.is_blank]
        if len(filled) <= 3 and all(is_closing(text) for text in filled):
            return  # signatures and notes below the last measure
        if spanning := self._spanning(row):
            if is_heading(spanning):
                self._start(spanning, None, row.where)
            return
        self._begin(row, header)
        if self._draft:
            self._take(row, header, self._draft)
            self._above = row

    def _spanning(self, row: Row) -> str:
        """The text of a row that is one cell across the table (a section heading), else ""."""
        filled = [cell for cell in row.cells if not cell.is_blank]
        across = sum(cell.beside for cell in row.cells) >= max(2, len(row.cells) - 2)
        # A sheet's heading often stands in the first column alone, which then is not the measures' own.
        beside = not (self._header and self._header.has(Role.MEASURE)) and not row.cells[0].is_blank
        alone = beside and is_heading(row.cells[0].text)
        return filled[0].text if len(filled) == 1 and (across or alone) else ""

    def _begin(self, row: Row, header: Header) -> None:
        """Start a measure if the row does."""
        number = self._number(row, header)
        cell = _first(row, header, Role.MEASURE)
        if cell is None:
            self._begin_without_column(row, number)
            return
        if cell.below or cell.is_blank:
            if not self._draft and self._heading:
                self._start(self._heading.text, None, self._heading.where)
            return
        text = cell.text
        found, title = read_title(text)
        current = self._draft
        if current and squeeze(title) == squeeze(current.title) and found in (None, current.number):
            self._torn = False
            return  # the same title written again in each row
        if current and found is None and number is None and self._goes_on(row, text, current):
            current.title = knit(current.title, title)
            return
        self._named = True
        self._start(text, number, row.where).links += cell.links

    def _begin_without_column(self, row: Row, number: int | None) -> None:
        """Titles stand above the tables."""
        above, self._above_table = self._above_table, None
        if self._heading is not None:
            self._start(self._heading.text, None, self._heading.where)
            self._heading, self._named = None, True
        elif above and _names_measure(above.text, self._named):
            self._start(above.text, None, above.where)
        elif not self._draft:
            self._start("", number, row.where)

    def _goes_on(self, row: Row, text: str, current: Draft) -> bool:
        """Whether an unnumbered title finishes the one above (a cell broken over pages, a line below it)."""
        if re.match(r"\s*มาตรการ", text):
            return False
        header = self._header
        period = _first(row, header, Role.PERIOD) if header else None
        if self._torn and (period is None or period.is_blank):
            return True
        return current.number is not None and (
            self._torn or squeeze(text)[:1] in "(-" or self._only(row, text)
        )

    def _only(self, row: Row, text: str) -> bool:
        return all(cell.is_blank or cell.text == text for cell in row.cells)

    def _start(self, text: str, number: int | None, where: str) -> Draft:
        """Begin a measure, or go on with one that the paper has named before."""
        continued = _CONTINUED.search(text) is not None
        found, title = read_title(_CONTINUED.sub("", text))
        before = next((d for d in self.drafts if _same(d, found, title, continued=continued)), None)
        if before is None:
            dotted = re.match(r"\s*[\d๐-๙]{1,2}\.[\d๐-๙]{1,2}(?![\d๐-๙])", text) is not None
            before = Draft(
                title, found if found is not None else number, where, table=self.tables, dotted=dotted
            )
            self.drafts.append(before)
        self._draft = before
        return before

    def _number(self, row: Row, header: Header) -> int | None:
        cell = _first(row, header, Role.NUMBER)
        match = re.fullmatch(r"\D{0,9}(\d{1,2})[.)]*", to_arabic(squeeze(cell.text))) if cell else None
        return int(match.group(1)) if match and cell and not cell.below else None

    def _take(self, row: Row, header: Header, draft: Draft) -> None:
        draft.told = draft.told or header.has(Role.OUTPUT) or header.has(Role.OUTCOME)
        for role in Role:
            if role in (Role.NUMBER, Role.MEASURE):
                continue
            for cell in _whole_cells(row, header, role):
                if cell.below or cell.beside or cell.is_blank:
                    continue
                draft.links += cell.links
                if draft.headers.setdefault(role, header).roles != header.roles:
                    draft.cells[role] = []  # a plan, then the report itself: what the later table says counts
                    draft.headers[role] = header
                kept = draft.cells.setdefault(role, [])
                if role in _REPEATS and any(squeeze(cell.text) == squeeze(old.text) for old, _ in kept):
                    continue
                if self._torn and kept and kept[-1][1] is self._above:
                    kept[-1] = (_glued(kept[-1][0], cell), row)
                else:
                    kept.append((cell, row))


def _same(draft: Draft, number: int | None, title: str, *, continued: bool) -> bool:
    """Whether a title names a measure that was named before: "… (ต่อ)", or a table of results below one of plans."""
    if number is not None and draft.number is not None and number != draft.number:
        return False
    if not title or not draft.title:
        return bool(number) and number == draft.number
    return squeeze(title) == squeeze(draft.title) or (continued and bool(number) and number == draft.number)


def _names_measure(text: str, named: bool) -> bool:
    """Whether the line right above a table without a column of measures names one, though without the word."""
    if len(text) > _LONGEST_NAME or _NO_NAME.search(text) or not re.search(r"[ก-ฮ]{2}", text):
        return False
    return read_mark(text) is not None or bare_number(text) is not None or not named


def _whole_cells(row: Row, header: Header, role: Role) -> list[Cell]:
    """The row's cells of one role; a number that has a cell to itself goes to the text beside it.

    A tick below the title of a month or quarter stands for that month or quarter.
    """
    found: list[Cell] = []
    for column in header.columns(role):
        cell = row.cells[column] if column < len(row.cells) else Cell()
        if role == Role.PERIOD and _TICK.fullmatch(cell.text):
            cell = cell_of(header.titles[column])
        if found and not cell.is_blank and _BARE_MARK.fullmatch(found[-1].text):
            first, *rest = cell.paragraphs
            cell = replace(cell, paragraphs=(replace(first, text=f"{found.pop().text} {first.text}"), *rest))
        found.append(cell)
    return found


def _first(row: Row, header: Header, role: Role) -> Cell | None:
    """The row's cell of a role: the first that says something, where a merged title has several below it."""
    cells = [row.cells[at] for at in header.columns(role) if at < len(row.cells)]
    return next((cell for cell in cells if not cell.is_blank), cells[0] if cells else None)


def _glued(above: Cell, below: Cell) -> Cell:
    """One cell out of the two halves that a page break made."""
    first, rest = below.paragraphs[0], below.paragraphs[1:]
    if not above.paragraphs or read_mark(first.text):
        return Cell((*above.paragraphs, replace(first, soft=True), *rest))
    last = above.paragraphs[-1]
    whole = replace(last, text=knit(last.text, first.text), links=last.links + first.links)
    return Cell((*above.paragraphs[:-1], whole, *rest))
