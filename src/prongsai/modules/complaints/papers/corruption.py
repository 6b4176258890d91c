"""เรื่องร้องเรียนการทุจริต by quarter, as the OIT asks for them: the sealed channel's, and what the general register took.

Of few complaints the register says no quarter's subject (ADR 0030), here neither: those count in the year alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prongsai.foundation.casework.statistics import Figures
from prongsai.foundation.typeset import Block, Field, Heading, Paragraph, Sheet
from prongsai.foundation.typeset.model import Value
from prongsai.kernel.few import FEW, may_be_left
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.complaints.papers.words import (
    COUNTS,
    NONE_RECEIVED,
    NOT_KNOWN,
    NOT_TOLD,
    PUBLISHED,
    WHOLE_YEAR,
    Row,
    counts,
    quarter_name,
    table,
)
from prongsai.modules.complaints.selectors.known import Known
from prongsai.modules.complaints.selectors.statistics import SealedQuarter, YearFigures
from prongsai.modules.complaints.selectors.year import Span, joined

HIDDEN = (NOT_TOLD,) * 3
IN_BOTH = "เรื่องร้องเรียนการทุจริตที่รับไว้ในทะเบียนทั่วไปนับอยู่ทั้งในข้อ ๑ และข้อ ๒ จึงไม่นำยอดของสองข้อมารวมกัน"
IN_OTHER_SHEETS = "เรื่องในทะเบียนทั่วไปนับอยู่ในแผ่นอื่นด้วย จึงไม่นำยอดมารวมกัน"


@dataclass(frozen=True)
class Quarter:
    """What both sources say of a quarter; `complaints` is how many complaints of all subjects the register took in it."""

    number: int
    own: Span
    sealed: SealedQuarter | None
    complaints: int
    is_told: bool

    @property
    def is_known(self) -> bool:
        return self.own.is_known and (self.sealed is None or self.sealed.received is not None)

    @property
    def row(self) -> Row:
        """Received, closed and pending; the sealed channel's pending ones are those at its end."""
        if not self.is_known:
            return NOT_KNOWN
        if not self.is_told:
            return HIDDEN
        own, sealed = counts(self.own.figures)[:3], self.sealed
        if sealed is None:
            return own
        return own[0] + (sealed.received or 0), own[1] + sealed.closed, own[2] + sealed.pending


def corruption(figures: YearFigures) -> list[Block]:
    """The table with what must be said of it."""
    found = quarters(figures)
    total, whole = _total(found)
    rows: list[Row] = [(quarter_name(each.number), *each.row) for each in found]
    blocks: list[Block] = [Heading("๑. เรื่องร้องเรียนการทุจริตและประพฤติมิชอบ")]
    if total == HIDDEN or not total[0]:
        blocks.append(nothing(figures.corruption, f"{NONE_RECEIVED}การทุจริตและประพฤติมิชอบ"))
    blocks.append(table("สถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ", "ไตรมาส", COUNTS, [*rows, (whole, *total)]))
    notes = [f"ไตรมาสที่ {each.number}: {each.note}" for each in figures.sealed if each.note]
    notes += [few_words(found)] if few_words(found) else []
    notes += [IN_BOTH] if any(each.own.figures.received for each in found) else []
    return [*blocks, *(Paragraph(to_thai(note), small=True) for note in notes)]


def nothing(known: Known, words: str) -> Paragraph:
    """That there was none, where that is known; otherwise what is known, or why it is not."""
    return Paragraph(words, bold=True) if known.is_none else Paragraph(known.sentence, indent=True)


def quarters(figures: YearFigures) -> list[Quarter]:
    """The quarters that have begun. Where the register took none all year, which the year tells, no quarter hides any."""
    year, sealed = figures.complaints, {quarter.number: quarter for quarter in figures.sealed}
    none = not any(month.figures.received for month in year.corruption)
    return [
        Quarter(
            number=number,
            own=own,
            sealed=sealed.get(number),
            complaints=whole.figures.received,
            is_told=none or year.parts[f"q{number}"].is_told,
        )
        for number, (own, whole) in enumerate(zip(joined(year.corruption, 3), year.quarters, strict=True), 1)
        if own.is_begun
    ]


