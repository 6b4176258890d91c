"""Thai dictionary order as a stored key: the database has no Thai collation, and code points put แก behind มา."""

from __future__ import annotations

import re

_LEADING_VOWEL = re.compile("([เแโใไ])([ก-ฮ])")
_MARKS = "็่้๊๋์"


def sort_key(text: str) -> str:
    """A key whose code-point order is the dictionary's (พจนานุกรมฉบับราชบัณฑิตยสถาน).

    A leading vowel sorts after its consonant; tone marks and ็ ์ decide only between words that are otherwise equal.
    """
    letters, marks = [], []
    for letter in _LEADING_VOWEL.sub(r"\2\1", text.casefold()):
        if letter in _MARKS:
            marks.append(f"{len(letters):03d}{letter}")
        else:
            letters.append(letter)
    return "".join(letters) + "\u0001" + "".join(marks)
