"""A PDF that names its maker in places that few programs use: nothing of it is left, and the pages look as before."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from prongsai.foundation.typeset import Cell, Column, Document, Heading, Paragraph, Picture, Table, write
from prongsai.foundation.typeset.marks import mark_png
from prongsai.kernel.contracts import Verdict
from prongsai.kernel.errors import Unreadable
from prongsai.modules.corruption.baring_pdf import bare_pdf
from prongsai.modules.corruption.tests.test_stripping import everywhere

WHO = "SOMCHAI"
DRAWN = (
    b"% made by SOMCHAI\n"
    b"/Span <</ActualText (SOMCHAI) /Author (SOMCHAI)>> BDC 0 0 1 rg 20 20 60 60 re f EMC\n"
    b"/Mark /Told DP /P /Told BDC BT /F1 24 Tf 20 120 Td (seen) Tj ET EMC\n"
    b"/OC /Shown BDC 1 0 0 rg 120 20 40 40 re f EMC /OC /Hidden BDC 0 1 0 rg 120 120 40 40 re f EMC\n"
    b"q 40 0 0 40 200 200 cm /Picture Do Q /Form Do"
)


def layer(pdf: pikepdf.Pdf) -> pikepdf.Object:
    usage = Dictionary(
        CreatorInfo=Dictionary(Creator=String(WHO), Subtype=Name.Artwork),
        User=Dictionary(Type=Name.Ind, Name=String(WHO)),
    )
    return pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(WHO), Usage=usage))


def paper(content: bytes = DRAWN) -> pikepdf.Pdf:
    """A page that draws in every way, and names its maker beside every one of them."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 300)).obj
    shown, hidden, told = layer(pdf), layer(pdf), pdf.make_indirect(Dictionary(Type=Name.X, Alt=String(WHO)))
    picture = pdf.make_stream(
        b"\xff\x00\x00", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB, Title=String(WHO), OPI=Dictionary({"/1.3": Dictionary(F=String(WHO))}),
    )  # fmt: skip
    form = pdf.make_stream(
        b"% SOMCHAI\n0 0 0 rg 220 20 30 30 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 300],
        LastModified=String(WHO), PieceInfo=Dictionary(Vendor=Dictionary(Private=String(WHO))),
    )  # fmt: skip
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Author=String(WHO))
    page.Resources = Dictionary(
        Font=Dictionary(F1=pdf.make_indirect(font)),
        XObject=Dictionary(Picture=picture, Form=form),
        Properties=Dictionary(Shown=shown, Hidden=hidden, Told=told),
    )
    page.Contents = pdf.make_stream(content)
    page.Author = String(WHO)
    page.Annots = Array([
        pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], **more))
        for more in (
            {"A": Dictionary(S=Name.URI, URI=String("file:///C:/Documents/SOMCHAI.docx"))},
            {"A": Dictionary(S=Name.Launch, F=String("SOMCHAI.exe"))},
            {"FT": Name.Tx, "TU": String(WHO), "V": String(WHO)},
        )
    ])  # fmt: skip
    root = pdf.Root
    root.OCProperties = Dictionary(
        OCGs=[shown, hidden], D=Dictionary(Name=String(WHO), Creator=String(WHO), ON=[shown], OFF=[hidden])
    )
    root.StructTreeRoot = pdf.make_indirect(Dictionary(K=Dictionary(S=Name.Figure, Alt=String(WHO))))
    root.Outlines = pdf.make_indirect(Dictionary(First=pdf.make_indirect(Dictionary(Title=String(WHO)))))
    root.PageLabels, root.URI = Dictionary(Nums=[0, Dictionary(P=String(WHO))]), Dictionary(Base=String(WHO))
    root.Vendor, root.AcroForm = Dictionary(Author=String(WHO)), Dictionary(Fields=page.Annots)
    return pdf


def saved(pdf: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def looks(content: bytes) -> list[bytes]:
    """The pages as a reader draws them."""
    document = pypdfium2.PdfDocument(content)
    return [page.render(scale=1).to_pil().convert("RGB").tobytes() for page in document]


def test_what_names_the_maker_goes_from_wherever_it_stands_and_the_page_looks_as_before() -> None:
    content = saved(paper())
    bare = bare_pdf(content)
    assert everywhere(content).count(WHO) > 20
    assert WHO not in everywhere(bare)
    assert looks(bare) == looks(content)
    assert len(set(looks(bare)[0])) > 2, "it is not blank"


def test_a_layer_that_was_hidden_stays_hidden() -> None:
    pdf = paper()
    pdf.Root.OCProperties.D.OFF = Array([])
    assert looks(bare_pdf(saved(pdf))) != looks(bare_pdf(saved(paper())))


def test_a_real_paper_of_many_pages_looks_as_before() -> None:
    row = (Cell.of("รับเรื่องที่ ๑ (ข้อมูลตัวอย่าง)"), Cell.of("1,250.00", align="end"))
    content = write(
        Document(
            "รายงานทดสอบ",
            (
                Heading("รายงานทดสอบ", level=0),
                Picture(mark_png(Verdict.PROVEN), "image/png", "เครื่องหมาย", 10),
                *(Paragraph(f"ย่อหน้าที่ {number} ของหนังสือราชการฉบับทดสอบ " * 9) for number in range(30)),
                Table("ตาราง", (Column(("รายการ",), 3), Column(("บาท",), 1)), (row,) * 40),
            ),
            datetime(2025, 10, 15, tzinfo=UTC),
            "หน่วยงานสมมติ",
        ),
        "pdf",
    )
    bare = bare_pdf(content)
    assert len(looks(content)) > 1
    assert looks(bare) == looks(content)
    with pikepdf.open(BytesIO(bare)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}


@pytest.mark.parametrize("inside", [b"/F /DCT", b"/Author (SOMCHAI)"])
def test_a_picture_inside_the_drawing_that_may_tell_is_refused(inside: bytes) -> None:
    drawn = b"q BI /W 1 /H 1 /BPC 8 /CS /RGB %s ID \x00\x01\x02 EI Q"
    with pytest.raises(Unreadable, match="too-much"):
        bare_pdf(saved(paper(drawn % inside)))
    plain = saved(paper(drawn % b""))
    assert looks(bare_pdf(plain)) == looks(plain)
