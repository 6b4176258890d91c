"""Several forms in a row that act together at the end. Answers wait in a draft, so Back and tomorrow lose nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.desk import services as desk
from prongsai.kernel.errors import InvalidInput, ProngsaiError, WrongState
from prongsai.ui.forms.base import Form as KitForm
from prongsai.ui.screens.base import Screen, Text
from prongsai.ui.screens.forms import as_query, refuse, typed_into
from prongsai.ui.screens.sending import DISCARD, claim, fresh_token, sent_token

BACK = "_back"


@dataclass(frozen=True)
class Step:
    """One page of a wizard. `template` extends `ui/wizard.html`."""

    key: str
    title: Text
    form: type[forms.BaseForm]
    template: str = ""
    text: Text = ""


class WizardScreen(Screen, abstract=True):
    """Steps with a form each; `finish(data)` acts once with what all of them say.

    The step stands in the address (`?step=`). A step can be opened when those before it are answered. `kept` is what
    has been answered so far, by step, as it was typed; `answers()` is what of it holds, cleaned.
    """

    template = "ui/wizard.html"
    steps: tuple[Step, ...] = ()
    draft: str = ""  # the key that answers wait under; the class's name when it is not said
    submit: Text = gettext_lazy("Finish")
    cancel: str = ""

    def get_steps(self) -> Sequence[Step]:
        """The steps of this run; may depend on earlier answers (`self.kept`)."""
        return self.steps

    def initial(self, step: Step) -> dict[str, Any]:
        return {}

    def form_kwargs(self, step: Step) -> dict[str, Any]:
        return {}

    def step_context(self, step: Step) -> dict[str, Any]:
        """What the step's template needs, e.g. a preview of what was answered before."""
        return {}

    def finish(self, data: dict[str, dict[str, Any]]) -> str:
        """Do it, by services, with the cleaned data by step, and return the address to go to."""
        raise NotImplementedError

    def done(self, data: dict[str, dict[str, Any]]) -> str:
        """What the toast says afterwards."""
        return _("Saved")

    def cancel_url(self) -> str:
        return self.address(self.cancel) if self.cancel else ""

    # --- answers ---

    def draft_key(self) -> str:
        about = [str(value) for name, value in self.kwargs.items() if name != "organization"]
        return ":".join([self.draft or type(self).__qualname__, *about])

    @cached_property
    def kept(self) -> dict[str, dict[str, list[str]]]:
        draft = desk.draft(self.member, self.draft_key())
        return dict(draft.body) if draft else {}

    def built(self, step: Step, *data: Any) -> Any:
        actor = {"actor": self.actor} if issubclass(step.form, KitForm) else {}
        return step.form(*data, **{"initial": self.initial(step), **actor, **self.form_kwargs(step)})

    def answers(self, until: Step | None = None) -> dict[str, dict[str, Any]]:
        """The cleaned answers of the steps before `until` (of all), as far as they hold."""
        found: dict[str, dict[str, Any]] = {}
        for step in self.get_steps():
            if until and step.key == until.key:
                break
            if step.key not in self.kept:
                break
            form = self.built(step, as_query(self.kept[step.key]))
            if not form.is_valid():
                break
            found[step.key] = form.cleaned_data
        return found

    @cached_property
    def step(self) -> Step:
        """The step of the address, or the first that is not answered when those before it are missing."""
        steps = list(self.get_steps())
        asked = next((step for step in steps if step.key == self.request.GET.get("step")), steps[0])
        if asked.key == steps[0].key:
            return asked
        ready = self.answers(until=asked)
        for step in steps:
            if step.key == asked.key or step.key not in ready:
                return step
        return asked

    def _address(self, step: Step) -> str:
        return f"{self.request.path}?step={step.key}"

    def _beside(self, distance: int) -> Step | None:
        steps = list(self.get_steps())
        at = [step.key for step in steps].index(self.step.key) + distance
        return steps[at] if 0 <= at < len(steps) else None

    # --- requests ---

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show_step(self._blank())

    def _blank(self) -> Any:
        """The step's form with what was typed before, not yet judged again."""
        kept = self.kept.get(self.step.key)
        if kept is None:
            return self.built(self.step)
        form = self.built(self.step, as_query(kept))
        form._errors, form.cleaned_data = ErrorDict(), {}
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_thing()  # nothing is done to what is not there
        if DISCARD in request.POST:
            desk.drop_draft(member=self.member, key=self.draft_key())
            return HttpResponseRedirect(request.path)
        try:
            led = claim(request)
        except WrongState as error:
            form = self.built(self.step, request.POST, request.FILES)
            form.is_valid()
            refuse(form, error)
            return self.show_step(form)
        if led:
            return HttpResponseRedirect(led)
        token = sent_token(request)
        answer = self._answered(token)
        desk.give_back(token)  # unless it led somewhere
        return answer

    def _answered(self, token: str) -> HttpResponseBase:
        request = self.request
        form = self.built(self.step, request.POST, request.FILES)
        valid = form.is_valid()
        if valid or BACK in request.POST:
            self._keep(form)
        if BACK in request.POST:
            return HttpResponseRedirect(self._address(self._beside(-1) or self.step))
        if not valid:
            return self.show_step(form)
        following = self._beside(1)
        return HttpResponseRedirect(self._address(following)) if following else self._finish(form, token)

    def _keep(self, form: Any) -> None:
        """Keep the step's answers, and by their tokens the files that came with them."""
        said = typed_into(form, self.request.POST)
        said.pop(BACK, None)
        self.kept[self.step.key] = said
        desk.keep_draft(member=self.member, key=self.draft_key(), body=self.kept)

    def _finish(self, form: Any, token: str) -> HttpResponse:
        data = self.answers()
        missing = next((step for step in self.get_steps() if step.key not in data), None)
        if missing:
            return HttpResponseRedirect(self._address(missing))
        try:
            with transaction.atomic():
                url = self.finish(data)
        except ProngsaiError as error:
            return self._refused(form, error)
        desk.remember_sent(token, url)
        desk.drop_draft(member=self.member, key=self.draft_key())
        if said := self.done(data):
            messages.success(self.request, said)
        return HttpResponseRedirect(url)

    def _refused(self, form: Any, error: ProngsaiError) -> HttpResponse:
        """Show the refusal on the step that has the field, else on this one."""
        name = error.field if isinstance(error, InvalidInput) else ""
        for step in self.get_steps():
            if name and name in step.form.base_fields and step.key != self.step.key:
                self.step = step
                form = self.built(step, as_query(self.kept[step.key]))
                form.is_valid()
                break
        refuse(form, error)
        return self.show_step(form)

    def show_step(self, form: Any) -> HttpResponse:
        steps = list(self.get_steps())
        at = [step.key for step in steps].index(self.step.key)
        if self.step.template:
            self.template = self.step.template
        return self.show(
            form=form,
            step=self.step,
            at=at + 1,
            stepper=[
                (number, step, self._address(step) if number <= at else "")
                for number, step in enumerate(steps, 1)
            ],
            is_last=at + 1 == len(steps),
            once=fresh_token(),
            submit=self.submit,
            cancel_url=self.cancel_url(),
            kept=bool(self.kept),
            **self.step_context(self.step),
        )
