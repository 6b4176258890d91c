"""Reports as other offices shape them, in text, HTML, Word and Excel."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.reading.tests import offices as o
from prongsai.modules.measures.reading.tests.agree import assert_agrees

MARKS = [o.arabic, o.thai, o.glued, o.bracket, o.round_bracket, o.word]
SEVERAL = o.SAMPLES[1:]


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.__name__)
def test_numbers_of_every_style_part_the_statements(tmp_path: Path, mark: o.Numbered) -> None:
    rows = [o.html_row(o.cells(s, mark)) for s in o.SAMPLES]
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows)))))


@pytest.mark.parametrize("mark", [o.dash, o.bullet], ids=lambda mark: mark.__name__)
def test_dashes_and_bullets_part_the_statements(tmp_path: Path, mark: o.Numbered) -> None:
    rows = [o.html_row(o.cells(s, mark)) for s in o.SAMPLES]
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows)))))


@pytest.mark.parametrize(
    "title", [o.arabic, lambda n: f"มาตรการที่ {n} ", lambda n: f"มาตรการที่ {n} : ", o.bracket, o.word]
)
def test_a_title_keeps_the_word_and_loses_its_number(tmp_path: Path, title: o.Numbered) -> None:
    rows = [o.html_row(o.cells(s, title=title)) for s in o.SAMPLES]
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows)))))


def test_one_line_of_text_may_hold_all_numbers_of_a_cell(tmp_path: Path) -> None:
    rows = [[" ".join(cell) for cell in o.cells(s, o.thai, units=" ")] for s in o.SAMPLES]
    assert_agrees(read_report(o.save(tmp_path, "a.txt", o.tsv(rows))))


@pytest.mark.parametrize("units", ["/", ", ", " / ", "\n", " และ", " "])
def test_units_may_be_parted_by_anything(tmp_path: Path, units: str) -> None:
    rows = [o.html_row(o.cells(s, units=units)) for s in o.SAMPLES]
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows)))))


def test_a_csv_file_with_line_breaks_in_its_cells_is_read(tmp_path: Path) -> None:
    assert_agrees(
        read_report(o.save(tmp_path, "a.csv", o.csv_text([o.joined(o.cells(s)) for s in o.SAMPLES])))
    )


def test_a_csv_file_in_the_thai_code_page_is_read(tmp_path: Path) -> None:
    text = o.csv_text([o.joined(o.cells(s)) for s in o.SAMPLES])
    assert_agrees(read_report(o.save(tmp_path, "a.csv", text.encode("cp874"))))


def test_a_web_page_saved_by_word_in_windows_874_is_read(tmp_path: Path) -> None:
    rows = [
        [
            f"<p class=MsoNormal><span lang=TH>{c}<o:p></o:p></span></p>"
            for c in o.html_row(o.cells(s, o.bracket))
        ]
        for s in o.SAMPLES
    ]
    page = o.html_page(o.html_table(rows), charset="windows-874").replace("<p>", "<p class=MsoListParagraph>")
    assert_agrees(read_report(o.save(tmp_path, "a.htm", page.encode("cp874"))))


def test_ordered_lists_of_html_part_the_statements(tmp_path: Path) -> None:
    def listed(paragraphs: list[str]) -> str:
        return "<ol>" + "".join(f"<li>{p}</li>" for p in paragraphs) + "</ol>"

    rows = []
    for s in o.SAMPLES:
        row = o.html_row(o.cells(s))
        row[1], row[4], row[5] = listed([*s.steps]), listed([*s.outputs]), listed([*s.outcomes])
        rows.append(row)
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows)))))


def test_columns_may_stand_in_another_order_with_other_titles_and_more_of_them(tmp_path: Path) -> None:
    header = (
        "ที่",
        "ผู้รับผิดชอบ",
        "มาตรการ",
        "ตัวชี้วัด",
        "วิธีการดำเนินการ",
        "ห้วงเวลา",
        "ผลลัพธ์ (Outcome)",
        "ผลผลิต",
        "หมายเหตุ",
    )
    rows = []
    for s in o.SAMPLES:
        title, steps, period, units, outputs, outcomes = o.html_row(o.cells(s, title=lambda _: ""))
        rows.append([str(s.number), units, title, "ร้อยละ 100", steps, period, outcomes, outputs, "-"])
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows, header)))))


def test_a_header_may_take_two_rows(tmp_path: Path) -> None:
    top = (
        "<tr><th rowspan=2>ลำดับ</th><th rowspan=2>มาตรการ</th><th rowspan=2>ขั้นตอน/วิธีการ</th><th colspan=2>ระยะเวลา</th>"
        "<th rowspan=2>ผู้รับผิดชอบ</th><th colspan=2>ผลการดำเนินการ</th></tr>"
        "<tr><th>เริ่มต้น</th><th>สิ้นสุด</th><th>ผลผลิต (Output)</th><th>ผลลัพธ์ (Outcome)</th></tr>"
    )
    body = ""
    for s in o.SAMPLES:
        title, steps, _, units, outputs, outcomes = o.html_row(o.cells(s, title=lambda _: ""))
        cells = [
            str(s.number),
            title,
            steps,
            "1 ต.ค. 2567",
            "30 ก.ย. 2568",
            units,
            outputs,
            outcomes,
        ]
        body += "<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(f"<table>{top}{body}</table>"))))


def test_a_row_may_hold_one_step_beside_merged_cells(tmp_path: Path) -> None:
    body = "".join(f"<th>{name}</th>" for name in o.HEADER)
    body = f"<tr>{body}</tr>"
    for s in o.SAMPLES:
        title, steps, period, units, outputs, outcomes = o.cells(s)
        span = f" rowspan={len(steps)}"
        for n, step in enumerate(steps):
            first = f"<td{span}>{title[0]}</td>" if n == 0 else ""
            rest = (
                "".join(f"<td{span}>{o.html_cell(c)}</td>" for c in (period, units, outputs, outcomes))
                if n == 0
                else ""
            )
            body += f"<tr>{first}<td>{step}</td>{rest}</tr>"
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(f"<table>{body}</table>"))))


def test_a_row_may_hold_one_step_with_everything_else_written_again(tmp_path: Path) -> None:
    rows = []
    for s in o.SAMPLES:
        title, _, period, units, outputs, outcomes = o.joined(o.cells(s))
        rows += [[title, step, period, units, outputs, outcomes] for step in s.steps]
    assert_agrees(read_report(o.save(tmp_path, "a.xlsx", o.workbook(rows))))


def test_titles_may_stand_as_headings_above_the_tables(tmp_path: Path) -> None:
    paper = o.document()
    for s in o.SAMPLES:
        paper.add_paragraph(f"{s.number}. {s.title}")
        o.docx_table(paper, [o.cells(s)[1:]], o.HEADER[1:])
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_a_heading_row_across_the_table_names_the_measure(tmp_path: Path) -> None:
    table = "<tr>" + "".join(f"<th>{name}</th>" for name in o.HEADER[1:]) + "</tr>"
    for s in o.SAMPLES:
        table += f"<tr><td colspan=5>มาตรการที่ {s.number} {s.title}</td></tr>"
        table += "<tr>" + "".join(f"<td>{c}</td>" for c in o.html_row(o.cells(s)[1:])) + "</tr>"
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(f"<table>{table}</table>"))))


def test_word_tables_for_each_measure_with_repeated_headers_are_read(tmp_path: Path) -> None:
    paper = o.document()
    for s in o.SAMPLES:
        o.docx_table(paper, [o.cells(s, o.thai)])
        paper.add_page_break()
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


@pytest.mark.parametrize("form", ["decimal", "thaiNumbers", "bullet"])
def test_word_numbers_that_nobody_typed_part_the_statements(tmp_path: Path, form: str) -> None:
    paper = o.document()
    table = o.docx_table(
        paper, [[c if n in (0, 2, 3) else [] for n, c in enumerate(o.cells(s))] for s in o.SAMPLES]
    )
    for row, s in zip(table.rows[1:], o.SAMPLES, strict=True):
        for column, texts in ((1, s.steps), (4, s.outputs), (5, s.outcomes)):
            o.fill(row.cells[column], texts)
            identity = o.numbered_list(paper, form)
            for paragraph in row.cells[column].paragraphs:
                o.in_list(paragraph, identity)
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_merged_cells_of_word_hold_the_rows_of_a_measure_together(tmp_path: Path) -> None:
    paper = o.document()
    rows = []
    for s in o.SAMPLES:
        title, steps, period, units, outputs, outcomes = o.cells(s)
        rows += [
            [title, [step], period, units, outputs, outcomes] if n == 0 else [[], [step], [], [], [], []]
            for n, step in enumerate(steps)
        ]
    table = o.docx_table(paper, rows)
    at = 1
    for s in o.SAMPLES:
        for column in (0, 2, 3, 4, 5):
            table.cell(at, column).merge(table.cell(at + len(s.steps) - 1, column))
        at += len(s.steps)
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_workbooks_with_merged_cells_and_real_dates_are_read(tmp_path: Path) -> None:
    header = ("ลำดับที่", "มาตรการ", "ขั้นตอน", "วันที่เริ่ม", "วันที่สิ้นสุด", "หน่วยงาน", "ผลการดำเนินงาน", "ผลสัมฤทธิ์")
    header = tuple(name.replace("วันที่เริ่ม", "เริ่มดำเนินการ").replace("วันที่สิ้นสุด", "สิ้นสุด") for name in header)
    book = o.workbook([], header)
    sheet = book.active
    for s in o.SAMPLES:
        title, steps, _, units, outputs, outcomes = o.cells(s, title=lambda _: "")
        top = sheet.max_row + 1
        for n, step in enumerate(steps):
            row = [
                s.number,
                title[0],
                step,
                date(2024, 10, 1),
                date(2025, 9, 30),
                "\n".join(units),
                "\n".join(outputs),
                "\n".join(outcomes),
            ]
            sheet.append(row if n == 0 else [None, None, step])
        for column in (1, 2, 4, 5, 6, 7, 8):
            sheet.merge_cells(start_row=top, end_row=sheet.max_row, start_column=column, end_column=column)
    assert_agrees(read_report(o.save(tmp_path, "a.xlsx", book)))


def test_a_sheet_for_each_measure_is_read(tmp_path: Path) -> None:
    book = o.workbook([o.joined(o.cells(o.SAMPLES[0]))])
    for s in o.SAMPLES[1:]:
        sheet = book.create_sheet(f"มาตรการที่ {s.number}")
        sheet.append(list(o.HEADER))
        sheet.append(o.joined(o.cells(s)))
    assert_agrees(read_report(o.save(tmp_path, "a.xlsx", book)))


def test_a_table_that_stands_on_its_side_is_read(tmp_path: Path) -> None:
    tables = ""
    for s in o.SAMPLES:
        rows = zip(o.HEADER, o.html_row(o.cells(s)), strict=True)
        tables += (
            "<table>"
            + "".join(f"<tr><td>{name}</td><td>{cell}</td></tr>" for name, cell in rows)
            + "</table>"
        )
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(tables))))


def test_short_names_of_offices_become_full_ones(tmp_path: Path) -> None:
    for short, full in (
        ("อบต.", "องค์การบริหารส่วนตำบล"),
        ("ทต.", "เทศบาลตำบล"),
        ("ทม.", "เทศบาลเมือง"),
        ("อบจ.", "องค์การบริหารส่วนจังหวัด"),
    ):
        title = ("รายงานผลมาตรการส่งเสริมคุณธรรม ปีงบประมาณ 2568", f"{short}สวนสนตัวอย่าง อ.สมมุติ จ.ขอนแก่น")
        rows = [o.html_row(o.cells(s)) for s in o.SAMPLES]
        report = read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows), title=title)))
        assert_agrees(report, office=f"{full}สวนสนตัวอย่าง")


@pytest.mark.parametrize(
    "period",
    [
        "ต.ค. 2567 - ก.ย. 2568",
        "ตุลาคม ๒๕๖๗ – กันยายน ๒๕๖๘",
        "ตลอดปีงบประมาณ",
        "ไตรมาสที่ 1 - 4",
        "1/10/2567-30/9/2568",
    ],
)
def test_periods_in_other_words_are_the_same_days(tmp_path: Path, period: str) -> None:
    rows = [o.html_row([[period] if n == 2 else c for n, c in enumerate(o.cells(s))]) for s in o.SAMPLES]
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows)))))


def test_a_missing_period_is_the_fiscal_year_with_a_warning_that_names_the_row(tmp_path: Path) -> None:
    rows = [o.html_row([[""] if n == 2 else c for n, c in enumerate(o.cells(s))]) for s in o.SAMPLES]
    report = read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows))))
    assert_agrees(report)
    assert [w.where for w in report.warnings] == [f"ตารางที่ 1 แถวที่ {n + 1} (มาตรการที่ {n})" for n in (1, 2, 3)]
