"""Whether a wording says that nobody complained, and about what. The words are data (`data/suggestions.toml`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from prongsai.kernel.contracts import Topic
from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.measures import rules
from prongsai.modules.measures.notation import ProofTerm, parse_term

GRIEVANCES = "figure(grievances.received = 0)"
# A zero as a number of its own: with what is counted after it, or with what leads to a number before it.
NUMBER = r"(?<![\d.,])0+(?:\.0+)?(?![\d,.]*\d)"
COUNTED = "เรื่อง|ราย|ครั้ง|ข้อ|กรณี|ฉบับ|คน|%|เปอร์เซ็นต์"
LEADING = "จำนวน|เป็น|เท่ากับ|ร้อยละ|คือ|=|:"


@dataclass(frozen=True)
class NoComplaints:
    """The claim that there were no complaints: about these subjects, none for all; of grievances as well."""

    topics: frozenset[Topic] = frozenset()
    grievances: bool = False

    @property
    def expressions(self) -> tuple[str, ...]:
        """The proofs that carry it."""
        named = "+".join(topic.value for topic in Topic if topic in self.topics) or "all"
        return (f"zero(topics={named})", *([GRIEVANCES] if self.grievances else ()))

    def carried_by(self, terms: Iterable[ProofTerm]) -> bool:
        """Whether proofs that must all hold say as much as the claim."""
        chosen = list(terms)
        zeros = [term.topics for term in chosen if term.name == "zero"]
        covered = frozenset[Topic]().union(*zeros)
        told_of = frozenset() in zeros or bool(self.topics and self.topics <= covered)
        asked = parse_term(GRIEVANCES)
        return told_of and (not self.grievances or any(_same(term, asked) for term in chosen))


def _same(term: ProofTerm, asked: ProofTerm) -> bool:
    return (term.name, term.key, term.operator, term.threshold, term.topics, term.about) == (
        asked.name, asked.key, asked.operator, asked.threshold, asked.topics, asked.about,
    )  # fmt: skip


def lacking(text: str, terms: Sequence[ProofTerm], join: str) -> tuple[str, ...]:
    """The proofs without which these prove no claim of the wording that nobody complained; none where they do.

    Under "any" each of them would have to carry the claim by itself. Attesting proves nothing, and is marked as that.
    """
    claim = no_complaints(text)
    proving = [term for term in terms if term.name != "attest"]
    if claim is None or not proving:
        return ()
    apart = [[term] for term in proving] if join == "any" else [proving]
    return () if all(claim.carried_by(each) for each in apart) else claim.expressions


@lru_cache(4096)
def no_complaints(text: str) -> NoComplaints | None:
    """The claim of a wording that nobody complained; None where it says nothing of the kind.

    Of several such claims the subjects are added up; one without a subject speaks of all.
    """
    words = _words()
    plain = " ".join(to_arabic(text).replace("ํา", "ำ").split())
    found = _claims(words, plain)
    if not found:
        return None
    topics = frozenset[Topic]()
    for place, (start, end) in enumerate(found):
        after = found[place + 1][0] if place + 1 < len(found) else len(plain)
        own = _subjects(words, plain[end:after], plain[: 0 if place else start])
        if not own:
            return NoComplaints(grievances=_grievances(words, plain, found))
        topics |= own
    return NoComplaints(topics, _grievances(words, plain, found))


def _grievances(words: _Words, text: str, found: Sequence[tuple[int, int]]) -> bool:
    """Whether a claim names grievances, alone or beside complaints (ร้องเรียนร้องทุกข์)."""
    return any(words.grievance.search(text, start, min(end + 20, len(text))) for start, end in found)


def _claims(words: _Words, text: str) -> list[tuple[int, int]]:
    """Where each claim begins and where what it is about may begin, in order; none within another."""
    spans = sorted({(m.start(), m.end("said")) for each in words.claims for m in each.finditer(text)})
    kept = list[tuple[int, int]]()
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _subjects(words: _Words, said: str, before: str) -> frozenset[Topic]:
    """What a claim is about: named in what is `said` after it, or `before` it at the very beginning. None: everything."""
    if stop := words.ends.search(said):
        said = said[: stop.start()]
    if words.everything.search(said):
        return frozenset()
    if lead := words.lead.fullmatch(before):
        said += "\0" + lead["subject"]
    said = words.no_subject.sub("\0", said)
    return frozenset(topic for topics, named in words.subjects if named.search(said) for topic in topics)


@dataclass(frozen=True)
class _Words:
    """The patterns that are made of the words."""

    claims: tuple[re.Pattern[str], ...]
    grievance: re.Pattern[str]
    ends: re.Pattern[str]
    lead: re.Pattern[str]
    everything: re.Pattern[str]
    no_subject: re.Pattern[str]
    subjects: tuple[tuple[frozenset[Topic], re.Pattern[str]], ...]


def weight() -> int:
    """What a claim weighs beside the rules."""
    return int(rules.load("suggestions")["no_complaints"]["weight"])


@cache
def _words() -> _Words:
    data: dict[str, Any] = rules.load("suggestions")["no_complaints"]
    said = f"(?P<said>{_any(data['complaint'])})"
    not_between, not_after = _any(data["between_not"]), _any(data["after_not"])

    def gap(most: int, without: str, but: str = "") -> str:
        return rf"(?:(?!{without})[^;{but}]){{0,{most}}}?"

    before, after = _any(data["none_before"]), _any(data["none_after"])
    zero = rf"(?:(?:{LEADING})\s*(?:{NUMBER}|ศูนย์)|(?:{NUMBER}|ศูนย์|[-–—])\s*(?:{COUNTED})|{NUMBER}\s*$)"
    claims = (
        rf"(?!{not_between})(?:{before}){gap(40, not_between)}{said}",
        rf"(?:{_any(data['none_next'])})\s*(?:เรื่อง|ข้อ|การ)?\s*{said}",
        rf"(?:{NUMBER})\s*(?:เรื่อง|ข้อ|การ)?\s*{said}",
        rf"{said}{gap(100, not_after, '0-9')}{zero}",
        rf"{said}{gap(100, not_after)}(?:{after})(?=\s|$|[.,)]|เลย|แต่อย่างใด|ใดๆ)",
    )
    leads = _any(data["leads"])
    return _Words(
        claims=tuple(re.compile(each) for each in claims),
        grievance=re.compile(_any(data["grievance"])),
        ends=re.compile(rf"{_any(data['ends'])}|;|\s\d{{1,2}}[.)]"),
        lead=re.compile(rf"[\s\d.)(]*(?P<subject>(?:{leads}).{{0,60}}?)\s*"),
        everything=re.compile(_any(data["everything"])),
        no_subject=re.compile(_any(data["no_subject"])),
        subjects=tuple(
            (frozenset(map(Topic, topics.split("+"))), re.compile(_any(named)))
            for topics, named in data["subjects"].items()
        ),
    )


def _any(words: Iterable[str]) -> str:
    """Any of the words, the longer ones first, with whatever spaces a file has put between their letters."""
    return "|".join(r"\s*".join(map(re.escape, word)) for word in sorted(words, key=len, reverse=True))
