"""What the measures' API gives to everybody: plans in force, verdicts, records, heads and proofs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from prongsai.foundation.ledger.models import TreeHead
from prongsai.kernel.contracts import Origin, Period, Reason, StatementKind, Verdict
from prongsai.modules.measures.content import (
    Citation,
    MeasureResult,
    ReportContent,
    StatementResult,
    WithdrawnStatement,
)
from prongsai.modules.measures.portal.shown import Record
from prongsai.ui.api import Out


class PeriodOut(Out):
    """A span of days, both included."""

    start: date
    end: date

    @classmethod
    def of(cls, period: Period | None) -> PeriodOut | None:
        return cls(start=period.start, end=period.end) if period else None


class CountsOut(Out):
    """How many statements have each verdict."""

    statements: int
    proven: int
    attested: int
    unproven: int
    contradicted: int

    @classmethod
    def of(cls, content: ReportContent) -> CountsOut:
        counts = {verdict.value: content.count(verdict) for verdict in Verdict}
        return cls(statements=sum(counts.values()), **counts)


class OrganizationOut(Out):
    key: str
    kind: str
    name: str
    short_name: str
    name_en: str
    district: str
    province: str
    website: str
    is_sample: bool
    years: list[int]  # with a plan that the public may see, newest first


class CitationOut(Out):
    """A record that a verdict rests on. Of an internal one only number, days and label are said."""

    number: int
    kind: str
    about: str
    occurred_on: date
    recorded_at: datetime
    origin: Origin
    title: str
    url: str
    public: bool

    @classmethod
    def of(cls, citation: Citation) -> CitationOut:
        return cls(
            number=citation.entry,
            kind=citation.kind,
            about=citation.about,
            occurred_on=citation.occurred_on,
            recorded_at=citation.recorded_at,
            origin=citation.origin,
            title=citation.title,
            url=citation.url,
            public=citation.public,
        )


class VerdictOut(Out):
    """A statement with its verdict. `printed` is what the report says: another sentence when records disagree."""

    measure: int
    kind: StatementKind
    number: int
    text: str
    printed: str
    verdict: Verdict
    reason: Reason
    origin: Origin | None
    note: str
    citations: list[CitationOut]

    @classmethod
    def of(cls, statement: StatementResult) -> VerdictOut:
        return cls(
            measure=statement.measure,
            kind=statement.kind,
            number=statement.number,
            text=statement.text,
            printed=statement.printed,
            verdict=statement.verdict,
            reason=statement.reason,
            origin=statement.origin,
            note=statement.note,
            citations=[CitationOut.of(citation) for citation in statement.citations],
        )


class WithdrawnOut(Out):
    """A sentence that the office took out after announcing it, and why."""

    kind: StatementKind
    number: int
    text: str
    reason: str
    withdrawn_on: date
    citations: list[CitationOut]


class MeasureResultOut(Out):
    """A measure with its statements; `withdrawn` ones have no verdict and do not count."""

    number: int
    title: str
    topic: str
    period: PeriodOut
    units: list[str]
    statements: list[VerdictOut]
    withdrawn: list[WithdrawnOut]

    @classmethod
    def of(cls, measure: MeasureResult) -> MeasureResultOut:
        return cls(
            number=measure.number,
            title=measure.title,
            topic=measure.topic,
            period=PeriodOut(start=measure.period.start, end=measure.period.end),
            units=list(measure.units),
            statements=[VerdictOut.of(statement) for statement in measure.statements],
            withdrawn=[_withdrawn(statement) for statement in measure.withdrawn],
        )


def _withdrawn(statement: WithdrawnStatement) -> WithdrawnOut:
    names = ("kind", "number", "text", "reason", "withdrawn_on")
    citations = [CitationOut.of(citation) for citation in statement.citations]
    return WithdrawnOut(**{name: getattr(statement, name) for name in names}, citations=citations)


class YearOut(Out):
    """A fiscal year (พ.ศ.) that is announced. `report_version` is null until the year is closed."""

    fiscal_year: int
    status: str
    plan_version: int
    published_on: date | None
    report_version: int | None
    as_of: datetime
    counts: CountsOut


class YearsOut(Out):
    items: list[YearOut]


class YearDetailOut(YearOut):
    measures: list[MeasureResultOut]


class FileOut(Out):
    """A file of a record. `address` is empty where the file is not published."""

    name: str
    size: int
    address: str


class RecordOut(Out):
    """A record of the ledger as anybody may see it. Of an internal one: number, days, kind and label."""

    number: int
    kind: str
    about: str
    title: str
    public: bool
    withdrawn: bool
    erased: bool
    occurred_on: date
    recorded_at: datetime
    about_period: PeriodOut | None
    origin: Origin
    topic: str
    unit: str
    recorded_by: str
    document_number: str
    url: str
    remark: str
    files: list[FileOut]
    leaf: str

    @classmethod
    def of(cls, entry: Any, record: Record) -> RecordOut:
        """`entry` read `with_payload()` and its withdrawal; `record` as the portal shows it."""
        return cls(
            number=entry.number,
            kind=entry.kind,
            about=entry.about,
            title=entry.title if entry.is_public else entry.label,
            public=entry.is_public,
            withdrawn=entry.is_public and hasattr(entry, "withdrawal"),
            erased=record.erased,
            occurred_on=entry.occurred_on,
            recorded_at=entry.recorded_at,
            about_period=PeriodOut.of(entry.period if entry.is_public else None),
            origin=Origin(entry.origin),
            topic=entry.topic if entry.is_public else "",
            unit=record.unit,
            recorded_by=record.by,
            document_number=record.document_number,
            url=record.url,
            remark=record.remark,
            files=[FileOut(name=f.name, size=f.size, address=f.address) for f in record.files],
            leaf=record.leaf,
        )


class RecordsOut(Out):
    """A page of records, newest first. `next` is the cursor of the following page, null on the last."""

    items: list[RecordOut]
    next: int | None


class HeadOut(Out):
    """A signed tree head: the log up to record `size`. docs/reference/verification.md says what is signed."""

    organization: str
    log: str
    size: int
    root: str
    time: str
    key_id: str
    signature: str

    @classmethod
    def of(cls, head: TreeHead) -> HeadOut:
        values: Mapping[str, Any] = head.as_json()
        return cls(**values)


class HeadsOut(Out):
    items: list[HeadOut]
    next: int | None


class KeyOut(Out):
    key_id: str
    pem: str
    created_at: datetime


class KeysOut(Out):
    """The public keys, oldest first; the last signs now."""

    items: list[KeyOut]


class InclusionOut(Out):
    """Why record `number` is in the log of `size` records (RFC 9162 2.1.3): all hashes in hex."""

    number: int
    index: int
    size: int
    leaf: str
    path: list[str]
    root: str


class ConsistencyOut(Out):
    """Why the log of `second` records extends that of `first` (RFC 9162 2.1.4): all hashes in hex."""

    first: int
    second: int
    path: list[str]
    first_root: str
    second_root: str


class ReportOut(Out):
    """A closed report. `digest` is the SHA-256 of its statements, which stands in record `number`."""

    fiscal_year: int
    version: int
    closed_at: datetime
    digest: str
    number: int
    tree_size: int
    reason: str
    counts: CountsOut
    address: str


class ReportsOut(Out):
    items: list[ReportOut]
