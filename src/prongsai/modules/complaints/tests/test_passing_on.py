"""Passing a case on: what the letter says, what the citizen is told, and until the agency was heard."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.dates import long_date
from prongsai.modules.complaints.choices import GRIEVANCE
from prongsai.modules.complaints.papers.forwarding import BLANK, Sender, letter_document, numbered
from prongsai.modules.complaints.selectors.forwarding import Letter
from prongsai.modules.complaints.services.forwarding import SIGNED_DAY, draw_up, put_signed
from prongsai.modules.complaints.tests.desk import a_case, now, of, paper, said, word_text
from prongsai.ui.forms.files import file_token
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
RECEIVED, SIGNED = date(2026, 11, 20), date(2026, 11, 25)
TODAY = date(2026, 11, 29)
LETTER = Letter(
    "แขวงทางหลวง", "ผู้อำนวยการ", "ขอส่งเรื่อง 70-0010", "ด้วยรับเรื่อง 70-0010 ทาง a1@example.go.th", "จึงเรียนมา"
)


@pytest.fixture
def case(office: Organization) -> Case:
    with clock.at(RECEIVED):
        return draw_up(actor=SYSTEM, case=a_case(), letter=LETTER)


def passed_on(case: Case, **more: Any) -> Case:
    given: dict[str, Any] = {
        "files": [paper()], "number": "ตย 71001/123", "signed_on": SIGNED, "signatory": "", "result": "ส่งต่อแล้ว",
    }  # fmt: skip
    with clock.at(TODAY):
        return put_signed(actor=SYSTEM, case=now(case), **(given | more))


# -- the day of the signature ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"signed_on": date(2017, 1, 1)}, "signed_on"),
        ({"signed_on": RECEIVED - timedelta(days=1)}, "signed_on"),
        ({"signed_on": TODAY + timedelta(days=1)}, "signed_on"),
        ({"number": "/"}, "number"),
        ({"number": "ตย 71001/ "}, "number"),
        ({"follow_up_on": TODAY - timedelta(days=1)}, "follow_up_on"),
        ({"follow_up_on": TODAY + timedelta(days=500)}, "follow_up_on"),
    ],
)
def test_a_letter_is_signed_between_the_cases_coming_and_today_under_a_whole_number(
    case: Case, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        passed_on(case, **wrong)
    assert refused.value.field == field
    assert now(case).is_open or field == "follow_up_on"


@pytest.mark.parametrize("dated", [RECEIVED - timedelta(days=1), RECEIVED + timedelta(days=31)])
def test_a_letter_is_not_drawn_up_for_a_day_that_cannot_be(case: Case, dated: date) -> None:
    with clock.at(RECEIVED), pytest.raises(InvalidInput) as refused:
        draw_up(actor=SYSTEM, case=case, letter=Letter("ก", "ข", "ค", "", "", dated=dated))
    assert refused.value.field == "dated"


def test_the_citizen_reads_the_day_on_which_it_was_signed(clerk: Client, case: Case) -> None:
    with clock.at(TODAY):
        form = clerk.get(of(case, "letter-signed")).content.decode()
        assert SIGNED_DAY in form
        assert 'value="/"' not in form, "an office without a code of its own has no number to begin with"
        clerk.post(
            of(case, "letter-signed"),
            {
                "version": now(case).version, "number": "ตย 71001/123", "signatory": "นายประเสริฐ ตัวอย่าง",
                "result": f"ส่งเรื่องของท่านแล้ว เมื่อวันที่ {SIGNED_DAY}", "files": file_token(reference(paper("ลงนาม.pdf"))),
                "signed_on_d": "25", "signed_on_m": "11", "signed_on_y": "2569",
                "follow_up_on_d": "29", "follow_up_on_m": "12", "follow_up_on_y": "2569",
            },
        )  # fmt: skip
    passed = now(case)
    assert passed.result == f"ส่งเรื่องของท่านแล้ว เมื่อวันที่ {long_date(SIGNED)}"
    assert passed.follow_up_on == date(2026, 12, 29)


# -- the paper -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("", "", BLANK),
        ("", "/", BLANK),
        ("บร 72501", "", f"บร ๗๒๕๐๑/{BLANK}"),
        ("บร 72501", "บร 72501/", f"บร ๗๒๕๐๑/{BLANK}"),
        ("บร 72501", "บร 72501/123", "บร ๗๒๕๐๑/๑๒๓"),
    ],
)
def test_where_the_number_is_not_known_there_is_room_for_it(
    office: Organization, code: str, number: str, shown: str
) -> None:
    office.document_code = code
    assert numbered(Letter("ก", "ข", "ค", "", "", number=number), office) == shown


def test_all_figures_of_the_letter_are_thai_but_those_of_an_address(office: Organization) -> None:
    document = letter_document(LETTER, office=office, sender=Sender("สำนักปลัด"), case_number="70-0010")
    text = repr(document.blocks)
    assert "70-0010" not in text
    assert text.count("๗๐-๐๐๑๐") == 3
    assert "a1@example.go.th" in text


def test_the_letter_begins_as_an_office_writes(clerk: Client, office: Organization) -> None:
    case = a_case()
    begun = clerk.get(of(case, "forward")).content.decode()
    assert f"ด้วย{office.name} ได้รับเรื่องร้องทุกข์จากประชาชน เมื่อวันที่" in begun
    assert "ขอส่งเรื่องร้องทุกข์ กรณี" in begun
    assert "แจ้งเหตุจากประชาชน" not in begun
    assert case.number not in begun.partition("<textarea")[2], "its number stands in Thai digits"
    drawn = draw_up(actor=SYSTEM, case=case, letter=LETTER)
    assert case.number not in word_text(clerk.get(of(drawn, "letter-paper", format="docx")).content)


# -- until the agency was heard ---------------------------------------------------------------------------------------


def asked(day: date) -> list[str]:
    with clock.at(day):
        return [item.key for item in work_items_of([GRIEVANCE])]


def test_when_its_day_has_come_my_work_asks_for_the_agencys_answer_until_it_is_written_down(
    clerk: Client, case: Case
) -> None:
    passed = passed_on(case, follow_up_on=date(2026, 12, 29))
    key = f"case:{case.pk}:follow"
    assert key not in asked(date(2026, 12, 28))
    assert key in asked(date(2026, 12, 29))
    with clock.at(date(2026, 12, 29)):
        assert "ติดตามผลจากหน่วยงานที่รับเรื่องภายใน 29 ธ.ค. 2569" in said(clerk.get(of(passed)))
        assert of(passed, "agency") in clerk.get(of(passed)).content.decode()
        told = passed.messages.filter(direction="out").count()
        clerk.post(of(passed, "agency"), {"version": passed.version, "answer": "ซ่อมผิวทางแล้วเมื่อ 20 ธ.ค."})
    assert key not in asked(date(2026, 12, 30))
    heard = now(case)
    assert (heard.follow_up_on, heard.state) == (None, "forwarded")
    assert heard.messages.filter(direction="note").latest("pk").text == "ซ่อมผิวทางแล้วเมื่อ 20 ธ.ค."
    assert heard.messages.filter(direction="out").count() == told, "the citizen is told where that is wished"
    assert clerk.get(of(passed, "agency"))["Location"] == of(passed)


def test_the_citizen_is_told_the_answer_and_the_agency_is_asked_once_more_where_that_is_wished(
    case: Case,
) -> None:
    passed = passed_on(case, follow_up_on=date(2026, 12, 29))
    with clock.at(date(2026, 12, 29)):
        with pytest.raises(InvalidInput):
            services.put_followed_up(actor=SYSTEM, case=passed, answer=" ")
        heard = services.put_followed_up(
            actor=SYSTEM, case=passed, answer="บรรจุในแผนแล้ว", tell=True, again_on=date(2027, 1, 29)
        )
    assert heard.messages.filter(direction="out").latest("pk").text == "บรรจุในแผนแล้ว"
    assert f"case:{case.pk}:follow" in asked(date(2027, 1, 29))


def test_nobody_is_asked_of_a_case_that_is_worked_on_again_or_was_passed_on_without_a_day(case: Case) -> None:
    passed = passed_on(case)
    with pytest.raises(WrongState):
        services.put_followed_up(actor=SYSTEM, case=passed, answer="ทำแล้ว")
    with clock.at(TODAY):
        passed = services.follow_up(actor=SYSTEM, case=passed, on=date(2026, 12, 29))
        again = services.act(actor=SYSTEM, case=passed, act="reopen", reason="ส่งผิดหน่วยงาน")
        assert now(again).follow_up_on is None
        with pytest.raises(WrongState):
            services.follow_up(actor=SYSTEM, case=again, on=date(2026, 12, 29))
