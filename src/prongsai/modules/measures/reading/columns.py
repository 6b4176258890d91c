"""Which column holds what: header rows are found by their words, not by their place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from prongsai.kernel.thai.parse_dates import parse_period
from prongsai.modules.measures.reading.grid import Row


class Role(StrEnum):
    NUMBER = "number"
    MEASURE = "measure"
    STEP = "step"
    PERIOD = "period"
    UNIT = "unit"
    OUTPUT = "output"
    OUTCOME = "outcome"
    OTHER = "other"  # indicators, budget, remarks: read for links only


# (pattern of the header without white space, role, weight): the heaviest match tells the role.
_TITLES: tuple[tuple[str, Role, int], ...] = (
    (r"^(?:ที่|ลำดับ|ลำดับที่|ข้อ|ข้อที่|no\.?|#|เลขที่)$", Role.NUMBER, 9),
    (r"ตัวชี้วัด|ค่าเป้าหมาย|^เป้าหมาย|kpi|indicator", Role.OTHER, 8),
    (r"หมายเหตุ|งบประมาณ(?!.*ผล)|ร้อยละ|สถานะ|ปัญหา|อุปสรรค|ข้อเสนอแนะ|กำกับ|ติดตาม|หลักฐาน|เอกสาร|ลิงก์|link|ภาพ|แหล่งที่มา|วัตถุประสงค์|หลักการ|เหตุผล|ความเป็นมา", Role.OTHER, 6),
    (r"^(?:วิธีการ|แนวทาง|แนวทางการ|การ)?(?:กำกับ|ติดตาม|ประเมินผล)", Role.OTHER, 9),
    (r"ผลลัพธ์|ผลสัมฤทธิ์|outcome|outcomes", Role.OUTCOME, 9),
    (r"ผลสำเร็จ|ความสำเร็จ|ผลที่ได้รับ|ผลที่คาดว่า|ประโยชน์ที่", Role.OUTCOME, 5),
    (r"output|ผลผลิต", Role.OUTPUT, 9),
    (r"ผลการดำเนินการ|ผลการดำเนินงาน|ผลดำเนินการ|ผลการปฏิบัติ|ผลที่เกิด", Role.OUTPUT, 7),
    (r"ระยะเวลา|ห้วงเวลา|ห้วงระยะ|ช่วงเวลา|กำหนดเวลา|กำหนดการ|วันเดือนปี|วัน/เดือน|ปฏิทิน|timeline", Role.PERIOD, 8),
    (r"^(?:กำหนดแล้วเสร็จ|กำหนดเสร็จ|กำหนดส่ง|เวลา|เวลาดำเนินการ|เวลาดำเนินงาน|ปีงบประมาณ|ปี|ปีที่ดำเนินการ|ไตรมาส|ไตรมาสที่|period|duration|time|schedule|when)$", Role.PERIOD, 7),
    (r"^(?:วันที่)?(?:เริ่ม|เริ่มต้น|สิ้นสุด|แล้วเสร็จ|วันเริ่ม.*|วันสิ้นสุด|เริ่มดำเนินการ|ตั้งแต่|ถึง|วันที่ดำเนินการ|วันที่แล้วเสร็จ)$", Role.PERIOD, 7),
    (r"ผู้รับผิดชอบ|รับผิดชอบ|ผู้ดำเนินการ|หน่วยดำเนินการ|responsib", Role.UNIT, 8),
    (r"^(?:เจ้าภาพ|ผู้ปฏิบัติ|หน่วยปฏิบัติ|เจ้าของ(?:เรื่อง|งาน|โครงการ|มาตรการ)|หน่วยงานที่|(?:unit|department|owner)s?$)", Role.UNIT, 7),
    (r"^(?:หน่วยงาน|ส่วนราชการ|สำนัก/กอง|กอง/สำนัก|ส่วนงาน|กอง|งาน)(?:เจ้าภาพ|หลัก|ที่เกี่ยวข้อง)?$", Role.UNIT, 6),
    (r"ขั้นตอน|วิธีการ|วิธีปฏิบัติ|วิธีดำเนิน|^(?:step|procedure|method)s?", Role.STEP, 8),
    (r"แนวทางการดำเนิน|แนวทางการปฏิบัติ|แนวทางปฏิบัติ|รายละเอียดการดำเนิน|การดำเนินการตาม|กระบวนการ", Role.STEP, 7),
    (r"^(?:การดำเนินการ|การดำเนินงาน|กิจกรรม|แนวทาง|แนวปฏิบัติ|วิธี|activit(?:y|ies)|รายละเอียด|รายละเอียดกิจกรรม|การนำไปปฏิบัติ|กิจกรรม/โครงการ|โครงการ/กิจกรรม)$", Role.STEP, 5),
    (r"^(?:ผล|ผลงาน|ผลการ|สรุปผล.*|results?)$", Role.OUTPUT, 4),
    (r"^(?:ชื่อ)?มาตรการ|มาตรการ/|/มาตรการ|^measures?$", Role.MEASURE, 8),
    (r"^(?!ผล|ขั้นตอน|วิธี|การดำเนิน|ระยะ|หน่วย|ผู้|แนวทางการ|.*ตามมาตรการ).*มาตรการ$", Role.MEASURE, 8),
    (r"มาตรการ", Role.MEASURE, 5),
    (r"^(?:ประเด็น|ประเด็นการพัฒนา|หัวข้อ|เรื่อง|ด้าน|โครงการ|รายการ)", Role.MEASURE, 3),
)  # fmt: skip
_WORDS = {
    Role.MEASURE: r"มาตรการ|กิจกรรม|โครงการ|measure",
    Role.STEP: r"ขั้นตอน|วิธี|แนวทาง|กระบวนการ|รายละเอียด|step",
    Role.PERIOD: r"ระยะเวลา|ห้วงเวลา|ช่วงเวลา|กำหนด|เวลา|เริ่ม|ไตรมาส|period|duration",
    Role.UNIT: r"รับผิดชอบ|หน่วยงาน|ส่วนราชการ|กอง|เจ้าภาพ|ผู้รับผิด|responsib",
    Role.OUTPUT: r"ผลการ|ผลผลิต|ผลดำเนิน|output",
    Role.OUTCOME: r"ผลลัพธ์|ผลสัมฤทธิ์|ผลสำเร็จ|ความสำเร็จ|outcome",
}
# A title is made of such words alone; a sentence may hold them too.
_TITLE_WORDS = re.compile(
    r"(?:ขั้นตอน|วิธีการ|วิธี|แนวทาง|กิจกรรม|โครงการ|ชื่อ|มาตรการ|การดำเนินการ|การดำเนินงาน|ดำเนินการ|ดำเนินงาน|การปฏิบัติงาน|"
    r"การปฏิบัติ|ปฏิบัติ|ระยะเวลา|ห้วงเวลา|ช่วงเวลา|กำหนดเวลา|หน่วยงาน|ส่วนราชการ|ผู้รับผิดชอบ|รับผิดชอบ|ผลการ|ผลผลิต|ผลลัพธ์|วัตถุประสงค์|"
    r"ผลสัมฤทธิ์|ผลสำเร็จ|ความสำเร็จ|ผล|outputs?|outcomes?|งบประมาณ|ตัวชี้วัด|เป้าหมาย|หมายเหตุ|ปัญหา|อุปสรรค|ข้อเสนอแนะ|เชิงปริมาณ|"
    r"เชิงคุณภาพ|เกิดขึ้น|ได้รับ|หรือ|และ|ที่|ใน|ของ|ตาม|การ|หลัก|ลำดับ|ข้อ|ค่า|ร้อยละ|เอกสาร|หลักฐาน|อ้างอิง|สถานะ|ประเด็น|หัวข้อ|รายการ|เริ่มต้น|เริ่ม|สิ้นสุด|ต้น|บาท|วัน|เดือน|ปี|ปฏิทิน|เจ้าภาพ|กอง|สำนัก|[()/,\-–])+"
)
_CONTENT = (Role.MEASURE, Role.STEP, Role.PERIOD, Role.UNIT, Role.OUTPUT, Role.OUTCOME)
_LONGEST_TITLE = 90
_LONGEST_LABEL = 45
_SURE = 5  # weight of a title that needs no company
_ANY_YEAR = 2568  # only whether a text is a period at all is asked
_BEGINS_ITEM = re.compile(r"^\s*[(]?[\d๐-๙]{1,2}(?:[.)]|\s)")


@dataclass(frozen=True)
class Header:
    """The roles of a table's columns, their titles without white space, and the rows that the header takes."""

    roles: tuple[Role | None, ...]
    titles: tuple[str, ...]
    first: int = 0
    height: int = 1

    def columns(self, role: Role) -> list[int]:
        return [at for at, found in enumerate(self.roles) if found == role]

    def has(self, role: Role) -> bool:
        return role in self.roles


