"""What the staff's screens of complaints ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.accounts.models import Post
from prongsai.foundation.casework.hands import all_hands
from prongsai.foundation.casework.models import Case
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.kernel.writing import says_something
from prongsai.modules.complaints.choices import KINDS
from prongsai.modules.complaints.selectors.forwarding import agencies
from prongsai.modules.complaints.selectors.unshown import LONGEST
from prongsai.modules.complaints.services.publishing import title_field, why_not
from prongsai.modules.complaints.services.rules import LONGEST_WORD, MOST_WORDS
from prongsai.ui.cases.forms import (
    CONCERNED,
    URGENT,
    ConcernedMemberField,
    ConcernedUnitField,
    VersionedForm,
    WordsField,
    refuse_short_phone,
)
from prongsai.ui.cases.words import CHANNELS, PHASES, state_title
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

# How what is typed in by hand may have come, the commonest first.
BY_HAND = ("phone", "walk_in", "letter", "box", "leaders", "hotline", "line", "facebook", "email")
Choices = Sequence[tuple[str, Any]]


class IntakeForm(Form):
    """A case that came by paper, telephone, at the counter, or was passed on by another office."""

    channel_kind = CardChoiceField(
        label=_("How it came"), layout="cards", choices=[(key, CHANNELS[key]) for key in BY_HAND]
    )
    received_on = ThaiDateField(
        label=_("Received on"), not_after=clock.today, initial=clock.today,
        help_text=_("The day on which it reached the office. The days run from then, also when it is typed in later"),
    )  # fmt: skip
    received_number = forms.CharField(
        label=_("Number in the register of papers"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"class": "in-m"}),
    )  # fmt: skip
    sent_by = forms.CharField(
        label=_("Passed on by"), max_length=200, required=False,
        help_text=_("The office that passed it on, such as 1111 or ศูนย์ดำรงธรรมจังหวัด"),
        widget=forms.TextInput(attrs={"list": "senders"}),
    )  # fmt: skip
    sent_by_number = forms.CharField(
        label=_("Their number of it"), max_length=60, required=False,
        help_text=_("With it the same case is not taken in twice"), widget=forms.TextInput(attrs={"class": "in-m"}),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("Category of the matter"))
    body = WordsField(label=_("What was said or written"), rows=7)
    title = forms.CharField(
        label=_("Matter in one line"), max_length=200, required=False,
        help_text=_("Empty: made of the category and the village"),
    )  # fmt: skip
    files = FilesField(  # type: ignore[assignment]
        label=_("Scanned paper and pictures"), required=False, max_files=10,
    )  # fmt: skip
    place = forms.CharField(label=_("Place of the matter"), max_length=300, required=False)
    village = forms.CharField(
        label=_("Village number"), max_length=120, required=False, widget=forms.TextInput(attrs={"class": "in-s", "inputmode": "numeric"})
    )  # fmt: skip
    point = PointField(label=_("Point on the map"))
    anonymous = forms.BooleanField(
        label=_("Does not wish to be named"), required=False,
        help_text=_("The name alone is left out. A telephone number or e-mail filled in below is kept, to call back"),
    )  # fmt: skip
    contact_name = forms.CharField(label=_("Name"), max_length=200, required=False)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    unit = UnitField(
        label=_("Unit"), required=False, help_text=_("Empty: by the office's rules of who gets what")
    )
    concerned_unit = ConcernedUnitField()
    concerned_member = ConcernedMemberField()
    sections = (
        Section(_("Where the case comes from"), ("channel_kind", "received_on", "received_number", "sent_by", "sent_by_number")),
        Section(_("The matter"), ("category", "body", "title", "files")),
        Section(
            _("Whom it is about"), CONCERNED, _("Only of complaints about the office, where it is known"),
        ),
        Section(_("Where it is"), ("place", "village", "point")),
        Section(
            _("Who brought it"), ("anonymous", "contact_name", "contact_phone", "contact_email"),
            _("Only those who work on the case see it. Nothing of it has to be filled in"),
        ),
        Section(_("Who gets it"), ("unit",)),
    )  # fmt: skip

    def __init__(self, *args: Any, category_choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "–"), *category_choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "body" in data and not says_something(data["body"]):
            self.add_error("body", self.fields["body"].error_messages["required"])
        refuse_short_phone(self)
        if data.get("channel_kind") == "hotline" and not data.get("sent_by"):
            self.add_error("sent_by", _("Say which office passed it on"))
        return data


class ListField(WordsField):
    """A word or name on each line. Cleaned value: a list."""

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = [" ".join(line.split()) for line in str(super().clean(value)).replace(",", "\n").splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > MOST_WORDS or any(len(line) > LONGEST_WORD for line in found):
            raise forms.ValidationError(
                _("At most %(most)s of them, each of at most %(letters)s letters"),
                params={"most": MOST_WORDS, "letters": LONGEST_WORD},
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class RuleForm(Form):
    """When a rule holds, and where it leads."""

    category = forms.ChoiceField(label=_("Category"), required=False)
    places = ListField(
        label=_("Places"), rows=3, required=False,
        help_text=_("A number is a village. Words are looked for in the place. One on each line, any one of them is enough"),
    )  # fmt: skip
    words = ListField(
        label=_("Words in the text"),
        rows=3,
        required=False,
        help_text=_("One on each line, any one of them is enough"),
    )
    unit = UnitField(label=_("Unit"), required=False)
    assignee = PersonField(label=_("Person"), required=False)
    is_urgent = forms.BooleanField(label=_("Marked as urgent"), required=False, help_text=URGENT)
    is_active = forms.BooleanField(label=_("The rule is in use"), required=False, initial=True)
    sections = (
        Section(_("When"), ("category", "places", "words"), _("Everything that is filled in must hold. What is empty always holds")),
        Section(_("Then it goes to"), ("unit", "assignee", "is_urgent", "is_active")),
    )  # fmt: skip

    def __init__(
        self, *args: Any, category_choices: Choices, unit: Unit | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("Any")), *category_choices]  # type: ignore[attr-defined]
        self.fields["unit"].also(unit)  # type: ignore[attr-defined]
        self.fields["assignee"].only(all_hands().members(KINDS))  # type: ignore[attr-defined]


class TryForm(Form):
    """A matter that somebody makes up, to see where it would go."""

    refused = _("Cannot be tried yet")
    category = forms.ChoiceField(label=_("Category"), required=False)
    village = forms.CharField(
        label=_("Village number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"class": "in-s"}),
    )
    place = forms.CharField(label=_("Place of the matter"), max_length=300, required=False)
    text = WordsField(label=_("Text"), rows=3, required=False)

    def __init__(self, *args: Any, category_choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "–"), *category_choices]  # type: ignore[attr-defined]


class UnitsForm(Form):
    """Who gets each category: one field for each, called by the category's key; the units are read once for all."""

    def __init__(
        self, *args: Any, titles: dict[str, str], named: dict[str, str], units: Sequence[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        offered = [(key, unit.name) for key, unit in self.units.items()]
        for key, title in titles.items():
            choices = [("", named.get(key, "–")), *offered]
            self.fields[key] = forms.ChoiceField(label=title, required=False, choices=choices)

    @property
    def said(self) -> dict[str, Unit | None]:
        return {key: self.units.get(value) for key, value in self.cleaned_data.items()}


class ShownForm(Form):
    """Several cases with the titles under which everybody will see them; what is not ticked stays among the staff."""

    refused = _("Nothing is shown yet")
    show = forms.MultipleChoiceField(
        label=_("Cases to show"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick the cases that everybody may see"),
            "invalid_choice": _(
                "A ticked case is offered no more: somebody showed, joined or refused it meanwhile. Look at the rest and press once more"
            ),
        },
    )
    checked = forms.BooleanField(
        label=_("I have read each ticked title: it names nobody, and nobody can be recognised by it"),
        error_messages={"required": _("Read the titles once more, then tick the box")},
    )

    def __init__(self, *args: Any, cases: Sequence[Case], titles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = cases
        self.fields["show"].choices = [(str(case.pk), case.number) for case in cases]  # type: ignore[attr-defined]
        for case, title in zip(cases, titles, strict=True):
            said = _("Title for everybody of %(number)s") % {"number": case.number}
            self.fields[title_field(case)] = forms.CharField(
                label=said,
                max_length=LONGEST,
                required=False,
                initial=title,
                widget=forms.Textarea(attrs={"rows": 2}),  # the whole of it is read
            )
        self.order_fields(["show", *map(title_field, cases), "checked"])

    def rows(self) -> list[tuple[Case, str, bool, Any]]:
        """Each case with its state, whether it is ticked, and the field of its title."""
        ticked = set(map(str, self["show"].value() or ()))
        return [
            (case, state_title(case), str(case.pk) in ticked, self[title_field(case)]) for case in self.cases
        ]

    def faults(self) -> list[Any]:
        """What stands in the error summary."""
        return list(self.problems()) if self.is_bound else []

    @property
    def said(self) -> list[tuple[Case, str]]:
        """The ticked cases with their titles."""
        ticked = set(self.cleaned_data["show"])
        return [(case, self.cleaned_data[title_field(case)]) for case in self.cases if str(case.pk) in ticked]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for case in self.cases:
            name = title_field(case)
            if str(case.pk) not in data.get("show", ()) or name not in data:
                continue
            if not data[name].strip():
                self.add_error(name, _("Write a title for the case %(number)s") % {"number": case.number})
            elif refused := why_not(case, data[name]):
                self.add_error(name, refused)
        return data


ACTS: list[tuple[str, Any]] = [
    ("", _("Any")),
    *((key, PHASES[key]) for key in ("waiting", "working", "finished", "refused")),
]


class AnswerForm(Form):
    title = forms.CharField(label=_("Name of the answer"), max_length=120)
    text = WordsField(
        label=_("Text"), rows=7,
        help_text=_("{เลขที่} {ผู้แจ้ง} {เรื่อง} {ส่วนราชการ} {ครบกำหนด} are filled in from the case"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("For which kind of case"), required=False)
    category = forms.ChoiceField(label=_("For which category"), required=False)
    phase = forms.ChoiceField(
        label=_("For which act"), required=False,
        choices=ACTS,
        help_text=_("Offered when the act leads there"),
    )  # fmt: skip
    reopens_when_unhappy = forms.BooleanField(
        label=_("A citizen who is not content with it may open the case again"), required=False, initial=True
    )

    def __init__(self, *args: Any, kind_choices: Choices, category_choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Any")), *kind_choices]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("Any")), *category_choices]  # type: ignore[attr-defined]


class DayForm(Form):
    day = ThaiDateField(label=_("Day"))
    is_holiday = CardChoiceField(
        label=_("On that day the office is"), layout="pair", choices=[("1", _("closed for the day")), ("0", _("open for work"))],
        coerce=lambda value: value == "1", empty_value=None,
        error_messages={"required": _("Choose whether the office is closed or open on that day")},
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the day"), max_length=200)
    source = forms.CharField(
        label=_("What says so"), max_length=300, required=False,
        help_text=_("Such as มติคณะรัฐมนตรีเมื่อวันที่ 14 พ.ค. 2568 or an announcement of the province"),
    )  # fmt: skip


class DaysFileForm(Form):
    refused = _("Not taken over yet")
    file = forms.FileField(
        label=_("File"), help_text=_("CSV or Excel, up to 1 MB, with the columns วันที่, ชื่อวัน, ประเภท and ที่มา"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx", "class": "in"}),
    )  # fmt: skip


class LetterForm(VersionedForm):
    """The letter to the other agency. What is empty is left to be written by pen."""

    agency = forms.ChoiceField(label=_("Agency"))
    other_agency = forms.CharField(label=_("Name of the other agency"), max_length=200, required=False)
    other_attention = forms.CharField(
        label=_("To whom"), max_length=200, required=False, help_text=_("เรียน: such as ผู้อำนวยการแขวงทางหลวง")
    )
    subject = forms.CharField(label=_("Subject of the letter"), max_length=300)
    cause = WordsField(label=_("Why it is written"), rows=6, max_length=4_000)
    wish = WordsField(label=_("What is asked"), rows=3, max_length=2_000)
    with_contact = forms.BooleanField(
        label=_("Tell the agency who brought the case"), required=False,
        help_text=_("Only when the citizen agrees, or the agency cannot act without it"),
    )  # fmt: skip
    post = CardChoiceField(label=_("Signed by"), layout="pair", choices=Post.choices, initial=Post.HEAD.value)
    number = forms.CharField(
        label=_("Number of the letter"), max_length=60, required=False, widget=forms.TextInput(attrs={"class": "in-m"}),
        help_text=_("Empty: room is left for it"),
    )  # fmt: skip
    dated = ThaiDateField(label=_("Dated"), required=False)
    sections = (
        Section(_("To"), ("agency", "other_agency", "other_attention")),
        Section(_("Text"), ("subject", "cause", "wish", "with_contact")),
        Section(_("Number and signature"), ("number", "dated", "post")),
    )

    OTHER = "other"

    def __init__(self, *args: Any, organization: Organization, anonymous: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {each.key: each for each in agencies(organization)}
        named = [(each.key, each.name) for each in self.known.values()]
        self.fields["agency"].choices = [("", "–"), *named, (self.OTHER, _("Another agency"))]  # type: ignore[attr-defined]
        if anonymous:
            del self.fields["with_contact"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("agency") == self.OTHER:
            for name, said in (
                ("other_agency", _("Say which agency")),
                ("other_attention", _("Say to whom the letter is")),
            ):
                if not data.get(name):
                    self.add_error(name, said)
        return data

    @property
    def to(self) -> tuple[str, str]:
        """The agency and to whom the letter is."""
        data = self.cleaned_data
        chosen = self.known.get(data["agency"])
        return (chosen.name, chosen.attention) if chosen else (data["other_agency"], data["other_attention"])


class SignedForm(VersionedForm):
    """The signed letter, scanned."""

    files = FilesField(label=_("The signed letter, scanned"), max_files=5)  # type: ignore[assignment]
    number = forms.CharField(
        label=_("Number of the letter"), max_length=60, widget=forms.TextInput(attrs={"class": "in-m"})
    )
    signed_on = ThaiDateField(label=_("Signed on"), not_after=clock.today)
    signatory = forms.CharField(label=_("Signed by"), max_length=200)
    result = WordsField(
        label=_("What the citizen is told"), rows=5,
        help_text=_("Where {วันที่ลงนาม} stands, the day of the signature is filled in"),
    )  # fmt: skip
    follow_up_on = ThaiDateField(
        label=_("Follow it up with the agency by"), required=False,
        help_text=_("On that day it stands in my work, until its answer is written down. Empty: nobody is reminded"),
    )  # fmt: skip


class AgencyForm(VersionedForm):
    """What the agency answered that a case was passed on to."""

    answer = WordsField(
        label=_("What the agency answered"), rows=6,
        help_text=_("It stands among the notes of the staff"),
    )  # fmt: skip
    tell = forms.BooleanField(
        label=_("Send it to the citizen too, as it stands here"), required=False,
    )  # fmt: skip
    again_on = ThaiDateField(
        label=_("Follow it up once more by"), required=False,
        help_text=_("Only where the agency is not done yet"),
    )  # fmt: skip
