"""Who may read a report: nobody whom it is about, and nobody who works under them. Pure; the browser does the same.

What a report is about is a set of keys: "head" (นายก), "executives" (รองนายก เลขานุการ ที่ปรึกษา), "clerk" (ปลัด),
"unit:7" (anybody in that unit), "reader:3" (that recipient by name), and keys that exclude nobody. Whoever acts for the
head today stands above the whole office, whoever acts for the clerk above all who answer to the clerk: a report about
them, or about those among whom they are, excludes like one about the post.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

HEAD, EXECUTIVES, CLERK = "head", "executives", "clerk"
COUNCIL, OUTSIDER, UNKNOWN = "council", "outsider", "unknown"  # exclude nobody


@dataclass(frozen=True)
class Reader:
    """A recipient, with what decides whether they may read. `acts_for`: posts for which they act today."""

    id: int
    post: str = ""
    unit: int | None = None
    acts_for: frozenset[str] = frozenset()
    under_clerk: bool = True  # False for those who answer to the head alone: a deputy, the internal auditor
    is_outside: bool = False  # ป.ป.ช. จังหวัด, อำเภอ: no part of the office
    was: frozenset[int] = frozenset()  # the same person, named before
    above: frozenset[str] = frozenset()  # keys of those who act today for a post above this reader

    @property
    def out_by(self) -> frozenset[str]:
        """The keys that exclude this reader: their own post and unit, and every post above them."""
        if self.is_outside:
            return frozenset()
        posts = self.acts_for | ({self.post} if self.post else set())
        keys = {HEAD, f"reader:{self.id}", *posts}
        keys |= self.above | among(self.unit, posts) | {f"reader:{each}" for each in self.was}
        if HEAD in posts:
            keys.add(EXECUTIVES)
        if self.under_clerk and HEAD not in posts:
            keys.add(CLERK)
        return frozenset(keys)


def among(unit: int | None, posts: Collection[str]) -> set[str]:
    """The keys of the group in which somebody is: their unit, or those around the head who are in none."""
    if unit is not None:
        return {f"unit:{unit}"}
    return set() if CLERK in posts else {EXECUTIVES}


@dataclass(frozen=True)
class Stand:
    """Somebody who acts for a post today, recipient or not."""

    acts_for: str
    post: str = ""
    unit: int | None = None
    ids: frozenset[int] = frozenset()  # as which recipient they are named, or were

    @property
    def keys(self) -> set[str]:
        """What is ticked by whoever reports about them: their own post, or else the group in which they are."""
        group = {self.post} if self.post else among(self.unit, ())
        return group | {f"reader:{each}" for each in self.ids}


def above(acting: Iterable[Stand], *, under_clerk: bool, posts: Collection[str]) -> frozenset[str]:
    """The keys of those who act today for a post above a reader who holds, or acts for, `posts`."""
    keys: set[str] = set()
    for each in acting:
        if each.acts_for == HEAD or (each.acts_for == CLERK and under_clerk and HEAD not in posts):
            keys |= each.keys
    return frozenset(keys)


def readers_of(
    readers: Iterable[Reader], concerned: Collection[str], unwanted: Collection[int] = ()
) -> list[Reader]:
    """Who gets the report. The outside recipients only when nobody inside is left. Empty: nobody may take it.

    `unwanted` are readers whom the reporter does not want, with or without a reason.
    """
    fit = [each for each in readers if each.id not in unwanted and not each.out_by.intersection(concerned)]
    return [each for each in fit if not each.is_outside] or fit


@dataclass(frozen=True)
class Named:
    """A key with the words by which people name what it stands for."""

    key: str
    words: tuple[str, ...] = field(default=())


def plain(text: str) -> str:
    """Text as words are looked for in it: no white space, small letters."""
    return re.sub(r"\s+", "", text).lower()


def named_in(text: str, named: Iterable[Named]) -> list[str]:
    """The keys of which a word stands in the text: whoever writes is asked whether they are meant."""
    squeezed = plain(text)
    return [each.key for each in named if any(plain(word) in squeezed for word in each.words if word)]
