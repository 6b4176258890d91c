"""How often strangers may send: enough for a village behind one address, and little for a machine.

Counted in memory under a digest of the address (ui/discreet.py). Nobody is locked out: when the free places of an address
are used up, everybody there is asked one question that a machine does not answer by itself; those who answer have places
of their own, that a blind flood cannot use up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from prongsai.ui.limits import Buckets

EVERYBODY = ""


class Answer(StrEnum):
    YES = "yes"
    ASK = "ask"  # the question has to be answered first
    WAIT = "wait"  # even who answers has to wait a minute


@dataclass
class Lane:
    """Places of one address, and of all addresses together."""

    own: Buckets
    together: Buckets

    def take(self, who: str) -> bool:
        return self.together.left(EVERYBODY) >= 1 and self.own.take(who) and self.together.take(EVERYBODY)

    def clear(self) -> None:
        self.own.clear()
        self.together.clear()


@dataclass
class Gate:
    """One in each web process, for each thing that is limited."""

    free: Lane
    answered: Lane

    def ask(self, who: str, *, answered: bool) -> Answer:
        """Whether `who` (a digest) may go on; a place is taken when the answer is yes."""
        if answered:
            return Answer.YES if self.answered.take(who) else Answer.WAIT
        return Answer.YES if self.free.take(who) else Answer.ASK

    def clear(self) -> None:
        self.free.clear()
        self.answered.clear()


def _lane(burst: int, per_minute: int, all_burst: int, all_per_minute: int) -> Lane:
    return Lane(
        Buckets(burst=burst, per_minute=per_minute), Buckets(burst=all_burst, per_minute=all_per_minute)
    )


sending = Gate(free=_lane(30, 6, 120, 30), answered=_lane(40, 20, 200, 90))
asking = Gate(free=_lane(20, 10, 100, 40), answered=_lane(40, 20, 200, 90))  # codes tried
