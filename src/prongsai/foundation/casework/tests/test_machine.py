"""Whatever is done in whatever order: no case leaves its table, no clock runs backwards, no number is skipped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from prongsai.foundation.casework.models import Case, CaseEvent, CaseMessage, SpecialDay
from prongsai.foundation.casework.selectors import rows_open
from prongsai.foundation.casework.services import (
    CITIZEN,
    acknowledge,
    act,
    add_special_day,
    answer_closing,
    assign,
    correct,
    erase_case,
    from_message,
    hear,
    merge,
    note,
    publish_case,
    recategorise,
    remove_special_day,
    say,
    split,
    unmerge,
)
from prongsai.foundation.casework.services.nightly import (
    erase_due,
    escalate_late,
    purge_checks,
    remind_citizens,
)
from prongsai.foundation.casework.services.special_days import count_again
from prongsai.foundation.casework.statistics import statistics
from prongsai.foundation.casework.tests.conftest import DAY, ERRAND, LETTER, ROWS, opened
from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.contracts import Actor, Period, Topic
from prongsai.kernel.errors import ProngsaiError
from prongsai.kernel.thai.dates import fiscal_year_of
from tests.cast import SYSTEM

KINDS = {ERRAND.key: ERRAND, LETTER.key: LETTER}
ACTS = sorted({row.act for row in ROWS})
EVER = Period.fiscal_year(2500).start, Period.fiscal_year(2600).end
office_of_the_machine: dict[str, Any] = {}


class Desk(RuleBasedStateMachine):
    """An office over some years; every act may be refused in words, and in no other way."""

    cases = Bundle("cases")

    def __init__(self) -> None:
        super().__init__()
        self.today = DAY
        self.savepoint = transaction.savepoint()
        self.hooks = list(connection.run_on_commit)

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)
        connection.run_on_commit = self.hooks

    def attempt(self, doing: Any, **said: Any) -> Any:
        with clock.at(self.today):
            try:
                with transaction.atomic():
                    return doing(**said)
            except ProngsaiError as refused:
                if not str(refused):
                    raise
                return None

    @property
    def officer(self) -> Actor:
        return office_of_the_machine["officer"]

    @initialize(target=cases)
    def first(self) -> Any:
        return self.attempt(opened).case

    @rule(
        target=cases,
        kind=st.sampled_from(sorted(KINDS)),
        ago=st.integers(0, 400),
        check=st.sampled_from([False, False, False, True]),
        key=st.sampled_from(["", "", "m1", "m2"]),
    )
    def comes_in(self, kind: str, ago: int, check: bool, key: str) -> Any:
        day = self.today - timedelta(days=ago)
        made = self.attempt(opened, kind=kind, received_on=day, is_check=check, source_key=key)
        return made.case if made else multiple()

    @rule(case=cases, doing=st.sampled_from(ACTS), words=st.sampled_from(["", "ครบถ้วน"]), unit=st.booleans())
    def acts(self, case: Case, doing: str, words: str, unit: bool) -> None:
        given = Unit.objects.all()[0] if unit else None
        self.attempt(
            act,
            actor=self.officer,
            case=case,
            act=doing,
            message=words,
            reason=words,
            result=words,
            unit=given,
        )

    @rule(case=cases)
    def takes_a_row_that_is_offered(self, case: Case) -> None:
        current = Case.objects.filter(pk=case.pk).first()
        if current is None:
            return
        for row in rows_open(current, self.officer)[:1]:
            unit = Unit.objects.all()[0]
            done = self.attempt(
                act,
                actor=self.officer,
                case=current,
                act=row.act,
                message="ก",
                reason="ข",
                result="ค",
                unit=unit,
            )
            assert done is None or done.state == row.target

    @rule(case=cases)
    def is_looked_at(self, case: Case) -> None:
        self.attempt(acknowledge, actor=self.officer, case=case)

    @rule(case=cases, name=st.sampled_from(["กองคลัง", "สำนักปลัด"]))
    def is_given(self, case: Case, name: str) -> None:
        self.attempt(assign, actor=self.officer, case=case, unit=Unit.objects.get(name=name))

    @rule(case=cases, key=st.sampled_from(["", "", "k1", "k2"]))
    def citizen_writes(self, case: Case, key: str) -> None:
        self.attempt(hear, case=case, text="ต้นที่ ๑๒", channel_kind="web", source_key=key)

    @rule(case=cases)
    def office_writes(self, case: Case) -> None:
        self.attempt(say, actor=self.officer, case=case, text="กำลังดำเนินการ")
        self.attempt(note, actor=self.officer, case=case, text="ภายใน")

    @rule(case=cases, into=cases)
    def is_merged(self, case: Case, into: Case) -> None:
        self.attempt(merge, actor=self.officer, case=case, into=into, reason="เรื่องเดียวกัน")

    @rule(case=cases)
    def is_taken_out_again(self, case: Case) -> None:
        self.attempt(unmerge, actor=self.officer, case=case, reason="คนละเสา")

    @rule(target=cases, case=cases)
    def is_split(self, case: Case) -> Any:
        made = self.attempt(split, actor=self.officer, case=case, title="เรื่องย่อย")
        return made.case if made else multiple()

    @rule(case=cases, topic=st.sampled_from([None, *Topic]), ago=st.integers(0, 60))
    def is_put_right(self, case: Case, topic: Topic | None, ago: int) -> None:
        self.attempt(recategorise, actor=self.officer, case=case, category="road", topic=topic)
        self.attempt(correct, actor=self.officer, case=case, received_on=self.today - timedelta(days=ago))

    @rule(case=cases, kind=st.sampled_from(sorted(KINDS)))
    def turns_out_to_be_of_another_kind(self, case: Case, kind: str) -> None:
        self.attempt(
            recategorise, actor=self.officer, case=case, category="road", topic=Topic.PEOPLE, kind=kind
        )

    @rule(target=cases, case=cases, kind=st.sampled_from(sorted(KINDS)))
    def has_another_matter_in_a_message(self, case: Case, kind: str) -> Any:
        said = CaseMessage.objects.filter(case=case, direction=CaseMessage.Direction.IN).first()
        if said is None:
            return multiple()
        made = self.attempt(from_message, actor=self.officer, message=said, kind=kind, title="อีกเรื่อง")
        return made.case if made else multiple()

    @rule(case=cases, satisfied=st.booleans())
    def citizen_judges(self, case: Case, satisfied: bool) -> None:
        self.attempt(answer_closing, case=case, satisfied=satisfied)

    @rule(case=cases)
    def is_published_or_erased(self, case: Case) -> None:
        self.attempt(publish_case, actor=self.officer, case=case, public_title="ไฟทางดับ")
        self.attempt(erase_case, actor=self.officer, case=case, reason="ผู้แจ้งขอ")

    @rule(ahead=st.integers(-5, 40), works=st.booleans())
    def calendar_changes(self, ahead: int, works: bool) -> None:
        day = self.today + timedelta(days=ahead)
        self.attempt(add_special_day, actor=SYSTEM, day=day, name="วันพิเศษ", is_holiday=not works)
        first = SpecialDay.objects.order_by("pk").first()
        if ahead % 3 == 0 and first is not None:
            self.attempt(remove_special_day, actor=SYSTEM, special=first)

    @rule(days=st.sampled_from([0, 1, 1, 3, 10, 40, 400]))
    def time_goes_by(self, days: int) -> None:
        self.today += timedelta(days=days)
        for nightly in (remind_citizens, escalate_late, erase_due, purge_checks):
            self.attempt(nightly)

    @rule()
    def computers_clock_is_set_back(self) -> None:
        self.today = max(DAY, self.today - timedelta(days=2))

    # --- what must always hold ---

    @invariant()
    def every_case_stands_in_its_table_and_came_there_by_rows(self) -> None:
        for case in Case.objects.all():
            flow = KINDS[case.kind].workflow
            assert flow.state(case.state).phase.value == case.phase
            at = flow.initial
            for event in CaseEvent.objects.filter(case=case).exclude(source="").order_by("id"):
                row = flow.row(event.source, event.act)
                assert event.source == at
                moved = row is not None and event.target == row.target
                assert event.event in {"renumbered", "unmerged"} or moved
                if event.event == "unmerged":
                    assert flow.state(event.source).phase is Phase.MERGED
                    assert flow.state(event.target).phase.is_open
                at = event.target
            assert case.is_check or at == case.state

    @invariant()
    def clocks_never_run_backwards(self) -> None:
        for case in Case.objects.all():
            assert case.due_on is not None
            assert case.due_on >= case.clock_started_on >= case.received_on
            assert (case.closed_on is None) == case.is_open
            assert (case.waiting_since is not None) == (case.phase == Phase.WAITING)
            assert case.waited_days >= 0
            assert (case.merged_into_id is not None) == (case.phase == Phase.MERGED)
            if case.phase in {Phase.FINISHED, Phase.REFUSED}:
                assert case.days_taken is not None
                assert case.days_taken >= 0

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        """Those that cases had as another kind stay theirs."""
        given: dict[str, list[int]] = {}
        for number, former in Case.objects.real().values_list("number", "former_numbers"):
            for each in (number, *former.split()):
                series, _, place = each.partition("-")
                given.setdefault(series, []).append(int(place))
        for numbers in given.values():
            assert sorted(numbers) == list(range(1, len(numbers) + 1))

    @invariant()
    def merging_leads_to_a_case_that_is_not_merged(self) -> None:
        into = dict(Case.objects.values_list("pk", "merged_into_id"))
        for start in into:
            at, steps = start, 0
            while into[at] is not None:
                at, steps = into[at], steps + 1
                assert steps <= len(into)

    @invariant()
    def the_ledger_counts_what_the_tables_count(self) -> None:
        flush()
        received = (
            Entry.objects.valid()
            .filter(kind="errand_received")
            .values_list("subject", "occurred_on", "topic")
        )  # type: ignore[attr-defined]
        counted = Case.objects.real().exclude(phase=Phase.MERGED.value)
        assert sorted(received) == sorted((str(case.ref), case.received_on, case.topic) for case in counted)
        total = statistics(Period(*EVER), as_of=EVER[1]).total
        assert (total.received, total.pending) == (counted.count(), counted.filter(closed_on=None).count())

    @invariant()
    def last_days_are_those_of_the_calendar(self) -> None:
        with clock.at(self.today):
            for day in (self.today, DAY - timedelta(days=400)):
                before = sorted(Case.objects.open().values_list("pk", "due_on"))
                count_again(day)
                assert sorted(Case.objects.open().values_list("pk", "due_on")) == before

    @invariant()
    def work_is_found_for_whatever_stands_there(self) -> None:
        with clock.at(self.today):
            keys = [item.key for item in work_items_of(list(KINDS))]
        assert len(keys) == len(set(keys))


def test_no_order_of_acts_leaves_the_table(office: Organization, officer: Actor) -> None:
    office_of_the_machine["officer"] = officer
    assert CITIZEN.is_system
    assert fiscal_year_of(DAY) == 2568
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_long_order_of_acts_leaves_the_table(office: Organization, officer: Actor) -> None:
    office_of_the_machine["officer"] = officer
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=30, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
