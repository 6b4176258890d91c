"""Writing and editing what a draft plan says, and what has to carry it.

Every edit locks its plan first: a plan that is submitted meanwhile is not changed any more, and of two edits at
once the second sees the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _

from prongsai.kernel.contracts import Actor, Period, StatementKind, Topic
from prongsai.kernel.errors import InvalidInput, Stale, WrongState
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.labels import full_day, plan_state, plan_title
from prongsai.modules.measures.models import Measure, MeasureUnit, Plan, Proof, Remark, Statement
from prongsai.modules.measures.services.plans import WORDS_LIMIT, locked, note
from prongsai.modules.measures.services.proofs import bind_proofs
from prongsai.modules.measures.services.writing import known_units, proof_rows, suggested
from prongsai.modules.measures.workflow import permit

__all__ = ["bind_proofs"]

MOST_STATEMENTS = 2_000  # of one kind in one measure
_ASIDE = 20_000  # numbers are moved here and back: the database lets none stand twice


def _draft(plan: Plan) -> Plan:
    """The plan, locked. Raises WrongState unless it is a draft."""
    plan = locked(plan)
    if plan.status != PlanStatus.DRAFT:
        raise WrongState(
            _("%(plan)s is in the state “%(status)s”. Only a draft can be changed")
            % {"plan": plan_title(plan), "status": plan_state(plan.status)}
        )
    return plan


def _words(text: str, *, field: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput(_("There has to be a text"), field=field)
    if len(text) > WORDS_LIMIT:
        raise InvalidInput(
            _("The text has %(count)s characters, more than %(most)s")
            % {"count": len(text), "most": WORDS_LIMIT},
            field=field,
        )
    return text.replace("\0", "")


def _period(period: Period, plan: Plan) -> Period:
    if not period.overlaps(plan.period):
        outside = _("The period is outside fiscal year %(year)s (%(start)s to %(end)s)")
        days = {"start": full_day(plan.period.start), "end": full_day(plan.period.end)}
        raise InvalidInput(outside % {"year": plan.fiscal_year, **days}, field="period")
    return period


# -- measures -----------------------------------------------------------------------------------------------


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
    plan = _draft(plan)
    period = _period(period or plan.period, plan)
    last = plan.measures.aggregate(last=Max("number"))["last"] or 0  # type: ignore[attr-defined]
    measure = Measure.objects.create(
        plan=plan,
        number=last + 1,
        title=_words(title, field="title"),
        topic=topic.value if topic else "",
        period_start=period.start,
        period_end=period.end,
    )
    _assign(measure, units)
    note(plan, "plan_edited", actor=actor, measure=measure.number, added="measure")
    return measure


def _assign(measure: Measure, units: Sequence[str]) -> None:
    names = [name.strip() for name in units if name.strip()]
    known = known_units(names)
    measure.responsible.all().delete()  # type: ignore[attr-defined]
    MeasureUnit.objects.bulk_create(
        MeasureUnit(measure=measure, unit=known[name[:200]], position=position)
        for position, name in enumerate(dict.fromkeys(names), start=1)
    )


def present_measure(measure: Measure) -> dict[str, Any]:
    """What a measure says now: what `Stale` carries."""
    return {
        "title": measure.title,
        "topic": measure.topic,
        "period": measure.period,
        "units": [r.unit.name for r in measure.responsible.select_related("unit")],  # type: ignore[attr-defined]
        "revision": measure.revision,
    }


def _fresh_measure(measure: Measure, revision: int) -> Measure:
    """The measure of a draft, its plan locked. Raises Stale when somebody changed it after `revision`."""
    plan = _draft(measure.plan)
    measure = _still_there(
        Measure.objects.filter(pk=measure.pk, plan=plan), _("Somebody took this measure out before you")
    )
    measure.plan = plan
    if measure.revision != revision:
        raise Stale(
            _(
                "Somebody changed this measure before you. "
                "What you entered is still here: check it, then save again"
            ),
            present=present_measure(measure),
        )
    return measure


def _still_there(found: QuerySet[Any], gone: str) -> Any:
    row = found.first()
    if row is None:
        raise Stale(gone, present={})
    return row


@transaction.atomic
def edit_measure(
    *,
    actor: Actor,
    measure: Measure,
    revision: int,
    title: str,
    topic: Topic | None,
    period: Period,
    units: Sequence[str],
) -> Measure:
    """Change title, topic, period and units. Raises Stale when somebody was faster than who saw `revision`."""
    permit(actor, "edit")
    measure = _fresh_measure(measure, revision)
    period = _period(period, measure.plan)
    measure.title, measure.topic = _words(title, field="title"), topic.value if topic else ""
    measure.period_start, measure.period_end = period.start, period.end
    measure.revision += 1
    measure.save(update_fields=["title", "topic", "period_start", "period_end", "revision"])
    _assign(measure, units)
    note(measure.plan, "plan_edited", actor=actor, measure=measure.number, edited="measure")
    return measure


@transaction.atomic
def move_measure(*, actor: Actor, measure: Measure, to: int) -> None:
    """Give a measure another number; those between move up or down. `to` beyond either end means that end."""
    permit(actor, "edit")
    plan = _draft(measure.plan)
    measure = _still_there(
        Measure.objects.filter(pk=measure.pk, plan=plan), _("Somebody took this measure out before you")
    )
    before, after = _renumber(Measure.objects.filter(plan=plan), measure, to)
    if before != after:
        note(plan, "plan_edited", actor=actor, measure=before, moved_to=after)


@transaction.atomic
def remove_measure(*, actor: Actor, measure: Measure, revision: int) -> None:
    """Take a measure with its statements out of a draft; those behind it move up. Remarks stay."""
    permit(actor, "edit")
    measure = _fresh_measure(measure, revision)
    plan, number = measure.plan, measure.number
    statements = Statement.objects.filter(measure=measure)
    removed = list(statements.order_by("kind", "number").values_list("kind", "number", "text"))
    _delete(statements)
    _remove(MeasureUnit.objects.filter(measure=measure))
    _remove(Measure.objects.filter(pk=measure.pk))
    _close_gap(Measure.objects.filter(plan=plan), number)
    note(
        plan,
        "plan_edited",
        actor=actor,
        measure=number,
        removed="measure",
        said={"title": measure.title, "statements": [list(each) for each in removed]},
    )


# -- statements ---------------------------------------------------------------------------------------------


@transaction.atomic
def add_statement(
    *, actor: Actor, measure: Measure, kind: StatementKind, text: str, after: int | None = None
) -> Statement:
    """A step, output or outcome with the proofs that its wording suggests: the last one, or behind number `after`."""
    permit(actor, "edit")
    plan = _draft(measure.plan)
    measure = _still_there(
        Measure.objects.filter(pk=measure.pk, plan=plan), _("Somebody took this measure out before you")
    )
    words = _words(text, field="text")
    same = Statement.objects.filter(measure=measure, kind=kind)
    last = same.aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_STATEMENTS:
        raise InvalidInput(
            _("A measure can have at most %(most)s statements of each kind") % {"most": MOST_STATEMENTS},
            field="text",
        )
    new = suggested(kind, last + 1, words, Topic(measure.topic) if measure.topic else None)
    statement = Statement.objects.create(
        measure=measure, kind=kind, number=new.number, text=words, join=new.join
    )
    Proof.objects.bulk_create(proof_rows(statement, new.proofs))
    if after is not None:
        _renumber(same, statement, after + 1)
    note(plan, "plan_edited", actor=actor, measure=measure.number, added=f"{kind} {statement.number}")
    return statement


def present_statement(statement: Statement) -> dict[str, Any]:
    """What a statement says now: what `Stale` carries."""
    return {"text": statement.text, "revision": statement.revision, "number": statement.number}


def _fresh_statement(statement: Statement, revision: int | None) -> Statement:
    """The statement of a draft, its plan locked. Raises Stale when somebody changed it after `revision`."""
    plan = _draft(statement.measure.plan)
    found = Statement.objects.filter(pk=statement.pk, measure__plan=plan).select_related("measure")
    statement = _still_there(found, _("Somebody took this statement out before you"))
    statement.measure.plan = plan
    if revision is not None and statement.revision != revision:
        raise Stale(
            _(
                "Somebody changed this statement before you. "
                "What you wrote is still here: check it, then save again"
            ),
            present=present_statement(statement),
        )
    return statement


@transaction.atomic
def edit_statement(*, actor: Actor, statement: Statement, text: str, revision: int) -> Statement:
    """Change the wording. `revision` is the one the editor saw: raises Stale when somebody was faster."""
    permit(actor, "edit")
    words = _words(text, field="text")
    statement = _fresh_statement(statement, revision)
    if statement.is_withdrawn:
        raise WrongState(_("This statement is withdrawn. Bring it back before you change it"))
    statement.text = words
    statement.revision += 1
    statement.save(update_fields=["text", "revision"])
    note(
        statement.measure.plan,
        "plan_edited",
        actor=actor,
        edited=_place(statement),
        measure=statement.measure.number,
    )
    return statement


@transaction.atomic
def move_statement(*, actor: Actor, statement: Statement, to: int) -> Statement:
    """Give a statement another number among those of its kind; `to` beyond either end means that end."""
    permit(actor, "edit")
    statement = _fresh_statement(statement, None)
    place = _place(statement)
    same = Statement.objects.filter(measure=statement.measure, kind=statement.kind)
    before, after = _renumber(same, statement, to)
    if before != after:
        note(
            statement.measure.plan,
            "plan_edited",
            actor=actor,
            moved=place,
            moved_to=after,
            measure=statement.measure.number,
        )
    return statement


@transaction.atomic
def remove_statement(*, actor: Actor, statement: Statement, revision: int) -> None:
    """Take a statement out of a draft; those behind it move up. Its remarks stay with the plan."""
    permit(actor, "edit")
    statement = _fresh_statement(statement, revision)
    measure, kind, number, place = statement.measure, statement.kind, statement.number, _place(statement)
    _delete(Statement.objects.filter(pk=statement.pk))
    _close_gap(Statement.objects.filter(measure=measure, kind=kind), number)
    note(measure.plan, "plan_edited", actor=actor, measure=measure.number, removed=place, said=statement.text)


def _place(statement: Statement) -> str:
    return f"{statement.kind} {statement.number}"


def _delete(statements: QuerySet[Statement]) -> None:
    Remark.objects.filter(statement__in=statements).update(statement=None)
    _remove(Proof.objects.filter(statement__in=statements))
    _remove(statements)


def _remove(rows: QuerySet[Any]) -> None:
    """Delete rows that nothing points at any more in one statement: Django would look at everything that could.

    The database's own references refuse what is still pointed at.
    """
    rows.order_by()._raw_delete(rows.db)


def _renumber(rows: QuerySet[Any], row: Any, to: int) -> tuple[int, int]:
    """Move `row` to number `to` among `rows`, which are numbered without gaps. Returns the former and the new number."""
    last = rows.aggregate(last=Max("number"))["last"]
    here, to = row.number, max(1, min(to, last))
    if here == to:
        return here, to
    low, high, step = (to, here - 1, 1) if to < here else (here + 1, to, -1)
    rows.filter(pk=row.pk).update(number=_ASIDE + to)
    rows.filter(number__gte=low, number__lte=high).update(number=F("number") + _ASIDE + step)
    rows.filter(number__gt=_ASIDE).update(number=F("number") - _ASIDE)
    row.number = to
    return here, to


def _close_gap(rows: QuerySet[Any], number: int) -> None:
    rows.filter(number__gt=number).update(number=F("number") + _ASIDE - 1)
    rows.filter(number__gt=_ASIDE).update(number=F("number") - _ASIDE)
