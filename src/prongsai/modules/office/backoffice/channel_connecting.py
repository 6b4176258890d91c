"""How channels are connected and linked, messages that are stuck, and the machines that look from outside."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.kept import messages_told
from prongsai.foundation.channels.connectors import CONNECTORS
from prongsai.foundation.channels.connectors.mails import is_nobody
from prongsai.foundation.channels.models import Channel, ChannelLink, Inbound, Outbound, Prober
from prongsai.foundation.channels.selectors import failed_outbound, stuck_inbound
from prongsai.foundation.channels.services import (
    connect,
    disconnect,
    link_channels,
    look_at_links,
    make_prober,
    set_inbound_aside,
    stop_prober,
    try_inbound_again,
    try_outbound_again,
    unlink_channels,
)
from prongsai.kernel.errors import WrongState
from prongsai.modules.office.backoffice.channels import CHANNELS, MANAGE, OfChannel, channel_of
from prongsai.modules.office.backoffice.settings import NAV, way
from prongsai.modules.office.channel_forms import FORMS, AsideForm, LinkForm, ProberForm
from prongsai.modules.office.channel_words import kind_title
from prongsai.modules.office.told import tell_once, told
from prongsai.ui.forms import Form
from prongsai.ui.screens import Action, ActionView, ConfirmScreen, Crumb, FormScreen, Screen

MOST = 100
SHOWN = "prober"
WAITS = "รอระบบรับเรื่องเกินหนึ่งชั่วโมง"
PROBERS = (gettext_lazy("Checks from outside"), "settings-probers")


class Connect(OfChannel, FormScreen):
    """The credentials are tried at once; what the other side says stands in the form."""

    title = gettext_lazy("Connect the channel")
    form = Form
    template = "office/channel_connect.html"
    submit = gettext_lazy("Try it and connect")

    def object(self) -> Channel:
        channel = channel_of(self)
        if channel.kind not in CONNECTORS or not channel.is_open:
            raise Http404("nothing to connect")
        return channel

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.form = FORMS[self.thing.kind]

    def lead(self) -> str:
        return _("Passwords and tokens are kept encrypted and never shown again")

    def initial(self) -> dict[str, Any]:
        usual = {"imap_security": "tls", "smtp_security": "tls"}
        return {**usual, **{key: value for key, value in self.thing.settings.items() if value}}

    def context(self) -> dict[str, Any]:
        return {"channel": self.thing}

    def act(self, form: Form) -> str:
        connect(actor=self.actor, channel=self.thing, settings=form.cleaned_data, secrets=form.cleaned_data)
        return self.cancel_url()

    def done(self, form: Form) -> str:
        return _("Connected. The first check comes within the hour")


class Disconnect(OfChannel, ConfirmScreen):
    title = gettext_lazy("Disconnect the channel")
    submit = gettext_lazy("Disconnect it")

    def effect(self) -> list[str]:
        return [
            _("Passwords and tokens are forgotten. Messages do not come in by themselves any more"),
            _("An officer signs the check of this channel every week instead"),
        ]

    def act(self, form: Any) -> str:
        disconnect(actor=self.actor, channel=self.thing)
        return self.cancel_url()


class LinkChannel(OfChannel, FormScreen):
    title = gettext_lazy("Say where it leads")
    form = LinkForm
    submit = gettext_lazy("Save the link")

    def lead(self) -> str:
        return _(
            "For what no page shows, such as a QR code on the box. Links on web pages are found by looking"
        )

    def form_kwargs(self) -> dict[str, Any]:
        return {"source": self.thing}

    def act(self, form: LinkForm) -> str:
        link_channels(actor=self.actor, source=self.thing, target=form.cleaned_data["target"])
        return self.cancel_url()


def _named(model: type[Model], screen: Screen, part: str) -> Any:
    found = model._default_manager.filter(pk=screen.kwargs[part]).first()
    if found is None:
        raise Http404(f"no such {part}")
    return found


class UnlinkChannel(ActionView):
    permission = MANAGE
    title = gettext_lazy("Take the link back")
    nav = NAV
    submit = gettext_lazy("Take it back")

    def object(self) -> ChannelLink:
        return _named(ChannelLink, self, "link")

    def effect(self) -> list[str]:
        return [_("What was found on a page comes back when it is looked for again")]

    def cancel_url(self) -> str:
        return self.address("settings-channel", channel=self.thing.source_id)

    def act(self, form: Any) -> str:
        unlink_channels(actor=self.actor, link=self.thing)
        return self.cancel_url()


class LookAtLinks(ActionView):
    permission = MANAGE
    title = gettext_lazy("Look which channels lead to which")
    nav = NAV
    submit = gettext_lazy("Look now")
    cancel = "settings-channels"

    def effect(self) -> list[str]:
        return [
            _(
                "The page of every channel is opened; what it names of the others is put on record for everybody"
            )
        ]

    def act(self, form: Any) -> str:
        self.seen = look_at_links(actor=self.actor)
        return self.address("settings-channels")

    def done(self, form: Any) -> str:
        return _("%(n)s links were found") % {"n": self.seen}


# -- messages that are stuck ------------------------------------------------------------------------------------------


class Messages(Screen):
    """What came in and was not handled, what went out and did not arrive. Without a word of what was said.

    Of a mail, who wrote it and under which subject: people decide by it whether it is for the office.
    """

    permission = MANAGE
    title = gettext_lazy("Messages that are stuck")
    nav = NAV
    template = "office/channel_messages.html"

    def crumbs(self) -> list[Crumb]:
        return way(self, CHANNELS)

    def context(self) -> dict[str, Any]:
        return {
            "inbound": [(each, written_by(each), each.failure or WAITS) for each in stuck_inbound()[:MOST]],
            "outbound": [
                (each, kind_title(each.kind))
                for each in failed_outbound().filter(messages_told(self.actor))[:MOST]
            ],
        }


def written_by(inbound: Inbound) -> str:
    """Who wrote a mail, where it wants its answer if elsewhere, and its subject; nothing of other messages."""
    if inbound.channel.kind != "email":
        return ""
    said, address = inbound.body, _elsewhere(inbound)
    elsewhere = _("(answers to %(address)s)") % {"address": address} if address else ""
    return " ".join(filter(None, [said.get("name"), inbound.sender, elsewhere, said.get("subject")]))


def _elsewhere(inbound: Inbound) -> str:
    """Where the answers to a mail go that names another address than its sender's."""
    address = str(inbound.body.get("answer_to") or "")
    return "" if not address or is_nobody(address, inbound.channel.address) else address


