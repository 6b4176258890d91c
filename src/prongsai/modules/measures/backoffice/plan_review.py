"""Reading a plan critically: remarks on single statements, answers, what is settled; its history and versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.backoffice.plan_base import PlanScreen, may_do
from prongsai.modules.measures.backoffice.plan_pages import Step, done_step
from prongsai.modules.measures.backoffice.plan_shown import ShownPlan, shown_plan
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.forms.plan import AnswerForm, RemarksForm
from prongsai.modules.measures.labels import ONE_OF_KIND, Words, place
from prongsai.modules.measures.models import Plan, Remark, Statement
from prongsai.modules.measures.selectors.acts import acts_of
from prongsai.modules.measures.selectors.compare import Difference, MeasureDifference, compare
from prongsai.modules.measures.selectors.remarks import remarks_of
from prongsai.modules.measures.services import remarks as services
from prongsai.ui.screens import ActionView, FormScreen, Link

STAY, THEN = "stay", "then"
OPEN_FOR_DECISION = {PlanStatus.SUBMITTED, PlanStatus.REVIEWED}


class PlanReview(PlanScreen, FormScreen):
    """Every statement with its proofs, and room for a remark. Below it what the reader may decide."""

    permission = "measures.read"
    step = "remark"
    form = RemarksForm
    template = "measures/office/plan_review.html"
    draft = "plan-review"

    def get_title(self) -> str:
        return _("Review the measures of %(year)s") % {"year": self.plan.fiscal_year}

    @cached_property
    def shown(self) -> ShownPlan:
        return shown_plan(self.plan, wanted=self.request.GET.get("measure", ""), verdicts=False)

    def form_kwargs(self) -> dict[str, Any]:
        statements = [
            (statement.pk, place(measure.number, statement.kind, statement.number))
            for measure in self.shown.measures
            for group in measure.groups
            for statement in group.statements
        ]
        return {"statements": statements}

    def draft_key(self) -> str:
        return f"{super().draft_key()}:{self.shown.number}"

    def decisions(self) -> list[Link]:
        """The pages on which the reader may decide, the first as the main button. `url` is the value of `then`."""
        plan = self.plan
        found: list[tuple[bool, Words, str]] = [
            (
                plan.status == PlanStatus.SUBMITTED and may_do(self, "review"),
                gettext_lazy("Agree and pass on"),
                "plan-agree",
            ),
            (
                plan.status in OPEN_FOR_DECISION and may_do(self, "approve_on_paper"),
                gettext_lazy("Approve the measures"),
                "plan-approve",
            ),
            (
                plan.status in OPEN_FOR_DECISION | {PlanStatus.APPROVED} and may_do(self, "send_back"),
                gettext_lazy("Send back to be mended"),
                "plan-send-back",
            ),
        ]
        allowed = [Link(title, name) for wanted, title, name in found if wanted]
        if plan.status == PlanStatus.SUBMITTED and not self.may("measures.approve"):
            # Who only reviews passes on; a paper that the head signed already is put on record from there.
            allowed = [link for link in allowed if link.url != "plan-approve"]
        return allowed

    def show_form(self, form: Any, **more: Any) -> HttpResponse:
        self.shown_form = form
        return super().show_form(form, **more)

    def context(self) -> dict[str, Any]:
        form = self.shown_form
        sections = [
            (
                measure,
                [(group, [(s, form[f"r-{s.pk}"]) for s in group.statements]) for group in measure.groups],
            )
            for measure in self.shown.measures
        ]
        return {
            "plan": self.plan,
            "shown": self.shown,
            "sections": sections,
            "problems": list(form.problems()) if form.is_bound and form.errors else [],
            "decisions": self.decisions(),
            "edits": False,
            "open_remarks": remarks_of(self.plan, open_only=True).count(),
        }

    def act(self, form: Any) -> str:
        wanted = Statement.objects.filter(pk__in=form.said, measure__plan=self.plan)
        for statement in wanted.select_related("measure").order_by("measure__number", "kind", "number"):
            services.remark(
                actor=self.actor, plan=self.plan, statement=statement, text=form.said[statement.pk]
            )
        then = self.request.POST.get(THEN, STAY)
        if then in {link.url for link in self.decisions()}:
            return self.plan_url(then)
        if not form.said:
            raise InvalidInput(_("No remark was typed"))
        page = self.plan_url("plan-review")
        return f"{page}?measure={self.shown.number}" if self.shown.paged else page

    def done(self, form: Any) -> str:
        count = len(form.said)
        words = ngettext("%(n)s remark saved", "%(n)s remarks saved", count)
        return words % {"n": count} if count else ""


class RemarkScreen(PlanScreen, FormScreen, abstract=True):
    """A screen of one remark on the plan."""

    permission = "measures.read"

    @cached_property
    def remark(self) -> Remark:
        return get_object_or_404(Remark, pk=self.kwargs["remark"], plan=self.plan)

    def named(self) -> None:
        super().named()
        self.remark  # noqa: B018 (fetched here)

    def back(self) -> str:
        anchor = f"#s{self.remark.statement_id}" if self.remark.statement_id else ""  # type: ignore[attr-defined]
        return f"{self.plan_url()}{anchor}"

    def cancel_url(self) -> str:
        return self.back()


class PlanRemark(RemarkScreen):
    """One remark: its wording, the answer to it, and whether it is settled."""

    title = gettext_lazy("A remark")
    form = AnswerForm
    template = "measures/office/plan_remark.html"
    submit = gettext_lazy("Save the answer")
    draft = "plan-remark"

    def initial(self) -> dict[str, Any]:
        return {"text": self.remark.answer}

    def context(self) -> dict[str, Any]:
        remark = self.remark
        return {
            "plan": self.plan,
            "remark": remark,
            "may_answer": remark.is_open and may_do(self, "answer"),
            "settle_url": self.plan_url("plan-remark-settle", remark=remark.pk)
            if remark.is_open and may_do(self, "remark")
            else "",
            "back": self.back(),
        }

    def act(self, form: Any) -> str:
        if not may_do(self, "answer"):
            raise PermissionDenied
        services.answer_remark(actor=self.actor, remark=self.remark, text=form.cleaned_data["text"])
        return self.back()

    def done(self, form: Any) -> str:
        return _("The answer was saved. %(name)s settles the remark") % {"name": self.remark.by}


class PlanRemarkSettle(RemarkScreen, ActionView):
    step = "remark"
    title = gettext_lazy("Settle the remark?")
    submit = gettext_lazy("Settle the remark")

    def effect(self) -> list[str]:
        return [self.remark.place, self.remark.text, _("It stays in the history and needs no more answer")]

    def act(self, form: Any) -> str:
        services.settle_remark(actor=self.actor, remark=self.remark)
        return self.back()

    def done(self, form: Any) -> str:
        return _("The remark is settled")


# -- history ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    plan: Plan
    url: str
    steps: tuple[Step, ...]
    compare_url: str = ""  # with the version before


@dataclass(frozen=True)
class ShownDifference:
    """A line of the comparison with its place in words."""

    line: Difference
    place: Words


HEADS: dict[str, Words] = {
    "title": gettext_lazy("Name of the measure"),
    "period": gettext_lazy("Period"),
    "units": gettext_lazy("Responsible units"),
}


def shown_differences(found: Sequence[MeasureDifference]) -> list[dict[str, Any]]:
    """The comparison for the page."""
    return [
        {
            "measure": measure,
            "lines": [
                ShownDifference(line, HEADS.get(line.kind) or ONE_OF_KIND[line.kind])  # type: ignore[index]
                for line in measure.lines
            ],
        }
        for measure in found
    ]


class PlanHistory(PlanScreen):
    """All versions of a year: who did what when, remarks open and settled, what changed between two versions."""

    permission = "measures.read"
    template = "measures/office/plan_history.html"

    def get_title(self) -> str:
        return _("History of fiscal year %(year)s") % {"year": self.plan.fiscal_year}

    @cached_property
    def versions(self) -> list[Plan]:
        return list(Plan.objects.filter(fiscal_year=self.plan.fiscal_year).order_by("-version"))

    def context(self) -> dict[str, Any]:
        steps: dict[int, list[Step]] = {}
        for act in acts_of(self.plan.fiscal_year):
            steps.setdefault(act.version, []).append(done_step(act))
        found = [
            Version(
                plan,
                self.address("plan", plan=plan.pk),
                tuple(steps.get(plan.version, ())),
                self._compare_url(plan),
            )
            for plan in self.versions
        ]
        remarks = Remark.objects.filter(plan__in=[plan.pk for plan in self.versions])
        return {
            "plan": self.plan,
            "versions": found,
            "remarks": remarks.order_by("status", "-id")[:500],
            **self._compared(),
        }

    def _compare_url(self, plan: Plan) -> str:
        before = next((p for p in self.versions if p.version < plan.version), None)
        return f"?from={before.version}&to={plan.version}#compare" if before else ""

    def _compared(self) -> dict[str, Any]:
        by_version = {str(plan.version): plan for plan in self.versions}
        old = by_version.get(self.request.GET.get("from", ""))
        new = by_version.get(self.request.GET.get("to", ""))
        if old is None or new is None or old == new:
            return {}
        differences = shown_differences(compare(old, new))
        return {"old": old, "new": new, "differences": differences, "compared": True}
