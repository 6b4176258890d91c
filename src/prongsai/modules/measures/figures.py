"""Figures that the office states until a module reads them from records, and how any figure says itself in Thai."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from prongsai.kernel import clock
from prongsai.kernel.contracts import Indicator, Origin, Period, Question, Reading, Topic, Window, WindowKind
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import fiscal_year_of, short_date
from prongsai.kernel.thai.digits import to_thai
from prongsai.kernel.topics import topics_phrase
from prongsai.modules.measures import rules
from prongsai.modules.measures.evidence import Evidence, Fact, load_evidence

STATED = "figure_stated"
# A figure "at the end" must not be older than this when the year is over.
FRESH_AT_END = timedelta(days=31)

# What is counted over the whole period: a zero of October says nothing of September.
COUNTS = {"complaints.received", "channels.coverage"}


def may_be_stated(key: str) -> bool:
    """Whether offices tell the figure themselves: no module reads it, or not for those that do not work in the module."""
    known = registry()
    return key in known.stated or (key in known.indicators and known.indicators[key].provisional)


def number_of(value: object) -> Decimal | None:
    """A figure from a payload, where numbers are kept as text; None when there is none."""
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None


def is_fresh(fact: Fact, period: Period) -> bool:
    """Whether a figure speaks of the period's end; while it runs, any day will do."""
    return clock.today() <= period.end or fact.occurred_on >= period.end - FRESH_AT_END


def admits(fact: Fact, *, window: Window, period: Period) -> bool:
    """Whether a stated figure counts for `period`: its day is the day it speaks of (as of)."""
    if fact.about_period is not None and not fact.about_period.overlaps(period):
        return False
    if window.kind is WindowKind.AT_END:
        return fact.occurred_on in period and is_fresh(fact, period)
    return window.admits(occurred_on=fact.occurred_on, about=fact.about_period, period=period)


def stated_reading(evidence: Evidence, key: str, question: Question, window: Window) -> Reading:
    """The newest figure the office stated for indicator `key`, or a reading that is not known and says why."""
    stated = [
        f for f in evidence.of(STATED, key) if not question.about or f.payload.get("about") == question.about
    ]
    inside = [f for f in stated if admits(f, window=window, period=question.period)]
    if not inside:
        note = "ตัวเลขที่แจ้งไว้อยู่นอกช่วงเวลา" if stated else "ยังไม่มีตัวเลข"
        return Reading(None, as_of=question.period.end, note=note)
    fact = max(inside, key=lambda f: (f.occurred_on, f.number))
    value, parts = _value_for(fact.payload, question.topics)
    if key in COUNTS and value == 0 and not is_fresh(fact, question.period):
        note = f"ตัวเลขมีถึงวันที่ {short_date(fact.occurred_on)} เท่านั้น"
        return Reading(None, as_of=fact.occurred_on, note=note)
    return Reading(
        value,
        as_of=fact.occurred_on,
        of=number_of(fact.payload.get("of")),
        origin=Origin.DOCUMENT if fact.origin is Origin.DOCUMENT else Origin.WORD,
        entries=(fact.number,),
        scale=str(fact.payload.get("scale", "")),
        sample=int(fact.payload["sample"]) if fact.payload.get("sample") else None,
        note="" if value is not None else "ตัวเลขที่แจ้งไว้ไม่ได้แยกตามด้าน",
        parts=parts,
    )


def _value_for(
    payload: Mapping[str, Any], topics: frozenset[Topic]
) -> tuple[Decimal | None, dict[str, Decimal]]:
    """The figure for these topics. A total of zero is zero for each; a total above zero says nothing of one topic."""
    total = number_of(payload.get("value"))
    parts = {k: n for k, v in (payload.get("parts") or {}).items() if (n := number_of(v)) is not None}
    if not topics or total == 0:
        return total, parts
    by_topic: Mapping[str, Mapping[str, Any]] = payload.get("topics") or {}
    if not all(topic in by_topic for topic in topics):
        return None, {}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for topic in topics:
        for name, amount in by_topic[topic].items():
            sums[name] += number_of(amount) or Decimal(0)
    return sums.pop("value", Decimal(0)), dict(sums)


def share_of(reading: Reading) -> Decimal | None:
    """The reading's share; a value without `of` stays as it is: offices state shares and means themselves."""
    return reading.value if reading.of is None else reading.share


def sentence(key: str, question: Question, reading: Reading) -> str:
    """The indicator's own sentence for a reading, with Thai numerals."""
    return registry().indicators[key].sentence(question, reading)


def _template_sentence(definition: Mapping[str, Any], question: Question, reading: Reading) -> str:
    value = reading.value
    template = definition["sentence"]
    if value == 0 and "zero" in definition:
        template = definition["zero"]
    elif "{finished}" in template and "finished" not in reading.parts:
        template = template.split(" ดำเนินการแล้วเสร็จ")[0]
    share = share_of(reading)
    level = rules.level_of(value, reading.scale) if value is not None and reading.scale else None
    words = {
        "value": _plain(value),
        "of": _plain(reading.of),
        "percent": _plain(round(share * 100, 2).normalize()) if share is not None else "-",
        "topics": topics_phrase(question.topics),
        "level": rules.level_title(level) if level else _ita_words(question, value),
        "scale": rules.scale_title(reading.scale),
        "sample": str(reading.sample or "-"),
        **{name: _plain(amount) for name, amount in reading.parts.items()},
    }
    return to_thai(template.format_map(defaultdict(lambda: "-", words)))


def _ita_words(question: Question, value: Decimal | None) -> str:
    """ผ่านเกณฑ์ or ไม่ผ่านเกณฑ์, for the one sentence that says so."""
    mark = rules.ita_pass_mark(fiscal_year_of(question.period.end))
    if value is None or mark is None:
        return ""
    return "ผ่านเกณฑ์การประเมิน" if value >= mark else "ไม่ผ่านเกณฑ์การประเมิน"


def _plain(number: Decimal | None) -> str:
    """The figure as it was given (4.30 stays 4.30), at most two decimals; - when unknown."""
    if number is None:
        return "-"
    return f"{number:f}" if number == round(number, 2) else f"{number:.2f}"


def _read_stated(key: str) -> Any:
    def read(question: Question) -> Reading:
        evidence = load_evidence(wanted=[(STATED, key)], period=question.period, units=())
        return stated_reading(evidence, key, question, Window())

    return read


def _say_stated(definition: Mapping[str, Any]) -> Any:
    def say(question: Question, reading: Reading) -> str:
        return _template_sentence(definition, question, reading)

    return say


def stated_indicators() -> Sequence[Indicator]:
    """The indicators of `data/indicators.toml`: each gives way to a module that reads it from records."""
    return [
        Indicator(
            key=key,
            title=definition["title"],
            title_en=definition["title_en"],
            read=_read_stated(key),
            sentence=_say_stated(definition),
            provisional=True,
        )
        for key, definition in rules.load("indicators").items()
    ]
