"""Forms of the plan's screens: starting a year, measures, statements, acts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period, StatementKind, Topic
from prongsai.modules.measures.labels import KINDS, TOPICS, plan_state
from prongsai.modules.measures.models import Measure, Plan
from prongsai.ui.forms import CardChoiceField, Described, FilesField, FiscalYearField, Form, ThaiDateField

LONGEST_TEXT = 10_000
MOST_LINES = 100
# "1.", "๒)", "(3)", "1.2." or a dash; never a number that the sentence begins with ("22 คู่มือ", "1.5 ล้านบาท").
_NUMBER = re.compile(r"^(?:[-–•*]\s+|[(]?[0-9๐-๙]{1,3}(?:[.][0-9๐-๙]{1,3})*[.)](?![0-9๐-๙])\s*)")

ON_SCREEN, ON_PAPER = "screen", "paper"
PAPER = ("signed_paper", "signed_on", "signatory")  # what an act on paper has to say
Choices = Sequence[tuple[str, Any]]


class TextAreaField(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_TEXT)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class OneLineField(TextAreaField):
    """Text that is long, but one sentence: lines are joined."""

    def clean(self, value: Any) -> str:
        return " ".join(str(super().clean(value)).split())


class LinesField(TextAreaField):
    """A sentence on each line; numbers in front of them are left out. Cleaned value: a list."""

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = [unnumbered(line) for line in str(super().clean(value)).splitlines()]
        found = [line for line in lines if line]
        if self.required and not found:
            raise ValidationError(self.error_messages["required"])
        if len(found) > MOST_LINES:
            raise ValidationError(
                gettext("%(given)s lines are here, at most %(most)s can be added at once")
                % {"given": len(found), "most": MOST_LINES}
            )
        return found


def unnumbered(line: str) -> str:
    """The line without the number or dash that it was listed with."""
    line = " ".join(line.split())
    rest = _NUMBER.sub("", line, count=1)
    return rest or line


def topic_choices() -> list[tuple[str, Any]]:
    return [("", _("Not of one subject")), *((topic.value, TOPICS[topic]) for topic in Topic)]


def kind_choices() -> list[tuple[str, Any]]:
    return [(kind.value, KINDS[kind]) for kind in StatementKind]


# -- starting a year ----------------------------------------------------------------------------------------


class NewPlanForm(Form):
    fiscal_year = FiscalYearField(label=_("Fiscal year"))


class ClonePlanForm(Form):
    plan = CardChoiceField(label=_("Copy the measures of"), coerce=int)
    fiscal_year = FiscalYearField(label=_("For fiscal year"))

    def __init__(self, *args: Any, plans: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]


class UploadForm(Form):
    file = FilesField(max_files=1, pages=True, label=_("Last year's report"))
    refused = _("Cannot be read yet")


class ImportForm(Form):
    fiscal_year = FiscalYearField(
        label=_("For which fiscal year is this draft"),
        help_text=_("In another year than the file's, periods and the year in the wording move to that year"),
    )


# -- measures and statements --------------------------------------------------------------------------------


class MeasureForm(Form):
    """What a measure says of itself. `plan` gives the year, `names` the units to choose from beside the office's own."""

    title = OneLineField(label=_("Name of the measure"), rows=2)
    topic = forms.ChoiceField(label=_("Subject"), choices=topic_choices, required=False)
    start = ThaiDateField(label=_("From"))
    end = ThaiDateField(label=_("To"))
    units = forms.MultipleChoiceField(
        label=_("Responsible units"), widget=forms.CheckboxSelectMultiple, required=False
    )
    other_units = forms.CharField(
        label=_("Other units"), required=False, max_length=500, help_text=_("Several are parted by commas")
    )
    number = forms.TypedChoiceField(label=_("Place in the plan"), coerce=int, empty_value=None)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, period: Period | None, names: Iterable[str] = (), places: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        own = list(Unit.objects.active().values_list("name", flat=True))
        more = [name for name in names if name not in own]
        new = gettext("not among the office's units yet, will be added")
        self.fields["units"].choices = [(name, name) for name in own] + [  # type: ignore[attr-defined]
            (name, Described(name, new)) for name in more
        ]
        for name in ("start", "end"):
            self.fields[name].within(period)  # type: ignore[attr-defined]
        if places:
            self.fields["number"].choices = [(n, n) for n in range(1, places + 1)]  # type: ignore[attr-defined]
        else:
            del self.fields["number"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("start"), data.get("end")
        if start and end and end < start:
            self.add_error("end", gettext("The last day is before the first day"))
        others = [name.strip() for name in re.split(r"[,\n]", data.get("other_units") or "") if name.strip()]
        data["unit_names"] = list(dict.fromkeys([*(data.get("units") or ()), *others]))
        return data

    @property
    def said(self) -> dict[str, Any]:
        """The cleaned values as the services take them."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "topic": Topic(data["topic"]) if data["topic"] else None,
            "period": Period(data["start"], data["end"]),
            "units": data["unit_names"],
        }

    @staticmethod
    def initial_of(measure: Measure, units: Sequence[str]) -> dict[str, Any]:
        return {
            "title": measure.title,
            "topic": measure.topic,
            "start": measure.period_start,
            "end": measure.period_end,
            "units": list(units),
            "number": measure.number,
            "revision": measure.revision,
        }


class RevisionForm(Form):
    """Nothing to fill in: which version of it the page showed."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class NewStatementsForm(Form):
    texts = LinesField(
        label=_("Text"), rows=6, help_text=_("Several can be pasted at once, each on its own line")
    )


class StatementForm(Form):
    """Wording, place, and what has to carry it: `offers` are (key, words) beside keeping and binding nothing."""

    text = OneLineField(label=_("Text"), rows=4)
    number = forms.TypedChoiceField(label=_("Place in the list"), coerce=int)
    proofs = CardChoiceField(label=_("Evidence that must carry it"))
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: int, offers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].choices = [(n, n) for n in range(1, places + 1)]  # type: ignore[attr-defined]
        self.fields["proofs"].choices = offers  # type: ignore[attr-defined]


