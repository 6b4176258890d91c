"""Pictures and papers: a plain field for several files, and the same place for the script that sends them one by one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prongsai.kernel.errors import ProngsaiError
from prongsai.modules.complaints.models import CitizenDraft, DraftFile
from prongsai.modules.complaints.portal import limits, visiting
from prongsai.modules.complaints.portal.questions import place_in
from prongsai.modules.complaints.portal.visiting import CHECK, PHOTOS
from prongsai.modules.complaints.services import drafts
from prongsai.modules.complaints.services.drafts import FILE_LIMIT, FILES_LIMIT, MEGABYTE, MOST_FILES
from prongsai.ui.access import public
from prongsai.ui.arriving import arrives

MOST_AT_ONCE = 3 * MOST_FILES


@public
@arrives(file=FILE_LIMIT, whole=2 * FILES_LIMIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def photos(request: HttpRequest, organization: str) -> HttpResponse:
    """Show, add and take out the draft's files; `next` goes on. A file that is refused is named, the others stay."""
    draft = visiting.open_draft(request)
    if request.method == "POST" and not visiting.is_of(request, draft):
        draft = None  # the window shows another matter: no file of it goes into this one
    if draft is None or PHOTOS not in visiting.course(visiting.category_of(draft)):
        if _by_script(request):
            return JsonResponse(
                {"message": gettext("What you began is no longer here. Begin again")}, status=410
            )
        there = visiting.elsewhere(request)
        return there if request.method == "POST" else HttpResponseRedirect(visiting.start_address(request))
    if request.method != "POST":
        return _page(request, draft, [])
    problems, kept = _changed(request, draft)
    if _by_script(request):
        return _told(draft, problems, kept)
    if problems:
        return _page(request, draft, problems, status=422)
    if "next" in request.POST:
        return HttpResponseRedirect(visiting.following(request, visiting.category_of(draft), PHOTOS))
    then = CHECK if request.POST.get("then") == CHECK else ""
    again = "1" if any(each.again for each in kept) else ""
    return HttpResponseRedirect(visiting.address(request, PHOTOS, then=then, again=again))


def _by_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


@dataclass(frozen=True)
class Kept:
    """A file that was sent just now; `again` when the same one was there already."""

    id: int
    again: bool


def _changed(request: HttpRequest, draft: CitizenDraft) -> tuple[list[str], list[Kept]]:
    """Do what the form asks; a sentence for each file that could not be kept, and those that were."""
    try:
        if request.POST.get("remove", "").isdecimal():
            drafts.drop_file(draft=draft, file=int(request.POST["remove"]))
            return [], []
    except (ProngsaiError, OverflowError) as error:
        return [str(error)], []
    problems = [f"{name}: {drafts.too_large()}" for name in getattr(request, "too_large", [])]
    sent = request.FILES.getlist("photos")[:MOST_AT_ONCE]
    there = {each.pk for each in _files(draft)} if sent else set[int]()
    kept: list[Kept] = []
    for file in sent:
        try:
            if not limits.megabytes.take(limits.keys(request)[0], (file.size or 0) / MEGABYTE):
                raise ProngsaiError(
                    gettext("Very many files come from your network just now. Try again in some minutes")
                )
            each = drafts.add_file(draft=draft, content=file.file, name=file.name or "")
            kept.append(Kept(each.pk, each.pk in there))
            there.add(each.pk)
        except ProngsaiError as error:
            problems.append(f"{file.name}: {error}")
    return problems, kept


def _files(draft: CitizenDraft) -> list[DraftFile]:
    return list(DraftFile.objects.filter(draft=draft).defer("content"))


def _told(draft: CitizenDraft, problems: list[str], kept: list[Kept]) -> JsonResponse:
    """All files of the draft, and which of them came just now."""
    files = [{"id": each.pk, "name": each.name, "size": each.size} for each in _files(draft)]
    answer: dict[str, Any] = {"files": files, "kept": [asdict(each) for each in kept]}
    if problems:
        answer["message"] = " ".join(problems)
    return JsonResponse(answer, status=422 if problems else 200)


def _page(
    request: HttpRequest, draft: CitizenDraft, problems: list[str], *, status: int = 200
) -> HttpResponse:
    then = CHECK if CHECK in (request.GET.get("then"), request.POST.get("then")) else ""
    category = visiting.category_of(draft)
    context = {
        "files": _files(draft),
        "refusals": problems,
        "most": MOST_FILES,
        "limit": FILE_LIMIT // MEGABYTE,
        "step": PHOTOS,
        "then": then,
        "again": request.GET.get("again", ""),
        "category": category,
        **place_in(request, category, PHOTOS, draft, then),
    }
    request.page_address = visiting.address(request, PHOTOS, then=then)  # type: ignore[attr-defined]
    return render(request, "complaints/portal/photos.html", context, status=status)
