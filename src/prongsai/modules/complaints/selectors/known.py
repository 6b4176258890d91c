"""What the ledger says of how many came in. Nothing counted is not nothing: a zero is known, or it is not said."""

from __future__ import annotations

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
UNPUBLISHED = "unpublished"  # the part of a reading that lacks nothing but quarters of the sealed channel
CORRUPTION = frozenset({Topic.ANTI_CORRUPTION})


@dataclass(frozen=True)
class Known:
    """How many came in, and the Thai sentence that says it. `value` None: not known, and the sentence says why.

    `at_least` is what is counted so far; `waits` says that the rest is what the sealed channel publishes by quarter.
    """

    value: int | None
    sentence: str
    at_least: int = 0
    waits: bool = False

    @property
    def is_none(self) -> bool:
        """Whether it is known that nothing came in."""
        return self.value == 0


def known(kind: str, period: Period, *, topics: frozenset[Topic] = frozenset()) -> Known:
    """What is known of the cases of a kind that came in during the period: none only where the ways in were open."""
    indicator = registry().indicators.get(RECEIVED[kind])
    if indicator is None:
        return Known(None, "")
    question = Question(period, topics=topics)
    reading = indicator.read(question)
    sentence = indicator.sentence(question, reading)
    if reading.value is None:
        return _so_far(reading, sentence)
    if reading.value:
        return Known(int(reading.value), sentence, at_least=int(reading.value))
    if closed := why_not_zero(_coverage(period)):
        return Known(None, to_thai(closed))
    return Known(0, sentence)


def _so_far(reading: Reading, sentence: str) -> Known:
    """What is counted already stands in the sentence: a table beneath it shows it."""
    counted, waits = int(reading.parts.get("known", 0)), bool(reading.parts.get(UNPUBLISHED))
    if not counted:
        return Known(None, sentence, waits=waits)
    if not waits:
        said = f"รับแล้ว {counted} เรื่อง {reading.note}"
    elif reading.parts.get("channel_sealed"):
        said = f"รับแล้ว {counted} เรื่อง (ยังไม่รวมไตรมาสที่ช่องทางแจ้งเบาะแสยังไม่ได้เผยแพร่)"
    else:
        said = f"รับแล้ว {counted} เรื่อง (ยังไม่รวมช่องทางแจ้งเบาะแสซึ่งเผยแพร่รายไตรมาส)"
    return Known(None, to_thai(said), at_least=counted, waits=waits)


def _coverage(period: Period) -> Reading | None:
    indicator = registry().indicators.get(COVERAGE)
    return indicator.read(Question(period)) if indicator is not None and not indicator.provisional else None
