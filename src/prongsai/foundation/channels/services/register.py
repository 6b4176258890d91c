"""Opening, changing, connecting and closing the ways in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.connectors import connector_of
from prongsai.foundation.channels.connectors.base import Asked, NotConnected, Undelivered
from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.ledger.services import record
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Visibility
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.dates import short_date

MANAGE = "channels.manage"
COMPLAINTS, CONTACT = "complaint_channels", "contact_channels"
# What the opening of a channel is about beside the office's ways in as such.
ABOUT = {"line": "office_line", "facebook": "office_facebook", "leaders": "leaders_line"}
# What is true of a channel as long as messages come in by it: the sealed one while its page is open, another one while it
# is connected to the system. Unticked, it would go on taking complaints, and its outages would count nowhere.
ALWAYS_TAKING = ("takes_complaints", "is_listed")
CHANGEABLE = ("name", "address", "owner", "unit", "takes_complaints", "is_listed", "position")


def abouts(channel: Channel) -> list[str]:
    """The about-codes under which facts of the channel can be found."""
    general = COMPLAINTS if channel.takes_complaints else CONTACT
    return list(dict.fromkeys([ABOUT.get(channel.kind, general), general]))


@transaction.atomic
def open_channel(
    *,
    actor: Actor,
    kind: str,
    name: str,
    address: str = "",
    owner: Membership | None = None,
    unit: Unit | None = None,
    opened_on: date | None = None,
    takes_complaints: bool = True,
    is_listed: bool = True,
    position: int = 0,
    by_its_desk: bool = False,
) -> Channel:
    """Enter a way in or out into the register; the opening is a public fact. Needs channels.manage.

    The sealed channel is entered by its own desk (`by_its_desk`), once somebody can read what comes: else the list would
    name a page that takes nothing, and its outages would be told. Raises InvalidInput for an unknown kind, a name that a channel of the kind has already, an address that is none, a
    day in the future, or a sealed channel that is to be neither told nor counted.
    """
    actor.require(MANAGE)
    if kind not in ChannelKind.values:
        raise InvalidInput(_("Choose the kind of channel from the list"), field="kind")
    if kind == ChannelKind.SEALED and not by_its_desk:
        raise InvalidInput(
            _("The corruption channel is opened on its own page, once a recipient has made a key"),
            field="kind",
        )
    opened_on = opened_on or clock.today()
    if opened_on > clock.today():
        raise InvalidInput(_("The day on which the channel opens is yet to come"), field="opened_on")
    channel = Channel(kind=kind, opened_on=opened_on)
    values = {"name": name, "address": address, "owner": owner, "unit": unit, "takes_complaints": takes_complaints, "is_listed": is_listed, "position": position}  # fmt: skip
    _put(channel, values)
    channel.save()
    channel.refresh_from_db()
    for about in abouts(channel):
        _record(actor, kinds.OPENED, channel, about=about, on=opened_on, opened_on=opened_on.isoformat())
    return channel


@transaction.atomic
def change_channel(*, actor: Actor, channel: Channel, **values: Any) -> Channel:
    """Change what the register says of a channel, with what stood before on record. Needs channels.manage.

    Raises InvalidInput as `open_channel` does: the sealed channel takes complaints and is told as long as it is open, and
    a connected one goes on with what of it was ticked until it is disconnected.
    """
    actor.require(MANAGE)
    current = _open(channel)
    unknown = values.keys() - set(CHANGEABLE)
    if unknown:
        raise InvalidInput(
            _("These fields cannot be changed: %(fields)s") % {"fields": ", ".join(sorted(unknown))}
        )
    before = {name: getattr(current, name) for name in values}
    _require_still_taking(current, values)
    _put(current, values)
    changed = {name: old for name, old in before.items() if getattr(current, name) != old}
    if not changed:
        return current
    current.save()
    told = {name: _told(old) for name, old in changed.items() if name not in {"position", "owner"}}
    _record(actor, kinds.CHANGED, current, about=abouts(current)[0], before=told)
    return current


@transaction.atomic
def close_channel(*, actor: Actor, channel: Channel, reason: str = "", by_its_desk: bool = False) -> Channel:
    """Take a channel off the list from today on. It stays in the register; its connector forgets its secrets.

    Not from a day before: until today the public was told of it, and its days count. The sealed channel is closed by its
    own desk (`by_its_desk`), with the page itself: else that would go on taking reports, and its outages would count
    nowhere. Needs channels.manage. Raises WrongState when it is closed already, InvalidInput without a reason.
    """
    actor.require(MANAGE)
    current, day = _open(channel), clock.today()
    if current.kind == ChannelKind.SEALED and not by_its_desk:
        raise WrongState(
            _(
                "The corruption channel is closed on its own page, by those who look after it: here it would only leave the list and go on taking reports"
            )
        )
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput(_("Say why the channel is closed"), field="reason")
    current.closed_on, current.is_connected, current.is_down = day, False, False
    current.keep_secrets({})
    current.save()
    for about in abouts(current):
        _record(actor, kinds.CLOSED, current, about=about, on=day, reason=reason)
    return current


@transaction.atomic
def connect(
    *, actor: Actor, channel: Channel, settings: Mapping[str, Any], secrets: Mapping[str, str]
) -> Channel:
    """Let the channel's connector work with these settings. A secret left empty stays as it is, for the server it is of.

    Where the server, or the name at it, is another than before, its secret has to be given again: whoever may change the
    address would have the old one sent to a server of their own. The credentials are tried first, which takes seconds.
    Needs channels.manage. Raises InvalidInput when a field is missing or the other side refuses, WrongState for a kind
    without a connector and for a channel that is not to take complaints: what comes in by it would become cases.
    """
    actor.require(MANAGE)
    connector, current = connector_of(channel.kind), _open(channel)
    if connector is None:
        raise WrongState(_("A channel of this kind cannot be connected"))
    if not current.takes_complaints:
        raise WrongState(
            _(
                "What comes in by a connected channel becomes cases, so it counts as one that takes complaints: tick that first"
            )
        )
    known = {asked.key: asked for asked in connector.asks}
    plain = {k: v for k, v in settings.items() if k in known and not known[k].secret}
    given = {k: v for k, v in secrets.items() if v and k in known and known[k].secret}
    kept = _still_right(connector.asks, current, plain, given) | given
    for asked in connector.asks:
        if asked.required and not (kept if asked.secret else plain).get(asked.key):
            raise InvalidInput(_("Fill in this field"), field=asked.key)
    same_box = all(current.settings.get(k) == plain.get(k) for k in ("imap_host", "imap_user"))
    place = {"place": current.settings["place"]} if same_box and "place" in current.settings else {}
    current.settings = {**plain, **place}
    current.keep_secrets(kept)
    try:
        current.settings |= connector.greet(current)
    except (NotConnected, Undelivered) as error:
        raise InvalidInput(str(error)) from error
    current.is_connected = True
    current.save()
    _record(actor, kinds.CONNECTED, current, about=abouts(current)[0], connected=1)
    return current


@transaction.atomic
def disconnect(*, actor: Actor, channel: Channel) -> Channel:
    """Forget the connector's secrets; what comes in by the channel is entered by hand from now on. Needs channels.manage."""
    actor.require(MANAGE)
    current = _open(channel)
    if not current.is_connected:
        raise WrongState(_("This channel is not connected"))
    current.is_connected = False
    current.keep_secrets({})
    current.save()
    _record(actor, kinds.CONNECTED, current, about=abouts(current)[0], connected=0)
    return current


