"""What a kind of case is: its words, its states as a table, and its clock. Modules declare theirs in `provides.py`.

Complaints, requests, loans and applications are cases; `foundation/casework` runs them all by what stands here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prongsai.kernel.contracts import Actor
    from prongsai.kernel.thai.working_days import OfficeCalendar

# Acts that nobody chooses from a list: casework does them itself, by the rows of these names.
HEAR = "hear"  # the citizen answers: from a state in which the case waits for that
MERGE = "merge"  # the case is counted with another one
# The citizen wants the case to end: they say so themselves, or an officer writes down that they did.
WITHDRAW = "withdraw"
ACKNOWLEDGE = (
    "acknowledge"  # somebody has looked at it; a table may lead to another state by it, or have no such row
)

NEEDS = frozenset({"message", "reason", "result", "found", "unit"})  # what an act on a case may have to bring
PREFIX = re.compile(r"[A-Z]{0,3}")


class Phase(StrEnum):
    """Where a state stands for the public, the statistics and the clock, whatever a kind of case calls it."""

    RECEIVED = "received"  # รับเรื่องแล้ว
    WORKING = "working"  # อยู่ระหว่างดำเนินการ
    WAITING = "waiting"  # รอข้อมูลจากผู้แจ้ง: the clock stands still
    FINISHED = "finished"  # ดำเนินการแล้วเสร็จ
    REFUSED = "refused"  # ไม่รับเรื่อง, with a reason
    MERGED = "merged"  # รวมกับเรื่องอื่น: counted there, until it is taken out again

    @property
    def is_open(self) -> bool:
        return self in {Phase.RECEIVED, Phase.WORKING, Phase.WAITING}


@dataclass(frozen=True)
class State:
    """One state of a kind of case. `title` is Thai, and what citizens read; `next_title` tells them what comes then."""

    key: str
    phase: Phase
    title: str
    title_en: str
    next_title: str = ""
    next_title_en: str = ""


@dataclass(frozen=True)
class Transition:
    """One row of the table: from `source` to `target` by the act `act`, for holders of `permission`.

    `needs` names what the act must bring: `message` (to the citizen), `reason`, `result`, `found`, `unit`. A row
    without a permission is done by casework alone (`hear`); of several permissions, separated by `|`, any one will do.
    """

    act: str
    source: str
    target: str
    title: str
    title_en: str
    permission: str
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Workflow:
    """The states and the rows that lead from one to another.

    Raises ValueError for a table with a hole: a state that nothing leads to, or an open state that never ends.
    """

    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        known = {state.key for state in self.states}
        if len(known) != len(self.states) or self.initial not in known:
            raise ValueError("a workflow needs each state once, and one of them first")
        seen: set[tuple[str, str]] = set()
        for row in self.transitions:
            if row.source not in known or row.target not in known or (row.source, row.act) in seen:
                raise ValueError(f"the row {_shown(row)} cannot stand in the table")
            seen.add((row.source, row.act))
        self._refuse_holes()

    def _refuse_holes(self) -> None:
        if not self.state(self.initial).phase.is_open:
            raise ValueError("a case begins open")
        lost = self.keys - self._leading_to_from({self.initial}, forwards=True)
        if lost:
            raise ValueError(f"nothing leads to {', '.join(sorted(lost))}")
        closed = {state.key for state in self.states if not state.phase.is_open}
        endless = self.keys - self._leading_to_from(closed, forwards=False)
        if endless:
            raise ValueError(f"from {', '.join(sorted(endless))} no way leads to an end")

    def _leading_to_from(self, ends: set[str], *, forwards: bool) -> set[str]:
        """The states that rows connect with `ends`, these included."""
        found, fresh = set(ends), set(ends)
        while fresh:
            if forwards:
                fresh = {row.target for row in self.transitions if row.source in fresh} - found
            else:
                fresh = {row.source for row in self.transitions if row.target in fresh} - found
            found |= fresh
        return found

    def state(self, key: str) -> State:
        """The state called `key`. Raises KeyError when the table has none."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(key)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(state.key for state in self.states)

    def leading_from(self, state: str) -> tuple[Transition, ...]:
        return tuple(row for row in self.transitions if row.source == state)

    def row(self, state: str, act: str) -> Transition | None:
        """The row for doing `act` in `state`; None when the table has none."""
        return next((row for row in self.transitions if (row.source, row.act) == (state, act)), None)

    def ended_by_wish(self, state: str) -> bool:
        """Whether a case in `state` was ended because its citizen wanted it to end: it has no result to judge."""
        return any((row.act, row.target) == (WITHDRAW, state) for row in self.transitions)

    @property
    def timed(self) -> tuple[str, ...]:
        """The states of cases that the office finished: of these it is asked whether they were in time, not of those that
        were not taken up or that the citizen withdrew."""
        return tuple(key for key in self.in_phase(Phase.FINISHED) if not self.ended_by_wish(key))

    def in_phase(self, *phases: Phase) -> tuple[str, ...]:
        """The keys of the states that stand in one of `phases`."""
        return tuple(state.key for state in self.states if state.phase in phases)


