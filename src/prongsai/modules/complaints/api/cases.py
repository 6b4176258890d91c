"""Cases for programs with a token: the list, one of them, and what comes in by other ways."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import inbox
from prongsai.foundation.casework.services import Concerned, tracking_url
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import Topic
from prongsai.modules.complaints.api import shapes
from prongsai.modules.complaints.api.found import (
    actor_of,
    case_of,
    category_of,
    concerned_of,
    contact_of,
    kept_files,
    place_of,
    unit_of,
    whole,
)
from prongsai.modules.complaints.choices import KINDS
from prongsai.modules.complaints.services.intake import CameBy, register
from prongsai.modules.complaints.workflow import INTAKE, READ
from prongsai.ui.access import requires
from prongsai.ui.api import FiscalYear, Number, Word

router = Router(tags=["complaints"])
ROWS = 100


class WantedCases(BaseModel):
    """Which cases: left out means any. `open` true leaves closed ones out, false shows only them."""

    kind: Word = ""
    phase: Phase | None = None
    topic: Topic | None = None
    category: Word = ""
    channel: Word = ""
    unit_id: Number | None = None
    fiscal_year: FiscalYear | None = None
    number: Word = ""
    open: bool | None = None
    cursor: Number | None = None

    def filters(self) -> dict[str, object]:
        given = {
            "kind": self.kind,
            "phase": self.phase.value if self.phase else "",
            "topic": self.topic.value if self.topic else "",
            "category": self.category,
            "channel_kind": self.channel,
            "unit_id": self.unit_id,
            "fiscal_year": self.fiscal_year,
            "number": self.number,
        }
        chosen: dict[str, object] = {name: value for name, value in given.items() if value not in ("", None)}
        if self.open is not None:
            chosen["closed_on__isnull"] = self.open
        return chosen


@router.get("/complaints/cases", response=shapes.CasesOut)
@requires(READ)
def list_cases(request: HttpRequest, wanted: Query[WantedCases]):
    """Complaints, reports of trouble, suggestions and requests for information, newest first, a hundred at a time."""
    found = inbox(actor_of(request)).filter(kind__in=KINDS).filter(**wanted.filters())
    if wanted.cursor is not None:
        found = found.after(wanted.cursor)
    page: list[Case] = list(found[: ROWS + 1])
    last = page[ROWS - 1].pk if len(page) > ROWS else None
    return shapes.CasesOut(items=[shapes.CaseOut.of(case) for case in page[:ROWS]], next=last)


@router.post("/complaints/cases", response={201: shapes.ReceiptOut})
@requires(INTAKE)
def take_in_case(request: HttpRequest, body: shapes.CaseIn):
    """Register what came by telephone, letter, counter or another system. The rules of routing give it to a unit
    or a person, and mark it as urgent.

    With a `source` that was given before it is the case of then, and the code is not told again.
    """
    category = category_of(body.category)
    opened = register(
        actor=actor_of(request),
        category=category.key,
        title=body.title,
        body=body.text,
        came=CameBy(body.channel, received_on=body.received_on, program_number=body.source),
        contact=contact_of(body.contact),
        place=place_of(body.place),
        files=kept_files(actor_of(request), body.files),
        unit=unit_of(body.unit_id),
        concerned=concerned_of(body.concerned) or Concerned(),
        is_urgent=body.is_urgent,
    )
    track = tracking_url(opened.case, opened.code) if opened.code else ""
    return Status(
        201, shapes.ReceiptOut(number=opened.case.number, code=opened.code, track=track, check=False)
    )


@router.get("/complaints/cases/{case_id}", response=shapes.CaseDetailOut)
@requires(READ)
def get_case(request: HttpRequest, response: HttpResponse, case_id: Number):
    """One case in full: its words, how to reach whoever wrote, what was done and said, and what may be done now.

    404 for a complaint about the office that belongs to another unit, unless the caller assigns or takes in cases.
    """
    actor = actor_of(request)
    return whole(case_of(case_id, actor), actor, response)
