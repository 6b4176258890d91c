"""Figures from the database agree with a recount in Python, case by case."""

from __future__ import annotations

import statistics as mathematics
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import acknowledge, act, answer_closing, merge
from prongsai.foundation.casework.statistics import (
    DIMENSIONS,
    Figures,
    crossed,
    grouped,
    quarter_of,
    statistics,
)
from prongsai.foundation.casework.tests.conftest import ERRAND, LETTER, a_case
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period
from tests.cast import donsai
from tests.golden.queries import counted_queries

YEAR = Period.fiscal_year(2568)
AS_OF = date(2025, 11, 3)
PHASES = ("received", "working", "waiting", "finished", "refused", "merged")


def random_cases(count: int = 600) -> list[Case]:
    """Cases of three years in every phase, some of them self-checks."""
    dice, units = Random(68), [None, *Unit.objects.all()]
    made = []
    for number in range(count):
        received = date(2024, 6, 1) + timedelta(days=dice.randrange(700))
        phase = dice.choice(PHASES)
        closed = received + timedelta(days=dice.randrange(120)) if phase in PHASES[3:] else None
        made.append(
            Case(
                kind=dice.choice([ERRAND.key, LETTER.key]), fiscal_year=2568, sequence=number + 1, number=f"{number}",
                secret=f"{number}", state=phase, phase=phase, title="ตัวอย่าง", category=dice.choice(["lamp", "road", ""]),
                topic=dice.choice(["service", "assets", ""]), channel_kind=dice.choice(["web", "line", "phone"]),
                is_check=number % 37 == 0, unit=dice.choice(units), received_at=clock.now(), received_on=received,
                clock_started_on=received, due_on=received + timedelta(days=21), closed_on=closed,
                days_taken=dice.randrange(40) if closed else None, found=dice.choice(["", "true", "partly", "untrue"]),
                satisfied=dice.choice([None, True, False]), reopened=dice.choice([0, 0, 1]),
                was_late=dice.choice([False, False, True]),
            )
        )  # fmt: skip
    return Case.objects.bulk_create(made)


def value(case: Case, dimension: str) -> str:
    match dimension:
        case "month":
            return f"{case.received_on:%Y-%m}"
        case "channel":
            return case.channel_kind
        case "unit":
            return str(case.unit_id or "")
        case _:
            return getattr(case, dimension)


def recount(cases: list[Case]) -> Figures:
    """The same figures, one case after another."""
    counts: dict[str, int] = defaultdict(int)
    days: dict[int, int] = defaultdict(int)
    for case in cases:
        closed = case.closed_on is not None and case.closed_on <= AS_OF
        assert case.due_on is not None
        counts["received"] += 1
        counts["pending"] += not closed
        counts["finished"] += closed and case.phase == "finished"
        counts["refused"] += closed and case.phase == "refused"
        timed = closed and case.phase == "finished"
        counts["timed"] += timed
        counts["in_time"] += timed and case.closed_on <= case.due_on and not case.was_late  # type: ignore[operator]
        counts["overdue"] += not closed and case.due_on < AS_OF and case.phase != "waiting"
        counts["reopened"] += case.reopened > 0
        counts["satisfied"] += case.satisfied is True
        counts["unsatisfied"] += case.satisfied is False
        for found in ("true", "partly", "untrue"):
            counts[f"found_{found}"] += case.found == found
        if timed:
            days[case.days_taken or 0] += 1
    return Figures(**counts, days=dict(days))


def counted_here(cases: list[Case], kinds: tuple[str, ...] = ()) -> list[Case]:
    return [
        case
        for case in cases
        if case.received_on in YEAR
        and not case.is_check
        and case.phase != "merged"
        and (not kinds or case.kind in kinds)
    ]


def test_a_years_figures_agree_with_a_recount_in_every_dimension(office: Organization) -> None:
    cases = random_cases()
    with scope(donsai().pk):
        random_cases(20)
    with counted_queries("casework.statistics"):
        found = statistics(YEAR, as_of=AS_OF)
    ours = counted_here(cases)
    assert found.total == recount(ours)
    assert found.total.received > 200
    assert set(found.by) == set(DIMENSIONS)
    for dimension in DIMENSIONS:
        values = {value(case, dimension) for case in ours}
        assert found.by[dimension] == {
            each: recount([case for case in ours if value(case, dimension) == each]) for each in values
        }, dimension


