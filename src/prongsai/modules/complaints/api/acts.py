"""What is done with a case: the rows of its table, answers, notes, and where it belongs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from prongsai.foundation.casework import services
from prongsai.modules.complaints.api import shapes
from prongsai.modules.complaints.api.found import (
    actor_of,
    case_of,
    category_of,
    kept_files,
    member_of,
    unit_of,
    version_seen,
    whole,
)
from prongsai.modules.complaints.workflow import ASSIGN, HANDLE, MANAGE, PUBLISH
from prongsai.ui.access import requires
from prongsai.ui.api import IfMatch, Number

router = Router(tags=["complaints"])


@router.post("/complaints/cases/{case_id}/acts", response=shapes.CaseDetailOut)
@requires(f"{HANDLE}|{MANAGE}")
def act_on_case(
    request: HttpRequest,
    response: HttpResponse,
    case_id: Number,
    body: shapes.ActIn,
    if_match: IfMatch = None,
):
    """Do what a row of the case's table says. Closing acts tell the citizen the result. 412 when somebody was faster."""
    case = services.act(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        act=body.act,
        version=version_seen(if_match),
        message=body.message,
        reason=body.reason,
        result=body.result,
        found=body.found,
        unit=unit_of(body.unit_id),
        files=kept_files(body.files),
    )
    return whole(case, actor_of(request), response)


@router.post("/complaints/cases/{case_id}/messages", response={201: shapes.SaidOut})
@requires(HANDLE)
def answer_case(request: HttpRequest, case_id: Number, body: shapes.SayIn):
    """Write to the citizen: it goes out by the way that the case came in, and stands on the tracking page."""
    said = services.say(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        text=body.text,
        files=kept_files(body.files),
    )
    return Status(201, shapes.SaidOut.of(said, staff=True))


@router.post("/complaints/cases/{case_id}/notes", response={201: shapes.SaidOut})
@requires(HANDLE)
def note_on_case(request: HttpRequest, case_id: Number, body: shapes.SayIn):
    """Write something down for the staff; the citizen never sees it."""
    noted = services.note(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        text=body.text,
        files=kept_files(body.files),
    )
    return Status(201, shapes.SaidOut.of(noted, staff=True))


@router.post("/complaints/cases/{case_id}/assign", response=shapes.CaseDetailOut)
@requires(ASSIGN)
def assign_case(
    request: HttpRequest,
    response: HttpResponse,
    case_id: Number,
    body: shapes.AssignIn,
    if_match: IfMatch = None,
):
    """Give the case to a unit, a person or both."""
    case = services.assign(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        unit=unit_of(body.unit_id),
        assignee=member_of(body.member_id),
        version=version_seen(if_match),
        reason=body.reason,
    )
    return whole(case, actor_of(request), response)


@router.post("/complaints/cases/{case_id}/category", response=shapes.CaseDetailOut)
@requires(HANDLE)
def recategorise_case(
    request: HttpRequest,
    response: HttpResponse,
    case_id: Number,
    body: shapes.RecategoriseIn,
    if_match: IfMatch = None,
):
    """Put the case where it belongs, also when it is closed: the figures follow.

    A category of another kind makes it a case of that kind, with a number of its series; the citizen is told.
    """
    category = category_of(body.category)
    case = services.recategorise(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        category=category.key,
        topic=category.topic,
        kind=category.kind,
        version=version_seen(if_match),
    )
    return whole(case, actor_of(request), response)


@router.post("/complaints/cases/{case_id}/merge", response=shapes.CaseDetailOut)
@requires(HANDLE)
def merge_case(
    request: HttpRequest,
    response: HttpResponse,
    case_id: Number,
    body: shapes.MergeIn,
    if_match: IfMatch = None,
):
    """Count the case with another one that says the same; whoever wrote is told."""
    case = services.merge(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        into=case_of(body.into, actor_of(request)),
        reason=body.reason,
        version=version_seen(if_match),
    )
    return whole(case, actor_of(request), response)


@router.post("/complaints/cases/{case_id}/public", response=shapes.CaseDetailOut)
@requires(PUBLISH)
def publish_case(request: HttpRequest, response: HttpResponse, case_id: Number, body: shapes.ShowIn):
    """Show the case to the public under a title written for it, or show it no more."""
    actor = actor_of(request)
    case = case_of(case_id, actor)
    if body.title:
        case = services.publish_case(actor=actor, case=case, public_title=body.title)
    else:
        case = services.unpublish_case(actor=actor, case=case)
    return whole(case, actor, response)