def squeeze(text: str) -> str:
    """A title as it is compared: no white space, no dots at the end, small letters."""
    return re.sub(r"[\s\u200b]+", "", text).lower().rstrip(".:")


def title_role(text: str) -> Role | None:
    """What a column or a label with this title holds, or None where the title is unknown or no title at all."""
    title = squeeze(text)
    role, weight = _score(title) if title and len(title) <= _LONGEST_LABEL else (None, 0)
    return role if weight >= _SURE else None


def spoken_roles(text: str) -> set[Role]:
    """The roles of which words stand anywhere in `text`: a line of titles has several."""
    plain = squeeze(text)
    return {role for role, words in _WORDS.items() if re.search(words, plain)}


def says_titles(text: str) -> bool:
    """Whether `text` is made of words of titles alone."""
    return _TITLE_WORDS.fullmatch(squeeze(text)) is not None


def find_header(rows: Sequence[Row], upto: int = 12) -> Header | None:
    """The header among the first rows: at least three known columns, one of them steps or results."""
    best: Header | None = None
    for first in range(min(upto, len(rows))):
        for height in (1, 2, 3):
            if first + height > len(rows) or (height > 1 and not _goes_on(rows[first + height - 1])):
                break
            header = _read(rows[first : first + height], first)
            if header and (best is None or (best.first == first and _worth(header) > _worth(best))):
                best = header
        if best:
            return best
    return best


