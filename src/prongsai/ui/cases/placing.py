"""Where a case belongs: with another one, in parts, in another category, or as one of another kind."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework import services
from prongsai.foundation.casework.codes import number_from
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.selectors import may_see, shown_to
from prongsai.foundation.casework.similar import alike
from prongsai.foundation.desk import services as desk
from prongsai.kernel.contracts import Topic
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.writing import shortened
from prongsai.ui.cases.base import SEEN, CaseForm, said_of
from prongsai.ui.cases.desk import Category, Part
from prongsai.ui.cases.forms import (
    FromMessageForm,
    MergeForm,
    RecategoriseForm,
    SplitForm,
    UnmergeForm,
)
from prongsai.ui.cases.talk import Said
from prongsai.ui.cases.words import kind_title, state_title
from prongsai.ui.screens.sending import typed

LIKE_IT = 5  # cases that may be the same matter, offered when one is merged
TITLE = 80  # letters of a message that are offered as a case's title


class Merge(CaseForm, abstract=True):
    """Two cases of one matter: this one is counted with the other, whose answer its citizen gets too."""

    needs = "handle"
    title = gettext_lazy("Join with another case")
    form = MergeForm
    submit = gettext_lazy("Look at that case first")
    template = "ui/cases/merge.html"
    into: Case | None = None  # the one that is looked at before they are joined

    def initial(self) -> dict[str, Any]:
        return {**super().initial(), "into": self.request.GET.get("into", "")[:24]}

    def context(self) -> dict[str, Any]:
        likely = alike(self.case, shown_to(self.actor, self.kinds), 4 * LIKE_IT)
        fitting = [each for each in likely if not services.why_apart(self.case, each)]
        shown: dict[str, Any] = {"alike": fitting[:LIKE_IT]}
        if self.into is not None:
            into_at = self.address(self.view(""), case=self.into.pk)
            shown |= {"into": self.into, "into_at": into_at, "into_state": state_title(self.into)}
        return {**super().context(), **shown}

    def _sent(self, token: str) -> HttpResponse:
        """The first press shows the other case; the second, with that case looked at, joins them."""
        self.require_thing()
        form = self.built(self.request.POST)
        into = self._other(form.cleaned_data["into"]) if form.is_valid() else None
        self.into = into
        if into is None or services.why_apart(self.case, into) or into.pk == self.case.pk:
            self.into = None
            return super()._sent(token)
        self.submit, self.danger = gettext_lazy("Join the cases"), True
        if form.cleaned_data["looked_at"] == into.pk:
            return super()._sent(token)
        desk.give_back(token)
        return self.show_form(self.restored({**typed(self.request.POST), "looked_at": [str(into.pk)]}))

    def _other(self, said: str) -> Case | None:
        """The case of this number, or the one in which that is merged, if the member may look at both; None for none."""
        seen = Case.objects.real().filter(shown_to(self.actor, self.kinds))
        found = seen.numbered(number_from(said)).newest().first()
        if found is None or found.merged_into is None:
            return found
        while found.merged_into is not None:
            found = found.merged_into
        return seen.filter(pk=found.pk).first()

    def act(self, form: MergeForm) -> str:
        into = self._other(form.cleaned_data["into"])
        if into is None:
            number = number_from(form.cleaned_data["into"])
            raise InvalidInput(_("There is no case %(number)s") % {"number": number}, field="into")
        given = form.cleaned_data
        services.merge(
            actor=self.actor, case=self.case, into=into, reason=given["reason"], version=given[SEEN]
        )
        self.into = into
        return self.address(self.view(""), case=into.pk)

    def done(self, form: MergeForm) -> str:
        return _("%(case)s is joined with %(into)s") % {
            "case": said_of(self.case),
            "into": self.into.number if self.into else "",
        }


class Unmerge(CaseForm, abstract=True):
    """A case that was joined by mistake is taken out again, and goes on by itself."""

    needs = "handle"
    title = gettext_lazy("Take it out again")
    form = UnmergeForm
    submit = gettext_lazy("Take the case out again")
    template = "ui/cases/unmerge.html"

    def fits(self) -> bool:
        return self.case.merged_into_id is not None and self.case.erased_at is None

    def context(self) -> dict[str, Any]:
        others = Case.objects.filter(shown_to(self.actor, self.kinds), merged_into=self.case).order_by("id")
        seen = Case.objects.filter(shown_to(self.actor, self.kinds), pk=self.case.merged_into_id).first()
        at = self.address(self.view(""), case=seen.pk) if seen else ""
        return {**super().context(), "into": seen, "into_at": at, "with_it": list(others)}

    def act(self, form: UnmergeForm) -> str:
        given = form.cleaned_data
        services.unmerge(actor=self.actor, case=self.case, reason=given["reason"], version=given[SEEN])
        return self.at()

    def done(self, form: UnmergeForm) -> str:
        return _("%(case)s goes on by itself again") % {"case": said_of(self.case)}


class Split(CaseForm, abstract=True):
    """A part that another unit has to do, as a case of its own."""

    needs = "handle"
    title = gettext_lazy("Split off a part")
    form = SplitForm
    submit = gettext_lazy("Make a case of the part")
    draft = "case-split"

    def initial(self) -> dict[str, Any]:
        return {"title": self.case.title, "category": self.case.category}

    def form_kwargs(self) -> dict[str, Any]:
        return {"categories": self.desk.categories_of(self.case.kind)}

    def act(self, form: SplitForm) -> str:
        given = form.cleaned_data
        part = Part(given["title"], given["body"], form.categories[given["category"]], given["unit"])
        self.made, leads = self.desk.split(self, part)
        return leads

    def done(self, form: SplitForm) -> str:
        return _("%(case)s is made of the part") % {"case": said_of(self.made)}


class FromMessage(CaseForm, abstract=True):
    """Another matter that a citizen wrote into this case, open or closed, becomes a case of its own."""

    needs = "handle"
    title = gettext_lazy("Make the message a case of its own")
    form = FromMessageForm
    submit = gettext_lazy("Make it a case")
    draft = "case-from-message"
    shows = "conversation"

    @cached_property
    def message(self) -> CaseMessage:
        said = CaseMessage.Direction.IN
        found = self.case.messages.filter(pk=self.kwargs["message"], direction=said).first()
        if found is None or not found.text:
            raise Http404("no such message")
        return found

    def conversation(self) -> list[Said]:
        """The message alone."""
        return [said for said in super().conversation() if said.message.pk == self.message.pk]

    def initial(self) -> dict[str, Any]:
        words = " ".join(self.message.text.split())
        return {"title": shortened(words, TITLE), "category": self.desk.guess(self.message.text)}

    def form_kwargs(self) -> dict[str, Any]:
        kinds = {kind.key for kind in self.desk.kinds if self.may(kind.permission_for("intake"))}
        return {"categories": [each for each in self.desk.categories() if each.kind in kinds]}

    def act(self, form: FromMessageForm) -> str:
        category = form.categories[form.cleaned_data["category"]]
        self.made = services.from_message(
            actor=self.actor,
            message=self.message,
            kind=category.kind,
            title=form.cleaned_data["title"],
            category=category.key,
            topic=category.topic,
            unit=form.cleaned_data["unit"],
        ).case
        return self.address(self.view(""), case=self.made.pk)

    def done(self, form: FromMessageForm) -> str:
        return _("%(case)s is made of the message") % {"case": said_of(self.made)}


class Recategorise(CaseForm, abstract=True):
    """Into another category, also one of another kind of case: what was taken for a broken lamp is a complaint."""

    needs = "handle"
    title = gettext_lazy("Put it into another category")
    form = RecategoriseForm
    submit = gettext_lazy("Change the category")

    def initial(self) -> dict[str, Any]:
        own = self.desk.category(self.case.category)
        usual = own is not None and (own.topic or "") == self.case.topic
        return {
            **super().initial(),
            "category": self.case.category,
            "topic": "" if usual else self.case.topic,
        }

    def form_kwargs(self) -> dict[str, Any]:
        return {"categories": self.categories(), "kind": self.case.kind}

    def categories(self) -> list[Category]:
        """Those of the case's kind, then those of the other kinds on which the member works."""
        own = self.desk.categories_of(self.case.kind)
        if self.case.erased_at is not None:
            return own
        others = [kind for kind in self.desk.kinds if kind.key != self.case.kind]
        others = [
            kind
            for kind in others
            if self.may(kind.permission_for("handle")) and services.may_leave(self.actor, self.kind, kind)
        ]
        return [*own, *(each for kind in others for each in self.desk.categories_of(kind.key))]

    def act(self, form: RecategoriseForm) -> str:
        key, topic = form.cleaned_data["category"], form.cleaned_data["topic"]
        category = form.categories[key]
        self.moved = services.recategorise(
            actor=self.actor,
            case=self.case,
            category=key,
            topic=Topic(topic) if topic else category.topic,
            kind=category.kind,
            reason=form.cleaned_data.get("reason", ""),
            version=form.cleaned_data[SEEN],
        )
        return self.at() if may_see(self.actor, self.moved) else self.address(self.desk.home)

    def done(self, form: RecategoriseForm) -> str:
        if self.moved.kind == self.case.kind:
            return super().done(form)
        said = {"kind": kind_title(self.moved.kind), "number": self.moved.number}
        told = _("It is now a case of “%(kind)s”, number %(number)s. The citizen is told") % said
        free = self.moved.is_open and self.moved.unit is None and self.case.unit is not None
        anew = _("Whoever assigns cases gives it out anew")
        return f"{told} {anew}" if free else told
