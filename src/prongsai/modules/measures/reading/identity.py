"""Whose report it is: office, district, province, fiscal year."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.thai.parse_dates import parse_fiscal_year, parse_period
from prongsai.kernel.thai.words import join_broken
from prongsai.modules.measures.reading.clean import tidy
from prongsai.modules.measures.reading.grid import Grid
from prongsai.modules.measures.reading.provinces import PROVINCES

_FULL = {
    "องค์การบริหารส่วนตำบล": r"องค์การบริหารส่วนตำบล|อบต\.?",
    "องค์การบริหารส่วนจังหวัด": r"องค์การบริหารส่วนจังหวัด|อบจ\.?",
    "เทศบาลตำบล": r"เทศบาลตำบล|ทต\.",
    "เทศบาลเมือง": r"เทศบาลเมือง|ทม\.",
    "เทศบาลนคร": r"เทศบาลนคร|ทน\.",
}
_PATTAYA = "เมืองพัทยา"  # the one office of its kind
_KIND = "|".join(f"(?P<k{n}>{pattern})" for n, pattern in enumerate(_FULL.values()))
_OFFICE = re.compile(rf"(?<![ก-ฮ])(?:{_KIND})[ \t]*(?P<name>[ก-ฮเแโใไ][ก-๎]+)")
_LOOSE = re.compile(
    r"(?P<kind>องค์การบริหารส่วน(?:ตำบล|จังหวัด)|เทศบาล(?:ตำบล|เมือง|นคร))[ \t]*(?P<name>[ก-ฮเแโใไ][ก-๎]+)"
)
# Words that end a name where no space does: the first always, the others unless a headline says them as the name
# (เทศบาลนครขอนแก่น, อบต.ในเมือง, อบต.มีชัย).
_ADDRESS = re.compile(r"(?<=..)(?:ประจำปี|อำเภอ|จังหวัด|ปีงบ|พ\.ศ|หมู่ที่|ตำบล)")
_BEHIND = (
    "ประจำ|ได้|โดย|เรื่อง|ภายใน|เพื่อ|กำหนด|ดำเนิน|จึง|ซึ่ง|และ|มี|ให้|เป็น|ที่|ว่าด้วย|"
    "ขอ(?!ง)|จัด|ตาม|ใน|ร่วม|แจ้ง|กับ|ทุก|รับ|เข้า|ผ่าน|ไม่|ต้อง|จะ|คณะ|หมู่|ถนน"
)
_STOPS = re.compile(r"\s*(?:$|[(),;:/]|อำเภอ|จังหวัด|ประจำ|ปี|พ\.ศ|[อจ]\.)")
_UNENDED = re.compile(r"(?:ได้|โดย|จึง|ซึ่ง|เพื่อ|และ|จะ)$")  # a line of prose that breaks behind the name
_NO_NAME = re.compile(
    "ได้|และ|โดย|เพื่อ|จึง|ซึ่ง|ของ|ในเขต|ในพื้นที่|ในสังกัด|ที่ได้|ที่มี|ที่เกี่ยว|ทุก|กำหนด|ดำเนิน|จัดทำ|จัดให้|ต้อง|มีการ|มีมาตรการ|ให้ประชาชน"
)
_HEADLINE = 120  # letters of a line that is a title or an address
_LONGEST_NAME = 16
_OF_THE_BUDGET = re.compile(r"งบ\s*ประมาณ[^\d๐-๙]{0,16}[\d๐-๙]{2}")
_LAW = re.compile(r"พ\.\s*ร\.\s*[บปก]\.|พระราช|ระเบียบ|กฎกระทรวง|ฉบับที่")
_HEAD = 60  # cells among which a label and its value may stand side by side
_SAID = 3_000  # letters of a cell that are searched
_DISTRICT = re.compile(r"(?:อำเภอ|(?<![ก-๎.])อ\.)[ \t]*[:：]?[ \t]*([ก-ฮเแโใไ][ก-๎]+(?:[ \t](?=จังหวัด|จ\.))?)")
_PROVINCE = re.compile(r"(?:จังหวัด|(?<![ก-๎.])จ\.)[ \t]*[:：]?[ \t]*([ก-ฮเแโใไ][ก-๎]+(?: (?:นคร)?ศรีอยุธยา)?)")
_UNFINISHED = re.compile(
    r"(?P<glued>องค์การบริหาร|องค์การบริหารส่วน|องค์การบริหารส่วนตำบล|องค์การบริหารส่วนจังหวัด|เทศบาล|เทศบาลตำบล|เทศบาลเมือง|เทศบาลนคร)$"
    r"|(?:(?:อำเภอ|จังหวัด|(?<![ก-๎.])[อจ]\.|ปีงบประมาณ(?:\s*พ\.ศ\.)?)\s*[:：]?)$"
)
_NOT_NAMES = frozenset({"นี้", "และ", "ของ", "ที่", "ทุก", "ต่าง", "อื่น", "แห่ง", "หรือ", "ใน"})


@dataclass(frozen=True)
class Identity:
    """`names` are the office's own words, which a line break must not cut."""

    organization: str
    district: str
    province: str
    fiscal_year: int | None
    names: tuple[str, ...] = ()


