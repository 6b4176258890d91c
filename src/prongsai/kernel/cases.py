"""What a kind of case is: its words, its states as a table, and its clock. Modules declare theirs in `provides.py`.

Complaints, requests, loans and applications are cases; `foundation/casework` runs them all by what stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Phase(StrEnum):
    """Where a state stands for the public, the statistics and the clock, whatever a kind of case calls it."""

    RECEIVED = "received"  # รับเรื่องแล้ว
    WORKING = "working"  # อยู่ระหว่างดำเนินการ
    WAITING = "waiting"  # รอข้อมูลจากผู้แจ้ง: the clock stands still
    FINISHED = "finished"  # ดำเนินการแล้วเสร็จ
    REFUSED = "refused"  # ไม่รับเรื่อง, with a reason
    MERGED = "merged"  # รวมกับเรื่องอื่น: counted there

    @property
    def is_open(self) -> bool:
        return self in {Phase.RECEIVED, Phase.WORKING, Phase.WAITING}


@dataclass(frozen=True)
class State:
    """One state of a kind of case. `title` is Thai, and what citizens read; `next_title` says what comes then."""

    key: str
    phase: Phase
    title: str
    title_en: str


@dataclass(frozen=True)
class Transition:
    """One row of the table: from `source` to `target` by the act `act`, for holders of `permission`.

    `needs` names what the act must bring: `message` (to the citizen), `reason`, `result`, `unit`.
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
    """The states and the rows that lead from one to another. Raises ValueError for a table with a hole."""

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
                raise ValueError(f"the row {row.source} --{row.act}--> {row.target} cannot stand in the table")
            seen.add((row.source, row.act))

    def state(self, key: str) -> State:
        """The state called `key`. Raises KeyError when the table has none."""
        return next(state for state in self.states if state.key == key) if key in self.keys else self._missing(key)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(state.key for state in self.states)

    def _missing(self, key: str) -> State:
        raise KeyError(key)

    def leading_from(self, state: str) -> tuple[Transition, ...]:
        return tuple(row for row in self.transitions if row.source == state)

    def row(self, state: str, act: str) -> Transition | None:
        """The row for doing `act` in `state`; None when the table has none."""
        return next((row for row in self.transitions if (row.source, row.act) == (state, act)), None)

    def in_phase(self, *phases: Phase) -> tuple[str, ...]:
        """The keys of the states that stand in one of `phases`."""
        return tuple(state.key for state in self.states if state.phase in phases)


@dataclass(frozen=True)
class Clock:
    """Until when a case must be answered. `days` are working days unless `calendar_days`.

    `basis` names the law, e.g. พ.ร.ฎ.ว่าด้วยหลักเกณฑ์และวิธีการบริหารกิจการบ้านเมืองที่ดี พ.ศ. 2546 มาตรา 38.
    """

    days: int = 15
    basis: str = ""
    calendar_days: bool = False
    acknowledge_days: int = 1  # working days until somebody has looked at it


@dataclass(frozen=True)
class CaseKind:
    """A kind of case. `key` is permanent. Numbers run per organization, kind and fiscal year: `prefix` + 69-0127.

    `permission` opens its cases to staff; `url_name` is the workspace's page of one case, reversed with the
    organization's key and the case's id; `public_url_name` the tracking page. `retention_years` after closing the
    personal data go, and the figures stay.
    """

    key: str
    module: str
    title: str
    title_en: str
    workflow: Workflow
    permission: str
    url_name: str
    public_url_name: str = ""
    prefix: str = ""
    clock: Clock = field(default_factory=Clock)
    retention_years: int = 5
    # Closing is followed by one question to the citizen; "not satisfied" may reopen by this act within these days.
    reopen_act: str = ""
    reopen_days: int = 30
    # Fact kinds that the ledger gets, by event: received, finished, refused, reopened, …
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
