"""What became of a case that was passed on: until when the agency is asked, and what it answered."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.messages import put_note, put_out
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState

FOLLOW_UP = timedelta(days=30)  # as a rule
LONGEST = timedelta(days=366)


@transaction.atomic
def follow_up(*, actor: Actor, case: Case, on: date | None) -> Case:
    """Say on which day whoever a closed case was passed on to is asked what came of it; None: nobody is asked.

    From that day on it stands in "my work", until the answer is written down (`put_followed_up`) or the case is opened
    again. Needs `<module>.handle`. Raises InvalidInput for a day that is over or more than a year away, WrongState for
    a case that is open or erased, NotPermitted.
    """
    current = common.locked(case)
    rights.require_to(actor, current, "handle")
    common.require_kept(current)
    if current.is_open:
        raise WrongState(_("Case %(number)s is still worked on here") % {"number": current.number})
    current.follow_up_on = checked_follow_up(on)
    return common.keep(current, "follow_up_on")


def checked_follow_up(on: date | None) -> date | None:
    """The day, if the agency can be asked then. Raises InvalidInput otherwise."""
    today = clock.today()
    if on is not None and on < today:
        raise InvalidInput(_("The day to follow it up is over"), field="follow_up_on")
    if on is not None and on > today + LONGEST:
        raise InvalidInput(_("The day to follow it up is more than a year away"), field="follow_up_on")
    return on


@transaction.atomic
def put_followed_up(
    *,
    actor: Actor,
    case: Case,
    answer: str,
    tell: bool = False,
    again_on: date | None = None,
    version: int | None = None,
) -> Case:
    """Write down what the agency answered, as a note among the staff, and to the citizen too if they are to be told.

    Nobody is asked any more, unless `again_on` says when. Needs `<module>.handle`. Raises InvalidInput by field,
    WrongState where no answer is waited for or the case was erased, Stale, NotPermitted.
    """
    current = common.locked(case, version)
    rights.require_to(actor, current, "handle")
    common.require_kept(current)
    if current.follow_up_on is None:
        raise WrongState(
            _("No answer of an agency is waited for in case %(number)s") % {"number": current.number}
        )
    answer = common.words(answer, "answer", needed=_("Write down what the agency answered"))
    current.follow_up_on = checked_follow_up(again_on)
    common.keep(current, "follow_up_on")
    common.note_event(current, "followed_up", actor=actor)
    put_note(current, answer, actor=actor)
    if tell:
        put_out(current, answer, actor=actor)
    return current
