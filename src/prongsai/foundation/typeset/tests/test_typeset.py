"""The document model and its writers, on small papers that no module made."""

from __future__ import annotations

import re
import subprocess
import threading
from datetime import UTC, datetime
from io import BytesIO
from itertools import product

import docx
import openpyxl
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.typeset import (
    MARKS,
    MEDIA_TYPES,
    WRITERS,
    Cell,
    Column,
    Document,
    Field,
    Heading,
    Items,
    LetterHead,
    Paragraph,
    Picture,
    Sheet,
    Signature,
    Signatures,
    Statement,
    Table,
    write,
)
from prongsai.foundation.typeset.fonts import letters_by_shape
from prongsai.foundation.typeset.marks import mark_png
from prongsai.foundation.typeset.sheet import neutral
from prongsai.kernel.contracts import Verdict

MOMENT = datetime(2025, 10, 15, tzinfo=UTC)


def paper(*blocks: object, **more: object) -> Document:
    heading = Heading("หัวเรื่อง", level=0)
    return Document("เอกสารทดสอบ", (heading, *blocks), MOMENT, "หน่วยงานสมมติ", **more)  # type: ignore[arg-type]


def table(*cells: Cell) -> Table:
    return Table("ตาราง", tuple(Column((f"ช่อง {n}",), 1) for n in range(len(cells))), (cells,))


@pytest.mark.parametrize("format", WRITERS)
def test_every_block_can_be_written_in_every_format(format: str) -> None:
    picture = Picture(mark_png(Verdict.PROVEN), "image/png", "เครื่องหมาย", 10)
    drawing = Picture(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', "image/svg+xml", "ว่าง", 10
    )
    blocks = (
        Heading("ตอนที่ ๑"),
        Paragraph("ข้อความ", indent=True),
        Items((Statement("ข้อหนึ่ง", "๑."), Statement("ข้อสอง", "๒.", mark=Verdict.UNPROVEN))),
        picture,
        drawing,
        table(Cell.of("ก"), Cell.of("ข", align="end")),
    )
    assert write(paper(*blocks), format)
    assert write(paper(*blocks, landscape=True), format)


LETTER = (
    LetterHead(
        "ที่ บร ๗๒๕๐๑/๑๒๓",
        ("ที่ทำการองค์การบริหารส่วนตำบลตัวอย่าง", "อำเภอตัวอย่าง จังหวัดตัวอย่าง ๑๐๐๐๐"),
        "๑๔ สิงหาคม ๒๕๖๘",
        (("เรื่อง", "ขอส่งเรื่องเพื่อพิจารณา"), ("เรียน", "ผู้อำนวยการแขวงทางหลวงตัวอย่าง")),
    ),
    Paragraph("ด้วยได้รับเรื่องจากประชาชน", indent=True),
    Signatures((Signature("นายประเสริฐ ตัวอย่าง", ("นายก",)),), align="end", closing="ขอแสดงความนับถือ"),
)
PARTS_OF_THE_LETTER = (
    "บร ๗๒๕๐๑/๑๒๓", "จังหวัดตัวอย่าง", "๑๔ สิงหาคม ๒๕๖๘", "ขอส่งเรื่องเพื่อพิจารณา", "ผู้อำนวยการแขวงทางหลวงตัวอย่าง",
    "ด้วยได้รับเรื่องจากประชาชน", "ขอแสดงความนับถือ", "นายประเสริฐ ตัวอย่าง",
)  # fmt: skip


