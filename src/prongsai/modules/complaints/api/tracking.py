"""Following a case by its tracking code, writing to the office about it, answering the question after closing."""

from __future__ import annotations

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import conversation, public_timeline
from prongsai.foundation.casework.services import (
    NumberNeeded,
    TooManyTries,
    answer_closing,
    find_case,
    has_result,
    hear,
    may_answer,
)
from prongsai.foundation.channels.models import ChannelKind
from prongsai.modules.complaints.api import shapes
from prongsai.modules.complaints.api.found import OnceKey
from prongsai.modules.complaints.choices import KINDS
from prongsai.ui.access import public
from prongsai.ui.api import ApiError, Kind
from prongsai.ui.cases.public import messages
from prongsai.ui.cases.words import state_title

router = Router(tags=["public"])


def _found(request: HttpRequest, asked: shapes.TrackIn) -> Case | None:
    """The case that the code opens. One that opens none is counted; after many a code alone is not looked at (429), and with
    the number the right one still opens the case.
    """
    try:
        case = find_case(code=asked.code, number=asked.number, address=get_client_ip(request) or "")
    except (NumberNeeded, TooManyTries) as error:
        raise ApiError(Kind.TOO_MANY, str(error)) from None
    return None if case is None or case.is_check or case.kind not in KINDS else case


def _opened(request: HttpRequest, asked: shapes.TrackIn) -> Case:
    """The same, for who wants to do something with it; 404 where the code opens none."""
    case = _found(request, asked)
    if case is None:
        raise ApiError(Kind.NOT_FOUND)
    return case


def _told(case: Case) -> shapes.TrackOut:
    names = ("number", "kind", "state", "phase", "received_on", "due_on", "closed_on")
    return shapes.TrackOut(
        **{name: getattr(case, name) for name in names},
        result=case.result if has_result(case) else "",
        state_title=state_title(case),
        may_answer=may_answer(case),
        steps=[
            shapes.StepOut(at=event.at, event=event.event, state=event.target)
            for event in public_timeline(case)
        ],
        messages=[shapes.SaidOut.of(message, staff=False) for message in conversation(case)],
    )


@router.post("/complaints/tracking", response=shapes.TrackedOut)
@public
def track_complaint(request: HttpRequest, body: shapes.TrackIn):
    """What became of a case, for whoever has its tracking code: what was done, said and decided."""
    case = _found(request, body)
    return shapes.TrackedOut(case=None if case is None else _told(case))


@router.post("/complaints/tracking/messages", response={201: shapes.SaidOut})
@public
def reply_to_office(request: HttpRequest, body: shapes.ReplyIn, idempotency_key: OnceKey):
    """Write to the office about the case. Sent twice under one key it is one message."""
    case = _opened(request, body)
    bucket = f"{case.organization_id}:{case.pk}"
    if not messages.take(bucket):
        raise ApiError(Kind.TOO_MANY, headers={"Retry-After": str(messages.wait(bucket))})
    said = hear(
        case=case,
        text=body.text,
        channel_kind=ChannelKind.WEB.value,
        source_key=f"api:{case.pk}:{idempotency_key}",
    )
    return Status(201, shapes.SaidOut.of(said, staff=False))


@router.post("/complaints/tracking/closing-answer", response=shapes.TrackedOut)
@public
def answer_closing_question(request: HttpRequest, body: shapes.ClosingAnswerIn):
    """Say whether the result satisfies, once after each closing; 409 where nothing waits for it."""
    case = answer_closing(case=_opened(request, body), satisfied=body.satisfied, note=body.note)
    return shapes.TrackedOut(case=_told(case))