class ImportedStatementForm(Form):
    """One row of a file as it was read."""

    kind = forms.ChoiceField(label=_("Column"), choices=kind_choices)
    text = OneLineField(label=_("Text"), rows=3)
    proofs = CardChoiceField(label=_("Evidence that must carry it"), required=False)
    left_out = forms.BooleanField(label=_("Leave this text out"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("left_out"):
            self.errors.pop("text", None)  # what is left out may be empty
            data.setdefault("text", "")
        return data

    def __init__(self, *args: Any, offers: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proofs"].choices = offers  # type: ignore[attr-defined]


class AddedStatementsForm(Form):
    """Text that the file has and the reading missed."""

    kind = forms.ChoiceField(label=_("Column"), choices=kind_choices)
    texts = LinesField(label=_("Add text"), rows=3, required=False, help_text=_("One line is one text"))


# -- acts ---------------------------------------------------------------------------------------------------


class SignForm(Form):
    """How an act is signed: on screen by who presses the button, or on a paper that was signed by pen.

    `signs` is the digest of what is signed: a page that was opened before it changed signs nothing.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    how = CardChoiceField(label=_("How is it signed"), layout="pair")
    signed_paper = FilesField(max_files=5, label=_("The signed paper"))
    signed_on = ThaiDateField(label=_("Signed on"), not_after=clock.today)
    signatory = forms.CharField(label=_("Signed by"), max_length=200)
    despite_remarks = forms.BooleanField(label=_("Approve although remarks are open"), required=False)

    def __init__(
        self, *args: Any, screen: bool, signs: str, name: str = "", open_remarks: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.signs = self.initial["seen"] = signs
        choices: list[tuple[str, Described]] = []
        if screen:
            choices.append(
                (ON_SCREEN, Described(_("On screen"), _("Press the button below, nothing to print")))
            )
        choices.append((ON_PAPER, Described(_("On paper"), _("Print, sign by pen, attach the scan"))))
        self.fields["how"].choices = choices  # type: ignore[attr-defined]
        self.fields["signatory"].initial = name
        if self.is_bound and self.data.get("how") == ON_SCREEN:
            for name in PAPER:
                self.fields[name].required = False
        if not open_remarks:
            del self.fields["despite_remarks"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("seen") not in ("", self.signs):
            self.data = self.data.copy()
            self.data["seen"] = self.signs
            raise forms.ValidationError(
                gettext("What is signed here changed after you opened the page. Read it again, then sign")
            )
        return data

    @property
    def signed(self) -> dict[str, Any]:
        """What the services ask: nothing for an act on screen."""
        data = self.cleaned_data
        if data["how"] == ON_SCREEN:
            return {}
        return {name: data[name] for name in PAPER}


class ReasonForm(Form):
    reason = TextAreaField(label=_("Reason"), rows=3, max_length=2_000)


class SendBackForm(Form):
    remarks = TextAreaField(label=_("What has to be mended"), rows=4, max_length=4_000)


class RemarksForm(Form):
    """A remark for each statement of a page, where there is something to remark: `r-` and the statement's id."""

    def __init__(self, *args: Any, statements: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for pk, place in statements:
            label = gettext("Remark on %(place)s") % {"place": place}
            self.fields[f"r-{pk}"] = TextAreaField(label=label, rows=3, max_length=4_000, required=False)

    @property
    def said(self) -> dict[int, str]:
        """What was remarked, by statement."""
        return {int(name[2:]): text for name, text in self.cleaned_data.items() if text.strip()}


class AnswerForm(Form):
    text = TextAreaField(label=_("Answer"), rows=3, max_length=4_000)


def plan_choices(plans: Iterable[Plan]) -> list[tuple[str, Described]]:
    """Plans to copy from, the newest year first."""
    return [
        (
            str(plan.pk),
            Described(
                gettext("Fiscal year %(year)s, version %(version)s")
                % {"year": plan.fiscal_year, "version": plan.version},
                plan_state(plan.status),
            ),
        )
        for plan in plans
    ]
