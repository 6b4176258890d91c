"""The demonstration: a real plan with labelled sample evidence, and a fictional office that contradicts itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Origin, Verdict
from prongsai.kernel.errors import WrongState
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.content import ReportContent
from prongsai.modules.measures.selectors import closed_content, latest_report, plan_in_force
from prongsai.project.demo.build import build
from tests.cast import banthrai

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path: Path) -> dict[str, dict[str, str]]:  # type: ignore[no-untyped-def]
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    return dict(build())


def closed(key: str) -> ReportContent:
    report = latest_report(2568)
    assert report is not None
    return closed_content(report)


def test_the_real_plan_is_closed_with_labelled_evidence_of_every_origin(
    demo: dict[str, dict[str, str]],
) -> None:
    office = Organization.objects.get(key="muangkae")
    assert office.is_sample
    with scope(office.pk):
        content = closed(office.key)
        assert len(list(content.statements())) == 55
        assert content.count(Verdict.CONTRADICTED) == 0  # invented failures belong to nobody real
        assert content.count(Verdict.UNPROVEN) >= 15
        assert {s.origin for s in content.statements()} >= {Origin.WORK, Origin.DOCUMENT, Origin.WORD}
        by_hand = Entry.objects.filter(origin__in=["document", "word"]).with_payload()
        assert by_hand
        for entry in by_hand:
            assert "ข้อมูลตัวอย่าง" in str(entry.content), entry
        assert verify_log(office).findings == []


def test_the_current_fiscal_year_is_open(demo: dict[str, dict[str, str]]) -> None:
    with scope(Organization.objects.get(key="muangkae").pk):
        plan = plan_in_force()
        assert plan is not None
        assert (plan.fiscal_year, plan.status) == (fiscal_year_of(clock.today()), PlanStatus.PUBLISHED)


def test_the_fictional_office_is_contradicted_and_prints_the_truth(demo: dict[str, dict[str, str]]) -> None:
    office = Organization.objects.get(key="donsai-sample")
    with scope(office.pk):
        contradicted = [s for s in closed(office.key).statements() if s.verdict is Verdict.CONTRADICTED]
    assert len(contradicted) >= 3
    assert "มีเรื่องร้องเรียนเกี่ยวกับงานบริการ ๓ เรื่อง ดำเนินการแล้วเสร็จ ๒ เรื่อง" in {s.printed for s in contradicted}


def test_passwords_are_random_and_told_once(demo: dict[str, dict[str, str]]) -> None:
    passwords = [password for accounts in demo.values() for password in accounts.values()]
    assert len(set(passwords)) == len(passwords) == 12
    assert list(build()) == []


def test_an_installation_with_other_organizations_is_left_alone() -> None:
    banthrai()
    with pytest.raises(WrongState, match="บ้านทราย"):
        list(build())
    assert Organization.objects.count() == 1
