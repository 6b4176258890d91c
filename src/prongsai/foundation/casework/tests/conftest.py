"""An office with a kind of case of the tests' own, so that these tests depend on no module."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import path

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import CITIZEN, Opened, open_case
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Clock, Phase, State, Transition, Workflow
from prongsai.kernel.contracts import Actor, FactKind, Permission, Provides, Topic
from prongsai.kernel.registry import Registry
from tests.cast import banthrai, member

DAY = date(2025, 8, 14)  # a Thursday of fiscal year 2568; the 15th working day after it is 4 September
HANDLE = "testing.handle"
STAFF = ("testing.read", "testing.intake", HANDLE, "testing.assign", "testing.publish", "testing.manage")
STATES = (
    State("new", Phase.RECEIVED, "รับเรื่องแล้ว", "Received"),
    State("work", Phase.WORKING, "อยู่ระหว่างดำเนินการ", "In progress"),
    State("asked", Phase.WAITING, "รอข้อมูลจากผู้แจ้ง", "Waiting for you"),
    State("done", Phase.FINISHED, "ดำเนินการแล้วเสร็จ", "Finished"),
    State("refused", Phase.REFUSED, "ไม่รับเรื่อง", "Not taken up"),
    State("merged", Phase.MERGED, "รวมกับเรื่องอื่น", "Merged"),
)


def _row(act: str, source: str, target: str, *needs: str, permission: str = HANDLE) -> Transition:
    return Transition(act, source, target, f"ทำ {act}", act, permission, frozenset(needs))


ROWS = (
    _row("acknowledge", "new", "work"),
    _row("ask", "work", "asked", "message"),
    _row("hear", "asked", "work", permission=""),
    _row("finish", "work", "done", "result"),
    _row("finish", "asked", "done", "result"),
    _row("refuse", "new", "refused", "reason"),
    _row("refuse", "work", "refused", "reason"),
    _row("forward", "work", "work", "unit"),
    _row("merge", "new", "merged"),
    _row("merge", "work", "merged"),
    _row("merge", "asked", "merged"),
    _row("reopen", "done", "work"),
    _row("reopen", "refused", "work"),
)
FACTS = {
    "received": "errand_received",
    "finished": "errand_closed",
    "refused": "errand_closed",
    "reopened": "errand_reopened",
    "recategorised": "errand_recategorised",
    "merged": "errand_merged",
}
ERRAND = CaseKind(
    key="testing.errand",
    module="testing",
    title="เรื่องทดสอบ",
    title_en="Errand",
    workflow=Workflow("new", STATES, ROWS),
    permission="testing.read",
    url_name="testing-errand",
    public_url_name="testing-track",
    clock=Clock(days=15),
    retention_years=5,
    reopen_act="reopen",
    facts=FACTS,
)
LETTER = CaseKind(
    key="testing.letter",
    module="testing",
    title="หนังสือทดสอบ",
    title_en="Letter",
    workflow=Workflow("new", STATES, ROWS),
    permission="testing.read_letters",
    url_name="testing-errand",
    prefix="L",
    clock=Clock(days=15, calendar_days=True, inform_days=0),
    facts=FACTS,
)
urlpatterns = [
    path("<slug:organization>/work/errands/<int:case>/", lambda request: None, name="testing-errand"),  # type: ignore[arg-type,return-value]
    path("<slug:organization>/track/<str:code>/", lambda request: None, name="testing-track"),  # type: ignore[arg-type,return-value]
]


def plugged() -> Registry:
    registry = Registry()
    registry.plug(
        Provides(
            "testing",
            fact_kinds=tuple(FactKind(key, "เรื่องทดสอบ", "Errand") for key in sorted(set(FACTS.values()))),
            permissions=tuple(Permission(key, key) for key in (*STAFF, "testing.read_letters")),
            case_kinds=(ERRAND, LETTER),
        )
    )
    return registry


@pytest.fixture(autouse=True)
def _registry_of_the_tests(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr("prongsai.kernel.registry._registry", plugged())
    settings.ROOT_URLCONF = "prongsai.foundation.casework.tests.conftest"


@pytest.fixture
def office(db: None) -> Iterator[Organization]:
    """The office in scope, on a Thursday in August."""
    made = banthrai()
    with clock.at(DAY), scope(made.pk):
        yield made


@pytest.fixture
def somsri(office: Organization) -> Membership:
    """An officer of สำนักปลัด who may do everything with cases."""
    return member(*STAFF, "testing.read_letters", unit="สำนักปลัด")


@pytest.fixture
def officer(somsri: Membership) -> Actor:
    return somsri.actor()


def opened(title: str = "ไฟทางดับหน้าวัด (ข้อมูลตัวอย่าง)", **said: Any) -> Opened:
    """A case that a citizen brings by the form on the web."""
    values: dict[str, Any] = {
        "actor": CITIZEN, "kind": ERRAND.key, "channel_kind": "web", "category": "lamp", "topic": Topic.SERVICE,
    }  # fmt: skip
    return open_case(title=title, **(values | said))


def a_case(title: str = "ไฟทางดับหน้าวัด (ข้อมูลตัวอย่าง)", **said: Any) -> Case:
    return opened(title, **said).case


def a_file(name: str = "photo.txt", digest: str = "a" * 64) -> StoredFile:
    """The row of a file, without its bytes."""
    found, _ = StoredFile.objects.get_or_create(
        sha256=digest,
        defaults={
            "size": 3, "content_type": "text/plain", "name": name, "created_at": clock.now(), "created_by": "ผู้แจ้ง",
        },
    )  # fmt: skip
    return found


def recorded(case: Case) -> list[Entry]:
    """What the ledger has of the case, withdrawn facts aside."""
    flush()
    return list(Entry.objects.valid().filter(subject=str(case.ref)).with_payload().order_by("number"))  # type: ignore[attr-defined]
