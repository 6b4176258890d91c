"""Mail over IMAP and SMTP: real servers on this machine, threads, loops, bounces, limits."""

from __future__ import annotations

import time
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from prongsai.foundation.channels.connectors import connector_of, mails
from prongsai.foundation.channels.connectors.base import Forged
from prongsai.foundation.channels.connectors.signing import signature
from prongsai.foundation.channels.models import Channel, Inbound, Outbound
from prongsai.foundation.channels.selectors import answered_by, stuck_inbound
from prongsai.foundation.channels.services import (
    connect,
    deliver,
    handle_inbound,
    open_channel,
    send,
    try_inbound_again,
)
from prongsai.foundation.channels.services.inbound import receive_arrival
from prongsai.foundation.channels.tasks import fetch_mail, tidy
from prongsai.foundation.channels.tests.conftest import MANAGER, Desk, ImapServer, Mailbox
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput
from tests.sample_year import PDF

ADDRESS = "saraban@banthrai.example.go.th"


def mail(number: int = 1, text: str = "น้ำประปาไม่ไหล", **headers: str) -> EmailMessage:
    made = EmailMessage()
    usual = {
        "From": "นายมานะ ตัวอย่าง <mana@example.com>",
        "To": ADDRESS,
        "Subject": "ร้องทุกข์",
        "Message-ID": f"<m{number}@example.com>",
    }
    for name, value in (usual | headers).items():
        if value:
            made[name] = value
    made.set_content(text)
    return made


def opened() -> Channel:
    return open_channel(actor=MANAGER, kind="email", name="อีเมลสารบรรณ", address=ADDRESS)


def boxed(imap: ImapServer, **settings: Any) -> Channel:
    said = {
        "imap_host": "127.0.0.1",
        "imap_port": imap.port,
        "imap_security": "none",
        "imap_user": "saraban",
        **settings,
    }
    return connect(actor=MANAGER, channel=opened(), settings=said, secrets={"imap_password": "mail-password"})


@pytest.fixture
def hooked(office: Organization) -> Channel:
    """Mail comes by the webhook."""
    return connect(actor=MANAGER, channel=opened(), settings={}, secrets={"webhook_secret": "hook-secret"})


def fetch(channel: Channel) -> None:
    fetch_mail(organization_id=channel.organization_id, channel_id=channel.pk)  # type: ignore[attr-defined]
    for inbound in Inbound.objects.filter(handled_at=None):
        handle_inbound(organization_id=channel.organization_id, inbound_id=inbound.pk)  # type: ignore[attr-defined]


def handed(channel: Channel, made: EmailMessage | bytes) -> Inbound:
    """What the webhook got, handled."""
    raw = made if isinstance(made, bytes) else made.as_bytes()
    stamp = str(int(clock.now().timestamp()))
    headers = {"x-prongsai-time": stamp, "x-prongsai-signature": signature("hook-secret", stamp, raw)}
    connector = connector_of("email")
    assert connector is not None
    (arrival,) = connector.arrivals(channel, headers, raw)
    inbound = receive_arrival(channel, arrival)
    handle_inbound(organization_id=channel.organization_id, inbound_id=inbound.pk)  # type: ignore[attr-defined]
    inbound.refresh_from_db()
    return inbound


# -- in by IMAP -----------------------------------------------------------------------------------------------------


def test_new_mail_is_fetched_once_and_what_lay_there_before_is_not(
    office: Organization, imap: ImapServer, desk: Desk
) -> None:
    imap.lay(mail(0, "ของเก่า"))
    channel = boxed(imap)
    fetch(channel)
    assert desk.got == []
    imap.lay(mail(1))
    imap.lay(mail(2, "ไฟดับ", Subject="แจ้งไฟดับ"))
    fetch(channel)
    fetch(channel)
    assert [(got.sender, got.subject, got.text) for got in desk.got] == [
        ("mana@example.com", "ร้องทุกข์", "น้ำประปาไม่ไหล"),
        ("mana@example.com", "แจ้งไฟดับ", "ไฟดับ"),
    ]
    assert desk.got[0].sender_name == "นายมานะ ตัวอย่าง"
    assert desk.got[0].reply_to == "<m1@example.com>"
    assert all(inbound.raw is None for inbound in Inbound.objects.all()), "handled mail is not kept twice"