def _shown(row: Transition) -> str:
    return f"{row.source} --{row.act}--> {row.target}"


@dataclass(frozen=True)
class Clock:
    """Until when a case must be answered. `days` are working days unless `calendar_days`.

    The first day is not counted (ป.พ.พ. มาตรา 193/3), and calendar days that end on a day off end on the next day of
    work (มาตรา 193/8). `basis` names the law, e.g. พ.ร.ฎ.ว่าด้วยหลักเกณฑ์และวิธีการบริหารกิจการบ้านเมืองที่ดี พ.ศ. 2546 มาตรา 38.
    The same section wants the citizen answered, or told how things stand, within 15 days, whatever the work takes:
    that is `inform_days` (calendar days; 0 where the rule does not hold). `inform_basis` and `finish_basis` say of each
    of the two last days where it comes from: by law is only what the law says.
    """

    days: int = 15
    basis: str = ""
    calendar_days: bool = False
    acknowledge_days: int = 1  # working days until somebody has looked at it
    inform_days: int = 15
    inform_basis: str = ""
    finish_basis: str = ""
    escalate_days: int = 3  # working days that a case may be late before the clerk (ปลัด) is told
    remind_days: int = 5  # working days after which a citizen who was asked is asked once more; 0: never

    def due(self, start: date, calendar: OfficeCalendar, *, waited: int = 0) -> date:
        """The last day in time for a case that came on `start` and whose clock stood still for `waited` of its days."""
        if self.calendar_days:
            return calendar.on_or_after(start + timedelta(days=self.days + waited))
        return calendar.after(start, self.days + waited)

    def elapsed(self, start: date, end: date, calendar: OfficeCalendar) -> int:
        """How many of the clock's days lie after `start` up to and with `end`; none when `end` is not later."""
        if end <= start:
            return 0
        return (end - start).days if self.calendar_days else calendar.between(start, end)

    def inform_by(self, start: date, calendar: OfficeCalendar) -> date | None:
        """The last day on which the citizen must have been answered or told how things stand."""
        return calendar.on_or_after(start + timedelta(days=self.inform_days)) if self.inform_days else None


