"""A plan's whole life on the screens, as the people of the office press the buttons."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.test import Client

from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import store_file
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import short_date
from prongsai.modules.measures.choices import PlanStatus, RemarkStatus
from prongsai.modules.measures.models import Measure, Plan, Proof, Remark, Statement
from prongsai.modules.measures.selectors.acts import acts_on
from prongsai.modules.measures.services import import_desk, statements
from prongsai.modules.measures.tests.people import Person, fields, words
from prongsai.ui.forms.files import file_token
from tests.cast import SYSTEM
from tests.sample_year import EXAMPLES, PDF

pytestmark = pytest.mark.django_db
REPORT = EXAMPLES / "muangkae-2568.txt"


PUBLIC = "/banthrai/measures/2568/1/"


@pytest.mark.slow
def test_a_year_from_last_years_report_to_its_second_version(
    planner: Person, clerk: Person, head: Person, client: Client
) -> None:
    plan = read_and_corrected(planner)
    sent_back_and_mended(plan, planner, clerk)
    signed_on_paper(plan, planner, clerk)
    announced(plan, head, client)
    second = revised(plan, planner)
    shown = words(client.get(PUBLIC).content)
    assert "ปีละ 2 ครั้ง" in shown
    clerk.send("plan-agree", {"how": "screen"}, plan=second.pk)
    head.send("plan-approve", {"how": "screen"}, plan=second.pk)
    shown = words(client.get(PUBLIC).content)
    assert "ปีละ 2 ครั้ง" in shown
    assert "ปีละ 4 ครั้ง" not in shown
    head.send("plan-publish", plan=second.pk)
    shown = words(client.get(PUBLIC).content)
    assert "ปีละ 4 ครั้ง" in shown
    assert "ปีละ 2 ครั้ง" not in shown
    plan.refresh_from_db()
    assert plan.status == PlanStatus.SUPERSEDED
    history = planner.see("plan-history", query="?from=1&to=2", plan=second.pk)
    assert "จัดประชุมพนักงาน ปีละ 4 ครั้ง" in history
    assert "เพิ่มจำนวนครั้ง" in history


def test_a_page_that_was_opened_before_the_text_changed_signs_nothing(
    planner: Person, clerk: Person, head: Person
) -> None:
    plan = read_and_corrected(planner)
    planner.send("plan-submit", plan=plan.pk)
    opened = fields(head.client.get(head.url("plan-approve", plan=plan.pk)).content.decode())
    clerk.send("plan-send-back", {"remarks": "แก้จำนวนครั้ง"}, plan=plan.pk)
    statement = Statement.objects.filter(measure__plan=plan)[0]
    statements.edit_statement(
        actor=SYSTEM, statement=statement, text="ข้อความที่นายกยังไม่เห็น", revision=statement.revision
    )
    planner.send("plan-submit", plan=plan.pk)
    address = head.url("plan-approve", plan=plan.pk)
    answer = head.client.post(address, {**opened, "how": "screen"})
    assert answer.status_code == 200
    assert "เปลี่ยนไปหลังจากเปิดหน้านี้" in words(answer.content)
    plan.refresh_from_db()
    assert plan.status == PlanStatus.SUBMITTED
    again = fields(answer.content.decode())
    assert head.client.post(address, {**again, "how": "screen"}).status_code == 302
    plan.refresh_from_db()
    assert plan.status == PlanStatus.APPROVED


def read_and_corrected(planner: Person) -> Plan:
    """The first measure is corrected: a sentence changed, one left out, one without proof, one added; the last left out."""
    with REPORT.open("rb") as file:
        answer = planner.send("plan-import", {"file": file})
    assert answer["Location"] == planner.url("plan-import-check")
    assert "ตรวจแล้ว 0 จาก 7 มาตรการ" in planner.see("plan-import-check")

    page = planner.see("plan-import-measure", number=1)
    assert "ในไฟล์" in page
    assert "พิสูจน์เมื่อ" in page
    answer = planner.send(
        "plan-import-measure",
        {
            "s1-text": "จัดประชุมพนักงานส่วนตำบล",
            "s2-left_out": "on",
            "s3-proofs": "none",
            "added-kind": "outcome",
            "added-texts": "๑. ไม่มีเรื่องร้องเรียน\n",
        },
        number=1,
    )
    assert answer["Location"] == planner.url("plan-import-measure", number=2)
    assert "ตรวจแล้ว 1 จาก 7 มาตรการ" in planner.see("plan-import-check")
    planner.send("plan-import-measure", {"left_out": "on"}, number=7)
    answer = planner.send("plan-import-check", {"fiscal_year": "2568"})
    plan = Plan.objects.get()
    assert answer["Location"] == planner.url("plan", plan=plan.pk)
    assert import_desk.reading_of(planner.member) is None
    assert plan.source_file["name"] == "muangkae-2568.txt"
    first = Measure.objects.get(plan=plan, number=1)
    texts = list(Statement.objects.filter(measure=first, kind="step").values_list("text", flat=True))
    assert texts[0] == "จัดประชุมพนักงานส่วนตำบล"
    assert len(texts) == 2
    assert not Proof.objects.filter(statement__measure=first, statement__text=texts[1]).exists()
    assert Statement.objects.filter(measure=first, kind="outcome", text="ไม่มีเรื่องร้องเรียน").exists()
    assert Measure.objects.filter(plan=plan).count() == 6
    return plan


def sent_back_and_mended(plan: Plan, planner: Person, clerk: Person) -> None:
    """Submitted, remarked, sent back, answered, settled, submitted again."""
    assert "ยังไม่ผูกหลักฐาน" in planner.see("plan-submit", plan=plan.pk)
    planner.send("plan-submit", plan=plan.pk)
    statement = Statement.objects.get(measure__plan=plan, measure__number=1, kind="step", number=1)
    answer = clerk.send(
        "plan-review", {f"r-{statement.pk}": "ระบุจำนวนครั้ง", "then": "plan-send-back"}, plan=plan.pk
    )
    assert answer["Location"] == clerk.url("plan-send-back", plan=plan.pk)
    clerk.send("plan-send-back", plan=plan.pk)
    plan.refresh_from_db()
    assert plan.status == PlanStatus.DRAFT
    assert "1" in plan.remarks
    assert "ระบุจำนวนครั้ง" in planner.see("plan", plan=plan.pk)
    remark = Remark.objects.get()
    planner.send("plan-remark", {"text": "เพิ่มแล้ว ปีละ 2 ครั้ง"}, plan=plan.pk, remark=remark.pk)
    planner.send(
        "plan-statement-edit",
        {"text": "จัดประชุมพนักงานส่วนตำบล ปีละ 2 ครั้ง"},
        plan=plan.pk,
        statement=statement.pk,
    )
    planner.send("plan-submit", plan=plan.pk)
    clerk.client.post(clerk.url("plan-remark-settle", plan=plan.pk, remark=remark.pk))
    remark.refresh_from_db()
    assert remark.status == RemarkStatus.SETTLED
    assert remark.answer


def signed_on_paper(plan: Plan, planner: Person, clerk: Person) -> None:
    """The clerk puts the paper on record that the head signed."""
    scan = reference(store_file(actor=SYSTEM, content=BytesIO(PDF), name="ฉบับลงนาม ข้อมูลตัวอย่าง.pdf"))
    early = {"how": "paper", "signed_paper": file_token(scan), "signed_on_d": "1 ต.ค. 2567"}
    answer = clerk.send("plan-approve", {**early, "signatory": "สมหมาย ตัวอย่าง"}, plan=plan.pk)
    assert list(answer.context["form"].errors) == ["signed_on"]
    told = words(answer.content)
    assert "1 ตุลาคม 2567 มาก่อนวันที่เสนอ" in told
    kept = fields(answer.content.decode())
    assert (kept["signed_paper"], kept["signatory"]) == ([file_token(scan)], ["สมหมาย ตัวอย่าง"]), (
        "nothing is lost"
    )
    signed = {**early, "signed_on_d": short_date(clock.today()), "signed_on_m": "", "signed_on_y": ""}
    answer = clerk.send("plan-approve", {**signed, "signatory": ""}, plan=plan.pk)
    assert answer.status_code == 200, "nobody is said to have signed"
    assert "ผู้ลงนาม" in words(answer.content)
    answer = clerk.send("plan-approve", {**signed, "signatory": "สมหมาย ตัวอย่าง"}, plan=plan.pk)
    assert answer.status_code == 302
    act = next(act for act in acts_on(plan) if act.kind == "plan_approved")
    assert (act.by, act.on_paper, act.recorded_by) == ("สมหมาย ตัวอย่าง", True, "clerk ตัวอย่าง")
    assert "ลงนามบนกระดาษ" in planner.see("plan", plan=plan.pk)


def announced(plan: Plan, head: Person, client: Client) -> None:
    assert "ประชาชนจะเห็น 6 มาตรการ" in head.see("plan-publish", plan=plan.pk)
    answer = head.send("plan-publish", plan=plan.pk)
    page = words(head.client.get(answer["Location"]).content)
    assert re.search(r"ประกาศแล้ว เลขหลักฐาน \d+", page)
    assert "ปีละ 2 ครั้ง" in words(client.get(PUBLIC).content)


def revised(plan: Plan, planner: Person) -> Plan:
    """The next version, submitted."""
    assert "ประชาชนเห็นฉบับที่ 1" in planner.see("plan-revise", plan=plan.pk)
    planner.send("plan-revise", {"reason": "เพิ่มจำนวนครั้ง"}, plan=plan.pk)
    second = Plan.objects.get(version=2)
    text = Statement.objects.get(measure__plan=second, measure__number=1, kind="step", number=1)
    planner.send(
        "plan-statement-edit", {"text": "จัดประชุมพนักงาน ปีละ 4 ครั้ง"}, plan=second.pk, statement=text.pk
    )
    planner.send("plan-submit", plan=second.pk)
    return second
