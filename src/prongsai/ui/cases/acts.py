"""The acts on a case: those of its workflow's table, and those that every kind of case has."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case, StandardAnswer
from prongsai.foundation.casework.services import Contact, Place
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel.cases import ACKNOWLEDGE, HEAR, MERGE, Transition
from prongsai.kernel.errors import WrongState
from prongsai.ui.cases.answers import AnswersForm
from prongsai.ui.cases.base import SEEN, SINCE, CaseForm, OfCase, said_of
from prongsai.ui.cases.forms import (
    ActForm,
    AssignForm,
    AttachForm,
    CorrectForm,
    HearForm,
    NoteForm,
    PublishForm,
    ReasonForm,
    SayForm,
    VersionedForm,
)
from prongsai.ui.cases.words import act_title, state_title
from prongsai.ui.screens import ActionView, ConfirmScreen

# Acts of the table that have a page of their own, or that nobody chooses.
APART = frozenset({ACKNOWLEDGE, HEAR, MERGE})


def kept_files(given: list[dict[str, Any]]) -> list[StoredFile]:
    """The files that a form's references name."""
    return list(StoredFile.objects.filter(sha256__in=[str(each["sha256"]) for each in given or ()]))


def rows_for(screen: OfCase) -> list[Transition]:
    """The rows of the table that lead on from here and that the member may do, in the table's order."""
    rows = screen.kind.workflow.leading_from(screen.case.state)
    return [row for row in rows if row.act not in APART and row.permission and screen.may(row.permission)]


def takes_up(screen: OfCase) -> str:
    """What the button of the first look says: the table's own words, where it has a row for that."""
    row = screen.kind.workflow.row(screen.case.state, ACKNOWLEDGE)
    return act_title(row) if row else _("Take note")


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
        if not self.may(found.permission):
            raise PermissionDenied
        return found

    @property
    def is_here(self) -> bool:
        return self.row.source == self.case.state

    def get_title(self) -> str:
        return act_title(self.row)

    @property
    def submit(self) -> str:  # type: ignore[override]
        return act_title(self.row)

    @property
    def danger(self) -> bool:  # type: ignore[override]
        return not self.kind.workflow.state(self.row.target).phase.is_open and "reason" in self.row.needs

    @property
    def text_field(self) -> str:  # type: ignore[override]
        order = ("result", "reason", "message")
        return next((name for name in order if name in self.row.needs), "message")

    def answering_phase(self) -> str:
        return self.kind.workflow.state(self.row.target).phase.value

    def form_kwargs(self) -> dict[str, Any]:
        return {"row": self.row, "unit": self.case.unit}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = self.desk.pages.get(self.kwargs["act"])
        if own:
            return HttpResponseRedirect(self.address(own, case=self.case.pk))
        if not self.is_here:
            return HttpResponseRedirect(self.at())
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
        return _("%(case)s is now “%(state)s”") % {"case": said_of(now), "state": state_title(now)}


class Acknowledge(OfCase, ActionView, abstract=True):
    """Somebody has looked at it: the citizen's page says so. Where the table has a row for it, it leads on."""

    needs = "handle"
    form = VersionedForm

    def get_title(self) -> str:
        return takes_up(self)

    @property
    def submit(self) -> str:  # type: ignore[override]
        return takes_up(self)

    def cancel_url(self) -> str:
        return self.at()

    def effect(self) -> list[str]:
        return [_("The tracking page says that an officer has looked at it")]

    def act(self, form: Any) -> str:
        services.acknowledge(actor=self.actor, case=self.case, version=form.cleaned_data[SEEN])
        return self.at()

    def done(self, form: Any) -> str:
        return _("Taken note of")


class Assign(CaseForm, abstract=True):
    """To a unit, and to a person when it is known who."""

    needs = "assign"
    title = gettext_lazy("Who works on it")
    form = AssignForm
    submit = gettext_lazy("Give it to them")

    def initial(self) -> dict[str, Any]:
        return {**super().initial(), "unit": self.case.unit_id, "assignee": self.case.assignee_id}

    def form_kwargs(self) -> dict[str, Any]:
        return {"unit": self.case.unit}

    def act(self, form: AssignForm) -> str:
        given = form.cleaned_data
        services.assign(
            actor=self.actor,
            case=self.case,
            unit=given["unit"],
            assignee=given["assignee"],
            reason=given["reason"],
            version=given[SEEN],
        )
        return self.at()

    def done(self, form: AssignForm) -> str:
        given = form.cleaned_data
        to = " ".join(str(each) for each in (given["assignee"], given["unit"]) if each)
        return _("Given to %(to)s") % {"to": to}


