"""The evidence register, recording by hand, and what becomes of a record."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.modules.measures.models import Statement
from tests.cast import member, signed_in_client
from tests.sample_year import build
from tests.screens import ScreenTests


class OfYear(ScreenTests):
    """Screens of an office with records."""

    def build(self) -> Organization:
        office = build()
        connection.run_on_commit.clear()  # as after the commit: verdicts are kept, as they are in service
        return office

    def entry(self, **wanted: Any) -> Entry:
        return Entry.objects.filter(log="main", withdrawal__isnull=True, **wanted).latest("number")


class TestRegister(OfYear):
    url_name = "evidence-list"
    permission = "measures.read"


class TestRecord(OfYear):
    url_name = "evidence"
    permission = "measures.read"

    def kwargs(self) -> dict[str, Any]:
        return {"number": self.entry(kind="announcement_issued").number}


class TestRecordEvidence(OfYear):
    url_name = "evidence-new"
    permission = "evidence.record"


class TestStateFigure(OfYear):
    url_name = "figure-new"
    permission = "evidence.record"


class TestWithdraw(TestRecord):
    url_name = "evidence-withdraw"
    permission = "evidence.record"


class TestReplace(TestRecord):
    url_name = "evidence-replace"
    permission = "evidence.record"


class TestErase(TestRecord):
    url_name = "evidence-erase"
    permission = "ledger.erase"


class TestRemark(TestRecord):
    url_name = "evidence-remark"
    permission = "measures.remark"


class TestPublish(OfYear):
    url_name = "evidence-publish"
    permission = "files.publish"

    def kwargs(self) -> dict[str, Any]:
        return {"number": self.entry(visibility="internal", origin="document").number}


class OfStatement(OfYear):
    """Screens of one statement."""

    def kwargs(self) -> dict[str, Any]:
        return {"statement": Statement.objects.get(measure__number=1, kind="step", number=1).pk}


class TestProofs(OfStatement):
    url_name = "proofs"
    permission = "measures.read"
    also = ("measures.draft", "measures.attest")


class TestAddProof(OfStatement):
    url_name = "proofs-add"
    permission = "measures.draft"


class TestChangeProofs(OfStatement):
    url_name = "proofs-change"
    permission = "measures.draft"


class TestPickProofs(OfStatement):
    url_name = "proofs-pick"
    permission = "measures.draft"


class TestAttest(OfStatement):
    url_name = "proofs-attest"
    permission = "measures.attest"


class OfPlanYear(OfYear):
    """Screens of a fiscal year."""

    def kwargs(self) -> dict[str, Any]:
        return {"fiscal_year": 2568}


class TestProofsList(OfPlanYear):
    url_name = "proofs-list"
    permission = "measures.read"


class TestDashboard(OfPlanYear):
    url_name = "dashboard"
    permission = "measures.read"
    also = ("office.remind",)


class TestCourse(OfPlanYear):
    url_name = "dashboard-course"
    permission = "measures.read"


class TestClosing(OfPlanYear):
    url_name = "closing"
    permission = "measures.read"
    also = ("measures.close", "measures.submit", "measures.remark")


class TestAudit(OfPlanYear):
    url_name = "closing-audit"
    permission = "measures.read"
    also = ("measures.remark",)


class TestWithdrawStatement(OfPlanYear):
    url_name = "closing-withdraw"
    permission = "measures.read"
    also = ("measures.submit",)

    def kwargs(self) -> dict[str, Any]:
        statement = Statement.objects.get(measure__number=1, kind="step", number=1)
        return {"fiscal_year": 2568, "statement": statement.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["evidence-beside", "figure-beside"])
def test_the_column_beside_asks_for_the_same_permission_and_changes_nothing(name: str) -> None:
    office = build()
    connection.run_on_commit.clear()
    address = reverse(name, kwargs={"organization": office.key})
    with scope(office.pk):
        before = Entry.objects.count()
        recorder = signed_in_client(member("evidence.record", username="recorder"))
        assert recorder.get(address).status_code == 405
        assert recorder.post(address, {}).status_code == 200
        reader = signed_in_client(member("something.else", username="reader"))
        assert reader.post(address, {}).status_code == 403
        assert Entry.objects.count() == before


del ScreenTests, OfYear, OfStatement, OfPlanYear
