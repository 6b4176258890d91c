"""Open to everybody: the figures, the cases that the office shows, telling the office something."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.places import shown_village
from prongsai.foundation.casework.services import tracking_url
from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.complaints.api import shapes
from prongsai.modules.complaints.api.figures_shapes import StatisticsOut
from prongsai.modules.complaints.api.found import OnceKey, category_of, contact_of
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.choices import KINDS
from prongsai.modules.complaints.models import CitizenDraft
from prongsai.modules.complaints.portal.figures import of_year, year_sentence
from prongsai.modules.complaints.portal.limits import of_office, unasked
from prongsai.modules.complaints.portal.visiting import CONTACT, WHAT, WHERE
from prongsai.modules.complaints.selectors.drafts import draft_of
from prongsai.modules.complaints.selectors.office import channel_of, open_channels
from prongsai.modules.complaints.selectors.statistics import figures_state, public_cases, shown_state
from prongsai.modules.complaints.services import drafts
from prongsai.modules.complaints.services.submitting import Receipt, submit
from prongsai.ui.access import public
from prongsai.ui.api import ApiError, FiscalYear, Kind, Number
from prongsai.ui.caching import kept
from prongsai.ui.limits import line_of

router = Router(tags=["public"])
ROWS = 100


@router.get("/complaints/categories", response=shapes.CategoriesOut)
@public
@kept()
def complaint_categories(request: HttpRequest):
    """What the office can be told of, in the order of its form."""
    names = ("key", "kind", "topic", "title", "title_en", "place", "question", "question_en")
    items = [
        shapes.CategoryOut(**{name: getattr(each, name) for name in names}) for each in categories().values()
    ]
    return shapes.CategoriesOut(items=items)


@router.get("/complaints/statistics/{fiscal_year}", response=StatisticsOut)
@public
@kept(state=figures_state)
def complaint_statistics(request: HttpRequest, fiscal_year: FiscalYear):
    """A fiscal year in figures: what came in, what became of it; by month, subject and way in."""
    figures = of_year(fiscal_year)
    return StatisticsOut.of(figures, year_sentence(figures))


@router.get("/complaints/shown", response=shapes.ShownListOut)
@public
@kept(state=shown_state, query=("cursor",))
def shown_cases(request: HttpRequest, cursor: Number | None = None):
    """The cases that the office shows, each under the title that it wrote for it, a hundred at a time."""
    found = public_cases(KINDS)
    if cursor is not None:
        found = found.after(cursor)
    page: list[Case] = list(found[: ROWS + 1])
    names = ("number", "kind", "category", "received_on", "closed_on")
    items = [
        shapes.ShownOut(
            title=case.public_title,
            village=shown_village(case),
            **{name: getattr(case, name) for name in names},
        )
        for case in page[:ROWS]
    ]
    return shapes.ShownListOut(items=items, next=page[ROWS - 1].pk if len(page) > ROWS else None)


@router.post("/complaints/submissions", response={201: shapes.ReceiptOut})
@public
def submit_complaint(request: HttpRequest, body: shapes.SubmissionIn, idempotency_key: OnceKey):
    """Tell the office something, without an account. Sent twice under one key it is one case with one receipt.

    One line may do so as often as people do; a program that sends more is asked to wait (429).
    """
    category_of(body.category)
    if (body.place.latitude is None) != (body.place.longitude is None):
        raise InvalidInput(_("A place on the map needs both latitude and longitude"), field="place.latitude")
    key = f"api:{idempotency_key}"
    draft = draft_of(key)
    if draft is None:
        web = channel_of(open_channels(), ChannelKind.WEB)
        if web is None:
            raise WrongState(_("The office does not take cases on the web yet"))
        _count(request)
        draft = _begun(key, body)
    receipt = submit(draft=draft, channel=channel_of(open_channels(), ChannelKind.WEB))
    return Status(201, _receipt(receipt))


def _begun(key: str, body: shapes.SubmissionIn) -> CitizenDraft:
    """A draft with everything answered; of two requests at once under one key the second finds the first's."""
    try:
        with transaction.atomic():
            draft = drafts.begin(key=key, category=body.category)
    except IntegrityError:
        found = draft_of(key)
        if found is None:
            raise
        return found
    for question, values in _answers(body).items():
        draft = drafts.answer(draft=draft, question=question, values=values)
    return draft


def _count(request: HttpRequest) -> None:
    """Count one submission of the line and of the office; 429 with the seconds to wait when there were too many."""
    office = str(current_organization_id())
    line = f"{office}:{line_of(request)}"
    for bucket, key in ((unasked, line), (of_office, office)):
        if not bucket.take(key):
            raise ApiError(Kind.TOO_MANY, headers={"Retry-After": str(bucket.wait(key))})


def _answers(body: shapes.SubmissionIn) -> dict[str, dict[str, Any]]:
    """What was sent, as the form's own questions are answered."""
    contact = contact_of(body.contact)
    who = (
        {"who": "anonymous"}
        if contact.anonymous
        else {"name": contact.name, "phone": contact.phone, "email": contact.email}
    )
    place = body.place
    return {
        WHAT: {"text": body.text, "more": body.more},
        WHERE: {
            "place": place.text,
            "village": place.village,
            "latitude": place.latitude,
            "longitude": place.longitude,
        },
        CONTACT: {**who, body.answer_by.value: 1} if body.answer_by.value == "line" else who,
    }


def _receipt(receipt: Receipt) -> shapes.ReceiptOut:
    if receipt.case is None:
        return shapes.ReceiptOut(number="", code=receipt.code, track="", check=True)
    track = tracking_url(receipt.case, receipt.code) if receipt.code else ""
    return shapes.ReceiptOut(number=receipt.case.number, code=receipt.code, track=track, check=False)
