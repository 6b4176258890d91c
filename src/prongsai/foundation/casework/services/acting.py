"""Acts by the rows of a kind's table: nothing brings a case into another state but a row that leads there."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, StandardAnswer
from prongsai.foundation.casework.services import common
from prongsai.foundation.casework.services.carrying import Brought, act_listeners, carry_out
from prongsai.foundation.casework.services.withdrawing import leave_to_others
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.cases import ACKNOWLEDGE, HEAR, MERGE, WITHDRAW
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import WrongState

OF_THEIR_OWN = {
    HEAR: gettext_lazy("It is for the person who reported to answer"),
    MERGE: gettext_lazy("Join the cases instead"),
}


@transaction.atomic
def act(
    *,
    actor: Actor,
    case: Case,
    act: str,
    version: int | None = None,
    message: str = "",
    reason: str = "",
    result: str = "",
    found: str = "",
    unit: Unit | None = None,
    files: Sequence[StoredFile] = (),
    answer: StandardAnswer | None = None,
) -> Case:
    """Do what a row of the kind's table says, for holders of the row's permission.

    `message` goes to the citizen; where it is empty, the result or the reason of a closing act does. Any other reason
    is a note among the staff. `unit` is the one that the case is given to. `answer` is the standard answer that was
    used. A case with open children does not end. What the citizen withdraws ends without a result, and why is for the
    staff alone; where others' cases are merged with it, their own part ends and the case stays open. Raises WrongState (the table has no such row now), NotPermitted,
    InvalidInput with the field that is missing, Stale when somebody acted after `version` was read.
    """
    if act in OF_THEIR_OWN:
        raise WrongState(str(OF_THEIR_OWN[act]))
    current = common.locked(case, version)
    kind = case_kind(current.kind)
    row = common.row_for(current, kind, act)
    rights.require(actor, current, row.permission)
    brought = Brought(message, reason, result, found, unit, files).checked(row, actor)
    for listener in act_listeners:
        brought = listener(current, row, brought)
    if act == WITHDRAW and current.merged.exists():
        return leave_to_others(current, actor=actor, brought=brought)
    if answer is not None:
        current.may_reopen = answer.reopens_when_unhappy
    return carry_out(current, kind, row, actor=actor, brought=brought)


@transaction.atomic
def acknowledge(*, actor: Actor, case: Case, version: int | None = None) -> Case:
    """Say that somebody has looked at the case; where the table has a row `acknowledge`, it leads on by it.

    Needs the row's permission, or `<module>.handle`. Acknowledged twice is acknowledged once. Raises NotPermitted,
    WrongState for a case that is closed, Stale.
    """
    current = common.locked(case, version)
    kind = case_kind(current.kind)
    row = kind.workflow.row(current.state, ACKNOWLEDGE)
    rights.require(actor, current, row.permission if row else kind.permission_for("handle"))
    if row is not None:
        return carry_out(current, kind, row, actor=actor, brought=Brought().checked(row, actor))
    common.require_open(current, kind)
    if current.acknowledged_at is not None:
        return current
    current.acknowledged_at = clock.now()
    common.note_event(current, "acknowledged", actor=actor, public=True)
    return common.keep(current, "acknowledged_at")
