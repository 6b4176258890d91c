"""Recording evidence and figures by hand, with what they will prove beside the form."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.ledger.services import PendingFact, flush
from prongsai.kernel.contracts import Origin, Period, Verdict
from prongsai.modules.measures import labels
from prongsai.modules.measures.backoffice import shown
from prongsai.modules.measures.figures import STATED
from prongsai.modules.measures.forms.evidence import EvidenceForm, FigureForm, named
from prongsai.modules.measures.models import Statement
from prongsai.modules.measures.portal.words import TOPICS
from prongsai.modules.measures.selectors import plan_in_force
from prongsai.modules.measures.selectors.evidence import Effect, what_it_would_prove
from prongsai.modules.measures.services.evidence import record_evidence, state_figure
from prongsai.modules.measures.services.signing import personal_findings
from prongsai.ui.screens import Crumb, FormScreen

LOOK, MORE = "_look", "_more"
GOOD = {Verdict.PROVEN, Verdict.ATTESTED}
PLACE = ("measure", "kind", "number")  # how an address names the statement that asks


class RecordScreen(FormScreen, abstract=True):
    """What evidence and figures have in common: who asks for them, what they will prove, "save and add another"."""

    permission = "evidence.record"
    nav = "evidence"
    cancel = "evidence-list"
    submit = gettext_lazy("Enter into the register")
    registers = True
    beside: str = ""  # the name of the view of the side column
    texts: tuple[str, ...] = ()  # fields that are looked through for personal data while they are typed

    number: int = 0  # of what was recorded
    did: tuple[Effect, ...] = ()

    def crumbs(self) -> list[Crumb]:
        return [Crumb(_("Evidence register"), self.address("evidence-list"))]

    @cached_property
    def fiscal_year(self) -> int:
        asked = self.request.GET.get("year", "")
        return int(asked) if asked.isdecimal() and len(asked) == 4 else shown.present_year()

    @cached_property
    def wanted(self) -> Statement | None:
        """The statement that the address names, by `?measure=&kind=&number=`."""
        names = [self.request.GET.get(name, "") for name in PLACE]
        return shown.statement_at(plan_in_force(self.fiscal_year), *names) if all(names) else None

    def draft_key(self) -> str:
        """A draft for each statement that asks, and one for what nobody asked for."""
        names = ("year", *PLACE, "fact", "about", "indicator")
        asked = [self.request.GET.get(name, "") for name in names]
        return ":".join([self.draft, *asked]) if self.draft else ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self._looked() if LOOK in request.POST else super().post(request, *args, **kwargs)

    def _looked(self) -> HttpResponse:
        """The form as it was typed, not judged, with what it would prove. Files that came along are kept."""
        form = self.built(self.request.POST, self.request.FILES)
        form.is_valid()
        seen = self.seen(form)
        form.errors.clear()
        return self.show_form(form, **seen)

    def show_form(self, form: Any, **more: Any) -> HttpResponse:
        self.form_shown = form
        self.more = more
        return super().show_form(form, draft=more.pop("draft", None), again=more.pop("again", ""))

    def context(self) -> dict[str, Any]:
        wanted = self.wanted
        year = self.request.GET.get("year", "")
        return {
            "wanted": wanted,
            "place": labels.place(wanted.measure.number, wanted.kind, wanted.number) if wanted else "",
            "more": MORE,
            "look": LOOK,
            "beside_url": self.address(self.beside) + (f"?{urlencode({'year': year})}" if year else ""),
            **(self.more or self.seen(self.form_shown)),
        }

    def seen(self, form: Any) -> dict[str, Any]:
        """What the side column says of the form as far as it is filled in."""
        if form.is_bound and not form.cleaned_data:  # a draft that came back: not judged yet
            form = self.built(form.data)
            form.is_valid()
        given = form.cleaned_data if form.is_bound else {k: v for k, v in form.initial.items() if v}
        fact = self.fact(form, given)
        texts = {name: str(form.data.get(name, "")) for name in self.texts}
        found = personal_findings(**texts)
        return {
            "fact": fact,
            "has_kind": bool(given.get("kind") or given.get("indicator")),
            "effects": what_it_would_prove(**fact) if fact else [],
            "personal": [(form.fields[name].label, numbers) for name, numbers in found.items()],
        }

    def fact(self, form: Any, given: dict[str, Any]) -> dict[str, Any] | None:
        """The fact that would come of it, as `what_it_would_prove` takes it; None while too little is known."""
        raise NotImplementedError

    def kept(self, form: Any, fact: PendingFact) -> str:
        """The address to go to, once the fact has its number."""
        flush()
        assert fact.entry is not None
        self.number = fact.entry.number
        if MORE in self.request.POST:
            return self.request.get_full_path()
        return self.address("evidence", number=self.number)

    def foresee(self, form: Any) -> None:
        """Remember what the record changes, for what the toast says afterwards."""
        fact = self.fact(form, form.cleaned_data)
        self.did = tuple(what_it_would_prove(**fact)) if fact else ()

    def done(self, form: Any) -> str:
        """`บันทึกแล้ว ได้เลขหลักฐาน 1483 …`, with a link to the record."""
        url = self.address("evidence", number=self.number)
        said = _("Recorded as evidence %(number)s") % {"number": self.number}
        better = sum(effect.changes and effect.after in GOOD for effect in self.did)
        carries = ngettext(
            "It now carries %(count)s statement", "It now carries %(count)s statements", better
        )
        then = carries % {"count": better} if better else ""
        return format_html('{} {} <a href="{}">{}</a>', said, then, url, _("Open"))


class Beside(RecordScreen, abstract=True):
    """The side column alone, while the form is typed. Changes nothing."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return HttpResponseNotAllowed(["POST"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.built(request.POST)
        form.is_valid()
        return render(request, "measures/office/_effects.html", self.seen(form))


