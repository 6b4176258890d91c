"""ส่งต่อหน่วยงานอื่น: draw the letter up, print it, have it signed by pen, put the scan on record; then the case is passed on."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.accounts.selectors import signatory
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.selectors import said_in
from prongsai.foundation.casework.services import put_followed_up
from prongsai.foundation.casework.services.following import FOLLOW_UP
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.thai.dates import long_date
from prongsai.kernel.thai.digits import to_thai
from prongsai.kernel.thai.personal import named_in
from prongsai.modules.complaints.backoffice.desk import DESK
from prongsai.modules.complaints.backoffice.forms import AgencyForm, LetterForm, SignedForm
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, SUGGESTION
from prongsai.modules.complaints.papers.forwarding import Sender, letter_document
from prongsai.modules.complaints.selectors.forwarding import Letter, letter_of
from prongsai.modules.complaints.services.forwarding import FORWARD, SIGNED_DAY, draw_up, put_signed
from prongsai.modules.complaints.workflow import HANDLE
from prongsai.ui.cases.acts import kept_files
from prongsai.ui.cases.base import SEEN, CaseForm, OfCase, said_of
from prongsai.ui.papers import paper
from prongsai.ui.screens import Crumb

FORMATS = ("pdf", "docx")
# What a letter calls that which the office received.
MATTERS = {
    GRIEVANCE: "เรื่องร้องทุกข์",
    COMPLAINT: "เรื่องร้องเรียน",
    SUGGESTION: "ข้อเสนอแนะ",
    INFORMATION: "คำขอข้อมูลข่าวสารของราชการ",
}


def can_forward(screen: OfCase) -> bool:
    """Whether the table leads from here to the state that is passed on."""
    return screen.kind.workflow.row(screen.case.state, FORWARD) is not None


class Forward(CaseForm):
    """The letter's text, made of what is known; everything of it can be changed."""

    desk = DESK
    needs = "handle"
    permission = HANDLE
    title = gettext_lazy("Pass it on to another agency")
    form = LetterForm
    submit = gettext_lazy("Draw up the letter")
    draft = "case-forward"

    def fits(self) -> bool:
        return can_forward(self)

    def initial(self) -> dict[str, Any]:
        letter = letter_of(self.case)
        if letter is None or letter.sent_on is not None:
            return {**super().initial(), **first_words(self)}
        known = {
            each.name: each.key
            for each in LetterForm(organization=self.organization, anonymous=False).known.values()
        }
        named = known.get(letter.agency, LetterForm.OTHER)
        other = (
            {"other_agency": letter.agency, "other_attention": letter.attention}
            if named == LetterForm.OTHER
            else {}
        )
        names = ("subject", "cause", "wish", "with_contact", "post", "number", "dated")
        return {
            **super().initial(),
            "agency": named,
            **other,
            **{name: getattr(letter, name) for name in names},
        }

    def form_kwargs(self) -> dict[str, Any]:
        return {
            "organization": self.organization,
            "anonymous": self.case.is_anonymous or not self.case.contact_name,
        }

    def act(self, form: LetterForm) -> str:
        given = form.cleaned_data
        agency, attention = form.to
        letter = Letter(
            agency=agency,
            attention=attention,
            subject=given["subject"],
            cause=given["cause"],
            wish=given["wish"],
            post=given["post"],
            number=given["number"],
            dated=given["dated"],
            with_contact=bool(given.get("with_contact")),
        )
        draw_up(actor=self.actor, case=self.case, letter=letter, version=given[SEEN])
        return self.at("letter")

    def done(self, form: LetterForm) -> str:
        return _("The letter is drawn up")


def first_words(screen: OfCase) -> dict[str, str]:
    """The letter as a clerk would begin it."""
    case, office = screen.case, screen.organization
    what, title = MATTERS[case.kind], to_thai(case.title)
    came = long_date(case.received_on, thai_digits=True)
    where = f" สถานที่ {to_thai(case.place)}" if case.place else ""
    return {
        "subject": f"ขอส่ง{what} กรณี{title}"[:300],
        "cause": (
            f"ด้วย{office.name} ได้รับ{what}จากประชาชน เมื่อวันที่ {came} เลขรับเรื่องที่ {to_thai(case.number)} "
            f"กรณี{title}{where} รายละเอียดปรากฏตามสิ่งที่ส่งมาด้วย\n"
            f"{office.name}พิจารณาแล้วเห็นว่า เรื่องดังกล่าวอยู่ในหน้าที่และอำนาจของหน่วยงานท่าน"
        ),
        "wish": "จึงเรียนมาเพื่อโปรดพิจารณาดำเนินการตามหน้าที่และอำนาจ และขอได้โปรดแจ้งผลให้ทราบด้วย จักขอบคุณยิ่ง",
    }


