"""Putting evidence and figures on record, and what happens to records afterwards."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel

from prongsai.foundation.casework.kept import entries_told
from prongsai.kernel.contracts import Origin, Topic, Visibility
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.api import evidence_shapes as shapes
from prongsai.modules.measures.api.found import actor_of, kept_files, require_entry
from prongsai.modules.measures.api.plan_shapes import ReasonIn
from prongsai.modules.measures.api.statements import RecordedOut, recorded
from prongsai.modules.measures.selectors.evidence import (
    EntryFilter,
    entry_detail,
    evidence_entries,
    what_it_would_prove,
)
from prongsai.modules.measures.services import evidence as services
from prongsai.modules.measures.services import register
from prongsai.ui.access import requires
from prongsai.ui.api import FiscalYear, Number, Word

router = Router(tags=["evidence"])
ROWS = 100


class Wanted(BaseModel):
    """Which records: left out means any. `standing` true leaves withdrawn ones out, false shows only them.

    `acts`: also the steps of the system itself, which carry no statement.
    """

    text: Word = ""
    kind: Word = ""
    about: Word = ""
    origin: Origin | None = None
    unit: Word = ""
    topic: Topic | None = None
    visibility: Visibility | None = None
    fiscal_year: FiscalYear | None = None
    standing: bool | None = None
    acts: bool = False
    cursor: Number | None = None

    def filter(self) -> EntryFilter:
        values = self.model_dump(exclude={"cursor", "origin", "topic", "visibility"})
        chosen = {"origin": self.origin or "", "topic": self.topic or "", "visibility": self.visibility or ""}
        return EntryFilter(**values, **chosen)


@router.get("/evidence", response=shapes.EvidencePageOut)
@requires("measures.read")
def list_evidence(request: HttpRequest, wanted: Query[Wanted]):
    """The office's records, newest first, a hundred at a time; internal ones in full. Those about cases are there for
    whoever may look at the case, and for whoever audits."""
    found = evidence_entries(wanted.filter(), told=entries_told(actor_of(request)))
    if wanted.cursor is not None:
        found = found.filter(number__lt=wanted.cursor)
    page = list(found[: ROWS + 1])
    last = page[ROWS - 1].number if len(page) > ROWS else None
    return shapes.EvidencePageOut(items=[shapes.EvidenceOut.of(each) for each in page[:ROWS]], next=last)


@router.get("/evidence/{number}", response=shapes.EvidenceDetailOut)
@requires("measures.read")
def get_evidence(request: HttpRequest, number: Number):
    """One record in full: its files, what became of it, the statements that rest on it, remarks."""
    detail = entry_detail(number, told=entries_told(actor_of(request)))
    if detail is None:
        raise Http404("no such record")
    return shapes.EvidenceDetailOut.whole(detail)


@router.post("/evidence/effects", response=shapes.EffectsOut)
@requires("measures.read")
def effects(request: HttpRequest, body: shapes.EffectsIn):
    """What a record would prove if it were written: nothing is."""
    try:
        found = what_it_would_prove(
            **{name: getattr(body, name) for name in type(body).model_fields if name != "about_period"},
            about_period=body.about_period.period() if body.about_period else None,
        )
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        # Nothing is written, so no service looked at the details before the rules of proof read them.
        raise InvalidInput(
            _("The details are not in the form that this kind of evidence uses"), field="details"
        ) from None
    return shapes.EffectsOut(items=[shapes.EffectOut(**asdict(effect)) for effect in found])


@router.post("/evidence", response={201: RecordedOut})
@requires("evidence.record")
def record_evidence(request: HttpRequest, body: shapes.EvidenceIn):
    """Put a fact on record by hand. What is to be public is refused while it holds personal data."""
    pending = services.record_evidence(
        actor=actor_of(request), files=kept_files(actor_of(request), body.files), **body.values()
    )
    return Status(201, recorded(pending))


@router.post("/evidence/{number}/withdraw", response={201: RecordedOut})
@requires("evidence.record|measures.attest")
def withdraw_evidence(request: HttpRequest, number: Number, body: ReasonIn):
    """ถอน: the record stays in the register and proves nothing any more."""
    require_entry(number, actor_of(request))
    pending = register.withdraw_evidence(actor=actor_of(request), number=number, reason=body.reason)
    return Status(201, recorded(pending))


@router.post("/evidence/{number}/replace", response={201: RecordedOut})
@requires("evidence.record")
def replace_evidence(request: HttpRequest, number: Number, body: shapes.ReplacementIn):
    """Withdraw a record and put a corrected one in its place; each names the other."""
    require_entry(number, actor_of(request))
    pending = register.replace_evidence(
        actor=actor_of(request),
        number=number,
        reason=body.reason,
        files=kept_files(actor_of(request), body.files),
        **body.values(),
    )
    return Status(201, recorded(pending))


@router.post("/evidence/{number}/publish", response={201: RecordedOut})
@requires("files.publish")
def publish_evidence(request: HttpRequest, number: Number, body: shapes.PublishIn):
    """Publish an internal record: a public one of the same content and day takes its place."""
    require_entry(number, actor_of(request))
    pending = register.publish_evidence(actor=actor_of(request), number=number, files=body.files)
    return Status(201, recorded(pending))


@router.post("/figures", response={201: RecordedOut})
@requires("evidence.record")
def state_figure(request: HttpRequest, body: shapes.FigureIn):
    """Enter an official figure; it is public, and attested at best."""
    pending = services.state_figure(
        actor=actor_of(request), files=kept_files(actor_of(request), body.files), **body.values()
    )
    return Status(201, recorded(pending))
