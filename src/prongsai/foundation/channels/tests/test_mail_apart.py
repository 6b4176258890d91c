"""Which mails are one and which are two, and which reports and notices are nobody's but the system's own."""

from __future__ import annotations

from prongsai.foundation.channels.models import Channel, Inbound
from prongsai.foundation.channels.services import handle_inbound, try_inbound_again
from prongsai.foundation.channels.tests.conftest import MANAGER, Desk, Mailbox
from prongsai.foundation.channels.tests.test_email import ADDRESS, handed, hooked, mail, returned, sent

__all__ = ["hooked"]


def test_a_report_on_mails_that_are_none_of_ours_waits_for_a_person(hooked: Channel, desk: Desk) -> None:
    """Whoever writes inside of such a form would be passed over unseen."""
    waits = handed(hooked, returned("<somebody@elsewhere.example>").replace("failed\r\n--B", "ร้องเรียน\r\n--B", 1).encode())  # fmt: skip
    assert (waits.handled_at, desk.got) == (None, [])
    assert "ไม่ใช่ของหน่วยงาน" in waits.failure
    try_inbound_again(actor=MANAGER, inbound=waits)
    handle_inbound(organization_id=hooked.organization_id, inbound_id=waits.pk)  # type: ignore[attr-defined]
    assert [got.text for got in desk.got] == ["ร้องเรียน"]


def test_two_mails_of_one_id_are_two_messages_and_one_that_comes_by_two_ways_is_one(
    hooked: Channel, desk: Desk
) -> None:
    """A copier gives every scan the same id; a group's server hands on what came by the mailbox already."""
    handed(hooked, mail(1, "ร้องเรียนเรื่องที่หนึ่ง"))
    handed(hooked, mail(1, "ร้องเรียนเรื่องที่สอง"))
    handed(hooked, mail(1, "ร้องเรียนเรื่องที่สอง", From="mani@example.com"))
    assert len(desk.got) == 3
    assert {got.reply_to for got in desk.got} == {"<m1@example.com>"}
    again = mail(1, "ร้องเรียนเรื่องที่สอง", Received="from b by c", **{"X-Forwarded-For": "a@b"})
    handed(hooked, again)
    handed(hooked, again.as_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert (len(desk.got), Inbound.objects.count()) == (3, 3)


def test_what_the_system_writes_to_its_own_people_is_no_message_to_the_office(
    hooked: Channel, mailbox: Mailbox, desk: Desk
) -> None:
    """A member's mail address may be the office's own mailbox."""
    out = sent(hooked, recipient=ADDRESS, subject_ref="accounts.membership:1")
    own = handed(hooked, mail(1, **{"From": ADDRESS, "Auto-Submitted": "auto-generated", "Message-ID": out.message_id}))  # fmt: skip
    assert (own.handled_as, desk.got) == ("ignored: จดหมายของระบบเอง", [])
