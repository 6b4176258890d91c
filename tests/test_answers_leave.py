"""What the office answers reaches the citizen whole: files, and the question whether the result satisfies.

Asserted on what the servers of the outside received: mail over SMTP, LINE and Facebook over HTTP.
"""

from __future__ import annotations

import json
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from io import BytesIO
from typing import Any

import pytest

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import Contact, act, attach, erase_case, open_case, say
from prongsai.foundation.channels.connectors import carrying
from prongsai.foundation.channels.models import Channel, Outbound
from prongsai.foundation.channels.services import deliver
from prongsai.foundation.channels.tests.conftest import (
    Mailbox,
    graph_server,
    line,
    line_server,
    mailbox,
    office,
    page,
)
from prongsai.foundation.channels.tests.servers import GraphServer, LineServer
from prongsai.foundation.channels.tests.test_email import handed, hooked
from prongsai.foundation.channels.tests.test_facebook import change, message, signed
from prongsai.foundation.channels.tests.test_facebook import handled as handled_by_facebook
from prongsai.foundation.channels.tests.test_line import USER, event
from prongsai.foundation.channels.tests.test_line import handled as handled_by_line
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.services import store_file
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from tests.cast import SYSTEM
from tests.sample_year import PDF, PNG

__all__ = ["graph_server", "hooked", "line", "line_server", "mailbox", "office", "page"]

pytestmark = pytest.mark.django_db
WHERE = "/banthrai/track/ ด้วยรหัสติดตามของท่าน"
QUESTION = "ท่านพอใจกับผลการดำเนินการหรือไม่"
THAI = "ใบแจ้งผลการซ่อมไฟฟ้าสาธารณะ หมู่ที่ ๔ บ้านทรายทอง (ข้อมูลตัวอย่าง)"


def a_case(**said: Any) -> Case:
    given: dict[str, Any] = {
        "actor": SYSTEM, "kind": "complaints.grievance", "title": "ไฟสาธารณะดับ หมู่ที่ 4 (ข้อมูลตัวอย่าง)",
        "category": "lamp", "channel_kind": "email", "contact": Contact(email="mana@example.com"),
    }  # fmt: skip
    return open_case(**(given | said)).case


def a_file(name: str, content: bytes = PDF) -> StoredFile:
    return store_file(actor=SYSTEM, content=BytesIO(content), name=name)


def delivered() -> None:
    """Everything that waits is handed over, the oldest first."""
    for outbound in Outbound.objects.filter(state="waiting").order_by("id"):
        deliver(organization_id=outbound.organization_id, outbound_id=outbound.pk)  # type: ignore[attr-defined]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def files_of(mail: EmailMessage) -> list[tuple[str | None, str, bytes]]:
    return [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))  # type: ignore[misc]
        for part in mail.iter_attachments()
    ]


def finished(case: Case, result: str = "เปลี่ยนหลอดแล้ว") -> Case:
    return act(actor=SYSTEM, case=case, act="finish", result=result)


# --- files ---


def test_files_of_an_answer_come_with_the_mail_whole_and_under_their_thai_names(
    office: Organization, mailbox: Mailbox
) -> None:
    case = a_case()
    delivered()
    long = "หนังสือแจ้งผลการพิจารณา" * 5
    say(
        actor=SYSTEM,
        case=case,
        text="ดูเอกสารแนบ",
        files=[a_file(f"{THAI}.pdf"), a_file("photo.png", PNG), a_file(f"{long}.pdf", PDF + b"\n% 2")],
    )
    delivered()
    mail = mailbox.mails[-1]
    assert files_of(mail) == [
        (f"{THAI}.pdf", "application/pdf", PDF),
        ("photo.png", "image/png", PNG),
        (f"{long}.pdf", "application/pdf", PDF + b"\n% 2"),
    ]
    assert text_of(mail).strip() == "ดูเอกสารแนบ"
    assert max(len(row) for row in mail.as_bytes().splitlines()) < 998, "RFC 5322 §2.1.1"


@pytest.mark.parametrize(
    "name", ['ก"; filename="x.exe', "ก\r\nBcc: all@example.com", "ก%0D%0A*0*=utf-8''x", "‮gpj.ก"]
)
def test_no_name_of_a_file_reaches_beyond_its_own_header(
    office: Organization, mailbox: Mailbox, name: str
) -> None:
    say(actor=SYSTEM, case=a_case(), text="ก", files=[a_file("ก.pdf")])
    waiting = Outbound.objects.filter(key__startswith="casework.message").get()
    waiting.files[0]["name"] = name  # as no upload lets it through
    waiting.save()
    delivered()
    mail = mailbox.mails[-1]
    (part,) = mail.iter_attachments()
    assert (part.get_content_disposition(), mail["Bcc"], part["Bcc"]) == ("attachment", None, None)
    written = str(carrying.part_of(name, StoredFile.objects.get())["Content-Disposition"])
    assert written.isascii()
    assert written.isprintable()
    assert written.count(";") == 1, "one name, and nothing that ends it"


