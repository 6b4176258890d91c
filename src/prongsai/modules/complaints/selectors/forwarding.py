"""The letter with which a case is passed on to another agency. It stands in the case's details and is erased with them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from prongsai.foundation.casework.models import Case
from prongsai.foundation.organizations.models import Organization
from prongsai.modules.complaints.catalogue import load

KEY = "forwarding"


@dataclass(frozen=True)
class Letter:
    """What the letter says. `number` and `dated` may be left open, to be written by pen."""

    agency: str
    attention: str  # เรียน
    subject: str
    cause: str  # ภาคเหตุ
    wish: str  # ภาคความประสงค์
    post: str = "head"  # who signs: head or clerk
    number: str = ""
    dated: date | None = None
    with_contact: bool = False  # whether the agency is told who brought the case
    sent_on: date | None = None  # the day of the signature, once the signed paper is on record
    signatory: str = ""

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        values = asdict(self)
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()
        }


def letter_of(case: Case) -> Letter | None:
    """The case's letter; None when none was drawn up, or it was erased."""
    told = case.details.get(KEY)
    if not told:
        return None
    days = {name: date.fromisoformat(told[name]) if told.get(name) else None for name in ("dated", "sent_on")}
    return Letter(**{**told, **days})


@dataclass(frozen=True)
class Agency:
    key: str
    name: str
    attention: str


def agencies(organization: Organization) -> list[Agency]:
    """The agencies that cases are usually passed on to, by the names that they have in the office's district."""
    place = {
        "province": organization.province.removeprefix("จังหวัด"),
        "district": organization.district.removeprefix("อำเภอ"),
    }
    return [
        Agency(key, row["name"].format(**place), row["attention"].format(**place))
        for key, row in load("agencies").items()
    ]
