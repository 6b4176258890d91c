"""The office's register: what a new record would prove, and what becomes of one that is wrong or internal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.files.erasing import erase_entry
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Period, Reason, Verdict, Visibility
from prongsai.kernel.errors import InvalidInput, NotPermitted, Stale, WrongState
from prongsai.modules.measures.models import Plan, Statement
from prongsai.modules.measures.selectors.evidence import (
    EntryFilter,
    entry_detail,
    evidence_entries,
    what_it_would_prove,
)
from prongsai.modules.measures.selectors.proofs import statement_proofs
from prongsai.modules.measures.services import evidence, proofs, register
from tests import sample_year
from tests.cast import SYSTEM, donsai

pytestmark = pytest.mark.django_db

YEAR = Period.fiscal_year(2568)
NOW = date(2025, 8, 14)
OFFICER = Actor("มานะ ตัวอย่าง", frozenset({"evidence.record"}), position="เจ้าหน้าที่")
PUBLISHER = Actor("มานี ตัวอย่าง", frozenset({"evidence.record", "files.publish"}))


@pytest.fixture
def plan(settings: Any, tmp_path: Path) -> Iterator[Plan]:
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    organization = sample_year.build()
    with scope(organization.pk), clock.at(NOW):
        yield Plan.objects.get()


def paper() -> list[dict[str, Any]]:
    file = store_file(actor=SYSTEM, content=BytesIO("ข้อมูลตัวอย่าง\n".encode()), name="หนังสือ.txt")
    return [reference(file)]


def put(**more: Any) -> int:
    given: dict[str, Any] = {
        "actor": SYSTEM, "kind": "meeting_held", "about": "service", "occurred_on": date(2025, 1, 5),
        "title": "ประชุม ข้อมูลตัวอย่าง", "files": paper(),
    } | more  # fmt: skip
    pending = evidence.record_evidence(**given)
    flush()
    assert pending.entry is not None
    return pending.entry.number


def entry(number: int) -> Entry:
    return Entry.objects.with_payload().get(log="main", number=number)  # type: ignore[attr-defined]


# -- what it would prove ------------------------------------------------------------------------------------


def test_before_it_is_recorded_it_is_told_what_it_proves(plan: Plan) -> None:
    wanted = {"kind": "assessment_approved", "about": "corruption_risk", "occurred_on": date(2025, 1, 5)}
    effects = what_it_would_prove(**wanted)  # type: ignore[arg-type]
    step = next(e for e in effects if (e.measure, e.kind, e.number) == (1, "step", 3))
    assert (step.before, step.after, step.missed) == (Verdict.UNPROVEN, Verdict.PROVEN, "")
    before = Entry.objects.count()
    put(**wanted, about_period=YEAR)
    now = statement_proofs(Statement.objects.select_related("measure__plan").get(pk=step.statement_id))
    assert now.finding.verdict is step.after
    assert Entry.objects.count() == before + 1, "asking writes nothing"


@pytest.mark.parametrize(
    ("day", "about", "said"),
    [
        (date(2024, 7, 2), None, "2 ก.ค. 2567 อยู่ก่อนช่วงที่ใช้พิสูจน์ได้ (3 ก.ค. 2567 ถึง 30 ก.ย. 2568)"),
        (date(2025, 10, 5), None, "5 ต.ค. 2568 อยู่หลังช่วงที่ใช้พิสูจน์ได้ (3 ก.ค. 2567 ถึง 30 ก.ย. 2568)"),
        (date(2025, 1, 5), Period.fiscal_year(2569), "เป็นเรื่องของช่วงอื่น"),
    ],
)
def test_a_day_that_misses_the_window_is_named_with_the_days_that_count(
    plan: Plan, day: date, about: Period | None, said: str
) -> None:
    effects = what_it_would_prove(
        kind="assessment_approved", about="corruption_risk", occurred_on=day, about_period=about
    )
    step = next(e for e in effects if (e.measure, e.kind, e.number) == (1, "step", 3))
    assert said in step.missed
    assert step.after is Verdict.UNPROVEN


def test_what_is_still_lacking_is_said(plan: Plan) -> None:
    effects = what_it_would_prove(
        kind="announcement_sent",
        about="contact_channels",
        occurred_on=NOW,
        details={"channels": ["เว็บไซต์", "หอกระจายข่าว"]},
    )
    step = next(e for e in effects if (e.measure, e.kind) == (3, "step"))
    assert (step.before, step.after) == (Verdict.UNPROVEN, Verdict.PROVEN)  # with the three channels before
    bare = what_it_would_prove(kind="announcement_sent", about="contact_channels", occurred_on=NOW)
    assert "ช่องทาง" in next(e for e in bare if (e.measure, e.kind) == (3, "step")).lacking


def test_a_record_without_paper_attests_at_best_and_a_figure_too(plan: Plan) -> None:
    said = what_it_would_prove(
        kind="assessment_approved", about="corruption_risk", occurred_on=NOW, origin=Origin.WORD
    )
    assert next(e for e in said if (e.measure, e.number) == (1, 3)).after is Verdict.ATTESTED
    figure = what_it_would_prove(
        kind="figure_stated", about="services.with_manual", occurred_on=NOW, about_period=YEAR,
        details={"value": "20", "of": "22"},
    )  # fmt: skip
    step = next(e for e in figure if (e.measure, e.kind, e.number) == (2, "step", 2))
    assert (step.before, step.after) == (Verdict.UNPROVEN, Verdict.CONTRADICTED)


def test_asking_takes_few_queries_and_little_time(plan: Plan) -> None:
    wanted = {"kind": "published", "about": "spending_plan", "occurred_on": NOW}
    what_it_would_prove(**wanted)  # type: ignore[arg-type]
    with CaptureQueriesContext(connection) as queries:
        what_it_would_prove(**wanted)  # type: ignore[arg-type]
    assert len(queries) <= 5
    times = []
    for _ in range(5):
        started = time.process_time()  # of this process alone: the machine may be busy
        what_it_would_prove(**wanted)  # type: ignore[arg-type]
        times.append(time.process_time() - started)
    assert min(times) < 0.04


def test_another_organizations_plans_are_not_asked(plan: Plan) -> None:
    other = donsai()
    with scope(other.pk):
        assert what_it_would_prove(kind="meeting_held", about="service", occurred_on=NOW) == []
        assert not evidence_entries().exists()
        assert entry_detail(1) is None


# -- withdraw, replace, publish, erase ----------------------------------------------------------------------


def test_a_withdrawn_record_stays_in_the_register_with_its_reason(plan: Plan) -> None:
    number = put()
    register.withdraw_evidence(actor=OFFICER, number=number, reason="บันทึกผิดเรื่อง")
    flush()
    detail = entry_detail(number)
    assert detail is not None
    assert (detail.withdrawn_reason, detail.replaced_by) == ("บันทึกผิดเรื่อง", None)
    assert number not in {e.number for e in evidence_entries(EntryFilter(standing=True))}
    assert number in {e.number for e in evidence_entries(EntryFilter(standing=False))}
    with pytest.raises(WrongState, match="ถูกถอนไปแล้ว"):
        register.withdraw_evidence(actor=OFFICER, number=number, reason="อีกครั้ง")


def test_replacing_links_both_records_and_moves_picked_proofs(plan: Plan) -> None:
    number = put()
    statement = Statement.objects.get(measure__number=2, kind="output", number=2)
    proofs.bind_proofs(actor=SYSTEM, statement=statement, expressions=[f"entry({number})"])
    fresh = register.replace_evidence(
        actor=OFFICER, number=number, reason="วันที่ผิด", kind="meeting_held", about="service",
        occurred_on=date(2025, 1, 6), title="ประชุม ข้อมูลตัวอย่าง", files=paper(),
    )  # fmt: skip
    flush()
    assert fresh.entry is not None
    old, new = entry_detail(number), entry_detail(fresh.entry.number)
    assert old is not None
    assert new is not None
    assert (old.replaced_by, new.replaces) == (fresh.entry.number, number)
    assert statement.proofs.get().expression == f"entry({fresh.entry.number})"  # type: ignore[attr-defined]
    found = statement_proofs(Statement.objects.select_related("measure__plan").get(pk=statement.pk))
    assert found.finding.verdict is Verdict.PROVEN


def test_publishing_an_internal_record_is_an_act_of_its_own(plan: Plan) -> None:
    number = put(title="ประชุมภายใน ข้อมูลตัวอย่าง", details={"channels": ["เว็บไซต์"]})
    with pytest.raises(NotPermitted):
        register.publish_evidence(actor=OFFICER, number=number)
    fresh = register.publish_evidence(actor=PUBLISHER, number=number)
    flush()
    assert fresh.entry is not None
    public = entry(fresh.entry.number)
    assert public.is_public
    assert (public.title, public.occurred_on, public.origin) == (
        "ประชุมภายใน ข้อมูลตัวอย่าง", date(2025, 1, 5), "document",
    )  # fmt: skip
    assert StoredFile.objects.get(sha256=public.content["files"][0]["sha256"]).is_public
    assert hasattr(entry(number), "withdrawal")
    with pytest.raises(WrongState, match="เปิดเผยอยู่แล้ว"):
        register.publish_evidence(actor=PUBLISHER, number=fresh.entry.number)


def test_personal_data_keeps_a_record_internal_and_out_of_every_reason(plan: Plan) -> None:
    number = put(title="ติดต่อ 081-234-5678")
    with pytest.raises(InvalidInput, match="ข้อมูลส่วนบุคคล") as refused:
        register.publish_evidence(actor=PUBLISHER, number=number)
    assert refused.value.field == "title"
    with pytest.raises(InvalidInput, match="ข้อมูลส่วนบุคคล") as refused:
        register.withdraw_evidence(actor=SYSTEM, number=number, reason="เบอร์ 081-234-5678 หลุด")
    assert refused.value.field == "reason"
    assert not hasattr(entry(number), "withdrawal")
    erase_entry(actor=SYSTEM, entry=entry(number), reason="มีข้อมูลส่วนบุคคล")
    flush()
    detail = entry_detail(number)
    assert detail is not None
    assert detail.erased
    assert detail.erasure is not None
    assert detail.erasure.content["reason"] == "มีข้อมูลส่วนบุคคล"
    with pytest.raises(WrongState, match="ถูกลบแล้ว"):
        register.publish_evidence(actor=PUBLISHER, number=number)


@pytest.mark.parametrize("act", [register.withdraw_evidence, register.publish_evidence])
def test_what_work_left_behind_is_not_taken_back_by_hand(plan: Plan, act: Any) -> None:
    number = Entry.objects.filter(kind="announcement_issued", origin="work").values_list("number", flat=True)[
        0
    ]
    drafted = Entry.objects.filter(kind="plan_drafted").values_list("number", flat=True)[0]
    more = {"reason": "ลองดู"} if act is register.withdraw_evidence else {}
    for each in (number, drafted):
        with pytest.raises(WrongState, match="เกิดจากการทำงานในระบบ"):
            act(actor=SYSTEM, number=each, **more)


def test_who_may_not_record_takes_nothing_back(plan: Plan) -> None:
    number = put()
    nobody = Actor("ชูใจ")
    with pytest.raises(NotPermitted):
        register.withdraw_evidence(actor=nobody, number=number, reason="ลอง")
    with pytest.raises(NotPermitted):
        register.replace_evidence(actor=nobody, number=number, reason="ลอง")
    with pytest.raises(NotPermitted):
        erase_entry(actor=OFFICER, entry=entry(number), reason="ลอง")
    attested = Entry.objects.filter(kind="statement_attested").values_list("number", flat=True)[0]
    with pytest.raises(NotPermitted):
        register.withdraw_evidence(actor=OFFICER, number=attested, reason="ลอง")
    with pytest.raises(InvalidInput, match="ไม่มีหลักฐาน"):
        register.withdraw_evidence(actor=SYSTEM, number=999_999, reason="ลอง")


# -- the register -------------------------------------------------------------------------------------------


def test_the_register_is_filtered_and_searched_by_what_titles_say(plan: Plan) -> None:
    number = put(title="ประชุมชี้แจง 'อ้างคำ' \"ไทย\" ข้อมูลตัวอย่าง", document_number="บท 555/2568", unit="กองคลัง")

    def found(**wanted: Any) -> set[int]:
        return {e.number for e in evidence_entries(EntryFilter(**wanted))}

    everything = found()
    assert number in everything
    assert len(everything) < Entry.objects.count()  # the system's own steps are left out
    assert len(found(acts=True)) == Entry.objects.count()
    assert found(text="ชี้แจง 'อ้างคำ'") == {number}
    assert found(text="555/2568") == {number}
    assert found(text=str(number)) == {number}
    assert found(text="ไม่มีคำนี้") == set()
    assert found(unit="กองคลัง") == {number}
    assert found(kind="meeting_held", about="service") >= {number}
    assert number in found(fiscal_year=2568)
    assert number not in found(fiscal_year=2567)
    assert number not in found(occurred=Period(date(2025, 2, 1), date(2025, 2, 28)))
    assert number not in found(visibility="public")
    first = evidence_entries()[0]
    assert (first.number, first.title) == (number, "ประชุมชี้แจง 'อ้างคำ' \"ไทย\" ข้อมูลตัวอย่าง")


def test_a_page_of_the_register_takes_three_queries_for_any_number(plan: Plan) -> None:
    with CaptureQueriesContext(connection) as queries:
        shown = [(e.number, e.title, e.is_public, hasattr(e, "withdrawal")) for e in evidence_entries()[:50]]
    assert (len(shown) > 20, len(queries)) == (True, 3)


def test_a_record_says_what_it_carries(plan: Plan) -> None:
    number = Entry.objects.filter(kind="meeting_held", about="service").values_list("number", flat=True)[0]
    detail = entry_detail(number)
    assert detail is not None
    assert [(c.measure, c.kind, c.number) for c in detail.carries] == [(2, "step", 1)]
    assert detail.by_hand


# -- picked records -----------------------------------------------------------------------------------------


def test_a_picked_record_proves_by_the_rules_of_its_origin(plan: Plan) -> None:
    number = put()
    output = Statement.objects.select_related("measure__plan").get(measure__number=2, kind="output", number=2)
    proofs.bind_proofs(actor=SYSTEM, statement=output, expressions=[f"entry({number})"])
    assert statement_proofs(output).finding.verdict is Verdict.PROVEN
    late = put(occurred_on=date(2024, 9, 30))
    proofs.bind_proofs(actor=SYSTEM, statement=output, expressions=[f"entry({late})"])
    found = statement_proofs(output)
    assert (found.finding.verdict, found.finding.reason) == (Verdict.UNPROVEN, Reason.OUTSIDE_WINDOW)
    assert [mend.act for mend in found.mends] == ["bind"]
    outcome = Statement.objects.select_related("measure__plan").get(
        measure__number=4, kind="outcome", number=2
    )
    words = "เจ้าหน้าที่ได้รับการอบรม"
    Statement.objects.filter(pk=outcome.pk).update(text=words)
    outcome.text = words
    proofs.bind_proofs(actor=SYSTEM, statement=outcome, expressions=[f"entry({number})"])
    assert statement_proofs(outcome).finding.verdict is Verdict.ATTESTED  # paper does not prove an outcome
    register.withdraw_evidence(actor=OFFICER, number=number, reason="บันทึกผิด")
    flush()
    assert statement_proofs(outcome).finding.reason is Reason.MISSING


def test_only_records_that_can_prove_are_picked(plan: Plan) -> None:
    statement = Statement.objects.get(measure__number=2, kind="output", number=2)
    drafted = Entry.objects.filter(kind="plan_drafted").values_list("number", flat=True)[0]
    figure = Entry.objects.filter(kind="figure_stated").values_list("number", flat=True)[0]
    for number in (drafted, figure, 999_999):
        with pytest.raises(InvalidInput, match=f"หลักฐาน {number}"):
            proofs.bind_proofs(actor=SYSTEM, statement=statement, expressions=[f"entry({number})"])
    for expression in ("entry(0)", "entry(-1)", "entry(x)", "entry(1, about=service)", f"entry({'9' * 400})"):
        with pytest.raises(InvalidInput, match="อ่านหลักฐาน"):
            proofs.bind_proofs(actor=SYSTEM, statement=statement, expressions=[expression])


def test_internal_titles_do_not_leak_through_a_picked_record(plan: Plan) -> None:
    number = put(title="ความลับ ข้อมูลตัวอย่าง", occurred_on=date(2024, 9, 30), visibility=Visibility.INTERNAL)
    output = Statement.objects.select_related("measure__plan").get(measure__number=2, kind="output", number=2)
    proofs.bind_proofs(actor=SYSTEM, statement=output, expressions=[f"entry({number})"])
    assert "ความลับ" not in repr(statement_proofs(output))


def test_of_two_who_bind_proofs_the_second_is_told_and_the_first_choice_stands(plan: Plan) -> None:
    statement = Statement.objects.filter(measure__plan=plan, kind="step").select_related("measure__plan")[0]
    before = proofs.bound(statement)
    one, other = "fact(meeting_held, about=service)", "fact(order_issued, about=service)"
    proofs.bind_proofs(actor=SYSTEM, statement=statement, expressions=[one], seen=before)
    with pytest.raises(Stale) as told:
        proofs.bind_proofs(actor=SYSTEM, statement=statement, expressions=[other], seen=before)
    assert told.value.present == {"proofs": [(one, "inside")]}
    assert proofs.bound(statement) == [(one, "inside")]
    proofs.bind_proofs(actor=SYSTEM, statement=statement, expressions=[other], seen=[(one, "inside")])
    gone = Statement(pk=987_654_321, measure=statement.measure, kind="step", text="ประชุม")
    with pytest.raises(Stale):
        proofs.bind_proofs(actor=SYSTEM, statement=gone, expressions=[one])
