"""What the API does by the clock: forgets the answers that nobody asks for again."""

from __future__ import annotations

from prongsai.foundation.api.services import forget_answers
from prongsai.foundation.jobs.decorators import job, periodic
from prongsai.foundation.organizations.models import Organization


@job()
def forget_old_answers(*, organization_id: int) -> None:
    """Remove an organization's answers that are older than a week."""
    forget_answers()


@periodic("40 17 * * *")  # 00.40 in Thailand
def forget_everywhere() -> None:
    for organization in Organization.objects.values_list("pk", flat=True):
        forget_old_answers.defer_once(organization_id=organization)
