"""Writing whole plans at once: measures that were read, and copies of earlier plans. A few statements for any size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Model

from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Period, StatementKind, Topic
from prongsai.kernel.thai.digits import to_arabic, to_thai
from prongsai.modules.measures.models import Measure, MeasureUnit, Plan, Proof, Statement
from prongsai.modules.measures.reading.model import ParsedMeasure
from prongsai.modules.measures.suggestions import suggest

_YEAR = re.compile(r"(?<![0-9๐-๙])(?P<year>[0-9]{4}|[๐-๙]{4})(?![0-9๐-๙])")
_LAW = re.compile(r"(ระเบียบ|พระราชบัญญัติ|พ\.ร\.บ\.|พระราชกฤษฎีกา|กฎกระทรวง|ประมวล)[^0-9๐-๙]{0,120}(พ\.ศ\.)?\s*$")
UNIT_NAME = 200  # letters


@dataclass(frozen=True)
class NewProof:
    expression: str
    window: str = "inside"
    suggestion: str = ""


@dataclass(frozen=True)
class NewStatement:
    kind: StatementKind
    number: int
    text: str
    join: str = "all"
    proofs: tuple[NewProof, ...] = ()
    withdrawn_reason: str = ""
    withdrawn_on: date | None = None


@dataclass(frozen=True)
class NewMeasure:
    number: int
    title: str
    topic: str
    period: Period
    units: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    statements: tuple[NewStatement, ...] = field(default=())


def suggested(kind: StatementKind, number: int, text: str, topic: Topic | None) -> NewStatement:
    """A statement with the proofs that its wording suggests."""
    found = suggest(text, kind=kind, topic=topic)
    proofs = tuple(NewProof(e, found.window_of(e), found.key) for e in found.expressions)
    return NewStatement(kind, number, text, found.join, proofs)


def from_parsed(measures: Sequence[ParsedMeasure], period: Period) -> Iterable[NewMeasure]:
    """Measures that were read, numbered in their order, with suggested proofs."""
    for position, parsed in enumerate(measures, start=1):
        texts = (
            (StatementKind.STEP, parsed.steps),
            (StatementKind.OUTPUT, parsed.outputs),
            (StatementKind.OUTCOME, parsed.outcomes),
        )
        yield NewMeasure(
            number=position,
            title=parsed.title,
            topic=parsed.topic or "",
            period=parsed.period or period,
            units=parsed.units,
            links=parsed.links,
            statements=tuple(
                suggested(kind, number, text, parsed.topic)
                for kind, those in texts
                for number, text in enumerate(those, start=1)
            ),
        )


def write(plan: Plan, measures: Iterable[NewMeasure], *, units: Mapping[str, Unit] | None = None) -> None:
    """Write measures into an empty plan; units that are not known yet are added. Six statements for any size.

    `units` are those that the caller has read. What was written stands in `plan.written`, as `measure_tree` reads it.
    """
    given = list(measures)
    rows = Measure.objects.bulk_create(
        Measure(
            plan=plan, number=m.number, title=m.title, topic=m.topic, period_start=m.period.start,
            period_end=m.period.end, links=list(m.links),
        )
        for m in given
    )  # fmt: skip
    names = [name for m in given for name in m.units]
    known = units if units and not set(names) - units.keys() else known_units(names)
    responsible = MeasureUnit.objects.bulk_create(
        MeasureUnit(measure=row, unit=known[name[:UNIT_NAME]], position=position)
        for row, m in zip(rows, given, strict=True)
        for position, name in enumerate(dict.fromkeys(m.units), start=1)
    )
    pairs = [(row, s) for row, m in zip(rows, given, strict=True) for s in m.statements]
    statements = Statement.objects.bulk_create(
        Statement(
            measure=row, kind=s.kind, number=s.number, text=s.text, join=s.join,
            withdrawn_reason=s.withdrawn_reason, withdrawn_on=s.withdrawn_on,
        )
        for row, s in pairs
    )  # fmt: skip
    proofs = Proof.objects.bulk_create(
        proof
        for statement, (_, new) in zip(statements, pairs, strict=True)
        for proof in proof_rows(statement, new.proofs)
    )
    _hold(statements, "proofs", proofs, "statement_id")
    _hold(rows, "responsible", responsible, "measure_id")
    _hold(rows, "statements", sorted(statements, key=lambda s: s.number), "measure_id")
    plan.written = tuple(rows)


def _hold(owners: Sequence[Model], name: str, parts: Sequence[Model], key: str) -> None:
    """Give each owner its parts as if they had been read with it by prefetch_related."""
    mine: dict[int, list[Model]] = {owner.pk: [] for owner in owners}
    for part in parts:
        mine[getattr(part, key)].append(part)
    for owner in owners:
        found = getattr(owner, name).all()
        found._result_cache, found._prefetch_done = mine[owner.pk], True
        held = owner.__dict__.setdefault("_prefetched_objects_cache", {})
        held[name] = found


def proof_rows(statement: Statement, proofs: Iterable[NewProof]) -> list[Proof]:
    """The proofs as rows, in order, not saved yet."""
    return [
        Proof(
            statement=statement, position=position, expression=new.expression, window=new.window,
            suggestion=new.suggestion,
        )
        for position, new in enumerate(proofs, start=1)
    ]  # fmt: skip


def known_units(names: Iterable[str]) -> dict[str, Unit]:
    """The organization's units by name; those that it does not have yet are added at the end."""
    known = {unit.name: unit for unit in Unit.objects.all()}
    fresh = dict.fromkeys(name[:UNIT_NAME] for name in names if name[:UNIT_NAME] not in known)
    made = Unit.objects.bulk_create(
        Unit(name=name, position=position) for position, name in enumerate(fresh, start=len(known) + 1)
    )
    return known | {unit.name: unit for unit in made}


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


