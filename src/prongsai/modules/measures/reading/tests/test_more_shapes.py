"""Reports of other offices that keep to no single table: split ones, cards, running text, pasted rows, layouts."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx.enum.style import WD_STYLE_TYPE

from prongsai.kernel.contracts import Period
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.reading.tests import offices as o
from prongsai.modules.measures.reading.tests.agree import assert_agrees

PERIOD = "ต.ค. 2567 - ก.ย. 2568"
LABELS = ("ขั้นตอน/วิธีการปฏิบัติ", "ระยะเวลาดำเนินการ", "หน่วยงานผู้รับผิดชอบ", "ผลผลิต (Output)", "ผลลัพธ์ (Outcome)")


def nameless(_: int) -> str:
    return ""


def values(sample: o.Sample) -> list[list[str]]:
    """What stands under LABELS."""
    _, steps, _, units, outputs, outcomes = o.cells(sample)
    return [steps, [PERIOD], units, outputs, outcomes]


# --- split tables -----------------------------------------------------------------------------------------


def test_a_table_of_plans_and_one_of_results_tell_of_the_same_measures(tmp_path: Path) -> None:
    paper = o.document()
    rows = [o.cells(s) for s in o.SAMPLES]
    o.docx_table(paper, [row[:4] for row in rows], o.HEADER[:4])
    paper.add_paragraph("ส่วนที่ 2 ผลการดำเนินการ")
    o.docx_table(paper, [[row[0], *row[4:]] for row in rows], (o.HEADER[0], *o.HEADER[4:]))
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_the_steps_of_the_report_itself_count_where_a_plan_stands_before_it(tmp_path: Path) -> None:
    paper = o.document()
    rows = [o.cells(s) for s in o.SAMPLES]
    o.docx_table(paper, [[row[0], ["1. ตามแผนเดิม"], *row[2:4]] for row in rows], o.HEADER[:4])
    o.docx_table(paper, rows)
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_a_table_that_only_analyses_is_left_out_with_a_word(tmp_path: Path) -> None:
    paper = o.document()
    analysis = [[["ตัวชี้วัดที่ 9"], ["ปรับปรุงเว็บไซต์"], ["ต.ค. 67"], ["สำนักปลัด"]]]
    o.docx_table(paper, analysis, ("ประเด็นที่ต้องพัฒนา", "แนวทางการดำเนินงาน", "ระยะเวลา", "ผู้รับผิดชอบ"))
    o.docx_table(paper, [o.cells(s) for s in o.SAMPLES])
    report = read_report(o.save(tmp_path, "a.docx", paper))
    assert_agrees(report)
    assert any("ไม่มีช่องผลการดำเนินการ" in warning.message for warning in report.warnings)


def test_a_measure_goes_on_in_the_next_table_under_its_title_again(tmp_path: Path) -> None:
    paper = o.document()
    title, steps, period, units, outputs, outcomes = o.cells(o.SAMPLES[0])
    o.docx_table(paper, [[title, steps[:2], period, units, outputs, outcomes[:1]]])
    paper.add_page_break()
    o.docx_table(paper, [[[f"{title[0]} (ต่อ)"], steps[2:], [""], [""], [""], outcomes[1:]]])
    o.docx_table(paper, [o.cells(s) for s in o.SAMPLES[1:]])
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_numbers_like_1_1_and_2_1_under_topics_are_counted_through(tmp_path: Path) -> None:
    numbers = {1: "1.1 ", 2: "1.2 ", 3: "2.1 "}
    rows = [o.html_row(o.cells(s, o.dash, title=lambda n: numbers[n])) for s in o.SAMPLES]
    report = read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows))))
    assert_agrees(report)


# --- titles above tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headings",
    [
        lambda s: [f"{s.number}. {s.title.removeprefix('มาตรการ')}"],
        lambda s: [f"มาตรการที่ {s.number}", s.title],
    ],
    ids=["without the word", "in two lines"],
)
def test_titles_above_the_tables_may_be_short_or_in_two_lines(
    tmp_path: Path, headings: Callable[[o.Sample], list[str]]
) -> None:
    paper = o.document()
    for s in o.SAMPLES:
        for line in headings(s):
            paper.add_paragraph(line)
        o.docx_table(paper, [values(s)], LABELS)
    named = [
        replace(s, title=s.title if len(headings(s)) > 1 else s.title.removeprefix("มาตรการ"))
        for s in o.SAMPLES
    ]
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)), named)


def test_titles_in_a_csv_file_stand_in_rows_of_one_field(tmp_path: Path) -> None:
    lines = [*o.TITLE, ",".join(LABELS)]
    for s in o.SAMPLES:
        lines += [f"{s.number}. {s.title}", ",".join('"' + "\n".join(value) + '"' for value in values(s))]
    assert_agrees(read_report(o.save(tmp_path, "a.csv", "\n".join(lines))))


# --- cards and running text -------------------------------------------------------------------------------


def test_a_card_for_each_measure_may_name_it_in_a_row_across(tmp_path: Path) -> None:
    paper = o.document()
    for s in o.SAMPLES:
        table = paper.add_table(rows=1, cols=2)
        table.cell(0, 0).merge(table.cell(0, 1)).text = f"มาตรการที่ {s.number} {s.title}"
        for label, value in zip(LABELS, values(s), strict=True):
            name, said = table.add_row().cells
            name.text = label
            o.fill(said, value)
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_a_card_may_have_two_labels_in_a_row(tmp_path: Path) -> None:
    body = ""
    for s in o.SAMPLES:
        steps, _, units, outputs, outcomes = (o.html_cell(value) for value in values(s))
        body += (
            f"<table><tr><td>มาตรการที่<td>{s.number}<td>ชื่อมาตรการ<td>{s.title}</tr>"
            f"<tr><td>ระยะเวลา<td>{PERIOD}<td>ผู้รับผิดชอบ<td>{units}</tr><tr><td>ขั้นตอน<td colspan=3>{steps}</tr>"
            f"<tr><td>ผลผลิต<td colspan=3>{outputs}</tr><tr><td>ผลลัพธ์<td colspan=3>{outcomes}</tr></table>"
        )
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(body))))


def prose(sample: o.Sample) -> list[str]:
    lines = [f"มาตรการที่ {sample.number} {sample.title}"]
    for label, value in zip(LABELS, values(sample), strict=True):
        short = label in LABELS[1:3]
        lines += [f"{label} : {', '.join(value)}"] if short else [label, *value]
    return lines


def test_a_report_in_running_text_is_read_by_its_labels(tmp_path: Path) -> None:
    paper = o.document()
    for s in o.SAMPLES:
        for line in prose(s):
            paper.add_paragraph(line)
    paper.add_paragraph("(ลงชื่อ) นางสมมุติ ตัวอย่าง ผู้รายงาน")
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_a_letter_that_only_speaks_of_steps_and_results_is_no_report(tmp_path: Path) -> None:
    from prongsai.kernel.errors import Unreadable

    text = "\n".join([*o.TITLE, "ขั้นตอนการดำเนินงานเป็นไปตามแผน", "ผลการดำเนินการเป็นที่น่าพอใจ", "จึงเรียนมาเพื่อทราบ"])
    with pytest.raises(Unreadable, match="no such table"):
        read_report(o.save(tmp_path, "a.txt", text))


# --- text, pages, sheets, Word ----------------------------------------------------------------------------


def test_rows_pasted_from_word_run_over_several_lines(tmp_path: Path) -> None:
    rows = [["\n".join(cell) for cell in o.cells(s)] for s in o.SAMPLES]
    assert_agrees(read_report(o.save(tmp_path, "a.txt", o.tsv(rows))))


def test_tabs_at_the_end_of_rows_may_be_missing(tmp_path: Path) -> None:
    lines = [*o.TITLE, "", "\t".join(o.HEADER)]
    for s in o.SAMPLES:
        title, _, period, units, outputs, outcomes = ([" ".join(cell)] for cell in o.cells(s, units="/"))
        columns = (title, s.steps, period, units, outputs, outcomes)
        for n in range(len(s.steps)):
            row = "\t".join(column[n] if n < len(column) else "" for column in columns)
            lines.append(row.rstrip("\t"))
    assert_agrees(read_report(o.save(tmp_path, "a.txt", "\n".join(lines))))


def test_the_report_may_stand_in_the_middle_of_a_layout(tmp_path: Path) -> None:
    table = o.html_table([o.html_row(o.cells(s)) for s in o.SAMPLES])
    head = "".join(f"<p>{line}</p>" for line in o.TITLE)
    page = f"<table><tr><td>หน้าแรก<br>มาตรการประหยัดน้ำ<td>{head}{table}<td>ข่าว</table><table><tr><td>ท้ายหน้า</table>"
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(page, title=()))))


def test_numbers_with_a_cell_to_themselves_go_to_the_text_beside_them(tmp_path: Path) -> None:
    header = ("ข้อ", "มาตรการ", None, "วิธีดำเนินการ", None, "กำหนดเวลา", "หน่วยงาน", "ผลผลิต", "ผลลัพธ์")
    rows: list[list[Any]] = []
    for s in o.SAMPLES:
        for n, step in enumerate(s.steps):
            first = [s.number, None, s.title] if n == 0 else [None] * 3
            rest = [PERIOD, "\n".join(s.units)] if n == 0 else [None] * 2
            results = [texts[n] if n < len(texts) else None for texts in (s.outputs, s.outcomes)]
            rows.append([*first, f"{s.number}.{n + 1}", step, *rest, *results])
    book = o.workbook(rows, header)
    for merged in ("B5:C5", "D5:E5"):
        book.active.merge_cells(merged)
    assert_agrees(read_report(o.save(tmp_path, "a.xlsx", book)))


def test_a_link_made_by_a_formula_is_kept(tmp_path: Path) -> None:
    rows = [[*o.joined(o.cells(s)), ""] for s in o.SAMPLES]
    rows[1][6] = '=HYPERLINK("https://suanson.example/plan.pdf","แผน")'
    report = read_report(o.save(tmp_path, "a.xlsx", o.workbook(rows, (*o.HEADER, "เอกสารหลักฐาน"))))
    assert_agrees(report)
    assert report.measures[1].links == ("https://suanson.example/plan.pdf",)


def test_a_style_has_the_list_of_the_style_that_it_is_based_on(tmp_path: Path) -> None:
    paper = o.document()
    style = paper.styles.add_style("ขั้นตอน", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = paper.styles["List Number"]
    table = o.docx_table(paper, [o.cells(s) for s in o.SAMPLES])
    for row, s in zip(table.rows[1:], o.SAMPLES, strict=True):
        for paragraph, text in zip(row.cells[1].paragraphs, s.steps, strict=True):
            paragraph.text, paragraph.style = text, style
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_an_office_named_only_in_the_pages_header_is_found(tmp_path: Path) -> None:
    paper = o.document(o.TITLE[:2])
    paper.sections[0].header.paragraphs[0].text = " ".join(o.TITLE[2:])
    o.docx_table(paper, [o.cells(s) for s in o.SAMPLES])
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def rewritten(path: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    """The archive with every part changed by `change`."""
    target = path.with_name("b" + path.suffix)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return target


def strict(name: str, data: bytes) -> tuple[str, bytes]:
    data = data.replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    return name, data


def second(name: str, data: bytes) -> tuple[str, bytes]:
    return name.replace("word/document.xml", "word/document2.xml"), data.replace(
        b"word/document.xml", b"word/document2.xml"
    )


@pytest.mark.parametrize("change", [strict, second])
def test_word_files_may_be_strict_or_name_their_main_part_otherwise(
    tmp_path: Path, change: Callable[[str, bytes], tuple[str, bytes]]
) -> None:
    paper = o.document()
    o.docx_table(paper, [o.cells(s) for s in o.SAMPLES])
    assert_agrees(read_report(rewritten(o.save(tmp_path, "a.docx", paper), change)))


def test_decimals_that_count_things_are_numbers_where_their_row_goes_on(tmp_path: Path) -> None:
    s = replace(o.SAMPLES[0], outcomes=("เรื่องร้องเรียนลดลง", "คะแนน ITA เพิ่มขึ้น"))
    row = o.html_row(o.cells(s))
    row[5] = o.html_cell(["1.1 เรื่องร้องเรียนลดลง", "1.2 คะแนน ITA เพิ่มขึ้น"])
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table([row])))), [s])


def test_ticks_below_months_are_the_period(tmp_path: Path) -> None:
    months = ("ต.ค. 67", "พ.ย. 67", "ธ.ค. 67", "ม.ค. 68")
    top = "<th rowspan=2>มาตรการ<th rowspan=2>ขั้นตอน<th colspan=4>ระยะเวลา<th rowspan=2>ผู้รับผิดชอบ<th rowspan=2>ผลผลิต<th rowspan=2>ผลลัพธ์"
    body = f"<tr>{top}</tr><tr>{''.join(f'<th>{month}' for month in months)}</tr>"
    for s in o.SAMPLES:
        title, steps, _, *rest = o.html_row(o.cells(s))
        body += "<tr>" + "".join(f"<td>{cell}" for cell in (title, steps, "", "✓", "✓", "", *rest)) + "</tr>"
    report = read_report(o.save(tmp_path, "a.html", o.html_page(f"<table>{body}</table>")))
    assert_agrees(report, period=Period(date(2024, 11, 1), date(2024, 12, 31)))


def test_a_title_may_stand_behind_the_word_and_a_colon(tmp_path: Path) -> None:
    rows = [o.html_row(o.cells(s, title=lambda _: "มาตรการ : ")) for s in o.SAMPLES]
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows)))))