def test_mail_counts_from_when_it_reached_the_office_however_late_it_is_fetched(
    office: Organization, imap: ImapServer, desk: Desk
) -> None:
    channel = boxed(imap)
    long_ago = clock.now() - timedelta(days=3)
    channel.settings["place"]["at"] = int(long_ago.timestamp())
    channel.save()
    imap.lay(mail(1), days=2)
    imap.lay(mail(2))
    imap.lay(mail(3), days=9)
    fetch(channel)
    ages = [(clock.now() - inbound.received_at).days for inbound in Inbound.objects.order_by("pk")]
    assert ages == [2, 0, 0], "what was moved in after the mailbox was read counts from when it was seen"
    kept = Inbound.objects.order_by("received_at").values_list("received_at", flat=True)
    assert sorted(got.received_at for got in desk.got) == list(kept), "in whatever order they are handled"


def test_a_mail_that_lies_there_twice_is_one_message(
    office: Organization, imap: ImapServer, desk: Desk
) -> None:
    channel = boxed(imap)
    imap.lay(mail(1))
    imap.lay(mail(1))
    fetch(channel)
    channel.refresh_from_db()
    channel.settings["place"]["validity"] += 1  # the server has numbered the mailbox anew
    channel.save()
    fetch(channel)
    assert len(desk.got) == 1


def test_a_wrong_password_is_refused_and_stands_in_no_message(office: Organization, imap: ImapServer) -> None:
    said = {"imap_host": "127.0.0.1", "imap_port": imap.port, "imap_security": "none", "imap_user": "saraban"}
    with pytest.raises(InvalidInput, match="ไม่รับชื่อผู้ใช้หรือรหัสผ่าน") as refused:
        connect(actor=MANAGER, channel=opened(), settings=said, secrets={"imap_password": "guess-guess"})
    assert "guess-guess" not in str(refused.value)


def test_a_mailbox_inside_or_without_encryption_is_not_opened(
    office: Organization, imap: ImapServer, settings: Any
) -> None:
    settings.OUTGOING_ALLOWED = set()
    said = {"imap_host": "127.0.0.1", "imap_port": imap.port, "imap_user": "saraban"}
    for security, why in (("none", "เข้ารหัส"), ("tls", "ที่อยู่ภายใน")):
        with pytest.raises(InvalidInput, match=why):
            connect(
                actor=MANAGER,
                channel=Channel.objects.first() or opened(),
                settings=said | {"imap_security": security},
                secrets={"imap_password": "x"},
            )


def test_a_mailbox_that_is_away_for_a_while_loses_nothing(
    office: Organization, imap: ImapServer, desk: Desk
) -> None:
    channel = boxed(imap)
    Channel.objects.filter(pk=channel.pk).update(settings=channel.settings | {"imap_port": 1})
    imap.lay(mail(1))
    fetch(channel)
    assert desk.got == []
    Channel.objects.filter(pk=channel.pk).update(settings=channel.settings)
    fetch(channel)
    assert len(desk.got) == 1


