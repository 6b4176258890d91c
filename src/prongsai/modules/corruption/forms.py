"""What is asked, on the public pages and in the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts.models import Membership, User
from prongsai.modules.corruption.choices import FOUND, LONGEST, LONGEST_MESSAGE
from prongsai.ui.forms import CardChoiceField, Described, Form, PersonField
from prongsai.ui.forms.choosing import RowsSelectMultiple

# Nothing that is typed is kept by the browser, and nothing is sent to a spelling service.
UNKEPT = {
    "autocomplete": "off",
    "spellcheck": "false",
    "autocapitalize": "off",
    "writingsuggestions": "false",
}
TOO_LONG = _("Too long: at most %(limit_value)s letters, here are %(show_value)s")


def _words(name: str, label: Any, *, rows: int = 0, required: bool = False, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={**UNKEPT, "rows": rows}) if rows else forms.TextInput(attrs=UNKEPT)
    field = forms.CharField(
        label=label, required=required, max_length=LONGEST[name], widget=widget, strip=True, **kwargs
    )
    field.error_messages["max_length"] = TOO_LONG
    field.widget.attrs.pop("maxlength", None)  # the browser would cut what is pasted without a word
    return field


class PublicForm(Form):
    refused = _("Not yet.")


class ConcernedForm(PublicForm):
    concerned = forms.MultipleChoiceField(
        label=_("Tick all that fit. If you do not know, tick nothing"),
        required=False,
        widget=RowsSelectMultiple,
    )
    names = _words(
        "names",
        _("Names, if you know them"),
        rows=2,
        help_text=_("One after the other, with the position if you know it"),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["concerned"].choices = choices  # type: ignore[attr-defined]


class ReadersForm(PublicForm):
    readers = forms.MultipleChoiceField(
        label=_("Take the tick away from whoever shall not read it"),
        widget=RowsSelectMultiple,
        error_messages={"required": _("Leave the tick at one at least, or nobody can read it")},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["readers"].choices = choices  # type: ignore[attr-defined]


class WhatForm(PublicForm):
    what = _words(
        "what",
        _("Tell it in your own words"),
        rows=10,
        required=True,
        help_text=_(
            "Who did what, how often, how you know of it. Leave out what only you can know, if you want to stay unknown"
        ),
    )


class WhenForm(PublicForm):
    when = _words("when", _("When"), help_text=_("A day, a month, or since when"))
    where = _words("where", _("Where"))


class EvidenceForm(PublicForm):
    evidence = _words(
        "evidence",
        _("Papers, pictures, or people who know of it"),
        rows=4,
        help_text=_("Pictures and papers can be added on the last page"),
    )


class ContactForm(PublicForm):
    known = CardChoiceField(
        label=_("Choose one"),
        choices=[
            ("no", Described(_("Stay unknown"), _("You get a code with which you read the answer here"))),
            ("yes", Described(_("Say how to reach me"), _("Only those who may read the report see it"))),
        ],
        initial="no",
    )
    contact = _words(
        "contact",
        _("Name, telephone, or another way"),
        rows=2,
        help_text=_("Only when you chose to be reached"),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("known") == "yes" and not cleaned.get("contact") and "contact" not in self.errors:
            self.add_error("contact", gettext("Write how you can be reached, or choose to stay unknown"))
        return cleaned


class AskForm(PublicForm):
    """Whether those are meant whose name or post was typed: one pair of choices for each."""

    def __init__(self, *args: Any, asked: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, title in asked:
            self.fields[self.name_of(key)] = CardChoiceField(
                label=gettext("Is the report about %(who)s?") % {"who": title},
                choices=[("no", _("No, only mentioned")), ("yes", _("Yes, or perhaps"))],
                layout="pair",
            )
            self.fields[self.name_of(key)].error_messages["required"] = gettext("Choose one for each")

    @staticmethod
    def name_of(key: str) -> str:
        return f"about-{key.replace(':', '-')}"


class SendForm(PublicForm):
    """The last page. Files are read by the view: they are never written to the disk."""


class HumanForm(PublicForm):
    answer = forms.CharField(
        label=_("Answer with a number"),
        max_length=20,
        widget=forms.TextInput(attrs={**UNKEPT, "inputmode": "numeric", "class": "in-s"}),
    )


class CodeForm(PublicForm):
    code = forms.CharField(
        label=_("Your code, 16 digits"),
        max_length=60,
        widget=forms.TextInput(attrs={**UNKEPT, "inputmode": "numeric", "class": "code-in"}),
        help_text=_("With or without spaces"),
    )


class ReplyForm(PublicForm):
    text = forms.CharField(
        label=_("Write to those who read your report"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={**UNKEPT, "rows": 5}),
    )


class CollectForm(PublicForm):
    secret = forms.CharField(
        label=_("Secret for fetching"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It stands in the private key file under “collect”"),
    )
    part = forms.IntegerField(
        label=_("Part of the file"),
        required=False,
        min_value=1,
        max_value=99_999,
        initial=1,
        help_text=_(
            "The name of the file says how many parts there are. Fetch them all, each time: what came in addition may lie in any of them"
        ),
    )
    refs = forms.CharField(
        label=_("References of reports that you have taken over"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={**UNKEPT, "rows": 4}),
        help_text=_("One in each line. Leave it empty to fetch the file"),
    )


# --- workspace ---------------------------------------------------------------------------------------------


class PassphraseForm(Form):
    passphrase = forms.CharField(
        label=_("Passphrase of the sealed inbox"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class NewPassphrase(Form):
    """A passphrase typed twice, of its own: not the one for signing in."""

    passphrase = forms.CharField(
        label=_("New passphrase of the sealed inbox"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "At least 12 signs, and not your password for signing in. Four or five words that do not belong together are good"
        ),
    )
    again = forms.CharField(
        label=_("The passphrase again"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        first, again = cleaned.get("passphrase"), cleaned.get("again")
        if first and again and first != again:
            self.add_error("again", gettext("The two are not the same"))
        if first:
            try:
                validate_password(first, self.user)
            except forms.ValidationError as error:
                self.add_error("passphrase", error)
            if self.user is not None and self.user.check_password(first):
                self.add_error(
                    "passphrase",
                    gettext("Take another one than for signing in: whoever learns one shall not have both"),
                )
        return cleaned


class MakeKeyForm(NewPassphrase):
    former = forms.CharField(
        label=_("Passphrase or recovery key of your present key"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Whoever has lost both asks the manager of the channel to end their task and to name them again"
        ),
    )
    anew = forms.BooleanField(
        label=_("What was sealed to my former key may become unreadable to me"),
    )
    field_order = ["former", "passphrase", "again", "anew"]

    def __init__(self, *args: Any, has_key: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_key:
            del self.fields["former"], self.fields["anew"]


class ConfirmKeyForm(Form):
    recovery = forms.CharField(
        label=_("Recovery key, from the paper"),
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        help_text=_("28 signs in seven groups. Small letters and missing hyphens do not matter"),
    )


class RecoverForm(NewPassphrase, ConfirmKeyForm):
    field_order = ["recovery", "passphrase", "again"]


class TextForm(Form):
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_MESSAGE, widget=forms.Textarea(attrs={**UNKEPT, "rows": 6})
    )


LABELS = {
    "message": _("Message to the reporter"),
    "reason": _("Reason"),
    "result": _("Result of the fact-finding"),
    "members": _("Members of the committee"),
}
HELP = {
    "message": _("The reporter reads it with their code. It is sealed"),
    "members": _(
        "Names and positions, one in each line. Whoever has a key can be given the report afterwards"
    ),
}


class ActForm(Form):
    """What an act of the table needs."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("members", "found", "result", "reason", "message"):
            if name not in needs:
                continue
            if name == "found":
                self.fields[name] = CardChoiceField(label=_("What was found"), choices=list(FOUND))
            else:
                widget = forms.Textarea(attrs={**UNKEPT, "rows": 4})
                self.fields[name] = forms.CharField(
                    label=LABELS[name],
                    max_length=LONGEST_MESSAGE,
                    widget=widget,
                    help_text=HELP.get(name, ""),
                )


