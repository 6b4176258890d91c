"""ช่องทาง: the register of ways in and out, what each is and does, and the weekly signature."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.channels.connectors import CONNECTORS
from prongsai.foundation.channels.coverage import signed_days
from prongsai.foundation.channels.heartbeat.looks import look_at
from prongsai.foundation.channels.models import Channel, ChannelKind, ChannelLink
from prongsai.foundation.channels.selectors import days_of, latest_checks, listed_days
from prongsai.foundation.channels.services import (
    change_channel,
    close_channel,
    open_channel,
    sign_week,
)
from prongsai.foundation.channels.services.checks import last_signature, may_be_signed, needs_signature
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.kernel.errors import WrongState
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.office.backoffice.settings import NAV, way
from prongsai.modules.office.channel_charts import days_chart, legend
from prongsai.modules.office.channel_forms import CloseForm, EditForm, OpenForm, SealedForm, SignForm
from prongsai.modules.office.channel_words import HOWS, KINDS, kind_title, state_of, state_title
from prongsai.ui.forms.reading import said
from prongsai.ui.screens import (
    Action,
    ActionView,
    ChoiceFilter,
    Column,
    Crumb,
    DetailScreen,
    Empty,
    FormScreen,
    ListScreen,
    Panel,
    Screen,
)

MANAGE, CHECK = "channels.manage", "channels.check"
CHANNELS = (gettext_lazy("Channels"), "settings-channels")
STATES = (
    ("open", gettext_lazy("in use")),
    ("down", gettext_lazy("is down")),
    ("closed", gettext_lazy("closed")),
)


def channel_of(screen: Screen) -> Channel:
    """The channel that the address names; Http404 when the office has none of this number."""
    found = Channel.objects.select_related("unit", "owner__user", "organization")
    channel = found.filter(pk=screen.kwargs["channel"]).first()
    if channel is None:
        raise Http404("no such channel")
    return channel


def way_of(screen: Screen, *, inside: bool = True) -> list[Crumb]:
    """The crumbs of a page below a channel's own."""
    crumbs = way(screen, CHANNELS)
    if not inside:
        return crumbs
    return [*crumbs, Crumb(screen.thing.name, screen.address("settings-channel", channel=screen.thing.pk))]


class OfChannel(Screen, abstract=True):
    """Something done about one channel, from the channel's own page and back to it."""

    permission = MANAGE
    nav = NAV

    def object(self) -> Channel:
        return channel_of(self)

    def crumbs(self) -> list[Crumb]:
        return way_of(self)

    def cancel_url(self) -> str:
        return self.address("settings-channel", channel=self.thing.pk)


def _in_state(rows: QuerySet[Channel], value: str) -> QuerySet[Channel]:
    if value == "closed":
        return rows.exclude(closed_on=None)
    return rows.filter(closed_on=None, **({"is_down": True} if value == "down" else {}))


class Channels(ListScreen):
    permission = "office.read"
    title = gettext_lazy("Channels")
    nav = NAV
    template = "office/channels.html"
    columns = (
        Column("name", gettext_lazy("Name"), link="settings-channel", sort="name"),
        Column("kind", gettext_lazy("Kind"), lambda channel: kind_title(channel.kind)),
        Column("address", gettext_lazy("Address")),
        Column("keeper", gettext_lazy("Looked after by"), lambda channel: _keeper(channel)),
        Column("opened_on", gettext_lazy("In use since"), kind="date", shown=False),
        Column("state", gettext_lazy("State"), lambda channel: state_title(state_of(channel)), kind="tag"),
        Column("last_ok_at", gettext_lazy("Last found working"), kind="date"),
    )
    filters = (
        ChoiceFilter("kind", gettext_lazy("Kind"), choices=tuple(KINDS.items())),
        ChoiceFilter("state", gettext_lazy("State"), choices=STATES, apply=_in_state),
    )
    search = ("name", "address")
    primary = Action(gettext_lazy("Enter a channel"), "settings-channel-add", MANAGE)
    empty = Empty(
        gettext_lazy("No channel is entered yet"),
        gettext_lazy(
            "Enter every way by which people reach the office: form, e-mail, LINE, Facebook, telephone, box, counter. Each is then checked"
        ),
        Action(gettext_lazy("Enter a channel"), "settings-channel-add", MANAGE),
    )

    def lead(self) -> str:
        return _(
            "Every way in and out, who looks after it, and whether it works. The public sees the same list"
        )

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def rows(self) -> QuerySet[Channel]:
        rows = Channel.objects.select_related("unit", "owner__user")
        return rows.order_by(F("closed_on").asc(nulls_first=True), "position", "id")

    def context(self) -> dict[str, Any]:
        return {"may_manage": self.may(MANAGE)}


