"""What the office's screens ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts.builtin import builtin_roles
from prongsai.foundation.accounts.models import ActingMode, Post, Role
from prongsai.foundation.accounts.permissions import EVERYBODY, permissions
from prongsai.foundation.accounts.selectors import roles
from prongsai.foundation.organizations.models import OrganizationKind
from prongsai.ui.forms import (
    CardChoiceField,
    Described,
    FilesField,
    Form,
    PersonField,
    Section,
    ThaiDateField,
    UnitField,
)

NO_POST = ("", _("Neither"))


class RolesField(forms.MultipleChoiceField):
    """The roles of the organization in scope, each with what it is for. Cleaned value: a list of keys."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Roles"))
        super().__init__(choices=_role_choices, widget=forms.CheckboxSelectMultiple, **kwargs)


def _role_choices() -> Iterable[tuple[str, str]]:
    return [
        (role.key, f"{role.name}: {role.description}" if role.description else role.name) for role in roles()
    ]


class PlaceForm(Form):
    """Where somebody stands in the office."""

    position = forms.CharField(
        label=_("Position"), max_length=200, help_text=_("As it is printed under a signature")
    )
    unit = UnitField(required=False)
    roles = RolesField(help_text=_("One person may hold several"))
    post = CardChoiceField(
        label=_("Signs as"),
        choices=[NO_POST, *Post.choices],
        required=False,
        initial="",
        layout="pair",
        help_text=_("The two posts that sign for the office; each has one holder"),
    )


class InviteForm(PlaceForm):
    full_name = forms.CharField(
        label=_("Name and surname"), max_length=200, help_text=_("With the title in front: นาง, นางสาว, นาย")
    )
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput,
        help_text=_("The link is mailed there. Without it you hand the link over yourself"),
    )  # fmt: skip
    field_order = ["full_name", "position", "unit", "email", "roles", "post"]


class HireForm(InviteForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=100,
        help_text=_("Latin letters and digits, such as somsri"),
        widget=forms.TextInput(attrs={"autocapitalize": "none"}),
    )
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput)
    field_order = ["full_name", "username", "position", "unit", "email", "roles", "post"]


class MemberForm(PlaceForm):
    full_name = forms.CharField(label=_("Name and surname"), max_length=200)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput)
    sections = (
        Section(_("Place in the office"), ("position", "unit", "roles", "post")),
        Section(_("Person"), ("full_name", "email")),
    )


class RoleForm(Form):
    name = forms.CharField(label=_("Name of the role"), max_length=100)
    description = forms.CharField(label=_("What it is for"), max_length=300, required=False)
    permissions = forms.MultipleChoiceField(
        label=_("Its holders may"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, role: Role | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {key: each.title for key, each in permissions().items() if key not in EVERYBODY}
        held = role.permissions if role else []
        kept = {
            key: key for key in held if key not in known and key not in EVERYBODY
        }  # of a module that is gone
        field: Any = self.fields["permissions"]
        field.choices = [*known.items(), *kept.items()]


class ActingForm(Form):
    post = CardChoiceField(label=_("In whose stead"), choices=Post.choices, layout="pair")
    member = PersonField(label=_("Who acts"))
    mode = CardChoiceField(
        label=_("How"),
        choices=[
            (
                ActingMode.ACTING,
                Described(ActingMode.ACTING.label, _("The post is vacant or its holder away")),
            ),
            (
                ActingMode.DELEGATED,
                Described(ActingMode.DELEGATED.label, _("The holder has delegated by order")),
            ),
        ],
    )
    rank = forms.IntegerField(
        label=_("Rank"), min_value=1, max_value=20, initial=1, widget=forms.NumberInput(attrs={"class": "in-s"}),
        help_text=_("Of several who may act, the first who is there signs"),
    )  # fmt: skip
    order_number = forms.CharField(
        label=_("Number of the order"), max_length=100, help_text=_("Such as ที่ 123/2568")
    )
    starts_on = ThaiDateField(label=_("From"))
    ends_on = ThaiDateField(label=_("Until"), required=False, help_text=_("Empty: until it is ended here"))
    file = FilesField(label=_("The order, scanned"), max_files=1, required=False)


class EndActingForm(Form):
    on = ThaiDateField(label=_("Last day"))


class AbsenceForm(Form):
    member = PersonField(label=_("Who is away"))
    starts_on = ThaiDateField(label=_("From"))
    ends_on = ThaiDateField(label=_("Until"), help_text=_("Both days are included"))


class WitnessForm(Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_(
            "An office or person outside: the auditor general, the governor's office, a newspaper, a citizens' group"
        ),
    )
    email = forms.CharField(label=_("E-mail"), max_length=254, widget=forms.EmailInput)


class ReportForm(Form):
    """Last year's report, as it lies on somebody's desk."""

    report = forms.FileField(
        label=_("Last year's report"),
        help_text=_("Word, Excel, PDF with text, web page, CSV or plain text, up to 20 MB"),
        widget=forms.FileInput(attrs={"accept": ".docx,.xlsx,.pdf,.html,.htm,.csv,.txt", "class": "in"}),
    )


class OfficeForm(Form):
    kind = forms.ChoiceField(label=_("Kind of office"), choices=OrganizationKind.choices)
    name = forms.CharField(
        label=_("Name of the office"),
        max_length=200,
        help_text=_("Only the place's own name, or the full name"),
    )
    district = forms.CharField(label=_("District"), max_length=100)
    province = forms.CharField(label=_("Province"), max_length=100)
    key = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{1,59}$",
        label=_("Short name in the web address"),
        help_text=_("Latin letters and digits, such as muangkae. It cannot be changed later"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "lang": "en"}),
        error_messages={"invalid": _("Use only a-z, 0-9 and -, such as muangkae")},
    )


class UnitsForm(Form):
    units = forms.CharField(
        label=_("Units, one on each line"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Such as สำนักปลัด, กองคลัง. They can be changed at any time"),
    )

    def clean_units(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["units"].splitlines()]
        units = list(dict.fromkeys(line for line in lines if line))
        if not units:
            raise forms.ValidationError(_("Write at least one unit"))
        if len(units) > 60 or any(len(unit) > 200 for unit in units):
            raise forms.ValidationError(_("At most 60 units, each of at most 200 letters"))
        return units


class AdministratorForm(Form):
    full_name = forms.CharField(
        label=_("Name and surname"),
        max_length=200,
        help_text=_("With the title in front: นาง, นางสาว, นาย"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    position = forms.CharField(label=_("Position"), max_length=200)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    username = forms.CharField(
        label=_("User name"),
        max_length=100,
        help_text=_("Latin letters and digits, such as somsri"),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "username", "spellcheck": "false"}
        ),
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        help_text=_(
            "At least 12 letters, digits or signs. Three words that come to mind are easy to remember"
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"), widget=forms.CheckboxSelectMultiple, help_text=_("More can be given later")
    )

    def __init__(self, *args: Any, units: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.choices = [("", "–"), *((name, name) for name in units)]
        roles: Any = self.fields["roles"]
        roles.choices = [
            (key, f"{role['name']}: {role['description']}") for key, role in builtin_roles().items()
        ]
