"""เริ่มต้นใช้งาน: what a new office still has to set up, each step until it is done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.accounts.models import Role
from prongsai.foundation.accounts.selectors import roles
from prongsai.kernel.contracts import FirstStep
from prongsai.kernel.registry import registry
from prongsai.ui.navigation import address
from prongsai.ui.screens import Screen

REPORT = "setup-report"  # in the session: the digest of last year's report that the first run kept


@dataclass(frozen=True)
class Shown:
    step: FirstStep
    url: str
    done: bool
    may: bool
    by: str = ""  # of a step that the member may not do: the roles that may


class Start(Screen):
    """Every module's first steps, in order."""

    permission = "office.read"
    title = gettext_lazy("First steps")
    nav = "settings"
    template = "office/start.html"

    def lead(self) -> str:
        return _(
            "From here to a published plan. Each step can be left and taken up again; what is done stays done"
        )

    def context(self) -> dict[str, Any]:
        steps = sorted(registry().first_steps.values(), key=lambda step: (step.order, step.key))
        shown = [self._shown(step) for step in steps]
        return {"steps": shown, "left": sum(not each.done for each in shown)}

    @cached_property
    def _roles(self) -> list[Role]:
        return list(roles())

    def _shown(self, step: FirstStep) -> Shown:
        may = self.may(step.permission)
        able = [role.name for role in self._roles if step.permission in role.permissions]
        return Shown(step, self._url(step), step.done(), may, "" if may else ", ".join(able))

    def _url(self, step: FirstStep) -> str:
        """The step's page; the report that the first run read is handed on, so that nobody uploads it twice."""
        url = address(step.url_name, organization=self.organization.key)
        report = self.request.session.get(REPORT, "")
        return f"{url}?file={report}" if url and report and step.key.startswith("measures") else url
