"""For every operation one call that succeeds, on the sample year: what the generated tests send.

`before` prepares with the office's own services what the call needs; it returns what fills the address, and the body.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from prongsai.foundation.ledger.models import TreeHead
from prongsai.foundation.ledger.services import flush
from prongsai.kernel.contracts import Visibility
from prongsai.modules.measures.models import Measure, Plan, Statement
from prongsai.modules.measures.services import closing, evidence, plans, remarks
from prongsai.modules.measures.services.importing import preview_import
from prongsai.modules.measures.services.withdrawing import withdraw_statement
from tests import sample_year
from tests.api import complaint_calls
from tests.api.call import Call, Values
from tests.cast import SYSTEM
from tests.sample_year import EXAMPLES, PDF


def published() -> Plan:
    return Plan.objects.get(fiscal_year=2568)


def _draft() -> Plan:
    return plans.clone_plan(actor=SYSTEM, plan=published(), fiscal_year=2571)


def _on_draft(body: Any = None, **state: Any) -> Callable[[], Values]:
    """A draft, brought further by the named acts."""

    def prepare() -> Values:
        plan = _draft()
        for act in state.get("acts", ()):
            plan = act(actor=SYSTEM, plan=plan)
        return {"address": {"plan_id": plan.pk}, "body": body}

    return prepare


def _on_published(body: Any = None) -> Callable[[], Values]:
    return lambda: {"address": {"plan_id": published().pk}, "body": body}


def _on_measure(body: Any = None) -> Callable[[], Values]:
    def prepare() -> Values:
        measure = Measure.objects.filter(plan=_draft()).first()
        assert measure is not None
        return {"address": {"measure_id": measure.pk}, "body": body, "revision": measure.revision}

    return prepare


def _on_statement(body: Any = None, *, draft: bool = True) -> Callable[[], Values]:
    def prepare() -> Values:
        plan = _draft() if draft else published()
        statement = Statement.objects.filter(measure__plan=plan, kind="step").first()
        assert statement is not None
        return {"address": {"statement_id": statement.pk}, "body": body, "revision": statement.revision}

    return prepare


def _on_remark(body: Any = None) -> Callable[[], Values]:
    def prepare() -> Values:
        said = remarks.remark(actor=SYSTEM, plan=published(), text="ขอดูต้นฉบับ")
        return {"address": {"remark_id": said.pk}, "body": body}

    return prepare


EVIDENCE = {
    "kind": "meeting_held",
    "about": "service",
    "occurred_on": "2025-03-03",
    "title": "ประชุมชี้แจง ข้อมูลตัวอย่าง",
    "url": "https://example.org/ประชุม",
    "visibility": "internal",
}


def _on_record(body: Any) -> Callable[[], Values]:
    def prepare() -> Values:
        pending = evidence.record_evidence(
            actor=SYSTEM,
            kind="meeting_held",
            about="service",
            occurred_on=date(2025, 3, 3),
            title="ประชุมอีกครั้ง ข้อมูลตัวอย่าง",
            visibility=Visibility.INTERNAL,
        )
        flush()
        assert pending.entry is not None
        return {"address": {"number": pending.entry.number}, "body": body}

    return prepare


def _year() -> Values:
    return {"address": {"fiscal_year": 2568, "number": 1, "version": 1, "size": 1}}


def _head() -> Values:
    return {"address": {"size": TreeHead.objects.latest("size").size}}


def _closed() -> Values:
    sample_year.close(published())
    return _year()


def _candidate(body: Any = None, *, approved: bool = False) -> Callable[[], Values]:
    """A frozen report of the year that is over."""

    def prepare() -> Values:
        candidate = closing.freeze_report(actor=SYSTEM, plan=published())
        if approved:
            candidate = closing.approve_report(actor=SYSTEM, candidate=candidate)
        return {"address": {"candidate_id": candidate.pk}, "body": body}

    return prepare


def _withdrawn() -> Values:
    statement = Statement.objects.filter(measure__plan=published(), kind="step").first()
    assert statement is not None
    withdraw_statement(actor=SYSTEM, statement=statement, reason="เลื่อนไปปีหน้า")
    return {"address": {"statement_id": statement.pk}, "body": {}}


def _corrected() -> Values:
    sample_year.close(published())
    return {**_year(), "body": {"reason": "แก้ตัวเลข"}}


def _upload() -> Values:
    return {"form": {"files": [SimpleUploadedFile("หนังสือ.pdf", PDF + b"%more")]}}


def _report() -> Values:
    text = (EXAMPLES / "muangkae-2568.txt").read_bytes()
    return {"form": {"file": SimpleUploadedFile("รายงาน.txt", text), "fiscal_year": "2572"}}


def _preview() -> Values:
    return {"form": {"file": _report()["form"]["file"]}}


def _previewed() -> Values:
    preview = preview_import(EXAMPLES / "muangkae-2568.txt").to_json()
    return {"body": {"preview": preview, "fiscal_year": 2572}}


def _file() -> Values:
    from prongsai.foundation.files.models import StoredFile

    return {"address": {"sha256": StoredFile.objects.filter(visibility="internal")[0].sha256}}


def body(value: Any) -> Callable[[], Values]:
    return lambda: {"body": value}


CALLS: dict[str, Call] = {
    **complaint_calls.CALLS,
    # public
    "organization": Call(),
    "years": Call(),
    "year": Call(_year),
    "measure": Call(_year),
    "reports": Call(_closed),
    "report": Call(_closed),
    "records": Call(),
    "record": Call(_year),
    "heads": Call(),
    "latest_head": Call(),
    "head": Call(_head),
    "keys": Call(),
    "inclusion": Call(query={"number": 3, "size": 5}),
    "consistency": Call(query={"first": 3, "second": 5}),
    # office
    "me": Call(),
    "units": Call(),
    "list_members": Call(),
    "list_roles": Call(),
    "my_work": Call(),
    "list_files": Call(),
    "upload_files": Call(_upload, 201),
    "download_file": Call(_file),
    # plans
    "list_plans": Call(),
    "get_plan": Call(_on_published()),
    "draft_plan": Call(body({"fiscal_year": 2570}), 201),
    "import_plan": Call(_report, 201),
    "preview_plan": Call(_preview),
    "draft_from_preview": Call(_previewed, 201),
    "get_overview": Call(_on_published()),
    "get_trend": Call(_on_published()),
    "clone_plan": Call(_on_published({"fiscal_year": 2570}), 201),
    "revise_plan": Call(_on_published({"reason": "ปรับถ้อยคำ"}), 201),
    "discard_plan": Call(_on_draft({"reason": "เริ่มใหม่"})),
    "submit_plan": Call(_on_draft({})),
    "review_plan": Call(_on_draft({}, acts=[plans.submit])),
    "send_plan_back": Call(_on_draft({"remarks": "แก้ข้อ ๑"}, acts=[plans.submit])),
    "approve_plan": Call(_on_draft({}, acts=[plans.submit])),
    "publish_plan": Call(_on_draft(acts=[plans.submit, plans.approve])),
    "list_remarks": Call(_on_published()),
    "make_remark": Call(_on_published({"text": "ขอเอกสารเพิ่ม"}), 201),
    "answer_remark": Call(_on_remark({"text": "แนบแล้ว"})),
    "settle_remark": Call(_on_remark()),
    # statements
    "get_measure": Call(_on_measure()),
    "add_measure": Call(_on_draft({"title": "มาตรการใหม่", "units": ["กองคลัง"]}), 201),
    "edit_measure": Call(_on_measure({"title": "มาตรการที่แก้แล้ว"})),
    "remove_measure": Call(_on_measure(), 204),
    "move_measure": Call(_on_measure({"to": 2})),
    "get_statement": Call(_on_statement()),
    "add_statement": Call(_on_measure({"kind": "step", "text": "จัดประชุม"}), 201),
    "edit_statement": Call(_on_statement({"text": "จัดประชุมชี้แจงพนักงาน"})),
    "remove_statement": Call(_on_statement(), 204),
    "move_statement": Call(_on_statement({"to": 2})),
    "bind_proofs": Call(_on_statement({"expressions": ["fact(meeting_held, about=service)"]})),
    "attest": Call(_on_statement({"text": "เห็นด้วยตนเอง"}, draft=False), 201),
    # proofs
    "get_proofs": Call(_on_statement(draft=False)),
    "get_alternatives": Call(_on_statement(draft=False)),
    "get_vocabulary": Call(),
    "list_states": Call(_on_published()),
    # evidence
    "list_evidence": Call(query={"fiscal_year": 2568, "text": "ข้อมูลตัวอย่าง"}),
    "get_evidence": Call(_on_record(None)),
    "effects": Call(body({"kind": "meeting_held", "about": "service", "occurred_on": "2025-03-03"})),
    "record_evidence": Call(body(EVIDENCE), 201),
    "withdraw_evidence": Call(_on_record({"reason": "บันทึกผิดเรื่อง"}), 201),
    "replace_evidence": Call(_on_record({**EVIDENCE, "reason": "พิมพ์ผิด"}), 201),
    "publish_evidence": Call(_on_record({"files": False}), 201, also=("evidence.record",)),
    "state_figure": Call(
        body(
            {
                "indicator": "complaints.received",
                "period": {"start": "2024-10-01", "end": "2025-09-30"},
                "as_of": "2025-09-30",
                "value": "3",
            }
        ),
        201,
    ),
    # closing
    "get_checklist": Call(_year),
    "withdraw_statement": Call(_on_statement({"reason": "เลื่อนไปปีหน้า"}, draft=False)),
    "restore_statement": Call(_withdrawn),
    "list_candidates": Call(_candidate()),
    "freeze_report": Call(body({}), 201),
    "get_candidate": Call(_candidate()),
    "get_candidate_paper": Call(_candidate(), query={"format": "html"}),
    "get_paper_for_signature": Call(_on_draft(), query={"format": "html"}),
    "approve_report": Call(_candidate({})),
    "send_report_back": Call(_candidate({"reason": "แก้ข้อ ๓"})),
    "publish_report": Call(_candidate(approved=True), 201),
    "close_year": Call(_year, 201, also=("measures.approve",)),
    "correct_report": Call(_corrected, 201, also=("measures.approve",)),
}