class TryInbound(ActionView):
    permission = MANAGE
    title = gettext_lazy("Handle the message")
    nav = NAV
    submit = gettext_lazy("Handle it")
    cancel = "settings-channel-messages"

    def object(self) -> Inbound:
        return _named(Inbound, self, "inbound")

    def effect(self) -> list[str]:
        told = [_("It is looked at again, as if it had just come in")]
        if elsewhere := _elsewhere(self.thing):
            told.append(
                _(
                    "Answers go to %(address)s. By that address it is put to no case that is there: if it belongs to one, join the two afterwards"
                )
                % {"address": elsewhere}
            )
        return told

    def act(self, form: Any) -> str:
        try_inbound_again(actor=self.actor, inbound=self.thing)
        return self.address("settings-channel-messages")

    def done(self, form: Any) -> str:
        return _("It is being looked at")


class SetAside(FormScreen):
    """A message that is no matter for the office: why, on record, so that the month's figures are known again."""

    permission = MANAGE
    title = gettext_lazy("No matter for the office")
    nav = NAV
    form = AsideForm
    submit = gettext_lazy("Set it aside")
    danger = True
    cancel = "settings-channel-messages"

    def object(self) -> Inbound:
        return _named(Inbound, self, "inbound")

    def crumbs(self) -> list[Crumb]:
        return way(self, CHANNELS)

    def lead(self) -> str:
        told = _("What it said is forgotten. That it came and why it was not taken stays in the register")
        return " · ".join(filter(None, [written_by(self.thing), told]))

    def act(self, form: AsideForm) -> str:
        self.many = set_inbound_aside(actor=self.actor, inbound=self.thing, **form.cleaned_data)
        return self.address("settings-channel-messages")

    def done(self, form: AsideForm) -> str:
        return _("%(n)s set aside") % {"n": self.many}


