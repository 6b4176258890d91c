"""Closing the year: the report is frozen, its digest goes into the ledger, and the ledger's head is signed."""

from __future__ import annotations

import hashlib

from django.db import transaction

from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.services import flush, record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Topic, Verdict, Visibility
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.dates import long_date
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.content import ReportContent
from prongsai.modules.measures.frozen import freeze
from prongsai.modules.measures.models import Plan, PublishedSummary, ReportVersion
from prongsai.modules.measures.papers.record import canonical_statements
from prongsai.modules.measures.selectors import latest_report, present_content
from prongsai.modules.measures.services.plans import locked, plan_ref
from prongsai.modules.measures.workflow import advance, permit


def content_digest(content: ReportContent) -> bytes:
    """SHA-256 of the report's statements in canonical form: what the ledger and the report's seal hold."""
    return hashlib.sha256(canonical_statements(content)).digest()


@transaction.atomic
def close_year(*, actor: Actor, plan: Plan) -> ReportVersion:
    """ปิดปี: freeze the report of a published plan whose year is over. Raises WrongState before 1 October."""
    permit(actor, "close")
    plan = locked(plan)
    if clock.today() <= plan.period.end:
        raise WrongState(f"ปิดปีงบประมาณ {plan.fiscal_year} ได้หลังวันที่ {long_date(plan.period.end)}")
    plan.status = advance(plan.status, "close", name=str(plan))
    plan.save(update_fields=["status"])
    return _freeze(actor, plan, kind="report_closed", version=1, reason="")


@transaction.atomic
def correct_report(*, actor: Actor, plan: Plan, reason: str) -> ReportVersion:
    """A new version of a closed report from the present records; the old one stays. Raises InvalidInput without reason."""
    permit(actor, "correct")
    plan = locked(plan)
    advance(plan.status, "correct", name=str(plan))
    if not reason.strip():
        raise InvalidInput("ระบุเหตุผลที่แก้ไขรายงาน", field="reason")
    former = latest_report(plan.fiscal_year)
    assert former is not None
    return _freeze(actor, plan, kind="report_corrected", version=former.version + 1, reason=reason.strip())


def _freeze(actor: Actor, plan: Plan, *, kind: str, version: int, reason: str) -> ReportVersion:
    assert plan.status == PlanStatus.CLOSED
    flush()  # what was recorded in this transaction counts too
    content = present_content(plan, version=version)
    digest = content_digest(content)
    counts = {verdict.value: content.count(verdict) for verdict in Verdict}
    pending = record(
        actor=actor,
        kind=kind,
        about="integrity_measures",
        occurred_on=clock.today(),
        about_period=plan.period,
        origin=Origin.WORK,
        subject=plan_ref(plan),
        topic=Topic.INTEGRITY,
        visibility=Visibility.PUBLIC,
        title=f"รายงานผลการดำเนินการตามมาตรการ ปีงบประมาณ พ.ศ. {plan.fiscal_year} ฉบับที่ {version}",
        url=content.verify_url,
        payload={
            "fiscal_year": plan.fiscal_year,
            "version": version,
            "content_digest": digest.hex(),
            "verdicts": counts,
            "reason": reason,
        },
    )
    head = sign_head(actor=actor)
    assert pending.entry is not None
    report = ReportVersion.objects.create(
        plan=plan,
        fiscal_year=plan.fiscal_year,
        version=version,
        content=freeze(content),
        digest=digest,
        entry=pending.entry.number,
        tree_size=head.size,
        reason=reason,
        closed_at=content.as_of,
    )
    _summarise(plan, report, counts)
    return report


def _summarise(plan: Plan, report: ReportVersion, counts: dict[str, int]) -> None:
    """Tell the country: how many statements stand, and on what."""
    PublishedSummary.objects.update_or_create(
        organization_id=plan.organization_id,  # type: ignore[attr-defined]
        fiscal_year=plan.fiscal_year,
        defaults={
            "version": report.version,
            "statements": sum(counts.values()),
            "closed_at": report.closed_at,
            **counts,
        },
    )
