"""The citizen's side of a case: finding it again, following it, writing, the receipt. Nobody has an account here.

Whoever has the tracking code sees the case; what they see names no officer, no note of the staff and no other citizen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prongsai.foundation.casework.codes import normalised
from prongsai.foundation.casework.kinds import in_language, shown_title
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import conversation, files_of
from prongsai.foundation.casework.services import (
    CITIZEN,
    NumberNeeded,
    TooManyTries,
    act,
    answer_closing,
    find_case,
    has_result,
    hear,
    may_answer,
    note_visit,
    tracking_url,
    unhappy_reopens,
)
from prongsai.foundation.casework.services.common import TEXT_LIMIT
from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.services import store_file
from prongsai.kernel import clock
from prongsai.kernel.cases import WITHDRAW, CaseKind
from prongsai.kernel.errors import ProngsaiError, Unreadable
from prongsai.kernel.writing import said_or_nothing
from prongsai.ui.access import public
from prongsai.ui.arriving import arrives
from prongsai.ui.attachments import attachment
from prongsai.ui.cases.course import Point, course
from prongsai.ui.cases.known import known_case, remember
from prongsai.ui.cases.words import kind_of
from prongsai.ui.forms import Form
from prongsai.ui.limits import Buckets
from prongsai.ui.screens.sending import ONCE, fresh_token, sent_token
from prongsai.ui.typed import TYPED, Returning, returns, token_in, typed_token

MEGABYTE = 1 << 20
FILE_LIMIT = 10 * MEGABYTE
FILES_LIMIT = 40 * MEGABYTE
MOST_FILES = 6
CHECK_NUMBER = "check"  # stands where a case's number would
messages = Buckets(burst=30, per_minute=1)  # of one case
HIDDEN = {
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "same-origin",
}  # no-referrer would make forms come from nowhere

Page = Callable[..., HttpResponseBase]


class FindForm(Form):
    """Number and code, as they stand on the receipt; the number may be left out unless it is `needed`."""

    refused = _("The case was not found.")
    number = forms.CharField(
        label=_("Case number"),
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"class": "in-m", "autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=_("Tracking code"),
        max_length=30,
        widget=forms.TextInput(
            attrs={
                "class": "in-m",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, *args: Any, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needed:
            number = self.fields["number"]
            number.required = True
            number.error_messages["required"] = gettext(
                "Fill in the case number as well: wrong codes were tried here many times"
            )


def of_case(view: Callable[..., HttpResponseBase]) -> Page:
    """A page of the case that the code in the address opens; 404 for a code that opens none, never kept anywhere.

    A browser that has opened the case before gets in by the code, however many wrong ones others try meanwhile; so does
    the link of a receipt, which names the number. Where a number is missing it is asked for, and the code stands there.
    """

    @wraps(view)
    def found(request: HttpRequest, organization: str, secret: str, **kwargs: Any) -> HttpResponseBase:
        known = known_case(request, secret)
        try:
            case = known or find_case(
                code=secret, number=request.GET.get("n", "")[:24], address=get_client_ip(request) or ""
            )
        except NumberNeeded:
            return _hidden(_asked(request, FindForm(initial={"code": secret}, needed=True), True, 429))
        except TooManyTries as error:
            raise Http404(str(error)) from None
        if case is None:
            raise Http404("no such case")
        response = _hidden(view(request, organization, secret, case=case, **kwargs))
        return response if known else remember(request, response, case)

    return public(never_cache(found))


def _hidden(response: HttpResponseBase) -> HttpResponseBase:
    """The address carries the code: no search engine keeps it, no other site is told."""
    for name, value in HIDDEN.items():
        response[name] = value
    return response


# --- finding a case ---


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, organization: str) -> HttpResponseBase:
    """Asks for number and code, and leads to the case. The code never stands in a form's address."""
    needed = "number" in request.GET or "needed" in request.POST
    form = FindForm(request.POST or None, initial={"number": request.GET.get("n", "")}, needed=needed)
    if request.method != "POST" or not form.is_valid():
        return _asked(request, form, needed, 200 if request.method != "POST" else 422)
    code, number = form.cleaned_data["code"], form.cleaned_data["number"]
    try:
        case = find_case(code=code, number=number, address=get_client_ip(request) or "")
    except NumberNeeded as error:
        form.add_error("number", str(error))
        return _asked(request, form, True, 429)
    except TooManyTries as error:
        form.add_error("code", str(error))
        return _asked(request, form, needed, 429)
    if case is None:
        form.add_error(
            "code", gettext("Number and code do not belong together. Look at the receipt once more")
        )
        return _asked(request, form, needed, 422)
    to_case = HttpResponseRedirect(reverse("track-case", args=[organization, normalised(code)]))
    return remember(request, to_case, case)


