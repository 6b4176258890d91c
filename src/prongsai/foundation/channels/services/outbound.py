"""What goes out: each message a job of its own, tried again with growing pauses, its final failure in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from prongsai.foundation.channels.connectors import connector_of
from prongsai.foundation.channels.connectors.base import Sent, Undelivered
from prongsai.foundation.channels.connectors.carrying import carried
from prongsai.foundation.channels.later import later
from prongsai.foundation.channels.models import Channel, Outbound
from prongsai.foundation.channels.selectors import channel_of
from prongsai.foundation.channels.services.register import MANAGE
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.jobs.decorators import job
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState

# LINE remembers a retry key for a day: the last try comes before that.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
TOO_OLD = timedelta(days=3)  # an answer that nobody could deliver for so long needs a person
WHOLE = "channel"  # `how` of a message that waits because nothing can be sent by its channel

# Told when a message is delivered or has failed for good.
delivery_listeners: list[Callable[[Outbound], None]] = []


@dataclass(frozen=True)
class Detour:
    """Another way to whom a message is for, and its words there."""

    channel_kind: str
    recipient: str
    text: str


# Asked when a message is refused, or its channel cannot send now: whoever sent it may know another way.
detours: list[Callable[[Outbound], Detour | None]] = []


@transaction.atomic
def send(
    *,
    channel_kind: str,
    recipient: str,
    text: str,
    files: Sequence[StoredFile] = (),
    subject: str = "",
    reply_to: str = "",
    reply_until: datetime | None = None,
    key: str,
    subject_ref: str = "",
    channel: Channel | None = None,
) -> Outbound:
    """Send a message after the commit; the same `key` is one message, however often it is asked for.

    By `channel`, or the office's connected channel of the kind; mail goes by the installation's server where the office
    has none. Of `files` those go along that the kind of channel carries (`connectors.carrying.carried`), as long as they
    are not erased before; every try sends the same ones. Raises InvalidInput without a recipient, a text or a key.
    """
    if not recipient or not text.strip() or not key:
        raise InvalidInput(_("There is no addressee or no text"), field="recipient")
    by = channel if channel is not None and channel.is_connected else channel_of(channel_kind)
    now = clock.now()
    fresh = Outbound(
        channel=by, kind=channel_kind, recipient=recipient[:300], subject=" ".join(subject.split())[:200],
        text=text, files=[reference(file) for file in carried(channel_kind, files)], reply_to=reply_to[:300],
        reply_until=reply_until, key=key[:120], subject_ref=subject_ref[:80],
        next_at=now, created_at=now,
    )  # fmt: skip
    Outbound.objects.bulk_create([fresh], ignore_conflicts=True)
    kept = Outbound.objects.get(key=key[:120])
    if kept.state == "waiting" and not kept.attempts:
        deliver.defer_once(organization_id=current_organization_id(), outbound_id=kept.pk)
    return kept


@job()
def deliver(*, organization_id: int, outbound_id: int) -> None:
    """Hand a message over to its channel. A try that fails is noted, and the next one waits longer."""
    outbound = (
        Outbound.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("channel__organization")
        .filter(pk=outbound_id, state="waiting")
        .first()
    )
    if outbound is None:
        return
    now = clock.now()
    if not outbound.attempts and not _may_reply(outbound, now) and (until := _closed_until(outbound, now)):
        if not _turned(outbound, now):
            _wait(outbound, until)
        return
    try:
        sent = _delivered(outbound, now)
    except Undelivered as error:
        _failed(outbound, error, now)
        return
    outbound.state, outbound.sent_at, outbound.failure = "sent", now, ""
    outbound.how, outbound.message_id = sent.how, sent.message_id[:200]
    if sent.recipient and sent.recipient != outbound.recipient:
        _meet(outbound, sent.recipient[:300])
    outbound.text = ""  # it may hold the code of a case; whoever sent it keeps what they need
    outbound.files = []
    outbound.attempts += 1
    outbound.save()
    finished(outbound)


def _meet(outbound: Outbound, recipient: str) -> None:
    """Who was found under another name takes what else is to go to them, what failed too when it is tried again."""
    others = Outbound.objects.filter(channel=outbound.channel, recipient=outbound.recipient)
    others.exclude(state="sent").exclude(pk=outbound.pk).update(recipient=recipient)
    outbound.recipient = recipient


def _delivered(outbound: Outbound, now: datetime) -> Sent:
    connector = connector_of(outbound.kind)
    if connector is None or (outbound.channel is None and outbound.kind != "email"):
        raise Undelivered("หน่วยงานยังไม่ได้เชื่อมต่อช่องทางนี้กับระบบ", final=True)
    return connector.deliver(outbound.channel, outbound, now)


def _may_reply(outbound: Outbound, now: datetime) -> bool:
    """Whether it can go as a free reply: that works when nothing else does, for less than a minute."""
    return bool(outbound.reply_to and outbound.reply_until and now < outbound.reply_until)


def _closed_until(outbound: Outbound, now: datetime) -> datetime | None:
    """Until when nothing can be sent by the message's channel, as others found; a dead channel is tried by one at a time."""
    others = Outbound.objects.filter(state="waiting", how=WHOLE, next_at__gt=now, channel=outbound.channel)
    found = others.filter(kind=outbound.kind).exclude(pk=outbound.pk).aggregate(at=Min("next_at"))
    return found["at"] + timedelta(seconds=5) if found["at"] else None


def _failed(outbound: Outbound, error: Undelivered, now: datetime) -> None:
    outbound.attempts += 1
    outbound.failure, outbound.how = error.reason[:300], WHOLE if error.whole else ""
    # A first try that failed may have arrived all the same: the second one is told so by the retry key.
    if (error.final or error.after or outbound.attempts > 1) and _turned(outbound, now):
        return
    late = now - outbound.created_at > TOO_OLD
    if error.final or late or outbound.attempts > len(PAUSES):
        outbound.state, outbound.how = "failed", ""
        outbound.save()
        finished(outbound)
        return
    _wait(outbound, now + max(PAUSES[outbound.attempts - 1], error.after or timedelta()))


def _wait(outbound: Outbound, until: datetime) -> None:
    outbound.next_at = until
    outbound.save()
    later(deliver, until, organization_id=current_organization_id(), outbound_id=outbound.pk)


def _turned(outbound: Outbound, now: datetime) -> bool:
    """Have a message go another way at once, if there is one; it stays the same message, sent once."""
    way = next(filter(None, (ask(outbound) for ask in detours)), None)
    if way is None:
        return False
    outbound.channel, outbound.kind = channel_of(way.channel_kind), way.channel_kind
    outbound.recipient, outbound.text = way.recipient[:300], way.text
    outbound.attempts, outbound.how, outbound.next_at = 0, "", now
    outbound.save()
    deliver.defer_once(organization_id=current_organization_id(), outbound_id=outbound.pk)
    return True


def finished(outbound: Outbound) -> None:
    """Tell whoever listens what became of a message."""
    for listener in delivery_listeners:
        listener(outbound)


@transaction.atomic
def try_outbound_again(*, actor: Actor, outbound: Outbound) -> None:
    """Send a message that failed for good once more, from the first try on. Needs channels.manage.

    Raises WrongState for one that did not fail.
    """
    actor.require(MANAGE)
    now = clock.now()
    again = Outbound.objects.filter(pk=outbound.pk, state="failed").exclude(text="")
    if not again.update(state="waiting", attempts=0, next_at=now, created_at=now, failure=""):
        raise WrongState(_("This message does not wait any more"))
    deliver.defer_once(organization_id=current_organization_id(), outbound_id=outbound.pk)
