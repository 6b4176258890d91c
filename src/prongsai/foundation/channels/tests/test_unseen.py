"""Messages that nobody has looked at: they wait in sight, count against the month, and go by a decision on record."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from prongsai.foundation.channels.models import Channel, Inbound
from prongsai.foundation.channels.selectors import stuck_inbound, unseen
from prongsai.foundation.channels.services import (
    count_due_months,
    handle_inbound,
    open_channel,
    receive,
    set_inbound_aside,
    try_inbound_again,
)
from prongsai.foundation.channels.tasks import close_days
from prongsai.foundation.channels.tests.conftest import MANAGER, Desk
from prongsai.foundation.channels.tests.test_register import entries
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, InboundMessage, Period
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import SYSTEM

MAY = Period(date(2025, 5, 1), date(2025, 5, 31))
LATE_IN_MAY = datetime(2025, 5, 31, 23, 50, tzinfo=clock.BANGKOK)


@pytest.fixture
def channel(office: Organization) -> Channel:
    with clock.at(MAY.start):
        return open_channel(actor=MANAGER, kind="hotline", name="1111")


def refusing(message: InboundMessage) -> str:
    raise WrongState("รับเรื่องไม่ได้")


def failed(channel: Channel, key: str, *, sender: str = "") -> Inbound:
    with clock.at(LATE_IN_MAY):
        inbound = receive(channel=channel, source_key=key, sender=sender, body={"text": "ความลับ"})
        handle_inbound(organization_id=inbound.organization_id, inbound_id=inbound.pk)  # type: ignore[attr-defined]
    inbound.refresh_from_db()
    return inbound


def told() -> list[int]:
    return [fact.content["unseen"] for fact in entries("channel_messages_unseen")]


def counted() -> int:
    count_due_months(actor=SYSTEM)
    flush()
    return unseen(MAY).number


def test_a_month_says_how_many_messages_nobody_has_looked_at_until_somebody_has(
    channel: Channel, desk: Desk
) -> None:
    usual, desk.act = desk.act, refusing
    first, second = failed(channel, "a"), failed(channel, "b")
    desk.act = usual
    failed(channel, "c")
    with clock.at(datetime(2025, 6, 3, 9, tzinfo=clock.BANGKOK)):
        assert counted() == 2
        (month,) = entries("channel_days_counted")
        assert month.content["messages"] == {"unseen": 2, "ignored": 0, "aside": 0}
        try_inbound_again(actor=MANAGER, inbound=first)
        handle_inbound(organization_id=first.organization_id, inbound_id=first.pk)  # type: ignore[attr-defined]
        assert (told(), unseen(MAY).number) == ([1], 1)
        set_inbound_aside(actor=MANAGER, inbound=second, reason="ข้อความโฆษณา")
        assert (told(), unseen(MAY).number) == ([1, 0], 0)
    assert entries("channel_messages_unseen")[0].visibility == "public"


def test_a_message_of_a_counted_month_that_comes_late_and_waits_is_told(channel: Channel, desk: Desk) -> None:
    desk.act = refusing
    with clock.at(datetime(2025, 6, 3, 9, tzinfo=clock.BANGKOK)):
        assert counted() == 0
        late = receive(channel=channel, source_key="a", body={"text": "x"}, at=LATE_IN_MAY)
        handle_inbound(organization_id=late.organization_id, inbound_id=late.pk)  # type: ignore[attr-defined]
        assert (told(), unseen(MAY).number) == ([1], 1)


def test_the_night_makes_good_what_two_who_were_last_at_once_did_not_see(
    channel: Channel, desk: Desk
) -> None:
    desk.act = refusing
    failed(channel, "a")
    with clock.at(datetime(2025, 6, 3, 9, tzinfo=clock.BANGKOK)):
        assert counted() == 1
        Inbound.objects.update(handled_at=clock.now(), handled_as="case:1")
        close_days(organization_id=channel.organization_id)  # type: ignore[attr-defined]
        assert (told(), unseen(MAY).number) == ([0], 0)
        close_days(organization_id=channel.organization_id)  # type: ignore[attr-defined]
        assert told() == [0]


def test_what_is_handled_before_the_month_is_counted_needs_no_later_word(
    channel: Channel, desk: Desk
) -> None:
    desk.act = refusing
    inbound = failed(channel, "a")
    with clock.at(datetime(2025, 6, 3, 9, tzinfo=clock.BANGKOK)):
        set_inbound_aside(actor=MANAGER, inbound=inbound, reason="ข้อความโฆษณา")
        assert (counted(), told()) == (0, [])
        assert entries("channel_days_counted")[0].content["messages"]["aside"] == 1


def test_setting_aside_is_on_record_with_its_reason_and_forgets_what_was_said(
    channel: Channel, desk: Desk
) -> None:
    desk.act = refusing
    first, _other = (
        failed(channel, "a", sender="news@example.com"),
        failed(channel, "b", sender="x@example.com"),
    )
    failed(channel, "c", sender="news@example.com")
    for actor, reason, error in (
        (Actor("แขก"), "โฆษณา", NotPermitted), (MANAGER, " ", InvalidInput), (MANAGER, "โทร 081-234-5678", InvalidInput),
    ):  # fmt: skip
        with pytest.raises(error):
            set_inbound_aside(actor=actor, inbound=first, reason=reason)
    assert set_inbound_aside(actor=MANAGER, inbound=first, reason="จดหมายข่าว", of_sender=True) == 2
    facts = entries("channel_message_set_aside")
    assert [(fact.visibility, fact.content["reason"]) for fact in facts] == [("internal", "จดหมายข่าว")] * 2
    first.refresh_from_db()
    assert (first.handled_as, first.body, first.raw) == ("aside: จดหมายข่าว", {}, None)
    assert [inbound.source_key for inbound in stuck_inbound()] == ["b"]
    with pytest.raises(WrongState):
        set_inbound_aside(actor=MANAGER, inbound=first, reason="จดหมายข่าว")


def test_a_message_whose_job_never_ran_is_in_sight_after_an_hour(channel: Channel, desk: Desk) -> None:
    receive(channel=channel, source_key="a", body={})
    assert not stuck_inbound().exists()
    with clock.at(clock.now() + timedelta(hours=2)):
        assert stuck_inbound().count() == 1


def test_any_failure_leaves_the_message_in_sight_without_what_it_said(channel: Channel, desk: Desk) -> None:
    def breaking(message: InboundMessage) -> str:
        raise KeyError(message.text)

    desk.act = breaking
    inbound = failed(channel, "a")
    assert (inbound.handled_at, inbound.failure) == (None, "ระบบอ่านข้อความนี้ไม่ได้ (KeyError)")


def test_what_comes_by_a_channel_that_is_said_to_take_nothing_waits_for_a_person(
    office: Organization, desk: Desk
) -> None:
    """Unticked before that was refused: its outages count for no figure, so its messages must not be passed over."""
    with clock.at(MAY.start):
        mailbox = open_channel(
            actor=MANAGER, kind="email", name="สารบรรณ", address="a@example.go.th", takes_complaints=False
        )
        open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")
    with clock.at(LATE_IN_MAY):
        mail = b"From: mana@example.com\r\nSubject: x\r\n\r\nx"
        held = receive(channel=mailbox, source_key="<a@b>", sender="mana@example.com", raw=mail)
        handle_inbound(organization_id=office.pk, inbound_id=held.pk)
    assert (desk.got, list(stuck_inbound())) == ([], [held])
    assert "ไม่รับเรื่องร้องเรียน" in stuck_inbound()[0].failure
    with clock.at(datetime(2025, 6, 3, 9, tzinfo=clock.BANGKOK)):
        assert counted() == 1
        try_inbound_again(actor=MANAGER, inbound=held)
        handle_inbound(organization_id=office.pk, inbound_id=held.pk)
        flush()
        assert (len(desk.got), unseen(MAY).number) == (1, 0)
