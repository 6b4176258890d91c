"""Editing a draft on the screens: two people at once, forms sent twice, what somebody took out, states and permissions."""

from __future__ import annotations

from typing import Any

import pytest

from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.models import Measure, Plan, Proof, Statement
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.services import plans, statements
from prongsai.modules.measures.tests.people import Person, fields, words
from tests.cast import SYSTEM, member
from tests.sample_year import EXAMPLES

pytestmark = pytest.mark.django_db
REPORT = EXAMPLES / "muangkae-2568.txt"


@pytest.fixture
def draft(staffed: Any) -> Plan:
    return plans.import_plan(actor=SYSTEM, report=read_report(REPORT), source=REPORT.name)


@pytest.fixture
def other(staffed: Any) -> Person:
    return Person(staffed, member("measures.draft", username="other"))


def first(plan: Plan) -> Statement:
    return Statement.objects.get(measure__plan=plan, measure__number=1, kind="step", number=1)


def test_the_second_of_two_editors_sees_both_texts_and_saves_over_the_first_knowingly(
    planner: Person, other: Person, draft: Plan
) -> None:
    address = {"plan": draft.pk, "statement": first(draft).pk}
    url = planner.url("plan-statement-edit", **address)
    opened = fields(planner.client.get(url).content.decode())
    other.send("plan-statement-edit", {"text": "ของคนที่สอง"}, **address)
    answer = planner.client.post(url, {**opened, "text": "ของคนแรก"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "ของคนที่สอง" in words(answer.content)
    again = fields(page)
    assert again["text"][0].strip() == "ของคนแรก"
    assert first(draft).text == "ของคนที่สอง"
    assert planner.client.post(url, again).status_code == 302
    assert first(draft).text == "ของคนแรก"


def test_the_second_of_two_editors_of_a_measure_sees_what_stands_there(
    planner: Person, other: Person, draft: Plan
) -> None:
    measure = Measure.objects.get(plan=draft, number=2)
    url = planner.url("plan-measure-edit", plan=draft.pk, measure=measure.pk)
    opened = fields(planner.client.get(url).content.decode())
    other.send("plan-measure-edit", {"title": "ชื่อของคนอื่น"}, plan=draft.pk, measure=measure.pk)
    answer = planner.client.post(url, {**opened, "title": "ชื่อของเรา"})
    assert "ชื่อของคนอื่น" in words(answer.content)
    again = fields(answer.content.decode())
    assert planner.client.post(url, again).status_code == 302
    measure.refresh_from_db()
    assert measure.title == "ชื่อของเรา"


def test_what_was_typed_about_a_text_that_somebody_took_out_is_shown(
    planner: Person, other: Person, draft: Plan
) -> None:
    statement = first(draft)
    url = planner.url("plan-statement-edit", plan=draft.pk, statement=statement.pk)
    opened = fields(planner.client.get(url).content.decode())
    other.send("plan-statement-remove", plan=draft.pk, statement=statement.pk)
    answer = planner.client.post(url, {**opened, "text": "พิมพ์ไว้ยาวมาก"})
    assert answer.status_code == 404
    assert "พิมพ์ไว้ยาวมาก" in answer.content.decode()


def test_a_text_that_changed_since_it_was_looked_at_is_not_taken_out_unseen(
    planner: Person, other: Person, draft: Plan
) -> None:
    statement = first(draft)
    url = planner.url("plan-statement-remove", plan=draft.pk, statement=statement.pk)
    opened = fields(planner.client.get(url).content.decode())
    other.send("plan-statement-edit", {"text": "ข้อความใหม่"}, plan=draft.pk, statement=statement.pk)
    answer = planner.client.post(url, opened)
    assert answer.status_code == 200
    assert "ข้อความใหม่" in words(answer.content)
    assert first(draft).pk == statement.pk


def test_a_list_that_is_sent_twice_is_added_once(planner: Person, draft: Plan) -> None:
    measure = Measure.objects.get(plan=draft, number=1)
    address = {"plan": draft.pk, "measure": measure.pk, "kind": "output"}
    url = planner.url("plan-statement-new", **address)
    held = {
        **fields(planner.client.get(url).content.decode()),
        "texts": "๑. จัดทำคู่มือ\n2) เผยแพร่คู่มือ\n- แจ้งเวียน",
    }
    answers = [planner.client.post(url, held) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    texts = Statement.objects.filter(measure=measure, kind="output").values_list("text", flat=True)
    assert list(texts)[-3:] == ["จัดทำคู่มือ", "เผยแพร่คู่มือ", "แจ้งเวียน"]
    assert [text for text in texts if text == "จัดทำคู่มือ"] == ["จัดทำคู่มือ"]


def test_a_measure_is_written_by_hand_moved_and_taken_out(planner: Person) -> None:
    planner.send("plan-new", {"fiscal_year": "2570"})
    plan = Plan.objects.get()
    for title in ("มาตรการแรก", "มาตรการที่สอง"):
        answer = planner.send("plan-measure-new", {"title": title, "units": ["กองคลัง"]}, plan=plan.pk)
        assert answer.status_code == 302
    second = Measure.objects.get(number=2)
    assert [r.unit.name for r in second.responsible.all()] == ["กองคลัง"]  # type: ignore[attr-defined]
    held = {"number": "1", "other_units": "กองช่าง, กองการศึกษา"}
    planner.send("plan-measure-edit", held, plan=plan.pk, measure=second.pk)
    second.refresh_from_db()
    assert second.number == 1
    assert second.responsible.count() == 3  # type: ignore[attr-defined]
    planner.send("plan-measure-remove", plan=plan.pk, measure=second.pk)
    assert list(Measure.objects.values_list("number", "title")) == [(1, "มาตรการแรก")]


def test_a_measure_that_ends_before_it_begins_is_refused_with_what_was_typed(
    planner: Person, draft: Plan
) -> None:
    answer = planner.send(
        "plan-measure-new",
        {"title": "มาตรการใหม่", "start": "1 ม.ค. 2568", "start_d": "", "end": "31 ก.พ. 2568", "end_d": ""},
        plan=draft.pk,
    )
    assert answer.status_code == 200
    assert "มาตรการใหม่" in answer.content.decode()
    assert "กุมภาพันธ์ 2568 มี 28 วัน" in words(answer.content)


def test_other_proofs_can_be_taken_or_none(planner: Person, draft: Plan) -> None:
    statement = first(draft)
    address = {"plan": draft.pk, "statement": statement.pk}
    planner.send("plan-statement-edit", {"proofs": "none"}, **address)
    assert not Proof.objects.filter(statement=statement).exists()
    page = planner.client.get(planner.url("plan-statement-edit", **address)).content.decode()
    offered = page.split('name="proofs" value="')[1].split('"')[0]
    planner.send("plan-statement-edit", {"proofs": offered}, **address)
    assert ";".join(p.expression for p in Proof.objects.filter(statement=statement)) == offered


def test_what_is_submitted_cannot_be_changed_and_says_so(planner: Person, draft: Plan) -> None:
    statement = first(draft)
    url = planner.url("plan-statement-edit", plan=draft.pk, statement=statement.pk)
    opened = fields(planner.client.get(url).content.decode())
    plans.submit(actor=SYSTEM, plan=draft)
    answer = planner.client.get(url, follow=True)
    assert "เสนอแล้ว" in words(answer.content)
    answer = planner.client.post(url, {**opened, "text": "แก้ช้าไป"})
    assert answer.status_code == 200
    assert "แก้ไขได้เฉพาะฉบับร่าง" in words(answer.content)
    assert "แก้ช้าไป" in answer.content.decode()
    assert first(draft).text != "แก้ช้าไป"


def test_who_may_only_read_sees_no_buttons_and_may_press_none(draft: Plan, staffed: Any) -> None:
    reader = Person(staffed, member("evidence.record", username="reader"))
    page = reader.see("plan", plan=draft.pk)
    assert "แก้ไขมาตรการนี้" not in page
    assert "เสนอมาตรการ" not in page
    for name in (
        "plan-submit",
        "plan-discard",
        "plan-measure-new",
        "plan-approve",
        "plan-agree",
        "plan-send-back",
    ):
        assert reader.client.post(reader.url(name, plan=draft.pk)).status_code == 403, name
    draft.refresh_from_db()
    assert draft.status == PlanStatus.DRAFT


def test_the_clerk_does_not_approve_on_screen(clerk: Person, draft: Plan) -> None:
    plans.submit(actor=SYSTEM, plan=draft)
    assert "ลงนามบนจอ" not in clerk.see("plan-approve", plan=draft.pk)
    answer = clerk.send("plan-approve", {"how": "screen"}, plan=draft.pk)
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert draft.status == PlanStatus.SUBMITTED


def test_a_plan_without_steps_cannot_be_submitted_and_the_page_leads_to_the_place(planner: Person) -> None:
    planner.send("plan-new", {"fiscal_year": "2570"})
    plan = Plan.objects.get()
    assert "ยังไม่มีมาตรการ" in planner.see("plan-submit", plan=plan.pk)
    statements.add_measure(actor=SYSTEM, plan=plan, title="มาตรการเปล่า", topic=None)
    page = planner.see("plan-submit", plan=plan.pk)
    assert "มาตรการที่ 1 ยังไม่มีขั้นตอน" in page
    assert "ต้องแก้ก่อน" in page
    assert "ยังไม่มีขั้นตอน" in words(planner.send("plan-submit", plan=plan.pk).content)


def test_a_discarded_draft_frees_its_year(planner: Person, draft: Plan) -> None:
    assert planner.send("plan-discard", plan=draft.pk).status_code == 200
    answer = planner.send("plan-discard", {"reason": "นำเข้าผิดไฟล์"}, plan=draft.pk)
    assert answer["Location"] == planner.url("plan-list")
    planner.send("plan-new", {"fiscal_year": "2568"})
    assert Plan.objects.filter(fiscal_year=2568).count() == 2
    assert "นำเข้าผิดไฟล์" in planner.see("plan-history", plan=draft.pk)


def test_last_years_plan_is_copied_into_the_next(planner: Person, draft: Plan) -> None:
    answer = planner.send("plan-clone", {"plan": str(draft.pk), "fiscal_year": "2569"})
    assert answer.status_code == 302
    copy = Plan.objects.get(fiscal_year=2569)
    assert Statement.objects.filter(measure__plan=copy).count() == 55
    assert "55 ข้อความ" in words(planner.client.get(answer["Location"]).content)
