"""ผู้มีประโยชน์ได้เสีย of a request for official information: informed by letter, heard, told of the decision (sections 17, 18)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.models import Case
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import long_date
from prongsai.modules.complaints.backoffice.concerned_forms import (
    STEPS,
    AgreementForm,
    AppealForm,
    DecisionForm,
    InformForm,
    ObjectionForm,
)
from prongsai.modules.complaints.backoffice.desk import DESK
from prongsai.modules.complaints.backoffice.forwarding import FORMATS
from prongsai.modules.complaints.choices import INFORMATION
from prongsai.modules.complaints.models import PersonConcerned
from prongsai.modules.complaints.papers.concerned import objection_document
from prongsai.modules.complaints.papers.forwarding import Sender
from prongsai.modules.complaints.selectors.concerned import Hold, hold_of, persons_of
from prongsai.modules.complaints.services import concerned
from prongsai.modules.complaints.workflow import CONSULTING, DECIDING, HANDLE
from prongsai.ui.cases.base import SEEN, CaseForm, OfCase, said_of
from prongsai.ui.papers import paper
from prongsai.ui.screens import Crumb
from prongsai.ui.screens.base import Link

TITLE = gettext_lazy("Persons concerned")


class OfRequest(OfCase, abstract=True):
    """A page about a request for official information; 404 for other kinds of case."""

    desk = DESK
    needs = "handle"

    def object(self) -> Case:
        case = super().object()
        if case.kind != INFORMATION:
            raise Http404("no request for official information")
        return case

    @property
    def informs(self) -> bool:
        """Whether somebody may be informed now: while the request is considered."""
        return self.case.state in {DECIDING.key, CONSULTING.key} and self.case.erased_at is None


class Concerned(OfRequest):
    """Who was informed, and how it stands with each: seen by those who work on the request alone."""

    permission = HANDLE
    title = TITLE
    template = "complaints/work/concerned.html"

    def lead(self) -> str:
        return f"{said_of(self.case)} {self.case.title}"

    def context(self) -> dict[str, Any]:
        today = clock.today()
        people = [(each, hold_of(each, today), self.steps(each)) for each in persons_of(self.case)]
        add = self.at("concerned-add") if self.informs else ""
        return {"case": self.case, "people": people, "add_at": add, "papers": FORMATS}

    def steps(self, person: PersonConcerned) -> list[Link]:
        """What can be put on record of the person now."""
        if not self.case.is_open:
            return []
        fits = {
            "objection": person.objected_on is None,
            "agreement": person.agreed_on is None,
            "decision": person.objected_on is not None and person.agreed_on is None and self.may_do("manage"),
            "appeal": person.accepted is False and not person.ruling,
        }
        return [
            Link(str(STEPS[step]), self.at("concerned-step", person=person.pk, step=step))
            for step, fit in fits.items()
            if fit
        ]


class AddConcerned(OfRequest, CaseForm):
    """Somebody is informed; with the first of them the request waits for objections, and its citizen is told."""

    permission = HANDLE
    title = gettext_lazy("Inform a person concerned")
    form = InformForm
    submit = gettext_lazy("Put this on record")
    draft = "case-concerned"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(TITLE, self.at("concerned"))]

    def fits(self) -> bool:
        return self.informs

    def cancel_url(self) -> str:
        return self.at("concerned")

    def form_kwargs(self) -> dict[str, Any]:
        return {"first": self.case.state == DECIDING.key}

    def initial(self) -> dict[str, Any]:
        until = long_date(concerned.last_day("objection", clock.today()))
        told = (
            "ข้อมูลข่าวสารที่ท่านขออาจกระทบถึงประโยชน์ได้เสียของบุคคลอื่น หน่วยงานจึงแจ้งให้ผู้นั้นเสนอคำคัดค้านตามมาตรา 17 "
            f"ภายในวันที่ {until} เมื่อพ้นกำหนดแล้วจะพิจารณาและแจ้งผลแก่ท่าน"
        )
        return {**super().initial(), "informed_on": clock.today(), "message": told}

    def act(self, form: InformForm) -> str:
        given = dict(form.cleaned_data)
        version = given.pop(SEEN)
        given.pop("since", None)
        concerned.inform(actor=self.actor, case=self.case, version=version, **given)
        return self.at("concerned")

    def done(self, form: InformForm) -> str:
        return _("It is on record who is informed. Print the letter")


class OfPerson(OfRequest, abstract=True):
    """A page about one of them; 404 for one of another case."""

    @cached_property
    def person(self) -> PersonConcerned:
        found = persons_of(self.case).filter(pk=self.kwargs["person"]).first()
        if found is None:
            raise Http404("no such person")
        return found

    @property
    def hold(self) -> Hold | None:
        return hold_of(self.person, clock.today())


class ConcernedPaper(OfPerson):
    """The letter to them as PDF or DOCX."""

    permission = HANDLE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        format, office = kwargs["format"], self.organization
        if format not in FORMATS:
            raise Http404("no such format")
        unit = self.case.unit.name if self.case.unit else self.actor.unit
        sender = Sender(unit, office.phone, office.email)
        document = objection_document(self.person, office=office, sender=sender)
        return paper(document, format, f"{office.key}-{self.case.number}-section-17-{self.person.pk}")


class ConcernedStep(OfPerson, CaseForm):
    """What a person concerned said, what the office decided, what the tribunal did."""

    permission = HANDLE
    submit = gettext_lazy("Put this on record")
    draft = "case-concerned-step"

    @property
    def step(self) -> str:
        if self.kwargs["step"] not in STEPS:
            raise Http404("no such step")
        return self.kwargs["step"]

    @property
    def form(self) -> Any:  # type: ignore[override]
        forms = {
            "objection": ObjectionForm, "agreement": AgreementForm, "decision": DecisionForm, "appeal": AppealForm,
        }  # fmt: skip
        return forms[self.step]

    def get_title(self) -> str:
        return str(STEPS[self.step])

    def lead(self) -> str:
        return self.person.name

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(TITLE, self.at("concerned"))]

    def cancel_url(self) -> str:
        return self.at("concerned")

    def initial(self) -> dict[str, Any]:
        person, today = self.person, clock.today()
        known = {
            "decision": {
                "accepted": {True: "yes", False: "no"}.get(person.accepted, ""),  # type: ignore[arg-type]
                "reason": person.reason, "on": person.decided_on or today, "told_on": person.told_on,
            },
            "appeal": {"on": person.appealed_on or today},
        }  # fmt: skip
        return {**super().initial(), **known.get(self.step, {"on": today})}

    def act(self, form: Any) -> str:
        given, person = form.cleaned_data, self.person
        match self.step:
            case "objection":
                concerned.put_objection(actor=self.actor, person=person, on=given["on"], words=given["words"])
            case "agreement":
                concerned.put_agreement(actor=self.actor, person=person, on=given["on"])
            case "decision":
                concerned.decide(
                    actor=self.actor, person=person, accepted=given["accepted"] == "yes", reason=given["reason"],
                    on=given["on"], told_on=given["told_on"],
                )  # fmt: skip
            case _:
                concerned.put_appeal(
                    actor=self.actor,
                    person=person,
                    on=given["on"],
                    ruled_on=given["ruled_on"],
                    ruling=given["ruling"],
                )
        return self.at("concerned")

    def done(self, form: Any) -> str:
        return _("It is on record")
