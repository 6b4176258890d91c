"""Thai dictionary order as a stored key: the database has no Thai collation, and code points put แก behind มา."""

from __future__ import annotations

import re

_LEADING_VOWEL = re.compile("([เแโใไ])([ก-ฮ])")
_MARKS = "็่้๊๋์"
_NO_MARK = "\u0001"


def sort_key(text: str) -> str:
    """A key whose code-point order is the dictionary's (พจนานุกรมฉบับราชบัณฑิตยสถาน).

    A leading vowel sorts after its consonant; tone marks and ็ ์ decide only between words that are otherwise equal,
    and there no mark comes before any. At most twice as long as the text, and one letter.
    """
    letters: list[str] = []
    marks: list[str] = []
    for letter in _LEADING_VOWEL.sub(r"\2\1", text.casefold()):
        if letter in _MARKS:
            marks.append(letter)
        else:
            letters.append(letter)
            marks.append(_NO_MARK)
    return "".join(letters) + _NO_MARK + "".join(marks).rstrip(_NO_MARK)
