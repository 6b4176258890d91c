"""รายงานสถิติเรื่องร้องเรียน as the OIT asks for it: จำนวนเรื่องทั้งหมด, แล้วเสร็จ, อยู่ระหว่างดำเนินการ; nothing is said to be nothing.

Elements of the OIT item on complaint statistics: (1) จำนวนเรื่องทั้งหมด (2) แล้วเสร็จ (3) อยู่ระหว่างดำเนินการ, by month, quarter or
half-year; "กรณีไม่มีเรื่องร้องเรียนให้เผยแพร่ว่าไม่มีเรื่องร้องเรียน".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from prongsai.foundation.accounts.selectors import Signatory
from prongsai.foundation.casework.statistics import Figures
from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.typeset import (
    Block,
    Document,
    Field,
    Heading,
    Paragraph,
    RegisterLine,
    Sheet,
    Signature,
    Signatures,
    Table,
)
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import long_date
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, KINDS, SUGGESTION
from prongsai.modules.complaints.papers.corruption import corruption, corruption_sheet, nothing
from prongsai.modules.complaints.papers.parts import few_words, quarterly, sheets, subjects, topics
from prongsai.modules.complaints.papers.words import (
    AS_FAR_AS_KNOWN,
    COUNTS,
    IN_TIME,
    NONE_RECEIVED,
    TITLES,
    WHOLE_YEAR,
    Row,
    counts,
    counts_of,
    month_name,
    quarter_name,
    table,
)
from prongsai.modules.complaints.selectors.statistics import YearFigures
from prongsai.modules.complaints.selectors.year import YEAR, KindYear

SAMPLE = "ข้อมูลตัวอย่าง"


@dataclass(frozen=True)
class Statistics:
    """What the paper is made of. `known` says the year's complaints in one sentence, `open` on how many days one could complain."""

    office: Organization
    figures: YearFigures
    known: str
    open: str = ""
    signatories: tuple[Signatory, ...] = ()
    register: RegisterLine = field(default_factory=RegisterLine)


def statistics_document(given: Statistics) -> Document:
    """The paper of a fiscal year, for pen and file; its sheets hold the same figures as rows."""
    office, figures = given.office, given.figures
    year = to_thai(figures.fiscal_year)
    title = f"รายงานสถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ และเรื่องร้องเรียนร้องทุกข์ ประจำปีงบประมาณ พ.ศ. {year}"
    blocks: list[Block] = [
        Heading("รายงานสถิติเรื่องร้องเรียน", level=0, shown="centre"),
        Paragraph("เรื่องร้องเรียนการทุจริตและประพฤติมิชอบ และเรื่องร้องเรียนร้องทุกข์", align="centre", bold=True),
        Paragraph(f"{office.name} ประจำปีงบประมาณ พ.ศ. {year}", align="centre", bold=True),
        Paragraph(f"ข้อมูล ณ วันที่ {long_date(figures.as_of, thai_digits=True)}", align="centre"),
        Paragraph(given.known, indent=True),
        *corruption(figures),
        *_complaints(figures),
        *_grievances(figures),
        *_channels(figures),
        *_carried(figures),
        *([Paragraph(given.open, small=True)] if given.open else []),
        Paragraph(_how(figures), small=True),
        *_signatures(given.signatories),
    ]
    return Document(
        title=title,
        blocks=tuple(blocks),
        moment=clock.now(),
        author=office.name,
        running_head=(f"สถิติเรื่องร้องเรียน {office.short_name}", f"ปีงบประมาณ พ.ศ. {year}"),
        register=given.register,
        notices=(SAMPLE,) if office.is_sample else (),
        sheets=(
            *sheets(figures.kinds, title),
            _carried_sheet(figures, title),
            corruption_sheet(figures, title),
        ),
        keep=(office.name, office.short_name),
        keywords=("OIT", "สถิติเรื่องร้องเรียน", str(figures.fiscal_year)),
    )


def _how(figures: YearFigures) -> str:
    return to_thai(
        "นับเรื่องตามวันที่รับ ดำเนินการแล้วเสร็จรวมเรื่องที่ยุติโดยไม่รับไว้พิจารณาและเรื่องที่ส่งต่อหน่วยงานอื่น "
        "เรื่องที่รวมกับเรื่องอื่นนับเป็นเรื่องเดียว "
        "ยุติภายในกำหนดและระยะเวลาที่ใช้ไม่นับเรื่องที่ไม่รับไว้พิจารณาและเรื่องที่ผู้แจ้งขอยุติ "
        f"ข้อมูลถึงวันที่ {long_date(figures.until)}"
    )


# -- the parts ----------------------------------------------------------------------------------------------------


def _complaints(figures: YearFigures) -> list[Block]:
    year = figures.complaints
    blocks: list[Block] = [Heading("๒. เรื่องร้องเรียน")]
    if not year.total.received:
        blocks.append(nothing(figures.said, NONE_RECEIVED))
    blocks.append(_by_month("สถิติเรื่องร้องเรียนรายเดือน", year))
    if year.total.received:
        found = topics(year, year.parts[YEAR])
        if year.subjects_only:
            few = Paragraph(to_thai(few_words(year)), small=True)
            received: list[Row] = [(words, each.received) for words, each in found]
            return [*blocks, table("จำนวนเรื่องร้องเรียนแยกตามด้าน", "ด้าน", COUNTS[:1], received), few]
        rows = [(words, *counts(each)) for words, each in found]
        blocks.append(table("สถิติเรื่องร้องเรียนแยกตามด้าน", "ด้าน", (*COUNTS, IN_TIME), rows))
        blocks += quarterly(year, "จำนวนเรื่องร้องเรียน")
    return blocks


