"""Choosing what has to carry a statement, without writing the notation by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import Period
from prongsai.modules.measures import rules
from prongsai.modules.measures.choices import Join
from prongsai.modules.measures.forms.evidence import CHANNELS, COUNTED, UNITS
from prongsai.modules.measures.forms.fields import FigureField, WholeField
from prongsai.modules.measures.notation import LEVELS, parse_term, parse_window
from prongsai.modules.measures.selectors.proofs import BoundProof, Choice, Vocabulary
from prongsai.modules.measures.words import describe_window
from prongsai.ui.forms import CardChoiceField, Described, FilesField, Form
from prongsai.ui.forms.choosing import PickerSelect, RowsSelectMultiple

FACT, FIGURE, ZERO, ENTRY, ATTEST = "fact", "figure", "zero", "entry", "attest"
COMPARISONS = [
    (">=", _("at least")),
    ("=", _("exactly")),
    ("<=", _("at most")),
    ("all", _("all of them (one hundred per cent)")),
    ("share", _("at least this per cent of all")),
    ("level", _("reaches the level")),
    ("pass", _("passes the ITA mark of its year")),
]
SCORED = "mean+sample+scale"  # what a level must state


def window_choices(windows: Sequence[Choice], period: Period, *present: str) -> list[tuple[str, str]]:
    """The windows with the days of this measure; one that is in use stays on offer."""
    keys = dict.fromkeys([*(window.key for window in windows), *present])
    return [(key, describe_window(parse_window(key), period)) for key in keys]


class ProofForm(Form):
    """One more proof. Only the fields of what is chosen count."""

    template_name = "measures/office/_proof_form.html"

    what = CardChoiceField(
        label=_("What has to carry the statement"),
        choices=[
            (FACT, Described(_("A record in the register"), _("Of a kind, about a thing"))),
            (FIGURE, Described(_("A figure"), _("Counted or stated, against what the statement says"))),
            (ZERO, Described(_("No complaints"), _("None received, while the channels were open"))),
            (ENTRY, Described(_("One record by its number"), _("Picked from the register"))),
            (ATTEST, Described(_("An officer's word"), _("With name and position: attested at best"))),
        ],
    )
    kind = forms.ChoiceField(label=_("Kind of evidence"), required=False, widget=PickerSelect)
    about = forms.ChoiceField(label=_("What it is about"), required=False, widget=PickerSelect)
    times = WholeField(label=_("How many times at least"), required=False)
    channels = WholeField(label=_("Over how many channels at least"), required=False)
    share = WholeField(label=_("Acknowledged by how many per cent at least"), required=False)
    every_unit = forms.BooleanField(label=_("By every unit"), required=False)
    indicator = forms.ChoiceField(label=_("Which figure"), required=False, widget=PickerSelect)
    comparison = forms.ChoiceField(label=_("How it compares"), required=False, choices=COMPARISONS)
    threshold = FigureField(label=_("Against which number"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
    topics = forms.MultipleChoiceField(
        label=_("Complaints about"),
        required=False,
        widget=RowsSelectMultiple,
        help_text=_("None ticked means all subjects"),
    )
    entry = WholeField(label=_("Evidence number"), required=False)
    window = forms.ChoiceField(label=_("When it may have happened"))

    def __init__(
        self,
        *args: Any,
        words: Vocabulary,
        abouts: Sequence[tuple[str, Any]],
        topics: Sequence[tuple[str, Any]],
        period: Period,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offers = {
            "kind": [("", "–"), *((kind.key, kind.title) for kind in words.kinds)],
            "about": [("", "–"), *abouts],
            "indicator": [("", "–"), *((each.key, each.title) for each in words.indicators)],
            "level": [(level, rules.level_title(level)) for level in reversed(LEVELS)],
            "topics": topics,
            "window": window_choices(words.windows, period),
        }
        for name, choices in offers.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        data["expression"] = getattr(self, f"_{data['what']}")(data)
        if not self.errors:
            parse_term(
                data["expression"], window=parse_window(data["window"])
            )  # what is built here can be read
        return data

    def _needed(self, *names: str) -> bool:
        """Whether these are filled in; an error stands at each that is not."""
        missing = [name for name in names if self.cleaned_data.get(name) in (None, "")]
        for name in missing:
            self.add_error(name, str(self.fields[name].error_messages["required"]))
        return not missing

    def _fact(self, data: dict[str, Any]) -> str:
        if not self._needed("kind"):
            return ""
        kind = data["kind"]
        parts = [kind]
        parts += [f"about={data['about']}"] if data.get("about") else []
        parts += [f"min={data['times']}"] if (data.get("times") or 1) > 1 else []
        asked = {"channels": CHANNELS, "share": COUNTED, "every_unit": UNITS}
        for name, kinds in asked.items():
            if data.get(name) and kind not in kinds:
                self.add_error(name, gettext("Evidence of this kind does not say so"))
        if self.errors:
            return ""
        parts += [f"channels>={data['channels']}"] if data.get("channels") else []
        if data.get("share"):
            if data["share"] > 100:
                self.add_error("share", gettext("At most 100 per cent"))
                return ""
            parts.append(f"share>={Decimal(data['share']) / 100:f}")
        parts += ["by=every unit"] if data.get("every_unit") else []
        return f"fact({', '.join(parts)})"

    def _figure(self, data: dict[str, Any]) -> str:
        comparison = data.get("comparison")
        wants_number = comparison in {">=", "=", "<=", "share"}
        if not self._needed("indicator", *(["threshold"] if wants_number else [])):
            return ""
        key, number = data["indicator"], data.get("threshold") or Decimal(0)
        if number < 0:
            self.add_error("threshold", gettext("A number of zero or more"))
            return ""
        match comparison:
            case "all":
                return f"ratio({key} = 1)"
            case "share":
                return f"ratio({key} >= {number / 100:f})"
            case "level":
                return f"indicator({key} >= {data['level']}, needs={SCORED})"
            case "pass":
                return f"indicator({key} = pass, rule=of that year)"
            case "=":
                return f"figure({key} = {number:f})"
            case _:
                return f"indicator({key} {comparison} {number:f})"

    def _zero(self, data: dict[str, Any]) -> str:
        return f"zero(topics={'+'.join(data.get('topics') or ()) or 'all'})"

    def _entry(self, data: dict[str, Any]) -> str:
        return f"entry({data['entry']})" if self._needed("entry") else ""

    def _attest(self, data: dict[str, Any]) -> str:
        return "attest()"


def stamp(proofs: Sequence[BoundProof], join: str) -> str:
    """What is bound, as a digest: another one means that somebody changed it meanwhile."""
    said = repr([join, *((proof.expression, proof.window) for proof in proofs)])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class BindingForm(Form):
    """Which of the bound proofs stay, when each may have happened, and whether all are needed or one is enough."""

    template_name = "measures/office/_binding_form.html"

    join = CardChoiceField(
        label=_("How many of them are needed"),
        choices=[
            (Join.ALL.value, Described(_("All of them"), _("The statement is as good as its weakest proof"))),
            (Join.ANY.value, Described(_("Any one of them"), _("One is enough"))),
        ],
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        proofs: Sequence[BoundProof],
        join: str,
        windows: Sequence[Choice],
        period: Period,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.proofs, self.present = proofs, stamp(proofs, join)
        self.initial |= {"join": join, "seen": self.present}
        for place, proof in enumerate(proofs):
            choices = window_choices(windows, period, proof.window)
            self.fields[f"keep_{place}"] = forms.BooleanField(
                label=_("Keep it"), required=False, initial=True
            )
            self.fields[f"window_{place}"] = forms.ChoiceField(
                label=_("When it may have happened"), choices=choices, initial=proof.window
            )

    def get_context(self) -> dict[str, Any]:
        rows = [(p, self[f"keep_{at}"], self[f"window_{at}"]) for at, p in enumerate(self.proofs)]
        return {**super().get_context(), "rows": rows, "join": self["join"]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("seen") != self.present:
            raise ValidationError(
                gettext(
                    "Somebody else changed the proofs meanwhile. What is bound now stands here: choose again"
                )
            )
        return data

    def chosen(self) -> list[tuple[str, str]]:
        """What stays, each with its window."""
        data = self.cleaned_data
        return [
            (p.expression, data[f"window_{at}"]) for at, p in enumerate(self.proofs) if data[f"keep_{at}"]
        ]


class AttestForm(Form):
    """รับรอง: somebody's word, with their position and a paper if there is one."""

    position = forms.CharField(
        label=_("Your position"),
        max_length=200,
        help_text=_("It stands in the report beside the attested mark"),
    )
    text = forms.CharField(
        label=_("What you know it from"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody can read it: no names of citizens, no numbers of persons"),
    )
    files = FilesField(label=_("Paper"), required=False)  # type: ignore[assignment]
