"""The figures of complaints that statements are tested against, read from facts alone and said in Thai.

Not known is not zero: a month that nobody counted, a register that disagrees with the ledger, a sealed channel that did
not publish its quarter, or messages that nobody has looked at leave the figure unknown, and the reading says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from prongsai.kernel import clock
from prongsai.kernel.contracts import Indicator, Period, Question, Reading
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import BUDDHIST_ERA, SHORT_MONTHS, short_date
from prongsai.kernel.thai.digits import to_thai
from prongsai.kernel.topics import SEALED_TOPICS, topics_phrase
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, SUGGESTION, UNSORTED
from prongsai.modules.complaints.selectors.endings import standing
from prongsai.modules.complaints.selectors.figures import (
    COUNTED,
    GRACE,
    NO_TOPIC,
    OPENED,
    SERIES,
    Register,
    moved,
    pending_at,
    register,
    sealed_in,
    total,
)
from prongsai.modules.complaints.selectors.known import UNPUBLISHED

SEALED = "corruption.received"
CARRIERS = (OPENED, COUNTED, UNSORTED)
# What came in before the first night, in which the day since when the register is kept is put on record.
FIRST_DAY = "เพิ่งเริ่มรับเรื่องร้องเรียนในระบบ ก่อนหน้านี้ไม่มีข้อมูล"


@dataclass(frozen=True)
class Figures:
    """One kind of case in a period, of some subjects: the present figures, and what keeps them from being known."""

    kept: Register
    received: int
    finished: int  # of those received
    closed: int  # in the period, whenever they were received
    timed: int  # of those closed: finished by the office, neither refused nor withdrawn
    in_time: int  # of those timed
    found_true: int  # of those closed
    ways: Mapping[tuple[str, str], int]  # by which kinds of channel they came, by subject; of all subjects
    entries: tuple[int, ...]
    note: str = ""  # why it is not known
    unkept: bool = False
    untopiced: int = 0  # received, with no subject said: each may be of any


def figures_of(kind: str, question: Question) -> Figures:
    """Two queries, and none that another question of the same judgement has asked.

    What was closed is counted over the whole period: a case that was closed, opened again and closed again is one.
    """
    period, topics = question.period, frozenset(topic.value for topic in question.topics)
    kept = register(period)
    found = standing(kind, period)
    present, ended = total(found.sums, topics=topics), found.ends(topics)
    came_first = kept.since is None and present.received
    return Figures(
        kept=kept,
        received=present.received,
        finished=present.finished,
        closed=ended.finished,
        timed=ended.timed,
        in_time=ended.in_time,
        found_true=ended.found_true,
        ways=found.ways,
        entries=_entries(
            kept, period, [first for (first, topic) in found.sums if not topics or topic in topics]
        ),
        note=FIRST_DAY if came_first else _why_not(kept, period),
        unkept=kept.since is None or kept.since > period.start + GRACE,
        untopiced=total(found.sums, topics=frozenset({NO_TOPIC})).received,
    )


def _entries(kept: Register, period: Period, came: list[date]) -> tuple[int, ...]:
    """The counted months that carry the figure: of a zero all of them, otherwise those in which something came in.

    What a single case left on record is never cited: its day, subject and unit would stand in what everybody reads. For
    days that are not counted yet the register itself is.
    """
    counted = {first: month.number for first, month in kept.inside(period).items()}
    if not came:
        return tuple(sorted(counted.values()))
    carrying = [counted[first] for first in came if first in counted]
    return tuple(sorted({*carrying, *([] if len(carrying) == len(came) else [kept.opened])}))


def _why_not(kept: Register, period: Period) -> str:
    """Why the figure is not known, in one sentence; empty when it is."""
    if kept.since is None:
        return "หน่วยงานยังไม่ได้รับเรื่องร้องเรียนในระบบ"
    if kept.since > period.start + GRACE:
        return f"รับเรื่องร้องเรียนในระบบตั้งแต่วันที่ {short_date(kept.since)} ก่อนหน้านั้นไม่มีข้อมูล"
    if missing := kept.missing(period):
        return f"ยังไม่ได้นับเรื่องประจำเดือน {_months(missing)}"
    differing = [first for first, month in sorted(kept.inside(period).items()) if not month.agrees]
    if differing:
        return f"ทะเบียนเรื่องกับบันทึกหลักฐานไม่ตรงกันในเดือน {_months(differing)}"
    if kept.unseen:  # each of them may be one more
        return f"มีข้อความที่เข้ามา {kept.unseen} ข้อความยังไม่มีผู้ดูว่าเป็นเรื่องถึงหน่วยงานหรือไม่"
    if kept.unsorted:  # what was guessed to be something else may be a complaint
        return f"มี {kept.unsorted} เรื่องที่ระบบคาดประเภทจากข้อความ และยังไม่มีเจ้าหน้าที่ตรวจว่าเป็นเรื่องประเภทใด"
    return ""


def _months(firsts: list[date]) -> str:
    return ", ".join(f"{SHORT_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}" for day in firsts)


def _as_of(question: Question) -> date:
    return min(question.period.end, clock.today())


# -- complaints about the office, the sealed channel's among them -------------------------------------------------


def _sealed(question: Question) -> Reading | None:
    """What the sealed channel published of the period, where it serves the subjects and the office has one.

    None where the office had none: nothing was published, and no sealed channel stood in the register.
    """
    indicator = registry().indicators.get(SEALED)
    if indicator is None or (question.topics and not question.topics & SEALED_TOPICS):
        return None
    reading = indicator.read(replace(question, topics=question.topics & SEALED_TOPICS))
    silent = reading.unkept and reading.value is None and not reading.entries
    return None if silent and not sealed_in(question.period) else reading


def _received(question: Question) -> Reading:
    own, sealed = figures_of(COMPLAINT, question), _sealed(question)
    known = Decimal(own.received) + (_at_least(sealed) if sealed else 0)
    finished = Decimal(own.finished) + (_finished(sealed) if sealed else 0)
    parts = {
        "finished": finished,
        "pending": known - finished,
        "in_time": Decimal(own.in_time),
        "found_true": Decimal(own.found_true),
        **_by_channel(own, question),
    }
    note = own.note
    if not note and sealed is not None and sealed.value is None:
        note = f"ช่องทางแจ้งเบาะแสการทุจริต: {sealed.note or 'ยังไม่ได้เผยแพร่จำนวนเรื่อง'}"
        parts[UNPUBLISHED] = Decimal(1)
        if at_least := _at_least(sealed):
            parts["channel_sealed"] = at_least
    if not note and question.topics and not known and own.untopiced:
        note = f"มีเรื่องร้องเรียน {own.untopiced} เรื่องที่ยังไม่ได้ระบุด้าน จึงไม่ทราบว่าเป็นเรื่อง{topics_phrase(question.topics)}หรือไม่"
    if sealed is not None and sealed.value:
        parts["channel_sealed"] = sealed.value
    entries = tuple(sorted({*own.entries, *(sealed.entries if sealed else ())}))
    if note:
        parts |= {"known": known}
        return Reading(
            None, _as_of(question), entries=entries, note=note, parts=parts, unkept=own.unkept
        )  # fmt: skip
    return Reading(
        known, _as_of(question), entries=entries, parts=parts, note="" if known else _left(question)
    )


def _by_channel(own: Figures, question: Question) -> dict[str, Decimal]:
    """How many of these subjects came by which kind of channel."""
    parts: dict[str, Decimal] = {}
    for (topic, channel), number in own.ways.items():
        if channel and (not question.topics or topic in question.topics):
            parts[f"channel_{channel}"] = parts.get(f"channel_{channel}", Decimal(0)) + number
    return parts


def _left(question: Question) -> str:
    """Of a zero: how many were on record as complaints of these subjects and this period and are put elsewhere since, in
    words; "" for none."""
    gone = {"เปลี่ยนเป็นเรื่องประเภทอื่น": set[str](), "แก้วันที่รับเป็นวันนอกช่วงนี้": set[str](), "ย้ายไปด้านอื่น": set[str]()}
    kind, day, topic = gone.values()
    for each in moved(COMPLAINT, question.period):
        if question.topics and each.topic not in question.topics:
            continue
        if each.now_kind != SERIES[COMPLAINT].received:
            kind.add(each.subject)
        elif not question.period.start <= each.now_on <= question.period.end:
            day.add(each.subject)
        elif question.topics and each.now_topic not in question.topics:
            topic.add(each.subject)
    return " ".join(f"{said} {len(cases)} เรื่อง" for said, cases in gone.items() if cases)


def _at_least(reading: Reading) -> Decimal:
    return reading.value if reading.value is not None else reading.parts.get("known", Decimal(0))


def _finished(sealed: Reading) -> Decimal:
    """How many of those received in the period are finished at least: what was carried over may be what was closed."""
    closed, carried = (sealed.parts.get(name, Decimal(0)) for name in ("finished", "carried"))
    return max(Decimal(0), closed - carried)


def _say_received(question: Question, reading: Reading) -> str:
    about = topics_phrase(question.topics)
    if reading.value is None:
        return to_thai(f"ไม่มีข้อมูลจำนวนเรื่องร้องเรียน{about} {reading.note}".rstrip())
    if not reading.value:
        return f"ไม่มีเรื่องร้องเรียน{about}"
    finished = reading.parts.get("finished")
    done = "" if finished is None else f" ดำเนินการแล้วเสร็จ {finished:.0f} เรื่อง"
    return to_thai(f"มีเรื่องร้องเรียน{about} {reading.value:.0f} เรื่อง{done}")


def _pending(question: Question) -> Reading:
    """Open at the end of the period, or now while it runs: whenever they came in, the sealed channel's among them."""
    own, sealed = figures_of(COMPLAINT, question), _sealed(question)
    still = pending_at(COMPLAINT, _as_of(question))
    value = Decimal(sum(n for topic, n in still.items() if not question.topics or topic in question.topics))
    note, entries = own.note, own.entries
    if sealed is not None:
        entries = tuple(sorted({*entries, *sealed.entries}))
        value += sealed.parts.get("pending", Decimal(0))
        if not note and sealed.value is None:
            note = f"ช่องทางแจ้งเบาะแสการทุจริต: {sealed.note}"
    if note:
        return Reading(
            None, _as_of(question), entries=entries, note=note, parts={"known": value}, unkept=own.unkept
        )  # fmt: skip
    return Reading(value, _as_of(question), entries=entries)