def _keeper(channel: Channel) -> str:
    names = [channel.owner.user.full_name if channel.owner else "", channel.unit.name if channel.unit else ""]
    return " ".join(filter(None, names))


class AddChannel(FormScreen):
    permission = MANAGE
    title = gettext_lazy("Enter a channel")
    nav = NAV
    form = OpenForm
    submit = gettext_lazy("Enter the channel")
    cancel = "settings-channels"

    def crumbs(self) -> list[Crumb]:
        return way(self, CHANNELS)

    def initial(self) -> dict[str, Any]:
        return {"opened_on": clock.today()}

    def act(self, form: OpenForm) -> str:
        made = open_channel(actor=self.actor, **form.cleaned_data)
        return self.address("settings-channel", channel=made.pk)


class EditChannel(OfChannel, FormScreen):
    title = gettext_lazy("Change what is said of the channel")
    form = EditForm
    submit = gettext_lazy("Save the channel")

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.form is EditForm and self.thing.kind == ChannelKind.SEALED:
            self.form = SealedForm

    def initial(self) -> dict[str, Any]:
        fields = ("name", "address", "unit", "owner", "takes_complaints", "is_listed", "position")
        return {name: getattr(self.thing, name) for name in fields}

    def act(self, form: EditForm) -> str:
        change_channel(actor=self.actor, channel=self.thing, **form.cleaned_data)
        return self.cancel_url()


class CloseChannel(EditChannel):
    """A channel stays in the register: figures and facts name it."""

    title = gettext_lazy("Close the channel")
    form = CloseForm
    submit = gettext_lazy("Close the channel")
    danger = True

    def lead(self) -> str:
        return _("It leaves the public list, and its connection is forgotten. What was recorded stays")

    def initial(self) -> dict[str, Any]:
        return {}

    def act(self, form: CloseForm) -> str:
        close_channel(actor=self.actor, channel=self.thing, **form.cleaned_data)
        return self.address("settings-channels")


class SignChannel(EditChannel):
    """An officer's word that the channel works: a public fact with name and days."""

    permission = CHECK
    title = gettext_lazy("Sign the check")
    form = SignForm
    submit = gettext_lazy("Sign it")

    def lead(self) -> str:
        if not may_be_signed(self.thing):
            return _("The system checks this channel by itself")
        first, last = signed_days(clock.today(), last_signature(self.thing))
        first = max(first, self.thing.opened_on)
        words = {"name": self.thing.name, "from": said(first), "to": said(last)}
        if first >= last:
            return (
                _(
                    "You sign that %(name)s worked on %(to)s. Your name and this day stand in the register for everybody"
                )
                % words
            )
        return (
            _(
                "You sign that %(name)s worked from %(from)s to %(to)s. Your name and these days stand in the register for everybody"
            )
            % words
        )

    def initial(self) -> dict[str, Any]:
        return {}

    def act(self, form: SignForm) -> str:
        sign_week(actor=self.actor, channel=self.thing, **form.cleaned_data)
        return self.cancel_url()

    def cancel_url(self) -> str:
        return super().cancel_url() if self.may("office.read") else self.address("my-work")

    def crumbs(self) -> list[Crumb]:
        return way_of(self) if self.may("office.read") else []

    def done(self, form: SignForm) -> str:
        return _("The check is signed")


