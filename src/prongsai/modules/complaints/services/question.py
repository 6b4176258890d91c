"""A small sum that a person answers at once, asked only when a line sends much more than people do.

It needs no picture, no sound and no script. The question travels signed with the form, holds for half an hour, counts
once, and no sooner than a person could have read it.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from django.core import signing
from django.utils.translation import get_language

from prongsai.kernel.thai.digits import to_arabic

SALT = "prongsai.complaints.question"
LIVES = 30 * 60  # seconds
READING = 2  # seconds
MOST = 20_000
THAI = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า", "สิบ")
ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Question:
    """The two numbers in words, and the token that the form carries back."""

    one: str
    other: str
    token: str


_used: OrderedDict[str, None] = OrderedDict()
_lock = Lock()


def ask() -> Question:
    """A fresh question, in the page's language."""
    one, other = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
    token = signing.dumps([one, other, int(time.time()), secrets.token_urlsafe(9)], salt=SALT)
    words = THAI if get_language() == "th" else ENGLISH
    return Question(words[one], words[other], token)


def answered(token: str, answer: str) -> bool:
    """Whether `answer` is the sum that `token` asks for; true once for each token, in Arabic or Thai digits or Thai words."""
    try:
        one, other, asked_at, once = signing.loads(token, salt=SALT, max_age=LIVES)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    if time.time() - asked_at < READING:
        return False
    said = to_arabic(answer).strip()
    if said not in {str(one + other), _in_words(one + other)}:
        return False
    with _lock:
        if once in _used:
            return False
        _used[once] = None
        while len(_used) > MOST:
            _used.popitem(last=False)
    return True


def _in_words(number: int) -> str:
    """ห้า, สิบสอง, สิบเอ็ด: sums go to 18."""
    if number <= 10:
        return THAI[number]
    return "สิบ" + ("เอ็ด" if number == 11 else THAI[number - 10])