def test_a_mail_that_is_too_large_is_noted_and_blocks_nothing(
    office: Organization, imap: ImapServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prongsai.foundation.channels.connectors.mailbox.LARGEST", 2000)
    channel = boxed(imap)
    imap.lay(mail(1, "ก" * 3000))
    imap.lay(mail(2))
    fetch(channel)
    assert [got.text for got in desk.got] == ["น้ำประปาไม่ไหล"]
    (large,) = stuck_inbound()
    assert (large.sender, large.body["subject"], "จดหมายใหญ่" in large.failure) == (
        "mana@example.com", "ร้องทุกข์", True,
    )  # fmt: skip
    try_inbound_again(actor=MANAGER, inbound=large)
    fetch(channel)
    assert (desk.got[1].sender, "เปิดอ่านในกล่องจดหมาย" in desk.got[1].text) == ("mana@example.com", True)


# -- in by webhook, and what mails say -------------------------------------------------------------------------------


@pytest.mark.parametrize("forge", ["secret", "old", "content", "none"])
def test_an_unsigned_or_old_delivery_is_refused(hooked: Channel, forge: str) -> None:
    raw = mail().as_bytes()
    at = clock.now() - timedelta(minutes=11 if forge == "old" else 0)
    stamp = str(int(at.timestamp()))
    headers = {
        "x-prongsai-time": stamp,
        "x-prongsai-signature": signature("other" if forge == "secret" else "hook-secret", stamp, raw),
    }
    connector = connector_of("email")
    assert connector is not None
    with pytest.raises(Forged):
        connector.arrivals(
            hooked, {} if forge == "none" else headers, raw + (b"x" if forge == "content" else b"")
        )


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "Auto-Replied; foo=1"},
        {"Auto-Submitted": "auto-generated", "Precedence": "auto_reply"},
        {"Auto-Submitted": "auto-generated", "X-Autoreply": "yes"},
    ],
)
def test_programs_that_say_so_are_not_answered(hooked: Channel, desk: Desk, headers: dict[str, str]) -> None:
    assert handed(hooked, mail(**headers)).handled_as.startswith("ignored")
    assert desk.got == []


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ({"Precedence": "bulk"}, "mana@example.com"),
        ({"List-Id": "<saraban.example.go.th>", "Precedence": "list", "Reply-To": "all@example.go.th"}, "mana@example.com"),
        ({"X-Auto-Response-Suppress": "All"}, "mana@example.com"),
        ({"Auto-Submitted": "auto-generated; foo=1"}, "mana@example.com"),
        ({"Auto-Submitted": "auto-notified"}, "mana@example.com"),
        ({"From": "MAILER-DAEMON@example.com", "Return-Path": "<>"}, ""),
        ({"X-Autoreply": "yes"}, "mana@example.com"),
        ({"Feedback-ID": "form:1"}, "mana@example.com"),
        ({"From": "no-reply@1111.example"}, ""),
        ({"From": "MAILER-DAEMON@example.com"}, ""),
        ({"Return-Path": "<>"}, "mana@example.com"),
        ({"From": ADDRESS}, ""),
        ({"From": ""}, ""),
    ],
)  # fmt: skip
def test_what_a_program_may_have_written_waits_for_a_person_and_is_not_answered_unseen(
    hooked: Channel, desk: Desk, headers: dict[str, str], sender: str
) -> None:
    held = handed(hooked, mail(**headers))
    assert (desk.got, held.handled_at, list(stuck_inbound())) == ([], None, [held])
    assert "ตรวจดูก่อน" in held.failure
    with clock.at(clock.now() + timedelta(days=40)):
        tidy()
    try_inbound_again(actor=MANAGER, inbound=held)
    handle_inbound(organization_id=hooked.organization_id, inbound_id=held.pk)  # type: ignore[attr-defined]
    assert [(got.sender, got.text) for got in desk.got] == [(sender, "น้ำประปาไม่ไหล")]


def test_a_person_who_says_auto_submitted_no_is_heard(hooked: Channel, desk: Desk) -> None:
    handed(hooked, mail(**{"Auto-Submitted": "no"}))
    assert len(desk.got) == 1


def test_what_comes_through_the_offices_own_group_is_taken_and_its_writer_answered(
    hooked: Channel, desk: Desk
) -> None:
    group = {"List-Id": f"<{ADDRESS.replace('@', '.')}>", "Precedence": "list", "Reply-To": ADDRESS}
    handed(hooked, mail(1, **group))
    handed(
        hooked,
        mail(2, **group, **{"From": f"มานะ via สารบรรณ <{ADDRESS}>", "X-Original-From": "mana@example.com"}),
    )
    assert [(got.sender, got.answer_to) for got in desk.got] == [("mana@example.com", ""), ("", "mana@example.com")]  # fmt: skip
    handed(hooked, mail(3, **group, **{"Auto-Submitted": "auto-replied"}))
    assert len(desk.got) == 2


def test_two_programs_that_answer_each_other_are_stopped(hooked: Channel, desk: Desk) -> None:
    for number in range(23):
        last = handed(hooked, mail(number))
    assert len(desk.got) == 20
    assert last.handled_at is None
    assert "เกิน 20 ข้อความ" in last.failure