def _still_right(
    asks: Iterable[Asked], current: Channel, plain: Mapping[str, Any], given: Mapping[str, str]
) -> dict[str, str]:
    """The secrets that are kept already and go where they went before. Raises InvalidInput for one that would go elsewhere."""
    kept = current.read_secrets()
    for asked in asks:
        if asked.key not in kept or asked.key in given or not asked.goes_to:
            continue
        if not plain.get(asked.goes_to[0]):  # no server any more: nothing to keep it for
            del kept[asked.key]
        elif any(_as_said(current.settings, k) != _as_said(plain, k) for k in asked.goes_to):
            raise InvalidInput(
                _(
                    "Server, port, encryption or user name is another than before: enter the password again. The one that is kept goes to no other server"
                ),
                field=asked.key,
            )
    return kept


def _as_said(settings: Mapping[str, Any], name: str) -> str:
    return str(settings.get(name) or "").strip()


def _open(channel: Channel) -> Channel:
    """The channel as it stands now, locked. Raises InvalidInput for another office's, WrongState for a closed one."""
    current = Channel.objects.select_for_update().filter(pk=channel.pk).first()
    if current is None:
        raise InvalidInput(_("There is no such channel in this office"), field="channel")
    if not current.is_open:
        raise WrongState(_("This channel is closed"))
    return current


