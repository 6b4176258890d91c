"""The form of one measure of a report that was read: the measure's own fields, a row for each statement, and more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prongsai.modules.measures.forms.plan import (
    AddedStatementsForm,
    Choices,
    ImportedStatementForm,
    MeasureForm,
)
from prongsai.ui.forms.base import Problem

SUGGESTED, NOTHING = "suggested", "none"


@dataclass(frozen=True)
class ReadRow:
    """What a row begins with: its column, text, the proofs to choose from and which of them stands."""

    kind: str
    text: str
    offers: Choices
    chosen: str


class ImportedMeasureForm(MeasureForm):
    """`rows` are the statements that were read. Whatever is wrong anywhere is in one summary."""

    left_out = forms.BooleanField(label=_("Leave this whole measure out"), required=False)
    count = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: Sequence[ReadRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        data = self.data if self.is_bound else None
        self.rows = [
            ImportedStatementForm(
                data,
                prefix=f"s{number}",
                offers=row.offers,
                initial={"kind": row.kind, "text": row.text, "proofs": row.chosen},
            )
            for number, row in enumerate(rows, start=1)
        ]
        self.added = AddedStatementsForm(data, prefix="added")

    def clean_count(self) -> int:
        count = self.cleaned_data["count"]
        if count != len(self.rows):
            raise forms.ValidationError(
                gettext("This measure was changed in another window. Open it again and copy what you typed")
            )
        return count

    def is_valid(self) -> bool:
        own = super().is_valid()
        return own and not self.has_row_errors

    @property
    def has_row_errors(self) -> bool:
        """Whether a row that stays has something wrong."""
        return any(self._wrong(row) for row in self.rows) or bool(self.added.errors)

    @staticmethod
    def _wrong(row: ImportedStatementForm) -> bool:
        if not row.errors:
            return False
        return not row.cleaned_data.get("left_out", False)

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        for row in self.rows:
            if self._wrong(row):
                yield from row.problems()
        yield from self.added.problems()