# -- the others ---------------------------------------------------------------------------------------------------

Pick = Callable[[Figures], tuple[int, int | None]]  # value, and of how many


def _reader(kind: str, pick: Pick) -> Callable[[Question], Reading]:
    def read(question: Question) -> Reading:
        found = figures_of(kind, question)
        value, of = pick(found)
        if found.note:
            return Reading(
                None, _as_of(question), entries=found.entries, note=found.note, unkept=found.unkept,
                parts={"known": Decimal(value)} if of is None else {},
            )  # fmt: skip
        if of == 0:
            return Reading(None, _as_of(question), entries=found.entries, note="ไม่มีเรื่องในช่วงนี้ จึงไม่มีสัดส่วนให้คิด")
        return Reading(
            Decimal(value), _as_of(question), of=None if of is None else Decimal(of), entries=found.entries
        )

    return read


def _teller(sentence: str, zero: str) -> Callable[[Question, Reading], str]:
    """A sentence with {value}, {of}, {percent} and {topics}; `zero` is said where nothing was counted."""

    def say(question: Question, reading: Reading) -> str:
        about = topics_phrase(question.topics)
        if reading.value is None:
            return to_thai(f"ไม่มีข้อมูล {reading.note}".rstrip())
        percent = f"{reading.value / reading.of * 100:.2f}".rstrip("0").rstrip(".") if reading.of else "-"
        template = zero if not reading.value and reading.of is None else sentence
        of = "-" if reading.of is None else f"{reading.of:.0f}"
        return to_thai(template.format(value=f"{reading.value:.0f}", of=of, percent=percent, topics=about))

    return say


