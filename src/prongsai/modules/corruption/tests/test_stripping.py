"""Files lose what tells of their makers, and keep what they show."""

from __future__ import annotations

import resource
import subprocess
import sys
import zlib
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from prongsai.kernel.errors import Unreadable
from prongsai.modules.corruption.baring_pdf import without_segments
from prongsai.modules.corruption.choices import FILE_BYTES
from prongsai.modules.corruption.stripping import stripped

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
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[
        pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, V=pdf.make_indirect(pikepdf.Dictionary(
            Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Name=pikepdf.String(WITNESS),
            M=pikepdf.String("D:20250101120000"), Contents=pikepdf.String(WITNESS),
        ))))
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
    for rubbish in (b"", b"no picture"):
        assert without_segments(rubbish) == rubbish
    for torn in (b"\xff\xd8", b"\xff\xd8\xff\xe1\x00", b"\xff\xd8\xff\xe1\x00\x00\xff\xff\xff"):
        assert without_segments(torn) == b"\xff\xd8\xff\xd9"


def test_what_stands_behind_or_between_the_parts_of_a_photograph_goes() -> None:
    """Telephones put a second picture behind the first; a scan has bytes that look like signs."""
    noise = Image.frombytes("RGB", (64, 64), bytes(n * n * 7 % 256 for n in range(64 * 64 * 3)))
    for how in ({}, {"progressive": True}, {"restart_marker_blocks": 2}):
        out = BytesIO()
        noise.save(out, "JPEG", quality=95, **how)
        plain = out.getvalue()
        told = plain[:2] + b"\xff\xe2\x00\x15MPF\0" + b"x" * 15 + b"rubbish" + plain[2:]
        for behind in (jpeg(), b"ftypmp42" + WITNESS.encode(), b""):
            assert without_segments(told + behind) == without_segments(plain)
        bare = without_segments(plain)
        assert Image.open(BytesIO(bare)).tobytes() == Image.open(BytesIO(plain)).tobytes()
    small = b"\xff\xe0\x00\x0dJFXX\0" + b"small!"
    assert b"JFXX" not in without_segments(plain[:2] + small + plain[2:])


def profile(name: str = WITNESS) -> bytes:
    """Named as a screen's profile is; and red means blue in it, so that its being heeded can be seen."""
    found = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    wanted = "sRGB built-in".encode("utf-16-be")
    assert wanted in found
    found = found.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    return found.replace(wanted, name[:13].encode("utf-16-be"))


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")])
def test_a_picture_keeps_its_colours_and_loses_the_profile_that_names_a_screen(form: str, mode: str) -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (200, 30, 60, 255)).convert(mode).save(out, form, icc_profile=profile())
    bare = Image.open(BytesIO(stripped(out.getvalue(), f"a.{form.lower()}").content))
    assert "icc_profile" not in bare.info
    seen = bare.convert("RGB").getpixel((4, 4))
    assert isinstance(seen, tuple)
    assert all(abs(got - meant) < 8 for got, meant in zip(seen, (60, 30, 200), strict=True)), seen


def test_a_profile_that_is_none_does_not_hinder() -> None:
    out = BytesIO()
    Image.new("L", (8, 8), 90).save(out, "PNG", icc_profile=b"rubbish")
    bare = Image.open(BytesIO(stripped(out.getvalue(), "a.png").content))
    assert (bare.mode, bare.getpixel((1, 1)), "icc_profile" in bare.info) == ("L", 90, False)


