"""What clerks really type: sub-items, slips, other tables, signatures, and figures that look like numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.reading.grid import Cell, Paragraph
from prongsai.modules.measures.reading.split import statements
from prongsai.modules.measures.reading.tests import offices as o
from prongsai.modules.measures.reading.tests.agree import assert_agrees
from prongsai.modules.measures.reading.units import units_of


def cut(*paragraphs: str, soft: bool = False) -> list[str]:
    return statements([Paragraph(text, soft=soft and at > 0) for at, text in enumerate(paragraphs)])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (["หน่วยงานมีมาตรการ"], ["หน่วยงานมีมาตรการ"]),
        (["ย่อหน้าแรก", "ย่อหน้าสอง"], ["ย่อหน้าแรก ย่อหน้าสอง"]),
        (["๑.ประชาชน", "๒.หน่วยงาน"], ["ประชาชน", "หน่วยงาน"]),
        (["1. ก้าวหนึ่ง", "ยังเป็นก้าวหนึ่ง", "2. ก้าวสอง"], ["ก้าวหนึ่ง ยังเป็นก้าวหนึ่ง", "ก้าวสอง"]),
        (["1. ประชุม 1.1 หัวหน้าส่วน 1.2 พนักงาน", "2. ประกาศ"], ["ประชุม 1.1 หัวหน้าส่วน 1.2 พนักงาน", "ประกาศ"]),
        (["1. ประชุม", "1.1 หัวหน้าส่วน", "1.2 พนักงาน", "2. ประกาศ"], ["ประชุม 1.1 หัวหน้าส่วน 1.2 พนักงาน", "ประกาศ"]),
        (["1.1 ประชุม", "1.2 ประกาศ", "1.3 รายงาน"], ["ประชุม", "ประกาศ", "รายงาน"]),
        (["๒.๑ ประชุม ๒.๒ ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["1. ประชุม", "- หัวหน้าส่วน", "- พนักงาน", "2. ประกาศ"], ["ประชุม - หัวหน้าส่วน - พนักงาน", "ประกาศ"]),
        (["1. ประชุม 1) ฝ่ายบริหาร 2) ฝ่ายสภา 2. ประกาศ"], ["ประชุม 1) ฝ่ายบริหาร 2) ฝ่ายสภา", "ประกาศ"]),
        (["1. ประชุม", "2) ประกาศ", "3. รายงาน"], ["ประชุม", "ประกาศ", "รายงาน"]),
        (["1. ประชุม", "2. ประกาศ", "3 รายงานผล"], ["ประชุม", "ประกาศ", "รายงานผล"]),
        (["1. ประชุม", "1. ประกาศ", "2. รายงาน"], ["ประชุม", "ประกาศ", "รายงาน"]),
        (["ดำเนินการดังนี้", "1. ประชุม", "2. ประกาศ"], ["ดำเนินการดังนี้ ประชุม", "ประกาศ"]),
        (["ดำเนินการดังนี้ 1. ประชุม 2. ประกาศ"], ["ดำเนินการดังนี้ ประชุม", "ประกาศ"]),
        (["ก. ประชุม", "ข. ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["- ประชุม", "- ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["• ประชุม • ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["-"], []),
        ([""], []),
        (["ตาม พ.ร.บ. พ.ศ. ๒๕๖๑ ๓. ไม่ใช่ลำดับ"], ["ตาม พ.ร.บ. พ.ศ. ๒๕๖๑ ๓. ไม่ใช่ลำดับ"]),
        (["๑. ตาม พ.ศ. ๒๕๖๑ ๒. ประกาศ ม.128 ๓. รายงาน"], ["ตาม พ.ศ. ๒๕๖๑", "ประกาศ ม.128", "รายงาน"]),
        (["1. ตามข้อ 2. ของระเบียบ", "2. ประกาศ"], ["ตามข้อ 2. ของระเบียบ", "ประกาศ"]),
        (["1.5 ล้านบาทใช้ในการจัดซื้อ"], ["1.5 ล้านบาทใช้ในการจัดซื้อ"]),
        (["10.30 น. ประชุมพนักงาน"], ["10.30 น. ประชุมพนักงาน"]),
        (["15 ต.ค. 2568 ประชุมพนักงาน"], ["15 ต.ค. 2568 ประชุมพนักงาน"]),
        (["3 ครั้งต่อปี"], ["3 ครั้งต่อปี"]),
        (["100% ของพนักงาน"], ["100% ของพนักงาน"]),
        (["(1) ประชุม (2) ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["(๑) ประชุม", "(๒) ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["๑) ประชุม ๒) ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["ข้อ ๑ ประชุม", "ข้อ ๒ ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["ขั้นตอนที่ 1 ประชุม", "ขั้นตอนที่ 2 ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["3. ประชุม", "4. ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["1. ประชุม เวลา 09.00 - 12.00 น. 2. ประกาศ"], ["ประชุม เวลา 09.00 - 12.00 น.", "ประกาศ"]),
        (["1.ประชุม2.ประกาศ3.รายงาน"], ["ประชุม", "ประกาศ", "รายงาน"]),
        (["ข้อ ๒๐๘ ของระเบียบกระทรวงมหาดไทย"], ["ข้อ ๒๐๘ ของระเบียบกระทรวงมหาดไทย"]),
        (["ข้อ ๑๕ ของระเบียบฯ"], ["ข้อ ๑๕ ของระเบียบฯ"]),
        (["90.5 เปอร์เซ็นต์ของพนักงาน"], ["90.5 เปอร์เซ็นต์ของพนักงาน"]),
        (["๑.๑ ไม่มีเรื่องร้องเรียน", "๑.๒ คะแนน ITA เพิ่มขึ้น"], ["ไม่มีเรื่องร้องเรียน", "คะแนน ITA เพิ่มขึ้น"]),
        (["1 ประชุม", "2 ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["1 ) ประชุม", "2 ) ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["o ประชุม", "o ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["[1] ประชุม", "[2] ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["1. โทร. 044-123456 ต่อ 2. แจ้งเหตุ"], ["โทร. 044-123456 ต่อ", "แจ้งเหตุ"]),
        (["1- ประชุม", "2- ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["1 : ประชุม", "2 : ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["1/ ประชุม", "2/ ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["1 .ประชุม", "2 .ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["a) ประชุม", "b) ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["i. ประชุม", "ii. ประกาศ", "iii. รายงาน"], ["ประชุม", "ประกาศ", "รายงาน"]),
        (["+ ประชุม", "+ ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["> ประชุม", "> ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["ขั้นที่ 1 ประชุม", "ขั้นที่ 2 ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["ขั้นตอนที่ 1 : ประชุม ขั้นตอนที่ 2 : ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["-ประชุม -ประกาศ"], ["ประชุม", "ประกาศ"]),
        (["- ประชุม ทุกส่วน -ภาพรวม - ประกาศ"], ["ประชุม ทุกส่วน -ภาพรวม", "ประกาศ"]),
        (["5 ส ทุกวันศุกร์"], ["5 ส ทุกวันศุกร์"]),
        (["เวลา 09:30 น. ประชุม"], ["เวลา 09:30 น. ประชุม"]),
        (["มี 3 ช่องทาง ได้แก่ 1) เว็บไซต์ 2) ไลน์ 3) โทรศัพท์"], ["มี 3 ช่องทาง ได้แก่ 1) เว็บไซต์ 2) ไลน์ 3) โทรศัพท์"]),
    ],
)  # fmt: skip
def test_a_cell_is_cut_where_its_own_numbers_stand(cell: list[str], expected: list[str]) -> None:
    assert cut(*cell) == expected


def test_printed_lines_that_happen_to_begin_with_a_number_begin_nothing() -> None:
    assert cut("1. ปรับปรุงข้อมูลตามแบบ", "5. และแบบอื่น", "2. รายงาน", soft=True) == [
        "ปรับปรุงข้อมูลตามแบบ 5. และแบบอื่น",
        "รายงาน",
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (["สำนักปลัด กองคลัง"], ["สำนักปลัด", "กองคลัง"]),
        (["งานนิติการ สำนักปลัด", "กองคลัง"], ["งานนิติการ สำนักปลัด", "กองคลัง"]),
        (["สำนักปลัด", "กองส่งเสริม", "การเกษตร"], ["สำนักปลัด", "กองส่งเสริมการเกษตร"]),
        (["กองสวัสดิการ", "สังคม"], ["กองสวัสดิการสังคม"]),
        (["กองการศึกษา ศาสนาและวัฒนธรรม"], ["กองการศึกษา ศาสนาและวัฒนธรรม"]),
        (["สำนักปลัด/กองคลัง/กองช่าง"], ["สำนักปลัด", "กองคลัง", "กองช่าง"]),
        (["สำนักปลัดกองคลังกองช่าง"], ["สำนักปลัด", "กองคลัง", "กองช่าง"]),
        (["1. สำนักปลัด", "2. กองคลัง"], ["สำนักปลัด", "กองคลัง"]),
        (["- สำนักปลัด", "- กองช่าง"], ["สำนักปลัด", "กองช่าง"]),
        (["สำนักปลัดและกองคลัง"], ["สำนักปลัด", "กองคลัง"]),
        (["กองสาธารณสุข", "และสิ่งแวดล้อม"], ["กองสาธารณสุขและสิ่งแวดล้อม"]),
        (["ทุกส่วนราชการ"], ["ทุกส่วนราชการ"]),
        (["ทุกสำนัก/กอง"], ["ทุกสำนัก/กอง"]),
        (["งานนิติการ", "สำนักปลัด"], ["งานนิติการ", "สำนักปลัด"]),
        (["สำนักปลัด อบต."], ["สำนักปลัด อบต."]),
        (["สำนักปลัด, กองคลัง, สำนักปลัด"], ["สำนักปลัด", "กองคลัง"]),
        (["นักทรัพยากรบุคคล"], ["นักทรัพยากรบุคคล"]),
        (["สำนักปลัด กองคลัง และ กองช่าง"], ["สำนักปลัด", "กองคลัง", "กองช่าง"]),
        (["สำนักปลัดและทุกกอง"], ["สำนักปลัด", "ทุกกอง"]),
        (["กองคลังร่วมกับกองช่าง"], ["กองคลัง", "กองช่าง"]),
        (["- สำนักปลัด - กองคลัง"], ["สำนักปลัด", "กองคลัง"]),
        (["สำนักปลัด-กองคลัง"], ["สำนักปลัด", "กองคลัง"]),
        (["สำนักปลัด & กองคลัง"], ["สำนักปลัด", "กองคลัง"]),
        (["สำนัก", "ปลัด", "กอง", "คลัง"], ["สำนักปลัด", "กองคลัง"]),
        (["ทุกสำนัก/กอง/หน่วย"], ["ทุกสำนัก/กอง/หน่วย"]),
        (["สำนัก/กอง ทุกแห่ง"], ["สำนัก/กอง ทุกแห่ง"]),
        (["คณะทำงาน ITA"], ["คณะทำงาน ITA"]),
        (["หลัก : สำนักปลัด รอง : กองคลัง"], ["สำนักปลัด", "กองคลัง"]),
        (["-"], []),
    ],
)
def test_units_are_whole_names(cell: list[str], expected: list[str]) -> None:
    assert units_of(Cell(tuple(Paragraph(text) for text in cell))) == expected


def test_other_tables_and_signatures_do_not_disturb(tmp_path: Path) -> None:
    paper = o.document()
    scores = [[["1"], ["การปฏิบัติหน้าที่"], ["92.50"]], [["2"], ["การใช้งบประมาณ"], ["88.01"]]]
    o.docx_table(paper, scores, ("ที่", "ตัวชี้วัด", "คะแนน"))
    o.docx_table(paper, [o.cells(s) for s in o.SAMPLES])
    signature = paper.add_table(rows=1, cols=2)
    signature.cell(0, 0).text = "(ลงชื่อ) นายสมมุติ ตัวอย่าง ผู้รายงาน"
    signature.cell(0, 1).text = "(ลงชื่อ) นางสมมุติ ตัวอย่าง ผู้รับรอง"
    paper.add_paragraph("มาตรการดังกล่าวดำเนินการครบถ้วนแล้ว")
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_a_table_that_goes_on_without_its_header_belongs_to_the_one_before(tmp_path: Path) -> None:
    paper = o.document()
    o.docx_table(paper, [o.cells(o.SAMPLES[0])])
    paper.add_page_break()
    table = paper.add_table(rows=0, cols=6)
    for s in o.SAMPLES[1:]:
        for cell, paragraphs in zip(table.add_row().cells, o.cells(s), strict=True):
            o.fill(cell, paragraphs)
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_a_row_of_column_numbers_and_repeated_headers_are_no_measures(tmp_path: Path) -> None:
    rows = [["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"]]
    for s in o.SAMPLES:
        rows += [o.html_row(o.cells(s)), list(o.HEADER)]
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows)))))


def test_a_column_of_activities_beside_the_measure_is_the_steps(tmp_path: Path) -> None:
    header = (
        "ประเด็น",
        "มาตรการ",
        "แนวทางการดำเนินงาน",
        "การกำกับติดตาม",
        "ผู้รับผิดชอบ",
        "ระยะเวลา",
        "ผลการดำเนินงาน",
        "ผลลัพธ์/ความสำเร็จ",
    )
    rows = []
    for s in o.SAMPLES:
        title, steps, period, units, outputs, outcomes = o.html_row(o.cells(s))
        rows.append(["ด้านความโปร่งใส", title, steps, "รายงานทุกไตรมาส", units, period, outputs, outcomes])
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows, header)))))


def test_measures_without_numbers_are_counted(tmp_path: Path) -> None:
    rows = [o.html_row(o.cells(s, title=lambda _: "")) for s in o.SAMPLES]
    report = read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows))))
    assert_agrees(report)


def test_a_report_without_an_outcome_column_says_what_is_missing(tmp_path: Path) -> None:
    rows = [o.html_row(o.cells(s)[:5]) for s in o.SAMPLES]
    report = read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows, o.HEADER[:5]))))
    assert [m.steps for m in report.measures] == [s.steps for s in o.SAMPLES]
    assert sum("ผลลัพธ์" in w.message for w in report.warnings) == 3


def test_sub_items_in_word_lists_stay_inside_their_item(tmp_path: Path) -> None:
    paper = o.document()
    table = o.docx_table(paper, [o.cells(s) for s in o.SAMPLES])
    cell = table.rows[2].cells[1]
    extra = cell.add_paragraph("- เพิ่มเติมท้ายรายการ")
    assert extra.text
    report = read_report(o.save(tmp_path, "a.docx", paper))
    assert report.measures[1].steps[-1] == o.SAMPLES[1].steps[-1] + " - เพิ่มเติมท้ายรายการ"


@pytest.mark.parametrize("delimiter", ["|", ";", "  "])
def test_text_columns_may_be_parted_by_bars_semicolons_or_spaces(tmp_path: Path, delimiter: str) -> None:
    rows = [[" ".join(cell).replace("  ", " ") for cell in o.cells(s, units="/")] for s in o.SAMPLES]
    text = "\n".join([*o.TITLE, "", *(delimiter.join(row) for row in [o.HEADER, *rows])])
    assert_agrees(read_report(o.save(tmp_path, "a.txt", text)))


def test_text_in_utf_16_as_notepad_saves_it_is_read(tmp_path: Path) -> None:
    rows = [[" ".join(cell) for cell in o.cells(s, units=" ")] for s in o.SAMPLES]
    assert_agrees(read_report(o.save(tmp_path, "a.txt", o.tsv(rows).encode("utf-16"))))


def test_signatures_below_a_text_table_belong_to_no_measure(tmp_path: Path) -> None:
    rows = [[" ".join(cell) for cell in o.cells(s, units=" ")] for s in o.SAMPLES]
    text = o.tsv(rows) + "\n(ลงชื่อ) นายสมมุติ ตัวอย่าง\nปลัดเทศบาล"
    assert_agrees(read_report(o.save(tmp_path, "a.txt", text)))


def test_the_name_of_the_office_may_run_over_two_lines(tmp_path: Path) -> None:
    title = ("รายงานผลมาตรการ องค์การบริหารส่วน", "ตำบลสวนสนตัวอย่าง อำเภอสมมุติ", "จังหวัดขอนแก่น ประจำปี 68")
    rows = [o.html_row(o.cells(s)) for s in o.SAMPLES]
    report = read_report(o.save(tmp_path, "a.html", o.html_page(o.html_table(rows), title=title)))
    assert_agrees(report, office="องค์การบริหารส่วนตำบลสวนสนตัวอย่าง")


def test_ragged_rows_and_signatures_of_a_worksheet_are_understood(tmp_path: Path) -> None:
    rows = []
    for s in o.SAMPLES:
        title, steps, period, units, outputs, outcomes = o.cells(s)
        for n in range(max(len(steps), len(units), len(outputs), len(outcomes))):
            columns = (title, steps, [period[0]], units, outputs, outcomes)
            rows.append([column[n] if n < len(column) else None for column in columns])
    book = o.workbook(rows)
    book.active.append([None, "ลงชื่อ นายสมมุติ ตัวอย่าง ผู้รายงาน"])
    assert_agrees(read_report(o.save(tmp_path, "a.xlsx", book)))


def test_an_annex_with_as_many_columns_is_not_taken_for_more_measures(tmp_path: Path) -> None:
    paper = o.document()
    o.docx_table(paper, [o.cells(s) for s in o.SAMPLES])
    paper.add_heading("ภาคผนวก")
    evidence = [[["1"], ["คำสั่งแต่งตั้ง"], ["1 ต.ค. 67"], ["2 ต.ค. 67"], ["กองคลัง"], ["เว็บไซต์"]]]
    o.docx_table(paper, evidence, ("หลักฐาน", "รายการ", "วันที่เกิด", "วันที่บันทึก", "ที่มา", "เผยแพร่ที่"))
    assert_agrees(read_report(o.save(tmp_path, "a.docx", paper)))


def test_a_group_column_left_of_the_measures_is_none(tmp_path: Path) -> None:
    body = "<tr>" + "".join(f"<th>{name}</th>" for name in ("ด้าน/ประเด็น", *o.HEADER)) + "</tr>"
    for n, s in enumerate(o.SAMPLES):
        group = "<td rowspan=3>1. ด้านธรรมาภิบาล</td>" if n == 0 else ""
        body += f"<tr>{group}" + "".join(f"<td>{cell}</td>" for cell in o.html_row(o.cells(s))) + "</tr>"
    assert_agrees(read_report(o.save(tmp_path, "a.html", o.html_page(f"<table>{body}</table>"))))
