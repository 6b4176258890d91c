"""เรื่องร้องเรียนการทุจริต as a figure: what was published of closed quarters, and nothing that is not public yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel import clock
from prongsai.kernel.contracts import Indicator, Period, Question, Reading
from prongsai.kernel.thai.dates import short_date
from prongsai.kernel.topics import SEALED_TOPICS
from prongsai.modules.corruption.choices import COUNTED, RECEIVED
from prongsai.modules.corruption.quarters import counting_day, fiscal_year, number_of, period_of, quarters_in

PARTS = ("received", "closed", "pending")


def read_received(question: Question) -> Reading:
    """Reports received in the quarters that lie in the period and whose day of publication has come. One query.

    Not known, with a note, when one of these was not published. Asked about other topics only: zero.
    """
    if question.topics and not question.topics & SEALED_TOPICS:
        return Reading(Decimal(0), as_of=min(question.period.end, clock.today()))
    published = _published(question.period)
    if not published:
        return Reading(
            None,
            as_of=min(question.period.end, clock.today()),
            note="ไม่มีสถิติของช่องทางแจ้งเบาะแสการทุจริตในช่วงเวลานี้",
            unkept=not _due(question.period) or not facts(kind=COUNTED).exists(),
        )
    missing = [quarter for quarter in _due(question.period) if quarter not in published]
    numbers = tuple(sorted(number for number, _ in published.values()))
    if missing:
        names = ", ".join(f"ไตรมาสที่ {number_of(q)}/{fiscal_year(q)}" for q in missing)
        note = f"ไม่มีสถิติของช่องทางแจ้งเบาะแสการทุจริต {names}"
        known = Decimal(sum(said["received"] for _, said in published.values()))
        return Reading(
            None, as_of=_as_of(published), entries=numbers, note=note, parts={"known": known}, unkept=True
        )
    parts = {
        name: Decimal(sum(said[name] for _, said in published.values())) for name in ("received", "closed")
    }
    parts["pending"] = Decimal(published[max(published)][1]["pending"])
    return Reading(parts.pop("received"), as_of=_as_of(published), entries=numbers, parts=_named(parts))


def _named(parts: dict[str, Decimal]) -> dict[str, Decimal]:
    """The names of parts that figures of complaints have: finished and pending."""
    return {"finished": parts["closed"], "pending": parts["pending"]}


def _published(period: Period) -> dict[date, tuple[int, dict[str, int]]]:
    """Quarter → entry and figures."""
    inside = set(quarters_in(period))
    found: dict[date, tuple[int, dict[str, int]]] = {}
    for entry in facts(kind=COUNTED).filter(about_start__in=inside).with_payload():
        said = entry.content
        if entry.about_start is not None and all(isinstance(said.get(name), int) for name in PARTS):
            found[entry.about_start] = (entry.number, said)
    return found


def _due(period: Period) -> list[date]:
    """The quarters of the period whose figures should be public by now."""
    return [quarter for quarter in quarters_in(period) if counting_day(quarter) <= clock.today()]


def _as_of(published: dict[date, tuple[int, dict[str, int]]]) -> date:
    return period_of(max(published)).end


def say_received(question: Question, reading: Reading) -> str:
    until = f"ข้อมูลถึง {short_date(reading.as_of)}"
    if reading.value is None:
        return "ไม่ทราบจำนวนเรื่องร้องเรียนการทุจริต"
    if not reading.value:
        return f"ไม่มีเรื่องร้องเรียนการทุจริตผ่านช่องทางแจ้งเบาะแส {until}"
    finished = reading.parts.get("finished", Decimal(0))
    return (
        f"มีเรื่องร้องเรียนการทุจริตผ่านช่องทางแจ้งเบาะแส {reading.value:.0f} เรื่อง "
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
