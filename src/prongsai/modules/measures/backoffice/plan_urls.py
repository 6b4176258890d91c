"""Addresses of the plan's screens, below `/<organization>/work/plan/`."""

from __future__ import annotations

from django.urls import path

from prongsai.modules.measures.backoffice import (
    plan_acts,
    plan_editing,
    plan_import,
    plan_import_measure,
    plan_list,
    plan_pages,
    plan_review,
)

PLAN = "<int:plan>/"
MEASURE = "<int:plan>/measures/<int:measure>/"
STATEMENT = "<int:plan>/statements/<int:statement>/"
REMARK = "<int:plan>/remarks/<int:remark>/"

urlpatterns = [
    path("", plan_list.PlanList.as_view(), name="plan-list"),
    path("new/", plan_list.PlanNew.as_view(), name="plan-new"),
    path("clone/", plan_list.PlanClone.as_view(), name="plan-clone"),
    path("import/", plan_import.PlanImport.as_view(), name="plan-import"),
    path("import/check/", plan_import.PlanImportCheck.as_view(), name="plan-import-check"),
    path("import/drop/", plan_import.PlanImportDrop.as_view(), name="plan-import-drop"),
    path(
        "import/check/<int:number>/",
        plan_import_measure.PlanImportMeasure.as_view(),
        name="plan-import-measure",
    ),
    path(PLAN, plan_pages.PlanPage.as_view(), name="plan-edit"),
    path(PLAN, plan_pages.PlanPage.as_view(), name="plan"),
    path(PLAN + "papers/<slug:paper>.<slug:format>", plan_pages.PlanPaper.as_view(), name="plan-paper"),
    path(PLAN + "measures/new/", plan_editing.MeasureNew.as_view(), name="plan-measure-new"),
    path(MEASURE + "edit/", plan_editing.MeasureEdit.as_view(), name="plan-measure-edit"),
    path(MEASURE + "remove/", plan_editing.MeasureRemove.as_view(), name="plan-measure-remove"),
    path(MEASURE + "add/<slug:kind>/", plan_editing.StatementNew.as_view(), name="plan-statement-new"),
    path(STATEMENT + "edit/", plan_editing.StatementEdit.as_view(), name="plan-statement-edit"),
    path(STATEMENT + "remove/", plan_editing.StatementRemove.as_view(), name="plan-statement-remove"),
    path(PLAN + "submit/", plan_acts.PlanSubmit.as_view(), name="plan-submit"),
    path(PLAN + "review/", plan_review.PlanReview.as_view(), name="plan-review"),
    path(PLAN + "agree/", plan_acts.PlanAgree.as_view(), name="plan-agree"),
    path(PLAN + "approve/", plan_acts.PlanApprove.as_view(), name="plan-approve"),
    path(PLAN + "send-back/", plan_acts.PlanSendBack.as_view(), name="plan-send-back"),
    path(PLAN + "publish/", plan_acts.PlanPublish.as_view(), name="plan-publish"),
    path(PLAN + "revise/", plan_acts.PlanRevise.as_view(), name="plan-revise"),
    path(PLAN + "discard/", plan_acts.PlanDiscard.as_view(), name="plan-discard"),
    path(PLAN + "history/", plan_review.PlanHistory.as_view(), name="plan-history"),
    path(REMARK, plan_review.PlanRemark.as_view(), name="plan-remark"),
    path(REMARK + "settle/", plan_review.PlanRemarkSettle.as_view(), name="plan-remark-settle"),
]
