"""What people write by mail, LINE and Facebook: a case, or the case that they mean."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import act, open_case, say
from prongsai.foundation.channels.canary import marker
from prongsai.foundation.channels.models import Channel, ChannelCheck, Inbound, Outbound
from prongsai.foundation.channels.services import handle_inbound, open_channel
from prongsai.foundation.channels.services import receive as receive_raw
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import InboundMessage
from prongsai.kernel.registry import registry
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION
from prongsai.modules.complaints.selectors.guessing import guess, village_in
from prongsai.modules.complaints.services.inbound import goes_on, receive
from prongsai.modules.complaints.services.submitting import submit
from prongsai.modules.complaints.tests.citizen import SYSTEM, Visitor
from prongsai.modules.complaints.tests.test_citizen_service import begun


@pytest.fixture
def line(web_office: Organization) -> Channel:
    return open_channel(actor=SYSTEM, kind="line", name="ไอแพทแซท อบต.บ้านทราย")


def message(channel: Channel, text: str, number: int = 1, **said: Any) -> InboundMessage:
    given_ = {"sender": "U1234", "source_key": f"event-{number}", **said}
    return InboundMessage(id=number, channel_id=channel.pk, channel_kind=channel.kind, text=text, **given_)


def case_of(done: str) -> Case:
    kind, _, number = done.partition(":")
    if kind == "message":
        return CaseMessage.objects.get(pk=number).case
    return Case.objects.get(pk=number)


# --- what it is about ---


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("ไฟถนนดับหน้าวัด หมู่ 4", "lamp"),
        ("ถนนเป็นหลุมลึก", "road"),
        ("น้ำประปาไม่ไหลสองวันแล้ว", "water"),
        ("ขอข้อมูลสัญญาจ้าง ปี 2568", "information"),
        ("เจ้าหน้าที่พูดจาไม่ดี รอนาน", "service"),
        ("ขอชมช่างที่มาซ่อมไฟ", "praise"),
        ("มีการเรียกรับเงินค่าอนุญาต", "opaque"),
        ("สวัสดีครับ", "trouble"),
        ("", "trouble"),
    ],
)
def test_words_say_what_a_message_is_about(text: str, category: str) -> None:
    assert guess(text).key == category


@pytest.mark.parametrize(
    ("text", "village"), [("ไฟดับ หมู่ที่ ๔", "4"), ("ม.12 บ้านใหม่", "12"), ("หมู่ 07", "7"), ("08 1234 5678", ""), ("หมู่บ้าน", "")]
)  # fmt: skip
def test_the_village_is_read_from_the_text(text: str, village: str) -> None:
    assert village_in(text) == village


@given(st.text(max_size=200))
def test_whatever_is_written_has_a_category(text: str) -> None:
    assert guess(text).key in categories()


# --- a new case ---


def test_a_message_becomes_a_case_with_what_its_words_say(line: Channel) -> None:
    case = case_of(receive(message(line, "ไฟหน้าศาลาดับ หมู่ที่ 4 ครับ", sender_name="สมชาย ตัวอย่าง")))
    assert (case.kind, case.category, case.village) == (GRIEVANCE, "lamp", "4")
    assert case.title == "ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"
    assert (case.contact_handle, case.contact_name) == ("U1234", "สมชาย ตัวอย่าง")
    assert case.channel == line
    told = Outbound.objects.get()
    assert case.number in told.text
    assert told.recipient == "U1234"


def test_the_answer_follows_the_message_by_its_reply_token(line: Channel) -> None:
    until = clock.now() + timedelta(minutes=1)
    receive(message(line, "ไฟดับ", reply_to="token-1", reply_until=until))
    told = Outbound.objects.get()
    assert (told.reply_to, told.reply_until) == ("token-1", until)


def test_delivered_twice_it_is_one_case(line: Channel) -> None:
    assert receive(message(line, "ไฟดับ")) == receive(message(line, "ไฟดับ"))
    assert Case.objects.count() == 1


def test_a_mail_is_called_by_its_subject_and_answered_by_mail(web_office: Organization) -> None:
    mail = open_channel(actor=SYSTEM, kind="email", name="อีเมล", address="saraban@example.org")
    said = message(
        mail, "ขอสำเนาสัญญา ปี 2568", sender="ck@example.org", subject="ขอข้อมูลสัญญาจ้าง", sender_name="ก. ตัวอย่าง"
    )
    case = case_of(receive(said))
    assert (case.kind, case.title, case.contact_email) == (INFORMATION, "ขอข้อมูลสัญญาจ้าง", "ck@example.org")
    assert Outbound.objects.get().recipient == "ck@example.org"


def test_who_writes_of_corruption_is_told_of_the_sealed_channel(line: Channel) -> None:
    case = case_of(receive(message(line, "มีการเรียกรับสินบนในการประมูล")))
    assert case.kind == COMPLAINT
    assert case.topic == "anti_corruption"
    texts = list(Outbound.objects.order_by("id").values_list("text", flat=True))
    assert any("/banthrai/whistle/" in text for text in texts)
    assert not any("สินบน" in text for text in texts)


# --- the case that they mean ---


@pytest.fixture
def case(line: Channel) -> Case:
    return case_of(receive(message(line, "ไฟหน้าศาลาดับ หมู่ที่ 4")))


def test_an_answer_to_the_office_goes_to_its_case_and_ends_the_waiting(line: Channel, case: Case) -> None:
    act(actor=SYSTEM, case=case, act="ask", message="เสาต้นไหน")
    assert receive(message(line, "ต้นหน้าร้านขายของชำ ถัดจากศาลากลางบ้านไปทางทิศเหนือ", 2)).startswith("message:")
    case.refresh_from_db()
    assert case.state == "working"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ขอบคุณครับ", True),
        ("ไฟยังดับอยู่เลย ผ่านมาหลายวันแล้ว เมื่อไหร่จะมาซ่อม รออยู่นะครับ", True),
        ("ถนนหน้าบ้านเป็นหลุมลึกมาก", False),
        ("ไฟดับอีกจุด หมู่ที่ 9", False),
        ("น้ำประปาไม่ไหล", False),
    ],
)
def test_what_is_another_matter_becomes_another_case(
    line: Channel, case: Case, text: str, same: bool
) -> None:
    with clock.at(clock.now() + timedelta(hours=2)):
        done = receive(message(line, text, 2))
    assert (case_of(done) == case) is same
    assert Case.objects.count() == (1 if same else 2)


def test_a_named_number_is_that_case(line: Channel, case: Case) -> None:
    receive(message(line, "ถนนเป็นหลุม", 2))
    assert case_of(receive(message(line, f"ถนน เรื่อง {case.number} ไปถึงไหนแล้ว", 3))) == case


def test_somebody_else_has_a_case_of_their_own(line: Channel, case: Case) -> None:
    assert case_of(receive(message(line, "ขอบคุณครับ", 2, sender="U9999"))) != case


def test_a_new_matter_after_closing_is_a_new_case_and_thanks_are_not(line: Channel, case: Case) -> None:
    act(actor=SYSTEM, case=case, act="finish", result="ซ่อมแล้ว")
    assert case_of(receive(message(line, "ขอบคุณมากครับ", 2))) == case
    long = "มีเรื่องใหม่อยากแจ้งให้ทราบ คือบ้านร้างข้างโรงเรียนมีคนแปลกหน้าเข้าไปอยู่ทุกคืนน่ากลัวมาก"
    assert case_of(receive(message(line, long, 3))) != case


@pytest.mark.parametrize(
    ("text", "satisfied", "state"), [("พอใจค่ะ", True, "finished"), ("ไม่พอใจ ยังดับอยู่", False, "working")]
)
def test_the_closing_question_is_answered_in_the_chat(
    line: Channel, case: Case, text: str, satisfied: bool, state: str
) -> None:
    act(actor=SYSTEM, case=case, act="finish", result="ซ่อมแล้ว")
    receive(message(line, text, 2))
    case.refresh_from_db()
    assert (case.satisfied, case.state) == (satisfied, state)


@pytest.mark.parametrize(
    "text", ["นายช่างใช้รถ อบต. ไปรับลูกทุกวัน", "ปลัดไม่มาทำงานเลย", "ยังมืดอยู่เลย", "ขอบคุณค่ะ แต่นายกไม่เคยลงพื้นที่"]
)
def test_what_is_short_and_no_thanks_is_not_swallowed_by_a_closed_case(
    line: Channel, case: Case, text: str
) -> None:
    act(actor=SYSTEM, case=case, act="finish", result="ซ่อมแล้ว")
    with clock.at(clock.now() + timedelta(days=25)):
        fresh = case_of(receive(message(line, text, 2)))
    assert fresh != case
    assert (fresh.body, fresh.is_open) == (text, True)


@pytest.mark.parametrize("text", ["ขอบคุณมากๆ เลยค่ะ 🙏", "โอเคครับ", "OK thank you", "รับทราบครับ", "👍", ""])
def test_thanks_to_a_closed_case_open_none(line: Channel, case: Case, text: str) -> None:
    act(actor=SYSTEM, case=case, act="finish", result="ซ่อมแล้ว")
    assert goes_on(Case.objects.get(pk=case.pk), message(line, text, 2))


@pytest.mark.parametrize(
    ("text", "satisfied"),
    [("พอใจ แต่อีกต้นยังดับ", True), ("ไม่พอใจ ยังดับอยู่สองต้น", False), ("ไม่ค่อยพอใจ มาช้า", False)],
)
def test_what_more_is_said_with_the_answer_is_put_before_the_staff(
    line: Channel, case: Case, text: str, satisfied: bool
) -> None:
    act(actor=SYSTEM, case=case, act="finish", result="ซ่อมแล้ว")
    assert receive(message(line, text, 2)).startswith("message:")
    case.refresh_from_db()
    assert case.satisfied is satisfied
    assert case.heard_at is not None, "my work asks to read it"
    assert [said.text for said in case.messages.exclude(direction="out")] == [text]


def test_thanks_without_end_and_something_behind_it_are_read_at_once(line: Channel, case: Case) -> None:
    act(actor=SYSTEM, case=case, act="finish", result="ซ่อมแล้ว")
    case.refresh_from_db()
    text = "ขอบคุณได้เลยมากครับok" * 800
    begun = time.monotonic()
    assert goes_on(case, message(line, text))
    assert not goes_on(case, message(line, f"{text} นายกไม่มา"))
    assert time.monotonic() - begun < 2


def test_yes_alone_is_an_answer_and_no_message(line: Channel, case: Case) -> None:
    act(actor=SYSTEM, case=case, act="finish", result="ซ่อมแล้ว")
    assert receive(message(line, "พอใจมากค่ะ ขอบคุณค่ะ", 2)) == f"case:{case.pk}"
    case.refresh_from_db()
    assert (case.satisfied, case.heard_at) == (True, None)


def test_a_message_counts_on_the_day_on_which_it_came_however_late_it_is_taken(line: Channel) -> None:
    came = datetime(2025, 9, 30, 23, 50, tzinfo=clock.BANGKOK)
    with clock.at(came + timedelta(days=3)):
        case = case_of(receive(message(line, "ไฟหน้าศาลาดับ หมู่ที่ 4", received_at=came)))
        flush()
    assert (case.received_on, case.received_at, case.clock_started_on) == (
        date(2025, 9, 30), came, date(2025, 9, 30),
    )  # fmt: skip
    assert Entry.objects.get(kind="grievance_received").occurred_on == date(2025, 9, 30)


def test_a_mail_in_the_thread_of_an_answer_belongs_to_its_case_whoever_sends_it(
    web_office: Organization,
) -> None:
    mail = open_channel(actor=SYSTEM, kind="email", name="อีเมล", address="saraban@example.org")
    case = case_of(receive(message(mail, "ไฟดับ", sender="ck@example.org", subject="แจ้งไฟดับ")))
    Outbound.objects.update(message_id="<1@office.example>", state="sent")
    answer = message(mail, "ถนนก็เป็นหลุมด้วย", 2, sender="other@example.org", thread="<1@office.example>")
    assert case_of(receive(answer)) == case


# --- a code in the chat ---


def test_the_tracking_code_of_a_web_case_in_line_brings_its_answers_there(line: Channel) -> None:
    receipt = submit(draft=begun(contact={"who": "named", "line": "on"}))
    assert receipt.case is not None
    assert receipt.case.details["answer_by"] == "line"
    assert receive(message(line, f"ติดตาม {receipt.code.lower()}")) == f"case:{receipt.case.pk}"
    receipt.case.refresh_from_db()
    assert receipt.case.contact_handle == "U1234"
    told = Outbound.objects.get()
    assert receipt.case.number in told.text
    assert receipt.code not in told.text
    assert Case.objects.count() == 1
    say(actor=SYSTEM, case=receipt.case, text="ช่างไปวันศุกร์")
    assert Outbound.objects.filter(kind="line", recipient="U1234", text="ช่างไปวันศุกร์").exists()
    assert receive(message(line, "ไปตอนเช้าได้ไหมครับ", 2)).startswith("message:")
    assert Case.objects.count() == 1, "what is answered in the chat belongs to the linked case"
    assert case_of(receive(message(line, "ไปตอนเช้าได้ไหมครับ", 3, sender="U9999"))) != receipt.case


def test_a_wrong_code_in_a_chat_is_a_message_like_any_other(line: Channel) -> None:
    receipt = submit(draft=begun())
    done = receive(message(line, "ติดตาม AAAA-AAAA"))
    assert case_of(done) != receipt.case


# --- through the channels ---


def test_the_module_is_asked_by_the_channels_and_a_self_check_leaves_nothing(line: Channel) -> None:
    assert registry().modules["complaints"].receives is not None
    kept = receive_raw(
        channel=line, source_key="e1", sender="U1", body={"message": {"type": "text", "text": marker()}}
    )
    with transaction.atomic():
        handle_inbound(organization_id=line.organization_id, inbound_id=kept.pk)  # type: ignore[attr-defined]
    assert Inbound.objects.get().handled_as == "check"
    assert ChannelCheck.objects.get(how="canary").ok
    assert not Case.objects.exists()
    assert not Outbound.objects.exists()


def test_what_an_officer_says_goes_back_by_the_channel_it_came(line: Channel, case: Case) -> None:
    say(actor=SYSTEM, case=case, text="ช่างไปวันศุกร์")
    assert Outbound.objects.filter(kind="line", recipient="U1234", text="ช่างไปวันศุกร์").exists()


def test_other_kinds_of_channels_have_no_threads(web_office: Organization, visitor: Visitor) -> None:
    first = open_case(actor=SYSTEM, kind=GRIEVANCE, title="ไฟดับ", channel_kind="phone").case
    assert first.contact_handle == ""
    assert Case.objects.count() == 1
