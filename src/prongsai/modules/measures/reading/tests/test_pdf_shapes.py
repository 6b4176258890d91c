"""PDF tables without full rules: coloured bands, titles in the middle of their rows, a table for each measure, drawn bullets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import typst

from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.reading.clean import mend
from prongsai.modules.measures.reading.printed import cell_of_texts
from prongsai.modules.measures.reading.tests import offices as o
from prongsai.modules.measures.reading.tests.agree import assert_agrees
from prongsai.modules.measures.reading.tests.test_pdf import FONTS, LONG

COLUMNS = "(3fr,6fr,2fr,2.4fr,4fr,4fr)"


def said(paragraphs: Sequence[str]) -> str:
    return "[" + " \\ ".join(f"#text({json.dumps(text, ensure_ascii=False)})" for text in paragraphs) + "]"


def table(
    rows: Sequence[Sequence[Sequence[str]]],
    header: Sequence[str] = o.HEADER,
    *,
    columns: str = COLUMNS,
    style: str = "stroke: none",
) -> str:
    top = ", ".join(said([name]) for name in header)
    body = ", ".join(said(paragraphs) for row in rows for paragraphs in row)
    return f"#table(columns: {columns}, {style}, table.header({top}), {body})"


def pdf(path: Path, *blocks: str) -> Path:
    lines = [f"#text({json.dumps(line, ensure_ascii=False)})" for line in o.TITLE]
    source = (
        '#set page(paper: "a4", flipped: true, margin: 1.2cm)\n#set text(font: "Sarabun", size: 11pt, lang: "th")\n'
        + "\n\n".join([*lines, *blocks])
    )
    path.write_bytes(typst.compile(source.encode(), font_paths=[str(FONTS)]))
    return path


BANDS = {
    "odd bands": "stroke: none, inset: 7pt, fill: (_, y) => if calc.odd(y) {luma(230)}",
    "even bands": "stroke: none, inset: 7pt, fill: (_, y) => if calc.even(y) {luma(230)}",
    "coloured titles": "stroke: none, fill: (_, y) => if y == 0 {luma(200)}",
}


@pytest.mark.parametrize("style", BANDS.values(), ids=BANDS)
@pytest.mark.parametrize("samples", [o.SAMPLES, LONG], ids=["short", "long"])
def test_rows_are_told_by_bands_or_rules_across(
    tmp_path: Path, style: str, samples: tuple[o.Sample, ...]
) -> None:
    path = pdf(tmp_path / "a.pdf", table([o.cells(s) for s in samples], style=style))
    assert_agrees(read_report(path), samples, exact=False)


def test_rows_are_told_by_white_alone_though_titles_stand_in_their_middle(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "a.pdf", table([o.cells(s) for s in o.SAMPLES], style="stroke: none, align: horizon")
    )
    assert_agrees(read_report(path), exact=False)


@pytest.mark.parametrize("style", ["stroke: none", "stroke: 0.5pt"])
def test_each_measure_may_have_a_table_with_columns_of_its_own_width(tmp_path: Path, style: str) -> None:
    widths = ("(6fr,2fr,2.4fr,4fr,4fr)", "(4fr,2fr,3fr,5fr,4fr)", "(7fr,2fr,3fr,3fr,5fr)")
    blocks = []
    for s, columns in zip(o.SAMPLES, widths, strict=True):
        heading = json.dumps(f"มาตรการที่ {s.number} {s.title}", ensure_ascii=False)
        blocks += [f"#text({heading})", table([o.cells(s)[1:]], o.HEADER[1:], columns=columns, style=style)]
    assert_agrees(read_report(pdf(tmp_path / "a.pdf", *blocks)), exact=False)


def test_tables_that_touch_are_told_apart_by_their_titles(tmp_path: Path) -> None:
    widths = (COLUMNS, "(4fr,5fr,2fr,3fr,4fr,3fr)", "(3fr,5fr,3fr,3fr,3fr,4fr)")
    tables = [
        table([o.cells(s)], columns=columns, style="stroke: 0.5pt")
        for s, columns in zip(o.SAMPLES, widths, strict=True)
    ]
    assert_agrees(
        read_report(pdf(tmp_path / "a.pdf", f"#stack({', '.join(t[1:] for t in tables)})")), exact=False
    )


def test_signatures_below_a_table_without_rules_are_no_part_of_it(tmp_path: Path) -> None:
    closing = json.dumps("ลงชื่อ .................... ผู้รายงาน (นางสมมุติ ตัวอย่าง)", ensure_ascii=False)
    path = pdf(tmp_path / "a.pdf", table([o.cells(s) for s in o.SAMPLES]), f"#v(1em)\n#text({closing})")
    assert_agrees(read_report(path), exact=False)


def test_bullets_may_be_drawn_instead_of_written(tmp_path: Path) -> None:
    disc = "#box(baseline: -2pt, circle(radius: 1.6pt, fill: black)) "
    body = []
    for s in o.SAMPLES:
        title, _, period, units, outputs, _ = o.cells(s)
        drawn = [
            "[" + " \\ ".join(f"{disc}#text({json.dumps(t, ensure_ascii=False)})" for t in texts) + "]"
            for texts in (s.steps, s.outcomes)
        ]
        body += [said(title), drawn[0], said(period), said(units), said(outputs), drawn[1]]
    top = ", ".join(said([name]) for name in o.HEADER)
    block = f"#table(columns: {COLUMNS}, stroke: 0.5pt, table.header({top}), {', '.join(body)})"
    assert_agrees(read_report(pdf(tmp_path / "a.pdf", block)), exact=False)


def test_running_text_of_a_pdf_is_read_by_its_labels(tmp_path: Path) -> None:
    from prongsai.modules.measures.reading.tests.test_more_shapes import prose

    lines = [line for s in LONG for line in prose(s)]
    blocks = [f"#text({json.dumps(line, ensure_ascii=False)})" for line in lines]
    assert_agrees(read_report(pdf(tmp_path / "a.pdf", *blocks)), LONG, exact=False)


def test_decimals_of_a_row_begin_lines_of_their_own() -> None:
    cell = cell_of_texts(["1.1 เรื่องร้องเรียนลดลง", "จากปีก่อน", "1.2 คะแนนเพิ่มขึ้น", "1.5 คะแนน"])
    assert [paragraph.text for paragraph in cell.paragraphs] == [
        "1.1 เรื่องร้องเรียนลดลงจากปีก่อน",
        "1.2 คะแนนเพิ่มขึ้น 1.5 คะแนน",
    ]


def test_the_letter_that_word_tears_is_whole_again() -> None:
    cell = cell_of_texts(["1. ส านักปลัดด าเนินการตามค าสั่ง", "ที่ก าหนด"])
    assert [paragraph.text for paragraph in cell.paragraphs] == ["1. สำนักปลัดดำเนินการตามคำสั่งที่กำหนด"]
    assert mend("ดำาเนินการ") == "ดำเนินการ"
