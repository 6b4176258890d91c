"""The channel and its recipients: who is named, who holds which key, since when it is open."""

from __future__ import annotations

import os
from dataclasses import replace
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.channels.services import register
from prongsai.foundation.ledger.selectors import organization_key
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.corruption.choices import MANAGE, RECEIVE
from prongsai.modules.corruption.models import Access, Desk, Holder, Report
from prongsai.modules.corruption.outside_keys import read_public
from prongsai.modules.corruption.sealing import dummy_wrap
from prongsai.modules.corruption.selectors import holders, label, outside, receiving
from prongsai.modules.corruption.services.common import log_channel
from prongsai.modules.corruption.services.counting import count_quarters

MOST_DAYS = 365


@transaction.atomic
def open_channel(*, actor: Actor) -> Desk:
    """Take reports from today on. Needs corruption.manage. Raises WrongState as long as nobody could read one."""
    actor.require(MANAGE)
    found = Desk.objects.select_for_update().first()
    if found and found.closed_on is None:
        return found
    if not receiving():
        raise WrongState(_("No recipient has made a key yet, so the channel cannot be opened"))
    if found is None:
        found = Desk.objects.create(salt=os.urandom(16), opened_on=clock.today())
    else:
        # Opened anew. The quarters of the time before are published first: after that nothing tells any more that the
        # channel was open in them. The days between had no channel, and their quarters have no figure.
        count_quarters(actor=actor, early=True)
        found.refresh_from_db()
        found.opened_on, found.closed_on = clock.today(), None
        found.save(update_fields=["opened_on", "closed_on"])
    log_channel(actor, "channel_opened", list(holders()))
    _enter(actor)
    return found


@transaction.atomic
def close_channel(*, actor: Actor) -> None:
    """Take no more reports; what came is read and answered as before. Needs corruption.manage."""
    actor.require(MANAGE)
    found = Desk.objects.select_for_update().filter(closed_on=None).first()
    if found is None:
        raise WrongState(_("The channel is closed already"))
    found.closed_on = clock.today()
    found.save(update_fields=["closed_on"])
    log_channel(actor, "channel_closed", list(holders()))
    for channel in Channel.objects.filter(kind=ChannelKind.SEALED, closed_on=None):
        register.close_channel(
            actor=_for_the_register(actor), channel=channel, reason="ปิดช่องทางแจ้งเบาะแสการทุจริต",
            by_its_desk=True,
        )  # fmt: skip


def _enter(actor: Actor) -> None:
    """Into the register of channels, whose heartbeat counts the days on which the page was open. That it is, is public."""
    if Channel.objects.filter(kind=ChannelKind.SEALED, closed_on=None).exists():
        return
    number = Channel.objects.filter(kind=ChannelKind.SEALED).count()
    name = str(ChannelKind.SEALED.label) + (f" ({number + 1})" if number else "")
    register.open_channel(
        actor=_for_the_register(actor),
        kind=ChannelKind.SEALED.value,
        name=name,
        address=f"{settings.BASE_URL}/{organization_key()}/whistle/",
        by_its_desk=True,
    )


def _for_the_register(actor: Actor) -> Actor:
    """Whoever may open and close this channel may have that entered; no more of the register than that."""
    return replace(actor, permissions=actor.permissions | {"channels.manage"})


@transaction.atomic
def set_days(*, actor: Actor, answer: int, finding: int, committee: int) -> None:
    """The working days for a first answer, for looking into the facts, for a committee. Needs corruption.manage."""
    actor.require(MANAGE)
    for name, days in (("answer", answer), ("finding", finding), ("committee", committee)):
        if not 1 <= days <= MOST_DAYS:
            raise InvalidInput(_("Between 1 and %(most)s days can be set") % {"most": MOST_DAYS}, field=name)
    changed = Desk.objects.update(answer_days=answer, finding_days=finding, committee_days=committee)
    if not changed:
        raise WrongState(_("The channel was never opened"))
    log_channel(actor, "days_set", list(holders()), days=[answer, finding, committee])


@transaction.atomic
def name_holder(*, actor: Actor, member: Membership, receives: bool, under_clerk: bool = True) -> Holder:
    """Name a member as a recipient (`receives`), or as one with whom reports may be shared (committee).

    Needs corruption.manage. The member needs corruption.receive by a role. Raises InvalidInput, also for one who is
    named already.
    """
    actor.require(MANAGE)
    known = Membership.objects.with_permissions().working().filter(pk=member.pk).first()
    if known is None or RECEIVE not in known.actor().permissions:
        raise InvalidInput(
            _("This person may not receive reports of corruption yet. Give them a role that may first"),
            field="member",
        )
    named = Holder(
        member=member,
        receives=receives,
        under_clerk=under_clerk,
        named_on=clock.today(),
        named_by=actor.name[:200],
    )
    try:
        with transaction.atomic():
            named.save()
    except IntegrityError as error:
        raise InvalidInput(_("This person is named already"), field="member") from error
    log_channel(actor, "holder_named", list(holders()), holder=named.pk, name=label(named)[:60])
    return named


@transaction.atomic
def set_outside(*, actor: Actor, name: str, note: str, public: str) -> Holder:
    """Set the recipient outside the office, from the text of their public key file. Needs corruption.manage.

    An earlier one is ended. Raises InvalidInput for a key that cannot be read, or without a name.
    """
    actor.require(MANAGE)
    name, note = " ".join(name.split()), " ".join(note.split())
    if not name:
        raise InvalidInput(_("Enter the name of the authority outside the office"), field="name")
    key = read_public(public)
    before = outside()
    if before is not None:
        Holder.objects.filter(pk=before.pk).update(ended_on=clock.today())
    made = Holder.objects.create(
        name=name[:200],
        note=note[:300],
        public_key=key.point,
        collect=key.collect,
        confirmed=True,
        key_on=clock.today(),
        named_on=clock.today(),
        named_by=actor.name[:200],
    )
    add_dummies(made)
    fingerprint = sha256(key.point).hexdigest()[:16]
    log_channel(actor, "outside_set", list(holders()), holder=made.pk, name=name[:60], key=fingerprint)
    return made


@transaction.atomic
def end_outside(*, actor: Actor) -> None:
    """Have no recipient outside the office any more. Needs corruption.manage."""
    actor.require(MANAGE)
    found = outside()
    if found is None:
        raise WrongState(_("There is no recipient outside the office"))
    Holder.objects.filter(pk=found.pk).update(ended_on=clock.today())
    log_channel(actor, "outside_ended", list(holders()), holder=found.pk, name=found.name[:60])


def add_dummies(holder: Holder) -> None:
    """A row of bytes that open nothing for each report: whoever holds a key has as many rows as everybody else."""
    known = Access.objects.filter(holder=holder).values("report")
    missing = Report.objects.filter(erased=False).exclude(pk__in=known)
    Access.objects.bulk_create(
        Access(report=report, holder=holder, wrapped=dummy_wrap()) for report in missing
    )
