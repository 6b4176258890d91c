"""เรื่องร้องเรียนการทุจริต as a figure: what was published of closed quarters, and nothing that is not public yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.channels.selectors import spans_of
from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel import clock
from prongsai.kernel.contracts import Indicator, Period, Question, Reading
from prongsai.kernel.thai.dates import short_date
from prongsai.kernel.topics import SEALED_TOPICS
from prongsai.modules.corruption.choices import COUNTED, RECEIVED
from prongsai.modules.corruption.quarters import counting_day, fiscal_year, number_of, period_of, quarters_in
from prongsai.modules.corruption.statistics import FIGURES, carried_over


def read_received(question: Question) -> Reading:
    """Reports received in the quarters that lie in the period, once all of these that have begun are published.

    Until then it is not known, whatever came: a figure of what is published so far would say "none" while there are
    some, and the note is the same in every quarter. A quarter in which no channel stood has no figure and lacks none.
    Two queries. Asked about other topics only: zero.
    """
    if question.topics and not question.topics & SEALED_TOPICS:
        return Reading(Decimal(0), as_of=min(question.period.end, clock.today()))
    published, erased = _published(question.period)
    due = sorted({*_due(question.period), *erased})
    missing = [quarter for quarter in due if quarter not in published]
    if not published and not missing:
        return Reading(
            None,
            as_of=min(question.period.end, clock.today()),
            note="ไม่มีสถิติของช่องทางแจ้งเบาะแสการทุจริตในช่วงเวลานี้",
            unkept=True,
        )
    numbers = tuple(sorted([*erased.values(), *(number for number, _ in published.values())]))
    if missing:
        return Reading(
            None,
            as_of=_as_of(published) if published else min(question.period.end, clock.today()),
            entries=numbers,
            note=_why_missing(missing),
            parts={"known": Decimal(sum(said["received"] for _, said in published.values()))},
            unkept=any(counting_day(quarter) <= clock.today() for quarter in missing),
        )
    received, closed = (sum(said[name] for _, said in published.values()) for name in ("received", "closed"))
    pending = published[max(published)][1]["pending"]
    # The parts have the names of those of complaints.
    parts = {
        "finished": closed,
        "pending": pending,
        "carried": carried_over(received=received, closed=closed, pending=pending),
    }
    return Reading(
        Decimal(received),
        as_of=_as_of(published),
        entries=numbers,
        parts={name: Decimal(part) for name, part in parts.items()},
    )


def _published(period: Period) -> tuple[dict[date, tuple[int, dict[str, int]]], dict[date, int]]:
    """Quarter → entry and figures; and quarter → entry of those whose figures nobody can read any more.

    These are not known, as if they had not been published: that is not the same as no channel.
    """
    inside = set(quarters_in(period))
    found: dict[date, tuple[int, dict[str, int]]] = {}
    erased: dict[date, int] = {}
    for entry in facts(kind=COUNTED).filter(about_start__in=inside).order_by("number").with_payload():
        quarter, said = entry.about_start, entry.content
        if quarter is None:
            continue
        found.pop(quarter, None)
        erased.pop(quarter, None)
        if all(isinstance(said.get(name), int) for name in FIGURES):
            found[quarter] = (entry.number, said)
        else:
            erased[quarter] = entry.number
    return found, erased


def _due(period: Period) -> list[date]:
    """The quarters of the period that have begun and in which a sealed channel stood, on any of their days."""
    stood = spans_of(ChannelKind.SEALED.value)
    return [
        quarter
        for quarter in quarters_in(period)
        if quarter <= clock.today() and any(span.overlaps(period_of(quarter)) for span in stood)
    ]


def _why_missing(quarters: list[date]) -> str:
    """Which quarters are not published: those that should be, or else from when they will be."""
    late = [quarter for quarter in quarters if counting_day(quarter) <= clock.today()]
    if late:
        return f"ไม่มีสถิติของช่องทางแจ้งเบาะแสการทุจริต {_named(late)}"
    days = ", ".join(short_date(counting_day(quarter)) for quarter in quarters)
    return f"ยังไม่ถึงกำหนดเผยแพร่สถิติของช่องทางแจ้งเบาะแสการทุจริต {_named(quarters)} จะเผยแพร่ตั้งแต่วันที่ {days}"


def _named(quarters: list[date]) -> str:
    return ", ".join(f"ไตรมาสที่ {number_of(quarter)}/{fiscal_year(quarter)}" for quarter in quarters)


def _as_of(published: dict[date, tuple[int, dict[str, int]]]) -> date:
    return period_of(max(published)).end


def say_received(question: Question, reading: Reading) -> str:
    until = f"ข้อมูลถึง {short_date(reading.as_of)}"
    if reading.value is None:
        return "ไม่ทราบจำนวนเรื่องร้องเรียนการทุจริต"
    if not reading.value:
        return f"ไม่มีเรื่องร้องเรียนการทุจริตผ่านช่องทางแจ้งเบาะแส {until}"
    finished, carried = (reading.parts.get(name, Decimal(0)) for name in ("finished", "carried"))
    before = f"กับที่ยกมา {carried:.0f} เรื่อง " if carried else ""
    return (
        f"มีเรื่องร้องเรียนการทุจริตผ่านช่องทางแจ้งเบาะแส {reading.value:.0f} เรื่อง {before}"
        f"ดำเนินการแล้วเสร็จ {finished:.0f} เรื่อง {until}"
    )


INDICATOR = Indicator(
    RECEIVED,
    "จำนวนเรื่องร้องเรียนการทุจริต (ช่องทางแจ้งเบาะแส)",
    "Corruption reports (sealed channel)",
    read_received,
    say_received,
    carriers=(COUNTED,),
)
