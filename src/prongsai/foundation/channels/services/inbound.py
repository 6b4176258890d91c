"""What comes in: kept before it is looked at, handled by a job, once however often it is delivered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.canary import marked_at
from prongsai.foundation.channels.connectors import connector_of
from prongsai.foundation.channels.connectors.base import Arrival, Attachment, Said
from prongsai.foundation.channels.later import later
from prongsai.foundation.channels.models import Channel, Inbound, Outbound
from prongsai.foundation.channels.services.checks import TRAFFIC, record_check
from prongsai.foundation.channels.services.days import count_unseen
from prongsai.foundation.channels.services.outbound import finished
from prongsai.foundation.channels.services.register import MANAGE, abouts
from prongsai.foundation.files.services import store_file
from prongsai.foundation.jobs.decorators import job
from prongsai.foundation.ledger.services import record
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, InboundMessage, Origin, Ref, Visibility
from prongsai.kernel.errors import InvalidInput, ProngsaiError, Unreadable, WrongState
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import short_date
from prongsai.kernel.thai.personal import personal_data

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 720))
DELIVERED_BACK = timedelta(days=7)  # how long a service goes on delivering what it could not deliver
MOST_FROM_ONE = 20  # messages an hour from one sender: beyond that two programs may be answering each other
CANARY = "canary"
NOBODY = "ไม่มีงานใดรับข้อความนี้"
TAKES_NONE = "เข้ามาทางช่องทางที่ตั้งไว้ว่าไม่รับเรื่องร้องเรียน"
UNREADABLE = "ระบบอ่านข้อความนี้ไม่ได้"
HANDLED = gettext_lazy("This message has been taken already")
logger = logging.getLogger(__name__)

# Parts of the foundation that take a message before the modules are asked: each says what it did, or "".
interceptors: list[Callable[[InboundMessage], str]] = []


class Held(ProngsaiError):
    """A person should look before anything is done: a program may have written it, or the sender writes too often."""


@transaction.atomic
def receive(
    *,
    channel: Channel,
    source_key: str,
    sender: str = "",
    thread: str = "",
    body: Mapping[str, Any] = {},
    raw: bytes | None = None,
    at: datetime | None = None,
) -> Inbound:
    """Keep a message as it was delivered and have it handled after the commit. Delivered again, it is the same row.

    It reached the office `at` that moment, or now.
    """
    source_key = _storable(source_key)[:200]
    fresh = Inbound(
        channel=channel, source_key=source_key, sender=_storable(sender)[:200], thread=_storable(thread)[:200],
        body=_storable(dict(body)), raw=raw, received_at=at or clock.now(),
    )  # fmt: skip
    Inbound.objects.bulk_create([fresh], ignore_conflicts=True)
    kept = Inbound.objects.get(channel=channel, source_key=source_key)
    if kept.handled_at is None and not kept.tries:
        handle_inbound.defer_once(organization_id=current_organization_id(), inbound_id=kept.pk)
    return kept


def _storable(value: Any) -> Any:
    """The value without what no database keeps: zero bytes and halves of characters."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(name): _storable(inner) for name, inner in value.items()}
    return [_storable(inner) for inner in value] if isinstance(value, list) else value


def receive_arrival(channel: Channel, arrival: Arrival, *, at: datetime | None = None) -> Inbound:
    """Keep what a webhook or a mailbox delivered; `at`, when it reached the office before it was fetched.

    Else it counts from when it was sent, as the service says: never in the future, and at most a week back.
    """
    return receive(
        channel=channel, source_key=arrival.source_key, sender=arrival.sender, thread=arrival.thread,
        body=arrival.body, raw=arrival.raw, at=at or _sent(arrival),
    )  # fmt: skip


def _sent(arrival: Arrival) -> datetime | None:
    now = clock.now()
    return arrival.at if arrival.at is not None and now - DELIVERED_BACK <= arrival.at <= now else None


@job()
def handle_inbound(*, organization_id: int, inbound_id: int) -> None:
    """Ask the modules in turn whose the message is. What fails is tried again with growing pauses, and stays in sight.

    Whatever the failure is: a message that nobody can read must not vanish from the list of those that wait.
    """
    inbound = (
        Inbound.objects.select_for_update(of=("self",))
        .select_related("channel__organization")
        .filter(pk=inbound_id, handled_at=None)
        .first()
    )
    if inbound is None:
        return
    try:
        with transaction.atomic():
            inbound.handled_as = _handled(inbound)
    except (ProngsaiError, OSError) as error:
        _put_off(inbound, error, str(error) or type(error).__name__)
        return
    except Exception as error:
        # Without its words: they may be the sender's.
        logger.error("message %s: %s", inbound.pk, type(error).__name__)
        _put_off(inbound, error, f"{UNREADABLE} ({type(error).__name__})")
        return
    _settled(inbound)


