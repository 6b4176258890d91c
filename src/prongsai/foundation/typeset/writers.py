"""The formats that a Document can be written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prongsai.foundation.typeset import pdf, sheet, web, word
from prongsai.foundation.typeset.model import Document
from prongsai.foundation.typeset.seal import Sealer

WRITERS: Final[dict[str, Callable[[Document], bytes]]] = {
    "pdf": pdf.render,
    "docx": word.render,
    "xlsx": sheet.render_xlsx,
    "csv": sheet.render_csv,
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
