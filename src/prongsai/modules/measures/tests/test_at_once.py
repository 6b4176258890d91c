"""Two people at once, each with a connection of their own: one is told, nothing is lost, nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.kernel.errors import ProngsaiError, Stale, WrongState
from prongsai.modules.measures.models import Plan, ReportCandidate, ReportVersion, Statement
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.services import closing, evidence, plans, register, statements
from tests.cast import SYSTEM, banthrai
from tests.sample_year import EXAMPLES

pytestmark = pytest.mark.django_db(transaction=True)

NOW = date(2025, 10, 15)


@pytest.fixture
def office(transactional_db: None, settings: Any, tmp_path: Path) -> Organization:
    settings.KEYS_FOLDER = tmp_path / "keys"
    organization = banthrai()
    with working_for(organization.pk), clock.at(date(2024, 10, 1)):
        plans.import_plan(actor=SYSTEM, report=read_report(EXAMPLES / "muangkae-2568.txt"))
    return organization


def both(office: Organization, *works: Callable[[], object]) -> list[ProngsaiError | None]:
    """Each in a transaction of its own, begun at the same moment; what each was told, None where it went well."""
    ready = Barrier(len(works))

    def run(work: Callable[[], object]) -> ProngsaiError | None:
        try:
            with clock.at(NOW), working_for(office.pk):
                ready.wait(timeout=30)
                work()
        except ProngsaiError as told:
            return told
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(timeout=60) for done in [pool.submit(run, work) for work in works]]


def one_was_told(told: list[ProngsaiError | None], kind: type[ProngsaiError]) -> ProngsaiError:
    (refused,) = [each for each in told if each is not None]
    assert isinstance(refused, kind)
    return refused


def published(office: Organization) -> Plan:
    with clock.at(date(2024, 10, 7)), working_for(office.pk):
        plan = Plan.objects.get()
        for act in (plans.submit, plans.approve, plans.publish):
            plan = act(actor=SYSTEM, plan=plan)
    return plan


def test_two_edits_of_one_statement(office: Organization) -> None:
    with working_for(office.pk):
        target = Statement.objects.select_related("measure__plan").get(
            measure__number=1, kind="step", number=1
        )

    def edit(text: str) -> Callable[[], object]:
        return lambda: statements.edit_statement(actor=SYSTEM, statement=target, text=text, revision=1)

    told = one_was_told(both(office, edit("ของคนแรก"), edit("ของอีกคน")), Stale)
    with working_for(office.pk):
        kept = Statement.objects.get(pk=target.pk)
    assert kept.revision == 2
    assert told.present["text"] == kept.text  # type: ignore[attr-defined]


def test_two_moves_leave_numbers_without_gaps(office: Organization) -> None:
    with working_for(office.pk):
        first, last = (
            Statement.objects.select_related("measure__plan").get(measure__number=2, kind="outcome", number=n)
            for n in (1, 4)
        )
    told = both(
        office,
        lambda: statements.move_statement(actor=SYSTEM, statement=first, to=4),
        lambda: statements.move_statement(actor=SYSTEM, statement=last, to=1),
    )
    assert told == [None, None]
    with working_for(office.pk):
        numbers = Statement.objects.filter(measure__number=2, kind="outcome").values_list("number", flat=True)
        assert sorted(numbers) == [1, 2, 3, 4]


def test_an_edit_and_a_submission(office: Organization) -> None:
    with working_for(office.pk):
        plan = Plan.objects.get()
        target = Statement.objects.select_related("measure__plan").get(
            measure__number=1, kind="step", number=1
        )
    told = both(
        office,
        lambda: plans.submit(actor=SYSTEM, plan=plan),
        lambda: statements.edit_statement(actor=SYSTEM, statement=target, text="แก้ทัน", revision=1),
    )
    assert told[0] is None
    with working_for(office.pk):
        said = Entry.objects.with_payload().get(kind="plan_submitted").content["wording"]  # type: ignore[attr-defined]
        assert said == plans.wording_digest(Plan.objects.get()), "what was submitted is what stands there"


@pytest.mark.parametrize("act", [plans.approve, plans.review, plans.send_back])
def test_a_double_click_on_a_decision(office: Organization, act: Any) -> None:
    with working_for(office.pk):
        plan = plans.submit(actor=SYSTEM, plan=Plan.objects.get())
    more = {"remarks": "แก้"} if act is plans.send_back else {}

    def click() -> object:
        return act(actor=SYSTEM, plan=plan, **more)

    one_was_told(both(office, click, click), WrongState)


def test_two_drafts_of_one_year(office: Organization) -> None:
    def draft() -> object:
        return plans.draft_plan(actor=SYSTEM, fiscal_year=2569)

    one_was_told(both(office, draft, draft), WrongState)


def test_two_reports_frozen_and_one_published_twice(office: Organization) -> None:
    plan = published(office)

    def freeze() -> object:
        return closing.freeze_report(actor=SYSTEM, plan=plan)

    one_was_told(both(office, freeze, freeze), WrongState)
    with clock.at(NOW), working_for(office.pk):
        candidate = closing.approve_report(actor=SYSTEM, candidate=ReportCandidate.objects.get())

    def publish() -> object:
        return closing.publish_report(actor=SYSTEM, candidate=candidate)

    one_was_told(both(office, publish, publish), WrongState)
    with working_for(office.pk):
        assert ReportVersion.objects.count() == 1


def test_one_record_withdrawn_and_replaced(office: Organization) -> None:
    given: dict[str, Any] = {
        "kind": "meeting_held", "about": "service", "occurred_on": date(2025, 1, 5), "title": "ประชุม ข้อมูลตัวอย่าง",
    }  # fmt: skip
    with clock.at(NOW), working_for(office.pk):
        evidence.record_evidence(actor=SYSTEM, **given)
    with working_for(office.pk):
        number = Entry.objects.get(kind="meeting_held").number
    one_was_told(
        both(
            office,
            lambda: register.withdraw_evidence(actor=SYSTEM, number=number, reason="ผิดเรื่อง"),
            lambda: register.replace_evidence(actor=SYSTEM, number=number, reason="ผิดวัน", **given),
        ),
        WrongState,
    )
    with working_for(office.pk):
        assert Entry.objects.filter(kind="fact_withdrawn").count() == 1
