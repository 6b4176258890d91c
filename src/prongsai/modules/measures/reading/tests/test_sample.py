"""The published report of องค์การบริหารส่วนตำบลเมืองแก, carried as example data."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from prongsai.kernel.contracts import Period, Topic
from prongsai.modules.measures.reading import ParsedReport, read_report

SAMPLE = Path(__file__).parents[2] / "examples" / "muangkae-2568.txt"


@pytest.fixture(scope="module")
def report() -> ParsedReport:
    return read_report(SAMPLE)


def test_the_office_and_its_year_are_read(report: ParsedReport) -> None:
    assert report.organization == "องค์การบริหารส่วนตำบลเมืองแก"
    assert (report.district, report.province, report.fiscal_year) == ("สตึก", "บุรีรัมย์", 2568)
    assert report.warnings == ()


def test_every_statement_is_counted(report: ParsedReport) -> None:
    counts = [(len(m.steps), len(m.outputs), len(m.outcomes)) for m in report.measures]
    assert counts == [(3, 1, 2), (3, 2, 4), (3, 1, 3), (4, 2, 3), (4, 3, 3), (3, 1, 3), (4, 2, 1)]
    assert [len(m.units) for m in report.measures] == [2, 1, 1, 6, 6, 1, 1]
    assert {m.period for m in report.measures} == {Period(date(2024, 10, 1), date(2025, 9, 30))}


def test_each_measure_has_the_topic_of_its_wording(report: ParsedReport) -> None:
    assert [m.topic for m in report.measures] == [
        Topic.ANTI_CORRUPTION, Topic.SERVICE, Topic.DISCLOSURE, Topic.ASSETS, Topic.PROCUREMENT, Topic.PEOPLE, Topic.INTEGRITY,
    ]  # fmt: skip


def test_only_white_space_numbers_and_markup_differ_from_the_paper(report: ParsedReport) -> None:
    paper = re.sub(r"<[^>]+>", "", SAMPLE.read_text("utf-8")).replace("&amp;", "&")
    paper = re.sub(r"\s", "", paper)
    for measure in report.measures:
        for text in (measure.title, *measure.steps, *measure.outputs, *measure.outcomes):
            assert re.sub(r"\s", "", text) in paper


@pytest.mark.parametrize(
    "word",
    ["แนวทางการใช้", "พนักงานส่วนตำบล", "ตำบลเมืองแก", "เกี่ยวกับ", "ความโปร่งใสขององค์กร", "มีส่วนร่วมในการ", "มากยิ่งขึ้น",
     "ใช้ประโยชน์", "ทางราชการเพื่อ", "กระบวนการจัดซื้อจัดจ้าง", "วัสดุคงทนของ", "แผนการใช้จ่ายงบประมาณมากขึ้น"],
)  # fmt: skip
def test_words_that_the_columns_cut_are_whole(report: ParsedReport, word: str) -> None:
    texts = [t for m in report.measures for t in (m.title, *m.steps, *m.outputs, *m.outcomes)]
    assert any(word in text for text in texts)


@pytest.mark.parametrize(
    "phrase",
    ["เพื่อให้ประชาชน ได้รับทราบ", "การรับเรื่อง ร้องเรียน ร้องทุกข์ ฯลฯ", "ทุกส่วนงาน ได้รับทราบ", "และปัญหา อุปสรรค ให้ผู้บริหาร",
     "ข้าราชการ พนักงาน ในหน่วยงาน", "บุคคลากร", "อย่างต้องถูกต้อง"],
)  # fmt: skip
def test_real_spaces_and_the_papers_own_slips_stay(report: ParsedReport, phrase: str) -> None:
    texts = [t for m in report.measures for t in (*m.steps, *m.outputs, *m.outcomes)]
    assert any(phrase in text for text in texts)


def test_link_text_stays_and_addresses_go_to_links(report: ParsedReport) -> None:
    second = report.measures[1]
    assert second.steps[2].endswith("www.muangkae.go.th")
    assert second.links == ("http://www.muangkae.go.th",)
    assert report.measures[0].links == ()


def test_an_unnumbered_paragraph_belongs_to_the_item_above_it(report: ParsedReport) -> None:
    assert report.measures[2].outcomes[1].endswith("เว็บไซต์ www.muangkae.go.th Facebook : อบต.เมืองแก")


def test_json_has_the_documented_fields(report: ParsedReport) -> None:
    value = report.to_json()
    assert list(value) == ["organization", "district", "province", "fiscal_year", "measures", "warnings"]
    assert list(value["measures"][0]) == [
        "number", "title", "topic", "period", "units", "steps", "outputs", "outcomes", "links",
    ]  # fmt: skip
    assert value["measures"][0]["period"] == {"start": "2024-10-01", "end": "2025-09-30"}
