"""A row of the table carried out: the case moves, its clock with it, the citizen is told, and the fact is recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.deadlines import calendar_from
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import common, facts
from prongsai.foundation.casework.services.assigning import give
from prongsai.foundation.casework.services.files import attach_all
from prongsai.foundation.casework.services.messages import put_in, put_note, put_out
from prongsai.foundation.casework.services.moving import MOVED, move
from prongsai.foundation.casework.services.telling import tell_merged
from prongsai.foundation.channels.models import ChannelKind
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.cases import WITHDRAW, CaseKind, Phase, Transition
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState

FOUND = {"true", "untrue", "partly"}
MISSING = {
    "message": gettext_lazy("Enter the message to the person who reported"),
    "reason": gettext_lazy("Enter the reason"),
    "result": gettext_lazy("Enter the result"),
    "found": gettext_lazy("Choose whether it is true as reported"),
    "unit": gettext_lazy("Choose the unit"),
}
# What a citizen is told whose case an officer ended because they had asked for it.
ENDED = (
    "เจ้าหน้าที่ยุติเรื่องเลขที่ {number} ตามที่ท่านแจ้งขอยุติเรื่อง "
    "หากท่านไม่ได้ขอ หรือยังต้องการให้ดำเนินการต่อ เขียนบอกเจ้าหน้าที่ที่หน้าติดตามเรื่อง หรือแจ้งทางช่องทางที่ท่านแจ้งเรื่องมา"
)


@dataclass(frozen=True)
class Brought:
    """What an act brings."""

    message: str = ""
    reason: str = ""
    result: str = ""
    found: str = ""
    unit: Unit | None = None
    files: Sequence[StoredFile] = ()

    def checked(self, row: Transition, actor: Actor) -> Brought:
        """The same, cleaned. Raises InvalidInput, naming the field, for what the row needs and is not there.

        Whoever withdraws their own case need not say why.
        """
        needs = frozenset[str]() if (row.act, actor) == (WITHDRAW, common.CITIZEN) else row.needs
        found = self.found.strip()
        if found and found not in FOUND:
            raise InvalidInput(_("Choose whether it is true, untrue or partly true"), field="found")
        clean = Brought(
            message=common.words(self.message, "message"),
            reason=common.words(self.reason, "reason"),
            result=common.words(self.result, "result"),
            found=found,
            unit=common.own_unit(self.unit),
            files=self.files,
        )
        for need in sorted(needs):
            if not getattr(clean, need):
                raise InvalidInput(str(MISSING[need]), field=need)
        return clean


# Asked before an officer's act is done: a module may refuse it in words, or add to what the citizen is told.
act_listeners: list[Callable[[Case, Transition, Brought], Brought]] = []


def carry_out(
    case: Case, kind: CaseKind, row: Transition, *, actor: Actor, brought: Brought, of_citizen: bool = False
) -> Case:
    """Bring a locked case from the row's source to its target, with all that goes with it. The caller asked for permission.

    `of_citizen`: it is the citizen's word that moves it. Opened again by that, its clock starts afresh.
    """
    target = kind.workflow.state(row.target)
    was_open = case.is_open
    if was_open and not target.phase.is_open:
        refuse_open_children(case, actor)
    today = clock.today()
    calendar = calendar_from(min(case.clock_started_on, today))
    move(case, target, kind=kind, on=today, calendar=calendar, afresh=of_citizen)
    if not was_open and target.phase.is_open:
        case.found = ""  # it belongs to the end that is taken back
    if not of_citizen:
        case.acknowledged_at = case.acknowledged_at or clock.now()
        case.heard_at = None
    wished = row.act == WITHDRAW
    if wished:
        said = _said_of_wish(case, brought, actor)
    else:
        said = _put_ending(case, brought, closing=not target.phase.is_open)
    common.keep(case, *MOVED, "acknowledged_at", "result", "found", "may_reopen")
    common.note_event(
        case, "act", actor=actor, act=row.act, source=row.source, target=row.target, public=True
    )
    if brought.unit is not None:
        give(case, actor=actor, unit=brought.unit)
    if wished:
        put_wish(case, brought.reason, actor)
    elif brought.reason and brought.reason not in said:
        put_note(case, brought.reason, actor=actor)
    if said:
        left = wished or case.withdrawn_at is not None
        asks = target.phase is Phase.FINISHED and actor != common.CITIZEN and not left
        put_out(case, said, actor=actor, files=brought.files, asks=asks)
    else:
        attach_all(case, brought.files, from_citizen=False)
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


def _said_of_wish(case: Case, brought: Brought, actor: Actor) -> str:
    """What the citizen is told whose case ends as they wished: nothing, where they did it themselves."""
    ended = "" if actor == common.CITIZEN else ENDED.format(number=case.number)
    return "\n\n".join(filter(None, (ended, brought.message)))


def put_wish(case: Case, reason: str, actor: Actor) -> None:
    """Why the citizen wants their case to end, for the staff alone: it is no result, and nobody else is told it."""
    if reason and actor == common.CITIZEN:
        put_in(case, reason, actor=actor, channel_kind=ChannelKind.WEB.value)
    elif reason:
        put_note(case, reason, actor=actor)


def _put_on_record(case: Case, actor: Actor, *, was_open: bool) -> None:
    phase = Phase(case.phase)
    if was_open and phase in {Phase.FINISHED, Phase.REFUSED}:
        facts.on_closed(case, actor, phase.value)
        if case.merged.exists() and not case_kind(case.kind).workflow.ended_by_wish(case.state):
            tell_merged.defer(organization_id=case.organization_id, case_id=case.pk)
    elif not was_open and phase.is_open:
        facts.on_reopened(case, actor)


def refuse_open_children(case: Case, actor: Actor) -> None:
    """Raise WrongState for a case of which a part is still worked on: nothing but the parent brings the parts together."""
    numbers = list(case.children.open().order_by("id").values_list("number", flat=True)[:5])  # type: ignore[attr-defined]
    if numbers and actor == common.CITIZEN:
        refused = _(
            "A part of it is still worked on as case %(numbers)s. Write to the office below that you want all of it to end"
        )
        raise WrongState(refused % {"numbers": ", ".join(numbers)})
    if numbers:
        raise WrongState(
            _("Not all parts are finished (%(parts)s), so case %(number)s cannot be closed")
            % {"parts": ", ".join(numbers), "number": case.number}
        )
