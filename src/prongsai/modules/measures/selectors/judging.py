"""The one place where a plan's statements meet the records: everything else shows what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import StatementKind
from prongsai.kernel.sharing import sharing
from prongsai.modules.measures.evidence import Evidence, load_evidence
from prongsai.modules.measures.models import Measure, MeasureUnit, Plan, Statement
from prongsai.modules.measures.notation import ProofTerm
from prongsai.modules.measures.verdicts import (
    Claim,
    Finding,
    facts_needed,
    judge_each,
    numbers_needed,
    together,
)

KIND_ORDER = {kind.value: place for place, kind in enumerate(StatementKind)}


@dataclass(frozen=True)
class Judged:
    """A statement with its proofs and what they come to."""

    measure: Measure
    statement: Statement
    terms: tuple[ProofTerm, ...]
    parts: tuple[Finding, ...]  # one for each term
    finding: Finding

    @property
    def claim(self) -> Claim:
        return claim_of(self.measure, self.statement)


@dataclass(frozen=True)
class Judgement:
    """A plan judged on evidence. Withdrawn statements are not judged: they stand in `withdrawn`."""

    tree: Sequence[Measure]
    judged: Sequence[Judged]
    withdrawn: Sequence[tuple[Measure, Statement]]
    evidence: Evidence


def measure_tree(plan: Plan, *, proofs: bool = True) -> list[Measure]:
    """The plan's measures with units, statements and (unless nobody asks for them) proofs: four queries for any size."""
    statements = Statement.objects.prefetch_related("proofs") if proofs else Statement.objects.all()
    return list(
        plan.measures.prefetch_related(  # type: ignore[attr-defined]
            Prefetch("responsible", MeasureUnit.objects.select_related("unit")),
            Prefetch("statements", statements),
        )
    )


def in_order(measure: Measure) -> list[Statement]:
    """The measure's statements, steps first, from a tree that was read."""
    return sorted(measure.statements.all(), key=lambda s: (KIND_ORDER[s.kind], s.number))  # type: ignore[attr-defined]


def terms_of(tree: Sequence[Measure]) -> dict[int, tuple[ProofTerm, ...]]:
    """Each statement's proofs by its id."""
    return {
        s.pk: tuple(p.term for p in s.proofs.all())
        for m in tree
        for s in m.statements.all()  # type: ignore[attr-defined]
    }


def evidence_for(plan: Plan, terms: Mapping[int, Sequence[ProofTerm]]) -> Evidence:
    """The facts that these proofs look at: two queries, and one more for picked records."""
    every = [term for each in terms.values() for term in each]
    return load_evidence(
        wanted=facts_needed(every),
        period=plan.period,
        units=Unit.objects.active().values_list("name", flat=True),
        numbers=numbers_needed(every),
    )


def claim_of(measure: Measure, statement: Statement) -> Claim:
    return Claim(
        measure.number, StatementKind(statement.kind), statement.text, measure.period, statement.number
    )


def judged(plan: Plan, evidence: Evidence | None = None, tree: Sequence[Measure] | None = None) -> Judgement:
    """Every statement of the plan judged on the present records, or on `evidence`."""
    tree = measure_tree(plan) if tree is None else tree
    terms = terms_of(tree)
    evidence = evidence_for(plan, terms) if evidence is None else evidence
    found: list[Judged] = []
    withdrawn: list[tuple[Measure, Statement]] = []
    with sharing():  # what several statements ask of an indicator is read once
        for measure in tree:
            for statement in in_order(measure):
                if statement.is_withdrawn:
                    withdrawn.append((measure, statement))
                    continue
                mine = terms[statement.pk]
                claim = claim_of(measure, statement)
                parts = judge_each(claim, mine, evidence=evidence)
                whole = together(claim, mine, parts, join=statement.join)
                found.append(Judged(measure, statement, mine, tuple(parts), whole))
    return Judgement(tree, found, withdrawn, evidence)
