"""The list of fiscal years with their plans, and the three ways to begin another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Verdict
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.measures import workflow
from prongsai.modules.measures.backoffice.plan_base import NAV, PLANS, PlansScreen, may_do
from prongsai.modules.measures.backoffice.plan_shown import IN_FORCE, NEXT
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.forms.plan import ClonePlanForm, NewPlanForm, plan_choices
from prongsai.modules.measures.labels import Words
from prongsai.modules.measures.models import Measure, Plan, PublishedSummary, Statement
from prongsai.modules.measures.portal.words import counted
from prongsai.modules.measures.selectors.states import statement_states
from prongsai.modules.measures.services import plans
from prongsai.ui.screens import Crumb, FormScreen, Link, Screen

IN_WORK = {PlanStatus.DRAFT, PlanStatus.SUBMITTED, PlanStatus.REVIEWED, PlanStatus.APPROVED}
# What comes next of a plan in a state: the act of the workflow, the page for it and what its button says.
STEPS: dict[str, Sequence[tuple[str, str, Words]]] = {
    PlanStatus.DRAFT: (("submit", "plan-submit", gettext_lazy("Submit the measures")),),
    PlanStatus.SUBMITTED: (
        ("review", "plan-review", gettext_lazy("Review the measures")),
        ("approve", "plan-review", gettext_lazy("Review and approve")),
    ),
    PlanStatus.REVIEWED: (("approve_on_paper", "plan-review", gettext_lazy("Review and approve")),),
    PlanStatus.APPROVED: (("publish", "plan-publish", gettext_lazy("Announce the measures")),),
}


def next_step(screen: Screen, plan: Plan) -> Link | None:
    """The one act that waits for this member; None when it waits for somebody else."""
    for step, name, words in STEPS.get(plan.status, ()):
        if may_do(screen, step):
            return Link(words, screen.address(name, plan=plan.pk))
    return None


@dataclass(frozen=True)
class Standing:
    """A version of a year's plan in the list."""

    plan: Plan
    url: str
    says: Words
    step: Link | None = None


@dataclass(frozen=True)
class Year:
    """A fiscal year in the list."""

    number: int
    in_force: Standing | None
    in_work: Standing | None
    history: str
    earlier: int
    strip: tuple[tuple[str, ...], ...] = ()  # one mark for each statement, sorted by verdict
    counts: tuple[tuple[str, int], ...] = ()
    label: str = ""


class PlanList(PlansScreen):
    """Every year with its version in force, the one in work, who acts next, and how much is proven."""

    permission = "measures.read"
    title = PLANS
    template = "measures/office/plan_list.html"

    def crumbs(self) -> Sequence[Crumb]:
        return ()

    def context(self) -> dict[str, Any]:
        found = list(Plan.objects.order_by("-fiscal_year", "-version"))
        summaries = {
            s.fiscal_year: s for s in PublishedSummary.objects.filter(organization=current_organization_id())
        }
        years = [
            self._year(number, list(versions), summaries.get(number))
            for number, versions in groupby(found, key=lambda plan: plan.fiscal_year)
        ]
        return {"rows": years, "ways": ways(self) if may_do(self, "draft") else []}

    def _year(self, number: int, versions: Sequence[Plan], summary: PublishedSummary | None) -> Year:
        in_force = next((plan for plan in versions if plan.status in IN_FORCE), None)
        in_work = next((plan for plan in versions if plan.status in IN_WORK), None)
        counts = self._counts(in_force, summary)
        total = sum(count for _verdict, count in counts)
        return Year(
            number=number,
            in_force=self._standing(in_force),
            in_work=self._standing(in_work),
            history=self.address("plan-history", plan=versions[0].pk),
            earlier=len(versions) - bool(in_force) - bool(in_work),
            strip=(tuple(v.value for v, count in counts for _each in range(count)),) if total <= 120 else (),
            counts=tuple((verdict.value, count) for verdict, count in counts) if total else (),
            label=counted(counts),
        )

    def _counts(self, in_force: Plan | None, summary: PublishedSummary | None) -> list[tuple[Verdict, int]]:
        """Of a closed year as it was closed, of a running one as the register has it now."""
        if in_force is not None and in_force.status == PlanStatus.PUBLISHED:
            now = Counter(state.verdict for state in statement_states(in_force))
            return [(verdict, now[verdict]) for verdict in Verdict]
        return [(verdict, int(getattr(summary, verdict.value, 0))) for verdict in Verdict]

    def _standing(self, plan: Plan | None) -> Standing | None:
        if plan is None:
            return None
        return Standing(plan, self.address("plan", plan=plan.pk), NEXT[plan.status], next_step(self, plan))


