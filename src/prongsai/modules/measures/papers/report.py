"""The annual report as a Document: cover, one table per measure, annexes, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prongsai.foundation.typeset import (
    Block,
    Cell,
    Column,
    Cover,
    Document,
    Heading,
    Lines,
    Paragraph,
    Picture,
    RegisterLine,
    Signature,
    Signatures,
    Stamp,
    Statement,
    StripRow,
    Table,
    Tally,
)
from prongsai.foundation.typeset.marks import MARKS
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import StatementKind, Verdict
from prongsai.kernel.thai.dates import short_date
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.measures.content import MeasureResult, ReportContent, StatementResult
from prongsai.modules.measures.papers import wording
from prongsai.modules.measures.papers.layout import Layout, Source, layouts
from prongsai.modules.measures.papers.sheets import cited, report_sheets

_STRIP_MEASURES, _STRIP_STATEMENTS = 9, 18  # rows and marks in a row; more would be too small on a cover
_OF_SOURCE = {
    "steps": StatementKind.STEP,
    "outputs": StatementKind.OUTPUT,
    "outcomes": StatementKind.OUTCOME,
}


@dataclass(frozen=True)
class Chosen:
    """The one indicator of an ITA paper. Without `measures` (numbers), those of the indicator's topics are shown."""

    indicator: int
    measures: tuple[int, ...] = ()
    why: str = ""  # e.g. คะแนนต่ำสุด ๘๑.๒๕


def report_document(
    content: ReportContent,
    *,
    layout: str = "six-columns",
    chosen: Chosen | None = None,
    emblem: Picture | None = None,
) -> Document:
    """The report in one of `layouts()`.

    A layout with one indicator needs `chosen`. Raises KeyError for an unknown layout or indicator, and ValueError
    when `chosen` is missing.
    """
    plan = layouts()[layout]
    if plan.one_indicator and chosen is None:
        raise ValueError(f"layout {layout} needs the chosen indicator")
    measures = _chosen_measures(content, plan, chosen)
    tables = tuple(_measure_table(measure, plan, chosen, place) for place, measure in enumerate(measures))
    return Document(
        title=" ".join(_filled(plan.title, content)),
        blocks=(_cover(content, plan, measures, emblem), *tables, *_annexes(measures), *_signatures(content)),
        moment=content.as_of,
        author=content.organization,
        running_head=(_filled((plan.head,), content)[0], wording.year_line(content)),
        register=_register_line(content),
        notices=wording.notices(content),
        landscape=True,
        sheets=report_sheets(content, measures),
        keep=(content.organization, content.short_name),
        links={c.entry: c.url for c in cited(measures) if c.url},
        keywords=("ITA", "มาตรการส่งเสริมคุณธรรมและความโปร่งใส", str(content.fiscal_year)),
    )


def _filled(lines: Sequence[str], content: ReportContent) -> tuple[str, ...]:
    known = {"{organization}": content.organization, "{year}": to_thai(content.fiscal_year)}
    filled: list[str] = []
    for line in lines:
        for name, value in known.items():
            line = line.replace(name, value)
        filled.append(line)
    return tuple(filled)


def _chosen_measures(
    content: ReportContent, plan: Layout, chosen: Chosen | None
) -> tuple[MeasureResult, ...]:
    if chosen is None or not plan.one_indicator:
        return content.measures
    topics = plan.indicator(chosen.indicator).topics
    wanted = chosen.measures
    return tuple(m for m in content.measures if (m.number in wanted if wanted else m.topic in topics))


def _cover(
    content: ReportContent, plan: Layout, measures: Sequence[MeasureResult], emblem: Picture | None
) -> Cover:
    corrected = (wording.correction(content),) if content.version > 1 else ()
    return Cover(
        title=_filled(plan.title, content),
        where=(content.organization, f"อำเภอ{content.district} จังหวัด{content.province}", *corrected),
        notice=wording.notices(content),
        emblem=emblem,
        emblem_place=("ตราของ", "หน่วยงาน"),
        tally=_tally(measures),
        stamp=_stamp(content),
    )