def with_photo(content: bytes, filter: pikepdf.Object, **more: pikepdf.Object) -> bytes:
    """A PDF with a photograph packed this way, in colours by a profile."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 300))
    icc = pdf.make_stream(profile())
    icc.N = 3
    photo = pdf.make_stream(content)
    photo.Type, photo.Subtype, photo.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, filter
    photo.Width, photo.Height, photo.BitsPerComponent = 40, 20, 8
    photo.ColorSpace = pikepdf.Array([pikepdf.Name.ICCBased, pdf.make_indirect(icc)])
    for name, value in more.items():
        photo[f"/{name}"] = value
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=photo))
    out = BytesIO()
    pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return out.getvalue()


DCT, FLATE = pikepdf.Name.DCTDecode, pikepdf.Name.FlateDecode


@pytest.mark.parametrize(
    ("packed", "filter"),
    [
        (jpeg(), pikepdf.Array([DCT])),
        (zlib.compress(jpeg()), pikepdf.Array([FLATE, DCT])),
        (zlib.compress(zlib.compress(jpeg())), pikepdf.Array([FLATE, FLATE, DCT])),
        (jpeg() + jpeg(), DCT),
    ],
    ids=["in a list", "packed", "packed twice", "two"],
)
def test_a_photograph_in_a_paper_loses_its_camera_however_it_is_packed(
    packed: bytes, filter: pikepdf.Object
) -> None:
    bare = stripped(with_photo(packed, filter), "a.pdf")
    assert WITNESS not in everywhere(bare.content)
    assert WITNESS[:13].encode("utf-16-be").decode("latin-1") not in everywhere(bare.content), (
        "nor its profile"
    )
    with pikepdf.open(BytesIO(bare.content)) as pdf:
        photo = pdf.pages[0].Resources.XObject.Photo
        assert Image.open(BytesIO(photo.read_raw_bytes())).size == (40, 20)
        assert list(photo.ColorSpace) == [pikepdf.Name.DeviceRGB]


@pytest.mark.parametrize(
    ("packed", "filter"),
    [
        (b"\0\0\0\x0cjP  ", pikepdf.Name.JPXDecode),
        (b"\0\0\0\x0cjP  ", pikepdf.Array([pikepdf.Name.JPXDecode])),
        (b"rubbish" + jpeg(), DCT),
        (jpeg(), pikepdf.Array([DCT, FLATE])),
    ],
)
def test_a_photograph_that_cannot_be_bared_is_refused(packed: bytes, filter: pikepdf.Object) -> None:
    with pytest.raises(Unreadable):
        stripped(with_photo(packed, filter), "a.pdf")


# --- what swells -------------------------------------------------------------------------------------------


def swelling(megabytes: int) -> bytes:
    """A zlib stream of so many megabytes of spaces, made without unpacking it anywhere."""
    one = b" " * (1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(one) + packer.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(megabytes):
        check = zlib.adler32(one, check)
    return b"\x78\xda" + block * megabytes + packer.flush() + check.to_bytes(4, "big")


def with_page(packed: bytes) -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 300))
    page.Contents = pdf.make_stream(b"")
    page.Contents.write(packed, filter=FLATE)
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_a_page_that_swells_to_gigabytes_is_refused_before_it_is_unpacked() -> None:
    content = with_page(swelling(1500))
    assert len(content) < 2 << 20
    with pytest.raises(Unreadable, match="ใหญ่หรือซับซ้อน"):
        stripped(content, "a.pdf")
    measured = (
        "import resource, sys; from prongsai.modules.corruption.baring_pdf import bare_pdf\n"
        "most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "content, before = sys.stdin.buffer.read(), most()\n"
        "try: bare_pdf(content)\n"
        "except Exception as error: print(error, most() - before)"
    )
    done = subprocess.run([sys.executable, "-c", measured], input=content, capture_output=True, check=True)
    why, kilobytes = done.stdout.split()
    assert (why, int(kilobytes) < 100 << 10) == (b"too-much", True)


def test_a_photograph_that_swells_to_gigabytes_is_refused_and_the_server_does_not_grow() -> None:
    content = with_photo(swelling(1500), pikepdf.Array([FLATE, DCT]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable):
        stripped(content, "a.pdf")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10, "kilobytes"


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    out = BytesIO()
    Image.new("1", (8000, 5001)).save(out, "PNG")
    with pytest.raises(Unreadable, match="40 ล้านจุด"):
        stripped(out.getvalue(), "a.png")


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
