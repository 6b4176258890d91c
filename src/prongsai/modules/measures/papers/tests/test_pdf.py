"""The annual report as PDF: what it says, letter for letter, and that archives and screen readers can use it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from prongsai.foundation.typeset import Picture, issue_certificate, make_sealer, write
from prongsai.foundation.typeset.fonts import advance
from prongsai.foundation.typeset.lines import kept_words
from prongsai.foundation.typeset.marks import mark_png
from prongsai.kernel.contracts import StatementKind, Verdict
from prongsai.modules.measures.content import ReportContent
from prongsai.modules.measures.papers import Chosen, report_document
from prongsai.modules.measures.papers.tests.reading import pdfium, poppler, squeezed
from prongsai.modules.measures.papers.tests.sample import sample_content

MARKUP = (
    '#eval("1+1")',
    "*หนา*",
    "<label>",
    "$x^2$",
    "=1+1",
    '#include "/etc/passwd"',
    "@name",
    "a -- b 'c' ---",
)
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


@cache
def sample_pdf() -> bytes:
    return write(report_document(sample_content()), "pdf")


def with_first_statement(text: str, content: ReportContent | None = None) -> ReportContent:
    content = content or sample_content()
    first = content.measures[0]
    statement = replace(first.statements[0], text=text, printed=text)
    changed = replace(first, statements=(statement, *first.statements[1:]))
    return replace(content, measures=(changed, *content.measures[1:]))


def long_content(measures: int, statements: int) -> ReportContent:
    """A plan of many measures, each with so many statements, made of the sample's sentences."""
    content = sample_content()
    sentences = [s for m in content.measures for s in m.statements]
    made = []
    for number in range(1, measures + 1):
        chosen = [sentences[(number * 7 + i) % len(sentences)] for i in range(statements)]
        renumbered = tuple(
            replace(s, measure=number, number=i, kind=list(StatementKind)[i % 3])
            for i, s in enumerate(chosen, 1)
        )
        made.append(replace(content.measures[number % 7], number=number, statements=renumbered))
    return replace(content, measures=tuple(made))


@pytest.mark.parametrize("reader", ["poppler", "pdfium"])
def test_every_statement_copies_out_letter_for_letter(reader: str, tmp_path: Path) -> None:
    pdf = sample_pdf()
    text = squeezed(poppler(pdf, tmp_path, "-raw") if reader == "poppler" else pdfium(pdf))
    wanting = [s.printed for s in sample_content().statements() if squeezed(s.printed) not in text]
    assert wanting == []


def test_readers_that_sort_by_position_read_every_line_too(tmp_path: Path) -> None:
    """They mix the columns' lines, but no letter may leave its line: marks without width used to."""
    lines = [squeezed(line) for line in poppler(sample_pdf(), tmp_path, "-raw").splitlines()]
    text = squeezed(poppler(sample_pdf(), tmp_path, "-layout"))
    assert [line for line in lines if line not in text] == []


def test_what_the_plan_had_said_stands_below_the_true_sentence(tmp_path: Path) -> None:
    text = squeezed(poppler(sample_pdf(), tmp_path, "-raw"))
    wrong = next(s for s in sample_content().statements() if s.verdict is Verdict.CONTRADICTED)
    assert squeezed(f"{wrong.printed}(มาตรการเดิมระบุว่า {wrong.text})หลักฐาน 476, 489, 502") in text
    assert squeezed("(ยังไม่มีหลักฐาน)") in text


def test_no_line_ends_inside_a_kept_word(tmp_path: Path) -> None:
    lines = [line.strip() for line in poppler(sample_pdf(), tmp_path, "-raw").splitlines()]
    named = {"ปีงบประมาณ", "ปฏิบัติงาน", "ผู้รับผิดชอบ", "เจ้าหน้าที่", "ขั้นตอน", "จัดซื้อจัดจ้าง", "องค์การบริหารส่วนตำบล"}
    fitting = {word for word in kept_words() if advance(word, 10.5) < 20}  # no column is narrower
    broken = [
        (before, after, word)
        for before, after in pairwise(lines)
        for word in named | fitting | {"อบต.ตัวอย่าง"}
        for cut in range(2, len(word) - 1)
        if before.endswith(word[:cut]) and after.startswith(word[cut:])
    ]
    assert broken == []


