"""The bundled Sarabun: how wide its text is, which characters it has, and which letters each outline stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent / "fonts"
FACES = ("Sarabun-Regular", "Sarabun-Bold", "Sarabun-Italic", "Sarabun-BoldItalic")
POINT = 25.4 / 72  # mm

Shape = bytes


@cache
def font_file(face: str) -> bytes:
    return (FOLDER / f"{face}.ttf").read_bytes()


def _characters(font: TTFont) -> dict[int, str]:
    found = font.getBestCmap()
    assert found is not None  # the bundled fonts have one
    return found


@cache
def _advances() -> Mapping[int, int]:
    with TTFont(FOLDER / "Sarabun-Regular.ttf", lazy=True) as font:
        metrics: Any = font["hmtx"].metrics
        return {code: metrics[name][0] for code, name in _characters(font).items()}


def advance(text: str, size: float) -> float:
    """About how wide `text` is in mm when set in Sarabun at `size` points (marks above and below are 0 wide)."""
    widths = _advances()
    return sum(widths.get(ord(letter), 600) for letter in text) * size / 1000 * POINT


def missing(text: str) -> frozenset[str]:
    """The characters of `text` that Sarabun does not have."""
    widths = _advances()
    return frozenset(letter for letter in text if ord(letter) not in widths)


def glyph_shapes(font: TTFont) -> list[Shape]:
    """A digest of each glyph's outline, by glyph id; equal outlines in two subsets of a font give equal digests."""
    assert font.reader is not None  # it was opened from a file
    data: bytes = font.reader["glyf"]
    offsets = font["loca"].locations
    shapes: dict[int, Shape] = {}

    def shape(gid: int) -> Shape:
        if gid not in shapes:
            raw = data[offsets[gid] : offsets[gid + 1]]
            if raw[:2] >= b"\x80":  # a negative number of contours: put together from other glyphs
                raw = _composite(raw, shape)
            shapes[gid] = blake2b(raw.rstrip(b"\0"), digest_size=16).digest() if raw else b""
        return shapes[gid]

    return [shape(gid) for gid in range(len(offsets) - 1)]


def _composite(raw: bytes, shape: Callable[[int], Shape]) -> bytes:
    """A composite glyph with its parts named by outline instead of by the number they have in this subset."""
    out, at = raw[:10], 10
    while True:
        flags = int.from_bytes(raw[at : at + 2])
        size = (4 if flags & 1 else 2) + (2 if flags & 8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0)
        # Whether instructions follow (0x100) says nothing of the outline, and subsetters drop them.
        out += (
            (flags & ~0x100).to_bytes(2)
            + shape(int.from_bytes(raw[at + 2 : at + 4]))
            + raw[at + 4 : at + 4 + size]
        )
        at += 4 + size
        if not flags & 0x20:
            return out


def _letters(name: str, of: Mapping[str, list[str]]) -> list[str]:
    """What a glyph stands for, by its name: uni0E48.small is U+0E48, uni0E4D0E49 is U+0E4D U+0E49."""
    base = name.split(".")[0]
    if name in of or base in of:
        return of.get(name) or of[base]
    if re.fullmatch(r"uni(?:[0-9A-F]{4})+", base):
        return ["".join(chr(int(base[i : i + 4], 16)) for i in range(3, len(base), 4))]
    return []


@cache
def letters_by_shape(face: str) -> Mapping[Shape, tuple[str, ...]]:
    """For each outline of a bundled face, the texts that it may stand for (a hyphen has several code points)."""
    with TTFont(FOLDER / f"{face}.ttf", lazy=True) as font:
        of: dict[str, list[str]] = {}
        for code, name in sorted(_characters(font).items()):
            of.setdefault(name, []).append(chr(code))
        found: dict[Shape, list[str]] = {}
        for name, shape in zip(font.getGlyphOrder(), glyph_shapes(font), strict=True):
            found.setdefault(shape, []).extend(_letters(name, of))
    return {shape: tuple(texts) for shape, texts in found.items() if shape}
