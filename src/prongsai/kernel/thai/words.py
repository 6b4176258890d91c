"""Thai words: cutting text into them, mending those that a line break cut, and the order of a Thai dictionary.

The word lists stand in `data/` (licences beside them). They are read once, at first use (0.2 s).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import as_file, files
from math import log

import nlpo3

from prongsai.kernel.thai.collate import sort_key as sort_key

_DICTIONARY = "prongsai"
_DATA = files("prongsai.kernel.thai") / "data"
_LEADING = "เแโใไ"  # written before the consonant that they belong to
_FOLLOWING = "ะาำๅ"  # never begin a syllable
_THAI = re.compile(r"[ก-ฺเ-ๅ็-๎]")
_ABBREVIATION = re.compile(r"[ก-ฮเแโใไ][ก-๎]{0,3}\.")  # พ.ร.บ., อบต.: a word of its own
_ALWAYS_BOUND = frozenset({"การ", "ความ", "ผู้"})  # prefixes: a space behind one is always a broken word
_LONGEST = 30
_CONTEXT = 28  # letters on each side that decide about one white space
_NARROW = 60  # a column of a table is narrower than this many letters
_PIECE_SHARE = 0.3  # a part that stands alone this rarely is a part of the compound
_TOTAL = 33_500_000  # words counted by the frequency list
_LONE = "_"  # nlpo3 takes valid UTF-8 only


def segment(text: str) -> list[str]:
    """The words of `text` in order, white space and punctuation among them; joined they are `text` again."""
    if not text:
        return []
    _load()
    # Lone surrogates cannot be handed over; each is one UTF-16 unit and comes back at its own place.
    clean = "".join(_LONE if 0xD800 <= ord(c) <= 0xDFFF else c for c in text)
    words: list[str] = []
    at = 0
    for word in nlpo3.segment(clean, _DICTIONARY, safe=True):
        words.append(text[at : at + len(word)])
        at += len(word)
    return words


def join_broken(text: str, *, names: Iterable[str] = ()) -> str:
    """`text` with every word whole that white space had cut ("แนว ทาง" → "แนวทาง"); other white space stays.

    Only removes white space between two Thai letters. `names` are words of their own (an office's name)
    that must never stay cut. Compounds of two whole words are joined where the text looks like the lines of
    a narrow column, or where one part hardly ever stands alone. Idempotent.
    """
    known = frozenset(_squeeze(name) for name in names if name)
    if _is_spread(text):
        text = re.sub(r"(?<=[ก-ฺเ-ๅ็-๎])\s+(?=[ก-ฺเ-ๅ็-๎])", "", text)
    before = None
    while before != text:
        before = text
        text = _join_once(text, known)
    return text


def clusters(text: str) -> list[str]:
    """The smallest writable pieces of Thai text: a consonant with the marks above and below it."""
    return re.findall(r"[^\u0e31\u0e34-\u0e3a\u0e47-\u0e4e][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*|.", text, re.S)


def restore_am(text: str) -> str:
    """`text` with the ำ that PDF files tear into a space and า ("ด าเนินการ"), where the dictionary says so."""
    return re.sub(r"([ก-ฮ])(?:([่-๋]) | ([่-๋]) ?| )า", lambda m: _am_or_aa(m, text), text)


def _am_or_aa(match: re.Match[str], text: str) -> str:
    letter, tone = match.group(1), match.group(2) or match.group(3) or ""
    before = _tail(_squeeze(text[max(0, match.start() - 12) : match.start()]))
    after = _head(_squeeze(text[match.end() : match.end() + 16]))
    whole, torn = (_best(f"{before}{letter}{tone}{vowel}{after}", frozenset())[1] for vowel in ("ำ", "า"))
    return f"{letter}{tone}ำ" if whole <= torn else f"{letter}{tone}า"


# --- word lists -------------------------------------------------------------------------------------------


def _lines(name: str) -> list[str]:
    return (_DATA / name).read_text("utf-8").split()


@cache
def _office() -> frozenset[str]:
    return frozenset(_lines("office_words_th.txt"))


@cache
def _counts() -> dict[str, int]:
    entries = _lines("frequencies_th.txt")
    return dict(zip(entries[::2], map(int, entries[1::2]), strict=True))


@cache
def _costs() -> dict[str, float]:
    """What each word costs: the rarer the dearer. The cheapest way through a text is its best segmentation."""
    counts = _counts()
    costs = {word: log(_TOTAL / counts.get(word, 1)) for word in _lines("words_th.txt")}
    costs.update({word: log(_TOTAL / max(counts.get(word, 1), 2000)) for word in _office()})
    return costs


@cache
def _load() -> None:
    with as_file(_DATA / "words_th.txt") as path:
        message, done = nlpo3.load_dict(str(path), _DICTIONARY)
    if not done and "exist" not in message.lower():
        raise RuntimeError(message)


# --- joining ----------------------------------------------------------------------------------------------


def _is_spread(text: str) -> bool:
    """Whether nearly every letter stands alone ("ห น่ ว ย ง า น"), as some PDF files give them."""
    pieces = text.split()
    return len(pieces) >= 8 and sum(_width(piece) <= 1 for piece in pieces) > 0.7 * len(pieces)


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _width(text: str) -> int:
    """Letters that take room on the line: marks above and below take none."""
    return sum(unicodedata.category(c) != "Mn" for c in text)


def _join_once(text: str, names: frozenset[str]) -> str:
    pieces = re.split(r"(\s+)", text)
    wraps = _wraps(pieces[::2])
    out = pieces[0]
    for index in range(1, len(pieces), 2):
        gap, right = pieces[index], pieces[index + 1]
        thai = out and right and _THAI.match(out[-1]) and _THAI.match(right[0])
        if not thai or _ABBREVIATION.match(right):
            out += gap + right
            continue
        tail = _tail(out)
        head = _head(right)
        cut = _is_cut(tail, head, index // 2 in wraps, _near(names, tail, head))
        out += right if cut else gap + right
    return out


def _tail(text: str) -> str:
    match = re.search(r"[ก-ฺเ-ๅ็-๎]+$", text[-_CONTEXT:])
    return match.group() if match else ""


def _head(text: str) -> str:
    match = re.match(r"[ก-ฺเ-ๅ็-๎]+", text[:_CONTEXT])
    return match.group() if match else ""


def _near(names: frozenset[str], tail: str, head: str) -> frozenset[str]:
    joined = tail + head
    return frozenset(name for name in names if name in joined)


def _wraps(chunks: list[str]) -> frozenset[int]:
    """Which white spaces (by number) look like line ends of a narrow column: the next chunk did not fit."""
    widths = [_width(chunk) for chunk in chunks]
    full = max(widths)
    if not 6 <= full <= _NARROW:
        return frozenset()
    found: list[int] = []
    line = widths[0]
    for number, width in enumerate(widths[1:]):
        if line + 1 + width > full:
            found.append(number)
            line = width
        else:
            line += 1 + width
    return frozenset(found)


@lru_cache(maxsize=20_000)
def _is_cut(tail: str, head: str, wrapped: bool, names: frozenset[str]) -> bool:
    """Whether the white space between `tail` and `head` cuts a word."""
    if tail[-1] in _LEADING or head[0] in _FOLLOWING or unicodedata.category(head[0]) == "Mn":
        return True
    left, left_cost = _best(tail, names)
    if left[-1] in _ALWAYS_BOUND:
        return True
    right, right_cost = _best(head, names)
    if wrapped and _is_compound(left, right):
        return True
    joined, cost = _best(tail + head, names)
    word, before = _spanning(joined, len(tail))
    costs = _costs()
    if word in names or word in _office():
        return True
    if word not in costs:
        return False
    first, second = word[:before], word[before:]
    if not (left[-1] == first and first in costs and right[0] == second and second in costs):
        return cost < left_cost + right_cost  # a part is no word of its own here
    counts = _counts()
    rarest = min(counts.get(first, 1), counts.get(second, 1))
    return counts.get(word, 0) >= _PIECE_SHARE * rarest and min(_width(first), _width(second)) <= 4


def _is_compound(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether the last words of `left` and the first of `right` make one dictionary word."""
    if left[-1] == "ใน" and right[0].startswith("การ"):
        return True
    ends = [left[-1], "".join(left[-2:])]
    heads = [right[0], "".join(right[:2])]
    return any(end + head in _costs() for end in ends for head in heads)


def _spanning(words: tuple[str, ...], boundary: int) -> tuple[str, int]:
    """The word that lies across `boundary`, and how many of its letters stand before it."""
    at = 0
    for word in words:
        if at < boundary < at + len(word):
            return word, boundary - at
        at += len(word)
    return "", 0


def _best(text: str, names: frozenset[str]) -> tuple[tuple[str, ...], float]:
    """The cheapest segmentation of `text`, and its cost."""
    costs = _costs()
    size = len(text)
    starts = [_may_start(text, at) for at in range(size)] + [True]
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * size
    for at in range(size):
        so_far = best[at][0]
        if so_far == float("inf") or not starts[at]:
            continue
        for end in range(at + 1, min(size, at + _LONGEST) + 1):
            if not starts[end]:
                continue
            word = text[at:end]
            cost = 2.0 if word in names else costs.get(word, 14.0 + 4.0 * len(word))
            if so_far + cost < best[end][0]:
                best[end] = (so_far + cost, at)
    words: list[str] = []
    at = size
    while at:
        words.append(text[best[at][1] : at])
        at = best[at][1]
    return tuple(reversed(words)), best[size][0]


def _may_start(text: str, at: int) -> bool:
    if at == 0:
        return True
    return not (text[at] in _FOLLOWING or text[at - 1] in _LEADING or unicodedata.category(text[at]) == "Mn")
