"""The measures' own indicator: how much of the plan stands on records."""

from __future__ import annotations

from decimal import Decimal

from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel import clock
from prongsai.kernel.contracts import Indicator, Origin, Question, Reading
from prongsai.kernel.thai.digits import to_thai

KEY = "measures.evidence_recorded"


def _read(question: Question) -> Reading:
    """Facts of origin work or document that occurred in the period. One query."""
    found = facts(occurred_in=question.period, about=question.about or None)
    numbers = tuple(
        found.filter(origin__in=[Origin.WORK, Origin.DOCUMENT])
        .exclude(about="")
        .values_list("number", flat=True)
    )
    as_of = min(question.period.end, clock.today())
    return Reading(Decimal(len(numbers)), as_of=as_of, entries=numbers)


def _say(question: Question, reading: Reading) -> str:
    if not reading.value:
        return "ยังไม่มีหลักฐานในทะเบียน"
    return to_thai(f"มีหลักฐานในทะเบียน {reading.value:.0f} รายการ")


EVIDENCE_RECORDED = Indicator(KEY, "จำนวนหลักฐานในทะเบียน", "Evidence recorded", _read, _say)
