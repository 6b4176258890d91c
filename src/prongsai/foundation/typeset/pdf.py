"""Documents as PDF/A-2a and PDF/UA-1: compiled by Typst, text layer mended, then sealed."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from math import ceil
from pathlib import Path
from threading import Lock
from typing import Any

import pikepdf
import typst
from docx.image.image import Image

from prongsai.foundation.typeset import model as m
from prongsai.foundation.typeset.fonts import FOLDER, POINT, advance, missing
from prongsai.foundation.typeset.lines import clean, runs
from prongsai.foundation.typeset.marks import EVIDENCE_LEGEND, MARKS, mark_svg, strip_svg
from prongsai.foundation.typeset.mend import mend
from prongsai.foundation.typeset.qr import qr_svg

_HERE = Path(__file__).parent
_STANDARDS: Any = ["a-2a", "ua-1"]
_LANDSCAPE = {
    "left": 25,
    "right": 18,
    "top": 29,
    "bottom": 21,
}  # binding, right, below the head, above the foot
_PORTRAIT = {"left": 30, "right": 20, "top": 29, "bottom": 21}
_TITLE, _SMALL_TITLE = 26, 20  # points
_BOLD = 1.1  # bold letters are a tenth wider than the measured regular ones
_PAGE = {True: (297, 210), False: (210, 297)}
_MARK, _STRIP = 3.5, 50  # mm: a mark of the strip on a cover, and all the room that the strip has
_TABLE_OVERHEAD = 40  # mm of a page's body that a table's head and legend may take
_NOT_DISPLAYED = re.compile("could not be displayed|glyph|codepoint|not be represented", re.IGNORECASE)

_lock = Lock()  # one compiler cannot be used by two threads, and a second one gains no time


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FOLDER)])
    return typst.Compiler(str(_HERE / "document.typ"), root=str(_HERE), font_paths=fonts)


def render(document: m.Document) -> bytes:
    """The finished, unsealed PDF. Equal documents give equal bytes."""
    with pikepdf.open(BytesIO(_compile(document))) as pdf:
        mend(pdf)
        out = BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _compile(document: m.Document) -> bytes:
    try:
        return _typeset(_Paper(document, lambda text: text).data(), document)
    except typst.TypstError as error:
        if not _NOT_DISPLAYED.search(f"{error.message} {error.hints}"):
            raise
    # A character that no bundled font has must not stop an office's report: it prints as an empty box.
    return _typeset(_Paper(document, _boxed).data(), document)


def _boxed(text: str) -> str:
    strange = missing(text)
    return "".join("□" if letter in strange else letter for letter in text) if strange else text


def _typeset(data: dict[str, Any], document: m.Document) -> bytes:
    packed = {"data": json.dumps(data, ensure_ascii=False)}
    with _lock:
        pdf = _compiler().compile(
            sys_inputs=packed,
            format="pdf",
            pdf_standards=_STANDARDS,
            timestamp=int(document.moment.timestamp()),
        )
    assert isinstance(pdf, bytes)
    return pdf


def _svg(picture: m.Picture) -> str:
    """Any picture as SVG text, because text is all that the template takes."""
    if picture.media_type == "image/svg+xml":
        return picture.data.decode()
    data = base64.b64encode(picture.data).decode()
    width, height = _pixels(picture.data)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><image width="{width}" '
        f'height="{height}" href="data:{picture.media_type};base64,{data}"/></svg>'
    )


def _pixels(data: bytes) -> tuple[int, int]:
    image = Image.from_blob(data)
    return image.px_width, image.px_height


class _Paper:
    """Turns a Document into the data that document.typ reads."""

    def __init__(self, document: m.Document, letters: Callable[[str], str]) -> None:
        self.document = document
        self.letters = letters
        self.margin = _LANDSCAPE if document.landscape else _PORTRAIT
        width, height = _PAGE[document.landscape]
        self.width = width - self.margin["left"] - self.margin["right"]
        self.height = height - self.margin["top"] - self.margin["bottom"]

    def data(self) -> dict[str, Any]:
        document, register = self.document, self.document.register
        return {
            "title": clean(document.title),
            "author": clean(document.author),
            "keywords": [clean(word) for word in document.keywords],
            "landscape": document.landscape,
            "is_letter": document.is_letter,
            "margin": self.margin,
            "head": [self.text(part, 0.6) if part else [] for part in document.running_head],
            "register": [self.text(part) for part in register.parts],
            "fingerprint": register.short_fingerprint,
            "address": clean(register.url),
            "notices": [self.text(notice) for notice in document.notices],
            "marks": {
                key: {"svg": mark_svg(key), "word": mark.word, "legend": mark.legend}
                for key, mark in MARKS.items()
            },
            "evidence_legend": EVIDENCE_LEGEND,
            "blocks": [self.block(block) for block in document.blocks],
        }

    def text(self, text: str, share: float = 1.0, *, room: float = 0.0, size: float = 11) -> list[Any]:
        """The text as runs; `room` (mm), or a share of the page's width, is what a kept run may take."""
        room = room or self.width * share
        cut = runs(self.letters(clean(text)), self.document.keep, room=room, size=size)
        return [[run.text] if run.whole else run.text for run in cut]

    def lines(self, lines: Iterable[str], share: float = 1.0, size: float = 11) -> list[list[Any]]:
        return [self.text(line, share, size=size) for line in lines]

    def block(self, block: m.Block) -> dict[str, Any]:
        match block:
            case m.Cover():
                return self.cover(block)
            case m.Table():
                return self.table(block)
            case m.Heading():
                text = self.text(block.text, size=16)
                shown = {"level": block.level, "new_page": block.new_page, "align": block.shown}
                return {"kind": "heading", "text": text, **shown}
            case m.Paragraph():
                shown = {
                    "align": block.align,
                    "bold": block.bold,
                    "indent": block.indent,
                    "small": block.small,
                }
                return {"kind": "paragraph", "text": self.text(block.text), **shown}
            case m.Items():
                return {"kind": "items", "items": [self.statement(item, self.width) for item in block.items]}
            case m.Signatures():
                signed = [
                    {"lines": self.lines((f"({one.name})", *one.lines), 0.45)} for one in block.signatures
                ]
                closing = self.text(block.closing) if block.closing else []
                return {"kind": "signatures", "signatures": signed, "align": block.align, "closing": closing}
            case m.Stamp():
                return self.stamp(block)
            case m.Picture():
                return {"kind": "picture", **self.picture(block)}
            case m.LetterHead():
                return self.letter_head(block)

    def picture(self, picture: m.Picture) -> dict[str, Any]:
        return {"svg": _svg(picture), "alt": clean(picture.alt), "width": picture.width}

    def cover(self, cover: m.Cover) -> dict[str, Any]:
        room = self.width - (52 if self.document.landscape else 42)
        # A long name wraps; smaller letters then leave the verdicts and the stamp their place on the page.
        rows = sum(ceil(advance(clean(line), _TITLE) * _BOLD / room) for line in cover.title)
        size = _TITLE if rows <= 4 else _SMALL_TITLE
        return {
            "kind": "cover",
            "size": size,
            "title": [self.text(line, room=room / _BOLD, size=size) for line in cover.title],
            "where": self.lines(cover.where, 0.78, 16),
            "notice": self.lines(cover.notice, 0.7, 12),
            "emblem": self.picture(cover.emblem) if cover.emblem else None,
            "emblem_place": self.lines(cover.emblem_place, 0.1, 10),
            "tally": self.tally(cover.tally) if cover.tally else None,
            "stamp": self.stamp(cover.stamp) if cover.stamp else None,
        }

    def tally(self, tally: m.Tally) -> dict[str, Any]:
        places = range(max((len(row.groups) for row in tally.strip), default=0))
        widest = [max(len(row.groups[place]) for row in tally.strip) for place in places]
        strip: list[dict[str, Any]] = []
        for row in tally.strip:
            svg, width = strip_svg(row.groups, widest)
            shown = min(width * _MARK / 24, _STRIP)
            strip.append({"label": row.label, "says": row.says, "svg": svg, "width": shown})
        counts = [{"mark": verdict, "count": count} for verdict, count in tally.counts]
        return {"title": self.lines(tally.title), "counts": counts, "strip": strip}

    def stamp(self, stamp: m.Stamp) -> dict[str, Any]:
        return {
            "kind": "stamp",
            "title": self.text(stamp.title, room=70),
            "number": self.text(stamp.number, room=70),
            "lines": [self.text(line, room=44) for line in stamp.lines],
            "groups": list(stamp.groups),
            "qr": qr_svg(stamp.url),
            "qr_alt": f"คิวอาร์โค้ดไปยัง {stamp.url}",
            "url": self.text(stamp.url, room=68, size=9),
            "url_says": self.text(stamp.url_says, room=44),
        }

    def letter_head(self, head: m.LetterHead) -> dict[str, Any]:
        return {
            "kind": "letter_head",
            "number": self.text(head.number, 0.45),
            "office": self.lines(head.office, 0.45),
            "day": self.text(head.day, 0.45),
            "lines": [
                {"label": self.text(label), "text": self.text(text, 0.8)} for label, text in head.lines
            ],
            "room": head.room,
        }

    def table(self, table: m.Table) -> dict[str, Any]:
        whole = sum(column.width for column in table.columns)
        widths = [self.width * column.width / whole - 3.6 for column in table.columns]
        columns = [
            {"title": [self.text(line, room=width + 2) for line in column.title], "width": column.width}
            for column, width in zip(table.columns, widths, strict=True)
        ]
        rows = [
            [self.cell(cell, width) for cell, width in zip(row, widths, strict=True)] for row in table.rows
        ]
        shown = {"legend": table.legend, "new_page": table.new_page, "dense": table.dense}
        return {"kind": "table", "columns": columns, "rows": rows, **shown}

    def cell(self, cell: m.Cell, width: float) -> dict[str, Any]:
        content: list[dict[str, Any]] = []
        for part in cell.content:
            if isinstance(part, m.Statement):
                content.append({"kind": "statement", **self.statement(part, width)})
            else:
                lines = [
                    self.text(line, room=width / (_BOLD if part.bold else 1), size=10.5)
                    for line in part.lines
                ]
                content.append({"kind": "lines", "lines": lines, "bold": part.bold})
        return {"content": content, "align": cell.align, "heading": cell.heading}

    def statement(self, statement: m.Statement, width: float) -> dict[str, Any]:
        room = width - (5.5 if statement.mark else 0)
        text = f"{statement.number} {statement.text}" if statement.number else statement.text
        evidence = "หลักฐาน " + ", ".join(map(str, statement.evidence)) if statement.evidence else ""
        lines = (text, *statement.small, evidence)
        # Only a statement that no page could hold whole may go on overleaf.
        height = sum((advance(line, 10.5) / room * 1.2 + 1) * 10.5 * 1.56 * POINT for line in lines if line)
        return {
            "mark": statement.mark,
            "text": self.text(text, room=room / (_BOLD if statement.bold else 1), size=10.5),
            "bold": statement.bold,
            "small": [self.text(line, room=room, size=9) for line in statement.small],
            "evidence": self.text(evidence, room=room - 3, size=9) if evidence else [],
            "breakable": height > self.height - _TABLE_OVERHEAD,
        }