class EvidenceNew(RecordScreen):
    """A paper, a page or somebody's word put on record."""

    permission = "evidence.record"
    title = gettext_lazy("Record evidence")
    template = "measures/office/evidence_new.html"
    form = EvidenceForm
    draft = "evidence"
    beside = "evidence-beside"
    texts = ("title", "document_number", "url", "other_channels")

    def lead(self) -> str:
        return _("Say what happened and when, then attach the paper")

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET
        return {
            "kind": asked.get("fact", ""),
            "about": asked.get("about", ""),
            "about_period": Period.fiscal_year(self.fiscal_year),
            "unit": self.member.unit,
        }

    def form_kwargs(self) -> dict[str, Any]:
        return {"abouts": shown.abouts_by_topic(), "period": Period.fiscal_year(self.fiscal_year)}

    def fact(self, form: EvidenceForm, given: dict[str, Any]) -> dict[str, Any] | None:
        if not given.get("kind") or not given.get("occurred_on"):
            return None
        has_paper = given.get("files") or given.get("url") or form.data.get("files")
        return {
            "kind": given["kind"],
            "about": given.get("about") or "",
            "occurred_on": given["occurred_on"],
            "about_period": given.get("about_period"),
            "origin": Origin.DOCUMENT if has_paper else Origin.WORD,
            "unit": named(given.get("unit")),
            "details": form.details() if form.is_bound else {},
        }

    def act(self, form: EvidenceForm) -> str:
        self.foresee(form)
        return self.kept(form, record_evidence(actor=self.actor, **form.facts()))


class EvidenceBeside(Beside, EvidenceNew):
    """What the evidence that is being typed would prove."""

    permission = "evidence.record"


class FigureNew(RecordScreen):
    """An official figure, until a module counts it."""

    permission = "evidence.record"
    title = gettext_lazy("State a figure")
    template = "measures/office/figure_new.html"
    form = FigureForm
    draft = "figure"
    beside = "figure-beside"
    texts = ("note",)

    def lead(self) -> str:
        return _(
            "A figure that the office states is attested at best; what the system counts itself is proven"
        )

    def initial(self) -> dict[str, Any]:
        return {
            "indicator": self.request.GET.get("indicator", ""),
            "about_period": Period.fiscal_year(self.fiscal_year),
        }

    def form_kwargs(self) -> dict[str, Any]:
        return {
            "indicators": shown.hand_indicators(),
            "topics": [(topic.value, title) for topic, title in TOPICS.items()],
            "period": Period.fiscal_year(self.fiscal_year),
        }

    def fact(self, form: FigureForm, given: dict[str, Any]) -> dict[str, Any] | None:
        if not given.get("indicator") or not given.get("as_of") or given.get("value") is None:
            return None
        has_paper = given.get("files") or form.data.get("files")
        return {
            "kind": STATED,
            "about": given["indicator"],
            "occurred_on": given["as_of"],
            "about_period": given.get("about_period"),
            "origin": Origin.DOCUMENT if has_paper else Origin.WORD,
            "details": form.details(),
        }

    def act(self, form: FigureForm) -> str:
        self.foresee(form)
        return self.kept(form, state_figure(actor=self.actor, **form.facts()))


class FigureBeside(Beside, FigureNew):
    """What the figure that is being typed would prove."""

    permission = "evidence.record"


def require(found: Any) -> Any:
    """What was found, or 404."""
    if found is None:
        raise Http404("no such thing")
    return found
