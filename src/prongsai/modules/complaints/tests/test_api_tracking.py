"""Programs that follow a case for whoever wrote it, and staff's programs that keep it right."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.modules.complaints.models import RoutingRule
from prongsai.modules.complaints.tests.register import came, done
from prongsai.modules.complaints.tests.test_api import BELOW, office, post, program, tell

__all__ = ["office", "program"]
pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "a-reply-made-once-only"}


def patch(client: Client, case: Case, body: Any, version: int | None = None) -> Any:
    seen = case.version if version is None else version
    return client.patch(
        f"{BELOW}cases/{case.pk}", body, content_type="application/json", headers={"If-Match": f'"{seen}"'}
    )


def test_a_reply_sent_twice_under_one_key_is_one_message(office: Organization) -> None:
    code = tell().json()["code"]
    body = {"code": code, "text": "ไฟยังดับอยู่ ข้อมูลตัวอย่าง"}
    answers = [post(Client(), "tracking/messages", body, **KEY) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json()["text"] == body["text"]
    assert CaseMessage.objects.filter(direction="in", text=body["text"]).count() == 1


def test_the_same_key_on_another_case_is_another_message(office: Organization) -> None:
    for key in ("first-of-the-two-cases", "second-of-the-two-cases"):
        code = tell(key).json()["code"]
        post(Client(), "tracking/messages", {"code": code, "text": "ขอทราบผล"}, **KEY)
    assert CaseMessage.objects.filter(text="ขอทราบผล").values("case").distinct().count() == 2


def test_a_wrong_code_says_nothing_and_writes_nothing(office: Organization) -> None:
    tell()
    body = {"code": "AAAA-AAAA", "text": "ใครก็ได้", "satisfied": True}
    reply = {name: body[name] for name in ("code", "text")}
    answer = {name: body[name] for name in ("code", "satisfied")}
    assert post(Client(), "tracking/messages", reply, **KEY).status_code == 404
    assert post(Client(), "tracking/closing-answer", answer).status_code == 404
    assert not CaseMessage.objects.filter(text="ใครก็ได้").exists()


def test_number_and_code_answer_beside_a_program_that_tries_both(office: Organization) -> None:
    sent = tell().json()
    for number in range(61):
        post(Client(), "tracking", {"code": f"AAAA-{number:04d}"})
    wrong = {"number": sent["number"], "code": "0000-0000"}
    assert [post(Client(), "tracking", wrong).status_code for _ in range(22)] == [200] * 20 + [429] * 2
    assert post(Client(), "tracking", {"code": sent["code"]}).status_code == 429, "the number is asked for"
    right = {"number": sent["number"], "code": sent["code"]}
    assert post(Client(), "tracking", right).json()["case"]["number"] == sent["number"]
    reply = {**right, "text": "ขอทราบผล ข้อมูลตัวอย่าง"}
    assert post(Client(), "tracking/messages", reply, **KEY).status_code == 201


def test_replies_in_a_rush_are_asked_to_wait(office: Organization) -> None:
    code = tell().json()["code"]
    answers = [
        post(
            Client(),
            "tracking/messages",
            {"code": code, "text": f"ครั้งที่ {number}"},
            **{"Idempotency-Key": f"one-of-many-replies-{number:03}"},
        )
        for number in range(40)
    ]
    assert answers[0].status_code == 201
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1


def test_the_question_after_closing_is_answered_once_and_no_opens_the_case_again(
    office: Organization,
) -> None:
    code = tell().json()["code"]
    said = {"code": code, "satisfied": False, "note": "ไฟยังดับอยู่"}
    assert post(Client(), "tracking/closing-answer", said).status_code == 409, "it is not closed yet"
    done(Case.objects.get(), clock.today())
    assert post(Client(), "tracking", {"code": code}).json()["case"]["may_answer"] is True
    told = post(Client(), "tracking/closing-answer", said).json()["case"]
    assert told["phase"] != "finished"
    assert told["may_answer"] is False
    assert Case.objects.get().satisfied is False
    assert post(Client(), "tracking/closing-answer", said).status_code == 409


def test_what_was_typed_is_put_right_by_whoever_saw_it(office: Organization, program: Client) -> None:
    case = came(date(2025, 10, 3), category="lamp")
    answer = patch(program, case, {"is_urgent": True, "contact": {"name": "สมมติ ตัวอย่าง"}})
    assert answer.status_code == 200, answer.content.decode()
    told = answer.json()
    assert (told["is_urgent"], told["contact_name"], told["body"]) == (True, "สมมติ ตัวอย่าง", case.body)
    assert patch(program, case, {"title": "ช้าไป"}).status_code == 412, "somebody was faster"
    listed = program.get(f"{BELOW}cases").json()["items"]
    assert [each["is_urgent"] for each in listed] == [True]


def test_a_satisfied_citizen_on_the_telephone_is_written_down(office: Organization, program: Client) -> None:
    case = done(came(clock.today(), category="lamp"), clock.today())
    body = {"satisfied": True, "channel": "phone", "note": "ขอบคุณมาก"}
    answer = post(program, f"cases/{case.pk}/closing-answer", body, **{"If-Match": f'"{case.version}"'})
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["satisfied"] is True


def test_a_new_code_opens_the_case_and_the_former_one_nothing(office: Organization, program: Client) -> None:
    former = tell().json()["code"]
    case = Case.objects.get()
    body = {"checked": "details", "reason": "ทำใบรับเรื่องหาย บอกรายละเอียดได้ตรง"}
    address, seen = f"cases/{case.pk}/code", {"If-Match": f'"{case.version}"'}
    assert post(program, address, {**body, "checked": "id_card"}, **seen).status_code == 422, (
        "it names nobody"
    )
    fresh = post(program, address, body, **seen).json()["code"]
    assert post(Client(), "tracking", {"code": fresh}).json()["case"]["number"] == case.number
    assert post(Client(), "tracking", {"code": former}).json() == {"case": None}


def test_what_a_program_brings_goes_by_the_same_rules_as_what_an_officer_types(
    office: Organization, program: Client
) -> None:
    RoutingRule.objects.create(words="โรงเรียน", is_urgent=True, position=1)
    body = {"category": "lamp", "channel": "hotline", "text": "ไฟดับหน้าโรงเรียน", "place": {"village": "หมู่ที่ ๔"}}
    number = post(program, "cases", body).json()["number"]
    case = Case.objects.get(number=number)
    assert (case.is_urgent, case.village) == (True, "4")
    post(program, "cases", {**body, "text": "ไฟดับ", "is_urgent": True})
    assert Case.objects.filter(is_urgent=True).count() == 2


def test_parts_of_the_year_say_what_each_was_about(office: Organization) -> None:
    for _ in range(6):
        came(date(2025, 10, 3), category="lamp")
    came(date(2026, 1, 5), category="lamp")
    kinds = Client().get(f"{BELOW}statistics/2569").json()["kinds"]
    lamp = next(each for each in kinds if each["kind"] == "complaints.grievance")
    parts = {each["key"]: each for each in lamp["parts"]}
    assert parts["q1"]["received"] == 6
    assert parts["q1"]["categories"] == [{"key": "lamp", "received": 6}]
    assert parts["2025-10"]["channels"] == [{"key": "web", "received": 6}]
    assert sum(each["received"] for each in parts["q1"]["states"]) == 6


def test_few_complaints_about_the_office_are_not_taken_apart(office: Organization) -> None:
    came(date(2025, 10, 3))
    kinds = Client().get(f"{BELOW}statistics/2569").json()["kinds"]
    about = next(each for each in kinds if each["kind"] == "complaints.complaint")
    first = next(each for each in about["parts"] if each["key"] == "q1")
    assert (first["received"], first["is_told"], first["topics"], first["channels"]) == (1, False, [], [])
