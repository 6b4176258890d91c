"""The frozen form of a report: what is kept as bytes when a year is closed, and read back for ever after."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from prongsai.kernel.contracts import Origin, Period, Reason, StatementKind, Verdict
from prongsai.modules.measures.content import (
    Citation,
    MeasureResult,
    ReportContent,
    Signatory,
    StatementResult,
    WithdrawnStatement,
)

# 2: sentences were withdrawn. A report without any is still written as 1.
PLAIN, FORMAT = 1, 2


def freeze(content: ReportContent) -> bytes:
    """Canonical JSON of everything but the tree head and the audit paths, which the ledger gives at any time."""
    values = {
        "format": FORMAT if any(content.withdrawn()) else PLAIN,
        "organization": content.organization,
        "short_name": content.short_name,
        "district": content.district,
        "province": content.province,
        "fiscal_year": content.fiscal_year,
        "version": content.version,
        "is_sample": content.is_sample,
        "verify_url": content.verify_url,
        "as_of": content.as_of.isoformat(),
        "signatories": [[s.name, s.position, s.acting] for s in content.signatories],
        "measures": [_measure(measure) for measure in content.measures],
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def thaw(data: bytes) -> ReportContent:
    """The content that `freeze` kept. Raises ValueError for a format of a later release."""
    values = json.loads(data)
    if values["format"] not in (PLAIN, FORMAT):
        raise ValueError(f"the report is kept in format {values['format']}, this release reads {FORMAT}")
    return ReportContent(
        organization=values["organization"],
        short_name=values["short_name"],
        district=values["district"],
        province=values["province"],
        fiscal_year=values["fiscal_year"],
        version=values["version"],
        is_sample=values["is_sample"],
        measures=tuple(_thawed_measure(measure) for measure in values["measures"]),
        tree_head=None,
        verify_url=values["verify_url"],
        as_of=datetime.fromisoformat(values["as_of"]),
        signatories=tuple(Signatory(*parts) for parts in values["signatories"]),
    )


def _measure(measure: MeasureResult) -> dict[str, Any]:
    gone = [_withdrawn(statement) for statement in measure.withdrawn]
    return {
        **({"withdrawn": gone} if gone else {}),
        "number": measure.number,
        "title": measure.title,
        "topic": measure.topic,
        "period": [measure.period.start.isoformat(), measure.period.end.isoformat()],
        "units": list(measure.units),
        "statements": [_statement(statement) for statement in measure.statements],
    }


def _statement(statement: StatementResult) -> dict[str, Any]:
    return {
        "kind": statement.kind.value,
        "number": statement.number,
        "text": statement.text,
        "printed": statement.printed,
        "verdict": statement.verdict.value,
        "reason": statement.reason.value,
        "origin": statement.origin.value if statement.origin else None,
        "note": statement.note,
        "citations": [_citation(citation) for citation in statement.citations],
    }


def _withdrawn(statement: WithdrawnStatement) -> dict[str, Any]:
    return {
        "kind": statement.kind.value,
        "number": statement.number,
        "text": statement.text,
        "reason": statement.reason,
        "withdrawn_on": statement.withdrawn_on.isoformat(),
        "citations": [_citation(citation) for citation in statement.citations],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "entry": citation.entry,
        "kind": citation.kind,
        "about": citation.about,
        "occurred_on": citation.occurred_on.isoformat(),
        "recorded_at": citation.recorded_at.isoformat(),
        "origin": citation.origin.value,
        "title": citation.title,
        "url": citation.url,
        "public": citation.public,
    }


def _thawed_measure(values: dict[str, Any]) -> MeasureResult:
    start, end = (date.fromisoformat(day) for day in values["period"])
    return MeasureResult(
        number=values["number"],
        title=values["title"],
        topic=values["topic"],
        period=Period(start, end),
        units=tuple(values["units"]),
        statements=tuple(_thawed_statement(values["number"], s) for s in values["statements"]),
        withdrawn=tuple(_thawed_withdrawn(values["number"], s) for s in values.get("withdrawn", ())),
    )


def _thawed_withdrawn(measure: int, values: dict[str, Any]) -> WithdrawnStatement:
    return WithdrawnStatement(
        measure=measure,
        kind=StatementKind(values["kind"]),
        number=values["number"],
        text=values["text"],
        reason=values["reason"],
        withdrawn_on=date.fromisoformat(values["withdrawn_on"]),
        citations=tuple(_thawed_citation(c) for c in values["citations"]),
    )


def _thawed_statement(measure: int, values: dict[str, Any]) -> StatementResult:
    return StatementResult(
        measure=measure,
        kind=StatementKind(values["kind"]),
        number=values["number"],
        text=values["text"],
        printed=values["printed"],
        verdict=Verdict(values["verdict"]),
        reason=Reason(values["reason"]),
        origin=Origin(values["origin"]) if values["origin"] else None,
        note=values["note"],
        citations=tuple(_thawed_citation(c) for c in values["citations"]),
    )


def _thawed_citation(values: dict[str, Any]) -> Citation:
    return Citation(
        **{
            **values,
            "occurred_on": date.fromisoformat(values["occurred_on"]),
            "recorded_at": datetime.fromisoformat(values["recorded_at"]),
            "origin": Origin(values["origin"]),
        }
    )
