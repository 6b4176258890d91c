"""The words of the statistics paper and its sheets, and how its tables are written."""

from __future__ import annotations

from collections.abc import Sequence

from prongsai.foundation.casework.statistics import Figures
from prongsai.foundation.typeset import Cell, Column, Table
from prongsai.kernel.contracts import Topic
from prongsai.kernel.thai.dates import month_and_year
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.complaints.selectors.year import Span
from prongsai.modules.complaints.workflow import CASE_KINDS

ALL, FINISHED, PENDING, IN_TIME = "จำนวนเรื่องทั้งหมด", "ดำเนินการแล้วเสร็จ", "อยู่ระหว่างดำเนินการ", "ยุติภายในกำหนด"
COUNTS = (ALL, FINISHED, PENDING)
WHOLE_YEAR, PUBLISHED, AS_FAR_AS_KNOWN = "รวมทั้งปี", "รวมที่เผยแพร่แล้ว", "รวมเท่าที่มีข้อมูล"
NOT_KNOWN = (None, None, None)
NOT_TOLD = "ไม่แสดง"
NONE_RECEIVED = "ไม่มีเรื่องร้องเรียน"
TOPICS = {
    Topic.ANTI_CORRUPTION.value: "การทุจริตและการปฏิบัติงานที่ไม่โปร่งใส",
    Topic.SERVICE.value: "การให้บริการ",
    Topic.DISCLOSURE.value: "การเปิดเผยข้อมูล",
    Topic.ASSETS.value: "การใช้ทรัพย์สินของราชการ",
    Topic.PROCUREMENT.value: "การจัดซื้อจัดจ้าง",
    Topic.PEOPLE.value: "การใช้อำนาจและการบริหารงานบุคคล",
    Topic.INTEGRITY.value: "คุณธรรมและจริยธรรมของเจ้าหน้าที่",
    "": "เรื่องอื่นเกี่ยวกับหน่วยงาน",
}
TITLES = {kind.key: kind.title for kind in CASE_KINDS}

Row = tuple[str | int | None, ...]


def counts(figures: Figures) -> tuple[int, int, int, int]:
    return figures.received, figures.closed, figures.pending, figures.in_time


def counts_of(span: Span) -> tuple[int | None, ...]:
    return counts(span.figures) if span.is_begun and span.is_known else (None,) * 4


def month_name(span: Span) -> str:
    """ตุลาคม 2567."""
    return month_and_year(span.period.start)


def quarter_name(number: int | str) -> str:
    return f"ไตรมาสที่ {number}"


def table(
    caption: str, first: str, heads: Sequence[str], rows: Sequence[Row], *, unknown: str = "–"
) -> Table:
    """Figures as officials write them; what is not known is said so, of single months with `unknown`."""
    share = 66 / len(heads)
    columns = (Column((first,), 34), *(Column((to_thai(head),), share) for head in heads))
    return Table(caption, columns, tuple(_row(row, unknown) for row in rows), dense=True)


def _row(row: Row, unknown: str) -> tuple[Cell, ...]:
    summed = str(row[0]).startswith(("ไตรมาส", "รวม"))
    unknown = "ไม่มีข้อมูล" if summed else unknown
    cells = [Cell.of(to_thai(row[0]), bold=summed)]
    cells += [
        Cell.of(unknown if value is None else to_thai(value), align="end", bold=summed) for value in row[1:]
    ]
    return tuple(cells)
