"""What the channel does by the clock: publishes its figures, forgets what is old, lets open keys lapse."""

from __future__ import annotations

from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.modules.corruption.models import Unlocked
from prongsai.modules.corruption.services import count_quarters, forget_ended, forget_old


@job()
def keep_house(*, organization_id: int) -> None:
    """Every day for every office, whether it has a channel or not: that the job ran tells nothing."""
    Unlocked.objects.filter(expires_at__lt=clock.now()).delete()
    count_quarters(actor=Actor.system())
    forget_old()
    forget_ended()


@periodic("50 17 * * *")  # 00.50 in Thailand, after the day's sealed batch
def keep_house_every_day() -> None:
    for organization in Organization.objects.values_list("pk", flat=True):
        keep_house.defer_once(organization_id=organization)
