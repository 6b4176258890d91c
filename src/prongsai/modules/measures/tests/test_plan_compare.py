"""What two versions of a plan say otherwise; numbers in front of pasted lines; the papers of a draft."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from prongsai.kernel.contracts import Period, StatementKind
from prongsai.modules.measures.forms.plan import unnumbered
from prongsai.modules.measures.models import Measure, Plan, Statement
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.selectors.compare import compare
from prongsai.modules.measures.services import plans, statements
from prongsai.modules.measures.tests.people import Person
from tests.cast import SYSTEM
from tests.sample_year import EXAMPLES

REPORT = EXAMPLES / "muangkae-2568.txt"


@pytest.fixture
def versions(planner: Person) -> tuple[Plan, Plan]:
    """The announced plan and the draft of its next version, which says the same."""
    plan = plans.import_plan(actor=SYSTEM, report=read_report(REPORT), source=REPORT.name)
    for act in (plans.submit, plans.approve, plans.publish):
        plan = act(actor=SYSTEM, plan=plan)
    return plan, plans.revise(actor=SYSTEM, plan=plan, reason="ปรับถ้อยคำ")


def step(plan: Plan, number: int, measure: int = 1) -> Statement:
    return Statement.objects.get(measure__plan=plan, measure__number=measure, kind="step", number=number)


def lines(old: Plan, new: Plan) -> list[tuple[str, str, int, str, str]]:
    return [(d.change, d.kind, d.number, d.before, d.after) for m in compare(old, new) for d in m.lines]


@pytest.mark.django_db
def test_versions_that_say_the_same_have_no_difference(versions: tuple[Plan, Plan]) -> None:
    assert compare(*versions) == []


@pytest.mark.django_db
def test_a_changed_a_new_and_a_lost_sentence_are_told_apart(versions: tuple[Plan, Plan]) -> None:
    old, new = versions
    before = step(old, 1).text
    statements.edit_statement(actor=SYSTEM, statement=step(new, 1), text=f"{before} ปีละ 2 ครั้ง", revision=1)
    gone = step(new, 3)
    statements.remove_statement(actor=SYSTEM, statement=gone, revision=1)
    measure = Measure.objects.get(plan=new, number=1)
    statements.add_statement(actor=SYSTEM, measure=measure, kind=StatementKind.OUTPUT, text="ประชุม 2 ครั้ง")
    assert lines(old, new) == [
        ("changed", "step", 1, before, f"{before} ปีละ 2 ครั้ง"),
        ("removed", "step", 3, gone.text, ""),
        ("added", "output", 2, "", "ประชุม 2 ครั้ง"),
    ]


@pytest.mark.django_db
def test_measures_are_recognized_when_their_numbers_move(versions: tuple[Plan, Plan]) -> None:
    old, new = versions
    first = Measure.objects.get(plan=new, number=1)
    statements.remove_measure(actor=SYSTEM, measure=first, revision=1)
    found = compare(old, new)
    assert [(d.change, d.title) for d in found] == [("removed", first.title)]


@pytest.mark.django_db
def test_a_measures_own_words_are_compared_too(versions: tuple[Plan, Plan]) -> None:
    old, new = versions
    measure = Measure.objects.get(plan=new, number=2)
    half = Period(measure.period_start, measure.period_start.replace(month=12, day=31))
    statements.edit_measure(
        actor=SYSTEM,
        measure=measure,
        revision=1,
        title=measure.title,
        topic=None,
        period=half,
        units=["กองคลัง"],
    )
    assert [(kind, after) for _change, kind, _n, _before, after in lines(old, new)] == [
        ("period", "1 ต.ค. 2567 ถึง 31 ธ.ค. 2567"),
        ("units", "กองคลัง"),
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1. จัดประชุม", "จัดประชุม"),
        ("๒) จัดประชุม", "จัดประชุม"),
        ("(3) จัดประชุม", "จัดประชุม"),
        ("1.2. จัดประชุม", "จัดประชุม"),
        ("- จัดประชุม", "จัดประชุม"),
        ("22 คู่มือเผยแพร่แล้ว", "22 คู่มือเผยแพร่แล้ว"),
        ("1.5 ล้านบาท", "1.5 ล้านบาท"),
        ("๕ ส. ทุกวันศุกร์", "๕ ส. ทุกวันศุกร์"),
        ("1.", "1."),
        ("  จัด   ประชุม ", "จัด ประชุม"),
    ],
)
def test_only_the_number_of_a_list_is_taken_from_a_line(typed: str, kept: str) -> None:
    assert unnumbered(typed) == kept


@pytest.mark.django_db
def test_a_drafts_papers_say_that_they_are_drafts(planner: Person, versions: tuple[Plan, Plan]) -> None:
    old, new = versions

    def paper(plan: Plan, name: str, form: str) -> bytes:
        answer = planner.client.get(planner.url("plan-paper", plan=plan.pk, paper=name, format=form))
        assert answer.status_code == 200, (name, form)
        return answer.content

    for name in ("announcement", "signature"):
        assert paper(new, name, "pdf").startswith(b"%PDF")
        assert paper(new, name, "docx").startswith(b"PK")
    book = load_workbook(BytesIO(paper(new, "announcement", "xlsx")))
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value]
    assert any("ร่าง" in text for text in cells)
    assert step(new, 1).text in cells
    book = load_workbook(BytesIO(paper(old, "announcement", "xlsx")))
    assert not any("ร่าง" in str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)
    for name, form in (("announcement", "html"), ("secret", "pdf"), ("signature", "xlsx")):
        url = planner.url("plan-paper", plan=new.pk, paper=name, format=form)
        assert planner.client.get(url).status_code == 404
