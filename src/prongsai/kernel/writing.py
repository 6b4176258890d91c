"""Whether a text says something to whoever reads it."""

from __future__ import annotations

# Letters by their class that show nothing: fillers of Hangul.
UNSEEN = frozenset("\u115f\u1160\u3164\uffa0")


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it: signs of no width, gaps and points alone say nothing."""
    return any(sign.isalnum() and sign not in UNSEEN for sign in text)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and … where it has more than so many letters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def said_or_nothing(text: str) -> str:
    """The text without the gaps around it; "" when it says nothing."""
    return text.strip() if says_something(text) else ""