def _settled(inbound: Inbound) -> None:
    inbound.handled_at, inbound.failure, inbound.raw = clock.now(), "", None
    inbound.save(update_fields=["handled_as", "handled_at", "failure", "raw", "body"])
    count_unseen(month=inbound.received_at.astimezone(clock.BANGKOK).date())


def _put_off(inbound: Inbound, error: Exception, said: str) -> None:
    inbound.failure, inbound.tries = said[:300], inbound.tries + 1
    inbound.save(update_fields=["failure", "tries"])
    # It may be of a month that is counted: then that is known to hold one more message that nobody has looked at.
    count_unseen(month=inbound.received_at.astimezone(clock.BANGKOK).date())
    if inbound.tries <= len(PAUSES) and not isinstance(error, Held):
        at = clock.now() + PAUSES[inbound.tries - 1]
        later(handle_inbound, at, organization_id=current_organization_id(), inbound_id=inbound.pk)


@transaction.atomic
def try_inbound_again(*, actor: Actor, inbound: Inbound) -> None:
    """Have a message that waits or was held taken now. Needs channels.manage. Raises WrongState when it is handled."""
    actor.require(MANAGE)
    waiting = Inbound.objects.filter(pk=inbound.pk, handled_at=None)
    if not waiting.update(tries=len(PAUSES), is_wanted=True):
        raise WrongState(str(HANDLED))
    handle_inbound.defer_once(organization_id=current_organization_id(), inbound_id=inbound.pk)


@transaction.atomic
def set_inbound_aside(*, actor: Actor, inbound: Inbound, reason: str, of_sender: bool = False) -> int:
    """Say that a message which waits is no matter for the office; with `of_sender` also all others of its sender that wait.

    How many were set aside. Each is a fact of the office's own, with the reason; what the message said is forgotten.
    Needs channels.manage. Raises InvalidInput without a reason or for personal data in it, WrongState when it is handled.
    """
    actor.require(MANAGE)
    reason = " ".join(reason.split())
    if not reason or len(reason) > 200:
        raise InvalidInput(_("Give the reason in at most 200 characters"), field="reason")
    if found := personal_data(reason):
        raise InvalidInput(
            _("The text holds personal data (%(found)s). Take them out.") % {"found": ", ".join(found)},
            field="reason",
        )
    chosen = Q(pk=inbound.pk)
    if of_sender and inbound.sender:
        chosen |= Q(channel_id=inbound.channel_id, sender=inbound.sender)  # type: ignore[attr-defined]
    waiting = Inbound.objects.select_for_update(of=("self",)).select_related("channel__unit")
    rows = list(waiting.filter(chosen, handled_at=None).order_by("id"))
    if inbound.pk not in {row.pk for row in rows}:
        raise WrongState(str(HANDLED))
    for row in rows:
        _put_aside(actor, row, reason)
    return len(rows)


def _put_aside(actor: Actor, inbound: Inbound, reason: str) -> None:
    channel, day = inbound.channel, inbound.received_at.astimezone(clock.BANGKOK).date()
    record(
        actor=actor,
        kind=kinds.SET_ASIDE,
        about=abouts(channel)[0],
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=Ref("channels", "inbound", inbound.pk),
        unit=channel.unit.name if channel.unit else actor.unit,
        visibility=Visibility.INTERNAL,
        title=f"ไม่รับข้อความจาก {channel.name} ที่เข้ามาวันที่ {short_date(day)} เป็นเรื่อง: {reason}",
        payload={
            "channel": channel.pk, "name": channel.name, "received_on": day.isoformat(), "held": inbound.failure,
            "reason": reason,
        },
    )  # fmt: skip
    inbound.handled_as, inbound.body = f"aside: {reason}"[:80], {}
    _settled(inbound)


def _handled(inbound: Inbound) -> str:
    connector = connector_of(inbound.channel.kind)
    said = connector.read(inbound.channel, inbound) if connector else _plain(inbound)
    made = marked_at(f"{said.subject}\n{said.text}")
    if made is not None:
        return _self_check(inbound, said, made)
    if said.reports and Outbound.objects.filter(message_id__in=said.reports).exists():
        return _bounced(said)
    if said.skipped:
        return f"ignored: {said.skipped}"[:80]
    if not inbound.is_wanted:
        _look_first(inbound, said)
    done = _asked(_message(inbound, said))
    if not done:
        raise WrongState(NOBODY)
    last = inbound.channel.last_ok_at
    if last is None or last < clock.now() - timedelta(hours=1):
        record_check(channel=inbound.channel, how=TRAFFIC, ok=True)
    return done[:80]


