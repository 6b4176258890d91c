"""Plans: drafting, the way to approval and publication, remarks."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.responses import Status

from prongsai.modules.measures.api import plan_shapes as shapes
from prongsai.modules.measures.api.found import actor_of, plan_of, signed, statement_of
from prongsai.modules.measures.models import Plan, Remark
from prongsai.modules.measures.selectors import measure_tree
from prongsai.modules.measures.selectors.remarks import remarks_of
from prongsai.modules.measures.services import plans as services
from prongsai.modules.measures.services import remarks as remark_services
from prongsai.ui.access import requires
from prongsai.ui.api import Number

router = Router(tags=["plans"])


@router.get("/plans", response=shapes.PlansOut)
@requires("measures.read")
def list_plans(request: HttpRequest):
    """Every version of every plan, newest year first."""
    return shapes.PlansOut(items=[shapes.PlanOut.of(plan) for plan in Plan.objects.all()])


@router.get("/plans/{plan_id}", response=shapes.PlanDetailOut)
@requires("measures.read")
def get_plan(request: HttpRequest, plan_id: Number):
    """A plan with its measures, statements and proofs."""
    return _whole(plan_of(plan_id))


def _whole(plan: Plan) -> shapes.PlanDetailOut:
    return shapes.PlanDetailOut.whole(plan, plan.written or measure_tree(plan))


@router.post("/plans", response={201: shapes.PlanOut})
@requires("measures.draft")
def draft_plan(request: HttpRequest, body: shapes.YearIn):
    """An empty draft for a fiscal year."""
    plan = services.draft_plan(actor=actor_of(request), fiscal_year=body.fiscal_year)
    return Status(201, shapes.PlanOut.of(plan))


@router.post("/plans/{plan_id}/clone", response={201: shapes.PlanDetailOut})
@requires("measures.draft")
def clone_plan(request: HttpRequest, plan_id: Number, body: shapes.YearIn):
    """A draft for another year with the same measures and proofs; periods and years in the wording move along."""
    plan = services.clone_plan(actor=actor_of(request), plan=plan_of(plan_id), fiscal_year=body.fiscal_year)
    return Status(201, _whole(plan))


@router.post("/plans/{plan_id}/revise", response={201: shapes.PlanDetailOut})
@requires("measures.draft")
def revise_plan(request: HttpRequest, plan_id: Number, body: shapes.ReasonIn):
    """A draft of the next version of a published plan; the public sees the old one until the new is published."""
    plan = services.revise(actor=actor_of(request), plan=plan_of(plan_id), reason=body.reason)
    return Status(201, _whole(plan))


@router.post("/plans/{plan_id}/discard", response=shapes.PlanOut)
@requires("measures.draft")
def discard_plan(request: HttpRequest, plan_id: Number, body: shapes.ReasonIn):
    """Put a draft away; its year can be drafted anew, and nothing that was recorded goes."""
    plan = services.discard_draft(actor=actor_of(request), plan=plan_of(plan_id), reason=body.reason)
    return shapes.PlanOut.of(plan)


@router.post("/plans/{plan_id}/submit", response=shapes.PlanOut)
@requires("measures.submit")
def submit_plan(request: HttpRequest, plan_id: Number, body: shapes.SignedIn):
    """เสนอ."""
    plan = services.submit(actor=actor_of(request), plan=plan_of(plan_id), **signed(actor_of(request), body))
    return shapes.PlanOut.of(plan)


@router.post("/plans/{plan_id}/review", response=shapes.PlanOut)
@requires("measures.review")
def review_plan(request: HttpRequest, plan_id: Number, body: shapes.SignedIn):
    """เห็นชอบ (the clerk of the organization): the plan goes on to its head."""
    plan = services.review(actor=actor_of(request), plan=plan_of(plan_id), **signed(actor_of(request), body))
    return shapes.PlanOut.of(plan)


@router.post("/plans/{plan_id}/send-back", response=shapes.PlanOut)
@requires("measures.review|measures.approve")
def send_plan_back(request: HttpRequest, plan_id: Number, body: shapes.SendBackIn):
    """ส่งกลับแก้ไข, with a reason, remarks on single statements, or both. All of it happens, or nothing."""
    actor, plan = actor_of(request), plan_of(plan_id)
    for each in body.on_statements:
        statement = statement_of(each.statement)
        remark_services.remark(actor=actor, plan=plan, text=each.text, statement=statement)
    return shapes.PlanOut.of(services.send_back(actor=actor, plan=plan, remarks=body.remarks))


@router.post("/plans/{plan_id}/approve", response=shapes.PlanOut)
@requires("measures.approve|measures.review")
def approve_plan(request: HttpRequest, plan_id: Number, body: shapes.ApproveIn):
    """อนุมัติ, on screen by the head, or with the paper that the head signed."""
    plan = services.approve(
        actor=actor_of(request),
        plan=plan_of(plan_id),
        despite_remarks=body.despite_remarks,
        **signed(actor_of(request), body),
    )
    return shapes.PlanOut.of(plan)


@router.post("/plans/{plan_id}/publish", response=shapes.PlanOut)
@requires("measures.publish")
def publish_plan(request: HttpRequest, plan_id: Number):
    """ประกาศ: the approved plan is in force from now on, and the one before it steps back."""
    return shapes.PlanOut.of(services.publish(actor=actor_of(request), plan=plan_of(plan_id)))


@router.get("/plans/{plan_id}/remarks", response=shapes.RemarksOut)
@requires("measures.read")
def list_remarks(request: HttpRequest, plan_id: Number, open: bool = False):
    """The remarks on a plan in the order in which they were made; `open`: those that are not settled."""
    found = remarks_of(plan_of(plan_id), open_only=open)
    return shapes.RemarksOut(items=[shapes.RemarkOut.of(remark) for remark in found])


@router.post("/plans/{plan_id}/remarks", response={201: shapes.RemarkOut})
@requires("measures.remark|measures.review|measures.approve")
def make_remark(request: HttpRequest, plan_id: Number, body: shapes.RemarkIn):
    """A remark on the plan, on one of its statements, or on a record that one rests on."""
    statement = statement_of(body.statement) if body.statement is not None else None
    remark = remark_services.remark(
        actor=actor_of(request),
        plan=plan_of(plan_id),
        text=body.text,
        statement=statement,
        entry=body.entry,
    )
    return Status(201, shapes.RemarkOut.of(remark))


@router.post("/remarks/{remark_id}/answer", response=shapes.RemarkOut)
@requires("measures.draft|measures.submit|evidence.record")
def answer_remark(request: HttpRequest, remark_id: Number, body: shapes.WordingIn):
    """ชี้แจง; it may be put better until the remark is settled."""
    remark = get_object_or_404(Remark, pk=remark_id)
    return shapes.RemarkOut.of(
        remark_services.answer_remark(actor=actor_of(request), remark=remark, text=body.text)
    )


@router.post("/remarks/{remark_id}/settle", response=shapes.RemarkOut)
@requires("measures.remark|measures.review|measures.approve")
def settle_remark(request: HttpRequest, remark_id: Number):
    """ปิดข้อสังเกต."""
    remark = get_object_or_404(Remark, pk=remark_id)
    return shapes.RemarkOut.of(remark_services.settle_remark(actor=actor_of(request), remark=remark))
