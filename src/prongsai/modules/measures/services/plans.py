"""The plan's life: draft, import, clone, submit, review, send back, approve, publish, revise, discard."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Ref, StatementKind, Topic, Visibility
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.dates import BUDDHIST_ERA
from prongsai.modules.measures.choices import PlanStatus, RemarkStatus
from prongsai.modules.measures.labels import plan_state, plan_title
from prongsai.modules.measures.links import plan_url
from prongsai.modules.measures.models import Measure, Plan, Remark, Statement
from prongsai.modules.measures.reading.model import ParsedReport
from prongsai.modules.measures.selectors.acts import submitted_on
from prongsai.modules.measures.selectors.judging import measure_tree
from prongsai.modules.measures.selectors.signatories import CLERK, HEAD
from prongsai.modules.measures.services.signing import Begun, Signing, attached, reason_given, signing
from prongsai.modules.measures.services.summaries import summarise_running
from prongsai.modules.measures.services.writing import copied, from_parsed, moved, renewed, units_of, write
from prongsai.modules.measures.workflow import advance, permit

__all__ = ["renewed"]  # part of cloning

WORDS_LIMIT = 10_000
TITLE = "มาตรการส่งเสริมคุณธรรมและความโปร่งใส ปีงบประมาณ พ.ศ. {year}"


def plan_ref(plan: Plan) -> Ref:
    """How ledger facts point at a plan: by its fiscal year, which all its versions share."""
    return Ref("measures", "plan", plan.fiscal_year)


def note(
    plan: Plan,
    kind: str,
    /,
    *,
    actor: Actor,
    public: bool = False,
    url: str = "",
    title: str = "",
    signed: Signing | None = None,
    **payload: Any,
) -> None:
    """Put an act on the plan into the ledger; `signed` says who approved it, on screen or on paper.

    A public one leads to the plan's page: `url`, for who knows it.
    """
    record(
        actor=actor,
        kind=kind,
        about="integrity_measures",
        occurred_on=signed.day if signed else clock.today(),
        about_period=plan.period,
        origin=signed.origin if signed else Origin.WORK,
        subject=plan_ref(plan),
        topic=Topic.INTEGRITY,
        visibility=Visibility.PUBLIC if public else Visibility.INTERNAL,
        title=title,
        url=(url or plan_url(plan)) if public else "",
        payload={
            "fiscal_year": plan.fiscal_year,
            "version": plan.version,
            **(signed.payload if signed else {}),
            **payload,
        },
    )


def wording(plan: Plan) -> list[tuple[Any, ...]]:
    """What the plan says, a row for each statement, its measure's number first. One query."""
    rows = Statement.objects.filter(measure__plan=plan).order_by("measure__number", "kind", "number")
    return list(rows.values_list("measure__number", "measure__title", "kind", "number", "text"))


def wording_of(tree: Sequence[Measure]) -> list[tuple[Any, ...]]:
    """The same of a tree that was read."""
    said = [(m.number, m.title, s.kind, s.number, s.text) for m in tree for s in m.statements.all()]  # type: ignore[attr-defined]
    return sorted(said, key=lambda row: (row[0], row[2], row[3]))


def wording_digest(plan: Plan, said: Sequence[tuple[Any, ...]] | None = None) -> str:
    """SHA-256 of what the plan says, as hex: an approval names it, and the paper to be signed prints it."""
    said = wording(plan) if said is None else said
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def draft_plan(
    *, actor: Actor, fiscal_year: int, source: str = "", source_file: Mapping[str, Any] | None = None
) -> Plan:
    """An empty plan for fiscal year พ.ศ. `fiscal_year`. Raises WrongState when one is in work or in force."""
    permit(actor, "draft")
    if not 2540 <= fiscal_year <= 2700:
        raise InvalidInput(_another_era(fiscal_year), field="fiscal_year")
    earlier = list(Plan.objects.filter(fiscal_year=fiscal_year).values_list("status", "version"))
    if any(status != PlanStatus.DISCARDED for status, _version in earlier):
        raise WrongState(
            _("There are measures of fiscal year %(year)s already. Change them by a new version instead")
            % {"year": fiscal_year}
        )
    version = max((version for _status, version in earlier), default=0) + 1
    plan = _create(fiscal_year=fiscal_year, version=version, source=source, source_file=source_file)
    note(plan, "plan_drafted", actor=actor, source=source, **_files(source_file))
    return plan


def _another_era(year: int) -> str:
    if year < 2540:
        meant = _(
            "The fiscal year has to be in B.E. (is %(year)s of the common era? In B.E. it is %(meant)s)"
        )
        return meant % {"year": year, "meant": year + BUDDHIST_ERA}
    return _("The fiscal year has to be in B.E.")


def _files(file: Mapping[str, Any] | None) -> dict[str, Any]:
    return attached([file], field="source_file") if file else {}


