"""What the ledger does by the clock: signs heads, closes the day's sealed batch, sends heads to witnesses."""

from __future__ import annotations

from datetime import timedelta

from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.sealed import append_sealed_batch
from prongsai.foundation.ledger.selectors import log_size
from prongsai.foundation.ledger.witnesses import send_heads
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor


@job()
def close_day(*, organization_id: int) -> None:
    """Append yesterday's sealed batch, and sign the head of the main log when it grew."""
    append_sealed_batch(clock.today() - timedelta(days=1))
    if log_size():
        sign_head(actor=Actor.system())


@job()
def tell_witnesses(*, organization_id: int) -> None:
    """Mail the signed head to the organization's witnesses, once a month."""
    send_heads(clock.today())


@periodic("10 17 * * *")  # 00.10 in Thailand
def close_every_day() -> None:
    for organization in Organization.objects.values_list("pk", flat=True):
        close_day.defer_once(organization_id=organization)


@periodic("30 17 1 * *")  # early on the second of the month in Thailand
def tell_all_witnesses() -> None:
    for organization in Organization.objects.values_list("pk", flat=True):
        tell_witnesses.defer_once(organization_id=organization)
