"""Closing the year: the report is frozen, approved, and published with its digest in the ledger and the head signed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.foundation.ledger.services import flush, record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Topic, Verdict, Visibility
from prongsai.kernel.errors import WrongState
from prongsai.kernel.registry import registry
from prongsai.modules.measures.choices import CandidateStatus, PlanStatus
from prongsai.modules.measures.content import ReportContent
from prongsai.modules.measures.frozen import freeze, thaw
from prongsai.modules.measures.labels import candidate_state, full_day, plan_title
from prongsai.modules.measures.models import Plan, ReportCandidate, ReportVersion
from prongsai.modules.measures.papers.record import canonical_statements
from prongsai.modules.measures.selectors import latest_report, present_content
from prongsai.modules.measures.selectors.remarks import open_remarks
from prongsai.modules.measures.selectors.signatories import HEAD
from prongsai.modules.measures.services.plans import locked, note, plan_ref, require_settled
from prongsai.modules.measures.services.signing import Begun, reason_given, signing
from prongsai.modules.measures.services.summaries import summarise
from prongsai.modules.measures.workflow import advance, permit

IN_WORK = (CandidateStatus.FROZEN, CandidateStatus.APPROVED)


def content_digest(content: ReportContent) -> bytes:
    """SHA-256 of the report's statements in canonical form: what the ledger and the report's seal hold."""
    return hashlib.sha256(canonical_statements(content)).digest()


# -- in three steps -----------------------------------------------------------------------------------------


@transaction.atomic
def freeze_report(*, actor: Actor, plan: Plan, reason: str = "") -> ReportCandidate:
    """ตรึงรายงาน: the report as it stands now, to be approved and then published. Nothing of it is public yet.

    Of a closed year it becomes a correction, with its reason. Raises WrongState while another one waits, or before
    the year is over; InvalidInput for a correction without a reason.
    """
    permit(actor, "freeze")
    plan = locked(plan)
    correction = plan.status == PlanStatus.CLOSED
    _require_over(plan, "correct" if correction else "close")
    reason = reason_given(reason, _("Say why the report is corrected")) if correction else ""
    version = _next_version(plan) if correction else 1
    _settle(plan)
    content = present_content(plan, version=version)
    digest = content_digest(content)
    try:
        with transaction.atomic():
            candidate = ReportCandidate.objects.create(
                plan=plan,
                version=version,
                content=freeze(content),
                digest=digest,
                reason=reason,
                frozen_at=content.as_of,
                frozen_by=f"{actor.name} {actor.position}".strip()[:200],
            )
    except IntegrityError:
        raise WrongState(
            _("A frozen report of fiscal year %(year)s waits for approval already")
            % {"year": plan.fiscal_year}
        ) from None
    note(
        plan, "report_frozen", actor=actor, content_digest=digest.hex(), verdicts=_counts(content), reason=reason
    )  # fmt: skip
    return candidate


@transaction.atomic
def approve_report(
    *,
    actor: Actor,
    candidate: ReportCandidate,
    despite_remarks: bool = False,
    signed_paper: Sequence[Mapping[str, Any]] = (),
    signed_on: date | None = None,
    signatory: str = "",
) -> ReportCandidate:
    """อนุมัติรายงาน: the frozen bytes, by the head, on screen or on a paper that was signed.

    Raises WrongState while remarks of the year are open, unless `despite_remarks` says that they are known.
    """
    permit(actor, "approve_on_paper" if signed_paper else "approve")
    begun = Begun("freeze", candidate.frozen_at.astimezone(clock.BANGKOK).date())
    signed = signing(
        actor, HEAD, signed_paper=signed_paper, signed_on=signed_on, signatory=signatory, begun=begun
    )
    found = _locked_candidate(candidate, CandidateStatus.FROZEN)
    unsettled = open_remarks(found.plan.fiscal_year).count()
    require_settled(unsettled, despite_remarks=despite_remarks)
    found.status = CandidateStatus.APPROVED
    found.approved_on, found.approved_by = signed.day, signed.by[:300]
    found.save(update_fields=["status", "approved_on", "approved_by"])
    note(
        found.plan,
        "report_approved",
        actor=actor,
        signed=signed,
        content_digest=bytes(found.digest).hex(),
        open_remarks=unsettled,
    )
    return found


@transaction.atomic
def send_back_report(*, actor: Actor, candidate: ReportCandidate, reason: str) -> ReportCandidate:
    """ส่งรายงานกลับแก้ไข: the frozen report is put away, and another may be frozen. Raises InvalidInput without reason."""
    permit(actor, "send_back")
    reason = reason_given(reason, _("Say what is to be mended before it is sent back"))
    found = _locked_candidate(candidate, *IN_WORK)
    found.status, found.sent_back_reason = CandidateStatus.SENT_BACK, reason
    found.save(update_fields=["status", "sent_back_reason"])
    note(
        found.plan,
        "report_sent_back",
        actor=actor,
        reason=reason,
        content_digest=bytes(found.digest).hex(),
    )
    return found


@transaction.atomic
def publish_report(*, actor: Actor, candidate: ReportCandidate) -> ReportVersion:
    """เผยแพร่รายงาน: the approved bytes become the closed report of the year, and the public sees it from now on.

    Raises WrongState when it is not approved, or rests on records that were withdrawn since it was frozen.
    """
    permit(actor, "close")
    found = _locked_candidate(candidate, CandidateStatus.APPROVED)
    content = thaw(bytes(found.content))
    _require_standing(content)
    plan = found.plan
    kind = _closed(plan, correction=found.version > 1)
    found.status = CandidateStatus.PUBLISHED
    found.save(update_fields=["status"])
    return _publish(actor, plan, content, bytes(found.content), kind=kind, reason=found.reason)


def _locked_candidate(candidate: ReportCandidate, *statuses: str) -> ReportCandidate:
    found = (
        ReportCandidate.objects.select_for_update(of=("self", "plan"))
        .select_related("plan")
        .get(pk=candidate.pk)
    )
    if found.status not in statuses:
        raise WrongState(
            _("The frozen report is in the state “%(status)s” by now")
            % {"status": candidate_state(found.status)}
        )
    return found


def _require_standing(content: ReportContent) -> None:
    numbers = {citation.entry for citation in content.cited()}
    gone = Entry.objects.filter(log=LogName.MAIN, number__in=numbers, withdrawal__isnull=False)
    if withdrawn := sorted(gone.values_list("number", flat=True)):
        named = ", ".join(map(str, withdrawn))
        raise WrongState(
            _(
                "Evidence %(numbers)s was withdrawn after the report was frozen. "
                "Send the report back and freeze it again before it is published"
            )
            % {"numbers": named}
        )


# -- at once ------------------------------------------------------------------------------------------------


@transaction.atomic
def close_year(*, actor: Actor, plan: Plan) -> ReportVersion:
    """ปิดปี in one act, for who may approve and close: freeze and publish. Raises WrongState before 1 October."""
    permit(actor, "approve")
    permit(actor, "close")
    plan = locked(plan)
    _require_over(plan, "close")
    return _at_once(actor, plan, correction=False, reason="")


@transaction.atomic
def correct_report(*, actor: Actor, plan: Plan, reason: str) -> ReportVersion:
    """A new version of a closed report from the present records, by who may approve and close; the old one stays.

    Raises InvalidInput without reason.
    """
    permit(actor, "approve")
    permit(actor, "correct")
    plan = locked(plan)
    advance(plan.status, "correct", name=plan_title(plan))
    return _at_once(
        actor, plan, correction=True, reason=reason_given(reason, _("Say why the report is corrected"))
    )


def _at_once(actor: Actor, plan: Plan, *, correction: bool, reason: str) -> ReportVersion:
    if ReportCandidate.objects.filter(plan=plan, status__in=IN_WORK).exists():
        raise WrongState(
            _("A frozen report of fiscal year %(year)s waits for approval already")
            % {"year": plan.fiscal_year}
        )
    version = _next_version(plan) if correction else 1
    kind = _closed(plan, correction=correction)
    _settle(plan)
    content = present_content(plan, version=version)
    return _publish(actor, plan, content, freeze(content), kind=kind, reason=reason)


# -- what both do -------------------------------------------------------------------------------------------


def _settle(plan: Plan) -> None:
    """Have everything on record: what this transaction wrote, and what modules still owe the figures of the year."""
    flush()
    for provides in registry().modules.values():
        if provides.settles is not None:
            provides.settles(plan.period)
    flush()


def _require_over(plan: Plan, act: str) -> None:
    advance(plan.status, act, name=plan_title(plan))
    if clock.today() <= plan.period.end:
        raise WrongState(
            _("Fiscal year %(year)s can be closed after %(day)s")
            % {"year": plan.fiscal_year, "day": full_day(plan.period.end)}
        )


def _next_version(plan: Plan) -> int:
    former = latest_report(plan.fiscal_year)
    assert former is not None
    return former.version + 1


def _closed(plan: Plan, *, correction: bool) -> str:
    """Close the plan's year, or leave it closed for a correction. Returns the kind of the fact."""
    plan.status = advance(plan.status, "correct" if correction else "close", name=plan_title(plan))
    plan.save(update_fields=["status"])
    return "report_corrected" if correction else "report_closed"


def _counts(content: ReportContent) -> dict[str, int]:
    return {verdict.value: content.count(verdict) for verdict in Verdict}


def _publish(
    actor: Actor, plan: Plan, content: ReportContent, frozen: bytes, *, kind: str, reason: str
) -> ReportVersion:
    digest = content_digest(content)
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
        title=f"รายงานผลการดำเนินการตามมาตรการ ปีงบประมาณ พ.ศ. {plan.fiscal_year} ฉบับที่ {content.version}",
        url=content.verify_url,
        payload={
            "fiscal_year": plan.fiscal_year,
            "version": content.version,
            "content_digest": digest.hex(),
            "verdicts": _counts(content),
            "reason": reason,
        },
    )
    head = sign_head(actor=actor)
    assert pending.entry is not None
    report = ReportVersion.objects.create(
        plan=plan,
        fiscal_year=plan.fiscal_year,
        version=content.version,
        content=frozen,
        digest=digest,
        entry=pending.entry.number,
        tree_size=head.size,
        reason=reason,
        closed_at=clock.now(),
    )
    summarise(plan, _counts(content), report)
    return report
