"""Several cases, chosen in the inbox, are given to one unit or person."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import assign
from prongsai.modules.office.backoffice.cases import TITLE, each_that_fits
from prongsai.modules.office.backoffice.cases_shown import CasesScreen, kinds_for
from prongsai.ui.access import SIGNED_IN
from prongsai.ui.cases.forms import AssignForm
from prongsai.ui.cases.words import state_title
from prongsai.ui.screens import Crumb, FormScreen

SEEN_ROW = re.compile(r"[0-9]{1,18}:[0-9]{1,9}")  # a case and its version


class AssignCasesForm(AssignForm):
    """To whom, and the versions of the cases that the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2_000)

    def clean_seen(self) -> dict[int, int]:
        pairs = (each.split(":") for each in self.cleaned_data["seen"].split(",") if SEEN_ROW.fullmatch(each))
        return {int(pk): int(version) for pk, version in pairs}


class AssignCases(CasesScreen, FormScreen):
    """Several cases to one unit or person. One that somebody changed meanwhile, or that cannot be given to them, is
    left as it was and named."""

    permission = SIGNED_IN
    template = "office/cases_assign.html"
    form = AssignCasesForm
    submit = gettext_lazy("Give it to them")
    cancel = "cases"

    def object(self) -> list[Case]:
        """The cases that the address names and the member may give to somebody; 404 when there are none."""
        numbers = [
            int(each)
            for each in self.request.GET.get("cases", "").split(",")
            if each.isdecimal() and len(each) < 19
        ]
        kinds = [kind.key for kind in kinds_for(self) if self.may(kind.permission_for("assign"))]
        found = list(self.cases().with_people().filter(pk__in=numbers[:50], kind__in=kinds).pressing())
        if not found:
            raise Http404("no such cases")
        return found

    def get_title(self) -> str:
        return ngettext("Give %(n)s case to somebody", "Give %(n)s cases to somebody", len(self.thing)) % {
            "n": len(self.thing)
        }

    def crumbs(self) -> list[Crumb]:
        return [Crumb(TITLE, self.address("cases"))]

    def context(self) -> dict[str, Any]:
        return {"cases": [(case, self.page_of(case), state_title(case)) for case in self.thing]}

    def form_kwargs(self) -> dict[str, Any]:
        return {"kinds": sorted({case.kind for case in self.thing})}

    def initial(self) -> dict[str, Any]:
        return {"seen": ",".join(f"{case.pk}:{case.version}" for case in self.thing)}

    def act(self, form: AssignCasesForm) -> str:
        given = form.cleaned_data

        def give(case: Case) -> Case:
            return assign(
                actor=self.actor,
                case=case,
                unit=given["unit"],
                assignee=given["assignee"],
                reason=given["reason"],
                version=given["seen"].get(case.pk),
            )

        self.given = each_that_fits(self, self.thing, give)
        return self.address("cases")

    def done(self, form: AssignCasesForm) -> str:
        said = ngettext("%(n)s case is given", "%(n)s cases are given", self.given) % {"n": self.given}
        return said if self.given else ""