class Take(OfCase, ActionView, abstract=True):
    """รับไว้ทำเอง: the member works on it from now on."""

    needs = "assign"
    title = gettext_lazy("Work on it myself")
    submit = gettext_lazy("Work on it myself")
    form = VersionedForm

    def cancel_url(self) -> str:
        return self.at()

    def act(self, form: Any) -> str:
        services.assign(actor=self.actor, case=self.case, unit=self.case.unit, assignee=self.member)
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
        services.say(actor=self.actor, case=self.case, text=form.cleaned_data["text"], files=files)
        return self.at() + "#conversation"

    def done(self, form: SayForm) -> str:
        return _("Sent")


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

    def cancel_url(self) -> str:
        return self.at()

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


class Correct(CaseForm, abstract=True):
    needs = "handle"
    title = gettext_lazy("Correct what stands there")
    form = CorrectForm
    submit = gettext_lazy("Save the correction")
    draft = "case-correct"

    def initial(self) -> dict[str, Any]:
        names = [name for name in CorrectForm.base_fields if name not in (SEEN, SINCE)]
        return {**super().initial(), **{name: getattr(self.case, name) for name in names}}

    def act(self, form: CorrectForm) -> str:
        given = form.cleaned_data
        case = self.case
        anonymous = case.is_anonymous and not given["contact_name"]
        contact = Contact(
            given["contact_name"],
            given["contact_phone"],
            given["contact_email"],
            case.contact_handle,
            anonymous,
        )
        place = Place(given["place"], given["village"], case.latitude, case.longitude)
        touched = set(form.changed_data)
        services.correct(
            actor=self.actor,
            case=case,
            version=given[SEEN],
            title=given["title"] if "title" in touched else None,
            body=given["body"] if "body" in touched else None,
            received_on=given["received_on"] if "received_on" in touched else None,
            contact=contact if touched & {"contact_name", "contact_phone", "contact_email"} else None,
            place=place if touched & {"place", "village"} else None,
        )
        return self.at()


class Publish(CaseForm, abstract=True):
    """The public list shows the title that is written here, the category, the state and the days taken."""

    needs = "publish"
    title = gettext_lazy("Show it to everybody")
    form = PublishForm
    submit = gettext_lazy("Show it on the public list")
    template = "ui/cases/publish.html"

    def initial(self) -> dict[str, Any]:
        return {"public_title": self.case.public_title}

    def form_kwargs(self) -> dict[str, Any]:
        return {"names": tuple(self.case.contact_name.split())}

    def act(self, form: PublishForm) -> str:
        services.publish_case(
            actor=self.actor, case=self.case, public_title=form.cleaned_data["public_title"]
        )
        return self.at()

    def done(self, form: PublishForm) -> str:
        return _("Everybody can see it now, under the title that you wrote")


class Unpublish(OfCase, ActionView, abstract=True):
    needs = "publish"
    title = gettext_lazy("Take it back from the public list")
    submit = gettext_lazy("Show it no more")

    def cancel_url(self) -> str:
        return self.at()

    def act(self, form: Any) -> str:
        services.unpublish_case(actor=self.actor, case=self.case)
        return self.at()


class Erase(OfCase, ConfirmScreen, abstract=True):
    """PDPA: what tells who somebody is goes; the figures stay."""

    needs = "manage"
    title = gettext_lazy("Erase the personal data?")
    submit = gettext_lazy("Erase for good")
    form = ReasonForm

    def cancel_url(self) -> str:
        return self.at()

    def effect(self) -> list[str]:
        return [
            _(
                "Name, telephone, address, the text of the case and all that was said are emptied, and its files with them"
            ),
            _("The number, the days, the category and the result of the counting stay for the statistics"),
            _("Nobody can bring it back"),
        ]

    def act(self, form: ReasonForm) -> str:
        if self.case.is_open:
            raise WrongState(_("An open case is still worked on: close it first"))
        services.erase_case(actor=self.actor, case=self.case, reason=form.cleaned_data["reason"])
        return self.at()

    def done(self, form: ReasonForm) -> str:
        return _("The personal data are erased")
