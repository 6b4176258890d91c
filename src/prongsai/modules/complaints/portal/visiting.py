"""Who is at the form: the draft of their browser, and the questions that their matter is asked."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from prongsai.foundation.organizations.models import Organization
from prongsai.modules.complaints.catalogue import Category
from prongsai.modules.complaints.choices import GRIEVANCE, INFORMATION
from prongsai.modules.complaints.models import CitizenDraft
from prongsai.modules.complaints.selectors.drafts import LIVES, draft_of
from prongsai.modules.complaints.services.course import (
    CHECK,
    CONTACT,
    HOW,
    PHOTOS,
    SUBJECT,
    WHAT,
    WHERE,
    category_of,
    course,
    name_of,
)
from prongsai.modules.complaints.services.drafts import fresh_key, fresh_name
from prongsai.ui.typed import TYPED

COOKIE = "prongsai_draft"
DRAFT = "draft"  # the hidden field, and the part of an address, that names the draft that a page was made for
NEW = "new-"  # stands before the name of a matter that is not begun yet
__all__ = ["CHECK", "CONTACT", "HOW", "PHOTOS", "SUBJECT", "WHAT", "WHERE", "category_of", "course"]


def office_of(request: HttpRequest) -> Organization:
    """The organization that the address names; the middleware has found it."""
    return request.organization  # type: ignore[attr-defined]


def key_of(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")


def present_draft(request: HttpRequest) -> CitizenDraft | None:
    """The browser's draft, sent or not."""
    return draft_of(key_of(request))


def open_draft(request: HttpRequest) -> CitizenDraft | None:
    """The browser's draft, if it was not sent yet."""
    draft = present_draft(request)
    return draft if draft is not None and draft.case_id is None else None  # type: ignore[attr-defined]


def is_of(request: HttpRequest, draft: CitizenDraft | None) -> bool:
    """Whether the page that asks was made for this draft, or began it; without one, for a matter that was not begun yet.

    A browser has one draft, and may have several windows: what one of them sends changes no matter of another.
    """
    named = request.POST.get(DRAFT) or request.GET.get(DRAFT, "")
    if draft is None:
        return not named or named.startswith(NEW)
    return named.removeprefix(NEW) == name_of(draft)


def name_for_new(request: HttpRequest) -> str:
    """How the page called the matter that it begins."""
    return request.POST.get(DRAFT, "").removeprefix(NEW)


def shown(draft: CitizenDraft | None) -> dict[str, str]:
    """What every page of the form says of the draft: its name, and which of the things typed here the office has.

    The script keeps what is typed on the device until a page names it.
    """
    arrived = [str(values.get(TYPED, "")) for values in draft.answers.values()] if draft else []
    mine = name_of(draft) if draft else f"{NEW}{fresh_name()}"
    return {"mine": mine, "arrived": " ".join(filter(None, arrived))}


def key_for_new(request: HttpRequest) -> str:
    """The key for a new draft: the browser's own, unless a draft stands under it that was sent."""
    key = key_of(request)
    return key if 30 < len(key) <= 100 and draft_of(key) is None else fresh_key()


def remember(request: HttpRequest, response: HttpResponse, key: str) -> HttpResponse:
    """Give the browser the key of its draft, for this office's form alone."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=int(LIVES.total_seconds()),
        path=f"/{office_of(request).key}/complaints/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def asks_for_others(category: Category) -> bool:
    """Whether others may have reported the same already."""
    return category.kind == GRIEVANCE and category.place != "none"


def address(request: HttpRequest, step: str, **more: str) -> str:
    """Where a question stands; `more` goes into the address where it says something."""
    here = reverse("complaints-step", args=[office_of(request).key, step])
    query = urlencode({name: value for name, value in more.items() if value})
    return f"{here}?{query}" if query else here


def start_address(request: HttpRequest) -> str:
    return reverse("complaints-start", args=[office_of(request).key])


def elsewhere(request: HttpRequest) -> HttpResponseRedirect:
    """To the start, which says that the matter of this window is not there any more, and what is there instead."""
    return HttpResponseRedirect(f"{start_address(request)}?elsewhere=1")


def following(request: HttpRequest, category: Category, step: str) -> str:
    """Where an answered question leads: on, or back to the last page for whoever came from there to mend something."""
    if request.POST.get("then") == CHECK:
        return address(request, CHECK)
    if step == WHERE and asks_for_others(category):
        return address(request, "similar")
    steps = course(category)
    return address(request, steps[steps.index(step) + 1])


def missing(draft: CitizenDraft) -> str:
    """The first question that still has to be answered; "" for none."""
    category = category_of(draft)
    if not str(draft.answers.get(WHAT, {}).get("text") or "").strip():
        return WHAT
    needed = [WHERE] if category.place == "ask" else []
    needed += [HOW] if category.kind == INFORMATION else []
    needed.append(CONTACT)
    return next((step for step in needed if step not in draft.answers), "")
