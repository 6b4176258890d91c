"""Last year's report becomes this year's draft: read and shown first, corrected by a person, written at last."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.kernel.contracts import Actor, Period, StatementKind, Topic
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.choices import Join
from prongsai.modules.measures.models import Plan
from prongsai.modules.measures.notation import format_window, parse_term, parse_window
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.reading.model import ParsedMeasure, ParsedReport, ParseWarning
from prongsai.modules.measures.services.plans import WORDS_LIMIT, draft_plan
from prongsai.modules.measures.services.writing import (
    NewMeasure,
    NewProof,
    NewStatement,
    moved,
    suggested,
    write,
)
from prongsai.modules.measures.words import describe, describe_window

MOST_MEASURES, MOST_STATEMENTS = 200, 5_000
# Slips of the pen pass and are seen; what calendars cannot be moved by does not.
FISCAL_YEARS, DAY_YEARS = range(2000, 3000), range(1500, 8000)
_COLUMNS = {StatementKind.STEP: "step", StatementKind.OUTPUT: "output", StatementKind.OUTCOME: "outcome"}


@dataclass(frozen=True)
class PreviewProof:
    """A suggested proof with its words; the screen says whether it is `chosen`."""

    expression: str
    window: str = "inside"
    suggestion: str = ""
    words: str = ""
    window_words: str = ""
    chosen: bool = True


@dataclass(frozen=True)
class PreviewStatement:
    """`source` is what stands in the file for it; `proofs` None: suggest anew when it is written."""

    kind: StatementKind
    text: str
    source: str = ""
    join: str = "all"
    proofs: tuple[PreviewProof, ...] | None = None


@dataclass(frozen=True)
class PreviewMeasure:
    title: str
    topic: str
    start: date | None
    end: date | None
    units: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    where: str = ""
    source: Mapping[str, str] = field(default_factory=dict[str, str])  # by column, as it is written there
    warnings: tuple[str, ...] = ()
    statements: tuple[PreviewStatement, ...] = ()


@dataclass(frozen=True)
class ImportPreview:
    """What a file would become. Plain values that a screen can carry, show and correct."""

    name: str
    organization: str
    district: str
    province: str
    fiscal_year: int | None
    measures: tuple[PreviewMeasure, ...]
    warnings: tuple[str, ...] = ()  # of the whole file

    def to_json(self) -> dict[str, Any]:
        """JSON for a form or draft; `from_json` reads it back."""
        return {
            "name": self.name,
            "organization": self.organization,
            "district": self.district,
            "province": self.province,
            "fiscal_year": self.fiscal_year,
            "warnings": list(self.warnings),
            "measures": [_measure_json(measure) for measure in self.measures],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> ImportPreview:
        """The preview as the screen gives it back. Raises InvalidInput naming the row (`measures.2.statements.5.text`)."""
        measures = values.get("measures")
        if not isinstance(measures, list) or len(measures) > MOST_MEASURES:
            raise InvalidInput(
                _("There has to be a list of measures, at most %(most)s") % {"most": MOST_MEASURES},
                field="measures",
            )
        year = values.get("fiscal_year")
        if year is not None and (type(year) is not int or year not in FISCAL_YEARS):
            raise InvalidInput(_("The fiscal year has to be a number, in B.E."), field="fiscal_year")
        preview = cls(
            name=_text(values, "name", ""),
            organization=_text(values, "organization", ""),
            district=_text(values, "district", ""),
            province=_text(values, "province", ""),
            fiscal_year=year,
            warnings=_texts(values, "warnings", ""),
            measures=tuple(_measure(each, f"measures.{n}") for n, each in enumerate(measures, start=1)),
        )
        if sum(len(measure.statements) for measure in preview.measures) > MOST_STATEMENTS:
            raise InvalidInput(
                _("There are more than %(most)s statements in all") % {"most": MOST_STATEMENTS},
                field="measures",
            )
        return preview


# -- reading ------------------------------------------------------------------------------------------------


def preview_import(file: Path | bytes, name: str = "") -> ImportPreview:
    """Read an annual report without writing anything. Raises Unreadable with one sentence that says why.

    `name` is the file's own name: of bytes it tells nothing but how to call them.
    """
    if isinstance(file, bytes):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / (Path(name).name or "report")
            path.write_bytes(file)
            return preview_of(read_report(path), name)
    return preview_of(read_report(file), name or file.name)


def preview_of(report: ParsedReport, name: str = "") -> ImportPreview:
    """A report that was read, with sources, warnings in their rows and suggested proofs in words."""
    places = [_is_about(measure) for measure in report.measures]
    return ImportPreview(
        name=name,
        organization=report.organization,
        district=report.district,
        province=report.province,
        fiscal_year=report.fiscal_year,
        measures=tuple(_shown(measure, report.warnings) for measure in report.measures),
        warnings=tuple(
            f"{w.where}: {w.message}" for w in report.warnings if not any(w.where in p for p in places)
        ),
    )


def _is_about(measure: ParsedMeasure) -> set[str]:
    """How warnings name a measure."""
    said = f"มาตรการที่ {measure.number}"
    return {said, f"{measure.where} ({said})", measure.where} - {""}


def _shown(measure: ParsedMeasure, warnings: tuple[ParseWarning, ...]) -> PreviewMeasure:
    mine = _is_about(measure)
    texts = (
        (StatementKind.STEP, measure.steps),
        (StatementKind.OUTPUT, measure.outputs),
        (StatementKind.OUTCOME, measure.outcomes),
    )
    period = measure.period
    return PreviewMeasure(
        title=measure.title,
        topic=measure.topic or "",
        start=period.start if period else None,
        end=period.end if period else None,
        units=measure.units,
        links=measure.links,
        where=measure.where,
        source=dict(measure.source),
        warnings=tuple(w.message for w in warnings if w.where in mine),
        statements=tuple(
            suggest_again(
                PreviewStatement(kind, text, trace(text, measure.source.get(_COLUMNS[kind], ""))),
                measure.topic,
            )
            for kind, those in texts
            for text in those
        ),
    )


def suggest_again(statement: PreviewStatement, topic: Topic | None) -> PreviewStatement:
    """The statement with what its present wording suggests."""
    new = suggested(statement.kind, 1, statement.text, topic)
    proofs = tuple(_proof(p.expression, p.window, p.suggestion) for p in new.proofs)
    return replace(statement, join=new.join, proofs=proofs)


def _proof(expression: str, window: str, suggestion: str, *, chosen: bool = True) -> PreviewProof:
    asked = parse_window(window)
    term = parse_term(expression, window=asked)
    return PreviewProof(
        expression, format_window(asked), suggestion, describe(term), describe_window(asked), chosen
    )


def trace(text: str, source: str) -> str:
    """The part of `source` that became `text`: equal but for spaces. The whole source when it cannot be told."""
    letters = [(at, letter) for at, letter in enumerate(source) if not letter.isspace()]
    bare = "".join(letter for _at, letter in letters)
    wanted = "".join(text.split())
    found = bare.find(wanted) if wanted else -1
    if found < 0:
        return source
    return source[letters[found][0] : letters[found + len(wanted) - 1][0] + 1]


# -- writing ------------------------------------------------------------------------------------------------


@transaction.atomic
def import_preview(
    *,
    actor: Actor,
    preview: ImportPreview,
    fiscal_year: int | None = None,
    source_file: Mapping[str, Any] | None = None,
) -> Plan:
    """A draft from a preview as it was corrected. `source_file` is the reference of the kept upload.

    With another `fiscal_year` than the file's, periods and the year in the wording are moved into it.

    Raises InvalidInput naming the row, also when nothing says the year.
    """
    year = fiscal_year or preview.fiscal_year
    if not year:
        raise InvalidInput(_("The report names no fiscal year. Enter it yourself"), field="fiscal_year")
    plan = draft_plan(actor=actor, fiscal_year=year, source=preview.name, source_file=source_file)
    shift = year - (preview.fiscal_year or year)
    whole = Period.fiscal_year(year - shift)
    measures = [_new_measure(m, n, whole) for n, m in enumerate(preview.measures, start=1)]
    write(plan, [moved(measure, fiscal_year=year - shift, shift=shift) for measure in measures])
    return plan


def _new_measure(measure: PreviewMeasure, number: int, whole: Period) -> NewMeasure:
    where = f"measures.{number}"
    if not measure.title.strip():
        raise InvalidInput(
            _("Measure %(number)s has no title yet") % {"number": number}, field=f"{where}.title"
        )
    start, end = measure.start or whole.start, measure.end or whole.end
    if end < start:
        raise InvalidInput(
            _("Measure %(number)s: the last day is before the first") % {"number": number},
            field=f"{where}.end",
        )
    topic = Topic(measure.topic) if measure.topic else None
    counts = dict.fromkeys(StatementKind, 0)
    statements: list[NewStatement] = []
    for place, statement in enumerate(measure.statements, start=1):
        text = statement.text.strip()
        if not text:
            raise InvalidInput(
                _("Measure %(number)s has an empty statement. Remove it or write something")
                % {"number": number},
                field=f"{where}.statements.{place}.text",
            )
        counts[statement.kind] += 1
        statements.append(_new_statement(statement, counts[statement.kind], text, topic))
    return NewMeasure(
        number=number,
        title=measure.title.strip(),
        topic=measure.topic,
        period=Period(start, end),
        units=measure.units,
        links=measure.links,
        statements=tuple(statements),
    )


def _new_statement(statement: PreviewStatement, number: int, text: str, topic: Topic | None) -> NewStatement:
    if statement.proofs is None:
        return suggested(statement.kind, number, text, topic)
    proofs = tuple(NewProof(p.expression, p.window, p.suggestion) for p in statement.proofs if p.chosen)
    return NewStatement(statement.kind, number, text, statement.join, proofs)


# -- JSON ---------------------------------------------------------------------------------------------------


def _measure_json(measure: PreviewMeasure) -> dict[str, Any]:
    return {
        "title": measure.title,
        "topic": measure.topic,
        "start": measure.start.isoformat() if measure.start else None,
        "end": measure.end.isoformat() if measure.end else None,
        "units": list(measure.units),
        "links": list(measure.links),
        "where": measure.where,
        "source": dict(measure.source),
        "warnings": list(measure.warnings),
        "statements": [_statement_json(statement) for statement in measure.statements],
    }


def _statement_json(statement: PreviewStatement) -> dict[str, Any]:
    proofs = statement.proofs
    return {
        "kind": statement.kind.value,
        "text": statement.text,
        "source": statement.source,
        "join": statement.join,
        "proofs": None if proofs is None else [vars(proof) for proof in proofs],
    }


def _measure(values: Any, where: str) -> PreviewMeasure:
    given = _object(values, where)
    topic = _text(given, "topic", where)
    if topic and topic not in set(Topic):
        raise InvalidInput(_("This subject is not known"), field=f"{where}.topic")
    statements = given.get("statements", [])
    if not isinstance(statements, list):
        raise InvalidInput(_("This must be a list of statements"), field=f"{where}.statements")
    source = _object(given.get("source") or {}, f"{where}.source")
    return PreviewMeasure(
        title=_text(given, "title", where),
        topic=topic,
        start=_day(given, "start", where),
        end=_day(given, "end", where),
        units=_texts(given, "units", where),
        links=_texts(given, "links", where),
        where=_text(given, "where", where),
        source={str(key): str(value) for key, value in source.items()},
        warnings=_texts(given, "warnings", where),
        statements=tuple(_statement(s, f"{where}.statements.{n}") for n, s in enumerate(statements, start=1)),
    )


def _statement(values: Any, where: str) -> PreviewStatement:
    given = _object(values, where)
    if given.get("kind") not in list(StatementKind):  # a list: what arrives may be anything
        raise InvalidInput(_("This must be a step, an output or an outcome"), field=f"{where}.kind")
    join = given.get("join", "all")
    if join not in Join.values:
        raise InvalidInput(_("Proofs are joined by all or by any"), field=f"{where}.join")
    proofs = given.get("proofs")
    return PreviewStatement(
        kind=StatementKind(given["kind"]),
        text=_text(given, "text", where),
        source=_text(given, "source", where),
        join=join,
        proofs=None
        if proofs is None
        else tuple(_read_proof(proof, f"{where}.proofs") for proof in _list(proofs, f"{where}.proofs")),
    )


def _read_proof(values: Any, where: str) -> PreviewProof:
    given = _object(values, where)
    try:
        return _proof(
            _text(given, "expression", where),
            _text(given, "window", where) or "inside",
            _text(given, "suggestion", where)[:80],
            chosen=given.get("chosen", True) is True,
        )
    except InvalidInput as error:
        raise InvalidInput(str(error), field=where) from None


def _object(values: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(values, Mapping):
        raise InvalidInput(_("What was sent back is not complete"), field=where)
    return values


def _list(values: Any, where: str) -> list[Any]:
    if not isinstance(values, list):
        raise InvalidInput(_("This must be a list"), field=where)
    return values


def _text(values: Mapping[str, Any], name: str, where: str) -> str:
    text = values.get(name) or ""
    field = f"{where}.{name}".strip(".")
    if not isinstance(text, str) or "\0" in text:
        raise InvalidInput(_("This must be text"), field=field)
    if len(text) > WORDS_LIMIT and name not in {"source"}:
        raise InvalidInput(
            _("The text has %(count)s characters, more than %(most)s")
            % {"count": len(text), "most": WORDS_LIMIT},
            field=field,
        )
    return text


def _texts(values: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    field = f"{where}.{name}".strip(".")
    return tuple(_text({name: each}, name, where) for each in _list(values.get(name) or [], field))


def _day(values: Mapping[str, Any], name: str, where: str) -> date | None:
    try:
        day = date.fromisoformat(values[name]) if values.get(name) else None
        if day and day.year not in DAY_YEARS:
            raise ValueError
        return day
    except (TypeError, ValueError):
        raise InvalidInput(_("This is not a valid date"), field=f"{where}.{name}") from None
