"""What is said, by whom, on which way; a case that waits for the citizen goes on when they answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.selectors import (
    asked_of_sender,
    case_of_sender,
    conversation,
    files_for_staff,
    files_of,
    public_timeline,
)
from prongsai.foundation.casework.services import (
    Contact,
    acknowledge,
    act,
    answer_closing,
    attach,
    hear,
    may_answer,
    merge,
    note,
    note_visit,
    say,
    settle_failure,
    way_to,
)
from prongsai.foundation.casework.tests.conftest import ERRAND, LETTER, a_case, a_file, recorded
from prongsai.foundation.channels.models import Outbound
from prongsai.foundation.channels.services.outbound import finished
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, Stale, WrongState
from prongsai.kernel.registry import registry
from tests.cast import SYSTEM
from tests.golden.queries import counted_queries


@pytest.fixture
def asked(office: Organization, officer: Actor) -> Case:
    """A case in which the citizen was asked something, on a Thursday."""
    case = acknowledge(actor=officer, case=a_case(contact=Contact(email="a@example.com")))
    return act(actor=officer, case=case, act="ask", message="เสาต้นที่เท่าไร")


def test_an_answer_goes_out_on_the_way_by_which_the_case_came(office: Organization, officer: Actor) -> None:
    case = a_case(channel_kind="line", contact=Contact(handle="U1", email="a@example.com"))
    said = say(actor=officer, case=case, text="กำลังไปดู", files=[a_file()])
    out = Outbound.objects.get(key=f"casework.message:{said.pk}")
    assert (out.kind, out.recipient, out.text.partition("\n")[0]) == ("line", "U1", "กำลังไปดู")
    assert case.number in out.subject
    assert (said.delivery, said.channel_kind) == ("waiting", "line")
    case.refresh_from_db()
    assert case.informed_at is not None
    assert case.acknowledged_at is not None


@pytest.mark.parametrize(
    ("wish", "kind", "way"),
    [
        ("", "web", ("email", "a@example.com")),
        ("", "line", ("line", "U1")),
        ("line", "web", ("line", "U1")),
        ("email", "line", ("email", "a@example.com")),
        ("page", "line", None),
        ("phone", "web", None),
    ],
)
def test_the_citizens_wish_says_where_answers_go(
    office: Organization, wish: str, kind: str, way: tuple[str, str] | None
) -> None:
    case = a_case(
        channel_kind=kind, contact=Contact(handle="U1", email="a@example.com"), details={"answer_by": wish}
    )
    found = way_to(case)
    assert ((found.channel_kind, found.recipient) if found else None) == way


def test_a_wish_that_cannot_be_fulfilled_falls_back_to_mail(office: Organization) -> None:
    case = a_case(contact=Contact(email="a@example.com"), details={"answer_by": "line"})
    found = way_to(case)
    assert found is not None
    assert found.channel_kind == "email"


def test_what_becomes_of_a_message_stands_in_the_conversation(office: Organization, officer: Actor) -> None:
    said = say(actor=officer, case=a_case(contact=Contact(email="a@example.com")), text="ก")
    out = Outbound.objects.get(key=f"casework.message:{said.pk}")
    out.state, out.sent_at = "sent", clock.now()
    finished(out)
    said.refresh_from_db()
    assert (said.delivery, said.delivered_at) == ("sent", clock.now())
    out.state = "failed"
    finished(out)
    said.refresh_from_db()
    assert said.delivery == "failed"
    settle_failure(actor=officer, message=said)
    said.refresh_from_db()
    assert said.delivery == "page"


def test_a_note_never_leaves_the_office(office: Organization, officer: Actor) -> None:
    case = a_case(contact=Contact(email="a@example.com"))
    note(actor=officer, case=case, text="ผู้แจ้งเคยแจ้งแล้ว")
    assert not Outbound.objects.filter(key__startswith="casework.message").exists()
    assert [m.text for m in conversation(case, reader=SYSTEM)] == ["ผู้แจ้งเคยแจ้งแล้ว"]
    assert list(conversation(case)) == []
    assert [event.event for event in public_timeline(case)] == ["received"]


def test_the_clock_stands_still_until_the_citizen_answers(asked: Case) -> None:
    assert (asked.phase, asked.waiting_since, asked.due_on) == (
        "waiting",
        date(2025, 8, 14),
        date(2025, 9, 4),
    )
    with clock.at(date(2025, 8, 21)):
        hear(case=asked, text="ต้นที่ ๑๒", channel_kind="web")
    case = Case.objects.get(pk=asked.pk)
    assert (case.phase, case.waiting_since, case.waited_days) == ("working", None, 5)
    assert case.due_on == date(2025, 9, 11), "five working days later"
    assert case.heard_at is not None
    assert case.acknowledged_at != case.heard_at


def test_days_of_a_clock_of_calendar_days_are_waited_in_calendar_days(
    office: Organization, officer: Actor
) -> None:
    case = acknowledge(actor=officer, case=a_case(kind=LETTER.key))
    assert case.due_on == date(2025, 8, 29)
    case = act(actor=officer, case=case, act="ask", message="?")
    with clock.at(date(2025, 8, 17)):
        hear(case=case, text="ครับ", channel_kind="web")
    assert Case.objects.get(pk=case.pk).due_on == date(2025, 9, 1)


def test_days_waited_are_not_counted_as_taken(asked: Case, officer: Actor) -> None:
    with clock.at(date(2025, 8, 21)):
        hear(case=asked, text="ต้นที่ ๑๒", channel_kind="web")
    with clock.at(date(2025, 8, 26)):
        done = act(actor=officer, case=asked, act="finish", result="เปลี่ยนแล้ว")
    assert done.days_taken == 3
    assert done.heard_at is None


def test_a_case_that_ends_while_it_waits_counts_none_of_those_days(asked: Case, officer: Actor) -> None:
    with clock.at(date(2025, 9, 30)):
        done = act(actor=officer, case=asked, act="finish", result="ผู้แจ้งไม่ตอบ")
    assert (done.days_taken, done.waiting_since, done.is_late) == (0, None, False)


def test_the_same_message_is_heard_once(asked: Case) -> None:
    first = hear(case=asked, text="ต้นที่ ๑๒", channel_kind="line", source_key="evt-1")
    again = hear(case=asked, text="ต้นที่ ๑๒", channel_kind="line", source_key="evt-1")
    assert first == again
    assert asked.messages.filter(direction="in").count() == 1


def test_a_file_alone_is_heard(asked: Case) -> None:
    heard = hear(case=asked, text="", channel_kind="web", files=[a_file()])
    assert heard.files.get().from_citizen
    with pytest.raises(InvalidInput):
        hear(case=asked, text=" ", channel_kind="web")


def test_what_was_said_on_the_telephone_is_written_down_by_staff(asked: Case, officer: Actor) -> None:
    heard = hear(case=asked, text="โทรมาบอกว่าต้นที่ ๑๒", channel_kind="phone", actor=officer)
    assert heard.author == "somsri ตัวอย่าง"
    assert Case.objects.get(pk=asked.pk).phase == "working"


def test_what_is_said_of_a_merged_case_stays_with_it_and_the_staff_of_the_other_read_it(
    asked: Case, officer: Actor
) -> None:
    """Its own citizen reads it and nobody else's; the case that it is in says that there is something to read."""
    other = a_case()
    merge(actor=officer, case=asked, into=other, reason="เสาเดียวกัน")
    other.refresh_from_db()
    heard = hear(case=asked, text="ยังดับอยู่ บ้านนางสาวมาลี", channel_kind="web", files=[a_file()])
    assert heard.case == asked
    assert heard in conversation(asked)
    assert list(conversation(other)) == []
    assert list(files_of(other)) == []
    assert heard in conversation(other, reader=SYSTEM)
    assert [each.file.name for each in files_for_staff(other, SYSTEM)] == ["photo.txt"]
    before, other = other.version, Case.objects.get(pk=other.pk)
    assert (other.heard_at, Case.objects.get(pk=asked.pk).heard_at) == (heard.at, None)
    assert other.version > before, "who has a form open is told"
    assert not public_timeline(other).filter(event="message_in").exists()
    third = a_case()
    merge(actor=officer, case=other, into=third, reason="เสาเดียวกัน")
    hear(case=asked, text="ฝนตก", channel_kind="web")
    assert Case.objects.get(pk=third.pk).heard_at is not None
    assert [m.text for m in conversation(third, reader=SYSTEM) if m.direction == "in"] == [heard.text, "ฝนตก"]


