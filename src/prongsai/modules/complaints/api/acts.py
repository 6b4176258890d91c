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
    concerned_of,
    contact_of,
    kept_files,
    member_of,
    place_of,
    unit_of,
    version_if_seen,
    version_seen,
    whole,
)
from prongsai.modules.complaints.workflow import ASSIGN, HANDLE, INTAKE, MANAGE, PUBLISH
from prongsai.ui.access import requires
from prongsai.ui.api import IfMatch, Number

router = Router(tags=["complaints"])


@router.post("/complaints/cases/{case_id}/acts", response=shapes.CaseDetailOut)
@requires(f"{HANDLE}|{INTAKE}|{MANAGE}")
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
        files=kept_files(actor_of(request), body.files),
    )
    return whole(case, actor_of(request), response)


@router.post("/complaints/cases/{case_id}/messages", response={201: shapes.SaidOut})
@requires(HANDLE)
def answer_case(request: HttpRequest, case_id: Number, body: shapes.SayIn, if_match: IfMatch = None):
    """Write to the citizen: it goes out by the way that the case came in, and stands on the tracking page.

    With If-Match 412 says that somebody wrote or acted meanwhile; without it, what the citizen wrote goes on asking for
    an answer, since nobody knows whether it was read.
    """
    said = services.say(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        text=body.text,
        files=kept_files(actor_of(request), body.files),
        version=version_if_seen(if_match),
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
        files=kept_files(actor_of(request), body.files),
    )
    return Status(201, shapes.SaidOut.of(noted, staff=True))


@router.patch("/complaints/cases/{case_id}", response=shapes.CaseDetailOut)
@requires(HANDLE)
def correct_case(
    request: HttpRequest,
    response: HttpResponse,
    case_id: Number,
    body: shapes.CorrectIn,
    if_match: IfMatch = None,
):
    """Put right what was typed, or mark the case as urgent; what is left out stays."""
    case = services.correct(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        version=version_seen(if_match),
        title=body.title,
        body=body.text,
        contact=contact_of(body.contact) if body.contact else None,
        place=place_of(body.place) if body.place else None,
        received_on=body.received_on,
        is_urgent=body.is_urgent,
        concerned=concerned_of(body.concerned),
        reason=body.reason,
    )
    return whole(case, actor_of(request), response)


@router.post("/complaints/cases/{case_id}/closing-answer", response=shapes.CaseDetailOut)
@requires(HANDLE)
def record_closing_answer(
    request: HttpRequest,
    response: HttpResponse,
    case_id: Number,
    body: shapes.RecordedAnswerIn,
    if_match: IfMatch = None,
):
    """Write down what the citizen said of the result by telephone, at the counter, in a letter or the box."""
    case = services.record_closing_answer(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        satisfied=body.satisfied,
        channel_kind=body.channel,
        note=body.note,
        version=version_seen(if_match),
    )
    return whole(case, actor_of(request), response)


@router.post("/complaints/cases/{case_id}/code", response=shapes.ReceiptOut)
@requires(INTAKE)
def renew_code(request: HttpRequest, case_id: Number, body: shapes.NewCodeIn, if_match: IfMatch = None):
    """Give out a new tracking code for whoever has lost theirs; the former one stops. It is told here alone."""
    opened = services.renew_code(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        checked=body.checked,
        reason=body.reason,
        version=version_seen(if_match),
    )
    track = services.tracking_url(opened.case, opened.code)
    return shapes.ReceiptOut(number=opened.case.number, code=opened.code, track=track, check=False)


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
        concerned=concerned_of(body.concerned),
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

    A category of another kind makes it a case of that kind, with a number of its series; the citizen is told. Out of
    the complaints about the office, and out of the subject that it is counted in, a complaint goes for a `reason`, by
    whoever takes in or manages them.
    """
    category = category_of(body.category)
    case = services.recategorise(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
        category=category.key,
        topic=category.topic,
        kind=category.kind,
        reason=body.reason,
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


@router.post("/complaints/cases/{case_id}/unmerge", response=shapes.CaseDetailOut)
@requires(HANDLE)
def unmerge_case(
    request: HttpRequest,
    response: HttpResponse,
    case_id: Number,
    body: shapes.UnmergeIn,
    if_match: IfMatch = None,
):
    """Take a case out of the one that it was joined with: it goes on with its own state and clock, and counts by itself."""
    case = services.unmerge(
        actor=actor_of(request),
        case=case_of(case_id, actor_of(request)),
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
