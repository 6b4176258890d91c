"""Reads: the plans of the organization in scope, their verdicts, and the content of reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.models import TreeHead as SignedHead
from prongsai.foundation.ledger.selectors import citation_proofs, disclosed_fields, facts
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel import clock
from prongsai.kernel.contracts import Ref, StatementKind, Verdict
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.content import (
    Citation,
    MeasureResult,
    ReportContent,
    Signatory,
    StatementResult,
    TreeHead,
    WithdrawnStatement,
)
from prongsai.modules.measures.evidence import Evidence, Fact
from prongsai.modules.measures.frozen import thaw
from prongsai.modules.measures.links import verify_url
from prongsai.modules.measures.models import Measure, Plan, ReportVersion, Statement
from prongsai.modules.measures.papers.announcement import Announcement, PlannedMeasure
from prongsai.modules.measures.selectors.judging import Judgement, judged, measure_tree
from prongsai.modules.measures.selectors.signatories import HEAD, signatories, signs
from prongsai.modules.measures.selectors.states import kept
from prongsai.modules.measures.verdicts import Finding

IN_FORCE = (PlanStatus.PUBLISHED, PlanStatus.CLOSED)


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


def results(plan: Plan) -> tuple[MeasureResult, ...]:
    """Every statement of the plan with its verdict from the present records."""
    return results_of(judged(plan))


def results_of(judgement: Judgement) -> tuple[MeasureResult, ...]:
    """What was judged as reports say it."""
    gone = withdrawals(judgement)
    numbers = {number for each in judgement.judged for number in each.finding.entries} | set(gone.values())
    citations = citations_of(numbers, judgement.evidence)
    by_measure: dict[int, list[StatementResult]] = {measure.pk: [] for measure in judgement.tree}
    for each in judgement.judged:
        by_measure[each.measure.pk].append(_result(each.measure, each.statement, each.finding, citations))
    return tuple(
        MeasureResult(
            number=measure.number,
            title=measure.title,
            topic=measure.topic,
            period=measure.period,
            units=tuple(r.unit.name for r in measure.responsible.all()),  # type: ignore[attr-defined]
            statements=tuple(by_measure[measure.pk]),
            withdrawn=tuple(
                _withdrawn(measure, statement, gone, citations)
                for owner, statement in judgement.withdrawn
                if owner.pk == measure.pk
            ),
        )
        for measure in judgement.tree
    )


def withdrawals(judgement: Judgement) -> dict[int, int]:
    """The ledger entry of each withdrawn statement's withdrawal, by the statement's id. One query, none without any."""
    if not judgement.withdrawn:
        return {}
    year = judgement.tree[0].plan.fiscal_year
    found = facts(kind="statement_withdrawn", subject=Ref("measures", "plan", year)).with_payload()
    latest = {(e.content.get("kind"), e.content.get("text")): e.number for e in found.order_by("number")}
    return {
        statement.pk: latest[statement.kind, statement.text]
        for _, statement in judgement.withdrawn
        if (statement.kind, statement.text) in latest
    }


def _withdrawn(
    measure: Measure, statement: Statement, gone: dict[int, int], citations: dict[int, Citation]
) -> WithdrawnStatement:
    assert statement.withdrawn_on is not None
    return WithdrawnStatement(
        measure=measure.number,
        kind=StatementKind(statement.kind),
        number=statement.number,
        text=statement.text,
        reason=statement.withdrawn_reason,
        withdrawn_on=statement.withdrawn_on,
        citations=tuple(citations[gone[pk]] for pk in [statement.pk] if pk in gone),
    )


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


def citations_of(numbers: set[int], evidence: Evidence) -> dict[int, Citation]:
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
    """`present_content`, kept until the ledger grows, the plan changes or the day ends."""
    return kept("live-content", plan, lambda: present_content(plan))


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
    numbers = {citation.entry for citation in content.cited()}
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
            withdrawn=tuple(
                replace(s, citations=tuple(proven(c) for c in s.citations)) for s in measure.withdrawn
            ),
        )
        for measure in content.measures
    )
    return replace(content, measures=measures, tree_head=tree_head(head))


def announcement(
    plan: Plan,
    *,
    organization: Organization | None = None,
    tree: Sequence[Measure] | None = None,
    by: Signatory | None = None,
) -> Announcement:
    """What the plan announces: its measures before any result, signed by its head unless `by` another."""
    organization = organization or Organization.objects.get(pk=current_organization_id())
    by = by or signs(HEAD, plan.published_on or clock.today(), organization)
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
            for measure in (measure_tree(plan, proofs=False) if tree is None else tree)
        ),
        issued_on=plan.published_on,
        as_of=plan.created_at,
        signatories=(by,),
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
