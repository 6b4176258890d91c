"""Forms of the acts on a case. Those of the workflow's table are made from what its row needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.casework.hands import all_hands
from prongsai.foundation.casework.services import Concerned
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.cases import WITHDRAW, Transition
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.personal import personal_data
from prongsai.ui.cases.desk import Category
from prongsai.ui.cases.words import CHANNELS, CHECKED, FOUND, TOPICS, kind_title
from prongsai.ui.forms import (
    CardChoiceField,
    FilesField,
    Form,
    PersonField,
    PointField,
    Section,
    ThaiDateField,
    UnitField,
)

LONGEST = 10_000
SAID_BY = ("phone", "walk_in", "letter", "leaders")
TOLD = _("It goes to the citizen on the channel of the case, and stands on the tracking page")
FILES_TOLD = _(
    "They go with what is written to the citizen: by mail up to 10 MB in all. What is larger, and files of an answer "
    "by LINE or Facebook, the citizen opens on the tracking page"
)
PHONE_DIGITS = 9  # of a number in Thailand, or more
SHORT_PHONE = _("A telephone number has at least nine digits. Ask once more, or leave it empty")
NOT_TOLD = _("Only staff see it")
URGENT = _(
    "It stands first among what is due on the same day, with a mark in the list, on the board and in my work"
)
OWN_WORDS = _(
    "What the citizen wrote themselves stays as it is. What there is to say about it is a note among the staff"
)
CONCERNED = ("concerned_unit", "concerned_member")
KEPT_FROM = _(
    "Whom a complaint is about sees nothing of it and is not given it; of a unit, all its people but those who take in "
    "or manage such cases"
)
ANOTHER_KIND = _(
    "Of another kind, the case gets a number of that kind, and the citizen is told; the old number finds it too"
)


class WordsField(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def without_concerned(form: forms.BaseForm) -> None:
    """Ask not whom it is about: only complaints about the office are about a unit or a person."""
    for name in CONCERNED:
        del form.fields[name]


def concerned_in(form: forms.BaseForm) -> Concerned | None:
    """Whom the form says the case is about; None where that was not asked, or is as it was."""
    if not set(form.changed_data) & set(CONCERNED):
        return None
    unit, member = (form.cleaned_data.get(name) for name in CONCERNED)
    return Concerned(unit, member)


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
        label=_("Files"), required=False, max_files=10, help_text=FILES_TOLD
    )
    answer = forms.IntegerField(
        widget=forms.HiddenInput, required=False
    )  # the standard answer that was chosen

    def __init__(
        self, *args: Any, row: Transition, unit: Unit | None = None, tells: bool = True, **kwargs: Any
    ) -> None:
        """`tells`: the row ends the case, and its reason is what the citizen is told."""
        super().__init__(*args, **kwargs)
        for name in ("result", "reason", "unit"):
            if name not in row.needs:
                del self.fields[name]
        if "result" not in row.needs and "found" not in row.needs:
            del self.fields["found"]
        else:
            self.fields["found"].required = "found" in row.needs
        if "reason" in row.needs and not tells:
            self.fields["reason"].help_text = NOT_TOLD
        if row.act == WITHDRAW:
            self.fields["reason"].label = _("How and when the citizen asked for it")
            self.fields["reason"].error_messages["required"] = _("Say how and when the citizen asked for it")
        if "message" not in row.needs:
            if tells and row.needs & {"result", "reason"}:  # these are what the citizen is told
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


class ConcernedUnitField(UnitField):
    """The unit that a complaint is about."""

    def __init__(self) -> None:
        super().__init__(label=_("Unit that the complaint is about"), required=False, help_text=KEPT_FROM)


class ConcernedMemberField(PersonField):
    """The person whom a complaint is about."""

    def __init__(self) -> None:
        super().__init__(label=_("Person whom the complaint is about"), required=False)


class AssignForm(VersionedForm):
    unit = UnitField(label=_("Unit"), required=False)
    assignee = PersonField(
        label=_("Person"), required=False, help_text=_("Empty: whoever is free in the unit takes it")
    )
    reason = WordsField(label=_("Note to them"), rows=3, required=False, help_text=NOT_TOLD)
    concerned_unit = ConcernedUnitField()
    concerned_member = ConcernedMemberField()

    def __init__(
        self,
        *args: Any,
        unit: Unit | None = None,
        kinds: Sequence[str] = (),
        kept: bool = False,
        **kwargs: Any,
    ) -> None:
        """`unit`: the one that has it; `kinds`: of the cases that are given, so that only who can work on them is offered."""
        super().__init__(*args, **kwargs)
        self.before = unit
        self.fields["unit"].also(unit)  # type: ignore[attr-defined]
        self.fields["assignee"].only(all_hands().members(kinds))  # type: ignore[attr-defined]
        if not kept:
            without_concerned(self)

    def clean(self) -> dict[str, Any]:
        """Of who chose a person alone, the unit that stood there before was not chosen: the person's own gets the case."""
        data = super().clean() or self.cleaned_data
        person = data.get("assignee")
        if person and person.unit and "assignee" in self.changed_data and data.get("unit") == self.before:
            data["unit"] = None
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


