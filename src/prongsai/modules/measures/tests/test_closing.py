"""Withdrawn statements, and a report that is frozen, approved and published in three steps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.keys import public_keys
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Verdict
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from prongsai.kernel.thai.dates import long_date
from prongsai.modules.measures import tasks
from prongsai.modules.measures.choices import CandidateStatus, PlanStatus
from prongsai.modules.measures.frozen import freeze, thaw
from prongsai.modules.measures.models import (
    Plan,
    PublishedSummary,
    ReportCandidate,
    ReportVersion,
    Statement,
)
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.selectors import closed_content, latest_report, present_content, public_content
from prongsai.modules.measures.selectors.closing import closing_checklist
from prongsai.modules.measures.selectors.states import statement_states
from prongsai.modules.measures.services import closing, evidence, plans, register, remarks, summaries
from prongsai.modules.measures.services.printing import (
    REPORT_FORMATS,
    candidate_paper,
    paper_for_signature,
    print_report,
    shown_digest,
)
from prongsai.modules.measures.services.withdrawing import restore_statement, withdraw_statement
from prongsai.modules.measures.verify_report import verify_report
from tests import sample_year
from tests.cast import SYSTEM, donsai

pytestmark = pytest.mark.django_db

AFTER = date(2025, 10, 15)
PLANNER = Actor("มานี ตัวอย่าง", frozenset({"measures.submit", "measures.draft"}), position="นักวิเคราะห์")
CLERK = Actor("สมชาย ตัวอย่าง", frozenset({"measures.review", "measures.remark"}), position="ปลัด")
MAYOR = Actor("สมคิด ตัวอย่าง", frozenset({"measures.approve", "measures.close"}), position="นายก")
REASON = "ไม่ได้ดำเนินการในปีนี้"


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
    organization = sample_year.build()
    with scope(organization.pk), clock.at(AFTER):
        yield organization


def plan() -> Plan:
    return Plan.objects.select_related("organization").get()


def statement(place: str) -> Statement:
    measure, kind, number = place.split(".")
    return Statement.objects.select_related("measure__plan").get(
        measure__number=measure, kind=kind, number=number
    )


def scan() -> list[dict[str, Any]]:
    file = store_file(actor=SYSTEM, content=BytesIO("ลงนาม ข้อมูลตัวอย่าง\n".encode()), name="ลงนาม.txt")
    return [reference(file)]


def words(page: bytes) -> str:
    """What a page or sheet says, without its marks."""
    return re.sub(r"<[^>]+>", "", page.decode())


# -- withdrawn statements -----------------------------------------------------------------------------------


def test_a_withdrawn_statement_no_longer_counts_and_comes_back_when_restored(office: Organization) -> None:
    before = present_content(plan())
    withdraw_statement(actor=PLANNER, statement=statement("2.outcome.1"), reason=REASON)
    flush()
    after = present_content(plan())
    assert after.count(Verdict.CONTRADICTED) == before.count(Verdict.CONTRADICTED) - 1
    (gone,) = after.withdrawn()
    assert (gone.measure, gone.kind, gone.number, gone.reason, gone.withdrawn_on) == (
        2,
        "outcome",
        1,
        REASON,
        AFTER,
    )
    assert [c.kind for c in gone.citations] == ["statement_withdrawn"]
    assert gone.citations[0].public
    state = next(s for s in statement_states(plan()) if s.withdrawn_on)
    assert (state.verdict, state.withdrawn_reason) == (None, REASON)
    with pytest.raises(WrongState, match="ถูกถอนไปแล้ว"):
        withdraw_statement(actor=PLANNER, statement=statement("2.outcome.1"), reason=REASON)
    restore_statement(actor=PLANNER, statement=statement("2.outcome.1"))
    flush()
    assert present_content(plan()).measures == before.measures
    with pytest.raises(WrongState, match="ไม่ได้ถูกถอน"):
        restore_statement(actor=PLANNER, statement=statement("2.outcome.1"))


def test_withdrawing_needs_permission_and_a_reason_that_may_be_printed(office: Organization) -> None:
    target = statement("2.outcome.1")
    with pytest.raises(NotPermitted):
        withdraw_statement(actor=Actor("ชูใจ"), statement=target, reason=REASON)
    for reason in ("", "  ", "ผู้ร้องคือ 081-234-5678"):
        with pytest.raises(InvalidInput) as refused:
            withdraw_statement(actor=PLANNER, statement=target, reason=reason)
        assert refused.value.field == "reason"
    assert not Statement.objects.filter(withdrawn_on__isnull=False).exists()
    closing.close_year(actor=SYSTEM, plan=plan())
    with pytest.raises(WrongState, match="ก่อนปิดปี"):
        withdraw_statement(actor=PLANNER, statement=target, reason=REASON)


def test_a_draft_cannot_be_withdrawn_from_and_a_revision_keeps_what_was_withdrawn(
    office: Organization,
) -> None:
    withdraw_statement(actor=PLANNER, statement=statement("2.outcome.1"), reason=REASON)
    draft = plans.revise(actor=SYSTEM, plan=plan(), reason="แก้ถ้อยคำ")
    copied = Statement.objects.select_related("measure__plan").get(
        measure__plan=draft, withdrawn_on__isnull=False
    )
    assert (copied.measure.number, copied.kind, copied.withdrawn_reason) == (2, "outcome", REASON)
    other = Statement.objects.select_related("measure__plan").filter(measure__plan=draft, kind="step")[0]
    with pytest.raises(WrongState):
        withdraw_statement(actor=PLANNER, statement=other, reason=REASON)
    next_year = plans.clone_plan(actor=SYSTEM, plan=Plan.objects.get(status="published"), fiscal_year=2569)
    assert not Statement.objects.filter(measure__plan=next_year, withdrawn_on__isnull=False).exists()


@pytest.mark.parametrize("form", [form for form in REPORT_FORMATS if form not in {"pdf", "docx"}])
def test_every_paper_prints_what_was_withdrawn_with_its_reason(office: Organization, form: str) -> None:
    target = statement("2.outcome.1")
    withdraw_statement(actor=PLANNER, statement=target, reason=REASON)
    closing.close_year(actor=SYSTEM, plan=plan())
    data = print_report(plan_year=2568, format=form).data
    if form == "xlsx":
        from openpyxl import load_workbook

        sheet = load_workbook(BytesIO(data)).worksheets[0]
        text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    else:
        text = data.decode() if form == "json" else words(data)
    assert REASON in text
    assert target.text.replace(" ", "") in text.replace(" ", "")
    assert "withdrawn" in text if form == "json" else "ถอนออก" in text


def test_a_report_without_withdrawn_statements_says_nothing_of_them(office: Organization) -> None:
    closing.close_year(actor=SYSTEM, plan=plan())
    for form in ("json", "csv", "html"):
        text = print_report(plan_year=2568, format=form).data.decode()
        assert "ถอนออก" not in text
        assert '"withdrawn"' not in text
    assert json.loads(bytes(ReportVersion.objects.get().content))["format"] == 1


def test_what_was_withdrawn_is_frozen_read_back_and_verified(office: Organization) -> None:
    withdraw_statement(actor=PLANNER, statement=statement("2.outcome.1"), reason=REASON)
    closing.close_year(actor=SYSTEM, plan=plan())
    content = closed_content(ReportVersion.objects.get())
    assert [s.reason for s in content.withdrawn()] == [REASON]
    assert thaw(freeze(content)) == content
    paper = json.loads(print_report(plan_year=2568, format="json").data)
    keys = {key.key_id: bytes(key.raw) for key in public_keys()}
    assert verify_report(paper, keys).problems == []

    def problems(change: Any) -> list[str]:
        changed = json.loads(json.dumps(paper))
        change(changed["withdrawn"])
        return verify_report(changed, keys).problems

    assert any("ไม่ตรงกับรายการถอน" in p for p in problems(lambda w: w[0].update(reason="อื่น")))
    assert any("ไม่มีเหตุผล" in p for p in problems(lambda w: w[0].update(reason="")))
    assert any("ไม่อ้างรายการถอน" in p for p in problems(lambda w: w[0].update(citations=[])))
    assert any("ไม่ใช่ฉบับที่ปิดไว้" in p or "รหัสสรุป" in p for p in problems(lambda w: w.clear()))
    without = {key: value for key, value in paper.items() if key != "withdrawn"}
    assert verify_report(without, keys).problems


@pytest.mark.parametrize("form", ["html", "csv", "xlsx"])
def test_a_paper_read_back_is_the_plan_without_what_was_withdrawn(
    office: Organization, form: str, tmp_path: Path
) -> None:
    withdraw_statement(actor=PLANNER, statement=statement("2.outcome.1"), reason=REASON)
    closing.close_year(actor=SYSTEM, plan=plan())
    file = tmp_path / f"report.{form}"
    file.write_bytes(print_report(plan_year=2568, format=form).data)
    report = read_report(file)
    assert [len(m.steps) + len(m.outputs) + len(m.outcomes) for m in report.measures] == [
        6,
        8,
        7,
        9,
        10,
        7,
        7,
    ]


# -- three steps --------------------------------------------------------------------------------------------


def test_the_public_sees_the_closed_report_only_after_publication(office: Organization) -> None:
    candidate = closing.freeze_report(actor=PLANNER, plan=plan())
    assert (plan().status, latest_report(2568)) == (PlanStatus.PUBLISHED, None)
    frozen = bytes(candidate.content)
    evidence.record_evidence(
        actor=SYSTEM, kind="assessment_approved", about="corruption_risk", occurred_on=date(2025, 3, 3),
        title="ประเมิน ข้อมูลตัวอย่าง", files=scan(), about_period=plan().period,
    )  # fmt: skip
    flush()
    candidate = closing.approve_report(actor=MAYOR, candidate=candidate)
    live = public_content(2568)
    assert live is not None
    assert live.version == 0
    assert plan().status == PlanStatus.PUBLISHED
    report = closing.publish_report(actor=MAYOR, candidate=candidate)
    assert bytes(report.content) == frozen
    assert bytes(report.digest) == bytes(candidate.digest)
    assert closed_content(report).count(Verdict.PROVEN) == live.count(Verdict.PROVEN) - 1
    assert plan().status == PlanStatus.CLOSED
    paper = json.loads(print_report(plan_year=2568, format="json").data)
    assert verify_report(paper, {k.key_id: bytes(k.raw) for k in public_keys()}).problems == []
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"report_frozen", "report_approved", "report_closed"} <= kinds


def test_each_step_asks_for_its_own_permission_and_state(office: Organization) -> None:
    with pytest.raises(NotPermitted):
        closing.freeze_report(actor=CLERK, plan=plan())
    candidate = closing.freeze_report(actor=PLANNER, plan=plan())
    for act, actor in (
        (closing.approve_report, PLANNER),
        (closing.approve_report, CLERK),  # reviews papers, and does not approve on screen
        (closing.publish_report, CLERK),
    ):
        with pytest.raises(NotPermitted):
            act(actor=actor, candidate=candidate)
    with pytest.raises(WrongState, match="รออนุมัติ"):
        closing.publish_report(actor=MAYOR, candidate=candidate)
    closing.approve_report(actor=MAYOR, candidate=candidate)
    with pytest.raises(WrongState):
        closing.approve_report(actor=MAYOR, candidate=candidate)  # the second click
    closing.publish_report(actor=MAYOR, candidate=candidate)
    with pytest.raises(WrongState):
        closing.publish_report(actor=MAYOR, candidate=candidate)
    assert ReportVersion.objects.count() == 1


def test_only_one_report_waits_and_nothing_closes_beside_it(office: Organization) -> None:
    candidate = closing.freeze_report(actor=PLANNER, plan=plan())
    for act in (closing.freeze_report, closing.close_year):
        with pytest.raises(WrongState, match="รออนุมัติอยู่แล้ว"):
            act(actor=SYSTEM, plan=plan())
    with pytest.raises(InvalidInput):
        closing.send_back_report(actor=CLERK, candidate=candidate, reason=" ")
    closing.send_back_report(actor=CLERK, candidate=candidate, reason="ขาดคำสั่งแต่งตั้ง")
    again = closing.freeze_report(actor=PLANNER, plan=plan())
    assert [c.status for c in ReportCandidate.objects.all()] == [
        CandidateStatus.FROZEN,
        CandidateStatus.SENT_BACK,
    ]
    assert bytes(again.digest) == bytes(candidate.digest)  # nothing changed in between


def test_closing_at_once_needs_the_approval_too(office: Organization) -> None:
    for held in ({"measures.close"}, {"measures.approve"}):
        with pytest.raises(NotPermitted):
            closing.close_year(actor=Actor("สมชาย ตัวอย่าง", frozenset(held)), plan=plan())
    closing.close_year(actor=MAYOR, plan=plan())
    for held in ({"measures.close"}, {"measures.approve"}):
        with pytest.raises(NotPermitted):
            closing.correct_report(
                actor=Actor("สมชาย ตัวอย่าง", frozenset(held)), plan=plan(), reason="พบคำสั่งที่ลืมบันทึก"
            )
    assert ReportVersion.objects.count() == 1


def test_no_statement_is_withdrawn_or_restored_while_a_frozen_report_waits(office: Organization) -> None:
    withdraw_statement(actor=PLANNER, statement=statement("2.outcome.1"), reason=REASON)
    flush()
    candidate = closing.freeze_report(actor=PLANNER, plan=plan())
    for approved in (False, True):
        if approved:
            closing.approve_report(actor=MAYOR, candidate=candidate)
        with pytest.raises(WrongState, match="ส่งรายงานกลับก่อน"):
            withdraw_statement(actor=PLANNER, statement=statement("1.step.1"), reason=REASON)
        with pytest.raises(WrongState, match="ส่งรายงานกลับก่อน"):
            restore_statement(actor=PLANNER, statement=statement("2.outcome.1"))
    closing.send_back_report(actor=MAYOR, candidate=candidate, reason="ต้องถอนข้อความ")
    withdraw_statement(actor=PLANNER, statement=statement("1.step.1"), reason=REASON)
    assert statement("1.step.1").is_withdrawn


def test_a_report_is_not_frozen_before_the_year_is_over(office: Organization) -> None:
    with clock.at(date(2025, 9, 30)), pytest.raises(WrongState, match="30 กันยายน 2568"):
        closing.freeze_report(actor=PLANNER, plan=plan())


def test_a_frozen_report_whose_records_were_withdrawn_is_not_published(office: Organization) -> None:
    candidate = closing.approve_report(
        actor=MAYOR, candidate=closing.freeze_report(actor=PLANNER, plan=plan())
    )
    number = Entry.objects.get(kind="meeting_held", about="service").number
    register.withdraw_evidence(actor=SYSTEM, number=number, reason="บันทึกผิดเรื่อง")
    flush()
    with pytest.raises(WrongState, match=f"หลักฐาน {number} ถูกถอน"):
        closing.publish_report(actor=MAYOR, candidate=candidate)
    closing.send_back_report(actor=MAYOR, candidate=candidate, reason="หลักฐานถูกถอน")
    assert plan().status == PlanStatus.PUBLISHED


def test_a_correction_goes_the_same_way_with_its_reason(office: Organization) -> None:
    first = closing.close_year(actor=SYSTEM, plan=plan())
    with pytest.raises(InvalidInput, match="เหตุผล"):
        closing.freeze_report(actor=PLANNER, plan=plan())
    candidate = closing.freeze_report(actor=PLANNER, plan=plan(), reason="พบคำสั่งที่ลืมบันทึก")
    latest = latest_report(2568)
    assert latest is not None
    assert latest.pk == first.pk
    report = closing.publish_report(
        actor=MAYOR, candidate=closing.approve_report(actor=MAYOR, candidate=candidate)
    )
    assert (report.version, report.reason, plan().status) == (2, "พบคำสั่งที่ลืมบันทึก", PlanStatus.CLOSED)
    assert ReportVersion.objects.count() == 2


def test_a_report_is_approved_despite_remarks_only_when_that_is_said(office: Organization) -> None:
    remarks.remark(actor=CLERK, plan=plan(), text="ขอดูต้นฉบับ", statement=statement("1.step.1"))
    candidate = closing.freeze_report(actor=PLANNER, plan=plan())
    with pytest.raises(WrongState, match="ข้อสังเกตที่ไม่ปิด 1 ข้อ"):
        closing.approve_report(actor=MAYOR, candidate=candidate)
    approved = closing.approve_report(actor=MAYOR, candidate=candidate, despite_remarks=True)
    assert approved.status == CandidateStatus.APPROVED
    flush()
    fact = Entry.objects.with_payload().get(kind="report_approved")  # type: ignore[attr-defined]
    assert (fact.content["open_remarks"], fact.content["mode"], fact.origin) == (1, "screen", "work")


def test_a_report_is_approved_on_paper_with_the_scan(office: Organization) -> None:
    with clock.at(date(2025, 10, 13)):
        candidate = closing.freeze_report(actor=PLANNER, plan=plan())
    approved = closing.approve_report(
        actor=CLERK, candidate=candidate, signed_paper=scan(), signed_on=date(2025, 10, 14),
        signatory="นายสมคิด ตัวอย่าง",
    )  # fmt: skip
    flush()
    assert (approved.approved_on, "นายสมคิด ตัวอย่าง" in approved.approved_by) == (date(2025, 10, 14), True)
    fact = Entry.objects.with_payload().get(kind="report_approved")  # type: ignore[attr-defined]
    assert (fact.origin, fact.occurred_on) == ("document", date(2025, 10, 14))
    assert fact.content["position"] == "นายกองค์การบริหารส่วนตำบลบ้านทราย"
    assert fact.content["content_digest"] == bytes(candidate.digest).hex()


def test_nobody_signs_a_report_before_it_is_frozen(office: Organization) -> None:
    candidate = closing.freeze_report(actor=PLANNER, plan=plan())
    frozen_on = clock.today()
    day = frozen_on - timedelta(days=1)
    with pytest.raises(InvalidInput, match="มาก่อนวันที่ตรึงรายงาน") as refused:
        closing.approve_report(
            actor=CLERK, candidate=candidate, signed_paper=scan(), signed_on=day, signatory="นายสมคิด ตัวอย่าง"
        )
    assert refused.value.field == "signed_on"
    assert long_date(day) in str(refused.value)
    assert long_date(frozen_on) in str(refused.value)
    candidate.refresh_from_db()
    assert candidate.status == CandidateStatus.FROZEN


def test_the_frozen_report_prints_as_what_it_is(office: Organization) -> None:
    candidate = closing.freeze_report(actor=PLANNER, plan=plan())
    text = words(candidate_paper(candidate=candidate, format="html").data)
    assert "ฉบับเสนออนุมัติ ยังไม่เผยแพร่" in text
    assert shown_digest(bytes(candidate.digest).hex()) in text
    with pytest.raises(InvalidInput):
        candidate_paper(candidate=candidate, format="json")


# -- papers, checklist, the public list ---------------------------------------------------------------------


def test_the_paper_to_be_signed_names_who_signs_and_the_wording(office: Organization) -> None:
    draft = plans.revise(actor=SYSTEM, plan=plan(), reason="แก้ถ้อยคำ")
    text = words(paper_for_signature(plan=draft, act="approve", format="html").data)
    assert "นายกองค์การบริหารส่วนตำบลบ้านทราย" in text
    assert shown_digest(plans.wording_digest(draft)) in text
    clerk = words(paper_for_signature(plan=draft, act="review", format="html").data)
    assert "ปลัดองค์การบริหารส่วนตำบลบ้านทราย" in clerk
    assert paper_for_signature(plan=draft).data.startswith(b"%PDF")
    with pytest.raises(InvalidInput):
        paper_for_signature(plan=draft, act="publish")


def test_the_checklist_says_what_stands_between_the_plan_and_its_report(office: Organization) -> None:
    found = closing_checklist(plan())
    content = present_content(plan())
    assert len(found.unproven) == content.count(Verdict.UNPROVEN)
    assert len(found.contradicted) == content.count(Verdict.CONTRADICTED)
    assert "services.with_manual" in {figure.indicator for figure in found.figures}
    assert found.can_freeze
    done = {line.key: line.done for line in found.lines}
    assert (done["announced"], done["unproven"], done["remarks"], done["frozen"]) == (
        True,
        False,
        True,
        False,
    )
    closing.freeze_report(actor=PLANNER, plan=plan())
    flush()
    assert not closing_checklist(plan()).can_freeze
    with clock.at(date(2025, 9, 1)):
        assert not closing_checklist(plan()).can_freeze


def test_a_running_year_stands_in_the_public_list_and_is_brought_up_to_date(office: Organization) -> None:
    summary = PublishedSummary.objects.get()
    assert (summary.version, summary.closed_at, summary.statements) == (0, None, 55)
    assert summary.proven < present_content(plan()).count(Verdict.PROVEN)  # counted when it was announced
    summaries.summarise_running_years()
    assert PublishedSummary.objects.get().proven == present_content(plan()).count(Verdict.PROVEN)
    closing.close_year(actor=SYSTEM, plan=plan())
    summary = PublishedSummary.objects.get()
    assert summary.version == 1
    assert summary.closed_at is not None
    assert summaries.summarise_running_years() == 0


def test_every_organization_has_its_line_brought_up_to_date_each_day(office: Organization) -> None:
    other = donsai()
    tasks.summarise_every_day()
    tasks.summarise_every_day()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'organization_id' FROM procrastinate_jobs WHERE task_name = %s",
            [tasks.summarise_year.name],
        )
        waiting = [int(value) for (value,) in cursor.fetchall()]
    assert sorted(waiting) == sorted([office.pk, other.pk])
    tasks.summarise_year(organization_id=other.pk)  # has no plan
    assert PublishedSummary.objects.get().proven < present_content(plan()).count(Verdict.PROVEN)
    tasks.summarise_year(organization_id=office.pk)
    assert PublishedSummary.objects.get().proven == present_content(plan()).count(Verdict.PROVEN)


def test_the_public_page_of_a_measure_says_what_was_withdrawn_and_why(
    office: Organization, client: Client
) -> None:
    withdraw_statement(actor=PLANNER, statement=statement("2.outcome.1"), reason=REASON)
    flush()
    page = words(client.get("/banthrai/measures/2568/2/").content)
    assert REASON in re.sub(r"[\s\u2060\u200b]+", "", page)
    assert REASON not in words(client.get("/banthrai/measures/2568/3/").content)
