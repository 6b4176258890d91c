"""PDF files made by Typst, Chromium and LibreOffice, with rules and without, over several pages."""

from __future__ import annotations

import html
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import typst

from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.reading.clean import knit, mend
from prongsai.modules.measures.reading.tests import offices as o
from prongsai.modules.measures.reading.tests.agree import assert_agrees

FONTS = Path(__file__).parents[4] / "foundation" / "typeset" / "fonts"
CHROMIUM = shutil.which("chromium")
OFFICE = shutil.which("soffice")
# Long enough to run over pages, with the same words in every measure's own order.
LONG = tuple(
    replace(
        s,
        steps=tuple(
            f"{step} โดยแจ้งเวียนให้ทุกส่วนราชการทราบและถือปฏิบัติอย่างเคร่งครัดตลอดปีงบประมาณ" for step in s.steps * 3
        ),
        outcomes=tuple(f"{text} จากการสำรวจความคิดเห็นของประชาชนในพื้นที่" for text in s.outcomes),
    )
    for s in o.SAMPLES
)


def typst_pdf(path: Path, rows: Sequence[Sequence[Sequence[str]]], *, stroke: str = "0.5pt", header: Sequence[str] = o.HEADER,
              repeat: bool = True, columns: str = "(3fr,6fr,2fr,2.4fr,4fr,4fr)") -> Path:  # fmt: skip
    def cell(paragraphs: Sequence[str]) -> str:
        return "[" + "\n\n".join(f"#text({json.dumps(p, ensure_ascii=False)})" for p in paragraphs) + "]"

    lines = "\n\n".join(f"#text({json.dumps(line, ensure_ascii=False)})" for line in o.TITLE)
    top = ", ".join(cell([name]) for name in header)
    top = f"table.header(repeat: {'true' if repeat else 'false'}, {top})"
    body = ", ".join(cell(paragraphs) for row in rows for paragraphs in row)
    source = (
        '#set page(paper: "a4", flipped: true, margin: 1.2cm)\n#set text(font: "Sarabun", size: 12pt, lang: "th")\n'
        f"{lines}\n\n#table(columns: {columns}, stroke: {stroke}, {top}, {body})"
    )
    path.write_bytes(typst.compile(source.encode(), font_paths=[str(FONTS)]))
    return path


@pytest.mark.parametrize("stroke", ["0.5pt", "none"])
@pytest.mark.parametrize("repeat", [True, False])
@pytest.mark.parametrize("samples", [o.SAMPLES, LONG], ids=["short", "long"])
def test_tables_over_pages_with_and_without_rules_and_repeated_headers(
    tmp_path: Path, stroke: str, repeat: bool, samples: tuple[o.Sample, ...]
) -> None:
    path = typst_pdf(tmp_path / "a.pdf", [o.cells(s, o.thai) for s in samples], stroke=stroke, repeat=repeat)
    assert_agrees(read_report(path), samples, exact=False)


@pytest.mark.parametrize(
    "mark", [o.glued, o.bracket, o.round_bracket, o.dash, o.bullet], ids=lambda mark: mark.__name__
)
def test_marks_of_every_style_are_found_in_printed_lines(tmp_path: Path, mark: o.Numbered) -> None:
    path = typst_pdf(tmp_path / "a.pdf", [o.cells(s, mark) for s in LONG])
    assert_agrees(read_report(path), LONG, exact=False)


@pytest.mark.parametrize("stroke", ["0.5pt", "none"])
def test_a_number_column_and_another_order(tmp_path: Path, stroke: str) -> None:
    header = ("ที่", "มาตรการ", "ผู้รับผิดชอบ", "ขั้นตอน", "ระยะเวลา", "ผลผลิต", "ผลลัพธ์")
    rows = []
    for s in LONG:
        title, steps, period, units, outputs, outcomes = o.cells(s, title=lambda _: "")
        rows.append([[str(s.number)], title, units, steps, period, outputs, outcomes])
    path = typst_pdf(
        tmp_path / "a.pdf", rows, header=header, columns="(1cm,3fr,2.6fr,6fr,2fr,4fr,4fr)", stroke=stroke
    )
    assert_agrees(read_report(path), LONG, exact=False)


