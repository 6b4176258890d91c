"""What others have reported already, of what the public can see: so that one broken lamp is not reported twenty times."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.places import NUMBERED, about
from prongsai.foundation.casework.similar import Wanted, as_shown, similar
from prongsai.modules.complaints.choices import GRIEVANCE
from prongsai.modules.complaints.models import MeToo
from prongsai.modules.complaints.selectors.statistics import public_cases

SHOWN = 3


@dataclass(frozen=True)
class Similar:
    """A public case that may be the same matter, by what the public may read of it."""

    case: Case
    title: str
    received_on: date
    also: int  # how many more said that it troubles them too


def similar_cases(
    *,
    category: str,
    village: str = "",
    place: str = "",
    text: str = "",
    point: tuple[float, float] | None = None,
) -> list[Similar]:
    """At most three open, public reports of trouble that are likely the same; likeliest first. Two queries.

    What is compared is what everybody may read of a case: whoever tries words and places finds out nothing else by it.
    """
    latitude, longitude = about(*point) if point else (None, None)
    wanted = Wanted(
        kind=GRIEVANCE,
        text=f"{place} {text}",
        category=category,
        village=village if re.match(NUMBERED, village) else "",
        latitude=latitude,
        longitude=longitude,
    )
    shown = public_cases([GRIEVANCE]).filter(closed_on=None)
    public = [each.case for each in similar(wanted, SHOWN, among=shown, told=as_shown)]
    counts = me_too_counts(case.pk for case in public)
    return [Similar(case, case.public_title, case.received_on, counts.get(case.pk, 0)) for case in public]


def me_too_counts(cases: Iterable[int]) -> dict[int, int]:
    """How many more are troubled by each of the cases; those of whom there are none are left out."""
    ids = list(cases)
    if not ids:
        return {}
    rows = MeToo.objects.filter(case__in=ids).order_by().values("case").annotate(number=Count("pk"))
    return {row["case"]: row["number"] for row in rows}
