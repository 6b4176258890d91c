"""A plan: what it says, what must carry it, what was done to it and what comes next. And its papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.kernel.errors import ProngsaiError
from prongsai.modules.measures.backoffice.plan_base import PlanScreen, may_do
from prongsai.modules.measures.backoffice.plan_list import next_step
from prongsai.modules.measures.backoffice.plan_shown import IN_FORCE, NEXT, shown_plan
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.labels import Words
from prongsai.modules.measures.models import Plan
from prongsai.modules.measures.portal.papers import paper_answer
from prongsai.modules.measures.selectors.acts import Act, acts_on
from prongsai.modules.measures.services.printing import Paper, paper_for_signature, print_plan
from prongsai.ui.screens import Link

ACTS: dict[str, Words] = {
    "plan_drafted": gettext_lazy("Draft begun"),
    "plan_submitted": gettext_lazy("Submitted"),
    "plan_reviewed": gettext_lazy("The clerk of the office agrees"),
    "plan_sent_back": gettext_lazy("Sent back to be mended"),
    "plan_approved": gettext_lazy("Approved"),
    "announcement_issued": gettext_lazy("Announced to the public"),
    "plan_superseded": gettext_lazy("A newer version took its place"),
    "plan_discarded": gettext_lazy("Draft discarded"),
    "report_closed": gettext_lazy("Year closed"),
    "report_corrected": gettext_lazy("Closed report corrected"),
}
# The way that is still to go, by state.
TO_COME: dict[str, Sequence[Words]] = {
    PlanStatus.DRAFT: (
        gettext_lazy("Submit to the clerk of the office"),
        gettext_lazy("Review by the clerk"),
        gettext_lazy("Approval by the head"),
        gettext_lazy("Announcement"),
    ),
    PlanStatus.SUBMITTED: (
        gettext_lazy("Review by the clerk"),
        gettext_lazy("Approval by the head"),
        gettext_lazy("Announcement"),
    ),
    PlanStatus.REVIEWED: (gettext_lazy("Approval by the head"), gettext_lazy("Announcement")),
    PlanStatus.APPROVED: (gettext_lazy("Announcement"),),
}
PAPERS: dict[str, Sequence[str]] = {"announcement": ("pdf", "docx", "xlsx"), "signature": ("pdf", "docx")}


@dataclass(frozen=True)
class Step:
    """A line of the timeline: done, now, or to come."""

    title: Words
    state: str
    day: date | None = None
    by: str = ""
    position: str = ""
    words: str = ""
    on_paper: bool = False
    recorded_by: str = ""
    number: int = 0


def done_step(act: Act) -> Step:
    return Step(
        ACTS[act.kind],
        "done",
        act.day,
        act.by,
        act.position,
        act.words,
        act.on_paper,
        act.recorded_by,
        act.number,
    )


def timeline(plan: Plan) -> list[Step]:
    """What was done to this version, what is being waited for, what is to come."""
    coming = TO_COME.get(plan.status, ())
    return [
        *(done_step(act) for act in acts_on(plan)),
        *(Step(title, "now" if at == 0 else "next") for at, title in enumerate(coming)),
    ]


@dataclass(frozen=True)
class Download:
    """A paper in one format."""

    format: str
    url: str


@dataclass(frozen=True)
class Papers:
    title: str
    files: tuple[Download, ...]


def papers_of(screen: PlanScreen) -> list[Papers]:
    """The papers of a plan; those of one that is not announced are marked ร่าง."""
    plan = screen.plan
    titles = {"announcement": _("Announcement with its list of measures")}
    if plan.status not in IN_FORCE | {PlanStatus.SUPERSEDED, PlanStatus.DISCARDED}:
        titles["signature"] = _("The whole plan, to be signed by pen")
    return [
        Papers(
            title,
            tuple(
                Download(form.upper(), screen.plan_url("plan-paper", paper=key, format=form))
                for form in PAPERS[key]
            ),
        )
        for key, title in titles.items()
    ]


class PlanPage(PlanScreen):
    """The plan itself. While it is a draft, every part has its way to be changed."""

    permission = "measures.read"
    template = "measures/office/plan.html"

    def get_title(self) -> str:
        return _("Measures of fiscal year %(year)s") % {"year": self.plan.fiscal_year}

    def crumbs(self) -> Sequence[Any]:
        return super().crumbs()[:1]

    @cached_property
    def all_plans(self) -> list[Plan]:
        """Of all years, the newest year first: one query for the page and its switch of years."""
        return list(Plan.objects.order_by("-fiscal_year", "version"))

    @cached_property
    def plan(self) -> Plan:  # type: ignore[override]
        found = next((plan for plan in self.all_plans if plan.pk == self.kwargs["plan"]), None)
        if found is None:
            raise Http404
        return found

    def years(self) -> Sequence[tuple[int, str]]:
        newest = {p.fiscal_year: p.pk for p in self.all_plans if p.status != PlanStatus.DISCARDED}
        return [(year, self.address("plan", plan=pk)) for year, pk in newest.items()]

    def context(self) -> dict[str, Any]:
        plan = self.plan
        edits = plan.status == PlanStatus.DRAFT and may_do(self, "edit")
        return {
            "plan": plan,
            "shown": shown_plan(plan, wanted=self.request.GET.get("measure", "")),
            "says": NEXT[plan.status],
            "step": next_step(self, plan),
            "more": self.more(),
            "steps": timeline(plan),
            "papers": papers_of(self),
            "edits": edits,
            "public_url": self.address("year", fiscal_year=plan.fiscal_year)
            if plan.status in IN_FORCE
            else "",
            "remark_url": self.plan_url("plan-review") if may_do(self, "remark") else "",
        }

    def more(self) -> list[Link]:
        """What else can be done, besides the next step."""
        plan = self.plan
        found: list[tuple[bool, Words, str]] = [
            (
                plan.status == PlanStatus.PUBLISHED and may_do(self, "draft"),
                gettext_lazy("Make the next version"),
                "plan-revise",
            ),
            (True, gettext_lazy("History and versions"), "plan-history"),
            (
                plan.status == PlanStatus.DRAFT and may_do(self, "discard"),
                gettext_lazy("Discard this draft of the measures"),
                "plan-discard",
            ),
        ]
        return [Link(title, self.plan_url(name)) for wanted, title, name in found if wanted]


class PlanPaper(PlanScreen):
    """A paper of the plan as a file."""

    permission = "measures.read"
    title = gettext_lazy("Papers")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        paper, form = kwargs["paper"], kwargs["format"]
        if form not in PAPERS.get(paper, ()):
            raise Http404
        try:
            return paper_answer(self._made(paper, form))
        except ProngsaiError as error:
            raise Http404(str(error)) from error

    def _made(self, paper: str, form: str) -> Paper:
        plan = self.plan
        if paper == "signature":
            act = "submit" if plan.status == PlanStatus.DRAFT else "approve"
            asked = self.request.GET.get("act", "")
            wanted = asked if asked in {"submit", "review", "approve"} else act
            return paper_for_signature(plan=plan, act=wanted, format=form)
        return print_plan(plan=plan, format=form)
