"""Who is at the form: the draft of their browser, and the questions that their matter is asked."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from prongsai.foundation.organizations.models import Organization
from prongsai.modules.complaints.catalogue import Category, categories
from prongsai.modules.complaints.choices import GRIEVANCE, INFORMATION, SUGGESTION
from prongsai.modules.complaints.models import CitizenDraft
from prongsai.modules.complaints.selectors.drafts import LIVES, draft_of
from prongsai.modules.complaints.services.drafts import fresh_key

COOKIE = "prongsai_draft"
SUBJECT, WHAT, WHERE, HOW, PHOTOS, CONTACT, CHECK = (
    "subject", "what", "where", "how", "photos", "contact", "check",
)  # fmt: skip


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


def course(category: Category) -> tuple[str, ...]:
    """The questions about a matter, in order; the last one shows everything and sends it."""
    first = () if category.kind == INFORMATION else (SUBJECT,)
    where = () if category.place == "none" else (WHERE,)
    files = () if category.kind in {INFORMATION, SUGGESTION} else (PHOTOS,)
    how = (HOW,) if category.kind == INFORMATION else ()
    return (*first, WHAT, *where, *how, *files, CONTACT, CHECK)


def category_of(draft: CitizenDraft) -> Category:
    """What the draft is about; a category that a later release no longer has counts as any other trouble."""
    return categories().get(draft.category) or categories()["trouble"]


def asks_for_others(category: Category) -> bool:
    """Whether others may have reported the same already."""
    return category.kind == GRIEVANCE and category.place != "none"


def address(request: HttpRequest, step: str) -> str:
    """Where a question stands."""
    return reverse("complaints-step", args=[office_of(request).key, step])


def start_address(request: HttpRequest) -> str:
    return reverse("complaints-start", args=[office_of(request).key])


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
