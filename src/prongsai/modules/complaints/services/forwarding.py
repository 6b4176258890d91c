"""Passing a case on to another agency: a letter is drawn up, signed by pen, scanned; then the case is passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import act, attach, correct, follow_up
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.kernel.thai.dates import long_date
from prongsai.modules.complaints.selectors.forwarding import KEY, Letter, letter_of
from prongsai.modules.complaints.workflow import HANDLE

FORWARD = "forward"
AHEAD = timedelta(days=30)  # that a letter may be dated before its day comes
SIGNED_DAY = "{วันที่ลงนาม}"  # in what the citizen is told: the day of the signature stands there


@transaction.atomic
def draw_up(*, actor: Actor, case: Case, letter: Letter, version: int | None = None) -> Case:
    """Keep the letter with the case, instead of one that was not sent yet. Needs complaints.handle.

    Raises InvalidInput by field, WrongState for a case that is closed, Stale when somebody acted after `version`.
    """
    actor.require(HANDLE)
    if not case.is_open:
        raise WrongState(_("Case %(number)s is closed, so it cannot be passed on") % {"number": case.number})
    for name, needed in (
        ("agency", _("Choose or enter the agency")),
        ("attention", _("Say to whom the letter is")),
        ("subject", _("Enter the subject of the letter")),
    ):
        if not getattr(letter, name).strip():
            raise InvalidInput(needed, field=name)
    if letter.dated is not None:
        _refuse_before_receipt(case, letter.dated, "dated")
        if letter.dated > clock.today() + AHEAD:
            raise InvalidInput(_("The letter is dated more than 30 days ahead"), field="dated")
    kept = replace(letter, sent_on=None, signatory="")
    return correct(actor=actor, case=case, version=version, details={**case.details, KEY: kept.kept()})


@transaction.atomic
def put_signed(
    *,
    actor: Actor,
    case: Case,
    files: Sequence[StoredFile],
    number: str,
    signed_on: date,
    signatory: str,
    result: str,
    follow_up_on: date | None = None,
    version: int | None = None,
) -> Case:
    """Put the signed letter on record: its scan into the case, and the case is passed on; the citizen is told `result`.

    Where that says SIGNED_DAY, the day of the signature stands. On `follow_up_on` the agency is asked what came of it.
    Needs complaints.handle. Raises InvalidInput by field (a signature before the case came in, or on a day to come),
    WrongState when no letter was drawn up or the case is closed.
    """
    letter = letter_of(case)
    if letter is None:
        raise WrongState(
            _("Case %(number)s has no letter yet. Draw up the letter first") % {"number": case.number}
        )
    if not files:
        raise InvalidInput(_("Attach the signed letter"), field="files")
    if signed_on > clock.today():
        raise InvalidInput(_("The day of signing is still to come"), field="signed_on")
    _refuse_before_receipt(case, signed_on, "signed_on")
    if not number.strip() or number.strip().endswith("/"):  # the office's own code alone is no number
        raise InvalidInput(_("Enter the number of the letter"), field="number")
    sent = replace(
        letter, number=number.strip(), sent_on=signed_on, dated=signed_on, signatory=signatory.strip()
    )
    case = correct(actor=actor, case=case, version=version, details={**case.details, KEY: sent.kept()})
    for file in files:
        attach(actor=actor, case=case, file=file)
    told = result.replace(SIGNED_DAY, long_date(signed_on))
    case = act(actor=actor, case=case, act=FORWARD, result=told)
    return follow_up(actor=actor, case=case, on=follow_up_on) if follow_up_on else case


def _refuse_before_receipt(case: Case, day: date, field: str) -> None:
    if day < case.received_on:
        raise InvalidInput(_("The letter cannot be older than the case"), field=field)
