"""Mends a PDF's text layer, so that Thai copies, searches and reads aloud letter for letter.

The compiler gives every glyph of a cluster the text of the whole cluster and wraps most clusters in ActualText;
marks with a vertical offset leave that span, so readers see ขั้ขั้นตอน for ขั้นตอน. Here every glyph gets its own
letters, found by its outline in the bundled font, and ActualText stays only where letters and glyphs differ: ำ is
drawn as ํ and า.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO

import pikepdf
from fontTools.ttLib import TTFont

from prongsai.foundation.typeset.fonts import FACES, glyph_shapes, letters_by_shape

_SPAN = re.compile(rb"/Span<</ActualText<FEFF([0-9A-F]*)>>>BDC(.*?)EMC", re.DOTALL)
_SARA_AM = re.compile(rb"^(?:[0-9A-F]{4})*?0E33")
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")


def mend(pdf: pikepdf.Pdf) -> None:
    """Rewrite the ToUnicode maps and the ActualText spans of `pdf`, which the bundled fonts were set with."""
    for item in pdf.objects:
        if (
            isinstance(item, pikepdf.Dictionary)
            and item.get("/Type") == "/Font"
            and "/DescendantFonts" in item
        ):
            _mend_font(item)
    for page in pdf.pages:
        contents = page.Contents
        for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
            _mend_stream(stream)


def _mend_stream(stream: pikepdf.Object) -> None:
    # Spans do not nest, and glyph numbers are too small for the letters EMC to occur in a string.
    content = _SPAN.sub(_plain_unless_sara_am, stream.read_bytes())
    stream.write(zlib.compress(content), filter=pikepdf.Name.FlateDecode)


def _plain_unless_sara_am(span: re.Match[bytes]) -> bytes:
    return span.group() if _SARA_AM.match(span.group(1)) else b" " + span.group(2)


def _mend_font(font: pikepdf.Dictionary) -> None:
    face = str(font.BaseFont).split("+")[-1].lstrip("/")
    if face not in FACES:
        return
    descriptor = font.DescendantFonts[0].FontDescriptor
    with TTFont(BytesIO(descriptor.FontFile2.read_bytes()), lazy=True) as subset:
        shapes = glyph_shapes(subset)
    known = letters_by_shape(face)
    stream = font.ToUnicode

    def own_letters(pair: re.Match[bytes]) -> bytes:
        candidates = known.get(shapes[int(pair.group(1), 16)], ())
        given = bytes.fromhex(pair.group(2).decode()).decode("utf-16-be")
        text = given if given in candidates or not candidates else candidates[0]
        return b"<%s> <%s>" % (pair.group(1), text.encode("utf-16-be").hex().upper().encode())

    stream.write(zlib.compress(_PAIR.sub(own_letters, stream.read_bytes())), filter=pikepdf.Name.FlateDecode)
