"""ออกรหัสติดตามใหม่: at the counter, to a citizen who has lost the paper; the officer says how they made sure to whom."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.services import may_renew, renew_code, ways_to_check
from prongsai.modules.complaints.backoffice.desk import DESK
from prongsai.modules.complaints.backoffice.intake import keep_for_paper
from prongsai.modules.complaints.workflow import INTAKE
from prongsai.ui.cases.base import SEEN, CaseForm
from prongsai.ui.cases.forms import NewCodeForm


class NewCode(CaseForm):
    """The former code stops at once. The new one is shown like the receipt: for an hour, to whoever gave it out."""

    desk = DESK
    needs = "intake"
    permission = INTAKE
    template = "complaints/work/new_code.html"
    title = gettext_lazy("Give out a new tracking code")
    form = NewCodeForm
    submit = gettext_lazy("Give out a new code")
    danger = True

    def lead(self) -> str:
        return _(
            "For the citizen of this case alone. The code they had stops, and they are told so where they can be reached"
        )

    def fits(self) -> bool:
        return may_renew(self.case)

    def form_kwargs(self) -> dict[str, Any]:
        return {"ways": ways_to_check(self.case)}

    def act(self, form: NewCodeForm) -> str:
        given = form.cleaned_data
        renewed = renew_code(
            actor=self.actor,
            case=self.case,
            checked=given["checked"],
            reason=given["reason"],
            version=given[SEEN],
        )
        keep_for_paper(self.request, renewed)
        return self.at("receipt")

    def done(self, form: NewCodeForm) -> str:
        return _("The new code is here, and the former one opens nothing any more")
