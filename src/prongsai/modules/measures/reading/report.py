"""From a file to a report: the door of this package."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from prongsai.kernel.contracts import Period
from prongsai.kernel.errors import Unreadable
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.kernel.thai.parse_dates import parse_period
from prongsai.kernel.thai.words import join_broken, restore_am
from prongsai.modules.measures.reading.assemble import Assembly, Draft
from prongsai.modules.measures.reading.clean import tidy
from prongsai.modules.measures.reading.columns import Role
from prongsai.modules.measures.reading.formats import read_grid
from prongsai.modules.measures.reading.grid import Grid
from prongsai.modules.measures.reading.identity import Identity, identify
from prongsai.modules.measures.reading.labelled import from_lines
from prongsai.modules.measures.reading.model import ParsedMeasure, ParsedReport, ParseWarning
from prongsai.modules.measures.reading.own import as_planned, is_own, with_ledger, without_proof
from prongsai.modules.measures.reading.split import statements
from prongsai.modules.measures.reading.topics import guess_topic
from prongsai.modules.measures.reading.units import units_of

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'ก-๙,;]+", re.I)
_MAX_ROWS = 10_000
_MAX_MEASURES = 1_000
_MAX_LETTERS = 100_000  # of one paragraph
_KINDS = ((Role.STEP, "ขั้นตอน"), (Role.OUTPUT, "ผลการดำเนินการ"), (Role.OUTCOME, "ผลลัพธ์"))


def read_report(path: str | Path) -> ParsedReport:
    """The annual report in `path` (TXT, CSV, HTML, DOCX, XLSX, or PDF with a text layer).

    Raises Unreadable, with one sentence that says why, for a file that is damaged, encrypted, a mere scan,
    too large, or no such report. What is doubtful but readable comes back in `warnings`.
    """
    path = Path(path)
    grid = read_grid(path)
    if sum(len(table.rows) for table in grid.tables) > _MAX_ROWS:
        raise Unreadable(f"{path.name} มีแถวมากผิดปกติ จึงไม่อ่าน (more than {_MAX_ROWS} rows)")
    with_ledger(grid)
    own = is_own(grid)
    if own:
        without_proof(grid)
    assembly = Assembly()
    drafts = [draft for draft in assembly.run(grid) if draft.title or draft.cells]
    if not assembly.tables and (told := from_lines(grid)):
        drafts = assembly.run(Grid([told]))
        assembly.notes += [(table.where, "ตารางนี้ไม่ได้อ่าน อ่านเฉพาะข้อความนอกตาราง") for table in grid.tables]
    if not assembly.tables:
        raise Unreadable(
            f"{path.name} ไม่ใช่รายงานผลการดำเนินการตามมาตรการ: ไม่พบตารางที่มีหัวคอลัมน์มาตรการ ขั้นตอน และผลการดำเนินการ"
            " (no such table)"
        )
    if not any(draft.cells for draft in drafts):
        raise Unreadable(f"{path.name} มีหัวตารางแต่ไม่มีมาตรการในตาราง (the table is empty)")
    if len(drafts) > _MAX_MEASURES:
        raise Unreadable(f"{path.name} มีมาตรการมากผิดปกติ จึงไม่อ่าน (more than {_MAX_MEASURES} measures)")
    cells = (cell for draft in drafts for kept in draft.cells.values() for cell, _ in kept)
    if any(len(paragraph.text) > _MAX_LETTERS for cell in cells for paragraph in cell.paragraphs):
        raise Unreadable(f"{path.name} มีช่องที่ข้อความยาวผิดปกติ จึงไม่อ่าน (a cell is too long)")
    grid.notes += assembly.notes
    return _Writer(grid, identify(grid, path), own=own).write(drafts)


def _written(draft: Draft, role: Role) -> str:
    """What stands in the measure's cells of one column, a line for each paragraph."""
    cells = [cell for cell, _ in draft.cells.get(role, [])]
    lines = [f"{p.marker} {p.text}".strip() for cell in cells for p in cell.paragraphs]
    return "\n".join(line for line in lines if line)


