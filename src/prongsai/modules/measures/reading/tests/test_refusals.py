"""Files that must be refused: in one sentence, in little memory, in little time."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest

from prongsai.kernel.errors import Unreadable
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.reading.tests import offices as o

_MEMORY = 700 * 1024 * 1024  # address space; the interpreter with its libraries takes about half of it
_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_EXCEL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def package(folder: Path, name: str, parts: dict[str, bytes]) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        for part, data in parts.items():
            archive.writestr(part, data)
    return path


def docx_of(folder: Path, body: bytes, name: str = "a.docx", head: bytes = b"") -> Path:
    document = head + f'<w:document xmlns:w="{_WORD}"><w:body>'.encode() + body + b"</w:body></w:document>"
    return package(folder, name, {"word/document.xml": document})


def xlsx_of(folder: Path, sheet: bytes, strings: bytes = b"") -> Path:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    book = (
        f'<workbook xmlns="{_EXCEL}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    parts = {
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": relations.encode(),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_EXCEL}">'.encode() + sheet + b"</worksheet>",
    }
    if strings:
        parts["xl/sharedStrings.xml"] = strings
    return package(folder, "a.xlsx", parts)


def refused_in_little_memory(path: Path) -> str:
    """Reads in a process of its own that may not grow; returns the message it refused with."""
    code = (
        "import sys\nfrom prongsai.kernel.errors import Unreadable\n"
        "from prongsai.modules.measures.reading import read_report\n"
        "try:\n    read_report(sys.argv[1])\nexcept Unreadable as e:\n    print(e)\n    sys.exit(2)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY)),
    )
    assert done.returncode == 2, done.stderr
    assert len(done.stdout.strip().splitlines()) == 1
    return done.stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "ว่างเปล่า"),
        ("a.txt", "เรียน ท่านนายก เรื่อง ขออนุมัติ".encode(), "ไม่ใช่รายงาน"),
        ("a.docx", b"PK\x03\x04 broken", "เสียหาย"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "รูปแบบเก่า"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "รหัสผ่าน"),
        ("a.pdf", b"%PDF-1.7 broken", "เสียหาย"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "ภาพ"),
        ("a.bin", bytes(range(256)) * 40, "ไม่รู้จัก"),
        ("a.rtf", b"{\\rtf1 x}", "RTF"),
    ],
)
def test_what_is_no_report_is_refused_with_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(Unreadable, match=said) as caught:
        read_report(o.save(tmp_path, name, content))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="ไม่พบ"):
        read_report(tmp_path / "none.pdf")


def test_a_file_larger_than_the_limit_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(21 * 1024 * 1024)
    with pytest.raises(Unreadable, match="20 MB"):
        read_report(path)


def test_a_header_without_measures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="ไม่มีมาตรการ"):
        read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table([]))))


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_file_that_breaks_off_is_refused(tmp_path: Path, cut: float) -> None:
    paper = o.document()
    o.docx_table(paper, [o.cells(s) for s in o.SAMPLES])
    whole = o.save(tmp_path, "whole.docx", paper).read_bytes()
    with pytest.raises(Unreadable):
        read_report(o.save(tmp_path, "a.docx", whole[: int(len(whole) * cut)]))


def test_a_word_file_that_swells_is_refused(tmp_path: Path) -> None:
    body = b"<w:p><w:r><w:t>" + b"A" * (80 * 1024 * 1024) + b"</w:t></w:r></w:p>"
    assert "ผิดปกติ" in refused_in_little_memory(docx_of(tmp_path, body))


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = docx_of(tmp_path, b"<w:p/>" * 12_000_000)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("word/document.xml").file_size
    data = data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(bytes(data))
    assert "document" in refused_in_little_memory(path) or "ผิดปกติ" in refused_in_little_memory(path)


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    head = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(12)
    )
    path = docx_of(tmp_path, b"<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", head=head + b"]>")
    assert "XML" in refused_in_little_memory(path)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = b"<w:tbl><w:tr><w:tc>" * 4000 + b"</w:tc></w:tr></w:tbl>" * 4000
    assert refused_in_little_memory(docx_of(tmp_path, deep))
    page = "<div>" * 200_000 + "x"
    assert refused_in_little_memory(o.save(tmp_path, "a.html", page))


def test_a_sheet_with_a_million_empty_rows_costs_little(tmp_path: Path) -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(1, 300_001))
    sheet = b'<dimension ref="A1:XFD1048576"/><sheetData>' + rows + b"</sheetData>"
    assert "ไม่ใช่รายงาน" in refused_in_little_memory(xlsx_of(tmp_path, sheet))


def test_a_merge_over_the_whole_sheet_costs_little(tmp_path: Path) -> None:
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
    sheet = b"<sheetData>" + row + b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert "ไม่ใช่รายงาน" in refused_in_little_memory(xlsx_of(tmp_path, sheet))


def test_a_pdf_that_swells_is_refused(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.Contents = pdf.make_stream(b"")
        buffer = io.BytesIO()
        pdf.save(buffer)
    packed = zlib.compress(b" " * (100 * 1024 * 1024), 9)
    body = buffer.getvalue().replace(
        b"endobj\n",
        b"endobj\n99 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
        + packed
        + b"\nendstream\nendobj\n",
        1,
    )
    assert "ผิดปกติ" in refused_in_little_memory(o.save(tmp_path, "a.pdf", body))


def test_a_pdf_with_a_password_is_refused(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "a.pdf", encryption=pikepdf.Encryption(user="secret", owner="secret"))
    with pytest.raises(Unreadable, match="รหัสผ่าน"):
        read_report(tmp_path / "a.pdf")


def test_a_scan_is_refused(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "a.pdf")
    with pytest.raises(Unreadable, match="สแกน"):
        read_report(tmp_path / "a.pdf")


def test_formulas_that_refer_to_one_another_endlessly_are_refused(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><f>{"&amp;".join([f"A{n + 1}"] * 30)}</f></c></row>' for n in range(1, 300)
    )
    with pytest.raises(Unreadable, match="too many formulas"):
        read_report(xlsx_of(tmp_path, rows.encode()))


def test_a_table_that_spans_millions_of_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"<table>" + b"<tr>" + b"<td rowspan=65000 colspan=1000>x" * 3000 + b"<tr>" * 20000)
    with pytest.raises(Unreadable, match="too many cells"):
        read_report(path)


def test_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    titles = "มาตรการ\tขั้นตอน\tระยะเวลา\tหน่วยงาน\tผลผลิต\tผลลัพธ์\n"
    path.write_text(
        titles + "๑. มาตรการ ก\t" + "๑. ประชุม ๒. ประกาศ " * 20_000 + "\tตลอดปี\tกองคลัง\tก\tข\n", "utf-8"
    )
    with pytest.raises(Unreadable, match="too long"):
        read_report(path)


def test_frames_within_frames_are_looked_into_once(tmp_path: Path) -> None:
    body = b"<w:tbl><w:tr><w:tc>" * 60 + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * 60
    with pytest.raises(Unreadable, match="no such table"):
        read_report(docx_of(tmp_path, body))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 300_000, "too many elements"),
        (b"<w:tbl>" + b"<w:tr>" + b"<w:tc/>" * 60 + b"</w:tr>" * 1 + b"</w:tbl>", "no such table"),
        (
            b"<w:tbl>"
            + (b'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="60"/></w:tcPr></w:tc></w:tr>') * 2_000
            + b"</w:tbl>",
            "too many cells",
        ),
    ],
)
def test_a_word_file_of_countless_little_parts_is_refused(tmp_path: Path, body: bytes, said: str) -> None:
    assert said in refused_in_little_memory(docx_of(tmp_path, body))


def test_lines_and_tables_without_number_are_refused(tmp_path: Path) -> None:
    assert "more than" in refused_in_little_memory(o.save(tmp_path, "a.txt", "ขั้นตอน\n1. ก\n" * 50_000))
    assert "too many cells" in refused_in_little_memory(
        o.save(tmp_path, "a.html", "<table><tr><td>ก<td>ข<td>ค</table>" * 20_000)
    )


@pytest.mark.parametrize("content", [b"q " * 1_000_000, b"0 0 m " + b"1 1 l " * 500_000])
def test_a_pdf_that_only_piles_up_is_refused(tmp_path: Path, content: bytes) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page().Contents = pdf.make_stream(content)
        pdf.save(tmp_path / "a.pdf")
    assert "too much on a page" in refused_in_little_memory(tmp_path / "a.pdf")
