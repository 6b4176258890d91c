"""Periods, windows and actors: the parts of the contracts that decide something."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.contracts import Actor, Period, Ref, Window, WindowKind
from prongsai.kernel.errors import NotPermitted
from prongsai.kernel.thai.dates import fiscal_year_of

YEAR = Period.fiscal_year(2568)
DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
spans = st.tuples(days, days).map(lambda pair: Period(min(pair), max(pair)))
margins = st.integers(0, 400)


def all_days(period: Period) -> set[date]:
    return {period.start + timedelta(days=n) for n in range(period.days)}


def test_a_fiscal_year_runs_from_october_to_september() -> None:
    assert Period.fiscal_year(2568) == Period(date(2024, 10, 1), date(2025, 9, 30))
    assert Period.fiscal_year(2568).days == 365
    assert Period.fiscal_year(2567).days == 366


@given(days)
def test_every_day_lies_in_its_own_fiscal_year_and_in_no_other(day: date) -> None:
    year = fiscal_year_of(day)
    assert day in Period.fiscal_year(year)
    assert day not in Period.fiscal_year(year - 1)
    assert day not in Period.fiscal_year(year + 1)


def test_both_ends_of_a_period_belong_to_it() -> None:
    assert YEAR.start in YEAR
    assert YEAR.end in YEAR
    assert YEAR.start - DAY not in YEAR
    assert YEAR.end + DAY not in YEAR


def test_a_period_may_be_one_day_but_not_end_before_it_starts() -> None:
    assert Period(date(2025, 1, 1), date(2025, 1, 1)).days == 1
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2025, 1, 2), date(2025, 1, 1))


@given(
    st.builds(lambda start, n: Period(start, start + timedelta(days=n)), days, st.integers(0, 60)),
    st.builds(lambda start, n: Period(start, start + timedelta(days=n)), days, st.integers(0, 60)),
)
def test_periods_overlap_when_they_share_a_day(first: Period, second: Period) -> None:
    assert first.overlaps(second) is bool(all_days(first) & all_days(second))
    assert first.overlaps(second) is second.overlaps(first)


def test_periods_that_share_only_one_day_overlap() -> None:
    assert Period(date(2025, 1, 1), date(2025, 1, 5)).overlaps(Period(date(2025, 1, 5), date(2025, 1, 9)))
    assert not Period(date(2025, 1, 1), date(2025, 1, 4)).overlaps(Period(date(2025, 1, 5), date(2025, 1, 9)))


@given(spans, margins, margins)
def test_widening_adds_days_on_its_own_side(period: Period, before: int, after: int) -> None:
    wide = period.widened(before=before, after=after)
    assert (period.start - wide.start).days == before
    assert (wide.end - period.end).days == after


@pytest.mark.parametrize("kind", [WindowKind.INSIDE, WindowKind.AT_END])
@pytest.mark.parametrize(
    ("occurred_on", "counts"),
    [(YEAR.start - DAY, False), (YEAR.start, True), (YEAR.end, True), (YEAR.end + DAY, False)],
)
def test_by_default_a_fact_counts_when_it_occurred_inside(
    kind: WindowKind, occurred_on: date, counts: bool
) -> None:
    assert Window(kind).admits(occurred_on=occurred_on, about=None, period=YEAR) is counts


ORDINANCE = Window(WindowKind.ABOUT, before=90, after=45)


@pytest.mark.parametrize(
    ("occurred_on", "counts"),
    [
        (YEAR.start - timedelta(days=91), False),
        (YEAR.start - timedelta(days=90), True),
        (YEAR.end + timedelta(days=45), True),
        (YEAR.end + timedelta(days=46), False),
    ],
)
def test_a_paper_about_the_period_may_be_dated_around_it(occurred_on: date, counts: bool) -> None:
    assert ORDINANCE.admits(occurred_on=occurred_on, about=YEAR, period=YEAR) is counts


@pytest.mark.parametrize("occurred_on", [YEAR.start - timedelta(days=1), YEAR.end + timedelta(days=1)])
def test_a_paper_that_names_no_period_is_about_the_one_it_falls_in(occurred_on: date) -> None:
    assert not ORDINANCE.admits(occurred_on=occurred_on, about=None, period=YEAR)
    assert ORDINANCE.admits(occurred_on=YEAR.end, about=None, period=YEAR)


def test_a_paper_about_another_period_does_not_count_however_it_is_dated() -> None:
    next_year = Period.fiscal_year(2569)
    assert not ORDINANCE.admits(occurred_on=YEAR.end, about=next_year, period=YEAR)
    assert ORDINANCE.admits(occurred_on=YEAR.end, about=next_year, period=next_year)


@given(days, spans, margins, margins)
def test_a_wider_window_never_loses_a_fact(day: date, period: Period, before: int, after: int) -> None:
    if Window().admits(occurred_on=day, about=None, period=period):
        wide = Window(WindowKind.ABOUT, before=before, after=after)
        assert wide.admits(occurred_on=day, about=None, period=period)


def test_an_actor_without_the_permission_is_refused_by_name() -> None:
    clerk = Actor(name="สมศรี ตัวอย่าง", permissions=frozenset({"plans.edit"}))
    clerk.require("plans.edit")
    with pytest.raises(NotPermitted, match=r"สมศรี ตัวอย่าง ไม่มีสิทธิ plans\.close"):
        clerk.require("plans.close")


def test_an_actor_has_no_permission_unless_given() -> None:
    with pytest.raises(NotPermitted):
        Actor(name="มานะ ตัวอย่าง").require("plans.view")


def test_the_installation_itself_may_do_everything() -> None:
    Actor.system().require("anything.at_all")


def test_a_ref_reads_as_module_kind_and_number() -> None:
    assert str(Ref("meetings", "meeting", 7)) == "meetings.meeting:7"
