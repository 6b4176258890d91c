"""What the staff part of the API gives and takes of evidence and figures."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, JsonValue

from prongsai.kernel.contracts import Topic, Visibility
from prongsai.modules.measures.api.plan_shapes import Name, PeriodIn
from prongsai.ui.api import Amount, Body, Day, Digest, Key, Text

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
