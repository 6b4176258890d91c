"""เผยแพร่หลายเรื่อง: reports of trouble that nobody outside sees yet, each with a title to look over."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.casework.models import Case
from prongsai.modules.complaints.backoffice.desk import DESK, HOME, NAV
from prongsai.modules.complaints.backoffice.forms import ShownForm
from prongsai.modules.complaints.selectors.unshown import suggested_title, unshown
from prongsai.modules.complaints.services.publishing import TITLE, publish_several
from prongsai.modules.complaints.workflow import PUBLISH
from prongsai.ui.screens import Crumb, FormScreen

AT_ONCE = 30


class PublishSeveral(FormScreen):
    """The newest cases that may well be shown. The suggested title says category, place and village, and has been looked
    through for what tells of a person; whoever presses the button has read it."""

    permission = PUBLISH
    title = gettext_lazy("Show several cases to everybody")
    nav = NAV
    template = "complaints/work/publish.html"
    form = ShownForm
    submit = gettext_lazy("Show the ticked cases")
    cancel = HOME

    def lead(self) -> str:
        return _("Who reports the same trouble is shown these titles first, and need not report it again")

    def crumbs(self) -> list[Crumb]:
        return [Crumb(DESK.title, self.address(HOME))]

    def object(self) -> list[Case]:
        """The cases that the page offers; of a form that comes back those that it had, if they may still be shown."""
        found = unshown(self.actor)
        had = [name.removeprefix(TITLE) for name in self.request.POST if name.startswith(TITLE)]
        numbers = [int(each) for each in had[:AT_ONCE] if each.isdecimal() and len(each) < 19]
        return list(found.filter(pk__in=numbers) if numbers else found[:AT_ONCE])

    def form_kwargs(self) -> dict[str, Any]:
        return {"cases": self.thing, "titles": [suggested_title(case) for case in self.thing]}

    def context(self) -> dict[str, Any]:
        return {"public_list": self.address("complaints-list"), "most": AT_ONCE}

    def act(self, form: ShownForm) -> str:
        self.shown = publish_several(actor=self.actor, shown=form.said)
        return self.address("complaints-publish")

    def done(self, form: ShownForm) -> str:
        n = len(self.shown)
        return ngettext("%(n)s case is shown to everybody", "%(n)s cases are shown to everybody", n) % {
            "n": n
        }
