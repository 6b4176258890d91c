"""What Word and Excel keep besides plain cells."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from prongsai.kernel.contracts import Period
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.reading.tests import offices as o
from prongsai.modules.measures.reading.tests.agree import assert_agrees


def paper_with_table() -> tuple[Any, Any]:
    paper = o.document()
    return paper, o.docx_table(paper, [o.cells(s) for s in o.SAMPLES])


def test_deleted_text_is_left_out_and_inserted_text_is_read(tmp_path: Path) -> None:
    paper, table = paper_with_table()
    paragraph = table.cell(2, 4).paragraphs[0]
    deleted = parse_xml(
        f'<w:del {nsdecls("w")} w:id="1" w:author="x"><w:r><w:delText>ข้อความเก่า</w:delText></w:r></w:del>'
    )
    paragraph._p.append(deleted)
    run = paragraph.runs[0]
    inserted = OxmlElement("w:ins")
    run._r.addprevious(inserted)
    inserted.append(run._r)
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_a_deleted_row_is_left_out(tmp_path: Path) -> None:
    paper, table = paper_with_table()
    row = copy.deepcopy(table.rows[1]._tr)
    table.rows[1]._tr.addnext(row)
    row.get_or_add_trPr().append(parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="x"/>'))
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_the_title_may_stand_in_a_text_box(tmp_path: Path) -> None:
    paper = o.document(["ปก"])
    inner = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in o.TITLE)
    box = (
        f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        f"<w:txbxContent>{inner}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
        f"<w:txbxContent>{inner}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    paper.paragraphs[0]._p.append(parse_xml(box))
    o.docx_table(paper, [o.cells(s) for s in o.SAMPLES])
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_a_table_inside_a_cell_is_text_of_the_cell(tmp_path: Path) -> None:
    paper, table = paper_with_table()
    inner = table.cell(2, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "เพจ", "เว็บไซต์"
    report = read_report(o.save(tmp_path, "a.docx", paper))
    assert report.measures[1].steps == (o.SAMPLES[1].steps[0], f"{o.SAMPLES[1].steps[1]} เพจ เว็บไซต์")


def test_addresses_of_links_are_kept_and_their_text_stays(tmp_path: Path) -> None:
    paper, table = paper_with_table()
    relation = paper.part.relate_to(
        "https://suanson.example/plan.pdf", "http://x/hyperlink", is_external=True
    )
    paragraph = table.cell(2, 4).paragraphs[0]
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    link.append(paragraph.runs[0]._r)
    paragraph._p.append(link)
    report = read_report(o.save(tmp_path, "a.docx", paper))
    assert_agrees(report)
    assert report.measures[1].links == ("https://suanson.example/plan.pdf",)


def test_the_frame_of_a_content_control_is_looked_through(tmp_path: Path) -> None:
    paper, table = paper_with_table()
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    table._tbl.addprevious(control)
    control[0].append(table._tbl)
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_titles_numbered_by_word_itself_have_their_numbers(tmp_path: Path) -> None:
    paper = o.document()
    table = o.docx_table(paper, [o.cells(s, title=lambda _: "") for s in o.SAMPLES])
    identity = o.numbered_list(paper, "thaiNumbers")
    for row in table.rows[1:]:
        o.in_list(row.cells[0].paragraphs[0], identity)
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_formulas_without_a_stored_result_are_followed_or_noted(tmp_path: Path) -> None:
    rows = [o.joined(o.cells(s)) for s in o.SAMPLES]
    book = o.workbook(rows)
    book.active["J1"] = rows[0][0]
    book.active["A6"] = "=J1"
    book.active["H6"] = "=SUM(K1:K9)"
    report = read_report(o.save(tmp_path, "a.xlsx", book))
    assert_agrees(report)
    assert any("สูตร" in w.message and "แถวที่ 6" in w.where for w in report.warnings)


def test_hidden_sheets_and_rows_are_left_out(tmp_path: Path) -> None:
    book = o.workbook([o.joined(o.cells(s)) for s in o.SAMPLES])
    book.active.append(["4. มาตรการร่าง", "ก", "", "", "", ""])
    book.active.row_dimensions[book.active.max_row].hidden = True
    old = book.create_sheet("ปีก่อน")
    old.append(list(o.HEADER))
    old.append(["9. มาตรการปีก่อน", "ข", "", "", "", ""])
    old.sheet_state = "hidden"
    assert_agrees(read_report(o.save(tmp_path, "a.xlsx", book)))


def test_one_date_cell_of_the_buddhist_era_typed_as_a_date_is_understood(tmp_path: Path) -> None:
    header = (*o.HEADER[:2], "เริ่ม", "สิ้นสุด", *o.HEADER[3:])
    rows = []
    for s in o.SAMPLES:
        row: list[Any] = o.joined(o.cells(s))
        rows.append([*row[:2], date(2568, 1, 1), date(2568, 6, 30), *row[3:]])
    report = read_report(o.save(tmp_path, "a.xlsx", o.workbook(rows, header)))
    assert_agrees(report, period=Period(date(2025, 1, 1), date(2025, 6, 30)))


def test_links_of_cells_are_kept(tmp_path: Path) -> None:
    book = o.workbook([o.joined(o.cells(s)) for s in o.SAMPLES])
    book.active["E7"].hyperlink = "https://suanson.example/news"
    assert read_report(o.save(tmp_path, "a.xlsx", book)).measures[1].links == (
        "https://suanson.example/news",
    )
