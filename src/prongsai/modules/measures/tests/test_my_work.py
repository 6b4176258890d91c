"""What the measures ask of people, the year at a glance, and how it went."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Verdict, WorkItem
from prongsai.kernel.registry import registry
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.models import Plan, Statement
from prongsai.modules.measures.provides import reads_office
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.selectors import results
from prongsai.modules.measures.selectors.overview import year_overview
from prongsai.modules.measures.selectors.states import statement_states
from prongsai.modules.measures.selectors.trend import month_ends, trend
from prongsai.modules.measures.selectors.work import work_items
from prongsai.modules.measures.services import plans, register, remarks, statements
from tests import sample_year
from tests.cast import SYSTEM, banthrai, donsai

pytestmark = pytest.mark.django_db

NOW = date(2025, 8, 14)
REVIEWER = Actor("สมชาย ตัวอย่าง", frozenset({"measures.review", "measures.remark"}), user_id=7, position="ปลัด")
PLANNER = Actor(
    "มานี ตัวอย่าง", frozenset({"measures.draft", "measures.submit"}), user_id=8, position="นักวิเคราะห์"
)


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Iterator[Organization]:
    settings.KEYS_FOLDER = tmp_path / "keys"
    cache.clear()
    organization = sample_year.build()
    with scope(organization.pk), clock.at(NOW):
        yield organization


@pytest.fixture
def empty() -> Iterator[Organization]:
    cache.clear()
    organization = banthrai()
    with scope(organization.pk), clock.at(date(2024, 10, 3)):
        yield organization


def items(prefix: str) -> list[WorkItem]:
    flush()
    return [item for item in work_items() if item.key.startswith(prefix)]


def test_every_statement_that_lacks_records_is_work_of_its_unit(office: Organization) -> None:
    open_ones = [s for s in statement_states(Plan.objects.get()) if s.is_open]
    found = items("statement:")
    assert len(found) == len(open_ones) > 10
    step = next(item for item in found if item.key == "statement:2568:1.step.3")
    assert (step.place, step.due, step.unit) == ("มาตรการ ๑ ขั้นตอน ๓", date(2025, 9, 30), "สำนักปลัด")
    assert (step.action, step.permission) == ("เพิ่มหลักฐาน", "evidence.record")
    assert "อนุมัติผลการประเมิน" in step.missing
    assert "fact=assessment_approved&about=corruption_risk" in step.url
    told = next(item for item in found if item.key == "statement:2568:2.outcome.1")
    assert "มีเรื่องร้องเรียนเกี่ยวกับงานบริการ ๓ เรื่อง" in told.missing


def test_work_takes_few_queries_when_the_verdicts_are_kept(office: Organization) -> None:
    assert items("statement:")
    flush()
    connection.run_on_commit.clear()  # as after a commit: verdicts may be kept
    work_items()
    with CaptureQueriesContext(connection) as queries:
        work_items()
    assert len(queries) <= 6


def test_an_earlier_day_in_the_wording_is_the_day_it_is_due(empty: Organization) -> None:
    plan = plans.draft_plan(actor=SYSTEM, fiscal_year=2568)
    measure = statements.add_measure(actor=SYSTEM, plan=plan, title="มาตรการ", topic=None, units=["กองคลัง"])
    for text in (
        "จัดทำแผนให้แล้วเสร็จภายในวันที่ ๑๕ สิงหาคม ๒๕๖๘",
        "จัดประชุมภายในเดือนธันวาคม ๒๕๖๗",
        "ติดตามภายในหน่วยงาน",
    ):
        statements.add_statement(actor=SYSTEM, measure=measure, kind="step", text=text)  # type: ignore[arg-type]
    due = [s.due for s in statement_states(plan)]
    assert due == [date(2025, 8, 15), date(2024, 12, 31), date(2025, 9, 30)]


def test_each_step_of_a_plan_waits_for_the_one_who_takes_it(empty: Organization) -> None:
    (start,) = items("plan:")
    assert (start.permission, start.due) == ("measures.draft", date(2024, 10, 1))
    plan = plans.import_plan(actor=PLANNER, report=read_report(sample_year.EXAMPLES / "muangkae-2568.txt"))
    steps = []
    for act, actor in (
        (plans.submit, PLANNER),
        (plans.review, REVIEWER),
        (plans.approve, SYSTEM),
        (plans.publish, SYSTEM),
    ):
        (item,) = items("plan:")
        steps.append((item.permission, item.approval, item.sender))
        plan = act(actor=actor, plan=plan)
    assert steps == [
        ("measures.submit", False, ""),
        ("measures.review", True, "มานี ตัวอย่าง นักวิเคราะห์"),
        ("measures.approve", True, "สมชาย ตัวอย่าง ปลัด"),
        ("measures.publish", False, "ชุดทดสอบ"),
    ]
    assert items("plan:") == []
    with clock.at(date(2025, 10, 2)):
        (item,) = items("closing:")
        assert (item.due, item.permission) == (date(2025, 10, 31), "measures.submit")


def test_remarks_wait_for_their_answer_and_then_for_who_made_them(office: Organization) -> None:
    plan = Plan.objects.get()
    statement = Statement.objects.select_related("measure").get(measure__number=1, kind="step", number=1)
    made = remarks.remark(actor=REVIEWER, plan=plan, text="ขอดูรายงานการประชุม", statement=statement)
    (asked,) = items("remark:")
    assert (asked.permission, asked.sender, asked.user_id) == ("measures.draft", "สมชาย ตัวอย่าง", None)
    remarks.answer_remark(actor=PLANNER, remark=made, text="แนบแล้ว")
    (answered,) = items("remark:")
    assert (answered.permission, answered.user_id, "แนบแล้ว" in answered.missing) == ("", 7, True)
    remarks.settle_remark(actor=REVIEWER, remark=made)
    assert items("remark:") == []


def test_another_organization_sees_none_of_it(office: Organization) -> None:
    other = donsai()
    with scope(other.pk):
        assert [item.key for item in work_items()] == ["plan:2568:new"]


def test_the_module_plugs_in_what_the_workspace_shows(office: Organization) -> None:
    known = registry()
    assert {"measures.read", "measures.remark", "evidence.record"} <= known.permissions.keys()
    assert {"dashboard", "measures", "evidence"} <= known.navigation.keys()
    assert known.first_steps["measures"].done()
    with clock.at(date(2026, 1, 1)):
        assert not known.first_steps["measures"].done()


def test_a_report_tells_the_names_of_its_office() -> None:
    details = reads_office(sample_year.EXAMPLES / "muangkae-2568.txt")
    assert (details.name, details.province, details.fiscal_year) == (
        "องค์การบริหารส่วนตำบลเมืองแก", "บุรีรัมย์", 2568,
    )  # fmt: skip
    assert details.units[:2] == ("สำนักปลัด", "กองคลัง")


# -- the year at a glance -----------------------------------------------------------------------------------


def test_the_overview_says_what_the_report_would(office: Organization) -> None:
    plan = Plan.objects.select_related("organization").get()
    found = year_overview(plan)
    said = [s for m in results(plan) for s in m.statements]
    assert found.total == len(said) == 55
    assert found.counts == {v: sum(s.verdict is v for s in said) for v in Verdict}
    assert [s.printed for s in found.contradicted] == [
        s.printed for s in said if s.verdict is Verdict.CONTRADICTED
    ]
    assert sum(len(owed.states) for owed in found.owed) == found.missing
    assert found.days_left == 47
    assert [m.total for m in found.measures] == [6, 9, 7, 9, 10, 7, 7]
    assert all(date(2024, 7, 1) < tick.day <= NOW for tick in found.ticks)
    assert found.last_entry == Entry.objects.filter(log="main").count()


def test_the_overview_is_quick_and_takes_few_queries_when_nothing_is_kept(office: Organization) -> None:
    plan = Plan.objects.select_related("organization").get()
    year_overview(plan)
    flush()
    connection.run_on_commit.clear()
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        year_overview(plan)
    assert len(queries) <= 12
    times = []
    for _ in range(3):
        cache.clear()
        started = time.process_time()  # of this process alone: the machine may be busy
        year_overview(plan)
        times.append(time.process_time() - started)
    assert min(times) < 0.1


def test_the_trend_ends_with_todays_verdicts_and_begins_with_what_was_on_record_then(
    office: Organization,
) -> None:
    plan = Plan.objects.select_related("organization").get()
    months = trend(plan)
    assert [m.day for m in months[:2]] == [date(2024, 10, 31), date(2024, 11, 30)]
    assert months[-1].day == NOW
    assert months[-1].counts == year_overview(plan).counts
    assert all(sum(m.counts.values()) == 55 for m in months)
    march = next(m for m in months if m.day == date(2025, 3, 31))
    february = next(m for m in months if m.day == date(2025, 2, 28))
    assert march.counts[Verdict.PROVEN] > february.counts[Verdict.PROVEN]  # recorded on 3 March
    assert february.counts[Verdict.CONTRADICTED] == 0  # the figures came in August


def test_a_withdrawal_changes_the_months_after_it_only(office: Organization) -> None:
    plan = Plan.objects.select_related("organization").get()
    before = trend(plan)
    number = Entry.objects.get(kind="meeting_held", about="service").number
    register.withdraw_evidence(actor=SYSTEM, number=number, reason="บันทึกผิดเรื่อง")
    flush()
    after = trend(plan)
    assert after[:-1] == before[:-1]
    assert after[-1].counts[Verdict.PROVEN] == before[-1].counts[Verdict.PROVEN] - 1


@pytest.mark.parametrize(
    ("today", "ends"),
    [
        (date(2024, 9, 30), []),
        (date(2024, 10, 1), [date(2024, 10, 1)]),
        (date(2024, 11, 30), [date(2024, 10, 31), date(2024, 11, 30)]),
    ],
)
def test_months_are_counted_up_to_today(today: date, ends: list[date]) -> None:
    assert month_ends(sample_year.YEAR, today) == ends
    assert len(month_ends(sample_year.YEAR, date(2026, 1, 1))) == 12


def test_a_discarded_draft_asks_for_nothing_and_frees_its_year(empty: Organization) -> None:
    plan = plans.draft_plan(actor=PLANNER, fiscal_year=2568)
    plans.discard_draft(actor=PLANNER, plan=plan, reason="เริ่มใหม่จากรายงานปีก่อน")
    assert [item.key for item in items("plan:")] == ["plan:2568:new"]
    fresh = plans.draft_plan(actor=PLANNER, fiscal_year=2568)
    assert (fresh.version, Plan.objects.get(pk=plan.pk).status) == (2, PlanStatus.DISCARDED)