def test_attachments_are_kept_within_their_limits(hooked: Channel, desk: Desk, settings: Any) -> None:
    settings.FILE_LIMIT_BYTES = len(PDF) + 10
    made = mail()
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="หนังสือ.pdf")
    made.add_attachment(b"MZ" + b"\0" * 60, maintype="application", subtype="pdf", filename="โปรแกรม.pdf")
    made.add_attachment(b"x" * (len(PDF) + 11), maintype="application", subtype="pdf", filename="ใหญ่.pdf")
    for number in range(12):
        made.add_attachment(PDF, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    handed(hooked, made)
    (got,) = desk.got
    assert set(got.files) == {StoredFile.objects.get().sha256}
    for name in ("โปรแกรม.pdf", "ใหญ่.pdf", "11.pdf"):
        assert f"“{name}” รับไว้ไม่ได้" in got.text


def test_words_are_found_in_every_way_of_writing_them() -> None:
    page = EmailMessage()
    page.set_content(
        "<html><head><style>p{}</style></head><body><p>น้ำ<b>ไม่ไหล</b></p><p>สามวัน</p><script>x()</script></body></html>",
        subtype="html",
    )
    assert mails.text_of(page) == "น้ำไม่ไหล\nสามวัน"
    both = mail(1, "ตัวหนังสือ")
    both.add_alternative("<p>หน้าเว็บ</p>", subtype="html")
    assert mails.text_of(both) == "ตัวหนังสือ"
    assert mails.text_of(mail(1, "ตอบ\n\n> ที่เขียนไว้ก่อน\n> อีกบรรทัด\n")) == "ตอบ"
    for wrote in (
        "On Fri, 28 Nov 2025 at 10:00, A <a@example.com>\nwrote:",
        "เมื่อ ศ. 28 พ.ย. 2568 A <a@example.com> เขียนว่า:",
    ):
        assert mails.text_of(mail(1, f"ตอบ\n\n{wrote}\n\n> ที่เขียนไว้ก่อน\n")) == "ตอบ"
    assert mails.text_of(mail(1, "ป้ายหน้าวัดเขียนว่า:")) == "ป้ายหน้าวัดเขียนว่า:", "nothing is quoted below it"
    old = b"From: a@example.com\r\nContent-Type: text/plain; charset=windows-874\r\n\r\n" + "ถนนพัง".encode(
        "cp874"
    )
    assert mails.read(old, own="").text == "ถนนพัง"
    unknown = b"From: a@example.com\r\nContent-Type: text/plain; charset=x-none\r\n\r\n" + "ไฟดับ".encode()
    assert mails.read(unknown, own="").text == "ไฟดับ"


HOSTILE = [
    b"",
    b"\0\xff\xfe",
    b"Subject: =?utf-8?b?4?=\r\n\r\n",
    b"From: <<<>>>@@\r\nMessage-ID: \r\n\r\nx",
    b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
    b"X" * 10_000,
    "Subject: =?utf–8?B?4LiB?=\r\nFrom: =?utf–8?B?4LiB?= <a@example.com>\r\n\r\nx".encode(),
    b'From: a@example.com\r\nContent-Type: text/plain; charset="utf-8\0"\r\n\r\nx',
    b"From: a@example.com\r\nContent-Type: text/plain; charset*=x''\r\n\r\nx",
    b"From: a@example.com\r\nContent-Type: multipart/alternative\r\n\r\nx",
    b"From: a@example.com\r\nContent-Type: text/plain; charset=idna\r\n\r\n" + b"x" * 100_000,
]


@pytest.mark.parametrize("raw", HOSTILE)
def test_a_hostile_mail_is_taken_or_waits_in_sight(hooked: Channel, desk: Desk, raw: bytes) -> None:
    kept = handed(hooked, raw)
    assert kept.handled_at is not None or list(stuck_inbound()) == [kept]
    assert "ระบบอ่านข้อความนี้ไม่ได้" not in kept.failure


def test_a_mail_that_cannot_be_opened_stops_no_mailbox_and_waits_in_sight(
    office: Organization, imap: ImapServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = boxed(imap)
    parsed = mails.message_from_bytes

    def failing(raw: bytes, **how: Any) -> Any:
        if b"m1@" in raw:
            raise IndexError("as the library does for a mail that nobody has thought of")
        return parsed(raw, **how)

    monkeypatch.setattr(mails, "message_from_bytes", failing)
    imap.lay(mail(1))
    imap.lay(mail(2))
    fetch(channel)
    assert [got.reply_to for got in desk.got] == ["<m2@example.com>"]
    (kept,) = stuck_inbound()
    assert kept.raw is not None
    assert kept.failure == "ระบบอ่านข้อความนี้ไม่ได้ (IndexError)"
    monkeypatch.setattr(mails, "message_from_bytes", parsed)
    handle_inbound(organization_id=channel.organization_id, inbound_id=kept.pk)  # type: ignore[attr-defined]
    assert desk.got[1].text == "น้ำประปาไม่ไหล"


def test_a_page_that_says_how_it_is_written_keeps_its_words() -> None:
    raw = (
        b"From: a@example.com\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        + '<?xml version="1.0" encoding="utf-8"?><html><body><p>ถนนพัง</p></body></html>'.encode()
    )
    assert mails.read(raw, own="").text == "ถนนพัง"


def test_a_mailbox_that_was_numbered_anew_brings_what_is_new_and_not_years_of_old_mail(
    office: Organization, imap: ImapServer, desk: Desk
) -> None:
    imap.lay(mail(0, "ของเก่า"), days=400)
    imap.lay(mail(1, "เมื่อวาน"), days=1)
    channel = boxed(imap)
    channel.settings["place"]["validity"] += 1
    channel.save()
    imap.lay(mail(2, "มาใหม่"))
    fetch(channel)
    imap.lay(mail(3, "ของเก่าที่ย้ายมาทีหลัง"), days=300)
    fetch(channel)
    imap.lay(mail(4, "ล่าสุด"))
    fetch(channel)
    assert [got.text for got in desk.got] == ["มาใหม่", "ล่าสุด"]


# -- out by SMTP -----------------------------------------------------------------------------------------------------


def sent(channel: Channel, **more: Any) -> Outbound:
    asked = {
        "channel_kind": "email",
        "recipient": "mana@example.com",
        "subject": "เรื่องร้องทุกข์ เลขที่ 69-0001",
        "text": "รับเรื่องแล้ว",
        "key": "k1",
        "subject_ref": "casework.case:1",
    }
    outbound = send(**(asked | more))
    deliver(organization_id=channel.organization_id, outbound_id=outbound.pk)  # type: ignore[attr-defined]
    outbound.refresh_from_db()
    return outbound


def test_an_answer_goes_in_the_thread_of_what_it_answers_and_the_next_one_finds_its_case(
    hooked: Channel, mailbox: Mailbox, desk: Desk
) -> None:
    outbound = sent(hooked, reply_to="<m1@example.com>")
    (got,) = mailbox.mails
    assert (got["In-Reply-To"], got["References"]) == ("<m1@example.com>", "<m1@example.com>")
    assert ADDRESS in got["From"]
    assert got["Message-ID"] == outbound.message_id
    assert (outbound.state, outbound.how) == ("sent", "smtp")
    handed(
        hooked,
        mail(
            2,
            "ขอบคุณ",
            **{"In-Reply-To": str(got["Message-ID"]), "References": f"<m1@example.com> {got['Message-ID']}"},
        ),
    )
    assert answered_by(desk.got[0].thread) == "casework.case:1"
    assert answered_by("<m1@example.com>") == answered_by("") == ""


def test_a_full_mailbox_is_final_and_a_header_cannot_be_smuggled_in(
    hooked: Channel, mailbox: Mailbox
) -> None:
    assert sent(hooked, recipient="full@example.com").failure == "เซิร์ฟเวอร์ไม่รับที่อยู่ผู้รับ"
    assert Outbound.objects.get().state == "failed"
    sent(hooked, key="k2", subject="หัวเรื่อง\r\nBcc: all@example.com")
    assert mailbox.mails[0]["Bcc"] is None
    assert sent(hooked, key="k3", recipient="a@example.com\nBcc: b@example.com").state == "failed"


def returned(message_id: str) -> str:
    return (
        "From: MAILER-DAEMON@example.com\r\nTo: x@example.go.th\r\nSubject: Undelivered\r\nMessage-ID: <b1@example.com>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nfailed\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Final-Recipient: rfc822; mana@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n--B--\r\n"
    )


def test_a_mail_that_comes_back_is_noted_at_its_message(
    hooked: Channel, mailbox: Mailbox, desk: Desk
) -> None:
    outbound = sent(hooked)
    report = returned(outbound.message_id)
    handed(hooked, report.encode())
    outbound.refresh_from_db()
    assert (outbound.state, outbound.failure) == ("failed", "ปลายทางส่งอีเมลคืน")
    assert desk.got == []
    delayed = report.replace("b1@", "b2@").replace("Action: failed", "Action: delayed")
    assert handed(hooked, delayed.encode()).handled_as.startswith("ignored")
    old = f"From: MAILER-DAEMON@example.com\r\nReturn-Path: <>\r\n\r\nHi.\r\n> Message-ID: {outbound.message_id}\r\n"
    assert handed(hooked, old.encode()).handled_as.startswith("ignored")


def test_a_mail_server_that_is_away_is_tried_again(hooked: Channel, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    outbound = sent(hooked)
    assert (outbound.state, outbound.attempts) == ("waiting", 1)


def test_an_offices_own_server_must_be_encrypted_and_outside(
    hooked: Channel, settings: Any, mailbox: Mailbox
) -> None:
    said = {"smtp_host": "127.0.0.1", "smtp_port": settings.EMAIL_PORT, "smtp_security": "none"}
    with pytest.raises(InvalidInput, match="เข้ารหัส"):
        connect(actor=MANAGER, channel=hooked, settings=said, secrets={})
    settings.OUTGOING_ALLOWED = {f"127.0.0.1:{settings.EMAIL_PORT}"}
    channel = connect(actor=MANAGER, channel=hooked, settings=said, secrets={})
    settings.EMAIL_PORT = 1  # the installation's own server is another
    assert sent(channel).state == "sent"
    until = time.monotonic() + 5
    while not mailbox.mails and time.monotonic() < until:
        time.sleep(0.02)
    assert mailbox.receivers == ["mana@example.com"]