def _look_first(inbound: Inbound, said: Said) -> None:
    """Raises Held for what a person should see before anything is done or answered."""
    channel = inbound.channel
    if channel.is_digital and not channel.takes_complaints:  # its outages count for no figure
        raise Held(f"{TAKES_NONE} ตรวจดูก่อนว่าเป็นเรื่องถึงหน่วยงานหรือไม่")
    if said.held:
        raise Held(f"{said.held} ตรวจดูก่อนว่าเป็นเรื่องถึงหน่วยงานหรือไม่")
    if not inbound.tries and _wrote_too_often(inbound):
        raise Held(f"ผู้ส่งรายนี้เขียนมาเกิน {MOST_FROM_ONE} ข้อความในหนึ่งชั่วโมง ตรวจดูก่อนแล้วกดรับเรื่อง")


def _plain(inbound: Inbound) -> Said:
    """A message of a channel without a connector: its body says all."""
    told = inbound.body
    return Said(
        text=str(told.get("text", "")), subject=str(told.get("subject", "")), sender=inbound.sender,
        thread=inbound.thread,
    )  # fmt: skip


def _asked(message: InboundMessage) -> str:
    for intercept in interceptors:
        if done := intercept(message):
            return done
    modules = registry().modules
    for name in sorted(modules):
        receives = modules[name].receives
        if receives and (done := receives(message)):
            return done
    return ""


def _message(inbound: Inbound, said: Said, *, is_check: bool = False) -> InboundMessage:
    files, refused = _kept(inbound, said.files)
    until = inbound.body.get("reply_until")
    is_mail = inbound.channel.kind == "email"
    mail_id = _mail_id(inbound) if is_mail else ""
    return InboundMessage(
        id=inbound.pk,
        channel_id=inbound.channel.pk,
        channel_kind=inbound.channel.kind,
        sender=said.sender,
        answer_to=said.answer_to,
        thread=said.thread,
        subject=said.subject,
        text="\n".join(filter(None, [said.text, *refused])),
        is_check=is_check,
        files=tuple(files),
        source_key=inbound.source_key,
        sender_name=str(inbound.body.get("name", ""))[:200],
        received_at=inbound.received_at,
        reply_to=mail_id or str(inbound.body.get("reply_token", "")),
        reply_until=datetime.fromisoformat(until) if until else None,
    )


def _mail_id(inbound: Inbound) -> str:
    """What an answer names; mails that were kept before ids stood apart have theirs as their key."""
    return str(inbound.body.get("message_id", "")) or (
        inbound.source_key if inbound.source_key.startswith("<") else ""
    )


def _kept(inbound: Inbound, files: tuple[Attachment, ...]) -> tuple[list[str], list[str]]:
    """The digests of the files that are kept, and a line for each that is not."""
    digests, refused = list[str](), list[str]()
    actor = Actor.system(inbound.channel.name)
    for file in files:
        reason = file.refused
        if not reason:
            try:
                stored = store_file(actor=actor, content=BytesIO(file.content), name=file.name)
                digests.append(stored.sha256)
            except Unreadable as error:
                reason = str(error)
        if reason:
            refused.append(f"(ไฟล์แนบ “{file.name}” รับไว้ไม่ได้: {reason})")
    inbound.body = {**inbound.body, "files": digests}
    return digests, refused


def _wrote_too_often(inbound: Inbound) -> bool:
    if not inbound.sender:
        return False
    hour = (inbound.received_at - timedelta(hours=1), inbound.received_at)
    recent = Inbound.objects.filter(channel=inbound.channel, sender=inbound.sender, received_at__range=hour)
    return recent.count() > MOST_FROM_ONE


def _self_check(inbound: Inbound, said: Said, made: datetime) -> str:
    """Our own test message: it goes the whole way, and everything that it did on the way is taken back."""
    failure, done = "", ""
    try:
        with transaction.atomic():
            done = _asked(_message(inbound, said, is_check=True))
            transaction.set_rollback(True)
    except (ProngsaiError, OSError) as error:
        failure = str(error)
    took = max(0, round((clock.now() - made).total_seconds() * 1000))
    record_check(
        channel=inbound.channel,
        how=CANARY,
        ok=bool(done),
        took_ms=took,
        note=failure or ("" if done else NOBODY),
    )
    return "check"


def _bounced(said: Said) -> str:
    """A report on our mails. Of those that came back the cases learn that nobody read them."""
    for outbound in Outbound.objects.select_for_update().filter(message_id__in=said.bounced, state="sent"):
        outbound.state, outbound.failure = "failed", "ปลายทางส่งอีเมลคืน"
        outbound.save(update_fields=["state", "failure"])
        finished(outbound)
    return "ignored: แจ้งว่าส่งไม่ถึง"