def _require_still_taking(channel: Channel, values: Mapping[str, Any]) -> None:
    """Nothing is unticked by which a connected channel counts."""
    for name in ALWAYS_TAKING:
        if channel.is_connected and getattr(channel, name) and not values.get(name, True):
            raise InvalidInput(
                _(
                    "Messages come in by this channel as long as it is connected, so it counts with its open days and its outages. Disconnect it first"
                ),
                field=name,
            )


def _put(channel: Channel, values: Mapping[str, Any]) -> None:
    """Take over the values, once they are good."""
    for name, value in values.items():
        setattr(channel, name, " ".join(value.split()) if isinstance(value, str) else value)
    if not channel.name or len(channel.name) > 120:
        raise InvalidInput(_("Name the channel in at most 120 characters"), field="name")
    same = Channel.objects.filter(kind=channel.kind, name=channel.name).exclude(pk=channel.pk)
    if same.exists():
        raise InvalidInput(_("There is a channel of this kind with this name already"), field="name")
    _require_address(channel)
    if channel.kind == ChannelKind.SEALED:
        for name in ALWAYS_TAKING:
            if not getattr(channel, name):
                raise InvalidInput(
                    _(
                        "The corruption channel takes reports and is told to the public as long as it is open. It is closed on its own page"
                    ),
                    field=name,
                )


def _require_address(channel: Channel) -> None:
    address = channel.address
    if len(address) > 300:
        raise InvalidInput(_("Too long: at most %(most)s characters") % {"most": 300}, field="address")
    if channel.kind == ChannelKind.EMAIL:
        try:
            validate_email(address)
        except ValidationError as error:
            raise InvalidInput(
                _("Give the channel's email address, such as saraban@example.go.th"), field="address"
            ) from error
    if channel.kind == ChannelKind.PHONE and len(re.sub(r"\D", "", address)) < 3:
        raise InvalidInput(_("Give the telephone number"), field="address")
    if channel.kind == ChannelKind.FACEBOOK and address and not address.startswith("https://"):
        raise InvalidInput(_("Give the web address of the page, beginning with https://"), field="address")


def _record(
    actor: Actor, kind: str, channel: Channel, *, about: str, on: date | None = None, **payload: Any
) -> None:
    day = on or clock.today()
    record(
        actor=actor,
        kind=kind,
        about=about,
        occurred_on=day,
        origin=Origin.WORK,
        subject=channel.ref,
        unit=channel.unit.name if channel.unit else "",
        visibility=visibility_of(channel),
        title=f"{kind_title(kind)} {channel.name} วันที่ {short_date(day)}",
        payload={"channel": channel.pk, "name": channel.name, "kind": channel.kind, **payload},
    )


def kind_title(kind: str) -> str:
    return next(each.title for each in kinds.KINDS if each.key == kind)


def visibility_of(channel: Channel) -> Visibility:
    """What is told to the public is public; a channel that is not listed is the office's own."""
    return Visibility.PUBLIC if channel.is_listed else Visibility.INTERNAL


def _told(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    return value if isinstance(value, int) else str(value)
