"""Measures and statements of a draft, what has to carry them, and somebody's word for one."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from prongsai.foundation.ledger.services import PendingFact, flush
from prongsai.modules.measures.api import plan_shapes as shapes
from prongsai.modules.measures.api.found import (
    actor_of,
    kept_files,
    measure_of,
    plan_of,
    revision_seen,
    statement_of,
    whole_measure,
)
from prongsai.modules.measures.models import Measure, Statement
from prongsai.modules.measures.services import evidence as evidence_services
from prongsai.modules.measures.services import statements as services
from prongsai.ui.access import requires
from prongsai.ui.api import Body, Digest, IfMatch, Number, Out, Text

router = Router(tags=["statements"])


def _measure(measure: Measure, response: HttpResponse) -> shapes.MeasureOut:
    response["ETag"] = f'"{measure.revision}"'
    return shapes.MeasureOut.of(whole_measure(measure))


def _statement(statement: Statement, response: HttpResponse) -> shapes.StatementOut:
    response["ETag"] = f'"{statement.revision}"'
    return shapes.StatementOut.of(statement)


@router.get("/measures/{measure_id}", response=shapes.MeasureOut)
@requires("measures.read")
def get_measure(request: HttpRequest, response: HttpResponse, measure_id: Number):
    """A measure with its statements. Its ETag is the revision that an edit names in If-Match."""
    return _measure(measure_of(measure_id), response)


@router.post("/plans/{plan_id}/measures", response={201: shapes.MeasureOut})
@requires("measures.draft")
def add_measure(request: HttpRequest, response: HttpResponse, plan_id: Number, body: shapes.MeasureIn):
    """The next measure of a draft."""
    measure = services.add_measure(
        actor=actor_of(request),
        plan=plan_of(plan_id),
        title=body.title,
        topic=body.topic,
        period=body.period.period() if body.period else None,
        units=body.units,
    )
    response["ETag"] = f'"{measure.revision}"'
    return Status(201, _measure(measure, response))


@router.put("/measures/{measure_id}", response=shapes.MeasureOut)
@requires("measures.draft")
def edit_measure(
    request: HttpRequest,
    response: HttpResponse,
    measure_id: Number,
    body: shapes.MeasureIn,
    if_match: IfMatch = None,
):
    """Change title, topic, period and units of a draft's measure: 412 when somebody was faster."""
    measure = measure_of(measure_id)
    edited = services.edit_measure(
        actor=actor_of(request),
        measure=measure,
        revision=revision_seen(if_match),
        title=body.title,
        topic=body.topic,
        period=body.period.period() if body.period else measure.plan.period,
        units=body.units,
    )
    return _measure(edited, response)


@router.delete("/measures/{measure_id}", response={204: None})
@requires("measures.draft")
def remove_measure(request: HttpRequest, measure_id: Number, if_match: IfMatch = None):
    """Take a measure with its statements out of a draft; those behind it move up."""
    measure = measure_of(measure_id)
    services.remove_measure(actor=actor_of(request), measure=measure, revision=revision_seen(if_match))
    return Status(204, None)


@router.post("/measures/{measure_id}/move", response=shapes.MeasureOut)
@requires("measures.draft")
def move_measure(request: HttpRequest, response: HttpResponse, measure_id: Number, body: shapes.MoveIn):
    """Give a measure another number; those between move."""
    measure = measure_of(measure_id)
    services.move_measure(actor=actor_of(request), measure=measure, to=body.to)
    return _measure(measure, response)


@router.get("/statements/{statement_id}", response=shapes.StatementOut)
@requires("measures.read")
def get_statement(request: HttpRequest, response: HttpResponse, statement_id: Number):
    """A statement with its proofs. Its ETag is the revision that an edit names in If-Match."""
    return _statement(statement_of(statement_id), response)


@router.post("/measures/{measure_id}/statements", response={201: shapes.StatementOut})
@requires("measures.draft")
def add_statement(request: HttpRequest, response: HttpResponse, measure_id: Number, body: shapes.StatementIn):
    """A step, output or outcome with the proofs that its wording suggests."""
    statement = services.add_statement(
        actor=actor_of(request),
        measure=measure_of(measure_id),
        kind=body.kind,
        text=body.text,
        after=body.after,
    )
    return Status(201, _statement(statement_of(statement.pk), response))


@router.put("/statements/{statement_id}", response=shapes.StatementOut)
@requires("measures.draft")
def edit_statement(
    request: HttpRequest,
    response: HttpResponse,
    statement_id: Number,
    body: shapes.WordingIn,
    if_match: IfMatch = None,
):
    """Change the wording: 412 when somebody was faster, and nothing of theirs is lost."""
    edited = services.edit_statement(
        actor=actor_of(request),
        statement=statement_of(statement_id),
        text=body.text,
        revision=revision_seen(if_match),
    )
    return _statement(edited, response)


@router.delete("/statements/{statement_id}", response={204: None})
@requires("measures.draft")
def remove_statement(request: HttpRequest, statement_id: Number, if_match: IfMatch = None):
    """Take a statement out of a draft; those behind it move up."""
    statement = statement_of(statement_id)
    services.remove_statement(actor=actor_of(request), statement=statement, revision=revision_seen(if_match))
    return Status(204, None)


@router.post("/statements/{statement_id}/move", response=shapes.StatementOut)
@requires("measures.draft")
def move_statement(request: HttpRequest, response: HttpResponse, statement_id: Number, body: shapes.MoveIn):
    """Give a statement another number among those of its kind."""
    services.move_statement(actor=actor_of(request), statement=statement_of(statement_id), to=body.to)
    return _statement(statement_of(statement_id), response)


@router.put("/statements/{statement_id}/proofs", response=shapes.StatementOut)
@requires("measures.draft")
def bind_proofs(request: HttpRequest, response: HttpResponse, statement_id: Number, body: shapes.ProofsIn):
    """Bind chosen proofs in place of what is there; allowed until the year is closed."""
    services.bind_proofs(
        actor=actor_of(request),
        statement=statement_of(statement_id),
        expressions=body.expressions,
        join=body.join,
        window=body.window,
        windows=body.windows,
    )
    return _statement(statement_of(statement_id), response)


class AttestIn(Body):
    """Position: under which one speaks, where it is not the caller's own."""

    text: Text = ""
    position: Annotated[Text, Field(max_length=200)] = ""
    files: Annotated[list[Digest], Field(max_length=20)] = []


class RecordedOut(Out):
    """What was put on record: its number in the ledger (เลขหลักฐาน)."""

    number: int


@router.post("/statements/{statement_id}/attest", response={201: RecordedOut})
@requires("measures.attest")
def attest(request: HttpRequest, statement_id: Number, body: AttestIn):
    """รับรอง: the caller gives their word for a statement as it stands, with papers if there are any."""
    pending = evidence_services.attest(
        actor=actor_of(request),
        statement=statement_of(statement_id),
        position=body.position,
        text=body.text,
        files=kept_files(actor_of(request), body.files),
    )
    return Status(201, recorded(pending))


def recorded(pending: PendingFact) -> RecordedOut:
    """The number of a fact that was just recorded; it is appended now, as the last act of the request."""
    flush()
    assert pending.entry is not None
    return RecordedOut(number=pending.entry.number)
