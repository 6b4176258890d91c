"""A member's own wishes about work, and asking others to do theirs."""

from __future__ import annotations

import hashlib
import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.ledger.services import record
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Ref, WorkItem
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from prongsai.modules.office.mails import send_reminder
from prongsai.modules.office.models import KEY_LENGTH, Reminder, Wishes
from prongsai.modules.office.selectors import debtors
from prongsai.modules.office.work import item_of

REMINDED = "reminder_sent"
SECRET_BYTES = 24


def digest_of(secret: str) -> str:
    """What is kept of a calendar's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def choose_daily_mail(*, actor: Actor, member: Membership, wanted: bool) -> Wishes:
    """Switch the member's own morning list on or off. A personal convenience: no fact. Raises NotPermitted for another's."""
    wishes = _own(actor, member)
    wishes.daily_mail = wanted
    wishes.save(update_fields=["daily_mail"])
    return wishes


@transaction.atomic
def renew_calendar(*, actor: Actor, member: Membership) -> str:
    """A new secret for the member's own calendar; the former address stops at once. The secret is shown this once."""
    wishes = _own(actor, member)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    wishes.calendar = digest_of(secret)
    wishes.save(update_fields=["calendar"])
    return secret


@transaction.atomic
def stop_calendar(*, actor: Actor, member: Membership) -> None:
    """Let no address show the member's calendar any more."""
    wishes = _own(actor, member)
    wishes.calendar = ""
    wishes.save(update_fields=["calendar"])


def _own(actor: Actor, member: Membership) -> Wishes:
    if actor.user_id is None or actor.user_id != member.user_id:  # type: ignore[attr-defined]
        raise NotPermitted(_("Settings of somebody else cannot be changed"))
    # Created or locked in one step: two tabs may save at the same moment.
    Wishes.objects.bulk_create([Wishes(member=member)], ignore_conflicts=True)
    return Wishes.objects.select_for_update().get(member=member)


def _in_thai(item: WorkItem) -> str:
    """The register is Thai, whatever language whoever writes into it reads."""
    with override("th"):
        return item.said_outside


@transaction.atomic
def remind(*, actor: Actor, organization: Organization, key: str) -> int:
    """Tell those who owe the work called `key` that it is waited for; how many will be told. Needs office.remind.

    At most once a day for each piece of work. Raises InvalidInput when there is no such work (any more), WrongState
    when it was done today or when nobody who owes it can be told by mail or LINE.
    """
    actor.require("office.remind")
    item = item_of(key, organization) if 0 < len(key) <= KEY_LENGTH else None
    if item is None:
        raise InvalidInput(_("This piece of work is done, or is not in the list"), field="item")
    told = debtors(item)
    if not told:
        raise WrongState(
            _(
                "Those who owe this work have neither an e-mail address here nor LINE. "
                "Tell them another way, then add an address under People"
            )
        )
    try:
        with transaction.atomic():  # of two people who press at the same moment, one is told
            reminder = Reminder.objects.create(
                item=key, day=clock.today(), sender=actor.name[:200], sent_to=len(told)
            )
    except IntegrityError as error:
        raise WrongState(
            _("A reminder of this work was sent today. It can be sent again tomorrow")
        ) from error
    send_reminder.defer(organization_id=organization.pk, reminder_id=reminder.pk)
    record(
        actor=actor,
        kind=REMINDED,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=Ref("office", "reminder", reminder.pk),
        unit=item.unit,
        title=f"เตือนงานค้าง: {_in_thai(item)}",
        payload={"item": key, "people": len(told)},
    )
    return len(told)
