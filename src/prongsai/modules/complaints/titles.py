"""What a case is called that nobody gave a title to."""

from __future__ import annotations

from prongsai.kernel.writing import shortened
from prongsai.modules.complaints.catalogue import Category, categories

LONGEST_TITLE = 80


def title_of(category: Category, text: str, village: str) -> str:
    """What the case is called: the category and the village, or how the text begins where the category says little."""
    if category.key in {"trouble", "office", "idea", "question", "information"}:
        return opening_words(text) or category.title
    return f"{category.title} หมู่ที่ {village}" if village.isdecimal() else category.title


def opening_words(text: str) -> str:
    """The first line of a text, cut to a title's length."""
    first = " ".join(next((line for line in text.splitlines() if line.strip()), "").split())
    return shortened(first, LONGEST_TITLE)


def called(category: str, text: str, village: str) -> str:
    """The same by the category's key; "" for one that there is not."""
    known = categories().get(category)
    return title_of(known, text, village) if known else ""