def _asked(request: HttpRequest, form: FindForm, needed: bool, status: int) -> HttpResponse:
    problems = list(form.problems()) if form.is_bound else []
    context = {"form": form, "problems": problems, "needed": needed}
    return render(request, "ui/cases/public_find.html", context, status=status)


# --- following it ---


class SayForm(Form):
    """What the citizen writes to the office; files come beside it."""

    refused = _("Not sent yet.")
    text = forms.CharField(
        label=_("Your message"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class EndForm(Form):
    """Why the citizen wants the case to end."""

    reason = forms.CharField(
        label=_("Why"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


def _case(request: HttpRequest, organization: str, secret: str, case: Case) -> HttpResponseBase:
    """How the case stands, what was said, and a place to write to the office."""
    if request.method == "POST":
        return _said(request, case, secret)
    note_visit(case=case)
    return _shown(request, case, secret, SayForm())


def _said(request: HttpRequest, case: Case, secret: str) -> HttpResponse:
    form = SayForm(request.POST)
    problems = [_too_large(name) for name in getattr(request, "too_large", [])]
    sent = request.FILES.getlist("files")
    if form.is_valid():
        text = said_or_nothing(form.cleaned_data["text"])
        if not text and not sent and not problems:
            form.add_error("text", gettext("Write something, or attach a file"))
        elif len(sent) > MOST_FILES:
            problems.append(gettext("At most %(most)s files at once") % {"most": MOST_FILES})
        elif not problems and not messages.take(f"{case.organization_id}:{case.pk}"):
            form.add_error(
                "text", gettext("Many messages in a short time. Wait some minutes, then send it again")
            )
        if not form.errors and not problems:
            problems = _heard(request, case, text, sent)
            if not problems:
                typed = typed_token(request)
                arrived = f"?arrived={typed}" if typed else ""
                return HttpResponseRedirect(f"{_address(request, secret)}{arrived}#said")
    for problem in problems:
        form.add_error(None, problem)
    return _shown(request, case, secret, form, status=422)


def _heard(request: HttpRequest, case: Case, text: str, sent: list[Any]) -> list[str]:
    """Put the message into the case, with its files or not at all; what stands against it."""
    problems: list[str] = []
    try:
        with transaction.atomic():
            files: list[StoredFile] = []
            for each in sent:
                try:
                    files.append(store_file(actor=CITIZEN, content=each.file, name=each.name or ""))
                except Unreadable as error:
                    problems.append(f"{each.name}: {error}")
            if problems:
                raise Unreadable("")
            once = sent_token(request)
            key = f"page:{once}" if once else ""
            hear(case=case, text=text, channel_kind=ChannelKind.WEB.value, source_key=key, files=files)
    except ProngsaiError as error:
        return problems or [str(error)]
    return []


def _too_large(name: str) -> str:
    words = {"name": name, "limit": FILE_LIMIT // MEGABYTE}
    return gettext("%(name)s is larger than %(limit)s MB. Choose a smaller one") % words


def _address(request: HttpRequest, secret: str) -> str:
    return reverse("track-case", args=[request.organization.key, secret])  # type: ignore[attr-defined]


def _shown(
    request: HttpRequest, case: Case, secret: str, form: SayForm, *, status: int = 200
) -> HttpResponse:
    kind = kind_of(case)
    state = kind.workflow.state(case.state)
    context = {
        "case": case,
        "kind_title": shown_title(kind),
        "state": shown_title(state),
        "next": in_language(state.next_title, state.next_title_en),
        "waits": state.phase == "waiting",
        "secret": secret,
        "points": course(case, kind),
        "said": list(conversation(case)),
        "sent": [each for each in files_of(case) if each.from_citizen and each.message_id is None],  # type: ignore[attr-defined]
        "result": case.result if has_result(case) else "",
        "form": form,
        "problems": list(form.problems()) if form.is_bound else [],
        "may_answer": may_answer(case),
        "unhappy_reopens": unhappy_reopens(case),
        "just_answered": "answered" in request.GET,
        "nothing_chosen": "choose" in request.GET,
        "may_withdraw": _may_withdraw(case, kind),
        "may_write": case.erased_at is None,
        "once": fresh_token(),
        "arrived": token_in(request.GET.get("arrived", "")),  # the script drops what the office has
        "most": MOST_FILES,
        "limit": FILE_LIMIT // MEGABYTE,
    }
    return render(request, "ui/cases/public_case.html", context, status=status)


def _may_withdraw(case: Case, kind: CaseKind) -> bool:
    """Whether the citizen can end the case now, or their part of one that others have reported too."""
    return kind.workflow.row(case.state, WITHDRAW) is not None and case.withdrawn_at is None


def _answer(request: HttpRequest, organization: str, secret: str, case: Case) -> HttpResponseBase:
    """The closing question: satisfied or not, and why."""
    chosen = request.POST.get("satisfied")
    if chosen not in {"yes", "no"}:
        return HttpResponseRedirect(f"{_address(request, secret)}?choose=1#closing")
    try:
        answer_closing(case=case, satisfied=chosen == "yes", note=request.POST.get("note", "")[:2_000])
    except ProngsaiError as error:
        form = SayForm({})
        form.add_error(None, str(error))
        return _shown(request, case, secret, form, status=409)
    return HttpResponseRedirect(f"{_address(request, secret)}?answered=1#closing")


def _withdraw(request: HttpRequest, organization: str, secret: str, case: Case) -> HttpResponseBase:
    """The citizen ends the case, after one more question."""
    kind = kind_of(case)
    if not _may_withdraw(case, kind):
        return HttpResponseRedirect(_address(request, secret))
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(actor=CITIZEN, case=case, act=WITHDRAW, reason=form.cleaned_data["reason"])
            return HttpResponseRedirect(_address(request, secret))
        except ProngsaiError as error:
            form.add_error(None, str(error))
    context = {
        "case": case,
        "form": form,
        "secret": secret,
        "of_others": case.merged.exists(),
        "problems": list(form.problems()) if form.is_bound else [],
    }
    return render(request, "ui/cases/public_withdraw.html", context, status=422 if form.errors else 200)


def _file(request: HttpRequest, organization: str, secret: str, case: Case, sha256: str) -> HttpResponseBase:
    """A file of the conversation: the citizen's own, or one that came with an answer."""
    for each in files_of(case):
        shown = each.from_citizen or (each.message is not None and each.message.direction == "out")
        if each.file.sha256 == sha256 and shown:
            return attachment(each.file, name=each.name)
    raise Http404("no such file")


# --- the receipt ---


def _receipt(request: HttpRequest, organization: str, secret: str, case: Case) -> HttpResponseBase:
    """Number, code and QR code, to be kept as a picture or on paper; what comes next and until when."""
    kind = kind_of(case)
    code = normalised(secret)
    url = tracking_url(case, code)
    line = None
    if case.details.get("answer_by") == "line":
        line = Channel.objects.filter(kind=ChannelKind.LINE, closed_on=None).first()
    return _paper(
        request, kind, case.number, code, case.title, case.received_at, case.due_on, url,
        course(case, kind), line=line,
    )  # fmt: skip


def show_check_receipt(request: HttpRequest, kind: CaseKind, code: str) -> HttpResponse:
    """The receipt of the system's own test message, which left no case."""
    return _hidden(_paper(request, kind, CHECK_NUMBER, code, "", clock.now(), None, "", []))  # type: ignore[return-value]


def _paper(
    request: HttpRequest,
    kind: CaseKind,
    number: str,
    code: str,
    title: str,
    received_at: datetime,
    due_on: date | None,
    url: str,
    points: list[Point],
    line: Channel | None = None,
) -> HttpResponse:
    context = {
        "kind_title": shown_title(kind),
        "number": number,
        "code": code,
        "title": title,
        "received_at": received_at,
        "due_on": due_on,
        "days": kind.clock.days,
        "calendar_days": kind.clock.calendar_days,
        "url": url,
        "points": points,
        "line": line,
        "is_check": number == CHECK_NUMBER,
    }
    return render(request, "ui/cases/public_receipt.html", context)


# A case's own pages: the code stands in the address, and whoever has it may.
case_page = returns(Returning(shown={"text": _("Your message")}, hidden=(ONCE, TYPED)))(
    arrives(file=FILE_LIMIT, whole=FILES_LIMIT)(of_case(require_http_methods(["GET", "HEAD", "POST"])(_case)))
)
answer = of_case(require_POST(_answer))
withdraw = of_case(require_http_methods(["GET", "HEAD", "POST"])(_withdraw))
file = of_case(require_safe(_file))
receipt = of_case(require_safe(_receipt))

HERE = "<slug:organization>/track/"
patterns: list[URLPattern] = [
    path(HERE, track, name="track"),
    path(HERE + "<str:secret>/", case_page, name="track-case"),
    path(HERE + "<str:secret>/receipt/", receipt, name="track-receipt"),
    path(HERE + "<str:secret>/answer/", answer, name="track-answer"),
    path(HERE + "<str:secret>/withdraw/", withdraw, name="track-withdraw"),
    path(HERE + "<str:secret>/files/<slug:sha256>/", file, name="track-file"),
]
