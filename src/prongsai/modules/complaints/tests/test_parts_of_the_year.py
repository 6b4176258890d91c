"""Halves, quarters and months by subject, way in, state and time taken: page, workbook and paper say what SQL counts."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework.models import Case
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.registry import registry
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, KINDS
from prongsai.modules.complaints.tests import recount
from prongsai.modules.complaints.tests.busy import MANY, made
from prongsai.modules.complaints.tests.recount import (
    NAMES,
    PARTS,
    docx_tables,
    pdf_text,
)
from prongsai.modules.complaints.tests.register import came, done

pytestmark = pytest.mark.django_db
TODAY = date(2025, 10, 15)
YEAR = "/banthrai/complaints/statistics/2568/"


@pytest.fixture
def office(registered: Organization) -> Organization:
    made(MANY, TODAY)
    return registered


def get(address: str) -> bytes:
    with clock.at(TODAY):
        answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content


def plain(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page.decode()).split())


def english(kind: str, part: str) -> dict[str, dict[str, list[str]]]:
    return recount.english(lambda query: get(YEAR + query), kind, part)


def told(kind: str, part: str) -> bool:
    """Whether the part is broken down: in these figures every quarter of complaints is, of its months only some."""
    return kind != COMPLAINT or part not in {"2024-10", "2024-11", "2025-07", "2025-09"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_of_the_year_is_broken_down_as_sql_counts_it(office: Organization, kind: str) -> None:
    for part in PARTS:
        found = english(kind, part)
        if told(kind, part) and recount.whole(kind, part)[0]:
            assert recount.page_says(found, kind) == recount.page_should_say(kind, part), part
        else:
            assert "By subject" not in found, part


@pytest.mark.parametrize("kind", KINDS)
def test_the_quarters_stand_side_by_side(office: Organization, kind: str) -> None:
    found, quarters = english(kind, ""), ("q1", "q2", "q3", "q4", "")
    subject = "topic" if kind == COMPLAINT else "category"
    for title, by in (("By subject", subject), ("By way in", "channel"), ("What became of them", "state")):
        table = found[f"{title} · By quarter"]
        for key, words in recount.words_of(kind, by).items():
            if words in table:
                expected = [recount.split(kind, each, by).get(key, (0,))[0] for each in quarters]
                assert list(map(int, table[words])) == expected, (by, words)
        assert list(map(int, table["All"])) == [recount.whole(kind, each)[0] for each in quarters]
    spans = found["How long the finished ones took · By quarter"]
    assert list(spans) == [
        "up to 3 days",
        "4 to 7 days",
        "8 to 15 days",
        "16 to 30 days",
        "more than 30 days",
        "All",
    ]
    times = list(spans.values())
    shown = list(zip(*times[:-1], strict=True))
    assert [tuple(map(int, each)) for each in shown] == [recount.took(kind, each) for each in quarters]


def test_the_months_lead_to_what_they_are_made_of(office: Organization) -> None:
    page = get(f"{YEAR}?kind=complaint").decode()
    assert 'href="?kind=complaint&amp;part=2024-12#h-part"' in page
    assert 'href="?kind=complaint&amp;part=q4#h-part"' in page
    for few in ("2024-10", "2024-11", "2025-07", "2025-09", "2025-03"):
        assert f"part={few}" not in page, few
    whole = get(f"{YEAR}?kind=complaint&part=q2").decode()
    assert 'href="?kind=complaint#h-part"' in whole


def test_what_is_no_part_is_the_whole_year(office: Organization) -> None:
    whole = english(GRIEVANCE, "")
    for part in ("q5", "h3", "2023-10", "x", "%00", "2025-13"):
        assert english(GRIEVANCE, part) == whole, part


# -- few of a kind that is kept to its unit --------------------------------------------------------------------------

FEW = {GRIEVANCE: [1, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0], COMPLAINT: [1, 0, 2, 0, 12, 0, 11, 14, 0, 0, 0, 0]}


def test_a_quarter_of_few_complaints_is_told_as_a_whole_alone(registered: Organization) -> None:
    made(FEW, TODAY)
    by_quarter = english(COMPLAINT, "")["By subject · By quarter"]
    assert by_quarter["All"] == [
        str(recount.whole(COMPLAINT, each)[0]) for each in ("q1", "q2", "q3", "q4", "")
    ]
    for words, cells in by_quarter.items():
        if words != "All":
            assert cells[:2] == ["–", "–"], "the second would tell the first, taken from the year"
            assert cells[2].isdecimal()
    for part in ("q1", "q2", "2024-12", "2025-02", "h1"):
        assert "By subject" not in english(COMPLAINT, part), part
    for part in ("q3", "2025-04", "2025-05"):
        assert "By subject" in english(COMPLAINT, part), part
    assert "By subject" in english(GRIEVANCE, "2024-10"), "a broken lamp points at nobody"
    assert "fewer than 10 of these is not broken down" in plain(get(f"{YEAR}?kind=complaint&lang=en"))
    assert "not broken down" not in plain(get(f"{YEAR}?kind=grievance&lang=en"))
    rows = recount.workbook(get(f"{YEAR}report.xlsx"))
    for name in ("ตามด้าน", "ตามเรื่อง", "ตามช่องทาง", "ตามสถานะ", "ระยะเวลา"):
        told = {row[1] for row in rows[name] if row[0] == "ร้องเรียน"}
        assert told == {"ทั้งปี", "ครึ่งปีหลัง", "ไตรมาสที่ 3", "เมษายน 2568", "พฤษภาคม 2568"}, name
    document = docx_tables(get(f"{YEAR}report.docx"))
    (states,) = (
        table
        for table in document
        if table[0][:2] == ["สถานะ", "ไตรมาสที่ 1"] and table[-1][-1] == _all(COMPLAINT)
    )
    assert states[1][1:3] == ["ไม่แสดง", "ไม่แสดง"]
    assert states[-1][1] == str(recount.whole(COMPLAINT, "q1")[0])


def test_the_api_tells_no_days_of_a_month_of_few_complaints(registered: Organization) -> None:
    done(came(date(2025, 3, 3)), date(2025, 3, 12))
    for day in range(2, 14):
        done(came(date(2025, 6, day)), date(2025, 7, 1))
    done(came(date(2025, 3, 3), category="lamp"), date(2025, 3, 12))
    told = {
        each["kind"]: each for each in json.loads(get("/api/v1/banthrai/complaints/statistics/2568"))["kinds"]
    }
    days = {
        kind: {month["month"]: month["median_days"] for month in told[kind]["months"] if month["finished"]}
        for kind in (COMPLAINT, GRIEVANCE)
    }
    assert days[COMPLAINT]["2025-03"] is None
    assert days[GRIEVANCE]["2025-03"] == "7.0", "a broken lamp points at nobody"
    assert told[COMPLAINT]["total"]["median_days"] is not None


def _all(kind: str) -> str:
    return str(recount.whole(kind, "")[0])


def test_a_year_of_few_complaints_is_told_by_the_year_alone(registered: Organization) -> None:
    made({COMPLAINT: [1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0]}, TODAY)
    found = english(COMPLAINT, "")
    assert "By subject" in found
    assert not [caption for caption in found if caption.endswith("By quarter")]
    assert {row[1] for row in recount.workbook(get(f"{YEAR}report.xlsx"))["ตามด้าน"]} == {"ทั้งปี"}


# -- workbook and paper ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_sheet_of_the_workbook_says_what_sql_counts(office: Organization, kind: str) -> None:
    sheets = recount.workbook(get(f"{YEAR}report.xlsx"))
    for part in PARTS:
        if told(kind, part) and recount.whole(kind, part)[0]:
            assert recount.sheets_say(sheets, kind, part) == recount.sheets_should_say(kind, part), part
    title = registry().case_kinds[kind].title
    for part in ("q1", "q2", "q3", "q4", "h1", "h2", ""):
        (row,) = (row[2:] for row in sheets["รายไตรมาส"] if row[:2] == (title, NAMES[part]))
        assert row == recount.whole(kind, part)


def test_the_paper_says_by_quarter_what_sql_counts(office: Organization) -> None:
    tables, text = docx_tables(get(f"{YEAR}report.docx")), pdf_text(get(f"{YEAR}report.pdf"))
    quarters = ("q1", "q2", "q3", "q4", "")
    for kind, about in ((COMPLAINT, "จำนวนเรื่องร้องเรียน"), (GRIEVANCE, "จำนวนเรื่องร้องทุกข์แจ้งเหตุ")):
        assert recount.docx_by_quarter(tables, kind, quarters) == recount.by_quarter(kind, quarters), kind
        for word in ("ช่องทาง", "สถานะ", "ระยะเวลา"):
            assert f"แยกตาม{word}รายไตรมาส" in text[text.index(about) :]
    assert recount.not_in_pdf(tables, text) == []


def test_a_category_that_is_in_use_no_more_counts_in_both_tables_of_the_paper(
    registered: Organization,
) -> None:
    lamp = came(date(2025, 3, 3), category="lamp")
    Case.objects.filter(pk=lamp.pk).update(category="gone")
    came(date(2025, 3, 4), category="road")
    tables = docx_tables(get(f"{YEAR}report.docx"))
    (whole,) = (table for table in tables if table[0][:2] == ["เรื่อง", "จำนวนเรื่องทั้งหมด"])
    (quarters,) = (table for table in tables if table[0][:2] == ["เรื่อง", "ไตรมาสที่ 1"])
    assert {row[0]: row[1] for row in whole[1:]}["gone"] == "1"
    assert {row[0]: row[-1] for row in quarters[1:]}["gone"] == "1"


def test_the_figures_of_a_year_are_one_query(office: Organization, django_assert_num_queries: Any) -> None:
    from prongsai.foundation.casework.statistics import grouped
    from prongsai.kernel.contracts import Period
    from prongsai.modules.complaints.selectors.statistics import MONTHLY, SETS

    with django_assert_num_queries(1):
        grouped(Period.fiscal_year(2568), SETS, without_days=MONTHLY, kinds=KINDS)
