"""Changing a draft: measures and statements. Two people at one sentence: the second sees both and loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.kernel.contracts import Period, StatementKind
from prongsai.kernel.errors import Stale
from prongsai.modules.measures.backoffice.plan_base import PlanScreen
from prongsai.modules.measures.backoffice.plan_shown import words_of
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.forms.plan import MeasureForm, NewStatementsForm, RevisionForm, StatementForm
from prongsai.modules.measures.labels import KINDS, ONE_OF_KIND, place, topic_title
from prongsai.modules.measures.models import Measure, Proof, Statement
from prongsai.modules.measures.selectors.proofs import Alternative, alternatives
from prongsai.modules.measures.services import statements as services
from prongsai.ui.forms import Described
from prongsai.ui.screens import ConfirmScreen, Crumb, FormScreen

KEEP, NOTHING = "keep", "none"


class EditScreen(PlanScreen, FormScreen, abstract=True):
    """A form that changes a draft. What somebody else changed meanwhile is shown beside what was typed."""

    permission = "measures.draft"
    states = (PlanStatus.DRAFT,)
    nav = "measures"
    present: dict[str, Any] | None = None  # what stands there now, after somebody was faster

    def act(self, form: Any) -> str:
        try:
            return self.change(form)
        except Stale as stale:
            self.present = stale.present
            raise

    def change(self, form: Any) -> str:
        """Do it, by services, and return the address to go to."""
        raise NotImplementedError

    def show_form(self, form: Any, **more: Any) -> HttpResponse:
        if self.present:
            # Saved once more, it is saved over what is shown now.
            form.data = form.data.copy()
            form.data["revision"] = str(self.present["revision"])
        return super().show_form(form, **more)

    def context(self) -> dict[str, Any]:
        return {"present": self.present, "plan": self.plan}

    def at(self, measure: int, anchor: str = "") -> str:
        """The plan's page where the measure is."""
        return f"{self.plan_url()}?measure={measure}#{anchor or f'm{measure}'}"


# -- measures -----------------------------------------------------------------------------------------------


class MeasureNew(EditScreen):
    title = gettext_lazy("Add a measure")
    form = MeasureForm
    submit = gettext_lazy("Add the measure")
    template = "measures/office/plan_edit.html"
    draft = "plan-measure-new"

    def initial(self) -> dict[str, Any]:
        return {"start": self.plan.period.start, "end": self.plan.period.end}

    def form_kwargs(self) -> dict[str, Any]:
        return {"period": self.plan.period}

    def change(self, form: Any) -> str:
        self.made = services.add_measure(actor=self.actor, plan=self.plan, **form.said)
        return self.at(self.made.number)

    def done(self, form: Any) -> str:
        return _("Measure %(number)s added. Now add its steps") % {"number": self.made.number}


class OfMeasure(EditScreen, abstract=True):
    """A screen of one measure of the draft."""

    @cached_property
    def measure(self) -> Measure:
        return self.measure_of(self.kwargs["measure"])

    def named(self) -> None:
        super().named()
        self.measure  # noqa: B018 (fetched here)

    def crumbs(self) -> Sequence[Crumb]:
        name = _("Measure %(number)s") % {"number": self.measure.number}
        return (*super().crumbs(), Crumb(name, self.at(self.measure.number)))

    def cancel_url(self) -> str:
        return self.at(self.measure.number)


class MeasureEdit(OfMeasure):
    title = gettext_lazy("Change the measure")
    form = MeasureForm
    submit = gettext_lazy("Save the measure")
    template = "measures/office/plan_edit.html"
    draft = "plan-measure"

    @cached_property
    def units(self) -> list[str]:
        return list(
            self.measure.responsible.values_list("unit__name", flat=True)  # type: ignore[attr-defined]
        )

    def initial(self) -> dict[str, Any]:
        return MeasureForm.initial_of(self.measure, self.units)

    def form_kwargs(self) -> dict[str, Any]:
        places = Measure.objects.filter(plan=self.plan).count()
        return {"period": self.plan.period, "names": self.units, "places": places}

    def context(self) -> dict[str, Any]:
        now = self.present or {}
        period: Period | None = now.get("period")
        said = [
            (_("Name of the measure"), now.get("title", "")),
            (_("Subject"), topic_title(now.get("topic", ""))),
            (_("Responsible units"), ", ".join(now.get("units", ()))),
        ]
        remove = self.plan_url("plan-measure-remove", measure=self.measure.pk)
        return {**super().context(), "said": said if now else [], "said_period": period, "remove_url": remove}

    def change(self, form: Any) -> str:
        revision = form.cleaned_data["revision"] or 0
        measure = services.edit_measure(
            actor=self.actor, measure=self.measure, revision=revision, **form.said
        )
        number = form.cleaned_data["number"]
        if number != measure.number:
            services.move_measure(actor=self.actor, measure=measure, to=number)
        return self.at(number)

    def done(self, form: Any) -> str:
        return _("Measure %(number)s saved") % {"number": form.cleaned_data["number"]}


