"""What others have reported already, of what the public can see: so that one broken lamp is not reported twenty times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt

from django.db.models import Count

from prongsai.foundation.casework.models import Case
from prongsai.kernel import clock
from prongsai.kernel.thai.words import segment
from prongsai.modules.complaints.models import MeToo

LOOKED_AT = 100  # of the newest public cases of the category
SHOWN = 3
RECENT = timedelta(days=90)
NEAR = 150.0  # metres
EARTH = 6_371_000.0
SMALL_WORDS = frozenset(
    {"ที่", "และ", "หรือ", "ของ", "ใน", "หน้า", "ข้าง", "หมู่", "บ้าน", "ครับ", "ค่ะ", "มี", "ไม่", "เป็น", "แล้ว"}
)


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
    """At most three open, public cases of the category that are near, or spoken of in the same words; likeliest first.

    Two queries. What is compared is what the office knows of a case; what comes back is its public title alone.
    """
    recent = Case.objects.filter(
        is_public=True, closed_on=None, category=category, received_on__gte=clock.today() - RECENT
    )
    found = list(recent.order_by("-id")[:LOOKED_AT])
    spoken = content_words(f"{place} {text}")
    scored = [(likeness(case, village, spoken, point), case) for case in found]
    best = sorted((each for each in scored if each[0] >= 2), key=lambda each: (-each[0], -each[1].pk))[:SHOWN]
    counts = me_too_counts(case.pk for _, case in best)
    return [Similar(case, case.public_title, case.received_on, counts.get(case.pk, 0)) for _, case in best]


def likeness(case: Case, village: str, spoken: frozenset[str], point: tuple[float, float] | None) -> int:
    """Points for being the same: near on the map 3, the same village 1, words in common 1 or 2. Two are enough."""
    points = 1 if village and case.village == village else 0
    common = len(spoken & content_words(f"{case.place} {case.public_title}"))
    points += min(common, 4) // 2 if common > 1 else common
    if point and case.latitude is not None and case.longitude is not None:
        away = metres(point, (float(case.latitude), float(case.longitude)))
        points += 3 if away <= NEAR else -2
    return points


def content_words(text: str) -> frozenset[str]:
    """The words of a text that say something."""
    words = (word.strip().lower() for word in segment(text[:2000]))
    return frozenset(
        word for word in words if len(word) > 1 and word not in SMALL_WORDS and not word.isspace()
    )


def metres(one: Sequence[float], other: Sequence[float]) -> float:
    """The distance of two points given in degrees."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def me_too_counts(cases: Iterable[int]) -> dict[int, int]:
    """How many more are troubled by each of the cases; those of whom there are none are left out."""
    ids = list(cases)
    if not ids:
        return {}
    rows = MeToo.objects.filter(case__in=ids).order_by().values("case").annotate(number=Count("pk"))
    return {row["case"]: row["number"] for row in rows}
