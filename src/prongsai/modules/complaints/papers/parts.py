"""What the parts of a year are made of, in the paper by quarter and in the sheets by half, quarter and month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from prongsai.foundation.casework.statistics import Figures
from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.typeset import Block, Field, Heading, Paragraph, Sheet
from prongsai.foundation.typeset.model import Value
from prongsai.kernel.cases import Phase
from prongsai.kernel.few import FEW
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.choices import COMPLAINT, KINDS
from prongsai.modules.complaints.papers.words import (
    ALL,
    FINISHED,
    IN_TIME,
    NOT_TOLD,
    PENDING,
    TITLES,
    TOPICS,
    WHOLE_YEAR,
    Row,
    counts,
    counts_of,
    month_name,
    quarter_name,
    table,
)
from prongsai.modules.complaints.selectors.year import (
    SPANS,
    YEAR,
    KindYear,
    Named,
    Part,
    by_quarter,
    named,
    states_of,
    subject_of,
)

OTHER = "อื่น ๆ"
WAITING = "รอข้อมูลจากผู้แจ้ง"  # the state's own title speaks to the citizen
TOOK = (f"ไม่เกิน {SPANS[0]} วัน", *(f"{a + 1}–{b} วัน" for a, b in pairwise(SPANS)), f"เกิน {SPANS[-1]} วัน")
CHANNELS = {kind.value: str(kind.label) for kind in ChannelKind}

Counted = Sequence[tuple[str, int]]


def few_words(year: KindYear) -> str:
    """Why parts of the year are not broken down; nothing where each is."""
    if year.is_all_told:
        return ""
    if year.subjects_only:
        return f"{TITLES[year.kind]}ของปีมีน้อยกว่า {FEW} เรื่อง แสดงเฉพาะจำนวนแยกตามด้าน เพื่อไม่ให้ตัวเลขชี้ถึงผู้ร้องเรียน"
    return (
        f"เดือนหรือไตรมาสที่มี{TITLES[year.kind]}น้อยกว่า {FEW} เรื่อง และช่วงที่ใช้คำนวณย้อนกลับได้ ไม่แสดงรายละเอียดแยกตามด้าน ช่องทาง สถานะ "
        "และระยะเวลา เพื่อไม่ให้ตัวเลขชี้ถึงผู้ร้องเรียน"
    )


def part_name(part: Part) -> str:
    """ทั้งปี, ครึ่งปีแรก, ไตรมาสที่ 2, มกราคม 2568."""
    match part.key[:1], part.key[1:]:
        case "", _rest:
            return "ทั้งปี"
        case "h", number:
            return "ครึ่งปีแรก" if number == "1" else "ครึ่งปีหลัง"
        case "q", number:
            return quarter_name(number)
        case _:
            return month_name(part.span)


# -- what a part is made of -----------------------------------------------------------------------------------------


def topics(_year: KindYear, part: Part) -> Named:
    return named(part.by["topic"], TOPICS, OTHER)


def subjects(_year: KindYear, part: Part) -> Named:
    return named(part.by["category"], {key: each.title for key, each in categories().items()}, OTHER)


def channels(_year: KindYear, part: Part) -> Named:
    return named(part.by["channel"], CHANNELS, OTHER)


def states(year: KindYear, part: Part) -> Named:
    """Every state of the kind's table; none is said as none."""
    names = {
        state.key: WAITING if state.phase is Phase.WAITING else state.title for state in states_of(year.kind)
    }
    return named({**dict.fromkeys(names, Figures()), **part.by["state"]}, names, OTHER)


# -- in the paper ---------------------------------------------------------------------------------------------------


def quarterly(year: KindYear, about: str) -> list[Block]:
    """Tables of a kind of case: by subject, way in, state and time taken, each by quarter and over the year."""
    subject = ("ด้าน", topics) if subject_of(year.kind) == "topic" else ("เรื่อง", subjects)

    def received(of: Callable[[KindYear, Part], Named]) -> Callable[[Part], Counted]:
        return lambda part: [(words, figures.received) for words, figures in of(year, part)]

    def took(part: Part) -> Counted:
        return list(zip(TOOK, part.in_spans, strict=True))

    blocks: list[Block] = [
        *_quarters(year, f"{about}แยกตาม{subject[0]}", subject[0], received(subject[1])),
        *_quarters(year, f"{about}แยกตามช่องทาง", "ช่องทาง", received(channels)),
        *_quarters(year, f"{about}แยกตามสถานะ", "สถานะ", received(states)),
        *_quarters(year, f"{about}ที่แล้วเสร็จแยกตามระยะเวลา", "ระยะเวลา", took, total="timed"),
    ]
    if year.total.median_days is not None:
        sentence = f"เรื่องที่แล้วเสร็จครึ่งหนึ่งใช้เวลาไม่เกิน {year.total.median_days} วัน เฉลี่ย {year.total.average_days} วัน ไม่นับวันที่รอข้อมูลจากผู้แจ้ง"
        if year.total.untimed:
            sentence += f" และไม่รวมเรื่องที่ไม่รับไว้พิจารณาหรือผู้แจ้งขอยุติ {year.total.untimed} เรื่อง"
        blocks.append(Paragraph(to_thai(sentence), small=True))
    if few := few_words(year):
        blocks.append(Paragraph(to_thai(few), small=True))
    return blocks


