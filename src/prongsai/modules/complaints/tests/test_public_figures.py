"""The public figures: the page, the paper and the tracking page say what a recount by plain SQL says."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import merge, publish_case
from prongsai.foundation.channels.coverage import days_of
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.foundation.typeset import Document
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE
from prongsai.modules.complaints.papers.statistics import Statistics, statistics_document
from prongsai.modules.complaints.portal.figures import FORMATS, of_year, year_sentence
from prongsai.modules.complaints.selectors.statistics import public_cases
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.tests.register import again, came, days_passed, done, opened_channel
from tests.cast import SYSTEM, banthrai
from tests.golden.queries import counted_queries

pytestmark = pytest.mark.django_db
TODAY = date(2025, 10, 15)
WHOLE = Period.fiscal_year(2568)
YEAR = "/banthrai/complaints/statistics/2568/"


@pytest.fixture
def watched(registered: Organization) -> Organization:
    """Nothing came in, and the form was open all year."""
    with clock.at(TODAY):
        days_passed(WHOLE, Channel.objects.get())
        count_due(actor=SYSTEM)
        flush()
    return registered


@pytest.fixture
def office(registered: Organization) -> Organization:
    """A year in which every way of ending a case occurs."""
    done(came(date(2024, 10, 7)), date(2024, 10, 20), found="true")
    done(came(date(2024, 11, 5), category="property", channel="phone"), date(2025, 2, 3))
    came(date(2025, 9, 25), category="opaque", channel="letter")
    done(came(date(2025, 1, 9), category="people"), date(2025, 1, 10), how="refuse")
    for day in (3, 9, 17):
        done(came(date(2025, 3, day), category="lamp", place=place(str(day % 4 + 1))), date(2025, 3, day + 4))
    first, second = came(date(2025, 4, 1), category="road"), came(date(2025, 4, 2), category="road")
    with clock.at(date(2025, 4, 3)):
        merge(actor=SYSTEM, case=second, into=first, reason="เรื่องเดียวกัน")
        flush()
    again(done(came(date(2025, 5, 6), category="water"), date(2025, 5, 8)), date(2025, 5, 20))
    came(date(2025, 5, 7), category="trouble", is_check=True)
    done(came(date(2025, 6, 2), category="praise", channel="line"), date(2025, 6, 3), how="note_down")
    done(came(date(2025, 7, 1), category="information"), date(2025, 7, 20), how="disclose")
    with clock.at(TODAY):
        count_due(actor=SYSTEM)
        flush()
    return registered


def place(village: str) -> Any:
    from prongsai.foundation.casework.services import Place

    return Place(text="หน้าวัดตัวอย่าง", village=village, latitude=15.29, longitude=103.29)


def get(address: str, **headers: str) -> Any:
    with clock.at(TODAY):
        return Client(headers=headers).get(address)


def shown(content: bytes) -> str:
    """The page's words in order, without its tags; words that only a line break could part stay whole."""
    text = re.sub(r'</?span(?: class="nb")?>', "", content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def recount(kind: str) -> tuple[int, int, int]:
    """All, finished, still open: by plain SQL, without any code of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE closed_on IS NOT NULL), count(*) FILTER (WHERE closed_on IS NULL) "
            "FROM casework_case WHERE kind = %s AND NOT is_check AND phase <> 'merged' "
            "AND received_on BETWEEN '2024-10-01' AND '2025-09-30'",
            [kind],
        )
        found = cursor.fetchone()
    assert found is not None
    return found


def row(page: str, words: str) -> tuple[int, int, int]:
    """The first three figures after `words` in a page without its tags."""
    found = re.search(rf"{re.escape(words)} (\d+) (\d+) (\d+)", page)
    assert found, words
    return int(found[1]), int(found[2]), int(found[3])


def test_page_paper_and_register_agree_with_a_recount_by_sql(office: Organization) -> None:
    page = shown(get(YEAR).content)
    assert row(page, "ร้องเรียน") == recount(COMPLAINT) == (4, 3, 1)
    assert row(page, "ร้องทุกข์ แจ้งเหตุ") == recount(GRIEVANCE) == (5, 3, 2)
    book = load_workbook(io.BytesIO(get(YEAR + "report.xlsx").content))
    rows = [each for each in book["รายเดือน"].iter_rows(values_only=True) if each[0] == "ร้องเรียน"]
    assert tuple(sum(each[at] for each in rows) for at in (2, 3, 4)) == recount(COMPLAINT)  # type: ignore[misc]
    assert "มีเรื่องร้องเรียน ๔ เรื่อง ดำเนินการแล้วเสร็จ ๓ เรื่อง" in page  # the ledger's own count


def test_a_case_says_on_its_tracking_page_what_the_figures_count(office: Organization) -> None:
    from prongsai.foundation.casework.codes import digest, fresh_code

    code = fresh_code()
    case = Case.objects.filter(kind=COMPLAINT, closed_on__isnull=True).get()
    Case.objects.filter(pk=case.pk).update(secret=digest(code))
    tracked = shown(get(f"/banthrai/track/{code}/").content)
    assert case.number in tracked
    assert "รับเรื่องแล้ว" in tracked


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("complaint", ["การให้บริการ 1 1 0", "ทรัพย์สินของราชการ 1 1 0", "โทรศัพท์ 1 1 0"]),
        ("grievance", ["ไฟสาธารณะดับหรือชำรุด 3 3 0", "ถนน ทางเท้า หรือสะพาน 1 0 1", "น้ำประปาหมู่บ้าน 1 0 1"]),
        ("suggestion", ["คำชม 1 1 0", "LINE 1 1 0"]),
        ("information", ["ขอข้อมูลข่าวสารของราชการ 1 1 0"]),
    ],
)
def test_each_kind_is_shown_by_subject_and_way_in(office: Organization, kind: str, words: list[str]) -> None:
    page = shown(get(f"{YEAR}?kind={kind}").content)
    for each in words:
        assert each in page


def test_months_quarters_and_halves_add_up(office: Organization) -> None:
    page = shown(get(YEAR).content)
    assert row(page, "ตุลาคม 2567") == (1, 1, 0)
    assert row(page, "ไตรมาสที่ 1") == (2, 2, 0)
    assert row(page, "ครึ่งปีแรก") == (3, 3, 0)
    assert row(page, "ครึ่งปีหลัง") == (1, 0, 1)
    assert row(page, "ทั้งปี") == (4, 3, 1)


def test_a_year_without_complaints_says_so(watched: Organization) -> None:
    done(came(date(2025, 3, 3), category="lamp"), date(2025, 3, 5))
    with clock.at(TODAY):
        count_due(actor=SYSTEM)
        flush()
    page = shown(get(YEAR).content)
    assert '<p class="lead">ไม่มีเรื่องร้องเรียน</p>' in without_breaks(get(YEAR).content)
    assert row(page, "ร้องเรียน") == (0, 0, 0)
    assert get(YEAR + "report.pdf").status_code == 200
    rows = csv_rows(get(YEAR + "report.csv").content)
    assert ["ร้องเรียน", "2024-10-01", "0", "0", "0", "0"] in [row[:6] for row in rows]


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_paper_has_the_elements_that_the_oit_asks_for(office: Organization) -> None:
    document = paper(office)
    tables = {table.caption: table for table in document.tables()}
    corruption = tables["สถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ"]
    assert [column.name for column in corruption.columns] == [
        "ไตรมาส", "จำนวนเรื่องทั้งหมด", "ดำเนินการแล้วเสร็จ", "อยู่ระหว่างดำเนินการ",
    ]  # fmt: skip
    assert [plain(cell) for cell in corruption.rows[3]] == ["ไตรมาสที่ ๔", *["ไม่แสดง"] * 3], (
        "four complaints in the year"
    )
    assert [plain(cell) for cell in corruption.rows[4]] == ["รวมทั้งปี", "๑", "๐", "๑"]
    months = tables["สถิติเรื่องร้องเรียนรายเดือน"]
    assert len(months.rows) == 12 + 4 + 1
    assert [plain(cell) for cell in months.rows[-1]] == ["รวมทั้งปี", "๔", "๓", "๑", "๑"], "one was not taken up"
    assert "ข้อมูลตัวอย่าง" in document.notices


def test_the_sealed_channel_stands_in_its_quarters_and_what_is_not_published_is_not_known(
    watched: Organization,
) -> None:
    from prongsai.foundation.ledger.services import record
    from prongsai.kernel.contracts import Origin, Topic, Visibility

    quarters = [
        (date(2024, 10, 1), date(2024, 12, 31), (2, 1, 1)),
        (date(2025, 1, 1), date(2025, 3, 31), (0, 0, 1)),
    ]
    with clock.at(TODAY):
        for first, last, (received, closed, pending) in quarters:
            record(
                actor=SYSTEM, kind="corruption_counted", about="corruption_statistics", occurred_on=TODAY,
                about_period=Period(first, last), origin=Origin.WORK, topic=Topic.ANTI_CORRUPTION,
                visibility=Visibility.PUBLIC, title="สถิติ", payload={"received": received, "closed": closed, "pending": pending},
            )  # fmt: skip
        flush()
        figures = of_year(2568)
        document = statistics_document(Statistics(watched, figures, ""))
    assert [(each.received, each.closed, each.pending) for each in figures.sealed[:2]] == [
        (2, 1, 1),
        (0, 0, 1),
    ]
    assert figures.sealed[2].received is None
    rows = {table.caption: table for table in document.tables()}["สถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ"].rows
    assert [plain(cell) for cell in rows[0]] == ["ไตรมาสที่ ๑", "๒", "๑", "๑"]
    assert [plain(cell) for cell in rows[1]] == ["ไตรมาสที่ ๒", "๐", "๐", "๑"]
    assert plain(rows[2][1]) not in {"๐", "0"}, "not published is not nothing"
    assert plain(rows[-1][0]) == "รวมที่เผยแพร่แล้ว"


def without_breaks(content: bytes) -> str:
    """The page without the marks for the breaking of lines."""
    return re.sub(r"</?span[^>]*>|<wbr>", "", content.decode())


def plain(cell: Any) -> str:
    return " ".join(line for part in cell.content for line in part.lines)


NOBODY = {
    "ไม่มีเรื่องร้องเรียน",
    "ไม่มีเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ",
    "ไม่มีเรื่องร้องทุกข์ แจ้งเหตุ",
    "ไม่มีเรื่องเข้ามาในช่วงนี้",
}


def paper(office: Organization, on: date = TODAY, fiscal_year: int = 2568) -> Document:
    with clock.at(on):
        figures = of_year(fiscal_year)
        return statistics_document(Statistics(office, figures, year_sentence(figures)))


def said_in(document: Document) -> list[str]:
    return [block.text for block in document.blocks if hasattr(block, "text")]


def rows_of(document: Document, caption: str) -> dict[str, list[str]]:
    table = next(table for table in document.tables() if table.caption == caption)
    return {plain(cells[0]): [plain(cell) for cell in cells[1:]] for cells in table.rows}


def test_nothing_is_published_as_nothing(watched: Organization) -> None:
    assert set(said_in(paper(watched))) >= NOBODY


@pytest.mark.parametrize(
    ("down", "why"),
    [
        (
            19,
            "ไม่มีข้อมูล เพราะช่องทางร้องเรียนเปิดใช้ได้ครบทุกช่องทางร้อยละ ๙๔.๗๙ ของวัน ขาดช่วงติดกันนานสุด ๑๙ วัน (แบบฟอร์มบนเว็บ ๑๙ วัน)",
        ),
        (None, "นับได้ ๐ เรื่อง แต่ไม่ทราบว่าช่องทางร้องเรียนเปิดใช้ได้ตลอดหรือไม่ (ยังไม่มีทะเบียนช่องทางในช่วงเวลานี้)"),
    ],
    ids=["under 95 per cent", "nobody looked"],
)
def test_nobody_is_said_to_have_complained_by_ways_that_were_closed(
    registered: Organization, down: int | None, why: str
) -> None:
    with clock.at(TODAY):
        if down is not None:
            days_passed(WHOLE, Channel.objects.get(), down=list(days_of(WHOLE))[50 : 50 + down])
        count_due(actor=SYSTEM)
        flush()
    found = said_in(paper(registered))
    assert not NOBODY & set(found)
    assert found.count(why) >= 2, "at the top, and where the zero would stand"
    assert why in without_breaks(get(YEAR).content)
    assert "ปีนี้ไม่มีเรื่อง" not in without_breaks(get(YEAR).content)
    told = get("/api/v1/banthrai/complaints/statistics/2568").json()
    assert told["sentence"] == why


def test_of_the_months_before_the_register_nothing_is_said() -> None:
    office = banthrai()
    with scope(office.pk):
        opened_channel(date(2025, 8, 1))
        came(date(2025, 9, 4), category="lamp")
        with clock.at(TODAY):
            count_due(actor=SYSTEM)
            flush()
        document = paper(office)
        found = said_in(document)
        assert not NOBODY & set(found)
        why = "ไม่มีข้อมูลจำนวนเรื่องร้องเรียน รับเรื่องร้องเรียนในระบบตั้งแต่วันที่ ๑ ส.ค. ๒๕๖๘ ก่อนหน้านั้นไม่มีข้อมูล"
        assert found.count(why) >= 2
        months = rows_of(document, "สถิติเรื่องร้องเรียนรายเดือน")
        assert months["กรกฎาคม ๒๕๖๘"] == ["–"] * 4
        assert months["สิงหาคม ๒๕๖๘"] == ["๐"] * 4
        assert months["ไตรมาสที่ ๓"] == ["ไม่มีข้อมูล"] * 4
        assert months["รวมเท่าที่มีข้อมูล"] == ["๐"] * 4
        corruption = rows_of(document, "สถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ")
        assert corruption["ไตรมาสที่ ๑"] == ["ไม่มีข้อมูล"] * 3
        rows = csv_rows(get(YEAR + "report.csv").content)
        assert ["ร้องเรียน", "2025-07-01", "", "", "", ""] in [row[:6] for row in rows]
        page = shown(get(YEAR).content)
        assert "กรกฎาคม 2568 ไม่ทราบ" in page
        told = get("/api/v1/banthrai/complaints/statistics/2568").json()
        months = {each["month"]: each["received"] for each in told["kinds"][0]["months"]}
        assert (months["2025-07"], months["2025-08"], months["2025-09"]) == (None, 0, 1)


def test_of_a_year_before_the_register_nothing_is_said_at_all() -> None:
    with scope(banthrai().pk):
        opened_channel(TODAY)
        page = shown(get(YEAR.replace("2568", "2569")).content)
        assert "ข้อเสนอแนะ คำชม สอบถาม ไม่ทราบ" in page
        assert "ปีนี้ไม่มีเรื่อง" not in page
        told = get("/api/v1/banthrai/complaints/statistics/2569").json()
        assert [each["total"] for each in told["kinds"]] == [None] * 4


def test_before_the_sealed_channel_publishes_nobody_knows_that_there_was_no_report(
    watched: Organization,
) -> None:
    on = date(2026, 1, 5)  # the first quarter is published on the tenth
    sealed = opened_channel(date(2025, 10, 1), "sealed", "ช่องทางแจ้งเบาะแสการทุจริต")
    year = Period(date(2025, 10, 1), date(2025, 12, 31))
    with clock.at(on):
        days_passed(year, sealed, Channel.objects.get(kind="web"))
        count_due(actor=SYSTEM)
        flush()
    document = paper(watched, on, 2569)
    assert not {"ไม่มีเรื่องร้องเรียน", "ไม่มีเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ"} & set(said_in(document))
    assert "ไม่มีเรื่องร้องทุกข์ แจ้งเหตุ" in said_in(document), "of another kind it is known"
    corruption = rows_of(document, "สถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ")
    assert corruption["ไตรมาสที่ ๑"] == ["ไม่มีข้อมูล"] * 3
    with clock.at(on):
        page = Client().get("/banthrai/complaints/statistics/2569/")
    assert "ไม่มีข้อมูลจำนวนเรื่องร้องเรียน ช่องทางแจ้งเบาะแสการทุจริต" in without_breaks(page.content)
    before = paper(watched, TODAY)
    assert set(said_in(before)) >= NOBODY, "the year before, the office had no sealed channel"


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_there(office: Organization, format: str) -> None:
    answer = get(f"{YEAR}report.{format}")
    assert answer.status_code == 200
    assert len(answer.content) > 500
    assert f"banthrai-2568-complaints.{format}" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    "address", ["2566/", "2599/", "2568/report.html", "2568/report.exe", "0/", "99999999999/report.csv"]
)
def test_a_year_or_format_that_is_none_is_not_found(office: Organization, address: str) -> None:
    assert get(f"/banthrai/complaints/statistics/{address}").status_code == 404


def test_the_short_address_leads_to_the_year_that_runs(office: Organization) -> None:
    answer = get("/banthrai/complaints/statistics/")
    assert answer["Location"] == "/banthrai/complaints/statistics/2569/"


def test_the_pages_take_few_queries(office: Organization) -> None:
    for name, address in (("complaints.statistics", YEAR), ("complaints.list", "/banthrai/complaints/list/")):
        with counted_queries(name):
            assert get(address).status_code == 200


# -- single cases ------------------------------------------------------------------------------------------------------


def shown_case(village: str = "4", title: str = "ไฟถนนหน้าวัดตัวอย่างดับ", **more: Any) -> Case:
    case = came(date(2025, 8, 4), category="lamp", place=place(village), **more)
    with clock.at(date(2025, 8, 5)):
        case = publish_case(actor=SYSTEM, case=case, public_title=title)
        flush()
    return case


def test_only_what_the_office_shows_is_listed_and_by_its_own_title(office: Organization) -> None:
    case = shown_case(body="บ้านของนายสมมติ ตัวอย่าง โทร 0812345678")
    page = shown(get("/banthrai/complaints/list/").content)
    assert (case.number in page, "ไฟถนนหน้าวัดตัวอย่างดับ" in page, "1 เรื่อง" in page) == (True, True, True)
    for hidden in ("นายสมมติ", "0812345678", "หน้าวัดตัวอย่าง ", "C68-0001", "15.29"):
        assert hidden not in page


def test_cases_are_chosen_by_kind_village_and_state(office: Organization) -> None:
    first, second = shown_case(), shown_case("7", "ไฟทางเข้าหมู่บ้านตัวอย่างดับ")
    done(second, date(2025, 8, 9))

    def listed(query: str) -> list[str]:
        page = shown(get(f"/banthrai/complaints/list/?{query}").content)
        return [case.number for case in (first, second) if case.number in page]

    assert listed("") == [first.number, second.number]
    assert listed("village=4") == listed("state=open") == [first.number]
    assert listed("state=finished") == [second.number]
    assert listed("kind=complaint") == []
    assert listed("kind=nonsense&state=%00&village=%00&page=x") == [first.number, second.number]
    assert get("/banthrai/complaints/list/?page=9").status_code == 404


def test_of_many_pages_the_neighbours_are_offered_and_villages_are_counted_in_the_database(
    office: Organization,
) -> None:
    pattern = shown_case()
    Case.objects.bulk_create(
        Case(
            kind=GRIEVANCE, fiscal_year=2568, sequence=number, number=f"68-{number}", secret=f"s{number}", state="received",
            phase="received", title="ตัวอย่าง", channel_kind="web", received_at=pattern.received_at, is_public=True,
            received_on=date(2025, 5, 1), clock_started_on=date(2025, 5, 1), village=["", "2", "10"][number % 3],
            public_title="ไฟดับ (ข้อมูลตัวอย่าง)",
        )
        for number in range(1_000, 2_000)
    )  # fmt: skip
    address = "/banthrai/complaints/list/"
    with CaptureQueriesContext(connection) as queries:
        page = get(f"{address}?page=10").content.decode()
    asked = [
        query["sql"] for query in queries if query["sql"].startswith('SELECT "casework_case"."village" AS')
    ]
    assert [sql.endswith("GROUP BY 1") for sql in asked] == [True]
    pager = page[page.index('class="pager"') :]
    numbers = re.findall(r"\?page=(\d+)", pager[: pager.index("</nav>")])
    assert numbers == ["9", "1", "9", "11", "21", "11"], "before, first, neighbours, last, next"
    assert 'aria-current="page">10<' in pager
    assert "หมู่ที่ เรื่อง 2 334 4 1 10 333" in shown(page.encode())
    assert len(page) < 60_000
    one = get(f"{address}?village=4").content.decode()
    assert 'class="pager"' not in one


def test_what_was_shown_and_joined_before_is_no_longer_listed(office: Organization) -> None:
    case = publish_case(actor=SYSTEM, case=came(date(2025, 9, 3), "lamp"), public_title="ไฟดับ หมู่ที่ 4")
    assert case in public_cases()
    Case.objects.filter(pk=case.pk).update(phase="merged", state="merged")
    assert case not in public_cases()


def test_without_a_server_of_tiles_there_is_a_list_and_a_count_by_village(office: Organization) -> None:
    shown_case()
    answer = get("/banthrai/complaints/list/")
    assert b"leaflet" not in answer.content
    assert "หมู่ที่ เรื่อง 4 1" in shown(answer.content)


def test_the_map_shows_where_to_about_a_hundred_metres_and_only_its_tiles_come_from_elsewhere(
    office: Organization, settings: Any
) -> None:
    settings.MAP_TILES = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings.MAP_ATTRIBUTION = "ผู้ทำแผนที่"
    shown_case()
    answer = get("/banthrai/complaints/list/")
    assert b"complaints/map.js" in answer.content
    assert '"at": [15.29, 103.29]' in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "img-src 'self' data: https://tiles.example.org;" in policy
    assert "script-src 'self';" in policy
