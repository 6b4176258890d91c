"""Connecting the office's account, and taking it off again."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.channels.services import change_channel, open_channel
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.complaints.models import TraffyLink
from prongsai.modules.complaints.traffy.exchange import Exchange, Unanswered, WrongAccount

MANAGE = "channels.manage"
NAME = "Traffy Fondue"


def link() -> TraffyLink | None:
    return TraffyLink.objects.select_related("channel").first()


@transaction.atomic
def switch_on(
    *, actor: Actor, user: str, password: str = "", org_id: str = "", tells: bool = True
) -> TraffyLink:
    """Exchange with this account from now on; it is tried first, which takes seconds. An empty password stays as it is,
    for the same name.

    The channel enters the register, or is listed again. Needs channels.manage. Raises InvalidInput when Traffy Fondue
    does not take the account.
    """
    actor.require(MANAGE)
    user, org_id = " ".join(user.split()), org_id.strip()
    if not user or len(user) > 120:
        raise InvalidInput(_("Enter the user name that Traffy Fondue gave out"), field="user")
    if org_id and not (org_id.isascii() and org_id.isdecimal() and len(org_id) <= 20):
        raise InvalidInput(_("The code of the office is a number"), field="org_id")
    found = TraffyLink.objects.select_for_update(of=("self",)).select_related("channel").first()
    kept = found.read_secrets() if found and found.secrets else {}
    if not password and (not kept.get("password") or (found and found.user != user)):
        raise InvalidInput(_("Enter the password that Traffy Fondue gave out"), field="password")
    found = found or TraffyLink()
    found.channel = _listed(actor, found.channel if found.pk else None)
    found.user, found.org_id, found.tells, found.is_on = user, org_id, tells, True
    key = kept.get("hook") or secrets.token_urlsafe(24)
    found.hook = digest(key)
    found.keep_secrets({"password": password or kept["password"], "hook": key})
    found.failure, found.next_at = "", clock.now()
    try:
        Exchange(found).sign_in()
    except WrongAccount as error:
        raise InvalidInput(str(error), field="password") from error
    except Unanswered as error:
        raise InvalidInput(str(error)) from error
    found.save()
    return found


def _listed(actor: Actor, channel: Channel | None) -> Channel:
    """The channel in the register, shown to the public."""
    if channel is not None and channel.is_open:
        return change_channel(actor=actor, channel=channel, is_listed=True)
    before = Channel.objects.filter(kind=ChannelKind.TRAFFY).count()
    name = NAME if not before else f"{NAME} ({before + 1})"
    # People report trouble there; complaints about the office have ways of their own, which are watched.
    return open_channel(actor=actor, kind=ChannelKind.TRAFFY, name=name, takes_complaints=False)


@transaction.atomic
def switch_off(*, actor: Actor) -> None:
    """Ask and tell no more, and forget the account. Cases stay. Needs channels.manage."""
    actor.require(MANAGE)
    found = TraffyLink.objects.select_for_update(of=("self",)).select_related("channel").first()
    if found is None or not found.is_on:
        raise WrongState(_("Nothing is exchanged with Traffy Fondue at present"))
    found.is_on, found.secrets, found.failure, found.next_at = False, "", "", None
    found.balance = found.quota = found.month = None
    found.hook = ""
    found.save()
    if found.channel.is_open:
        change_channel(actor=actor, channel=found.channel, is_listed=False)


def digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def by_key(key: str) -> TraffyLink | None:
    """The link whose webhook has this key, while it is on."""
    found = link()
    if found is None or not found.is_on or not hmac.compare_digest(found.hook, digest(key)):
        return None
    return found
