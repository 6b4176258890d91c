"""Takes out of a picture or a PDF what tells of its maker, in a process of its own that a swelling file cannot outgrow.

Started by stripping.py: `python -m prongsai.modules.corruption.baring FORM`, the file on stdin, the bare one on stdout.
A few kilobytes of a stranger's PDF unpack to gigabytes, whatever reads it: memory and time are bounded from outside.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image, ImageCms, ImageOps

from prongsai.foundation.files.pictures import SAVE, only_pixels
from prongsai.kernel.errors import Unreadable

# Pillow tells a debugging log what the metadata say.
logging.getLogger("PIL").setLevel(logging.INFO)

REFUSED = 3  # exit code: the reason stands on stdout
MOST_MEMORY = 1 << 30
MOST_SECONDS = 40  # of the processor
MOST_PIXELS = 40_000_000
SMALL_PIXELS = 4_000_000  # up to here a picture is worth the time of packing it well
DAMAGED_PICTURE = "รูปภาพเสียหาย เปิดไม่ได้ โปรดแนบใหม่"
DAMAGED_PDF = "ไฟล์ PDF เสียหาย เปิดไม่ได้ โปรดแนบใหม่"
TOO_MUCH = "ไฟล์ใหญ่หรือซับซ้อนเกินไป โปรดถ่ายภาพหน้าจอหรือย่อขนาดแล้วแนบใหม่"

# What a PDF says of its makers, wherever it stands in the file.
_TELLING = {
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/Info", "/OpenAction", "/AA", "/JS", "/JavaScript",
    "/EmbeddedFiles", "/EmbeddedFile", "/AF", "/Collection", "/Perms", "/DSS", "/SpiderInfo", "/OutputIntents",
}  # fmt: skip
_OF_ANNOTATIONS = {"/T", "/M", "/CreationDate", "/NM", "/RC", "/Subj", "/Popup", "/FS", "/Sound", "/Movie"}
_OF_SIGNATURES = {"/Name", "/M", "/Location", "/Reason", "/ContactInfo", "/Contents", "/Cert", "/Prop_Build"}
_DCT = {"/DCTDecode", "/DCT"}
_JPX = {"/JPXDecode", "/JPX"}
_DEVICES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}  # by the number of their colours
_JPEG_KEPT = {0xE0, 0xEE}  # JFIF, Adobe's colour transform: without them the colours change
_JFIF_BYTES = 18  # of the segment without the small picture that may follow


# --- pictures ----------------------------------------------------------------------------------------------


def bare_picture(content: bytes) -> bytes:
    """The pixels, turned upright, in the colours of sRGB; nothing else. Raises Unreadable."""
    out = BytesIO()
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            form = {"MPO": "JPEG"}.get(picture.format or "", picture.format or "")
            if picture.width * picture.height > MOST_PIXELS:
                raise Unreadable(f"รูปใหญ่เกิน {MOST_PIXELS // 1_000_000} ล้านจุด โปรดย่อขนาดแล้วแนบใหม่")
            profile = picture.info.get("icc_profile")
            ImageOps.exif_transpose(picture, in_place=True)
            shown = _in_srgb(picture, profile) if isinstance(profile, bytes) else picture
            only_pixels(shown, form).save(out, form, **_how(form, picture))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable(DAMAGED_PICTURE) from error
    return out.getvalue()


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The colours that the profile means, without the profile: it can name a screen, a scanner, and a day."""
    through = picture.convert("RGBA") if picture.mode in {"P", "LA", "PA"} else picture
    try:
        return ImageCms.profileToProfile(
            through,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if through.mode == "RGBA" else "RGB",
        ) or through  # fmt: skip
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture  # a profile that is damaged or of another kind of picture is none


def _how(form: str, picture: Image.Image) -> dict[str, Any]:
    how = dict(SAVE[form])
    if picture.width * picture.height > SMALL_PIXELS:
        how.pop("optimize", None)
    return how


# --- PDF ---------------------------------------------------------------------------------------------------


def bare_pdf(content: bytes) -> bytes:
    """The pages without what names makers, places and days. Raises Unreadable, also when that cannot be promised."""
    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            for page in pdf.pages:
                for annotation in _array(page.obj.get("/Annots")):
                    _drop(annotation, _OF_ANNOTATIONS)
            for thing in list(pdf.objects):
                if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
                    _drop(thing, _TELLING)
                    _drop(thing, _OF_SIGNATURES if "/ByteRange" in thing else set())
                if isinstance(thing, pikepdf.Stream):
                    _strip_picture(pdf, thing)
                _plain_colours(thing)
            for name in ("/Info", "/ID", "/Prev"):
                if name in pdf.trailer:
                    del pdf.trailer[name]
            _drop(pdf.Root, _TELLING | {"/Names"})
            # Written anew: what former savings left behind, and what no page refers to, is not taken along.
            pdf.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError as error:
        raise Unreadable("ไฟล์ PDF มีรหัสผ่าน โปรดบันทึกแบบไม่มีรหัสผ่านแล้วแนบใหม่") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(DAMAGED_PDF) from error
    return out.getvalue()


def _array(thing: Any) -> list[Any]:
    return list(thing) if isinstance(thing, pikepdf.Array) else []


