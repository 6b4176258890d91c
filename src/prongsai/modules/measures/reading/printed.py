"""Printed lines as the paragraphs of a cell."""

from __future__ import annotations

from collections.abc import Sequence

from prongsai.kernel.thai.words import restore_am
from prongsai.modules.measures.reading.clean import knit
from prongsai.modules.measures.reading.grid import Cell, Paragraph
from prongsai.modules.measures.reading.split import read_mark


def cell_of_texts(texts: Sequence[str], links: tuple[str, ...] = ()) -> Cell:
    """A cell from printed lines: a line that begins with a number or bullet may begin a paragraph."""
    paragraphs: list[str] = []
    for text in texts:
        text = text.lstrip()
        if not paragraphs or read_mark(text):
            paragraphs.append(text)
        else:
            paragraphs[-1] = knit(paragraphs[-1], text)
    found = [Paragraph(restore_am(text), soft=at > 0) for at, text in enumerate(paragraphs)]
    if found and links:
        found[0] = Paragraph(found[0].text, links=links)
    return Cell(tuple(found))
