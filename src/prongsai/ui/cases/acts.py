"""The acts on a case: those of its workflow's table, and those that every kind of case has."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework import rights, services
from prongsai.foundation.casework.kinds import shown_title
from prongsai.foundation.casework.models import Case, StandardAnswer
from prongsai.foundation.casework.selectors import rows_open
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel.cases import ACKNOWLEDGE, HEAR, MERGE, WITHDRAW, Transition
from prongsai.ui.cases.answers import AnswersForm
from prongsai.ui.cases.base import SEEN, CaseForm, OfCase, by_hand, said_of
from prongsai.ui.cases.forms import (
    ActForm,
    AssignForm,
    AttachForm,
    ClosingForm,
    HearForm,
    NoteForm,
    SayForm,
    VersionedForm,
    concerned_in,
)
from prongsai.ui.cases.words import state_title
from prongsai.ui.screens import ActionView

# Acts of the table that have a page of their own, or that nobody chooses.
APART = frozenset({ACKNOWLEDGE, HEAR, MERGE})


def kept_files(given: list[dict[str, Any]]) -> list[StoredFile]:
    """The files that a form's references name."""
    return list(StoredFile.objects.filter(sha256__in=[str(each["sha256"]) for each in given or ()]))


def rows_for(screen: OfCase) -> list[Transition]:
    """The rows of the table that lead on from here and that the member may do, in the table's order."""
    return [row for row in rows_open(screen.case, screen.actor) if row.act != ACKNOWLEDGE]


def takes_up(screen: OfCase) -> str:
    """What the button of the first look says: the table's own words, where it has a row for that."""
    row = screen.kind.workflow.row(screen.case.state, ACKNOWLEDGE)
    return shown_title(row) if row else _("Take note")


def not_by_itself(form: Any, case: Case) -> Any:
    """Say in a form that writes to the citizen when nothing goes out by itself."""
    told = by_hand(case)
    for name in ("text", "message") if told else ():
        if name in form.fields:
            form.fields[name].help_text = told
    return form


class Act(AnswersForm, abstract=True):
    """One row of the table. An act that is gone from the present state is told, with what was typed."""

    form = ActForm
    needs = "read"  # and the row's own permission
    draft = "case-act"

    @cached_property
    def row(self) -> Transition:
        """The row for the act in the present state; from another state when somebody was faster; else 404."""
        table, act = self.kind.workflow, self.kwargs["act"]
        found = table.row(self.case.state, act)
        found = found or next((row for row in table.transitions if row.act == act), None)
        if found is None or act in APART or act in self.desk.pages or not found.permission:
            raise Http404("no such act")
        if not rights.may(self.actor, self.case, found.permission):
            raise PermissionDenied
        return found

    def fits(self) -> bool:
        return self.row.source == self.case.state

    def get_title(self) -> str:
        return shown_title(self.row)

    @property
    def submit(self) -> str:  # type: ignore[override]
        return shown_title(self.row)

    @property
    def danger(self) -> bool:  # type: ignore[override]
        return self.tells and "reason" in self.row.needs

    @property
    def tells(self) -> bool:
        """Whether what the row asks for is what the citizen is told at the end."""
        ends = not self.kind.workflow.state(self.row.target).phase.is_open
        return ends and self.row.act != WITHDRAW

    @property
    def text_field(self) -> str:  # type: ignore[override]
        order = ("result", "reason", "message") if self.tells else ("result", "message")
        return next((name for name in order if name in self.row.needs), "message")

    def answering_phase(self) -> str:
        return self.kind.workflow.state(self.row.target).phase.value

    def built(self, *data: Any, **more: Any) -> ActForm:
        return not_by_itself(super().built(*data, **more), self.case)

    def form_kwargs(self) -> dict[str, Any]:
        return {"row": self.row, "unit": self.case.unit, "tells": self.tells}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = self.desk.pages.get(self.kwargs["act"])
        if own:
            return HttpResponseRedirect(self.address(own, case=self.case.pk))
        return super().get(request, *args, **kwargs)

    def act(self, form: ActForm) -> str:
        files = kept_files(form.cleaned_data["files"])
        answer = StandardAnswer.objects.filter(pk=form.cleaned_data["answer"] or 0).first()
        services.act(
            actor=self.actor, case=self.case, act=self.row.act, files=files, answer=answer, **form.said
        )
        return self.at()

    def done(self, form: ActForm) -> str:
        now = Case.objects.get(pk=self.case.pk)
        said = _("%(case)s is now “%(state)s”") % {"case": said_of(now), "state": state_title(now)}
        return (
            f"{said} {by_hand(now)}"
            if self.row.needs & {"result", "reason", "message"} and by_hand(now)
            else said
        )