def _tally(measures: Sequence[MeasureResult]) -> Tally:
    statements = [statement for measure in measures for statement in measure.statements]
    counts = {verdict: sum(s.verdict is verdict for s in statements) for verdict in Verdict}
    rows = [_strip_row(measure) for measure in measures]
    widest = (
        [max(len(row.groups[place]) for row in rows) for place in range(len(StatementKind))] if rows else []
    )
    fits = len(rows) <= _STRIP_MEASURES and sum(widest) <= _STRIP_STATEMENTS
    return Tally(
        title=("ผลการพิสูจน์", f"{to_thai(len(statements))} ข้อความ"),
        counts=tuple((verdict, to_thai(count)) for verdict, count in counts.items()),
        strip=tuple(rows) if fits else (),
    )


def _strip_row(measure: MeasureResult) -> StripRow:
    counts = [(v, sum(s.verdict is v for s in measure.statements)) for v in Verdict]
    says = " ".join(f"{MARKS[verdict].word} {to_thai(count)} ข้อ" for verdict, count in counts if count)
    groups = tuple(tuple(s.verdict for s in measure.of(kind)) for kind in StatementKind)
    return StripRow(
        to_thai(measure.number), f"มาตรการที่ {to_thai(measure.number)} {says or 'ไม่มีข้อความ'}", groups
    )


def _stamp(content: ReportContent) -> Stamp | None:
    head = content.tree_head
    if head is None:
        return None
    signed = short_date(head.time.astimezone(BANGKOK).date(), thai_digits=True)
    return Stamp(
        title=f"ทะเบียนหลักฐาน {content.short_name}",
        number=f"ถึงเลขที่ {head.size}",
        lines=(f"ลงนาม {signed}",),
        fingerprint=head.root,
        url=content.verify_url,
        url_says="สแกนเพื่อตรวจสอบ",
    )


def _register_line(content: ReportContent) -> RegisterLine:
    head = content.tree_head
    if head is None:
        return RegisterLine((f"ทะเบียนหลักฐาน {content.short_name} ยังไม่ปิด",))
    return RegisterLine(
        (f"ทะเบียนหลักฐาน {content.short_name} ถึงเลขที่ {head.size}",),
        fingerprint=head.root,
        url=content.verify_url.removeprefix("https://").removeprefix("http://"),
    )


def _measure_table(measure: MeasureResult, plan: Layout, chosen: Chosen | None, place: int) -> Table:
    cells: list[Cell] = []
    for column in plan.columns:
        cells.append(_cell(measure, column.show, plan, chosen))
    return Table(
        caption=f"มาตรการที่ {to_thai(measure.number)} {measure.title}",
        columns=tuple(column.column for column in plan.columns),
        rows=(tuple(cells),),
        legend=True,
        new_page=place > 0,
    )


def _cell(measure: MeasureResult, show: Sequence[Source], plan: Layout, chosen: Chosen | None) -> Cell:
    content: list[Statement | Lines] = []
    several = sum(source in _OF_SOURCE for source in show) > 1
    for source in show:
        if source in _OF_SOURCE:
            if several:  # their numbers start anew
                content.append(Lines((wording.KINDS[_OF_SOURCE[source]],), bold=True))
            content += [statement_cell(statement) for statement in measure.of(_OF_SOURCE[source])]
        elif source == "title":
            content.append(Lines((f"{to_thai(measure.number)}. {measure.title}",), bold=True))
        elif source == "indicator" and chosen:
            indicator = plan.indicator(chosen.indicator)
            lines = (f"ตัวชี้วัดที่ {to_thai(indicator.number)}", indicator.title, chosen.why)
            content.append(Lines(tuple(filter(None, lines)), bold=True))
        elif source == "period":
            content.append(Lines(wording.period_lines(measure.period)))
        elif source == "units":
            content.append(Lines(measure.units))
    centred = tuple(show) in {("period",), ("units",)}
    heading = 1 if tuple(show) == ("title",) else 0
    return Cell(tuple(content), align="centre" if centred else "start", heading=heading)


def statement_cell(statement: StatementResult) -> Statement:
    """The statement as it prints: the true sentence in bold where the records contradict the plan's."""
    small: tuple[str, ...] = ()
    if statement.verdict is Verdict.CONTRADICTED:
        small = (f"(มาตรการเดิมระบุว่า {statement.text})",)
    elif statement.verdict is Verdict.ATTESTED:
        small = (f"({statement.note or MARKS[Verdict.ATTESTED].word})",)
    elif statement.verdict is Verdict.UNPROVEN:
        small = (f"({MARKS[Verdict.UNPROVEN].word})",)
    elif statement.note:  # what a zero rests on: the channels that were open
        small = (f"({statement.note})",)
    return Statement(
        text=statement.printed or statement.text,
        number=f"{to_thai(statement.number)}.",
        mark=statement.verdict,
        bold=statement.verdict is Verdict.CONTRADICTED,
        small=small,
        evidence=tuple(citation.entry for citation in statement.citations),
    )


