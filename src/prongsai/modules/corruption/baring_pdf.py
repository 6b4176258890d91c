"""A PDF reduced to what draws its pages. Everything else in it may name who made it, and when and where.

What is kept is a list, so that what nobody thought of is not kept: of every dictionary the keys below, of every drawing its
drawing operators (no comments, no marked content but layers, whose names go too), of photographs their pixels.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from prongsai.kernel.errors import Unreadable

DAMAGED_PDF, LOCKED_PDF, JPEG_2000, TOO_MUCH = "damaged-pdf", "locked-pdf", "jpeg-2000", "too-much"
MOST_DRAWING = 16 << 20  # bytes of one drawing, unpacked

_FILTERS = (
    "Filter DecodeParms Length Length1 Length2 Length3 K Columns Rows BlackIs1 EncodedByteAlign EndOfLine EndOfBlock \
DamagedRowsBeforeError Predictor Colors BitsPerComponent EarlyChange ColorTransform JBIG2Globals"
)
_PAGES = "Type Pages Parent Kids Count MediaBox CropBox BleedBox TrimBox ArtBox Rotate Resources Contents Group UserUnit Annots"
_RESOURCES = "Font XObject ExtGState ColorSpace Pattern Shading ProcSet Properties"
_PICTURES = (
    "Subtype FormType BBox Matrix Width Height ColorSpace Decode ImageMask Mask SMask SMaskInData Interpolate Intent \
Matte OC S CS I K"
)
_STATES = "LW LC LJ ML D RI OP op OPM BG BG2 UCR UCR2 TR TR2 FL SM SA BM CA ca AIS TK G BC"
_COLOURS = (
    "FunctionType Domain Range Size BitsPerSample Order Encode C0 C1 N Functions Bounds PatternType PaintType TilingType \
XStep YStep ShadingType Background AntiAlias Coords Function Extend BitsPerCoordinate BitsPerFlag VerticesPerRow WhitePoint \
BlackPoint Gamma Alternate"
)
_FONTS = (
    "BaseFont Name FirstChar LastChar Widths FontDescriptor Encoding ToUnicode DescendantFonts CIDSystemInfo CIDToGIDMap \
DW DW2 W W2 CharProcs FontBBox FontMatrix BaseEncoding Differences CMapName WMode UseCMap Registry Ordering Supplement FontName \
FontFamily FontStretch FontWeight Flags ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth \
MissingWidth FontFile FontFile2 FontFile3 CharSet CIDSet"
)
_NOTES = "Rect AP AS F C Border BS QuadPoints InkList L LE IC Vertices RD Q"  # and the words of a note, which are read
_WORDS = {
    "/Contents",
    "/Registry",
    "/Ordering",
    "/CharSet",
    "/FontFamily",
}  # of what is kept, what may be free text
_LAYERS = "OCProperties OCGs BaseState ON OFF P VE"
_KEPT = frozenset(
    f"/{name}"
    for names in (
        _FILTERS, _PAGES, _RESOURCES, _PICTURES, _STATES, _COLOURS, _FONTS, _NOTES, _LAYERS,
    )
    for name in names.split()
)  # fmt: skip
_INLINE_NAMES = (
    "Width Height BitsPerComponent ColorSpace Decode DecodeParms Filter ImageMask Intent Interpolate Length"
)
_INLINE = frozenset(f"/{name}" for name in _INLINE_NAMES.split())
_MARKS = {"BMC", "BDC", "EMC", "MP", "DP"}
_DCT = {"/DCTDecode", "/DCT"}
_JPX = {"/JPXDecode", "/JPX"}
_FLATE = {"/FlateDecode", "/Fl"}
_DEVICES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}  # by the number of their colours
_JPEG_KEPT = {0xE0, 0xEE}  # JFIF, Adobe's colour transform: without them the colours change
_JFIF_BYTES = 18  # of the segment without the small picture that may follow


def bare_pdf(content: bytes) -> bytes:
    """The pages without what names makers, places and days. Raises Unreadable, also when that cannot be promised."""
    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            found = _reduced(pdf.Root)
            for page in pdf.pages:
                page.obj.Contents = pdf.make_stream(_drawing(pdf, _streams(page.obj.get("/Contents"))))
            for stream in found.drawings:
                stream.write(_drawing(pdf, [stream]))
            for stream in found.streams:
                _strip_picture(pdf, stream)
            for name in ("/Info", "/ID", "/Prev"):
                if name in pdf.trailer:
                    del pdf.trailer[name]
            # Written anew: what former savings left behind, and what no page refers to, is not taken along.
            pdf.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError as error:
        raise Unreadable(LOCKED_PDF) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise Unreadable(DAMAGED_PDF) from error
    return out.getvalue()


# --- what is kept ------------------------------------------------------------------------------------------


@dataclass
class _Found:
    """The streams that the pages refer to: those that draw, and all others."""

    drawings: list[Stream] = field(default_factory=list[Stream])
    streams: list[Stream] = field(default_factory=list[Stream])


def _reduced(root: Any) -> _Found:
    """Everything that is reached from the root, in place, without the keys that draw nothing."""
    found, seen = _Found(), set[Any]()
    todo: list[tuple[Any, str]] = [(root, "")]
    while todo:
        thing, place = todo.pop()
        if thing.is_indirect:
            if thing.objgen in seen:
                continue
            seen.add(thing.objgen)
        _plain_colours(thing)
        if isinstance(thing, Array):
            todo += [(child, "") for child in _inner(thing)]
            continue
        _drop_keys(thing, place)
        if isinstance(thing, Stream):
            draws = place == "/CharProcs of" or thing.get("/Subtype") == Name.Form or "/PatternType" in thing
            (found.drawings if draws else found.streams).append(thing)
        todo += list(_below(thing, place))
    return found


def _drop_keys(thing: Any, place: str) -> None:
    """A list of names keeps its names; a layer loses its own, which tells of a program and its user."""
    if place.endswith(" names"):
        return
    for key in list(thing.keys()):
        if key not in _KEPT or (isinstance(thing[key], String) and key not in _WORDS):
            del thing[key]
    if thing.get("/Type") == Name.OCG:
        thing.Name = String("")


def _below(thing: Any, place: str) -> Iterator[tuple[Any, str]]:
    """What a dictionary leads to, and where that stands: lists of names among them."""
    for key in list(thing.keys()):
        child = thing[key]
        if key == "/Parent" or not isinstance(child, (Array, Dictionary, Stream)):
            continue
        if place == "/CharProcs names":
            yield child, "/CharProcs of"
        elif place.endswith(" names"):
            yield child, ""
        elif place == "/Resources" and not isinstance(child, Stream):
            yield child, f"{key} names"
        elif key in {"/Resources", "/CharProcs"}:
            yield child, "/Resources" if key == "/Resources" else "/CharProcs names"
        elif place == "/AP" and isinstance(child, Dictionary) and not isinstance(child, Stream):
            yield child, "/AP names"  # how a box looks ticked, and how not
        else:
            yield child, "/AP" if key == "/AP" else ""


def _inner(thing: Any) -> list[Any]:
    return [each for each in thing if isinstance(each, (Array, Dictionary, Stream))]


def _array(thing: Any) -> list[Any]:
    return list(thing) if isinstance(thing, Array) else []


def _streams(contents: Any) -> list[Stream]:
    return [each for each in (_array(contents) or [contents]) if isinstance(each, Stream)]


def _plain_colours(thing: Any) -> None:
    """Colours by a profile become plain ones of as many parts: a profile can name a screen, a scanner, and a day."""
    for each in [thing] if isinstance(thing, Array) else [thing[key] for key in thing.keys()]:  # noqa: SIM118 (it is no dict)
        if isinstance(each, Array) and _is_profile(each):
            device = _DEVICES.get(int(each[1].get("/N", 0)))
            if device is None:
                raise Unreadable(DAMAGED_PDF)
            each[0] = Name(device)
            del each[1]


def _is_profile(array: Array) -> bool:
    return len(array) == 2 and array[0] == Name.ICCBased and isinstance(array[1], Stream)


# --- drawings ----------------------------------------------------------------------------------------------


def _drawing(pdf: pikepdf.Pdf, streams: list[Stream]) -> bytes:
    """The operators that draw: without comments and marks, but with those of layers, which show or hide."""
    joined = pdf.make_stream(b"\n".join(_unpacked(pdf, stream) for stream in streams))
    kept: list[Any] = []
    open_marks: list[bool] = []
    for each in pikepdf.parse_content_stream(joined):
        operator = str(each.operator)
        if operator not in _MARKS:
            if operator == "INLINE IMAGE":
                _refuse_telling(each.iimage)
            kept.append(each)
            continue
        layer = operator == "BDC" and each.operands[0] == Name.OC and isinstance(each.operands[1], Name)
        if operator in {"BMC", "BDC"}:
            open_marks.append(layer)
        if layer or (operator == "EMC" and open_marks and open_marks.pop()):
            kept.append(each)
    return pikepdf.unparse_content_stream(kept)


def _refuse_telling(image: Any) -> None:
    """A picture inside a drawing: programs put small plain ones there. Any other is refused."""
    if set(image.obj.keys()) - _INLINE or (_DCT | _JPX) & set(image.filters):
        raise Unreadable(TOO_MUCH)


def _unpacked(pdf: pikepdf.Pdf, stream: Stream) -> bytes:
    """A drawing's text, bounded: a few kilobytes can unpack to gigabytes."""
    names = _filters(stream)
    raw = stream.read_raw_bytes()
    if names and names[-1] in _FLATE:
        if len(names) > 1:
            raw = _unwrapped(pdf, raw, names[:-1], [])
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(raw, MOST_DRAWING + 1)
    else:
        content = stream.read_bytes() if names else raw
    if len(content) > MOST_DRAWING:
        raise Unreadable(TOO_MUCH)
    return content


def _unwrapped(pdf: pikepdf.Pdf, raw: bytes, names: list[str], parms: list[Any]) -> bytes:
    around = pdf.make_stream(raw)
    around.Filter = Array([Name(name) for name in names])
    if any(parms):
        around.DecodeParms = Array(parms)
    return around.read_bytes()


def _strip_picture(pdf: pikepdf.Pdf, stream: Stream) -> None:
    """A photograph inside a PDF has its camera's data too, however often it is packed."""
    names = _filters(stream)
    if _JPX & set(names):
        raise Unreadable(JPEG_2000)
    if not _DCT & set(names):
        return
    packed = _array(stream.get("/DecodeParms")) or [stream.get("/DecodeParms")]
    jpeg = stream.read_raw_bytes()
    if len(names) > 1:
        jpeg = _unwrapped(pdf, jpeg, names[:-1], packed[:-1] if len(packed) == len(names) else [])
    if names[-1] not in _DCT or not jpeg.startswith(b"\xff\xd8"):
        raise Unreadable(DAMAGED_PDF)
    how = packed[-1] if isinstance(packed[-1], Dictionary) else None
    stream.write(without_segments(jpeg), filter=Name.DCTDecode, decode_parms=how)


def _filters(stream: Stream) -> list[str]:
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
