"""What recipients do: the table of states, messages, committee, keys lost and found; and who cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.foundation.ledger.sealed import append_sealed_batch
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.kernel.errors import InvalidInput, NotPermitted, Stale, WrongState
from prongsai.modules.corruption import workflow
from prongsai.modules.corruption.choices import FOUND
from prongsai.modules.corruption.keys import WrongSecret
from prongsai.modules.corruption.models import Access, Holder, Report, Unlocked
from prongsai.modules.corruption.quarters import quarter_of
from prongsai.modules.corruption.reports import OpenReport, due_of, logged_acts, reporter_events, reports_of
from prongsai.modules.corruption.selectors import desk, readers
from prongsai.modules.corruption.services import (
    act,
    confirm_key,
    end_holder,
    lock,
    make_key,
    may_share_with,
    may_unshare,
    name_holder,
    note,
    recover,
    reply,
    report_by_code,
    say,
    set_days,
    share,
    unlock,
    unlocked_pair,
    unshare,
)
from prongsai.modules.corruption.tests.conftest import PASSPHRASE, Office
from tests.cast import SYSTEM, donsai, member

pytestmark = pytest.mark.django_db
NEEDED = {
    "message": "ถึงผู้แจ้ง",
    "reason": "เหตุผล",
    "result": "ผลการตรวจสอบ",
    "found": "true",
    "members": "นาย ก ตัวอย่าง",
}


def do(office: Office, name: str, **said: str) -> OpenReport:
    """Do an act as สมศรี, with whatever it needs; the report as it stands then."""
    somsri = office.people["somsri"]
    opened = somsri.report(office.last.ref)
    assert opened
    act(actor=somsri.actor, opened=opened, act=name, **{**NEEDED, **said})
    found = somsri.report(office.last.ref)
    assert found
    return found


# --- the table ---------------------------------------------------------------------------------------------


def test_the_table_has_the_states_of_the_register_and_every_one_leads_to_an_end() -> None:
    assert [state.title for state in workflow.FLOW.states][:3] == [
        "รับเรื่องแล้ว", "ตรวจสอบข้อเท็จจริง", "แต่งตั้งคณะกรรมการสอบข้อเท็จจริงแล้ว",
    ]  # fmt: skip
    reached = {workflow.FLOW.initial}
    for _ in workflow.FLOW.states:
        reached |= {row.target for state in reached for row in workflow.FLOW.leading_from(state)}
    assert reached == workflow.FLOW.keys, "every state is reached"
    for state in workflow.FLOW.states:
        seen, todo = set(), [state.key]
        while todo:
            here = todo.pop()
            seen.add(here)
            todo += [row.target for row in workflow.FLOW.leading_from(here) if row.target not in seen]
        assert seen & set(workflow.CLOSED), f"{state.key} can be brought to an end"


ACTS = sorted({row.act for row in workflow.FLOW.transitions})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ACTS), max_size=8))
def test_no_path_leaves_the_table_and_no_clock_is_negative(office: Office, path: list[str]) -> None:
    office.submit(nonce=repr(path).encode())
    somsri = office.people["somsri"]
    state = workflow.FLOW.initial
    for name in path:
        opened = somsri.report(office.last.ref)
        assert opened
        row = workflow.FLOW.row(state, name)
        if row is None:
            with pytest.raises(WrongState):
                act(actor=somsri.actor, opened=opened, act=name, **NEEDED)
        else:
            act(actor=somsri.actor, opened=opened, act=name, **NEEDED)
            state = row.target
        found = somsri.report(office.last.ref)
        assert found
        assert found.state.key == state
        assert found.report.closed_quarter == (
            quarter_of(clock.today()) if state in workflow.CLOSED else None
        )
        assert (found.report.found != "") <= (state == workflow.FINISHED)
        office_desk = desk()
        assert office_desk
        due = due_of(found, office_desk)
        assert (due is None) == (found.state.phase not in {Phase.RECEIVED, Phase.WORKING})
        assert due is None or due > found.since


def test_an_act_asks_for_what_it_needs_and_the_reporter_reads_the_message(office: Office) -> None:
    code = office.submit()
    somsri = office.people["somsri"]
    opened = somsri.reports()[0]
    for missing in ("reason", "message"):
        with pytest.raises(InvalidInput) as error:
            act(actor=somsri.actor, opened=opened, act="refuse", **{**NEEDED, missing: " "})
        assert error.value.field == missing
    do(office, "accept")
    found = do(office, "finish", result="พบว่าจริง", found="partly", message="ตรวจสอบแล้วพบว่าเป็นจริงบางส่วน")
    assert (found.state.key, found.found) == ("finished", "partly")
    report, pair = report_by_code(code) or (None, None)
    assert report
    assert pair
    seen = reporter_events(report, pair)
    assert [event.said.get("state") for event in seen if event.said.get("state")] == [
        "received",
        "finding",
        "finished",
    ]
    assert [event.text for event in seen if event.text] == ["ตรวจสอบแล้วพบว่าเป็นจริงบางส่วน"]
    told = str([dict(event.said) for event in seen])
    assert "พบว่าจริง" not in told, "the result is the office's own"
    assert "somsri" not in told, "and no name of an officer goes out"


def test_two_who_act_at_once_are_told(office: Office) -> None:
    office.submit()
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    one, other = somsri.reports()[0], wichai.reports()[0]
    act(actor=somsri.actor, opened=one, act="accept")
    with pytest.raises(Stale):
        act(actor=wichai.actor, opened=other, act="refuse", **NEEDED)


def test_notes_are_for_readers_alone_and_messages_go_both_ways(office: Office) -> None:
    code = office.submit()
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    note(actor=somsri.actor, opened=somsri.reports()[0], text="สอบพยานแล้วหนึ่งราย")
    say(actor=wichai.actor, opened=wichai.reports()[0], text="รับเรื่องแล้ว กำลังตรวจสอบ")
    report, pair = report_by_code(code) or (None, None)
    assert report
    assert pair
    reply(report=report, nonce=b"r", text="ขอบคุณ")
    found = wichai.reports()[0]
    assert [event.text for event in found.notes] == ["สอบพยานแล้วหนึ่งราย"]
    assert [(event.kind, event.by) for event in found.conversation] == [
        ("message_out", "wichai ตัวอย่าง"), ("message_in", ""),
    ]  # fmt: skip
    assert [event.text for event in reporter_events(report, pair) if event.text] == [
        "รับเรื่องแล้ว กำลังตรวจสอบ", "ขอบคุณ",
    ]  # fmt: skip


def test_deadlines_are_counted_in_working_days_from_each_state(office: Office) -> None:
    set_days(actor=SYSTEM, answer=15, finding=10, committee=20)
    with clock.at(date(2026, 12, 1)):
        office.submit()
        found = office.people["somsri"].reports()[0]
        assert due_of(found, desk()) == date(2026, 12, 24)  # type: ignore[arg-type] (two public holidays between)
    with clock.at(date(2026, 12, 15)):
        found = do(office, "accept")
        assert found.since == date(2026, 12, 15)
        assert due_of(found, desk()) > date(2026, 12, 28)  # type: ignore[arg-type,operator]
        assert due_of(do(office, "ask"), desk()) is None, "while the office waits for the reporter"  # type: ignore[arg-type]


# --- committee and conflict --------------------------------------------------------------------------------


def test_a_committee_gets_the_report_by_sealing_it_to_them(office: Office) -> None:
    helper = office.name("helper", receives=False, unit="กองช่าง", position="นายช่าง")
    office.submit()
    assert helper.reports() == []
    do(office, "accept")
    found = do(office, "appoint", members="ประธาน: นาย ก\nกรรมการ: นาย ข")
    somsri = office.people["somsri"]
    assert [holder.pk for holder in may_share_with(found)] == [helper.holder.pk]
    before = Access.objects.count()
    share(actor=somsri.actor, opened=found, with_whom=[helper.holder.pk])
    assert [report.title for report in helper.reports()] == [found.title]
    assert Access.objects.count() == before, "the table shows no new row"
    assert helper.holder.pk in helper.reports()[0].reader_ids
    again = somsri.report(office.last.ref)
    assert again
    unshare(actor=somsri.actor, opened=again, holder=helper.holder)
    assert helper.reports() == []
    with pytest.raises(WrongState):
        unshare(actor=somsri.actor, opened=somsri.reports()[0], holder=helper.holder)


def test_nobody_whom_the_report_concerns_gets_onto_the_committee(office: Office) -> None:
    helper = office.name("helper", receives=False, unit="กองช่าง")
    other = office.name("other", receives=False, unit="กองศึกษา")
    unit = helper.member.unit_id
    office.submit(concerned=(f"unit:{unit}",))
    found = office.people["somsri"].reports()[0]
    assert [holder.pk for holder in may_share_with(found)] == [other.holder.pk]
    for wrong in ([helper.holder.pk], [], [999_999], [helper.holder.pk, other.holder.pk]):
        with pytest.raises(InvalidInput):
            share(actor=office.people["somsri"].actor, opened=found, with_whom=wrong)
    assert helper.reports() == []


def test_who_comes_to_be_concerned_later_reads_no_more(office: Office) -> None:
    """วิชัย is moved into the unit that the report is about: from that moment it is not there for him."""
    office.submit(concerned=("unit:999999", f"unit:{office.people['somsri'].member.unit_id}"))
    wichai = office.people["wichai"]
    assert len(wichai.reports()) == 1
    wichai.member.unit = office.people["somsri"].member.unit
    wichai.member.save()
    wichai.holder = Holder.objects.select_related("member__unit").get(pk=wichai.holder.pk)
    assert wichai.reports() == []
    assert wichai.report(office.last.ref) is None


def test_the_last_reader_stays(office: Office) -> None:
    helper = office.name("helper", receives=False, unit="กองช่าง")
    office.submit(readers=[office.people["somsri"].holder.pk])
    somsri = office.people["somsri"]
    share(actor=somsri.actor, opened=somsri.reports()[0], with_whom=[helper.holder.pk])
    end_holder(actor=SYSTEM, holder=somsri.holder)
    with pytest.raises(WrongState):
        unshare(actor=helper.actor, opened=helper.reports()[0], holder=helper.holder)
    assert len(helper.reports()) == 1


def test_nobody_takes_the_report_from_those_whom_the_reporter_chose(office: Office) -> None:
    helper = office.name("helper", receives=False, unit="กองช่าง")
    office.submit()
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    share(actor=somsri.actor, opened=somsri.reports()[0], with_whom=[helper.holder.pk])
    assert may_unshare(somsri.reports()[0]) == {helper.holder.pk}
    for reader, taken in ((somsri, wichai), (helper, wichai), (somsri, somsri)):
        with pytest.raises(WrongState):
            unshare(actor=reader.actor, opened=reader.reports()[0], holder=taken.holder)
    assert len(wichai.reports()) == 1


@pytest.mark.parametrize("named_again", [False, True])
def test_whom_the_reporter_left_out_is_not_given_the_report(office: Office, named_again: bool) -> None:
    """Such as a cousin of the accused, of whom the rule of conflict knows nothing."""
    somsri, cousin = office.people["somsri"], office.people["wichai"]
    office.submit(readers=[somsri.holder.pk], unwanted=[cousin.holder.pk])
    if named_again:  # as another row of the same person
        end_holder(actor=SYSTEM, holder=cousin.holder)
        cousin.holder = name_holder(actor=SYSTEM, member=cousin.member, receives=True)
        recovery = make_key(actor=cousin.actor, holder=cousin.holder, passphrase=PASSPHRASE)
        confirm_key(actor=cousin.actor, holder=cousin.holder, recovery=recovery)
    assert may_share_with(somsri.reports()[0]) == []
    with pytest.raises(InvalidInput):
        share(actor=somsri.actor, opened=somsri.reports()[0], with_whom=[cousin.holder.pk])


def test_whoever_is_named_again_is_still_the_one_whom_a_report_is_about(office: Office) -> None:
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    office.submit(readers=[somsri.holder.pk], concerned=(f"reader:{wichai.holder.pk}",))
    end_holder(actor=SYSTEM, holder=wichai.holder)
    name_holder(actor=SYSTEM, member=wichai.member, receives=True)
    again = Holder.objects.select_related("member__user", "member__unit").get(
        member=wichai.member, ended_on=None
    )
    assert f"reader:{wichai.holder.pk}" in readers([again])[0].out_by


# --- what the reporter adds ----------------------------------------------------------------------------------


def test_what_the_reporter_adds_is_seen_before_anybody_closes_and_has_its_day(office: Office) -> None:
    code = office.submit()
    do(office, "accept")
    found = do(office, "ask")
    office_desk = desk()
    assert office_desk
    assert due_of(found, office_desk) is None
    report, _ = report_by_code(code) or (None, None)
    assert report
    somsri = office.people["somsri"]
    with clock.at(clock.now() + timedelta(days=3)):
        reply(report=report, nonce=b"r", text="มีใบเสร็จอีกใบ")
        with pytest.raises(Stale):
            act(actor=somsri.actor, opened=found, act="finish", **NEEDED)
        found = somsri.reports()[0]
        assert (found.state.key, found.written_on) == ("waiting", clock.today())
        due = due_of(found, office_desk)
        assert due
        assert due > clock.today() + timedelta(days=office_desk.answer_days), "working days from the message"
        act(actor=somsri.actor, opened=found, act="finish", **NEEDED)


def test_a_recipient_whose_task_ended_opens_nothing_any_more(office: Office) -> None:
    office.submit()
    wichai = office.people["wichai"]
    pair = wichai.pair
    before = Access.objects.count()
    end_holder(actor=SYSTEM, holder=wichai.holder)
    assert reports_of(wichai.holder, pair) == []
    assert Access.objects.count() == before
    with pytest.raises(WrongState):
        end_holder(actor=SYSTEM, holder=office.people["somsri"].holder)


def test_a_recipient_without_the_permission_gets_no_new_reports(office: Office) -> None:
    office.people["wichai"].member.held.all().delete()  # type: ignore[attr-defined]
    office.submit()
    assert office.people["wichai"].reports() == []
    assert len(office.people["somsri"].reports()) == 1


@pytest.mark.parametrize("doing", [
    lambda actor, found: act(actor=actor, opened=found, act="accept"),
    lambda actor, found: say(actor=actor, opened=found, text="x"),
    lambda actor, found: note(actor=actor, opened=found, text="x"),
    lambda actor, found: share(actor=actor, opened=found, with_whom=[1]),
])  # fmt: skip
def test_every_act_asks_for_the_permission(office: Office, doing: Callable[[Any, Any], None]) -> None:
    office.submit()
    found = office.people["somsri"].reports()[0]
    with pytest.raises(NotPermitted):
        doing(member("corruption.manage", username="boss").actor(), found)


# --- keys --------------------------------------------------------------------------------------------------


def test_a_lost_passphrase_is_replaced_by_the_recovery_key_and_by_nothing_else(office: Office) -> None:
    office.submit()
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    for wrong in (
        "",
        "AAAA",
        wichai.recovery,
        somsri.recovery[:-1] + ("Y" if somsri.recovery[-1] == "X" else "X"),
    ):
        with pytest.raises(InvalidInput):
            recover(actor=somsri.actor, holder=somsri.holder, recovery=wrong, passphrase="ใหม่ทั้งหมดสี่คำ")
    with pytest.raises(NotPermitted):
        recover(actor=wichai.actor, holder=somsri.holder, recovery=somsri.recovery, passphrase="x" * 12)
    with pytest.raises(NotPermitted):
        recover(actor=SYSTEM, holder=somsri.holder, recovery=somsri.recovery, passphrase="x" * 12)
    recover(
        actor=somsri.actor, holder=somsri.holder, recovery=somsri.recovery.lower(), passphrase="ใหม่ทั้งหมดสี่คำ"
    )
    with pytest.raises(WrongSecret):
        unlock(actor=somsri.actor, holder=somsri.holder, passphrase=PASSPHRASE)
    cookie = unlock(actor=somsri.actor, holder=somsri.holder, passphrase="ใหม่ทั้งหมดสี่คำ")
    somsri.holder.refresh_from_db()
    pair = unlocked_pair(somsri.holder, cookie)
    assert pair
    assert len(reports_of(somsri.holder, pair)) == 1, "what was sealed before is still there"


def test_an_open_key_is_worth_nothing_without_the_cookie_and_for_long(office: Office) -> None:
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    cookie = unlock(actor=somsri.actor, holder=somsri.holder, passphrase=PASSPHRASE)
    somsri.holder.refresh_from_db()
    row = Unlocked.objects.get()
    assert somsri.pair.secret not in bytes(row.wrapped)
    assert unlocked_pair(somsri.holder, cookie)
    for wrong in ("", "x", cookie[:-4] + "AAA=", cookie.swapcase()):
        assert unlocked_pair(somsri.holder, wrong) is None
    assert unlocked_pair(wichai.holder, cookie) is None
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert unlocked_pair(somsri.holder, cookie) is None
    now = clock.now()
    for minutes in range(10, 125, 10):  # a page every ten minutes keeps it open, for two hours
        with clock.at(now + timedelta(minutes=minutes)):
            found = unlocked_pair(somsri.holder, cookie)
            assert (found is not None) == (minutes < 120), minutes
    lock(holder=somsri.holder)
    assert not Unlocked.objects.exists()


# --- the sealed log ----------------------------------------------------------------------------------------


def test_every_act_stands_in_the_sealed_log_and_nothing_in_the_main_one(office: Office) -> None:
    flush()
    main = Entry.objects.filter(log=LogName.MAIN).count()
    office.submit()
    do(office, "accept")
    somsri = office.people["somsri"]
    note(actor=somsri.actor, opened=somsri.reports()[0], text="บันทึก")
    do(office, "finish")
    flush()
    assert Entry.objects.filter(log=LogName.MAIN).count() == main
    append_sealed_batch(clock.today())
    found = somsri.report(office.last.ref)
    assert found
    logged = logged_acts(found.report, found.pair)
    assert sorted(entry.act for entry in logged) == sorted(
        ["received", "accept", "note", "message_out", "finish"]
    )
    assert {entry.day for entry in logged} == {clock.today()}
    assert logged_acts(found.report, office.people["wichai"].pair) == [], (
        "only the report's own key finds them"
    )
    assert verify_log(office.organization, LogName.SEALED).ok


def test_the_entries_of_a_day_are_of_one_size(office: Office) -> None:
    office.submit()
    do(office, "accept")
    append_sealed_batch(clock.today())
    entries = Entry.objects.filter(log=LogName.SEALED).select_related("payload")
    sizes = {len(bytes(entry.payload.body)) for entry in entries}  # type: ignore[attr-defined]
    assert sizes == {1024}, "acts and fillers look alike, to who sees their sizes too"


def test_another_office_sees_none_of_it(office: Office) -> None:
    office.submit()
    ref = office.last.ref
    with scope(donsai().pk):
        assert not Report.objects.filter(ref=ref).exists()
        assert not Access.objects.exists()
        assert not Holder.objects.exists()
        assert report_by_code("1111 2222 3333 4444") is None


def test_how_a_report_can_end_has_a_word_for_each() -> None:
    assert [key for key, _ in FOUND] == ["true", "partly", "untrue", "unclear"]
