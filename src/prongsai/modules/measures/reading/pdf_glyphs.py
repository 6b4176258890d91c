"""The glyphs of a PDF page with the text they stand for, as the file's own ActualText says it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.psparser import PSLiteral
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

_CID = re.compile(r"\(cid:\d+\)")
_MOST_DRAWN = 60_000  # letters and strokes of a page
_TOLD = "\ue001"  # the text of a glyph for which the one before it has spoken
_DEEPEST = 2_000  # states saved one in the other
_LONGEST_PATH = 100_000  # points before anything is drawn
_MOST_BULLETS = 400  # on a page; more is a pattern
_SMALLEST, _LARGEST = 1.5, 9.0  # points across a bullet
_THIN = 0.6  # points: a glyph that takes no room is a mark over its neighbour


class TooMuch(Exception):
    """A page draws more than any report does."""


@dataclass(frozen=True)
class Glyph:
    """`x`, `y`: its middle, from the page's upper left corner; `base`: its baseline, downwards."""

    text: str
    x0: float
    x1: float
    y: float
    base: float
    size: float

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2


class _Device(PDFPageAggregatorWithMarkedContent):
    """Gives the first glyph of an ActualText span the span's text, and the others none.

    Thai letters with marks are often drawn by glyphs whose own text is wrong or missing; Typst, Chromium
    and Word then say in ActualText what they spell.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._spans: list[str | None] = []
        self._told = False
        self._drawn = 0

    def paint_path(self, *arguments: Any, **options: Any) -> None:
        self._drawn += 1
        if self._drawn > _MOST_DRAWN:
            raise TooMuch
        super().paint_path(*arguments, **options)

    def begin_tag(self, tag: PSLiteral, props: Any = None) -> None:
        super().begin_tag(tag, props)
        actual = props.get("ActualText") if isinstance(props, dict) else None
        self._spans.append(_decoded(actual) if isinstance(actual, bytes) else None)
        if self._spans[-1] is not None:
            self._told = False

    def end_tag(self) -> None:
        super().end_tag()
        if self._spans:
            self._spans.pop()

    def render_char(self, *arguments: Any, **options: Any) -> float:
        self._drawn += 1
        if self._drawn > _MOST_DRAWN:
            raise TooMuch
        advance = super().render_char(*arguments, **options)
        actual = next((span for span in reversed(self._spans) if span is not None), None)
        if actual is not None and self.cur_item._objs:
            self.cur_item._objs[-1]._text = _TOLD if self._told else actual  # type: ignore[attr-defined]
            self._told = True
        return advance


class _Interpreter(PDFPageInterpreter):
    """Gives up on a page that only piles up: states that are never restored, paths that are never drawn."""

    def do_q(self) -> None:
        if len(self.gstack) > _DEEPEST:
            raise TooMuch
        super().do_q()

    # pdfminer counts the arguments of these: they must be spelled out.
    def do_m(self, x: Any, y: Any) -> None:
        self._traced()
        super().do_m(x, y)

    def do_l(self, x: Any, y: Any) -> None:
        self._traced()
        super().do_l(x, y)

    def do_c(self, x1: Any, y1: Any, x2: Any, y2: Any, x3: Any, y3: Any) -> None:
        self._traced()
        super().do_c(x1, y1, x2, y2, x3, y3)

    def do_re(self, x: Any, y: Any, w: Any, h: Any) -> None:
        self._traced()
        super().do_re(x, y, w, h)

    def _traced(self) -> None:
        if len(self.curpath) > _LONGEST_PATH:
            raise TooMuch


def _decoded(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1")


def glyphs_of(page: Any) -> list[Glyph]:
    """The page's glyphs in the order of its content, without those that only repeat their neighbour."""
    device = _Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=None)
    _Interpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
    found: list[Glyph] = []
    seen: set[tuple[str, int, int]] = set()
    chars = page.chars
    for at, char in enumerate(chars):
        told = char["text"] == _TOLD
        text = "" if told else _CID.sub("", char["text"])
        if not char.get("upright", True):
            continue
        if not text and not told and _is_ring(char, chars[at + 1 : at + 2], found):
            text = "ํ"
        if not text:
            # Spoken for by the glyph before it, which takes its room.
            if found and (told or not char["text"]) and char["x1"] - found[-1].x0 < 3 * found[-1].size:
                found[-1] = replace(found[-1], x1=max(found[-1].x1, char["x1"]))
            continue
        thin = char["x1"] - char["x0"] < _THIN
        if thin and len(text) > 1 and "ก" <= text[0] <= "ฮ":
            continue  # a mark whose text repeats its whole letter
        base = page.height - char["matrix"][5]
        key = (text, round(char["x0"]), round(base))
        if key in seen and text.strip():
            continue  # printed twice for bold
        seen.add(key)
        middle = (char["top"] + char["bottom"]) / 2
        found.append(Glyph(text, char["x0"], char["x1"], middle, base, char["size"] or 1.0))
    return found + _drawn_bullets(page, found)


def _drawn_bullets(page: Any, glyphs: list[Glyph]) -> list[Glyph]:
    """Bullets that browsers draw as little discs and squares, as the letters that they stand for."""
    shapes = [s for s in (*page.curves, *page.rects) if _is_dot(s["width"], s["height"])]
    found: list[Glyph] = []
    for shape in shapes if len(shapes) <= _MOST_BULLETS else ():
        middle = (shape["top"] + shape["bottom"]) / 2
        beside = [
            g
            for g in glyphs
            if 0 <= g.x0 - shape["x1"] < 1.6 * g.size
            and abs(g.y - middle) < 0.5 * g.size
            and 3 * shape["width"] > 0.3 * g.size > shape["width"] / 2
        ]
        base = min(beside, key=lambda g: g.x0, default=None)
        if base and not base.text.isdigit():  # a number needs no bullet: such a sign says something else
            found.append(Glyph("•", shape["x0"], shape["x1"], base.y, base.base, base.size))
    return found


def _is_dot(width: float, height: float) -> bool:
    return _SMALLEST <= width <= _LARGEST and 0.75 < width / (height or 1) < 1.35


def _is_ring(char: Any, following: list[Any], found: list[Glyph]) -> bool:
    """Whether a mark for which the font has no text stands between a consonant and า: it is the ring of ำ."""
    if char["x1"] - char["x0"] >= _THIN or not found or not following or following[0]["text"] != "า":
        return False
    before = found[-1].text[-1:]
    near = abs(following[0]["x0"] - char["x1"]) < char["size"] / 2
    return near and ("ก" <= before <= "ฮ" or "่" <= before <= "๋")
