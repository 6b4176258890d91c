"""Opening, changing, connecting and closing the ways in and out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.connectors import connector_of
from prongsai.foundation.channels.connectors.base import NotConnected, Undelivered
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
) -> Channel:
    """Enter a way in or out into the register; the opening is a public fact. Needs channels.manage.

    Raises InvalidInput for an unknown kind, a name that a channel of the kind has already, an address that is none, or
    a day in the future.
    """
    actor.require(MANAGE)
    if kind not in ChannelKind.values:
        raise InvalidInput("เลือกชนิดของช่องทางจากรายการ", field="kind")
    opened_on = opened_on or clock.today()
    if opened_on > clock.today():
        raise InvalidInput("วันที่เปิดช่องทางยังมาไม่ถึง", field="opened_on")
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
    """Change what the register says of a channel, with what stood before on record. Needs channels.manage."""
    actor.require(MANAGE)
    current = _open(channel)
    unknown = values.keys() - set(CHANGEABLE)
    if unknown:
        raise InvalidInput(f"แก้ไขช่อง {', '.join(sorted(unknown))} ไม่ได้")
    before = {name: getattr(current, name) for name in values}
    _put(current, values)
    changed = {name: old for name, old in before.items() if getattr(current, name) != old}
    if not changed:
        return current
    current.save()
    told = {name: _told(old) for name, old in changed.items() if name not in {"position", "owner"}}
    _record(actor, kinds.CHANGED, current, about=abouts(current)[0], before=told)
    return current


@transaction.atomic
def close_channel(*, actor: Actor, channel: Channel, reason: str = "") -> Channel:
    """Take a channel off the list from today on. It stays in the register; its connector forgets its secrets.

    Not from a day before: until today the public was told of it, and its days count. Needs channels.manage. Raises
    WrongState when it is closed already, InvalidInput without a reason.
    """
    actor.require(MANAGE)
    current, day = _open(channel), clock.today()
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput("ระบุเหตุผลที่ปิดช่องทาง", field="reason")
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
    """Let the channel's connector work with these settings. A secret left empty stays as it is.

    The credentials are tried first, which takes seconds. Needs channels.manage. Raises InvalidInput when a field is
    missing or the other side refuses, WrongState for a kind without a connector.
    """
    actor.require(MANAGE)
    connector, current = connector_of(channel.kind), _open(channel)
    if connector is None:
        raise WrongState("ช่องทางชนิดนี้ไม่มีการเชื่อมต่อกับระบบ")
    known = {asked.key: asked for asked in connector.asks}
    kept = current.read_secrets() | {k: v for k, v in secrets.items() if v and k in known and known[k].secret}
    plain = {k: v for k, v in settings.items() if k in known and not known[k].secret}
    for asked in connector.asks:
        if asked.required and not (kept if asked.secret else plain).get(asked.key):
            raise InvalidInput("ต้องระบุช่องนี้", field=asked.key)
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
        raise WrongState("ช่องทางนี้ไม่ได้เชื่อมต่ออยู่")
    current.is_connected = False
    current.keep_secrets({})
    current.save()
    _record(actor, kinds.CONNECTED, current, about=abouts(current)[0], connected=0)
    return current


def _open(channel: Channel) -> Channel:
    """The channel as it stands now, locked. Raises InvalidInput for another office's, WrongState for a closed one."""
    current = Channel.objects.select_for_update().filter(pk=channel.pk).first()
    if current is None:
        raise InvalidInput("ไม่มีช่องทางนี้ในหน่วยงาน", field="channel")
    if not current.is_open:
        raise WrongState("ช่องทางนี้ปิดแล้ว")
    return current


def _put(channel: Channel, values: Mapping[str, Any]) -> None:
    """Take over the values, once they are good."""
    for name, value in values.items():
        setattr(channel, name, " ".join(value.split()) if isinstance(value, str) else value)
    if not channel.name or len(channel.name) > 120:
        raise InvalidInput("ตั้งชื่อช่องทางไม่เกิน 120 ตัวอักษร", field="name")
    same = Channel.objects.filter(kind=channel.kind, name=channel.name).exclude(pk=channel.pk)
    if same.exists():
        raise InvalidInput("มีช่องทางชนิดนี้ที่ใช้ชื่อนี้แล้ว", field="name")
    _require_address(channel)


def _require_address(channel: Channel) -> None:
    address = channel.address
    if len(address) > 300:
        raise InvalidInput("ยาวเกินไป ใช้ได้ไม่เกิน 300 ตัวอักษร", field="address")
    if channel.kind == ChannelKind.EMAIL:
        try:
            validate_email(address)
        except ValidationError as error:
            raise InvalidInput("ระบุที่อยู่อีเมลของช่องทาง เช่น saraban@example.go.th", field="address") from error
    if channel.kind == ChannelKind.PHONE and len(re.sub(r"\D", "", address)) < 3:
        raise InvalidInput("ระบุหมายเลขโทรศัพท์", field="address")
    if channel.kind == ChannelKind.FACEBOOK and address and not address.startswith("https://"):
        raise InvalidInput("ระบุที่อยู่เว็บของเพจ ขึ้นต้นด้วย https://", field="address")


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
