"""The steps of a plan's life: submit, agree, approve (on screen or on paper), send back, announce, revise, discard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.ledger.services import flush
from prongsai.kernel import clock
from prongsai.kernel.contracts import StatementKind
from prongsai.kernel.thai.dates import long_date
from prongsai.modules.measures.backoffice.plan_base import PlanScreen, may_do, plan_name
from prongsai.modules.measures.backoffice.plan_pages import papers_of
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.content import Signatory
from prongsai.modules.measures.forms.plan import ON_SCREEN, ReasonForm, SendBackForm, SignForm
from prongsai.modules.measures.links import plan_url
from prongsai.modules.measures.models import Measure, Plan, Proof, Statement
from prongsai.modules.measures.selectors import plan_in_force
from prongsai.modules.measures.selectors.acts import acts_on
from prongsai.modules.measures.selectors.remarks import remarks_of
from prongsai.modules.measures.selectors.signatories import CLERK, HEAD, signs
from prongsai.modules.measures.services import plans
from prongsai.ui.screens import ConfirmScreen, FormScreen


@dataclass(frozen=True)
class Check:
    """Something to know before submitting; `stops` it when nothing can be submitted that way."""

    words: str
    url: str = ""
    stops: bool = False


def evidence_number(plan: Plan) -> int:
    """The number in the register of what was just done to the plan. Call it last: it holds the log."""
    flush()
    done = acts_on(plan)
    return done[-1].number if done else 0


def gained(words: str, number: int) -> str:
    """`อนุมัติแล้ว ได้เลขหลักฐาน 1483`."""
    return format_html("{} {} <b>{}</b>", words, _("Evidence number"), number) if number else words


class ActScreen(PlanScreen, abstract=True):
    """A step of the plan's life: after it, the toast says the number that it got in the register."""

    permission = "measures.read"
    number: int = 0
    after: Any = ""

    def step_done(self) -> str:
        self.number = evidence_number(self.plan)
        return self.plan_url()

    def done(self, form: Any) -> str:
        return gained(str(self.after), self.number)


class PlanSubmit(ActScreen, ConfirmScreen):
    permission = "measures.submit"
    states = (PlanStatus.DRAFT,)
    template = "measures/office/plan_submit.html"
    submit = gettext_lazy("Submit to the clerk of the office")
    after = gettext_lazy("Submitted. The clerk of the office reviews it next.")
    danger = False

    def get_title(self) -> str:
        return _("Submit the measures of %(year)s?") % {"year": self.plan.fiscal_year}

    def effect(self) -> list[str]:
        return [_("Until it comes back, the draft cannot be changed")]

    def context(self) -> dict[str, Any]:
        checks = list(self.checks())
        return {**super().context(), "checks": checks, "stopped": any(check.stops for check in checks)}

    def checks(self) -> Iterator[Check]:
        """What is empty or bare, each with the place where it is mended. Three queries."""
        plan = self.plan
        measures = list(_counted(plan))
        if not measures:
            yield Check(_("There is no measure yet"), self.plan_url("plan-measure-new"), stops=True)
        for measure in measures:
            place = f"{self.plan_url()}?measure={measure.number}#m{measure.number}"
            said = {"number": measure.number}
            if not measure.steps:  # type: ignore[attr-defined]
                yield Check(_("Measure %(number)s has no steps") % said, place, stops=True)
            if not measure.unit_count:  # type: ignore[attr-defined]
                yield Check(_("Measure %(number)s names no responsible unit") % said, place)
            if measure.period_start < plan.period.start or measure.period_end > plan.period.end:
                yield Check(_("Measure %(number)s reaches beyond the fiscal year") % said, place)
            if measure.bare:  # type: ignore[attr-defined]
                words = ngettext(
                    "Measure %(number)s: %(n)s text has no evidence bound and will count as unproven",
                    "Measure %(number)s: %(n)s texts have no evidence bound and will count as unproven",
                    measure.bare,  # type: ignore[attr-defined]
                )
                yield Check(words % {**said, "n": measure.bare}, place)  # type: ignore[attr-defined]
        waiting = remarks_of(plan, open_only=True).filter(answer="").count()
        if waiting:
            words = ngettext("%(n)s remark has no answer yet", "%(n)s remarks have no answer yet", waiting)
            yield Check(words % {"n": waiting}, self.plan_url("plan-history"))

    def act(self, form: Any) -> str:
        plans.submit(actor=self.actor, plan=self.plan)
        return self.step_done()


