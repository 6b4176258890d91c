"""Cases that are likely the same as one that is being written: near in place and words, within the last 30 days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from django.db.models import Q

from prongsai.foundation.casework.kinds import case_kind, kinds_of_module
from prongsai.foundation.casework.models import Case, CaseQuerySet
from prongsai.foundation.casework.places import about, shown_village
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.thai.words import segment

WITHIN = timedelta(days=30)
LOOKED_AT = 400  # the latest of a kind; the largest office gets some thirty a day
READ = 1_000  # characters of a text
NEAR = 150  # metres
ENOUGH = 0.45
# Words that every report has, and that say nothing about which.
COMMON = frozenset(
    [
        "และ",
        "หรือ",
        "ของ",
        "ที่",
        "ใน",
        "เป็น",
        "มี",
        "ไม่",
        "ได้",
        "ให้",
        "จะ",
        "จาก",
        "กับ",
        "แต่",
        "ว่า",
        "ก็",
        "นี้",
        "นั้น",
        "อยู่",
        "มา",
        "ไป",
        "แล้ว",
        "ครับ",
        "ค่ะ",
        "คะ",
        "ขอ",
        "แจ้ง",
        "เรื่อง",
        "ช่วย",
        "ด้วย",
        "ทำ",
        "การ",
        "ความ",
        "บ้าน",
        "หมู่",
        "หมู่ที่",
        "ตำบล",
        "ท่าน",
        "ผู้",
        "เจ้าหน้าที่",
        "ทาง",
        "ตรง",
        "บริเวณ",
        "หน้า",
        "ถนน",
        "วัน",
        "the",
        "and",
        "of",
        "in",
        "at",
        "is",
        "to",
        "a",
    ]
)


@dataclass(frozen=True)
class Wanted:
    """What is known of a case that is being written."""

    kind: str
    text: str
    category: str = ""
    village: str = ""
    latitude: Decimal | float | None = None
    longitude: Decimal | float | None = None
    besides: int | None = None  # the case itself, when it is registered already


@dataclass(frozen=True)
class Similar:
    """A case, and how much speaks for its being the same (0 to 1)."""

    case: Case
    score: float


def similar_to(case: Case, most: int = 5) -> list[Similar]:
    """Cases that are likely the same as a registered one."""
    return similar(replace(as_known(case), besides=case.pk), most)


def alike(case: Case, shown: Q, most: int = 5) -> list[Case]:
    """Of the cases that are likely the same as a registered one those that are `shown`. Two queries at most."""
    likely = [each.case for each in similar_to(case, most)]
    found = Case.objects.filter(shown, pk__in=[each.pk for each in likely]).values_list("pk", flat=True)
    seen = set(found) if likely else set[int]()
    return [each for each in likely if each.pk in seen]


def as_known(case: Case) -> Wanted:
    """What the office knows of a case."""
    return Wanted(
        case.kind, f"{case.title} {case.body}", case.category, case.village, case.latitude, case.longitude
    )  # fmt: skip


def as_shown(case: Case) -> Wanted:
    """What everybody may read of a case that is shown."""
    place = (case.latitude, case.longitude)
    latitude, longitude = (None, None) if None in place else about(*place)  # type: ignore[arg-type]
    return Wanted(case.kind, case.public_title, case.category, shown_village(case), latitude, longitude)


def similar(
    wanted: Wanted,
    most: int = 5,
    *,
    among: CaseQuerySet | None = None,
    told: Callable[[Case], Wanted] = as_known,
) -> list[Similar]:
    """The likeliest first, of the module's cases or `among` some; `told` says what of a case is compared.

    One query of at most LOOKED_AT rows. Words are compared as Thai words, not as letters; the same village and category,
    and above all a place within 150 metres, speak for it. Merged and erased cases are not among them.
    """
    kinds = kinds_of_module(case_kind(wanted.kind).module)
    recent = (
        (Case.objects.real() if among is None else among)
        .filter(kind__in=kinds, received_on__gte=clock.today() - WITHIN, erased_at=None)
        .exclude(phase=Phase.MERGED.value)
        .exclude(pk=wanted.besides)
        .order_by("-received_on", "-id")[:LOOKED_AT]
    )
    said = content_words(wanted.text)
    found = [Similar(case, _score(wanted, said, told(case))) for case in recent]
    likely = [each for each in found if each.score >= ENOUGH]
    return sorted(likely, key=lambda each: (-each.score, -each.case.pk))[:most]


def _score(wanted: Wanted, said: frozenset[str], other: Wanted) -> float:
    words = overlap(said, content_words(other.text))
    metres = _metres(wanted, other)
    if metres is not None:
        if metres > 4 * NEAR:
            return words * 0.4  # the same trouble at another place
        place = 0.45 if metres <= NEAR else 0.2
    else:
        place = 0.15 if wanted.village and wanted.village == other.village else 0.0
    same = 0.2 if wanted.category and wanted.category == other.category else 0.0
    against = (
        0.3
        if wanted.village and other.village and wanted.village != other.village and metres is None
        else 0.0
    )
    return max(0.0, min(1.0, 0.7 * words + place + same - against))


def overlap(one: Iterable[str], other: Iterable[str]) -> float:
    """How many of the words of the shorter text stand in the other one, between 0 and 1."""
    first, second = set(one), set(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0


def content_words(text: str) -> frozenset[str]:
    """The words of a text (of its beginning) that say what it is about."""
    return _content_words(text[:READ])


@lru_cache(2_000)
def _content_words(text: str) -> frozenset[str]:
    found = (word.strip().lower() for word in segment(to_arabic(text)))
    return frozenset(w for w in found if len(w) > 1 and w not in COMMON and any(c.isalnum() for c in w))


def _metres(wanted: Wanted, other: Wanted) -> float | None:
    """The distance between both places; None unless both are known."""
    known = (wanted.latitude, wanted.longitude, other.latitude, other.longitude)
    if any(value is None for value in known):
        return None
    y1, x1, y2, x2 = (radians(float(value)) for value in known if value is not None)
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 12_742_000 * asin(sqrt(half))
