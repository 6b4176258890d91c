"""A new tracking code for who has lost theirs: given out by an officer who has made sure to whom, and on record."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from prongsai.foundation.casework import codes, rights
from prongsai.foundation.casework.kinds import CASE_CODE_RENEWED
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.messages import put_note
from prongsai.foundation.casework.services.opening import TRIES, Opened
from prongsai.foundation.casework.services.outgoing import warn_of_new_code
from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin
from prongsai.kernel.errors import InvalidInput, WrongState

# How an officer makes sure that it is the citizen of the case who asks.
ID_CARD = "id_card"  # the name on it is that of the case
CONTACT = "contact"  # called or written to as the case says
DETAILS = "details"  # they tell of the case what nobody else knows; only where it names nobody
REASON_LIMIT = 1_000


def ways_to_check(case: Case) -> tuple[str, ...]:
    """How an officer can make sure who asks, by what the case knows of its citizen."""
    reached = case.contact_phone or case.contact_email or case.contact_handle
    found = [*([ID_CARD] if case.contact_name else []), *([CONTACT] if reached else [])]
    return tuple(found) or (DETAILS,)


def may_renew(case: Case) -> bool:
    """Whether the case can have a new code: it is not erased, and no test message of the system."""
    return case.erased_at is None and not case.is_check


@transaction.atomic
def renew_code(*, actor: Actor, case: Case, checked: str, reason: str, version: int | None = None) -> Opened:
    """Replace the tracking code of a case, for a citizen who is there and has lost theirs; returns the new one, told once.

    The former code opens nothing from then on. `checked` is one of `ways_to_check`; it stands in the history and in an
    internal fact, and `reason` in a note among the staff. The citizen reads of it on the tracking page, and where they
    can be reached they are told, without the code. Needs `<module>.intake`. Raises InvalidInput by field, WrongState
    for an erased case and for the system's own test message, Stale, NotPermitted.
    """
    current = common.locked(case, version)
    rights.require_to(actor, current, "intake")
    common.require_kept(current)
    if current.is_check:
        raise WrongState(gettext("The system's own test message gets no new code"))
    if checked not in ways_to_check(current):
        raise InvalidInput(gettext("Choose how you checked who asks"), field="checked")
    reason = common.words(
        reason, "reason", limit=REASON_LIMIT, needed=gettext("Enter why a new code is given out")
    )
    code = _put_fresh(current)
    common.keep(current, "secret")
    common.note_event(current, "code_renewed", actor=actor, about=checked, public=True)
    put_note(current, reason, actor=actor)
    record(
        actor=actor,
        kind=CASE_CODE_RENEWED,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=current.ref,
        payload={"number": current.number, "checked": checked},
    )
    warn_of_new_code(current)
    return Opened(current, code)


def _put_fresh(case: Case) -> str:
    """A code that no other case of the office has, into a locked case."""
    for _ in range(TRIES):
        code = codes.fresh_code()
        try:
            with transaction.atomic():
                case.secret = codes.digest(code)
                case.save(update_fields=["secret"])
        except IntegrityError:
            continue
        return code
    raise WrongState(gettext("No new code could be made. Try again."))