def _grievances(figures: YearFigures) -> list[Block]:
    year = figures.kinds[GRIEVANCE]
    blocks: list[Block] = [Heading("๓. เรื่องร้องทุกข์ แจ้งเหตุ")]
    if not year.total.received:
        return [*blocks, nothing(figures.known(GRIEVANCE), "ไม่มีเรื่องร้องทุกข์ แจ้งเหตุ")]
    blocks.append(_by_month("สถิติเรื่องร้องทุกข์ แจ้งเหตุรายเดือน", year))
    rows = [(words, *counts(found)) for words, found in subjects(year, year.parts[YEAR])]
    blocks.append(table("สถิติเรื่องร้องทุกข์ แจ้งเหตุแยกตามเรื่อง", "เรื่อง", (*COUNTS, IN_TIME), rows))
    return [*blocks, *quarterly(year, "จำนวนเรื่องร้องทุกข์ แจ้งเหตุ")]


def _channels(figures: YearFigures) -> list[Block]:
    """Every way in by which something came, and how much of each kind."""
    told = {of: {} if year.subjects_only else year.channels for of, year in figures.kinds.items()}
    used = [kind for kind in ChannelKind.values if any(kind in by for by in told.values())]
    blocks: list[Block] = [Heading("๔. ช่องทางที่รับเรื่อง")]
    if not used:
        if figures.complaints.subjects_only:
            return [*blocks, Paragraph("ช่องทางของเรื่องร้องเรียนไม่แสดง เพราะมีน้อย")]
        none = all(map(figures.is_none, KINDS))
        words = "ไม่มีเรื่องเข้ามาในช่วงนี้" if none else "ไม่มีเรื่องในทะเบียนของช่วงนี้"
        return [*blocks, Paragraph(words, bold=none)]
    shown = (COMPLAINT, GRIEVANCE, SUGGESTION, INFORMATION)
    rows = [
        (
            str(ChannelKind(kind).label),
            *(
                None if figures.kinds[of].subjects_only else told[of].get(kind, Figures()).received
                for of in shown
            ),
        )
        for kind in used
    ]
    heads = tuple(TITLES[of] for of in shown)
    return [*blocks, table("จำนวนเรื่องแยกตามช่องทาง", "ช่องทาง", heads, rows)]


CARRIED = ("ยกมาจากปีก่อน", "รับใหม่ในปี", "แล้วเสร็จในปี", "คงค้างยกไป")
HOW_CARRIED = (
    "นับทุกเรื่องที่ยังไม่แล้วเสร็จเมื่อเริ่มปีหรือรับใหม่ในปี ไม่ว่ารับไว้ปีใด แล้วเสร็จในปีจึงรวมเรื่องที่ยกมา "
    "เรื่องที่นำกลับมาดำเนินการใหม่นับเป็นเรื่องที่ยังไม่แล้วเสร็จ"
)


def _carried(figures: YearFigures) -> list[Block]:
    """The books of the year closed, of each kind: what no month of it tells, since that goes by when a case came in."""
    rows: list[Row] = [(TITLES[kind], *year.carried.row) for kind, year in figures.kinds.items()]
    return [
        Heading("๕. เรื่องยกมาและเรื่องคงค้าง"),
        table("เรื่องยกมาและเรื่องคงค้าง", "ประเภทเรื่อง", CARRIED, rows, unknown="ไม่มีข้อมูล"),
        Paragraph(to_thai(f"{HOW_CARRIED} คงค้าง ณ วันที่ {long_date(figures.until)}"), small=True),
    ]


def _carried_sheet(figures: YearFigures, title: str) -> Sheet:
    fields = (Field("ประเภทเรื่อง", 26), *(Field(head, 16) for head in CARRIED))
    rows = tuple((TITLES[kind], *year.carried.row) for kind, year in figures.kinds.items())
    return Sheet(
        "ยกมาและคงค้าง", f"{title} (คงค้าง ณ วันที่ {long_date(figures.until)} {HOW_CARRIED})", fields, rows
    )


def _by_month(caption: str, year: KindYear) -> Table:
    """Twelve months, each third followed by its quarter; a month to come, or before the register, has no figures."""
    rows: list[Row] = []
    for number, quarter in enumerate(year.quarters, 1):
        rows += [(month_name(span), *counts_of(span)) for span in year.months[number * 3 - 3 : number * 3]]
        if quarter.is_begun:
            rows.append((quarter_name(number), *counts_of(quarter)))
    total = counts(year.total) if year.is_known else (None,) * 4
    rows.append((WHOLE_YEAR if year.is_whole else AS_FAR_AS_KNOWN, *total))
    return table(caption, "เดือน", (*COUNTS, IN_TIME), rows)


def _signatures(signatories: Sequence[Signatory]) -> list[Block]:
    signed = tuple(Signature(each.name, each.position) for each in signatories)
    return [Signatures(signed, align="end")] if signed else []
