"""Printed lines as the paragraphs of a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.thai.words import restore_am
from prongsai.modules.measures.reading.clean import knit
from prongsai.modules.measures.reading.grid import Cell, Paragraph
from prongsai.modules.measures.reading.split import read_mark

_DECIMAL = re.compile(r"(\d{1,2})\.(\d{1,2})(?=[\s.)])")
_NEAR = 12


def cell_of_texts(texts: Sequence[str], links: tuple[str, ...] = ()) -> Cell:
    """A cell from printed lines: a line that begins with a number or bullet may begin a paragraph."""
    paragraphs: list[str] = []
    last: tuple[int, int] | None = None  # of a row like 1.1, 1.2
    for text in texts:
        text = text.lstrip()
        match = _DECIMAL.match(to_arabic(text[:_NEAR]))
        decimal = (int(match.group(1)), int(match.group(2))) if match else None
        follows = decimal is not None and last is not None and decimal == (last[0], last[1] + 1)
        if not paragraphs or follows or read_mark(text):
            paragraphs.append(text)
            last = decimal or last
        else:
            paragraphs[-1] = knit(paragraphs[-1], text)
    found = [Paragraph(restore_am(text), soft=at > 0) for at, text in enumerate(paragraphs)]
    if found and links:
        found[0] = Paragraph(found[0].text, links=links)
    return Cell(tuple(found))
