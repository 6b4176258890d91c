"""The evidence register, recording by hand, and what becomes of a record."""

from __future__ import annotations

from typing import Any

from django.db import connection

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization
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


class TestRemark(TestRecord):
    url_name = "evidence-remark"
    permission = "measures.remark"


class TestPublish(OfYear):
    url_name = "evidence-publish"
    permission = "files.publish"

    def kwargs(self) -> dict[str, Any]:
        return {"number": self.entry(visibility="internal", origin="document").number}


del ScreenTests, OfYear
