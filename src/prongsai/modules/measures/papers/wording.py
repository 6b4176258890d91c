"""The papers' Thai: how measures, dates, reasons and origins are said."""

from __future__ import annotations

from prongsai.foundation.typeset import MARKS
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import Origin, Period, Reason, StatementKind, Verdict
from prongsai.kernel.thai.dates import compact_date, long_date
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.measures.content import ReportContent, Signatory, StatementResult, WithdrawnStatement

SAMPLE = "ข้อมูลตัวอย่าง"

WITHDRAWN = "ถอนออก"

KINDS = {
    StatementKind.STEP: "ขั้นตอน",
    StatementKind.OUTPUT: "ผลการดำเนินการ",
    StatementKind.OUTCOME: "ผลลัพธ์",
}
ORIGINS = {
    Origin.WORK: "งานในระบบ",
    Origin.DOCUMENT: "บันทึกพร้อมเอกสาร",
    Origin.WORD: "คำรับรองเจ้าหน้าที่",
}
REASONS = {
    Reason.NONE: "",
    Reason.MISSING: "ไม่พบหลักฐานในทะเบียน",
    Reason.OUTSIDE_WINDOW: "มีหลักฐาน แต่วันที่อยู่นอกช่วงที่ใช้พิสูจน์ได้",
    Reason.NOT_KNOWN: "บันทึกไม่พอให้ทราบค่าที่แท้จริง",
}
_ACTING = ("รักษาราชการแทน", "ปฏิบัติราชการแทน", "รักษาการในตำแหน่ง")


def year_line(content: ReportContent) -> str:
    line = f"ประจำปีงบประมาณ พ.ศ. {to_thai(content.fiscal_year)}"
    return f"{line} ({correction(content)})" if content.version > 1 else line


def correction(content: ReportContent) -> str:
    """Version 2 is the first correction."""
    return f"ฉบับแก้ไขที่ {to_thai(content.version - 1)}"


def notices(content: ReportContent) -> tuple[str, ...]:
    """What every page must say: that the data are a sample, that the paper is a draft."""
    found = [SAMPLE] if content.is_sample else []
    if content.version == 0:
        day = content.as_of.astimezone(BANGKOK).date()
        found.append(f"ฉบับร่าง ข้อมูล ณ วันที่ {long_date(day, thai_digits=True)}")
    return tuple(found)


def period_lines(period: Period) -> tuple[str, ...]:
    if period.start == period.end:
        return (compact_date(period.start),)
    return (compact_date(period.start), "ถึง", compact_date(period.end))


def place(statement: StatementResult | WithdrawnStatement) -> str:
    """Where the statement stands, e.g. มาตรการที่ ๒ ผลลัพธ์ ข้อ ๑."""
    return f"มาตรการที่ {to_thai(statement.measure)} {KINDS[statement.kind]} ข้อ {to_thai(statement.number)}"


def why(statement: StatementResult) -> str:
    """Why an unproven or contradicted statement is what it is."""
    if statement.verdict is Verdict.CONTRADICTED:
        return "บันทึกในทะเบียนแสดงผลต่างจากข้อความในมาตรการ"
    return REASONS[statement.reason] or MARKS[statement.verdict].word


def signatory_lines(signatory: Signatory) -> tuple[str, ...]:
    """Position below a signature; an acting signatory's own position, then as whom they sign."""
    if not signatory.acting:
        return (signatory.position,)
    for word in _ACTING:
        own, found, whom = signatory.acting.partition(word)
        if found:
            own = own.strip() or signatory.position
            return tuple(line for line in (own, f"{word} {whom.strip()}".strip()) if line)
    return tuple(line for line in (signatory.position, signatory.acting) if line)
