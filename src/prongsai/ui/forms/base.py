"""The form of every staff screen: error summary, sections, fields with their own sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import Actor

Text = str | Promise

FILL_IN, CHOOSE = _("Fill in “%(label)s”"), _("Choose “%(label)s”")
CHOICES = "ui/forms/choices.html"


@dataclass(frozen=True)
class Section:
    """A part of a form with a heading of its own: the named fields, in this order."""

    title: Text
    fields: Sequence[str]
    text: Text = ""


@dataclass(frozen=True)
class Problem:
    """A line of the error summary; `target` is the id of the control to go to, empty when there is none."""

    message: str
    target: str = ""


class KitBoundField(BoundField):
    """A field of a form, with what the kit's template asks about it."""

    field: forms.Field

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or cast(forms.Widget, self.field.widget)
        attrs = super().build_widget_attrs(attrs, widget)
        if is_line(widget):
            attrs["class"] = " ".join(filter(None, ["in", widget.attrs.get("class"), attrs.get("class")]))
        if self.use_fieldset and not getattr(widget, "marks_invalid", False):
            attrs.pop(
                "aria-invalid", None
            )  # said of the group; a radio button is not right or wrong by itself
        return attrs

    @property
    def is_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_optional(self) -> bool:
        return not self.field.required and not self.is_checkbox and not self.field.disabled

    @property
    def target(self) -> str:
        """The id of the first control: where the error summary leads."""
        if isinstance(self.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return f"{self.auto_id}_0"  # Django names no control for a group
        return self.id_for_label or self.auto_id


def is_line(widget: forms.Widget) -> bool:
    """Whether the widget is a box that text or a choice stands in."""
    boxes = isinstance(widget, (forms.TextInput, forms.Textarea, forms.Select))
    lines = isinstance(widget, (forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput))
    return (boxes or lines) and not isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))


class KitRenderer(DjangoTemplates):
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = KitBoundField  # type: ignore[assignment]


class Form(forms.Form):
    """A form whose `{{ form }}` is complete: error summary, then every field, with the scripts that it needs.

    The page writes `<form method="post" enctype="multipart/form-data" novalidate>`, the token and the button.
    `actor` is who fills it in; a form with a FilesField needs it, since files are kept as soon as they arrive.
    """

    default_renderer = KitRenderer()  # type: ignore[assignment] (one for all forms: it keeps its templates)
    use_required_attribute = False  # the browser's own message would hide ours, in another language
    sections: Sequence[Section] = ()  # fields in no section come first
    refused: Text = _("Not saved yet")  # what the error summary says before the number of places

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.data = plain_lines(self.data)
        for field in self.fields.values():
            _dress(field)
            if hasattr(field, "actor"):
                field.actor = actor  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        super()._post_clean()
        for name, field in self.fields.items():
            if name in self.cleaned_data and hasattr(field, "clean_with"):
                field.clean_with(self, name)  # type: ignore[attr-defined]

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "parts": list(self.parts()),
            "problems": list(self.problems()) if self.is_bound else [],
            "keeps_files": self.is_multipart(),
            "scripts": self.scripts(),
        }

    def parts(self) -> Iterator[tuple[Section | None, list[BoundField]]]:
        """The visible fields by section; those that no section names come first, without a heading."""
        named = {name for section in self.sections for name in section.fields}
        loose = [field for field in self.visible_fields() if field.name not in named]
        if loose:
            yield None, loose
        for section in self.sections:
            fields = [self[name] for name in section.fields if name in self.fields]
            if fields:
                yield section, fields

    def problems(self) -> Iterator[Problem]:
        """Every error in the order of the page, those of no field first."""
        for message in self.errors.get(NON_FIELD_ERRORS, ()):
            yield Problem(str(message))
        shown = [field for _section, fields in self.parts() for field in fields]
        for field in [*shown, *self.hidden_fields()]:
            for message in field.errors:
                target = "" if field.is_hidden else field.target  # type: ignore[attr-defined]
                yield Problem(str(message), target)

    def scripts(self) -> list[str]:
        """Static files that make the fields better to use; each once."""
        wanted = [script for field in self.fields.values() for script in getattr(field.widget, "scripts", ())]
        return list(dict.fromkeys(wanted))


def plain_lines(data: Any) -> Any:
    """What was sent, each line ended by one sign: browsers count one and send two, and what fits there has to fit here."""
    if not isinstance(data, QueryDict):
        return data
    if not any("\r\n" in value for _name, values in data.lists() for value in values):
        return data
    plain = data.copy()
    for name, values in data.lists():
        plain.setlist(name, [value.replace("\r\n", "\n") for value in values])
    return plain


def _dress(field: forms.Field) -> None:
    """Give a plain Django field the kit's looks and its required sentence."""
    widget = cast(forms.Widget, field.widget)
    if type(widget) in {forms.RadioSelect, forms.CheckboxSelectMultiple}:
        widget.template_name = CHOICES  # type: ignore[attr-defined]
    if isinstance(widget, forms.Textarea) and str(widget.attrs.get("rows")) == "10":
        widget.attrs["rows"] = 4
    if field.error_messages["required"] is forms.Field.default_error_messages["required"]:
        chosen = isinstance(field, forms.ChoiceField)
        field.error_messages["required"] = _Named(CHOOSE if chosen else FILL_IN, field)  # type: ignore[assignment]


class _Named:
    """A sentence with the field's label in it, put together when it is shown."""

    def __init__(self, sentence: Promise, field: forms.Field) -> None:
        self.sentence, self.field = sentence, field

    def __str__(self) -> str:
        return str(self.sentence) % {"label": self.field.label or ""}
