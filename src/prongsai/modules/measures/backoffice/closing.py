"""ปิดปี: what is still open, the report as it will print, and its way to publication and correction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.kernel import clock
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures import labels, workflow
from prongsai.modules.measures.backoffice import shown
from prongsai.modules.measures.choices import CandidateStatus, PlanStatus
from prongsai.modules.measures.content import Signatory
from prongsai.modules.measures.forms.plan import ON_SCREEN, ReasonForm, SignForm
from prongsai.modules.measures.links import verify_url, year_url
from prongsai.modules.measures.models import Plan, ReportCandidate, ReportVersion, Statement
from prongsai.modules.measures.portal.papers import paper_answer
from prongsai.modules.measures.selectors.closing import ClosingChecklist, closing_checklist
from prongsai.modules.measures.selectors.remarks import open_remarks
from prongsai.modules.measures.selectors.signatories import HEAD, signs
from prongsai.modules.measures.selectors.states import StatementState, statement_states
from prongsai.modules.measures.services import closing, withdrawing
from prongsai.modules.measures.services.printing import REPORT_FORMATS, candidate_paper, print_report
from prongsai.ui.forms import Form
from prongsai.ui.screens import ActionView, ConfirmScreen, Crumb, FormScreen, Screen

WAITING = (CandidateStatus.FROZEN, CandidateStatus.APPROVED)


class OfClosing(Screen, abstract=True):
    """A screen of a year's closing. `step` names the act of the workflow that it is for (empty: reading)."""

    permission = "measures.read"
    nav = "measures"
    step: str = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.step and not self.may_do(self.step):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def may_do(self, *steps: str) -> bool:
        """Whether the member may do all of these steps; any one permission of each is enough."""
        return all(any(self.may(p) for p in workflow.PERMISSIONS[step]) for step in steps)

    @cached_property
    def plans(self) -> list[Plan]:
        return shown.present_plans()

    @cached_property
    def plan(self) -> Plan:
        return shown.plan_among(self.plans, self.kwargs["fiscal_year"])

    @cached_property
    def candidate(self) -> ReportCandidate | None:
        """The frozen report that waits, if there is one."""
        return ReportCandidate.objects.filter(plan=self.plan, status__in=WAITING).first()

    def waiting(self, status: str) -> ReportCandidate:
        """The frozen report in this state; 404 when there is none."""
        found = self.candidate
        if found is None or found.status != status:
            raise Http404("no report waits for that")
        return found

    def back(self) -> str:
        return self.address("closing", fiscal_year=self.plan.fiscal_year)

    def cancel_url(self) -> str:
        return self.back()

    def crumbs(self) -> Sequence[Crumb]:
        year = self.kwargs["fiscal_year"]
        return [
            Crumb(
                _("Overview of fiscal year %(year)s") % {"year": year},
                self.address("dashboard", fiscal_year=year),
            )
        ]


class OneOfClosing(OfClosing, abstract=True):
    """As `OfClosing`, one step deeper."""

    def crumbs(self) -> Sequence[Crumb]:
        said = _("Closing of fiscal year %(year)s") % {"year": self.plan.fiscal_year}
        return [*super().crumbs(), Crumb(said, self.back())]