def _create(
    *,
    fiscal_year: int,
    version: int,
    source: str,
    source_file: Mapping[str, Any] | None = None,
    remarks: str = "",
) -> Plan:
    try:
        with transaction.atomic():
            return Plan.objects.create(
                fiscal_year=fiscal_year,
                version=version,
                source=source[:200],
                source_file=dict(source_file or {}),
                remarks=remarks,
                created_at=clock.now(),
            )
    except IntegrityError:
        raise WrongState(
            _("Somebody has begun to draft the measures of fiscal year %(year)s already")
            % {"year": fiscal_year}
        ) from None


@transaction.atomic
def import_plan(
    *,
    actor: Actor,
    report: ParsedReport,
    fiscal_year: int | None = None,
    source: str = "",
    source_file: Mapping[str, Any] | None = None,
) -> Plan:
    """A draft from a report that was read, with the suggested proofs bound; another year's is moved into `fiscal_year`.

    `source_file` is the reference of the kept upload. Raises InvalidInput when the report names no year.
    """
    year = fiscal_year or report.fiscal_year
    if not year:
        raise InvalidInput(_("The report names no fiscal year. Enter it yourself"), field="fiscal_year")
    plan = draft_plan(actor=actor, fiscal_year=year, source=source, source_file=source_file)
    shift = year - (report.fiscal_year or year)
    measures = from_parsed(report.measures, plan.period)
    write(plan, [moved(m, fiscal_year=year - shift, shift=shift) for m in measures])
    return plan


@transaction.atomic
def clone_plan(*, actor: Actor, plan: Plan, fiscal_year: int) -> Plan:
    """A draft for another year with the same measures and proofs: periods moved, the year in the wording too."""
    clone = draft_plan(actor=actor, fiscal_year=fiscal_year, source=str(plan))
    year = {"fiscal_year": plan.fiscal_year, "shift": fiscal_year - plan.fiscal_year}
    tree = measure_tree(plan)
    write(clone, [moved(measure, **year) for measure in copied(tree)], units=units_of(tree))
    return clone


def locked(plan: Plan) -> Plan:
    """The plan as it is now, held until the transaction ends: a second click finds the state changed."""
    return Plan.objects.select_for_update().get(pk=plan.pk)


def _moved(plan: Plan, act: str) -> Plan:
    """The plan, locked, in the state that `act` leads to. Raises WrongState when it leads nowhere."""
    plan = locked(plan)
    plan.status = advance(plan.status, act, name=plan_title(plan))
    plan.save(update_fields=["status"])
    return plan


@transaction.atomic
def discard_draft(*, actor: Actor, plan: Plan, reason: str) -> Plan:
    """ยกเลิกร่าง: the draft is put away with its remarks and facts, and its year can be drafted anew.

    Raises InvalidInput without a reason, WrongState for anything but a draft.
    """
    permit(actor, "discard")
    reason = reason_given(reason, _("Say why the draft is discarded"))
    plan = _moved(plan, "discard")
    note(plan, "plan_discarded", actor=actor, reason=reason)
    return plan


@transaction.atomic
def submit(
    *,
    actor: Actor,
    plan: Plan,
    signed_paper: Sequence[Mapping[str, Any]] = (),
    signed_on: date | None = None,
    signatory: str = "",
) -> Plan:
    """เสนอ. Raises InvalidInput for a plan without measures, or with a measure that has no steps."""
    permit(actor, "submit")
    signed = signing(actor, CLERK, signed_paper=signed_paper, signed_on=signed_on, signatory=signatory)
    plan = _moved(plan, "submit")
    measures = list(plan.measures.prefetch_related("statements"))  # type: ignore[attr-defined]
    if not measures:
        raise InvalidInput(
            _("There is no measure yet. Add at least one measure before you submit"), field="measures"
        )
    for measure in measures:
        if not any(s.kind == StatementKind.STEP for s in measure.statements.all()):
            raise InvalidInput(
                _("Measure %(number)s has no steps") % {"number": measure.number},
                field=f"measures.{measure.number}",
            )
    note(plan, "plan_submitted", actor=actor, signed=signed, wording=wording_digest(plan))
    return plan


def _begun(plan: Plan, signed_paper: Sequence[Mapping[str, Any]]) -> Begun | None:
    """Since when the plan lay before those who sign: asked for papers alone."""
    day = submitted_on(plan) if signed_paper else None
    return Begun("submit", day) if day else None


@transaction.atomic
def review(
    *,
    actor: Actor,
    plan: Plan,
    signed_paper: Sequence[Mapping[str, Any]] = (),
    signed_on: date | None = None,
    signatory: str = "",
) -> Plan:
    """เห็นชอบ (by the clerk of the organization): the plan goes on to its head."""
    permit(actor, "review")
    signed = signing(
        actor, CLERK, signed_paper=signed_paper, signed_on=signed_on, signatory=signatory, begun=_begun(plan, signed_paper)
    )  # fmt: skip
    plan = _moved(plan, "review")
    note(plan, "plan_reviewed", actor=actor, signed=signed, wording=wording_digest(plan))
    return plan


