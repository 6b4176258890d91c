"""A case that was joined by mistake is taken out again, as if it had never been joined."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import rows_open
from prongsai.foundation.casework.services import (
    Contact,
    acknowledge,
    act,
    add_special_day,
    erase_case,
    hear,
    merge,
    note,
    recategorise,
    say,
    unmerge,
)
from prongsai.foundation.casework.services.telling import tell_merged
from prongsai.foundation.casework.statistics import statistics
from prongsai.foundation.casework.tests.conftest import DAY, HANDLE, a_case, recorded
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period, Topic
from prongsai.kernel.errors import InvalidInput, NotPermitted, Stale, WrongState
from tests.cast import SYSTEM, donsai, member

CLOCK = (
    "state",
    "phase",
    "clock_started_on",
    "due_on",
    "inform_by",
    "waiting_since",
    "waited_days",
    "pauses",
    "closed_on",
)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def stands(case: Case) -> list[object]:
    case.refresh_from_db()
    return [getattr(case, name) for name in CLOCK]


def joined(officer: Actor, case: Case, into: Case, days: int = 1) -> Case:
    with clock.at(on(days)):
        return merge(actor=officer, case=case, into=into, reason="เสาเดียวกัน")


def taken_out(officer: Actor, case: Case, days: int = 10) -> Case:
    with clock.at(on(days)):
        return unmerge(actor=officer, case=case, reason="คนละเสา")


# --- state and clock ---


def test_it_goes_on_as_if_it_had_never_been_joined(office: Organization, officer: Actor) -> None:
    case = acknowledge(actor=officer, case=a_case())
    before = stands(case)
    joined(officer, case, a_case())
    with clock.at(on(5)):  # a day off that was set meanwhile moves its last day as it would have
        add_special_day(actor=SYSTEM, day=on(12), name="วันหยุดพิเศษ")
    case = taken_out(officer, case, 40)
    after = stands(case)
    assert after[0] == before[0] == "work"
    assert case.merged_into is None
    assert case.due_on == date(2025, 9, 5), "the fifteenth working day, without the day off"
    assert Case.objects.late(on(40)).filter(pk=case.pk).exists(), "late stays late"
    with clock.at(on(41)):
        done = act(actor=officer, case=case, act="finish", result="x")
    assert done.is_late
    assert done.days_taken is not None
    assert done.days_taken > 15, "the time in between counts"


def test_what_was_asked_is_still_asked_and_the_clock_stands_on(office: Organization, officer: Actor) -> None:
    asked = act(actor=officer, case=acknowledge(actor=officer, case=a_case()), act="ask", message="ต้นที่เท่าใด")
    before = stands(asked)
    joined(officer, asked, a_case(), 5)
    case = taken_out(officer, asked, 20)
    assert stands(case) == before
    assert case.waiting_since == DAY
    with clock.at(on(22)):
        hear(case=case, text="ต้นที่ ๑๒", channel_kind="web")
    case.refresh_from_db()
    assert (case.state, case.pauses) == ("work", [[DAY.isoformat(), on(22).isoformat()]])


def test_who_answered_while_it_was_joined_has_answered_on_that_day(
    office: Organization, officer: Actor
) -> None:
    asked = act(actor=officer, case=acknowledge(actor=officer, case=a_case()), act="ask", message="ต้นที่เท่าใด")
    into = a_case()
    joined(officer, asked, into, 5)
    with clock.at(on(8)):
        hear(case=asked, text="ต้นที่ ๑๒", channel_kind="web")
    case = taken_out(officer, asked, 20)
    assert (case.state, case.waiting_since) == ("work", None)
    assert case.pauses == [[DAY.isoformat(), on(8).isoformat()]]
    into.refresh_from_db()
    assert (case.heard_at is not None, into.heard_at) == (True, None), (
        "it waits for an answer here, not there"
    )


def test_a_message_that_was_answered_meanwhile_asks_no_more(office: Organization, officer: Actor) -> None:
    case, into = a_case(), a_case()
    joined(officer, case, into)
    with clock.at(on(2)):
        hear(case=into, text="ของเรื่องหลัก", channel_kind="web")
    with clock.at(on(3)):
        hear(case=case, text="ของเรื่องที่รวม", channel_kind="web")
        say(actor=officer, case=case, text="กำลังดำเนินการ")
    case = taken_out(officer, case)
    into.refresh_from_db()
    assert case.heard_at is None
    assert into.heard_at is not None, "what its own citizen wrote still waits there"


def test_being_told_of_the_joining_is_not_being_told_how_things_stand(
    office: Organization, officer: Actor
) -> None:
    case = joined(officer, a_case(), a_case())
    case = taken_out(officer, case, 10)
    assert case.informed_at is not None
    assert case.informed_at.astimezone(clock.BANGKOK).date() == on(10)


# --- figures and the ledger ---


def said(fact: Entry) -> tuple[object, ...]:
    """What a fact says, whoever recorded it."""
    return fact.kind, fact.occurred_on, fact.topic, {**fact.content, "actor": ""}


def test_it_counts_again_in_the_period_in_which_it_came(office: Organization, officer: Actor) -> None:
    year, next_year = Period.fiscal_year(2568), date(2025, 10, 20)
    into, case = (
        a_case(),
        act(actor=officer, case=acknowledge(actor=officer, case=a_case()), act="finish", result="x"),
    )
    case = act(actor=officer, case=case, act="reopen")
    before = [said(f) for f in recorded(case)]
    joined(officer, case, into)
    assert statistics(year).total.received == 1
    with clock.at(next_year):
        case = unmerge(actor=officer, case=case, reason="คนละเสา")
        after = [f for f in recorded(case) if f.kind not in {"errand_merged", "case_unmerged"}]
    assert [said(f) for f in after] == before
    total = statistics(year, as_of=next_year).total
    assert (total.received, total.pending, total.overdue, total.reopened) == (2, 2, 2, 1)
    kept = Entry.objects.with_payload().get(kind="case_unmerged")  # type: ignore[attr-defined]
    assert (kept.content["number"], kept.content["out_of"]) == (case.number, into.number)


def test_what_a_correction_withdrew_stays_withdrawn_however_often_it_is_joined(
    office: Organization, officer: Actor
) -> None:
    case, into = a_case(topic=Topic.ASSETS), a_case()
    case = recategorise(actor=officer, case=case, category="lamp", topic=Topic.SERVICE)
    for days in (1, 3, 5):
        joined(officer, case, into, days)
        case = taken_out(officer, case, days + 1)
        counted = [f for f in recorded(case) if f.kind == "errand_received"]
        assert [(f.topic, f.occurred_on) for f in counted] == [("service", DAY)]


# --- who is told, and what is kept ---


def test_its_citizen_is_told_and_whose_result_it_was_not(office: Organization, officer: Actor) -> None:
    into, case = a_case(), a_case(contact=Contact(email="a@example.com"))
    low = a_case()
    joined(officer, low, case)
    joined(officer, case, into)
    with clock.at(on(3)):
        done = act(
            actor=officer, case=acknowledge(actor=officer, case=into), act="finish", result="เปลี่ยนหลอดแล้ว"
        )
        tell_merged(organization_id=office.pk, case_id=done.pk)
    case = taken_out(officer, case)
    told = case.messages.filter(direction="out").order_by("-id")[0]
    assert "คนละเรื่องกัน" in told.text
    assert f"ผลของเรื่อง {into.number} ที่แจ้งท่านไปแล้ว ไม่ใช่ผลของเรื่องท่าน" in told.text
    assert told.delivery == "waiting"
    assert "ไม่ใช่ผลของเรื่องท่าน" in low.messages.order_by("-id")[0].text, "who went along was told it too"
    low.refresh_from_db()
    assert low.merged_into == case, "what was joined with it goes with it"
    before = case.messages.count()
    tell_merged(organization_id=office.pk, case_id=done.pk)
    tell_merged(organization_id=office.pk, case_id=done.pk, under=case.pk)
    assert (case.messages.count(), low.messages.filter(text__contains="เปลี่ยนหลอดแล้ว").count()) == (before, 1)


def test_who_was_never_reached_is_not_told(office: Organization, officer: Actor) -> None:
    case = joined(officer, a_case(contact=Contact(email="a@example.com")), a_case())
    case.messages.update(delivery="failed")
    case = taken_out(officer, case)
    assert case.messages.filter(direction="out").count() == 1
    assert case.informed_at is None


def test_both_histories_say_it_and_both_notes_point_to_the_other(
    office: Organization, officer: Actor
) -> None:
    case, into = a_case(), a_case()
    joined(officer, case, into)
    kept = note(actor=officer, case=into, text="ช่างไปดูแล้ว")
    case = taken_out(officer, case)
    assert case.events.get(event="unmerged").about == into.number
    assert into.events.get(event="gave_back").about == case.number
    assert into.messages.filter(pk=kept.pk).exists()
    here, there = (each.messages.filter(direction="note").order_by("-id")[0].text for each in (case, into))
    assert f"อยู่ที่เรื่อง {into.number}" in here
    assert f"{case.number} ระหว่างรวมกัน" in there
    assert "คนละเสา" in here


def test_out_of_a_chain_it_comes_with_those_below_and_the_rest_stays(
    office: Organization, officer: Actor
) -> None:
    first, second, third = a_case(), a_case(), a_case()
    joined(officer, first, second)
    joined(officer, second, third, 2)
    with clock.at(on(3)):
        hear(case=first, text="เพิ่มเติม", channel_kind="web")
    second = taken_out(officer, second)
    first.refresh_from_db()
    third.refresh_from_db()
    assert (first.merged_into, second.is_open) == (second, True)
    assert (second.heard_at is not None, third.heard_at) == (True, None)
    assert statistics(Period.fiscal_year(2568)).total.received == 2


def test_where_the_other_citizen_had_ended_their_part_nobody_is_left_and_it_can_end(
    office: Organization, officer: Actor
) -> None:
    into = a_case()
    case = joined(officer, a_case(), into)
    Case.objects.filter(pk=into.pk).update(withdrawn_at=clock.now())
    taken_out(officer, case)
    assert "ไม่มีเรื่องอื่นรวมอยู่อีก" in into.messages.filter(direction="note").order_by("-id")[0].text
    assert rows_open(into, officer)


# --- what is refused ---


def test_only_a_joined_case_is_taken_out_once_with_a_reason_by_who_may_join(
    office: Organization, officer: Actor, somsri: Membership
) -> None:
    case, into = a_case(), a_case()
    with pytest.raises(WrongState, match="ไม่ได้รวม"):
        unmerge(actor=officer, case=case, reason="x")
    case = merge(actor=officer, case=case, into=into, reason="x")
    with pytest.raises(InvalidInput) as refused:
        unmerge(actor=officer, case=case, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Stale):
        unmerge(actor=officer, case=case, reason="x", version=0)
    with pytest.raises(NotPermitted):
        unmerge(actor=Actor("x", user_id=5), case=case, reason="x")
    Case.objects.filter(pk=case.pk).update(unit=somsri.unit)
    elsewhere = member(HANDLE, username="elsewhere", unit="กองคลัง").actor()
    with pytest.raises(NotPermitted):
        unmerge(actor=elsewhere, case=case, reason="x")
    unmerge(actor=officer, case=case, reason="x")
    with pytest.raises(WrongState, match="ไม่ได้รวม"):
        unmerge(actor=officer, case=case, reason="x")
    assert case.events.filter(event="unmerged").count() == 1


def test_an_erased_case_stays_joined(office: Organization, officer: Actor) -> None:
    case = merge(actor=officer, case=a_case(), into=a_case(), reason="x")
    erase_case(actor=officer, case=case, reason="ผู้แจ้งขอ")
    with pytest.raises(WrongState, match="ลบ"):
        unmerge(actor=officer, case=case, reason="x")
    case.refresh_from_db()
    assert case.merged_into is not None


def test_another_offices_case_is_not_there(office: Organization, officer: Actor) -> None:
    case = merge(actor=officer, case=a_case(), into=a_case(), reason="x")
    with scope(donsai().pk), pytest.raises(InvalidInput):
        unmerge(actor=SYSTEM, case=case, reason="x")
    case.refresh_from_db()
    assert case.merged_into is not None