class Closing(OfClosing):
    """Where the year stands on its way to the published report."""

    permission = "measures.read"
    template = "measures/office/closing.html"

    def get_title(self) -> str:
        return _("Closing of fiscal year %(year)s") % {"year": self.plan.fiscal_year}

    @cached_property
    def checklist(self) -> ClosingChecklist:
        return closing_checklist(self.plan)

    @property
    def candidate(self) -> ReportCandidate | None:  # type: ignore[override]
        """As the checklist has found it."""
        return self.checklist.candidate

    def years(self) -> Sequence[tuple[int, str]]:
        return [(year, self.address("closing", fiscal_year=year)) for year in shown.years_of(self.plans)]

    def context(self) -> dict[str, Any]:
        plan, candidate, found = self.plan, self.candidate, self.checklist
        return {
            "plan": plan,
            "candidate": candidate,
            "checklist": found,
            "is_closed": plan.status == PlanStatus.CLOSED,
            "is_over": found.is_over,
            "public": self.public_words(),
            "open": [self.open_statement(s) for s in (*found.contradicted, *found.unproven)],
            "withdrawn": [self.withdrawn_statement(s) for s in found.withdrawn],
            "versions": self.versions(),
            "formats": REPORT_FORMATS,
            "year_url": year_url(self.organization, plan.fiscal_year),
            "verify_url": verify_url(self.organization, plan.fiscal_year),
            "remarks": found.remarks,
            "history_url": self.address("plan-history", plan=plan.pk),
            "may_answer": self.may_do("answer"),
            "may_remark": self.may_do("remark"),
            "may_withdraw": plan.status == PlanStatus.PUBLISHED
            and not candidate
            and self.may_do("withdraw_statement"),
            "may_freeze": found.can_freeze and self.may_do("freeze"),
            "may_approve": self.may_do("approve_on_paper"),
            "may_send_back": self.may_do("send_back"),
            "may_publish": self.may_do("close"),
        }

    def public_words(self) -> str:
        """What the public sees now, plainly."""
        plan, candidate = self.plan, self.candidate
        if plan.status == PlanStatus.CLOSED:
            if candidate:
                return _("The public sees the closed report. The correction shows only once it is published")
            return _("The public sees the closed report, its evidence and how to verify it")
        if plan.status != PlanStatus.PUBLISHED:
            return _("The public sees nothing of this year yet: its measures are not announced")
        if candidate:
            return _(
                "The public still sees the present state of the year, marked as not closed. The frozen report is inside"
            )
        return _("The public sees the measures and their present verdicts, marked as not closed")

    def versions(self) -> list[tuple[ReportVersion, str]]:
        """The closed reports of the year, the newest first, each with its digest."""
        found = ReportVersion.objects.filter(fiscal_year=self.plan.fiscal_year).defer("content")
        return [(version, bytes(version.digest).hex()) for version in found]

    def open_statement(self, state: StatementState) -> dict[str, Any]:
        pk = state.statement_id
        return {
            "state": state,
            "place": labels.place(state.measure, state.kind, state.number),
            "contradicted": state.verdict is Verdict.CONTRADICTED,
            "mend_url": self.address("proofs", statement=pk),
            "withdraw_url": self.address("closing-withdraw", fiscal_year=self.plan.fiscal_year, statement=pk),
        }

    def withdrawn_statement(self, state: StatementState) -> dict[str, Any]:
        year, pk = self.plan.fiscal_year, state.statement_id
        return {
            "state": state,
            "place": labels.place(state.measure, state.kind, state.number),
            "restore_url": self.address("closing-restore", fiscal_year=year, statement=pk),
        }


class ClosingPreview(OfClosing):
    """The report as it will print: the frozen one where one waits, else the present state marked as a draft."""

    permission = "measures.read"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        format = kwargs["format"]
        if format not in REPORT_FORMATS:
            raise Http404("no such format")
        if self.candidate:
            return paper_answer(candidate_paper(candidate=self.candidate, format=format))
        if self.plan.status not in {PlanStatus.PUBLISHED, PlanStatus.CLOSED}:
            raise Http404("nothing is announced for that year")
        return paper_answer(print_report(plan_year=self.plan.fiscal_year, format=format, live=True))


class OfClosingStatement(OneOfClosing, abstract=True):
    """A statement of the year's plan."""

    @cached_property
    def statement(self) -> Statement:
        found = Statement.objects.select_related("measure__plan")
        return get_object_or_404(found, pk=self.kwargs["statement"], measure__plan=self.plan)

    @property
    def place(self) -> str:
        statement = self.statement
        return labels.place(statement.measure.number, statement.kind, statement.number)

    def lead(self) -> str:
        return f"{self.place} {self.statement.text}"


class ClosingWithdraw(OfClosingStatement, FormScreen):
    """ถอนข้อความ: it counts no more, and stands in the annex with the reason."""

    permission = "measures.read"
    step = "withdraw_statement"
    title = gettext_lazy("Withdraw the statement from the report")
    form = ReasonForm
    template = "measures/office/closing_withdraw.html"
    submit = gettext_lazy("Withdraw the statement")
    danger = True

    def act(self, form: Any) -> str:
        withdrawing.withdraw_statement(
            actor=self.actor, statement=self.statement, reason=form.cleaned_data["reason"]
        )
        return self.back()

    def done(self, form: Any) -> str:
        return _("%(place)s is withdrawn from the report") % {"place": self.place}


class ClosingRestore(OfClosingStatement, ActionView):
    """Bring a withdrawn statement back."""

    permission = "measures.read"
    step = "withdraw_statement"
    title = gettext_lazy("Bring the statement back into the report")
    submit = gettext_lazy("Bring it back")

    def act(self, form: Any) -> str:
        withdrawing.restore_statement(actor=self.actor, statement=self.statement)
        return self.back()

    def done(self, form: Any) -> str:
        return _("%(place)s is back in the report") % {"place": self.place}