def few_words(found: Sequence[Quarter]) -> str:
    """Why quarters are not told; nothing where each is."""
    if all(each.is_told for each in found):
        return ""
    return (
        f"ไตรมาสที่มีเรื่องร้องเรียนน้อยกว่า {FEW} เรื่อง และไตรมาสที่ใช้คำนวณย้อนกลับได้ ไม่แสดงจำนวนเรื่องร้องเรียนการทุจริต "
        "เพื่อไม่ให้ตัวเลขชี้ถึงผู้ร้องเรียน แต่นับรวมในยอดทั้งปี"
    )


def _total(found: Sequence[Quarter]) -> tuple[Row, str]:
    """The sums of the quarters that are known, and what they are called.

    While a quarter is not published, the year's subjects less this sum tell what the register took in it, and this sum
    less the quarters that are told what it took in the others: not where that would be of few complaints.
    """
    known, unknown = ([each for each in found if each.is_known is it] for it in (True, False))
    if not known:
        return NOT_KNOWN, PUBLISHED if unknown else WHOLE_YEAR
    if unknown and not (_may_be_left(known) and _may_be_left(unknown)):
        return HIDDEN, PUBLISHED
    own = sum((each.own.figures for each in known), Figures())
    sealed = [each.sealed for each in known if each.sealed]
    return (
        own.received + sum(each.received or 0 for each in sealed),
        own.closed + sum(each.closed for each in sealed),
        own.pending + (sealed[-1].pending if sealed else 0),
    ), PUBLISHED if unknown else WHOLE_YEAR


def _may_be_left(found: Sequence[Quarter]) -> bool:
    return may_be_left(each.complaints for each in found if not each.is_told)


# -- the same as rows -------------------------------------------------------------------------------------------------


def corruption_sheet(figures: YearFigures, title: str) -> Sheet:
    """Both sources side by side, and of the register the year."""
    found = quarters(figures)
    whole = counts(sum((each.own.figures for each in found if each.own.is_known), Figures()))[:3]
    known = any(each.own.is_known for each in found)
    rows: list[tuple[Value, ...]] = [
        (
            quarter_name(each.number),
            *(counts(each.own.figures)[:3] if each.own.is_known and each.is_told else NOT_KNOWN),
            *_sealed(each.sealed),
            " ".join(
                filter(None, ("" if each.is_told else NOT_TOLD, each.sealed.note if each.sealed else ""))
            ),
        )
        for each in found
    ]
    rows.append((WHOLE_YEAR, *(whole if known else NOT_KNOWN), *_sealed_sum(figures.sealed), ""))
    fields = (
        Field("ไตรมาส", 12),
        *(Field(f"ทะเบียนทั่วไป {name}", 18) for name in COUNTS),
        *(Field(f"ช่องทางแจ้งเบาะแส {name}", 20) for name in COUNTS),
        Field("หมายเหตุ", 40, wrap=True),
    )
    said = " ".join(filter(None, (few_words(found), IN_OTHER_SHEETS)))
    return Sheet("การทุจริต", f"{title} ({said})", fields, tuple(rows))


def _sealed(quarter: SealedQuarter | None) -> tuple[Value, ...]:
    if quarter is None or quarter.received is None:
        return NOT_KNOWN
    return quarter.received, quarter.closed, quarter.pending


def _sealed_sum(found: Sequence[SealedQuarter]) -> tuple[Value, ...]:
    """The year of the sealed channel, where each quarter that has begun is published."""
    if not found or any(each.received is None for each in found):
        return NOT_KNOWN
    return sum(each.received or 0 for each in found), sum(each.closed for each in found), found[-1].pending
