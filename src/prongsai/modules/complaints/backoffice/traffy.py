"""Traffy Fondue: whether tickets are exchanged, with which account, and what the month's calls came to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.kernel.errors import Unreadable, WrongState
from prongsai.modules.complaints.backoffice.desk import NAV
from prongsai.modules.complaints.backoffice.rules import way
from prongsai.modules.complaints.models import TraffyLink, TraffyTicket
from prongsai.modules.complaints.traffy.link import MANAGE, link, switch_off, switch_on
from prongsai.modules.complaints.traffy.telling import MOST_TRIES, due
from prongsai.modules.complaints.workflow import READ
from prongsai.ui.forms import Form
from prongsai.ui.screens import Action, ConfirmScreen, Crumb, FormScreen, Screen

TITLE = gettext_lazy("Traffy Fondue")
HERE = "complaints-traffy"


class TraffyForm(Form):
    """The account that Traffy Fondue gave the office."""

    user = forms.CharField(label=gettext_lazy("User name"), max_length=120)
    password = forms.CharField(
        label=gettext_lazy("Password"), required=False, max_length=200, strip=False,
        help_text=gettext_lazy("Kept encrypted and never shown again. Empty: the one that is kept stays"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False),
    )  # fmt: skip
    org_id = forms.CharField(
        label=gettext_lazy("Number of the office there"), required=False, max_length=20,
        help_text=gettext_lazy("Empty: the account's own office"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "in-m"}),
    )  # fmt: skip
    tells = forms.BooleanField(
        label=gettext_lazy("Tell Traffy Fondue how cases stand"), required=False, initial=True,
        help_text=gettext_lazy(
            "State and answers are shown there to everybody. Identity and mobile numbers are held back"
        ),
    )  # fmt: skip


class Traffy(Screen):
    permission = READ
    title = TITLE
    nav = NAV
    template = "complaints/work/traffy.html"
    primary = Action(gettext_lazy("Connect the account"), "complaints-traffy-connect", MANAGE)

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def lead(self) -> str:
        return _("Reports that people make there come in as cases, and how they stand goes back")

    def context(self) -> dict[str, Any]:
        found = link()
        is_on = found is not None and found.is_on
        return {
            "link": found if is_on else None,
            "hook": self._hook(found) if found and is_on and self.may(MANAGE) else "",
            "may_manage": self.may(MANAGE),
            "tickets": TraffyTicket.objects.count(),
            "waiting": due().count() if is_on else 0,
            "stuck": TraffyTicket.objects.filter(tries__gte=MOST_TRIES).count(),
        }

    def _hook(self, found: TraffyLink) -> str:
        """The address to register there; its last part is a secret of the two."""
        try:
            key = found.read_secrets().get("hook", "")
        except Unreadable:
            return ""
        return f"{settings.BASE_URL}/{self.organization.key}/hooks/traffy/{key}/" if key else ""


class ConnectTraffy(FormScreen):
    permission = MANAGE
    title = gettext_lazy("Connect the account at Traffy Fondue")
    nav = NAV
    form = TraffyForm
    submit = gettext_lazy("Try it and connect")
    cancel = HERE

    def crumbs(self) -> list[Crumb]:
        return way(self, (TITLE, HERE))

    def lead(self) -> str:
        return _("Name and password come from Traffy Fondue by mail; ask for them at @fonduehelp")

    def initial(self) -> dict[str, Any]:
        found = link()
        if found is None:
            return {}
        return {"user": found.user, "org_id": found.org_id, "tells": found.tells}

    def act(self, form: TraffyForm) -> str:
        switch_on(actor=self.actor, **form.cleaned_data)
        return self.address(HERE)

    def done(self, form: TraffyForm) -> str:
        return _("Connected. Tickets come in within a quarter of an hour")


class DisconnectTraffy(ConfirmScreen):
    permission = MANAGE
    title = gettext_lazy("Exchange nothing more with Traffy Fondue")
    nav = NAV
    submit = gettext_lazy("Disconnect it")
    cancel = HERE

    def crumbs(self) -> list[Crumb]:
        return way(self, (TITLE, HERE))

    def effect(self) -> list[str]:
        return [
            _("The account is forgotten. Nothing comes in and nothing is told any more"),
            _("Cases that came from there stay, and are worked on as others are"),
        ]

    def act(self, form: Any) -> str:
        if link() is None:
            raise WrongState(_("Nothing is exchanged with Traffy Fondue at present"))
        switch_off(actor=self.actor)
        return self.address(HERE)