def test_what_one_citizen_asks_goes_on_asking_when_another_one_is_answered(
    office: Organization, officer: Actor
) -> None:
    case, other = a_case(), a_case()
    merge(actor=officer, case=other, into=case, reason="เสาเดียวกัน")
    hear(case=case, text="เมื่อไร", channel_kind="web")
    hear(case=other, text="มีเด็กโดนไฟดูด", channel_kind="web")
    answer(officer, case, "พรุ่งนี้")
    case.refresh_from_db()
    assert case.heard_at is not None, "nobody has answered the other"
    answer(officer, other, "กำลังไป")
    case.refresh_from_db()
    assert case.heard_at is None


def answer(officer: Actor, case: Case, text: str) -> CaseMessage:
    """By somebody who has just read the case."""
    return say(actor=officer, case=case, text=text, version=Case.objects.get(pk=case.pk).version)


def test_an_answer_that_was_written_before_the_citizen_wrote_is_not_sent(
    office: Organization, officer: Actor
) -> None:
    case = a_case()
    hear(case=case, text="ยังดับอยู่", channel_kind="web")
    seen = Case.objects.get(pk=case.pk).version
    say(actor=officer, case=case, text="ช่างไปวันศุกร์", version=seen)
    late = Case.objects.get(pk=case.pk).version
    with pytest.raises(Stale):
        say(actor=officer, case=case, text="ไม่มีกำหนด", version=seen)
    hear(case=case, text="มีเด็กโดนไฟดูด", channel_kind="web")
    with pytest.raises(Stale):
        say(actor=officer, case=case, text="ไม่มีกำหนด", version=late)
    assert [m.text for m in case.messages.filter(direction="out")] == ["ช่างไปวันศุกร์"]
    case.refresh_from_db()
    assert case.heard_at is not None
    say(actor=officer, case=case, text="ไม่รู้ว่าอ่านหรือยัง")
    case.refresh_from_db()
    assert case.heard_at is not None, "nobody knows whether it was read"
    answer(officer, case, "กำลังไป")
    case.refresh_from_db()
    assert case.heard_at is None