class MeasureRemove(OfMeasure, ConfirmScreen):
    form = RevisionForm
    title = gettext_lazy("Take the measure out?")
    template = "ui/confirm.html"
    submit = gettext_lazy("Take the measure out")

    def initial(self) -> dict[str, Any]:
        return {"revision": self.measure.revision}

    def effect(self) -> list[str]:
        count = Statement.objects.filter(measure=self.measure).count()
        return [
            self.measure.title,
            ngettext(
                "Its %(n)s text leaves the draft with it. Measures behind it move up",
                "Its %(n)s texts leave the draft with it. Measures behind it move up",
                count,
            )
            % {"n": count},
            _("The register keeps what they said"),
        ]

    def context(self) -> dict[str, Any]:
        return ConfirmScreen.context(self)

    def change(self, form: Any) -> str:
        services.remove_measure(
            actor=self.actor, measure=self.measure, revision=form.cleaned_data["revision"]
        )
        return self.plan_url()

    def done(self, form: Any) -> str:
        return _("Measure %(number)s was taken out") % {"number": self.measure.number}


# -- statements ---------------------------------------------------------------------------------------------


class StatementNew(OfMeasure):
    """One statement or a pasted list of them, in one column of a measure."""

    form = NewStatementsForm
    submit = gettext_lazy("Add to the draft")
    template = "measures/office/plan_edit.html"
    draft = "plan-statement-new"

    @property
    def kind(self) -> StatementKind:
        try:
            return StatementKind(self.kwargs["kind"])
        except ValueError:
            raise Http404 from None

    def get_title(self) -> str:
        return _("Add to “%(kind)s”") % {"kind": KINDS[self.kind]}

    def lead(self) -> str:
        return self.measure.title

    def change(self, form: Any) -> str:
        for text in form.cleaned_data["texts"]:
            made = services.add_statement(actor=self.actor, measure=self.measure, kind=self.kind, text=text)
        return self.at(self.measure.number, f"s{made.pk}")

    def done(self, form: Any) -> str:
        count = len(form.cleaned_data["texts"])
        said = ngettext("%(n)s text added to “%(kind)s”", "%(n)s texts added to “%(kind)s”", count)
        return said % {"n": count, "kind": ONE_OF_KIND[self.kind]}


class StatementGone(PlanScreen):
    """What is left of a statement that somebody took out: the words that another was typing."""

    permission = "measures.draft"
    title = gettext_lazy("This text is no longer in the draft")
    template = "measures/office/plan_gone.html"

    def context(self) -> dict[str, Any]:
        return {"typed": self.request.POST.get("text", ""), "plan_url": self.plan_url()}


class OfStatement(EditScreen, abstract=True):
    """A screen of one statement of the draft."""

    @cached_property
    def found(self) -> Statement | None:
        there = Statement.objects.filter(pk=self.kwargs["statement"], measure__plan=self.plan)
        return there.select_related("measure").prefetch_related("proofs").first()

    @property
    def statement(self) -> Statement:
        if self.found is None:
            raise Http404
        self.found.measure.plan = self.plan
        return self.found

    def named(self) -> None:
        super().named()
        if self.found is None and self.request.method != "POST":
            raise Http404

    def elsewhere(self) -> HttpResponseBase | None:
        return self.gone() if self.found is None else super().elsewhere()

    def gone(self) -> HttpResponse:
        """Somebody took the statement out meanwhile: what was typed is shown, to be copied."""
        page = StatementGone()
        page.setup(self.request, *self.args, **self.kwargs)
        return page.show(status=404)

    @property
    def place(self) -> str:
        return place(self.statement.measure.number, self.statement.kind, self.statement.number)

    def crumbs(self) -> Sequence[Crumb]:
        return (*super().crumbs(), Crumb(self.place, self.cancel_url()))

    def cancel_url(self) -> str:
        return self.at(self.statement.measure.number, f"s{self.statement.pk}")


