"""A report becomes a draft: shown with its sources first, corrected, written in few statements."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Actor, Period, StatementKind
from prongsai.kernel.errors import InvalidInput, NotPermitted, Unreadable
from prongsai.modules.measures.models import Measure, Plan, Proof, Statement
from prongsai.modules.measures.notation import parse_term, parse_window
from prongsai.modules.measures.selectors import measure_tree
from prongsai.modules.measures.services import statements
from prongsai.modules.measures.services.importing import (
    ImportPreview,
    PreviewMeasure,
    PreviewStatement,
    import_preview,
    preview_import,
    trace,
)
from prongsai.modules.measures.words import describe
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parent.parent / "examples" / "muangkae-2568.txt"


@pytest.fixture
def office() -> Iterator[Organization]:
    organization = banthrai()
    with scope(organization.pk):
        yield organization


def test_a_preview_shows_for_each_statement_where_it_came_from_and_writes_nothing(
    office: Organization,
) -> None:
    preview = preview_import(SAMPLE.read_bytes(), "รายงาน 2568.txt")
    assert not Plan.objects.exists()
    first = preview.measures[0]
    assert (len(preview.measures), first.where, first.source["period"]) == (
        7, "บรรทัดที่ 16", "๑ ต.ค.๖๗ ถึง ๓๐ ก.ย.๖๘",
    )  # fmt: skip
    for measure in preview.measures:
        for statement in measure.statements:
            assert "".join(statement.text.split()) in "".join(statement.source.split())
            assert statement.proofs
            assert all(p.words == describe(parse_term(p.expression)) for p in statement.proofs)
    assert first.statements[0].source in first.source["step"]
    assert not first.statements[0].source.startswith("๑.")


def test_a_preview_carried_by_a_screen_comes_back_as_it_was(office: Organization) -> None:
    preview = preview_import(SAMPLE)
    carried = json.loads(json.dumps(preview.to_json(), ensure_ascii=False))
    assert ImportPreview.from_json(carried) == preview


def test_a_corrected_preview_becomes_the_draft(office: Organization) -> None:
    values = preview_import(SAMPLE, "รายงาน.txt").to_json()
    measure = values["measures"][0]
    measure["title"] = "มาตรการที่แก้แล้ว"
    measure["statements"][0]["text"] = "จัดประชุมเรื่องการให้บริการ"
    measure["statements"][0]["proofs"] = None  # the wording changed: suggest anew
    measure["statements"][1]["proofs"][0]["chosen"] = False
    left = len(measure["statements"][1]["proofs"]) - 1
    del values["measures"][6]
    plan = import_preview(actor=SYSTEM, preview=ImportPreview.from_json(values))
    assert (plan.fiscal_year, plan.source, Measure.objects.count()) == (2568, "รายงาน.txt", 6)
    one, two = Statement.objects.filter(measure__number=1, kind="step", number__lte=2)
    assert [p.expression for p in one.proofs.all()] == ["fact(meeting_held, about=service)"]  # type: ignore[attr-defined]
    assert two.proofs.count() == left  # type: ignore[attr-defined]


def test_last_years_report_becomes_this_years_plan_with_its_dates_moved(office: Organization) -> None:
    plan = import_preview(actor=SYSTEM, preview=preview_import(SAMPLE), fiscal_year=2570)
    assert {m.period for m in Measure.objects.all()} == {Period.fiscal_year(2570)}
    step = Statement.objects.get(measure__number=4, kind="step", number=1)
    assert "๒๕๗๐" in step.text
    assert plan.fiscal_year == 2570


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda v: v["measures"][1].update(title=" "), "measures.2.title"),
        (lambda v: v["measures"][0]["statements"][2].update(text=""), "measures.1.statements.3.text"),
        (lambda v: v["measures"][0].update(start="2025-02-31"), "measures.1.start"),
        (lambda v: v["measures"][0].update(start="2025-09-01", end="2025-01-01"), "measures.1.end"),
        (lambda v: v["measures"][0].update(topic="เงิน"), "measures.1.topic"),
        (lambda v: v["measures"][0]["statements"][0].update(kind="goal"), "measures.1.statements.1.kind"),
        (
            lambda v: v["measures"][0]["statements"][0]["proofs"][0].update(expression="fact(x"),
            "measures.1.statements.1.proofs",
        ),
        (lambda v: v.update(measures="ไม่มี"), "measures"),
        (lambda v: v.update(measures=[3]), "measures.1"),
        (lambda v: v.update(fiscal_year="2568"), "fiscal_year"),
        (lambda v: v.update(fiscal_year=None), "fiscal_year"),
        (lambda v: v.update(fiscal_year=2025), "fiscal_year"),
    ],
)
def test_what_is_wrong_in_a_corrected_preview_is_named_by_its_row(
    office: Organization, change: object, field: str
) -> None:
    values = preview_import(SAMPLE).to_json()
    change(values)  # type: ignore[operator]
    with pytest.raises(InvalidInput) as refused:
        import_preview(actor=SYSTEM, preview=ImportPreview.from_json(values))
    assert refused.value.field == field
    assert not Plan.objects.exists()


def test_who_may_not_draft_imports_nothing(office: Organization) -> None:
    with pytest.raises(NotPermitted):
        import_preview(actor=Actor("มานะ"), preview=preview_import(SAMPLE))


def test_what_is_no_report_says_so(office: Organization) -> None:
    with pytest.raises(Unreadable):
        preview_import(b"\x89PNG\r\n", "ภาพ.png")


def test_warnings_stand_with_their_measure_and_those_of_the_file_apart(office: Organization) -> None:
    text = SAMPLE.read_text("utf-8").replace("๑ ต.ค.๖๗ ถึง ๓๐ ก.ย.๖๘", "ตลอดไป", 1)
    preview = preview_import(text.encode(), "รายงาน.txt")
    assert any("ตลอดไป" in warning for warning in preview.measures[0].warnings)
    assert not any("ตลอดไป" in warning for warning in preview.warnings)


@pytest.mark.parametrize(
    ("text", "source", "found"),
    [
        ("จัดประชุม ทุกเดือน", "๑. จัดประชุม\nทุกเดือน\n๒. อื่น", "จัดประชุม\nทุกเดือน"),
        ("ไม่มีในแฟ้ม", "๑. อื่น", "๑. อื่น"),
        ("", "อื่น", "อื่น"),
    ],
)
def test_a_statement_is_traced_to_its_place_in_the_source(text: str, source: str, found: str) -> None:
    assert trace(text, source) == found


def large_preview() -> ImportPreview:
    """40 measures, 2,000 statements in the words of the sample."""
    sample = [s for m in preview_import(SAMPLE).measures for s in m.statements]
    kinds = list(StatementKind)
    measures = [
        PreviewMeasure(
            title=f"มาตรการที่ {m}", topic="service", start=None, end=None, units=("สำนักปลัด", "กองคลัง"),
            statements=tuple(
                PreviewStatement(kinds[n % 3], f"{sample[(m * 50 + n) % len(sample)].text} ({m}.{n})")
                for n in range(50)
            ),
        )
        for m in range(40)
    ]  # fmt: skip
    return ImportPreview("ใหญ่", "", "", "", 2569, tuple(measures))


def test_a_plan_of_2000_statements_is_written_read_and_edited_in_few_queries(office: Organization) -> None:
    with CaptureQueriesContext(connection) as writing:
        plan = import_preview(actor=SYSTEM, preview=large_preview())
    assert (Statement.objects.count(), len(writing) <= 30) == (2000, True), len(writing)
    assert Proof.objects.count() > 2000
    with CaptureQueriesContext(connection) as loading:
        tree = measure_tree(plan)
        assert sum(len(m.statements.all()) for m in tree) == 2000  # type: ignore[attr-defined]
    assert len(loading) <= 6
    target = Statement.objects.select_related("measure__plan").get(measure__number=40, kind="step", number=5)
    started = time.process_time()  # of this process alone: the machine may be busy
    for revision in (1, 2, 3):
        statements.edit_statement(
            actor=SYSTEM, statement=target, text=f"แก้ครั้งที่ {revision}", revision=revision
        )
    assert (time.process_time() - started) / 3 < 0.08


def test_units_and_periods_of_a_measure_without_any_are_the_years(office: Organization) -> None:
    preview = replace(large_preview(), measures=large_preview().measures[:1])
    import_preview(actor=SYSTEM, preview=preview)
    measure = Measure.objects.get()
    assert (measure.period_start, measure.period_end) == (date(2025, 10, 1), date(2026, 9, 30))
    assert [r.unit.name for r in measure.responsible.all()] == ["สำนักปลัด", "กองคลัง"]  # type: ignore[attr-defined]


def test_a_window_in_a_preview_comes_in_its_own_form(office: Organization) -> None:
    values = preview_import(SAMPLE).to_json()
    values["measures"][0]["statements"][0]["proofs"][0]["window"] = "about -90..+0"
    preview = ImportPreview.from_json(values)
    proof = preview.measures[0].statements[0].proofs[0]  # type: ignore[index]
    assert parse_window(proof.window).before == 90
    assert "ก่อนเริ่มไม่เกิน 90 วัน" in proof.window_words


@pytest.mark.parametrize(
    ("place", "given"),
    [
        (("fiscal_year",), 1),
        (("fiscal_year",), 10**30),
        (("measures", 0, "start"), "0001-01-01"),
        (("measures", 0, "end"), "9999-12-31"),
        (("measures", 0, "statements", 0, "kind"), []),
        (("measures", 0, "statements", 0, "join"), {}),
        (("measures", 0, "topic"), ["service"]),
    ],
)
def test_what_nobody_would_correct_a_preview_to_is_refused_in_its_row(
    office: Organization, place: tuple[str | int, ...], given: object
) -> None:
    values: object = (whole := preview_import(SAMPLE).to_json())
    for step in place[:-1]:
        values = values[step]  # type: ignore[index]
    values[place[-1]] = given  # type: ignore[index]
    with pytest.raises(InvalidInput):
        import_preview(actor=SYSTEM, preview=ImportPreview.from_json(whole), fiscal_year=2570)
    assert not Plan.objects.exists()