def _counted(plan: Plan) -> Any:
    """Measures with what they lack."""
    bound = Exists(Proof.objects.filter(statement=OuterRef("statements")))
    return Measure.objects.filter(plan=plan).annotate(
        steps=Count("statements", filter=Q(statements__kind=StatementKind.STEP), distinct=True),
        unit_count=Count("responsible", distinct=True),
        bare=Count("statements", filter=Q(statements__isnull=False) & ~bound, distinct=True),
    )


def size_of(plan: Plan) -> dict[str, int]:
    """How much the plan says. One query."""
    return Measure.objects.filter(plan=plan).aggregate(
        measures=Count("pk", distinct=True), statements=Count("statements")
    )


class SignScreen(ActScreen, FormScreen, abstract=True):
    """An approval: on screen by the one who presses the button, or on a paper that was signed by pen."""

    template = "measures/office/plan_sign.html"
    form = SignForm
    post_key: str  # clerk or head
    on_screen: str  # the step of the workflow that signing on screen asks for
    paper: str  # which act the paper to be signed is for

    @cached_property
    def remarks_open(self) -> int:
        return remarks_of(self.plan, open_only=True).count()

    @cached_property
    def wording(self) -> list[tuple[Any, ...]]:
        return plans.wording(self.plan)

    @cached_property
    def signatory(self) -> Signatory:
        """Who signs for the post today."""
        return signs(self.post_key, clock.today())

    def form_kwargs(self) -> dict[str, Any]:
        return {
            "screen": may_do(self, self.on_screen),
            "signs": plans.wording_digest(self.plan, self.wording),
            "name": self.signatory.name,
            "open_remarks": self.remarks_open if self.post_key == HEAD else 0,
        }

    def initial(self) -> dict[str, Any]:
        return {"how": ON_SCREEN} if may_do(self, self.on_screen) else {}

    def context(self) -> dict[str, Any]:
        return {
            "plan": self.plan,
            "signatory": self.signatory,
            "may_sign": may_do(self, self.on_screen),
            "paper_url": self.plan_url("plan-paper", paper="signature", format="pdf") + f"?act={self.paper}",
            "open_remarks": self.remarks_open,
            "review_url": self.plan_url("plan-review"),
            "counts": {"measures": len({row[0] for row in self.wording}), "statements": len(self.wording)},
        }


class PlanAgree(SignScreen):
    """The clerk of the office passes the plan on to its head."""

    step = "review"
    states = (PlanStatus.SUBMITTED,)
    post_key, on_screen, paper = CLERK, "review", "review"
    submit = gettext_lazy("Agree and pass on")
    after = gettext_lazy("Agreed. The head of the office approves it next.")

    def get_title(self) -> str:
        return _("Agree to the measures of %(year)s") % {"year": self.plan.fiscal_year}

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "open_remarks": 0}

    def act(self, form: Any) -> str:
        plans.review(actor=self.actor, plan=self.plan, **form.signed)
        return self.step_done()


class PlanApprove(SignScreen):
    """The head of the office approves; whoever reviews may put the paper on record that the head signed."""

    step = "approve_on_paper"
    states = (PlanStatus.SUBMITTED, PlanStatus.REVIEWED)
    post_key, on_screen, paper = HEAD, "approve", "approve"
    submit = gettext_lazy("Approve the measures")
    after = gettext_lazy("Approved. It can be announced now.")

    def get_title(self) -> str:
        return _("Approve the measures of %(year)s") % {"year": self.plan.fiscal_year}

    def act(self, form: Any) -> str:
        despite = bool(form.cleaned_data.get("despite_remarks"))
        plans.approve(actor=self.actor, plan=self.plan, despite_remarks=despite, **form.signed)
        return self.step_done()


