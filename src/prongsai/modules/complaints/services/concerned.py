"""Persons concerned of a request for official information: informed, heard, told of the decision (sections 17 and 18).

Nothing here goes into the ledger but that it was done: who they are stands with the case, and is erased with it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import act, common
from prongsai.foundation.casework.services.carrying import Brought
from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.cases import Transition
from prongsai.kernel.contracts import Actor, Origin
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.thai.personal import name_parts
from prongsai.modules.complaints.catalogue import Ground, grounds, in_force, told_of
from prongsai.modules.complaints.choices import INFORMATION
from prongsai.modules.complaints.models import PersonConcerned
from prongsai.modules.complaints.selectors.concerned import holds, persons_of
from prongsai.modules.complaints.workflow import (
    CONCERNED_ACT,
    CONSULTING,
    DECIDING,
    DISCLOSING,
    INFORM,
    WITHHOLDING,
)

LONGEST = timedelta(days=366)  # that somebody may be given to object


def last_day(period: str, start: date) -> date:
    """The last day of a period of data/clocks.toml (objection, appeal) that runs from `start`, which is not counted."""
    days = in_force(period, start)["days"]
    return calendar_from(start).on_or_after(start + timedelta(days=days))


@transaction.atomic
def inform(
    *,
    actor: Actor,
    case: Case,
    name: str,
    about: str,
    how: str,
    informed_on: date,
    address: str = "",
    object_by: date | None = None,
    post: str = "head",
    number: str = "",
    message: str = "",
    version: int | None = None,
) -> PersonConcerned:
    """Put down that somebody whose interests the disclosure may touch is informed, and until when they may object.

    That is the period of section 17 from the day on which they are informed, or a later day. With the first of them the
    request goes on as waiting for objections; its citizen is told by `message`, which names nobody. Its last day stays
    (ADR 0035). Needs `complaints.handle`. Raises InvalidInput by field, WrongState for another kind of case or state,
    Stale, NotPermitted.
    """
    current = common.locked(case, version)
    rights.require_to(actor, current, "handle")
    common.require_kept(current)
    if current.kind != INFORMATION or current.state not in {DECIDING.key, CONSULTING.key}:
        raise WrongState(
            _("Take the request up first. Persons concerned are informed while it is considered")
        )
    if how not in PersonConcerned.How.values:
        raise InvalidInput(_("Choose how they are informed"), field="how")
    if informed_on < current.received_on:
        raise InvalidInput(_("Nobody was informed before the request came"), field="informed_on")
    shortest = last_day("objection", informed_on)
    until = object_by or shortest
    if not shortest <= until <= informed_on + LONGEST:
        refused = _(
            "They have at least %(days)s days from the day on which they are informed, and at most a year"
        )
        raise InvalidInput(refused % {"days": in_force("objection", informed_on)["days"]}, field="object_by")
    person = PersonConcerned.objects.create(
        case=current,
        name=common.line(name, "name", needed=_("Enter the name")),
        address=common.words(address, "address", limit=500),
        about=common.words(about, "about", limit=2_000, needed=_("Say which information touches them")),
        how=how,
        post=post,
        number=common.line(number, "number", limit=60),
        informed_on=informed_on,
        object_by=until,
    )
    _put_on_record(current, actor, "informed")
    if current.state == DECIDING.key:
        act(actor=actor, case=current, act=INFORM, message=message)
    return person


@transaction.atomic
def put_objection(*, actor: Actor, person: PersonConcerned, on: date, words: str) -> PersonConcerned:
    """Put down that the person objects, in writing, and why; also after the last day, as long as nothing is disclosed.

    Needs `complaints.handle`. Raises InvalidInput by field, WrongState where they have objected or the request is closed.
    """
    current = _locked(actor, person, on)
    if current.objected_on is not None:
        raise WrongState(_("The objection is on record already"))
    current.objected_on, current.agreed_on = on, None
    current.objection = common.words(
        words, "words", limit=10_000, needed=_("Enter what they object to, and why")
    )
    return _kept(current, actor, "objected", "objected_on", "agreed_on", "objection")


@transaction.atomic
def put_agreement(*, actor: Actor, person: PersonConcerned, on: date) -> PersonConcerned:
    """Put down that the person agrees to the disclosure: nothing waits for them any more. Raises as `put_objection` does."""
    current = _locked(actor, person, on)
    current.agreed_on = on
    return _kept(current, actor, "agreed", "agreed_on")


@transaction.atomic
def decide(
    *,
    actor: Actor,
    person: PersonConcerned,
    accepted: bool,
    reason: str,
    on: date,
    told_on: date | None = None,
) -> PersonConcerned:
    """Decide on an objection, with the reason. Where it is not followed, nothing is disclosed before the time to appeal
    is over, which runs from the day on which they are told (`told_on`; said later by deciding once more).

    Needs `complaints.manage`, as withholding does. Raises InvalidInput by field, WrongState where nobody has objected.
    """
    actor.require(case_kind(person.case.kind).permission_for("manage"))
    current = _locked(actor, person, on)
    if current.objected_on is None:
        raise WrongState(_("There is no objection to decide on"))
    if on < current.objected_on:
        raise InvalidInput(_("The decision cannot be older than the objection"), field="on")
    if told_on is not None and not on <= told_on <= clock.today():
        raise InvalidInput(
            _("They are told on the day of the decision or later, and not on a day to come"), field="told_on"
        )
    current.accepted, current.decided_on, current.told_on = accepted, on, told_on
    current.reason = common.words(
        reason, "reason", limit=10_000, needed=_("Enter the reason for the decision")
    )
    current.appeal_by = last_day("appeal", told_on) if told_on and not accepted else None
    return _kept(current, actor, "decided", "accepted", "decided_on", "told_on", "reason", "appeal_by")


@transaction.atomic
def put_appeal(
    *, actor: Actor, person: PersonConcerned, on: date, ruled_on: date | None = None, ruling: str = ""
) -> PersonConcerned:
    """Put down that the person has appealed, and how the tribunal decided once it has.

    Needs `complaints.handle`. Raises InvalidInput by field, WrongState where no objection was turned down.
    """
    current = _locked(actor, person, on)
    if current.accepted is not False:
        raise WrongState(_("No objection was turned down, so there is nothing to appeal against"))
    if (ruled_on is None) != (not ruling) or (ruling and ruling not in PersonConcerned.Ruling.values):
        raise InvalidInput(_("Enter both how and when the tribunal decided, or neither"), field="ruling")
    if ruled_on is not None and not on <= ruled_on <= clock.today():
        raise InvalidInput(
            _("The tribunal decides after the appeal, and not on a day to come"), field="ruled_on"
        )
    current.appealed_on, current.ruled_on, current.ruling = on, ruled_on, ruling
    return _kept(current, actor, "ruled" if ruling else "appealed", "appealed_on", "ruled_on", "ruling")


def _locked(actor: Actor, person: PersonConcerned, on: date) -> PersonConcerned:
    """The person as they stand now, of an open request, for a day that has come."""
    case = common.locked(person.case)
    rights.require_to(actor, case, "handle")
    common.require_open(case, case_kind(case.kind))
    current = PersonConcerned.objects.select_for_update(of=("self",)).filter(pk=person.pk, case=case).first()
    if current is None:
        raise WrongState(_("The personal data of the persons concerned are erased"))
    if not current.informed_on <= on <= clock.today():
        raise InvalidInput(
            _("The day lies between the day on which they were informed and today"), field="on"
        )
    return current


def _kept(person: PersonConcerned, actor: Actor, what: str, *fields: str) -> PersonConcerned:
    person.save(update_fields=list(fields))
    _put_on_record(person.case, actor, what)
    return person


def _put_on_record(case: Case, actor: Actor, what: str) -> None:
    """In the history and in the ledger: that it was done, and nobody's name."""
    common.note_event(case, f"concerned_{what}", actor=actor)
    record(
        actor=common.on_record(actor), kind=CONCERNED_ACT, occurred_on=clock.today(), origin=Origin.WORK, subject=case.ref,
        payload={"number": case.number, "what": what},
    )  # fmt: skip


