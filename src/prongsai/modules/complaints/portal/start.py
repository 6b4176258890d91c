"""Where citizens begin: which kind of matter, what becomes of what they say, and the ways besides the web."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prongsai.foundation.channels.models import ChannelKind
from prongsai.modules.complaints.catalogue import categories_of
from prongsai.modules.complaints.choices import GRIEVANCE, INFORMATION, KINDS
from prongsai.modules.complaints.forms.citizen import SubjectForm
from prongsai.modules.complaints.portal import visiting
from prongsai.modules.complaints.portal.visiting import SUBJECT, WHAT
from prongsai.modules.complaints.selectors.office import channel_of, open_channels
from prongsai.modules.complaints.services import drafts
from prongsai.modules.complaints.services.course import name_of
from prongsai.modules.complaints.services.submitting import said
from prongsai.modules.complaints.titles import opening_words
from prongsai.modules.complaints.workflow import CASE_KINDS
from prongsai.ui.access import public

# Kinds as the address says them.
INFORMATION_CATEGORY = "information"
SHORT = {kind.removeprefix("complaints."): kind for kind in KINDS}


@public
@never_cache
@require_safe
def start(request: HttpRequest, organization: str) -> HttpResponse:
    """The kinds of matter; first what was begun on this device and not sent."""
    channels = open_channels()
    web = channel_of(channels, ChannelKind.WEB)
    draft = visiting.open_draft(request) if web else None
    context = {
        "web": web,
        "others": [channel for channel in channels if channel.is_listed and channel.kind != ChannelKind.WEB],
        "draft": draft,
        "begun": opening_words(said(draft, WHAT, "text")) if draft else "",
        **visiting.shown(draft),
    }
    return render(request, "complaints/portal/start.html", context)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subject(request: HttpRequest, organization: str) -> HttpResponse:
    """The first question: what the matter is about. Nothing is kept of it yet.

    Whoever begins something new while a draft of theirs was not sent is led to the start, which asks what to do with it.
    """
    if channel_of(open_channels(), ChannelKind.WEB) is None:
        return HttpResponseRedirect(visiting.start_address(request))
    draft = visiting.open_draft(request)
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    if draft is not None and asked and not visiting.is_of(request, draft):
        return HttpResponseRedirect(visiting.start_address(request))
    mine = name_of(draft) if draft else ""
    kind = SHORT.get(asked) or (visiting.category_of(draft).kind if draft else GRIEVANCE)
    if kind == INFORMATION:
        return HttpResponseRedirect(
            visiting.address(request, WHAT, category=INFORMATION_CATEGORY, draft=mine)
        )
    form = SubjectForm(request.POST or None, kind=kind, initial={"category": draft.category if draft else ""})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["category"]
        return HttpResponseRedirect(visiting.address(request, WHAT, category=chosen, draft=mine))
    short = kind.removeprefix("complaints.")
    request.page_address = visiting.address(request, SUBJECT, kind=short, draft=mine)  # type: ignore[attr-defined]
    context = {
        "form": form,
        "problems": list(form.problems()) if form.is_bound else [],
        "kind": next(each for each in CASE_KINDS if each.key == kind),
        "short": short,
        "step": SUBJECT,
        "number": 1,
        "numbers": range(1, max(len(visiting.course(each)) for each in categories_of(kind)) + 1),
        "back": visiting.start_address(request),
        **visiting.shown(draft),
    }
    status = 422 if form.is_bound else 200
    return render(request, "complaints/portal/subject.html", context, status=status)


@public
@never_cache
@require_POST
def discard(request: HttpRequest, organization: str) -> HttpResponse:
    """Forget what was begun on this device, once it is said again: a thumb slips, and nothing brings it back."""
    draft = visiting.open_draft(request)
    if not visiting.is_of(request, draft):
        return visiting.elsewhere(request)
    if draft is not None and "sure" not in request.POST:
        request.page_address = visiting.start_address(request)  # type: ignore[attr-defined]
        context = {"begun": opening_words(said(draft, WHAT, "text")), **visiting.shown(draft)}
        return render(request, "complaints/portal/discard.html", context)
    if draft is not None:
        drafts.discard(draft=draft)
    return HttpResponseRedirect(f"{visiting.start_address(request)}?gone=1")


@public
@never_cache
@require_safe
def resume(request: HttpRequest, organization: str) -> HttpResponse:
    """Go on where this device stopped; without a draft, begin."""
    draft = visiting.open_draft(request)
    if draft is None:
        return HttpResponseRedirect(visiting.start_address(request))
    return HttpResponseRedirect(visiting.address(request, visiting.missing(draft) or visiting.CHECK))


@public
@never_cache
@require_http_methods(["GET", "HEAD"])
def line(request: HttpRequest, organization: str) -> HttpResponse:
    """Whether the line holds: what the page asks before it lets a form go."""
    return HttpResponse(status=204)


@public
@require_safe
def privacy(request: HttpRequest, organization: str) -> HttpResponse:
    """What personal data are taken, what for, on what grounds, for how long, and what people may ask of the office."""
    return render(request, "complaints/portal/privacy.html", {"kinds": CASE_KINDS})
