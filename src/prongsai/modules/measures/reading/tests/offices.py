"""Fictional reports (ข้อมูลตัวอย่าง) and the shapes in which other offices type them, written by code."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from prongsai.kernel.thai.digits import to_thai

HEADER = (
    "มาตรการ/กิจกรรม", "ขั้นตอนหรือวิธีการปฏิบัติ", "ระยะเวลาดำเนินการ", "หน่วยงานผู้รับผิดชอบ",
    "ผลการดำเนินการ (Output)", "ผลลัพธ์หรือผลสัมฤทธิ์ในการดำเนินการ",
)  # fmt: skip
TITLE = (
    "รายงานผลการดำเนินการตามมาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน",
    "ประจำปีงบประมาณ พ.ศ. ๒๕๖๘",
    "เทศบาลตำบลสวนสนตัวอย่าง",
    "อำเภอสมมุติ จังหวัดขอนแก่น",
)


@dataclass(frozen=True)
class Sample:
    number: int
    title: str
    steps: tuple[str, ...]
    outputs: tuple[str, ...]
    outcomes: tuple[str, ...]
    units: tuple[str, ...]
    period: str = "1 ต.ค. 67 ถึง 30 ก.ย. 68"


SAMPLES = (
    Sample(
        1,
        "มาตรการป้องกันการรับสินบน",
        (
            "ประชุมพนักงานเทศบาลเพื่อชี้แจงแนวทางตาม พ.ร.บ. ป.ป.ช. พ.ศ. ๒๕๖๑ ม.128 ให้ทุกกองทราบ",
            "ประกาศนโยบายไม่รับของขวัญ (No Gift Policy) และเผยแพร่ทาง www.suanson.example.go.th",
            "รายงานผลต่อนายกเทศมนตรีภายในวันที่ 15 ต.ค. 2568 รวม 2.5 ชั่วโมง",
        ),
        ("พนักงานเทศบาลรับทราบนโยบายครบ 100%",),
        ("ไม่มีเรื่องร้องเรียนการรับสินบน", "ประชาชนเชื่อมั่นในการทำงานของเทศบาล"),
        ("สำนักปลัดเทศบาล", "กองคลัง"),
    ),
    Sample(
        2,
        "มาตรการเผยแพร่ข้อมูลข่าวสารต่อสาธารณะ",
        ("ปรับปรุงข้อมูลในเว็บไซต์ให้เป็นปัจจุบัน", "ประชาสัมพันธ์ผ่านหอกระจายข่าว ๑๒ หมู่บ้าน"),
        ("เว็บไซต์มีข้อมูลครบถ้วน", "ประชาชนเข้าถึงข้อมูลได้สะดวก"),
        ("ประชาชนพึงพอใจต่อข้อมูลข่าวสาร",),
        ("กองยุทธศาสตร์และงบประมาณ",),
    ),
    Sample(
        3,
        "มาตรการควบคุมการใช้ทรัพย์สินของราชการ",
        (
            "จัดทำทะเบียนคุมครุภัณฑ์",
            "กำหนดแบบฟอร์มการยืมพัสดุ",
            "ตรวจสอบพัสดุประจำปี",
            "รายงานผลต่อผู้บริหาร",
        ),
        ("มีทะเบียนคุมเป็นปัจจุบัน",),
        ("ทรัพย์สินของราชการไม่สูญหาย", "ไม่มีข้อทักท้วงจากหน่วยตรวจสอบ"),
        ("กองคลัง", "กองช่าง", "กองสาธารณสุขและสิ่งแวดล้อม"),
    ),
)

Numbered = Callable[[int], str]


def arabic(number: int) -> str:
    return f"{number}. "


def thai(number: int) -> str:
    return f"{to_thai(number)}. "


def glued(number: int) -> str:
    return f"{to_thai(number)}."


def bracket(number: int) -> str:
    return f"{number}) "


def round_bracket(number: int) -> str:
    return f"({number}) "


def word(number: int) -> str:
    return f"ข้อ {number} "


def dash(_: int) -> str:
    return "- "


def bullet(_: int) -> str:
    return "• "


def items(texts: Sequence[str], mark: Numbered) -> list[str]:
    """Numbered when there are several, as offices do; bullets always."""
    if len(texts) == 1 and mark not in (dash, bullet):
        return list(texts)
    return [mark(n) + text for n, text in enumerate(texts, 1)]


def cells(
    sample: Sample, mark: Numbered = arabic, units: str = "\n", title: Numbered = arabic
) -> list[list[str]]:
    """The six cells of a measure, each a list of paragraphs."""
    return [
        [title(sample.number) + sample.title],
        items(sample.steps, mark),
        [sample.period],
        units.join(sample.units).split("\n"),
        items(sample.outputs, mark),
        items(sample.outcomes, mark),
    ]


# --- HTML -------------------------------------------------------------------------------------------------


def html_page(body: str, *, title: Sequence[str] = TITLE, charset: str = "utf-8") -> str:
    head = "".join(f"<p align=center>{html.escape(line)}</p>" for line in title)
    return f"<html><head><meta charset={charset}><title>x</title></head><body>{head}{body}</body></html>"


def html_table(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    """Cells are HTML already."""
    top = "".join(f"<th>{html.escape(name)}</th>" for name in header)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table border=1><tr>{top}</tr>{body}</table>"


def html_cell(paragraphs: Sequence[str]) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)


def html_row(row: Sequence[Sequence[str]]) -> list[str]:
    return [html_cell(cell) for cell in row]


# --- text -------------------------------------------------------------------------------------------------


def tsv(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, title: Sequence[str] = TITLE) -> str:
    return "\n".join([*title, "", "\t".join(header), *("\t".join(row) for row in rows)])


def csv_text(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerows([[line] + [""] * (len(header) - 1) for line in TITLE])
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()


# --- Word -------------------------------------------------------------------------------------------------


def document(title: Sequence[str] = TITLE) -> Any:
    paper = docx.Document()
    for line in title:
        paper.add_paragraph(line)
    return paper


def fill(cell: Any, paragraphs: Sequence[str], style: str | None = None) -> None:
    cell.paragraphs[0].text = paragraphs[0] if paragraphs else ""
    if style and paragraphs:
        cell.paragraphs[0].style = style
    for text in paragraphs[1:]:
        cell.add_paragraph(text, style=style)


def docx_table(paper: Any, rows: Sequence[Sequence[Sequence[str]]], header: Sequence[str] = HEADER) -> Any:
    table = paper.add_table(rows=1, cols=len(header))
    for cell, name in zip(table.rows[0].cells, header, strict=True):
        cell.text = name
    for row in rows:
        for cell, paragraphs in zip(table.add_row().cells, row, strict=True):
            fill(cell, paragraphs)
    return table


def numbered_list(paper: Any, number_format: str = "decimal", text: str = "%1.") -> int:
    """A new list in the document's numbering part; returns its numId."""
    root = paper.part.numbering_part.element
    identity = 900 + len(root)
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), str(identity))
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    for name, value in (("start", "1"), ("numFmt", number_format), ("lvlText", text)):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), value)
        level.append(element)
    abstract.append(level)
    root.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), str(identity))
    reference = OxmlElement("w:abstractNumId")
    reference.set(qn("w:val"), str(identity))
    number.append(reference)
    root.append(number)
    return identity


def in_list(paragraph: Any, identity: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = identity


# --- Excel ------------------------------------------------------------------------------------------------


def workbook(
    rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER, title: Sequence[str] = TITLE
) -> Any:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in title:
        sheet.append([line])
        sheet.merge_cells(
            start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=len(header)
        )
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    return book


def joined(row: Sequence[Sequence[str]]) -> list[str]:
    return ["\n".join(cell) for cell in row]


# --- saving -----------------------------------------------------------------------------------------------


def save(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    if isinstance(content, str):
        path.write_text(content, "utf-8")
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content.save(path)
    return path
