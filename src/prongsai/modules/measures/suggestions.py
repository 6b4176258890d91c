"""Turns the wording of a statement into the proofs that would carry it. The rules are data (`data/suggestions.toml`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from prongsai.kernel.contracts import StatementKind, Suggestion, Topic
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.measures import rules
from prongsai.modules.measures.claims import NoComplaints, no_complaints, weight
from prongsai.modules.measures.notation import ProofTerm, parse_term, parse_terms, parse_window

# Papers of these kinds are dated around the period that they are about.
_WINDOWS = {"plan_adopted": "about -90..+0", "report_submitted": "about -0..+45"}
_MOST_COMPOSED = 4

Fitting = tuple[Suggestion, re.Match[str]]


@dataclass(frozen=True)
class Suggested:
    """Proofs for one statement: expressions in the notation, how they join, and the window of each."""

    expressions: tuple[str, ...] = ()
    join: str = "all"
    window: str = "inside"
    key: str = ""
    windows: dict[str, str] = field(default_factory=dict[str, str])

    def window_of(self, expression: str) -> str:
        return self.windows.get(expression, self.window)


def suggest(text: str, *, kind: StatementKind, topic: Topic | None) -> Suggested:
    """The best proofs for a wording; an empty suggestion when nothing in it is known."""
    return suggestions_for(text, kind=kind, topic=topic)[0]


def suggestions_for(text: str, *, kind: StatementKind, topic: Topic | None) -> list[Suggested]:
    """Every suggestion that fits a wording, best first; what its words compose comes last.

    Where the wording says that nobody complained, the first one carries that as well.
    """
    fitting = sorted(_fitting(text, kind=kind, topic=topic), key=_rank, reverse=True)
    claim = no_complaints(text)
    if claim is None:
        return [*(_filled(*each) for each in fitting), _composed(text)]
    # What is about complaints alone and says less than the wording does is not offered.
    found = [(_filled(*each), each[0].weight > weight()) for each in fitting]
    kept = [(each, heavier) for each, heavier in found if not _falls_short(claim, each)]
    return [_with_claim(claim, kept), *(each for each, _heavier in kept), _composed(text)]


def _terms(suggested: Suggested) -> list[ProofTerm]:
    return [parse_term(each) for each in suggested.expressions]


def _falls_short(claim: NoComplaints, suggested: Suggested) -> bool:
    terms = _terms(suggested)
    return all(term.name == "zero" for term in terms) and not claim.carried_by(terms)


def _with_claim(claim: NoComplaints, kept: Sequence[tuple[Suggested, bool]]) -> Suggested:
    """The claim's own proofs; beside those of a rule that weighs more, as far as they do not say it already."""
    best, heavier = kept[0] if kept else (Suggested(), False)
    if best.expressions and best.join == "all" and claim.carried_by(_terms(best)):
        return best
    if best.join != "all" or not heavier:
        return Suggested(claim.expressions, key="no_complaints")
    added = tuple(each for each in claim.expressions if each not in best.expressions)
    windows = {each: best.window_of(each) for each in best.expressions}
    return Suggested((*best.expressions, *added), key=best.key, windows=windows)


def _rank(fitting: Fitting) -> tuple[int, int]:
    return fitting[0].weight, len(fitting[0].pattern)


def _fitting(text: str, *, kind: StatementKind, topic: Topic | None) -> Iterator[Fitting]:
    for suggestion in registry().suggestions.values():
        if suggestion.kinds and kind not in suggestion.kinds:
            continue
        if suggestion.topics and topic not in suggestion.topics:
            continue
        found = _compiled(suggestion.pattern).search(text)
        if found:
            yield suggestion, found


def _filled(suggestion: Suggestion, found: re.Match[str]) -> Suggested:
    proofs = suggestion.proofs
    if "n" in found.re.groupindex:
        proofs = proofs.replace("{n}", to_arabic(found["n"]).replace(",", ""))
    return Suggested(
        expressions=tuple(part.strip() for part in proofs.split(";")),
        join=suggestion.join,
        window=suggestion.window,
        key=suggestion.key,
    )


def _composed(text: str) -> Suggested:
    """No rule fits: every act that the wording names, about every thing that it names."""
    data = rules.load("suggestions")
    acts = [kind for kind, pattern in data["acts"].items() if _compiled(pattern).search(text)]
    abouts = [about for about, pattern in data["abouts"].items() if _compiled(pattern).search(text)]
    if not acts or not abouts:
        return Suggested()
    pairs = [(act, about) for act in acts for about in abouts][:_MOST_COMPOSED]
    windows = {f"fact({act}, about={about})": _WINDOWS.get(act, "inside") for act, about in pairs}
    return Suggested(expressions=tuple(windows), key="composed", windows=windows)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def rule_suggestions() -> Sequence[Suggestion]:
    """The rules of `data/suggestions.toml`, each checked to be in the notation."""
    return [_rule(raw) for raw in rules.load("suggestions")["rule"]]


def _rule(raw: dict[str, Any]) -> Suggestion:
    parse_terms(raw["proofs"].replace("{n}", "1"), window=parse_window(raw.get("window", "inside")))
    # All of `find` must be there, in any order: lookaheads, and the last one matched so that it can capture.
    *others, last = raw["find"]
    pattern = "".join(f"(?=.*(?:{part}))" for part in others)
    pattern = f"^{pattern}.*?(?:{last})" if others else last
    return Suggestion(
        key=raw["key"],
        pattern=pattern,
        proofs=raw["proofs"],
        join=raw.get("join", "all"),
        window=raw.get("window", "inside"),
        weight=raw["weight"],
        kinds=frozenset(StatementKind(kind) for kind in raw.get("kinds", ())),
        topics=frozenset(Topic(topic) for topic in raw.get("topics", ())),
    )
