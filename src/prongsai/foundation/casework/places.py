"""Where an office's cases are, and how much of it everybody may know."""

from __future__ import annotations

import re
from decimal import Decimal
from statistics import median

from prongsai.foundation.casework.models import Case
from prongsai.kernel.points import Point, point

NUMBERED = r"^[0-9]{1,3}$"  # what else was typed into the field may be anything, a name too
ABOUT = 3  # decimals of a degree, about a hundred metres: which house it is, nobody need know
LOCATED = 500  # of the newest cases that have a point


def shown_village(case: Case) -> str:
    """The number of the village, as everybody may read it; empty where something else was typed."""
    return case.village if re.match(NUMBERED, case.village) else ""


def about(latitude: Decimal | float, longitude: Decimal | float) -> tuple[float, float]:
    """A point as everybody may know it: to about a hundred metres."""
    return round(float(latitude), ABOUT), round(float(longitude), ABOUT)


def middle_of_cases() -> Point | None:
    """The middle of where the office's cases are, to about a kilometre: one that lies far off does not move it.

    None while no case has a point. Two decimals, so that it tells of no single case where it is.
    """
    located = Case.objects.real().filter(latitude__isnull=False, longitude__isnull=False)
    points = list(located.newest().values_list("latitude", "longitude")[:LOCATED])
    if not points:
        return None
    return point(*(round(median(values), 2) for values in zip(*points, strict=True)))
