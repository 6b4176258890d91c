"""The last page before sending: whether others have said the same, everything once more, and the case itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prongsai.foundation.casework.kinds import in_language, shown_title
from prongsai.foundation.channels.canary import is_marker
from prongsai.foundation.channels.models import ChannelKind
from prongsai.kernel.errors import ProngsaiError, Stale
from prongsai.modules.complaints.catalogue import Category
from prongsai.modules.complaints.forms.citizen import WAYS_TO_HAVE
from prongsai.modules.complaints.models import CitizenDraft
from prongsai.modules.complaints.portal import visiting
from prongsai.modules.complaints.portal.questions import place_in
from prongsai.modules.complaints.portal.visiting import (
    CHECK,
    CONTACT,
    HOW,
    PHOTOS,
    SUBJECT,
    WHAT,
    WHERE,
    asks_for_others,
    category_of,
    course,
)
from prongsai.modules.complaints.selectors.duplicates import Similar, similar_cases
from prongsai.modules.complaints.selectors.office import channel_of, open_channels
from prongsai.modules.complaints.services.course import files_of, shown_of
from prongsai.modules.complaints.services.joining import join, joinable
from prongsai.modules.complaints.services.submitting import Receipt, place_of, said, submit
from prongsai.modules.complaints.workflow import CASE_KINDS
from prongsai.ui.access import public
from prongsai.ui.cases.known import remember
from prongsai.ui.cases.public import show_check_receipt
from prongsai.ui.cases.words import Words


@dataclass(frozen=True)
class Row:
    """A line of the summary: what was asked, what was answered, where it is changed."""

    title: Words
    answer: Words
    step: str
    lines: tuple[str, ...] = ()


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def similar(request: HttpRequest, organization: str) -> HttpResponse:
    """What others have reported that may be the same; where there is nothing, the page is passed over."""
    draft = visiting.open_draft(request)
    if draft is None or not asks_for_others(category_of(draft)):
        return HttpResponseRedirect(visiting.start_address(request))
    if request.method == "POST" and not visiting.is_of(request, draft):
        return visiting.elsewhere(request)
    problem = ""
    if request.method == "POST" and (chosen := request.POST.get("same", "")).isdecimal() and len(chosen) < 18:
        try:
            same = joinable(int(chosen))
            if "sure" in request.POST:
                also = join(draft=draft, case=same.pk)
                return render(request, "complaints/portal/joined.html", {"also": also, "same": same})
            context = {"same": same, "step": "similar", "back": request.path}
            return render(request, "complaints/portal/join.html", context)
        except ProngsaiError as error:
            problem = str(error)
    elif request.method == "POST":
        return HttpResponseRedirect(visiting.address(request, PHOTOS))
    found = [] if is_marker(said(draft, WHAT, "text")) else others(draft)
    if not found and not problem:
        return HttpResponseRedirect(visiting.address(request, PHOTOS))
    context = {
        "found": found,
        "problem": problem,
        "step": "similar",
        "back": visiting.address(request, WHERE),
        **visiting.shown(draft),
    }
    return render(request, "complaints/portal/similar.html", context, status=409 if problem else 200)


def others(draft: CitizenDraft) -> list[Similar]:
    """Public cases that the draft may be about."""
    place = place_of(draft.answers.get(WHERE, {}))
    point = None
    if place.latitude is not None and place.longitude is not None:
        point = (float(place.latitude), float(place.longitude))
    return similar_cases(
        category=draft.category,
        village=place.village,
        place=place.text,
        text=said(draft, WHAT, "text"),
        point=point,
    )


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, organization: str) -> HttpResponseBase:
    """Everything once more; sent by POST. Sent twice, it leads to the same receipt.

    What is sent is what this page showed: when something else stands there by now, it is shown once more and asked again.
    """
    draft = visiting.present_draft(request)
    if draft is None:
        return HttpResponseRedirect(visiting.start_address(request))
    if request.method == "POST" and not visiting.is_of(request, draft):
        return visiting.elsewhere(request)
    if draft.case_id is None and (step := visiting.missing(draft)):  # type: ignore[attr-defined]
        return HttpResponseRedirect(visiting.address(request, step))
    if request.method != "POST":
        if draft.case_id is not None:  # type: ignore[attr-defined]
            return HttpResponseRedirect(visiting.start_address(request))
        return _summary(request, draft)
    web = channel_of(open_channels(), ChannelKind.WEB)
    try:
        receipt = submit(draft=draft, channel=web, shown=request.POST.get("shown", ""))
        return _sent(request, receipt, category_of(draft))
    except Stale as error:
        return _summary(request, visiting.present_draft(request) or draft, problem=str(error), status=409)
    except ProngsaiError as error:
        return _summary(request, draft, problem=str(error), status=422)


def _sent(request: HttpRequest, receipt: Receipt, category: Category) -> HttpResponseBase:
    if receipt.case is None:
        kind = next(each for each in CASE_KINDS if each.key == category.kind)
        return show_check_receipt(request, kind, receipt.code)
    if not receipt.code:  # the installation's key was changed in between: number and code have to be typed
        return HttpResponseRedirect(reverse("track", args=[visiting.office_of(request).key]))
    to_receipt = reverse("track-receipt", args=[visiting.office_of(request).key, receipt.code])
    # The only place where the code is told: it opens for this browser whatever codes others have tried.
    return remember(request, HttpResponseRedirect(to_receipt), receipt.case)


def _summary(
    request: HttpRequest, draft: CitizenDraft, problem: str = "", *, status: int = 200
) -> HttpResponse:
    category = category_of(draft)
    files = files_of(draft)
    context = {
        "shown": shown_of(draft, files),
        "rows": rows(draft, category, files),
        "problem": problem,
        "step": CHECK,
        "category": category,
        "kind": next(each for each in CASE_KINDS if each.key == category.kind),
        "anonymous": draft.answers.get(CONTACT, {}).get("who") == "anonymous",
        **place_in(request, category, CHECK, draft),
    }
    return render(request, "complaints/portal/check.html", context, status=status)


def rows(draft: CitizenDraft, category: Category, files: list[tuple[str, str]]) -> list[Row]:
    """What was answered, question by question."""
    found: list[Row] = []
    for step in course(category):
        match step:
            case "subject":
                found.append(Row(_("About"), shown_title(category), SUBJECT))
            case "what":
                more = said(draft, WHAT, "more") if category.question else ""
                about = f"{in_language(category.question, category.question_en)}: {more}" if more else ""
                found.append(
                    Row(_("What you wrote"), said(draft, WHAT, "text"), WHAT, (about,) if about else ())
                )
            case "where":
                found.append(_where(draft))
            case "how":
                found.append(Row(_("How you want it"), WAYS_TO_HAVE.get(said(draft, HOW, "how"), ""), HOW))
            case "photos":
                names = tuple(name for _digest, name in files)
                found.append(Row(_("Pictures and papers"), "", PHOTOS, names))
            case "contact":
                found.append(_contact(draft))
    return found


def _where(draft: CitizenDraft) -> Row:
    village, place = said(draft, WHERE, "village"), said(draft, WHERE, "place")
    point = said(draft, WHERE, "latitude")
    lines = [f"{point}, {said(draft, WHERE, 'longitude')}"] if point else []
    if village:
        village = f"{village}" if not village[:1].isdecimal() else f"หมู่ที่ {village}"
    return Row(_("Where it is"), " ".join(filter(None, (village, place))), WHERE, tuple(lines))


def _contact(draft: CitizenDraft) -> Row:
    given = draft.answers.get(CONTACT, {})
    if given.get("who") == "anonymous":
        return Row(_("How to reach you"), _("Anonymous. The answer stands on the tracking page"), CONTACT)
    lines = tuple(str(given[name]) for name in ("name", "phone", "email") if given.get(name))
    if given.get("line"):
        lines = (*lines, "LINE")
    return Row(_("How to reach you"), "", CONTACT, lines)