def is_repeat(row: Row, header: Header) -> bool:
    """Whether `row` repeats (a row of) the header, as at the top of each page."""
    texts = [squeeze(cell.text) for cell in row.cells]
    filled = [(at, text) for at, text in enumerate(texts) if text]
    if not filled or len(texts) > len(header.titles) + 2:
        return False
    same = sum(at < len(header.titles) and _alike(text, header.titles[at]) for at, text in filled)
    return same == len(filled) and same >= min(2, len(header.titles))


def is_numbering(row: Row) -> bool:
    """A row of column numbers below a header: (1) (2) (3) …"""
    texts = [re.sub(r"[\s().]", "", cell.text) for cell in row.cells if not cell.is_blank]
    return len(texts) >= 3 and all(re.fullmatch(r"[\d๐-๙]{1,2}|[ก-ฉ]", text) for text in texts)


def _alike(text: str, title: str) -> bool:
    return text == title or (len(text) >= 4 and text in title)


def _goes_on(row: Row) -> bool:
    """Whether a row may be the second row of a header: short titles, no items, no numbers."""
    own = [cell.text for cell in row.cells if not cell.below and not cell.is_blank]
    dated = sum(_is_dated(text) for text in own)  # three and more are columns of months
    return (
        bool(own)
        and dated not in (1, 2)
        and all(len(text) <= _LONGEST_TITLE and not _BEGINS_ITEM.match(text) for text in own)
    )


def _is_dated(text: str) -> bool:
    return (
        len(text) < 40
        and re.search(r"[\d๐-๙]", text) is not None
        and parse_period(text, _ANY_YEAR) is not None
    )


def _worth(header: Header) -> int:
    named = [(title, role) for title, role in zip(header.titles, header.roles, strict=True) if role]
    months = sum(role == Role.PERIOD and parse_period(title, _ANY_YEAR) is not None for title, role in named)
    return months + sum(_score(title)[1] for title, _ in named)


