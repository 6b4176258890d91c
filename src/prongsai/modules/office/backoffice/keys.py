"""กุญแจและพยาน: the key that signs the register, what was signed, and who keeps it outside the house."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.ledger.keys import public_keys, rotate_key
from prongsai.foundation.ledger.models import TreeHead, Witness
from prongsai.foundation.ledger.selectors import log_size
from prongsai.foundation.ledger.tasks import tell_witnesses
from prongsai.foundation.ledger.witnesses import add_witness, last_sent, stop_witness
from prongsai.kernel.errors import WrongState
from prongsai.modules.office.backoffice.settings import NAV, way
from prongsai.modules.office.forms import WitnessForm
from prongsai.ui.screens import Action, ActionView, ConfirmScreen, Crumb, FormScreen, Screen

MANAGE = "office.manage"
KEYS = (gettext_lazy("Keys and witnesses"), "settings-keys")
HEADS = 12


class Keys(Screen):
    permission = "office.read"
    title = gettext_lazy("Keys and witnesses")
    nav = NAV
    template = "office/keys.html"
    primary = Action(gettext_lazy("Name a witness"), "settings-witness-add", MANAGE)

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def context(self) -> dict[str, Any]:
        sent = last_sent()
        witnesses = [(witness, sent.get(witness.pk)) for witness in Witness.objects.filter(active=True)]
        heads = TreeHead.objects.filter(log="main").order_by("-size")[:HEADS]
        return {
            "keys": list(reversed(public_keys())),
            "heads": list(heads),
            "size": log_size(),
            "witnesses": witnesses,
            "may_manage": self.may(MANAGE),
        }


class AddWitness(FormScreen):
    permission = MANAGE
    title = gettext_lazy("Name a witness")
    nav = NAV
    form = WitnessForm
    submit = gettext_lazy("Name the witness")
    cancel = "settings-keys"

    def lead(self) -> str:
        return _(
            "Once a month the witness gets the signed fingerprint of the register by mail. What it covers cannot be changed unseen"
        )

    def crumbs(self) -> list[Crumb]:
        return way(self, KEYS)

    def act(self, form: WitnessForm) -> str:
        add_witness(actor=self.actor, **form.cleaned_data)
        return self.address("settings-keys")


class StopWitness(ConfirmScreen):
    permission = MANAGE
    title = gettext_lazy("Send nothing more to a witness")
    nav = NAV
    submit = gettext_lazy("Send nothing more")
    cancel = "settings-keys"

    def crumbs(self) -> list[Crumb]:
        return way(self, KEYS)

    def object(self) -> Witness:
        found = Witness.objects.filter(pk=self.kwargs["witness"], active=True).first()
        if found is None:
            raise Http404("no such witness")
        return found

    def effect(self) -> list[str]:
        return [_("%(name)s keeps what was sent, and gets no more") % {"name": self.thing.name}]

    def act(self, form: Any) -> str:
        stop_witness(actor=self.actor, witness=self.thing)
        return self.address("settings-keys")


class SendNow(ActionView):
    """This month's heads to those witnesses who have not had them. A job does it: mail servers take their time."""

    permission = MANAGE
    title = gettext_lazy("Send the fingerprint now")
    nav = NAV
    submit = gettext_lazy("Send it")
    cancel = "settings-keys"

    def effect(self) -> list[str]:
        return [_("Every witness who has not had this month's fingerprint gets it by mail")]

    def act(self, form: Any) -> str:
        if not Witness.objects.filter(active=True).exists():
            raise WrongState(_("There is no witness yet. Name a witness first, then send"))
        tell_witnesses.defer_once(organization_id=self.organization.pk)
        return self.address("settings-keys")

    def done(self, form: Any) -> str:
        return _("It is being sent. Who had it stands in the list in a moment")


class Rotate(ConfirmScreen):
    permission = MANAGE
    title = gettext_lazy("Make a new signing key")
    nav = NAV
    submit = gettext_lazy("Make a new key")
    cancel = "settings-keys"

    def crumbs(self) -> list[Crumb]:
        return way(self, KEYS)

    def effect(self) -> list[str]:
        return [
            _("Do this when the key's file may have been read by others"),
            _("What the present key signed stays valid, and its public half stays published"),
        ]

    def act(self, form: Any) -> str:
        rotate_key(actor=self.actor)
        return self.address("settings-keys")
