"""Persons concerned of a request for official information: until when a disclosure has to wait for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from prongsai.foundation.casework.models import Case
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import short_date
from prongsai.modules.complaints.choices import INFORMATION
from prongsai.modules.complaints.models import PersonConcerned

if TYPE_CHECKING:
    from django.utils.functional import Promise

PART = "disclose_part"


@dataclass(frozen=True)
class Hold:
    """Why a disclosure has to wait, and until when (with that day) where a day ends it. It names nobody."""

    why: str
    until: date | None = None

    def __str__(self) -> str:
        day = short_date(self.until) if self.until else ""
        return str(_said(self.why)) % {"day": day}


def _said(why: str) -> str | Promise:
    return {
        "objecting": _("A person concerned may still object until %(day)s"),
        "objected": _("The objection of a person concerned is not decided yet"),
        "accepted": _(
            "The office follows the objection of a person concerned: what touches them is not disclosed"
        ),
        "untold": _("A person concerned has not been told of the decision on their objection"),
        "appealable": _("A person whose objection is not followed may appeal until %(day)s"),
        "appealed": _("A person concerned has appealed, and the tribunal has not decided yet"),
    }[why]


def persons_of(case: Case) -> QuerySet[PersonConcerned]:
    """The persons concerned of a case, in the order in which they were informed. Only for those who are told contacts."""
    return PersonConcerned.objects.filter(case=case)


def hold_of(person: PersonConcerned, on: date) -> Hold | None:
    """What keeps the office from disclosing what touches the person, on a day; None where nothing does (sections 17, 18)."""
    if person.agreed_on is not None:
        return None
    if person.objected_on is None:
        return Hold("objecting", person.object_by) if on <= person.object_by else None
    if person.accepted is None:
        return Hold("objected")
    if person.accepted or person.ruling == PersonConcerned.Ruling.WITHHOLD:
        return Hold("accepted")
    if person.ruling == PersonConcerned.Ruling.DISCLOSE:
        return None
    if person.appealed_on is not None:
        return Hold("appealed")
    if person.appeal_by is None:
        return Hold("untold")
    return Hold("appealable", person.appeal_by) if on <= person.appeal_by else None


def holds(case: Case, act: str = "disclose", on: date | None = None) -> list[Hold]:
    """Everything for which disclosing has to wait today; in part it waits not for what is left out. One query, and none
    for other kinds of case."""
    if case.kind != INFORMATION:
        return []
    found = (hold_of(person, on or clock.today()) for person in persons_of(case))
    return list(
        dict.fromkeys(each for each in found if each and not (act == PART and each.why == "accepted"))
    )