def _read(rows: Sequence[Row], first: int) -> Header | None:
    width = max(len(row.cells) for row in rows)
    titles = [_title(rows, column) for column in range(width)]
    if any(len(title) > _LONGEST_TITLE for title in titles):
        return None
    filled = [cell.text for cell in rows[0].cells if not cell.is_blank]
    if 0 < sum(_BEGINS_ITEM.match(text) is not None for text in filled) < len(filled):
        return None  # a numbered title or step: a row of the body
    if len(rows) > 1 and not _last_row_counts(rows):
        return None
    roles = _assign(titles)
    content = {role for role in roles if role in _CONTENT}
    if len(content) < 3 or not content & {Role.STEP, Role.OUTPUT, Role.OUTCOME}:
        return None
    return Header(tuple(roles), tuple(titles), first, len(rows))


def _last_row_counts(rows: Sequence[Row]) -> bool:
    """The lowest row belongs to the header if each of its own titles is known or goes on with the one above."""
    own = [
        (at, squeeze(cell.text))
        for at, cell in enumerate(rows[-1].cells)
        if not cell.is_blank and not cell.below
    ]
    strange = 0
    for at, text in own:
        above = squeeze(_title(rows[:-1], at))
        month = _score(above)[0] == Role.PERIOD and parse_period(text, _ANY_YEAR) is not None
        known = month or _score(text)[1] > 0
        finishes = bool(above) and _score(above + text)[1] > _score(above)[1]
        if not known and not finishes:
            strange += 1
            if len(text) > 30:
                return False
    if 2 * strange > len(own):
        return False
    return any(
        _score(text)[1] >= 6 or _score(squeeze(_title(rows[:-1], at)) + text)[1] > 0 for at, text in own
    )


def _title(rows: Sequence[Row], column: int) -> str:
    """The column's title through all header rows; merged titles above count once for each column."""
    parts: list[str] = []
    for row in rows:
        if column >= len(row.cells):
            continue
        cell = row.cells[column]
        text = squeeze(cell.text)
        if cell.beside and not text:
            text = _left_title(row, column)
        if text and not cell.below and text not in parts:
            parts.append(text)
    return "".join(parts)


def _left_title(row: Row, column: int) -> str:
    for at in range(column - 1, -1, -1):
        if not row.cells[at].beside:
            return squeeze(row.cells[at].text)
    return ""


def _score(title: str) -> tuple[Role | None, int]:
    found = [(weight, role) for pattern, role, weight in _TITLES if re.search(pattern, title)]
    if not found:
        return None, 0
    weight, role = max(found, key=lambda pair: pair[0])
    return role, weight


def _assign(titles: list[str]) -> list[Role | None]:
    """Each content role goes to the column that says it best; a second column of one role is kept only where it helps."""
    roles: list[Role | None] = [_score(title)[0] for title in titles]
    for role in (Role.MEASURE, Role.STEP, Role.OUTPUT, Role.OUTCOME):
        columns = [at for at, found in enumerate(roles) if found == role]
        if len(columns) < 2:
            continue
        best = max(columns, key=lambda at: (_score(titles[at])[1], -at))
        for at in columns:
            if at != best and titles[at] != titles[best]:
                roles[at] = _second_choice(role, titles, at, best, roles)
    if Role.MEASURE not in roles and Role.STEP in roles:
        _promote(titles, roles)
    for at, (role, following) in enumerate(pairwise(roles)):
        if role == Role.NUMBER and following == Role.STEP and Role.MEASURE in roles[:at]:
            roles[at] = Role.OTHER  # the number of the step
    return roles


def _second_choice(role: Role, titles: list[str], at: int, best: int, roles: list[Role | None]) -> Role:
    """What a second column of one role is: activities right of the measure, results right of the output."""
    if role == Role.MEASURE and Role.STEP not in roles and at > best:
        return Role.STEP
    if role == Role.OUTPUT and Role.OUTCOME not in roles and at > best and "ผล" in titles[at]:
        return Role.OUTCOME
    return Role.OTHER


def _promote(titles: list[str], roles: list[Role | None]) -> None:
    """Without a measure column, an activity column beside the steps names the measures ("กิจกรรม | ขั้นตอน")."""
    loose = [
        at
        for at, role in enumerate(roles)
        if role == Role.OTHER and re.match(r"กิจกรรม|โครงการ|ชื่อ", titles[at])
    ]
    if loose:
        roles[loose[0]] = Role.MEASURE