def identify(grid: Grid, path: Path) -> Identity:
    """What the lines outside the tables say, then the tables and the margins, then the file's name."""
    outside = _pairs([_plain(line.text[:_SAID]) for line in grid.lines])
    inside = [
        _plain(cell.text[:_SAID])
        for table in grid.tables
        for row in table.rows
        for cell in row.cells
        if not cell.below and not cell.is_blank
    ]
    inside = [*_pairs(inside[:_HEAD]), *inside[_HEAD:]]
    margins = _pairs([_plain(text[:_SAID]) for text in grid.margins])
    stem = [_plain(path.stem.replace("_", " "))]
    searched = ([*outside, *inside[:12]], margins, inside)
    organization = _office(outside, [*inside, *margins], stem[0])
    province = _known_province(next(filter(None, (_named(_PROVINCE, t, organization) for t in searched)), ""))
    district = next(filter(None, (_named(_DISTRICT, texts, organization) for texts in searched)), "")
    if organization.startswith("องค์การบริหารส่วนจังหวัด") and not province:
        province = _known_province(organization.removeprefix("องค์การบริหารส่วนจังหวัด"))
    year = _year(outside) or _year(inside[:12]) or _year(margins) or _year(stem)
    year = year or _whole_year(outside) or _bare_year([*outside, *margins, *stem]) or _year(inside)
    name = organization
    for kind in _FULL:
        name = name.removeprefix(kind)
    names = tuple(n for n in (name, organization) if len(n) > 2)
    return Identity(organization, district, province, year, names)


def _plain(text: str) -> str:
    return join_broken(tidy(text))


def _pairs(lines: list[str]) -> list[str]:
    """Lines; one that ends within a name is joined with the next."""
    found: list[str] = []
    for line in lines:
        if found and (match := _UNFINISHED.search(found[-1])):
            found[-1] += line if match.group("glued") else f" {line}"
        else:
            found.append(line)
    return found


def _office(outside: list[str], inside: list[str], stem: str) -> str:
    """The name most often given; lines outside the tables count for five."""
    votes: Counter[str] = Counter()
    heads = frozenset(text for text in (*outside, *inside[:12], stem) if len(text) <= _HEADLINE)
    for weight, texts in ((5, outside), (1, inside), (1, [stem])):
        for text in texts:
            for match in _OFFICE.finditer(text):
                kind = next(k for n, k in enumerate(_FULL) if match.group(f"k{n}"))
                if name := _name_end(match, text in heads):
                    votes[kind + name] += weight
            for match in _LOOSE.finditer(text):  # "ภายในองค์การ…": the name stands behind other letters
                if name := _name_end(match, text in heads):
                    votes[match.group("kind") + name] += weight
    if not votes:
        return next((_PATTAYA for text in (*outside, *inside[:12]) if _PATTAYA in text), "")
    first = {name: at for at, name in enumerate(votes)}
    # "เมืองแก" and "เมืองแกโดยมีผล": the longer ones vote for the shorter that they begin with.
    for short in sorted(votes, key=len):
        for other in list(votes):
            if other != short and other.startswith(short) and votes[short] >= votes[other]:
                votes[short] += votes.pop(other)
    return max(votes, key=lambda name: (votes[name], -first[name]))


def _name_end(match: re.Match[str], headline: bool) -> str:
    """The name that `match` begins, without the words glued to it; "" where none stands there."""
    glued = match.group("name")
    name = _ADDRESS.split(glued)[0]
    stops = name != glued or _STOPS.match(match.string, match.end()) is not None
    if _NO_NAME.match(name):
        return ""
    if headline and stops and 3 < len(name) <= _LONGEST_NAME and not _UNENDED.search(name):
        return name
    cut = re.search(rf"(?<=..)(?:{_BEHIND})", name)
    name = name[: cut.start()] if cut else name
    return "" if name in _NOT_NAMES or len(name) < 2 or re.match(_BEHIND, name) else name


def _named(pattern: re.Pattern[str], texts: list[str], organization: str) -> str:
    votes: Counter[str] = Counter()
    for text in texts:
        text = re.sub(r"องค์การบริหารส่วนจังหวัด\S*|อบจ\.\S*", " ", text)
        for match in pattern.finditer(text):
            name = re.split(r"(?<=..)(?:จังหวัด|อำเภอ|ประจำ|ปีงบ|ได้|โดย|โทร)", match.group(1).strip())[0]
            if name not in _NOT_NAMES and len(name) > 1 and not _OFFICE.match(name):
                votes[name] += 1
    return votes.most_common(1)[0][0] if votes else ""


def _known_province(name: str) -> str:
    """The province by its official name, mended where white space or following words spoil it."""
    plain = name.replace(" ", "")
    if plain == "อยุธยา":
        return "พระนครศรีอยุธยา"
    return next((p for p in sorted(PROVINCES, key=len, reverse=True) if plain.startswith(p)), name)


def _year(texts: list[str]) -> int | None:
    """The year most often called the fiscal year; else any year that the head of the paper names."""
    fiscal: Counter[int] = Counter()
    other: Counter[int] = Counter()
    for text in texts:
        year = parse_fiscal_year(text)
        if year is None or not 2540 <= year <= 2640:
            continue
        if _OF_THE_BUDGET.search(text):
            fiscal[year] += 1
        elif not _LAW.search(text):
            other[year] += 1
    votes = fiscal or other
    return votes.most_common(1)[0][0] if votes else None


def _whole_year(texts: list[str]) -> int | None:
    """The fiscal year of a span of a year or nearly so ("๑ ตุลาคม ๒๕๖๗ – ๓๐ กันยายน ๒๕๖๘")."""
    for text in texts:
        if len(text) <= _HEADLINE and (period := parse_period(text)) and 300 < period.days < 400:
            return fiscal_year_of(period.end)
    return None


def _bare_year(texts: list[str]) -> int | None:
    """A year that a headline or the file's name gives without saying of what."""
    for text in texts:
        found = (
            re.findall(r"(?<![\d/.,-])25[4-9]\d(?![\d/.,])", to_arabic(text))
            if len(text) <= _HEADLINE
            else []
        )
        if len(set(found)) == 1:
            return int(found[0])
    return None