def forget(case: Case) -> None:
    """The case is erased: so are the persons concerned."""
    persons_of(case).delete()


# --- what the acts of a request bring ---


def before_act(case: Case, row: Transition, brought: Brought) -> Brought:
    """Refuse an act of a request that the law does not allow yet; add the right to appeal to an order that withholds.

    Raises WrongState while somebody may object or appeal, or before anybody is informed; InvalidInput for an order that
    names no ground, and for a text to the citizen that names a person concerned.
    """
    if case.kind != INFORMATION:
        return brought
    if row.act in DISCLOSING and (found := holds(case, row.act)):
        raise WrongState(" · ".join(map(str, found)))
    people = list(persons_of(case))
    if row.act == INFORM and not people:
        raise WrongState(_("Put down first who is informed"))
    _refuse_names(people, brought)
    return _with_rights(case, row.act, brought) if row.act in WITHHOLDING else brought


def _refuse_names(people: list[PersonConcerned], brought: Brought) -> None:
    for field in ("message", "result", "reason"):
        said = getattr(brought, field)
        if any(part in said for person in people for part in name_parts(person.name)):
            raise InvalidInput(_("The citizen reads this: it must not name a person concerned"), field=field)


def _with_rights(case: Case, act: str, brought: Brought) -> Brought:
    """An order that withholds, with its ground and what may be done against it."""
    ground = named_in(brought.reason)
    if ground is None:
        refused = _("Name the section on which the information is withheld, such as %(example)s")
        raise InvalidInput(refused % {"example": "มาตรา 15 (5)"}, field="reason")
    right = told_of("appeal" if ground.appeal else "complaint")
    if not brought.result:
        return replace(brought, reason=f"{brought.reason}\n\n{right}")
    withheld = brought.reason if act == "refuse" else f"ส่วนที่ไม่เปิดเผย: {brought.reason}"
    return replace(brought, result=f"{brought.result}\n\n{withheld}\n\n{right}")


def named_in(reason: str) -> Ground | None:
    """The ground of data/reasons.toml whose section a text names, however its digits and gaps are written."""
    said = re.sub(r"\s", "", to_arabic(reason))
    known = sorted(grounds(INFORMATION), key=lambda each: -len(each.basis))
    return next((each for each in known if re.sub(r"\s", "", each.basis) in said), None)
