"""Each report is received once and closed once in the published figures, whatever is opened again and when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from prongsai.foundation.channels.models import Channel
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period, Question
from prongsai.kernel.registry import registry
from prongsai.modules.corruption.models import Desk, Report
from prongsai.modules.corruption.papers import statistics_paper
from prongsai.modules.corruption.quarters import period_of, quarters_in
from prongsai.modules.corruption.services import act, close_channel, count_quarters, open_channel, settle
from prongsai.modules.corruption.statistics import Quarter, Year, published_years
from prongsai.modules.corruption.tests.conftest import Office
from prongsai.modules.corruption.tests.recount import Four, by_plain_sql
from prongsai.modules.corruption.tests.test_handling import NEEDED
from prongsai.modules.corruption.tests.walking import words
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
OPENED = date(2025, 10, 1)
YEAR = Period.fiscal_year(2569)
Q1, Q2, Q3, Q4 = quarters_in(YEAR)


@pytest.fixture
def open_office(office: Office) -> Office:
    """Open since the first day of fiscal year 2569."""
    Desk.objects.update(opened_on=OPENED)
    Channel.objects.update(opened_on=OPENED)
    return office


def do(office: Office, name: str, ref: str, on: date) -> None:
    somsri = office.people["somsri"]
    with clock.at(on):
        opened = somsri.report(ref)
        assert opened
        act(actor=somsri.actor, opened=opened, act=name, **NEEDED)


def count(on: date) -> None:
    with clock.at(on):
        count_quarters(actor=SYSTEM)


def figures() -> dict[date, Four]:
    """Carried over, received, closed, pending of each published quarter."""
    flush()
    return {q.start: four(q) for year in published_years() for q in year.quarters}


def four(found: Quarter | Year) -> Four:
    return found.carried, found.received, found.closed, found.pending


def reopened(office: Office) -> None:
    """Came and was closed in the first quarter, opened again in the second, closed in the third."""
    with clock.at(date(2025, 11, 5)):
        office.submit()
    ref = office.last.ref
    do(office, "refuse", ref, date(2025, 12, 1))
    count(date(2026, 1, 10))
    do(office, "reopen", ref, date(2026, 2, 2))
    count(date(2026, 4, 10))
    do(office, "finish", ref, date(2026, 5, 6))
    count(date(2026, 10, 10))


def test_what_is_opened_again_after_it_was_published_is_closed_once(open_office: Office) -> None:
    reopened(open_office)
    assert figures() == {Q1: (0, 1, 1, 0), Q2: (0, 0, 0, 0), Q3: (0, 0, 0, 0), Q4: (0, 0, 0, 0)}
    (year,) = published_years()
    assert four(year) == (0, 1, 1, 0)
    reading = registry().indicators["corruption.received"].read(Question(YEAR))
    assert (reading.value, reading.parts["finished"], reading.parts["pending"]) == (1, 1, 0)
    assert statistics_paper(open_office.organization, year).sheets[0].rows[-1][2:6] == (0, 1, 1, 0)


def test_what_is_opened_again_before_it_was_published_is_still_in_progress(open_office: Office) -> None:
    with clock.at(date(2025, 11, 5)):
        open_office.submit()
    ref = open_office.last.ref
    do(open_office, "refuse", ref, date(2025, 12, 30))
    do(open_office, "reopen", ref, date(2026, 1, 5))
    count(date(2026, 1, 10))
    do(open_office, "finish", ref, date(2026, 2, 5))
    count(date(2026, 4, 10))
    assert figures() == {Q1: (0, 1, 0, 1), Q2: (1, 0, 1, 0)}


def test_what_was_closed_while_the_channel_was_closed_is_counted_in_the_next_figures(
    open_office: Office,
) -> None:
    with clock.at(date(2025, 11, 5)):
        open_office.submit()
    ref = open_office.last.ref
    with clock.at(date(2025, 12, 1)):
        close_channel(actor=SYSTEM)
    do(open_office, "refuse", ref, date(2026, 2, 2))
    with clock.at(date(2026, 4, 20)):
        open_channel(actor=SYSTEM)
    count(date(2026, 7, 10))
    assert figures() == {Q1: (0, 1, 0, 1), Q3: (1, 0, 1, 0)}


def test_what_is_carried_over_stands_on_the_page_in_the_paper_and_in_the_sentence(
    open_office: Office,
) -> None:
    with clock.at(date(2025, 11, 5)):
        open_office.submit()
    do(open_office, "refuse", open_office.last.ref, date(2026, 11, 3))
    count(date(2027, 10, 10))
    flush()
    year = next(each for each in published_years() if each.number == 2570)
    assert four(year) == (1, 0, 1, 0)
    page = words(Client().get("/banthrai/whistle/statistics/"))
    assert "1/2570" in page
    reading = registry().indicators["corruption.received"].read(Question(Period.fiscal_year(2570)))
    assert reading.parts == {"finished": Decimal(1), "pending": Decimal(0), "carried": Decimal(1)}
    assert statistics_paper(open_office.organization, year).sheets[0].rows[-1][2:6] == (1, 0, 1, 0)
    said = registry().indicators["corruption.received"]
    with clock.at(date(2026, 11, 20)):
        open_office.submit(nonce=b"\2" * 32)
    assert "ยกมา" not in said.sentence(Question(YEAR), said.read(Question(YEAR)))


def test_what_was_published_before_reports_said_in_which_figures_they_are_stays_counted(
    open_office: Office,
) -> None:
    """The migration: closed in a published quarter is counted there, closed since is not counted yet."""
    for number, day in enumerate((date(2025, 11, 5), date(2026, 2, 3))):
        with clock.at(day):
            open_office.submit(nonce=bytes([number]) * 32)
        do(open_office, "refuse", open_office.last.ref, day + timedelta(days=1))
        if not number:
            count(date(2026, 1, 10))
    migrate_anew()
    with scope(open_office.organization.pk):
        assert list(Report.objects.order_by("pk").values_list("counted_quarter", flat=True)) == [Q1, None]
        count(date(2026, 4, 10))
        assert figures() == {Q1: (0, 1, 1, 0), Q2: (0, 1, 1, 0)}


def migrate_anew() -> None:
    Report.objects.update(counted_quarter=None)
    migration = import_module("prongsai.modules.corruption.migrations.0003_closed_once_in_the_figures")
    with connection.schema_editor() as editor:
        migration.as_published(apps, editor)


def test_what_was_open_again_at_the_migration_is_closed_twice_and_carried_over_everywhere(
    open_office: Office,
) -> None:
    """Nobody can know without a key that it was counted: page, paper and indicator say the same of it."""
    with clock.at(date(2025, 11, 5)):
        open_office.submit()
    ref = open_office.last.ref
    do(open_office, "refuse", ref, date(2025, 12, 1))
    count(date(2026, 1, 10))
    do(open_office, "reopen", ref, date(2026, 2, 2))
    migrate_anew()
    with scope(open_office.organization.pk):
        count(date(2026, 4, 10))
        do(open_office, "finish", ref, date(2026, 5, 6))
        count(date(2026, 10, 10))
        told = figures()
        assert told == {Q1: (0, 1, 1, 0), Q2: (1, 0, 0, 1), Q3: (1, 0, 1, 0), Q4: (0, 0, 0, 0)}
        (year,) = published_years()
        rows = [*told.values(), (1, 1, 2, 0)]
        assert four(year) == rows[-1]
        page = Client().get("/banthrai/whistle/statistics/").content.decode()
        cells = [int(cell) for cell in re.findall(r'<td class="num" data-l="[^"]*">(\d+)</td>', page)]
        assert [tuple(cells[at : at + 4]) for at in range(0, len(cells), 4)] == rows
        paper = statistics_paper(open_office.organization, year)
        assert [row[2:6] for row in paper.sheets[0].rows] == rows
        with clock.at(date(2026, 10, 20)):
            assert [indicated(period) for period in (*map(period_of, told), YEAR)] == rows


def indicated(period: Period) -> tuple[int, ...]:
    """Carried over, received, closed, pending: by the indicator."""
    reading = registry().indicators["corruption.received"].read(Question(period))
    assert reading.value is not None
    parts = reading.parts
    return tuple(map(int, (parts["carried"], reading.value, parts["finished"], parts["pending"])))


# --- whatever happens ----------------------------------------------------------------------------------------

STEPS = ("come", "close", "reopen", "count", "early", "shut", "open")


@dataclass
class Life:
    """An office as it goes on from day to day; what was published is written down when it is."""

    office: Office
    today: date = OPENED
    came: int = 0
    frozen: dict[date, Four] = field(default_factory=dict[date, Four])

    def step(self, name: str, which: int, days: int) -> None:
        self.today += timedelta(days=days)
        with clock.at(self.today):
            getattr(self, f"_{name}")(which)
        now = figures()
        assert {quarter: now[quarter] for quarter in self.frozen} == self.frozen, "frozen stays frozen"
        self.frozen = now

    def _come(self, which: int) -> None:
        if Desk.objects.filter(closed_on=None).exists():
            self.came += 1
            self.office.submit(nonce=self.came.to_bytes(32, "big"))

    def _one(self, which: int, *, closed: bool) -> str | None:
        refs = Report.objects.filter(closed_quarter__isnull=not closed).order_by("pk")
        found = list(refs.values_list("ref", flat=True))
        return found[which % len(found)] if found else None

    def _close(self, which: int) -> None:
        if ref := self._one(which, closed=False):
            self._act(ref, "forward")

    def _reopen(self, which: int) -> None:
        if ref := self._one(which, closed=True):
            self._act(ref, "reopen")

    def _act(self, ref: str, name: str) -> None:
        somsri = self.office.people["somsri"]
        opened = somsri.report(ref)
        assert opened
        act(actor=somsri.actor, opened=opened, act=name, **NEEDED)

    def _count(self, which: int) -> None:
        count_quarters(actor=SYSTEM)

    def _early(self, which: int) -> None:
        settle(YEAR)

    def _shut(self, which: int) -> None:
        if Desk.objects.filter(closed_on=None).exists():
            close_channel(actor=SYSTEM)

    def _open(self, which: int) -> None:
        open_channel(actor=SYSTEM)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3), st.integers(0, 70)), max_size=14))
@example([("come", 0, 5), ("close", 0, 20), ("count", 0, 90), ("reopen", 0, 9), ("close", 0, 90)])
def test_carried_over_and_received_is_closed_and_pending_whatever_happens(
    open_office: Office, steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        life = Life(open_office)
        for step in steps:
            life.step(*step)
        life.step("count", 0, 200)
        balances(life)
        transaction.set_rollback(True)


def balances(life: Life) -> None:
    for year in published_years():
        for found in (*year.quarters, year):
            carried, received, closed, pending = four(found)
            assert carried + received == closed + pending, found
            assert min(carried, received, closed, pending) >= 0
    quarters = [quarter for year in reversed(published_years()) for quarter in year.quarters]
    assert [quarter.carried for quarter in quarters] == [0, *(each.pending for each in quarters)][:-1]
    assert sum(each[1] for each in life.frozen.values()) <= life.came
    assert sum(each[2] for each in life.frozen.values()) <= life.came, "nothing is closed twice"
    assert {quarter: by_plain_sql(quarter) for quarter in life.frozen} == life.frozen
