"""Where a Thai line must not break, and where it must be able to.

Dictionary breaking cuts compounds (ปี|งบประมาณ, ผู้|รับผิดชอบ) and never breaks between Thai digits and
letters. `runs` cuts a text into runs; a writer keeps each whole run on one line and may break around it. No
character is added, because invisible ones would come along when the text is copied.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from prongsai.foundation.typeset.fonts import advance
from prongsai.kernel.thai.dates import MONTHS, SHORT_MONTHS
from prongsai.kernel.thai.words import segment

_DIGITS = "0-9๐-๙"
_NUMBER = rf"[{_DIGITS}]+(?:[.,:/–-][{_DIGITS}]+)*"
_UNITS = (
    "เรื่อง|คน|ครั้ง|ข้อความ|ข้อ|ช่องทาง|ฉบับ|รายการ|วันทำการ|วัน|เดือน|ปี|บาท|คะแนน|ร้อยละ|ราย|แห่ง|โครงการ|หน้า|"
    "มาตรการ|ขั้นตอน|ชุด|เล่ม|หมู่บ้าน|น\\."
)
_MONTH = "|".join(re.escape(name) for name in (*MONTHS, *SHORT_MONTHS))
_PATTERNS = (
    rf"(?:วันที่ )?[{_DIGITS}]{{1,2}} (?:เดือน )?(?:{_MONTH}) ?(?:พ\.ศ\. ?)?[{_DIGITS}]{{2,4}}",
    rf"พ\.ศ\. ?[{_DIGITS}]{{4}}",
    rf"(?:ร้อยละ|มาตรา|ข้อ|ฉบับที่|เลขที่|มาตรการที่|หลักฐาน) ?{_NUMBER}",
    rf"{_NUMBER} ?(?:{_UNITS})",
    r"(?=[0-9]*[A-Za-z])[A-Za-z0-9]+(?:[-'’._@:/]+[A-Za-z0-9]+)*",
    _NUMBER,
)
# A mark above or below, or a vowel behind, belongs to the letter before it: a run may not end in front of it.
_NOT_INSIDE_CLUSTER = "(?![\u0e30-\u0e3a\u0e45\u0e47-\u0e4e])"
_INVISIBLE = re.compile(
    "[\u200b-\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\ufffe\uffff\ud800-\udfff\x00-\x08\x0b-\x1f\x7f]"
)
_KIND_OF_OFFICE = re.compile(r"^(?:องค์การบริหารส่วน(?:ตำบล|จังหวัด)|เทศบาล(?:ตำบล|เมือง|นคร)|[ก-ฮ]{2,3}\.) ?")
_MARK_FIRST = re.compile("[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]")
_CLUSTER = re.compile("[เ-ไ]?.[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]*", re.DOTALL)
_ONE_CLUSTER = re.compile("\\W*|[เ-ไ]?[^เ-ไ]?[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]*")  # cannot break anyway
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


class Run(NamedTuple):
    """A stretch of text; `whole` ones stay on one line."""

    text: str
    whole: bool


def clean(text: str) -> str:
    """`text` without invisible and control characters, each white space as one plain space."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


@lru_cache(1)
def kept_words() -> tuple[str, ...]:
    lines = (Path(__file__).parent / "kept-words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _spaced(word: str) -> str:
    """A pattern for the word in which each space, and the place after an abbreviation's dot, may have a space."""
    return re.sub(r"\\\.(?=.)", r"\\. ?", re.escape(word).replace(r"\ ", " ?"))


@lru_cache(64)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    words = sorted({*kept_words(), *filter(None, names)}, key=len, reverse=True)
    inner = "|".join((*(_spaced(word) for word in words if word in names), *_PATTERNS, *map(_spaced, words)))
    return re.compile(f"(?:{inner}){_NOT_INSIDE_CLUSTER}")


@lru_cache(20_000)
def runs(
    text: str,
    names: tuple[str, ...] = (),
    *,
    room: float = 1e9,
    size: float = 10.5,
    parts: tuple[str, ...] = (),
    words: bool = True,
) -> tuple[Run, ...]:
    """Cut clean `text` into runs. One that is wider than `room` (mm, at `size` points) is not kept whole.

    `names` are kept like the words of the list; `parts` too, but are given only inside a name that is too wide.
    Every other dictionary word is a whole run as well, unless `words` is False.
    """
    cut = partial(_breakable, room=room, size=size) if words else _loose
    found: list[Run] = []
    end = 0
    for match in _pattern(names or parts).finditer(text):
        if match.start() > end:
            found += cut(text[end : match.start()])
        if advance(match.group(), size) <= room:
            found.append(Run(match.group(), whole=True))
        elif names:  # too wide for one line: keep the name's parts
            places = tuple(_KIND_OF_OFFICE.sub("", name) for name in names)
            found += runs(match.group(), (), room=room, size=size, parts=places, words=words)
        else:
            found += cut(match.group())
        end = match.end()
    if end < len(text):
        found += cut(text[end:])
    return tuple(found)


def _loose(text: str) -> list[Run]:
    return [Run(text, whole=False)]


def _breakable(text: str, room: float, size: float) -> list[Run]:
    """The text cut into words; a stretch without any break that is wider than the room is cut to fit."""
    pieces: list[Run] = []
    for word in segment(text):
        if pieces and _MARK_FIRST.match(word):  # misspelt text is cut in front of marks, too
            pieces[-1] = Run(pieces[-1].text + word, pieces[-1].whole)
        elif _ONE_CLUSTER.fullmatch(word):
            _append_loose(pieces, word)
        elif advance(word, size) <= room:
            pieces.append(Run(word, whole=True))
        else:
            step = max(1, int(len(word) * room / advance(word, size) * 0.9))
            pieces += [Run(part, whole=True) for part in _pieces(word, step)]
    return pieces


def _append_loose(pieces: list[Run], text: str) -> None:
    if pieces and not pieces[-1].whole:
        pieces[-1] = Run(pieces[-1].text + text, whole=False)
    else:
        pieces.append(Run(text, whole=False))


def _pieces(word: str, size: int) -> list[str]:
    """`word` in pieces of about `size` letters that never part a letter from its vowels and tone marks."""
    found = _CLUSTER.findall(word)
    pieces = [""]
    for cluster in found:
        if pieces[-1] and len(pieces[-1]) + len(cluster) > size:
            pieces.append("")
        pieces[-1] += cluster
    return pieces
