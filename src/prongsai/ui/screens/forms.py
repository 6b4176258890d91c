"""Screens on which something is filled in or decided: nothing typed is lost, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.desk import services as desk
from prongsai.foundation.desk.models import Draft, SentForm
from prongsai.kernel.errors import InvalidInput, ProngsaiError, WrongState
from prongsai.ui.forms.base import Form as KitForm
from prongsai.ui.forms.files import FilesField, file_token
from prongsai.ui.forms.points import with_office
from prongsai.ui.maps import let_tiles
from prongsai.ui.screens.base import Screen, Text
from prongsai.ui.screens.sending import (
    AGAIN,
    DISCARD,
    DRAFT,
    claim,
    fresh_token,
    sent_alike,
    sent_token,
    typed,
)
from prongsai.ui.templatetags.prongsai import hour


def typed_into(form: Any, data: QueryDict) -> dict[str, list[str]]:
    """What was typed into a form that has been checked: files that arrived with it stand in it by their tokens."""
    said = typed(data)
    for name, field in form.fields.items():
        if isinstance(field, FilesField) and field.arrived is not None:
            said[form.add_prefix(name)] = [file_token(given) for given in field.arrived]
    return said


def as_query(body: Mapping[str, list[str]]) -> QueryDict:
    """What was kept, as a form reads it."""
    data = QueryDict(mutable=True)
    for name, values in body.items():
        data.setlist(name, [str(value) for value in values])
    return data


class FormScreen(Screen, abstract=True):
    """A form that acts once.

    `act()` calls services; whatever they refuse (kernel.errors) is shown at its field or in the error summary, with
    all that was typed. With a `draft` key, what is typed is kept while it is typed and comes back next time. What
    `registers` something new asks before it does so a second time with the very same words.
    """

    template = "ui/form.html"
    form: type[forms.BaseForm]
    submit: Text = gettext_lazy("Save")
    danger: bool = False  # the button takes something away
    registers: ClassVar[bool] = False
    draft: ClassVar[str] = ""
    cancel: str = ""  # the name of the view to go back to

    def initial(self) -> dict[str, Any]:
        return {}

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def act(self, form: Any) -> str:
        """Do it, by services, and return the address to go to."""
        raise NotImplementedError

    def done(self, form: Any) -> str:
        """What the toast says afterwards; may carry a link (format_html). Empty for no toast."""
        return _("Saved")

    def cancel_url(self) -> str:
        return self.address(self.cancel) if self.cancel else ""

    def draft_key(self) -> str:
        """Under which name the draft is kept: one for each object that the address names."""
        about = [str(value) for name, value in self.kwargs.items() if name != "organization"]
        return ":".join([self.draft, *about]) if self.draft else ""

    def built(self, *data: Any, **more: Any) -> Any:
        """The form, for `data` or blank."""
        actor = {"actor": self.actor} if issubclass(self.form, KitForm) else {}
        kwargs = {"initial": self.initial(), **actor, **self.form_kwargs(), **more}
        return self.form(*data, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        draft = desk.draft(self.member, self.draft_key()) if self.draft else None
        form = self.restored(draft.body) if draft else self.built()
        return self.show_form(form, draft=draft)

    def restored(self, body: Mapping[str, list[str]]) -> Any:
        """The form as it was typed, not yet judged."""
        form = self.built(as_query(body))
        form._errors, form.cleaned_data = ErrorDict(), {}
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.draft and DISCARD in request.POST:
            desk.drop_draft(member=self.member, key=self.draft_key())
            return HttpResponseRedirect(request.get_full_path())
        if self.draft and DRAFT in request.POST:
            return self._kept()
        try:
            led = claim(request)
        except WrongState as error:
            return self._refused(error, "")
        return HttpResponseRedirect(led) if led else self._sent(sent_token(request))

    def _sent(self, token: str) -> HttpResponse:
        """The first coming of a form. Its files are kept whatever becomes of it, so nothing rolls them back."""
        self.require_thing()  # nothing is done to what is not there
        form = self.built(self.request.POST, self.request.FILES)
        if not form.is_valid():
            desk.give_back(token)
            return self.show_form(form)
        if self.registers and (twin := sent_alike(self.request)):
            desk.give_back(token)
            return self._asked_about(twin, form)
        try:
            with transaction.atomic():
                url = self.act(form)
        except ProngsaiError as error:
            return self._refused(error, token, form)
        desk.remember_sent(token, self.remembered(url))
        if self.draft:
            desk.drop_draft(member=self.member, key=self.draft_key())
        if said := self.done(form):
            messages.success(self.request, said)
        return HttpResponseRedirect(url)

    def _asked_about(self, twin: SentForm, form: Any) -> HttpResponse:
        said = _("The very same was saved at %(time)s") % {"time": hour(twin.sent_at)}
        rest = _("If this is another one, press the button below once more")
        form.add_error(None, format_html('{} <a href="{}">{}</a> {}', said, twin.url, _("Open it"), rest))
        self.submit = gettext_lazy("Save it as another one")
        return self.show_form(form, again=AGAIN)

    def remembered(self, url: str) -> str:
        """Where the same form leads when it comes again. It is kept for some days: another page where `url` tells."""
        return url

    def _refused(self, error: ProngsaiError, token: str, form: Any = None) -> HttpResponse:
        desk.give_back(token)
        form = form or self.built(self.request.POST, self.request.FILES)
        form.is_valid()
        refuse(form, error)
        return self.show_form(form)

    def _kept(self) -> HttpResponse:
        """Keep the draft: an answer for the script, a page for the button."""
        self.require_thing()
        by_script = self.request.headers.get("X-Requested-With") == "draft"
        said = typed(self.request.POST)
        if self.request.FILES:  # they are kept, so that the draft has them
            form = self.built(self.request.POST, self.request.FILES)
            form.is_valid()
            said = typed_into(form, self.request.POST)
        try:
            kept = desk.keep_draft(member=self.member, key=self.draft_key(), body=said)
        except InvalidInput as error:
            if by_script:
                return JsonResponse({"said": str(error)}, status=413)
            form = self.restored(said)
            refuse(form, error)
            return self.show_form(form)
        told = _("Draft kept at %(time)s") % {"time": hour(kept.updated_at)}
        if by_script:
            return JsonResponse({"said": told})
        messages.success(self.request, told)
        return HttpResponseRedirect(self.request.get_full_path())

    def show_form(self, form: Any, *, draft: Draft | None = None, again: str = "") -> HttpResponse:
        """The page with the form, each time with a fresh token."""
        has_map = with_office(form, self.organization)
        page = self.show(
            form=form,
            once=fresh_token(),
            again=again,
            submit=self.submit,
            danger=self.danger,
            cancel_url=self.cancel_url(),
            draft=draft,
            keeps_draft=bool(self.draft),
        )
        return let_tiles(page) if has_map else page


def refuse(form: Any, error: ProngsaiError) -> None:
    """Show what a service refused: at the field that it names, else in the error summary."""
    name = error.field if isinstance(error, InvalidInput) else ""
    form.add_error(name if name in form.fields else None, str(error))


class ConfirmScreen(FormScreen, abstract=True):
    """Asks before what cannot be undone: says the effect, and the safe choice keeps the focus."""

    template = "ui/confirm.html"
    form = KitForm
    danger = True
    stay: Text = gettext_lazy("Go back, change nothing")

    def effect(self) -> list[str]:
        """What will happen, a sentence each, in plain words with the figures."""
        return []

    def context(self) -> dict[str, Any]:
        return {"effect": self.effect(), "stay": self.stay}


class ActionView(ConfirmScreen, abstract=True):
    """An act of one button elsewhere (`{% act %}`): its POST does it, once; who comes by its address is asked."""

    danger = False
