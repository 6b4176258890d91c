"""Reads: the plans of the organization in scope, their verdicts, and the content of reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Prefetch

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.models import TreeHead as SignedHead
from prongsai.foundation.ledger.selectors import citation_proofs, disclosed_fields, log_size
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import StatementKind, Verdict
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.content import (
    Citation,
    MeasureResult,
    ReportContent,
    StatementResult,
    TreeHead,
)
from prongsai.modules.measures.evidence import Evidence, Fact, load_evidence
from prongsai.modules.measures.frozen import thaw
from prongsai.modules.measures.links import verify_url
from prongsai.modules.measures.models import Measure, MeasureUnit, Plan, ReportVersion, Statement
from prongsai.modules.measures.papers.announcement import Announcement, PlannedMeasure
from prongsai.modules.measures.selectors.signatories import signatories
from prongsai.modules.measures.verdicts import Claim, Finding, judge, kinds_needed, numbers_needed

IN_FORCE = (PlanStatus.PUBLISHED, PlanStatus.CLOSED)
KIND_ORDER = {kind.value: place for place, kind in enumerate(StatementKind)}
LIVE_SECONDS = 3600


def plan_in_force(fiscal_year: int | None = None) -> Plan | None:
    """The plan that the public sees for a year, or the newest such plan."""
    found = Plan.objects.filter(status__in=IN_FORCE)
    if fiscal_year is not None:
        found = found.filter(fiscal_year=fiscal_year)
    return found.first()


def latest_report(fiscal_year: int, version: int | None = None) -> ReportVersion | None:
    """The newest closed report of a year, or the named version of it."""
    found = ReportVersion.objects.filter(fiscal_year=fiscal_year)
    if version is not None:
        found = found.filter(version=version)
    return found.first()


def measure_tree(plan: Plan) -> list[Measure]:
    """The plan's measures with units, statements and proofs: four queries for any size."""
    return list(
        plan.measures.prefetch_related(  # type: ignore[attr-defined]
            Prefetch("responsible", MeasureUnit.objects.select_related("unit")),
            Prefetch("statements", Statement.objects.prefetch_related("proofs")),
        )
    )


def results(plan: Plan) -> tuple[MeasureResult, ...]:
    """Every statement of the plan with its verdict from the present records."""
    tree = measure_tree(plan)
    terms = {s.pk: [p.term for p in s.proofs.all()] for m in tree for s in m.statements.all()}  # type: ignore[attr-defined]
    units = Unit.objects.active().values_list("name", flat=True)
    every = [term for each in terms.values() for term in each]
    evidence = load_evidence(
        kinds=kinds_needed(every), period=plan.period, units=units, numbers=numbers_needed(every)
    )
    judged = [
        (
            measure,
            statement,
            judge(_claim(measure, statement), terms[statement.pk], join=statement.join, evidence=evidence),
        )
        for measure in tree
        for statement in sorted(measure.statements.all(), key=lambda s: (KIND_ORDER[s.kind], s.number))  # type: ignore[attr-defined]
    ]
    citations = _citations({number for _, _, finding in judged for number in finding.entries}, evidence)
    by_measure: dict[int, list[StatementResult]] = {measure.pk: [] for measure in tree}
    for measure, statement, finding in judged:
        by_measure[measure.pk].append(_result(measure, statement, finding, citations))
    return tuple(
        MeasureResult(
            number=measure.number,
            title=measure.title,
            topic=measure.topic,
            period=measure.period,
            units=tuple(r.unit.name for r in measure.responsible.all()),  # type: ignore[attr-defined]
            statements=tuple(by_measure[measure.pk]),
        )
        for measure in tree
    )


def _claim(measure: Measure, statement: Statement) -> Claim:
    return Claim(measure.number, StatementKind(statement.kind), statement.text, measure.period)


def _result(
    measure: Measure, statement: Statement, finding: Finding, citations: dict[int, Citation]
) -> StatementResult:
    contradicted = finding.verdict is Verdict.CONTRADICTED
    return StatementResult(
        measure=measure.number,
        kind=StatementKind(statement.kind),
        number=statement.number,
        text=statement.text,
        printed=finding.sentence if contradicted else statement.text,
        verdict=finding.verdict,
        reason=finding.reason,
        origin=finding.origin,
        note=finding.note,
        citations=tuple(citations[number] for number in finding.entries),
    )


