"""Mends a PDF's text layer, so that Thai copies, searches and reads aloud letter for letter.

The compiler gives every glyph of a cluster the text of the whole cluster and wraps most clusters in ActualText;
marks with a vertical offset leave that span, so readers see ขั้ขั้นตอน for ขั้นตอน. Here every glyph gets its own
letters, found by its outline in the bundled font, and an ActualText that says more or less than the glyphs inside
it is set to their letters. Right ones stay: they hold ำ (drawn as ํ and า), and they keep readers that sort by
position from taking a mark without width for a word of its own.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont

from prongsai.foundation.typeset.fonts import FACES, glyph_shapes, letters_by_shape

Letters = Mapping[int, str]  # what each glyph number of an embedded font stands for

_SPAN = re.compile(rb"/Span<</ActualText<FEFF([0-9A-F]*)>>>BDC(.*?)EMC", re.DOTALL)
_FONT = re.compile(rb"/(f\d+) [\d.]+ Tf")
_STRING = re.compile(rb"\(((?:\\.|[^\\)])*)\)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")


def mend(pdf: pikepdf.Pdf) -> None:
    """Rewrite the ToUnicode maps and the wrong ActualText spans of `pdf`, set with the bundled fonts."""
    if "/Suspects" in pdf.Root.get("/MarkInfo", {}):
        del pdf.Root.MarkInfo.Suspects  # false, which is the default; Poppler reports an error for saying so
    fonts: dict[tuple[int, int], Letters] = {}
    known: dict[Any, bytes] = {}  # the same few clusters come again and again
    for page in pdf.pages:
        of_page: dict[bytes, Letters] = {}
        for name, font in page.Resources.get("/Font", {}).items():
            if font.objgen not in fonts:
                fonts[font.objgen] = _mend_font(font)
            of_page[name[1:].encode()] = fonts[font.objgen]
        contents = page.Contents
        for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
            _mend_stream(stream, of_page, known)


def _mend_stream(stream: pikepdf.Object, fonts: Mapping[bytes, Letters], known: dict[Any, bytes]) -> None:
    def mended(span: re.Match[bytes]) -> bytes:
        said, content = span.groups()
        font = _FONT.search(content)
        glyphs = b"".join(_STRING.findall(content))
        letters = fonts.get(font.group(1)) if font else None
        if not letters:
            return span.group()
        key = (said, glyphs, id(letters))
        if key not in known:
            known[key] = _own_text(said, glyphs, letters)
        return b"/Span<</ActualText<FEFF%s>>>BDC%sEMC" % (known[key], content)

    # Spans do not nest, and glyph numbers are too small for the letters EMC to occur in a string.
    content = _SPAN.sub(mended, stream.read_bytes())
    stream.write(zlib.compress(content, 4), filter=pikepdf.Name.FlateDecode)


def _own_text(said: bytes, glyphs: bytes, letters: Letters) -> bytes:
    """What a span says if that is what its glyphs draw, otherwise the glyphs' letters; both in hex."""
    text = bytes.fromhex(said.decode()).decode("utf-16-be")
    plain = _ESCAPE.sub(_unescaped, glyphs)
    drawn = "".join(letters.get(int.from_bytes(plain[at : at + 2]), "") for at in range(0, len(plain), 2))
    if sorted(text.replace("ำ", "ํา")) == sorted(drawn):
        return said
    return drawn.encode("utf-16-be").hex().upper().encode()


def _unescaped(escape: re.Match[bytes]) -> bytes:
    code = escape.group(1)
    return bytes((int(code, 8),)) if code.isdigit() else _ESCAPED.get(code, code)


def _mend_font(font: pikepdf.Object) -> Letters:
    """Give each glyph its own letters in the font's ToUnicode map, and return them."""
    face = str(font.BaseFont).split("+")[-1].lstrip("/")
    if face not in FACES:
        return {}
    descriptor = font.DescendantFonts[0].FontDescriptor
    with TTFont(BytesIO(descriptor.FontFile2.read_bytes()), lazy=True) as subset:
        shapes = glyph_shapes(subset)
    known = letters_by_shape(face)
    letters: dict[int, str] = {}

    def own_letters(pair: re.Match[bytes]) -> bytes:
        glyph = int(pair.group(1), 16)
        candidates = known.get(shapes[glyph], ())
        given = bytes.fromhex(pair.group(2).decode()).decode("utf-16-be")
        letters[glyph] = given if given in candidates or not candidates else candidates[0]
        return b"<%s> <%s>" % (pair.group(1), letters[glyph].encode("utf-16-be").hex().upper().encode())

    stream = font.ToUnicode
    stream.write(zlib.compress(_PAIR.sub(own_letters, stream.read_bytes())), filter=pikepdf.Name.FlateDecode)
    return letters