class PlanSendBack(ActScreen, FormScreen):
    step = "send_back"
    states = (PlanStatus.SUBMITTED, PlanStatus.REVIEWED, PlanStatus.APPROVED)
    form = SendBackForm
    template = "measures/office/plan_send_back.html"
    draft = "plan-send-back"
    submit = gettext_lazy("Send back to be mended")
    after = gettext_lazy("Sent back. Whoever drafts it sees the remarks.")

    def get_title(self) -> str:
        return _("Send back the measures of %(year)s") % {"year": self.plan.fiscal_year}

    def context(self) -> dict[str, Any]:
        return {"plan": self.plan, "remarks": remarks_of(self.plan, open_only=True)}

    def initial(self) -> dict[str, Any]:
        count = remarks_of(self.plan, open_only=True).count()
        words = _("Mend the texts with remarks, %(n)s in all") % {"n": count}
        return {"remarks": words} if count else {}

    def act(self, form: Any) -> str:
        plans.send_back(actor=self.actor, plan=self.plan, remarks=form.cleaned_data["remarks"])
        return self.step_done()


class PlanPublish(ActScreen, ConfirmScreen):
    permission = "measures.publish"
    states = (PlanStatus.APPROVED,)
    template = "measures/office/plan_publish.html"
    submit = gettext_lazy("Announce to the public")
    after = gettext_lazy("Announced.")
    danger = False

    def get_title(self) -> str:
        return _("Announce the measures of %(year)s?") % {"year": self.plan.fiscal_year}

    def effect(self) -> list[str]:
        plan = self.plan
        counts = {
            **size_of(plan),
            "url": plan_url(plan),
            "day": long_date(clock.today()),
        }
        found = [
            _("Announced on %(day)s") % counts,
            _("Everybody sees %(measures)s measures and %(statements)s texts at %(url)s") % counts,
        ]
        old = plan_in_force(plan.fiscal_year)
        if old is not None:
            words = _("It takes the place of version %(version)s, which stays in the history")
            found.append(words % {"version": old.version})
        return [*found, _("What is announced cannot be taken back, only followed by another version")]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "papers": papers_of(self)[:1]}

    def act(self, form: Any) -> str:
        plans.publish(actor=self.actor, plan=self.plan)
        return self.step_done()

    def done(self, form: Any) -> str:
        page = self.address("year", fiscal_year=self.plan.fiscal_year)
        words = gained(str(self.after), self.number)
        return format_html('{} <a href="{}">{}</a>', words, page, _("See the public page"))


class PlanRevise(ActScreen, FormScreen):
    permission = "measures.draft"
    states = (PlanStatus.PUBLISHED,)
    form = ReasonForm
    template = "measures/office/plan_revise.html"
    submit = gettext_lazy("Begin the next version")

    def get_title(self) -> str:
        return _("Make version %(version)s") % {"version": self.plan.version + 1}

    def act(self, form: Any) -> str:
        self.made = plans.revise(actor=self.actor, plan=self.plan, reason=form.cleaned_data["reason"])
        return self.address("plan", plan=self.made.pk)

    def context(self) -> dict[str, Any]:
        return {"plan": self.plan}

    def done(self, form: Any) -> str:
        said = _("%(plan)s begins. The public still sees the announced one")
        return said % {"plan": plan_name(self.made)}


class PlanDiscard(ActScreen, ConfirmScreen):
    permission = "measures.draft"
    states = (PlanStatus.DRAFT,)
    form = ReasonForm
    submit = gettext_lazy("Discard this draft of the measures")
    after = gettext_lazy("The draft was discarded.")

    def get_title(self) -> str:
        return _("Discard the draft of %(year)s?") % {"year": self.plan.fiscal_year}

    def effect(self) -> list[str]:
        count = Statement.objects.filter(measure__plan=self.plan).count()
        return [
            ngettext(
                "%(n)s text is put away and cannot be worked on any more",
                "%(n)s texts are put away and cannot be worked on any more",
                count,
            )
            % {"n": count},
            _("The history keeps it, and the year can be begun anew"),
        ]

    def act(self, form: Any) -> str:
        plans.discard_draft(actor=self.actor, plan=self.plan, reason=form.cleaned_data["reason"])
        self.step_done()
        return self.address("plan-list")
