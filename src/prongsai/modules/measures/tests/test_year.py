"""A year walked through the services: every verdict and every reason, then closed, corrected and printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import (
    Actor,
    Origin,
    Period,
    Reason,
    StatementKind,
    Topic,
    Verdict,
    Visibility,
)
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.content import StatementResult
from prongsai.modules.measures.models import Plan, PublishedSummary, Statement
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.selectors import closed_content, live_content, plan_in_force, results
from prongsai.modules.measures.services import evidence, plans, statements
from prongsai.modules.measures.services.closing import close_year, correct_report
from prongsai.modules.measures.services.printing import REPORT_FORMATS, print_announcement, print_report
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parent.parent / "examples" / "muangkae-2568.txt"
YEAR = Period.fiscal_year(2568)
CLERK = Actor(
    name="สมศรี ตัวอย่าง",
    position="หัวหน้าสำนักปลัด",
    permissions=frozenset({"measures.draft", "measures.submit", "measures.attest", "evidence.record"}),
)


def kept_paper() -> list[dict[str, str | int]]:
    content = BytesIO("หนังสือ ข้อมูลตัวอย่าง\n".encode())
    return [reference(store_file(actor=SYSTEM, content=content, name="หนังสือ.txt"))]


@pytest.fixture
def office(settings, tmp_path: Path) -> Iterator[Organization]:  # type: ignore[no-untyped-def]
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    organization = banthrai()
    with scope(organization.pk):
        yield organization


def published(day: date = date(2024, 10, 7)) -> Plan:
    with clock.at(day):
        plan = plans.import_plan(actor=SYSTEM, report=read_report(SAMPLE), source="muangkae-2568.txt")
        for act in (plans.submit, plans.approve, plans.publish):
            plan = act(actor=SYSTEM, plan=plan)
        flush()
    return plan


def statement(place: str) -> Statement:
    """`1.S2` as the sample counts: measure 1, step 2."""
    measure, rest = place.split(".")
    kind = {"S": "step", "P": "output", "O": "outcome"}[rest[0]]
    return Statement.objects.get(measure__number=measure, kind=kind, number=rest[1:])


def result(plan: Plan, place: str) -> StatementResult:
    flush()
    wanted = statement(place)
    return next(
        s
        for m in results(plan)
        for s in m.statements
        if (m.number, s.kind, s.number) == (wanted.measure.number, wanted.kind, wanted.number)
    )


def paper(kind: str, about: str, day: date, *, files: bool = True, **more: object) -> None:
    with clock.at(max(day, date(2025, 11, 1))):
        evidence.record_evidence(
            actor=SYSTEM,
            kind=kind,
            about=about,
            occurred_on=day,
            title=f"ข้อมูลตัวอย่าง {kind}",
            about_period=YEAR,
            files=kept_paper() if files else (),
            visibility=Visibility.PUBLIC,
            **more,  # type: ignore[arg-type]
        )


def test_the_sample_becomes_a_plan_of_55_statements_that_all_have_proofs(office: Organization) -> None:
    plan = published()
    assert [m.statements.count() for m in plan.measures.all()] == [6, 9, 7, 9, 10, 7, 7]  # type: ignore[attr-defined]
    assert not Statement.objects.filter(proofs__isnull=True).exists()
    assert plan_in_force(2568) == plan


def test_announcing_the_measures_here_is_work_that_proves_what_says_so(office: Organization) -> None:
    plan = published()
    found = result(plan, "1.P1")
    assert (found.verdict, found.origin) == (Verdict.PROVEN, Origin.WORK)
    assert [c.kind for c in found.citations] == ["announcement_issued"]
    assert found.citations[0].url.endswith("/banthrai/measures/2568/")


def test_a_year_shows_every_verdict_and_every_reason(office: Organization) -> None:
    plan = published()
    # proven by document
    paper("meeting_held", "service", date(2024, 11, 12))
    found = result(plan, "2.S1")
    assert (found.verdict, found.origin) == (Verdict.PROVEN, Origin.DOCUMENT)
    # attested: somebody's say-so, then a name under a goal
    paper("order_issued", "spending_tracking", date(2024, 12, 2), files=False)
    assert result(plan, "5.S2").verdict is Verdict.ATTESTED
    with clock.at(date(2025, 9, 1)):
        evidence.attest(actor=CLERK, statement=statement("2.P2"))
    assert (result(plan, "2.P2").verdict, result(plan, "2.P2").note) == (
        Verdict.ATTESTED,
        "หัวหน้าสำนักปลัดรับรอง",
    )
    # unproven: missing, outside the window, not known
    assert result(plan, "4.S1").reason is Reason.MISSING
    paper("announcement_issued", "dos_donts", date(2025, 10, 20))
    assert result(plan, "6.S3").reason is Reason.OUTSIDE_WINDOW
    assert result(plan, "2.O4").reason is Reason.NOT_KNOWN


def test_complaints_on_record_print_the_true_figure_by_subject(office: Organization) -> None:
    plan = published()
    with clock.at(date(2025, 10, 5)):
        evidence.state_figure(
            actor=SYSTEM,
            indicator="complaints.received",
            period=YEAR,
            as_of=YEAR.end,
            value=Decimal(3),
            parts={"finished": Decimal(2)},
            by_topic={
                Topic.SERVICE: {"value": Decimal(3), "finished": Decimal(2)},
                Topic.PROCUREMENT: {"value": Decimal(0)},
            },
            files=kept_paper(),
        )
    service, everything, procurement = (result(plan, place) for place in ("2.O1", "3.O1", "5.P2"))
    assert service.verdict is Verdict.CONTRADICTED
    assert service.printed == "มีเรื่องร้องเรียนเกี่ยวกับงานบริการ ๓ เรื่อง ดำเนินการแล้วเสร็จ ๒ เรื่อง"
    assert service.text == "หน่วยงานไม่มีเรื่องร้องเรียนเกี่ยวกับงานบริการ"
    assert everything.printed == "มีเรื่องร้องเรียน ๓ เรื่อง ดำเนินการแล้วเสร็จ ๒ เรื่อง"
    assert procurement.verdict is Verdict.ATTESTED  # its own subject has none
    assert result(plan, "6.O3").reason is Reason.NOT_KNOWN  # nobody counted that subject


def test_withdrawn_evidence_proves_nothing_any_more(office: Organization) -> None:
    from prongsai.foundation.ledger.services import withdraw

    plan = published()
    paper("meeting_held", "service", date(2024, 11, 12))
    assert result(plan, "2.S1").verdict is Verdict.PROVEN
    withdraw(actor=SYSTEM, entry=facts(kind="meeting_held").get(), reason="บันทึกผิดเรื่อง")
    assert result(plan, "2.S1").reason is Reason.MISSING


def test_a_changed_wording_must_be_attested_anew(office: Organization) -> None:
    plan = published()
    with clock.at(date(2025, 3, 1)):
        evidence.attest(actor=CLERK, statement=statement("2.P2"))
        flush()
        draft = plans.revise(actor=SYSTEM, plan=plan, reason="แก้ถ้อยคำ")
        copied = Statement.objects.get(measure__plan=draft, measure__number=2, kind="output", number=2)
        statements.edit_statement(actor=SYSTEM, statement=copied, text="พัฒนาการให้บริการให้ดียิ่งขึ้น", revision=1)
        flush()
    before = next(s for s in results(plan)[1].statements if s.kind == "output" and s.number == 2)
    after = next(s for s in results(draft)[1].statements if s.kind == "output" and s.number == 2)
    assert (before.verdict, after.verdict) == (Verdict.ATTESTED, Verdict.UNPROVEN)


def test_the_plan_goes_through_its_states_and_no_other_way(office: Organization) -> None:
    with clock.at(date(2024, 10, 1)):
        plan = plans.draft_plan(actor=SYSTEM, fiscal_year=2568)
        with pytest.raises(InvalidInput, match="ยังไม่มีมาตรการ"):
            plans.submit(actor=SYSTEM, plan=plan)
        measure = statements.add_measure(actor=SYSTEM, plan=plan, title="มาตรการทดสอบ", topic=Topic.SERVICE)
        with pytest.raises(InvalidInput, match="ยังไม่มีขั้นตอน"):
            plans.submit(actor=SYSTEM, plan=plan)
        statements.add_statement(
            actor=SYSTEM, measure=measure, kind=StatementKind.STEP, text="จัดประชุมเรื่องการให้บริการ"
        )
        with pytest.raises(WrongState, match="ร่าง"):
            plans.approve(actor=SYSTEM, plan=plan)
        plan = plans.submit(actor=SYSTEM, plan=plan)
        with pytest.raises(WrongState):
            plans.submit(actor=SYSTEM, plan=plan)  # the second click
        plan = plans.send_back(actor=SYSTEM, plan=plan, remarks="เพิ่มผลลัพธ์")
        plan = plans.approve(actor=SYSTEM, plan=plans.submit(actor=SYSTEM, plan=plan))
        plan = plans.publish(actor=SYSTEM, plan=plan)
        assert plan.status == PlanStatus.PUBLISHED
        with pytest.raises(WrongState, match="แก้ไขได้เฉพาะฉบับร่าง"):
            statements.add_measure(actor=SYSTEM, plan=plan, title="เพิ่ม", topic=None)
        second = plans.revise(actor=SYSTEM, plan=plan, reason="เพิ่มมาตรการ")
        assert plan_in_force(2568) == plan  # the public sees the old one until approval
        second = plans.publish(
            actor=SYSTEM, plan=plans.approve(actor=SYSTEM, plan=plans.submit(actor=SYSTEM, plan=second))
        )
        assert plan_in_force(2568) == second
        assert Plan.objects.get(pk=plan.pk).status == PlanStatus.SUPERSEDED


def test_a_clerk_cannot_approve_and_nothing_changes(office: Organization) -> None:
    plan = plans.import_plan(actor=SYSTEM, report=read_report(SAMPLE))
    plan = plans.submit(actor=CLERK, plan=plan)
    for act in (plans.approve, plans.publish):
        with pytest.raises(NotPermitted):
            act(actor=CLERK, plan=plan)
    assert Plan.objects.get(pk=plan.pk).status == PlanStatus.SUBMITTED


def test_two_editors_of_one_statement_do_not_overwrite_each_other(office: Organization) -> None:
    plans.import_plan(actor=SYSTEM, report=read_report(SAMPLE))
    target = statement("1.S1")
    statements.edit_statement(actor=SYSTEM, statement=target, text="ฉบับของคนแรก", revision=1)
    with pytest.raises(WrongState, match="มีผู้แก้ไขข้อความนี้ไปก่อนแล้ว"):
        statements.edit_statement(actor=SYSTEM, statement=target, text="ฉบับของคนที่สอง", revision=1)
    assert statement("1.S1").text == "ฉบับของคนแรก"


def test_last_years_plan_is_cloned_with_its_dates_and_year_moved(office: Organization) -> None:
    plan = published()
    clone = plans.clone_plan(actor=SYSTEM, plan=plan, fiscal_year=2569)
    assert {m.period for m in clone.measures.all()} == {Period.fiscal_year(2569)}  # type: ignore[attr-defined]
    assert Statement.objects.filter(measure__plan=clone).count() == 55
    step = Statement.objects.get(measure__plan=clone, measure__number=4, kind="step", number=1)
    assert "๒๕๖๙" in step.text
    assert "๒๕๖๘" not in step.text
    assert {s.verdict for m in results(clone) for s in m.statements} == {Verdict.UNPROVEN}


def test_a_year_of_the_common_era_is_asked_back_in_the_buddhist_era(office: Organization) -> None:
    with pytest.raises(InvalidInput, match="2568"):
        plans.draft_plan(actor=SYSTEM, fiscal_year=2025)


def test_personal_data_is_kept_out_of_what_is_public(office: Organization) -> None:
    with pytest.raises(InvalidInput, match="ข้อมูลส่วนบุคคล"):
        evidence.record_evidence(
            actor=SYSTEM,
            kind="meeting_held",
            about="service",
            occurred_on=date(2025, 1, 5),
            title="รายงานการประชุม ติดต่อ 081-234-5678",
            visibility=Visibility.PUBLIC,
        )


def test_closing_freezes_the_report_and_what_comes_later_does_not_move_it(office: Organization) -> None:
    plan = published()
    paper("meeting_held", "service", date(2024, 11, 12))
    with pytest.raises(WrongState, match="30 กันยายน 2568"), clock.at(date(2025, 9, 30)):
        close_year(actor=SYSTEM, plan=plan)
    with clock.at(date(2025, 10, 20)):
        report = close_year(actor=SYSTEM, plan=plan)
    before = closed_content(report)
    paper("order_issued", "spending_tracking", date(2024, 12, 2))
    flush()
    assert closed_content(report) == before
    assert live_content(Plan.objects.get(pk=plan.pk)).measures != before.measures
    summary = PublishedSummary.objects.get()
    assert (summary.statements, summary.proven) == (55, before.count(Verdict.PROVEN))
    entry = facts(kind="report_closed").with_payload().get()
    assert entry.content["content_digest"] == bytes(report.digest).hex()
    assert report.tree_size >= entry.number
    with clock.at(date(2025, 11, 5)):
        corrected = correct_report(actor=SYSTEM, plan=Plan.objects.get(pk=plan.pk), reason="พบคำสั่งที่ลืมบันทึก")
    assert corrected.version == 2
    assert closed_content(corrected).count(Verdict.PROVEN) > before.count(Verdict.PROVEN)
    assert closed_content(report) == before


@pytest.mark.parametrize("form", REPORT_FORMATS)
def test_the_closed_report_prints_in_every_format(office: Organization, form: str) -> None:
    plan = published()
    with clock.at(date(2025, 10, 20)):
        close_year(actor=SYSTEM, plan=plan)
    found = print_report(plan_year=2568, format=form)
    assert found.name == f"banthrai-2568-v1.{form}"
    assert len(found.data) > 10_000
    if form == "json":
        data = json.loads(found.data)
        assert len(data["statements"]) == 55
        assert data["closing"]["entry"] <= data["tree_head"]["size"]


def test_the_present_state_prints_as_a_draft_and_the_announcement_without_results(
    office: Organization,
) -> None:
    published()
    with pytest.raises(InvalidInput, match="--live"):
        print_report(plan_year=2568, format="json")
    assert json.loads(print_report(plan_year=2568, format="json", live=True).data)["version"] == 0
    assert print_announcement(plan_year=2568, format="pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize(
    "kind", ["statement_attested", "report_closed", "fact_withdrawn", "payload_erased", "nothing"]
)
def test_what_only_the_system_does_cannot_be_recorded_by_hand(office: Organization, kind: str) -> None:
    with pytest.raises(InvalidInput, match="ด้วยมือไม่ได้"):
        evidence.record_evidence(
            actor=CLERK, kind=kind, about="service", occurred_on=date(2025, 1, 5), title="ก"
        )


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"channels": "เว็บไซต์"}, "channels"),
        ({"channels": 4}, "channels"),
        ({"units": [""]}, "units"),
        ({"acknowledged": "สิบ", "of": 10}, "acknowledged"),
        ({"acknowledged": 11, "of": 10}, "acknowledged"),
        ({"files": "x"}, "files"),
    ],
)
def test_details_that_proofs_could_not_read_are_refused_by_field(
    office: Organization, details: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        evidence.record_evidence(
            actor=CLERK,
            kind="meeting_held",
            about="service",
            occurred_on=date(2025, 1, 5),
            title="ก",
            details=details,
        )
    assert refused.value.field == field


def test_a_paper_must_be_kept_here_to_count(office: Organization) -> None:
    for files in ([{}], [{"sha256": "0" * 64}]):
        with pytest.raises(InvalidInput, match="ไม่พบไฟล์"):
            evidence.record_evidence(
                actor=CLERK,
                kind="meeting_held",
                about="service",
                occurred_on=date(2025, 1, 5),
                title="ก",
                files=files,
            )


def test_no_complaints_cannot_be_bound_to_an_announcement(office: Organization) -> None:
    plan = published()
    claim = statement("2.O1")
    announcement = "fact(announcement_issued, about=integrity_measures)"
    for expressions, join in (([announcement], "all"), (["zero(topics=service)", announcement], "any")):
        with pytest.raises(InvalidInput, match="ข้อความนี้กล่าวว่าไม่มีเรื่องร้องเรียน"):
            statements.bind_proofs(actor=SYSTEM, statement=claim, expressions=expressions, join=join)
    assert result(plan, "2.O1").reason is Reason.NOT_KNOWN
    statements.bind_proofs(actor=SYSTEM, statement=claim, expressions=["zero(topics=service)", announcement])
    statements.bind_proofs(actor=SYSTEM, statement=claim, expressions=["attest()"])
    assert result(plan, "2.O1").reason is Reason.MISSING


@pytest.mark.parametrize(
    ("text", "refused", "taken"),
    [
        ("ไม่ปรากฏเรื่องร้องเรียน", "entry", "zero(topics=all)"),
        ("ไม่มีผู้ร้องเรียน", "entry", "zero(topics=all)"),
        ("จำนวนเรื่องร้องเรียน 0 เรื่อง", "entry", "zero(topics=all)"),
        ("เรื่องร้องเรียนเป็นศูนย์", "entry", "zero(topics=all)"),
        ("ไม่มีเรื่องร้องเรียน", "zero(topics=assets)", "zero(topics=all)"),
        ("ไม่มีเรื่องร้องเรียน", "figure(complaints.received = 0)", "zero(topics=all)"),
        ("ไม่มีเรื่องร้องเรียน", "figure(complaints.received >= 0)", "zero(topics=all)"),
        (
            "ไม่มีเรื่องร้องเรียนเรื่องงานบริการและการทุจริต",
            "zero(topics=anti_corruption+integrity)",
            "zero(topics=service+anti_corruption+integrity)",
        ),
        ("ไม่มีเรื่องร้องเรียนเรื่องงานบริการ", "zero(topics=people)", "zero(topics=all)"),
    ],
)
def test_no_complaints_however_it_is_said_is_carried_by_a_zero_of_all_that_it_speaks_of(
    office: Organization, text: str, refused: str, taken: str
) -> None:
    published()
    claim = statement("2.O1")
    Statement.objects.filter(pk=claim.pk).update(text=text)
    claim.refresh_from_db()
    evidence.record_evidence(
        actor=SYSTEM, kind="meeting_held", about="service", occurred_on=date(2025, 1, 5), title="ประชุม", files=kept_paper()
    )  # fmt: skip
    flush()
    meeting = facts(kind="meeting_held").latest("number")
    other = f"entry({meeting.number})" if refused == "entry" else refused
    with pytest.raises(InvalidInput, match="ข้อความนี้กล่าวว่าไม่มีเรื่องร้องเรียน"):
        statements.bind_proofs(actor=SYSTEM, statement=claim, expressions=[other])
    statements.bind_proofs(actor=SYSTEM, statement=claim, expressions=[taken])
    statements.bind_proofs(actor=SYSTEM, statement=claim, expressions=["attest()"])


def test_a_draft_cannot_be_attested_in_public(office: Organization) -> None:
    plans.import_plan(actor=SYSTEM, report=read_report(SAMPLE))
    with pytest.raises(WrongState, match="ยังไม่ประกาศ"):
        evidence.attest(actor=CLERK, statement=statement("2.P2"))


def test_a_revision_cannot_be_published_over_a_closed_year(office: Organization) -> None:
    plan = published()
    with clock.at(date(2025, 10, 20)):
        draft = plans.revise(actor=SYSTEM, plan=plan, reason="แก้ถ้อยคำ")
        close_year(actor=SYSTEM, plan=plan)
        draft = plans.approve(actor=SYSTEM, plan=plans.submit(actor=SYSTEM, plan=draft))
        with pytest.raises(WrongState, match="ปิดแล้ว"):
            plans.publish(actor=SYSTEM, plan=draft)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("๑ ตุลาคม ๒๕๖๗ ถึง ๓๐ กันยายน ๒๕๖๘", "๑ ตุลาคม ๒๕๖๘ ถึง ๓๐ กันยายน ๒๕๖๙"),
        ("แผนประจำปี 2568", "แผนประจำปี 2569"),
        ("เลขที่ 125680", "เลขที่ 125680"),
        ("ระเบียบกระทรวงการคลังว่าด้วยพัสดุ พ.ศ. ๒๕๖๘", "ระเบียบกระทรวงการคลังว่าด้วยพัสดุ พ.ศ. ๒๕๖๘"),
        ("แผนพัฒนา พ.ศ. ๒๕๖๖", "แผนพัฒนา พ.ศ. ๒๕๖๖"),
    ],
)
def test_cloning_moves_the_plans_own_years_and_no_others(text: str, moved: str) -> None:
    assert plans.renewed(text, fiscal_year=2568, shift=1) == moved