class TryOutbound(ActionView):
    permission = MANAGE
    title = gettext_lazy("Send the message again")
    nav = NAV
    submit = gettext_lazy("Send it again")
    cancel = "settings-channel-messages"

    def object(self) -> Outbound:
        found = Outbound.objects.filter(messages_told(self.actor), pk=self.kwargs["outbound"]).first()
        if found is None:
            raise Http404("no such message")
        return found

    def effect(self) -> list[str]:
        return [_("It is sent once more, from the first try on")]

    def act(self, form: Any) -> str:
        try_outbound_again(actor=self.actor, outbound=self.thing)
        return self.address("settings-channel-messages")

    def done(self, form: Any) -> str:
        return _("It is being sent")


# -- the second prober -------------------------------------------------------------------------------------------------


class Probers(Screen):
    permission = MANAGE
    title = gettext_lazy("Checks from outside")
    nav = NAV
    template = "office/probers.html"
    primary = Action(gettext_lazy("Make a key"), "settings-prober-add", MANAGE)

    def lead(self) -> str:
        return _(
            "A computer elsewhere opens the office's form as a citizen does. It sees outages that nobody inside can see"
        )

    def crumbs(self) -> list[Crumb]:
        return way(self, CHANNELS)

    def context(self) -> dict[str, Any]:
        return {"probers": list(Prober.objects.filter(stopped_at=None))}


class AddProber(FormScreen):
    permission = MANAGE
    title = gettext_lazy("Key for a check from outside")
    nav = NAV
    form = ProberForm
    submit = gettext_lazy("Make a key")
    cancel = "settings-probers"

    def crumbs(self) -> list[Crumb]:
        return way(self, CHANNELS, PROBERS)

    def act(self, form: ProberForm) -> str:
        made = make_prober(actor=self.actor, name=form.cleaned_data["name"])
        tell_once(self.request, SHOWN, name=made.prober.name, secret=made.key)
        return self.address("settings-prober-shown")

    def done(self, form: ProberForm) -> str:
        return ""


class ShowProber(Screen):
    """The key, this once, with the command that uses it."""

    permission = MANAGE
    title = gettext_lazy("Key for a check from outside")
    nav = NAV
    template = "office/prober.html"

    def crumbs(self) -> list[Crumb]:
        return way(self, CHANNELS, PROBERS)

    def context(self) -> dict[str, Any]:
        return {"told": told(self.request, SHOWN), "site": f"{settings.BASE_URL}/{self.organization.key}/"}


class StopProber(ConfirmScreen):
    permission = MANAGE
    title = gettext_lazy("Stop a check from outside")
    nav = NAV
    submit = gettext_lazy("Stop it")
    cancel = "settings-probers"

    def object(self) -> Prober:
        found = _named(Prober, self, "prober")
        if found.stopped_at is not None and self.request.method == "GET":
            raise Http404("stopped already")
        return found

    def crumbs(self) -> list[Crumb]:
        return way(self, CHANNELS, PROBERS)

    def effect(self) -> list[str]:
        return [
            _("Reports of %(name)s are not believed any more. What it found stays")
            % {"name": self.thing.name}
        ]

    def act(self, form: Any) -> str:
        if self.thing.stopped_at is not None:
            raise WrongState(_("This check from outside is no longer in use"))
        stop_prober(actor=self.actor, prober=self.thing)
        return self.address("settings-probers")
