"""What the citizens' questions take: one form for each question."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.casework.kinds import in_language, shown_title
from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.writing import said_or_nothing, says_something
from prongsai.modules.complaints.catalogue import Category, categories_of
from prongsai.modules.complaints.choices import INFORMATION, SUGGESTION
from prongsai.modules.complaints.services.drafts import LONGEST
from prongsai.modules.complaints.services.submitting import apart
from prongsai.ui.forms import CardChoiceField, Described, Form
from prongsai.ui.typed import TYPED, Returning

REFUSED = _("Not sent yet")
LONGEST_VILLAGE, LONGEST_PLACE = 20, 300  # letters of a case's village and place
WAYS = ("name", "phone", "email", "line")

# Of the questions' forms: what comes back to be sent again when the form's token is missing.
WORDS = Returning(
    shown={
        "text": _("What you wrote"), "more": _("What you added"), "village": _("Village number (หมู่ที่)"),
        "place": _("Landmark or address"), "name": _("Name"), "phone": _("Telephone"), "email": _("E-mail"),
    },
    hidden=(
        "draft", TYPED, "category", "then", "latitude", "longitude", "how", "who", "line", "human", "human_token",
    ),
)  # fmt: skip


class Asking(Form):
    """A question. `refused` is what the error summary says first."""

    refused: str | Promise = REFUSED


class SubjectForm(Asking):
    """What the matter is about: the categories of one kind of case."""

    category = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one"), "invalid_choice": _("Choose one")},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(each.key, shown_title(each)) for each in categories_of(kind)]
        self.fields["category"].choices = rows  # type: ignore[attr-defined]


def said_something(text: str, refused: Any) -> str:
    """The text. Raises ValidationError (`refused`) where no letter and no digit stands in it."""
    if not says_something(text):
        raise ValidationError(refused)
    return text


class WhatForm(Asking):
    """The citizen's own words, and one more thing that helps the officer."""

    text = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7, "autocomplete": "off"}),
        error_messages={"required": _("Write what happened")},
    )
    more = forms.CharField(max_length=300, required=False)
    human = forms.CharField(max_length=20, required=False)
    human_token = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if category.question:
            self.fields["more"].label = in_language(category.question, category.question_en)
        else:
            del self.fields["more"]
        if category.kind == INFORMATION:
            self.fields["text"].error_messages["required"] = _("Write which information you ask for")  # type: ignore[assignment]
        elif category.kind == SUGGESTION:
            self.fields["text"].error_messages["required"] = _("Write what you want to say")  # type: ignore[assignment]

    def clean_text(self) -> str:
        return said_something(self.cleaned_data["text"], self.fields["text"].error_messages["required"])

    def clean_more(self) -> str:
        return said_or_nothing(self.cleaned_data["more"])


class WhereForm(Asking):
    """Where it is: by village, by words, or by a point; where it must be said, one of them is enough."""

    village = forms.CharField(
        label=_("Village number (หมู่ที่)"),
        max_length=120,  # its name often stands beside the number, and goes to the place
        required=False,
        widget=forms.TextInput(
            attrs={"class": "in-s", "autocomplete": "off", "inputmode": "numeric", "data-canary": "1"}
        ),
    )
    place = forms.CharField(
        label=_("Landmark or address"),
        max_length=LONGEST_PLACE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    latitude = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    longitude = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)

    def __init__(self, *args: Any, must: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.must = must

    def clean_latitude(self) -> str:
        return degrees(self.cleaned_data["latitude"], 90)

    def clean_longitude(self) -> str:
        return degrees(self.cleaned_data["longitude"], 180)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._apart(given)
        if not (given.get("latitude") and given.get("longitude")):
            given["latitude"] = given["longitude"] = ""
        if self.must and not any(given.get(name) for name in ("village", "place", "latitude")):
            self.add_error("place", _("Say where it is: the village, a landmark, or the place on the map"))
        return given

    def _apart(self, given: dict[str, Any]) -> None:
        """The number of the village by itself, the words beside it with the place; nothing is cut."""
        for name in ("village", "place"):
            given[name] = said_or_nothing(given.get(name) or "")
        given["village"], given["place"] = apart(given["village"], given["place"])
        if len(given["village"]) > LONGEST_VILLAGE:
            refused = _("The number of the village alone stands here, e.g. 4. Write the rest as the landmark")
            self.add_error("village", refused)
        elif len(given["place"]) > LONGEST_PLACE:
            refused = _(
                "With the name of the village this is longer than %(most)s characters. Make it shorter"
            )
            self.add_error("place", refused % {"most": LONGEST_PLACE})


def degrees(text: str, most: int) -> str:
    """A coordinate as it is kept, with six decimals (10 cm); "" for none. Raises ValidationError for what is none."""
    plain = to_arabic(text).strip()
    if not plain:
        return ""
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValidationError(_("The place on the map is not known. Choose it again")) from None
    if not value.is_finite() or abs(value) > most:
        raise ValidationError(_("The place on the map is not known. Choose it again"))
    return f"{value:.6f}"


WAYS_TO_HAVE = {
    "look": _("Look at it at the office, free of charge"),
    "copy": _("A copy"),
    "certified": _("A copy certified as true"),
}


class HowForm(Asking):
    """How somebody who asks for official information wants to have it."""

    how = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=list(WAYS_TO_HAVE.items()),
        error_messages={"required": _("Choose one")},
    )


class ContactForm(Asking):
    """Whether and how the office may reach the citizen. Nothing of it is required."""

    who = CardChoiceField(
        choices=[
            (
                "named",
                Described(
                    _("Leave a name or a way to reach me"),
                    _("Only officers who work on it see this. It is never published"),
                ),
            ),
            (
                "anonymous",
                Described(
                    _("Stay anonymous"),
                    _("Nobody learns who you are. Officers can ask you something only on the tracking page"),
                ),
            ),
        ],
        error_messages={"required": _("Choose one")},
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "in-m"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("The answer is sent there, and stands on the tracking page too"),
        error_messages={"invalid": _("The e-mail address is not complete. It looks like name@example.com")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    line = forms.BooleanField(label=_("I want the answer by LINE"), required=False)

    def __init__(self, *args: Any, has_line: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get("who") == "anonymous":
            # What was typed before is of nobody's concern any more: neither refused nor kept.
            data = self.data.copy()
            data.update(dict.fromkeys(WAYS, ""))
            self.data = data
        if not has_line:
            del self.fields["line"]

    def clean_name(self) -> str:
        return said_or_nothing(self.cleaned_data["name"])

    def clean_phone(self) -> str:
        phone = to_arabic(self.cleaned_data["phone"]).strip()
        if phone and sum(sign.isdecimal() for sign in phone) < 3:
            raise ValidationError(_("A telephone number has digits only, e.g. 08 1234 5678"))
        return phone

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("who") == "named" and not self.errors and not any(given.get(way) for way in WAYS):
            self.add_error(
                "name", _("Fill in a name, a telephone number or an e-mail, or choose to stay anonymous")
            )
        return given
