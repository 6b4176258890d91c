"""Whose words a mail is: its sender's, or those of whoever answers a mail of ours. Never of whom it names for answers."""

from __future__ import annotations

import pytest

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import act
from prongsai.foundation.channels.connectors.email import kept_whole
from prongsai.foundation.channels.models import Channel, Inbound, Outbound
from prongsai.foundation.channels.selectors import stuck_inbound
from prongsai.foundation.channels.services import handle_inbound, open_channel, try_inbound_again
from prongsai.foundation.channels.services.inbound import receive_arrival
from prongsai.foundation.organizations.models import Organization
from prongsai.modules.complaints.tests.citizen import SYSTEM

OWN, CITIZEN, MALLORY = "saraban@banthrai.example.go.th", "victim@example.com", "mallory@example.net"
GROUP = {"List-Id": f"<{OWN.replace('@', '.')}>", "Precedence": "list"}


@pytest.fixture
def mailbox(web_office: Organization) -> Channel:
    return open_channel(actor=SYSTEM, kind="email", name="อีเมลสารบรรณ", address=OWN)


@pytest.fixture
def case(mailbox: Channel) -> Case:
    """A citizen's, finished, with the closing question asked."""
    came(mailbox, 1, "ไฟหน้าศาลาดับ หมู่ที่ 4", From=CITIZEN)
    case = Case.objects.get()
    act(actor=SYSTEM, case=case, act="finish", result="ซ่อมแล้ว")
    case.refresh_from_db()
    assert not case.is_open
    return case


def came(channel: Channel, number: int, text: str, **headers: str) -> Inbound:
    """A mail as it arrives, handled."""
    said = {"Message-ID": f"<m{number}@example.com>", "Content-Type": "text/plain; charset=utf-8"}
    lines = [f"{name}: {value}" for name, value in (said | headers).items()]
    raw = ("\r\n".join(lines) + f"\r\n\r\n{text}\r\n").encode()
    return handled(receive_arrival(channel, kept_whole(raw)))


def handled(inbound: Inbound) -> Inbound:
    handle_inbound(organization_id=inbound.organization_id, inbound_id=inbound.pk)  # type: ignore[attr-defined]
    inbound.refresh_from_db()
    return inbound


def taken(inbound: Inbound) -> Inbound:
    """A person said that it is for the office."""
    try_inbound_again(actor=SYSTEM, inbound=inbound)
    return handled(inbound)


@pytest.mark.parametrize("text", ["พอใจ", "พอใจมาก แต่ขอเพิ่มอีกต้น", "{number} ขอถอนเรื่อง"])
@pytest.mark.parametrize(
    "claim",
    [{"Reply-To": CITIZEN}, {"Reply-To": f"เหยื่อ <{CITIZEN.upper()}>"}, {**GROUP, "X-Original-From": CITIZEN}],
    ids=["reply-to", "with a name", "as the group would"],
)
def test_nobody_speaks_for_a_citizen_by_naming_their_address(
    mailbox: Channel, case: Case, claim: dict[str, str], text: str
) -> None:
    heard = CaseMessage.objects.filter(case=case, direction="in").count()
    held = came(mailbox, 2, text.format(number=case.number), **{"From": MALLORY, **claim})
    assert held.handled_at is None
    assert list(stuck_inbound()) == [held], "it waits for a person, and counts as unseen"
    assert "ที่อยู่อื่นที่ไม่ใช่ของผู้ส่ง" in held.failure
    assert CITIZEN not in held.failure, "the reason goes on record when it is set aside"
    done = taken(held)
    case.refresh_from_db()
    assert case.answered_at is None
    assert CaseMessage.objects.filter(case=case, direction="in").count() == heard
    assert done.handled_as not in {"", f"case:{case.pk}"}, "a matter of its own, so nothing is lost"


def test_whoever_answers_our_mail_from_another_address_is_heard_at_once(mailbox: Channel, case: Case) -> None:
    Outbound.objects.update(message_id="<7.mac@banthrai.example.go.th>", state="sent")
    answer = {"In-Reply-To": "<7.mac@banthrai.example.go.th>", "Reply-To": "home@example.org"}
    came(mailbox, 2, "พอใจ", **{"From": "work@example.org", **answer})
    case.refresh_from_db()
    assert case.satisfied is True


@pytest.mark.parametrize(
    "answers_to",
    [CITIZEN.title(), f"ตัวอย่าง <{CITIZEN}>", f"other@example.org, {CITIZEN}", OWN, "ไม่มี", ""],
    ids=str,
)
def test_a_citizens_own_mail_program_makes_nobody_else_of_them(
    mailbox: Channel, case: Case, answers_to: str
) -> None:
    came(mailbox, 2, "พอใจ", **{"From": CITIZEN, "Reply-To": answers_to})
    case.refresh_from_db()
    assert case.satisfied is True


def test_a_new_matter_is_answered_where_its_writer_wants_it_once_a_person_took_it(mailbox: Channel) -> None:
    held = came(mailbox, 1, "ไฟดับ", **{"From": "form@web.example", "Reply-To": CITIZEN})
    assert (Case.objects.count(), held.body["answer_to"]) == (0, CITIZEN)
    taken(held)
    assert Case.objects.get().contact_email == CITIZEN
    assert Outbound.objects.get().recipient == CITIZEN


@pytest.mark.parametrize("sender", ["no-reply@web.example", OWN])
def test_what_a_web_form_sends_for_somebody_waits_and_is_answered_to_them(
    mailbox: Channel, sender: str
) -> None:
    held = came(mailbox, 1, "ไฟดับ", **{"From": sender, "Reply-To": CITIZEN})
    assert held.handled_at is None
    taken(held)
    assert Case.objects.get().contact_email == CITIZEN


def test_what_the_offices_own_group_handed_on_is_a_matter_of_its_own_at_once(
    mailbox: Channel, case: Case
) -> None:
    """The group writes its own address as the sender; whose mail it was is only the header's word."""
    done = came(
        mailbox, 2, "พอใจ", **{"From": f"ก. via สารบรรณ <{OWN}>", **GROUP, "X-Original-From": CITIZEN}
    )
    case.refresh_from_db()
    assert case.answered_at is None
    assert Case.objects.get(pk=int(done.handled_as.partition(":")[2])).contact_email == CITIZEN