def test_whoever_writes_to_a_closed_case_is_heard_and_the_case_stays_closed(
    office: Organization, officer: Actor
) -> None:
    case = act(actor=officer, case=a_case(), act="refuse", reason="x")
    hear(case=case, text="ทำไม", channel_kind="web")
    case.refresh_from_db()
    assert case.heard_at is not None
    assert case.phase == "refused"
    answer(officer, case, "เพราะ")
    case.refresh_from_db()
    assert case.heard_at is None


def test_files_are_attached_once(office: Organization, officer: Actor) -> None:
    case = a_case()
    first = attach(actor=officer, case=case, file=a_file())
    assert attach(actor=officer, case=case, file=a_file()) == first
    assert not first.from_citizen
    assert case.events.filter(event="attached").count() == 1


def test_a_conversation_is_read_in_two_queries_however_long(asked: Case) -> None:
    for number in range(20):
        hear(case=asked, text=f"{number}", channel_kind="web", files=[a_file(digest=f"{number:064d}")])
    with counted_queries("casework.conversation"):
        assert (
            len([file.file.name for said in conversation(asked, reader=SYSTEM) for file in said.files.all()])
            == 20
        )


def test_a_visit_to_the_tracking_page_is_noted_now_and_then(asked: Case) -> None:
    note_visit(case=asked)
    asked.refresh_from_db()
    seen = asked.visited_at
    note_visit(case=asked)
    asked.refresh_from_db()
    assert asked.visited_at == seen == clock.now()


