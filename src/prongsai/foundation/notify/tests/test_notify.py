"""Somebody is told once, by the channel that they chose and have shown to be theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.codes import digest, fresh_code
from prongsai.foundation.casework.models import Case
from prongsai.foundation.channels.models import Channel, Outbound
from prongsai.foundation.channels.selectors import failed_outbound
from prongsai.foundation.channels.services import deliver, disconnect, handle_inbound, try_inbound_again
from prongsai.foundation.channels.tests.conftest import (
    MANAGER,
    Desk,
    Mailbox,
    desk,
    graph_server,
    line,
    line_server,
    mailbox,
    office,
)
from prongsai.foundation.channels.tests.servers import LineServer, Reply
from prongsai.foundation.channels.tests.test_email import handed, hooked, mail
from prongsai.foundation.channels.tests.test_line import event, handled, sent
from prongsai.foundation.notify.selectors import preference_of
from prongsai.foundation.notify.services import choose, start_linking, tell, unlink
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import member

__all__ = ["desk", "graph_server", "hooked", "line", "line_server", "mailbox", "office"]


@pytest.fixture
def somsri(office: Organization) -> Membership:
    made = member("office.read")
    made.user.email = "somsri@example.go.th"
    made.user.save()
    return made


def own(membership: Membership) -> Actor:
    return Actor("สมศรี", user_id=membership.user.pk)


def said(recipient: Membership, key: str = "k") -> tuple[str, str, str] | None:
    outbound = tell(recipient=recipient, subject="งานครบกำหนด", text="เรื่อง 69-0001", key=key)
    return (outbound.kind, outbound.recipient, outbound.text) if outbound else None


def linked_and_told(somsri: Membership, line: Channel) -> Outbound:
    """A message to a member who has connected their LINE, on its way."""
    handled(line, event(1, text=start_linking(actor=own(somsri), member=somsri)))
    told = tell(recipient=somsri, subject="งานของท่าน 1 เรื่อง", text="เรื่อง 69-0001", key="k")
    assert told is not None
    return told


def delivered(channel: Channel, told: Outbound) -> None:
    deliver(organization_id=channel.organization_id, outbound_id=told.pk)  # type: ignore[attr-defined]


def test_who_never_chose_is_told_by_mail_and_who_has_none_by_nothing(somsri: Membership) -> None:
    assert said(somsri) == ("email", "somsri@example.go.th", "เรื่อง 69-0001")
    said(somsri)
    assert Outbound.objects.count() == 1
    somsri.user.email = ""
    somsri.user.save()
    assert said(somsri, "k2") is None


def test_line_is_chosen_by_a_code_that_comes_from_it(
    somsri: Membership, line: Channel, line_server: LineServer, desk: Desk
) -> None:
    with pytest.raises(InvalidInput):
        choose(actor=own(somsri), member=somsri, how="line")
    code = start_linking(actor=own(somsri), member=somsri)
    handled(line, event(1, text="LINK-AAAAAAAA"), event(2, text=f" {code.lower()} "), event(3, text=code))
    assert desk.got == [], "no case is made of a code"
    assert preference_of(somsri).line_user == "U4af4980629e3f0c5"
    assert said(somsri) == ("line", "U4af4980629e3f0c5", "งานครบกำหนด\nเรื่อง 69-0001")
    unlink(actor=own(somsri), member=somsri)
    assert said(somsri, "k2") == ("email", "somsri@example.go.th", "เรื่อง 69-0001")


def test_that_line_is_linked_is_no_message_to_a_citizen(
    somsri: Membership, line: Channel, line_server: LineServer, desk: Desk
) -> None:
    """What cannot be delivered of it asks nobody to reach a citizen in another way, and no mail says that LINE works."""
    handled(line, event(1, text=start_linking(actor=own(somsri), member=somsri)))
    line_server.failing = [Reply(400, {"message": "The property, 'to', in the request body is invalid"})] * 2
    outbound = Outbound.objects.get()
    delivered(line, outbound)
    outbound.refresh_from_db()
    assert (outbound.kind, outbound.state) == ("line", "failed")
    assert not failed_outbound().exists()


def test_a_code_is_worth_nothing_after_half_an_hour(somsri: Membership, line: Channel, desk: Desk) -> None:
    code = start_linking(actor=own(somsri), member=somsri)
    with clock.at(clock.now() + timedelta(minutes=31)):
        handled(line, event(1, text=code))
    assert preference_of(somsri).line_user == ""


def test_without_the_offices_account_mail_takes_over(somsri: Membership, line: Channel, desk: Desk) -> None:
    code = start_linking(actor=own(somsri), member=somsri)
    handled(line, event(1, text=code))
    disconnect(actor=MANAGER, channel=line)
    assert said(somsri) == ("email", "somsri@example.go.th", "เรื่อง 69-0001")
    with pytest.raises(WrongState):
        start_linking(actor=own(somsri), member=somsri)


def test_a_members_answer_to_the_system_is_no_case_until_a_person_says_so(
    somsri: Membership, hooked: Channel, mailbox: Mailbox, desk: Desk
) -> None:
    """Nobody wrote the message: programs are told not to answer, and what people answer counts nowhere by itself."""
    told = tell(recipient=somsri, subject="งานของท่าน 1 เรื่อง", text="เรื่อง 69-0001", key="k")
    assert told is not None
    delivered(hooked, told)
    (got,) = mailbox.mails
    assert got["Auto-Submitted"] == "auto-generated"
    answer = handed(hooked, mail(2, "รับทราบค่ะ", **{"In-Reply-To": str(got["Message-ID"])}))
    assert answer.handled_at is None
    assert "ตอบกลับข้อความที่ระบบแจ้งงานเจ้าหน้าที่" in answer.failure
    assert desk.got == []
    try_inbound_again(actor=MANAGER, inbound=answer)
    handle_inbound(organization_id=hooked.organization_id, inbound_id=answer.pk)  # type: ignore[attr-defined]
    assert [each.text for each in desk.got] == ["รับทราบค่ะ"]


def test_a_members_answer_in_line_is_no_case_either(
    somsri: Membership, line: Channel, line_server: LineServer, desk: Desk
) -> None:
    """A chat names no message that it answers: the last one to the member's account is taken for it."""
    delivered(line, linked_and_told(somsri, line))
    (answer,) = handled(line, event(2, text="รับทราบค่ะ"))
    assert answer.handled_at is None
    assert "ส่งจาก LINE ของเจ้าหน้าที่ที่เพิ่งได้รับแจ้งงาน" in answer.failure
    assert desk.got == []
    try_inbound_again(actor=MANAGER, inbound=answer)
    handle_inbound(organization_id=line.organization_id, inbound_id=answer.pk)  # type: ignore[attr-defined]
    assert [each.text for each in desk.got] == ["รับทราบค่ะ"]
    with clock.at(clock.now() + timedelta(days=4)):
        handled(line, event(3, text="ไฟดับหน้าวัด"))
    assert [each.text for each in desk.got] == ["รับทราบค่ะ", "ไฟดับหน้าวัด"], "days later it answers nothing"


