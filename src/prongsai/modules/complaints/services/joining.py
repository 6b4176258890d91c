"""Somebody is troubled by the same matter as a case that the public can see: counted, once for each browser."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework.models import Case
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.complaints.models import CitizenDraft, MeToo
from prongsai.modules.complaints.services.drafts import discard


@transaction.atomic
def join(*, draft: CitizenDraft, case: int) -> int:
    """Count the draft's sender with a public, open case and forget the draft; how many have joined it so far.

    Nobody learns who: the digest of the browser's key keeps one person to one. Raises InvalidInput for a case that the
    public cannot see, or that is closed.
    """
    found = joinable(case)
    fresh = MeToo(organization_id=found.organization_id, case=found, digest=draft.digest, at=clock.now())  # type: ignore[attr-defined]
    MeToo.objects.bulk_create([fresh], ignore_conflicts=True)
    discard(draft=draft)
    return MeToo.objects.filter(case=found).count()


def joinable(case: int) -> Case:
    """The public, open case of this id, as whoever is troubled by it too may join it. Raises InvalidInput for others."""
    found = Case.objects.filter(pk=case, is_public=True, closed_on=None).first()
    if found is None:
        raise InvalidInput(
            _("That case is closed or no longer shown. You can go on and send your own"), field="same"
        )
    return found
