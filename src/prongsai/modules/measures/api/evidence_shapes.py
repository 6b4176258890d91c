"""What the staff part of the API gives and takes of evidence and figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, JsonValue

from prongsai.foundation.ledger.models import Entry
from prongsai.kernel.contracts import Origin, Reason, StatementKind, Topic, Verdict, Visibility
from prongsai.modules.measures.api.plan_shapes import Name, PeriodIn, RemarkOut
from prongsai.modules.measures.api.shapes import PeriodOut
from prongsai.modules.measures.selectors.evidence import EntryDetail
from prongsai.ui.api import Amount, Body, Day, Digest, Key, Out, Text

Files = Annotated[list[Digest], Field(max_length=20, description="Digests of kept files (POST …/files)")]
Amounts = Annotated[dict[Key, Amount], Field(max_length=50)]


class EvidenceIn(Body):
    """A fact to put on record by hand. With a file or page attached its origin is document, without one word.

    `visibility` has no default: whether anybody may read it is chosen each time. `details` holds what proofs read
    beside the title: channels, units, acknowledged and of.
    """

    kind: Key
    about: Key = ""
    occurred_on: Day
    title: Text
    about_period: PeriodIn | None = None
    document_number: Name = ""
    url: Annotated[Text, Field(max_length=2_000)] = ""
    files: Files = []
    unit: Name = ""
    visibility: Visibility
    details: Annotated[dict[Key, JsonValue], Field(max_length=50)] = {}

    def values(self) -> dict[str, Any]:
        """As `record_evidence` takes it, without the files."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name != "files"}
        return values | {"about_period": self.about_period.period() if self.about_period else None}


class ReplacementIn(EvidenceIn):
    reason: Text

    def values(self) -> dict[str, Any]:
        values = super().values()
        del values["reason"]
        return values


class FigureIn(Body):
    """An official figure for an indicator that no module reads from records. Amounts are text: "12.50".

    `value` null says that it is not known, and `note` why.
    """

    indicator: Key
    period: PeriodIn
    as_of: Day
    value: Amount | None
    of: Amount | None = None
    by_topic: dict[Topic, Amounts] = {}
    parts: Amounts = {}
    scale: Key = ""
    sample: Annotated[int, Field(strict=True, ge=0, le=10_000_000)] | None = None
    about: Key = ""
    note: Text = ""
    files: Files = []

    def values(self) -> dict[str, Any]:
        """As `state_figure` takes it, without the files."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name != "files"}
        return values | {"period": self.period.period()}


class PublishIn(Body):
    """`files`: the record's files too."""

    files: Annotated[bool, Field(strict=True)] = True


class EffectsIn(Body):
    """A record that is not written yet. For a figure `kind` is figure_stated and `about` its indicator."""

    kind: Key
    about: Key = ""
    occurred_on: Day
    about_period: PeriodIn | None = None
    origin: Origin = Origin.DOCUMENT
    unit: Name = ""
    details: Annotated[dict[Key, JsonValue], Field(max_length=50)] = {}


class EffectOut(Out):
    """What such a record would do to a statement. `missed`: which days would count; `lacking`: what is missing then."""

    fiscal_year: int
    statement_id: int
    measure: int
    kind: StatementKind
    number: int
    text: str
    before: Verdict
    after: Verdict
    reason: Reason
    missed: str
    lacking: str


class EffectsOut(Out):
    items: list[EffectOut]


class AttachedOut(Out):
    """A file of a record; `public` once it is published."""

    sha256: str
    name: str
    size: int
    type: str
    public: bool


class EvidenceOut(Out):
    """A record as the office sees it: internal ones in full. `details` is what else its payload holds."""

    number: int
    kind: str
    about: str
    label: str
    title: str
    visibility: Visibility
    withdrawn: bool
    erased: bool
    occurred_on: date
    recorded_at: datetime
    about_period: PeriodOut | None
    origin: Origin
    topic: str
    unit: str
    recorded_by: str
    position: str
    document_number: str
    url: str
    files: list[str]
    details: dict[str, JsonValue]

    @classmethod
    def of(cls, entry: Entry) -> EvidenceOut:
        return cls(**_entry(entry))


def _entry(entry: Entry) -> dict[str, Any]:
    """An entry read with its payload and withdrawal, as values."""
    content = dict(entry.content)
    by = content.pop("actor", {})
    title, url = content.pop("title", ""), content.pop("url", "")
    names = (
        "number",
        "kind",
        "about",
        "label",
        "visibility",
        "occurred_on",
        "recorded_at",
        "origin",
        "topic",
        "unit",
    )
    return {name: getattr(entry, name) for name in names} | {
        "title": title or entry.label,
        "url": url,
        "withdrawn": hasattr(entry, "withdrawal"),
        "erased": entry.payload.body is None,  # type: ignore[attr-defined]
        "about_period": PeriodOut.of(entry.period),
        "recorded_by": by.get("name", ""),
        "position": by.get("position", ""),
        "document_number": str(content.pop("document_number", "")),
        "files": [str(file.get("sha256", "")) for file in content.pop("files", ())],
        "details": content,
    }


class EvidencePageOut(Out):
    """A page of records, newest first. `next` is the cursor of the following page, null on the last."""

    items: list[EvidenceOut]
    next: int | None


class CarriedOut(Out):
    """A statement that rests on the record."""

    fiscal_year: int
    plan_id: int
    statement_id: int
    measure: int
    kind: StatementKind
    number: int
    text: str
    verdict: Verdict | None


class EvidenceDetailOut(EvidenceOut):
    """`withdrawn_reason`, `replaced_by` and `replaces` say what became of it and what it came from."""

    by_hand: bool
    withdrawn_reason: str
    replaced_by: int | None
    replaces: int | None
    attached: list[AttachedOut]
    carries: list[CarriedOut]
    remarks: list[RemarkOut]

    @classmethod
    def whole(cls, detail: EntryDetail) -> EvidenceDetailOut:
        return cls(
            **_entry(detail.entry),
            by_hand=detail.by_hand,
            withdrawn_reason=detail.withdrawn_reason,
            replaced_by=detail.replaced_by,
            replaces=detail.replaces,
            attached=[
                AttachedOut(
                    **{name: named.get(name, "") for name in ("sha256", "name", "type")},
                    size=int(named.get("size", 0)),
                    public=file is not None and file.is_public,
                )
                for named, file in detail.files
            ],
            carries=[CarriedOut(**asdict(each)) for each in detail.carries],
            remarks=[RemarkOut.of(remark) for remark in detail.remarks],
        )
