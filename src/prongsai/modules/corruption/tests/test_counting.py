"""The only figures that leave the channel: by closed quarter, on a fixed day, zero included."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period, Question, Topic
from prongsai.kernel.registry import registry
from prongsai.modules.corruption.choices import THRESHOLD
from prongsai.modules.corruption.models import Access, Attachment, Item, Report
from prongsai.modules.corruption.quarters import (
    counting_day,
    next_quarter,
    number_of,
    period_of,
    quarter_of,
    quarters_in,
)
from prongsai.modules.corruption.services import (
    close_channel,
    count_quarters,
    forget_old,
    open_channel,
    report_by_code,
    settle,
)
from prongsai.modules.corruption.tasks import keep_house
from prongsai.modules.corruption.tests.conftest import Office
from prongsai.modules.corruption.tests.test_handling import do
from prongsai.modules.corruption.tests.walking import words
from tests.cast import SYSTEM
from tests.golden.queries import counted_queries

pytestmark = pytest.mark.django_db
OPENED = date(2025, 10, 1)
YEAR = Period.fiscal_year(2569)


@pytest.fixture
def open_office(named_office: Office) -> Office:
    """Open since the first day of fiscal year 2569, in the register as well."""
    with clock.at(OPENED):
        named_office.open()
        flush()
    return named_office


def published() -> dict[date, dict[str, int]]:
    flush()
    found = facts(kind="corruption_counted").with_payload()
    return {
        entry.about_start: {k: v for k, v in entry.content.items() if isinstance(v, int)} for entry in found
    }  # type: ignore[misc]


def test_quarters_are_those_of_the_fiscal_year() -> None:
    assert [number_of(quarter) for quarter in quarters_in(YEAR)] == [1, 2, 3, 4]
    assert quarter_of(date(2025, 12, 31)) == date(2025, 10, 1)
    assert next_quarter(date(2025, 10, 1)) == date(2026, 1, 1)
    assert period_of(date(2026, 7, 1)) == Period(date(2026, 7, 1), date(2026, 9, 30))
    assert counting_day(date(2025, 10, 1)) == date(2026, 1, 10)
    assert list(quarters_in(Period(date(2025, 11, 1), date(2026, 3, 31)))) == [date(2026, 1, 1)]


def test_a_quarter_is_published_on_its_day_whatever_came_in(open_office: Office) -> None:
    with clock.at(date(2025, 11, 5)):
        open_office.submit()
    with clock.at(date(2026, 1, 9)):
        assert count_quarters(actor=SYSTEM) == []
    with clock.at(date(2026, 1, 10)):
        assert count_quarters(actor=SYSTEM) == [OPENED]
        assert count_quarters(actor=SYSTEM) == []
    assert published() == {OPENED: {"received": 1, "closed": 0, "pending": 1}}
    entry = Entry.objects.get(kind="corruption_counted")
    assert (entry.visibility, entry.topic, entry.about) == (
        "public",
        "anti_corruption",
        "corruption_statistics",
    )
    assert entry.occurred_on == date(2026, 1, 10)


def test_zero_is_published_like_any_figure(open_office: Office) -> None:
    with clock.at(date(2026, 4, 10)):
        assert len(count_quarters(actor=SYSTEM)) == 2, "and what was missed is made up for"
    assert list(published().values()) == [{"received": 0, "closed": 0, "pending": 0}] * 2


def test_figures_follow_a_report_through_the_quarters(open_office: Office) -> None:
    for number, day in enumerate((date(2025, 11, 5), date(2025, 12, 30), date(2026, 2, 1))):
        with clock.at(day):
            open_office.submit(what=f"เรื่องที่ {number}", nonce=bytes([number]) * 32)
    with clock.at(date(2026, 3, 1)):
        do(open_office, "refuse")
    with clock.at(date(2026, 10, 10)):
        count_quarters(actor=SYSTEM)
    figures = published()
    assert [figures[quarter] for quarter in quarters_in(YEAR)] == [
        {"received": 2, "closed": 0, "pending": 2},
        {"received": 1, "closed": 1, "pending": 2},
        {"received": 0, "closed": 0, "pending": 2},
        {"received": 0, "closed": 0, "pending": 2},
    ]
    with connection.cursor() as cursor:  # the same by plain SQL
        cursor.execute("SELECT count(*), count(closed_quarter) FROM corruption_report")
        assert cursor.fetchone() == (3, 1)


def test_how_reports_ended_is_told_only_of_many(open_office: Office) -> None:
    Report.objects.bulk_create(
        Report(
            ref=f"r{n}", public_key=b"", reporter_public=b"", reporter_locked=b"", code=str(n), form=str(n),
            quarter=OPENED, closed_quarter=OPENED, found="true" if n % 2 else "untrue",
        )
        for n in range(THRESHOLD - 1)
    )  # fmt: skip
    with clock.at(date(2026, 1, 10)):
        count_quarters(actor=SYSTEM)
    assert set(published()[OPENED]) == {"received", "closed", "pending"}
    Report.objects.update(closed_quarter=date(2026, 1, 1), counted_quarter=None)
    open_office.submit()
    Report.objects.filter(closed_quarter=None).update(
        quarter=OPENED, closed_quarter=date(2026, 1, 1), found="partly"
    )
    with clock.at(date(2026, 4, 10)):
        count_quarters(actor=SYSTEM)
    figures = published()[date(2026, 1, 1)]
    assert figures["closed"] == THRESHOLD
    assert (figures["found_true"], figures["found_untrue"], figures["found_partly"]) == (4, 5, 1)


def test_quarters_without_a_channel_have_no_figure(open_office: Office) -> None:
    with clock.at(date(2026, 2, 1)):
        close_channel(actor=SYSTEM)
    with clock.at(date(2026, 10, 10)):
        assert len(count_quarters(actor=SYSTEM)) == 2
    reading = read()
    assert (reading.value, len(reading.entries)) == (0, 2), "of the quarters in which people could report"


@pytest.mark.parametrize(
    ("closed", "reopened"),
    [
        (date(2026, 4, 5), date(2026, 4, 5)),
        (date(2026, 2, 5), date(2026, 2, 6)),
        (date(2026, 3, 31), date(2026, 7, 1)),
    ],
)
def test_closing_and_opening_again_hides_no_quarter(
    open_office: Office, closed: date, reopened: date
) -> None:
    """Not on the days before a quarter is counted, not within a quarter, and not with quarters between."""
    with clock.at(date(2026, 1, 20)):
        open_office.submit()
    with clock.at(closed):
        close_channel(actor=SYSTEM)
    with clock.at(reopened):
        open_channel(actor=SYSTEM)
        open_channel(actor=SYSTEM)
    with clock.at(date(2026, 10, 10)):
        count_quarters(actor=SYSTEM)
    figures = published()
    assert figures[date(2026, 1, 1)] == {"received": 1, "closed": 0, "pending": 1}
    between = date(2026, 4, 1) if reopened == date(2026, 7, 1) else None
    assert list(figures) == [quarter for quarter in quarters_in(YEAR) if quarter != between]


def test_the_job_of_the_day_publishes_and_an_office_without_a_channel_is_left_alone(
    open_office: Office,
) -> None:
    with clock.at(date(2026, 1, 11)):
        keep_house(organization_id=open_office.organization.pk)
    assert len(published()) == 1
    from tests.cast import donsai

    other = donsai()
    keep_house(organization_id=other.pk)
    with scope(other.pk):
        assert published() == {}


def test_a_closed_quarter_that_lacks_is_published_before_a_report_is_frozen(open_office: Office) -> None:
    with clock.at(date(2026, 10, 2)):
        settle(YEAR)
    assert list(published()) == list(quarters_in(YEAR))


# --- the indicator -----------------------------------------------------------------------------------------


def read(period: Period = YEAR, *topics: Topic):  # type: ignore[no-untyped-def]
    flush()
    return registry().indicators["corruption.received"].read(Question(period, frozenset(topics)))


def test_the_figure_is_the_sum_of_published_quarters_and_its_entries_carry_it(open_office: Office) -> None:
    with clock.at(date(2025, 11, 5)):
        open_office.submit()
    with clock.at(date(2026, 10, 10)):
        count_quarters(actor=SYSTEM)
        reading = read()
    assert (reading.value, reading.as_of) == (Decimal(1), date(2026, 9, 30))
    assert dict(reading.parts) == {"finished": Decimal(0), "pending": Decimal(1), "carried": Decimal(0)}
    assert len(reading.entries) == 4
    said = registry().indicators["corruption.received"].sentence(Question(YEAR), reading)
    assert "1 เรื่อง" in said


def test_a_report_of_today_moves_no_figure(open_office: Office) -> None:
    with clock.at(date(2026, 2, 20)):
        count_quarters(actor=SYSTEM)
        before = read()
        open_office.submit()
        assert read() == before
        assert before.as_of == date(2025, 12, 31)
        assert (before.value, before.parts) == (None, {"known": Decimal(0)}), (
            "the quarter that runs is not known"
        )


@pytest.mark.parametrize("came", [False, True])
def test_a_quarter_that_is_not_published_is_not_known_whatever_came(open_office: Office, came: bool) -> None:
    for day in (date(2026, 1, 10), date(2026, 4, 10), date(2026, 7, 10)):
        with clock.at(day):
            count_quarters(actor=SYSTEM)
    if came:
        with clock.at(date(2026, 8, 5)):
            open_office.submit()
    said = "ยังไม่ถึงกำหนดเผยแพร่สถิติของช่องทางแจ้งเบาะแสการทุจริต ไตรมาสที่ 4/2569 จะเผยแพร่ตั้งแต่วันที่ 10 ต.ค. 2569"
    for day in (date(2026, 7, 10), date(2026, 8, 20), date(2026, 10, 3)):
        with clock.at(day):
            reading = read()
            assert (reading.value, reading.note, reading.unkept) == (None, said, False)
            assert reading.parts == {"known": Decimal(0)}
    with clock.at(date(2026, 10, 10)):
        count_quarters(actor=SYSTEM)
        assert read().value == int(came)


def test_a_quarter_in_which_no_channel_stood_is_not_waited_for(named_office: Office) -> None:
    """Opened in the second quarter, closed in it, opened again in the fourth."""
    with clock.at(date(2026, 2, 10)):
        named_office.open()
    with clock.at(date(2026, 3, 2)):
        close_channel(actor=SYSTEM)
        assert read().value is None
    with clock.at(date(2026, 4, 10)):
        count_quarters(actor=SYSTEM)
    with clock.at(date(2026, 7, 12)):
        assert read().value == 0, "in the third quarter nobody could report"
        open_channel(actor=SYSTEM)
        assert read().value is None
    with clock.at(date(2026, 10, 10)):
        count_quarters(actor=SYSTEM)
        reading = read()
    assert (reading.value, list(published())) == (0, [date(2026, 1, 1), date(2026, 7, 1)])


def test_a_missing_quarter_is_not_known_and_never_zero(open_office: Office) -> None:
    with clock.at(date(2026, 1, 10)):
        count_quarters(actor=SYSTEM)
    with clock.at(date(2026, 5, 1)):
        reading = read()
        assert reading.value is None
        assert "ไตรมาสที่ 2/2569" in reading.note
        assert reading.parts == {"known": Decimal(0)}


def test_nothing_published_is_not_known(open_office: Office) -> None:
    with clock.at(date(2025, 12, 1)):
        assert read().value is None
        assert read(YEAR, Topic.SERVICE).value == 0, "it says nothing of other topics"
        assert read(YEAR, Topic.ANTI_CORRUPTION, Topic.SERVICE).value is None


def test_the_figure_is_read_in_two_queries(open_office: Office) -> None:
    with clock.at(date(2026, 10, 10)):
        count_quarters(actor=SYSTEM)
        flush()
        with counted_queries("corruption.received"):
            registry().indicators["corruption.received"].read(Question(YEAR))


# --- the page ----------------------------------------------------------------------------------------------


def test_the_public_page_shows_what_was_published_and_nothing_else(open_office: Office) -> None:
    with clock.at(date(2025, 11, 5)):
        open_office.submit()
    page = Client().get("/banthrai/whistle/statistics/")
    assert "1/2569" not in words(page)
    with clock.at(date(2026, 10, 10)):
        count_quarters(actor=SYSTEM)
        flush()
        client = Client()
        page = words(client.get("/banthrai/whistle/statistics/"))
        assert "4/2569" in page
        for format in ("xlsx", "pdf", "csv"):
            answer = client.get(f"/banthrai/whistle/statistics/2569/{format}/")
            assert answer.status_code == 200
            assert answer["Content-Disposition"].startswith("attachment")
        for wrong in ("2569/exe/", "2570/xlsx/"):
            assert client.get(f"/banthrai/whistle/statistics/{wrong}").status_code == 404


def test_the_file_is_in_the_wording_of_the_oit(open_office: Office) -> None:
    with clock.at(date(2026, 10, 10)):
        count_quarters(actor=SYSTEM)
        flush()
        answer = Client().get("/banthrai/whistle/statistics/2569/xlsx/")
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    text = [cell for row in rows for cell in row if cell]
    for said in (
        "จำนวนเรื่องร้องเรียนทั้งหมด",
        "ดำเนินการแล้วเสร็จ",
        "อยู่ระหว่างดำเนินการ",
        "ไม่มีเรื่องร้องเรียน",
        "ข้อมูลตัวอย่าง",
    ):
        assert said in text
    total = next(row for row in rows if row[0] == "รวม")
    assert total[2:6] == (0, 0, 0, 0)


# --- forgetting --------------------------------------------------------------------------------------------


def test_old_reports_lose_their_words_and_keep_their_figures(open_office: Office) -> None:
    with clock.at(date(2025, 11, 5)):
        code = open_office.submit()
        do(open_office, "refuse")
    with clock.at(date(2030, 9, 30)):
        assert forget_old() == 0
    with clock.at(date(2031, 10, 1)):
        assert forget_old() == 1
        assert forget_old() == 0
    assert (Item.objects.count(), Attachment.objects.count(), Access.objects.count()) == (0, 0, 0)
    assert Report.objects.filter(quarter=OPENED, closed_quarter=OPENED).count() == 1
    assert report_by_code(code) is None
    assert open_office.people["somsri"].reports() == []
