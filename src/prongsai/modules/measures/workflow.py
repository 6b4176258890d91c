"""The life of a plan as a table: (state, act) → next state, and the permission that the act needs."""

from __future__ import annotations

from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import WrongState
from prongsai.modules.measures.choices import PlanStatus

ACTS: dict[tuple[str, str], str] = {
    (PlanStatus.DRAFT, "submit"): PlanStatus.SUBMITTED,
    (PlanStatus.SUBMITTED, "send_back"): PlanStatus.DRAFT,
    (PlanStatus.SUBMITTED, "approve"): PlanStatus.APPROVED,
    (PlanStatus.APPROVED, "send_back"): PlanStatus.DRAFT,
    (PlanStatus.APPROVED, "publish"): PlanStatus.PUBLISHED,
    (PlanStatus.PUBLISHED, "supersede"): PlanStatus.SUPERSEDED,
    (PlanStatus.PUBLISHED, "close"): PlanStatus.CLOSED,
    (PlanStatus.CLOSED, "correct"): PlanStatus.CLOSED,
}

PERMISSIONS = {
    "draft": "measures.draft",
    "edit": "measures.draft",
    "submit": "measures.submit",
    "send_back": "measures.review",
    "approve": "measures.approve",
    "publish": "measures.publish",
    "supersede": "measures.publish",
    "close": "measures.close",
    "correct": "measures.close",
    "attest": "measures.attest",
    "record": "evidence.record",
}

THAI = {
    "submit": "เสนอ",
    "send_back": "ส่งกลับแก้ไข",
    "approve": "อนุมัติ",
    "publish": "ประกาศ",
    "supersede": "ประกาศฉบับใหม่แทน",
    "close": "ปิดปี",
    "correct": "แก้ไขรายงานที่ปิดแล้ว",
}


def permit(actor: Actor, act: str) -> None:
    """Raise NotPermitted unless `actor` may do `act`."""
    actor.require(PERMISSIONS[act])


def advance(status: str, act: str, *, name: str) -> str:
    """The state that `act` leads to from `status`. Raises WrongState, naming the plan, when the table has no such arrow."""
    try:
        return ACTS[(status, act)]
    except KeyError:
        present = PlanStatus(status).label
        raise WrongState(f"{name} อยู่ในสถานะ “{present}” จึง{THAI[act]}ไม่ได้") from None
