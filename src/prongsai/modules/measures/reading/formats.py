"""Which reader reads a file: decided by what the file is, not by its name."""

from __future__ import annotations

from pathlib import Path

from prongsai.kernel.errors import Unreadable
from prongsai.modules.measures.reading.grid import Grid
from prongsai.modules.measures.reading.limits import Package, read_file
from prongsai.modules.measures.reading.text import decode, read_text

SUFFIXES = (".txt", ".tsv", ".csv", ".htm", ".html", ".docx", ".xlsx", ".pdf")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word 97, Excel 97, and encrypted docx and xlsx


def read_grid(path: Path) -> Grid:
    """The file's lines and tables. Raises Unreadable."""
    data = read_file(path)
    try:
        return _read(path, data)
    except RecursionError:
        raise Unreadable(f"แฟ้ม {path.name} ซ้อนกันลึกผิดปกติ จึงไม่อ่าน (nested too deeply)") from None
    except MemoryError:
        raise Unreadable(f"แฟ้ม {path.name} ใช้หน่วยความจำมากผิดปกติ จึงไม่อ่าน (needs too much memory)") from None


def _read(path: Path, data: bytes) -> Grid:
    name = path.name
    if data[:1024].lstrip().startswith(b"%PDF") or b"%PDF-" in data[:1024]:
        from prongsai.modules.measures.reading.pdf import read_pdf

        return read_pdf(path)
    if data.startswith(b"PK"):
        return _office(path)
    if data.startswith(_COMPOUND):
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data:
            raise Unreadable(f"แฟ้ม {name} มีรหัสผ่าน โปรดบันทึกใหม่โดยไม่ใส่รหัส (encrypted)")
        raise Unreadable(f"แฟ้ม {name} เป็นรูปแบบเก่า (.doc, .xls) โปรดบันทึกเป็น .docx, .xlsx หรือ PDF (old format)")
    if data.startswith(b"{\\rtf"):
        raise Unreadable(f"แฟ้ม {name} เป็น RTF โปรดบันทึกเป็น .docx หรือ PDF (RTF)")
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")):
        raise Unreadable(f"แฟ้ม {name} เป็นภาพ ไม่มีข้อความให้อ่าน")
    utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not utf16 and data.count(b"\0", 0, 65536) > min(len(data), 65536) // 4:
        utf16 = data[1:8:2].count(0) >= 3
        if not utf16:
            raise Unreadable(f"ไม่รู้จักรูปแบบของแฟ้ม {name} (unknown format)")
    if not utf16 and b"\0" in data[:65536]:
        raise Unreadable(f"ไม่รู้จักรูปแบบของแฟ้ม {name} หรือแฟ้มเสียหาย (unknown or damaged)")
    return read_text(decode(data))


def _office(path: Path) -> Grid:
    with Package(path) as package:
        part = package.main_part()
        if part.startswith("word/"):
            from prongsai.modules.measures.reading.docx import read_docx

            return read_docx(package, part)
        if part.startswith("xl/") and part.endswith(".xml"):
            from prongsai.modules.measures.reading.xlsx import read_xlsx

            return read_xlsx(package, part)
    raise Unreadable(f"แฟ้ม {path.name} ไม่ใช่ Word หรือ Excel ที่อ่านได้ (not a docx or xlsx)")
