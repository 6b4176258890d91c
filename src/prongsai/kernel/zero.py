"""When “nobody complained” may be said: nothing was counted, and the ways in were open. The rule is data/zero.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from pathlib import Path

from prongsai.kernel.contracts import Reading

DATA = Path(__file__).parent / "data" / "zero.toml"
# The parts of a reading of `channels.coverage`.
LONGEST_GAP = "longest_gap_days"
IN_GAP = "in longest gap: "  # with a channel's name: on how many days of the gap it was not open
DISPUTED = "disputed: "  # with a channel's name: on how many days its days and its outages on record contradict each other
UNCHECKED = "not checked: "  # with a channel's name: on how many days it took complaints, while nothing says whether it was open
NOT_KNOWN = "นับได้ 0 เรื่อง แต่ไม่ทราบว่าช่องทางร้องเรียนเปิดใช้ได้ตลอดหรือไม่"


@dataclass(frozen=True)
class ZeroRule:
    """The share of the days on which every way in was open, and how many others may follow one another."""

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
    it had no gap, whether that is said or not. Days open without the days that there were (`of`) prove nothing.
    """
    if coverage is None:
        return NOT_KNOWN
    share = coverage.share
    gap = Decimal(0) if share == 1 else coverage.parts.get(LONGEST_GAP)
    if share is None or gap is None:
        return f"{NOT_KNOWN} ({coverage.note})" if coverage.note else NOT_KNOWN
    rule = zero_rule()
    if share >= rule.coverage and gap <= rule.longest_gap_days:
        return ""
    percent = (share * 100).quantize(Decimal("0.01"), ROUND_FLOOR).normalize()
    return f"ไม่มีข้อมูล เพราะช่องทางร้องเรียนเปิดใช้ได้{all_ways(coverage)}ร้อยละ {percent:f} ของวัน{gap_in_words(coverage)}{disputes_in_words(coverage)}{unchecked_in_words(coverage)}"


def unchecked(coverage: Reading) -> list[str]:
    """The channels that took complaints and cannot be judged by day, by name: letters, hotlines, groups of leaders."""
    return [key.removeprefix(UNCHECKED) for key in coverage.parts if key.startswith(UNCHECKED)]


def all_ways(coverage: Reading) -> str:
    """Of which channels it is said that all were open, in Thai: of those that can be checked, where there are others."""
    return "ครบทุกช่องทางที่ตรวจสอบได้" if unchecked(coverage) else "ครบทุกช่องทาง"


def unchecked_in_words(coverage: Reading) -> str:
    """Which channels are not among them, in Thai, to go on a sentence; "" without."""
    names = unchecked(coverage)
    return f" ส่วน {' '.join(names)} ไม่มีการตรวจสอบรายวัน" if names else ""


def gap_in_words(coverage: Reading) -> str:
    """How long the longest gap was and which channels made it, in Thai, to go on a sentence; "" without a gap."""
    if not (gap := coverage.parts.get(LONGEST_GAP)):
        return ""
    each = _each(coverage, IN_GAP)
    return f" ขาดช่วงติดกันนานสุด {gap:.0f} วัน" + (f" ({each})" if each else "")


def disputes_in_words(coverage: Reading) -> str:
    """On which channels' days nothing is known because the record contradicts itself, to go on a sentence; "" without."""
    each = _each(coverage, DISPUTED)
    return f" ไม่ทราบบางวันเพราะบันทึกว่าใช้ได้ทั้งที่มีบันทึกเหตุขัดข้อง ({each})" if each else ""


def _each(coverage: Reading, part: str) -> str:
    """The channels of a sort of parts with their days."""
    days = {key.removeprefix(part): days for key, days in coverage.parts.items() if key.startswith(part)}
    return " ".join(f"{name} {number:.0f} วัน" for name, number in days.items())
