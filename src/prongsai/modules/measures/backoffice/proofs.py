"""What carries each statement: its proofs one by one, what would mend it, and how they are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import flush
from prongsai.kernel.contracts import Reason, Verdict
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures import labels
from prongsai.modules.measures.backoffice import shown
from prongsai.modules.measures.backoffice.evidence import EvidenceList
from prongsai.modules.measures.backoffice.evidence_new import require
from prongsai.modules.measures.forms.proofs import AttestForm, BindingForm, ProofForm
from prongsai.modules.measures.mending import Mend
from prongsai.modules.measures.models import Statement
from prongsai.modules.measures.notation import parse_term
from prongsai.modules.measures.portal.words import TOPICS
from prongsai.modules.measures.selectors.proofs import (
    StatementProofs,
    alternatives,
    statement_proofs,
    vocabulary,
)
from prongsai.modules.measures.services.evidence import attest
from prongsai.modules.measures.services.plans import plan_ref
from prongsai.modules.measures.services.proofs import bind_proofs, bound
from prongsai.modules.measures.words import describe
from prongsai.ui.screens import ActionView, BulkAction, Crumb, FormScreen, Screen

HISTORY = 300  # edits of the plan that are looked through
Chosen = Sequence[tuple[str, str]]  # expressions, each with its window


def bind(screen: Screen, statement: Statement, chosen: Chosen, join: str, *, seen: Chosen) -> None:
    """Bind exactly these proofs in place of those that were `seen`; of two people at once the second is told."""
    unique = list(dict.fromkeys(chosen))
    bind_proofs(
        actor=screen.actor,
        statement=statement,
        expressions=[expression for expression, _window in unique],
        windows=[window for _expression, window in unique],
        join=join,
        seen=seen,
    )


class OfStatement(Screen, abstract=True):
    """A screen of one statement, of whatever version of a plan."""

    nav = "measures"

    @cached_property
    def statement(self) -> Statement:
        found = Statement.objects.select_related("measure__plan")
        return get_object_or_404(found, pk=self.kwargs["statement"])

    @cached_property
    def proofs(self) -> StatementProofs:
        return statement_proofs(self.statement)

    @property
    def place(self) -> str:
        statement = self.statement
        return labels.place(statement.measure.number, statement.kind, statement.number)

    def present(self) -> list[tuple[str, str]]:
        """What is bound now, each with its window."""
        return bound(self.statement)

    def year(self) -> int:
        return self.statement.measure.plan.fiscal_year

    def crumbs(self) -> list[Crumb]:
        year = self.year()
        said = _("Proofs, fiscal year %(year)s") % {"year": year}
        return [Crumb(said, self.address("proofs-list", fiscal_year=year))]

    def back(self) -> str:
        return self.address("proofs", statement=self.statement.pk)

    def cancel_url(self) -> str:
        return self.back()


class OneStep(OfStatement, abstract=True):
    """A form below a statement's proofs."""

    def object(self) -> Statement:
        return self.statement

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(self.place, self.back())]

    def lead(self) -> str:
        return self.statement.text


@dataclass(frozen=True)
class Binding:
    """A change of what is bound."""

    at: datetime
    by: str
    number: int
    words: tuple[str, ...]


def in_words(expression: str) -> str:
    """A proof of the past in Thai; as it was written when today's notation cannot read it."""
    try:
        return describe(parse_term(expression))
    except InvalidInput:
        return expression


class Proofs(OfStatement):
    """One statement: its verdict and why, each proof by itself, what would mend it."""

    permission = "measures.read"
    template = "measures/office/proofs.html"

    def get_title(self) -> str:
        return self.place

    def context(self) -> dict[str, Any]:
        found = self.proofs
        may_bind = found.can_bind and self.may("measures.draft")
        return {
            "found": found,
            "statement": self.statement,
            "contradicted": found.finding.verdict is Verdict.CONTRADICTED,
            "outside": found.finding.reason is Reason.OUTSIDE_WINDOW,
            "mends": [(mend, self.mend_url(mend)) for mend in found.mends],
            "may_bind": may_bind,
            "may_attest": self.may("measures.attest"),
            "alternatives": alternatives(self.statement) if may_bind else (),
            "history": self.history(),
            "any_join": found.join == "any",
        }

    def mend_url(self, mend: Mend) -> str:
        """Where it is mended; empty where the member may not, or where time or work mends it."""
        statement = self.statement.pk
        ways = {
            "record": ("evidence.record", lambda: f"{self.address('evidence-new')}?{self._query(mend)}"),
            "state": ("evidence.record", lambda: f"{self.address('figure-new')}?{self._query(mend)}"),
            "attest": ("measures.attest", lambda: self.address("proofs-attest", statement=statement)),
            "bind": ("measures.draft", lambda: self.address("proofs-add", statement=statement)),
            "replace": ("evidence.record", lambda: self.address("evidence-replace", number=mend.entry)),
            "withdraw": ("measures.read", lambda: self.address("closing", fiscal_year=self.year())),
        }
        permission, url = ways.get(mend.act, ("", None))
        return url() if url and self.may(permission) else ""

    def _query(self, mend: Mend) -> str:
        return f"{mend.query}&year={self.year()}"

    def history(self) -> list[Binding]:
        """The changes of what is bound, newest first. One query."""
        statement = self.statement
        here = (statement.measure.number, f"{statement.kind} {statement.number}")
        plan = statement.measure.plan
        edits = facts(kind="plan_edited", subject=plan_ref(plan)).with_payload().order_by("-number")[:HISTORY]
        found = [(entry, entry.content) for entry in edits]
        return [
            Binding(
                e.recorded_at,
                c.get("actor", {}).get("name", ""),
                e.number,
                tuple(map(in_words, c.get("proofs", ()))),
            )
            for e, c in found
            if (c.get("measure"), c.get("bound")) == here and c.get("version") == plan.version
        ]


