"""The year's books: what was open when it began, and what is when it ends. Page, workbook, paper and API say what SQL counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework.services import merge
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.registry import registry
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, KINDS
from prongsai.modules.complaints.tests import recount
from prongsai.modules.complaints.tests.busy import MANY, made
from prongsai.modules.complaints.tests.register import again, came, done, opened_channel
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db
TODAY = date(2025, 11, 12)
YEAR = "/banthrai/complaints/statistics/2568/"


def get(address: str = YEAR, on: date = TODAY) -> bytes:
    with clock.at(on):
        answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content


@pytest.fixture
def office(registered: Organization) -> Organization:
    """Cases of the year, and around its two ends all that can be: of 2567 and of 2569 too."""
    made(MANY, TODAY)
    came(date(2024, 9, 25))
    done(came(date(2024, 9, 25)), date(2024, 9, 30))  # none of this year's
    done(came(date(2024, 9, 26)), date(2024, 10, 1))
    done(came(date(2024, 9, 27), category="lamp"), date(2025, 10, 1))
    done(came(date(2025, 9, 30), category="lamp"), date(2025, 9, 30))
    done(came(date(2025, 9, 30)), date(2025, 10, 1), how="refuse")
    again(done(came(date(2024, 9, 30), category="road"), date(2025, 1, 6)), date(2025, 1, 8))
    came(date(2025, 10, 1))
    came(date(2024, 9, 25), category="road", is_check=True)
    first, second = came(date(2024, 9, 26), category="road"), came(date(2024, 9, 27), category="road")
    with clock.at(date(2024, 9, 27)):
        merge(actor=SYSTEM, case=second, into=first, reason="เรื่องเดียวกัน")
        flush()
    return registered


def said(row: list[str]) -> tuple[int, ...]:
    return tuple(map(int, row))


def test_page_workbook_paper_and_api_carry_over_what_sql_counts(office: Organization) -> None:
    expected = {kind: recount.books(kind) for kind in KINDS}
    assert (expected[COMPLAINT][0], expected[GRIEVANCE][0]) == (2, 3)
    assert len({each[0] + each[1] - each[2] - each[3] for each in expected.values()}) == 1
    titles = {
        kind: (registry().case_kinds[kind].title, registry().case_kinds[kind].title_en) for kind in KINDS
    }
    page = recount.page_tables(get(f"{YEAR}?lang=en"))["Carried over and still open"]
    assert {kind: said(page[titles[kind][1]]) for kind in KINDS} == expected
    sheet = {row[0]: row[1:] for row in recount.workbook(get(f"{YEAR}report.xlsx"))["ยกมาและคงค้าง"]}
    assert {kind: sheet[titles[kind][0]] for kind in KINDS} == expected
    tables = recount.docx_tables(get(f"{YEAR}report.docx"))
    (paper,) = ({row[0]: row[1:] for row in table} for table in tables if table[0][1] == "ยกมาจากปีก่อน")
    assert {kind: said(paper[titles[kind][0]]) for kind in KINDS} == expected
    assert recount.not_in_pdf([[[titles[k][0], *paper[titles[k][0]]] for k in KINDS]], recount.pdf_text(get(f"{YEAR}report.pdf"))) == []  # fmt: skip
    assert told_by_api() == expected


def told_by_api(year: int = 2568, on: date = TODAY) -> dict[str, tuple[Any, ...]]:
    with clock.at(on):
        told = Client().get(f"/api/v1/banthrai/complaints/statistics/{year}").json()
    names = ("carried", "received", "finished", "open")
    return {each["kind"]: tuple(each["carried"][name] for name in names) for each in told["kinds"]}


def test_what_one_year_leaves_the_next_begins_with(office: Organization) -> None:
    this, following = told_by_api(), told_by_api(2569)
    assert {kind: each[3] for kind, each in this.items()} == {
        kind: each[0] for kind, each in following.items()
    }
    assert this[COMPLAINT][3] > 0


def test_while_the_year_runs_what_is_open_is_open_today(office: Organization) -> None:
    day = date(2025, 1, 7)
    with clock.at(day):
        told = told_by_api(on=day)
    assert (told[COMPLAINT][0], told[GRIEVANCE][0]) == (2, 3)
    assert all(sum(told[kind][:2]) == sum(told[kind][2:]) for kind in (COMPLAINT, GRIEVANCE))


def test_what_a_new_register_began_with_is_not_known(db: None) -> None:
    with scope(banthrai().pk):
        opened_channel(date(2025, 1, 6))
        done(came(date(2025, 2, 3), category="lamp"), date(2025, 2, 4))
        assert told_by_api()[GRIEVANCE] == (None, 1, 1, 0)
        page = recount.page_tables(get(f"{YEAR}?lang=en"))["Carried over and still open"]
        assert page[registry().case_kinds[GRIEVANCE].title_en] == ["not known", "1", "1", "0"]
        came(date(2024, 9, 3), category="lamp")
        assert told_by_api()[GRIEVANCE] == (1, 1, 1, 1), "but for what was entered into it"
        assert told_by_api(2568, date(2024, 10, 1))[COMPLAINT] == (None,) * 4