class Acknowledge(OfCase, ActionView, abstract=True):
    """Somebody has looked at it: the citizen's page says so. Where the table has a row for it, it leads on."""

    needs = "handle"
    form = VersionedForm

    def get_title(self) -> str:
        return takes_up(self)

    @property
    def submit(self) -> str:  # type: ignore[override]
        return takes_up(self)

    def effect(self) -> list[str]:
        return [_("The tracking page says that an officer has looked at it")]

    def act(self, form: Any) -> str:
        services.acknowledge(actor=self.actor, case=self.case, version=form.cleaned_data[SEEN])
        return self.at()

    def done(self, form: Any) -> str:
        now = Case.objects.get(pk=self.case.pk)
        if now.state == self.case.state:
            return _("Taken note of")
        return _("%(case)s is now “%(state)s”") % {"case": said_of(now), "state": state_title(now)}


class Sorted(OfCase, ActionView, abstract=True):
    """The kind and category that the system guessed are right: from now on the case counts as what it is."""

    needs = "handle"
    form = VersionedForm
    title = gettext_lazy("Check what kind of case it is")
    submit = gettext_lazy("The category is right")

    def act(self, form: Any) -> str:
        services.confirm_kind(actor=self.actor, case=self.case, version=form.cleaned_data[SEEN])
        return self.at()

    def done(self, form: Any) -> str:
        return _("The category is right")


class Assign(CaseForm, abstract=True):
    """To a unit, and to a person when it is known who."""

    needs = "assign"
    title = gettext_lazy("Who works on it")
    form = AssignForm
    submit = gettext_lazy("Give it to them")

    def initial(self) -> dict[str, Any]:
        given = {"unit": self.case.unit_id, "assignee": self.case.assignee_id}
        return {**super().initial(), **given, **self.concerned()}

    def form_kwargs(self) -> dict[str, Any]:
        return {"unit": self.case.unit, "kinds": [self.case.kind], "kept": self.keeps_from}

    def act(self, form: AssignForm) -> str:
        given = form.cleaned_data
        services.assign(
            actor=self.actor,
            case=self.case,
            unit=given["unit"],
            assignee=given["assignee"],
            reason=given["reason"],
            version=given[SEEN],
            concerned=concerned_in(form),
        )
        return self.at()

    def done(self, form: AssignForm) -> str:
        given = form.cleaned_data
        to = " ".join(str(each) for each in (given["assignee"], given["unit"]) if each)
        return _("Given to %(to)s") % {"to": to}


class Take(OfCase, ActionView, abstract=True):
    """รับไปทำ: the member works on it from now on: what the unit has and nobody in it, or, for who assigns, any case."""

    needs = "read"  # and either of the two permissions that the service asks for
    title = gettext_lazy("Work on it myself")
    submit = gettext_lazy("Work on it myself")
    form = VersionedForm

    def object(self) -> Case:
        """403 for who may neither assign the case nor work on it; whether it is free is asked when it is taken."""
        case = super().object()
        if not any(rights.may_do(self.actor, case, what) for what in ("assign", "handle")):
            raise PermissionDenied
        return case

    def act(self, form: Any) -> str:
        services.take(actor=self.actor, case=self.case, version=form.cleaned_data[SEEN])
        return self.at()

    def done(self, form: Any) -> str:
        return _("It is yours now")