def _drop(thing: Any, names: set[str]) -> None:
    if not isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        return
    for name in names & set(thing.keys()):
        del thing[name]


def _plain_colours(thing: Any) -> None:
    """Colours by a profile become plain ones of as many parts: a profile can name a screen, a scanner, and a day."""
    todo = [thing]
    while todo:
        each = todo.pop()
        if isinstance(each, pikepdf.Array) and _is_profile(each):
            device = _DEVICES.get(int(each[1].get("/N", 0)))
            if device is None:
                raise Unreadable(DAMAGED_PDF)
            each[0] = pikepdf.Name(device)
            del each[1]
        todo += [child for child in _children(each) if not child.is_indirect]


def _is_profile(array: pikepdf.Array) -> bool:
    return len(array) == 2 and array[0] == pikepdf.Name.ICCBased and isinstance(array[1], pikepdf.Stream)


def _children(thing: Any) -> Iterator[Any]:
    inner: list[Any] = []
    if isinstance(thing, pikepdf.Array):
        inner = list(thing)
    elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        inner = [thing[name] for name in thing.keys()]  # noqa: SIM118 (it is no dict)
    yield from (each for each in inner if isinstance(each, (pikepdf.Array, pikepdf.Dictionary)))


def _strip_picture(pdf: pikepdf.Pdf, stream: pikepdf.Stream) -> None:
    """A photograph inside a PDF has its camera's data too, however often it is packed."""
    names = _filters(stream)
    if _JPX & set(names):
        raise Unreadable("ไฟล์ PDF มีภาพชนิด JPEG 2000 ซึ่งลบข้อมูลแฝงไม่ได้หมด โปรดถ่ายภาพหน้าจอแล้วแนบเป็นรูปแทน")
    if not _DCT & set(names):
        return
    packed = _array(stream.get("/DecodeParms")) or [stream.get("/DecodeParms")]
    jpeg = stream.read_raw_bytes()
    if len(names) > 1:
        around = pdf.make_stream(jpeg)
        around.Filter = pikepdf.Array([pikepdf.Name(name) for name in names[:-1]])
        if len(packed) == len(names) and any(packed[:-1]):
            around.DecodeParms = pikepdf.Array(packed[:-1])
        jpeg = around.read_bytes()
    if names[-1] not in _DCT or not jpeg.startswith(b"\xff\xd8"):
        raise Unreadable(DAMAGED_PDF)
    how = packed[-1] if isinstance(packed[-1], pikepdf.Dictionary) else None
    stream.write(without_segments(jpeg), filter=pikepdf.Name.DCTDecode, decode_parms=how)


def _filters(stream: pikepdf.Stream) -> list[str]:
    found = stream.get("/Filter")
    return [str(each) for each in (_array(found) or ([found] if found is not None else []))]


# --- JPEG --------------------------------------------------------------------------------------------------


def without_segments(jpeg: bytes) -> bytes:
    """A JPEG without what tells of camera, place and program, and without all that follows its end.

    Its picture is not touched. Telephones put a second picture behind the first, with all of its data.
    """
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    out, at = bytearray(jpeg[:2]), 2
    while (start := _next_sign(jpeg, at)) + 4 <= len(jpeg):
        sign = jpeg[start + 1]
        if sign == 0xD9:
            break
        end = start + 2 + int.from_bytes(jpeg[start + 2 : start + 4], "big")
        if sign == 0xDA:  # a scan: its data go on to the next sign
            end = _next_sign(jpeg, end)
        if sign in _JPEG_KEPT or not (0xE0 <= sign <= 0xEF or sign == 0xFE):
            out += _without_thumbnail(jpeg[start:end])
        at = end
    return bytes(out) + b"\xff\xd9"


def _next_sign(jpeg: bytes, at: int) -> int:
    """Where the next segment begins: not at bytes of a scan, at its restarts, or at filling. The end when there is none."""
    while (at := jpeg.find(b"\xff", at)) >= 0:
        following = jpeg[at + 1 : at + 2]
        if not following:
            break
        if following[0] not in {0x00, 0xFF, *range(0xD0, 0xD9), 0x01}:
            return at
        at += 1 if following[0] == 0xFF else 2
    return len(jpeg)


def _without_thumbnail(segment: bytes) -> bytes:
    if segment[1] != 0xE0:
        return segment
    if segment[4:9] != b"JFIF\0" or len(segment) < _JFIF_BYTES:
        return b""  # JFXX: a small picture alone
    return segment[:2] + (_JFIF_BYTES - 2).to_bytes(2, "big") + segment[4 : _JFIF_BYTES - 2] + b"\0\0"


# --- the process -------------------------------------------------------------------------------------------


def _bounded() -> None:
    """No more memory and time than this, and no dump of what was in it."""
    import resource

    for which, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS knows no bound of addresses
            resource.setrlimit(which, (most, most))


def main() -> int:
    _bounded()
    content = sys.stdin.buffer.read()
    try:
        bare = bare_pdf(content) if sys.argv[1] == "application/pdf" else bare_picture(content)
    except (Unreadable, MemoryError, RecursionError) as error:
        reason = str(error) if isinstance(error, Unreadable) else TOO_MUCH
        sys.stdout.buffer.write(reason.encode())
        return REFUSED
    sys.stdout.buffer.write(bare)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
