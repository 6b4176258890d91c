"""What the register does by the clock: hourly looks, mailboxes, the day's close, the month's count, forgetting."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from prongsai.foundation.channels.connectors import mailbox
from prongsai.foundation.channels.connectors.base import NotConnected
from prongsai.foundation.channels.connectors.email import kept_whole
from prongsai.foundation.channels.heartbeat.looks import look_at, settle
from prongsai.foundation.channels.later import later
from prongsai.foundation.channels.models import (
    DIGITAL,
    Channel,
    ChannelCheck,
    Inbound,
    Outbound,
)
from prongsai.foundation.channels.selectors import channels_open
from prongsai.foundation.channels.services.days import close_day, count_due_months, count_unseen_again
from prongsai.foundation.channels.services.inbound import handle_inbound, receive_arrival
from prongsai.foundation.channels.services.links import look_at_links
from prongsai.foundation.channels.services.outbound import deliver
from prongsai.foundation.channels.services.recounting import count_anew
from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.tenancy.scope import reading_across_organizations
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor

__all__ = ["close_days", "deliver", "fetch_mail", "handle_inbound", "look_at", "settle", "tend", "tidy"]

SPREAD = 40 * 60  # seconds of an hour over which the installation's looks are spread
CHECKS_KEPT = timedelta(days=70)  # until their days are counted, and a month to look back
MESSAGES_KEPT = timedelta(days=30)  # cases have their own copy
SELF_CHECKS_KEPT = timedelta(days=2)
BACK = 7  # days that are closed late when the computer was off


def _offices(condition: Q) -> list[int]:
    """The organizations with an open channel of a sort; one query for the installation."""
    with reading_across_organizations():
        found = Channel.objects.filter(condition, closed_on=None).order_by()
        return list(found.values_list("organization_id", flat=True).distinct())


@periodic("7 * * * *")
def look_at_everything() -> None:
    """Each office's looks begin at a minute of its own."""
    for organization_id in _offices(Q(kind__in=DIGITAL)):
        at = clock.now() + timedelta(seconds=organization_id * 37 % SPREAD)
        later(tend, at, organization_id=organization_id)


@job()
def tend(*, organization_id: int) -> None:
    """Look at every digital channel of the office, and pick up messages whose jobs were lost."""
    for channel in channels_open().filter(kind__in=DIGITAL):
        if channel.is_connected or channel.kind in {"web", "sealed"}:
            look_at.defer_once(organization_id=organization_id, channel_id=channel.pk)
    late = clock.now() - timedelta(hours=1)
    for inbound in Inbound.objects.filter(handled_at=None, tries=0, received_at__lt=late):
        handle_inbound.defer_once(organization_id=organization_id, inbound_id=inbound.pk)
    for outbound in Outbound.objects.filter(state="waiting", next_at__lt=late):
        deliver.defer_once(organization_id=organization_id, outbound_id=outbound.pk)


@periodic("*/5 * * * *")
def fetch_all_mail() -> None:
    mailboxes = Q(kind="email", is_connected=True) & ~Q(settings__imap_host=None) & ~Q(settings__imap_host="")
    with reading_across_organizations():
        found = list(Channel.objects.filter(mailboxes, closed_on=None).values_list("organization_id", "pk"))
    for organization_id, channel_id in found:
        fetch_mail.defer_once(organization_id=organization_id, channel_id=channel_id)


@job()
def fetch_mail(*, organization_id: int, channel_id: int) -> None:
    """Keep what has come into a mailbox. How far it was read commits with what was kept; the mailbox stays as it is.

    A mailbox that cannot be opened is left for the next visit; the hourly look tells of it.
    """
    channel = (
        Channel.objects.select_for_update().filter(pk=channel_id, is_connected=True, closed_on=None).first()
    )
    if channel is None:
        return
    try:
        with mailbox.opened(channel) as box:
            place = channel.settings.get("place")
            if place is None:
                channel.settings["place"] = mailbox.end_of(box)
            for mail in mailbox.new_mails(box, place) if place else ():
                if mail.raw is not None:
                    receive_arrival(channel, kept_whole(mail.raw, too_large=not mail.whole), at=mail.arrived)
                channel.settings["place"] = mail.place
    except NotConnected:
        pass
    channel.save(update_fields=["settings"])


@periodic("20 17 * * *")  # 00.20 in Thailand
def close_all_days() -> None:
    for organization_id in _offices(Q()):
        close_days.defer_once(organization_id=organization_id)


@job()
def close_days(*, organization_id: int) -> None:
    """Close the days that are over, count the months that are, look which channels lead to which, forget what is old."""
    today = clock.today()
    for back in range(BACK, 0, -1):
        close_day(today - timedelta(days=back))
    count_due_months(actor=Actor.system())
    count_anew()
    count_unseen_again()
    if today.day == 1:
        look_at_links(actor=Actor.system())
    tidy()


def tidy() -> None:
    """Forget looks that are counted, and what messages said: their cases have it, for as long as the law allows."""
    now = clock.now()
    ChannelCheck.objects.filter(at__lt=now - CHECKS_KEPT).exclude(how="officer").delete()
    done = Inbound.objects.exclude(handled_at=None)
    done.filter(handled_as="check", handled_at__lt=now - SELF_CHECKS_KEPT).delete()
    done.filter(handled_at__lt=now - MESSAGES_KEPT).delete()
    old = Outbound.objects.filter(created_at__lt=now - MESSAGES_KEPT).exclude(state="waiting")
    old.update(text="", recipient="", subject="", files=[])
