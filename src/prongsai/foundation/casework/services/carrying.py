"""A row of the table carried out: the case moves, its clock with it, the citizen is told, and the fact is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common, facts
from prongsai.foundation.casework.services.assigning import give
from prongsai.foundation.casework.services.files import attach_all
from prongsai.foundation.casework.services.messages import put_note, put_out
from prongsai.foundation.casework.services.moving import MOVED, move
from prongsai.foundation.casework.services.telling import tell_merged
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind, Phase, Transition
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState

FOUND = {"true", "untrue", "partly"}
MISSING = {
    "message": "กรอกข้อความถึงผู้แจ้ง",
    "reason": "กรอกเหตุผล",
    "result": "กรอกผลการดำเนินการ",
    "found": "เลือกว่าข้อเท็จจริงเป็นไปตามที่แจ้งหรือไม่",
    "unit": "เลือกส่วนราชการ",
}


@dataclass(frozen=True)
class Brought:
    """What an act brings."""

    message: str = ""
    reason: str = ""
    result: str = ""
    found: str = ""
    unit: Unit | None = None
    files: Sequence[StoredFile] = ()

    def checked(self, row: Transition) -> Brought:
        """The same, cleaned. Raises InvalidInput, naming the field, for what the row needs and is not there."""
        found = self.found.strip()
        if found and found not in FOUND:
            raise InvalidInput("เลือกว่าเป็นจริง ไม่เป็นจริง หรือเป็นจริงบางส่วน", field="found")
        clean = Brought(
            message=common.words(self.message, "message"),
            reason=common.words(self.reason, "reason"),
            result=common.words(self.result, "result"),
            found=found,
            unit=common.own_unit(self.unit),
            files=self.files,
        )
        for need in sorted(row.needs):
            if not getattr(clean, need):
                raise InvalidInput(MISSING[need], field=need)
        return clean


def carry_out(
    case: Case, kind: CaseKind, row: Transition, *, actor: Actor, brought: Brought, of_citizen: bool = False
) -> Case:
    """Bring a locked case from the row's source to its target, with all that goes with it. The caller asked for permission."""
    target = kind.workflow.state(row.target)
    was_open = case.is_open
    if target.phase is Phase.FINISHED and was_open:
        _refuse_open_children(case)
    today = clock.today()
    move(case, target, kind=kind, on=today, calendar=calendar_from(min(case.clock_started_on, today)))
    if not of_citizen:
        case.acknowledged_at = case.acknowledged_at or clock.now()
        case.heard_at = None
    said = _put_ending(case, brought, closing=not target.phase.is_open)
    common.keep(case, *MOVED, "acknowledged_at", "result", "found", "may_reopen")
    common.note_event(
        case, "act", actor=actor, act=row.act, source=row.source, target=row.target, public=True
    )
    if brought.unit is not None:
        give(case, actor=actor, unit=brought.unit)
    if brought.reason and brought.reason not in said:
        put_note(case, brought.reason, actor=actor)
    message = put_out(case, said, actor=actor) if said else None
    attach_all(case, brought.files, from_citizen=False, message=message)
    _put_on_record(case, actor, was_open=was_open)
    return case


def _put_ending(case: Case, brought: Brought, *, closing: bool) -> str:
    """Result and finding into the case; returns what the citizen is told."""
    if brought.found:
        case.found = brought.found
    if brought.result:
        case.result = brought.result
    elif closing and brought.reason:
        case.result = brought.reason
    ending = case.result if closing and (brought.result or brought.reason) else ""
    return "\n\n".join(filter(None, (brought.message, ending if ending != brought.message else "")))


def _put_on_record(case: Case, actor: Actor, *, was_open: bool) -> None:
    phase = Phase(case.phase)
    if was_open and phase in {Phase.FINISHED, Phase.REFUSED}:
        facts.on_closed(case, actor, phase.value)
        if case.merged.exists():
            tell_merged.defer(organization_id=case.organization_id, case_id=case.pk)
    elif not was_open and phase.is_open:
        facts.on_reopened(case, actor)


def _refuse_open_children(case: Case) -> None:
    numbers = list(case.children.open().order_by("id").values_list("number", flat=True)[:5])  # type: ignore[attr-defined]
    if numbers:
        raise WrongState(f"เรื่องย่อย {', '.join(numbers)} ยังไม่แล้วเสร็จ จึงปิดเรื่อง {case.number} ไม่ได้")
