"""The report as rows that an office filters, sorts and prints: statements, evidence, the register's head."""

from __future__ import annotations

from collections.abc import Sequence

from prongsai.foundation.typeset import Field, Sheet
from prongsai.foundation.typeset.marks import MARKS
from prongsai.foundation.typeset.model import Value
from prongsai.kernel.thai.dates import short_date
from prongsai.modules.measures.content import (
    Citation,
    MeasureResult,
    ReportContent,
    StatementResult,
    WithdrawnStatement,
)
from prongsai.modules.measures.papers import wording

_STATEMENT_FIELDS = (
    Field("มาตรการที่", 9),
    Field("ประเภท", 15),
    Field("ข้อ", 6),
    Field("ข้อความในรายงาน", 60, wrap=True),
    Field("ผลการพิสูจน์", 19),
    Field("เลขหลักฐาน", 14, wrap=True),
    Field("เหตุ", 24, wrap=True),
    Field("คำอธิบาย", 32, wrap=True),
    Field("ข้อความเดิมในมาตรการ", 40, wrap=True),
    Field("ที่มา", 22, wrap=True),
    Field("มาตรการ", 30, wrap=True),
    Field("เริ่ม", 12),
    Field("สิ้นสุด", 12),
    Field("หน่วยงานผู้รับผิดชอบ", 26, wrap=True),
)
_PRINTED = 8  # the columns that tell the result; the others are for filtering
_EVIDENCE_FIELDS = (
    Field("เลขหลักฐาน", 11),
    Field("รายการ", 56, wrap=True),
    Field("วันที่เกิด", 12),
    Field("วันที่บันทึก", 17),
    Field("ที่มา", 26),
    Field("อ้างในข้อ", 40, wrap=True),
    Field("เผยแพร่ที่", 40, wrap=True),
)


def cited(measures: Sequence[MeasureResult]) -> list[Citation]:
    """Every entry that is cited, once, by number."""
    found = {c.entry: c for measure in measures for s in measure.statements for c in s.citations}
    return [found[entry] for entry in sorted(found)]


def report_sheets(content: ReportContent, measures: Sequence[MeasureResult]) -> tuple[Sheet, ...]:
    title = f"รายงานผลการดำเนินการตามมาตรการส่งเสริมคุณธรรมและความโปร่งใส {content.organization}"
    title = f"{title} ปีงบประมาณ พ.ศ. {content.fiscal_year}"
    rows = tuple(
        row
        for measure in measures
        for row in (
            *(_statement_row(measure, s) for s in measure.statements),
            *(_withdrawn_row(measure, s) for s in measure.withdrawn),
        )
    )
    return (
        Sheet("ข้อความ", title, _STATEMENT_FIELDS, rows, printed=_PRINTED),
        Sheet("หลักฐาน", f"บัญชีหลักฐานที่อ้าง {title}", _EVIDENCE_FIELDS, _evidence_rows(measures)),
        Sheet(
            "ทะเบียน", f"หัวทะเบียนหลักฐาน {title}", (Field("รายการ", 28), Field("ค่า", 80)), _head_rows(content)
        ),
    )


def _statement_row(measure: MeasureResult, s: StatementResult) -> tuple[Value, ...]:
    printed = s.printed or s.text
    return (
        measure.number,
        wording.KINDS[s.kind],
        s.number,
        printed,
        MARKS[s.verdict].word,
        ", ".join(str(citation.entry) for citation in s.citations),
        wording.REASONS[s.reason],
        s.note,
        s.text if printed != s.text else "",
        wording.ORIGINS[s.origin] if s.origin else "",
        measure.title,
        measure.period.start,
        measure.period.end,
        " ".join(measure.units),
    )


def _withdrawn_row(measure: MeasureResult, s: WithdrawnStatement) -> tuple[Value, ...]:
    return (
        measure.number,
        wording.KINDS[s.kind],
        s.number,
        s.text,
        wording.WITHDRAWN,
        ", ".join(str(citation.entry) for citation in s.citations),
        s.reason,
        f"ถอนเมื่อ {short_date(s.withdrawn_on)}",
        "",
        "",
        measure.title,
        measure.period.start,
        measure.period.end,
        " ".join(measure.units),
    )


def _evidence_rows(measures: Sequence[MeasureResult]) -> tuple[tuple[Value, ...], ...]:
    places: dict[int, list[str]] = {}
    for measure in measures:
        for statement in measure.statements:
            for citation in statement.citations:
                places.setdefault(citation.entry, []).append(wording.place(statement))
    return tuple(
        (
            c.entry,
            c.title,
            c.occurred_on,
            c.recorded_at,
            wording.ORIGINS[c.origin],
            "; ".join(places[c.entry]),
            c.url,
        )
        for c in cited(measures)
    )


def _head_rows(content: ReportContent) -> tuple[tuple[Value, ...], ...]:
    rows: list[tuple[Value, ...]] = [
        ("หน่วยงาน", content.organization),
        ("อำเภอ", content.district),
        ("จังหวัด", content.province),
        ("ปีงบประมาณ พ.ศ.", content.fiscal_year),
        ("ฉบับที่", content.version or "ฉบับร่าง"),
        ("ข้อมูล ณ", content.as_of),
        ("ตรวจสอบที่", content.verify_url),
    ]
    if head := content.tree_head:
        rows += [
            ("ถึงหลักฐานเลขที่", head.size),
            ("ลายนิ้วมือทะเบียน", head.root),
            ("ลงนามเมื่อ", head.time),
            ("ลายมือชื่อทะเบียน", head.signature),
            ("กุญแจ", head.key_id),
        ]
    return tuple(rows)
