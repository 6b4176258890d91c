"""Standard answers: chosen beside a form, put into its text with what is known of the case, and adapted there."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import answers_for
from prongsai.kernel.thai.dates import long_date
from prongsai.ui.cases.base import CaseForm
from prongsai.ui.cases.desk import Wording
from prongsai.ui.screens.forms import typed_into
from prongsai.ui.screens.sending import typed

CHOSEN = "_answer"
OFFICE = "office-"  # before the number of a standard answer, to tell it from what a module offers
# What an answer may say in braces, and what stands there in its place.
PLACES = ("เลขที่", "ผู้แจ้ง", "เรื่อง", "ส่วนราชการ", "ครบกำหนด")


def filled(text: str, case: Case) -> str:
    """The answer with {เลขที่} and the like filled in; what is not known of the case stays for the writer to see."""
    known = {
        "เลขที่": case.number,
        "ผู้แจ้ง": case.contact_name or "ผู้แจ้ง",
        "เรื่อง": case.title,
        "ส่วนราชการ": case.unit.name if case.unit else "",
        "ครบกำหนด": long_date(case.due_on) if case.due_on else "",
    }
    return re.sub(r"{([^{}\n]{1,20})}", lambda match: known.get(match[1].strip()) or match[0], text)


def office_answers(case: Case, phase: str) -> list[Wording]:
    """The office's answers that fit the case, for an act that leads to `phase` ("" for a message on the way)."""
    found = answers_for(case).filter(phase__in=("", phase))
    return [Wording(f"{OFFICE}{each.pk}", each.title, each.text) for each in found]


class AnswersForm(CaseForm, abstract=True):
    """A form whose text may come from a standard answer: pressed, it is added to what is typed, and nothing is sent."""

    text_field: ClassVar[str] = "text"

    def answering_phase(self) -> str:
        """The phase that the act leads to; answers may be meant for one."""
        return ""

    @cached_property
    def answers(self) -> list[Wording]:
        """What the module offers for the act, then the office's own answers."""
        offered = self.desk.wordings(self.case, self.kwargs.get("act", ""))
        return [*offered, *office_answers(self.case, self.answering_phase())]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if CHOSEN not in request.POST:
            return super().post(request, *args, **kwargs)
        self.require_thing()
        said = typed(request.POST)
        if request.FILES:  # they are kept, so that choosing an answer loses none
            form = self.built(request.POST, request.FILES)
            form.is_valid()
            said = typed_into(form, request.POST)
        return self.show_form(self.restored(self._with_answer(said, request.POST.get(CHOSEN, ""))))

    def _with_answer(self, said: dict[str, list[str]], chosen: str) -> dict[str, list[str]]:
        said.pop(CHOSEN, None)
        answer = next((each for each in self.answers if each.key == chosen), None)
        if answer:
            before = (said.get(self.text_field) or [""])[0].rstrip()
            text = filled(answer.text, self.case)
            said[self.text_field] = [f"{before}\n\n{text}" if before else text]
            said["answer"] = [chosen.removeprefix(OFFICE) if chosen.startswith(OFFICE) else ""]
        return said

    def context(self) -> dict[str, Any]:
        return {**super().context(), "answers": self.answers}
