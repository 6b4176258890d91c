"""Reads papers back as their readers do: Poppler, PDFium, pyHanko."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from pathlib import Path

import pypdfium2


def squeezed(text: str) -> str:
    """Text without white space: lines of a column wrap inside phrases, and Thai has no spaces to wrap at."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def poppler(pdf: bytes, tmp_path: Path, *options: str) -> str:
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-enc", "UTF-8", *options, str(file), "-"], check=True, capture_output=True
    ).stdout.decode()


def pdfium(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)
