"""The desk on which complaints are worked on: what the shared screens of a case have to know of this module."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.kinds import shown_title
from prongsai.foundation.casework.models import Case
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.thai.dates import short_date
from prongsai.modules.complaints import catalogue
from prongsai.modules.complaints.choices import INFORMATION, AnswerBy
from prongsai.modules.complaints.selectors.concerned import holds
from prongsai.modules.complaints.selectors.forwarding import agencies, letter_of
from prongsai.modules.complaints.selectors.guessing import guess
from prongsai.modules.complaints.services.splitting import split_off
from prongsai.modules.complaints.workflow import ADVISE, DISCLOSING, INFORM, WITHHOLDING
from prongsai.ui.cases.base import OfCase
from prongsai.ui.cases.desk import CaseDesk, Category, Part, Wording
from prongsai.ui.cases.words import Words
from prongsai.ui.screens.base import Link

NAV = "complaints"
HOME = "complaints-desk"
HOW: dict[str, Words] = {
    "look": gettext_lazy("wishes to look at it"),
    "copy": gettext_lazy("wishes to have a copy"),
    "certified": gettext_lazy("wishes to have a certified copy"),
}
ANSWERED_BY: dict[str, Words] = {
    AnswerBy.PAGE.value: gettext_lazy("Tracking page"),
    AnswerBy.PHONE.value: gettext_lazy("Telephone"),
    AnswerBy.EMAIL.value: gettext_lazy("E-mail"),
    AnswerBy.LINE.value: "LINE",
}


def categories() -> Sequence[Category]:
    """The categories as the shared screens take them, in the language of the page."""
    return [
        Category(each.key, shown_title(each), each.kind, each.topic)
        for each in catalogue.categories().values()
    ]


def category_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Categories by kind of case, for a list to choose from."""
    from prongsai.modules.complaints.workflow import CASE_KINDS

    known = categories()
    return [
        (
            shown_title(kind),
            [(each.key, each.title) for each in known if each.kind == kind.key],
        )
        for kind in CASE_KINDS
    ]


def details(case: Case) -> list[tuple[Words, str]]:
    """What only complaints have: how it was passed on to the office, how the citizen wishes to be answered."""
    told = case.details
    lines: list[tuple[Words, str]] = []
    if told.get("sent_by"):
        lines.append(
            (_("Passed on by"), " ".join(filter(None, [told["sent_by"], told.get("sent_by_number", "")])))
        )
    if told.get("received_number"):
        lines.append((_("Number in the register of papers"), str(told["received_number"])))
    if told.get("how") in HOW:
        lines.append((_("How it is wanted"), str(HOW[told["how"]])))
    if told.get("answer_by") in ANSWERED_BY:
        lines.append((_("Wishes to be answered by"), str(ANSWERED_BY[told["answer_by"]])))
    letter = letter_of(case)
    if letter and letter.sent_on:
        said = f"{letter.agency} {letter.number} {short_date(letter.sent_on)}"
        lines.append((_("Passed on to"), " ".join(said.split())))
    return lines


def wordings(case: Case, act: str) -> list[Wording]:
    """The grounds on which a case need not be taken up, or information is withheld; where to ask for it instead."""
    if act == ADVISE:
        office = Organization.objects.get(pk=case.organization_id)
        told = catalogue.told_of
        return [
            Wording(f"advice-{each.key}", each.name, told("advice", agency=each.name))
            for each in agencies(office)
        ]
    if act not in WITHHOLDING:
        return []
    return [Wording(f"ground-{each.key}", each.text, each.sentence) for each in catalogue.grounds(case.kind)]


def held(case: Case) -> dict[str, list[str]]:
    """Disclosing waits for persons concerned."""
    if case.kind != INFORMATION or not case.is_open:
        return {}
    found = holds(case)
    whole, part = DISCLOSING
    in_part = [str(each) for each in found if each.why != "accepted"]
    return {act: why for act, why in ((whole, [str(each) for each in found]), (part, in_part)) if why}


def links(screen: OfCase) -> list[Link]:
    """Back to a letter that was drawn up and is not sent yet, or to what the agency answers."""
    if not screen.may_do("handle"):
        return []
    if screen.case.kind == INFORMATION and screen.case.erased_at is None:
        return [Link(_("Persons concerned"), screen.at("concerned")), *_letters(screen)]
    return _letters(screen)


def _letters(screen: OfCase) -> list[Link]:
    letter = letter_of(screen.case)
    if letter is not None and letter.sent_on is None and screen.case.is_open:
        return [Link(_("The letter that waits for its signature"), screen.at("letter"))]
    if screen.case.follow_up_on is not None:
        return [Link(_("Write down what the agency answered"), screen.at("agency"))]
    return []


def split(screen: OfCase, part: Part) -> tuple[Case, str]:
    """The part, and the paper with its tracking code for the citizen, which this browser may print for an hour."""
    from prongsai.modules.complaints.backoffice.intake import keep_for_paper

    opened = split_off(
        actor=screen.actor, case=screen.case, title=part.title, body=part.body, category=part.category.key,
        topic=part.topic_in(screen.case), unit=part.unit,
    )  # fmt: skip
    keep_for_paper(screen.request, opened)
    return opened.case, screen.address("complaints-case-receipt", case=opened.case.pk)


DESK = CaseDesk(
    module="complaints",
    title=gettext_lazy("Complaints"),
    home=HOME,
    nav=NAV,
    categories=categories,
    links=links,
    details=details,
    wordings=wordings,
    split=split,
    pages={"forward": "complaints-case-forward", INFORM: "complaints-case-concerned-add"},
    held=held,
    guess=lambda text: guess(text).key,
)
