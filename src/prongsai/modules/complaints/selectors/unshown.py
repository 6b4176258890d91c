"""Reports of trouble that nobody outside the office sees yet, each with a title under which everybody may."""

from __future__ import annotations

from datetime import timedelta

from prongsai.foundation.casework.models import Case, CaseQuerySet
from prongsai.foundation.casework.selectors import shown_to
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import Actor
from prongsai.kernel.thai.personal import telling
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.choices import GRIEVANCE

NEW = timedelta(days=90)  # older ones are shown one by one, where somebody wants them to be
LONGEST = 200


def _public_matters() -> list[str]:
    """Categories whose place has to be said: lamps, roads, water. Allowances and whatever else concerns one person are
    none of them."""
    return [key for key, each in categories().items() if each.kind == GRIEVANCE and each.place == "ask"]


def unshown(actor: Actor) -> CaseQuerySet:
    """The actor's cases that may well be shown, the newest first: of a public matter, of the last 90 days, neither
    refused nor counted with another."""
    found = Case.objects.real().filter(
        shown_to(actor, [GRIEVANCE]),
        kind=GRIEVANCE,
        category__in=_public_matters(),
        received_on__gte=clock.today() - NEW,
        is_public=False,
        erased_at=None,
    )
    return found.exclude(phase__in=[Phase.MERGED.value, Phase.REFUSED.value]).newest()


def suggested_title(case: Case) -> str:
    """The category, the place and the village. The place stays away where its words may tell of a person; what the
    citizen wrote of the matter is not looked at."""
    known = categories().get(case.category)
    place = "" if telling(case.place, name=case.contact_name) else " ".join(case.place.split())
    village = f"หมู่ที่ {case.village}" if case.village.isdecimal() else ""
    what = known.title if known else ""
    whole = " ".join(filter(None, [what, place, village]))
    return whole if len(whole) <= LONGEST else " ".join(filter(None, [what, village]))
