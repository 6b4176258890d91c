"""What was taken for a broken lamp and is a complaint about the office: it is counted, clocked and kept as one."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import case_by_number
from prongsai.foundation.casework.services import Contact, act, publish_case, recategorise, say
from prongsai.foundation.channels.models import Outbound
from prongsai.foundation.channels.services import open_channel
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import InboundMessage, Period, Question, Topic
from prongsai.kernel.errors import InvalidInput, NotPermitted
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, SUGGESTION
from prongsai.modules.complaints.indicators import INDICATORS, figures_of
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.services.inbound import receive
from prongsai.modules.complaints.tests.desk import (
    ASSIGN,
    HANDLE,
    INTAKE,
    MANAGE,
    READ,
    a_case,
    now,
    of,
    opened,
    said,
)
from prongsai.modules.complaints.tests.register import again, came, done, opened_channel
from prongsai.ui.cases.course import course
from prongsai.ui.cases.words import event_title, kind_of
from tests.api.conftest import bearer, token
from tests.cast import SYSTEM, member, signed_in_client

pytestmark = pytest.mark.django_db
INDICATOR = next(each for each in INDICATORS if each.key == "complaints.received")
YEAR, AFTER = Period.fiscal_year(2568), date(2025, 10, 15)
WHY = "ผู้แจ้งขอบคุณเจ้าหน้าที่ ไม่ได้ร้องเรียน"
OF_THE_OFFICE = "ปลัดไม่มาทำงานเลย ชาวบ้านรอทั้งวัน"


@pytest.fixture
def register(office: Organization) -> Organization:
    opened_channel(date(2024, 9, 20))
    return office


def to(case: Case, kind: str, category: str, topic: Topic | None = None, *, on: date = AFTER) -> Case:
    with clock.at(on):
        moved = recategorise(
            actor=SYSTEM, case=case, category=category, topic=topic, kind=kind, reason=WHY
        )  # fmt: skip
        flush()
    return moved


def figures(kind: str = COMPLAINT) -> tuple[int, int, int]:
    with clock.at(AFTER):
        count_due(actor=SYSTEM)
        flush()
        found = figures_of(kind, Question(YEAR))
    assert found.note == "", "register and ledger agree"
    return found.received, found.finished, found.found_true


def standing(case: Case) -> list[tuple[str, date]]:
    flush()
    found = facts(subject=case.ref).order_by("number")
    return list(found.values_list("kind", "occurred_on"))


def test_a_misguessed_complaint_is_counted_as_one_from_the_day_of_its_coming(register: Organization) -> None:
    case = came(date(2024, 11, 4), category="trouble")
    assert (figures(COMPLAINT)[0], figures(GRIEVANCE)[0]) == (0, 1)
    moved = to(case, COMPLAINT, "people", Topic.PEOPLE)
    assert standing(moved) == [
        ("complaint_received", date(2024, 11, 4)),
        ("complaint_recategorised", AFTER),
    ]
    assert (figures(COMPLAINT)[0], figures(GRIEVANCE)[0]) == (1, 0)
    fact = Entry.objects.with_payload().get(kind="complaint_received")  # type: ignore[attr-defined]
    assert (fact.topic, fact.content["number"], fact.content["case_kind"]) == (
        "people", moved.number, COMPLAINT,
    )  # fmt: skip


def test_a_message_of_line_that_no_words_are_known_for_becomes_a_complaint_by_an_officer(
    web_office: Organization,
) -> None:
    line = open_channel(actor=SYSTEM, kind="line", name="ไอแพทแซท")
    key = receive(InboundMessage(1, line.pk, "line", "U1", text=OF_THE_OFFICE, source_key="e1"))
    case = Case.objects.get(pk=key.removeprefix("case:"))
    assert case.kind == GRIEVANCE
    client = signed_in_client(member(READ, HANDLE, ASSIGN, username="officer"))
    page = client.get(of(case, "recategorise"))
    assert "<optgroup" in page.content.decode(), "categories of the other kinds are offered, by kind"
    told = {"category": "people", "topic": "", "version": case.version}
    assert client.post(of(case, "recategorise"), told, follow=True).status_code == 200
    moved = now(case)
    assert (moved.kind, moved.category, moved.topic) == (COMPLAINT, "people", "people")
    assert moved.number in said(client.get(of(case)))
    sent = Outbound.objects.order_by("-id")[0].text
    assert case.number in sent
    assert moved.number in sent


def test_numbers_clock_and_keeping_are_those_of_the_new_kind_and_the_old_number_finds_it(
    office: Organization, clerk: Client
) -> None:
    made = opened(kind=INFORMATION, category="information", topic=Topic.DISCLOSURE)
    case, before = made.case, made.case.number
    moved = to(case, GRIEVANCE, "lamp", on=clock.today())
    assert (moved.number[0].isdecimal(), moved.former_numbers.split()) == (True, [before])
    assert moved.due_on != case.due_on, "working days, and no longer all days"
    assert kind_of(moved).retention_years == 5
    assert Case.objects.numbered(before).get() == Case.objects.numbered(moved.number).get() == moved
    assert case_by_number(before, made.code) == case_by_number(moved.number, made.code) == moved
    assert case_by_number("I68-9999", made.code) is None
    listed = clerk.get(f"/banthrai/work/cases/?q={before}")
    assert moved.number in listed.content.decode()


def test_moved_there_and_back_it_has_its_first_number_again(office: Organization) -> None:
    case = a_case()
    first = case.number
    moved = to(case, COMPLAINT, "service", Topic.SERVICE, on=clock.today())
    second = moved.number
    back = to(moved, GRIEVANCE, "lamp", on=clock.today())
    assert (back.number, back.former_numbers.split()) == (first, [second])
    assert a_case().number != first


@pytest.mark.parametrize(
    ("acts", "kind", "category", "state"),
    [
        ([], COMPLAINT, "service", "received"),
        (["acknowledge"], COMPLAINT, "service", "fact_finding"),
        (["ask"], COMPLAINT, "service", "waiting"),
        (["ask"], SUGGESTION, "idea", "received"),
        (["acknowledge"], SUGGESTION, "idea", "received"),
        (["withdraw"], COMPLAINT, "service", "withdrawn"),
        (["refuse"], COMPLAINT, "service", "refused"),
        (["refuse"], INFORMATION, "information", "deciding"),
        (["finish"], COMPLAINT, "service", "fact_finding"),
    ],
)
def test_it_goes_on_where_the_new_kind_has_such_a_state(
    office: Organization, acts: list[str], kind: str, category: str, state: str
) -> None:
    case = a_case()
    for each in acts:
        case = act(actor=SYSTEM, case=case, act=each, message="ก", reason="ก", result="ก")
    moved = to(case, kind, category, on=clock.today())
    assert (moved.kind, moved.state) == (kind, state)
    assert moved.phase == kind_of(moved).workflow.state(state).phase
    assert (moved.closed_on is None) == moved.is_open
    assert (moved.waiting_since is None) == (moved.phase != "waiting")
    titles = [event_title(event, kind_of(moved)) for event in moved.events.all()]
    assert "act" not in titles, "what was done under the former table is said in its words"
    assert course(moved, kind_of(moved))


def test_an_end_that_both_kinds_have_stays_with_its_day_and_another_one_is_taken_back(
    register: Organization,
) -> None:
    refused = done(again(done(came(date(2024, 11, 4), "trouble"), date(2024, 11, 6)), date(2024, 11, 8)),
                   date(2024, 11, 20), how="refuse")  # fmt: skip
    mended = done(came(date(2024, 12, 4), "trouble"), date(2024, 12, 6))
    refused = to(refused, COMPLAINT, "people", Topic.PEOPLE)
    assert standing(refused)[:2] == [
        ("complaint_received", date(2024, 11, 4)), ("complaint_closed", date(2024, 11, 20)),
    ]  # fmt: skip
    mended = to(mended, COMPLAINT, "people", Topic.PEOPLE, on=date(2025, 1, 10))
    assert mended.is_open
    assert [kind for kind, _ in standing(mended)] == ["complaint_received", "complaint_recategorised"]
    assert figures() == (2, 1, 0)
    assert figures(GRIEVANCE) == (0, 0, 0)
    done(mended, date(2025, 1, 20), found="true")
    assert figures() == (2, 2, 1)


def test_a_complaint_leaves_the_unit_that_it_was_sent_to_as_something_else(office: Organization) -> None:
    of_unit = member(READ, HANDLE, username="engineer", unit="กองคลัง")
    case = a_case(unit=of_unit.unit)
    client = signed_in_client(of_unit)
    moved = client.post(
        of(case, "recategorise"), {"category": "people", "topic": "", "version": case.version}
    )
    assert now(case).unit is None
    assert client.get(of(case)).status_code == 404, "it may be about them"
    assert moved.status_code == 302
    assert client.get(moved["Location"]).status_code == 200
    lamp = to(a_case(unit=of_unit.unit), SUGGESTION, "idea", on=clock.today())
    assert lamp.unit == of_unit.unit


def test_a_case_of_another_kind_is_taken_from_the_public_list(office: Organization) -> None:
    case = publish_case(actor=SYSTEM, case=a_case(), public_title="ไฟดับ หมู่ที่ 4")
    moved = to(case, COMPLAINT, "people", Topic.PEOPLE, on=clock.today())
    assert (moved.is_public, moved.public_title) == (False, "")


def test_who_may_not_work_on_the_kind_cannot_move_a_case_there(office: Organization) -> None:
    case = a_case()
    client = signed_in_client(member(READ, username="reader"))
    assert client.post(of(case, "recategorise"), {"category": "people", "topic": ""}).status_code == 403
    assert now(case).kind == GRIEVANCE


def test_nobody_takes_a_complaint_about_their_own_unit_out_of_the_count(office: Organization) -> None:
    of_unit = member(READ, HANDLE, username="engineer", unit="กองคลัง")
    case = a_case(kind=COMPLAINT, category="people", topic=Topic.PEOPLE, unit=of_unit.unit)
    client = signed_in_client(of_unit)
    page = client.get(of(case, "recategorise")).content.decode()
    assert 'value="procurement"' in page
    assert 'value="lamp"' not in page
    with pytest.raises(NotPermitted):
        recategorise(actor=of_unit.actor(), case=case, category="lamp", topic=None, kind=GRIEVANCE)
    assert now(case).kind == COMPLAINT
    keeper = member(READ, HANDLE, MANAGE, username="clerk")
    asked: dict[str, Any] = {"case": case, "category": "lamp", "topic": None, "kind": GRIEVANCE}
    with pytest.raises(InvalidInput) as unsaid:
        recategorise(actor=keeper.actor(), **asked)
    assert unsaid.value.field == "reason"
    moved = recategorise(actor=keeper.actor(), **asked, reason=WHY)
    assert moved.kind == GRIEVANCE
    assert moved.messages.filter(direction="note", text__contains=WHY).exists(), "why stands in the history"


def test_the_head_of_the_unit_neither_takes_a_complaint_out_of_the_count_nor_refuses_it(
    office: Organization,
) -> None:
    head = member(READ, HANDLE, ASSIGN, username="head", unit="กองคลัง")
    case = a_case(kind=COMPLAINT, category="people", topic=Topic.PEOPLE, unit=head.unit)
    client = signed_in_client(head)
    assert 'value="idea"' not in client.get(of(case, "recategorise")).content.decode()
    with pytest.raises(NotPermitted):
        recategorise(actor=head.actor(), case=case, category="idea", topic=None, kind=SUGGESTION, reason=WHY)
    with pytest.raises(NotPermitted):
        act(actor=head.actor(), case=case, act="refuse", reason=WHY)
    assert client.get(of(case, "act", act="refuse")).status_code == 403
    assert of(case, "act", act="refuse") not in client.get(of(case)).content.decode()
    keeper = member(READ, HANDLE, INTAKE, username="keeper")
    page = signed_in_client(keeper).post(
        of(case, "recategorise"), {"category": "idea", "topic": "", "version": case.version}
    )
    assert page.status_code == 200, "it asks why"
    assert now(case).kind == COMPLAINT
    refused = act(actor=keeper.actor(), case=case, act="refuse", reason=WHY)
    assert refused.phase == "refused"


def test_a_zero_says_how_many_complaints_were_made_something_else(register: Organization) -> None:
    case = came(date(2024, 11, 4), category="people")
    other = came(date(2024, 11, 5), category="people")
    figures()
    to(case, SUGGESTION, "idea")
    back = to(to(other, SUGGESTION, "idea"), COMPLAINT, "people", Topic.PEOPLE)
    figures()
    with clock.at(AFTER):
        assert INDICATOR.read(Question(YEAR)).note == ""
    to(back, GRIEVANCE, "trouble")
    figures()
    with clock.at(AFTER):
        told = INDICATOR.read(Question(YEAR))
        of_people = INDICATOR.read(Question(YEAR, topics=frozenset({Topic.PEOPLE})))
        of_assets = INDICATOR.read(Question(YEAR, topics=frozenset({Topic.ASSETS})))
    assert told.value == of_people.value == 0
    assert told.note == of_people.note == "เปลี่ยนเป็นเรื่องประเภทอื่น 2 เรื่อง"
    assert of_assets.note == ""


def test_a_zero_of_a_month_that_is_not_over_says_it_too(register: Organization) -> None:
    case = came(date(2025, 10, 3), category="people")
    to(case, SUGGESTION, "idea")
    with clock.at(AFTER):
        count_due(actor=SYSTEM)
        flush()
        told = INDICATOR.read(Question(Period.fiscal_year(2569)))
    assert (told.value, told.note) == (0, "เปลี่ยนเป็นเรื่องประเภทอื่น 1 เรื่อง")


def test_a_program_moves_it_by_the_category_alone(office: Organization) -> None:
    case = a_case(contact=Contact(email="a@example.com"))
    program = bearer(token(office, READ, HANDLE, INTAKE)[1])
    at = f"/api/v1/banthrai/complaints/cases/{case.pk}/category"
    body, seen = json.dumps({"category": "people"}), {"If-Match": f'"{case.version}"'}
    answer = program.post(at, body, content_type="application/json", headers=seen)
    assert answer.status_code == 200, answer.content
    assert (now(case).kind, answer.json()["number"]) == (COMPLAINT, now(case).number)
    assert now(case).former_numbers.split() == [case.number]
    say(actor=SYSTEM, case=now(case), text="กำลังตรวจสอบ")