@pytest.mark.parametrize(
    ("words", "whose", "is_taken"),
    [
        ("{code}", "", True),
        ("รหัสติดตาม {code} ค่ะ", "", True),
        ("เรื่อง ๖๙-๐๐๐๒ ยังไม่เสร็จ", "U4af4980629e3f0c5", True),
        ("เรื่อง 69-0002 ยังไม่เสร็จ", "U-another", False),
        ("เรื่อง 69-0003 ยังไม่เสร็จ", "U4af4980629e3f0c5", False),
    ],
)
def test_what_a_member_writes_as_a_citizen_is_taken(
    words: str,
    whose: str,
    is_taken: bool,
    somsri: Membership,
    line: Channel,
    line_server: LineServer,
    desk: Desk,
) -> None:
    """The code or the number of their own case, and what follows a message of the office about it."""
    delivered(line, linked_and_told(somsri, line))
    code = fresh_code()
    Case.objects.create(
        kind="testing.errand", fiscal_year=2569, sequence=2, number="69-0002", secret=digest(code),
        received_at=clock.now(), received_on=clock.today(), clock_started_on=clock.today(),
        channel_kind="line", contact_handle=whose,
    )  # fmt: skip
    words = words.format(code=code)
    handled(line, event(2, text=words))
    with clock.at(clock.now() + timedelta(minutes=1)):
        sent(line, subject_ref="casework.case:1")
        handled(line, event(3, text="ยังดับอยู่"))
    assert [each.text for each in desk.got] == [words, "ยังดับอยู่"][0 if is_taken else 1 :]


def test_what_line_does_not_take_is_not_mailed_to_who_has_left(
    somsri: Membership, line: Channel, line_server: LineServer, desk: Desk
) -> None:
    told = linked_and_told(somsri, line)
    Membership.objects.update(is_active=False)
    line_server.failing = [Reply(400, {"message": "The property, 'to', in the request body is invalid"})]
    delivered(line, told)
    told.refresh_from_db()
    assert (told.kind, told.state) == ("line", "failed")


def test_nobody_chooses_for_another(somsri: Membership) -> None:
    for act in (lambda: choose(actor=Actor("อื่น", user_id=0), member=somsri, how="email"),
                lambda: start_linking(actor=Actor.system(), member=somsri)):  # fmt: skip
        with pytest.raises(NotPermitted):
            act()
