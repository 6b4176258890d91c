"""Lists: filters, order, pages, files, saved views, what is done to ticked rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from prongsai.foundation.desk.models import SavedView
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.ui.screens import ChoiceFilter, Column, ListScreen, PeriodFilter, lists
from tests.cast import member, signed_in_client

UNITS = "/banthrai/work/kit/units/"


@pytest.fixture
def client(office: Organization) -> Client:
    return signed_in_client(member("kit.read", "kit.write"))


def plain(answer: Any) -> str:
    """The page without the spans that keep words together."""
    return re.sub(r'<span class="nb">(.*?)</span>', r"\1", answer.content.decode())


def names(client: Client, query: str = "") -> list[str]:
    return [row.cells[0].value for row in client.get(f"{UNITS}?{query}").context["rows"]]


def many(number: int, *, after: int = 0) -> None:
    Unit.objects.bulk_create([Unit(name=f"กอง {n:05}", position=n + 10) for n in range(after, number)])


def test_rows_come_in_their_order_and_link_on(client: Client) -> None:
    assert names(client) == ["สำนักปลัด", "กองคลัง"]
    unit = Unit.objects.get(name="กองคลัง")
    assert f'<a href="{UNITS}{unit.pk}/">กองคลัง</a>' in plain(client.get(UNITS))


def test_filters_and_search_narrow_and_can_be_cleared(client: Client) -> None:
    assert names(client, "name=คลัง") == ["กองคลัง"]
    assert names(client, "q=ปลัด") == ["สำนักปลัด"]
    assert names(client, "q=กอง+ปลัด") == [], "every word must be there"
    narrowed = client.get(f"{UNITS}?q=ไม่มี").content.decode()
    assert "ไม่พบรายการที่ค้นหา" in narrowed
    assert f'href="{UNITS}">' in narrowed


def test_values_that_no_filter_offers_are_passed_over(client: Client) -> None:
    assert names(client, "first=99&sort=password&page=x&unknown=1&name=%00") == ["สำนักปลัด", "กองคลัง"]


def test_columns_sort_upward_and_downward(client: Client) -> None:
    assert names(client, "sort=name") == ["กองคลัง", "สำนักปลัด"]
    assert names(client, "sort=-name") == ["สำนักปลัด", "กองคลัง"]
    shown = client.get(f"{UNITS}?sort=name").content.decode()
    assert 'aria-sort="ascending"' in shown
    assert f'href="{UNITS}?sort=-name"' in shown


def test_pages_turn_and_keep_filters_and_order(client: Client) -> None:
    many(120)
    assert len(names(client)) == 50
    last = client.get(f"{UNITS}?sort=-position&name=กอง&page=3")
    assert len(last.context["rows"]) == 21
    assert last.context["rows"][-1].cells[0].value == "กองคลัง"
    assert (
        f'href="{UNITS}?name=%E0%B8%81%E0%B8%AD%E0%B8%87&amp;page=2&amp;sort=-position"'
        in last.content.decode()
    )
    assert names(client, "page=99") == names(client, "page=3"), "beyond the end is the end"


def test_a_long_list_is_counted_and_turned_only_so_far(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(lists.ListScreen, "counted", 60)
    many(120)
    first = client.get(UNITS)
    assert "กว่า 60 รายการ" in first.content.decode()
    last = client.get(f"{UNITS}?page=2")
    assert len(last.context["rows"]) == 10
    assert "แสดงเฉพาะรายการแรก" in last.content.decode()
    assert "format=xlsx" not in first.content.decode(), "a workbook of it would take minutes"
    assert len(read_csv(client.get(f"{UNITS}?format=csv").content)) == 123, "the file has them all"


def test_the_number_of_queries_does_not_grow_with_the_rows(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            client.get(UNITS)
        return len(context)

    client.get(UNITS)
    few = queries()
    many(20)
    assert queries() == few
    many(60, after=20)
    assert queries() == few + 1, "more than a page of rows is counted"
    many(180, after=60)
    assert queries() == few + 1


def test_a_list_that_is_empty_teaches(client: Client, office: Organization) -> None:
    Unit.objects.all().delete()
    shown = client.get(UNITS).content.decode()
    assert "ยังไม่มีส่วนราชการ" in shown
    assert 'class="btn" href="/banthrai/work/kit/units/new/"' in shown
    reader = signed_in_client(member("kit.read", username="reader"))
    assert "units/new/" not in reader.get(UNITS).content.decode(), "who may not add is not sent there"


# --- files ---


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "spreadsheets show Thai only with a byte order mark"
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def test_csv_holds_exactly_the_narrowed_rows_of_all_pages_and_says_that_they_are_samples(
    client: Client,
) -> None:
    many(120)
    rows = read_csv(client.get(f"{UNITS}?q=กอง+0&sort=-name&format=csv").content)
    assert rows[0] == ["ชื่อ", "ลำดับ", "หมายเหตุ"]
    assert len(rows) == 121
    assert rows[1] == ["กอง 00119", "129", "ข้อมูลตัวอย่าง"]


def test_no_cell_of_a_file_is_a_formula(client: Client) -> None:
    Unit.objects.create(name='=HYPERLINK("http://example.org")', position=1)
    written = read_csv(client.get(f"{UNITS}?q=HYPER&format=csv").content)
    assert written[1][0].startswith("'=")
    book = load_workbook(BytesIO(client.get(f"{UNITS}?q=HYPER&format=xlsx").content))
    cell = next(c for row in book.active.iter_rows() for c in row if "HYPER" in str(c.value))  # type: ignore[union-attr]
    assert cell.data_type == "s"


def test_xlsx_keeps_numbers_as_numbers_and_says_that_they_are_samples(client: Client) -> None:
    answer = client.get(f"{UNITS}?format=xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]  # type: ignore[union-attr]
    assert ["ข้อมูลตัวอย่าง", None] in values
    assert ["กองคลัง", 2] in values
    assert "filename*=UTF-8''" in answer["Content-Disposition"]


# --- saved views ---


def test_a_view_keeps_filters_under_a_name_and_can_be_deleted(client: Client) -> None:
    client.post(f"{UNITS}?name=คลัง&page=1", {"_keep_view": "กองเงิน"})
    view = SavedView.objects.get()
    shown = client.get(f"{UNITS}?{view.query}")
    assert names(client, view.query) == ["กองคลัง"]
    assert re.search(r'aria-current="page">กองเงิน</a>', shown.content.decode())
    other = signed_in_client(member("kit.read", username="other"))
    assert "กองเงิน" not in other.get(UNITS).content.decode()
    other.post(UNITS, {"_drop_view": str(view.pk)})
    assert SavedView.objects.count() == 1
    client.post(UNITS, {"_drop_view": str(view.pk)})
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_refused_in_words(client: Client) -> None:
    answer = client.post(f"{UNITS}?name=คลัง", {"_keep_view": " "})
    assert "ตั้งชื่อมุมมอง" in str(next(iter(get_messages(answer.wsgi_request))))


# --- ticked rows ---


def test_what_is_done_to_ticked_rows_is_asked_first_and_done_once(client: Client) -> None:
    unit = Unit.objects.get(name="กองคลัง")
    asked = client.post(UNITS, {"_bulk": "retire", "chosen": [unit.pk]})
    shown = plain(asked)
    assert "เลิก 1 ส่วนราชการ" in shown
    unit.refresh_from_db()
    assert unit.name == "กองคลัง"
    once = re.search(r'name="once" value="([\w-]+)"', shown)
    assert once
    sent = {"_bulk": "retire", "chosen": [unit.pk], "_confirmed": "1", "once": once[1]}
    client.post(UNITS, sent)
    client.post(UNITS, sent)
    unit.refresh_from_db()
    assert unit.name == "กองคลัง (เลิก)"


def test_other_rows_ticked_on_a_page_gone_back_to_are_not_passed_over_in_silence(client: Client) -> None:
    first, second = Unit.objects.order_by("position")[:2]
    shown = client.get(UNITS).content.decode()
    once = re.search(r'name="once" value="([\w-]+)"', shown)
    assert once
    client.post(UNITS, {"_bulk": "mark", "chosen": [first.pk], "once": once[1]})
    answer = client.post(UNITS, {"_bulk": "mark", "chosen": [second.pk], "once": once[1]})
    told = [str(each) for each in get_messages(answer.wsgi_request)]
    assert any("กดปุ่มอีกครั้ง" in each for each in told), "it is said that nothing was done"
    second.refresh_from_db()
    assert "(เลิก)" not in second.name


def test_what_was_refused_of_ticked_rows_may_be_sent_again(client: Client) -> None:
    unit = Unit.objects.order_by("position")[0]
    once = re.search(r'name="once" value="([\w-]+)"', client.get(UNITS).content.decode())
    assert once
    sent = {"_bulk": "mark", "chosen": [unit.pk], "once": once[1]}
    Unit.objects.filter(pk=unit.pk).update(name="กองที่ห้ามแตะ")
    client.post(UNITS, sent)
    Unit.objects.filter(pk=unit.pk).update(name="กองคลัง 2")
    client.post(UNITS, sent)
    unit.refresh_from_db()
    assert unit.name == "กองคลัง 2 (เลิก)"


def test_ticking_nothing_or_strange_things_changes_nothing(client: Client) -> None:
    answer = client.post(UNITS, {"_bulk": "mark", "chosen": ["99999", "x", "-1"]})
    assert answer.status_code == 302
    assert names(client) == ["สำนักปลัด", "กองคลัง"]
    assert client.post(UNITS, {"_bulk": "unknown"}).status_code == 400


def test_an_act_on_rows_asks_for_its_own_permission(office: Organization) -> None:
    reader = signed_in_client(member("kit.read", username="reader"))
    assert 'value="retire"' not in reader.get(UNITS).content.decode()
    unit = Unit.objects.get(name="กองคลัง")
    answer = reader.post(UNITS, {"_bulk": "retire", "chosen": [unit.pk], "_confirmed": "1"})
    assert answer.status_code == 403


# --- lists that are no querysets ---


@dataclass
class Meeting:
    pk: int
    title: str
    held_on: date


class Meetings(ListScreen):
    permission = "kit.read"
    title = "ประชุม"
    columns = (Column("title", "เรื่อง"), Column("held_on", "วันที่", kind="date", sort="held_on"))
    filters = (
        PeriodFilter("held", "จัดเมื่อ", field="held_on"),
        ChoiceFilter(
            "short",
            "สั้น",
            choices=(("1", "ใช่"),),
            apply=lambda rows, value: [r for r in rows if len(r.title) < 4],
        ),
    )

    def rows(self) -> list[Meeting]:
        return [
            Meeting(1, "หนึ่ง", date(2024, 11, 12)),
            Meeting(2, "สอง", date(2025, 3, 3)),
            Meeting(3, "สาม", date(2025, 8, 13)),
        ]


@pytest.fixture
def meetings(office: Organization) -> Callable[[str], Meetings]:
    def opened(query: str) -> Meetings:
        request = RequestFactory().get(f"/banthrai/?{query}")
        found = member("kit.read", username=f"m{len(query)}")
        request.organization, request.actor, request.member = office, found.actor(), found  # type: ignore[attr-defined]
        screen = Meetings()
        screen.setup(request, organization="banthrai")
        return screen

    return opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3]),
        ("sort=-held_on", [3, 2, 1]),
        ("held_from=1/1/2568", [2, 3]),
        ("held_from=1 ม.ค. 2568&held_to=๓ มีนาคม ๒๕๖๘", [2]),
        ("held_to=12/11/67", [1]),
        ("short=1", [2, 3]),
    ],
)
def test_a_list_of_plain_things_filters_and_sorts_too(
    meetings: Callable[[str], Meetings], query: str, found: list[int]
) -> None:
    assert [row.pk for row in meetings(query).shown] == found


def test_a_day_that_is_none_is_said_at_its_filter_and_narrows_nothing(
    meetings: Callable[[str], Meetings],
) -> None:
    screen = meetings("held_from=31 ก.พ. 2568")
    assert "ไม่ใช่วันที่" in screen.narrowed[1]["held"]
    assert len(screen.shown) == 3
