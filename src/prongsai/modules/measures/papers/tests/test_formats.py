"""The report as DOCX, XLSX, CSV and HTML, opened by the programs that offices open them with."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from lxml import html

from prongsai.foundation.typeset import WRITERS, write
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures.papers import report_document
from prongsai.modules.measures.papers.tests.reading import squeezed
from prongsai.modules.measures.papers.tests.sample import sample_content
from prongsai.modules.measures.papers.tests.test_pdf import MARKUP, with_first_statement

FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "＝1")


@cache
def sample(format: str) -> bytes:
    return write(report_document(sample_content()), format)


def docx_text(data: bytes) -> str:
    root = docx.Document(BytesIO(data)).element
    return squeezed("".join(node.text or "" for node in root.iter(qn("w:t"))))


def html_text(data: bytes) -> str:
    page = html.document_fromstring(data.decode())
    for hidden in page.xpath("//style | //*[@class='vh']"):
        hidden.drop_tree()
    return squeezed(page.text_content())


def sheets_text(data: bytes) -> str:
    book = openpyxl.load_workbook(BytesIO(data))
    return squeezed(
        " ".join(str(v) for page in book for row in page.iter_rows(values_only=True) for v in row if v)
    )


READ = {
    "docx": docx_text,
    "html": html_text,
    "xlsx": sheets_text,
    "csv": lambda data: squeezed(data.decode("utf-8-sig")),
}


@pytest.mark.parametrize("format", READ)
def test_every_statement_stands_in_every_format(format: str) -> None:
    text = READ[format](sample(format))
    assert [s.printed for s in sample_content().statements() if squeezed(s.printed) not in text] == []


@pytest.mark.parametrize("format", READ)
def test_sample_data_say_so_in_every_format(format: str) -> None:
    assert "ข้อมูลตัวอย่าง" in READ[format](sample(format))


@pytest.mark.parametrize("format", READ)
def test_markup_in_the_data_stays_text_in_every_format(format: str) -> None:
    text = f"ข้อความ {' '.join(MARKUP)} จบ"
    read = READ[format](write(report_document(with_first_statement(text)), format))
    assert squeezed(text) in read.replace('""', '"')


@pytest.mark.parametrize("format", WRITERS)
def test_equal_contents_give_equal_bytes_in_every_format(format: str) -> None:
    assert write(report_document(sample_content()), format) == sample(format)


# --- DOCX -----------------------------------------------------------------------------------------------------


def test_the_word_file_has_real_headings_repeating_heads_and_thai_type() -> None:
    document = docx.Document(BytesIO(sample("docx")))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert sum(text.startswith("มาตรการที่") for text in headings) == 7
    measures = [t for t in document.tables if "ขั้นตอนหรือวิธีการปฏิบัติ" in t.rows[0].cells[1].text]
    assert len(measures) == 7
    for table in measures:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert document.core_properties.language == "th-TH"
    assert document.core_properties.created == datetime(2025, 10, 15, 2, 5, tzinfo=UTC)
    assert document.sections[-1].page_width > document.sections[-1].page_height
    run = next(document.element.iter(qn("w:rPr")))
    assert run.find(qn("w:rFonts")).get(qn("w:cs")) == "Sarabun"
    assert run.find(qn("w:szCs")).get(qn("w:val")) == "52"
    assert run.find(qn("w:lang")).get(qn("w:bidi")) == "th-TH"


def test_every_mark_in_the_word_file_has_its_word_for_readers() -> None:
    root = docx.Document(BytesIO(sample("docx"))).element
    said = [node.get("descr") for node in root.iter("{*}docPr")]
    assert said.count("รับรองโดยเจ้าหน้าที่") == 15 + 1  # the statements and the cover's count
    assert all(said)


# --- XLSX and CSV ---------------------------------------------------------------------------------------------


def test_the_sheet_has_one_row_a_statement_real_dates_a_filter_and_a_repeated_head() -> None:
    page = openpyxl.load_workbook(BytesIO(sample("xlsx")))["ข้อความ"]
    head = next(row for row in page.iter_rows() if row[0].value == "มาตรการที่")
    rows = list(page.iter_rows(min_row=head[0].row + 1))
    assert len(rows) == 55
    columns = {cell.value: cell.column - 1 for cell in head}
    assert rows[0][columns["เริ่ม"]].value == datetime(2024, 10, 1)
    assert rows[0][columns["เริ่ม"]].is_date
    assert rows[0][columns["มาตรการที่"]].value == 1
    assert page.print_title_rows == f"${head[0].row}:${head[0].row}"
    assert page.auto_filter.ref.startswith(f"A{head[0].row}:")
    assert rows[0][columns["ข้อความในรายงาน"]].alignment.wrap_text
    assert page["A2"].value == "ข้อมูลตัวอย่าง"
    assert page.row_dimensions[rows[0][0].row].height > 40  # its sentence takes several lines
    assert page.print_area.replace("$", "").split("!")[1].startswith("A1:H")


@pytest.mark.parametrize("text", FORMULAS)
def test_text_is_never_a_formula_in_a_spreadsheet(text: str) -> None:
    content = with_first_statement(f"{text} ข้อความ")
    page = openpyxl.load_workbook(BytesIO(write(report_document(content), "xlsx")))["ข้อความ"]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value == f"{text.strip()} ข้อความ"]
    assert cells
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    rows = csv.reader(StringIO(write(report_document(content), "csv").decode("utf-8-sig")))
    assert any(cell == f"'{text.strip()} ข้อความ" for row in rows for cell in row)


def test_the_csv_has_a_byte_order_mark_and_one_row_a_statement_each_with_the_notice() -> None:
    data = sample("csv")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 55
    assert {row["หมายเหตุ"] for row in rows} == {"ข้อมูลตัวอย่าง"}
    assert rows[0]["เริ่ม"] == date(2024, 10, 1).isoformat()
    wrong = next(row for row in rows if row["ผลการพิสูจน์"] == "ข้อมูลไม่ตรง")
    assert wrong["ข้อความเดิมในมาตรการ"] == "หน่วยงานไม่มีเรื่องร้องเรียนเกี่ยวกับงานบริการ"
    assert wrong["เลขหลักฐาน"] == "476, 489, 502"


# --- HTML -----------------------------------------------------------------------------------------------------


def test_the_page_stands_alone_and_says_its_marks_to_readers() -> None:
    page = html.document_fromstring(sample("html").decode())
    assert page.get("lang") == "th"
    assert page.xpath("//script | //link | //img[not(starts-with(@src, 'data:'))]") == []
    assert "url(" not in page.xpath("string(//style)")
    words = [node.text_content() for node in page.xpath("//div[@class='s']//span[@class='vh']")]
    assert words.count("พิสูจน์แล้ว: ") == 38
    assert len(page.xpath("//table/caption")) == len(page.xpath("//table"))
    assert all(th.get("scope") in ("col", "row") for th in page.xpath("//th"))
    levels = [int(node.tag[1]) for node in page.xpath("//h1 | //h2 | //h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1


def test_only_web_addresses_become_links() -> None:
    content = sample_content()
    first = content.measures[0]
    statement = first.statements[0]
    citation = replace(statement.citations[0], url="javascript:alert(1)")
    changed = replace(first, statements=(replace(statement, citations=(citation,)), *first.statements[1:]))
    page = html.document_fromstring(
        write(report_document(replace(content, measures=(changed,))), "html").decode()
    )
    assert all(a.get("href").startswith("https://") for a in page.xpath("//a"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    if not Path("/usr/bin/chromium").exists():
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        yield chromium
        chromium.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_page_has_no_sideways_scroll_and_no_accessibility_fault(browser: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content(sample("html").decode())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    faults = Axe().run(page).response["violations"]
    page.close()
    assert [fault["id"] for fault in faults] == []


# --- LibreOffice ----------------------------------------------------------------------------------------------


def converted(data: bytes, suffix: str, to: str, tmp_path: Path) -> bytes:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed here")
    source = tmp_path / f"paper.{suffix}"
    source.write_bytes(data)
    profile = (tmp_path / "profile").as_uri()
    command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", to, source.name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    return next(file for file in tmp_path.iterdir() if file.stem == "paper" and file != source).read_bytes()


@pytest.mark.slow
def test_libreoffice_opens_the_word_file_with_its_heads_repeated(tmp_path: Path) -> None:
    pdf = converted(sample("docx"), "docx", "pdf", tmp_path)
    (tmp_path / "out.pdf").write_bytes(pdf)
    command = ["pdftotext", "-raw", str(tmp_path / "out.pdf"), "-"]
    pages = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\f")[:-1]
    evidence = [page for page in pages if re.search(r"หลักฐานสมมติเลขที่", page)]
    assert len(evidence) > 1
    assert all("วันที่บันทึก" in page for page in evidence)
    assert all("ข้อมูลตัวอย่าง" in page for page in pages)


@pytest.mark.slow
def test_libreoffice_reads_the_workbook_row_for_row(tmp_path: Path) -> None:
    rows = list(
        csv.reader(
            StringIO(
                converted(
                    sample("xlsx"), "xlsx", "csv:Text - txt - csv (StarCalc):44,34,76", tmp_path
                ).decode()
            )
        )
    )
    words = [row[4] for row in rows if row[0].isdigit()]
    assert len(words) == 55
    assert words.count("พิสูจน์แล้ว") == sample_content().count(Verdict.PROVEN)