def naming(case: Case, letter: Letter, reader: Actor) -> list[tuple[str, list[str]]]:
    """Where letter and copy say who brought the case all the same: the texts by their names, with the words that tell."""
    said = "\n".join(
        each.text for each in said_in(case, reader) if each.direction != CaseMessage.Direction.NOTE
    )
    texts = [
        (_("The letter to the other agency"), "\n".join((letter.subject, letter.cause, letter.wish))),
        (_("Title"), case.title),
        (_("What was said or written"), case.body),
        (_("Result"), case.result),
        (_("Conversation"), said),
    ]
    contacts = (case.contact_phone, case.contact_email)
    found = [(title, named_in(text, name=case.contact_name, others=contacts)) for title, text in texts]
    return [(title, words) for title, words in found if words]


class OfLetter(OfCase, abstract=True):
    """A page about the case's letter; 404 when none was drawn up."""

    desk = DESK
    needs = "handle"

    @property
    def letter(self) -> Letter:
        found = letter_of(self.case)
        if found is None:
            raise Http404("no letter was drawn up")
        return found


class LetterPage(OfLetter):
    """The way of the letter: print, sign, scan."""

    permission = HANDLE
    title = gettext_lazy("The letter to the other agency")
    template = "complaints/work/letter.html"

    def lead(self) -> str:
        return f"{said_of(self.case)} {self.case.title}"

    def context(self) -> dict[str, Any]:
        letter = self.letter
        found = signatory(letter.post, letter.dated or clock.today())
        who = "told" if letter.with_contact else "no"
        return {
            "case": self.case,
            "letter": letter,
            "signatory": found,
            "papers": [(format.upper(), self.at("letter-paper", format=format)) for format in FORMATS],
            "enclosure": f"{self.at('print', format='pdf')}?who={who}",
            "named": [] if letter.with_contact else naming(self.case, letter, self.actor),
            "change_at": self.at("forward"),
            "signed_at": self.at("letter-signed"),
            "can_forward": can_forward(self),
        }


class LetterPaper(OfLetter):
    """The letter as PDF or DOCX."""

    permission = HANDLE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        format = kwargs["format"]
        if format not in FORMATS:
            raise Http404("no such format")
        office = self.organization
        unit = self.case.unit.name if self.case.unit else self.actor.unit
        document = letter_document(
            self.letter,
            office=office,
            sender=Sender(unit, office.phone, office.email),
            case_number=self.case.number,
        )
        return paper(document, format, f"{office.key}-{self.case.number}-letter")


class LetterSigned(OfLetter, CaseForm):
    """The signed letter is put on record, and the case is passed on."""

    permission = HANDLE
    title = gettext_lazy("Put the signed letter on record")
    form = SignedForm
    submit = gettext_lazy("Pass the case on")
    draft = "case-forward-signed"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(LetterPage.title, self.at("letter"))]

    def cancel_url(self) -> str:
        return self.at("letter")

    def initial(self) -> dict[str, Any]:
        letter, code = self.letter, self.organization.document_code
        found = signatory(letter.post, letter.dated or clock.today())
        return {
            **super().initial(),
            "number": letter.number or (f"{code}/" if code else ""),
            "signed_on": letter.dated,
            "signatory": found.name if found else "",
            "result": (
                f"{self.organization.short_name} ได้ส่งเรื่องของท่านให้{letter.agency} ซึ่งมีหน้าที่และอำนาจโดยตรงแล้ว "
                f"เมื่อวันที่ {SIGNED_DAY} {letter.agency}จะแจ้งผลให้ท่านทราบต่อไป"
            ),
            "follow_up_on": clock.today() + FOLLOW_UP,
        }

    def act(self, form: SignedForm) -> str:
        given = form.cleaned_data
        put_signed(
            actor=self.actor,
            case=self.case,
            files=kept_files(given["files"]),
            number=given["number"],
            signed_on=given["signed_on"],
            signatory=given["signatory"],
            result=given["result"],
            follow_up_on=given["follow_up_on"],
            version=given[SEEN],
        )
        return self.at()

    def done(self, form: SignedForm) -> str:
        return _("%(case)s is passed on") % {"case": said_of(self.case)}


class AgencyAnswer(CaseForm):
    """What the agency answered is written down: my work asks no more for it."""

    desk = DESK
    permission = HANDLE
    title = gettext_lazy("Write down what the agency answered")
    form = AgencyForm
    submit = gettext_lazy("Put it on record")
    draft = "case-agency"

    def fits(self) -> bool:
        return self.case.follow_up_on is not None

    def act(self, form: AgencyForm) -> str:
        given = form.cleaned_data
        put_followed_up(
            actor=self.actor,
            case=self.case,
            answer=given["answer"],
            tell=given["tell"],
            again_on=given["again_on"],
            version=given[SEEN],
        )
        return self.at() + "#conversation"

    def done(self, form: AgencyForm) -> str:
        return _("The agency's answer is on record")
