"""What complaints do by the clock: each month's figures are put on record, old drafts are forgotten."""

from __future__ import annotations

from prongsai.foundation.casework.models import CaseCounter
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.tenancy.scope import reading_across_organizations
from prongsai.kernel.contracts import Actor
from prongsai.modules.complaints.models import CitizenDraft
from prongsai.modules.complaints.selectors.drafts import stale
from prongsai.modules.complaints.services import drafts
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.traffy.tasks import exchange, exchange_with_traffy, tell_ticket

__all__ = [
    "count_complaints",
    "count_every_night",
    "exchange",
    "exchange_with_traffy",
    "forget_all_drafts",
    "forget_drafts",
    "tell_ticket",
]


@job()
def count_complaints(*, organization_id: int) -> None:
    """Count the months that are over, and those of which something changed; nothing where no register is kept."""
    count_due(actor=Actor.system())


@periodic("25 17 * * *")  # 00.25 in Thailand: on the first day of a month for the month before
def count_every_night() -> None:
    """For each office that has a complaint channel, open or closed, or ever gave a case a number."""
    with reading_across_organizations():
        offices = set(
            Channel.objects.filter(takes_complaints=True).order_by().values_list("organization_id", flat=True)
        )
        offices |= set(CaseCounter.objects.order_by().values_list("organization_id", flat=True))
    for organization in sorted(offices):
        count_complaints.defer_once(organization_id=organization)


@job()
def forget_drafts(*, organization_id: int) -> None:
    """Erase what citizens began and did not send for a week."""
    drafts.forget_old()


@periodic("35 19 * * *")  # 02.35 in Thailand
def forget_all_drafts() -> None:
    """A job for each office that has something to forget: most have nothing."""
    with reading_across_organizations():
        ids = list(
            stale(CitizenDraft.objects.all()).order_by().values_list("organization_id", flat=True).distinct()
        )
    for organization_id in ids:
        forget_drafts.defer_once(organization_id=organization_id)
