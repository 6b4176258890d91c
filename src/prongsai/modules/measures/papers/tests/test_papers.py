"""Layouts as data, the announcement, and the words of the papers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from prongsai.foundation.typeset import WRITERS, write
from prongsai.kernel.contracts import StatementKind
from prongsai.modules.measures.content import Signatory
from prongsai.modules.measures.papers import (
    Announcement,
    PlannedMeasure,
    announcement_document,
    items,
    layouts,
    report_document,
)
from prongsai.modules.measures.papers.tests.reading import poppler, squeezed
from prongsai.modules.measures.papers.tests.sample import sample_content
from prongsai.modules.measures.papers.wording import signatory_lines


def announcement(issued_on: date | None) -> Announcement:
    content = sample_content()
    measures = tuple(
        PlannedMeasure(m.number, m.title, m.period, m.units, tuple(s.text for s in m.of(StatementKind.STEP)))
        for m in content.measures
    )
    return Announcement(
        content.organization,
        content.short_name,
        content.fiscal_year,
        measures,
        issued_on,
        content.as_of,
        content.signatories[1:],
        is_sample=True,
    )


def test_the_six_columns_are_those_of_the_annual_report() -> None:
    assert [column.column.name for column in layouts()["six-columns"].columns] == [
        "มาตรการ/กิจกรรม",
        "ขั้นตอนหรือวิธีการปฏิบัติ",
        "ระยะเวลา ดำเนินการ",
        "หน่วยงาน ผู้รับผิดชอบ",
        "ผลการดำเนินการ (Output)",
        "ผลลัพธ์หรือผลสัมฤทธิ์ ในการดำเนินการ",
    ]


def test_the_ita_2569_columns_are_those_of_its_form() -> None:
    assert [column.column.name.replace(" ", "") for column in layouts()["ita-2569"].columns] == [
        "ตัวชี้วัดที่เลือก",
        "มาตรการที่กำหนด",
        "ผู้รับผิดชอบ",
        "ระยะเวลาดำเนินการ",
        "ผลการดำเนินการ",
    ]


@pytest.mark.parametrize(
    ("year", "measures", "report"), [(2567, "O34", "O35"), (2568, "O27", "O28"), (2569, "O25", "O26")]
)
def test_each_ita_year_has_its_own_item_numbers(year: int, measures: str, report: str) -> None:
    found = {layout.key: item.number for layout, item in items(year)}
    assert found.pop("announcement") == measures
    assert list(found.values()) == [report]


def test_every_item_names_its_source_and_how_sure_it_is() -> None:
    for layout in layouts().values():
        for item in layout.items:
            assert item.source, item
            assert item.certainty in {"seen", "high", "medium", "low"}
            assert item.data <= item.ita_year


def test_a_layout_with_one_indicator_asks_which() -> None:
    with pytest.raises(ValueError, match="chosen indicator"):
        report_document(sample_content(), layout="ita-2569")


def test_the_announcement_says_what_is_planned_and_no_result(tmp_path: Path) -> None:
    text = poppler(write(announcement_document(announcement(date(2024, 10, 1))), "pdf"), tmp_path, "-raw")
    assert "ประกาศ ณ วันที่ ๑ เดือน ตุลาคม พ.ศ. ๒๕๖๗" in text
    assert "รักษาราชการแทน นายกองค์การบริหารส่วนตำบลตัวอย่าง" in text
    read = squeezed(text)
    content = sample_content()
    for measure in content.measures:
        assert all(squeezed(s.text) in read for s in measure.of(StatementKind.STEP))
        assert not any(squeezed(s.text) in read for s in measure.of(StatementKind.OUTPUT))
    assert "หลักฐาน 2" not in text
    assert all("ข้อมูลตัวอย่าง" in page for page in text.split("\f")[:-1])


def test_an_announcement_without_a_date_leaves_room_for_the_pen(tmp_path: Path) -> None:
    text = poppler(write(announcement_document(announcement(None)), "pdf"), tmp_path, "-raw")
    assert squeezed("ประกาศ ณ วันที่ ............ เดือน ............ พ.ศ. ............") in squeezed(text)
    assert all("ฉบับร่าง ยังไม่ประกาศ" in page for page in text.split("\f")[:-1])


@pytest.mark.parametrize("format", WRITERS)
def test_the_announcement_can_be_written_in_every_format(format: str) -> None:
    assert len(write(announcement_document(announcement(date(2024, 10, 1))), format)) > 1000


@pytest.mark.parametrize(
    ("signatory", "lines"),
    [
        (Signatory("ก", "นายกองค์การบริหารส่วนตำบล"), ("นายกองค์การบริหารส่วนตำบล",)),
        (
            Signatory("ก", "ปลัด", "ปลัด รักษาราชการแทน นายกองค์การบริหารส่วนตำบล"),
            ("ปลัด", "รักษาราชการแทน นายกองค์การบริหารส่วนตำบล"),
        ),
        (
            Signatory("ก", "รองนายก", "ปฏิบัติราชการแทน นายกองค์การบริหารส่วนตำบล"),
            ("รองนายก", "ปฏิบัติราชการแทน นายกองค์การบริหารส่วนตำบล"),
        ),
    ],
)
def test_acting_signatories_are_named_with_their_own_position_first(
    signatory: Signatory, lines: tuple[str, ...]
) -> None:
    assert signatory_lines(signatory) == lines
