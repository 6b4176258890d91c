"""คำตอบมาตรฐาน: texts that are chosen and adapted instead of being written anew."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.casework.kinds import shown_title
from prongsai.foundation.casework.models import StandardAnswer
from prongsai.foundation.casework.services import retire_answer, save_answer
from prongsai.kernel.writing import shortened
from prongsai.modules.complaints.backoffice.desk import NAV, category_choices
from prongsai.modules.complaints.backoffice.forms import AnswerForm
from prongsai.modules.complaints.backoffice.rules import category_title, way
from prongsai.modules.complaints.backoffice.whose import lead_of
from prongsai.modules.complaints.catalogue import load
from prongsai.modules.complaints.workflow import CASE_KINDS, MANAGE, READ
from prongsai.ui.cases.words import PHASES, kind_title
from prongsai.ui.screens import (
    Action,
    ActionView,
    BulkAction,
    ChoiceFilter,
    Column,
    Crumb,
    Empty,
    FormScreen,
    ListScreen,
)

TITLE = gettext_lazy("Standard answers")
ADD = Action(gettext_lazy("Write an answer"), "complaints-answer-add", MANAGE)


def kind_choices() -> list[tuple[str, str]]:
    return [(kind.key, shown_title(kind)) for kind in CASE_KINDS]


def _retire(screen: Any, answers: list[StandardAnswer]) -> str:
    for answer in answers:
        retire_answer(actor=screen.actor, answer=answer)
    return ngettext("%(n)s answer is offered no more", "%(n)s answers are offered no more", len(answers)) % {
        "n": len(answers)
    }


class Answers(ListScreen):
    permission = READ
    title = TITLE
    nav = NAV
    template = "complaints/work/answers.html"
    columns = (
        Column("title", gettext_lazy("Name"), link=lambda screen, answer: _edit(screen, answer)),
        Column("text", gettext_lazy("Text"), lambda answer: _short(answer.text)),
        Column("kind", gettext_lazy("Kind of case"), lambda answer: kind_title(answer.kind) if answer.kind else _("any")),
        Column("category", gettext_lazy("Category"), lambda answer: category_title(answer.category) if answer.category else _("any")),
        Column("phase", gettext_lazy("Act"), lambda answer: PHASES.get(answer.phase, _("any"))),
    )  # fmt: skip
    filters = (ChoiceFilter("kind", gettext_lazy("Kind of case"), choices=lambda screen: kind_choices()),)
    search = ("title", "text")
    actions = (
        BulkAction("retire", gettext_lazy("Use no more"), _retire, MANAGE, danger=True, confirm=gettext_lazy("%(count)s answers will not be offered any more")),
    )  # fmt: skip
    primary = ADD
    empty = Empty(
        gettext_lazy("No answer yet"),
        gettext_lazy(
            "What is answered often is written once, and chosen beside the form. Number, name and due day are filled in from the case"
        ),
        ADD,
    )

    def lead(self) -> str:
        return lead_of(self, MANAGE)

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def rows(self) -> QuerySet[StandardAnswer]:
        return StandardAnswer.objects.filter(is_active=True).order_by("title", "id")

    def context(self) -> dict[str, Any]:
        may_start = self.may(MANAGE) and self.count == 0 and not self.is_narrowed
        return {"start_at": self.address("complaints-answers-start") if may_start else ""}


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), 120)


def _edit(screen: Any, answer: StandardAnswer) -> str:
    return screen.address("complaints-answer", answer=answer.pk) if screen.may(MANAGE) else ""


class AddAnswer(FormScreen):
    permission = MANAGE
    title = gettext_lazy("Write an answer")
    nav = NAV
    form = AnswerForm
    submit = gettext_lazy("Save the standard answer")
    draft = "complaints-answer"
    cancel = "complaints-answers"

    def crumbs(self) -> list[Crumb]:
        return way(self, (TITLE, "complaints-answers"))

    def form_kwargs(self) -> dict[str, Any]:
        return {"kind_choices": kind_choices(), "category_choices": category_choices()}

    def act(self, form: AnswerForm) -> str:
        save_answer(actor=self.actor, **form.cleaned_data)
        return self.address("complaints-answers")


class EditAnswer(AddAnswer):
    permission = MANAGE
    title = gettext_lazy("Change the answer")

    def object(self) -> StandardAnswer:
        found = StandardAnswer.objects.filter(pk=self.kwargs["answer"], is_active=True).first()
        if found is None:
            raise Http404("no such answer")
        return found

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.thing, name) for name in AnswerForm.base_fields}

    def act(self, form: AnswerForm) -> str:
        save_answer(actor=self.actor, answer=self.thing, **form.cleaned_data)
        return self.address("complaints-answers")


class StartAnswers(ActionView):
    """Begin with the texts that come with the program."""

    permission = MANAGE
    title = gettext_lazy("Begin with texts that come with the program")
    nav = NAV
    submit = gettext_lazy("Take them over")
    cancel = "complaints-answers"

    def effect(self) -> list[str]:
        names = ", ".join(row["title"] for row in load("answers").values())
        return [_("These become the office's own, to be changed as you like: %(names)s") % {"names": names}]

    def act(self, form: Any) -> str:
        known = set(StandardAnswer.objects.filter(is_active=True).values_list("title", flat=True))
        for row in load("answers").values():
            if row["title"] not in known:
                save_answer(
                    actor=self.actor, title=row["title"], text=row["text"].strip(), phase=row["phase"]
                )
        return self.address("complaints-answers")