def test_whoever_writes_again_is_taken_to_mean_their_own_case(office: Organization, officer: Actor) -> None:
    first = a_case(contact=Contact(email="a@example.com"))
    second = a_case(contact=Contact(email="a@example.com"))
    a_case(contact=Contact(email="b@example.com"))

    def meant(**said: str) -> Case | None:
        return case_of_sender(
            **({"channel_kind": "email", "sender": "A@example.com", "module": "testing"} | said)
        )

    assert meant() == second
    assert meant(text=f"Re: เรื่อง {first.number}") == first
    assert meant(text="Re: เรื่อง ๖๘-๐๐๐๑") == first
    assert meant(text="68-0003") == second, "a stranger's number opens nothing"
    assert meant(sender="nobody@example.com") is None
    assert meant(sender="") is None
    assert meant(module="other") is None
    act(actor=officer, case=second, act="refuse", reason="x")
    with clock.at(date(2025, 10, 1)):
        assert meant() == first


# --- the closing question ---


@pytest.fixture
def done(office: Organization, officer: Actor) -> Case:
    case = acknowledge(actor=officer, case=a_case())
    return act(actor=officer, case=case, act="finish", result="เปลี่ยนหลอดแล้ว")


def test_a_satisfied_citizen_is_counted(done: Case) -> None:
    assert may_answer(done)
    case = answer_closing(case=done, satisfied=True, note="ขอบคุณ")
    assert (case.satisfied, case.satisfaction_note, case.phase) == (True, "ขอบคุณ", "finished")
    assert not may_answer(case)
    with pytest.raises(WrongState):
        answer_closing(case=case, satisfied=False)


def test_an_unhappy_citizen_opens_the_case_again_and_is_asked_again_after_the_next_end(
    done: Case, officer: Actor
) -> None:
    case = answer_closing(case=done, satisfied=False, note="ยังดับ")
    assert (case.satisfied, case.phase, case.reopened) == (False, "working", 1)
    assert Case.objects.get(pk=case.pk).heard_at is not None
    assert case.messages.filter(direction="note", text="ยังดับ").exists()
    assert recorded(case)[-1].kind == "errand_reopened"
    with clock.at(date(2025, 8, 20)):
        again = act(actor=officer, case=case, act="finish", result="เปลี่ยนใหม่")
        assert may_answer(again)
        assert answer_closing(case=again, satisfied=True).satisfied is True


def test_an_answer_belongs_to_the_case_as_long_as_its_kind_takes_it(
    office: Organization, officer: Actor
) -> None:
    """By the same days as the page on which it can be answered, and the date that the question named."""
    registry().case_kinds[ERRAND.key] = replace(ERRAND, reopen_days=60)
    contact = Contact(email="a@example.com")
    errand, letter = (
        act(
            actor=officer, case=acknowledge(actor=officer, case=a_case(kind=kind, contact=contact)),
            act="finish", result="เปลี่ยนหลอดแล้ว",
        )
        for kind in (ERRAND.key, LETTER.key)
    )  # fmt: skip

    def asked_on(days: int) -> Case | None:
        with clock.at(clock.now() + timedelta(days=days)):
            found = asked_of_sender(channel_kind="email", sender="a@example.com")
            assert found is None or may_answer(found)
        return found

    assert [asked_on(days) for days in (30, 31, 45, 60, 61)] == [letter, errand, errand, errand, None]


def test_unhappiness_opens_nothing_where_the_closing_says_so_or_too_late(done: Case) -> None:
    Case.objects.filter(pk=done.pk).update(may_reopen=False)
    assert answer_closing(case=done, satisfied=False).phase == "finished"
    with clock.at(date(2025, 9, 14)):
        late = Case.objects.get(pk=done.pk)
        late.answered_at = None
        assert not may_answer(late), "more than thirty days after the end"


@pytest.mark.parametrize("state", ["new", "refused"])
def test_only_a_finished_case_asks(office: Organization, officer: Actor, state: str) -> None:
    case = a_case()
    if state == "refused":
        case = act(actor=officer, case=case, act="refuse", reason="x")
    with pytest.raises(WrongState):
        answer_closing(case=case, satisfied=True)
    assert not CaseMessage.objects.filter(direction="in").exists()
