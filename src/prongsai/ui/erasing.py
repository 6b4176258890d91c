"""Erasing what an entry of the register says (PDPA): the page that asks before, shared by whoever shows entries."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.files.erasing import Fate, erase_entry, fates
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import can_be_erased
from prongsai.ui.forms import Form
from prongsai.ui.screens import ConfirmScreen

PERMISSION = "ledger.erase"


class EraseForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is erased"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The reason stays in the register for ever: repeat no name, number or sentence of what is erased"
        ),
    )


class EraseScreen(ConfirmScreen, abstract=True):
    """Says what goes and what stays, file by file, and asks for a reason. `object()` finds the entry, with its payload."""

    permission = PERMISSION
    title = gettext_lazy("Erase the content of the record")
    template = "ui/erase.html"
    form = EraseForm
    submit = gettext_lazy("Erase the content for good")
    stay = gettext_lazy("Keep it as it is")

    @property
    def entry(self) -> Entry:
        return self.thing

    def back(self) -> str:
        """The entry's own page."""
        raise NotImplementedError

    def cancel_url(self) -> str:
        return self.back()

    @cached_property
    def files(self) -> list[Fate]:
        return fates(self.entry)

    def effect(self) -> list[str]:
        return [
            _("Subject, details, address and who recorded it go, and nobody can bring them back"),
            _(
                "Number, kind, day, unit and fingerprint stay. The register still verifies, and says of this entry “erased”"
            ),
            _("What was printed, downloaded or frozen in a closed report before stays as it was"),
        ]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "entry": self.entry, "files": self.files}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_be_erased(self.entry):
            messages.info(request, _("There is nothing in this entry that may be erased"))
            return HttpResponseRedirect(self.back())
        return super().get(request, *args, **kwargs)

    def act(self, form: EraseForm) -> str:
        erase_entry(actor=self.actor, entry=self.entry, reason=form.cleaned_data["reason"])
        return self.back()

    def done(self, form: EraseForm) -> str:
        return _("The content of evidence %(number)s is erased") % {"number": self.entry.number}
