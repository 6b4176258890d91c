"""Small real files, made here (ข้อมูลตัวอย่าง)."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
import pikepdf
from PIL import Image


def pdf() -> bytes:
    out = io.BytesIO()
    paper = pikepdf.new()
    paper.add_blank_page()
    paper.save(out, deterministic_id=True)  # the same bytes at every call
    return out.getvalue()


def word() -> bytes:
    out = io.BytesIO()
    paper = docx.Document()
    paper.add_paragraph("ข้อมูลตัวอย่าง")
    paper.save(out)
    return out.getvalue()


def excel() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


def old_office(*directory: str) -> bytes:
    """A container with the signature and directory names of Word and Excel 97."""
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in directory)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + entries


def picture(form: str, *, mode: str = "RGB") -> bytes:
    """A picture of 40 × 20 whose metadata tell a place, a camera and that it lies on its side."""
    out = io.BytesIO()
    image = Image.new(mode, (40, 20))
    exif = Image.Exif()
    exif[0x0110] = "SECRETCAMERA"
    exif[0x0112] = 6  # turn by 90 degrees
    exif.get_ifd(0x8825)[2] = (15.0, 4.0, 30.5)  # GPS latitude
    image.save(out, form, exif=exif)
    return out.getvalue()


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100