def test_rules_only_between_the_rows(tmp_path: Path) -> None:
    path = typst_pdf(tmp_path / "a.pdf", [o.cells(s) for s in LONG], stroke="(x: none, y: 0.5pt)")
    assert_agrees(read_report(path), LONG, exact=False)


def page_of(body: str) -> str:
    font = (FONTS / "Sarabun-Regular.ttf").as_uri()
    style = (
        f"<style>@font-face{{font-family:S;src:url({font})}}@page{{size:A4 landscape;margin:12mm}}body{{font:14px S}}"
        "p{margin:0}table{border-collapse:collapse;width:100%}td,th{border:1px solid;vertical-align:top;padding:3px}</style>"
    )
    return o.html_page(style + body)


def chromium_pdf(folder: Path, page: str) -> Path:
    source = o.save(folder, "a.html", page)
    path = folder / "chromium.pdf"
    command = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--print-to-pdf={path}",
    ]
    subprocess.run([*command, str(source)], capture_output=True, timeout=120, check=True)
    return path


def office_pdf(folder: Path, paper: object) -> Path:
    source = o.save(folder, "a.docx", paper)
    command = [
        str(OFFICE),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run(
        [*command, "--outdir", str(folder), str(source)], capture_output=True, timeout=180, check=True
    )
    return folder / "a.pdf"


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_merged_cells_and_rows_cut_by_pages_as_chromium_prints_them(tmp_path: Path) -> None:
    body = "<thead><tr>" + "".join(f"<th>{name}</th>" for name in o.HEADER) + "</tr></thead>"
    for s in LONG:
        title, steps, period, units, outputs, outcomes = o.cells(s)
        span = f" rowspan={len(steps)}"
        for n, step in enumerate(steps):
            first = f"<td{span}>{title[0]}</td>" if n == 0 else ""
            rest = (
                "".join(f"<td{span}>{o.html_cell(c)}</td>" for c in (period, units, outputs, outcomes))
                if n == 0
                else ""
            )
            body += f"<tr>{first}<td>{html.escape(step)}</td>{rest}</tr>"
    path = chromium_pdf(tmp_path, page_of(f"<table>{body}</table>"))
    assert_agrees(read_report(path), LONG, exact=False)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_a_table_for_each_measure_under_its_heading_as_chromium_prints_it(tmp_path: Path) -> None:
    body = ""
    for s in LONG:
        body += f"<h4>มาตรการที่ {s.number} {s.title}</h4>" + o.html_table(
            [o.html_row(o.cells(s)[1:])], o.HEADER[1:]
        )
    assert_agrees(read_report(chromium_pdf(tmp_path, page_of(body))), LONG, exact=False)


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice")
def test_a_word_file_that_libreoffice_prints(tmp_path: Path) -> None:
    paper = o.document()
    section = paper.sections[0]
    section.page_width, section.page_height = section.page_height, section.page_width
    table = o.docx_table(paper, [o.cells(s, o.thai) for s in LONG])
    table.style = "Table Grid"
    assert_agrees(read_report(office_pdf(tmp_path, paper)), LONG, exact=False)


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("ที\uf70a", "ที่"),
        ("นํ้า", "น้ำ"),
        ("น้ํา", "น้ำ"),
        ("กำหนด", "กำหนด"),
        ("กํ าหนด", "กำหนด"),
        ("เเผน", "แผน"),
        ("ที่่", "ที่"),
    ],
)
def test_characters_of_old_fonts_are_mended(raw: str, mended: str) -> None:
    assert mend(raw) == mended


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("การใช้ทรัพย์", "สินของราชการ", "การใช้ทรัพย์สินของราชการ"),
        ("ประชาชน ", "ได้รับ", "ประชาชน ได้รับ"),
        ("ระบบ", "E-Service", "ระบบ E-Service"),
        ("ต่าง ๆ", "เพื่อให้", "ต่าง ๆ เพื่อให้"),
        ("www.suanson.", "example.go.th", "www.suanson.example.go.th"),
        ("www.suanson.go.th", "Facebook", "www.suanson.go.th Facebook"),
    ],
)
def test_printed_lines_are_knit_together(above: str, below: str, whole: str) -> None:
    assert knit(above, below) == whole
