"""Reading dates, periods and fiscal years as Thai offices write them: "๑ ต.ค.๖๗ ถึง ๓๐ ก.ย.๖๘", "ไตรมาสที่ 2"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from prongsai.kernel.thai.dates import BUDDHIST_ERA, SHORT_MONTHS
from prongsai.kernel.thai.digits import to_arabic

if TYPE_CHECKING:
    from prongsai.kernel.contracts import Period

# Every line is one month: its names in full, then its two letters, whose dots people leave out.
_FULL = (
    "มกราคม|มกรา", "กุมภาพันธ์|กุมภา", "มีนาคม|มีนา", "เมษายน|เมษา", "พฤษภาคม|พฤษภา", "มิถุนายน|มิถุนา",
    "กรกฎาคม|กรกฏาคม|กรกฎา", "สิงหาคม|สิงหา", "กันยายน|กันยา", "ตุลาคม|ตุลา", "พฤศจิกายน|พฤศจิกา", "ธันวาคม|ธันวา",
)  # fmt: skip
_ENGLISH = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?", "sept?(?:ember)?",
    "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip


def _month_pattern(number: int, full: str, short: str) -> str:
    first, second = short.rstrip(".").split(".")
    dotted = rf"{first}\.{second}\.?|{first}{second}\."
    bare = rf"(?<![ก-๎]){first}{second}(?![ก-๎])"  # without dots only where no Thai letter is beside it
    english = rf"(?<![a-z]){_ENGLISH[number - 1]}(?![a-z])\.?"
    return f"(?P<m{number}>{full}|{dotted}|{bare}|{english})"


_MONTH = "|".join(
    _month_pattern(n, f, s) for n, (f, s) in enumerate(zip(_FULL, SHORT_MONTHS, strict=True), 1)
)
_YEAR = r"(?:(?:พ\.?ศ\.?|ค\.?ศ\.?|ปี)?(?P<year>(?:25|26|20)\d\d|[3-9]\d)(?!\d|[./]\d))"
_DASHES = str.maketrans("–—−‐‑‒―~", "--------")
_NAMED = re.compile(rf"(?:(?P<day>\d{{1,2}})(?:-(?P<last>\d{{1,2}}))?)?(?:เดือน)?(?:{_MONTH}){_YEAR}?")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_QUARTERS = re.compile(r"ไตรมาส(?:ที่)?(\d(?:(?:-|ถึง|และ|,)(?:ไตรมาส)?(?:ที่)?\d(?!\d))*)")
_HALF = re.compile(r"(?:6เดือน|ครึ่งปี)(แรก|หลัง)")
_WHOLE = re.compile(
    r"ตลอดปี|ตลอดทั้งปี|ทั้งปี|ปีงบประมาณ|งบประมาณพ\.?ศ|ตลอดระยะ|12เดือน|ต่อเนื่อง|ตลอดเวลา"
    r"|ทุก(?:ปี|ไตรมาส|เดือน|สัปดาห์|วัน|ครั้ง|\d{1,2}เดือน)|(?:ปี|ไตรมาส|เดือน|สัปดาห์)ละ"
)
_BY_THEN = re.compile(r"ภายใน|ไม่เกิน|ก่อน")
_FISCAL = (
    r"ปีงบประมาณ(?:ประจำปี)?(?:รายจ่าย)?(?:พ\.?ศ\.?|ปี)?[.:]?({year})",
    r"(?:ประจำปี|ปี)(?:พ\.?ศ\.?)?[.:]?({year})",
    r"พ\.?ศ\.?({year})",
)


@dataclass(frozen=True)
class _Point:
    """A day, or a whole month where the day is missing. `year` is of the common era."""

    day: int | None
    month: int
    year: int | None
    last: int | None = None


def full_year(digits: str | int) -> int:
    """A year of the Buddhist Era from what was written: 2568, 68, or 2025 of the common era."""
    year = int(to_arabic(digits))
    if year < 100:
        return 2500 + year
    return year if year >= 2400 else year + BUDDHIST_ERA


def parse_fiscal_year(text: str) -> int | None:
    """The fiscal year (พ.ศ.) that `text` names ("ปีงบประมาณ พ.ศ. ๒๕๖๘", "ปี 68"), or None."""
    plain = _plain(text)
    for pattern in _FISCAL:
        for year in (r"2[56]\d\d|20[12]\d", r"[5-9]\d"):
            if match := re.search(pattern.format(year=year) + r"(?!\d)", plain):
                return full_year(match.group(1))
    return None


def parse_date(text: str) -> date | None:
    """The one day that `text` names, or None where it names none, several, a day that does not exist."""
    points = _points(_plain(text))
    if len(points) != 1 or points[0].day is None or points[0].year is None or points[0].last:
        return None
    return _day(points[0].year, points[0].month, points[0].day)


def date_parts(text: str) -> tuple[int, int, int] | None:
    """Day, month and year (พ.ศ.) of the one date that `text` writes, whether or not there is such a day; else None."""
    points = _points(_plain(text))
    if len(points) != 1 or points[0].day is None or points[0].year is None or points[0].last:
        return None
    return points[0].day, points[0].month, points[0].year + BUDDHIST_ERA


def parse_period(text: str, fiscal_year: int | None = None) -> Period | None:
    """The span of days that `text` names, or None where it names none that exists.

    Months without a day reach from their first to their last day. Years that are missing come from the
    neighbouring date or from `fiscal_year` (พ.ศ.), as do "ตลอดปีงบประมาณ", quarters and half years.
    """
    from prongsai.kernel.contracts import Period  # contracts imports this package's dates

    plain = _plain(text)
    points = _with_years(_points(plain), fiscal_year)
    if points is None:
        return None
    if points:
        spans = [_span(point) for point in points]
        days = [day for span in spans if span for day in span]
        if len(days) != 2 * len(spans):
            return None
        start, end = min(days), max(days)
        if len(points) == 1:
            start, end = _open_ended(plain, start, end)
        # Two dates are meant as first and last; the later one first is a slip that nobody can mend.
        if len(points) == 2 and spans[0] and spans[1] and spans[1][1] < spans[0][0]:
            return None
        return Period(start, end)
    return _named_span(plain, fiscal_year)


def _plain(text: str) -> str:
    text = to_arabic(text).translate(_DASHES).replace("ํา", "ำ")
    text = re.sub(r"(?<=\d)[T ]\d\d:\d\d(:\d\d)?", " ", text)
    text = re.sub(r"[’‘'`](?=\d\d(?!\d))", "", text)  # ’67
    text = re.sub(r"(?<![A-Za-z])Q(?=[1-4](?!\d))", "ไตรมาส", text)
    text = re.sub(r"(?<=\d)\s+(?=\d)", ",", text)  # two figures stay two
    return re.sub(r"[\s\u200b\ufeff]+", "", text).lower()


def _points(plain: str) -> list[_Point]:
    if found := _ISO.findall(plain):
        return [_Point(int(d), int(m), full_year(y) - BUDDHIST_ERA) for y, m, d in found]
    if found := _NUMERIC.findall(plain):
        return [_Point(int(d), int(m), full_year(y) - BUDDHIST_ERA) for d, m, y in found]
    points: list[_Point] = []
    for match in _NAMED.finditer(plain):
        month = next(n for n in range(1, 13) if match.group(f"m{n}"))
        year = full_year(match.group("year")) - BUDDHIST_ERA if match.group("year") else None
        day, last = match.group("day"), match.group("last")
        points.append(_Point(int(day) if day else None, month, year, int(last) if last else None))
    return points


def _with_years(points: list[_Point], fiscal_year: int | None) -> list[_Point] | None:
    """The points with every year filled, from right to left; None where a year is nowhere to be had."""
    filled: list[_Point] = []
    later: _Point | None = None
    for point in reversed(points):
        year = point.year
        if year is None and later is not None and later.year is not None:
            year = later.year - (1 if point.month > later.month else 0)
        elif year is None and fiscal_year is not None:
            year = fiscal_year - BUDDHIST_ERA - (1 if point.month >= 10 else 0)
        if year is None:
            return None
        later = _Point(point.day, point.month, year, point.last)
        filled.insert(0, later)
    return filled


def _span(point: _Point) -> tuple[date, date] | None:
    assert point.year is not None
    if not 1 <= point.month <= 12:
        return None
    if point.day is None:
        last = monthrange(point.year, point.month)[1]
        return date(point.year, point.month, 1), date(point.year, point.month, last)
    start = _day(point.year, point.month, point.day)
    end = _day(point.year, point.month, point.last or point.day)
    return (start, end) if start and end and start <= end else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _open_ended(plain: str, start: date, end: date) -> tuple[date, date]:
    """ "ภายในวันที่ …" begins with the fiscal year, "ตั้งแต่ … เป็นต้นไป" ends with it."""
    year = end.year + (1 if end.month >= 10 else 0)
    if _BY_THEN.match(plain) or plain.startswith("ถึง"):
        return date(year - 1, 10, 1), end
    if re.search(r"เป็นต้นไป|เป็นต้นมา", plain):
        return start, date(year, 9, 30)
    return start, end


def _named_span(plain: str, fiscal_year: int | None) -> Period | None:
    from prongsai.kernel.contracts import Period

    year = parse_fiscal_year(plain) or _slash_year(plain) or fiscal_year
    if year is None:
        return None
    whole = Period.fiscal_year(year)
    quarters = [int(q) for said in _QUARTERS.findall(plain) for q in re.findall(r"\d", said)]
    if quarters:
        if not all(1 <= q <= 4 for q in quarters):
            return None
        first = 1 if _BY_THEN.match(plain) else min(quarters)
        return Period(_quarter(year, first)[0], _quarter(year, max(quarters))[1])
    if match := _HALF.search(plain):
        middle = date(year - BUDDHIST_ERA, 3, 31)
        first = match.group(1) == "แรก"
        return Period(whole.start, middle) if first else Period(middle + timedelta(days=1), whole.end)
    return (
        whole if _WHOLE.search(plain) or re.search(r"ปี(?:พ\.?ศ\.?)?\d", plain) or _bare_year(plain) else None
    )


def _slash_year(plain: str) -> int | None:
    match = re.search(r"/(2[56]\d\d|[5-9]\d)(?!\d)", plain)
    return full_year(match.group(1)) if match else None


def _bare_year(plain: str) -> bool:
    return re.fullmatch(r"(?:พ\.?ศ\.?)?2[56]\d\d", plain) is not None


def _quarter(fiscal_year: int, quarter: int) -> tuple[date, date]:
    year = fiscal_year - BUDDHIST_ERA - (1 if quarter == 1 else 0)
    first = (10, 1, 4, 7)[quarter - 1]
    return date(year, first, 1), date(year, first + 2, monthrange(year, first + 2)[1])
