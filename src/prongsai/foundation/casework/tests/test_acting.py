"""Acts by the rows of the table: what they need, whom they tell, which facts they leave, and when they are refused."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import translation

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.models import Case, StandardAnswer
from prongsai.foundation.casework.selectors import rows_open
from prongsai.foundation.casework.services import (
    CITIZEN,
    acknowledge,
    act,
    answer_closing,
    assign,
    note,
    say,
)
from prongsai.foundation.casework.statistics import statistics
from prongsai.foundation.casework.tests.conftest import DAY, STAFF, a_case, a_file, recorded
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period
from prongsai.kernel.errors import InvalidInput, NotPermitted, Stale, WrongState
from tests.cast import donsai, member

THAI = re.compile(r"[ก-๛]")
NOBODY = Actor("มานะ", frozenset({"testing.read"}), user_id=77)


def working(officer: Actor) -> Case:
    return acknowledge(actor=officer, case=a_case())


def test_an_act_leads_by_its_row_and_is_put_down(
    office: Organization, officer: Actor, somsri: Membership
) -> None:
    case = working(officer)
    assert (case.state, case.phase) == ("work", "working")
    assert case.acknowledged_at == clock.now()
    event = case.events.get(act="acknowledge")
    assert (event.source, event.target, event.member, event.is_public) == ("new", "work", somsri, True)
    assert [row.act for row in rows_open(case, officer)] == ["ask", "finish", "refuse", "forward"]
    assert rows_open(case, NOBODY) == []


def test_an_act_that_the_table_has_not_is_refused_in_the_words_of_the_state(
    office: Organization, officer: Actor
) -> None:
    case = a_case()
    with pytest.raises(WrongState, match=r"68-0001 อยู่ในสถานะ “รับเรื่องแล้ว” จึงทำ finishไม่ได้"):
        act(actor=officer, case=case, act="finish", result="ซ่อมแล้ว")
    for reserved in ("hear", "merge"):
        with pytest.raises(WrongState):
            act(actor=officer, case=case, act=reserved)
    assert case.events.count() == 1


def test_whoever_works_in_english_is_refused_in_english(office: Organization, officer: Actor) -> None:
    case, ended = a_case(), act(actor=officer, case=a_case(), act="refuse", reason="x")
    refused = [
        lambda: act(actor=officer, case=ended, act="ask", message="?"),
        lambda: act(actor=officer, case=case, act="hear"),
        lambda: act(actor=officer, case=case, act="refuse"),
        lambda: assign(actor=officer, case=ended, unit=Unit.objects.first()),
        lambda: assign(actor=officer, case=case),
        lambda: act(actor=officer, case=case, act="refuse", reason="x", version=case.version - 1),
    ]
    told = []
    with translation.override("en"):
        for attempt in refused:
            with pytest.raises((InvalidInput, WrongState)) as raised:
                attempt()
            told.append(str(raised.value))
    assert told[2] == "Enter the reason"
    assert not THAI.search("".join(told)), told


def test_whoever_lacks_the_rows_permission_may_not(office: Organization, officer: Actor) -> None:
    case = a_case()
    for attempt in (
        lambda: acknowledge(actor=NOBODY, case=case),
        lambda: act(actor=NOBODY, case=case, act="refuse", reason="x"),
        lambda: assign(actor=NOBODY, case=case, unit=Unit.objects.all()[0]),
        lambda: say(actor=NOBODY, case=case, text="x"),
        lambda: note(actor=NOBODY, case=case, text="x"),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_a_case_of_another_office_is_not_found(office: Organization, officer: Actor) -> None:
    with scope(donsai().pk):
        foreign = a_case()
    with pytest.raises(InvalidInput):
        acknowledge(actor=officer, case=foreign)


@pytest.mark.parametrize(
    ("doing", "field"),
    [("ask", "message"), ("finish", "result"), ("refuse", "reason"), ("forward", "unit")],
)
def test_what_an_act_needs_is_asked_for_at_its_field(
    office: Organization, officer: Actor, doing: str, field: str
) -> None:
    case = working(officer)
    with pytest.raises(InvalidInput) as refused:
        act(actor=officer, case=case, act=doing, message=" ", result="\n")
    assert refused.value.field == field
    case.refresh_from_db()
    assert case.state == "work"


def test_finishing_tells_the_citizen_and_leaves_a_fact(office: Organization, officer: Actor) -> None:
    case = working(officer)
    with clock.at(date(2025, 8, 20)):
        done = act(actor=officer, case=case, act="finish", result="เปลี่ยนหลอดแล้ว", found="true")
        told = done.messages.get()
        fact = recorded(done)[-1]
    assert (done.phase, done.closed_on, done.days_taken, done.result) == (
        "finished", date(2025, 8, 20), 4, "เปลี่ยนหลอดแล้ว",
    )  # fmt: skip
    assert (told.direction, told.text, told.delivery) == ("out", "เปลี่ยนหลอดแล้ว", "page")
    assert (fact.kind, fact.occurred_on) == ("errand_closed", date(2025, 8, 20))
    said = fact.content
    assert (said["state"], said["in_time"], said["days"], said["found"]) == ("done", 1, 4, "true")


def test_what_was_found_is_taken_back_with_the_end(office: Organization, officer: Actor) -> None:
    done = act(actor=officer, case=working(officer), act="finish", result="เปลี่ยนหลอดแล้ว", found="true")
    again = act(actor=officer, case=done, act="reopen", reason="ยังดับอยู่")
    assert again.found == ""
    refused = act(actor=officer, case=again, act="refuse", reason="เป็นทางของกรมทางหลวง")
    assert (refused.found, recorded(refused)[-1].content["found"]) == ("", "")


def test_a_late_end_is_put_on_record_as_late(office: Organization, officer: Actor) -> None:
    case = working(officer)
    with clock.at(date(2025, 9, 5)):
        done = act(actor=officer, case=case, act="finish", result="เปลี่ยนหลอดแล้ว")
        assert recorded(done)[-1].content["in_time"] == 0
    assert done.is_late


def test_a_refusal_tells_why(office: Organization, officer: Actor) -> None:
    case = act(actor=officer, case=a_case(), act="refuse", reason="เป็นทางของกรมทางหลวง")
    assert (case.phase, case.result) == ("refused", "เป็นทางของกรมทางหลวง")
    assert case.messages.get().text == "เป็นทางของกรมทางหลวง"
    assert [fact.kind for fact in recorded(case)] == ["errand_received", "errand_closed"]


def test_a_message_and_a_result_are_both_told_and_another_reason_stays_inside(
    office: Organization, officer: Actor
) -> None:
    case = act(
        actor=officer,
        case=working(officer),
        act="finish",
        message="เรียนท่าน",
        result="ซ่อมแล้ว",
        reason="เหตุผลภายใน",
    )
    assert [(m.direction, m.text) for m in case.messages.all()] == [
        ("note", "เหตุผลภายใน"), ("out", "เรียนท่าน\n\nซ่อมแล้ว"),
    ]  # fmt: skip


def test_files_of_an_act_come_with_its_message(office: Organization, officer: Actor) -> None:
    case = act(actor=officer, case=working(officer), act="finish", result="ซ่อมแล้ว", files=[a_file()])
    kept = case.files.get()
    assert kept.message == case.messages.get()
    assert not kept.from_citizen


def test_forwarding_gives_the_case_to_the_unit(office: Organization, officer: Actor) -> None:
    unit = Unit.objects.get(name="กองคลัง")
    case = act(actor=officer, case=working(officer), act="forward", unit=unit)
    assert case.unit == unit
    assert case.events.filter(event="assigned", unit=unit, is_public=True).exists()


def test_a_finding_is_one_of_three(office: Organization, officer: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        act(actor=officer, case=working(officer), act="finish", result="x", found="maybe")
    assert refused.value.field == "found"


def test_whoever_acts_on_an_older_version_is_told_what_stands_there(
    office: Organization, officer: Actor
) -> None:
    case = a_case()
    seen = case.version
    assign(actor=officer, case=case, unit=Unit.objects.get(name="กองคลัง"))
    with pytest.raises(Stale) as told:
        acknowledge(actor=officer, case=case, version=seen)
    assert told.value.present["unit"] == Unit.objects.get(name="กองคลัง").pk
    assert acknowledge(actor=officer, case=case, version=case.version + 1).state == "work"


def test_acknowledged_twice_is_acknowledged_once(office: Organization, officer: Actor) -> None:
    case = working(officer)
    again = acknowledge(actor=officer, case=case)
    assert again.version == case.version
    assert again.events.count() == 2
    done = act(actor=officer, case=case, act="finish", result="x")
    with pytest.raises(WrongState):
        acknowledge(actor=officer, case=done)


def test_opened_again_by_the_office_a_case_goes_on_where_its_clock_stood(
    office: Organization, officer: Actor
) -> None:
    """The days between closing and opening again do not count, and no new time limit is to be had."""
    case = working(officer)
    with clock.at(date(2025, 8, 20)):
        case = act(actor=officer, case=case, act="finish", result="ซ่อมแล้ว")
    with clock.at(date(2025, 9, 30)):
        again = act(actor=officer, case=case, act="reopen", reason="ยังดับอยู่")
        kinds = [fact.kind for fact in recorded(again)]
    assert (again.phase, again.reopened, again.closed_on) == ("working", 1, None)
    assert again.clock_started_on == DAY
    assert again.due_on == date(2025, 10, 16), "eleven of fifteen working days were left"
    assert kinds == ["errand_received", "errand_closed", "errand_reopened"]
    with clock.at(date(2025, 10, 2)):
        done = act(actor=officer, case=again, act="finish", result="ซ่อมใหม่")
        assert (done.days_taken, done.is_late) == (6, False), "four before, two after"


def test_opened_again_by_the_citizens_word_a_case_has_a_clock_of_its_own(
    office: Organization, officer: Actor
) -> None:
    case = working(officer)
    with clock.at(date(2025, 8, 20)):
        case = act(actor=officer, case=case, act="finish", result="ซ่อมแล้ว")
    with clock.at(date(2025, 9, 10)):
        again = answer_closing(case=case, satisfied=False)
    assert (again.clock_started_on, again.due_on, again.informed_at) == (
        date(2025, 9, 10), date(2025, 10, 1), None,
    )  # fmt: skip
    with clock.at(date(2025, 9, 12)):
        done = act(actor=officer, case=again, act="finish", result="ซ่อมใหม่")
        assert (done.days_taken, done.is_late) == (6, False)
    with clock.at(date(2025, 9, 15)):
        once_more = act(actor=officer, case=done, act="reopen", reason="พิมพ์ผลผิด")
        assert once_more.due_on == date(2025, 10, 2)
        assert act(actor=officer, case=once_more, act="finish", result="ซ่อมแล้ว").days_taken == 6


@pytest.mark.parametrize("by_citizen", [False, True])
def test_what_was_closed_late_once_is_in_time_never_again(
    office: Organization, officer: Actor, by_citizen: bool
) -> None:
    case = working(officer)
    with clock.at(date(2025, 9, 8)):
        case = act(actor=officer, case=case, act="finish", result="ซ่อมแล้ว")
        assert case.is_late
        if by_citizen:
            case = answer_closing(case=case, satisfied=False)
        else:
            case = act(actor=officer, case=case, act="reopen", reason="พิมพ์ผลผิด")
            assert case.due_on == date(2025, 9, 4), "still two days late"
    with clock.at(date(2025, 9, 9)):
        done = act(actor=officer, case=case, act="finish", result="ซ่อมใหม่")
        assert recorded(done)[-1].content["in_time"] == 0
    total = statistics(Period.fiscal_year(2568), as_of=date(2025, 9, 30)).total
    assert (done.is_late, total.closed, total.in_time, total.late) == (True, 1, 0, 1)


def test_a_standard_answer_may_say_that_being_unhappy_reopens_nothing(
    office: Organization, officer: Actor
) -> None:
    answer = StandardAnswer.objects.create(title="นอกอำนาจ", text="x", reopens_when_unhappy=False)
    case = act(actor=officer, case=working(officer), act="finish", result="x", answer=answer)
    assert not Case.objects.get(pk=case.pk).may_reopen


# --- assigning ---


def test_a_case_is_given_to_unit_and_person_and_given_again(
    office: Organization, officer: Actor, somsri: Membership
) -> None:
    case = assign(actor=officer, case=a_case(), assignee=somsri)
    assert (case.assignee, case.unit) == (somsri, somsri.unit)
    assert case.acknowledged_at is not None
    finance = Unit.objects.get(name="กองคลัง")
    case = assign(actor=officer, case=case, unit=finance, reason="เป็นเรื่องเงิน")
    assert (case.assignee, case.unit) == (None, finance)
    other = member(*STAFF, username="mana", unit="กองคลัง")
    case = assign(actor=officer, case=case, assignee=other)
    given = case.events.filter(event="assigned").order_by("id")
    assert [(e.unit, e.assignee, e.is_public) for e in given] == [
        (somsri.unit, somsri, True), (finance, None, True), (None, other, False),
    ]  # fmt: skip
    assert case.messages.get().direction == "note"
    before = case.version
    assert assign(actor=officer, case=case, assignee=other, unit=finance).version == before


def test_a_rule_that_gives_a_case_to_a_unit_has_not_looked_at_it(
    office: Organization, somsri: Membership
) -> None:
    case = assign(actor=CITIZEN, case=a_case(), assignee=somsri)
    assert case.unit == somsri.unit
    assert case.acknowledged_at is None


def test_a_case_is_given_to_nobody_who_is_not_there(
    office: Organization, officer: Actor, somsri: Membership
) -> None:
    gone = member(username="gone")
    gone.is_active = False
    gone.save()
    case = a_case()
    with pytest.raises(InvalidInput) as refused:
        assign(actor=officer, case=case, assignee=gone)
    assert refused.value.field == "assignee"
    retired = Unit.objects.create(name="เก่า", position=9, is_active=False)
    with pytest.raises(InvalidInput):
        assign(actor=officer, case=case, unit=retired)
    with pytest.raises(InvalidInput):
        assign(actor=officer, case=case)
    closed = act(actor=officer, case=case, act="refuse", reason="x")
    with pytest.raises(WrongState):
        assign(actor=officer, case=closed, assignee=somsri)