def test_nothing_invisible_comes_along_when_text_is_copied(tmp_path: Path) -> None:
    content = with_first_statement("จัดซื้อ\u200bจัดจ้าง\u2060ปี\ufeff๒๕๖๘กองคลัง")
    text = poppler(write(report_document(content), "pdf"), tmp_path, "-raw")
    assert squeezed("จัดซื้อจัดจ้างปี๒๕๖๘กองคลัง") in squeezed(text)
    assert not set(INVISIBLE) & set(text)


def test_markup_in_the_data_stays_text(tmp_path: Path) -> None:
    text = f"ข้อความ {' '.join(MARKUP)} จบ"
    read = poppler(write(report_document(with_first_statement(text)), "pdf"), tmp_path, "-raw")
    assert squeezed(text) in squeezed(read)


def test_a_character_without_a_glyph_does_not_stop_the_report(tmp_path: Path) -> None:
    content = with_first_statement("ลงนาม 漢 แล้ว \U0001f600")
    text = squeezed(poppler(write(report_document(content), "pdf"), tmp_path))
    assert "ลงนาม" in text
    assert "แล้ว" in text


def test_digits_glued_to_letters_stay_inside_their_cell() -> None:
    """Thai digits beside Thai letters give no place to break; the text used to run into the next cell."""
    content = with_first_statement("๑ต.ค.๖๗ถึง๓๐ก.ย.๖๘" * 12)
    page = pypdfium2.PdfDocument(write(report_document(content), "pdf"))[1]
    text = page.get_textpage()
    boxes = [text.get_rect(number) for number in range(text.count_rects())]
    point = 72 / 25.4
    left, right = (25 + 254 * 0.12) * point, (25 + 254 * 0.42) * point  # the edges of the second column
    in_steps = [box for box in boxes if left < box[0] < right - 20 and 70 < box[1] < 470]
    assert len(in_steps) > 10
    assert max(box[2] for box in in_steps) < right