def _made(
    key: str, title: str, english: str, kind: str, pick: Pick, sentence: str, zero: str = ""
) -> Indicator:
    return Indicator(key, title, english, _reader(kind, pick), _teller(sentence, zero), carriers=CARRIERS)


INDICATORS = (
    Indicator(
        "complaints.received", "จำนวนเรื่องร้องเรียน", "Complaints received", _received, _say_received, carriers=CARRIERS
    ),
    _made(
        "complaints.closed", "จำนวนเรื่องร้องเรียนที่ยุติแล้ว", "Complaints closed", COMPLAINT, lambda f: (f.closed, None),
        "ยุติเรื่องร้องเรียน{topics} {value} เรื่อง", "ไม่มีเรื่องร้องเรียน{topics}ที่ยุติในช่วงนี้",
    ),
    Indicator(
        "complaints.pending", "จำนวนเรื่องร้องเรียนที่อยู่ระหว่างดำเนินการ", "Complaints still open", _pending,
        _teller("มีเรื่องร้องเรียน{topics}อยู่ระหว่างดำเนินการ {value} เรื่อง", "ไม่มีเรื่องร้องเรียน{topics}ค้างดำเนินการ"),
        carriers=CARRIERS,
    ),
    _made(
        "complaints.found_true", "จำนวนเรื่องร้องเรียนที่ตรวจสอบแล้วพบว่ามีมูล", "Complaints found to be true", COMPLAINT,
        lambda f: (f.found_true, None), "ตรวจสอบแล้วพบว่าเรื่องร้องเรียน{topics}มีมูล {value} เรื่อง",
        "ไม่มีเรื่องร้องเรียน{topics}ที่ตรวจสอบแล้วพบว่ามีมูล",
    ),
    _made(
        "complaints.finished_share", "สัดส่วนเรื่องร้องเรียนที่ดำเนินการแล้วเสร็จ", "Share of complaints finished", COMPLAINT,
        lambda f: (f.finished, f.received),
        "ดำเนินการเรื่องร้องเรียน{topics}แล้วเสร็จ {value} เรื่อง จาก {of} เรื่อง คิดเป็นร้อยละ {percent}",
    ),
    _made(
        "complaints.answered_in_time", "สัดส่วนเรื่องร้องเรียนที่ยุติภายในกำหนด", "Share of complaints answered in time",
        COMPLAINT, lambda f: (f.in_time, f.timed),
        "ยุติเรื่องร้องเรียน{topics}ภายในกำหนด {value} เรื่อง จาก {of} เรื่อง คิดเป็นร้อยละ {percent}",
    ),
    _made(
        "feedback.received", "จำนวนความคิดเห็นที่ได้รับ", "Feedback received", SUGGESTION, lambda f: (f.received, None),
        "ได้รับความคิดเห็นและข้อเสนอแนะ {value} เรื่อง", "ไม่มีผู้แสดงความคิดเห็นหรือข้อเสนอแนะ",
    ),
    _made(
        "feedback.answered_share", "สัดส่วนความคิดเห็นที่ตอบแล้ว", "Share of feedback answered", SUGGESTION,
        lambda f: (f.finished, f.received),
        "ตอบความคิดเห็นและข้อเสนอแนะแล้ว {value} เรื่อง จาก {of} เรื่อง คิดเป็นร้อยละ {percent}",
    ),
    _made(
        "grievances.received", "จำนวนเรื่องร้องทุกข์แจ้งเหตุ", "Reports of trouble received", GRIEVANCE,
        lambda f: (f.received, None), "รับเรื่องร้องทุกข์แจ้งเหตุ {value} เรื่อง", "ไม่มีเรื่องร้องทุกข์แจ้งเหตุ",
    ),
    _made(
        "grievances.finished_share", "สัดส่วนเรื่องร้องทุกข์แจ้งเหตุที่แล้วเสร็จ", "Share of reports of trouble finished",
        GRIEVANCE, lambda f: (f.finished, f.received),
        "ดำเนินการเรื่องร้องทุกข์แจ้งเหตุแล้วเสร็จ {value} เรื่อง จาก {of} เรื่อง คิดเป็นร้อยละ {percent}",
    ),
    _made(
        "grievances.answered_in_time", "สัดส่วนเรื่องร้องทุกข์แจ้งเหตุที่ยุติภายในกำหนด",
        "Share of reports of trouble answered in time", GRIEVANCE, lambda f: (f.in_time, f.timed),
        "ยุติเรื่องร้องทุกข์แจ้งเหตุภายในกำหนด {value} เรื่อง จาก {of} เรื่อง คิดเป็นร้อยละ {percent}",
    ),
    _made(
        "information.requested", "จำนวนคำขอข้อมูลข่าวสาร", "Requests for official information", INFORMATION,
        lambda f: (f.received, None), "มีคำขอข้อมูลข่าวสาร {value} เรื่อง", "ไม่มีคำขอข้อมูลข่าวสาร",
    ),
    _made(
        "information.answered_in_time", "สัดส่วนคำขอข้อมูลข่าวสารที่แจ้งผลภายในกำหนด",
        "Share of information requests answered in time", INFORMATION, lambda f: (f.in_time, f.timed),
        "แจ้งผลคำขอข้อมูลข่าวสารภายในกำหนด {value} เรื่อง จาก {of} เรื่อง คิดเป็นร้อยละ {percent}",
    ),
)  # fmt: skip
