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
from prongsai.foundation.typeset.model import Value
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import long_date
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, KINDS, SUGGESTION
from prongsai.modules.complaints.papers.parts import quarterly, sheets, subjects, topics
from prongsai.modules.complaints.papers.words import (
    AS_FAR_AS_KNOWN,
    COUNTS,
    IN_TIME,
    NOT_KNOWN,
    PUBLISHED,
    TITLES,
    WHOLE_YEAR,
    Row,
    counts,
    counts_of,
    month_name,
    quarter_name,
    table,
)
from prongsai.modules.complaints.selectors.known import Known
from prongsai.modules.complaints.selectors.statistics import SealedQuarter, YearFigures
from prongsai.modules.complaints.selectors.year import YEAR, KindYear, Span, joined

SAMPLE = "ข้อมูลตัวอย่าง"
NONE_RECEIVED = "ไม่มีเรื่องร้องเรียน"


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
        *_corruption(figures),
        *_complaints(figures),
        *_grievances(figures),
        *_channels(figures),
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
        sheets=(*sheets(figures.kinds, title), _sealed_sheet(figures, title)),
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


def _corruption(figures: YearFigures) -> list[Block]:
    """By quarter: the sealed channel, and what the general register took of the same subject."""
    own = joined(figures.complaints.corruption, 3)
    sealed = {quarter.number: quarter for quarter in figures.sealed}
    rows: list[Row] = [
        (quarter_name(number), *(_three(span.figures, sealed.get(number)) if span.is_known else NOT_KNOWN))
        for number, span in enumerate(own, 1)
        if span.is_begun
    ]
    unknown = [row[1] is None for row in rows]
    total = tuple(sum(int(row[at] or 0) for row in rows) for at in (1, 2))
    pending = _pending(own, figures.sealed)
    whole = (PUBLISHED if any(unknown) else WHOLE_YEAR, *(NOT_KNOWN if all(unknown) else (*total, pending)))
    blocks: list[Block] = [Heading("๑. เรื่องร้องเรียนการทุจริตและประพฤติมิชอบ")]
    if not total[0]:
        blocks.append(_nothing(figures.corruption, f"{NONE_RECEIVED}การทุจริตและประพฤติมิชอบ"))
    blocks.append(table("สถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ", "ไตรมาส", COUNTS, [*rows, whole]))
    blocks += [
        Paragraph(to_thai(f"ไตรมาสที่ {quarter.number}: {quarter.note}"), small=True)
        for quarter in figures.sealed
        if quarter.note
    ]
    return blocks


def _nothing(known: Known, words: str) -> Paragraph:
    """That there was none, where that is known; otherwise what is known, or why it is not."""
    return Paragraph(words, bold=True) if known.is_none else Paragraph(known.sentence, indent=True)


def _three(own: Figures, sealed: SealedQuarter | None) -> tuple[int | None, int | None, int | None]:
    """Received, closed and pending of a quarter; the sealed channel's pending ones are those at its end."""
    if sealed is None:
        return own.received, own.closed, own.pending
    if sealed.received is None:
        return None, None, None
    return own.received + sealed.received, own.closed + sealed.closed, own.pending + sealed.pending


def _pending(own: Sequence[Span], sealed: Sequence[SealedQuarter]) -> int:
    """Still open: of the register those of every quarter, of the sealed channel what its last quarter ended with."""
    told = [quarter.pending for quarter in sealed if quarter.received is not None]
    return sum(span.figures.pending for span in own) + (told[-1] if told else 0)


def _complaints(figures: YearFigures) -> list[Block]:
    year = figures.complaints
    blocks: list[Block] = [Heading("๒. เรื่องร้องเรียน")]
    if not year.total.received:
        blocks.append(_nothing(figures.said, NONE_RECEIVED))
    blocks.append(_by_month("สถิติเรื่องร้องเรียนรายเดือน", year))
    if year.total.received:
        rows = [(words, *counts(found)) for words, found in topics(year, year.parts[YEAR])]
        blocks.append(table("สถิติเรื่องร้องเรียนแยกตามด้าน", "ด้าน", (*COUNTS, IN_TIME), rows))
        blocks += quarterly(year, "จำนวนเรื่องร้องเรียน")
    return blocks


def _grievances(figures: YearFigures) -> list[Block]:
    year = figures.kinds[GRIEVANCE]
    blocks: list[Block] = [Heading("๓. เรื่องร้องทุกข์ แจ้งเหตุ")]
    if not year.total.received:
        return [*blocks, _nothing(figures.known(GRIEVANCE), "ไม่มีเรื่องร้องทุกข์ แจ้งเหตุ")]
    blocks.append(_by_month("สถิติเรื่องร้องทุกข์ แจ้งเหตุรายเดือน", year))
    rows = [(words, *counts(found)) for words, found in subjects(year, year.parts[YEAR])]
    blocks.append(table("สถิติเรื่องร้องทุกข์ แจ้งเหตุแยกตามเรื่อง", "เรื่อง", (*COUNTS, IN_TIME), rows))
    return [*blocks, *quarterly(year, "จำนวนเรื่องร้องทุกข์ แจ้งเหตุ")]


def _channels(figures: YearFigures) -> list[Block]:
    """Every way in by which something came, and how much of each kind."""
    used = [kind for kind in ChannelKind.values if any(kind in y.channels for y in figures.kinds.values())]
    blocks: list[Block] = [Heading("๔. ช่องทางที่รับเรื่อง")]
    if not used:
        none = all(map(figures.is_none, KINDS))
        words = "ไม่มีเรื่องเข้ามาในช่วงนี้" if none else "ไม่มีเรื่องในทะเบียนของช่วงนี้"
        return [*blocks, Paragraph(words, bold=none)]
    shown = (COMPLAINT, GRIEVANCE, SUGGESTION, INFORMATION)
    rows = [
        (
            str(ChannelKind(kind).label),
            *(figures.kinds[of].channels.get(kind, Figures()).received for of in shown),
        )
        for kind in used
    ]
    heads = tuple(TITLES[of] for of in shown)
    return [*blocks, table("จำนวนเรื่องแยกตามช่องทาง", "ช่องทาง", heads, rows)]


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


# -- the same as rows -------------------------------------------------------------------------------------------------


def _sealed_sheet(figures: YearFigures, title: str) -> Sheet:
    own = joined(figures.complaints.corruption, 3)
    sealed = {quarter.number: quarter for quarter in figures.sealed}
    rows: list[tuple[Value, ...]] = []
    for number, span in enumerate(own, 1):
        if not span.is_begun:
            continue
        quarter = sealed.get(number)
        rows.append(
            (
                number,
                *(counts(span.figures)[:3] if span.is_known else NOT_KNOWN),
                quarter.received if quarter else None,
                quarter.closed if quarter and quarter.received is not None else None,
                quarter.pending if quarter and quarter.received is not None else None,
                quarter.note if quarter else "",
            )
        )
    fields = (
        Field("ไตรมาสที่", 9),
        *(Field(f"ทะเบียนทั่วไป {name}", 18) for name in COUNTS),
        *(Field(f"ช่องทางแจ้งเบาะแส {name}", 20) for name in COUNTS),
        Field("หมายเหตุ", 40, wrap=True),
    )
    return Sheet("การทุจริต", title, fields, tuple(rows))
