"""Reading last year's report on the screens: what cannot be read, what stays on the desk, what is wrong in a row."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.files.services import store_file
from prongsai.modules.measures.models import Measure, Plan, Statement
from prongsai.modules.measures.reading.tests import offices
from prongsai.modules.measures.services import import_desk, plans
from prongsai.modules.measures.services.importing import preview_import
from prongsai.modules.measures.tests.people import Person, fields, words
from tests.cast import SYSTEM, member, signed_in_client
from tests.sample_year import EXAMPLES, PDF, PNG
from tests.screens import MOST_QUERIES, served

pytestmark = pytest.mark.django_db
REPORT = EXAMPLES / "muangkae-2568.txt"


@pytest.fixture
def read(planner: Person) -> import_desk.Reading:
    return import_desk.start(member=planner.member, preview=preview_import(REPORT), file={})


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("ภาพ.png", PNG, "เป็นภาพ ไม่มีข้อความให้อ่าน"),
        ("สแกน.pdf", PDF, "PDF"),
        ("บันทึก.txt", "ประชุมวันจันทร์".encode(), "ไม่ใช่รายงานผลการดำเนินการตามมาตรการ"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_nothing_is_begun(
    planner: Person, name: str, content: bytes, said: str
) -> None:
    answer = planner.send("plan-import", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200
    assert said in words(answer.content)
    assert import_desk.reading_of(planner.member) is None


def test_a_report_that_was_saved_as_a_web_page_is_read_and_kept_as_text(planner: Person) -> None:
    rows = [offices.html_row(offices.cells(sample)) for sample in offices.SAMPLES]
    script = "<script>document.title = 'run'</script>"
    page = offices.html_page(script + offices.html_table(rows)).encode()
    answer = planner.send("plan-import", {"file": SimpleUploadedFile("รายงาน.html", page)})
    assert answer["Location"] == planner.url("plan-import-check")
    reading = import_desk.reading_of(planner.member)
    assert reading is not None
    assert len(reading.lines) == len(offices.SAMPLES)
    planner.send("plan-import-check", {"fiscal_year": "2568"})
    kept = Plan.objects.get().source_file
    assert (kept["name"], kept["type"]) == ("รายงาน.html.txt", "text/plain; charset=utf-8")
    auditor = signed_in_client(member("audit.read", username="auditor"))
    given = auditor.get(planner.url("settings-file-content", sha256=kept["sha256"]))
    assert given["Content-Type"] == "text/plain; charset=utf-8"
    assert given["Content-Disposition"].startswith("attachment")
    assert "sandbox" in given["Content-Security-Policy"]
    assert given["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_is_kept_already_is_read_with_one_click(planner: Person) -> None:
    kept = store_file(actor=SYSTEM, content=BytesIO(REPORT.read_bytes()), name=REPORT.name)
    answer = planner.send("plan-import", query=f"?file={kept.sha256}")
    assert answer["Location"] == planner.url("plan-import-check")
    reading = import_desk.reading_of(planner.member)
    assert reading is not None
    assert reading.file["sha256"] == kept.sha256


def test_without_a_file_on_the_desk_the_pages_lead_to_the_upload(planner: Person) -> None:
    for address in (planner.url("plan-import-check"), planner.url("plan-import-measure", number=1)):
        for answer in (planner.client.get(address), planner.client.post(address)):
            assert (answer.status_code, answer["Location"]) == (302, planner.url("plan-import"))


def test_what_one_member_reads_another_does_not_see(
    planner: Person, head: Person, read: import_desk.Reading
) -> None:
    assert import_desk.reading_of(planner.member) == read
    assert import_desk.reading_of(head.member) is None


def test_an_empty_row_is_told_and_what_was_typed_elsewhere_stays(
    planner: Person, read: import_desk.Reading
) -> None:
    answer = planner.send(
        "plan-import-measure", {"s1-text": "  ", "s2-text": "แก้แล้ว", "title": "ชื่อใหม่"}, number=1
    )
    assert answer.status_code == 200
    assert "แก้ 1 จุด" in words(answer.content)
    assert "แก้แล้ว" in answer.content.decode()
    kept = import_desk.measure(planner.member, 1)
    assert kept is not None
    assert kept.title != "ชื่อใหม่"


def test_a_row_of_another_column_moves_there(planner: Person, read: import_desk.Reading) -> None:
    planner.send("plan-import-measure", {"s1-kind": "outcome"}, number=1)
    kept = import_desk.measure(planner.member, 1)
    assert kept is not None
    assert [s.kind for s in kept.statements] == ["step", "step", "output", "outcome", "outcome", "outcome"]


def test_a_typed_text_is_suggested_its_own_proofs(planner: Person, read: import_desk.Reading) -> None:
    planner.send("plan-import-measure", {"s1-text": "ไม่มีเรื่องร้องเรียน", "s1-kind": "outcome"}, number=1)
    kept = import_desk.measure(planner.member, 1)
    assert kept is not None
    typed = next(s for s in kept.statements if s.text == "ไม่มีเรื่องร้องเรียน")
    assert typed.proofs
    assert typed.proofs[0].expression.startswith("zero(")


def test_a_kept_draft_of_a_row_comes_back(planner: Person, read: import_desk.Reading) -> None:
    planner.send("plan-import-measure", {"s1-text": "พิมพ์ค้างไว้", "_draft": "1"}, number=1)
    assert "พิมพ์ค้างไว้" in planner.client.get(planner.url("plan-import-measure", number=1)).content.decode()
    kept = import_desk.measure(planner.member, 1)
    assert kept is not None
    assert kept.statements[0].text != "พิมพ์ค้างไว้"


def test_putting_it_away_forgets_it(planner: Person, read: import_desk.Reading) -> None:
    planner.send("plan-import-drop")
    assert import_desk.reading_of(planner.member) is None
    assert import_desk.measure(planner.member, 1) is None


def test_a_year_that_has_a_plan_is_refused_and_the_reading_stays(
    planner: Person, read: import_desk.Reading
) -> None:
    plans.draft_plan(actor=SYSTEM, fiscal_year=2568)
    answer = planner.send("plan-import-check", {"fiscal_year": "2568"})
    assert answer.status_code == 200
    assert "มีมาตรการของปีงบประมาณ 2568 อยู่แล้ว" in words(answer.content)
    assert import_desk.reading_of(planner.member) is not None


def test_a_report_becomes_the_plan_of_the_year_after_it(planner: Person, read: import_desk.Reading) -> None:
    planner.send("plan-import-check", {"fiscal_year": "2569"})
    plan = Plan.objects.get()
    assert plan.fiscal_year == 2569
    for measure in Measure.objects.filter(plan=plan):
        assert measure.period == plan.period
    assert not Statement.objects.filter(text__contains="๒๕๖๘").exists()


def test_saving_twice_makes_one_plan(planner: Person, read: import_desk.Reading) -> None:
    url = planner.url("plan-import-check")
    held = {**fields(planner.client.get(url).content.decode()), "fiscal_year": "2568"}
    first, second = (planner.client.post(url, held) for _ in range(2))
    assert first["Location"] == second["Location"] == planner.url("plan", plan=Plan.objects.get().pk)


def test_each_page_takes_few_queries(planner: Person, read: import_desk.Reading) -> None:
    for address in (planner.url("plan-import-check"), planner.url("plan-import-measure", number=1)):
        planner.client.get(address)
        with CaptureQueriesContext(connection) as queries:
            planner.client.get(address)
        assert served(queries.captured_queries) <= MOST_QUERIES, address
