"""Characters as they should have been: Thai text from files and PDF fonts, without a change of wording."""

from __future__ import annotations

import re

# Glyphs that old Thai fonts keep in the private use area: shifted vowels and tone marks (Windows, then Mac).
_WINDOWS = "ฐิีึื่้๊๋์่้๊๋์ญัํ็่้๊๋์ฺุู"
_MAC = "ัิีึื็่่่้้้๊๊๊๋๋๋์์์ํ"
_PRIVATE = {0xF700 + n: c for n, c in enumerate(_WINDOWS)} | {0xF884 + n: c for n, c in enumerate(_MAC)}
_SYMBOLS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✓", 0xF02D: "-", 0xF06C: "•", 0xF076: "❖"}
_INVISIBLE = {0x200B: "", 0x200C: "", 0x200D: "", 0xFEFF: "", 0x2060: "", 0xAD: "", 0: ""}
_SPACES = {0xA0: " ", 0x202F: " ", 0x2007: " ", 0x3000: " ", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n"}
_TABLE = _PRIVATE | _SYMBOLS | _INVISIBLE | _SPACES

_TONES = "่-๋"


def mend(text: str) -> str:
    """`text` with private glyphs, split SARA AM and misplaced tone marks in their normal form."""
    text = text.translate(_TABLE)
    text = re.sub(rf"ํ([{_TONES}])?\s?า", lambda m: (m.group(1) or "") + "ำ", text)
    text = re.sub(rf"([{_TONES}])ํ\s?า", r"\1ำ", text)
    text = re.sub(rf"ำ([{_TONES}])", r"\1ำ", text)
    text = re.sub(r"ำ\s?า", "ำ", text)  # a font that says the whole letter for its ring, and then the rest
    text = re.sub(rf"([{_TONES}์])([ัิ-ฺ็])", r"\2\1", text)  # a tone mark stands after the vowel
    text = text.replace("เเ", "แ")
    return re.sub(r"([่-๎ัิ-ฺ])\1+", r"\1", text)


def tidy(text: str) -> str:
    """One line: every run of white space is one space, none at the ends."""
    return re.sub(r"\s+", " ", text).strip()


_THAI_END = re.compile(r"[ก-ฮะ-ฺเ-ๅ็-๎]$")
_THAI_START = re.compile(r"^[ก-ฮะ-ฺเ-ๅ็-๎]")


def knit(above: str, below: str) -> str:
    """Two printed lines as one text. Thai words run on over a line end; others have a space there.

    A space that the paper prints at the line's end is in `above` already.
    """
    if not above or not below:
        return above + below
    if above[-1].isspace() or below[0].isspace():
        return above + below
    if _THAI_END.search(above) and _THAI_START.match(below):
        if re.match(r"(?:[ก-ฮ]\.){2}", below) and not above.endswith("."):  # พ.ศ., พ.ร.บ.: never glued
            return f"{above} {below}"
        return above + below
    if above[-1] in "/(-_" and not above.endswith(" -"):
        return above + below
    last = above.split()[-1].lower()
    if re.search(r"www\.|https?:", last):
        finished = re.search(r"\.(?:th|com|net|org)/?$", last)
        if re.match(r"[/?#]" if finished else r"[a-z0-9./_?=&-]", below):
            return above + below
    return f"{above} {below}"
