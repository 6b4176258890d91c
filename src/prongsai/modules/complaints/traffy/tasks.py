"""What the exchange does by the clock, for offices that have it on."""

from __future__ import annotations

from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.tenancy.scope import reading_across_organizations
from prongsai.kernel import clock
from prongsai.modules.complaints.models import TraffyLink, TraffyTicket
from prongsai.modules.complaints.traffy.asking import ask
from prongsai.modules.complaints.traffy.telling import MOST, due, tell


@periodic("*/15 * * * *")
def exchange_with_traffy() -> None:
    """For each office that has the exchange on: ask when it is time, and tell what is new."""
    with reading_across_organizations():
        offices = list(TraffyLink.objects.filter(is_on=True).values_list("organization_id", flat=True))
    for organization_id in offices:
        exchange.defer_once(organization_id=organization_id)


@job()
def exchange(*, organization_id: int) -> None:
    """Ask for news when it is time, and have what is news here told, each ticket by a job of its own."""
    link = TraffyLink.objects.filter(is_on=True).first()
    if link is None:
        return
    if link.next_at is None or link.next_at <= clock.now():
        ask()
    if link.tells:
        for ticket in due().values_list("pk", flat=True)[:MOST]:
            tell_ticket.defer_once(organization_id=organization_id, ticket_id=ticket)


@job()
def tell_ticket(*, organization_id: int, ticket_id: int) -> None:
    """Tell how one case stands."""
    ticket = TraffyTicket.objects.filter(pk=ticket_id).first()
    if ticket is not None:
        tell(ticket=ticket)