def test_files_beyond_what_mail_servers_take_are_told_with_where_they_are(
    office: Organization, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "MOST_BYTES", len(PDF) + 40)
    large = PDF + b"%" * 100
    say(actor=SYSTEM, case=a_case(), text="ก", files=[a_file("ใหญ่.pdf", large), a_file("เล็ก.pdf")])
    delivered()
    mail = mailbox.mails[-1]
    assert files_of(mail) == [("เล็ก.pdf", "application/pdf", PDF)]
    assert f"{WHERE}: ใหญ่.pdf" in text_of(mail)


def test_every_try_sends_the_same_files_and_what_was_taken_is_not_sent_again(
    office: Organization, mailbox: Mailbox, settings: Any
) -> None:
    say(actor=SYSTEM, case=a_case(), text="ก", files=[a_file("ก.pdf")])
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    delivered()
    assert mailbox.mails == []
    settings.EMAIL_PORT = port
    for minutes in (10, 20):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            delivered()
            for outbound in Outbound.objects.all():
                deliver(organization_id=outbound.organization_id, outbound_id=outbound.pk)  # type: ignore[attr-defined]
    answers = [mail for mail in mailbox.mails if files_of(mail)]
    assert [files_of(mail) for mail in answers] == [[("ก.pdf", "application/pdf", PDF)]]
    assert all(outbound.files == [] for outbound in Outbound.objects.all()), "nothing is kept once it is sent"


def test_a_late_try_sends_nothing_of_a_case_that_was_erased_nor_a_file_that_is_gone(
    office: Organization, mailbox: Mailbox
) -> None:
    erased, kept = finished(a_case()), a_case(contact=Contact(email="piti@example.com"))
    say(actor=SYSTEM, case=erased, text="ก", files=[a_file("ลบ.pdf")])
    say(actor=SYSTEM, case=kept, text="ข", files=[a_file("หาย.pdf", PDF + b"\n% 2"), a_file("อยู่.png", PNG)])
    erase_case(actor=SYSTEM, case=erased, reason="ผู้แจ้งขอให้ลบ")
    kept.files.filter(name="หาย.pdf").delete()
    StoredFile.objects.filter(name="หาย.pdf").delete()
    delivered()
    assert "mana@example.com" not in mailbox.receivers
    mail = mailbox.mails[-1]
    assert files_of(mail) == [("อยู่.png", "image/png", PNG)]
    assert "มีไฟล์แนบที่ลบแล้ว 1 ไฟล์" in text_of(mail)


def test_in_a_chat_the_citizen_is_told_that_files_wait_on_the_tracking_page(
    line: Channel, line_server: LineServer
) -> None:
    case = a_case(channel_kind="line", contact=Contact(handle=USER))
    say(actor=SYSTEM, case=case, text="ดูรูป", files=[a_file("ก.png", PNG), a_file("ข.pdf")])
    delivered()
    told = line_server.texts[-1]
    assert told.startswith("ดูรูป\n\nมีไฟล์แนบ 2 ไฟล์")
    assert told.endswith(WHERE)
    assert [said.text for said in CaseMessage.objects.filter(case=case)] == ["ดูรูป"]


def test_what_is_written_below_a_post_is_told_of_files_in_private_and_without_a_code(
    page: Channel, graph_server: GraphServer
) -> None:
    handled_by_facebook(page, *signed(changes=[change(message="ไฟหน้าวัดดับ")]))
    delivered()
    say(actor=SYSTEM, case=Case.objects.get(), text="ดูรูป", files=[a_file("ก.png", PNG)])
    delivered()
    told = graph_server.asked[-1]
    assert json.loads(told.form["recipient"]) == {"id": "7001"}
    assert json.loads(told.form["message"])["text"].endswith(WHERE)
    assert not [path for path in graph_server.paths() if path.endswith("/comments")]


def test_a_file_that_the_staff_had_among_themselves_is_the_citizens_to_read_once_it_is_sent(
    office: Organization, mailbox: Mailbox
) -> None:
    case = a_case()
    attach(actor=SYSTEM, case=case, file=a_file("ก.pdf"))
    said = say(actor=SYSTEM, case=case, text="ก", files=[a_file("ก.pdf")])
    assert [each.name for each in said.files.all()] == ["ก.pdf"], "the tracking page shows what an answer has"
    delivered()
    assert [name for name, *_ in files_of(mailbox.mails[-1])] == ["ก.pdf"]


def test_the_act_that_ends_a_case_sends_its_files_too(office: Organization, mailbox: Mailbox) -> None:
    act(actor=SYSTEM, case=a_case(), act="finish", result="ซ่อมแล้ว", files=[a_file("หลัง.png", PNG)])
    delivered()
    assert [name for name, *_ in files_of(mailbox.mails[-1])] == ["หลัง.png"]


# --- the closing question ---


