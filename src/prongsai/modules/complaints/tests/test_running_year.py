"""While the year runs, what is said of it agrees with its tables, in both languages and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from prongsai.foundation.casework.services import act
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.modules.complaints.portal.figures import of_year, open_sentence, year_sentence
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.tests import recount
from prongsai.modules.complaints.tests.register import came, days_passed, done, opened_channel
from prongsai.modules.complaints.tests.test_public_figures import paper, said_in, shown
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db
ON = date(2025, 11, 29)
SECOND_QUARTER = date(2026, 1, 5)  # until then only the subjects of few complaints are told
PAGE = "/banthrai/complaints/statistics/2569/"


@pytest.fixture
def running() -> Iterator[Organization]:
    """Four complaints of two months: one decided, one withdrawn, one not taken up, one open. October is counted."""
    office = banthrai()
    with scope(office.pk):
        opened_channel(date(2025, 9, 30))
        opened_channel(date(2025, 9, 30), "sealed", "ช่องทางแจ้งเบาะแสการทุจริต")
        done(came(date(2025, 10, 6)), date(2025, 10, 14))
        withdrawn = came(date(2025, 10, 7))
        with clock.at(date(2025, 10, 8)):
            act(actor=SYSTEM, case=withdrawn, act="withdraw", reason="ผู้ร้องขอถอน")
        done(came(date(2025, 11, 3), category="people"), date(2025, 11, 4), how="refuse")
        came(date(2025, 11, 20))
        with clock.at(ON):
            days_passed(Period(date(2025, 10, 1), date(2025, 11, 28)), *Channel.objects.all())
            count_due(actor=SYSTEM)
            flush()
            yield office


def test_what_is_counted_so_far_is_said_and_nothing_denies_it(running: Organization) -> None:
    figures = of_year(2569)
    said = "รับแล้ว ๔ เรื่อง (ยังไม่รวมช่องทางแจ้งเบาะแสซึ่งเผยแพร่รายไตรมาส)"
    assert (figures.complaints.total.received, year_sentence(figures)) == (4, said)
    assert not figures.said.is_none
    assert open_sentence(figures).endswith("นับถึงวันที่ ๓๑ ตุลาคม ๒๕๖๘")
    page = shown(Client().get(PAGE).content)
    assert said.replace("๔", "4") in page.replace("๔", "4")
    assert "ไม่มีข้อมูลจำนวนเรื่องร้องเรียน" not in page
    words = said_in(paper(running, ON, 2569))
    assert said in words


def test_a_page_in_english_says_it_in_english(running: Organization) -> None:
    page = shown(Client().get(f"{PAGE}?lang=en").content)
    assert (
        "Received so far: 4 (without what the channel for reports of corruption publishes by quarter)" in page
    )
    assert "All ways in were open on 31 of 31 days, counted until 31 October 2025" in page
    for thai in ("รับแล้ว", "เปิดใช้ได้", "๓๑"):
        assert thai not in page


def test_ways_in_that_nobody_can_check_are_named_on_page_and_paper(registered: Organization) -> None:
    opened_channel(date(2024, 9, 20), "letter", "หนังสือและไปรษณีย์")
    on, page = date(2025, 10, 15), PAGE.replace("2569", "2568")
    with clock.at(on):
        days_passed(Period.fiscal_year(2568), Channel.objects.get(kind="web"))
        count_due(actor=SYSTEM)
        flush()
        thai, english = (shown(Client().get(f"{page}?lang={lang}").content) for lang in ("th", "en"))
        printed = recount.pdf_text(Client().get(f"{page}report.pdf").content)
    assert "เปิดใช้ได้ครบทุกช่องทางที่ตรวจสอบได้ ๓๖๕ วัน" in thai
    assert "ส่วน หนังสือและไปรษณีย์ ไม่มีการตรวจสอบรายวัน" in thai
    assert (
        "All ways in that can be checked were open on 365 of 365 days, counted until 30 September 2025"
        in english
    )
    assert "Not checked from day to day: หนังสือและไปรษณีย์" in english
    assert recount.squeezed("ส่วน หนังสือและไปรษณีย์ ไม่มีการตรวจสอบรายวัน") in printed


def test_what_the_citizen_withdrew_and_what_was_not_taken_up_is_neither_in_time_nor_took_days(
    running: Organization,
) -> None:
    total = of_year(2569).complaints.total
    assert (total.closed, total.timed, total.untimed, total.in_time, total.late) == (3, 1, 2, 1, 0)
    assert sum(total.days.values()) == 1
    with clock.at(SECOND_QUARTER):
        page = shown(Client().get(f"{PAGE}?kind=complaint").content)
    assert "ไม่รวมเรื่องที่ไม่รับไว้พิจารณาหรือผู้แจ้งขอยุติ 2 เรื่อง" in page
    words = " ".join(said_in(paper(running, SECOND_QUARTER, 2569)))
    assert "ไม่รวมเรื่องที่ไม่รับไว้พิจารณาหรือผู้แจ้งขอยุติ ๒ เรื่อง" in words
    sums = "SELECT count(*) FILTER (WHERE closed_on <= due_on AND {}) FROM casework_case WHERE kind LIKE '%%complaint'"
    assert recount._rows(sums.format(recount.TIMED)) == [(1,)]


def test_a_table_of_the_year_alone_is_not_called_one_of_quarters(running: Organization) -> None:
    """Fewer than ten complaints: no quarter is broken down."""
    words = said_in(paper(running, SECOND_QUARTER, 2569))
    assert "จำนวนเรื่องร้องเรียนแยกตามสถานะ ทั้งปี" in words
    assert not any("ร้องเรียนแยกตาม" in each and "รายไตรมาส" in each for each in words)
