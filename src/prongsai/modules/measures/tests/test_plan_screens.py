"""Every screen of the plan: who may open it, in how many queries."""

from __future__ import annotations

from typing import Any

from django.db import connection

from prongsai.foundation.organizations.models import Organization
from prongsai.modules.measures.models import Measure, Plan, Remark, Statement
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.services import plans
from prongsai.modules.measures.services.remarks import remark
from tests.cast import SYSTEM
from tests.sample_year import EXAMPLES, build
from tests.screens import ScreenTests

REPORT = EXAMPLES / "muangkae-2568.txt"


def sample_draft() -> Plan:
    """A draft of 2568 from the sample report, in the office in scope."""
    return plans.import_plan(actor=SYSTEM, report=read_report(REPORT), source=REPORT.name)


class PlanScreens(ScreenTests):
    """A screen of a plan that is a draft."""

    permission = "measures.read"

    def plan(self) -> Plan:
        return sample_draft()

    def kwargs(self) -> dict[str, Any]:
        self.made = self.plan()
        return {"plan": self.made.pk}


class Submitted(PlanScreens):
    def plan(self) -> Plan:
        return plans.submit(actor=SYSTEM, plan=sample_draft())


class TestPlanList(ScreenTests):
    url_name = "plan-list"
    permission = "measures.read"
    also = ("measures.draft",)

    def build(self) -> Organization:
        return build()

    def kwargs(self) -> dict[str, Any]:
        connection.run_on_commit.clear()  # as of `TestAnnouncedPlanPage`
        return {}


class TestPlanNew(ScreenTests):
    url_name = "plan-new"
    permission = "measures.draft"


class TestPlanClone(ScreenTests):
    url_name = "plan-clone"
    permission = "measures.draft"

    def build(self) -> Organization:
        return build()


class TestPlanImport(ScreenTests):
    url_name = "plan-import"
    permission = "measures.draft"


class TestPlanPage(PlanScreens):
    url_name = "plan"
    also = ("measures.draft", "measures.submit")


class TestAnnouncedPlanPage(PlanScreens):
    url_name = "plan-edit"

    def build(self) -> Organization:
        return build()

    def plan(self) -> Plan:
        connection.run_on_commit.clear()  # all that the page is about was committed long ago: verdicts may be kept
        return Plan.objects.get()


class TestMeasureNew(PlanScreens):
    url_name = "plan-measure-new"
    permission = "measures.draft"


class MeasureScreens(PlanScreens):
    permission = "measures.draft"

    def kwargs(self) -> dict[str, Any]:
        return {**super().kwargs(), "measure": Measure.objects.get(plan=self.made, number=2).pk}


class TestMeasureEdit(MeasureScreens):
    url_name = "plan-measure-edit"


class TestMeasureRemove(MeasureScreens):
    url_name = "plan-measure-remove"


class TestStatementNew(MeasureScreens):
    url_name = "plan-statement-new"

    def kwargs(self) -> dict[str, Any]:
        return {**super().kwargs(), "kind": "output"}


class StatementScreens(PlanScreens):
    permission = "measures.draft"

    def kwargs(self) -> dict[str, Any]:
        found = Statement.objects.filter(measure__plan=super().kwargs()["plan"], measure__number=1)
        statement = found.get(kind="step", number=1)
        return {"plan": self.made.pk, "statement": statement.pk}


class TestStatementEdit(StatementScreens):
    url_name = "plan-statement-edit"


class TestStatementRemove(StatementScreens):
    url_name = "plan-statement-remove"


class TestPlanSubmit(PlanScreens):
    url_name = "plan-submit"
    permission = "measures.submit"


class TestPlanReview(Submitted):
    url_name = "plan-review"
    also = ("measures.review",)


class TestPlanAgree(Submitted):
    url_name = "plan-agree"
    also = ("measures.review",)


class TestPlanApprove(Submitted):
    url_name = "plan-approve"
    also = ("measures.approve",)


class TestPlanSendBack(Submitted):
    url_name = "plan-send-back"
    also = ("measures.review",)


class TestPlanPublish(PlanScreens):
    url_name = "plan-publish"
    permission = "measures.publish"

    def plan(self) -> Plan:
        return plans.approve(actor=SYSTEM, plan=plans.submit(actor=SYSTEM, plan=sample_draft()))


class TestPlanRevise(PlanScreens):
    url_name = "plan-revise"
    permission = "measures.draft"

    def plan(self) -> Plan:
        approved = plans.approve(actor=SYSTEM, plan=plans.submit(actor=SYSTEM, plan=sample_draft()))
        return plans.publish(actor=SYSTEM, plan=approved)


class TestPlanDiscard(PlanScreens):
    url_name = "plan-discard"
    permission = "measures.draft"


class TestPlanHistory(PlanScreens):
    url_name = "plan-history"


class RemarkScreens(PlanScreens):
    def kwargs(self) -> dict[str, Any]:
        plan = super().kwargs()["plan"]
        statement = Statement.objects.filter(measure__plan=plan).first()
        made: Remark = remark(actor=SYSTEM, plan=self.made, statement=statement, text="ระบุจำนวนผู้เข้าร่วม")
        return {"plan": plan, "remark": made.pk}


class TestPlanRemark(RemarkScreens):
    url_name = "plan-remark"
    also = ("measures.draft",)


class TestPlanRemarkSettle(RemarkScreens):
    url_name = "plan-remark-settle"
    also = ("measures.remark",)