def test_who_came_by_line_is_asked_and_answers_with_a_word(line: Channel, line_server: LineServer) -> None:
    handled_by_line(line, event(1))
    delivered()
    case = finished(Case.objects.get())
    pushes = len(line_server.paths())
    delivered()
    told = line_server.texts[-1]
    assert told.startswith("เปลี่ยนหลอดแล้ว\n\n")
    assert f"เรื่องเลขที่ {case.number} {QUESTION}" in told
    assert "“พอใจ” หรือ “ไม่พอใจ”" in told
    assert "/banthrai/track/" in told
    assert len([path for path in line_server.paths()[pushes:] if path.endswith("/push")]) == 1, (
        "no message more"
    )
    handled_by_line(line, event(2, id="2", text="“ไม่พอใจ” ครับ"))
    case.refresh_from_db()
    assert (case.satisfied, case.phase, case.reopened) == (False, "working", 1)


def test_the_answer_belongs_to_the_case_that_was_asked_about_not_to_a_newer_one(
    line: Channel, line_server: LineServer
) -> None:
    handled_by_line(line, event(1))
    older = Case.objects.get()
    with clock.at(clock.now() + timedelta(days=4)):
        handled_by_line(line, event(2, id="2", text="น้ำประปาไม่ไหลทั้งหมู่ 5 ตั้งแต่เช้า"))
        assert Case.objects.count() == 2
        finished(older)
        handled_by_line(line, event(3, id="3", text="พอใจค่ะ ขอบคุณ"))
    older.refresh_from_db()
    assert older.satisfied is True
    assert CaseMessage.objects.filter(direction="in").count() == 0


def test_a_new_matter_that_begins_with_unhappiness_is_no_answer(
    line: Channel, line_server: LineServer
) -> None:
    lamp = finished(a_case(channel_kind="line", contact=Contact(handle=USER)))
    handled_by_line(line, event(1, text="ไม่พอใจการบริการ เจ้าหน้าที่พูดจาไม่ดี รอนานมาก"))
    lamp.refresh_from_db()
    assert lamp.satisfied is None
    assert Case.objects.exclude(pk=lamp.pk).get().category == "service"


def test_two_ended_cases_are_told_apart_by_their_numbers(line: Channel, line_server: LineServer) -> None:
    contact = Contact(handle=USER)
    first, second = (finished(a_case(channel_kind="line", contact=contact)) for _ in range(2))
    handled_by_line(line, event(1, text=f"พอใจ {first.number}"))
    handled_by_line(line, event(2, id="2", text="ไม่พอใจ"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.satisfied, second.satisfied) == (True, False)
    assert CaseMessage.objects.filter(direction="in").count() == 0


def test_who_came_by_facebook_is_asked(page: Channel, graph_server: GraphServer) -> None:
    handled_by_facebook(page, *signed(messaging=[message("m_1", text="ไฟหน้าวัดดับ")]))
    finished(Case.objects.get())
    delivered()
    assert QUESTION in json.loads(graph_server.asked[-1].form["message"])["text"]
    handled_by_facebook(page, *signed(messaging=[message("m_2", text="พอใจ")]))
    assert Case.objects.get().satisfied is True


def test_who_came_by_mail_is_asked_and_the_reply_counts_whatever_it_quotes(
    hooked: Channel, mailbox: Mailbox
) -> None:
    case = finished(a_case())
    delivered()
    asked = mailbox.mails[-1]
    assert QUESTION in text_of(asked)
    assert "ตอบกลับข้อความนี้" in text_of(asked)
    quoted = "\n".join(f"> {row}" for row in text_of(asked).splitlines())
    reply = BytesParser(policy=default).parsebytes(
        f"From: มานะ <mana@example.com>\r\nMessage-ID: <r1@example.com>\r\nIn-Reply-To: {asked['Message-ID']}\r\n"
        f"Subject: Re: {asked['Subject']}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"พอใจครับ\n\nเมื่อ ศ. 28 พ.ย. 2568 เวลา 10:00 อบต.บ้านทราย\n<saraban@example.go.th> เขียนว่า:\n\n{quoted}\n".encode()
    )
    handed(hooked, reply)
    case.refresh_from_db()
    assert (case.satisfied, case.heard_at) == (True, None)


def test_a_mail_to_which_no_reply_reaches_the_office_asks_for_the_tracking_page_alone(
    office: Organization, mailbox: Mailbox
) -> None:
    finished(a_case())
    delivered()
    told = text_of(mailbox.mails[-1])
    assert QUESTION in told
    assert "/banthrai/track/" in told
    assert "ตอบกลับ" not in told


@pytest.mark.parametrize(
    ("act_", "said"), [("ask", {"message": "เสาต้นใด"}), ("refuse", {"reason": "อยู่นอกเขต"})]
)
def test_nobody_is_asked_about_what_is_not_finished(
    office: Organization, mailbox: Mailbox, act_: str, said: dict[str, str]
) -> None:
    act(actor=SYSTEM, case=a_case(), act=act_, **said)
    delivered()
    assert QUESTION not in text_of(mailbox.mails[-1])


def test_the_question_stands_in_no_conversation(office: Organization) -> None:
    case = finished(a_case())
    assert [said.text for said in CaseMessage.objects.filter(case=case)] == ["เปลี่ยนหลอดแล้ว"]