class _Writer:
    """Turns drafts into measures and collects the warnings."""

    def __init__(self, grid: Grid, identity: Identity, *, own: bool = False) -> None:
        self.identity = identity
        self.own = own  # a paper of the product itself
        self.warnings = [ParseWarning(where, message) for where, message in grid.notes]

    def write(self, drafts: list[Draft]) -> ParsedReport:
        self._numbers(drafts)
        year = self.identity.fiscal_year or self._year_of_periods(drafts)
        measures = tuple(self._measure(draft, year) for draft in drafts)
        self._missing(year)
        self._odd_order(measures)
        identity = self.identity
        return ParsedReport(
            identity.organization, identity.district, identity.province, year, measures, tuple(self.warnings)
        )

    def _warn(self, where: str, message: str) -> None:
        self.warnings.append(ParseWarning(where, message))

    def _numbers(self, drafts: list[Draft]) -> None:
        """Numbers that are not written come from the order of the measures, as do those like 1.1, 1.2, 2.1."""
        last = 0
        if any(count > 1 for count in Counter(d.number for d in drafts if d.dotted).values()):
            for number, draft in enumerate(drafts, 1):
                draft.number = number
        written = any(draft.number is not None for draft in drafts)
        for draft in drafts:
            if draft.number is None:
                draft.number = last + 1
                if written and draft.title:
                    self._warn(draft.where, f"ไม่มีเลขมาตรการ จึงนับเป็นมาตรการที่ {draft.number}")
            last = draft.number

    def _year_of_periods(self, drafts: list[Draft]) -> int | None:
        years: Counter[int] = Counter()
        for draft in drafts:
            for cell, _ in draft.cells.get(Role.PERIOD, []):
                if period := parse_period(cell.text):
                    years[fiscal_year_of(period.end)] += 1
        if not years:
            return None
        year = years.most_common(1)[0][0]
        self._warn("ทั้งฉบับ", f"ไม่พบปีงบประมาณในหัวรายงาน จึงใช้ปี พ.ศ. {year} ตามระยะเวลาดำเนินการ")
        return year

    def _measure(self, draft: Draft, year: int | None) -> ParsedMeasure:
        where = f"{draft.where} (มาตรการที่ {draft.number})" if draft.where else f"มาตรการที่ {draft.number}"
        title = self._whole(draft.title)
        if not title:
            self._warn(where, "ไม่พบชื่อมาตรการ")
        texts = {role: self._statements(draft, role) for role, _ in _KINDS}
        for role, thai in _KINDS:
            if not texts[role]:
                self._warn(where, f"ไม่มีข้อความในช่อง{thai}")
        units = tuple(dict.fromkeys(u for cell, _ in draft.cells.get(Role.UNIT, []) for u in units_of(cell)))
        if not units:
            self._warn(where, "ไม่ระบุหน่วยงานผู้รับผิดชอบ")
        return ParsedMeasure(
            number=draft.number or 0,
            title=title,
            topic=guess_topic(title),
            period=self._period(draft, year, where),
            units=tuple(self._whole(unit) for unit in units),
            steps=texts[Role.STEP],
            outputs=texts[Role.OUTPUT],
            outcomes=texts[Role.OUTCOME],
            links=self._links(draft),
            where=draft.where,
            source={"title": draft.title} | {role.value: _written(draft, role) for role in draft.cells},
        )

    def _whole(self, text: str) -> str:
        return join_broken(tidy(restore_am(text)), names=self.identity.names)

    def _statements(self, draft: Draft, role: Role) -> tuple[str, ...]:
        found = statements(*(cell.paragraphs for cell, _ in draft.cells.get(role, [])))
        if self.own:
            found = [planned for text in found if (planned := as_planned(text))]
        return tuple(self._whole(text) for text in found)

    def _period(self, draft: Draft, year: int | None, where: str) -> Period | None:
        cells = [cell for cell, _ in draft.cells.get(Role.PERIOD, [])]
        found = [period for cell in cells if (period := parse_period(cell.text, year))]
        whole = Period.fiscal_year(year) if year else None
        if found:
            if len(found) < len(cells):
                self._warn(where, "อ่านระยะเวลาบางช่องไม่ได้ จึงใช้เฉพาะช่องที่อ่านได้")
            period = Period(min(p.start for p in found), max(p.end for p in found))
            if whole and not period.overlaps(whole):
                self._warn(where, f"ระยะเวลาอยู่นอกปีงบประมาณ พ.ศ. {year}")
            return period
        written = tidy(" ".join(cell.text for cell in cells))
        said = f"อ่านระยะเวลา “{written}” ไม่ได้" if written else "ไม่มีระยะเวลาดำเนินการ"
        self._warn(where, f"{said} จึงใช้ทั้งปีงบประมาณ พ.ศ. {year}" if whole else said)
        return whole

    def _links(self, draft: Draft) -> tuple[str, ...]:
        """Addresses of anchors, then those that are only typed, each once."""
        found: list[str] = [link for link in draft.links if re.match(r"https?://|www\.", link, re.I)]
        for cells in draft.cells.values():
            for cell, _ in cells:
                found += _ADDRESS.findall(cell.text)
        kept: dict[str, str] = {}
        for address in found:
            address = address.rstrip(".)")
            if not address.lower().startswith("http"):
                address = f"http://{address}"
            kept.setdefault(address.rstrip("/").lower().replace("https://", "http://"), address)
        return tuple(kept.values())

    def _missing(self, year: int | None) -> None:
        identity = self.identity
        for value, message in (
            (identity.organization, "ไม่พบชื่อหน่วยงาน"),
            (identity.district, "ไม่พบชื่ออำเภอ"),
            (identity.province, "ไม่พบชื่อจังหวัด"),
            (year, "ไม่พบปีงบประมาณ"),
        ):
            if not value:
                self._warn("ทั้งฉบับ", message)

    def _odd_order(self, measures: tuple[ParsedMeasure, ...]) -> None:
        numbers = [measure.number for measure in measures]
        twice = [number for number, count in Counter(numbers).items() if count > 1]
        if twice:
            self._warn("ทั้งฉบับ", f"เลขมาตรการซ้ำ: {', '.join(map(str, twice))}")
        missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers)) if max(numbers) < 60 else []
        if missing:
            self._warn("ทั้งฉบับ", f"เลขมาตรการไม่ต่อเนื่อง ไม่พบมาตรการที่ {', '.join(map(str, missing))}")
