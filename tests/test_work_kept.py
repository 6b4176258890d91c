"""What is due is kept between two clicks: what a fact may have changed is asked anew, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.casework.services import CITIZEN, open_case
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Topic
from prongsai.modules.measures.services.evidence import record_evidence
from prongsai.ui.navigation import Work, all_work
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Iterator[Organization]:
    cache.clear()
    found = banthrai()
    with scope(found.pk):
        yield found


def asked(office: Organization) -> tuple[Work, set[str]]:
    """The work, and which modules' tables were read for it."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        work = all_work(office)
    text = " ".join(query["sql"] for query in queries.captured_queries)
    tables = {"complaints": "casework_case", "office": "channels_channel", "measures": "measures_plan"}
    return work, {module for module, table in tables.items() if table in text}


def a_meeting() -> None:
    record_evidence(
        actor=SYSTEM,
        kind="meeting_held",
        about="integrity_measures",
        occurred_on=date(2024, 11, 5),
        title="ประชุม (ข้อมูลตัวอย่าง)",
    )
    flush()


def a_case() -> None:
    open_case(
        actor=CITIZEN, kind="complaints.complaint", title="ไฟทางดับ (ข้อมูลตัวอย่าง)", body="หน้าวัด",
        category="lamp", topic=Topic.SERVICE, channel_kind="web",
    )  # fmt: skip
    flush()


def test_nothing_is_asked_again_while_nothing_happens(office: Organization) -> None:
    assert asked(office)[1] == {"complaints", "office", "measures"}
    assert asked(office)[1] == set()


def test_a_fact_by_hand_is_judged_by_the_measures_alone(office: Organization) -> None:
    all_work(office)
    a_meeting()
    assert asked(office)[1] == {"measures"}
    assert asked(office)[1] == set()


def test_what_a_module_puts_on_record_is_seen_at_once(office: Organization) -> None:
    assert asked(office)[0]["complaints"] == ()
    a_meeting()
    a_case()
    work, modules = asked(office)
    assert len(work["complaints"]) == 1
    assert modules == {"complaints", "office", "measures"}


def test_after_a_minute_and_after_midnight_everything_is_asked_anew(
    office: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_work(office)
    a_meeting()
    all_work(office)
    with clock.at(date(2099, 1, 1)):
        assert "complaints" in asked(office)[1]
    monkeypatch.setattr("prongsai.ui.navigation.WORK_LIVES", -1)
    cache.clear()
    all_work(office)
    a_meeting()
    assert "complaints" in asked(office)[1], "an old answer is not carried on by new facts"
