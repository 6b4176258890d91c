"""The first run: last year's report, the office, its units, the first administrator; one page at a time.

Public by its secret address, which whoever started the installation sees, and which dies with the first office.
What was said waits in the session until the last page makes everything at once.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from prongsai.foundation.accounts.setup import check_setup_token
from prongsai.foundation.organizations.models import OrganizationKind
from prongsai.foundation.organizations.services import kind_of
from prongsai.kernel.errors import InvalidInput, ProngsaiError
from prongsai.modules.office.first_run import (
    USUAL_UNITS,
    Founding,
    forget,
    found_office,
    official_name,
    put_by,
    read_office,
    suggested_key,
)
from prongsai.modules.office.forms import AdministratorForm, OfficeForm, ReportForm, UnitsForm
from prongsai.ui.access import PUBLIC

STATE = "first-run"
KEPT_REPORT = "setup-report"  # what the page of first steps hands on
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Step(View):
    """One page: its form, what stands in it, and where it leads."""

    permission = PUBLIC
    key: ClassVar[str]
    title: ClassVar[str | Promise]
    text: ClassVar[str | Promise] = ""
    submit: ClassVar[str | Promise] = _("Go on")
    form: ClassVar[type[forms.Form]]
    needs: ClassVar[tuple[str, ...]] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.token: str = kwargs["token"]
        if not check_setup_token(self.token):
            raise Http404("no first run under this address")
        self.said: dict[str, Any] = request.session.get(STATE, {})
        if any(name not in self.said for name in self.needs):  # by a bookmark, or the session is new
            return HttpResponseRedirect(self.address("report"))
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def address(self, key: str) -> str:
        return reverse(f"setup-{key}", kwargs={"token": self.token})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(self.built())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.built(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form)
        try:
            return HttpResponseRedirect(self.act(form))
        except ProngsaiError as error:
            name = error.field if isinstance(error, InvalidInput) else ""
            form.add_error(name if name in form.fields else None, str(error))
            return self.page(form)

    def built(self, *data: Any) -> forms.Form:
        return self.form(*data, initial=self.said.get(self.key) or self.initial(), **self.more())

    def initial(self) -> dict[str, Any]:
        return {}

    def more(self) -> dict[str, Any]:
        return {}

    def act(self, form: forms.Form) -> str:
        """Remember what was said, or do it; the address of the next page."""
        raise NotImplementedError

    def keep(self, **what: Any) -> None:
        self.said = {**self.said, **what}
        self.request.session[STATE] = self.said

    def page(self, form: forms.Form) -> HttpResponse:
        here = [step.key for step in STEPS].index(self.key)
        steps = [
            {"title": step.title, "url": self.address(step.key) if at < here else "", "now": at == here}
            for at, step in enumerate(STEPS)
        ]
        context = {"form": form, "step": self, "steps": steps, "said": self.said, "token": self.token}
        return render(self.request, "office/setup.html", context)


class Report(Step):
    key = "report"
    title = _("Last year's report")
    text = _(
        "The names of the office and its units are read from it, and later the measures. Nothing is published by this"
    )
    submit = _("Read the report")
    form = ReportForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "skip" in request.POST:
            forget(self.said.get("file"))
            self.keep(file=None, read={})
            return HttpResponseRedirect(self.address("office"))
        return super().post(request, *args, **kwargs)

    def act(self, form: forms.Form) -> str:
        sent = form.cleaned_data["report"]
        report = put_by(sent.file, sent.name)
        try:
            found = read_office(report)
        except ProngsaiError:
            if report != self.said.get("file"):
                forget(report)
            raise
        if report != self.said.get("file"):
            forget(self.said.get("file"))
        names = {name: getattr(found, name) for name in ("name", "district", "province", "fiscal_year")}
        self.keep(file=report, read={**names, "units": list(found.units)})
        for later in ("office", "units"):  # read anew: what the former file said gives way
            self.said.pop(later, None)
        return self.address("office")


class Office(Step):
    key = "office"
    title = _("The office")
    text = _("Check the names: they stand on every paper and in the head of the public pages")
    form = OfficeForm
    needs = ("read",)

    def initial(self) -> dict[str, Any]:
        read, file = self.said["read"], self.said.get("file") or {}
        name = read.get("name", "")
        kind = kind_of(name) if name else OrganizationKind.SAO
        return {
            "kind": kind,
            "name": name,
            "district": read.get("district", ""),
            "province": read.get("province", ""),
            "key": suggested_key(file.get("name", "")),
        }

    def act(self, form: forms.Form) -> str:
        said = dict(form.cleaned_data)
        said["name"] = official_name(said["kind"], said["name"])
        self.keep(office=said)
        return self.address("units")


class Units(Step):
    key = "units"
    title = _("Units")
    text = _("Who is responsible for the measures. Take out what is no unit, add what is missing")
    form = UnitsForm
    needs = ("read", "office")

    def initial(self) -> dict[str, Any]:
        return {"units": "\n".join(self.said["read"].get("units") or USUAL_UNITS)}

    def act(self, form: forms.Form) -> str:
        self.keep(units={"units": "\n".join(form.cleaned_data["units"])})
        return self.address("administrator")


class Administrator(Step):
    key = "administrator"
    title = _("You")
    text = _("The first person invites the others. With this page everything is made, and you are signed in")
    submit = _("Make the office")
    form = AdministratorForm
    needs = ("read", "office", "units")

    def initial(self) -> dict[str, Any]:
        return {"roles": ["administrator", "planner"], "unit": self.units()[0]}

    def units(self) -> list[str]:
        return self.said["units"]["units"].split("\n")

    def more(self) -> dict[str, Any]:
        return {"units": self.units()}

    def act(self, form: forms.Form) -> str:
        office = {name: self.said["office"][name] for name in ("key", "name", "district", "province")}
        report = self.said.get("file")
        founding = Founding(**office, units=self.units(), **form.cleaned_data)
        try:
            made, administrator, digest = found_office(founding, report)
        except InvalidInput as error:
            if error.field == "key":  # said two pages ago
                raise InvalidInput(
                    gettext("%(error)s. Go back to the page of the office to mend it") % {"error": error}
                ) from error
            raise
        forget(report)
        self.request.session.pop(STATE, None)
        login(self.request, administrator.user, backend=BACKEND)
        if digest:
            self.request.session[KEPT_REPORT] = digest
        return reverse("start", kwargs={"organization": made.key})


STEPS: tuple[type[Step], ...] = (Report, Office, Units, Administrator)


class Begin(View):
    """The address that is shown at the first start."""

    permission = PUBLIC

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if not check_setup_token(token):
            raise Http404("no first run under this address")
        return HttpResponseRedirect(reverse("setup-report", kwargs={"token": token}))
