"""Choosing: rows and cards, units, people, and who may see something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Visibility
from prongsai.kernel.thai.personal import personal_data
from prongsai.ui.forms.base import CHOICES, Text

NOT_OFFERED = _("Choose one from the list")
SHOWN, NOT_SHOWN = _("Shown on the public pages of the office"), _("Not shown on the public pages")


@dataclass(frozen=True)
class Described:
    """The label of a choice with a line that explains it: `choices=[("post", Described("ไปรษณีย์", "ภายใน 3 วัน"))]`."""

    title: Text
    text: Text = ""

    def __str__(self) -> str:
        return str(self.title)


class CardSelect(forms.RadioSelect):
    """Rows of 48 px, or cards side by side: `layout` is "" (rows), "pair" or "cards"."""

    template_name = CHOICES

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = (), layout: str = "") -> None:
        super().__init__(attrs, choices)
        self.layout = layout

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["layout"] = self.layout
        return context

    def create_option(
        self, name: str, value: Any, label: Any, selected: bool, index: int, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        option = super().create_option(name, value, label, selected, index, *args, **kwargs)
        return {**option, "text": label.text if isinstance(label, Described) else ""}


class CardChoiceField(forms.TypedChoiceField):
    """One of a few, all of them in sight. Nothing is chosen beforehand unless `initial` says so."""

    default_error_messages = {"invalid_choice": NOT_OFFERED}

    def __init__(self, *, layout: str = "", **kwargs: Any) -> None:
        super().__init__(widget=CardSelect(layout=layout), **kwargs)


class VisibilityField(CardChoiceField):
    """Public or internal, as a choice of its own: nothing is chosen beforehand. Cleaned value: kernel `Visibility`.

    `checks` names fields of the same form whose text is searched for identity and telephone numbers when the choice
    is public.
    """

    default_error_messages = {
        "required": _("Choose who may see it"),
        "personal": _("“%(found)s” in “%(label)s” looks personal. Take it out, or let staff only see it"),
    }

    def __init__(
        self,
        *,
        checks: Iterable[str] = (),
        public_text: Text = SHOWN,
        internal_text: Text = NOT_SHOWN,
        **kwargs: Any,
    ) -> None:
        self.checks = tuple(checks)
        kwargs.setdefault("label", _("Who may see it"))
        choices = [
            (Visibility.PUBLIC.value, Described(_("Everybody"), public_text)),
            (Visibility.INTERNAL.value, Described(_("Staff only"), internal_text)),
        ]
        super().__init__(choices=choices, coerce=Visibility, empty_value=None, **kwargs)

    def clean_with(self, form: forms.Form, name: str) -> None:
        """What the choice means for the other fields, once all are read."""
        if form.cleaned_data.get(name) != Visibility.PUBLIC:
            return
        for other in self.checks:
            found = personal_data(str(form.cleaned_data.get(other) or ""))
            if found:
                words = {"found": ", ".join(found), "label": form.fields[other].label or other}
                form.add_error(other, str(self.error_messages["personal"]) % words)


class PickerSelect(forms.Select):
    """A list that a script makes searchable when it is long."""

    scripts = ("ui/pickers.js",)

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-picker": True, **(attrs or {})}, choices)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-none"] = gettext("Nothing is called like that")
        context["widget"]["attrs"]["data-found"] = gettext("found")
        return context


class UnitField(forms.ModelChoiceField):
    """A unit of the organization in scope. Cleaned value: `Unit` or None."""

    widget = PickerSelect
    default_error_messages = {"invalid_choice": NOT_OFFERED}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Unit"))
        kwargs.setdefault("empty_label", "–")
        super().__init__(queryset=Unit.objects.filter(is_active=True), **kwargs)

    def also(self, unit: Unit | None) -> None:
        """Offer this one too, though it is in use no more: what stands there must be able to stay."""
        if unit is not None:
            self.queryset = Unit.objects.filter(is_active=True) | Unit.objects.filter(pk=unit.pk)


class RowsSelectMultiple(forms.CheckboxSelectMultiple):
    template_name = CHOICES

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["layout"] = "pair"
        return context


class UnitsField(forms.ModelMultipleChoiceField):
    """Several units of the organization in scope, as rows to tick. Cleaned value: a queryset of `Unit`."""

    widget = RowsSelectMultiple
    default_error_messages = {"required": _("Choose at least one unit"), "invalid_choice": NOT_OFFERED}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Units"))
        super().__init__(queryset=Unit.objects.filter(is_active=True), **kwargs)


class PersonField(forms.ModelChoiceField):
    """Somebody who works in the organization in scope. Cleaned value: `Membership` or None."""

    widget = PickerSelect
    default_error_messages = {"required": _("Choose a person"), "invalid_choice": NOT_OFFERED}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Person"))
        kwargs.setdefault("empty_label", "–")
        people = Membership.objects.filter(is_active=True, user__is_active=True)
        super().__init__(
            queryset=people.select_related("user", "unit").order_by("user__full_name", "id"), **kwargs
        )

    def only(self, members: Iterable[int]) -> None:
        """Offer no others than these, by the ids of their memberships."""
        self.queryset = self.queryset.filter(pk__in=sorted(members))

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.user.full_name} {obj.position}".strip()