class StatementEdit(OfStatement):
    """Wording, place and proofs of a statement."""

    form = StatementForm
    submit = gettext_lazy("Save the text")
    template = "measures/office/plan_edit.html"
    draft = "plan-statement"

    def get_title(self) -> str:
        return _("Change %(place)s") % {"place": self.place}

    def initial(self) -> dict[str, Any]:
        statement = self.statement
        return {
            "text": statement.text,
            "number": statement.number,
            "revision": statement.revision,
            "proofs": KEEP,
        }

    @cached_property
    def bound(self) -> list[Proof]:
        return list(self.statement.proofs.all())  # type: ignore[attr-defined]

    @cached_property
    def others(self) -> dict[str, Alternative]:
        return {";".join(each.expressions): each for each in alternatives(self.statement)}

    def offers(self) -> list[tuple[str, Described]]:
        """Keep what is bound, take another suggestion, or bind nothing yet."""
        bound = self.bound
        words = words_of([p.expression for p in bound], [p.window for p in bound], self.statement.join)
        found = [(KEEP, Described(_("As it is"), words))] if bound else []
        found += [
            (key, Described(_("Suggested by the wording"), words_of(o.expressions, o.windows, o.join)))
            for key, o in self.others.items()
        ]
        nothing = Described(_("Bind nothing yet"), _("The text counts as without evidence until it is bound"))
        return [*found, (NOTHING if bound else KEEP, nothing)]

    def form_kwargs(self) -> dict[str, Any]:
        statement = self.statement
        same = Statement.objects.filter(measure=statement.measure_id, kind=statement.kind)  # type: ignore[attr-defined]
        return {"places": same.count(), "offers": self.offers()}

    def context(self) -> dict[str, Any]:
        now = self.present or {}
        return {
            **super().context(),
            "said": [(_("Text"), now["text"])] if now else [],
            "remove_url": self.plan_url("plan-statement-remove", statement=self.statement.pk),
            "proofs_url": self.address("proofs", statement=self.statement.pk),
        }

    def change(self, form: Any) -> str:
        data = form.cleaned_data
        statement = self.statement
        if data["text"] != statement.text or data["revision"] != statement.revision:
            statement = services.edit_statement(
                actor=self.actor, statement=statement, text=data["text"], revision=data["revision"]
            )
        if data["number"] != statement.number:
            statement = services.move_statement(actor=self.actor, statement=statement, to=data["number"])
        self._bind(statement, data["proofs"])
        return self.at(statement.measure.number, f"s{statement.pk}")

    def _bind(self, statement: Statement, choice: str) -> None:
        if choice == KEEP:
            return
        taken = self.others.get(choice)
        services.bind_proofs(
            actor=self.actor,
            statement=statement,
            expressions=taken.expressions if taken else (),
            windows=taken.windows if taken else (),
            join=taken.join if taken else "all",
        )

    def done(self, form: Any) -> str:
        return _("%(place)s saved") % {"place": self.place}


class StatementRemove(OfStatement, ConfirmScreen):
    form = RevisionForm
    title = gettext_lazy("Take the text out?")
    template = "ui/confirm.html"
    submit = gettext_lazy("Take the text out")

    def initial(self) -> dict[str, Any]:
        return {"revision": self.statement.revision}

    def effect(self) -> list[str]:
        return [
            self.place,
            self.present["text"] if self.present else self.statement.text,
            _("Texts behind it move up. The register keeps what it said"),
        ]

    def context(self) -> dict[str, Any]:
        return ConfirmScreen.context(self)

    def change(self, form: Any) -> str:
        services.remove_statement(
            actor=self.actor, statement=self.statement, revision=form.cleaned_data["revision"]
        )
        return self.at(self.statement.measure.number)

    def done(self, form: Any) -> str:
        return _("%(place)s was taken out") % {"place": self.place}
