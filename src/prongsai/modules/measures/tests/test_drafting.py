"""Editing a draft, remarks on it, and its approval on screen and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from prongsai.foundation.accounts.models import Acting, Membership
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period, StatementKind, Topic
from prongsai.kernel.errors import InvalidInput, NotPermitted, Stale, WrongState
from prongsai.modules.measures.api.plan_shapes import PlanDetailOut
from prongsai.modules.measures.choices import PlanStatus, RemarkStatus
from prongsai.modules.measures.models import Measure, Plan, Remark, Statement
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.selectors import announcement, present_content
from prongsai.modules.measures.selectors.acts import submitted_on
from prongsai.modules.measures.selectors.judging import measure_tree
from prongsai.modules.measures.selectors.remarks import open_remarks, remarks_of
from prongsai.modules.measures.services import plans, remarks, statements
from prongsai.modules.measures.services.signing import personal_findings
from tests.cast import SYSTEM, banthrai, donsai, member
from tests.sample_year import EXAMPLES

pytestmark = pytest.mark.django_db

PLANNER = Actor(
    "มานี ตัวอย่าง", frozenset({"measures.draft", "measures.submit"}), position="นักวิเคราะห์", user_id=8
)
CLERK = Actor("สมชาย ตัวอย่าง", frozenset({"measures.review", "measures.remark"}), position="ปลัด", user_id=7)
MAYOR = Actor("สมคิด ตัวอย่าง", frozenset({"measures.approve", "measures.publish"}), position="นายก")
AUDITOR = Actor(
    "มานะ ตัวอย่าง", frozenset({"measures.remark", "audit.read"}), position="ผู้ตรวจสอบภายใน", user_id=9
)
NOBODY = Actor("ชูใจ ตัวอย่าง", frozenset({"measures.read"}))
YEAR = Period.fiscal_year(2568)


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Iterator[Organization]:
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    organization = banthrai()
    with scope(organization.pk), clock.at(date(2024, 10, 1)):
        yield organization


@pytest.fixture
def plan(office: Organization) -> Plan:
    return plans.import_plan(actor=PLANNER, report=read_report(EXAMPLES / "muangkae-2568.txt"))


def step(number: int, measure: int = 1) -> Statement:
    return Statement.objects.select_related("measure__plan").get(
        measure__number=measure, kind="step", number=number
    )


def texts(measure: int = 1, kind: str = "step") -> list[str]:
    found = Statement.objects.filter(measure__number=measure, kind=kind).order_by("number")
    assert [s.number for s in found] == list(range(1, len(found) + 1)), "numbers have no gaps"
    return [s.text for s in found]


def facts_of(kind: str) -> list[dict[str, Any]]:
    flush()
    return [e.content for e in Entry.objects.filter(kind=kind).with_payload().order_by("number")]


def scan() -> list[dict[str, Any]]:
    file = store_file(actor=SYSTEM, content=BytesIO("ลงนาม ข้อมูลตัวอย่าง\n".encode()), name="ลงนาม.txt")
    return [reference(file)]


# -- editing ------------------------------------------------------------------------------------------------


def test_the_second_of_two_editors_is_told_and_gets_the_present_text(plan: Plan) -> None:
    target = step(1)
    statements.edit_statement(actor=PLANNER, statement=target, text="ฉบับของคนแรก", revision=1)
    with pytest.raises(Stale, match="มีผู้แก้ไขข้อความนี้ไปก่อนแล้ว") as told:
        statements.edit_statement(actor=PLANNER, statement=target, text="ฉบับของคนที่สอง", revision=1)
    assert told.value.present == {"text": "ฉบับของคนแรก", "revision": 2, "number": 1}
    with pytest.raises(Stale):
        statements.remove_statement(actor=PLANNER, statement=target, revision=1)
    statements.edit_statement(actor=PLANNER, statement=target, text="ฉบับของคนที่สอง", revision=2)
    assert step(1).text == "ฉบับของคนที่สอง"


def test_a_statement_that_was_removed_meanwhile_is_told(plan: Plan) -> None:
    target = step(1)
    statements.remove_statement(actor=PLANNER, statement=target, revision=1)
    with pytest.raises(Stale, match="เอาข้อความนี้ออกไปก่อนแล้ว"):
        statements.edit_statement(actor=PLANNER, statement=target, text="ก", revision=1)


@pytest.mark.parametrize(
    ("number", "to", "order"),
    [
        (1, 3, [2, 3, 1]),
        (3, 1, [3, 1, 2]),
        (2, 2, [1, 2, 3]),
        (1, 99, [2, 3, 1]),
        (3, -5, [3, 1, 2]),
        (2, 3, [1, 3, 2]),
    ],
)
def test_statements_move_and_are_numbered_anew(plan: Plan, number: int, to: int, order: list[int]) -> None:
    before = texts()
    statements.move_statement(actor=PLANNER, statement=step(number), to=to)
    assert texts() == [before[n - 1] for n in order]
    assert len(facts_of("plan_edited")) == (order != [1, 2, 3])


def test_statements_are_put_in_between_and_taken_out(plan: Plan) -> None:
    before = texts()
    measure = Measure.objects.select_related("plan").get(number=1)
    made = statements.add_statement(
        actor=PLANNER, measure=measure, kind=StatementKind.STEP, text="จัดประชุมเรื่องการให้บริการ", after=1
    )
    assert made.number == 2
    assert texts() == [before[0], made.text, *before[1:]]
    assert [p.expression for p in made.proofs.all()] == ["fact(meeting_held, about=service)"]  # type: ignore[attr-defined]
    statements.remove_statement(actor=PLANNER, statement=made, revision=1)
    assert texts() == before
    assert facts_of("plan_edited")[-1]["said"] == made.text, "what was removed stays in the ledger"


def test_a_measure_is_edited_moved_and_removed(plan: Plan) -> None:
    titles = list(Measure.objects.order_by("number").values_list("title", flat=True))
    first = Measure.objects.select_related("plan").get(number=1)
    period = Period(date(2024, 10, 1), date(2025, 3, 31))
    changed: dict[str, Any] = {
        "title": "ชื่อใหม่",
        "topic": Topic.SERVICE,
        "period": period,
        "units": ["กองช่าง", "กองคลัง"],
    }
    statements.edit_measure(actor=PLANNER, measure=first, revision=1, **changed)
    with pytest.raises(Stale) as told:
        statements.edit_measure(actor=PLANNER, measure=first, revision=1, **{**changed, "title": "อื่น"})
    assert told.value.present == {**changed, "topic": "service", "revision": 2}
    statements.move_measure(actor=PLANNER, measure=first, to=3)
    assert list(Measure.objects.order_by("number").values_list("title", flat=True)) == [
        titles[1], titles[2], "ชื่อใหม่", *titles[3:],
    ]  # fmt: skip
    with pytest.raises(Stale):
        statements.remove_measure(actor=PLANNER, measure=first, revision=1)
    statements.remove_measure(actor=PLANNER, measure=first, revision=2)
    assert list(Measure.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 7))
    removed = facts_of("plan_edited")[-1]["said"]
    assert (removed["title"], len(removed["statements"])) == ("ชื่อใหม่", 6)


def test_a_period_outside_the_year_is_refused(plan: Plan) -> None:
    with pytest.raises(InvalidInput, match="ปีงบประมาณ 2568") as refused:
        statements.add_measure(
            actor=PLANNER, plan=plan, title="ก", topic=None, period=Period.fiscal_year(2570)
        )
    assert refused.value.field == "period"


@pytest.mark.parametrize("text", ["", "   ", "ก" * 10_001])
def test_what_cannot_be_a_statement_is_refused_by_field(plan: Plan, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        statements.edit_statement(actor=PLANNER, statement=step(1), text=text, revision=1)
    assert refused.value.field == "text"


def test_who_may_not_draft_changes_nothing(plan: Plan) -> None:
    measure, target = Measure.objects.select_related("plan").get(number=1), step(1)
    before = texts()
    for act in (
        lambda: statements.edit_statement(actor=NOBODY, statement=target, text="ก", revision=1),
        lambda: statements.move_statement(actor=NOBODY, statement=target, to=2),
        lambda: statements.remove_statement(actor=NOBODY, statement=target, revision=1),
        lambda: statements.add_statement(actor=NOBODY, measure=measure, kind=StatementKind.STEP, text="ก"),
        lambda: statements.move_measure(actor=NOBODY, measure=measure, to=2),
        lambda: statements.remove_measure(actor=NOBODY, measure=measure, revision=1),
        lambda: plans.discard_draft(actor=NOBODY, plan=plan, reason="ลอง"),
        lambda: plans.review(actor=NOBODY, plan=plan),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert texts() == before


def test_nothing_is_edited_once_it_is_submitted(plan: Plan) -> None:
    plans.submit(actor=PLANNER, plan=plan)
    for act in (
        lambda: statements.edit_statement(actor=PLANNER, statement=step(1), text="ก", revision=1),
        lambda: statements.move_statement(actor=PLANNER, statement=step(1), to=2),
        lambda: statements.remove_statement(actor=PLANNER, statement=step(1), revision=1),
        lambda: plans.discard_draft(actor=PLANNER, plan=plan, reason="ลอง"),
    ):
        with pytest.raises(WrongState):
            act()


def test_a_draft_is_discarded_with_its_reason_and_a_published_plan_is_not(plan: Plan) -> None:
    with pytest.raises(InvalidInput) as refused:
        plans.discard_draft(actor=PLANNER, plan=plan, reason=" ")
    assert refused.value.field == "reason"
    plans.discard_draft(actor=PLANNER, plan=plan, reason="เริ่มใหม่")
    assert facts_of("plan_discarded")[0]["reason"] == "เริ่มใหม่"
    assert Statement.objects.filter(measure__plan=plan).count() == 55
    with pytest.raises(WrongState):
        plans.submit(actor=PLANNER, plan=plan)


def test_another_organizations_plan_is_not_reached(plan: Plan) -> None:
    other = donsai()
    target = step(1)
    with scope(other.pk):
        with pytest.raises(Plan.DoesNotExist):
            statements.edit_statement(actor=SYSTEM, statement=target, text="ก", revision=1)
        assert not Remark.objects.exists()


# -- remarks ------------------------------------------------------------------------------------------------


def test_a_plan_is_sent_back_with_remarks_and_they_outlive_what_they_are_on(plan: Plan) -> None:
    plans.submit(actor=PLANNER, plan=plan)
    target = step(2)
    with pytest.raises(InvalidInput, match="ระบุสิ่งที่ต้องแก้ไข"):
        plans.send_back(actor=CLERK, plan=plan)
    made = remarks.remark(actor=CLERK, plan=plan, text="ระบุวันประกาศ", statement=target)
    back = plans.send_back(actor=CLERK, plan=plan)
    assert (back.status, back.remarks) == (PlanStatus.DRAFT, "มีข้อสังเกต 1 ข้อ")
    assert (made.place, made.wording) == ("มาตรการที่ ๑ ขั้นตอน ข้อ ๒", target.text)
    statements.remove_statement(actor=PLANNER, statement=target, revision=1)
    kept = Remark.objects.get()
    assert (kept.statement, kept.wording, kept.is_open) == (None, target.text, True)
    remarks.answer_remark(actor=PLANNER, remark=kept, text="ตัดข้อนี้ออกแล้ว")
    remarks.answer_remark(actor=PLANNER, remark=kept, text="ตัดข้อนี้ออก เพราะซ้ำกับข้อ ๑")
    remarks.settle_remark(actor=CLERK, remark=kept)
    settled = Remark.objects.get()
    assert (settled.status, settled.answer) == (RemarkStatus.SETTLED, "ตัดข้อนี้ออก เพราะซ้ำกับข้อ ๑")
    assert [f["text"] for f in facts_of("remark_answered")] == ["ตัดข้อนี้ออกแล้ว", "ตัดข้อนี้ออก เพราะซ้ำกับข้อ ๑"]
    for act in (
        lambda: remarks.settle_remark(actor=CLERK, remark=kept),
        lambda: remarks.answer_remark(actor=PLANNER, remark=kept, text="อีกครั้ง"),
    ):
        with pytest.raises(WrongState):
            act()
    assert list(open_remarks(2568)) == []
    assert [r.pk for r in remarks_of(plan)] == [kept.pk]


def test_remarks_are_on_what_is_there_and_by_who_may(plan: Plan) -> None:
    flush()
    number = Entry.objects.values_list("number", flat=True)[0]
    assert remarks.remark(actor=AUDITOR, plan=plan, text="ดูต้นฉบับแล้ว", entry=number).place.endswith(
        f"หลักฐาน {number}"
    )
    for wrong, field in (({"entry": 999}, "entry"), ({"text": " "}, "text"), ({"text": "ก" * 4001}, "text")):
        with pytest.raises(InvalidInput) as refused:
            remarks.remark(actor=AUDITOR, plan=plan, **{"text": "ก", **wrong})  # type: ignore[arg-type]
        assert refused.value.field == field
    for actor in (NOBODY, PLANNER):
        with pytest.raises(NotPermitted):
            remarks.remark(actor=actor, plan=plan, text="ก")
    with pytest.raises(NotPermitted):
        remarks.answer_remark(actor=NOBODY, remark=Remark.objects.get(), text="ก")
    with pytest.raises(NotPermitted):
        remarks.settle_remark(actor=PLANNER, remark=Remark.objects.get())


def test_a_plan_is_approved_despite_remarks_only_when_that_is_said(plan: Plan) -> None:
    plans.submit(actor=PLANNER, plan=plan)
    remarks.remark(actor=CLERK, plan=plan, text="ระบุวันประกาศ", statement=step(2))
    plans.review(actor=CLERK, plan=plan)
    with pytest.raises(WrongState, match="ข้อสังเกตที่ไม่ปิด 1 ข้อ"):
        plans.approve(actor=MAYOR, plan=plan)
    assert Plan.objects.get(pk=plan.pk).status == PlanStatus.REVIEWED
    plans.approve(actor=MAYOR, plan=plan, despite_remarks=True)
    assert facts_of("plan_approved")[0]["open_remarks"] == 1


# -- approval -----------------------------------------------------------------------------------------------


def test_the_head_may_send_back_what_waits_for_approval(plan: Plan) -> None:
    plans.review(actor=CLERK, plan=plans.submit(actor=PLANNER, plan=plan))
    assert plans.send_back(actor=MAYOR, plan=plan, remarks="เพิ่มตัวชี้วัด").status == PlanStatus.DRAFT


def test_approval_on_screen_is_work_and_names_who_approved(plan: Plan) -> None:
    plan = plans.approve(actor=MAYOR, plan=plans.submit(actor=PLANNER, plan=plan))
    (fact,) = facts_of("plan_approved")
    assert (fact["mode"], fact["signatory"], fact["position"]) == ("screen", "สมคิด ตัวอย่าง", "นายก")
    assert fact["wording"] == plans.wording_digest(plan)
    assert Entry.objects.get(kind="plan_approved").origin == "work"


def test_approval_on_paper_is_a_document_of_the_day_it_was_signed(plan: Plan) -> None:
    with clock.at(date(2024, 10, 2)):
        plans.submit(actor=PLANNER, plan=plan)
    with clock.at(date(2024, 10, 4)):
        paper = scan()
        plans.approve(
            actor=CLERK,
            plan=plan,
            signed_paper=paper,
            signed_on=date(2024, 10, 3),
            signatory="นายสมคิด ตัวอย่าง",
        )
        (fact,) = facts_of("plan_approved")
        entry = Entry.objects.get(kind="plan_approved")
    assert (entry.origin, entry.occurred_on) == ("document", date(2024, 10, 3))
    assert (fact["mode"], fact["signatory"], fact["signed_on"]) == ("paper", "นายสมคิด ตัวอย่าง", "2024-10-03")
    assert (fact["position"], fact["files"]) == ("นายกองค์การบริหารส่วนตำบลบ้านทราย", paper)
    assert fact["actor"]["name"] == "สมชาย ตัวอย่าง"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"signed_on": None}, "signed_on"),
        ({"signed_on": date(2024, 10, 2)}, "signed_on"),
        ({"signed_paper": [{"sha256": "0" * 64}]}, "signed_paper"),
        ({"signed_paper": [], "signatory": "ก"}, "signed_paper"),
        ({"signatory": ""}, "signatory"),
        ({"signatory": "โทร 081-234-5678"}, "signatory"),
    ],
)
def test_a_paper_that_does_not_say_enough_is_refused_by_field(
    plan: Plan, wrong: dict[str, Any], field: str
) -> None:
    plans.submit(actor=PLANNER, plan=plan)
    given = {"signed_paper": scan(), "signed_on": date(2024, 10, 1), "signatory": "นายสมคิด ตัวอย่าง"} | wrong
    with pytest.raises(InvalidInput) as refused:
        plans.approve(actor=SYSTEM, plan=plan, **given)
    assert refused.value.field == field
    assert Plan.objects.get(pk=plan.pk).status == PlanStatus.SUBMITTED


@pytest.mark.parametrize("at_once", [True, False], ids=["one-transaction", "in-the-register"])
@pytest.mark.parametrize("act", [plans.review, plans.approve])
def test_nobody_signs_a_plan_before_it_is_submitted(plan: Plan, act: Any, at_once: bool) -> None:
    with clock.at(date(2024, 10, 2)):
        plans.submit(actor=PLANNER, plan=plan)
        plans.send_back(actor=CLERK, plan=plan, remarks="แก้จำนวนครั้ง")
    with clock.at(date(2024, 10, 4)):
        plans.submit(actor=PLANNER, plan=plan)
        if not at_once:
            flush()
    with clock.at(date(2024, 10, 8)):
        paper = {"signed_paper": scan(), "signatory": "นายสมคิด ตัวอย่าง"}
        with pytest.raises(InvalidInput, match="3 ตุลาคม 2567 มาก่อนวันที่เสนอ 4 ตุลาคม 2567") as refused:
            act(actor=SYSTEM, plan=plan, signed_on=date(2024, 10, 3), **paper)
        assert refused.value.field == "signed_on"
        assert Plan.objects.get(pk=plan.pk).status == PlanStatus.SUBMITTED
        act(actor=SYSTEM, plan=plan, signed_on=date(2024, 10, 4), **paper)


def test_an_earlier_versions_submission_says_nothing_of_this_one(plan: Plan) -> None:
    with clock.at(date(2024, 10, 4)):
        plans.submit(actor=PLANNER, plan=plan)
        plans.approve(actor=MAYOR, plan=plan)
        plans.publish(actor=MAYOR, plan=plan)
        second = plans.revise(actor=PLANNER, plan=Plan.objects.get(pk=plan.pk), reason="เพิ่มจำนวนครั้ง")
        flush()
        assert submitted_on(second) is None
    with clock.at(date(2024, 10, 6)):
        plans.submit(actor=PLANNER, plan=second)
        flush()
        assert submitted_on(second) == date(2024, 10, 6)


def test_a_clerk_records_a_signed_paper_and_does_not_approve_on_screen(plan: Plan) -> None:
    plans.submit(actor=PLANNER, plan=plan)
    with pytest.raises(NotPermitted):
        plans.approve(actor=CLERK, plan=plan)
    with pytest.raises(NotPermitted):
        plans.approve(
            actor=PLANNER, plan=plan, signed_paper=scan(), signed_on=date(2024, 10, 1), signatory="ก"
        )


def test_who_acts_for_the_head_signs_the_papers_of_those_days(plan: Plan) -> None:
    holder = member(username="somkid", position="นายก")
    Membership.objects.filter(pk=holder.pk).update(post="head")
    assert [(s.name, s.position) for s in announcement(plan).signatories] == [
        ("somkid ตัวอย่าง", "นายกองค์การบริหารส่วนตำบลบ้านทราย")
    ]
    Membership.objects.filter(pk=holder.pk).update(is_active=False)
    deputy = member(username="somying", position="รองนายกองค์การบริหารส่วนตำบลบ้านทราย")
    Acting.objects.create(
        member=deputy, post="head", mode="acting", rank=1, order_number="ที่ 1/2567", starts_on=date(2024, 9, 1)
    )
    (signs,) = announcement(plan).signatories
    assert (signs.name, signs.position) == ("somying ตัวอย่าง", "รองนายกองค์การบริหารส่วนตำบลบ้านทราย")
    assert signs.acting.endswith("รักษาราชการแทน นายกองค์การบริหารส่วนตำบลบ้านทราย")
    clerk, head = present_content(plan).signatories
    assert (clerk.name, head.name) == ("", "somying ตัวอย่าง")


def test_a_plan_that_was_just_written_answers_as_if_it_were_read(plan: Plan) -> None:
    plans.submit(actor=PLANNER, plan=plan)
    plans.approve(actor=MAYOR, plan=plan)
    plans.publish(actor=MAYOR, plan=plan)
    announced = Plan.objects.get(pk=plan.pk)
    for made in (
        plan,
        plans.clone_plan(actor=PLANNER, plan=announced, fiscal_year=2570),
        plans.revise(actor=PLANNER, plan=announced, reason="เพิ่มจำนวนครั้ง"),
    ):
        tree = measure_tree(made)
        assert len(made.written) == len(tree) == 7
        read, written = (PlanDetailOut.whole(made, each).model_dump() for each in (tree, made.written))
        for measure in (
            *read["measures"],
            *written["measures"],
        ):  # in the order of numbers, whatever their kind
            measure["statements"].sort(key=lambda said: said["id"])
        assert written == read
        assert plans.wording_of(tree) == plans.wording(made)


def test_what_would_be_refused_is_told_before_writing() -> None:
    found = personal_findings(title="ติดต่อ 081-234-5678", details={"note": ["1-1017-00230-70-8"]}, url="")
    assert found["title"] == ["081-234-5678"]
    assert "url" not in found
