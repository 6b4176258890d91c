"""An office's first days and months: no zero that nobody knows, no contradiction, and of few complaints the subjects alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.modules.complaints.portal.figures import of_year, year_sentence
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.tests import recount
from prongsai.modules.complaints.tests.register import came, done, opened_channel
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db
ON = date(2025, 11, 29)
PAGE = "/banthrai/complaints/statistics/2569/"
API = "/api/v1/banthrai/complaints/statistics/2569"


@pytest.fixture
def office() -> Iterator[Organization]:
    found = banthrai()
    with scope(found.pk):
        yield found


def get(address: str, on: date = ON) -> bytes:
    with clock.at(on):
        answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content


def overview(on: date = ON) -> dict[str, str]:
    """The table of all kinds: what stands beside each."""
    table = get(f"{PAGE}?lang=en", on).decode().split('id="h-all"')[1].split("</table>")[0]
    rows = [re.sub(r"<[^>]+>", " ", row) for row in table.split("<tr>")[2:]]
    words = [" ".join(row.split()) for row in rows]
    return {
        kind: row.removeprefix(kind).strip() for row in words for kind in ("Report of trouble", "Complaint about the office") if row.startswith(kind)
    }  # fmt: skip


def test_a_year_that_was_not_kept_from_its_start_shows_no_zero(office: Organization) -> None:
    opened_channel(date(2025, 10, 20))
    came(date(2025, 11, 21), category="lamp")
    with clock.at(ON):
        count_due(actor=SYSTEM)
        flush()
    found = overview()
    assert found["Complaint about the office"] == "not known", "nobody kept a register in the most of October"
    assert "As far as it is known 1 0 1 0" in found["Report of trouble"]
    totals = {each["kind"]: each["total"] for each in json.loads(get(API))["kinds"]}
    assert totals["complaints.complaint"] is None
    assert totals["complaints.grievance"]["received"] == 1


def test_a_year_that_was_kept_from_its_start_shows_its_zero(office: Organization) -> None:
    opened_channel(date(2025, 9, 30))
    came(date(2025, 11, 21), category="lamp")
    with clock.at(ON):
        count_due(actor=SYSTEM)
        flush()
    assert overview()["Complaint about the office"].startswith("0 0 0 0")


def test_on_the_first_day_nothing_denies_what_came_in(office: Organization) -> None:
    opened_channel(ON)
    came(ON)
    came(ON, category="people")
    with clock.at(ON):
        said = year_sentence(of_year(2569))
    assert said.startswith("รับแล้ว ๒ เรื่อง เพิ่งเริ่มรับเรื่องร้องเรียนในระบบ")
    assert "ยังไม่ได้รับ" not in said


def test_while_the_year_is_one_quarter_of_few_its_subjects_alone_are_told(office: Organization) -> None:
    opened_channel(date(2025, 9, 30))
    done(came(date(2025, 10, 6)), date(2025, 10, 14))
    came(date(2025, 11, 3), category="people")
    page = recount.english(lambda query: get(PAGE + query), "complaints.complaint", "")
    told = {"What became of them", "By subject", "By way in", "How long the finished ones took"}
    assert told & set(page) == {"By subject"}
    assert {len(cells) for cells in page["By subject"].values()} == {1}, "how many came in, and no more"
    words = re.sub(r"<[^>]+>", "", get(f"{PAGE}?kind=complaint&lang=en").decode())
    assert "only the subjects are told" in " ".join(words.split())
    sheets = recount.workbook(get(f"{PAGE}report.xlsx"))
    rows = {
        name: [row for row in sheets[name] if row[0] == "ร้องเรียน"]
        for name in ("ตามด้าน", "ตามเรื่อง", "ตามช่องทาง", "ตามสถานะ", "ระยะเวลา")
    }
    assert [name for name, found in rows.items() if found] == ["ตามด้าน"]
    assert {row[3:] for row in rows["ตามด้าน"]} == {(1, None, None, None)}
    words = recount.pdf_text(get(f"{PAGE}report.pdf"))
    assert "แยกตามด้าน" in words
    assert "แบบฟอร์มบนเว็บ" not in words
    assert "แยกตามสถานะ" not in words.split("ร้องทุกข์แจ้งเหตุแยกตาม")[0]
    (kind,) = (k for k in json.loads(get(API))["kinds"] if k["kind"] == "complaints.complaint")
    assert (kind["topics"], kind["categories"], kind["channels"]) == ([], [], [])
    assert kind["total"]["median_days"] is None
    later = recount.english(lambda query: get(PAGE + query, date(2026, 1, 2)), "complaints.complaint", "")
    assert "By way in" in later, "the second quarter has begun"
