"""A reporter's file without what tells of its maker: place, camera, names, dates, and its own name. All in memory.

Kept are pictures, PDF and plain text: of other kinds nobody can promise that nothing is left inside.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image, ImageOps

from prongsai.foundation.files import content as contents
from prongsai.foundation.files.pictures import MODES, SAVE
from prongsai.kernel.errors import Unreadable
from prongsai.modules.corruption.choices import FILE_BYTES

# Pillow tells a debugging log what the metadata say.
logging.getLogger("PIL").setLevel(logging.INFO)

ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf,.txt,image/jpeg,image/png,image/webp,application/pdf,text/plain"
MEGABYTE = 1 << 20
# What a PDF says of its makers, wherever it stands in the file.
_TELLING = {
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/Info", "/OpenAction", "/AA", "/JS", "/JavaScript",
    "/EmbeddedFiles", "/EmbeddedFile", "/AF", "/Collection", "/Perms", "/DSS", "/SpiderInfo",
}  # fmt: skip
_OF_ANNOTATIONS = {"/T", "/M", "/CreationDate", "/NM", "/RC", "/Subj", "/Popup", "/FS", "/Sound", "/Movie"}
_JPEG_KEPT = {0xE0, 0xE2, 0xEE}  # JFIF, colour profile, Adobe's colour transform


@dataclass(frozen=True)
class Bare:
    """A file as it is sealed. `kind` is its ending."""

    kind: str
    content_type: str
    content: bytes


def stripped(content: bytes, name: str) -> Bare:
    """The file without metadata. Raises Unreadable for one that is too large, damaged, or of another kind."""
    if len(content) > FILE_BYTES:
        raise Unreadable(f"ไฟล์ใหญ่เกิน {FILE_BYTES // MEGABYTE} เมกะไบต์ โปรดย่อขนาดแล้วแนบใหม่")
    kind = contents.judge(BytesIO(content), name)
    form = kind.content_type.partition(";")[0]
    if form in {"image/jpeg", "image/png", "image/webp"}:
        return Bare(kind.extensions[0], form, _picture(content))
    if form == "application/pdf":
        return Bare("pdf", form, _pdf(content))
    if form in {"text/plain", "text/csv"}:
        return Bare("txt", "text/plain; charset=utf-8", _text(content, kind.content_type))
    raise Unreadable(
        "แนบได้เฉพาะรูป (JPEG, PNG, WebP) PDF และข้อความ เพราะไฟล์ชนิดอื่นลบข้อมูลแฝงของผู้ทำไม่ได้หมด "
        "โปรดถ่ายภาพหน้าจอหรือบันทึกเป็น PDF แล้วแนบ"
    )


def _picture(content: bytes) -> bytes:
    """The pixels, turned upright, and the colour profile; nothing else."""
    out = BytesIO()
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            form = {"MPO": "JPEG"}.get(opened.format or "", opened.format or "")
            profile = opened.info.get("icc_profile")
            picture = ImageOps.exif_transpose(opened)
            if picture.mode not in MODES[form]:
                picture = picture.convert("RGB")
            bare = Image.new(picture.mode, picture.size)
            bare.paste(picture)
            if picture.mode == "P":
                bare.putpalette(picture.getpalette("RGBA") or b"", "RGBA")
            bare.save(out, form, icc_profile=profile, **SAVE[form])
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable("รูปภาพเสียหาย เปิดไม่ได้ โปรดแนบใหม่") from error
    return out.getvalue()


def _text(content: bytes, content_type: str) -> bytes:
    charset = content_type.rpartition("charset=")[2] or "utf-8"
    return content.decode({"windows-874": "cp874"}.get(charset, charset), "replace").lstrip("\ufeff").encode()


def _pdf(content: bytes) -> bytes:
    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            for page in pdf.pages:
                for annotation in _array(page.obj.get("/Annots")):
                    _drop(annotation, _OF_ANNOTATIONS)
            for thing in pdf.objects:
                if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
                    _drop(thing, _TELLING)
                if isinstance(thing, pikepdf.Stream):
                    _strip_picture(thing)
            for name in ("/Info", "/ID", "/Prev"):
                if name in pdf.trailer:
                    del pdf.trailer[name]
            _drop(pdf.Root, _TELLING | {"/Names"})
            # Written anew: what former savings left behind is not taken along.
            pdf.remove_unreferenced_resources()
            pdf.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError as error:
        raise Unreadable("ไฟล์ PDF มีรหัสผ่าน โปรดบันทึกแบบไม่มีรหัสผ่านแล้วแนบใหม่") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise Unreadable("ไฟล์ PDF เสียหาย เปิดไม่ได้ โปรดแนบใหม่") from error
    return out.getvalue()


def _array(thing: Any) -> list[Any]:
    return list(thing) if isinstance(thing, pikepdf.Array) else []


def _drop(thing: Any, names: set[str]) -> None:
    if not isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        return
    for name in names & set(thing.keys()):
        del thing[name]


def _strip_picture(stream: pikepdf.Stream) -> None:
    """A photograph inside a PDF has its camera's data too."""
    if stream.get("/Subtype") == "/Image" and stream.get("/Filter") == "/DCTDecode":
        stream.write(without_segments(stream.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def without_segments(jpeg: bytes) -> bytes:
    """A JPEG without the segments that tell of camera, place and program; its picture is not touched."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    out, at = bytearray(jpeg[:2]), 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        sign = jpeg[at + 1]
        if sign == 0xDA:  # the picture itself, to the end
            break
        length = int.from_bytes(jpeg[at + 2 : at + 4], "big")
        is_telling = (0xE0 <= sign <= 0xEF and sign not in _JPEG_KEPT) or sign == 0xFE
        if not is_telling:
            out += jpeg[at : at + 2 + length]
        at += 2 + length
    return bytes(out) + jpeg[at:]
