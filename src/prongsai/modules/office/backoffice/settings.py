"""ตั้งค่าหน่วยงาน: the first page of the settings, what the office says of itself, its seal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.places import middle_of_cases
from prongsai.foundation.files.selectors import stored_file
from prongsai.foundation.organizations.profile import PROFILE, change_profile, set_seal
from prongsai.kernel.points import Point, read_point
from prongsai.ui.forms import FilesField, Form, PointField, Section
from prongsai.ui.navigation import address
from prongsai.ui.screens import Crumb, FormScreen, Screen

NAV = "settings"


@dataclass(frozen=True)
class Topic:
    """A line of the settings' first page."""

    url_name: str
    title: str | Promise
    text: str | Promise
    permission: str


TOPICS = (
    Topic("settings-profile", gettext_lazy("Office profile"), gettext_lazy("Names, address, document code, seal"), "office.manage"),
    Topic("settings-units", gettext_lazy("Units"), gettext_lazy("Who is responsible for what, and in which order they are listed"), "office.read"),
    Topic("settings-people", gettext_lazy("People"), gettext_lazy("Who works here, in which unit, with which roles; invitations"), "office.read"),
    Topic("settings-roles", gettext_lazy("Roles"), gettext_lazy("What each role may do, and who holds it"), "office.read"),
    Topic("settings-signatories", gettext_lazy("Signatories"), gettext_lazy("Who signs for the head and the clerk, and who acts in their stead"), "office.read"),
    Topic("settings-channels", gettext_lazy("Channels"), gettext_lazy("Every way in and out, whether it works, and how it is connected"), "office.read"),
    Topic("settings-keys", gettext_lazy("Keys and witnesses"), gettext_lazy("The key that signs the register, and who keeps its fingerprints outside"), "office.read"),
    Topic("settings-files", gettext_lazy("Files"), gettext_lazy("Every file that the office keeps, and which records name it"), "audit.read"),
    Topic("settings-audit", gettext_lazy("The whole register"), gettext_lazy("Every act, who did it and when, with its proof"), "audit.read"),
    Topic("settings-me", gettext_lazy("My own settings"), gettext_lazy("Morning mail, calendar, language"), ""),
    Topic("settings-tokens", gettext_lazy("Tokens for programs"), gettext_lazy("Keys with which programs read and record in your name"), ""),
    Topic("start", gettext_lazy("First steps"), gettext_lazy("What a new office still has to set up"), "office.manage"),
)  # fmt: skip


def way(screen: Screen, *more: tuple[Any, str]) -> list[Crumb]:
    """The crumbs of a page below the settings: each title with the name of its view."""
    steps = [(gettext_lazy("Office settings"), "settings"), *more]
    return [Crumb(title, screen.address(name)) for title, name in steps]


def known(choices: Callable[[], list[tuple[str, Any]]]) -> Callable[[Screen], list[tuple[str, Any]]]:
    """The choices of a filter, asked for once a page and not once for each place that shows them."""

    def of(screen: Screen) -> list[tuple[str, Any]]:
        kept: dict[Any, list[tuple[str, Any]]] = screen.__dict__.setdefault("known_choices", {})
        if choices not in kept:
            kept[choices] = choices()
        return kept[choices]

    return of


class Settings(Screen):
    permission = "office.read"
    title = gettext_lazy("Office settings")
    nav = NAV
    template = "office/settings.html"

    def context(self) -> dict[str, Any]:
        open_to_me = [topic for topic in TOPICS if self.may(topic.permission)]
        urls = [(topic, address(topic.url_name, organization=self.organization.key)) for topic in open_to_me]
        return {"topics": [(topic, url) for topic, url in urls if url]}


class ProfileForm(Form):
    name = forms.CharField(
        label=gettext_lazy("Official name"),
        max_length=200,
        help_text=gettext_lazy("As on official papers, with the kind of office in front"),
    )
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=100, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200, required=False)
    document_code = forms.CharField(
        label=gettext_lazy("Document code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("What stands before the number of outgoing papers, such as บร 72501"),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Number, village, subdistrict"),
    )
    district = forms.CharField(label=gettext_lazy("District"), max_length=100)
    province = forms.CharField(label=gettext_lazy("Province"), max_length=100)
    postcode = forms.CharField(
        label=gettext_lazy("Postcode"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "in-s"}),
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=100, required=False)
    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=254, required=False, widget=forms.EmailInput
    )
    website = forms.CharField(
        label=gettext_lazy("Website"),
        max_length=200,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    map_centre = PointField(
        label=gettext_lazy("Where maps begin"),
        help_text=gettext_lazy(
            "Latitude, then longitude, such as 15.240100, 103.301200. Without it they begin with the whole country"
        ),
    )

    sections = (
        Section(gettext_lazy("Names"), ("name", "short_name", "name_en", "document_code")),
        Section(gettext_lazy("Where to find the office"), ("address", "district", "province", "postcode", "phone", "email", "website", "map_centre")),
    )  # fmt: skip


class Profile(FormScreen):
    permission = "office.manage"
    title = gettext_lazy("Office profile")
    nav = NAV
    form = ProfileForm
    template = "office/profile.html"
    submit = gettext_lazy("Save the profile")
    cancel = "settings"

    def lead(self) -> str:
        return _(
            "These words stand on papers and on the public pages. Each change is recorded with what stood before"
        )

    def crumbs(self) -> list[Crumb]:
        return way(self)

    @cached_property
    def middle(self) -> Point | None:
        """The middle of the places of cases, where it is asked for instead of the point that is kept."""
        return middle_of_cases() if "middle" in self.request.GET else None

    def initial(self) -> dict[str, Any]:
        kept = {field: getattr(self.organization, field) for field in PROFILE}
        return {**kept, "map_centre": self.middle or read_point(self.organization.map_centre)}

    def context(self) -> dict[str, Any]:
        return {"asked_middle": "middle" in self.request.GET, "middle": self.middle}

    def act(self, form: ProfileForm) -> str:
        given = form.cleaned_data
        change_profile(actor=self.actor, values={**given, "map_centre": str(given["map_centre"] or "")})
        return self.address("settings-profile")


class SealForm(Form):
    seal = FilesField(
        label=gettext_lazy("Picture of the seal"),
        max_files=1,
        required=False,
        help_text=gettext_lazy(
            "PNG, JPEG or WebP, square, on white or transparent ground. Everybody will see it"
        ),
    )


class Seal(FormScreen):
    permission = "office.manage"
    title = gettext_lazy("Seal of the office")
    nav = NAV
    form = SealForm
    submit = gettext_lazy("Use this picture")
    cancel = "settings-profile"

    def lead(self) -> str:
        return _(
            "It stands on the cover of reports and in the head of the public pages. Without a picture both stay plain"
        )

    def crumbs(self) -> list[Crumb]:
        return way(self, (gettext_lazy("Office profile"), "settings-profile"))

    def act(self, form: SealForm) -> str:
        given = form.cleaned_data["seal"]
        set_seal(actor=self.actor, file=stored_file(str(given[0]["sha256"])) if given else None)
        return self.address("settings-profile")
