"""What a file is, judged from its bytes. The name only decides between text and CSV."""

from __future__ import annotations

import codecs
import re
import unicodedata
import zipfile
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from prongsai.kernel.errors import Unreadable


@dataclass(frozen=True)
class Kind:
    """A kind of file that may be kept. The first extension is given to names that have none of them."""

    content_type: str
    extensions: tuple[str, ...]
    title: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = Kind("application/pdf", ("pdf",), "PDF")
DOCX = Kind(_OFFICE + "wordprocessingml.document", ("docx",), "Word")
XLSX = Kind(_OFFICE + "spreadsheetml.sheet", ("xlsx",), "Excel")
DOC = Kind("application/msword", ("doc",), "Word รุ่นเก่า")
XLS = Kind("application/vnd.ms-excel", ("xls",), "Excel รุ่นเก่า")
JPEG = Kind("image/jpeg", ("jpg", "jpeg"), "JPEG")
PNG = Kind("image/png", ("png",), "PNG")
WEBP = Kind("image/webp", ("webp",), "WebP")
HEIC = Kind("image/heic", ("heic", "heif"), "HEIC")
CSV = Kind("text/csv", ("csv",), "CSV")
TEXT = Kind("text/plain", ("txt",), "ข้อความ")
KINDS = (PDF, DOCX, XLSX, DOC, XLS, JPEG, PNG, WEBP, HEIC, CSV, TEXT)
ACCEPTED = gettext_lazy("PDF, Word, Excel, pictures (JPEG, PNG, WebP, HEIC), text and CSV")

_EXECUTABLE = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"dex\n", b"L\0\0\0\x01\x14\x02\0", b"\0asm",
)  # fmt: skip
_RUNNABLE_NAMES = frozenset(
    [
        "exe",
        "com",
        "scr",
        "pif",
        "msi",
        "bat",
        "cmd",
        "vbs",
        "vbe",
        "js",
        "jse",
        "wsf",
        "wsh",
        "hta",
        "ps1",
        "psm1",
        "sh",
        "jar",
        "lnk",
        "reg",
        "apk",
        "html",
        "htm",
        "svg",
    ]
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"heim", b"heis"}
_PICTURES = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHARSETS = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16", "cp874": "windows-874"}
HEAD, TAIL = 4096, 65_536
MOST_ZIP_ENTRIES = 5_000
MOST_UNPACKED = 1 << 30  # an office file that says it unpacks to more than 1 GB is a bomb
MOST_PIXELS = 100_000_000
LONGEST_NAME = 120
_PAGE_NAMES = {"html", "htm"}
# How a page begins, after comments and a declaration; nothing else that stands in angle brackets.
_PAGE = re.compile(
    r"\s*(?:<!--.*?-->\s*|<\?xml\b[^>]*\?>\s*)*<(?:!doctype\s+html\b|(?:html|head|body|meta|title|table|div|p|h[1-6])[\s>])",
    re.IGNORECASE | re.DOTALL,
)


def judge(content: IO[bytes], name: str, *, pages: bool = False) -> Kind:
    """The kind of the seekable `content`. Raises Unreadable for what may not be kept, and says why.

    With `pages` a web page (HTML) may be kept too: as the plain text that it is, so that nobody's browser or computer
    runs it.
    """
    content.seek(0)
    head = content.read(HEAD)
    if not head:
        raise Unreadable(_("The file is empty: check it, then attach it again"))
    refuse_program(head)
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return _pdf(content)
    if head.startswith(b"PK"):
        return _office(content)
    if head.startswith(_OLE):
        return _old_office(content)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or head[8:12] == b"WEBP":
        return _picture(content)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    return _text(content, head, name, pages=pages)


def refuse_program(head: bytes) -> None:
    """Raise Unreadable when a file that begins like this is a program, whatever its name says."""
    if head.startswith(_EXECUTABLE):
        raise Unreadable(_("Programs cannot be attached, not even under another name"))


def _pdf(content: IO[bytes]) -> Kind:
    size = content.seek(0, 2)
    content.seek(max(0, size - TAIL))
    if b"%%EOF" not in content.read(TAIL):
        raise Unreadable(_("The PDF is not whole: it may have been cut off on its way. Attach it again"))
    return PDF


