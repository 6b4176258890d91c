"""ประกาศมาตรการ: what is planned, in the form of an official announcement, before any result.

Form: ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ พ.ศ. 2526 ข้อ 20 (ประกาศ): who announces, subject, reason, content,
ประกาศ ณ วันที่, name, position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from prongsai.foundation.typeset import (
    Block,
    Cell,
    Document,
    Field,
    Heading,
    Lines,
    Paragraph,
    Picture,
    Sheet,
    Signature,
    Signatures,
    Statement,
    Table,
)
from prongsai.kernel.contracts import Period
from prongsai.kernel.thai.dates import BUDDHIST_ERA, MONTHS
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.measures.content import Signatory
from prongsai.modules.measures.papers import wording
from prongsai.modules.measures.papers.layout import Source, layouts

_REASON = (
    "ด้วย{organization} กำหนดมาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน ประจำปีงบประมาณ พ.ศ. {year} "
    "เพื่อให้ผู้บริหาร พนักงาน และเจ้าหน้าที่ถือปฏิบัติ และให้ประชาชนติดตามตรวจสอบได้"
)
_ORDER = (
    "จึงประกาศมาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน จำนวน {count} มาตรการ "
    "ตามบัญชีแนบท้ายประกาศนี้ และให้ส่วนราชการที่รับผิดชอบดำเนินการภายในระยะเวลาที่กำหนด"
)
_BLANK = "." * 12


@dataclass(frozen=True)
class PlannedMeasure:
    number: int
    title: str
    period: Period
    units: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Announcement:
    """The plan of a fiscal year. `issued_on` None leaves room for the date to be written by pen (a draft).

    `notice` says on every page of a draft what it is.
    """

    organization: str
    short_name: str
    fiscal_year: int  # พ.ศ.
    measures: tuple[PlannedMeasure, ...]
    issued_on: date | None
    as_of: datetime  # dates the files
    signatories: tuple[Signatory, ...] = ()
    is_sample: bool = False
    verify_url: str = ""
    notice: str = "ฉบับร่าง ยังไม่ประกาศ"


def announcement_document(plan: Announcement, *, emblem: Picture | None = None) -> Document:
    """The announcement with its annexed table, as a portrait paper."""
    layout = layouts()["announcement"]
    title = _filled(layout.title, plan)
    blocks: list[Block] = [emblem] if emblem else []
    blocks += [
        Heading(" ".join(title[:1]), level=0, shown="centre"),
        *(Paragraph(line, align="centre", bold=True) for line in title[1:]),
        Paragraph("-" * 30, align="centre"),
        *(Paragraph(line, indent=True) for line in _filled((_REASON, _ORDER), plan)),
        Paragraph(_issued(plan.issued_on), indent=True),
        *_signatures(plan.signatories),
        Heading("บัญชีมาตรการแนบท้ายประกาศ", new_page=True, shown="centre"),
        _table(plan),
    ]
    drafted = () if plan.issued_on else (plan.notice,)
    return Document(
        title=" ".join(title),
        blocks=tuple(blocks),
        moment=plan.as_of,
        author=plan.organization,
        running_head=(_filled((layout.head,), plan)[0], f"พ.ศ. {to_thai(plan.fiscal_year)}"),
        notices=((wording.SAMPLE,) if plan.is_sample else ()) + drafted,
        sheets=(_sheet(plan, " ".join(title)),),
        keep=(plan.organization, plan.short_name),
        keywords=("ITA", "มาตรการส่งเสริมคุณธรรมและความโปร่งใส", str(plan.fiscal_year)),
    )


def _filled(lines: Sequence[str], plan: Announcement) -> tuple[str, ...]:
    known = {
        "{organization}": plan.organization,
        "{year}": to_thai(plan.fiscal_year),
        "{count}": to_thai(len(plan.measures)),
    }
    filled: list[str] = []
    for line in lines:
        for name, value in known.items():
            line = line.replace(name, value)
        filled.append(line)
    return tuple(filled)


def _issued(day: date | None) -> str:
    if day is None:
        return f"ประกาศ ณ วันที่ {_BLANK} เดือน {_BLANK} พ.ศ. {_BLANK}"
    year = day.year + BUDDHIST_ERA
    return to_thai(f"ประกาศ ณ วันที่ {day.day} เดือน {MONTHS[day.month - 1]} พ.ศ. {year}")


def _signatures(signatories: Sequence[Signatory]) -> tuple[Block, ...]:
    signed = tuple(Signature(s.name, wording.signatory_lines(s)) for s in signatories)
    return (Signatures(signed, align="end"),) if signed else ()


def _table(plan: Announcement) -> Table:
    columns = layouts()["announcement"].columns
    rows = tuple(
        tuple(_cell(measure, column.show) for column in columns)
        for measure in sorted(plan.measures, key=lambda measure: measure.number)
    )
    return Table("บัญชีมาตรการแนบท้ายประกาศ", tuple(column.column for column in columns), rows)


def _cell(measure: PlannedMeasure, show: Sequence[Source]) -> Cell:
    content: list[Statement | Lines] = []
    for source in show:
        if source == "title":
            content.append(Lines((f"{to_thai(measure.number)}. {measure.title}",), bold=True))
        elif source == "steps":
            content += [Statement(text, number=f"{to_thai(n)}.") for n, text in enumerate(measure.steps, 1)]
        elif source == "period":
            content.append(Lines(wording.period_lines(measure.period)))
        elif source == "units":
            content.append(Lines(measure.units))
        else:
            raise ValueError(f"an announcement has no {source}")
    centred = tuple(show) in {("period",), ("units",)}
    return Cell(tuple(content), align="centre" if centred else "start")


def _sheet(plan: Announcement, title: str) -> Sheet:
    fields = (
        Field("มาตรการที่", 9),
        Field("มาตรการ", 34, wrap=True),
        Field("ข้อ", 6),
        Field("ขั้นตอนหรือวิธีการปฏิบัติ", 60, wrap=True),
        Field("เริ่ม", 12),
        Field("สิ้นสุด", 12),
        Field("หน่วยงานผู้รับผิดชอบ", 28, wrap=True),
    )
    rows = tuple(
        (m.number, m.title, number, step, m.period.start, m.period.end, " ".join(m.units))
        for m in plan.measures
        for number, step in enumerate(m.steps, 1)
    )
    return Sheet("มาตรการ", title, fields, rows)