class ClosingFreeze(OneOfClosing, FormScreen):
    """ตรึงรายงาน: the text and its citations stand still while the clerk and the head look at them."""

    permission = "measures.read"
    step = "freeze"
    template = "measures/office/closing_freeze.html"
    submit = gettext_lazy("Freeze the report and hand it in")

    @property
    def is_correction(self) -> bool:
        return self.plan.status == PlanStatus.CLOSED

    def get_title(self) -> str:
        if self.is_correction:
            return _("Correct the report of %(year)s by a new version") % {"year": self.plan.fiscal_year}
        return _("Freeze the report of %(year)s") % {"year": self.plan.fiscal_year}

    @property
    def form(self) -> Any:  # type: ignore[override]
        return ReasonForm if self.is_correction else Form

    def context(self) -> dict[str, Any]:
        states = [s for s in statement_states(self.plan) if s.verdict]
        return {
            "correction": self.is_correction,
            "checklist": closing_checklist(self.plan),
            "citations": len({number for state in states for number in state.citations}),
            "unproven": sum(s.verdict is Verdict.UNPROVEN for s in states),
            "disagree": sum(s.verdict is Verdict.CONTRADICTED for s in states),
        }

    def act(self, form: Any) -> str:
        closing.freeze_report(actor=self.actor, plan=self.plan, reason=form.cleaned_data.get("reason", ""))
        return self.back()

    def done(self, form: Any) -> str:
        return _("The report is frozen and waits for approval")


class ClosingApprove(OneOfClosing, FormScreen):
    """The head of the office approves the frozen report, on screen or by pen."""

    permission = "measures.read"
    step = "approve_on_paper"
    template = "measures/office/closing_approve.html"
    form = SignForm
    submit = gettext_lazy("Approve the report")

    def get_title(self) -> str:
        return _("Approve the report of %(year)s") % {"year": self.plan.fiscal_year}

    @cached_property
    def signatory(self) -> Signatory:
        return signs(HEAD, clock.today())

    def form_kwargs(self) -> dict[str, Any]:
        return {
            "screen": self.may_do("approve"),
            "signs": bytes(self.waiting(CandidateStatus.FROZEN).digest).hex(),
            "name": self.signatory.name,
            "open_remarks": self.remarks_open,
        }

    @cached_property
    def remarks_open(self) -> int:
        return open_remarks(self.plan.fiscal_year).count()

    def initial(self) -> dict[str, Any]:
        return {"how": ON_SCREEN} if self.may_do("approve") else {}

    def context(self) -> dict[str, Any]:
        waiting = self.waiting(CandidateStatus.FROZEN)
        return {
            "candidate": waiting,
            "digest": bytes(waiting.digest).hex(),
            "signatory": self.signatory,
            "may_sign": self.may_do("approve"),
            "remarks_open": self.remarks_open,
        }

    def act(self, form: Any) -> str:
        waiting = self.waiting(CandidateStatus.FROZEN)
        despite = bool(form.cleaned_data.get("despite_remarks"))
        closing.approve_report(actor=self.actor, candidate=waiting, despite_remarks=despite, **form.signed)
        return self.back()

    def done(self, form: Any) -> str:
        return _("The report is approved. It can be published now")


class ClosingSendBack(OneOfClosing, FormScreen):
    """The report goes back: what stood still moves again."""

    permission = "measures.read"
    step = "send_back"
    title = gettext_lazy("Send the report back")
    form = ReasonForm
    submit = gettext_lazy("Send back to be mended")

    def act(self, form: Any) -> str:
        waiting = self.candidate
        if waiting is None:
            raise Http404("no report waits")
        closing.send_back_report(actor=self.actor, candidate=waiting, reason=form.cleaned_data["reason"])
        return self.back()

    def done(self, form: Any) -> str:
        return _("The report is sent back")


class ClosingPublish(OneOfClosing, ConfirmScreen):
    """ปิดปี: the approved report becomes the closed one, signed and public."""

    permission = "measures.close"
    title = gettext_lazy("Close the year and publish the report")
    submit = gettext_lazy("Close, sign and publish")
    stay = gettext_lazy("Not yet")
    danger = False

    def effect(self) -> list[str]:
        self.waiting(CandidateStatus.APPROVED)
        return [
            _("The report gets its evidence number and the signature of the register"),
            _("Everybody can read, save and verify it from then on"),
            _("It can be corrected only by a new version with a reason; this one stays"),
        ]

    def act(self, form: Any) -> str:
        closing.publish_report(actor=self.actor, candidate=self.waiting(CandidateStatus.APPROVED))
        return self.back()

    def done(self, form: Any) -> str:
        return _("The year is closed and the report published")
