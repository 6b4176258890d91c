"""When “nobody complained” may be said: nothing was counted, and the ways in were open.

The measures' zero rule has the same figures, with its source, in modules/measures/data/rules.toml.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from prongsai.kernel.contracts import Reading

COVERAGE = Decimal("0.95")  # of the days every way in was open
LONGEST_GAP_DAYS = 3  # on end on which not a single one was


def why_not_zero(coverage: Reading | None) -> str:
    """Why a count of nothing does not mean that nobody complained, in Thai; "" when it does.

    `coverage` is the reading of `channels.coverage` for the period, None where nobody provides one.
    """
    gap = None if coverage is None else coverage.parts.get("longest_gap_days")
    if coverage is None or coverage.value is None or not coverage.of or gap is None:
        note = f" ({coverage.note})" if coverage is not None and coverage.note else ""
        return f"นับได้ 0 เรื่อง แต่ไม่ทราบว่าช่องทางร้องเรียนเปิดใช้ได้ตลอดหรือไม่{note}"
    share = coverage.value / coverage.of
    if share >= COVERAGE and gap <= LONGEST_GAP_DAYS:
        return ""
    percent = (share * 100).quantize(Decimal("0.01"), ROUND_FLOOR).normalize()
    return f"ไม่มีข้อมูล เพราะช่องทางร้องเรียนเปิดใช้ได้ร้อยละ {percent:f} ปิดติดกันนานสุด {gap:.0f} วัน"
