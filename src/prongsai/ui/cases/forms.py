"""Forms of the acts on a case. Those of the workflow's table are made from what its row needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.cases import Transition
from prongsai.kernel.thai.personal import personal_data
from prongsai.ui.cases.desk import Category
from prongsai.ui.cases.words import CHANNELS, FOUND, TOPICS, kind_title
from prongsai.ui.forms import (
    CardChoiceField,
    FilesField,
    Form,
    PersonField,
    Section,
    ThaiDateField,
    UnitField,
)

LONGEST = 10_000
SAID_BY = ("phone", "walk_in", "letter", "leaders")
TOLD = _("It goes to the citizen on the channel of the case, and stands on the tracking page")
NOT_TOLD = _("Only staff see it")
ANOTHER_KIND = _(
    "Of another kind, the case gets a number of that kind, and the citizen is told; the old number finds it too"
)


class WordsField(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class VersionedForm(Form):
    """Remembers which version of the case the page showed, and since when: of two who act at once the second is told."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    since = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class ActForm(VersionedForm):
    """One row of the table. `row.needs` says what has to be filled in; a message and files may always go with it."""

    result = WordsField(
        label=_("Result"),
        help_text=_("What was done and what came of it. The citizen reads it as it stands here"),
    )
    found = CardChoiceField(
        label=_("What was claimed is"), choices=list(FOUND.items()), layout="cards", required=False,
        help_text=_("After the facts were looked into. It counts in the statistics, and the citizen does not see it"),
    )  # fmt: skip
    reason = WordsField(label=_("Reason"), rows=4, help_text=_("The citizen reads it as it stands here"))
    unit = UnitField(label=_("Unit that goes on with it"))
    message = WordsField(label=_("Message to the citizen"), help_text=TOLD)
    files = FilesField(  # type: ignore[assignment]
        label=_("Files"), required=False, max_files=10, help_text=_("Photographs of the work, papers")
    )
    answer = forms.IntegerField(
        widget=forms.HiddenInput, required=False
    )  # the standard answer that was chosen

    def __init__(self, *args: Any, row: Transition, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("result", "reason", "unit"):
            if name not in row.needs:
                del self.fields[name]
        if "result" not in row.needs and "found" not in row.needs:
            del self.fields["found"]
        else:
            self.fields["found"].required = "found" in row.needs
        if "message" not in row.needs:
            if row.needs & {"result", "reason"}:  # these are what the citizen is told
                del self.fields["message"]
            else:
                self.fields["message"].required = False
        if "unit" in self.fields:
            self.fields["unit"].initial = unit

    @property
    def said(self) -> dict[str, Any]:
        """What the service asks, files aside."""
        names = ("result", "found", "reason", "unit", "message")
        told = {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
        return {"version": self.cleaned_data["version"], **told}


class AssignForm(VersionedForm):
    unit = UnitField(label=_("Unit"), required=False)
    assignee = PersonField(
        label=_("Person"), required=False, help_text=_("Empty: whoever is free in the unit takes it")
    )
    reason = WordsField(label=_("Note to them"), rows=3, required=False, help_text=NOT_TOLD)

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].also(unit)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("unit") and not data.get("assignee") and not self.errors:
            self.add_error("unit", _("Choose a unit or a person"))
        return data


class HearForm(Form):
    """What the citizen said to an officer, by telephone or at the counter."""

    channel_kind = CardChoiceField(
        label=_("How it was said"), layout="pair", choices=[(key, CHANNELS[key]) for key in SAID_BY]
    )
    text = WordsField(
        label=_("What the citizen said"),
        rows=6,
        help_text=_("It stands in the conversation as the citizen's"),
    )
    files = FilesField(label=_("Files"), required=False, max_files=10)  # type: ignore[assignment]


class SayForm(Form):
    text = WordsField(label=_("Answer to the citizen"), rows=7, help_text=TOLD)
    files = FilesField(label=_("Files"), required=False, max_files=10)  # type: ignore[assignment]


class NoteForm(Form):
    text = WordsField(label=_("Note among the staff"), rows=5, help_text=NOT_TOLD)


class AttachForm(Form):
    files = FilesField(label=_("Files"), max_files=10)  # type: ignore[assignment]


class MergeForm(VersionedForm):
    into = forms.CharField(
        label=_("Number of the case that goes on"), max_length=24, help_text=_("Such as 69-0127"),
        widget=forms.TextInput(attrs={"class": "in-m", "autocomplete": "off"}),
    )  # fmt: skip
    reason = WordsField(label=_("Why they are one matter"), rows=3, max_length=1_000, help_text=NOT_TOLD)


class SplitForm(Form):
    title = forms.CharField(label=_("Matter of the part"), max_length=200)
    body = WordsField(label=_("What this part is about"), rows=5)
    unit = UnitField(label=_("Unit that takes the part"), required=False)


def by_kind(categories: list[Category]) -> list[tuple[str, Any]]:
    """Categories to choose from, under the titles of their kinds where they are of several."""
    kinds = list(dict.fromkeys(each.kind for each in categories))
    groups = [(kind_title(kind), [(c.key, c.title) for c in categories if c.kind == kind]) for kind in kinds]
    return list(groups) if len(groups) > 1 else [choice for _, choices in groups for choice in choices]


class FromMessageForm(Form):
    """A case of its own, out of what a citizen wrote into another one."""

    category = forms.ChoiceField(label=_("Category"))
    title = forms.CharField(label=_("Matter"), max_length=200)
    unit = UnitField(label=_("Unit that works on it"), required=False)

    def __init__(self, *args: Any, categories: list[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = {each.key: each for each in categories}
        self.fields["category"].choices = by_kind(categories)  # type: ignore[attr-defined]


class RecategoriseForm(VersionedForm):
    category = forms.ChoiceField(label=_("Category"))
    topic = forms.ChoiceField(
        label=_("Subject area"),
        help_text=_("The figures of the seven measures are counted by it. Empty: that of the category"),
        required=False,
    )

    def __init__(self, *args: Any, categories: list[Category], kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = {each.key: each for each in categories}
        self.fields["category"].choices = by_kind(categories)  # type: ignore[attr-defined]
        if {each.kind for each in categories} != {kind}:
            self.fields["category"].help_text = ANOTHER_KIND
        self.fields["topic"].choices = [("", "–"), *TOPICS.items()]  # type: ignore[attr-defined]


class CorrectForm(VersionedForm):
    """What the case says of itself and of who brought it."""

    title = forms.CharField(label=_("Matter"), max_length=200)
    body = WordsField(label=_("Details"), rows=6, required=False)
    received_on = ThaiDateField(label=_("Received on"), not_after=clock.today)
    contact_name = forms.CharField(label=_("Name"), max_length=200, required=False)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    place = forms.CharField(label=_("Place of the matter"), max_length=300, required=False)
    village = forms.CharField(
        label=_("Village number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"class": "in-s"}),
    )
    sections = (
        Section(_("Matter"), ("title", "body", "received_on")),
        Section(_("Who brought it"), ("contact_name", "contact_phone", "contact_email")),
        Section(_("Where it is"), ("place", "village")),
    )


class PublishForm(Form):
    """The title under which everybody sees the case: it must name nobody."""

    public_title = forms.CharField(
        label=_("Title for everybody"), max_length=200,
        help_text=_("What and where, such as ไฟฟ้าสาธารณะดับ หมู่ที่ 4. No name, number or house of a person"),
    )  # fmt: skip
    checked = forms.BooleanField(
        label=_("I have read it: it names nobody, and nobody can be recognised by it"),
        error_messages={"required": _("Read the title once more, then tick the box")},
    )

    def __init__(self, *args: Any, names: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [name for name in names if len(name) > 2]

    def clean_public_title(self) -> str:
        title = " ".join(self.cleaned_data["public_title"].split())
        found = [*personal_data(title), *(name for name in self.names if name in title)]
        if found:
            raise forms.ValidationError(
                _("“%(found)s” tells who somebody is. Take it out"), params={"found": ", ".join(found)}
            )
        return title


class ReasonForm(Form):
    reason = WordsField(
        label=_("Reason"), rows=3, max_length=300, help_text=_("It must not repeat what is erased")
    )


def person_of(member: Membership | None) -> str:
    """Name and position, as lists and pages say them."""
    return member.user.full_name if member else ""
