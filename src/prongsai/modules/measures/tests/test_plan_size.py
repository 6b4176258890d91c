"""A plan with 40 measures and 2,000 statements: pages of bounded size, in few queries, and usable."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prongsai.kernel.contracts import Period, StatementKind, Topic
from prongsai.modules.measures.models import Plan
from prongsai.modules.measures.services import import_desk, plans
from prongsai.modules.measures.services.importing import (
    ImportPreview,
    PreviewMeasure,
    PreviewStatement,
    suggest_again,
)
from prongsai.modules.measures.services.writing import NewMeasure, NewStatement, suggested, write
from prongsai.modules.measures.tests.people import Person, words
from tests.cast import SYSTEM
from tests.screens import MOST_QUERIES, served

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MEASURES, EACH = 40, 50
KINDS = (StatementKind.STEP, StatementKind.OUTPUT, StatementKind.OUTCOME)


@pytest.fixture
def large(planner: Person) -> Plan:
    plan = plans.draft_plan(actor=SYSTEM, fiscal_year=2568)
    write(plan, [measure(number, plan.period) for number in range(1, MEASURES + 1)])
    return plan


@cache
def pattern(kind: StatementKind) -> NewStatement:
    """What the wording suggests: the same for all, so it is asked once."""
    return suggested(kind, 1, text(0, 0), Topic.SERVICE)


def measure(number: int, period: Period) -> NewMeasure:
    statements = tuple(
        replace(pattern(KINDS[n % 3]), number=n // 3 + 1, text=text(number, n)) for n in range(EACH)
    )
    return NewMeasure(number, f"มาตรการตัวอย่างที่ {number}", "service", period, ("กองคลัง",), (), statements)


def text(number: int, n: int) -> str:
    return f"จัดประชุมชี้แจงแนวทางการให้บริการประชาชน เรื่องที่ {number}.{n} และเผยแพร่คู่มือการให้บริการ ข้อมูลตัวอย่าง"


@pytest.mark.parametrize("name", ["plan", "plan-submit", "plan-history"])
def test_its_pages_take_few_queries_and_stay_small(planner: Person, large: Plan, name: str) -> None:
    url = planner.url(name, plan=large.pk)
    planner.client.get(url)
    with CaptureQueriesContext(connection) as queries:
        answer = planner.client.get(url)
    assert served(queries.captured_queries) <= MOST_QUERIES
    assert len(answer.content) < 300_000


def test_the_plan_is_read_a_measure_at_a_time_with_an_index_of_all(planner: Person, large: Plan) -> None:
    page = planner.client.get(planner.url("plan", plan=large.pk) + "?measure=7").content.decode()
    assert len(re.findall(r'href="\?measure=\d+#m\d+"', page)) == MEASURES + 2
    assert "2000 ข้อความ" in words(page.encode())
    assert "เรื่องที่ 7.1" in words(page.encode())
    assert "เรื่องที่ 8.1" not in words(page.encode())


def test_it_is_reviewed_a_measure_at_a_time(clerk: Person, large: Plan) -> None:
    plans.submit(actor=SYSTEM, plan=large)
    url = clerk.url("plan-review", plan=large.pk) + "?measure=40"
    clerk.client.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = words(clerk.client.get(url).content)
    assert served(queries.captured_queries) <= MOST_QUERIES
    assert "เรื่องที่ 40.1" in page
    assert "เรื่องที่ 39.1" not in page


def test_it_is_checked_a_measure_at_a_time_while_it_is_read(planner: Person) -> None:
    read = {kind: suggest_again(PreviewStatement(kind, text(0, 0)), Topic.SERVICE) for kind in KINDS}
    measures = tuple(
        PreviewMeasure(
            title=f"มาตรการตัวอย่างที่ {number}",
            topic="service",
            start=None,
            end=None,
            statements=tuple(replace(read[KINDS[n % 3]], text=text(number, n)) for n in range(EACH)),
        )
        for number in range(1, MEASURES + 1)
    )
    preview = ImportPreview("ใหญ่.txt", "", "", "", 2568, measures)
    import_desk.start(member=planner.member, preview=preview, file={})
    for address in (planner.url("plan-import-check"), planner.url("plan-import-measure", number=20)):
        planner.client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = planner.client.get(address)
        assert served(queries.captured_queries) <= MOST_QUERIES, address
        assert len(answer.content) < 400_000, address
    planner.send("plan-import-measure", {"s1-text": "แก้แล้ว"}, number=20)
    with CaptureQueriesContext(connection) as queries:
        answer = planner.send("plan-import-check", {"fiscal_year": "2568"})
    assert answer.status_code == 302
    assert len(queries.captured_queries) < 60
    assert Plan.objects.get().measures.count() == MEASURES  # type: ignore[attr-defined]
