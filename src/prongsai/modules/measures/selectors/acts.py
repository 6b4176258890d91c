"""What was done to a plan, by whom and when: read from the ledger, which keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import pending
from prongsai.kernel.contracts import Origin, Ref
from prongsai.modules.measures.models import Plan

SUBMITTED = "plan_submitted"
STEPS = (
    "plan_drafted",
    SUBMITTED,
    "plan_reviewed",
    "plan_sent_back",
    "plan_approved",
    "announcement_issued",
    "plan_superseded",
    "plan_discarded",
    "report_closed",
    "report_corrected",
)


@dataclass(frozen=True)
class Act:
    """A step of a plan's life. `by` signed it; `recorded_by` put it on record when that was somebody else."""

    number: int
    kind: str
    version: int
    day: date
    at: datetime
    by: str
    position: str
    recorded_by: str = ""
    on_paper: bool = False
    words: str = ""  # the reason, or what has to be mended
    wording: str = ""  # digest of what was approved
    files: tuple[Mapping[str, Any], ...] = ()


def acts_of(fiscal_year: int) -> list[Act]:
    """The steps in the life of all versions of a year's plan, oldest first. One query."""
    found = facts(subject=Ref("measures", "plan", fiscal_year)).filter(kind__in=STEPS).with_payload()
    return [_act(entry) for entry in found.order_by("number")]


def acts_on(plan: Plan) -> list[Act]:
    """The steps in the life of one version, oldest first. One query."""
    return [act for act in acts_of(plan.fiscal_year) if act.version == plan.version]


def submitted_on(plan: Plan) -> date | None:
    """The day on which this version was last submitted, also when that is not in the register yet. At most one query."""
    mine = Ref("measures", "plan", plan.fiscal_year)
    waiting = [e for e in pending() if e.kind == SUBMITTED and e.subject == str(mine)]
    if waiting:
        return waiting[-1].occurred_on
    found = facts(kind=SUBMITTED, subject=mine).with_payload().order_by("-number")
    return next((e.occurred_on for e in found if e.content.get("version") == plan.version), None)


def _act(entry: Entry) -> Act:
    content = entry.content
    actor = content.get("actor", {})
    name = actor.get("name", "")
    signed = content.get("signatory", "")
    on_paper = entry.origin == Origin.DOCUMENT
    return Act(
        number=entry.number,
        kind=entry.kind,
        version=int(content.get("version", 0)),
        day=entry.occurred_on,
        at=entry.recorded_at,
        by=signed or name,
        position=content.get("position", "") if signed else actor.get("position", ""),
        recorded_by=name if on_paper and name != signed else "",
        on_paper=on_paper,
        words=str(content.get("remarks") or content.get("reason") or ""),
        wording=content.get("wording", ""),
        files=tuple(content.get("files", ())),
    )
