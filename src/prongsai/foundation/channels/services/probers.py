"""The second prober: a machine elsewhere that looks at the office from outside, and signs what it found."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.connectors.signing import signature
from prongsai.foundation.channels.models import Channel, Prober
from prongsai.foundation.channels.secrets import seal, unseal
from prongsai.foundation.channels.selectors import channels_open
from prongsai.foundation.channels.services.checks import IN_TIME, is_late, record_check
from prongsai.foundation.channels.services.days import hold, remake_days
from prongsai.foundation.channels.services.recounting import recount_month
from prongsai.foundation.channels.services.register import COMPLAINTS, MANAGE
from prongsai.foundation.ledger.services import record
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.contracts import Actor, Origin, Ref, Visibility
from prongsai.kernel.errors import InvalidInput, WrongState

PROBE = "probe"
CLOCKS = IN_TIME
LATE = timedelta(days=7)  # what a prober could not report at once, it may report later
MOST = 500  # looks in one report


@dataclass(frozen=True)
class Made:
    """A prober with its key, which is shown this once."""

    prober: Prober
    key: str


@transaction.atomic
def make_prober(*, actor: Actor, name: str) -> Made:
    """A key for a machine elsewhere; who made it for which is a fact of the office's own. Needs channels.manage."""
    actor.require(MANAGE)
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise InvalidInput(_("Say where the check runs in at most 120 characters"), field="name")
    number, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    kept = seal({"secret": secret}, bound_to=_place(number))
    prober = Prober.objects.create(name=name, key_id=number, secret=kept, made_at=clock.now())
    _record(actor, kinds.PROBER_MADE, prober, f"ออกกุญแจให้เครื่องตรวจจากภายนอก: {name}")
    return Made(prober, f"{number}.{secret}")


@transaction.atomic
def stop_prober(*, actor: Actor, prober: Prober) -> None:
    """Believe the machine no more, and say in a fact who did it. Needs channels.manage.

    Raises WrongState when it is stopped already.
    """
    actor.require(MANAGE)
    if not Prober.objects.filter(pk=prober.pk, stopped_at=None).update(stopped_at=clock.now()):
        raise WrongState(_("This check from outside is no longer in use"))
    _record(actor, kinds.PROBER_STOPPED, prober, f"เลิกใช้เครื่องตรวจจากภายนอก: {prober.name}")


def _record(actor: Actor, kind: str, prober: Prober, title: str) -> None:
    record(
        actor=actor,
        kind=kind,
        about=COMPLAINTS,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=Ref("channels", "prober", prober.pk),
        visibility=Visibility.INTERNAL,
        title=title,
        payload={"prober": prober.pk, "name": prober.name, "key": prober.key_id},
    )


def _place(number: str) -> str:
    return f"prober:{current_organization_id()}:{number}"


def prober_of(headers: Mapping[str, str], content: bytes) -> Prober | None:
    """Whose report this is: key id, time and signature stand in the headers. None unless everything is right."""
    number, stamp = headers.get("x-prongsai-key", ""), headers.get("x-prongsai-time", "")
    prober = Prober.objects.filter(key_id=number[:16], stopped_at=None).first()
    if prober is None or not stamp.isdigit():
        return None
    if abs(clock.now() - datetime.fromtimestamp(int(stamp[:12]), UTC)) > CLOCKS:
        return None
    right = signature(unseal(prober.secret, bound_to=_place(number))["secret"], stamp, content)
    told = headers.get("x-prongsai-signature", "")
    return prober if hmac.compare_digest(right.encode(), told.encode()) else None


@transaction.atomic
def report_looks(*, prober: Prober, looks: Sequence[Any]) -> int:
    """Keep what a prober found; how many looks were taken over. Each names a kind of channel, or a channel by its id.

    What was found down and could not be told in time opens its day again, and its month when that is counted. What was
    found well counts only when it was told in time. Raises InvalidInput for a report that is none.
    """
    if len(looks) > MOST:
        raise InvalidInput(_("A report has at most %(most)s entries") % {"most": MOST})
    now, channels = clock.now(), list(channels_open())
    hold(channel.pk for channel in channels)
    taken, found_down = 0, dict[Channel, set[date]]()
    for look in looks:
        at, ok, took = _read(look)
        channel = _channel(channels, look)
        if channel is None or not now - LATE <= at <= now + CLOCKS:
            continue
        record_check(
            channel=channel,
            how=PROBE,
            ok=ok,
            took_ms=took,
            note=str(look.get("note", ""))[:300],
            at=min(at, now),
            told_at=now,
        )
        taken += 1
        if not ok and is_late(at, now):
            found_down.setdefault(channel, set()).add(at.astimezone(BANGKOK).date())
    _open_again(found_down)
    Prober.objects.filter(pk=prober.pk).update(last_seen_at=now)
    return taken


def _open_again(found_down: Mapping[Channel, set[date]]) -> None:
    for channel, days in found_down.items():
        if remake_days(channel, days):
            for month in sorted({day.replace(day=1) for day in days}):
                recount_month(month=month)


def _read(look: Any) -> tuple[datetime, bool, int | None]:
    try:
        at = datetime.fromisoformat(str(look["at"]))
        took = look.get("took_ms")
        if at.tzinfo is None or not isinstance(look["ok"], bool):
            raise ValueError("a time without a zone, or no answer")
        return at, look["ok"], max(0, min(int(took), 86_400_000)) if took is not None else None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(_("The report of the check from outside cannot be read")) from error


def _channel(channels: Sequence[Channel], look: Mapping[str, Any]) -> Channel | None:
    number, kind = look.get("channel"), look.get("kind")
    return next((c for c in channels if (c.pk == number if number is not None else c.kind == kind)), None)
