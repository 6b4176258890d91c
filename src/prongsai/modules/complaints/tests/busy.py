"""A year of many cases in every state, of every subject and by several ways. Everything in them is invented."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import merge
from prongsai.foundation.ledger.services import flush
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.registry import registry
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, SUGGESTION
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.tests.register import came
from tests.cast import SYSTEM

# How many of each kind come in each month from October on. Of complaints three quarters have many, and October few.
MANY = {GRIEVANCE: [9, 1, 0, 4, 12, 2, 3, 0, 0, 7, 11, 5], COMPLAINT: [2, 10, 13, 11, 10, 0, 0, 0, 0, 1, 12, 10],
        SUGGESTION: [1] * 12, INFORMATION: [0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 3]}  # fmt: skip


def made(many: dict[str, list[int]], today: date) -> None:
    """Cases of the year in every state, so many of each kind in each month."""
    dice = Random(2568)
    cases: list[Case] = []
    for kind, months in many.items():
        known = [each for each in categories().values() if each.kind == kind]
        states = [
            state for state in registry().case_kinds[kind].workflow.states if state.phase is not Phase.MERGED
        ]
        for at, count in enumerate(months):
            first = date(2024 + (at + 9) // 12, (at + 9) % 12 + 1, 1)
            for _turn in range(count):
                about, state = dice.choice(known), dice.choice(states)
                on = first + timedelta(days=dice.randrange(28))
                closed = None if state.phase.is_open else min(today, on + timedelta(days=dice.randrange(60)))
                number = len(cases) + 1000
                cases.append(
                    Case(
                        kind=kind, fiscal_year=2568, sequence=number, number=f"n{number}", secret=f"n{number}",
                        state=state.key, phase=state.phase.value, title="ตัวอย่าง", category=about.key, topic=about.topic or "",
                        channel_kind=dice.choice(["web", "line", "phone", "walk_in"]), received_at=clock.now(),
                        received_on=on, clock_started_on=on, due_on=on + timedelta(days=21), closed_on=closed,
                        days_taken=None if closed is None else (closed - on).days * 5 // 7,
                    )
                )  # fmt: skip
    Case.objects.bulk_create(cases)
    joined = came(date(2025, 4, 1), "lamp"), came(date(2025, 4, 2), "lamp")
    with clock.at(date(2025, 4, 3)):
        merge(actor=SYSTEM, case=joined[1], into=joined[0], reason="เรื่องเดียวกัน")
    with clock.at(today):
        count_due(actor=SYSTEM)
        flush()
