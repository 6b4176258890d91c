"""Files lose what tells of their makers, and keep what they show."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from prongsai.kernel.errors import Unreadable
from prongsai.modules.corruption.choices import FILE_BYTES
from prongsai.modules.corruption.stripping import stripped, without_segments

WITNESS = "SOMCHAI-THE-WITNESS"


def jpeg(**how: object) -> bytes:
    out, exif = BytesIO(), Image.Exif()
    exif[0x013B], exif[0x0112] = WITNESS, 6  # by whom; turned
    exif.get_ifd(0x8825)[2] = (14.9, 103.1, 0.0)  # where
    Image.new("RGB", (40, 20), "red").save(out, "JPEG", exif=exif, comment=WITNESS.encode(), **how)  # type: ignore[arg-type]
    return out.getvalue()


def png() -> bytes:
    out, info = BytesIO(), PngImagePlugin.PngInfo()
    info.add_text("Author", WITNESS)
    info.add_itxt("XML:com.adobe.xmp", f"<x>{WITNESS}</x>")
    Image.new("RGBA", (10, 10), "blue").save(out, "PNG", pnginfo=info)
    return out.getvalue()


def webp() -> bytes:
    out = BytesIO()
    Image.new("RGB", (10, 10), "green").save(out, "WEBP", xmp=WITNESS.encode())
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [(jpeg(), "jpg", (20, 40)), (png(), "png", (10, 10)), (webp(), "webp", (10, 10))],
)
def test_a_picture_keeps_its_pixels_alone(content: bytes, kind: str, size: tuple[int, int]) -> None:
    assert WITNESS.encode() in content
    bare = stripped(content, f"ภาพของสมชาย.{kind}")
    assert bare.kind == kind
    assert WITNESS.encode() not in bare.content
    found = Image.open(BytesIO(bare.content))
    assert found.size == size, "turned upright"
    assert not found.getexif()
    assert not {"xmp", "comment", "Author"} & set(found.info)


def paper() -> bytes:
    """A PDF that names its maker in every place where programs put it."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 300))
    photo = pdf.make_stream(jpeg())
    photo.Type, photo.Subtype, photo.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
    photo.Width, photo.Height, photo.BitsPerComponent, photo.ColorSpace = 40, 20, 8, pikepdf.Name.DeviceRGB
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=photo))
    page.Contents = pdf.make_stream(b"q 200 0 0 100 50 100 cm /Photo Do Q")
    page.obj.PieceInfo = pikepdf.Dictionary(X=pikepdf.Dictionary(Private=pikepdf.String(WITNESS)))
    page.obj.Annots = pikepdf.Array([
        pdf.make_indirect(pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 10, 10],
            T=pikepdf.String(WITNESS), M=pikepdf.String("D:20250101120000"), Contents=pikepdf.String("ดูตรงนี้"),
        ))
    ])  # fmt: skip
    pdf.attachments["notes.txt"] = pikepdf.AttachedFileSpec(pdf, WITNESS.encode(), filename="notes.txt")
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(WITNESS))
    with pdf.open_metadata() as meta:
        meta["dc:creator"] = [WITNESS]
    pdf.docinfo["/Author"] = WITNESS
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def everywhere(content: bytes) -> str:
    """All that a PDF holds, unpacked."""
    with pikepdf.open(BytesIO(content)) as pdf:
        parts = [str(pdf.trailer)]
        for thing in pdf.objects:
            parts.append(repr(thing))
            if isinstance(thing, pikepdf.Stream):
                parts.append(thing.read_raw_bytes().decode("latin-1"))
                if thing.get("/Filter") != "/DCTDecode":
                    parts.append(thing.read_bytes().decode("latin-1"))
    return "\n".join(parts)


def test_a_paper_keeps_its_pages_and_loses_its_maker() -> None:
    content = paper()
    assert WITNESS in everywhere(content)
    bare = stripped(content, "หนังสือของสมชาย.pdf")
    left = everywhere(bare.content)
    assert WITNESS not in left
    assert "20250101" not in left
    with pikepdf.open(BytesIO(bare.content)) as pdf:
        assert len(pdf.pages) == 1
        photo = pdf.pages[0].Resources.XObject.Photo
        assert Image.open(BytesIO(photo.read_raw_bytes())).size == (40, 20)
        assert not pdf.attachments
        assert "/OpenAction" not in pdf.Root
        assert "/Info" not in pdf.trailer


def test_segments_of_a_photograph_in_a_paper_go_and_its_picture_stays() -> None:
    content = jpeg()
    bare = without_segments(content)
    assert WITNESS.encode() not in bare
    assert Image.open(BytesIO(bare)).tobytes() == Image.open(BytesIO(content)).tobytes()
    for rubbish in (b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\x00", b"no picture"):
        assert without_segments(rubbish) == rubbish


def test_text_is_kept_as_it_reads() -> None:
    assert stripped("\ufeffรายการ".encode(), "a.txt").content == "รายการ".encode()
    assert stripped("รายการ".encode("cp874"), "a.txt").content == "รายการ".encode()


@pytest.mark.parametrize("content", [
    b"", b"MZ" + b"x" * 100, b"%PDF-1.7 broken %%EOF", b"\xff\xd8\xff broken", b"x" * (FILE_BYTES + 1), b"PK\3\4" + bytes(40),
    b"<html>", b"\0\0\0\x20ftypheic" + bytes(40),
])  # fmt: skip
def test_what_cannot_be_bared_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        stripped(content, "a.jpg")


def test_a_locked_paper_says_why() -> None:
    pdf, out = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Unreadable, match="รหัสผ่าน"):
        stripped(out.getvalue(), "a.pdf")
