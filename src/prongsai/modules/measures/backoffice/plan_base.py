"""What the plan's screens share: the plan of the address, the way to it, who may do an act of the workflow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.modules.measures import labels, workflow
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.models import Measure, Plan
from prongsai.ui.screens import Crumb, Screen

NAV = "measures"
PLANS = gettext_lazy("Measures")


def may_do(screen: Screen, step: str) -> bool:
    """Whether the member may do a step of the workflow; any one of its permissions is enough."""
    return any(screen.may(permission) for permission in workflow.PERMISSIONS[step])


def plan_name(plan: Plan) -> str:
    """`ปีงบประมาณ 2568 ฉบับที่ 2`."""
    return _("Fiscal year %(year)s, version %(version)s") % {
        "year": plan.fiscal_year,
        "version": plan.version,
    }


class PlansScreen(Screen, abstract=True):
    """A screen below the list of plans. `step` names the act of the workflow that it is for (empty: reading)."""

    nav = NAV
    step: str = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.named()
        if self.step and not may_do(self, self.step):
            raise PermissionDenied
        return self.elsewhere() or super().dispatch(request, *args, **kwargs)

    def named(self) -> None:
        """Fetch what the address names; Http404 for what is not the office's. Before anything else is said."""

    def elsewhere(self) -> HttpResponseBase | None:
        """Where to go instead, when there is nothing to do here."""
        return None

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(PLANS, self.address("plan-list")),)


class PlanScreen(PlansScreen, abstract=True):
    """A screen of one plan. In another state than `states` (empty: any) there is nothing to do here."""

    states: tuple[PlanStatus, ...] = ()

    @cached_property
    def plan(self) -> Plan:
        return get_object_or_404(Plan, pk=self.kwargs["plan"])

    def named(self) -> None:
        self.plan  # noqa: B018 (fetched here)

    def elsewhere(self) -> HttpResponseBase | None:
        plan, request = self.plan, self.request
        if request.method != "GET" or not self.states or plan.status in self.states:
            return None
        said = _("%(plan)s is now “%(status)s”: nothing more can be done on that page")
        messages.warning(request, said % {"plan": plan_name(plan), "status": labels.plan_state(plan.status)})
        return HttpResponseRedirect(self.plan_url())

    def plan_url(self, name: str = "plan", **kwargs: Any) -> str:
        return self.address(name, plan=self.plan.pk, **kwargs)

    def year(self) -> int:
        return self.plan.fiscal_year

    def crumbs(self) -> Sequence[Crumb]:
        return (*super().crumbs(), Crumb(plan_name(self.plan), self.plan_url()))

    def cancel_url(self) -> str:
        return self.plan_url()

    def measure_of(self, pk: int) -> Measure:
        """The plan's measure with this id; Http404 without one."""
        measure = get_object_or_404(Measure, pk=pk, plan=self.plan)
        measure.plan = self.plan
        return measure
