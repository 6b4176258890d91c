"""Contents of reports and records in the shape that templates print: no template computes anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.contracts import Origin, Period, StatementKind, Verdict
from prongsai.modules.measures.content import MeasureResult, ReportContent, StatementResult
from prongsai.modules.measures.portal import words
from prongsai.modules.measures.portal.words import Words

PREFIX = "มาตรการ"


@dataclass(frozen=True)
class Tally:
    """One line of the legend."""

    verdict: str
    word: Words
    count: int


@dataclass(frozen=True)
class StripRow:
    """One measure in the table of marks."""

    number: int
    title: str
    groups: tuple[tuple[str, ...], ...]
    label: str
    proven: int
    total: int


@dataclass(frozen=True)
class FileShown:
    """A file of a public record. `public` ones can be had at `address`, others are only named."""

    name: str
    size: int
    address: str = ""


@dataclass(frozen=True)
class Record:
    """A ledger entry as the public may see it: of an internal one only label and dates."""

    number: int
    kind: str
    title: str
    public: bool
    occurred_on: date
    recorded_at: datetime
    about_period: Period | None
    origin: Words
    unit: str
    by: str
    url: str
    document_number: str
    remark: str
    files: tuple[FileShown, ...]
    leaf: str
    erased: bool = False


@dataclass(frozen=True)
class Office:
    """As much of the organization as a stamp shows."""

    key: str
    short_name: str


@dataclass(frozen=True)
class StatementShown:
    number: int
    anchor: str
    text: str
    printed: str
    verdict: str
    word: Words
    note: str
    cites: tuple[SafeString, ...]

    @property
    def contradicted(self) -> bool:
        return self.verdict == Verdict.CONTRADICTED


@dataclass(frozen=True)
class Section:
    """The statements of one kind, as HTML."""

    title: Words
    statements: tuple[SafeString, ...]


@dataclass(frozen=True)
class Open:
    """A statement that the year page lists because records are missing or say otherwise."""

    measure: int
    anchor: str
    place: Words
    number: int
    text: str
    printed: str


def tallies(statements: Sequence[StatementResult]) -> tuple[Tally, ...]:
    """How many statements have each verdict, best first."""
    return tuple(Tally(v.value, words.VERDICTS[v], n) for v, n in _counts(statements))


def _counts(statements: Sequence[StatementResult]) -> list[tuple[Verdict, int]]:
    return [(verdict, sum(s.verdict is verdict for s in statements)) for verdict in Verdict]


def counts_in_words(statements: Sequence[StatementResult]) -> str:
    """All counts in one sentence."""
    return words.counted(_counts(statements))


def strip_rows(content: ReportContent) -> tuple[StripRow, ...]:
    """The table of marks: a row for each measure, a mark for each statement."""
    return tuple(strip_row(measure) for measure in content.measures)


def strip_row(measure: MeasureResult) -> StripRow:
    return StripRow(
        number=measure.number,
        title=short_title(measure.title),
        groups=tuple(tuple(s.verdict.value for s in measure.of(kind)) for kind in StatementKind),
        label=counts_in_words(measure.statements),
        proven=sum(s.verdict is Verdict.PROVEN for s in measure.statements),
        total=len(measure.statements),
    )


def short_title(title: str) -> str:
    """The title in lists, where the word มาตรการ stands above already."""
    return title.removeprefix(PREFIX).strip() or title


def anchor(kind: StatementKind, number: int) -> str:
    """Where a statement stands on its measure's page: step-1."""
    return f"{kind.value}-{number}"


def sections(
    measure: MeasureResult, records: Mapping[int, Record], organization: Organization
) -> tuple[Section, ...]:
    """The measure's statements by kind; kinds without statements are left out."""
    office, language = Office(organization.key, organization.short_name), get_language() or ""
    return tuple(
        Section(
            words.KINDS[kind],
            tuple(_statement(statement_shown(s, records, office), language) for s in measure.of(kind)),
        )
        for kind in StatementKind
        if measure.of(kind)
    )


def statement_shown(
    statement: StatementResult, records: Mapping[int, Record], office: Office
) -> StatementShown:
    language = get_language() or ""
    return StatementShown(
        number=statement.number,
        anchor=anchor(statement.kind, statement.number),
        text=statement.text,
        printed=statement.printed,
        verdict=statement.verdict.value,
        word=words.VERDICTS[statement.verdict],
        note=statement.note,
        cites=tuple(
            _cite(records[c.entry], office, language) for c in statement.citations if c.entry in records
        ),
    )


# Pages change more often than the records and statements in them do: equal pieces are made once.


@lru_cache(1024)
def _statement(statement: StatementShown, language: str) -> SafeString:
    """A statement with its verdict, note and citations."""
    return render_to_string("measures/_statement.html", {"statement": statement})


@lru_cache(4096)
def _cite(record: Record, office: Office, language: str) -> SafeString:
    """A citation that opens to its stamp."""
    return render_to_string("measures/_cite.html", {"record": record, "organization": office})


def open_statements(content: ReportContent, verdict: Verdict) -> tuple[Open, ...]:
    """Every statement of the year with this verdict, and where it stands."""
    return tuple(
        Open(s.measure, anchor(s.kind, s.number), words.ONE_OF_KIND[s.kind], s.number, s.text, s.printed)
        for s in content.statements()
        if s.verdict is verdict
    )


def record_of(entry: Entry, addresses: Mapping[str, str]) -> Record:
    """What the public sees of an entry, read `with_payload()`; `addresses` are those of published files by digest."""
    public = entry.is_public
    payload: Mapping[str, Any] = entry.content if public else {}
    kind = words.fact_title(entry.kind, entry.about, fallback=entry.label)
    by = payload.get("actor", {})
    return Record(
        number=entry.number,
        kind=kind,
        title=payload.get("title") or kind,
        public=public,
        occurred_on=entry.occurred_on,
        recorded_at=entry.recorded_at,
        about_period=entry.period,
        origin=words.ORIGINS[Origin(entry.origin)],
        unit=(entry.unit or by.get("unit", "")) if public else "",
        by=by.get("position", ""),
        url=payload.get("url", ""),
        document_number=payload.get("document_number", ""),
        remark=payload.get("remark") or payload.get("note") or payload.get("reason") or "",
        files=tuple(_file(file, addresses) for file in payload.get("files", ())),
        leaf=bytes(entry.leaf_hash).hex(),
        erased=public and not payload,
    )


def _file(file: Mapping[str, Any], addresses: Mapping[str, str]) -> FileShown:
    return FileShown(
        str(file.get("name", "")), int(file.get("size", 0)), addresses.get(str(file.get("sha256")), "")
    )
