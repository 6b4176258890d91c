"""What is bound to a statement, what else could be, and the words for all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prongsai.kernel.contracts import Period, StatementKind, Topic
from prongsai.kernel.registry import registry
from prongsai.kernel.sharing import sharing
from prongsai.kernel.thai.collate import sort_key
from prongsai.modules.measures import mending
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.content import Citation
from prongsai.modules.measures.figures import may_be_stated
from prongsai.modules.measures.mending import Mend
from prongsai.modules.measures.models import Plan, Statement
from prongsai.modules.measures.notation import format_window, parse_term, parse_window
from prongsai.modules.measures.selectors import citations_of
from prongsai.modules.measures.selectors.judging import claim_of, evidence_for
from prongsai.modules.measures.suggestions import suggest, suggestions_for
from prongsai.modules.measures.verdicts import Finding, judge_each, pickable, together
from prongsai.modules.measures.words import admitted, describe, describe_window

# The windows that people choose from; any other of the notation can be typed.
WINDOWS = ("inside", "about -90..+0", "about -0..+45", "about -90..+45", "about -0..+365", "at end")


@dataclass(frozen=True)
class BoundProof:
    """One proof of a statement with its words, the days that count and what it comes to by itself."""

    expression: str
    window: str
    words: str
    window_words: str
    days: Period
    suggested: bool
    finding: Finding
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class StatementProofs:
    """All that the proofs screen shows of one statement."""

    plan: Plan
    statement: Statement
    join: str
    proofs: tuple[BoundProof, ...]
    finding: Finding
    citations: tuple[Citation, ...]
    mends: tuple[Mend, ...]
    can_bind: bool


@dataclass(frozen=True)
class Alternative:
    """Proofs that the wording suggests, to be taken as a whole."""

    key: str
    expressions: tuple[str, ...]
    windows: tuple[str, ...]
    join: str
    words: tuple[str, ...]
    window_words: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """A line of a picker. `topic` is empty where it has none."""

    key: str
    title: str
    topic: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """What pickers offer, in Thai: kinds of evidence, what it is about, indicators, windows."""

    kinds: tuple[Choice, ...]
    abouts: tuple[Choice, ...]
    indicators: tuple[Choice, ...]
    windows: tuple[Choice, ...]
    stated: frozenset[str]  # indicators whose figure the office may state


def statement_proofs(statement: Statement) -> StatementProofs:
    """The statement's proofs judged one by one and together. At most seven queries."""
    measure = statement.measure
    plan = measure.plan
    rows = list(statement.proofs.all())  # type: ignore[attr-defined]
    terms = [row.term for row in rows]
    evidence = evidence_for(plan, {statement.pk: terms})
    claim = claim_of(measure, statement)
    with sharing():
        alone = judge_each(claim, terms, evidence=evidence)
    whole = together(claim, terms, alone, join=statement.join)
    numbers = {number for found in (whole, *alone) for number in found.entries}
    cited = citations_of(numbers, evidence)
    proofs = tuple(
        BoundProof(
            expression=row.expression,
            window=row.window,
            words=describe(term),
            window_words=describe_window(term.window, measure.period),
            days=admitted(term.window, measure.period),
            suggested=bool(row.suggestion),
            finding=found,
            citations=tuple(cited[n] for n in found.entries),
        )
        for row, term, found in zip(rows, terms, alone, strict=True)
    )
    published = plan.status in {PlanStatus.PUBLISHED, PlanStatus.CLOSED}
    mends = mending.what_would_mend(claim, terms, alone, join=statement.join, published=published)
    return StatementProofs(
        plan=plan,
        statement=statement,
        join=statement.join,
        proofs=proofs,
        finding=whole,
        citations=tuple(cited[n] for n in whole.entries),
        mends=mends,
        can_bind=plan.status not in {PlanStatus.CLOSED, PlanStatus.SUPERSEDED, PlanStatus.DISCARDED},
    )


def what_would_mend(statement: Statement) -> tuple[Mend, ...]:
    """What would make the statement proven; nothing when it is."""
    return statement_proofs(statement).mends


def alternatives(statement: Statement) -> list[Alternative]:
    """What the wording suggests, best first, each once; what is bound already is left out."""
    topic = Topic(statement.measure.topic) if statement.measure.topic else None
    kind = StatementKind(statement.kind)
    bound = {(p.expression, p.window) for p in statement.proofs.all()}  # type: ignore[attr-defined]
    found: dict[tuple[str, ...], Alternative] = {}
    for each in (
        suggest(statement.text, kind=kind, topic=topic),
        *suggestions_for(statement.text, kind=kind, topic=topic),
    ):
        windows = tuple(format_window(parse_window(each.window_of(e))) for e in each.expressions)
        if not each.expressions or set(zip(each.expressions, windows, strict=True)) == bound:
            continue
        terms = [
            parse_term(e, window=parse_window(w)) for e, w in zip(each.expressions, windows, strict=True)
        ]
        found.setdefault(
            each.expressions,
            Alternative(
                key=each.key,
                expressions=each.expressions,
                windows=windows,
                join=each.join,
                words=tuple(describe(term) for term in terms),
                window_words=tuple(describe_window(t.window, statement.measure.period) for t in terms),
            ),
        )
    return list(found.values())


def vocabulary() -> Vocabulary:
    """Everything that can be picked, by its Thai title. No query."""
    known = registry()
    return Vocabulary(
        kinds=_sorted(Choice(k.key, k.title) for k in known.fact_kinds.values() if pickable(k.key)),
        abouts=_sorted(
            Choice(a.key, a.title, a.topic or "")
            for a in known.abouts.values()
            if a.key not in known.indicators
        ),
        indicators=_sorted(Choice(i.key, i.title) for i in known.indicators.values()),
        windows=tuple(Choice(key, describe_window(parse_window(key))) for key in WINDOWS),
        stated=frozenset(key for key in known.indicators if may_be_stated(key)),
    )


def _sorted(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple(sorted(choices, key=lambda choice: sort_key(choice.title)))