@transaction.atomic
def send_back(*, actor: Actor, plan: Plan, remarks: str = "") -> Plan:
    """ส่งกลับแก้ไข, with the reason or after remarks on single statements. Raises InvalidInput without either."""
    permit(actor, "send_back")
    plan = _moved(plan, "send_back")
    unsettled = _unsettled(plan)
    if not remarks.strip() and not unsettled:
        raise InvalidInput(_("Say what is to be mended before it is sent back"), field="remarks")
    plan.remarks = remarks.strip() or f"มีข้อสังเกต {unsettled} ข้อ"
    plan.save(update_fields=["remarks"])
    note(plan, "plan_sent_back", actor=actor, remarks=plan.remarks)
    return plan


def require_settled(unsettled: int, *, despite_remarks: bool) -> None:
    """Raise WrongState while remarks are open, unless the one who approves says that they are known."""
    if unsettled and not despite_remarks:
        raise WrongState(
            _(
                "Remarks that are still open: %(count)s. "
                "Settle them first, or confirm that you approve although remarks are open"
            )
            % {"count": unsettled}
        )


def _unsettled(plan: Plan) -> int:
    return Remark.objects.filter(plan=plan).exclude(status=RemarkStatus.SETTLED).count()


@transaction.atomic
def approve(
    *,
    actor: Actor,
    plan: Plan,
    despite_remarks: bool = False,
    signed_paper: Sequence[Mapping[str, Any]] = (),
    signed_on: date | None = None,
    signatory: str = "",
) -> Plan:
    """อนุมัติ (by the head of the organization or who acts for them), on screen or on a paper that was signed.

    Raises WrongState while remarks are open, unless `despite_remarks` says that they are known.
    """
    permit(actor, "approve_on_paper" if signed_paper else "approve")
    signed = signing(
        actor, HEAD, signed_paper=signed_paper, signed_on=signed_on, signatory=signatory, begun=_begun(plan, signed_paper)
    )  # fmt: skip
    plan = _moved(plan, "approve")
    unsettled = _unsettled(plan)
    require_settled(unsettled, despite_remarks=despite_remarks)
    note(
        plan,
        "plan_approved",
        actor=actor,
        signed=signed,
        wording=wording_digest(plan),
        open_remarks=unsettled,
    )
    return plan


@transaction.atomic
def publish(*, actor: Actor, plan: Plan) -> Plan:
    """ประกาศ: the approved plan becomes the one in force, and the one before it steps back.

    Announcing here is itself work: it is recorded as an announcement and as a publication on the portal.
    """
    permit(actor, "publish")
    plan = locked(plan)
    advance(plan.status, "publish", name=plan_title(plan))
    before = (PlanStatus.PUBLISHED, PlanStatus.CLOSED)
    for old in Plan.objects.filter(fiscal_year=plan.fiscal_year, status__in=before):
        if old.status == PlanStatus.CLOSED:
            raise WrongState(
                _("Fiscal year %(year)s is closed. Correct the closed report instead")
                % {"year": plan.fiscal_year}
            )
        old = _moved(old, "supersede")
        note(old, "plan_superseded", actor=actor, by_version=plan.version)
    plan.status = advance(plan.status, "publish", name=plan_title(plan))
    plan.published_on = clock.today()
    plan.save(update_fields=["status", "published_on"])
    title = TITLE.format(year=plan.fiscal_year)
    page = plan_url(plan)
    note(plan, "announcement_issued", actor=actor, public=True, url=page, title=f"ประกาศ เรื่อง {title}")
    note(plan, "published", actor=actor, public=True, url=page, title=title, channels=["เว็บไซต์"])
    summarise_running(plan)
    return plan


@transaction.atomic
def revise(*, actor: Actor, plan: Plan, reason: str) -> Plan:
    """A draft of the next version of a published plan; the public sees the old one until the new is published."""
    permit(actor, "draft")
    if plan.status != PlanStatus.PUBLISHED:
        raise WrongState(
            _("%(plan)s is in the state “%(status)s”. Only an announced version can be changed by a new one")
            % {"plan": plan_title(plan), "status": plan_state(plan.status)}
        )
    reason = reason_given(reason, _("Say why it is changed"))
    newest = Plan.objects.filter(fiscal_year=plan.fiscal_year).first()
    assert newest is not None
    version = newest.version + 1
    draft = _create(fiscal_year=plan.fiscal_year, version=version, source=str(plan), remarks=reason)
    tree = measure_tree(plan)
    write(draft, copied(tree), units=units_of(tree))
    note(draft, "plan_drafted", actor=actor, source=str(plan), reason=reason)
    return draft
