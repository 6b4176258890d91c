"""Titles of measures: what names one, its number, and what only stands near tables."""

from __future__ import annotations

import re

from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.measures.reading.clean import tidy
from prongsai.modules.measures.reading.split import bare_number, read_mark

_HEADING = re.compile(r"^\s*(?:\(?[\d๐-๙]{1,2}(?:\.[\d๐-๙]{1,2})?[.)]*\s*)?มาตรการ(?:ที่|ข้อที่|\s|[ก-๎])")
_PAPER_TITLE = re.compile(
    r"รายงาน|ประกาศ|ประจำปี|ปีงบประมาณ|ตามมาตรการ|มาตรการส่งเสริมคุณธรรมและความโปร่งใส\s*ภายใน"
)
_CLOSING = re.compile(
    r"\(\s*(?:นาย|นาง|ว่าที่|จ่า|สิบ|พัน)|\(?\s*(?:ลงชื่อ|ลงนาม|ผู้รายงาน|ผู้จัดทำ|ผู้รับรอง|ผู้ตรวจ|หมายเหตุ|\.{4,}|…{2,})"
)


def is_closing(text: str) -> bool:
    """Whether `text` is a signature or a note below the last measure."""
    return _CLOSING.match(text) is not None


def is_heading(text: str) -> bool:
    """Whether a line above a table names a measure, and not the whole paper."""
    if len(text) > 300 or not _HEADING.match(text):
        return False
    return read_mark(text) is not None or bare_number(text) is not None or not _PAPER_TITLE.search(text)


def read_title(text: str) -> tuple[int | None, str]:
    """A measure's number, if written, and its title with the word มาตรการ."""
    text = tidy(text)
    if labelled := re.match(r"(?:ชื่อ)?(มาตรการ)\s*[:：]\s*(?=\S)", text):  # "มาตรการ : การเปิดเผยข้อมูล"
        rest = text[labelled.end() :]
        return read_title(rest if read_mark(rest) or rest.startswith("มาตรการ") else labelled.group(1) + rest)
    number: int | None = None
    match = re.match(r"(มาตรการ)\s*(?:ที่|ข้อที่)?\s*\(?(\d{1,2})(?!\d)\s*[.):\-–]*\s*", to_arabic(text))
    if match:
        rest = text[match.end() :]
        number = int(match.group(2))
        return number, rest if rest.startswith("มาตรการ") or not rest else match.group(1) + rest
    mark = read_mark(text)
    if mark and mark.value:
        number, text = mark.value, text[mark.end :]
    elif mark:
        text = text[mark.end :]
    elif bare := bare_number(text):
        number, text = bare[0], text[len(text) - len(bare[1]) :]
    if again := re.match(r"มาตรการ\s*(?:ที่|ข้อที่)\s*[\d๐-๙]{1,2}\s*[.):\-–]*\s*", text):
        inner, title = read_title(text[again.start() :])
        return (inner if number is None else number), title
    return number, text
