"""The life of a plan as a table: (state, act) → next state, and the permission that the act needs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import WrongState
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.labels import Words, plan_state

ACTS: dict[tuple[str, str], str] = {
    (PlanStatus.DRAFT, "submit"): PlanStatus.SUBMITTED,
    (PlanStatus.DRAFT, "discard"): PlanStatus.DISCARDED,
    (PlanStatus.SUBMITTED, "send_back"): PlanStatus.DRAFT,
    (PlanStatus.SUBMITTED, "review"): PlanStatus.REVIEWED,
    # A clerk who acts for the head approves what is submitted in one step.
    (PlanStatus.SUBMITTED, "approve"): PlanStatus.APPROVED,
    (PlanStatus.REVIEWED, "send_back"): PlanStatus.DRAFT,
    (PlanStatus.REVIEWED, "approve"): PlanStatus.APPROVED,
    (PlanStatus.APPROVED, "send_back"): PlanStatus.DRAFT,
    (PlanStatus.APPROVED, "publish"): PlanStatus.PUBLISHED,
    (PlanStatus.PUBLISHED, "supersede"): PlanStatus.SUPERSEDED,
    (PlanStatus.PUBLISHED, "close"): PlanStatus.CLOSED,
    (PlanStatus.CLOSED, "correct"): PlanStatus.CLOSED,
}

# Any one of these permissions allows the act.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    "draft": ("measures.draft",),
    "edit": ("measures.draft",),
    "discard": ("measures.draft",),
    "submit": ("measures.submit",),
    "review": ("measures.review",),
    "send_back": ("measures.review", "measures.approve"),
    "approve": ("measures.approve",),
    # The head signs by pen: whoever reviews puts the signed paper on record.
    "approve_on_paper": ("measures.approve", "measures.review"),
    "publish": ("measures.publish",),
    "supersede": ("measures.publish",),
    "withdraw_statement": ("measures.submit", "measures.review"),
    "freeze": ("measures.submit", "measures.close"),
    "close": ("measures.close",),
    "correct": ("measures.close",),
    "attest": ("measures.attest",),
    "record": ("evidence.record",),
    "remark": ("measures.remark", "measures.review", "measures.approve"),
    "answer": ("measures.draft", "measures.submit", "evidence.record"),
}

NOT_NOW: dict[str, Words] = {
    "submit": _("%(plan)s is in the state “%(status)s”, so it cannot be submitted"),
    "discard": _("%(plan)s is in the state “%(status)s”, so it cannot be discarded"),
    "review": _("%(plan)s is in the state “%(status)s”, so it cannot be agreed to"),
    "send_back": _("%(plan)s is in the state “%(status)s”, so it cannot be sent back"),
    "approve": _("%(plan)s is in the state “%(status)s”, so it cannot be approved"),
    "publish": _("%(plan)s is in the state “%(status)s”, so it cannot be announced"),
    "supersede": _("%(plan)s is in the state “%(status)s”, so no new version can be announced in its place"),
    "close": _("%(plan)s is in the state “%(status)s”, so the year cannot be closed"),
    "correct": _("%(plan)s is in the state “%(status)s”, so the closed report cannot be corrected"),
}


def permit(actor: Actor, act: str) -> None:
    """Raise NotPermitted unless `actor` may do `act`."""
    enough = PERMISSIONS[act]
    if not any(permission in actor.permissions for permission in enough):
        actor.require(enough[0])


def advance(status: str, act: str, *, name: str) -> str:
    """The state that `act` leads to from `status`. Raises WrongState, naming the plan, when the table has no such arrow."""
    try:
        return ACTS[(status, act)]
    except KeyError:
        raise WrongState(str(NOT_NOW[act]) % {"plan": name, "status": plan_state(status)}) from None