@dataclass(frozen=True)
class CaseKind:
    """A kind of case. `key` is permanent. Numbers run per organization, kind and fiscal year: `prefix` + 69-0127.

    `permission` opens its cases to staff. What else they may do asks for `<module>.intake`, `.handle` (work on a case),
    `.assign`, `.publish` and `.manage` (erase, standard answers), unless `permits` says otherwise; the acts of the table
    ask for their rows' permissions. `url_name` is the workspace's page of one case, reversed with the organization's
    key and the case's id; `public_url_name` the tracking page, reversed with the organization's key and the tracking
    code; `find_url_name` the page that asks for that code, reversed with the key alone. `retention_years` after closing
    the personal data go, and the figures stay. Cases of a kind that is `kept_to_unit` are seen by the unit and the
    person who work on them, and by those who assign or take in such cases: whoever else may open cases of the kind
    sees none of others' (`sees_all`). Of whom such a case is said to be about it is kept altogether, whatever they hold.

    Raises ValueError for a key outside its module, a prefix that is not up to three Latin capitals, a `reopen_act` that
    some finished state has no row for, a state that waits for the citizen without a row `hear`, one that merges by
    another act than `merge` or goes on afterwards, or a row that needs what no act brings.
    """

    key: str
    module: str
    title: str
    title_en: str
    workflow: Workflow
    permission: str
    url_name: str
    public_url_name: str = ""
    find_url_name: str = ""
    prefix: str = ""
    clock: Clock = field(default_factory=Clock)
    retention_years: int = 5
    # Closing is followed by one question to the citizen; "not satisfied" may reopen by this act within these days.
    reopen_act: str = ""
    reopen_days: int = 30
    # Fact kinds that the ledger gets, by event: received, finished, refused, reopened, merged, recategorised. What was
    # received is withdrawn when the case is merged, and recorded anew when its topic or category changes.
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    permits: Mapping[str, str] = field(default_factory=dict[str, str])
    kept_to_unit: bool = False
    # What such cases can be about: key → title in Thai and English, in the order in which they are offered.
    categories: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    # What such a case is called that nobody gave a title to: by its category, its text, and the number of the village.
    called: Callable[[str, str, str], str] | None = None

    def __post_init__(self) -> None:
        if not self.key.startswith(f"{self.module}."):
            raise ValueError(f"the case kind {self.key} must be named after its module {self.module}")
        if not PREFIX.fullmatch(self.prefix):
            raise ValueError(f"{self.key}: a prefix is up to three Latin capitals")
        self._refuse_misfits()
        if self.reopen_act:
            for state in self.workflow.in_phase(Phase.FINISHED):
                row = self.workflow.row(state, self.reopen_act)
                if row is None or not self.workflow.state(row.target).phase.is_open:
                    raise ValueError(f"{self.key}: {self.reopen_act} must lead back from {state}")

    def _refuse_misfits(self) -> None:
        """What casework cannot carry out, in a table that has no holes."""
        flow = self.workflow
        for state in flow.states:
            heard = flow.row(state.key, HEAR)
            if (state.phase is Phase.WAITING) != (heard is not None):
                raise ValueError(
                    f"{state.key}: a state has a row {HEAR} if it waits for the citizen, and only then"
                )
            if heard and flow.state(heard.target).phase not in {Phase.RECEIVED, Phase.WORKING}:
                raise ValueError(f"the row {_shown(heard)} must lead back to work")
            if state.phase is Phase.MERGED and flow.leading_from(state.key):
                raise ValueError(f"{state.key}: a merged case is counted elsewhere and goes no further")
        for row in flow.transitions:
            if (flow.state(row.target).phase is Phase.MERGED) != (row.act == MERGE):
                raise ValueError(
                    f"the row {_shown(row)}: the act {MERGE}, and no other, leads to a merged state"
                )
            if row.needs - NEEDS:
                raise ValueError(f"{self.key}: the row {_shown(row)} needs what no act brings")

    def sees_all(self, actor: Actor) -> bool:
        """Whether the actor sees every case of the kind, and not only those of their unit and their own. What a case is
        about them is kept from them all the same."""
        return not self.kept_to_unit or self._holds(actor, "assign", "intake")

    def oversees(self, actor: Actor) -> bool:
        """Whether the actor's work on cases of the kind goes beyond their own unit: who assigns, takes in or manages."""
        return self._holds(actor, "assign", "intake", "manage")

    def keeps(self, actor: Actor) -> bool:
        """Whether the actor keeps the register of such cases: who takes them in or manages them. They alone take a case
        out of a kind that is kept to its units, or refuse it."""
        return self._holds(actor, "intake", "manage")

    def _holds(self, actor: Actor, *what: str) -> bool:
        return actor.is_system or not actor.permissions.isdisjoint(map(self.permission_for, what))

    def permission_for(self, what: str) -> str:
        """The permission that `what` (intake, handle, assign, publish, manage) asks for."""
        return self.permits.get(what, f"{self.module}.{what}")
