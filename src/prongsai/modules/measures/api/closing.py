"""Closing the year: what is still missing, withdrawing statements, freezing, approving and publishing the report."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from ninja import Router
from ninja.responses import Status

from prongsai.modules.measures.api import plan_shapes as shapes
from prongsai.modules.measures.api.found import actor_of, plan_of, plan_of_year, signed, statement_of
from prongsai.modules.measures.api.proofs import StateOut
from prongsai.modules.measures.api.shapes import CountsOut
from prongsai.modules.measures.choices import CandidateStatus
from prongsai.modules.measures.models import ReportCandidate, ReportVersion
from prongsai.modules.measures.selectors.closing import (
    candidate_content,
    candidates_of,
    closing_checklist,
)
from prongsai.modules.measures.services import closing as services
from prongsai.modules.measures.services.printing import Paper, candidate_paper, paper_for_signature
from prongsai.modules.measures.services.withdrawing import restore_statement as restore
from prongsai.modules.measures.services.withdrawing import withdraw_statement as withdraw
from prongsai.ui.access import requires
from prongsai.ui.api import Body, FiscalYear, Number, Out, Text, Word

router = Router(tags=["closing"])
BYTES = {"responses": {200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}}


class LineOut(Out):
    key: str
    title: str
    done: bool
    count: int


class MissingFigureOut(Out):
    """An indicator that statements ask for and nobody has told yet."""

    indicator: str
    title: str
    statement_ids: list[int]


class CandidateOut(Out):
    """A frozen report on its way to publication. `digest` is the SHA-256 of its statements."""

    id: int
    plan_id: int
    fiscal_year: int
    version: int
    status: CandidateStatus
    digest: str
    reason: str
    frozen_at: datetime
    frozen_by: str
    approved_on: date | None
    approved_by: str
    sent_back_reason: str
    counts: CountsOut

    @classmethod
    def of(cls, candidate: ReportCandidate) -> CandidateOut:
        names = ("plan_id", "version", "status", "reason", "frozen_at", "frozen_by", "approved_on")
        more = ("approved_by", "sent_back_reason")
        return cls(
            id=candidate.pk,
            fiscal_year=candidate.plan.fiscal_year,
            digest=bytes(candidate.digest).hex(),
            counts=CountsOut.of(candidate_content(candidate)),
            **{name: getattr(candidate, name) for name in (*names, *more)},
        )


class CandidatesOut(Out):
    items: list[CandidateOut]


class ChecklistOut(Out):
    """Whether a year is ready to be closed; what is missing prints as it is when it is frozen all the same."""

    plan_id: int
    fiscal_year: int
    can_freeze: bool
    can_freeze_from: date
    lines: list[LineOut]
    unproven: list[StateOut]
    contradicted: list[StateOut]
    withdrawn: list[StateOut]
    figures: list[MissingFigureOut]
    remarks: list[shapes.RemarkOut]
    candidate: CandidateOut | None
    report_version: int | None


class VersionOut(Out):
    """A closed report. `number` is the record of the ledger that holds its digest."""

    fiscal_year: int
    version: int
    digest: str
    number: int
    tree_size: int
    closed_at: datetime

    @classmethod
    def of(cls, report: ReportVersion) -> VersionOut:
        return cls(
            fiscal_year=report.fiscal_year,
            version=report.version,
            digest=bytes(report.digest).hex(),
            number=report.entry,
            tree_size=report.tree_size,
            closed_at=report.closed_at,
        )


class FreezeIn(Body):
    """`reason`: of a correction, when the year is closed already."""

    reason: Text = ""


class RestoreIn(Body):
    reason: Text = ""


@router.get("/closing/{fiscal_year}", response=ChecklistOut)
@requires("measures.read")
def get_checklist(request: HttpRequest, fiscal_year: FiscalYear):
    """What stands between the year's plan and its closed report."""
    found = closing_checklist(plan_of_year(fiscal_year))
    return ChecklistOut(
        plan_id=found.plan.pk,
        fiscal_year=found.plan.fiscal_year,
        can_freeze=found.can_freeze,
        can_freeze_from=found.can_freeze_from,
        lines=[
            LineOut(key=each.key, title=each.title, done=each.done, count=each.count) for each in found.lines
        ],
        unproven=[StateOut.of(state) for state in found.unproven],
        contradicted=[StateOut.of(state) for state in found.contradicted],
        withdrawn=[StateOut.of(state) for state in found.withdrawn],
        figures=[
            MissingFigureOut(
                indicator=each.indicator,
                title=each.title,
                statement_ids=[state.statement_id for state in each.states],
            )
            for each in found.figures
        ],
        remarks=[shapes.RemarkOut.of(remark) for remark in found.remarks],
        candidate=CandidateOut.of(found.candidate) if found.candidate else None,
        report_version=found.report.version if found.report else None,
    )


@router.post("/statements/{statement_id}/withdraw", response=shapes.StatementOut)
@requires("measures.submit|measures.review")
def withdraw_statement(request: HttpRequest, statement_id: Number, body: shapes.ReasonIn):
    """ถอนข้อความ of an announced plan: it no longer counts, and the report prints it in an annex with the reason."""
    withdraw(actor=actor_of(request), statement=statement_of(statement_id), reason=body.reason)
    return shapes.StatementOut.of(statement_of(statement_id))


