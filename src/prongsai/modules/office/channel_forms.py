"""What the screens of channels ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.channels.models import Channel, ChannelKind
from prongsai.foundation.channels.selectors import channels_open
from prongsai.modules.office.channel_words import KINDS
from prongsai.ui.forms import CardChoiceField, Form, PersonField, Section, ThaiDateField, UnitField

# The corruption channel is entered by its own page, when that opens.
OFFERED = [(kind, title) for kind, title in KINDS.items() if kind != ChannelKind.SEALED]
SECURITY = (
    ("tls", _("TLS from the start")),
    ("starttls", "STARTTLS"),
    ("none", _("None (inside the house only)")),
)
KEPT = _("Empty: what is kept stays. It is never shown again")
OF_SERVER = _("Empty: what is kept stays, as long as server, port, encryption and user name stay too")


class SecretField(forms.CharField):
    """Written once and never read: the field is always empty."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        kwargs.setdefault("help_text", KEPT)
        super().__init__(
            widget=forms.PasswordInput(attrs=attrs, render_value=False),
            required=False,
            max_length=600,
            strip=True,
            **kwargs,
        )


class EditForm(Form):
    name = forms.CharField(
        label=_("Name of the channel"),
        max_length=120,
        help_text=_("As people know it, such as LINE อบต.เมืองแก"),
    )
    address = forms.CharField(
        label=_("Address"), max_length=300, required=False,
        help_text=_("Number, e-mail, web address, LINE ID with @, or where the box hangs"),
    )  # fmt: skip
    unit = UnitField(label=_("Unit that looks after it"), required=False)
    owner = PersonField(label=_("Person who looks after it"), required=False)
    takes_complaints = forms.BooleanField(
        label=_("Takes complaints"), required=False, initial=True,
        help_text=_("Its open days count when the office says that nobody complained"),
    )  # fmt: skip
    is_listed = forms.BooleanField(
        label=_("Told to the public"), required=False, initial=True,
        help_text=_("Stands in the public list, with its open days and its outages"),
    )  # fmt: skip
    position = forms.IntegerField(
        label=_("Place in the list"), min_value=0, max_value=999, initial=0, required=False,
        widget=forms.NumberInput(attrs={"class": "in-s"}),
    )  # fmt: skip

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0


class SealedForm(EditForm):
    """Of the corruption channel, which takes reports and is told as long as it is open."""

    takes_complaints = None  # type: ignore[assignment]
    is_listed = None  # type: ignore[assignment]


class OpenForm(EditForm):
    kind = forms.ChoiceField(label=_("Kind of channel"), choices=[("", "–"), *OFFERED])  # pyright: ignore[reportArgumentType] (lazy words)
    opened_on = ThaiDateField(label=_("In use since"))
    field_order = [
        "kind",
        "name",
        "address",
        "opened_on",
        "unit",
        "owner",
        "takes_complaints",
        "is_listed",
        "position",
    ]


class AsideForm(Form):
    reason = forms.CharField(
        label=_("Why it is no matter for the office"),
        max_length=200,
        help_text=_("Such as: newsletter, notice of a bank. No names of people"),
    )
    of_sender = forms.BooleanField(
        label=_("Also what else waits of the same sender"), required=False, initial=False
    )


class CloseForm(Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Everybody can read it: names of people do not belong here"),
    )


class SignForm(Form):
    works = CardChoiceField(
        label=_("What did you find?"),
        choices=[("1", _("It works")), ("0", _("It does not work"))],
        coerce=lambda value: value == "1",
        layout="pair",
    )
    text = forms.CharField(
        label=_("What you looked at"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as: opened the box, two letters in it. Everybody can read it: no names of people"),
    )  # fmt: skip


class EmailForm(Form):
    """IMAP or the signed webhook for what comes in; the office's own mail server for what goes out, where there is one."""

    imap_host = forms.CharField(label=_("IMAP server"), max_length=200, required=False, help_text=_("Such as imap.example.go.th. Empty where mail is handed over by the webhook"))  # fmt: skip
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993, required=False, widget=forms.NumberInput(attrs={"class": "in-s"}))  # fmt: skip
    imap_security = forms.ChoiceField(label=_("Encryption"), choices=SECURITY)
    imap_user = forms.CharField(label=_("User name"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}))  # fmt: skip
    imap_password = SecretField(label=_("Password"), help_text=OF_SERVER)
    smtp_host = forms.CharField(label=_("SMTP server"), max_length=200, required=False, help_text=_("Empty: answers go out by the installation's mail server"))  # fmt: skip
    smtp_port = forms.IntegerField(label=_("Port of SMTP"), min_value=1, max_value=65535, initial=465, required=False, widget=forms.NumberInput(attrs={"class": "in-s"}))  # fmt: skip
    smtp_security = forms.ChoiceField(label=_("Encryption of SMTP"), choices=SECURITY)
    smtp_user = forms.CharField(label=_("User name for SMTP"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}))  # fmt: skip
    smtp_password = SecretField(label=_("Password for SMTP"), help_text=OF_SERVER)
    webhook_secret = SecretField(label=_("Secret of the webhook"))
    sections = (
        Section(_("Mail that comes in"), ("imap_host", "imap_port", "imap_security", "imap_user", "imap_password")),
        Section(_("Mail that goes out"), ("smtp_host", "smtp_port", "smtp_security", "smtp_user", "smtp_password")),
        Section(_("Handed over by a mail server"), ("webhook_secret",), _("Instead of IMAP: the mail server posts each mail, signed with this secret")),
    )  # fmt: skip


class LineForm(Form):
    channel_secret = SecretField(label="Channel secret")
    access_token = SecretField(label="Channel access token (long-lived)")


class FacebookForm(Form):
    page_id = forms.CharField(label="Page ID", max_length=60, help_text=_("The number of the page, from About, Page transparency"))  # fmt: skip
    page_token = SecretField(label="Page access token")
    app_secret = SecretField(label="App secret")
    verify_token = SecretField(
        label="Verify token", help_text=_("A word that you make up and enter at Facebook too")
    )


FORMS: dict[str, type[Form]] = {"email": EmailForm, "line": LineForm, "facebook": FacebookForm}


class LinkForm(Form):
    target = forms.ModelChoiceField(label=_("Leads to"), queryset=Channel.objects.none(), empty_label="–")

    def __init__(self, *args: Any, source: Channel | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["target"]
        field.queryset = channels_open().exclude(pk=source.pk if source else None)


class ProberForm(Form):
    name = forms.CharField(label=_("Where it runs"), max_length=120, help_text=_("Such as: computer of the district office"))  # fmt: skip