def units_of(tree: Sequence[Measure]) -> dict[str, Unit]:
    """The units that a tree names, by name."""
    return {each.unit.name: each.unit for measure in tree for each in measure.responsible.all()}  # type: ignore[attr-defined]


def copied(tree: Sequence[Measure]) -> Iterable[NewMeasure]:
    """A plan's measures as they stand, to be written into another plan."""
    for measure in tree:
        yield NewMeasure(
            number=measure.number,
            title=measure.title,
            topic=measure.topic,
            period=measure.period,
            units=tuple(r.unit.name for r in measure.responsible.all()),  # type: ignore[attr-defined]
            links=tuple(measure.links),
            statements=tuple(_copied_statement(s) for s in measure.statements.all()),  # type: ignore[attr-defined]
        )


def _copied_statement(statement: Statement) -> NewStatement:
    proofs = statement.proofs.all()  # type: ignore[attr-defined]
    return NewStatement(
        kind=StatementKind(statement.kind),
        number=statement.number,
        text=statement.text,
        join=statement.join,
        proofs=tuple(NewProof(p.expression, p.window, p.suggestion) for p in proofs),
        withdrawn_reason=statement.withdrawn_reason,
        withdrawn_on=statement.withdrawn_on,
    )


def moved(measure: NewMeasure, *, fiscal_year: int, shift: int) -> NewMeasure:
    """A measure of `fiscal_year` for another year: periods and the year in the wording move by `shift` years.

    Withdrawn statements come back; picked records stay behind, since they carry the year they were picked for.
    """
    if not shift:
        return measure
    year = {"fiscal_year": fiscal_year, "shift": shift}
    return replace(
        measure,
        title=renewed(measure.title, **year),
        period=_shifted(measure.period, shift),
        statements=tuple(
            replace(
                s,
                text=renewed(s.text, **year),
                proofs=tuple(p for p in s.proofs if not p.expression.startswith("entry(")),
                withdrawn_reason="",
                withdrawn_on=None,
            )
            for s in measure.statements
        ),
    )


def _shifted(period: Period, years: int) -> Period:
    def moved(day: date) -> date:
        try:
            return day.replace(year=day.year + years)
        except ValueError:  # 29 February
            return day.replace(year=day.year + years, day=28)

    return Period(moved(period.start), moved(period.end))
