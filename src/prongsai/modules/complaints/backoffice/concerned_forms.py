"""Forms about the persons concerned of a request for official information."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts.models import Post
from prongsai.kernel import clock
from prongsai.ui.cases.forms import NOT_TOLD, VersionedForm, WordsField
from prongsai.ui.cases.words import Words
from prongsai.ui.forms import CardChoiceField, Section, ThaiDateField

STEPS: dict[str, Words] = {
    "objection": _("They object"),
    "agreement": _("They agree to the disclosure"),
    "decision": _("Decide on the objection"),
    "appeal": _("They appeal, or the tribunal has decided"),
}
HOW: dict[str, Words] = {
    "letter": _("Letter"),
    "hand": _("In person, against a signature"),
    "email": _("E-mail"),
}
RULINGS: dict[str, Words] = {
    "": _("no decision yet"),
    "disclose": _("that it is disclosed"),
    "withhold": _("that it is withheld"),
}


class InformForm(VersionedForm):
    """Who is informed, of what, how and when, and until when they may object."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("Only those who work on the request see it")
    )
    address = WordsField(label=_("Address"), rows=2, max_length=500, required=False)
    about = WordsField(
        label=_("Which information touches them"), rows=4, max_length=2_000,
        help_text=_("It stands in the letter to them. It must not say who asks for the information"),
    )  # fmt: skip
    how = CardChoiceField(label=_("How they are informed"), layout="cards", choices=list(HOW.items()))
    informed_on = ThaiDateField(
        label=_("Day on which they are informed"), help_text=_("Of a letter, the day on which it reaches them"),
    )  # fmt: skip
    object_by = ThaiDateField(
        label=_("Last day to object"), required=False,
        help_text=_("Empty: the shortest time that the law gives, from the day on which they are informed"),
    )  # fmt: skip
    number = forms.CharField(
        label=_("Number of the letter"), max_length=60, required=False, widget=forms.TextInput(attrs={"class": "in-m"}),
        help_text=_("Empty: room is left for it"),
    )  # fmt: skip
    post = CardChoiceField(label=_("Signed by"), layout="pair", choices=Post.choices, initial=Post.HEAD.value)
    message = WordsField(
        label=_("Message to the citizen"), rows=4,
        help_text=_("To whoever asked for the information. It must not name the person concerned"),
    )  # fmt: skip
    sections = (
        Section(_("Person concerned"), ("name", "address", "about")),
        Section(_("When and how"), ("how", "informed_on", "object_by")),
        Section(_("Number and signature"), ("number", "post")),
        Section(_("Message to the citizen"), ("message",)),
    )

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not first:
            del self.fields["message"]


class ObjectionForm(VersionedForm):
    on = ThaiDateField(label=_("Day of the objection"), not_after=clock.today)
    words = WordsField(label=_("What they object to, and why"), rows=6, help_text=NOT_TOLD)


class AgreementForm(VersionedForm):
    on = ThaiDateField(label=_("Day on which they agreed"), not_after=clock.today)


class DecisionForm(VersionedForm):
    """Whether the office follows an objection, and why."""

    accepted = CardChoiceField(
        label=_("The office"), layout="pair",
        choices=[("yes", _("follows the objection: it is not disclosed")), ("no", _("does not follow it"))],
    )  # fmt: skip
    reason = WordsField(label=_("Reason for the decision"), rows=6, help_text=NOT_TOLD)
    on = ThaiDateField(label=_("Day of the decision"), not_after=clock.today)
    told_on = ThaiDateField(
        label=_("Day on which they were told of the decision"), not_after=clock.today, required=False,
        help_text=_("The time to appeal runs from then. Nothing is disclosed before it is over"),
    )  # fmt: skip


class AppealForm(VersionedForm):
    on = ThaiDateField(label=_("Day of the appeal"), not_after=clock.today)
    ruling = CardChoiceField(
        label=_("The tribunal decided"), layout="cards", choices=list(RULINGS.items()), required=False
    )
    ruled_on = ThaiDateField(label=_("Day of the tribunal's decision"), not_after=clock.today, required=False)
