"""What a stranger sealed, read with distrust: the server never saw it, and a program can send whatever it likes.

Needs no database and no settings: the recipient outside the office reads with it too (opening.py).
"""

from __future__ import annotations

import json
from typing import Any

from prongsai.kernel.errors import Unreadable
from prongsai.modules.corruption.sealing import CONTENT, ITEM, Pair, opened, unwrapped

WORDS = ("names", "what", "when", "where", "evidence", "contact", "language", "sealed_in")
LISTS = ("concerned", "labels", "unwanted")  # of words
BROKEN = "เปิดอ่านไม่ได้ ข้อมูลที่ส่งมาไม่ครบหรือเสียหาย"


def own_pair(wrapped: bytes, pair: Pair, public: bytes) -> Pair | None:
    """The report's own pair; None when it was not wrapped for `pair`. Raises Unreadable for a key of something else."""
    secret = unwrapped(wrapped, pair, public)
    if secret is None:
        return None
    own = Pair.of(secret)
    if own.public != public:
        raise Unreadable(BROKEN)
    return own


def read_content(sealed: bytes, own: Pair) -> dict[str, Any]:
    """The answers of a report. Raises Unreadable for anything that no form of ours makes."""
    said = _object(opened(sealed, own, CONTENT))
    fits = (
        all(isinstance(said.get(name, ""), str) for name in WORDS)
        and all(_is_words(said.get(name, [])) for name in LISTS)
        and all(_is_plain(value) for value in said.values())
    )
    if not fits or not str(said.get("what", "")).strip():
        raise Unreadable(BROKEN)
    return said


def read_said(sealed: bytes, own: Pair) -> dict[str, Any]:
    """An event as it was sealed; nothing for an empty one. Raises Unreadable for what is none."""
    plain = opened(sealed, own, ITEM)
    return _object(plain) if plain else {}


def _object(plain: bytes) -> dict[str, Any]:
    """A JSON object whose words can be written to a page."""
    try:
        said = json.loads(plain)
        json.dumps(said, ensure_ascii=False).encode()  # half a pair of surrogates is no letter
    except (ValueError, RecursionError) as error:
        raise Unreadable(BROKEN) from error
    if not isinstance(said, dict):
        raise Unreadable(BROKEN)
    return said


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_plain(value: object) -> bool:
    """A word or a number, or a list of them: the forms make nothing deeper."""
    flat = value if isinstance(value, list) else [value]
    return all(isinstance(each, (str, int)) for each in flat)