@router.post("/statements/{statement_id}/restore", response=shapes.StatementOut)
@requires("measures.submit|measures.review")
def restore_statement(request: HttpRequest, statement_id: Number, body: RestoreIn):
    """Bring a withdrawn statement back, before the year is closed."""
    restore(actor=actor_of(request), statement=statement_of(statement_id), reason=body.reason)
    return shapes.StatementOut.of(statement_of(statement_id))


@router.get("/closing/{fiscal_year}/candidates", response=CandidatesOut)
@requires("measures.read")
def list_candidates(request: HttpRequest, fiscal_year: FiscalYear):
    """Every report of the year that was frozen, the latest first."""
    return CandidatesOut(items=[CandidateOut.of(each) for each in candidates_of(fiscal_year)])


@router.post("/closing/{fiscal_year}/freeze", response={201: CandidateOut})
@requires("measures.submit|measures.close")
def freeze_report(request: HttpRequest, fiscal_year: FiscalYear, body: FreezeIn):
    """ตรึงรายงาน: the report as it stands now, to be approved. Nothing of it is public yet."""
    plan = plan_of_year(fiscal_year)
    candidate = services.freeze_report(actor=actor_of(request), plan=plan, reason=body.reason)
    return Status(201, CandidateOut.of(candidate))


def _candidate(pk: int) -> ReportCandidate:
    return get_object_or_404(ReportCandidate.objects.select_related("plan"), pk=pk)


@router.get("/candidates/{candidate_id}", response=CandidateOut)
@requires("measures.read")
def get_candidate(request: HttpRequest, candidate_id: Number):
    """A frozen report."""
    return CandidateOut.of(_candidate(candidate_id))


@router.get("/candidates/{candidate_id}/paper", response={200: None}, openapi_extra=BYTES)
@requires("measures.read")
def get_candidate_paper(request: HttpRequest, candidate_id: Number, format: Word = "pdf"):
    """The frozen report as it will print, marked as not published."""
    return _bytes(candidate_paper(candidate=_candidate(candidate_id), format=format))


@router.get("/plans/{plan_id}/paper", response={200: None}, openapi_extra=BYTES)
@requires("measures.read")
def get_paper_for_signature(
    request: HttpRequest, plan_id: Number, act: Word = "approve", format: Word = "pdf"
):
    """The announcement of a plan on its way, to be signed by pen and scanned; `act`: submit, review or approve."""
    return _bytes(paper_for_signature(plan=plan_of(plan_id), act=act, format=format))


def _bytes(paper: Paper) -> HttpResponse:
    response = HttpResponse(paper.data, content_type=paper.media_type)
    response["Content-Disposition"] = content_disposition_header(True, paper.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response


@router.post("/candidates/{candidate_id}/approve", response=CandidateOut)
@requires("measures.approve|measures.review")
def approve_report(request: HttpRequest, candidate_id: Number, body: shapes.ApproveIn):
    """อนุมัติรายงาน, on screen by the head, or with the paper that the head signed."""
    found = services.approve_report(
        actor=actor_of(request),
        candidate=_candidate(candidate_id),
        despite_remarks=body.despite_remarks,
        **signed(actor_of(request), body),
    )
    return CandidateOut.of(found)


@router.post("/candidates/{candidate_id}/send-back", response=CandidateOut)
@requires("measures.review|measures.approve")
def send_report_back(request: HttpRequest, candidate_id: Number, body: shapes.ReasonIn):
    """ส่งรายงานกลับแก้ไข: the frozen report is put away, and another may be frozen."""
    return CandidateOut.of(
        services.send_back_report(
            actor=actor_of(request), candidate=_candidate(candidate_id), reason=body.reason
        )
    )


@router.post("/candidates/{candidate_id}/publish", response={201: VersionOut})
@requires("measures.close")
def publish_report(request: HttpRequest, candidate_id: Number):
    """เผยแพร่รายงาน: the approved bytes become the closed report, and the public sees it from now on."""
    report = services.publish_report(actor=actor_of(request), candidate=_candidate(candidate_id))
    return Status(201, VersionOut.of(report))


@router.post("/closing/{fiscal_year}/close", response={201: VersionOut})
@requires("measures.close")
def close_year(request: HttpRequest, fiscal_year: FiscalYear):
    """ปิดปี in one act, for who may do all of it (also measures.approve): freeze and publish."""
    report = services.close_year(actor=actor_of(request), plan=plan_of_year(fiscal_year))
    return Status(201, VersionOut.of(report))


@router.post("/closing/{fiscal_year}/correct", response={201: VersionOut})
@requires("measures.close")
def correct_report(request: HttpRequest, fiscal_year: FiscalYear, body: shapes.ReasonIn):
    """A new version of the closed report from the present records (also measures.approve); the old one stays."""
    plan = plan_of_year(fiscal_year)
    report = services.correct_report(actor=actor_of(request), plan=plan, reason=body.reason)
    return Status(201, VersionOut.of(report))
