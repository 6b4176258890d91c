"""The end of a recipient's task: at once for them, and for their keys after a time in which it can be taken back.

Whoever manages the channel may be the one whom a report is about. Were the keys of a recipient destroyed with the task,
one person could make every report unreadable for good; so they stay sealed for a while, and all recipients are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.notify.services import tell
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import WrongState
from prongsai.modules.corruption.choices import MANAGE
from prongsai.modules.corruption.models import Access, Desk, Holder, Unlocked
from prongsai.modules.corruption.sealing import dummy_wrap
from prongsai.modules.corruption.selectors import holders, label, receiving
from prongsai.modules.corruption.services.common import log_channel
from prongsai.modules.corruption.services.desk import add_dummies

KEPT_DAYS = 90  # the keys of a recipient whose task ended


def last_day_back(holder: Holder) -> date | None:
    """Until when the end of the task can be taken back; None where it was not ended, or its keys are gone."""
    if holder.ended_on is None or holder.member is None or not holder.by_recovery:
        return None
    return holder.ended_on + timedelta(days=KEPT_DAYS)


@transaction.atomic
def end_holder(*, actor: Actor, holder: Holder) -> None:
    """Take the task away: from now on nothing is sealed to them, and what was is closed to them. Needs corruption.manage.

    For KEPT_DAYS it can be taken back; the member and all other recipients are told. Raises WrongState for the last one
    who can read new reports while the channel is open.
    """
    actor.require(MANAGE)
    holder = Holder.objects.select_for_update(of=("self",)).select_related("member__user").get(pk=holder.pk)
    if holder.ended_on is not None:
        return
    left = [each for each in receiving() if each.pk != holder.pk]
    if not left and Desk.objects.filter(closed_on=None).exists():
        raise WrongState(
            _("This is the last recipient. Name another one, or close the channel, before the task ends")
        )
    holder.ended_on = clock.today()
    holder.save(update_fields=["ended_on"])
    Unlocked.objects.filter(holder=holder).delete()
    log_channel(actor, "holder_ended", [*holders(), holder], holder=holder.pk, name=label(holder)[:60])
    _tell(holder, [holder, *holders()], "สิ้นสุดหน้าที่ผู้รับเรื่องช่องทางแจ้งเบาะแส", "ended")


@transaction.atomic
def take_back_end(*, actor: Actor, holder: Holder) -> None:
    """Give the task back to a recipient, with the keys and reports that they had. Needs corruption.manage.

    Raises WrongState when it was not ended, too long ago, or when they were named anew meanwhile.
    """
    actor.require(MANAGE)
    holder = Holder.objects.select_for_update(of=("self",)).select_related("member__user").get(pk=holder.pk)
    last = last_day_back(holder)
    named = Holder.objects.filter(member=holder.member_id, ended_on=None).exists()  # type: ignore[attr-defined]
    if last is None or clock.today() > last or named:
        raise WrongState(_("The end of this task can be taken back no more. Name the person as a recipient"))
    holder.ended_on = None
    holder.save(update_fields=["ended_on"])
    add_dummies(holder)  # for what came meanwhile, so that they have as many rows as everybody else
    log_channel(actor, "holder_back", list(holders()), holder=holder.pk, name=label(holder)[:60])
    _tell(holder, holders(), "กลับเป็นผู้รับเรื่องช่องทางแจ้งเบาะแส", "back")


@transaction.atomic
def forget_ended() -> int:
    """Make the keys of recipients whose task ended long ago worth nothing. Returns of how many."""
    before = clock.today() - timedelta(days=KEPT_DAYS)
    old = Holder.objects.filter(ended_on__lt=before).exclude(member=None).exclude(by_recovery=b"")
    for holder in old:
        holder.by_passphrase = holder.by_recovery = holder.next_key = b""
        holder.save(update_fields=["by_passphrase", "by_recovery", "next_key"])
        for access in Access.objects.filter(holder=holder):
            access.wrapped = dummy_wrap()
            access.save(update_fields=["wrapped"])
    return len(old)


def _tell(holder: Holder, told: Iterable[Holder], subject: str, what: str) -> None:
    """A word to each recipient and to whose task it is: so nobody is left out unnoticed. Nothing of any report is in it."""
    text = f"{label(holder)} {subject} เมื่อมีข้อสงสัย เปิดกล่องแล้วดูบันทึกของช่องทาง"
    members = {each.member_id for each in told if each.member_id}  # type: ignore[attr-defined]
    for member in Membership.objects.working().filter(pk__in=members).select_related("user"):
        tell(
            recipient=member,
            subject=subject,
            text=text,
            key=f"corruption:{what}:{holder.pk}:{clock.today()}:{member.pk}",
        )