class ShareForm(Form):
    holders = forms.MultipleChoiceField(label=_("Who may read it from now on"), widget=RowsSelectMultiple)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holders"].choices = choices  # type: ignore[attr-defined]


class HolderForm(Form):
    member = PersonField(label=_("Person"))
    receives = CardChoiceField(
        label=_("What for"),
        choices=[
            (
                "yes",
                Described(
                    _("Receives new reports"), _("Every report that does not concern them is sealed to them")
                ),
            ),
            ("no", Described(_("Member of committees"), _("Reads only what a recipient shares with them"))),
        ],
    )
    under_clerk = CardChoiceField(
        label=_("To whom they answer"),
        choices=[
            ("yes", Described(_("To the clerk"), _("Reads no report about the clerk"))),
            ("no", Described(_("To the head alone"), _("A deputy of the head, or the internal auditor"))),
        ],
    )

    def __init__(self, *args: Any, able: Sequence[Membership] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["member"]
        field.queryset = field.queryset.filter(pk__in=[member.pk for member in able])


class OutsideForm(Form):
    name = forms.CharField(
        label=_("Name of the authority"),
        max_length=200,
        help_text=_("Such as the provincial office of the NACC, or the district office. Reporters read it"),
    )
    note = forms.CharField(
        label=_("How to reach it"),
        max_length=300,
        required=False,
        help_text=_("Telephone, address. Reporters read it"),
    )
    public = forms.CharField(
        label=_("Public key"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("The whole text of the public key file that the authority made"),
    )


class DaysForm(Form):
    answer = forms.IntegerField(label=_("Working days for the first answer"), min_value=1, max_value=365)
    finding = forms.IntegerField(
        label=_("Working days for looking into the facts"), min_value=1, max_value=365
    )
    committee = forms.IntegerField(label=_("Working days for a committee"), min_value=1, max_value=365)
