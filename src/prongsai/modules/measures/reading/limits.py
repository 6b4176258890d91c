"""Bounds on what a file may cost: sizes, archives that swell, XML that recurses."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from prongsai.kernel.errors import Unreadable

MAX_FILE = 20 * 1024 * 1024
MAX_PART = 32 * 1024 * 1024  # one XML part of a docx or xlsx, unpacked
MAX_PARTS = 64 * 1024 * 1024  # all parts that are read, unpacked
MAX_MEMBERS = 5_000
MAX_TAGS = 1_000_000  # beginnings and ends of elements in one part; a report of 300 pages has a tenth
MAX_CELLS = 100_000  # of all tables
MAX_LINES = 60_000  # of a text file, or of a page's text
MAX_DEPTH = 60  # nested elements that are followed
# "Strict Open XML" names the same elements otherwise.
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}


def read_file(path: Path) -> bytes:
    """The whole file. Raises Unreadable if it is missing, empty or larger than 20 MB."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise Unreadable(f"{path.name} ไม่ใช่แฟ้มเอกสาร (not a file)")
        if size > MAX_FILE:
            raise Unreadable(f"{path.name} ใหญ่เกิน 20 MB จึงไม่อ่าน (larger than 20 MB)")
        data = path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(f"ไม่พบแฟ้ม {path.name} (file not found)") from None
    except OSError as error:
        raise Unreadable(f"เปิดแฟ้ม {path.name} ไม่ได้ ({error.strerror or error})") from None
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable(f"แฟ้ม {path.name} ว่างเปล่า (empty file)")
    return data


class Package:
    """A docx or xlsx as an archive whose parts are unpacked only up to the limits."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise Unreadable(f"แฟ้ม {path.name} เสียหาย เปิดไม่ได้ (damaged archive)") from None
        self.name = path.name
        self._left = MAX_PARTS
        self._infos = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
        if len(self._infos) > MAX_MEMBERS:
            raise Unreadable(f"แฟ้ม {path.name} มีแฟ้มย่อยมากผิดปกติ จึงไม่อ่าน (too many parts)")

    def __contains__(self, part: str) -> bool:
        return part in self._infos

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def names(self) -> list[str]:
        return list(self._infos)

    def read(self, part: str) -> bytes:
        """One part, unpacked. Raises Unreadable if it is damaged, encrypted, or swells beyond the limits."""
        info = self._infos[part]
        if info.flag_bits & 1:
            raise Unreadable(f"แฟ้ม {self.name} มีรหัสผ่าน โปรดบันทึกใหม่โดยไม่ใส่รหัส (encrypted)")
        limit = min(MAX_PART, self._left)
        if info.file_size > limit:
            raise Unreadable(f"แฟ้ม {self.name} ขยายแล้วใหญ่ผิดปกติ จึงไม่อ่าน (unpacks beyond the limit)")
        try:
            with self._zip.open(info) as stream:
                data = stream.read(limit + 1)
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            ValueError,
            NotImplementedError,
            RuntimeError,
            zipfile.zlib.error,
        ):  # type: ignore[attr-defined]
            raise Unreadable(f"แฟ้ม {self.name} เสียหาย อ่านไม่ครบ (damaged part {part})") from None
        if len(data) > limit:
            raise Unreadable(f"แฟ้ม {self.name} ขยายแล้วใหญ่ผิดปกติ จึงไม่อ่าน (unpacks beyond the limit)")
        self._left -= len(data)
        if b"http://purl.oclc.org/ooxml/" in data[:4096]:
            for strict, usual in _STRICT.items():
                data = data.replace(strict, usual)
        return data

    def main_part(self) -> str:
        """The part that holds the document itself; some programs call it word/document2.xml. "" if none is named."""
        for usual in ("word/document.xml", "xl/workbook.xml"):
            if usual in self:
                return usual
        relations = list(self.xml("_rels/.rels")) if "_rels/.rels" in self else []
        targets = [
            (relation.get("Target") or "").lstrip("/")
            for relation in relations
            if (relation.get("Type") or "").endswith("/officeDocument")
        ]
        return next((target for target in targets if target in self), "")

    def relations(self, part: str) -> list[Any]:
        """The relations of one part to others and to addresses."""
        folder, _, name = part.rpartition("/")
        path = f"{folder}/_rels/{name}.rels"
        return list(self.xml(path)) if path in self else []

    def xml(self, part: str) -> Any:
        """One part as an element tree; no DTD, no entities, no network."""
        data = self.read(part)
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]:
            raise Unreadable(f"แฟ้ม {self.name} มีคำสั่ง XML ที่ไม่ควรมี จึงไม่อ่าน (document type in {part})")
        if data.count(b"<") > MAX_TAGS:
            raise Unreadable(f"แฟ้ม {self.name} มีส่วนย่อยมากผิดปกติ จึงไม่อ่าน (too many elements in {part})")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            raise Unreadable(f"แฟ้ม {self.name} เสียหาย เนื้อหาไม่ถูกรูปแบบ (malformed XML in {part})") from None