def _citations(numbers: set[int], evidence: Evidence) -> dict[int, Citation]:
    """What the report prints of each cited entry; entries that a module's indicator names are fetched in one query."""
    known = {fact.number: fact for group in evidence.by_kind.values() for fact in group}
    missing = numbers - known.keys()
    if missing:
        for entry in Entry.objects.filter(log="main").numbered(missing).with_payload():
            known[entry.number] = Fact.of(entry)
    return {number: citation_of(known[number]) for number in numbers}


def citation_of(fact: Fact, **proof: Any) -> Citation:
    """What a report prints of a fact; `proof` is index, leaf and audit path where they are known."""
    return Citation(
        entry=fact.number,
        kind=fact.kind,
        about=fact.about,
        occurred_on=fact.occurred_on,
        recorded_at=fact.recorded_at,
        origin=fact.origin,
        title=fact.title,
        url=fact.url,
        public=fact.public,
        **proof,
    )


def present_content(plan: Plan, *, version: int = 0) -> ReportContent:
    """The report as it would print now."""
    organization = Organization.objects.get(pk=current_organization_id())
    return ReportContent(
        organization=organization.name,
        short_name=organization.short_name,
        district=organization.district,
        province=organization.province,
        fiscal_year=plan.fiscal_year,
        version=version,
        is_sample=organization.is_sample,
        measures=results(plan),
        tree_head=None,
        verify_url=verify_url(organization, plan.fiscal_year),
        as_of=clock.now(),
        signatories=signatories(organization),
    )


def live_content(plan: Plan) -> ReportContent:
    """`present_content`, kept until the ledger grows, the plan changes or the day ends: nothing else moves a verdict."""
    if connection.run_on_commit:
        return present_content(plan)  # something is not committed yet: keep nothing of it
    stamp = (plan.organization_id, plan.pk, plan.status, log_size(), clock.today().isoformat())  # type: ignore[attr-defined]
    key = "live-content:" + ":".join(str(part) for part in stamp)
    content = cache.get(key)
    if content is None:
        content = present_content(plan)
        cache.set(key, content, LIVE_SECONDS)
    return content


def closed_content(report: ReportVersion) -> ReportContent:
    """The frozen report, as it was closed."""
    return thaw(bytes(report.content))


def public_content(fiscal_year: int) -> ReportContent | None:
    """What the public sees of a year: the closed report, or the present state of the plan in force."""
    report = latest_report(fiscal_year)
    if report is not None:
        return closed_content(report)
    plan = plan_in_force(fiscal_year)
    return live_content(plan) if plan else None


def with_proofs(content: ReportContent, head: SignedHead) -> ReportContent:
    """The content with tree head, and for each citation all that anybody needs to recompute its leaf. 3 queries."""
    numbers = {c.entry for s in content.statements() for c in s.citations}
    proofs = citation_proofs(numbers, head.size)
    entries = {e.number: e for e in Entry.objects.filter(log="main").numbered(numbers).with_payload()}

    def proven(citation: Citation) -> Citation:
        index, leaf, path = proofs[citation.entry]
        disclosed = disclosed_fields(entries[citation.entry])
        return replace(citation, index=index, leaf=leaf, audit_path=path, disclosed=disclosed)

    measures = tuple(
        replace(
            measure,
            statements=tuple(
                replace(s, citations=tuple(proven(c) for c in s.citations)) for s in measure.statements
            ),
        )
        for measure in content.measures
    )
    return replace(content, measures=measures, tree_head=tree_head(head))


def announcement(plan: Plan) -> Announcement:
    """What the plan announces: its measures before any result."""
    organization = Organization.objects.get(pk=current_organization_id())
    return Announcement(
        organization=organization.name,
        short_name=organization.short_name,
        fiscal_year=plan.fiscal_year,
        measures=tuple(
            PlannedMeasure(
                number=measure.number,
                title=measure.title,
                period=measure.period,
                units=tuple(r.unit.name for r in measure.responsible.all()),  # type: ignore[attr-defined]
                steps=tuple(s.text for s in measure.statements.all() if s.kind == StatementKind.STEP),  # type: ignore[attr-defined]
            )
            for measure in measure_tree(plan)
        ),
        issued_on=plan.published_on,
        as_of=plan.created_at,
        signatories=signatories(organization)[-1:],
        is_sample=organization.is_sample,
        verify_url=verify_url(organization, plan.fiscal_year),
    )


def tree_head(head: SignedHead) -> TreeHead:
    """A signed head as papers print it."""
    return TreeHead(
        size=head.size,
        root=head.root_hex,
        time=head.time,
        signature=head.signature_base64,
        key_id=head.key_id,
    )
