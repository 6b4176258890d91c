"""The report as JSON, and the canonical form of its statements: the bytes whose digest goes into the ledger.

`docs/reference/report-json.md` says every key. The canonical form is made from the JSON paper alone, so whoever
holds the file can make the same bytes without this program.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from prongsai.foundation.ledger.leaf import canonical, moment
from prongsai.modules.measures.content import (
    Citation,
    MeasureResult,
    ReportContent,
    StatementResult,
    TreeHead,
    WithdrawnStatement,
)

_REPORT = ("organization", "short_name", "district", "province", "fiscal_year", "version", "is_sample")
_MEASURE = ("number", "title", "topic", "start", "end", "units")
_STATEMENT = ("measure", "kind", "number", "text", "printed", "verdict", "reason", "origin", "note")
_WITHDRAWN = ("measure", "kind", "number", "text", "reason", "withdrawn_on")
_CITATION = ("entry", "kind", "about", "occurred_on", "recorded_at", "origin", "title", "url")


def report_json(content: ReportContent, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The JSON paper as a dict. `extra` adds top-level keys (seal, closing …).

    Raises ValueError for an extra key, or a disclosed key of a citation, that says otherwise than the paper does.
    """
    paper: dict[str, Any] = {
        **{key: getattr(content, key) for key in _REPORT},
        "as_of": moment(content.as_of),
        "verify_url": content.verify_url,
        "tree_head": _tree_head(content.tree_head),
        "measures": [_measure(measure) for measure in content.measures],
        "statements": [_statement(statement) for statement in content.statements()],
    }
    if gone := [_withdrawn(statement) for statement in content.withdrawn()]:
        paper["withdrawn"] = gone
    return _added(paper, extra or {}, "extra")


def write_json(content: ReportContent, extra: Mapping[str, Any] | None = None) -> bytes:
    """The JSON paper as an indented UTF-8 file. Equal contents give equal bytes."""
    text = json.dumps(report_json(content, extra), ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode() + b"\n"


def canonical_statements(content: ReportContent) -> bytes:
    """What the report says and cites, and nothing that comes later (tree head, proofs): the bytes that are signed."""
    return canonical_statements_from_json(report_json(content))


def canonical_statements_from_json(paper: Mapping[str, Any]) -> bytes:
    """The same bytes from a JSON paper: the listed keys, sorted, without spaces, in UTF-8.

    Raises KeyError when the paper lacks a key, and ValueError when a value is not JSON.
    """
    signed: dict[str, Any] = {
        **{key: paper[key] for key in _REPORT},
        "measures": [{key: measure[key] for key in _MEASURE} for measure in paper["measures"]],
        "statements": [_signed(statement, _STATEMENT) for statement in paper["statements"]],
    }
    if "withdrawn" in paper:
        signed["withdrawn"] = [_signed(statement, _WITHDRAWN) for statement in paper["withdrawn"]]
    return canonical(signed)


def _signed(statement: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    cited = [{key: citation[key] for key in _CITATION} for citation in statement["citations"]]
    return {**{key: statement[key] for key in keys}, "citations": cited}


def _added(paper: dict[str, Any], more: Mapping[str, Any], whose: str) -> dict[str, Any]:
    for key, value in more.items():
        if key in paper and paper[key] != value:
            raise ValueError(f"{whose} key {key} says otherwise than the paper")
    return {**paper, **more}


def _tree_head(head: TreeHead | None) -> dict[str, Any] | None:
    if head is None:
        return None
    return {
        "size": head.size,
        "root": head.root,
        "time": moment(head.time),
        "signature": head.signature,
        "key_id": head.key_id,
    }


def _measure(measure: MeasureResult) -> dict[str, Any]:
    return {
        "number": measure.number,
        "title": measure.title,
        "topic": str(measure.topic),
        "start": measure.period.start.isoformat(),
        "end": measure.period.end.isoformat(),
        "units": list(measure.units),
    }


def _statement(statement: StatementResult) -> dict[str, Any]:
    return {
        "measure": statement.measure,
        "kind": str(statement.kind),
        "number": statement.number,
        "text": statement.text,
        "printed": statement.printed,
        "verdict": str(statement.verdict),
        "reason": str(statement.reason),
        "origin": str(statement.origin) if statement.origin else None,
        "note": statement.note,
        "citations": [citation_json(citation) for citation in statement.citations],
    }


def _withdrawn(statement: WithdrawnStatement) -> dict[str, Any]:
    return {
        "measure": statement.measure,
        "kind": str(statement.kind),
        "number": statement.number,
        "text": statement.text,
        "reason": statement.reason,
        "withdrawn_on": statement.withdrawn_on.isoformat(),
        "citations": [citation_json(citation) for citation in statement.citations],
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """One citation as it stands in the paper."""
    said = {
        "entry": citation.entry,
        "kind": citation.kind,
        "about": citation.about,
        "occurred_on": citation.occurred_on.isoformat(),
        "recorded_at": moment(citation.recorded_at),
        "origin": str(citation.origin),
        "title": citation.title,
        "url": citation.url,
        "leaf": citation.leaf,
        "index": citation.index,
        "audit_path": list(citation.audit_path),
    }
    return _added(said, citation.disclosed, f"evidence {citation.entry}: disclosed")
