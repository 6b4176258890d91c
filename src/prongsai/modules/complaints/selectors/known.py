"""What the ledger says of how many came in. Nothing counted is not nothing: a zero is known, or it is not said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prongsai.kernel.contracts import Period, Question, Reading, Topic
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.digits import to_thai
from prongsai.kernel.zero import why_not_zero
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, SUGGESTION

RECEIVED = {
    COMPLAINT: "complaints.received",
    GRIEVANCE: "grievances.received",
    SUGGESTION: "feedback.received",
    INFORMATION: "information.requested",
}
COVERAGE = "channels.coverage"
CORRUPTION = frozenset({Topic.ANTI_CORRUPTION})


@dataclass(frozen=True)
class Known:
    """How many came in, and the Thai sentence that says it. `value` None: not known, and the sentence says why."""

    value: int | None
    sentence: str

    @property
    def is_none(self) -> bool:
        """Whether it is known that nothing came in."""
        return self.value == 0


def known(
    kind: str, period: Period, *, topics: frozenset[Topic] = frozenset(), unpublished: Iterable[int] = ()
) -> Known:
    """What is known of the cases of a kind that came in during the period.

    `unpublished` are the quarters of which the sealed channel has not said its figures: while there is one, nobody
    knows that there was no complaint.
    """
    indicator = registry().indicators.get(RECEIVED[kind])
    if indicator is None:
        return Known(None, "")
    question = Question(period, topics=topics)
    reading = indicator.read(question)
    sentence = indicator.sentence(question, reading)
    if reading.value is None or reading.value:
        return Known(None if reading.value is None else int(reading.value), sentence)
    why = _unpublished(list(unpublished)) or why_not_zero(_coverage(period))
    return Known(None, to_thai(why)) if why else Known(0, sentence)


def _coverage(period: Period) -> Reading | None:
    indicator = registry().indicators.get(COVERAGE)
    return indicator.read(Question(period)) if indicator is not None and not indicator.provisional else None


def _unpublished(quarters: list[int]) -> str:
    if not quarters:
        return ""
    names = ", ".join(map(str, quarters))
    return f"นับได้ 0 เรื่อง แต่ช่องทางแจ้งเบาะแสการทุจริตยังไม่ได้เผยแพร่จำนวนเรื่องของไตรมาสที่ {names}"
