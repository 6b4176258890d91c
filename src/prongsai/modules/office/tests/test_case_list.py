"""The inbox, board and calendar of all cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Contact, Place
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.modules.office.backoffice import cases
from prongsai.ui.access import SIGNED_IN
from tests.cast import SYSTEM, banthrai, member, signed_in_client
from tests.screens import ScreenTests

EVERYTHING = tuple(
    f"complaints.{what}" for what in ("read", "handle", "assign", "intake", "manage", "publish")
)


def a_case(**said: Any) -> Case:
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "kind": "complaints.grievance",
        "title": "ไฟสาธารณะดับ หมู่ที่ 4",
        "body": "ไฟหน้าวัดดับมาสามคืน",
        "category": "lamp",
        "channel_kind": "phone",
    }
    return services.open_case(**(given | said)).case


def many() -> list[Case]:
    """Cases of all kinds and in all phases: enough that one query a row would show."""
    unit = Unit.objects.get(name="กองคลัง")
    cases = [a_case(title=f"เรื่องที่ {number}", unit=unit) for number in range(12)]
    cases += [a_case(kind="complaints.complaint", category="service") for _ in range(6)]
    for case in cases[:4]:
        services.acknowledge(actor=SYSTEM, case=case)
    services.act(actor=SYSTEM, case=cases[0], act="finish", result="แก้แล้ว")
    services.act(actor=SYSTEM, case=cases[1], act="ask", message="เสาต้นใด")
    return cases


class OfAll(ScreenTests):
    __test__ = False
    permission = SIGNED_IN
    also = EVERYTHING

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__test__ = True  # type: ignore[attr-defined]

    def kwargs(self) -> dict[str, Any]:
        many()
        return {}


class TestCases(OfAll):
    url_name = "cases"
    query = "state=all&q=เรื่อง&unit=nobody&person=me"


class TestBoard(OfAll):
    url_name = "cases-board"


class TestCalendar(OfAll):
    url_name = "cases-calendar"


@pytest.fixture
def office(db: None) -> Iterator[Organization]:
    found = banthrai()
    with scope(found.pk):
        yield found


@pytest.fixture
def clerk(office: Organization) -> Client:
    return signed_in_client(member(*EVERYTHING, username="pimchanok"))


def listed(client: Client, query: str = "") -> list[str]:
    """The numbers that the inbox shows, in its order."""
    page = client.get(f"/banthrai/work/cases/{query}").content.decode()
    return re.findall(r'<th scope="row" class="key ">(?:<a [^>]+>)(?:<span class="nb">)?([A-Z]?[\d-]+)', page)


def toasts(answer: Any) -> str:
    """What the page says of what was done and what was not."""
    return " ".join(map(str, answer.context["messages"]))


def test_open_cases_come_first_what_is_due_first(clerk: Client) -> None:
    with clock.at(date(2025, 7, 10)):
        early = a_case()
    with clock.at(date(2025, 7, 1)):
        earliest = a_case()
    closed = services.act(actor=SYSTEM, case=a_case(), act="finish", result="แก้แล้ว")
    assert listed(clerk) == [earliest.number, early.number]
    assert closed.number in listed(clerk, "?state=all")
    assert listed(clerk, "?state=finished") == [closed.number]


def test_whoever_was_told_nothing_in_time_is_found_marked_and_in_the_calendar(clerk: Client) -> None:
    with clock.at(date(2025, 8, 1)):
        untold, told, asked = a_case(), a_case(), a_case()
        services.say(actor=SYSTEM, case=told, text="กำลังสั่งหลอด")
        services.act(actor=SYSTEM, case=asked, act="ask", message="เสาต้นใด")
    mark, page = "ยังไม่แจ้งความคืบหน้า", "/banthrai/work/cases/"
    with clock.at(date(2025, 8, 18)):
        assert listed(clerk, "?due=untold") == [], "16 August is a Saturday: Monday the 18th is the last day"
        assert mark not in clerk.get(page).content.decode()
        month = clerk.get(f"{page}calendar/?month=2568-08").content.decode()
        assert 'href="#d2025-08-18"' in month
        by_day = month.partition('id="d2025-08-18"')[2].partition("<h3")[0]
        assert untold.number in by_day
        assert told.number not in by_day
    with clock.at(date(2025, 8, 19)):
        assert listed(clerk, "?due=untold") == listed(clerk, "?state=all&due=untold") == [untold.number]
        assert clerk.get(page).content.decode().count(mark) == 1
        assert clerk.get(f"{page}board/").content.decode().count(mark) == 1
        services.say(actor=SYSTEM, case=untold, text="กำลังสั่งหลอด")
        assert listed(clerk, "?due=untold") == []
        assert "2025-08-18" not in clerk.get(f"{page}calendar/?month=2568-08").content.decode()


def test_a_number_finds_its_case_open_or_closed_in_any_digits(clerk: Client) -> None:
    closed = services.act(actor=SYSTEM, case=a_case(), act="finish", result="แก้แล้ว")
    a_case()
    thai = closed.number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    assert listed(clerk, f"?q={closed.number}") == [closed.number]
    assert listed(clerk, f"?q={thai}") == [closed.number]


def test_words_are_looked_for_in_matter_text_and_place(clerk: Client) -> None:
    found = a_case(title="ถนนทรุด", body="หน้าโรงเรียนวัดป่า")
    a_case()
    assert listed(clerk, "?q=ทรุด วัดป่า") == [found.number]
    assert listed(clerk, "?q=ทรุด ตลาด") == []


def test_of_words_that_many_cases_say_no_more_than_a_thousand_are_counted(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    many()
    monkeypatch.setattr(cases, "FOUND", 3)
    monkeypatch.setattr(cases.Cases, "per_page", 2)
    assert "กว่า 3 รายการ" in clerk.get("/banthrai/work/cases/?q=เรื่องที่").content.decode()
    assert len(listed(clerk, "?q=เรื่องที่&page=2")) == 1
    assert "กว่า 3 รายการ" not in clerk.get("/banthrai/work/cases/").content.decode()


def test_who_brought_a_case_is_found_by_who_works_on_it_alone(clerk: Client) -> None:
    case = a_case(contact=Contact("นายบุญมี ตัวอย่าง"))
    assert listed(clerk, "?q=บุญมี") == [case.number]
    reader = signed_in_client(member("complaints.read", username="reader"))
    assert listed(reader) == [case.number]
    assert listed(reader, "?q=บุญมี") == []


def test_a_telephone_number_is_found_however_it_was_written_by_who_may_know_it(clerk: Client) -> None:
    case = a_case(contact=Contact("นายบุญมี ตัวอย่าง", "081-234 5678"), unit=Unit.objects.get(name="สำนักปลัด"))
    for asked in ("0812345678", "081 234 5678", "081-2345678", "๐๘๑๒๓๔๕๖๗๘"):
        assert listed(clerk, f"?q={asked}") == [case.number], asked
    assert listed(clerk, "?q=0899999999") == []
    for unit, found in (("สำนักปลัด", True), ("กองคลัง", False)):
        officer = member("complaints.read", "complaints.handle", username=f"of-{found}", unit=unit)
        client = signed_in_client(officer)
        assert (listed(client, "?q=0812345678") == [case.number]) is found
        assert (listed(client, "?q=บุญมี") == [case.number]) is found


def test_the_senders_number_and_a_short_number_find_the_case(clerk: Client) -> None:
    case = a_case(
        details={"sent_by": "ศูนย์ดำรงธรรมจังหวัด", "sent_by_number": "บร 0017.3/1234", "received_number": "452"}
    )
    a_case()
    for asked in ("บร 0017.3/1234", "0017.3/1234", "ดำรงธรรม", "452"):
        assert listed(clerk, f"?q={asked}") == [case.number], asked
    short = f"{case.number[:2]}-{int(case.number[3:])}"
    assert len(short) < len(case.number)
    assert listed(clerk, f"?q={short}") == [case.number]


def test_the_list_is_narrowed_by_category_village_urgency_and_who_wrote(clerk: Client) -> None:
    lamp = a_case(place=Place("หน้าวัด", "4"))
    road = a_case(category="road", is_urgent=True)
    services.hear(case=road, text="ยังไม่มา", channel_kind="web")
    for asked, case in (
        ("category=lamp", lamp), ("category=road", road), ("village=4", lamp), ("village=หมู่ ๔", lamp),
        ("mark=urgent", road), ("mark=heard", road), ("state=all&mark=heard&category=road", road),
    ):  # fmt: skip
        assert listed(clerk, f"?{asked}") == [case.number], asked
    assert listed(clerk, "?village=44") == []


def test_the_file_says_category_place_sender_and_what_was_found(clerk: Client) -> None:
    case = a_case(
        kind="complaints.complaint", category="service", place=Place("ตลาดนัด", "4"),
        details={"sent_by": "สายด่วนรัฐบาล 1111", "sent_by_number": "68/99"},
    )  # fmt: skip
    services.acknowledge(actor=SYSTEM, case=case)
    services.act(actor=SYSTEM, case=case, act="finish", result="ตรวจแล้ว", found="partly")
    text = clerk.get("/banthrai/work/cases/?state=all&format=csv").content.decode("utf-8-sig")
    for said in ("การให้บริการ", "ตลาดนัด", "สายด่วนรัฐบาล 1111", "68/99", "จริงบางส่วน"):
        assert said in text, said


def test_the_file_has_the_rows_that_the_filters_leave_and_no_word_of_the_citizen(clerk: Client) -> None:
    a_case(contact=Contact("นายบุญมี ตัวอย่าง", "081 000 0000"))
    a_complaint = a_case(kind="complaints.complaint", category="service", title="=รอนาน")
    answer = clerk.get("/banthrai/work/cases/?kind=complaints.complaint&format=csv")
    text = answer.content.decode("utf-8-sig")
    assert a_complaint.number in text
    assert "ไฟสาธารณะ" not in text
    assert "'=รอนาน" in text, "no formula leaves the office"
    whole = clerk.get("/banthrai/work/cases/?format=csv").content.decode("utf-8-sig")
    assert "บุญมี" not in whole
    assert "081" not in whole
    assert "<span" not in whole


def test_several_cases_are_taken_up_or_given_at_once(clerk: Client) -> None:
    cases = [a_case() for _ in range(3)]
    ids = [case.pk for case in cases[:2]]
    clerk.post("/banthrai/work/cases/", {"_bulk": "acknowledge", "chosen": ids})
    assert [Case.objects.get(pk=case.pk).state for case in cases] == ["working", "working", "received"]
    led = clerk.post("/banthrai/work/cases/", {"_bulk": "assign", "chosen": ids})["Location"]
    unit = Unit.objects.get(name="กองคลัง")
    clerk.post(led, {"unit": unit.pk})
    assert [Case.objects.get(pk=case.pk).unit for case in cases] == [unit, unit, None]


def test_of_several_cases_the_unfit_are_named_and_the_others_done(clerk: Client) -> None:
    one, other = a_case(), a_case()
    ids = [one.pk, other.pk]
    led = clerk.post("/banthrai/work/cases/", {"_bulk": "assign", "chosen": ids})["Location"]
    services.act(actor=SYSTEM, case=other, act="finish", result="แก้แล้ว")
    given = clerk.post(led, {"unit": Unit.objects.get(name="กองคลัง").pk}, follow=True)
    assert other.number in toasts(given)
    assert one.number not in toasts(given)
    assert [Case.objects.get(pk=pk).unit is None for pk in ids] == [False, True]
    third = a_case()
    taken = clerk.post(
        "/banthrai/work/cases/", {"_bulk": "acknowledge", "chosen": [third.pk, other.pk]}, follow=True
    )
    assert other.number in toasts(taken)
    assert Case.objects.get(pk=third.pk).state == "working"
    none = clerk.post("/banthrai/work/cases/", {"_bulk": "acknowledge", "chosen": [other.pk]}, follow=True)
    assert other.number in toasts(none)


def test_of_several_cases_one_that_changed_since_the_page_was_drawn_is_left_and_named(clerk: Client) -> None:
    one, other = a_case(), a_case()
    finance, office = Unit.objects.get(name="กองคลัง"), Unit.objects.get(name="สำนักปลัด")
    led = clerk.post("/banthrai/work/cases/", {"_bulk": "assign", "chosen": [one.pk, other.pk]})["Location"]
    seen = re.search(r'name="seen" value="([^"]+)"', clerk.get(led).content.decode())
    assert seen is not None
    services.assign(actor=SYSTEM, case=other, unit=office)
    given = clerk.post(led, {"unit": finance.pk, "seen": seen[1]}, follow=True)
    assert other.number in toasts(given)
    assert [Case.objects.get(pk=case.pk).unit for case in (one, other)] == [finance, office]


def test_who_may_only_read_gives_nothing_to_anybody(office: Organization) -> None:
    case = a_case()
    reader = signed_in_client(member("complaints.read", username="reader"))
    assert "_bulk" not in reader.get("/banthrai/work/cases/").content.decode()
    for act in ("acknowledge", "assign"):
        answer = reader.post("/banthrai/work/cases/", {"_bulk": act, "chosen": [case.pk]})
        assert answer.status_code == 403
    assert reader.get(f"/banthrai/work/cases/assign/?cases={case.pk}").status_code == 404


def test_whoever_may_see_no_kind_has_neither_line_nor_cases(office: Organization) -> None:
    case = a_case()
    other = signed_in_client(member("measures.draft", username="planner"))
    assert "/banthrai/work/cases/" not in other.get("/banthrai/work/").content.decode()
    page = other.get("/banthrai/work/cases/?state=all").content.decode()
    assert case.number not in page


def test_the_calendar_counts_each_day_and_lists_the_same(clerk: Client) -> None:
    with clock.at(date(2025, 7, 21)):
        cases = [a_case() for _ in range(2)]
        waiting = a_case()
        services.act(actor=SYSTEM, case=waiting, act="ask", message="เสาใด")
    due = cases[0].due_on
    assert due is not None
    page = clerk.get(
        f"/banthrai/work/cases/calendar/?month={due.year + 543}-{due.month:02d}"
    ).content.decode()
    assert f'href="#d{due}"' in page
    assert all(case.number in page for case in cases)
    assert waiting.number not in page, "where the clock stands still no day is named"
    assert clerk.get("/banthrai/work/cases/calendar/?month=9999-99").status_code == 200


def test_the_board_leads_on_from_where_each_case_stands(clerk: Client) -> None:
    case = a_case()
    page = clerk.get("/banthrai/work/cases/board/").content.decode()
    assert f"/complaints/{case.pk}/acknowledge/" in page
    assert f"/complaints/{case.pk}/act/finish/" in page
    reader = signed_in_client(member("complaints.read", username="reader"))
    assert "/act/finish/" not in reader.get("/banthrai/work/cases/board/").content.decode()