class LookNow(ActionView):
    """One look at once; a job does it, since it takes its time."""

    permission = MANAGE
    title = gettext_lazy("Check it now")
    nav = NAV
    submit = gettext_lazy("Check it now")

    def object(self) -> Channel:
        return channel_of(self)

    def effect(self) -> list[str]:
        return [
            _(
                "A marked test message goes the way that a citizen's would. It becomes no case and counts nowhere"
            )
        ]

    def cancel_url(self) -> str:
        return self.address("settings-channel", channel=self.thing.pk)

    def act(self, form: Any) -> str:
        channel: Channel = self.thing
        if not channel.is_open or needs_signature(channel) or not channel.is_digital:
            raise WrongState(_("The system cannot check this channel itself. An officer has to sign for it"))
        look_at.defer_once(organization_id=self.organization.pk, channel_id=channel.pk)
        return self.cancel_url()

    def done(self, form: Any) -> str:
        return _("The check is under way. What it finds stands here in a moment")


# -- one channel -----------------------------------------------------------------------------------------------------


def _state(screen: Any) -> dict[str, Any]:
    channel: Channel = screen.thing
    state = state_of(channel)
    return {
        "channel": channel,
        "state": state,
        "state_title": state_title(state),
        "checks": [(check, HOWS.get(check.how, check.how)) for check in latest_checks(channel, 12)],
        "looks": channel.is_open
        and channel.is_digital
        and not needs_signature(channel)
        and screen.may(MANAGE),
        "signs": may_be_signed(channel) and screen.may(CHECK),
        "unconnected": channel.kind in CONNECTORS and not channel.is_connected,
    }


def _days(screen: Any) -> dict[str, Any]:
    channel: Channel = screen.thing
    period = Period.fiscal_year(fiscal_year_of(clock.today()))
    states = days_of(period, [channel])[channel.pk]
    drawn = days_chart(channel.name, period, states, listed_days(channel, period), today=clock.today())
    return {"drawn": drawn, "legend": legend()}


def _links(screen: Any) -> dict[str, Any]:
    channel: Channel = screen.thing
    return {
        "channel": channel,
        "leads_to": list(
            ChannelLink.objects.filter(source=channel, target__closed_on=None).select_related("target")
        ),
        "led_to_by": list(
            ChannelLink.objects.filter(target=channel, source__closed_on=None).select_related("source")
        ),
        "may_manage": screen.may(MANAGE),
    }


def _connection(screen: Any) -> dict[str, Any]:
    channel: Channel = screen.thing
    quota = channel.settings.get("quota") or {}
    limit, used = quota.get("limit"), quota.get("used")
    left = max(0, limit - used) if limit is not None and used is not None else None
    return {
        "channel": channel,
        "connectable": channel.kind in CONNECTORS and channel.is_open,
        "account": channel.settings.get("name") or channel.settings.get("imap_host") or "",
        "quota": {"limit": limit, "used": used, "left": left} if quota else None,
    }


class ChannelPage(DetailScreen):
    permission = "office.read"
    nav = NAV
    template = "office/channel.html"
    panels = (
        Panel("", "office/channel_state.html", _state),
        Panel(gettext_lazy("Days of this fiscal year"), "office/channel_days.html", _days),
        Panel(gettext_lazy("Connection"), "office/channel_connection.html", _connection, MANAGE),
        Panel(gettext_lazy("Leads to other channels"), "office/channel_links.html", _links),
    )

    def object(self) -> Channel:
        return channel_of(self)

    def get_title(self) -> str:
        return self.thing.name

    def lead(self) -> str:
        words = [kind_title(self.thing.kind), self.thing.address, _keeper(self.thing)]
        return " ".join(filter(None, words))

    def crumbs(self) -> list[Crumb]:
        return way_of(self, inside=False)

    @property
    def actions(self) -> tuple[Action, ...]:
        if not self.thing.is_open:
            return ()
        edit = self.address("settings-channel-edit", channel=self.thing.pk)
        change = Action(gettext_lazy("Change"), lambda screen: edit, MANAGE)
        if self.thing.kind == ChannelKind.SEALED:
            return (change,)
        close = self.address("settings-channel-close", channel=self.thing.pk)
        return (change, Action(gettext_lazy("Close the channel"), lambda screen: close, MANAGE))
