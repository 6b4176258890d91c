"""The formats that a Document can be written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prongsai.foundation.typeset import web
from prongsai.foundation.typeset.model import Document
from prongsai.foundation.typeset.seal import Sealer


# Each format's libraries are loaded with its first paper: together they take over a second, in every process.
def _pdf(document: Document) -> bytes:
    from prongsai.foundation.typeset import pdf

    return pdf.render(document)


def _docx(document: Document) -> bytes:
    from prongsai.foundation.typeset import word

    return word.render(document)


def _xlsx(document: Document) -> bytes:
    from prongsai.foundation.typeset import sheet

    return sheet.render_xlsx(document)


def _csv(document: Document) -> bytes:
    from prongsai.foundation.typeset import sheet

    return sheet.render_csv(document)


WRITERS: Final[dict[str, Callable[[Document], bytes]]] = {
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
    "csv": _csv,
    "html": web.render,
}
MEDIA_TYPES: Final[dict[str, str]] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


def write(document: Document, format: str, *, sealer: Sealer | None = None) -> bytes:
    """`document` in one of WRITERS' formats. `sealer` seals a PDF and is left aside otherwise.

    Equal documents give equal bytes, except that each seal differs. Raises KeyError for an unknown format.
    """
    data = WRITERS[format](document)
    return sealer.seal(data, reason=document.title) if sealer and format == "pdf" else data