def _quarters(
    year: KindYear, caption: str, first: str, of: Callable[[Part], Counted], *, total: str = "received"
) -> tuple[Block, Block]:
    """Its title, and the table: columns for the quarters, where one of them is broken down, and for the year."""
    told = by_quarter(year, of, total)

    def cell(part: Part, count: int | None) -> int | str:
        if count is None:
            return NOT_TOLD if part.span.is_known else "ไม่มีข้อมูล"
        return count

    rows: list[Row] = [(words, *map(cell, told.columns, each)) for words, each in told.rows]
    heads = [*map(part_name, told.quarters), WHOLE_YEAR]
    caption = f"{caption} {'รายไตรมาส' if told.quarters else 'ทั้งปี'}"
    return Heading(caption, level=2), table(caption, first, heads, [*rows, ("รวม", *told.total)])


# -- in the sheets --------------------------------------------------------------------------------------------------

KIND, PART = Field("ประเภทเรื่อง", 26), Field("ช่วงเวลา", 18)
FIGURES = (Field(ALL, 12), Field(FINISHED, 14), Field(PENDING, 16), Field(IN_TIME, 14))


def sheets(kinds: Mapping[str, KindYear], title: str) -> tuple[Sheet, ...]:
    """A row for each kind of case, part of the year and what it is broken down by."""
    years = [kinds[kind] for kind in KINDS]
    few = " ".join(filter(None, map(few_words, years)))
    broken_down = f"{title} ({few})" if few else title
    complaints = [year for year in years if year.kind == COMPLAINT]
    return (
        Sheet("รายเดือน", title, (KIND, Field("เดือน", 12), *FIGURES), tuple(_months(years))),
        Sheet("รายไตรมาส", title, (KIND, PART, *FIGURES), tuple(_longer(years))),
        _sheet("ตามด้าน", broken_down, Field("ด้าน", 40, wrap=True), complaints, topics),
        _sheet("ตามเรื่อง", broken_down, Field("เรื่อง", 40, wrap=True), years, subjects),
        _sheet("ตามช่องทาง", broken_down, Field("ช่องทาง", 32), years, channels),
        _states(broken_down, years),
        _times(broken_down, years),
    )


def _months(years: Sequence[KindYear]) -> Iterator[tuple[Value, ...]]:
    for year in years:
        for span in year.months:
            if span.is_begun:
                yield TITLES[year.kind], span.period.start, *counts_of(span)


def _longer(years: Sequence[KindYear]) -> Iterator[tuple[Value, ...]]:
    """Quarters, halves and the year."""
    for year in years:
        for key in ("q1", "q2", "q3", "q4", "h1", "h2", YEAR):
            if part := year.parts.get(key):
                yield TITLES[year.kind], part_name(part), *counts_of(part.span)


def _told(years: Sequence[KindYear], by: str = "") -> Iterator[tuple[KindYear, Part]]:
    """The parts that are broken down `by` something: of few cases by their subjects alone."""
    for year in years:
        for part in year.parts.values():
            is_told = part.is_told and (by == "topic" or not part.subjects_only)
            if is_told and part.span.is_known and part.span.figures.received:
                yield year, part


def _sheet(
    name: str,
    title: str,
    field: Field,
    years: Sequence[KindYear],
    of: Callable[[KindYear, Part], Named],
) -> Sheet:
    rows = tuple(
        (TITLES[year.kind], part_name(part), words, *_row(part, figures))
        for year, part in _told(years, "topic" if of is topics else "")
        for words, figures in of(year, part)
    )
    return Sheet(name, title, (KIND, PART, field, *FIGURES), rows)


def _row(part: Part, figures: Figures) -> tuple[Value, ...]:
    return (figures.received, None, None, None) if part.subjects_only else counts(figures)


def _states(title: str, years: Sequence[KindYear]) -> Sheet:
    rows = tuple(
        (TITLES[year.kind], part_name(part), words, figures.received)
        for year, part in _told(years)
        for words, figures in states(year, part)
    )
    return Sheet("ตามสถานะ", title, (KIND, PART, Field("สถานะ", 40), Field("จำนวนเรื่อง", 12)), rows)


def _times(title: str, years: Sequence[KindYear]) -> Sheet:
    """How many finished ones took how many days of the clock, half of them at most, and on average."""
    rows = tuple(
        (
            TITLES[year.kind],
            part_name(part),
            *part.in_spans,
            *(None if each is None else float(each) for each in _days(part)),
        )
        for year, part in _told(years)
    )
    fields = (*(Field(words, 13) for words in TOOK), Field("ครึ่งหนึ่งไม่เกิน (วัน)", 14), Field("เฉลี่ย (วัน)", 12))
    return Sheet("ระยะเวลา", title, (KIND, PART, *fields), rows)


def _days(part: Part) -> tuple[Decimal | None, Decimal | None]:
    return part.span.figures.median_days, part.span.figures.average_days
