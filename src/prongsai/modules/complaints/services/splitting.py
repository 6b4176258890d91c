"""A part of a case becomes one of its own, and goes where the office's rules lead such a case."""

from __future__ import annotations

from django.db import transaction

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Concerned, Opened, split
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.contracts import Actor, Topic
from prongsai.modules.complaints.services.routing import Matter, apart_from, hand_on, route


@transaction.atomic
def split_off(
    *,
    actor: Actor,
    case: Case,
    title: str,
    body: str,
    category: str,
    topic: Topic | None = None,
    unit: Unit | None = None,
) -> Opened:
    """The part with its tracking code. Without a `unit` the office's rules say whose it is, and how urgent.

    Needs complaints.handle and complaints.intake. Raises as `casework.split` does.
    """
    led = apart_from(
        Concerned.of(case), route(Matter(case.kind, category, case.village, case.place, f"{title} {body}"))
    )
    opened = split(
        actor=actor,
        case=case,
        title=title,
        body=body,
        category=category,
        topic=topic,
        unit=unit or led.unit,
        is_urgent=led.is_urgent,
    )
    hand_on(opened, led)
    return opened
