"""รับเรื่อง: what came by paper, telephone or at the counter is typed in, and the citizen gets a receipt with the code."""

from __future__ import annotations

import time
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.codes import digests
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import may_see, shown_to
from prongsai.foundation.casework.services import Concerned, Opened, Place, tracking_url
from prongsai.foundation.casework.similar import alike
from prongsai.kernel.points import degrees_of
from prongsai.modules.complaints.backoffice.desk import DESK, HOME, NAV, category_choices
from prongsai.modules.complaints.backoffice.forms import IntakeForm
from prongsai.modules.complaints.services.intake import CameBy, take_in
from prongsai.modules.complaints.services.submitting import contact_said
from prongsai.modules.complaints.workflow import INTAKE
from prongsai.ui.cases.acts import kept_files
from prongsai.ui.cases.words import category_title, state_title
from prongsai.ui.screens import Crumb, FormScreen, Screen

RECEIPT = "case-receipt-"
SHOWN_FOR = 3600  # seconds: the paper may be printed again while the citizen is there
SENDERS = (
    "สายด่วนรัฐบาล 1111",
    "ศูนย์ดำรงธรรมจังหวัด",
    "ศูนย์ดำรงธรรมอำเภอ",
    "สำนักงาน ป.ป.ช.",
    "ผู้ตรวจการแผ่นดิน",
    "อำเภอ",
    "จังหวัด",
)


class Intake(FormScreen):
    permission = INTAKE
    title = gettext_lazy("Take in a case")
    nav = NAV
    template = "complaints/work/intake.html"
    form = IntakeForm
    submit = gettext_lazy("Register the case")
    registers = True
    draft = "complaints-intake"
    cancel = HOME

    def lead(self) -> str:
        return _("It gets a number and a due day at once. The citizen gets a paper with the tracking code")

    def crumbs(self) -> list[Crumb]:
        return [Crumb(DESK.title, self.address(HOME))]

    def form_kwargs(self) -> dict[str, Any]:
        return {"category_choices": category_choices()}

    def context(self) -> dict[str, Any]:
        return {"senders": SENDERS}

    def act(self, form: IntakeForm) -> str:
        given = form.cleaned_data
        self.opened = take_in(
            actor=self.actor,
            category=given["category"],
            body=given["body"],
            title=given["title"],
            came=CameBy(
                given["channel_kind"],
                given["received_on"],
                given["received_number"],
                given["sent_by"],
                given["sent_by_number"],
            ),
            contact=contact_said(
                given["contact_name"],
                given["contact_phone"],
                given["contact_email"],
                anonymous=given["anonymous"],
            ),
            place=Place(given["place"], given["village"], *degrees_of(given["point"])),
            files=kept_files(given["files"]),
            unit=given["unit"],
            concerned=Concerned(given["concerned_unit"], given["concerned_member"]),
        )
        keep_for_paper(self.request, self.opened)
        return self.address("complaints-case-receipt", case=self.opened.case.pk)

    def done(self, form: IntakeForm) -> SafeString:
        case = self.opened.case
        url = self.address("complaints-case", case=case.pk)
        said = _("Registered as case %(number)s") % {"number": case.number}
        return format_html('{} <a href="{}">{}</a>', said, url, _("Open"))


def keep_for_paper(request: HttpRequest, opened: Opened) -> None:
    """Let this browser print the paper with a code that was just given out, instead of one before, for an hour."""
    request.session[f"{RECEIPT}{opened.case.pk}"] = {"code": opened.code, "at": int(time.time())}


class Receipt(Screen):
    """The paper for the citizen: number, tracking code, address as a QR code. The code is shown for an hour, to whoever
    took the case in or gave out a new one, as long as it opens the case: nobody can look it up again."""

    permission = INTAKE
    title = gettext_lazy("Paper for the citizen")
    nav = NAV
    template = "complaints/work/receipt.html"

    def object(self) -> Case:
        kinds = [kind.key for kind in DESK.kinds]
        found = Case.objects.with_people().filter(pk=self.kwargs["case"], kind__in=kinds).first()
        took_in = f"{RECEIPT}{self.kwargs['case']}" in self.request.session
        if found is None or not (took_in or may_see(self.actor, found)):
            raise Http404("no such case")
        return found

    def crumbs(self) -> list[Crumb]:
        at = self.address("complaints-case", case=self.thing.pk)
        said = _("Case %(number)s") % {"number": self.thing.number}
        return [Crumb(DESK.title, self.address(HOME)), Crumb(said, at)]

    def alike(self) -> list[tuple[Case, str, str]]:
        """Cases that are likely the same as the one just taken in and that the officer may see, with address and state."""
        kinds = [kind.key for kind in DESK.kinds if self.may(kind.permission)]
        return [
            (case, self.address("complaints-case", case=case.pk), state_title(case))
            for case in alike(self.thing, shown_to(self.actor, kinds))
        ]

    def context(self) -> dict[str, Any]:
        told = self.request.session.get(f"{RECEIPT}{self.thing.pk}", {})
        fresh = told and time.time() - told["at"] < SHOWN_FOR and self.thing.secret in digests(told["code"])
        code = told["code"] if fresh else ""
        if told and not fresh:
            del self.request.session[f"{RECEIPT}{self.thing.pk}"]
        return {
            "case": self.thing,
            "kind": category_title(self.thing),
            "code": code,
            "track": tracking_url(self.thing, code) if code else "",
            "page": self.address("complaints-case", case=self.thing.pk),
            "again": self.address("complaints-intake"),
            "alike": self.alike() if code else [],
        }
