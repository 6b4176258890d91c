"""The plan's life: draft, import, clone, submit, send back, approve, publish, revise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from prongsai.foundation.ledger.services import record
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Period, Ref, StatementKind, Topic, Visibility
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.dates import BUDDHIST_ERA
from prongsai.kernel.thai.digits import to_arabic, to_thai
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.links import plan_url
from prongsai.modules.measures.models import Measure, MeasureUnit, Plan, Proof, Statement
from prongsai.modules.measures.reading.model import ParsedMeasure, ParsedReport
from prongsai.modules.measures.suggestions import suggest
from prongsai.modules.measures.workflow import advance, permit

EDITABLE = {PlanStatus.DRAFT}
WORDS_LIMIT = 10_000
_YEAR = re.compile(r"(?<![0-9๐-๙])(?P<year>[0-9]{4}|[๐-๙]{4})(?![0-9๐-๙])")
_LAW = re.compile(r"(ระเบียบ|พระราชบัญญัติ|พ\.ร\.บ\.|พระราชกฤษฎีกา|กฎกระทรวง|ประมวล)[^0-9๐-๙]{0,120}(พ\.ศ\.)?\s*$")
TITLE = "มาตรการส่งเสริมคุณธรรมและความโปร่งใส ปีงบประมาณ พ.ศ. {year}"


def plan_ref(plan: Plan) -> Ref:
    """How ledger facts point at a plan: by its fiscal year, which all its versions share."""
    return Ref("measures", "plan", plan.fiscal_year)


def note(
    plan: Plan, kind: str, *, actor: Actor, public: bool = False, title: str = "", **payload: Any
) -> None:
    """Put an act on the plan into the ledger."""
    record(
        actor=actor,
        kind=kind,
        about="integrity_measures",
        occurred_on=clock.today(),
        about_period=plan.period,
        origin=Origin.WORK,
        subject=plan_ref(plan),
        topic=Topic.INTEGRITY,
        visibility=Visibility.PUBLIC if public else Visibility.INTERNAL,
        title=title,
        url=plan_url(plan) if public else "",
        payload={"fiscal_year": plan.fiscal_year, "version": plan.version, **payload},
    )


@transaction.atomic
def draft_plan(*, actor: Actor, fiscal_year: int, source: str = "") -> Plan:
    """An empty plan for fiscal year พ.ศ. `fiscal_year`. Raises WrongState when one is in work or in force."""
    permit(actor, "draft")
    if not 2540 <= fiscal_year <= 2700:
        hint = (
            f" ({fiscal_year} เป็น ค.ศ. หรือไม่ พ.ศ. คือ {fiscal_year + BUDDHIST_ERA})"
            if fiscal_year < 2540
            else ""
        )
        raise InvalidInput(f"ปีงบประมาณต้องเป็น พ.ศ.{hint}", field="fiscal_year")
    if Plan.objects.filter(fiscal_year=fiscal_year).exists():
        raise WrongState(f"มีมาตรการของปีงบประมาณ {fiscal_year} อยู่แล้ว ใช้การแก้ไขเป็นฉบับใหม่แทน")
    plan = _create(fiscal_year=fiscal_year, version=1, source=source)
    note(plan, "plan_drafted", actor=actor, source=source)
    return plan


def _create(*, fiscal_year: int, version: int, source: str) -> Plan:
    try:
        with transaction.atomic():
            return Plan.objects.create(
                fiscal_year=fiscal_year, version=version, source=source[:200], created_at=clock.now()
            )
    except IntegrityError:
        raise WrongState(f"มีผู้เริ่มร่างมาตรการของปีงบประมาณ {fiscal_year} ไปแล้ว") from None


@transaction.atomic
def import_plan(
    *, actor: Actor, report: ParsedReport, fiscal_year: int | None = None, source: str = ""
) -> Plan:
    """A draft from a report that was read, with the suggested proofs bound.

    Raises InvalidInput when the report names no year, or another organization.
    """
    year = fiscal_year or report.fiscal_year
    if not year:
        raise InvalidInput("ในรายงานไม่มีปีงบประมาณ ให้ระบุเอง", field="fiscal_year")
    plan = draft_plan(actor=actor, fiscal_year=year, source=source)
    fill(plan, report.measures)
    return plan


def fill(plan: Plan, measures: Sequence[ParsedMeasure]) -> None:
    """Write measures that were read into an empty draft."""
    units = {unit.name: unit for unit in Unit.objects.all()}
    for position, parsed in enumerate(measures, start=1):
        period = parsed.period or plan.period
        measure = Measure.objects.create(
            plan=plan,
            number=position,
            title=parsed.title,
            topic=parsed.topic or "",
            period_start=period.start,
            period_end=period.end,
            links=list(parsed.links),
        )
        _assign_units(measure, parsed.units, units)
        for kind, texts in (
            (StatementKind.STEP, parsed.steps),
            (StatementKind.OUTPUT, parsed.outputs),
            (StatementKind.OUTCOME, parsed.outcomes),
        ):
            for number, text in enumerate(texts, start=1):
                _add_statement(measure, kind, number, text)


def _assign_units(measure: Measure, names: Sequence[str], known: dict[str, Unit]) -> None:
    for position, name in enumerate(dict.fromkeys(names), start=1):
        if name not in known:
            known[name] = Unit.objects.create(name=name[:200], position=len(known) + 1)
        MeasureUnit.objects.create(measure=measure, unit=known[name], position=position)


def _add_statement(measure: Measure, kind: StatementKind, number: int, text: str) -> Statement:
    statement = Statement.objects.create(measure=measure, kind=kind, number=number, text=text)
    bind_suggested(statement, topic=Topic(measure.topic) if measure.topic else None)
    return statement


def bind_suggested(statement: Statement, *, topic: Topic | None) -> None:
    """Bind the proofs that the wording suggests to a statement that has none."""
    suggested = suggest(statement.text, kind=StatementKind(statement.kind), topic=topic)
    if suggested.join != statement.join:
        statement.join = suggested.join
        statement.save(update_fields=["join"])
    Proof.objects.bulk_create(
        Proof(
            statement=statement,
            position=position,
            expression=expression,
            window=suggested.window_of(expression),
            suggestion=suggested.key,
        )
        for position, expression in enumerate(suggested.expressions, start=1)
    )


@transaction.atomic
def clone_plan(*, actor: Actor, plan: Plan, fiscal_year: int) -> Plan:
    """A draft for another year with the same measures and proofs: periods moved, the year in the wording too."""
    clone = draft_plan(actor=actor, fiscal_year=fiscal_year, source=str(plan))
    _copy(plan, clone, shift=fiscal_year - plan.fiscal_year)
    return clone


def renewed(text: str, *, fiscal_year: int, shift: int) -> str:
    """The wording with the plan's year, and the calendar year it begins in, moved by `shift` years.

    Years of laws and regulations stay: พระราชบัญญัติ… พ.ศ. ๒๕๖๐ is not this year's.
    """

    def moved(found: re.Match[str]) -> str:
        year = int(to_arabic(found["year"]))
        if year not in (fiscal_year - 1, fiscal_year) or _LAW.search(text[: found.start()]):
            return found.group()
        return to_thai(year + shift) if found["year"] != to_arabic(found["year"]) else str(year + shift)

    return _YEAR.sub(moved, text) if shift else text


def _copy(source: Plan, target: Plan, *, shift: int) -> None:
    year = {"fiscal_year": source.fiscal_year, "shift": shift}
    measures = source.measures.prefetch_related("responsible", "statements__proofs")  # type: ignore[attr-defined]
    for measure in measures:
        responsible, statements = list(measure.responsible.all()), list(measure.statements.all())
        period = _shifted(measure.period, shift)
        copied = Measure.objects.create(
            plan=target,
            number=measure.number,
            title=renewed(measure.title, **year),
            topic=measure.topic,
            period_start=period.start,
            period_end=period.end,
            links=measure.links,
        )
        MeasureUnit.objects.bulk_create(
            MeasureUnit(measure=copied, unit_id=r.unit_id, position=r.position) for r in responsible
        )
        for statement in statements:
            fresh = Statement.objects.create(
                measure=copied,
                kind=statement.kind,
                number=statement.number,
                text=renewed(statement.text, **year),
                join=statement.join,
            )
            Proof.objects.bulk_create(
                Proof(
                    statement=fresh,
                    position=p.position,
                    expression=p.expression,
                    window=p.window,
                    suggestion=p.suggestion,
                )
                for p in statement.proofs.all()
            )


def _shifted(period: Period, years: int) -> Period:
    def moved(day: date) -> date:
        try:
            return day.replace(year=day.year + years)
        except ValueError:  # 29 February
            return day.replace(year=day.year + years, day=28)

    return Period(moved(period.start), moved(period.end))


def locked(plan: Plan) -> Plan:
    """The plan as it is now, held until the transaction ends: a second click finds the state changed."""
    return Plan.objects.select_for_update().get(pk=plan.pk)


def _act(plan: Plan, act: str, kind: str, *, actor: Actor, **payload: Any) -> Plan:
    permit(actor, act)
    plan = locked(plan)
    plan.status = advance(plan.status, act, name=str(plan))
    plan.save(update_fields=["status", "remarks", "published_on"])
    note(plan, kind, actor=actor, **payload)
    return plan


@transaction.atomic
def submit(*, actor: Actor, plan: Plan) -> Plan:
    """เสนอ. Raises InvalidInput for a plan without measures, or with a measure that has no steps."""
    measures = list(plan.measures.prefetch_related("statements"))  # type: ignore[attr-defined]
    if not measures:
        raise InvalidInput("ยังไม่มีมาตรการ เพิ่มอย่างน้อย 1 มาตรการก่อนเสนอ", field="measures")
    for measure in measures:
        if not any(s.kind == StatementKind.STEP for s in measure.statements.all()):
            raise InvalidInput(f"มาตรการที่ {measure.number} ยังไม่มีขั้นตอน", field=f"measures.{measure.number}")
    return _act(plan, "submit", "plan_submitted", actor=actor)


@transaction.atomic
def send_back(*, actor: Actor, plan: Plan, remarks: str) -> Plan:
    """ส่งกลับแก้ไข, with the reason. Raises InvalidInput without one."""
    if not remarks.strip():
        raise InvalidInput("ระบุสิ่งที่ต้องแก้ไขก่อนส่งกลับ", field="remarks")
    plan = _act(plan, "send_back", "plan_sent_back", actor=actor, remarks=remarks)
    plan.remarks = remarks
    plan.save(update_fields=["remarks"])
    return plan


@transaction.atomic
def approve(*, actor: Actor, plan: Plan) -> Plan:
    """อนุมัติ (by the head of the organization or who acts for them)."""
    return _act(plan, "approve", "plan_approved", actor=actor)


@transaction.atomic
def publish(*, actor: Actor, plan: Plan) -> Plan:
    """ประกาศ: the approved plan becomes the one in force, and the one before it steps back.

    Announcing here is itself work: it is recorded as an announcement and as a publication on the portal.
    """
    permit(actor, "publish")
    plan = locked(plan)
    advance(plan.status, "publish", name=str(plan))
    if Plan.objects.filter(fiscal_year=plan.fiscal_year, status=PlanStatus.CLOSED).exists():
        raise WrongState(f"ปีงบประมาณ {plan.fiscal_year} ปิดแล้ว ใช้การแก้ไขรายงานที่ปิดแล้วแทน")
    for old in Plan.objects.select_for_update().filter(
        fiscal_year=plan.fiscal_year, status=PlanStatus.PUBLISHED
    ):
        _act(old, "supersede", "plan_superseded", actor=actor, by_version=plan.version)
    plan.status = advance(plan.status, "publish", name=str(plan))
    plan.published_on = clock.today()
    plan.save(update_fields=["status", "published_on"])
    title = TITLE.format(year=plan.fiscal_year)
    note(plan, "announcement_issued", actor=actor, public=True, title=f"ประกาศ เรื่อง {title}")
    note(plan, "published", actor=actor, public=True, title=title, channels=["เว็บไซต์"])
    return plan


@transaction.atomic
def revise(*, actor: Actor, plan: Plan, reason: str) -> Plan:
    """A draft of the next version of a published plan; the public sees the old one until the new is published."""
    permit(actor, "draft")
    if plan.status != PlanStatus.PUBLISHED:
        raise WrongState(f"{plan} อยู่ในสถานะ “{plan.get_status_display()}” แก้ไขเป็นฉบับใหม่ได้เฉพาะฉบับที่ประกาศแล้ว")
    if not reason.strip():
        raise InvalidInput("ระบุเหตุผลที่แก้ไข", field="reason")
    newest = Plan.objects.filter(fiscal_year=plan.fiscal_year).first()
    assert newest is not None
    draft = _create(fiscal_year=plan.fiscal_year, version=newest.version + 1, source=str(plan))
    draft.remarks = reason
    draft.save(update_fields=["remarks"])
    _copy(plan, draft, shift=0)
    note(draft, "plan_drafted", actor=actor, source=str(plan), reason=reason)
    return draft
