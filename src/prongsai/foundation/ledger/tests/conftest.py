"""An office with some facts of the kinds that the ledger itself provides, and a registry with test kinds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from prongsai.foundation.ledger.findings import file_checks
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import PendingFact, record
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel.contracts import About, Actor, FactKind, Origin, Provides, Visibility
from prongsai.kernel.registry import Registry
from tests.cast import banthrai

SOMSRI = Actor(name="สมศรี ใจซื่อ (ข้อมูลตัวอย่าง)", position="นักทรัพยากรบุคคล", unit="สำนักปลัด")
DAY = date(2025, 10, 15)


@pytest.fixture(autouse=True)
def _registry_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry with one module of the tests' own, so that these tests depend on no other."""
    own = Registry()
    own.plug(
        Provides(
            "testing",
            fact_kinds=(FactKind("tested", "ทดสอบบันทึกหลักฐาน", "Tested"),),
            abouts=(About("test_plan", "แผนทดสอบ", "Test plan"),),
        )
    )
    monkeypatch.setattr("prongsai.kernel.registry._registry", own)


@pytest.fixture
def office(db: None) -> Organization:
    return banthrai()


@pytest.fixture
def keys(tmp_path, settings):  # type: ignore[no-untyped-def]
    """A folder of its own for private keys."""
    settings.KEYS_FOLDER = tmp_path / "keys"
    return settings.KEYS_FOLDER


def fact(title: str = "ประชุมทดสอบ (ข้อมูลตัวอย่าง)", **changes: object) -> PendingFact:
    values = {
        "actor": SOMSRI,
        "kind": "tested",
        "occurred_on": DAY,
        "origin": Origin.WORK,
        "visibility": Visibility.PUBLIC,
        "title": title,
    }
    return record(**(values | changes))  # type: ignore[arg-type]


def recorded(office: Organization, count: int = 1, **changes: object) -> list[Entry]:
    """`count` facts in one transaction of their own."""
    with working_for(office.pk):
        pending = [fact(f"เรื่องที่ {n} (ข้อมูลตัวอย่าง)", **changes) for n in range(count)]
    return [p.entry for p in pending if p.entry]


@pytest.fixture(autouse=True)
def _no_files_are_kept() -> Iterator[None]:
    """The ledger apart from whoever keeps the files that its entries name (foundation/files tests both)."""
    registered = file_checks[:]
    file_checks.clear()
    yield
    file_checks[:] = registered
