"""Addresses of the screens of evidence, proofs, dashboard and closing."""

from __future__ import annotations

from django.urls import path

from prongsai.modules.measures.backoffice import (
    audit,
    closing,
    dashboard,
    evidence,
    evidence_new,
    proofs,
    proofs_list,
)

WORK = "<slug:organization>/work/"

evidence_patterns = [
    path(f"{WORK}evidence/", evidence.EvidenceList.as_view(), name="evidence-list"),
    path(f"{WORK}evidence/new/", evidence_new.EvidenceNew.as_view(), name="evidence-new"),
    path(f"{WORK}evidence/new/beside/", evidence_new.EvidenceBeside.as_view(), name="evidence-beside"),
    path(f"{WORK}evidence/figure/", evidence_new.FigureNew.as_view(), name="figure-new"),
    path(f"{WORK}evidence/figure/beside/", evidence_new.FigureBeside.as_view(), name="figure-beside"),
    path(f"{WORK}evidence/<int:number>/", evidence.EvidenceDetail.as_view(), name="evidence"),
    path(
        f"{WORK}evidence/<int:number>/files/<slug:sha256>/",
        evidence.EvidenceFile.as_view(),
        name="evidence-file",
    ),
    path(
        f"{WORK}evidence/<int:number>/withdraw/",
        evidence.EvidenceWithdraw.as_view(),
        name="evidence-withdraw",
    ),
    path(
        f"{WORK}evidence/<int:number>/replace/", evidence.EvidenceReplace.as_view(), name="evidence-replace"
    ),
    path(
        f"{WORK}evidence/<int:number>/publish/", evidence.EvidencePublish.as_view(), name="evidence-publish"
    ),
    path(f"{WORK}evidence/<int:number>/erase/", evidence.EvidenceErase.as_view(), name="evidence-erase"),
    path(f"{WORK}evidence/<int:number>/remark/", evidence.EvidenceRemark.as_view(), name="evidence-remark"),
]

proofs_patterns = [
    path(f"{WORK}plan/<int:fiscal_year>/proofs/", proofs_list.ProofsList.as_view(), name="proofs-list"),
    path(
        f"{WORK}plan/<int:fiscal_year>/<int:measure>/<slug:kind>/<int:number>/proofs/",
        proofs.ProofsAt.as_view(),
        name="proofs-at",
    ),
    path(f"{WORK}proofs/<int:statement>/", proofs.Proofs.as_view(), name="proofs"),
    path(f"{WORK}proofs/<int:statement>/accept/", proofs.ProofsAccept.as_view(), name="proofs-accept"),
    path(f"{WORK}proofs/<int:statement>/add/", proofs.ProofsAdd.as_view(), name="proofs-add"),
    path(f"{WORK}proofs/<int:statement>/change/", proofs.ProofsChange.as_view(), name="proofs-change"),
    path(f"{WORK}proofs/<int:statement>/pick/", proofs.ProofsPick.as_view(), name="proofs-pick"),
    path(f"{WORK}proofs/<int:statement>/attest/", proofs.ProofsAttest.as_view(), name="proofs-attest"),
]

dashboard_patterns = [
    path(f"{WORK}dashboard/", dashboard.Dashboard.as_view(), name="dashboard"),
    path(f"{WORK}dashboard/<int:fiscal_year>/", dashboard.Dashboard.as_view(), name="dashboard"),
    path(
        f"{WORK}dashboard/<int:fiscal_year>/course/",
        dashboard.DashboardCourse.as_view(),
        name="dashboard-course",
    ),
]

CLOSING = f"{WORK}closing/<int:fiscal_year>/"

closing_patterns = [
    path(CLOSING, closing.Closing.as_view(), name="closing"),
    path(f"{CLOSING}preview.<slug:format>", closing.ClosingPreview.as_view(), name="closing-preview"),
    path(f"{CLOSING}withdraw/<int:statement>/", closing.ClosingWithdraw.as_view(), name="closing-withdraw"),
    path(f"{CLOSING}restore/<int:statement>/", closing.ClosingRestore.as_view(), name="closing-restore"),
    path(f"{CLOSING}freeze/", closing.ClosingFreeze.as_view(), name="closing-freeze"),
    path(f"{CLOSING}approve/", closing.ClosingApprove.as_view(), name="closing-approve"),
    path(f"{CLOSING}send-back/", closing.ClosingSendBack.as_view(), name="closing-send-back"),
    path(f"{CLOSING}publish/", closing.ClosingPublish.as_view(), name="closing-publish"),
    path(f"{CLOSING}audit/", audit.ClosingAudit.as_view(), name="closing-audit"),
    path(f"{CLOSING}audit/<int:at>/", audit.ClosingAudit.as_view(), name="closing-audit-at"),
]

patterns = [*evidence_patterns, *proofs_patterns, *dashboard_patterns, *closing_patterns]
