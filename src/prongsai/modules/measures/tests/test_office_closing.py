"""The year's closing on the screens: withdrawn statements, freezing, approval, publication, correction, the auditor."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from prongsai.foundation.ledger.models import Entry
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures.models import Remark, ReportCandidate, ReportVersion, Statement
from prongsai.modules.measures.selectors import closed_content
from prongsai.modules.measures.tests.office import AUGUST, OCTOBER, Desk, at_work, plan, states, words
from prongsai.modules.measures.tests.people import fields
from tests.sample_year import PDF

pytestmark = pytest.mark.django_db
YEAR = {"fiscal_year": 2568}
ON_SCREEN = {"how": "screen"}


def close(desk: Desk, **freeze: Any) -> ReportVersion:
    """Freeze, approve and publish, each on its own screen."""
    for name, data in (("closing-freeze", freeze), ("closing-approve", ON_SCREEN), ("closing-publish", {})):
        answer = desk.send(name, data, **YEAR)
        assert answer.status_code == 302, words(answer)
    found = ReportVersion.objects.filter(fiscal_year=2568).first()
    assert found is not None
    return found


def unproven() -> int:
    return next(s.statement_id for s in states() if s.verdict is Verdict.UNPROVEN)


def test_the_year_is_closed_in_three_steps_and_the_public_sees_what_is_said() -> None:
    with at_work(day=OCTOBER) as desk:
        page = words(desk.open("closing", **YEAR))
        assert "ประชาชนเห็นมาตรการและผลการพิสูจน์ปัจจุบัน พร้อมข้อความว่ายังไม่ปิดปี" in page
        desk.send("closing-freeze", {}, **YEAR)
        page = words(desk.open("closing", **YEAR))
        assert "รายงานที่ตรึงไว้เห็นเฉพาะภายใน" in page
        assert "รออนุมัติ" in page
        assert desk.open("closing-publish", **YEAR).status_code == 404  # not approved yet
        desk.send("closing-approve", ON_SCREEN, **YEAR)
        assert not ReportVersion.objects.exists()
        desk.send("closing-publish", {}, **YEAR)
        report = ReportVersion.objects.get()
        page = words(desk.open("closing", **YEAR))
        assert "ประชาชนเห็นรายงานที่ปิดแล้ว หลักฐาน และวิธีตรวจ" in page
        assert "ฉบับที่ 1" in page
        assert bytes(report.digest).hex()[:4] in page


def test_a_page_that_was_opened_for_another_frozen_report_approves_nothing() -> None:
    with at_work(day=OCTOBER) as desk:
        desk.send("closing-freeze", {}, **YEAR)
        opened = fields(desk.open("closing-approve", **YEAR).content.decode())
        desk.send("closing-send-back", {"reason": "ถอนข้อความก่อน"}, **YEAR)
        desk.send("closing-withdraw", {"reason": "ไม่ได้ดำเนินการ"}, **YEAR, statement=unproven())
        desk.send("closing-freeze", {}, **YEAR)
        answer = desk.send("closing-approve", {**opened, **ON_SCREEN}, **YEAR)
        assert "เปลี่ยนไปหลังจากเปิดหน้านี้" in words(answer)
        assert ReportCandidate.objects.filter(status="frozen").exists()
        desk.send("closing-approve", {**fields(answer.content.decode()), **ON_SCREEN}, **YEAR)
        assert ReportCandidate.objects.filter(status="approved").exists()


def test_a_withdrawn_statement_prints_in_the_annex_with_its_reason_and_can_come_back() -> None:
    with at_work(day=OCTOBER) as desk:
        pk = unproven()
        empty = desk.send("closing-withdraw", {"reason": ""}, **YEAR, statement=pk)
        assert empty.status_code == 200
        desk.send("closing-withdraw", {"reason": "ไม่ได้ดำเนินการเพราะงบประมาณถูกตัด"}, **YEAR, statement=pk)
        assert "งบประมาณถูกตัด" in words(desk.open("closing", **YEAR))
        desk.send("closing-restore", {}, **YEAR, statement=pk)
        assert not Statement.objects.get(pk=pk).is_withdrawn
        desk.send("closing-withdraw", {"reason": "ไม่ได้ดำเนินการเพราะงบประมาณถูกตัด"}, **YEAR, statement=pk)
        report = close(desk)
        content = closed_content(report)
        text = Statement.objects.get(pk=pk).text
        assert text not in [s.text for s in content.statements()]
        printed = words(desk.open("closing-preview", **YEAR, format="html"))
        assert "งบประมาณถูกตัด" in printed
        assert "งบประมาณถูกตัด" in words(desk.open("closing", **YEAR))


def test_a_closed_report_is_corrected_by_a_new_version_with_a_reason() -> None:
    with at_work(day=OCTOBER) as desk:
        first = close(desk)
        answer = desk.send("closing-freeze", {"reason": ""}, **YEAR)
        assert answer.status_code == 200
        assert not ReportCandidate.objects.filter(status="frozen").exists()
        second = close(desk, reason="แก้ตัวเลขเรื่องร้องเรียน")
        assert (first.version, second.version) == (1, 2)
        page = words(desk.open("closing", **YEAR))
        assert "แก้ตัวเลขเรื่องร้องเรียน" in page
        assert "ฉบับที่ 1" in page and "ฉบับที่ 2" in page  # noqa: PT018
        assert desk.open("closing", **YEAR).content.decode().count("version=") == 12


def test_the_report_is_approved_on_a_paper_that_was_signed() -> None:
    with at_work(day=OCTOBER) as desk:
        desk.send("closing-freeze", {}, **YEAR)
        paper = SimpleUploadedFile("ลงนาม.pdf", PDF + b"% signed\n", "application/pdf")
        signed = {
            "how": "paper", "signed_paper": paper, "signatory": "สมคิด ตัวอย่างดี", "signed_on_d": "15",
            "signed_on_m": "10", "signed_on_y": "2568",
        }  # fmt: skip
        assert desk.send("closing-approve", {"how": "paper"}, **YEAR).status_code == 200
        early = desk.send("closing-approve", {**signed, "signed_on_d": "14"}, **YEAR)
        assert list(early.context["form"].errors) == ["signed_on"]
        assert "14 ตุลาคม 2568 มาก่อนวันที่ตรึงรายงาน 15 ตุลาคม 2568" in words(early)
        paper.seek(0)
        answer = desk.send("closing-approve", signed, **YEAR)
        assert answer.status_code == 302, answer.context["form"].errors
        candidate = ReportCandidate.objects.get()
        assert candidate.status == "approved"
        assert "สมคิด ตัวอย่างดี" in words(desk.open("closing", **YEAR))


def test_a_report_that_is_sent_back_can_be_frozen_again() -> None:
    with at_work(day=OCTOBER) as desk:
        desk.send("closing-freeze", {}, **YEAR)
        desk.send("closing-send-back", {"reason": "ขาดหลักฐานข้อ 3"}, **YEAR)
        assert ReportCandidate.objects.get().status == "sent_back"
        desk.send("closing-freeze", {}, **YEAR)
        assert ReportCandidate.objects.filter(status="frozen").count() == 1


def test_before_the_year_is_over_nothing_is_frozen() -> None:
    with at_work(day=AUGUST) as desk:
        assert "closing/2568/freeze/" not in desk.open("closing", **YEAR).content.decode()
        answer = desk.send("closing-freeze", {}, **YEAR)
        assert answer.status_code == 200
        assert not ReportCandidate.objects.exists()


def test_each_step_asks_for_its_own_permission() -> None:
    with at_work("measures.read", day=OCTOBER) as desk:
        page = desk.open("closing", **YEAR).content.decode()
        assert "/freeze/" not in page
        assert "/withdraw/" not in page
        for name in ("closing-freeze", "closing-approve", "closing-send-back", "closing-publish"):
            assert desk.open(name, **YEAR).status_code == 403, name
        assert desk.open("closing-withdraw", **YEAR, statement=unproven()).status_code == 403
        assert desk.open("closing", fiscal_year=2599).status_code == 404


def test_the_preview_prints_in_every_format() -> None:
    with at_work("measures.read") as desk:
        page = desk.open("closing-preview", **YEAR, format="html")
        assert "style-src 'unsafe-inline'" in page["Content-Security-Policy"]
        assert desk.open("closing-preview", **YEAR, format="csv")["Content-Disposition"].startswith(
            "attachment"
        )
        assert desk.open("closing-preview", **YEAR, format="exe").status_code == 404


def test_the_auditor_walks_from_citation_to_citation_and_leaves_a_remark() -> None:
    with at_work("measures.read", "measures.remark") as desk:
        cited = next(at for at, s in enumerate(states(), 1) if s.citations)
        page = desk.open("closing-audit-at", **YEAR, at=cited)
        stop = page.context["stop"]
        assert stop.state.text in words(page)
        answer = desk.send("closing-audit-at", {"text": "ขอสำเนาต้นฉบับ"}, **YEAR, at=cited)
        assert answer["Location"] == desk.url("closing-audit-at", **YEAR, at=cited + 1)
        made = Remark.objects.get()
        assert (made.entry, made.statement_id) == (stop.entry, stop.state.statement_id)  # type: ignore[attr-defined]
        assert "ขอสำเนาต้นฉบับ" in words(desk.open("closing-audit-at", **YEAR, at=cited))
        assert "ขอสำเนาต้นฉบับ" in words(desk.open("evidence", number=stop.entry))
        assert "ขอสำเนาต้นฉบับ" in words(desk.open("closing", **YEAR))
        desk.client.post(desk.url("closing-audit-at", **YEAR, at=cited + 1), {"_looked": "1"})
        assert desk.open("closing-audit", **YEAR).context["seen_count"] == 2
        assert desk.open("closing-audit-at", **YEAR, at=9999).status_code == 404
        assert Entry.objects.filter(kind="remark_made").exists()


def test_a_remark_on_a_record_stands_at_the_record() -> None:
    with at_work("measures.read", "measures.remark") as desk:
        number = Entry.objects.filter(kind="published", log="main").latest("number").number
        desk.send("evidence-remark", {"text": "ขาดหน้าที่สอง"}, number=number)
        assert "ขาดหน้าที่สอง" in words(desk.open("evidence", number=number))


def test_the_overview_counts_what_is_ready_and_who_owes_what() -> None:
    with at_work("measures.read") as desk:
        page = desk.open("dashboard")
        found = page.context["found"]
        text = words(page)
        assert f"{found.ready} จาก {found.total}" in text
        assert "47 วัน" in text
        for disagreeing in page.context["contradicted"]:
            assert disagreeing["printed"] in text
        assert page.context["owed_count"] == sum(s.is_open for s in states())
        course = desk.client.get(desk.url("dashboard-course", **YEAR), headers={"HX-Request": "true"})
        last = course.context["months"][-1]
        assert last.ready == found.ready
        assert b"<html" not in course.content
        assert desk.open("dashboard", fiscal_year=2599).status_code == 404
        assert plan().fiscal_year == page.context["plan"].fiscal_year
