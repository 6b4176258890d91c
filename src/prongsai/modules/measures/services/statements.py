"""Writing and editing what a draft plan says, and what has to carry it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Actor, Period, StatementKind, Topic
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.measures.choices import Join, PlanStatus
from prongsai.modules.measures.models import Measure, Plan, Proof, Statement
from prongsai.modules.measures.notation import ProofTerm, format_window, parse_term, parse_window
from prongsai.modules.measures.services.plans import WORDS_LIMIT, _assign_units, bind_suggested, locked, note
from prongsai.modules.measures.suggestions import suggest
from prongsai.modules.measures.workflow import permit

FIGURES = {"zero", "figure", "ratio", "indicator"}


def _require_draft(plan: Plan) -> None:
    if plan.status != PlanStatus.DRAFT:
        raise WrongState(f"{plan} อยู่ในสถานะ “{plan.get_status_display()}” แก้ไขได้เฉพาะฉบับร่าง")


def _words(text: str, *, field: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput("ต้องมีข้อความ", field=field)
    if len(text) > WORDS_LIMIT:
        raise InvalidInput(f"ข้อความยาว {len(text)} ตัวอักษร เกิน {WORDS_LIMIT}", field=field)
    return text


@transaction.atomic
def add_measure(
    *,
    actor: Actor,
    plan: Plan,
    title: str,
    topic: Topic | None,
    period: Period | None = None,
    units: Sequence[str] = (),
) -> Measure:
    """The next measure of a draft; without a period it lasts the whole fiscal year."""
    permit(actor, "edit")
    plan = locked(plan)
    _require_draft(plan)
    period = period or plan.period
    last = plan.measures.aggregate(last=Max("number"))["last"] or 0  # type: ignore[attr-defined]
    measure = Measure.objects.create(
        plan=plan,
        number=last + 1,
        title=_words(title, field="title"),
        topic=topic.value if topic else "",
        period_start=period.start,
        period_end=period.end,
    )
    _assign_units(measure, units, {unit.name: unit for unit in Unit.objects.all()})
    note(plan, "plan_edited", actor=actor, measure=measure.number, added="measure")
    return measure


@transaction.atomic
def add_statement(*, actor: Actor, measure: Measure, kind: StatementKind, text: str) -> Statement:
    """The next step, output or outcome of a measure, with the proofs that its wording suggests."""
    permit(actor, "edit")
    _require_draft(locked(measure.plan))
    last = measure.statements.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0  # type: ignore[attr-defined]
    statement = Statement.objects.create(
        measure=measure, kind=kind, number=last + 1, text=_words(text, field="text")
    )
    bind_suggested(statement, topic=Topic(measure.topic) if measure.topic else None)
    note(measure.plan, "plan_edited", actor=actor, measure=measure.number, added=f"{kind} {last + 1}")
    return statement


@transaction.atomic
def edit_statement(*, actor: Actor, statement: Statement, text: str, revision: int) -> Statement:
    """Change the wording. `revision` is the one the editor saw: raises WrongState when somebody was faster."""
    permit(actor, "edit")
    statement = Statement.objects.select_for_update().select_related("measure__plan").get(pk=statement.pk)
    _require_draft(statement.measure.plan)
    if statement.revision != revision:
        raise WrongState("มีผู้แก้ไขข้อความนี้ไปก่อนแล้ว ข้อความที่ท่านพิมพ์ยังอยู่ ตรวจแล้วบันทึกอีกครั้ง")
    statement.text = _words(text, field="text")
    statement.revision += 1
    statement.save(update_fields=["text", "revision"])
    place = f"{statement.kind} {statement.number}"
    note(statement.measure.plan, "plan_edited", actor=actor, measure=statement.measure.number, edited=place)
    return statement


def _require_what_the_wording_asks(statement: Statement, chosen: Sequence[ProofTerm], join: str) -> None:
    """A claim about figures keeps a figure behind it: "no complaints" is not carried by an announcement.

    Attesting alone is always allowed, and is marked as what it is.
    """
    topic = Topic(statement.measure.topic) if statement.measure.topic else None
    wanted = suggest(statement.text, kind=StatementKind(statement.kind), topic=topic)
    asked = {parse_term(expression).name for expression in wanted.expressions} & FIGURES
    names = {term.name for term in chosen}
    if not asked or names <= {"attest"}:
        return
    if not asked & names or (join == "any" and wanted.join != "any"):
        raise InvalidInput(
            "ข้อความนี้กล่าวถึงตัวเลขหรือการไม่มีเรื่องร้องเรียน ต้องคงหลักฐานที่เป็นตัวเลขไว้ และต้องครบทุกข้อ", field="proofs"
        )


@transaction.atomic
def bind_proofs(
    *,
    actor: Actor,
    statement: Statement,
    expressions: Sequence[str],
    join: str = "all",
    window: str = "inside",
) -> None:
    """Bind chosen proofs in place of what is there. Raises InvalidInput naming what cannot be read.

    Allowed until the year is closed: what a statement says is fixed by publication, what carries it is not.
    """
    permit(actor, "edit")
    plan = locked(statement.measure.plan)
    if plan.status in {PlanStatus.CLOSED, PlanStatus.SUPERSEDED}:
        raise WrongState(f"{plan} อยู่ในสถานะ “{plan.get_status_display()}” เปลี่ยนหลักฐานที่ผูกไว้ไม่ได้")
    if join not in Join.values:
        raise InvalidInput("การรวมหลักฐานต้องเป็น all หรือ any", field="join")
    normal = format_window(parse_window(window))
    _require_what_the_wording_asks(statement, [parse_term(e) for e in expressions], join)
    statement.proofs.all().delete()  # type: ignore[attr-defined]
    Proof.objects.bulk_create(
        Proof(statement=statement, position=position, expression=expression, window=normal)
        for position, expression in enumerate(expressions, start=1)
    )
    Statement.objects.filter(pk=statement.pk).update(join=join)
    statement.join = join
    place = f"{statement.kind} {statement.number}"
    note(
        plan,
        "plan_edited",
        actor=actor,
        measure=statement.measure.number,
        bound=place,
        proofs=list(expressions),
    )
