"""When “nobody complained” may be said: nothing was counted, and the ways in were open. The rule is data/zero.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from pathlib import Path

from prongsai.kernel.contracts import Reading

DATA = Path(__file__).parent / "data" / "zero.toml"
LONGEST_GAP = "longest_gap_days"  # the part of a reading of `channels.coverage`


@dataclass(frozen=True)
class ZeroRule:
    """The share of the days on which every way in was open, and the days on end on which none may have been."""

    coverage: Decimal
    longest_gap_days: int


@cache
def zero_rule() -> ZeroRule:
    """How open the channels must have been for a zero to mean "nobody complained"."""
    rule = tomllib.loads(DATA.read_text("utf-8"))
    return ZeroRule(Decimal(rule["coverage"]), int(rule["longest_gap_days"]))


def why_not_zero(coverage: Reading | None) -> str:
    """Why a count of nothing does not mean that nobody complained, in Thai; "" when it does.

    `coverage` is the reading of `channels.coverage` for the period, None where nobody provides one. Open on every day
    it had no gap, whether that is said or not.
    """
    share: Decimal | None = None
    if coverage is not None and coverage.value is not None and coverage.of:
        share = coverage.value / coverage.of
    gap = None if coverage is None else Decimal(0) if share == 1 else coverage.parts.get(LONGEST_GAP)
    if share is None or gap is None:
        note = f" ({coverage.note})" if coverage is not None and coverage.note else ""
        return f"นับได้ 0 เรื่อง แต่ไม่ทราบว่าช่องทางร้องเรียนเปิดใช้ได้ตลอดหรือไม่{note}"
    rule = zero_rule()
    if share >= rule.coverage and gap <= rule.longest_gap_days:
        return ""
    percent = (share * 100).quantize(Decimal("0.01"), ROUND_FLOOR).normalize()
    return f"ไม่มีข้อมูล เพราะช่องทางร้องเรียนเปิดใช้ได้ร้อยละ {percent:f} ปิดติดกันนานสุด {gap:.0f} วัน"