def test_a_letter_has_its_parts_in_order_and_neither_register_line_nor_page_number() -> None:
    letter = paper(*LETTER, is_letter=True, notices=("ข้อมูลตัวอย่าง",))
    printed = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=write(letter, "pdf"), check=True, capture_output=True
    ).stdout.decode()
    document = docx.Document(BytesIO(write(letter, "docx")))
    xml = document.element.body.xpath("string(.)")
    web = re.sub("<[^>]+>", "", write(letter, "html").decode())
    for text in (printed, xml, web):
        at = [text.find(part.split()[0]) for part in PARTS_OF_THE_LETTER]
        assert -1 not in at, text
        assert at == sorted(at), text
    assert "ข้อมูลตัวอย่าง" in printed, "a sample says so on a letter too"
    assert "หน้า" not in printed
    foot = document.sections[0].footer.paragraphs
    assert [p.text for p in foot] == ["ข้อมูลตัวอย่าง"]


def test_every_format_has_a_media_type() -> None:
    assert set(WRITERS) < set(MEDIA_TYPES)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(KeyError):
        write(paper(), "doc")


def test_a_picture_needs_words_that_stand_for_it() -> None:
    with pytest.raises(ValueError, match="alt"):
        Picture(b"", "image/png", " ", 10)


def test_a_row_must_have_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="2 cells"):
        Table("ตาราง", (Column(("ก",), 1), Column(("ข",), 1)), ((Cell.of("1"),),))
    with pytest.raises(ValueError, match="1 values"):
        Sheet("ก", "ก", (Field("ก"),), ((1, 2),))


def test_tables_without_sheets_become_worksheets_with_their_marks_in_words() -> None:
    statement = Statement("ข้อความ", "๑.", mark=Verdict.CONTRADICTED, evidence=(214, 215))
    book = openpyxl.load_workbook(BytesIO(write(paper(table(Cell((statement,)))), "xlsx")))
    values = [v for row in book.worksheets[0].iter_rows(values_only=True) for v in row if v]
    assert "๑. ข้อความ [ข้อมูลไม่ตรง] หลักฐาน 214, 215" in values


def test_worksheets_with_equal_or_impossible_names_are_told_apart() -> None:
    sheets = tuple(Sheet(name, "ชื่อ", (Field("ก"),), ((1,),)) for name in ("ก/ข", "ก:ข", "", "x" * 60))
    names = openpyxl.load_workbook(BytesIO(write(paper(sheets=sheets), "xlsx"))).sheetnames
    assert names == ["ก ข", "ก ข 2", "ตาราง", "x" * 28]


@given(st.text(max_size=20), st.sampled_from("=+-@\t\r＝＋－＠"))
def test_no_text_is_left_that_a_spreadsheet_takes_for_a_formula(text: str, start: str) -> None:
    assert neutral(start + text).startswith("'")
    assert neutral("ก" + text) == "ก" + text


def test_every_thai_glyph_of_the_bundled_faces_has_its_letters() -> None:
    for face, letter in product(("Sarabun-Regular", "Sarabun-Bold"), "กขฃฐญฤาำิีึืุูเแโใไๅๆ็่้๊๋์ํ๐๑๙฿"):
        texts = {text for candidates in letters_by_shape(face).values() for text in candidates}
        assert letter in texts, (face, letter)
    tones = [texts for texts in letters_by_shape("Sarabun-Regular").values() if "\u0e49" in texts]
    assert len(tones) == 3  # the tall, the small and the narrow ้ are three outlines of one letter


def test_threads_can_write_at_the_same_time() -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(write(paper(), "pdf"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_the_paper_without_a_cover_has_its_title_and_language() -> None:
    with pikepdf.open(BytesIO(write(paper(Paragraph("ข้อความ")), "pdf"))) as pdf:
        assert str(pdf.docinfo.get("/Title", "")) in ("", "เอกสารทดสอบ")
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "เอกสารทดสอบ"
        assert str(pdf.Root.Lang).startswith("th")


def test_the_marks_say_the_fixed_words() -> None:
    assert [mark.word for mark in MARKS.values()] == [
        "พิสูจน์แล้ว",
        "รับรองโดยเจ้าหน้าที่",
        "ยังไม่มีหลักฐาน",
        "ข้อมูลไม่ตรง",
    ]