class Say(AnswersForm, abstract=True):
    """To the citizen, on the channel that the case came by."""

    needs = "handle"
    title = gettext_lazy("Answer the citizen")
    form = SayForm
    submit = gettext_lazy("Send the answer")
    draft = "case-say"
    shows = "conversation"

    def act(self, form: SayForm) -> str:
        files = kept_files(form.cleaned_data["files"])
        services.say(
            actor=self.actor,
            case=self.case,
            text=form.cleaned_data["text"],
            files=files,
            version=form.cleaned_data[SEEN],
        )
        return self.at() + "#conversation"

    def built(self, *data: Any, **more: Any) -> SayForm:
        return not_by_itself(super().built(*data, **more), self.case)

    def done(self, form: SayForm) -> str:
        return by_hand(self.case) or _("Sent")


class Hear(CaseForm, abstract=True):
    """What the citizen said by telephone or at the counter, written down by who heard it."""

    needs = "handle"
    title = gettext_lazy("Write down what the citizen said")
    form = HearForm
    submit = gettext_lazy("Put it into the conversation")
    draft = "case-hear"
    shows = "conversation"

    def act(self, form: HearForm) -> str:
        given = form.cleaned_data
        services.hear(
            actor=self.actor,
            case=self.case,
            text=given["text"],
            channel_kind=given["channel_kind"],
            files=kept_files(given["files"]),
        )
        return self.at() + "#conversation"


class Closing(CaseForm, abstract=True):
    """Whether the result satisfies, as the citizen said it by telephone, at the counter or on paper."""

    needs = "handle"
    title = gettext_lazy("Write down whether the citizen is content")
    form = ClosingForm
    submit = gettext_lazy("Put it on record")
    draft = "case-closing"

    def lead(self) -> str:
        return _(
            "Only what the citizen said. It counts as their answer, and they read on the tracking page that you wrote it down"
        )

    def fits(self) -> bool:
        return services.may_answer(self.case)

    def act(self, form: ClosingForm) -> str:
        given = form.cleaned_data
        services.record_closing_answer(
            actor=self.actor,
            case=self.case,
            satisfied=given["satisfied"] == "yes",
            channel_kind=given["channel_kind"],
            note=given["note"],
            version=given[SEEN],
        )
        return self.at()

    def done(self, form: ClosingForm) -> str:
        return _("The citizen's answer is on record")


class Settle(OfCase, ActionView, abstract=True):
    """A message that could not be delivered was seen to in another way: my work asks no more for it."""

    needs = "handle"
    title = gettext_lazy("The citizen was told in another way")
    submit = gettext_lazy("Told in another way")

    def object(self) -> Case:
        case = super().object()
        if not case.messages.filter(pk=self.kwargs["message"]).exists():
            raise Http404("no such message")
        return case

    def act(self, form: Any) -> str:
        message = self.case.messages.get(pk=self.kwargs["message"])
        services.settle_failure(actor=self.actor, message=message)
        return self.at() + "#conversation"


class Note(CaseForm, abstract=True):
    """Among the staff."""

    needs = "handle"
    title = gettext_lazy("Note among the staff")
    form = NoteForm
    submit = gettext_lazy("Keep the note")
    draft = "case-note"
    shows = "conversation"

    def act(self, form: NoteForm) -> str:
        services.note(actor=self.actor, case=self.case, text=form.cleaned_data["text"])
        return self.at() + "#conversation"

    def done(self, form: NoteForm) -> str:
        return _("The note is kept")


class Attach(CaseForm, abstract=True):
    needs = "handle"
    title = gettext_lazy("Add files")
    form = AttachForm
    submit = gettext_lazy("Add the files")

    def act(self, form: AttachForm) -> str:
        for file in kept_files(form.cleaned_data["files"]):
            services.attach(actor=self.actor, case=self.case, file=file)
        return self.at() + "#files"
