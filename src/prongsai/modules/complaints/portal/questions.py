"""One question on each page: what happened, where, how it is wanted, and how to reach the citizen."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache

from prongsai.foundation.channels.canary import is_marker
from prongsai.foundation.channels.models import ChannelKind
from prongsai.kernel.errors import ProngsaiError
from prongsai.modules.complaints.catalogue import Category, categories
from prongsai.modules.complaints.forms.citizen import WORDS, Asking, ContactForm, HowForm, WhatForm, WhereForm
from prongsai.modules.complaints.models import CitizenDraft
from prongsai.modules.complaints.portal import limits, visiting
from prongsai.modules.complaints.portal.visiting import (
    CHECK,
    CONTACT,
    HOW,
    SUBJECT,
    WHAT,
    WHERE,
    course,
)
from prongsai.modules.complaints.selectors.office import channel_of, open_channels
from prongsai.modules.complaints.services import drafts, question
from prongsai.modules.complaints.services.course import name_of
from prongsai.modules.complaints.services.submitting import said
from prongsai.modules.complaints.titles import opening_words
from prongsai.ui.access import PUBLIC
from prongsai.ui.maps import let_tiles, map_context
from prongsai.ui.typed import TYPED, typed_token

NOT_ANSWERS = {"human", "human_token"}
TEMPLATES = {
    WHAT: "complaints/portal/what.html",
    WHERE: "complaints/portal/where.html",
    HOW: "complaints/portal/how.html",
    CONTACT: "complaints/portal/contact.html",
}


@method_decorator(never_cache, name="dispatch")
class Question(View):
    """A question of the form. What is answered is kept at once; what is refused comes back as it was typed."""

    permission = PUBLIC
    returning = WORDS

    def get(self, request: HttpRequest, organization: str, step: str) -> HttpResponse:
        draft, category = self._matter(step)
        if category is None:
            return HttpResponseRedirect(visiting.start_address(request))
        turned = draft is not None and category.key != draft.category
        if turned and not visiting.is_of(request, draft):
            # Another matter is begun: the start asks what becomes of this one.
            return HttpResponseRedirect(visiting.start_address(request))
        if step not in course(category):
            raise Http404("this matter is not asked that")
        given = dict(draft.answers.get(step, {})) if draft else {}
        if turned:
            given.pop("more", None)  # it answers another question
        return self._show(step, category, self._form(step, category, initial=given), draft)

    def post(self, request: HttpRequest, organization: str, step: str) -> HttpResponse:
        draft, category = self._matter(step)
        if category is None:
            return visiting.elsewhere(request)
        form = self._form(step, category, data=request.POST)
        if not visiting.is_of(request, draft) or (draft is None and self._was_sent()):
            if draft is not None and request.POST.get("instead") == name_of(draft):
                drafts.discard(draft=draft)
                draft = None
            else:
                return self._of_another(step, category, form, draft)
        if step not in course(category):  # it was, until another window chose another subject
            return HttpResponseRedirect(visiting.address(request, visiting.missing(draft) or CHECK))  # type: ignore[arg-type]
        if not form.is_valid():
            return self._show(step, category, form, draft, status=422)
        values = {name: value for name, value in form.cleaned_data.items() if name not in NOT_ANSWERS}
        if typed := typed_token(request):
            values[TYPED] = typed
        try:
            if draft is None:
                return self._begin(category, form, values)
            drafts.answer(draft=draft, question=step, values=values, category=category.key)
        except ProngsaiError as error:
            form.add_error(None, str(error))
            return self._show(step, category, form, draft, status=422)
        return HttpResponseRedirect(visiting.following(request, category, step))

    def _matter(self, step: str) -> tuple[CitizenDraft | None, Category | None]:
        """The draft, and the category that is asked about; no category sends to the beginning. Raises Http404."""
        if step not in TEMPLATES:
            raise Http404("no such question")
        draft = visiting.open_draft(self.request)
        category = visiting.category_of(draft) if draft else None
        if step == WHAT:
            asked = categories().get(
                self.request.POST.get("category") or self.request.GET.get("category", "")
            )
            category = asked or category
            if draft is None and category and channel_of(open_channels(), ChannelKind.WEB) is None:
                return None, None
        return draft, category

    def _was_sent(self) -> bool:
        """Whether the page began a matter that was sent since: somebody went back to it."""
        sent = visiting.present_draft(self.request)
        return sent is not None and visiting.is_of(self.request, sent)

    def _of_another(
        self, step: str, category: Category, form: Any, draft: CitizenDraft | None
    ) -> HttpResponse:
        """The page was made for another matter than the one that the browser has now: nothing is kept, nothing is lost.

        Words come back with a choice; whatever else was answered belongs to a matter that was sent or erased.
        """
        if step != WHAT:
            return visiting.elsewhere(self.request)
        if draft is None:
            form.add_error(
                None,
                _(
                    "What this belonged to was sent or erased in another window. Go on, and it is a new matter"
                ),
            )
        begun = opening_words(said(draft, WHAT, "text")) if draft else ""
        return self._show(
            step, category, form, None, status=409, begun=begun, other=name_of(draft) if draft else ""
        )

    def _begin(self, category: Category, form: Asking, values: dict[str, Any]) -> HttpResponse:
        """The first answer makes the draft, if the line has not made too many."""
        if not is_marker(values["text"]):
            passed = limits.may_begin(self.request)
            if not passed.granted:
                return self._held(category, form, passed)
        key = visiting.key_for_new(self.request)
        draft = drafts.begin(key=key, category=category.key, name=visiting.name_for_new(self.request))
        drafts.answer(draft=draft, question=WHAT, values=values)
        response = HttpResponseRedirect(visiting.following(self.request, category, WHAT))
        return visiting.remember(self.request, response, key)

    def _held(self, category: Category, form: Asking, passed: limits.Pass) -> HttpResponse:
        if passed.wait:
            minutes = -(-passed.wait // 60)
            form.add_error(None, too_many(minutes))
        else:
            form.add_error(
                "human", _("Answer the little sum below, then go on. What you wrote is still here")
            )
        response = self._show(WHAT, category, form, None, status=429, ask=not passed.wait)
        response["Retry-After"] = str(passed.wait or 1)
        return response

    def _form(self, step: str, category: Category, **kwargs: Any) -> Any:
        match step:
            case "what":
                return WhatForm(category=category, **kwargs)
            case "where":
                return WhereForm(must=category.place == "ask", **kwargs)
            case "how":
                return HowForm(**kwargs)
            case _:
                return ContactForm(has_line=self._line() is not None, **kwargs)

    def _line(self) -> Any:
        if not hasattr(self, "_channels"):
            self._channels = open_channels()
        found = channel_of(self._channels, ChannelKind.LINE)
        return found if found and found.is_connected else None

    def _show(
        self,
        step: str,
        category: Category,
        form: Any,
        draft: CitizenDraft | None,
        *,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        then = CHECK if CHECK in (self.request.GET.get("then"), self.request.POST.get("then")) else ""
        ask = step == WHAT and (more.get("ask") or self._must_answer())
        context = {
            "form": form,
            "problems": list(form.problems()) if form.is_bound else [],
            "category": category,
            "step": step,
            "then": then,
            "human": question.ask() if ask else None,
            "line": self._line() if step == CONTACT else None,
            "keep": keep_under(category, draft),
            **place_in(self.request, category, step, draft, then),
            **(map_context() if step == WHERE else {}),
            **more,
        }
        chosen = category.key if step == WHAT else ""
        # Who changes the language comes back to this question, of this matter.
        self.request.page_address = visiting.address(  # type: ignore[attr-defined]
            self.request, step, category=chosen, then=then, draft=name_of(draft) if draft else ""
        )
        response = render(self.request, TEMPLATES[step], context, status=status)
        if step == WHERE:
            response["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=()"
            let_tiles(response)
        return response

    def _must_answer(self) -> bool:
        return visiting.open_draft(self.request) is None and limits.must_answer(self.request)


def keep_under(category: Category, draft: CitizenDraft | None) -> str:
    """Under which name the device keeps what is typed: each matter for itself, and a new one with others of its kind."""
    return name_of(draft) if draft else category.kind.removeprefix("complaints.")


def too_many(minutes: int) -> str:
    """What is said where even the question does not help any more."""
    text = ngettext(
        "Very many messages come from your network just now. Try again in %(minutes)s minute. What you wrote is still here",
        "Very many messages come from your network just now. Try again in %(minutes)s minutes. What you wrote is still here",
        minutes,
    )
    return text % {"minutes": minutes}


def place_in(
    request: HttpRequest, category: Category, step: str, draft: CitizenDraft | None, then: str = ""
) -> dict[str, Any]:
    """Where a question stands in the course: its number, how many there are, the way back; and of which draft it is."""
    steps = course(category)
    at = steps.index(step)
    back = visiting.address(request, steps[at - 1]) if at else visiting.start_address(request)
    if at and steps[at - 1] == SUBJECT:
        kind = category.kind.removeprefix("complaints.")
        back = visiting.address(request, SUBJECT, kind=kind, draft=name_of(draft) if draft else "")
    return {
        "number": at + 1,
        "numbers": range(1, len(steps) + 1),
        "back": visiting.address(request, CHECK) if then else back,
        **visiting.shown(draft),
    }
