"""Proofs and windows in Thai, for whoever chooses or mends them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from prongsai.kernel.contracts import About, FactKind, Indicator, Period, Window, WindowKind
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import short_date
from prongsai.kernel.topics import topics_phrase
from prongsai.modules.measures import rules
from prongsai.modules.measures.notation import LEVELS, ProofTerm

_OPERATORS = {">=": "ตั้งแต่ {} ขึ้นไป", "<=": "ไม่เกิน {}", "=": "เท่ากับ {}", ">": "มากกว่า {}", "<": "น้อยกว่า {}"}
_LEVELS = {">=": "ระดับ{}ขึ้นไป", "<=": "ไม่เกินระดับ{}", "=": "ระดับ{}", ">": "สูงกว่าระดับ{}", "<": "ต่ำกว่าระดับ{}"}
_NEEDS = {"mean": "ค่าเฉลี่ย", "sample": "จำนวนผู้ตอบ", "scale": "เกณฑ์แปลผล"}


def kind_title(key: str) -> str:
    """จัดประชุม for meeting_held; the key itself when nobody provides it."""
    known = registry().fact_kinds.get(key)
    return known.title if known else key


def about_title(key: str) -> str:
    """What a fact is about, in Thai."""
    known = registry().abouts.get(key)
    return known.title if known else key


def of_what(key: str) -> str:
    """เรื่อง… with a space before what is not Thai; empty for facts about nothing in particular."""
    title = about_title(key)
    return (f"เรื่อง {title}" if title[0].isascii() else f"เรื่อง{title}") if title else ""


def indicator_title(key: str) -> str:
    known = registry().indicators.get(key)
    return known.title if known else key


def english_title(
    titled: Mapping[str, FactKind] | Mapping[str, About] | Mapping[str, Indicator], key: str
) -> str:
    """The English title of a kind, a thing or an indicator among those known; the key itself when nobody provides it."""
    known = titled.get(key)
    return known.title_en if known else key


def describe(term: ProofTerm) -> str:
    """What must hold, in one Thai phrase; every term of the notation has one."""
    return _DESCRIBED[term.name](term)


def _fact(term: ProofTerm) -> str:
    parts = [f"มีบันทึก “{kind_title(term.key)}”"]
    if term.about:
        parts.append(of_what(term.about))
    if term.minimum > 1:
        parts.append(f"อย่างน้อย {term.minimum} ครั้ง")
    if term.channels:
        parts.append(f"ผ่านอย่างน้อย {term.channels} ช่องทาง")
    if term.share is not None:
        parts.append(f"มีผู้รับทราบร้อยละ {_percent(term.share)} ขึ้นไป")
    if term.every_unit:
        parts.append("ครบทุกส่วนราชการ")
    return " ".join(parts)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


def _indicator(term: ProofTerm) -> str:
    parts = [f"ตัวชี้วัด “{indicator_title(term.key)}”{_scope(term)} {_compared(term)}"]
    if term.needs:
        parts.append("ต้องบอก" + " ".join(words for need, words in _NEEDS.items() if need in term.needs))
    if term.or_reported:
        parts.append("หรือมีรายงานส่วนที่ขาด")
    return " ".join(parts)


def _compared(term: ProofTerm) -> str:
    """The threshold with its comparison: a level, the year's pass mark, a share or a number."""
    if term.threshold in LEVELS:
        return _LEVELS[term.operator].format(rules.level_title(str(term.threshold)))
    if term.threshold == "pass":
        return "ผ่านเกณฑ์ของปีนั้น"
    number = Decimal(str(term.threshold))
    share = term.name == "ratio" or (term.name == "indicator" and number != number.to_integral())
    said = f"ร้อยละ {_percent(number)}" if share else f"{number.normalize():f}"
    return _OPERATORS[term.operator].format(said)


def _scope(term: ProofTerm) -> str:
    topics = f" {topics_phrase(term.topics)}" if term.topics else ""
    return f" {of_what(term.about)}{topics}" if term.about else topics


def _ratio(term: ProofTerm) -> str:
    share = Decimal(str(term.threshold))
    if share == 1 and term.operator in {"=", ">="}:
        return f"“{indicator_title(term.key)}”{_scope(term)} ครบทั้งหมด"
    return f"สัดส่วน “{indicator_title(term.key)}”{_scope(term)} {_compared(term)}"


def _figure(term: ProofTerm) -> str:
    return f"ตัวเลขในข้อความตรงกับ “{indicator_title(term.key)}”{_scope(term)}: {_compared(term)}"


def _zero(term: ProofTerm) -> str:
    about = topics_phrase(term.topics) or "ทุกเรื่อง"
    return f"ไม่มีเรื่องร้องเรียน {about} และช่องทางร้องเรียนเปิดใช้ได้ตลอด"


_DESCRIBED = {
    "fact": _fact,
    "alive": lambda term: f"ตรวจแล้วเปิดดูได้ {of_what(term.about)}",
    "indicator": _indicator,
    "ratio": _ratio,
    "figure": _figure,
    "zero": _zero,
    "entry": lambda term: f"หลักฐาน {term.entry} ที่เลือกไว้",
    "attest": lambda term: "ผู้มีหน้าที่รับรองข้อความนี้",
}


def admitted(window: Window, period: Period) -> Period:
    """The days on which a fact may have occurred."""
    return (
        period.widened(before=window.before, after=window.after)
        if window.kind is WindowKind.ABOUT
        else period
    )


def describe_window(window: Window, period: Period | None = None) -> str:
    """When what proves may have happened; with the measure's period in days of the calendar."""
    if window.kind is WindowKind.AT_END:
        return f"เป็นค่า ณ {short_date(period.end)}" if period else "เป็นค่า ณ วันสิ้นสุดของมาตรการ"
    if window.kind is WindowKind.INSIDE:
        return f"เกิดขึ้นในช่วง {_span(period)}" if period else "เกิดขึ้นในระยะเวลาของมาตรการ"
    if period:
        return f"เป็นเรื่องของช่วง {_span(period)} ลงวันที่ได้ตั้งแต่ {_span(admitted(window, period))}"
    before = f"ก่อนเริ่มไม่เกิน {window.before} วัน" if window.before else "ไม่ก่อนวันเริ่ม"
    after = f"หลังสิ้นสุดไม่เกิน {window.after} วัน" if window.after else "ไม่หลังวันสิ้นสุด"
    return f"เป็นเรื่องของระยะเวลานั้น ลงวันที่{before} และ{after}"


def _span(period: Period) -> str:
    if period.start == period.end:
        return short_date(period.start)
    return f"{short_date(period.start)} ถึง {short_date(period.end)}"