def _office(content: IO[bytes]) -> Kind:
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Unreadable(
            _("The file is damaged or was cut off on its way, and cannot be opened. Attach it again")
        ) from error
    if len(entries) > MOST_ZIP_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Unreadable(_("Unpacked, the file is larger than such files are, so it is not accepted"))
    names = {entry.filename for entry in entries}
    if any(PurePosixPath(entry).name.lower() == "vbaproject.bin" for entry in names):
        raise Unreadable(_("The file has macros: save it as .docx, .xlsx or PDF, then attach it again"))
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return DOCX
        if "xl/workbook.xml" in names:
            return XLSX
    refused = _(
        "Compressed files (ZIP) cannot be attached: unpack it and attach the files one by one (%(kinds)s)"
    )
    raise Unreadable(refused % {"kinds": ACCEPTED})


def _old_office(content: IO[bytes]) -> Kind:
    """Judge an OLE container by the names in its directory, which are UTF-16."""
    wanted = {
        name: name.encode("utf-16-le") + b"\0\0"
        for name in ("WordDocument", "Workbook", "Book", "_VBA_PROJECT")
    }
    found: set[str] = set()
    content.seek(0)
    before = b""
    while chunk := content.read(1 << 20):
        window = before + chunk
        found |= {name for name, pattern in wanted.items() if pattern in window}
        before = chunk[-64:]
    if "_VBA_PROJECT" in found:
        raise Unreadable(_("The file has macros: save it as .docx, .xlsx or PDF, then attach it again"))
    if "WordDocument" in found:
        return DOC
    if found:
        return XLS
    raise _refused()


def _picture(content: IO[bytes]) -> Kind:
    content.seek(0)
    try:
        with Image.open(content, formats=("JPEG", "PNG", "WEBP")) as picture:
            width, height = picture.size
            kind = _PICTURES[picture.format or ""]
    except Image.DecompressionBombError as error:
        raise Unreadable(
            _("The picture has more points than pictures have, so it is not accepted")
        ) from error
    except (OSError, SyntaxError, ValueError, KeyError) as error:
        raise Unreadable(_("The picture is damaged and cannot be opened. Attach it again")) from error
    if width * height > MOST_PIXELS:
        raise Unreadable(_("The picture has more points than pictures have, so it is not accepted"))
    return kind


def _text(content: IO[bytes], head: bytes, name: str, *, pages: bool) -> Kind:
    extension = _extension(name)
    encoding = next((encoding for bom, encoding in _BOMS if head.startswith(bom)), "")
    if extension in _RUNNABLE_NAMES - (_PAGE_NAMES if pages else set()):
        raise Unreadable(_("Programs and web pages cannot be attached, not even under another name"))
    # Old Thai spreadsheets write CSV in TIS-620; cp874 is the same with the signs that Windows added.
    for candidate in [encoding] if encoding else ["utf-8", "cp874"]:
        start = _decoded(content, candidate)
        if start is not None:
            if start.lstrip().startswith("<") and not (pages and _PAGE.match(start)):
                raise Unreadable(_("Programs and web pages cannot be attached, not even under another name"))
            kind = CSV if extension == "csv" else TEXT
            return replace(kind, content_type=f"{kind.content_type}; charset={_CHARSETS[candidate]}")
    raise _refused()


def _decoded(content: IO[bytes], encoding: str) -> str | None:
    """The text's beginning when all of `content` is plain text in `encoding`, else None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    content.seek(0)
    start = ""
    try:
        while chunk := content.read(1 << 16):
            text = decoder.decode(chunk)
            if any(ord(sign) < 32 and sign not in "\t\n\r\f\x1a" for sign in text):
                return None
            start = start or text[:1000]
        decoder.decode(b"", final=True)
    except UnicodeError:
        return None
    return start


def _refused() -> Unreadable:
    refused = _("Files of this kind cannot be attached: only %(kinds)s")
    return Unreadable(refused % {"kinds": ACCEPTED})


def _extension(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def clean_name(name: str, kind: Kind) -> str:
    """A name that is safe to show and to save under: no folders, no invisible signs, the extension of `kind`."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # Cc and Cf take the signs along that reverse the reading direction and hide an extension.
    name = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    name = "".join("_" if sign in '<>:"|?*%' else sign for sign in name)
    name = " ".join(name.split()).rstrip(". ")
    extension = _extension(name)
    if extension in kind.extensions:
        stem = name.rpartition(".")[0]
    else:
        stem, extension = name, kind.extensions[0]
    return f"{stem.lstrip('. ')[:LONGEST_NAME].rstrip('. ') or 'ไฟล์'}.{extension}"
