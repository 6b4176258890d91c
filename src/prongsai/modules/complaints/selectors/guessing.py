"""What a message without a form is about, by the words that people use."""

from __future__ import annotations

import re
from functools import cache

from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.complaints.catalogue import Category, categories

UNKNOWN = "trouble"  # a person sorts it
VILLAGE = re.compile(r"(?:หมู่\s*ที่|หมู่บ้านที่|หมู่|ม\.)\s*(\d{1,2})(?!\d)")
# Words that belong into the sealed channel. Who uses them is told of it; what they wrote is taken all the same.
CORRUPTION = ("ทุจริต", "คอร์รัปชัน", "คอรัปชั่น", "โกงเงิน", "เรียกรับ", "เรียกเงิน", "สินบน", "ใต้โต๊ะ", "ฮั้ว", "เงินทอน")
OPAQUE = "opaque"
BETWEEN = "[^\0]{0,20}?"  # what may stand where a word has *: ไฟ*ดับ is also ไฟหน้าวัดดับ


@cache
def _words() -> tuple[tuple[re.Pattern[str], int, str], ...]:
    """Every word as a pattern, with its length and category, the longest first: ไฟถนน before ถนน."""
    found = [(word, category.key) for category in categories().values() for word in category.words]
    found.sort(key=lambda each: -len(each[0]))
    return tuple(
        (re.compile(BETWEEN.join(map(re.escape, word.split("*")))), len(word.replace("*", "")), key)
        for word, key in found
    )


def guess(text: str) -> Category:
    """The category whose words say most of the text (by their length); what a person has to sort where there is none.

    Words of a longer word do not count again: ไฟถนน is a light and no road.
    """
    rest = "".join(to_arabic(text).split())
    if speaks_of_corruption(text):
        return categories()[OPAQUE]
    points: dict[str, int] = {}
    for word, length, key in _words():
        rest, times = word.subn("\0", rest)
        if times:
            points[key] = points.get(key, 0) + length
    order = list(categories())
    best = max(points, key=lambda key: (points[key], -order.index(key)), default=UNKNOWN)
    return categories()[best]


def is_known(category: Category) -> bool:
    """Whether words said what it is about."""
    return category.key != UNKNOWN


def speaks_of_corruption(text: str) -> bool:
    plain = "".join(text.split())
    return any(word in plain for word in CORRUPTION)


def village_in(text: str) -> str:
    """The number of the village that a text names; "" where it names none."""
    found = VILLAGE.search(to_arabic(text))
    return str(int(found.group(1))) if found else ""
