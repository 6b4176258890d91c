"""One measure of a report that was read: what stands in the file beside what was understood, to be corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.forms.utils import ErrorDict
from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.kernel.contracts import Period, StatementKind, Topic
from prongsai.modules.measures.backoffice.plan_import import Checking
from prongsai.modules.measures.backoffice.plan_shown import words_of
from prongsai.modules.measures.forms.plan_import import NOTHING, SUGGESTED, ImportedMeasureForm, ReadRow
from prongsai.modules.measures.labels import KINDS, Words
from prongsai.modules.measures.services import import_desk as desk
from prongsai.modules.measures.services.importing import (
    PreviewMeasure,
    PreviewProof,
    PreviewStatement,
    suggest_again,
)
from prongsai.modules.measures.suggestions import Suggested, suggest, suggestions_for
from prongsai.ui.forms import Described
from prongsai.ui.screens import Crumb

COLUMNS = {StatementKind.STEP: "step", StatementKind.OUTPUT: "output", StatementKind.OUTCOME: "outcome"}


@dataclass(frozen=True)
class Row:
    """A statement as it was read, with its fields and what would have to carry it."""

    number: int
    source: str
    form: Any
    words: str


@dataclass(frozen=True)
class Column:
    """The statements of one column of the file."""

    title: Words
    source: str
    rows: tuple[Row, ...]


def offers_for(text: str, kind: StatementKind, topic: Topic | None) -> dict[str, Suggested]:
    """What the wording suggests, best first, by key."""
    found: dict[str, Suggested] = {}
    for each in (suggest(text, kind=kind, topic=topic), *suggestions_for(text, kind=kind, topic=topic)):
        if each.expressions:
            found.setdefault(";".join(each.expressions), each)
    return found


def in_words(offer: Suggested) -> str:
    return words_of(offer.expressions, [offer.window_of(e) for e in offer.expressions], offer.join)


def bound_key(statement: PreviewStatement) -> str:
    """The key of the proofs that are chosen; empty when none are."""
    return ";".join(proof.expression for proof in statement.proofs or () if proof.chosen)


class PlanImportMeasure(Checking):
    form = ImportedMeasureForm
    template = "measures/office/plan_import_measure.html"
    draft = "plan-import:typed"
    submit = gettext_lazy("Checked, to the next measure")

    @property
    def number(self) -> int:
        return self.kwargs["number"]

    @cached_property
    def measure(self) -> PreviewMeasure:
        found = desk.measure(self.member, self.number)
        if found is None:
            raise Http404
        return found

    @cached_property
    def line(self) -> desk.Line:
        return next(line for line in self.reading.lines if line.number == self.number)

    def get_title(self) -> str:
        counts = {"number": self.number, "all": len(self.reading.lines)}
        return _("Measure %(number)s of %(all)s") % counts

    def lead(self) -> str:
        return self.progress()

    def crumbs(self) -> Sequence[Crumb]:
        return (*super().crumbs(), Crumb(_("Check what was read"), self.cancel_url()))

    def cancel_url(self) -> str:
        return self.address("plan-import-check")

    @property
    def topic(self) -> Topic | None:
        return Topic(self.measure.topic) if self.measure.topic else None

    @cached_property
    def whole(self) -> Period | None:
        """The fiscal year, where the file says which."""
        year = self.reading.preview.fiscal_year
        return Period.fiscal_year(year) if year else None

    # -- the form -------------------------------------------------------------------------------------------

    def initial(self) -> dict[str, Any]:
        measure = self.measure
        return {
            "title": measure.title,
            "topic": measure.topic,
            "start": measure.start or (self.whole and self.whole.start),
            "end": measure.end or (self.whole and self.whole.end),
            "units": list(measure.units),
            "left_out": self.line.left_out,
            "count": len(measure.statements),
        }

    @cached_property
    def offers(self) -> list[dict[str, Suggested]]:
        """For each statement what its wording suggests."""
        return [offers_for(s.text, s.kind, self.topic) for s in self.measure.statements]

    def form_kwargs(self) -> dict[str, Any]:
        pairs = zip(self.measure.statements, self.offers, strict=True)
        return {
            "period": self.whole,
            "names": self.measure.units,
            "rows": [self._row(statement, offers) for statement, offers in pairs],
        }

    def _row(self, statement: PreviewStatement, offers: Mapping[str, Suggested]) -> ReadRow:
        best = next(iter(offers), "")
        chosen = bound_key(statement)
        choices = [
            (
                SUGGESTED if key == best else key,
                Described(_("As the wording suggests") if key == best else _("Or else"), in_words(offer)),
            )
            for key, offer in offers.items()
        ]
        nothing = (NOTHING, Described(_("Bind nothing yet"), _("It counts as without evidence until then")))
        now = SUGGESTED if chosen and chosen == best else chosen if chosen in offers else NOTHING
        return ReadRow(statement.kind.value, statement.text, (*choices, nothing), now)

    def restored(self, body: Mapping[str, list[str]]) -> Any:
        form = super().restored(body)
        for row in form.rows:
            row._errors, row.cleaned_data = ErrorDict(), {}
        form.added._errors, form.added.cleaned_data = ErrorDict(), {}
        return form

    # -- the page -------------------------------------------------------------------------------------------

    def show_form(self, form: Any, **more: Any) -> HttpResponse:
        self.shown_form = form
        return super().show_form(form, **more)

    def context(self) -> dict[str, Any]:
        form = self.shown_form
        judged = form.is_bound and bool(form.errors or form.has_row_errors)
        return {
            "measure": self.measure,
            "reading": self.reading,
            "line": self.line,
            "columns": self._columns(form),
            "problems": list(form.problems()) if judged else [],
            "progress": self.progress(),
        }

    def _columns(self, form: Any) -> list[Column]:
        rows: dict[StatementKind, list[Row]] = {kind: [] for kind in StatementKind}
        for at, statement in enumerate(self.measure.statements):
            column = self.measure.source.get(COLUMNS[statement.kind], "")
            whole = statement.source == column and len(self._of(statement.kind)) > 1
            words = [p.words for p in statement.proofs or () if p.chosen]
            rows[statement.kind].append(
                Row(
                    number=len(rows[statement.kind]) + 1,
                    source="" if whole else statement.source,
                    form=form.rows[at],
                    words=" · ".join(words),
                )
            )
        return [
            Column(KINDS[kind], self.measure.source.get(COLUMNS[kind], ""), tuple(found))
            for kind, found in rows.items()
        ]

    def _of(self, kind: StatementKind) -> list[PreviewStatement]:
        return [statement for statement in self.measure.statements if statement.kind == kind]

    # -- saving ---------------------------------------------------------------------------------------------

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        topic = Topic(data["topic"]) if data["topic"] else None
        read = list(zip(self.measure.statements, form.rows, self.offers, strict=True))
        kept = [
            self._corrected(statement, row.cleaned_data, offers, topic)
            for statement, row, offers in read
            if not row.cleaned_data["left_out"]
        ]
        kind = StatementKind(form.added.cleaned_data["kind"])
        kept += [
            suggest_again(PreviewStatement(kind, text), topic) for text in form.added.cleaned_data["texts"]
        ]
        order = list(StatementKind)
        measure = replace(
            self.measure,
            title=data["title"],
            topic=data["topic"],
            start=data["start"],
            end=data["end"],
            units=tuple(data["unit_names"]),
            statements=tuple(sorted(kept, key=lambda s: order.index(s.kind))),
        )
        self.after = desk.keep_measure(
            member=self.member, number=self.number, measure=measure, left_out=data["left_out"]
        )
        following = [line for line in self.after.lines if not line.checked]
        behind = next((line for line in following if line.number > self.number), None)
        going = behind or next(iter(following), None)
        if going is None:
            return self.cancel_url()
        return self.address("plan-import-measure", number=going.number)

    def _corrected(
        self,
        statement: PreviewStatement,
        data: Mapping[str, Any],
        offers: Mapping[str, Suggested],
        topic: Topic | None,
    ) -> PreviewStatement:
        fresh = replace(statement, kind=StatementKind(data["kind"]), text=data["text"])
        choice = data["proofs"]
        if choice == NOTHING:
            return replace(fresh, proofs=())
        taken = offers.get(choice)
        if taken is None:
            return suggest_again(fresh, topic)
        proofs = tuple(
            PreviewProof(e, taken.window_of(e), taken.key, words_of([e], [taken.window_of(e)], "all"))
            for e in taken.expressions
        )
        return replace(fresh, join=taken.join, proofs=proofs)

    def done(self, form: Any) -> str:
        counts = {"checked": self.after.checked, "all": len(self.after.lines)}
        if self.after.next is None:
            return _("All %(all)s measures are checked. Save them as a draft") % counts
        return _("%(checked)s of %(all)s measures checked") % counts
