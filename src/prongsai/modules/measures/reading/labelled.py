"""Reports without a table of columns: cards of labels and values, and text under headings that are labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from prongsai.modules.measures.reading.columns import Role, says_titles, squeeze, title_role
from prongsai.modules.measures.reading.grid import Cell, Grid, Paragraph, Row, Table, cell_of
from prongsai.modules.measures.reading.printed import cell_of_texts
from prongsai.modules.measures.reading.titles import is_closing, is_heading, read_title

_TITLES = {
    Role.NUMBER: "ที่", Role.MEASURE: "มาตรการ", Role.STEP: "ขั้นตอน", Role.PERIOD: "ระยะเวลา", Role.UNIT: "ผู้รับผิดชอบ",
    Role.OUTPUT: "ผลผลิต", Role.OUTCOME: "ผลลัพธ์",
}  # fmt: skip
_CONTENT = frozenset(_TITLES) - {Role.NUMBER}
_RESULTS = frozenset((Role.STEP, Role.OUTPUT, Role.OUTCOME))
_LABELLED = re.compile(
    r"\s*(?:[(]?[\d๐-๙]{1,2}(?:\.[\d๐-๙]{1,2})*[.)]*\s*|[-–•*●▪]\s*)?(?P<label>[^:：]{2,60}?)\s*(?:[:：]\s*(?P<rest>.*))?$",
    re.S,
)
_SHORT = re.compile(
    r"\s*(?P<label>(?:ระยะเวลา|ผู้รับผิดชอบ|หน่วยงานผู้รับผิดชอบ)(?:ดำเนินการ|หลัก)?)\s+(?P<rest>\S.*)$", re.S
)
_LEAST = 3  # labels of content that make a card


@dataclass
class _Card:
    where: str
    cells: dict[Role, list[Paragraph]] = field(default_factory=dict[Role, list[Paragraph]])

    @property
    def is_measure(self) -> bool:
        known = self.cells.keys() & _CONTENT
        return len(known - {Role.MEASURE}) >= _LEAST - 1 and bool(known & _RESULTS) and len(known) >= _LEAST


@dataclass
class _Cards:
    """Gathers what is said under each label; a measure's title, or its first label again, begins a card."""

    cards: list[_Card] = field(default_factory=list[_Card])
    labels: int = 0
    strays: int = 0  # texts that stand under no label
    printed: bool = False
    _role: Role | None = None
    _first: Role | None = None

    def heading(self, text: str, where: str) -> None:
        self._open(where).cells[Role.MEASURE] = [Paragraph(text)]
        # "มาตรการที่ 1" alone: the next line is its name. A printed title may go on below.
        self._role = Role.MEASURE if self.printed or not read_title(text)[1] else None

    def label(self, role: Role, where: str) -> None:
        self.labels += 1
        card = self.cards[-1] if self.cards else None
        taken = card is not None and role in card.cells and role in (Role.MEASURE, self._first)
        if (
            card is None
            or taken
            or (role == Role.MEASURE and card.cells.keys() & (_CONTENT - {Role.MEASURE}))
        ):
            card = self._open(where)
            self._first = role
        card.cells.setdefault(role, [])
        self._role = role

    def say(self, paragraphs: Sequence[Paragraph]) -> None:
        if self._role is None or not self.cards:
            self.strays += 1
            return
        said = self.cards[-1].cells.setdefault(self._role, [])
        said += paragraphs

    def silence(self) -> None:
        self._role = None

    def _open(self, where: str) -> _Card:
        self.cards.append(_Card(where))
        self._first = None
        return self.cards[-1]

    def table(self, where: str, *, torn: bool = False) -> Table | None:
        """The cards as a table with a column for each label, or None if they are no measures."""
        if not any(card.is_measure for card in self.cards):
            return None
        roles = [role for role in _TITLES if any(card.cells.get(role) for card in self.cards)]
        rows = [Row(tuple(cell_of(_TITLES[role]) for role in roles), where)]
        for card in self.cards:
            if card.cells.keys() & _RESULTS:
                rows.append(Row(tuple(self._cell(card.cells.get(role, [])) for role in roles), card.where))
        return Table(tuple(rows), where, torn=torn)

    def _cell(self, paragraphs: Sequence[Paragraph]) -> Cell:
        if not self.printed:
            return Cell(tuple(paragraphs))
        return cell_of_texts([paragraph.text for paragraph in paragraphs])


def from_cards(table: Table) -> Table | None:
    """A table of labels with their values beside or below them, turned into one with columns; else None."""
    cards = _Cards()
    for row in table.rows:
        cells = [cell for cell in row.cells if not cell.is_blank]
        if len(cells) == 1:
            _alone(cards, cells[0], row.where)
            continue
        waiting = False  # for the value of a label
        for cell in cells:
            role = None if waiting else title_role(cell.text)
            if role is not None:
                cards.label(role, row.where)
                waiting = True
            elif waiting or len(cells) == 1:
                cards.say(_value(cards, cell))
                waiting = False
            else:
                cards.strays += 1
    return None if cards.strays > cards.labels else cards.table(table.where, torn=table.torn)


def _value(cards: _Cards, cell: Cell) -> tuple[Paragraph, ...]:
    """A value; the digits behind "มาตรการที่" are the measure's number."""
    card = cards.cards[-1]
    if (
        re.fullmatch(r"[\d๐-๙]{1,2}[.)]?", cell.text)
        and Role.MEASURE in card.cells
        and not card.cells[Role.MEASURE]
    ):
        card.cells[Role.NUMBER] = list(cell.paragraphs)
        del card.cells[Role.MEASURE]
        return ()
    return cell.paragraphs


def _alone(cards: _Cards, cell: Cell, where: str) -> None:
    """A row with one cell: a measure's title, a label, both a label and its value, or the value below a label."""
    text = cell.text
    if is_heading(text):
        cards.heading(text, where)
    elif found := split_label(text):
        cards.label(found[0], where)
        cards.say([Paragraph(found[1])] if found[1] else [])
    else:
        cards.say(cell.paragraphs)


def from_lines(grid: Grid) -> Table | None:
    """A report in running text as a table: each measure's title, then labels ("ขั้นตอน", "ระยะเวลา : …") and items."""
    lines = grid.lines
    spelled = any(re.match(r"\s*มาตรการที่\s*[\d๐-๙]", line.text) for line in lines)
    cards = _Cards(printed=grid.printed)
    for line in lines:
        found = split_label(line.text)
        if found:
            cards.label(found[0], line.where)
            cards.say([Paragraph(found[1])] if found[1] else [])
        elif is_heading(line.text) and (not spelled or re.match(r"\s*มาตรการที่", line.text)):
            cards.heading(line.text, line.where)
        elif is_closing(line.text):
            cards.silence()
        else:
            cards.say([Paragraph(line.text)])
    return cards.table(lines[0].where) if lines else None


def split_label(text: str) -> tuple[Role, str] | None:
    """A line that is a label, or a label and its value: what it labels, and the value."""
    for pattern in (_LABELLED, _SHORT):
        match = pattern.match(text)
        label = squeeze(match.group("label")) if match else ""
        if match and label and says_titles(label) and (role := title_role(label)):
            return role, (match.group("rest") or "").strip()
    return None