def _annexes(measures: Sequence[MeasureResult]) -> tuple[Block, ...]:
    return (*_missing_annex(measures), *_evidence_annex(measures), *_withdrawn_annex(measures))


def _missing_annex(measures: Sequence[MeasureResult]) -> tuple[Block, ...]:
    wanting = (Verdict.UNPROVEN, Verdict.CONTRADICTED)
    found = [s for measure in measures for s in measure.statements if s.verdict in wanting]
    heading = Heading("ภาคผนวก ก หลักฐานที่ยังขาดและข้อมูลที่ไม่ตรง", new_page=True)
    if not found:
        return (heading, Paragraph("ทุกข้อความมีหลักฐานหรือคำรับรองแล้ว"))
    columns = (
        Column(("ข้อ",), 17),
        Column(("ข้อความ",), 37),
        Column(("เหตุ",), 21),
        Column(("สิ่งที่ต้องทำ",), 25),
    )
    rows = tuple(
        (
            Cell.of(wording.place(s)),
            Cell((statement_cell(s),)),
            Cell.of(wording.why(s)),
            Cell.of(s.note or "–"),
        )
        for s in found
    )
    return (heading, Table("หลักฐานที่ยังขาดและข้อมูลที่ไม่ตรง", columns, rows, legend=True))


def _evidence_annex(measures: Sequence[MeasureResult]) -> tuple[Block, ...]:
    columns = (
        Column(("หลักฐาน",), 7),
        Column(("รายการ",), 31),
        Column(("วันที่เกิด",), 11.5),
        Column(("วันที่บันทึก",), 11.5),
        Column(("ที่มา",), 13),
        Column(("เผยแพร่ที่",), 26),
    )
    rows = tuple(
        (
            Cell.of(str(c.entry), align="end", bold=True),
            Cell.of(c.title),
            Cell.of(short_date(c.occurred_on, thai_digits=True)),
            Cell.of(short_date(c.recorded_at.astimezone(BANGKOK).date(), thai_digits=True)),
            Cell.of(wording.ORIGINS[c.origin]),
            Cell.of(c.url or ("–" if c.public else "เอกสารภายใน")),
        )
        for c in cited(measures)
    )
    heading = Heading("ภาคผนวก ข บัญชีหลักฐานที่อ้างในรายงาน", new_page=True)
    if not rows:
        return (heading, Paragraph("รายงานนี้ไม่ได้อ้างหลักฐาน"))
    return (heading, Table("บัญชีหลักฐานที่อ้างในรายงาน", columns, rows, dense=True))


def _withdrawn_annex(measures: Sequence[MeasureResult]) -> tuple[Block, ...]:
    """What the office took out of its announced measures, and why; nothing when it took out nothing."""
    gone = [statement for measure in measures for statement in measure.withdrawn]
    if not gone:
        return ()
    columns = (
        Column(("ข้อ",), 17),
        Column(("ข้อความ",), 37),
        Column(("เหตุผลที่ถอน",), 28),
        Column(("วันที่ถอน",), 11),
        Column(("หลักฐาน",), 7),
    )
    rows = tuple(
        (
            Cell.of(wording.place(s)),
            Cell.of(s.text),
            Cell.of(s.reason),
            Cell.of(short_date(s.withdrawn_on, thai_digits=True)),
            Cell.of(", ".join(str(c.entry) for c in s.citations), align="end", bold=True),
        )
        for s in gone
    )
    return (
        Heading("ภาคผนวก ค ข้อความที่ถอนออก", new_page=True),
        Table("ข้อความที่ถอนออก", columns, rows),
    )


def _signatures(content: ReportContent) -> tuple[Block, ...]:
    if not content.signatories:
        return ()
    signed = tuple(Signature(s.name, wording.signatory_lines(s)) for s in content.signatories)
    return (
        Heading("ลงนามรับรองรายงาน", new_page=True),
        Paragraph("ขอรับรองว่ารายงานฉบับนี้พิมพ์จากทะเบียนหลักฐานของหน่วยงานตามที่ปรากฏ"),
        Signatures(signed),
    )