class ProofsAt(Screen):
    """A statement named by its place in the plan that counts: leads to its proofs."""

    permission = "measures.read"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        plan = shown.plan_of(kwargs["fiscal_year"])
        found = require(
            shown.statement_at(plan, str(kwargs["measure"]), kwargs["kind"], str(kwargs["number"]))
        )
        return HttpResponseRedirect(self.address("proofs", statement=found.pk))


class ProofsAccept(OneStep, ActionView):
    """Take what the wording suggests, in place of what is bound."""

    permission = "measures.draft"
    title = gettext_lazy("Use the suggested proofs")
    submit = gettext_lazy("Use these proofs")

    @cached_property
    def suggested(self) -> Any:
        key = self.request.POST.get("key") or self.request.GET.get("key")
        return next((each for each in alternatives(self.statement) if each.key == key), None)

    def effect(self) -> list[str]:
        return list(self.suggested.words) if self.suggested else []

    def act(self, form: Any) -> str:
        if self.suggested is None:
            raise InvalidInput(_("That suggestion is no longer there"))
        chosen = list(zip(self.suggested.expressions, self.suggested.windows, strict=True))
        bind(self, self.statement, chosen, self.suggested.join, seen=self.present())
        return self.back()

    def done(self, form: Any) -> str:
        return _("The suggested proofs are bound")


class ProofsAdd(OneStep, FormScreen):
    """One more proof, chosen by form."""

    permission = "measures.draft"
    title = gettext_lazy("Add a proof")
    template = "measures/office/proofs_add.html"
    form = ProofForm
    submit = gettext_lazy("Add the proof")

    def initial(self) -> dict[str, Any]:
        return {"window": "inside", "comparison": ">=", "entry": self.request.GET.get("entry", "")}

    def form_kwargs(self) -> dict[str, Any]:
        return {
            "words": vocabulary(),
            "abouts": shown.abouts_by_topic(),
            "topics": [(topic.value, title) for topic, title in TOPICS.items()],
            "period": self.statement.measure.period,
        }

    def context(self) -> dict[str, Any]:
        return {"pick_url": self.address("proofs-pick", statement=self.statement.pk)}

    def act(self, form: ProofForm) -> str:
        one = (form.cleaned_data["expression"], form.cleaned_data["window"])
        seen = self.present()
        bind(self, self.statement, [*seen, one], self.statement.join, seen=seen)
        return self.back()

    def done(self, form: ProofForm) -> str:
        return _("The proof is bound")


class ProofsChange(OneStep, FormScreen):
    """Take proofs away, change their windows, say whether all are needed."""

    permission = "measures.draft"
    title = gettext_lazy("Change the proofs")
    form = BindingForm
    submit = gettext_lazy("Change the proofs")

    def form_kwargs(self) -> dict[str, Any]:
        return {
            "proofs": self.proofs.proofs,
            "join": self.statement.join,
            "windows": vocabulary().windows,
            "period": self.statement.measure.period,
        }

    def act(self, form: BindingForm) -> str:
        seen = [(proof.expression, proof.window) for proof in self.proofs.proofs]
        bind(self, self.statement, form.chosen(), form.cleaned_data["join"], seen=seen)
        return self.back()

    def done(self, form: BindingForm) -> str:
        return _("The proofs are changed")


def pick(screen: Any, rows: list[Any]) -> str:
    """Bind the ticked records by their numbers."""
    seen = screen.present()
    chosen = [*seen, *((f"entry({row.number})", "inside") for row in rows)]
    bind(screen, screen.statement, chosen, screen.statement.join, seen=seen)
    count = len(rows)
    said = ngettext("%(count)s record is bound", "%(count)s records are bound", count) % {"count": count}
    return format_html('{} <a href="{}">{}</a>', said, screen.back(), _("Back to the statement"))


class ProofsPick(OneStep, EvidenceList):
    """Records to pick from, those of the statement's year first asked for."""

    permission = "measures.draft"
    title = gettext_lazy("Pick from the register")
    nav = "measures"
    primary = None
    formats = ()
    filters = tuple(each for each in EvidenceList.filters if each.key != "unit")
    actions = (BulkAction("bind", gettext_lazy("Bind the ticked records"), pick, "measures.draft"),)


class ProofsAttest(OneStep, FormScreen):
    """รับรอง: the member's own word for a statement."""

    permission = "measures.attest"
    title = gettext_lazy("Attest the statement")
    template = "measures/office/proofs_attest.html"
    form = AttestForm
    submit = gettext_lazy("Attest the statement")
    draft = "attest"

    def initial(self) -> dict[str, Any]:
        return {"position": self.actor.position}

    def act(self, form: AttestForm) -> str:
        fact = attest(actor=self.actor, statement=self.statement, **form.cleaned_data)
        flush()
        assert fact.entry is not None
        self.number = fact.entry.number
        return self.back()

    def done(self, form: AttestForm) -> str:
        url = self.address("evidence", number=self.number)
        said = _("Attested, evidence %(number)s") % {"number": self.number}
        return format_html('{} <a href="{}">{}</a>', said, url, _("Open"))