def test_the_file_claims_pdf_a_2a_and_pdf_ua_1_and_is_tagged() -> None:
    with pikepdf.open(BytesIO(sample_pdf())) as pdf:
        with pdf.open_metadata() as metadata:
            claims = {key: metadata.get(key) for key in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")}
            assert claims == {"pdfaid:part": "2", "pdfaid:conformance": "A", "pdfuaid:part": "1"}
            assert "ประจำปีงบประมาณ พ.ศ. ๒๕๖๘" in metadata["dc:title"]
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("th")
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        kinds = [str(node.S) for node in structure(pdf.Root.StructTreeRoot)]
        assert kinds.count("/Table") == 7 + 2
        assert kinds.count("/TH") >= 6 * 7
        assert {"/H1", "/Figure", "/THead", "/TD"} <= set(kinds)
        figures = [node for node in structure(pdf.Root.StructTreeRoot) if node.S == "/Figure"]
        assert all(str(node.get("/Alt", "")).strip() for node in figures)
        assert any("คิวอาร์โค้ด" in str(node.Alt) for node in figures)


def structure(node: Any) -> list[Any]:
    """Every structure element below `node`, in order."""
    found: list[Any] = []
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found += [kid, *structure(kid)]
    return found


def test_every_font_is_embedded_and_every_measure_has_a_bookmark() -> None:
    with pikepdf.open(BytesIO(sample_pdf())) as pdf:
        fonts = [
            o
            for o in pdf.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert sum(bool(re.match(r"[๑-๙]\. มาตรการ", title)) for title in titles) == 7
    assert any(title.startswith("ภาคผนวก ก") for title in titles)


def test_the_head_and_the_legend_repeat_when_a_measure_goes_on_overleaf(tmp_path: Path) -> None:
    pdf = write(report_document(long_content(1, 40)), "pdf")
    pages = poppler(pdf, tmp_path, "-raw").split("\f")
    table = [page for page in pages if "ขั้นตอนหรือวิธีการปฏิบัติ" in page]
    assert len(table) >= 3
    for page in table:
        assert squeezed("ผลลัพธ์หรือผลสัมฤทธิ์ในการดำเนินการ") in squeezed(page)
        assert squeezed("ตัวเลขท้ายข้อคือเลขที่ในทะเบียนหลักฐาน") in squeezed(page)


def test_a_statement_never_splits_over_two_pages(tmp_path: Path) -> None:
    content = long_content(2, 30)
    pages = [
        squeezed(page)
        for page in poppler(write(report_document(content), "pdf"), tmp_path, "-raw").split("\f")
    ]
    for statement in content.statements():
        evidence = (
            "หลักฐาน" + ",".join(str(c.entry) for c in statement.citations) if statement.citations else ""
        )
        whole = squeezed(statement.printed)
        assert any(whole in page and evidence in page[page.index(whole) :] for page in pages), (
            statement.printed
        )


def test_a_statement_longer_than_a_page_goes_on_overleaf_instead_of_being_cut(tmp_path: Path) -> None:
    text = " ".join(f"ข้อความยาวส่วนที่ T{n}Z" for n in range(400))
    read = poppler(write(report_document(with_first_statement(text)), "pdf"), tmp_path, "-raw")
    assert [n for n in range(400) if f"T{n}Z" not in read] == []


def test_the_stamp_prints_all_digits_and_every_page_the_register_line(tmp_path: Path) -> None:
    content = sample_content()
    assert content.tree_head
    pages = poppler(sample_pdf(), tmp_path, "-raw").split("\f")[:-1]
    root = content.tree_head.root
    assert " ".join(root[i : i + 4] for i in range(0, 16, 4)) in pages[0]
    assert root in squeezed(pages[0])
    for number, page in enumerate(pages, 1):
        assert "ถึงเลขที่ 1655" in page
        assert "ข้อมูลตัวอย่าง" in page
        assert f"หน้า {thai(number)} จาก {thai(len(pages))}" in page


def thai(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))


def test_a_live_report_says_on_every_page_that_it_is_a_draft_and_from_which_day(tmp_path: Path) -> None:
    draft = sample_content(version=0, tree_head=None, is_sample=False)
    pages = poppler(write(report_document(draft), "pdf"), tmp_path, "-raw").split("\f")[:-1]
    assert all("ฉบับร่าง ข้อมูล ณ วันที่ ๑๕ ตุลาคม ๒๕๖๘" in page for page in pages)
    assert not any("ข้อมูลตัวอย่าง" in page for page in pages)


def test_an_acting_signatory_is_named_with_both_positions(tmp_path: Path) -> None:
    last = poppler(sample_pdf(), tmp_path, "-raw").split("\f")[-2]
    assert "(นายสมมติ ตัวอย่าง)\nปลัดองค์การบริหารส่วนตำบล\nรักษาราชการแทน นายกองค์การบริหารส่วนตำบลตัวอย่าง" in last


def test_equal_contents_give_equal_bytes() -> None:
    assert write(report_document(sample_content()), "pdf") == sample_pdf()


def test_the_seal_covers_the_entire_file_and_keeps_the_claims() -> None:
    key, certificate = issue_certificate("องค์การบริหารส่วนตำบลตัวอย่าง")
    sealed = write(report_document(sample_content()), "pdf", sealer=make_sealer(key, certificate))
    root = asn1_x509.Certificate.load(pem.unarmor(certificate)[2])
    reader = PdfFileReader(BytesIO(sealed))
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    status = validate_pdf_signature(reader.embedded_signatures[0], context)
    assert status.bottom_line
    assert "entire file" in status.pretty_print_details()
    assert status.docmdp_ok
    with pikepdf.open(BytesIO(sealed)) as pdf:
        seal = pdf.Root.AcroForm.Fields[0]
        assert str(seal.TU) == "ตราอิเล็กทรอนิกส์ของหน่วยงาน"
        assert max(float(edge) for edge in seal.Rect) < 0
        assert pdf.pages[0].Tabs == "/S"
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("2", "1")


def test_a_changed_byte_breaks_the_seal() -> None:
    key, certificate = issue_certificate("องค์การบริหารส่วนตำบลตัวอย่าง")
    sealed = bytearray(write(report_document(sample_content()), "pdf", sealer=make_sealer(key, certificate)))
    sealed[sealed.index(b"stream") + 40] ^= 1
    status = validate_pdf_signature(
        PdfFileReader(BytesIO(bytes(sealed))).embedded_signatures[0], ValidationContext(trust_roots=[])
    )
    assert not status.intact


def test_a_key_that_does_not_belong_to_the_certificate_is_refused() -> None:
    key, _ = issue_certificate("ก")
    _, certificate = issue_certificate("ข")
    with pytest.raises(ValueError, match="ไม่ใช่คู่กัน"):
        make_sealer(key, certificate)


def test_the_ita_2569_layout_shows_the_measures_of_the_chosen_indicator(tmp_path: Path) -> None:
    document = report_document(sample_content(), layout="ita-2569", chosen=Chosen(4, why="คะแนนต่ำสุด ๘๑.๒๕"))
    text = squeezed(poppler(write(document, "pdf"), tmp_path, "-raw"))
    assert squeezed("ตัวชี้วัดที่ ๔ การใช้ทรัพย์สินของราชการ คะแนนต่ำสุด ๘๑.๒๕") in text
    assert squeezed("ผลการดำเนินการ ๑. เสริมสร้างความปลอดภัย") in text
    assert squeezed("มาตรการส่งเสริมความโปร่งใสในการจัดซื้อจัดจ้าง") not in text


@pytest.mark.slow
def test_a_plan_of_forty_measures_and_two_thousand_statements_compiles(tmp_path: Path) -> None:
    content = long_content(40, 50)
    text = squeezed(poppler(write(report_document(content), "pdf"), tmp_path, "-raw"))
    assert all(squeezed(statement.printed) in text for statement in content.statements())


LONG_NAME = "องค์การบริหารส่วนตำบลบางกระทุ่มสามง่ามท่าโบสถ์พัฒนา"


@pytest.mark.parametrize("version", [0, 1, 2])
def test_a_long_name_and_an_emblem_leave_the_cover_on_one_page(version: int, tmp_path: Path) -> None:
    emblem = Picture(mark_png(Verdict.PROVEN), "image/png", "ตราของหน่วยงาน", 30)
    content = sample_content(organization=LONG_NAME, version=version)
    pages = poppler(write(report_document(content, emblem=emblem), "pdf"), tmp_path, "-raw").split("\f")
    assert squeezed(f"ภายใน{LONG_NAME} ประจำปีงบประมาณ พ.ศ. ๒๕๖๘") in squeezed(pages[0])
    assert "ข้อมูลไม่ตรง ๑" in pages[0]
    assert ("ฉบับแก้ไขที่ ๑" in pages[0]) is (version == 2)
    assert "ขั้นตอนหรือวิธีการปฏิบัติ" in pages[1]


def test_a_report_without_measures_is_still_a_paper(tmp_path: Path) -> None:
    text = poppler(write(report_document(sample_content(measures=())), "pdf"), tmp_path, "-raw")
    assert "๐ ข้อความ" in text
    assert "ทุกข้อความมีหลักฐานหรือคำรับรองแล้ว" in text