class ClosingForm(VersionedForm):
    """What the citizen said of the result, to an officer or on paper."""

    channel_kind = CardChoiceField(
        label=_("How it was said"),
        layout="cards",
        choices=[(key, CHANNELS[key]) for key in (*SAID_BY, "box")],
    )
    satisfied = CardChoiceField(
        label=_("The citizen says"), layout="pair",
        choices=[("yes", _("content with it")), ("no", _("not content with it"))],
    )  # fmt: skip
    note = WordsField(
        label=_("Why, in the citizen's words"), rows=4, max_length=2_000, required=False,
        help_text=_("It stands in the conversation as the citizen's"),
    )  # fmt: skip


class NewCodeForm(VersionedForm):
    """How the officer made sure who asks for a new tracking code, and why there is need of one."""

    checked = CardChoiceField(
        label=_("How you made sure who asks"), layout="pair", choices=list(CHECKED.items()),
        help_text=_("Whoever has the code reads the whole conversation and writes in the citizen's name"),
    )  # fmt: skip
    reason = WordsField(
        label=_("Why a new code is needed"), rows=3, max_length=1_000, help_text=NOT_TOLD,
    )  # fmt: skip

    def __init__(self, *args: Any, ways: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["checked"].choices = [(way, CHECKED[way]) for way in ways]  # type: ignore[attr-defined]


class SayForm(VersionedForm):
    text = WordsField(label=_("Answer to the citizen"), rows=7, help_text=TOLD)
    files = FilesField(label=_("Files"), required=False, max_files=10, help_text=FILES_TOLD)  # type: ignore[assignment]


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
    looked_at = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the case that was shown before


class UnmergeForm(VersionedForm):
    reason = WordsField(label=_("Why they are not one matter"), rows=3, max_length=1_000, help_text=NOT_TOLD)


class SplitForm(Form):
    title = forms.CharField(label=_("Matter of the part"), max_length=200)
    body = WordsField(label=_("What this part is about"), rows=5)
    category = forms.ChoiceField(label=_("Category"))
    unit = UnitField(
        label=_("Unit that takes the part"), required=False,
        help_text=_("Empty: where the office's rules lead a case of this category"),
    )  # fmt: skip

    def __init__(self, *args: Any, categories: list[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = {each.key: each for each in categories}
        self.fields["category"].choices = by_kind(categories)  # type: ignore[attr-defined]


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
    reason = WordsField(
        label=_("Why it belongs elsewhere"), rows=3, max_length=1_000, required=False,
        help_text=_("Needed where its kind or subject area changes: it is counted there, and here no longer. Only staff see it"),
    )  # fmt: skip

    def __init__(self, *args: Any, categories: list[Category], kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = {each.key: each for each in categories}
        self.fields["category"].choices = by_kind(categories)  # type: ignore[attr-defined]
        if {each.kind for each in categories} != {kind}:
            self.fields["category"].help_text = ANOTHER_KIND
        if not registry().case_kinds[kind].kept_to_unit:
            del self.fields["reason"]
        self.fields["topic"].choices = [("", "–"), *TOPICS.items()]  # type: ignore[attr-defined]


def refuse_short_phone(form: Form) -> None:
    """A telephone number that lacks digits is told while whoever gave it may still be asked."""
    phone = form.cleaned_data.get("contact_phone", "")
    if phone and "contact_phone" in form.changed_data and sum(map(str.isdecimal, phone)) < PHONE_DIGITS:
        form.add_error("contact_phone", SHORT_PHONE)


class CorrectForm(VersionedForm):
    """What the case says of itself and of who brought it."""

    title = forms.CharField(label=_("Matter"), max_length=200)
    body = WordsField(label=_("Details"), rows=6, required=False)
    received_on = ThaiDateField(label=_("Received on"), not_after=clock.today)
    reason = forms.CharField(
        label=_("Why the day of receipt is another one"), max_length=1_000, required=False,
        help_text=_("Only when you change the day: deadlines and figures go by it"),
    )  # fmt: skip
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False, help_text=URGENT)
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
    point = PointField(label=_("Point on the map"))
    concerned_unit = ConcernedUnitField()
    concerned_member = ConcernedMemberField()
    sections = (
        Section(_("Matter"), ("title", "body", "received_on", "reason", "is_urgent")),
        Section(_("Whom it is about"), CONCERNED),
        Section(_("Who brought it"), ("contact_name", "contact_phone", "contact_email")),
        Section(_("Where it is"), ("place", "village", "point")),
    )

    def __init__(
        self, *args: Any, own_words: bool = False, kept: bool = False, redates: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not redates:
            del self.fields["received_on"], self.fields["reason"]
        if own_words:
            del self.fields["body"]
            self.fields["title"].help_text = OWN_WORDS
        if not kept:
            without_concerned(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        refuse_short_phone(self)
        return data


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
        self.names = names

    def clean_public_title(self) -> str:
        title = " ".join(self.cleaned_data["public_title"].split())
        found = [*personal_data(title), *(name for name in self.names if name in title)]
        if found:
            raise forms.ValidationError(
                _("“%(found)s” tells who somebody is. Take it out"), params={"found": ", ".join(found)}
            )
        return title


class EraseForm(Form):
    """Why a case's personal data are erased, and whether those of the cases that belong to it go with them."""

    reason = WordsField(
        label=_("Reason"), rows=3, max_length=300, help_text=_("It must not repeat what is erased")
    )
    together = forms.BooleanField(
        label=_("Erase the closed ones of the cases that belong to it with it"), required=False
    )

    def __init__(self, *args: Any, with_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_others:
            del self.fields["together"]
