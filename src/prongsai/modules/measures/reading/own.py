"""The product's own papers, read back: last year's report becomes this year's plan, without what the proof added."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from prongsai.foundation.typeset.marks import EVIDENCE_LEGEND, MARKS
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures.papers.wording import WITHDRAWN
from prongsai.modules.measures.reading.clean import knit
from prongsai.modules.measures.reading.columns import squeeze
from prongsai.modules.measures.reading.grid import Cell, Grid, Line, Paragraph, Row, Table, cell_of

_COUNTED = re.compile(r"ผลการพิสูจน์\s*[\d๐-๙]+\s*ข้อความ")
_EVIDENCE = re.compile(r"\s*หลักฐาน\s+\d+(?:\s*,\s*\d+)*\s*$")
_PLANNED = re.compile(r"\(\s*มาตรการเดิมระบุว่า\s*(?P<text>.+)\)\s*$", re.S)
_NUMBER = re.compile(r"\s*[๐-๙]+\.\s*")
_UNPROVEN = re.compile(rf"\s*\(\s*{MARKS[Verdict.UNPROVEN].word}\s*\)\s*$")
_NOTES = "ตัวเลขที่หน่วยงานแจ้ง|มีเพียงคำบอกเล่า ยังไม่มีเอกสาร|บันทึกจากเอกสาร ไม่ได้เกิดจากงานในระบบ"  # of attested ones
_ATTESTED = re.compile(
    rf"\s*\((?:(?:[^()]|\([^()]*\))*รับรอง(?:โดยเจ้าหน้าที่)?|{_NOTES.replace(' ', chr(92) + 's*')})\)\s*$"
)
_REMARK = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)\s*$")
_VERDICT = re.compile(rf"^\s*(?P<word>{'|'.join(mark.word for mark in MARKS.values())}):\s*")
_LEDGER = (
    "มาตรการที่",
    "ประเภท",
    "ข้อความในรายงาน",
    "ข้อความเดิมในมาตรการ",
    "มาตรการ",
    "เริ่ม",
    "สิ้นสุด",
    "หน่วยงานผู้รับผิดชอบ",
)
_KINDS = ("ขั้นตอน", "ผลการดำเนินการ", "ผลลัพธ์")
_TITLES = ("ที่", "มาตรการ", *_KINDS, "เริ่ม", "สิ้นสุด", "หน่วยงานผู้รับผิดชอบ")


def is_own(grid: Grid) -> bool:
    """Whether the file is a paper of the product: its legend or its count of proofs stands in it."""
    texts = [line.text for line in grid.lines]
    texts += [cell.text for table in grid.tables[:2] for row in table.rows for cell in row.cells]
    return any(EVIDENCE_LEGEND in text or _COUNTED.search(text) for text in texts)


def without_proof(grid: Grid) -> None:
    """Takes the annexes, and the verdict words and the links to evidence in the cells, out of an own paper."""
    annex = (
        at for at, b in enumerate(grid.blocks) if isinstance(b, Line) and b.text.startswith("ภาคผนวก ก ")
    )
    del grid.blocks[next(annex, len(grid.blocks)) :]
    for at, block in enumerate(grid.blocks):
        if isinstance(block, Table):
            rows = [replace(row, cells=tuple(_bare(cell) for cell in row.cells)) for row in block.rows]
            grid.blocks[at] = replace(block, rows=tuple(rows))


def _bare(cell: Cell) -> Cell:
    return replace(cell, paragraphs=tuple(_spoken(paragraph) for paragraph in cell.paragraphs))


def _spoken(paragraph: Paragraph) -> Paragraph:
    """A web page says the verdict in front of each statement, for those who do not see its mark."""
    match = _VERDICT.match(paragraph.text)
    if match is None:
        return replace(paragraph, links=())
    text = _EVIDENCE.sub("", paragraph.text[match.end() :])
    if match.group("word") == MARKS[Verdict.ATTESTED].word:
        text = _REMARK.sub("", text)
    number = _NUMBER.match(text)
    lead = number.group() if number else ""
    return replace(paragraph, text=lead + as_planned(text.removeprefix(lead)), links=())


def as_planned(statement: str) -> str:
    """A statement of an own paper as the plan worded it: no evidence, no remark, no corrected figure."""
    text = _EVIDENCE.sub("", statement)
    if planned := _PLANNED.search(text):
        return planned.group("text").strip()
    return _ATTESTED.sub("", _UNPROVEN.sub("", text)).strip()


def with_ledger(grid: Grid) -> None:
    """Turns an own workbook, one row for each statement, into a table with one row for each measure.

    Its other sheets (evidence, the register's head) are read for names alone.
    """
    for at, block in enumerate(grid.blocks):
        if not isinstance(block, Table):
            continue
        for first, row in enumerate(block.rows[:4]):
            titles = [squeeze(cell.text) for cell in row.cells]
            if all(title in titles for title in _LEDGER):
                places = {title: titles.index(title) for title in _LEDGER}
                grid.blocks[at] = replace(block, rows=tuple(_measures(block.rows[first + 1 :], places)))
                _head(grid)
                ledger = grid.blocks[at]
                grid.blocks[:] = [b for b in grid.blocks if b is ledger or isinstance(b, Line)]
                return


def _measures(rows: Sequence[Row], places: dict[str, int]) -> Iterator[Row]:
    yield Row(tuple(cell_of(title) for title in _TITLES))
    gathered: dict[tuple[str, str], dict[str, list[Paragraph]]] = {}
    firsts: dict[tuple[str, str], Row] = {}
    for row in rows:
        said = {title: row.cells[at] if at < len(row.cells) else Cell() for title, at in places.items()}
        key = said["มาตรการที่"].text, said["มาตรการ"].text
        kind = said["ประเภท"].text
        if not all(key) or kind not in _KINDS or any(cell.text == WITHDRAWN for cell in row.cells[:6]):
            continue
        text = said["ข้อความเดิมในมาตรการ"].text or said["ข้อความในรายงาน"].text
        firsts.setdefault(key, row)
        listed = gathered.setdefault(key, {name: [] for name in _KINDS})[kind]
        listed.append(Paragraph(re.sub(r"^'(?=\s*[=+\-@])", "", text), marker="•"))
    for key, row in firsts.items():
        cells = [cell_of(key[0]), cell_of(key[1]), *(Cell(tuple(gathered[key][kind])) for kind in _KINDS)]
        yield Row((*cells, *(row.cells[places[title]] for title in _TITLES[-3:])), row.where)


def _head(grid: Grid) -> None:
    """The sheet of the register names the district and the province in two columns: here as lines."""
    for table in grid.tables:
        for row in table.rows:
            name, *rest = (squeeze(cell.text) for cell in row.cells)
            if name in ("อำเภอ", "จังหวัด") and rest:
                grid.blocks.append(Line(knit(name, rest[0]), row.where))