def test_figures_of_one_kind_and_two_dimensions_at_once(office: Organization) -> None:
    ours = counted_here(random_cases(), (LETTER.key,))
    found = crossed(YEAR, "month", "topic", kinds=[LETTER.key], as_of=AS_OF)
    places = {(value(case, "month"), case.topic) for case in ours}
    assert found == {
        (month, topic): recount([c for c in ours if (value(c, "month"), c.topic) == (month, topic)])
        for month, topic in places
    }
    assert statistics(YEAR, kinds=[LETTER.key], as_of=AS_OF, by=()).total == recount(ours)


def test_many_small_figures_are_counted_beside_the_others_without_their_days(office: Organization) -> None:
    ours = counted_here(random_cases())
    monthly = ("state", "month"), ("topic", "month")
    found = grouped(YEAR, [("topic",), ()], without_days=monthly, as_of=AS_OF)
    assert found[("topic",)] == {
        (topic,): recount([case for case in ours if case.topic == topic]) for topic in {c.topic for c in ours}
    }
    assert found[()] == {(): recount(ours)}
    for first, second in monthly:
        values = {(value(case, first), value(case, second)) for case in ours}
        assert found[first, second] == {
            each: replace(recount([c for c in ours if (value(c, first), value(c, second)) == each]), days={})
            for each in values
        }
    alone = grouped(YEAR, (), without_days=[("topic",)], as_of=AS_OF)
    assert sum(each.received for each in alone[("topic",)].values()) == len(ours)


def test_months_add_up_to_quarters_and_quarters_to_the_year(office: Organization) -> None:
    random_cases()
    found = statistics(YEAR, as_of=AS_OF)
    quarters = found.quarters
    assert list(quarters) == ["1", "2", "3", "4"]
    assert sum(quarters.values(), Figures()) == found.total
    first = [case for case in counted_here(list(Case.objects.all())) if case.received_on < date(2025, 1, 1)]
    assert quarters["1"] == recount(first)


@pytest.mark.parametrize(
    ("month", "quarter"), [(10, "1"), (12, "1"), (1, "2"), (3, "2"), (4, "3"), (7, "4"), (9, "4")]
)
def test_the_first_quarter_begins_in_october(month: int, quarter: str) -> None:
    assert quarter_of(month) == quarter


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40))
def test_average_and_median_are_those_of_the_days(days: list[int]) -> None:
    figures = Figures(days={day: days.count(day) for day in days})
    assert figures.median_days == Decimal(str(mathematics.median(days))).quantize(Decimal("0.1"))
    assert figures.average_days == (Decimal(sum(days)) / len(days)).quantize(Decimal("0.1"))
    assert Figures().median_days is None
    assert Figures().average_days is None


def test_a_year_without_cases_is_all_zeros(office: Organization) -> None:
    found = statistics(YEAR)
    assert found.total == Figures()
    assert found.by["month"] == {}
    assert found.quarters["1"].received == 0


def test_what_became_of_cases_that_went_their_way(office: Organization, officer: Actor) -> None:
    first, second, third = a_case(), a_case(), a_case()
    a_case(is_check=True)
    first = act(
        actor=officer, case=acknowledge(actor=officer, case=first), act="finish", result="x", found="true"
    )
    answer_closing(case=first, satisfied=True)
    act(actor=officer, case=second, act="refuse", reason="x")
    merge(actor=officer, case=third, into=first, reason="x")
    total = statistics(YEAR).total
    assert (total.received, total.finished, total.refused, total.pending) == (2, 1, 1, 0)
    assert (total.closed, total.in_time, total.late, total.satisfied, total.found_true) == (2, 1, 0, 1, 1)
    assert total.untimed == 1, "what is not taken up is neither in time nor late"
    before = statistics(YEAR, as_of=date(2025, 8, 13)).total
    assert (before.received, before.pending, before.closed) == (2, 2, 0), "nothing was closed the day before"
