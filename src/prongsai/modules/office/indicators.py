"""What the ledger says of the channels: how much of the time they were open, how many work, how they are linked.

Read from facts alone, so that a verdict changes only when the register does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.coverage import SIGNED_BACK, ChannelRecord
from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.channels.selectors import OnRecord, coverage, on_record
from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel import clock
from prongsai.kernel.contracts import Indicator, Period, Question, Reading
from prongsai.kernel.thai.digits import to_thai
from prongsai.kernel.topics import SEALED_TOPICS
from prongsai.kernel.zero import (
    DISPUTED,
    IN_GAP,
    LONGEST_GAP,
    UNCHECKED,
    all_ways,
    disputes_in_words,
    gap_in_words,
    unchecked_in_words,
)

BY_CHANNEL = "channel: "  # parts that say on how many days a channel was open
PART_OF = "took complaints: "  # on how many days it took complaints, where that is only a part of all
SEALED = frozenset({"sealed"})
NO_REGISTER = "ยังไม่มีทะเบียนช่องทางในช่วงเวลานี้"
FIRST_MONTH = "ยังไม่มีเดือนที่นับวันเปิดใช้ได้ของช่องทาง"


def _without(question: Question) -> frozenset[str]:
    return SEALED if question.topics and not question.topics & SEALED_TOPICS else frozenset()


def _unknown(question: Question, found: OnRecord) -> Reading:
    first = found.horizon is None
    day = min(question.period.end, clock.today())
    return Reading(None, as_of=day, note=FIRST_MONTH if first else NO_REGISTER, unkept=not first)


def _began_late(question: Question, found: OnRecord) -> bool:
    """Whether no channel was in the register when the period began: what was before, the office may state."""
    return not any(question.period.start in record.listed for record in (*found.records, *found.others))


def _labels(records: Iterable[ChannelRecord]) -> dict[int, str]:
    """What each channel is called in a sentence: by its name, and by its kind as well where several bear one name."""
    names = {record.number: record.name for record in records}
    titles = {str(kind): str(title) for kind, title in ChannelKind.choices}
    kinds_of = {record.number: titles.get(record.kind, record.kind) for record in records}
    same = Counter(names.values())
    named = {n: f"{name} ({kinds_of[n]})" if same[name] > 1 else name for n, name in names.items()}
    again = Counter(named.values())
    return {n: f"{name} {n}" if again[name] > 1 else name for n, name in named.items()}


def read_coverage(question: Question) -> Reading:
    """Days on which every complaint channel that can be checked was open, of the days whose month is over. One query."""
    covered, found = coverage(question.period, without=_without(question))
    if covered is None or found.horizon is None:
        return _unknown(question, found)
    labels = _labels(found.records)
    each = {f"{BY_CHANNEL}{labels[n]}": Decimal(up) for n, (up, _listed) in covered.by_channel.items()}
    gaps = {f"{IN_GAP}{labels[n]}": Decimal(days) for n, days in covered.in_gap.items()}
    some = {
        f"{PART_OF}{labels[n]}": Decimal(listed)
        for n, (_up, listed) in covered.by_channel.items()
        if listed < covered.days
    }
    against = {
        f"{DISPUTED}{labels[n]}": Decimal(len(days))
        for n, days in found.disputed.items()
        if n in covered.by_channel
    }
    unchecked = {
        f"{UNCHECKED}{labels[record.number]}": Decimal(len(record.listed))
        for record in found.records
        if not record.is_judged and record.kind not in _without(question)
    }
    return Reading(
        Decimal(covered.open_days),
        as_of=found.horizon,
        of=Decimal(covered.days),
        entries=tuple(found.entries),
        parts={
            LONGEST_GAP: Decimal(covered.longest_gap),
            "known": Decimal(covered.open_days),
            **each,
            **some,
            **gaps,
            **against,
            **unchecked,
        },
        unkept=_began_late(question, found),
    )


def say_coverage(question: Question, reading: Reading) -> str:
    if reading.value is None:
        return "ไม่ทราบจำนวนวันที่ช่องทางร้องเรียนเปิดใช้ได้"
    each = [
        _days_of(key.removeprefix(BY_CHANNEL), days, reading)
        for key, days in reading.parts.items()
        if key.startswith(BY_CHANNEL)
    ]
    text = f"ช่องทางร้องเรียนเปิดใช้ได้{all_ways(reading)} {reading.value:f} วัน จาก {reading.of:f} วัน"
    if each:
        text += f" ได้แก่ {' '.join(each)}"
    return to_thai(text + gap_in_words(reading) + disputes_in_words(reading) + unchecked_in_words(reading))


def _days_of(label: str, days: Decimal, reading: Reading) -> str:
    """The days of a channel; one that took complaints for a part of the time only is told with its part."""
    part = reading.parts.get(f"{PART_OF}{label}")
    return f"{label} {days:f} วัน" + (f" จาก {part:f} วันที่รับเรื่อง" if part is not None else "")


def read_alive(question: Question) -> Reading:
    """Channels that were found working at the end of the last counted month, and are not down since. Two queries."""
    found = on_record(question.period)
    records = [*found.records, *found.others]
    if found.horizon is None or not records:
        return _unknown(question, found)
    late = {found.horizon - timedelta(days=back) for back in range(SIGNED_BACK)}
    listed = [record for record in records if record.listed & late]
    down, labels = _down(question.period), _labels(listed)
    alive = [record for record in listed if record.up & late and record.number not in down]
    return Reading(
        Decimal(len(alive)),
        as_of=found.horizon,
        of=Decimal(len(listed)),
        entries=tuple(found.entries),
        parts={f"{BY_CHANNEL}{labels[record.number]}": Decimal(1) for record in alive},
    )


def _down(period: Period) -> set[int]:
    """Channels whose last turn in the period was down."""
    turns = facts(occurred_in=period).filter(kind__in=[kinds.DOWN, kinds.UP]).order_by("number")
    last: dict[int, str] = {}
    for entry in turns.with_payload():
        last[int(entry.content.get("channel", 0))] = entry.kind
    return {number for number, kind in last.items() if kind == kinds.DOWN}


def say_alive(question: Question, reading: Reading) -> str:
    if not reading.value:
        return "ไม่มีช่องทางที่ตรวจแล้วใช้ได้"
    names = [key.removeprefix(BY_CHANNEL) for key in reading.parts if key.startswith(BY_CHANNEL)]
    return to_thai(f"มีช่องทางที่ใช้ได้ {reading.value:f} ช่องทาง" + (f" ได้แก่ {' '.join(names)}" if names else ""))


def read_links(question: Question) -> Reading:
    """Channels that lead to another or are led to, as last seen in the period; what was only stated is told apart."""
    newest = (
        facts(kind=kinds.LINKS_SEEN, occurred_in=question.period).order_by("-number").with_payload().first()
    )
    if newest is None:
        day = min(question.period.end, clock.today())
        return Reading(None, as_of=day, note="ยังไม่มีการตรวจการเชื่อมโยงระหว่างช่องทางในช่วงเวลานี้", unkept=True)
    told: dict[str, Any] = newest.content
    seen, stated = set[int](), set[int]()
    for link in told.get("links", ()):
        (seen if link["how"] == "seen" else stated).update((link["source"], link["target"]))
    channels = [channel["id"] for channel in told.get("channels", ())]
    return Reading(
        Decimal(sum(number in seen for number in channels)),
        as_of=newest.occurred_on,
        of=Decimal(len(channels)),
        entries=(newest.number,),
        parts={"stated": Decimal(sum(number in stated - seen for number in channels))},
    )


def say_links(question: Question, reading: Reading) -> str:
    if reading.value is None or reading.of is None:
        return "ไม่ทราบจำนวนช่องทางที่เชื่อมโยงถึงกัน"
    return to_thai(f"มีช่องทางที่เชื่อมโยงถึงกัน {reading.value:f} ช่องทาง จากทั้งหมด {reading.of:f} ช่องทาง")


INDICATORS = (
    Indicator(
        "channels.coverage", "สัดส่วนวันที่ช่องทางร้องเรียนเปิดใช้ได้", "Share of days on which the channels were open",
        read_coverage, say_coverage, carriers=(kinds.DAYS_COUNTED,),
    ),
    Indicator(
        "channels.alive", "จำนวนช่องทางที่ใช้ได้", "Channels that work", read_alive, say_alive, carriers=(kinds.DAYS_COUNTED,)
    ),
    Indicator(
        "channels.linking_to_each_other", "ช่องทางที่เชื่อมโยงถึงกัน", "Channels that link to one another", read_links,
        say_links, carriers=(kinds.LINKS_SEEN,),
    ),
)  # fmt: skip
