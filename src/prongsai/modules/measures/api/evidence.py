"""Putting evidence and figures on record, and what happens to records afterwards."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from prongsai.modules.measures.api import evidence_shapes as shapes
from prongsai.modules.measures.api.found import actor_of, kept_files, require_entry
from prongsai.modules.measures.api.plan_shapes import ReasonIn
from prongsai.modules.measures.api.statements import RecordedOut, recorded
from prongsai.modules.measures.services import evidence as services
from prongsai.modules.measures.services import register
from prongsai.ui.access import requires
from prongsai.ui.api import Number

router = Router(tags=["evidence"])


@router.post("/evidence", response={201: RecordedOut})
@requires("evidence.record")
def record_evidence(request: HttpRequest, body: shapes.EvidenceIn):
    """Put a fact on record by hand. What is to be public is refused while it holds personal data."""
    pending = services.record_evidence(actor=actor_of(request), files=kept_files(body.files), **body.values())
    return Status(201, recorded(pending))


@router.post("/evidence/{number}/withdraw", response={201: RecordedOut})
@requires("evidence.record|measures.attest")
def withdraw_evidence(request: HttpRequest, number: Number, body: ReasonIn):
    """ถอน: the record stays in the register and proves nothing any more."""
    require_entry(number)
    pending = register.withdraw_evidence(actor=actor_of(request), number=number, reason=body.reason)
    return Status(201, recorded(pending))


@router.post("/evidence/{number}/replace", response={201: RecordedOut})
@requires("evidence.record")
def replace_evidence(request: HttpRequest, number: Number, body: shapes.ReplacementIn):
    """Withdraw a record and put a corrected one in its place; each names the other."""
    require_entry(number)
    pending = register.replace_evidence(
        actor=actor_of(request),
        number=number,
        reason=body.reason,
        files=kept_files(body.files),
        **body.values(),
    )
    return Status(201, recorded(pending))


@router.post("/evidence/{number}/publish", response={201: RecordedOut})
@requires("files.publish")
def publish_evidence(request: HttpRequest, number: Number, body: shapes.PublishIn):
    """Publish an internal record: a public one of the same content and day takes its place."""
    require_entry(number)
    pending = register.publish_evidence(actor=actor_of(request), number=number, files=body.files)
    return Status(201, recorded(pending))


@router.post("/figures", response={201: RecordedOut})
@requires("evidence.record")
def state_figure(request: HttpRequest, body: shapes.FigureIn):
    """Enter an official figure; it is public, and attested at best."""
    pending = services.state_figure(actor=actor_of(request), files=kept_files(body.files), **body.values())
    return Status(201, recorded(pending))
