"""The verdict marks: shape first, then word, then colour, so that a photocopy still says the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from prongsai.kernel.contracts import Verdict

_FOLDER = Path(__file__).parent / "marks"


@dataclass(frozen=True)
class Mark:
    """`word` is the fixed word for the verdict; `legend` explains it under a table."""

    word: str
    legend: str
    colour: str  # RRGGBB


MARKS: dict[Verdict, Mark] = {
    Verdict.PROVEN: Mark("พิสูจน์แล้ว", "พิสูจน์แล้ว มีบันทึกรองรับ", "12633B"),
    Verdict.ATTESTED: Mark("รับรองโดยเจ้าหน้าที่", "เจ้าหน้าที่รับรองพร้อมเอกสาร", "2B4391"),
    Verdict.UNPROVEN: Mark("ยังไม่มีหลักฐาน", "ยังไม่มีหลักฐาน", "525F65"),
    Verdict.CONTRADICTED: Mark("ข้อมูลไม่ตรง", "ข้อมูลไม่ตรง พิมพ์ตัวเลขจริง", "A12619"),
}
EVIDENCE_LEGEND = "ตัวเลขท้ายข้อคือเลขที่ในทะเบียนหลักฐาน"

GOLD = "A97F1E"


@cache
def mark_svg(verdict: Verdict) -> str:
    return (_FOLDER / f"{verdict}.svg").read_text(encoding="utf-8").strip()


@cache
def mark_png(verdict: Verdict) -> bytes:
    """The mark at 96 × 96 px on white, for formats that cannot draw."""
    return (_FOLDER / f"{verdict}.png").read_bytes()


@cache
def mark_shapes(verdict: Verdict) -> str:
    """The SVG elements of the mark alone, on its grid of 24."""
    return re.sub(r"</?svg[^>]*>", "", mark_svg(verdict))


STRIP_STEP, STRIP_GAP = 29, 10  # in units of the marks' grid


def strip_svg(groups: Sequence[Sequence[Verdict]], widest: Sequence[int]) -> tuple[str, int]:
    """A row of marks as one picture, and its width in grid units; group i takes the room of `widest[i]` marks."""
    shapes: list[str] = []
    left = 0
    for group, room in zip(groups, widest, strict=True):
        for place, verdict in enumerate(group):
            shapes.append(
                f'<g transform="translate({left + place * STRIP_STEP} 0)">{mark_shapes(verdict)}</g>'
            )
        left += room * STRIP_STEP + STRIP_GAP
    width = max(left - STRIP_GAP, 24)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 24">{"".join(shapes)}</svg>', width
