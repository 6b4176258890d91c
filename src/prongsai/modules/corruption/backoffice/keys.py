"""The member's own key: made, printed, opened, closed, and opened by the paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.kernel.errors import ProngsaiError
from prongsai.modules.corruption.backoffice.unlocked import (
    COOKIE,
    Own,
    SecretForm,
    cookie_path,
    set_cookie,
)
from prongsai.modules.corruption.forms import ConfirmKeyForm, MakeKeyForm, PassphraseForm, RecoverForm
from prongsai.modules.corruption.keys import WrongSecret
from prongsai.modules.corruption.services import confirm_key, lock, make_key, recover, unlock
from prongsai.ui.account.adapters import begin_attempt
from prongsai.ui.screens import ActionView
from prongsai.ui.screens.forms import refuse

COUNTED = "corruption:"  # tries at a passphrase are counted apart from those at a password


class OwnForm(Own, SecretForm, abstract=True):
    """A form about the member's own key; for whoever was not named, a page that says so."""

    cancel = "corruption-inbox"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, *args, **kwargs) if self.fits() else self.locked()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().post(request, *args, **kwargs) if self.fits() else self.locked()

    def fits(self) -> bool:
        return self.holder is not None


class Unlock(OwnForm):
    title = gettext_lazy("Open the sealed inbox")
    form = PassphraseForm
    submit = gettext_lazy("Open the inbox")

    def lead(self) -> str:
        return _("The inbox closes by itself after 15 minutes without a page being opened")

    def fits(self) -> bool:
        return self.holder is not None and self.holder.confirmed

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.fits():
            return self.locked()
        form = self.built(request.POST)
        return self._opened(form) if form.is_valid() else self.show_form(form)

    def _opened(self, form: Any) -> HttpResponse:
        assert self.holder is not None
        try:
            attempt = begin_attempt(self.request, self.request.user, at=COUNTED)  # type: ignore[arg-type]
        except forms.ValidationError as error:
            form.add_error(None, error)
            return self.show_form(form)
        try:
            cookie = unlock(actor=self.actor, holder=self.holder, passphrase=form.cleaned_data["passphrase"])
        except WrongSecret as error:
            attempt.failed()
            form.add_error("passphrase", str(error))
            return self.show_form(form)
        attempt.succeeded()
        response = HttpResponseRedirect(self._onward())
        set_cookie(response, self.organization, cookie)
        return response

    def _onward(self) -> str:
        """Where one wanted to go, as long as it is a page of the inbox."""
        wanted = self.request.GET.get("next", "")
        own = cookie_path(self.organization)
        return wanted if wanted.startswith(own) and "//" not in wanted else self.address("corruption-inbox")


class Lock(Own, SecretForm, ActionView):
    title = gettext_lazy("Close the sealed inbox")
    submit = gettext_lazy("Close the inbox")
    cancel = "corruption-inbox"

    def effect(self) -> list[str]:
        return [_("It is closed on every device. To read on, the passphrase is needed again")]

    def act(self, form: Any) -> str:
        if self.holder is not None:
            lock(holder=self.holder)
        return self.address("corruption-inbox")

    def done(self, form: Any) -> str:
        return _("The inbox is closed")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, *args, **kwargs)
        response.delete_cookie(COOKIE, path=cookie_path(self.organization))
        return response


class MakeKey(OwnForm):
    title = gettext_lazy("Make your key")
    form = MakeKeyForm
    submit = gettext_lazy("Make the key")

    def lead(self) -> str:
        return _(
            "Reports are sealed to this key. The passphrase is known to you alone: nobody can set it anew, not even an administrator"
        )

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user, "has_key": bool(self.holder and self.holder.confirmed)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.fits():
            return self.locked()
        form = self.built(request.POST)
        if not form.is_valid():
            return self.show_form(form)
        assert self.holder is not None
        said = form.cleaned_data
        try:
            recovery = self._made(form, former=said.get("former", ""))
        except forms.ValidationError as error:
            form.add_error(None, error)
            return self.show_form(form)
        except WrongSecret as error:
            form.add_error("former", str(error))
            return self.show_form(form)
        except ProngsaiError as error:
            refuse(form, error)
            return self.show_form(form)
        # Shown in the answer itself: it stands nowhere, and no second page can ask for it.
        self.template = "corruption/recovery.html"
        return self.show(recovery=recovery, groups=recovery.split("-"))

    def _made(self, form: Any, *, former: str) -> str:
        """The new key's paper. Tries at the former passphrase are counted with those at opening the inbox."""
        assert self.holder is not None
        how = {"actor": self.actor, "holder": self.holder, "passphrase": form.cleaned_data["passphrase"]}
        if not former:
            return make_key(**how)
        attempt = begin_attempt(self.request, self.request.user, at=COUNTED)  # type: ignore[arg-type]
        try:
            recovery = make_key(**how, former=former)
        except WrongSecret:
            attempt.failed()
            raise
        attempt.succeeded()
        return recovery


class ConfirmKey(OwnForm):
    title = gettext_lazy("Type the recovery key back")
    form = ConfirmKeyForm
    submit = gettext_lazy("Use this key")

    def lead(self) -> str:
        return _(
            "From the paper, so that it is certain that it can be read. Then reports are sealed to your key"
        )

    def act(self, form: Any) -> str:
        assert self.holder is not None
        confirm_key(actor=self.actor, holder=self.holder, recovery=form.cleaned_data["recovery"])
        return self.address("corruption-inbox")

    def done(self, form: Any) -> str:
        return _("Your key is in use. Keep the paper where nobody else finds it")


class Recover(OwnForm):
    title = gettext_lazy("Set a new passphrase with the recovery key")
    form = RecoverForm
    submit = gettext_lazy("Set the new passphrase")

    def lead(self) -> str:
        return _("Without the paper nobody can open what is sealed to you. The other recipients still can")

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def act(self, form: Any) -> str:
        assert self.holder is not None
        said = form.cleaned_data
        recover(
            actor=self.actor,
            holder=self.holder,
            recovery=said["recovery"],
            passphrase=said["passphrase"],
        )
        return self.address("corruption-unlock")

    def done(self, form: Any) -> str:
        return _("The new passphrase holds")