@dataclass(frozen=True)
class Way:
    """One of the ways to begin a year."""

    title: str
    text: str
    url: str


def ways(screen: Screen) -> list[Way]:
    """How a year begins, the quickest way first. `?file=`, a report that is kept already, is handed on."""
    file = screen.request.GET.get("file", "")[:64]
    return [
        Way(
            _("From last year's report"),
            _("Upload the file. The text is read for you, with what must prove each sentence"),
            screen.address("plan-import") + (f"?{urlencode({'file': file})}" if file else ""),
        ),
        Way(
            _("Copy an earlier year"),
            _("Measures and their evidence stay, years and periods move on, results start anew"),
            screen.address("plan-clone"),
        ),
        Way(
            _("Write by hand"),
            _("Begin with an empty draft and add a measure at a time"),
            screen.address("plan-new"),
        ),
    ]


def free_year() -> int:
    """The fiscal year to begin: this one, or the next when this has a plan."""
    taken = set(Plan.objects.exclude(status=PlanStatus.DISCARDED).values_list("fiscal_year", flat=True))
    year = fiscal_year_of(clock.today())
    return year if year not in taken else year + 1


class StartScreen(PlansScreen, FormScreen, abstract=True):
    """A way to begin a year."""

    nav = NAV
    permission = workflow.PERMISSIONS["draft"][0]
    cancel = "plan-list"


class PlanNew(StartScreen):
    title = gettext_lazy("Write measures by hand")
    form = NewPlanForm
    submit = gettext_lazy("Begin the draft")

    def initial(self) -> dict[str, Any]:
        return {"fiscal_year": free_year()}

    def act(self, form: Any) -> str:
        plan = plans.draft_plan(actor=self.actor, fiscal_year=form.cleaned_data["fiscal_year"])
        return self.address("plan-measure-new", plan=plan.pk)

    def done(self, form: Any) -> str:
        year = form.cleaned_data["fiscal_year"]
        return _("The draft of fiscal year %(year)s begins. Add its first measure") % {"year": year}


class PlanClone(StartScreen):
    title = gettext_lazy("Copy an earlier year")
    template = "measures/office/plan_clone.html"
    form = ClonePlanForm
    submit = gettext_lazy("Copy into a new draft")

    def sources(self) -> list[Plan]:
        """The newest announced version of each year, and drafts where a year has none."""
        found = Plan.objects.exclude(status__in=[PlanStatus.DISCARDED, PlanStatus.SUPERSEDED])
        order = found.order_by("-fiscal_year", "version")
        return [next(iter(versions)) for _year, versions in groupby(order, key=lambda p: p.fiscal_year)]

    def form_kwargs(self) -> dict[str, Any]:
        return {"plans": plan_choices(self.sources())}

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("from", "")
        first = next(iter(self.sources()), None)
        chosen = asked if asked.isdecimal() else first.pk if first else None
        return {"plan": chosen, "fiscal_year": free_year()}

    def context(self) -> dict[str, Any]:
        return {"has_sources": bool(self.sources()), "ways": ways(self)}

    def act(self, form: Any) -> str:
        source = Plan.objects.get(pk=form.cleaned_data["plan"])
        plan = plans.clone_plan(actor=self.actor, plan=source, fiscal_year=form.cleaned_data["fiscal_year"])
        self.made = plan
        return self.address("plan", plan=plan.pk)

    def done(self, form: Any) -> str:
        counts = {
            "measures": Measure.objects.filter(plan=self.made).count(),
            "statements": Statement.objects.filter(measure__plan=self.made).count(),
            "year": self.made.fiscal_year,
        }
        return _("Copied %(measures)s measures and %(statements)s texts into the draft of %(year)s") % counts
