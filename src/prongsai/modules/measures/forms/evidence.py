"""Recording by hand: evidence with a paper or a page, and figures that no module counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period, Topic
from prongsai.kernel.registry import registry
from prongsai.modules.measures import rules
from prongsai.modules.measures.forms.fields import FigureField, WholeField
from prongsai.ui.forms import (
    CardChoiceField,
    FilesField,
    Form,
    PeriodField,
    ThaiDateField,
    UnitField,
    UnitsField,
    VisibilityField,
)
from prongsai.ui.forms.choosing import PickerSelect, RowsSelectMultiple

Choices = Sequence[tuple[str, Any]]

# What proofs read beside the fact itself, and of which kinds: `channels>=`, `share>=`, `by=every unit`.
CHANNELS = frozenset(
    {"announcement_issued", "announcement_sent", "published", "channel_opened", "channel_alive"}
)
COUNTED = frozenset({"circular_acknowledged", "training_held"})
UNITS = frozenset(
    {"circular_acknowledged", "meeting_held", "training_held", "plan_adopted", "report_submitted"}
)
DETAILS = {
    "channels": CHANNELS,
    "other_channels": CHANNELS,
    "acknowledged": COUNTED,
    "of": COUNTED,
    "units": UNITS,
}
USUAL_CHANNELS = (
    "เว็บไซต์",
    "Facebook",
    "LINE",
    "ป้ายประกาศ",
    "เสียงตามสาย",
    "หนังสือราชการ",
    "ที่ประชุมหมู่บ้าน",
    "วารสารหรือแผ่นพับ",
)


def hand_kinds() -> list[tuple[str, str]]:
    """The kinds of facts that are recorded by hand: those that no module makes by itself."""
    known = registry().fact_kinds
    return [(key, known[key].title) for key in rules.load("vocabulary")["kinds"] if known[key].provisional]


class EvidenceForm(Form):
    """Evidence by hand. `abouts` are the things it may be about, by topic; `period` is the year that it is for."""

    template_name = "measures/office/_evidence_form.html"

    kind = CardChoiceField(label=_("Kind of evidence"), layout="cards", choices=hand_kinds)
    about = forms.ChoiceField(
        label=_("What it is about"),
        required=False,
        widget=PickerSelect,
        help_text=_(
            "Statements ask for evidence about one thing: choose it, and the column beside says which"
        ),
    )
    occurred_on = ThaiDateField(
        label=_("The day it happened"),
        help_text=_("The day it was signed or held, not the day on which it is recorded"),
        not_after=clock.today,
        inside=_("It can prove"),
        outside=_("The column beside says whether it can still prove"),
    )
    about_period = PeriodField(label=_("The time that it is about"), required=False)
    title = forms.CharField(label=_("Matter"), max_length=300)
    document_number = forms.CharField(
        label=_("Document number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "in-m", "autocomplete": "off"}),
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        required=False,
        choices=[(c, c) for c in USUAL_CHANNELS],
        widget=RowsSelectMultiple,
    )
    other_channels = forms.CharField(
        label=_("Other channels"), required=False, max_length=300, help_text=_("Separated by commas")
    )
    acknowledged = WholeField(label=_("How many acknowledged it or took part"), required=False)
    of = WholeField(label=_("Out of how many people in all"), required=False)
    units = UnitsField(label=_("Units that it covers"), required=False)
    files = FilesField(label=_("Files"), required=False)  # type: ignore[assignment]
    url = forms.CharField(
        label=_("Address of the page where it is published"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    unit = UnitField(label=_("Unit that holds it"), required=False)
    visibility = VisibilityField(
        checks=("title", "document_number", "other_channels", "url"),
        internal_text=_("The public sees only the evidence number and the date"),
    )

    def __init__(self, *args: Any, abouts: Choices = (), period: Period | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", "–"), *abouts]  # type: ignore[attr-defined]
        self.fields["occurred_on"].within(period)  # type: ignore[attr-defined]

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "details": DETAILS}

    def clean_url(self) -> str:
        url = self.cleaned_data["url"].strip()
        if url and not url.lower().startswith(("http://", "https://")):
            url = f"https://{url}"
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        counted, of = data.get("acknowledged"), data.get("of")
        if self._uses("acknowledged") and (counted is None) != (of is None):
            self.add_error("acknowledged" if counted is None else "of", gettext("Both numbers are needed"))
        elif counted is not None and of is not None and counted > of:
            self.add_error("acknowledged", gettext("More than there are in all"))
        return data

    def _uses(self, detail: str) -> bool:
        return self.cleaned_data.get("kind") in DETAILS[detail]

    def facts(self) -> dict[str, Any]:
        """What was filled in, as `services.evidence.record_evidence` takes it."""
        data = self.cleaned_data
        same = (
            "kind",
            "about",
            "occurred_on",
            "about_period",
            "title",
            "document_number",
            "url",
            "files",
            "visibility",
        )
        return {
            **{name: data[name] for name in same},
            "unit": named(data.get("unit")),
            "details": self.details(),
        }

    def details(self) -> dict[str, Any]:
        """What proofs read beside the fact; only what the kind uses."""
        data, found = self.cleaned_data, {}
        if self._uses("channels"):
            others = str(data.get("other_channels") or "").split(",")
            found["channels"] = [*(data.get("channels") or ()), *(c.strip() for c in others if c.strip())]
        if self._uses("acknowledged") and data.get("of") and data.get("acknowledged") is not None:
            found |= {"acknowledged": data["acknowledged"], "of": data["of"]}
        if self._uses("units"):
            found["units"] = [unit.name for unit in data.get("units") or ()]
        return {name: value for name, value in found.items() if value not in ([], None)}


class ReplaceForm(EvidenceForm):
    """Evidence in place of a record that is wrong; the old one stays in the register as withdrawn."""

    reason = forms.CharField(
        label=_("Why it is replaced"),
        max_length=500,
        help_text=_("Everybody who may see the record can read the reason"),
    )
    field_order = ["reason"]


class WithdrawForm(Form):
    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who may see the record can read the reason"),
    )


def named(unit: Unit | None) -> str:
    return unit.name if unit else ""


class FigureForm(Form):
    """A figure of an indicator that no module counts. `indicators` are those; `period` the year that it is for."""

    template_name = "measures/office/_figure_form.html"

    indicator = forms.ChoiceField(label=_("Which figure"), widget=PickerSelect)
    about_period = PeriodField(label=_("The time that it is about"))
    as_of = ThaiDateField(
        label=_("As of"), help_text=_("The day up to which the figure was counted"), not_after=clock.today
    )
    value = FigureField(label=_("Figure"))
    of = FigureField(
        label=_("Out of"),
        required=False,
        help_text=_("The number of all, where the figure is a share of them"),
    )
    finished = FigureField(
        label=_("Of them finished"), required=False, help_text=_("For complaints: how many are settled")
    )
    scale = forms.ChoiceField(label=_("Scale"), required=False)
    sample = WholeField(label=_("How many answered"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    files = FilesField(label=_("Files"), required=False)  # type: ignore[assignment]

    def __init__(
        self,
        *args: Any,
        indicators: Choices = (),
        topics: Iterable[tuple[str, Any]] = (),
        period: Period | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "–"), *indicators]  # type: ignore[attr-defined]
        scales = [(key, rules.scale_title(key)) for key in rules.load("rules")["scales"]]
        self.fields["scale"].choices = [("", "–"), *scales]  # type: ignore[attr-defined]
        self.fields["as_of"].within(period)  # type: ignore[attr-defined]
        self.topics = [(key, title) for key, title in topics]
        for key, title in self.topics:
            self.fields[f"topic_{key}"] = FigureField(label=title, required=False)
            self.fields[f"done_{key}"] = FigureField(label=title, required=False)

    def get_context(self) -> dict[str, Any]:
        rows = [(title, self[f"topic_{key}"], self[f"done_{key}"]) for key, title in self.topics]
        shown = [field for field in self.visible_fields() if not field.name.startswith(("topic_", "done_"))]
        return {**super().get_context(), "topic_rows": rows, "shown": shown}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        value, finished = data.get("value"), data.get("finished")
        if value is not None and finished is not None and finished > value:
            self.add_error("finished", gettext("More than there are in all"))
        by_topic = self._by_topic()
        total = sum((amounts["value"] for amounts in by_topic.values()), Decimal(0))
        if by_topic and value is not None and total > value:
            words = {"total": total, "value": value}
            raise ValidationError(
                gettext("The subjects come to %(total)s, more than %(value)s in all") % words
            )
        return data

    def facts(self) -> dict[str, Any]:
        """What was filled in, as `services.evidence.state_figure` takes it."""
        data = self.cleaned_data
        same = ("indicator", "as_of", "value", "of", "scale", "sample", "note", "files")
        parts = {"finished": data["finished"]} if data.get("finished") is not None else {}
        return {
            **{name: data[name] for name in same},
            "period": data["about_period"],
            "by_topic": self._by_topic(),
            "parts": parts,
        }

    def details(self) -> dict[str, Any]:
        """The figure as its fact holds it, as far as it is filled in: numbers as text."""
        data = self.cleaned_data
        texts = {name: str(data[name]) for name in ("value", "of") if data.get(name) is not None}
        others = {name: data[name] for name in ("scale", "sample") if data.get(name)}
        done = data.get("finished")
        topics = {
            topic.value: {name: str(amount) for name, amount in amounts.items()}
            for topic, amounts in self._by_topic().items()
        }
        return {**texts, **others, "topics": topics, "parts": {} if done is None else {"finished": str(done)}}

    def _by_topic(self) -> dict[Topic, dict[str, Decimal]]:
        found: dict[Topic, dict[str, Decimal]] = {}
        for key, _title in self.topics:
            value, done = self.cleaned_data.get(f"topic_{key}"), self.cleaned_data.get(f"done_{key}")
            if value is not None:
                found[Topic(key)] = {"value": value} | ({"finished": done} if done is not None else {})
        return found
