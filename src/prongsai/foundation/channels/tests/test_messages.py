"""Messages in and out: kept first, handled once, tried again with growing pauses, and a dead channel delays no other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from prongsai.foundation.channels.canary import marker
from prongsai.foundation.channels.models import Channel, ChannelCheck, Inbound, Outbound
from prongsai.foundation.channels.selectors import failed_outbound, waiting_inbound
from prongsai.foundation.channels.services import (
    deliver,
    delivery_listeners,
    handle_inbound,
    interceptors,
    open_channel,
    receive,
    send,
    try_inbound_again,
    try_outbound_again,
)
from prongsai.foundation.channels.services.outbound import PAUSES
from prongsai.foundation.channels.tasks import tend, tidy
from prongsai.foundation.channels.tests.conftest import MANAGER, Desk, Mailbox, waiting
from prongsai.foundation.channels.tests.servers import LineServer, Reply
from prongsai.foundation.channels.tests.test_register import entries
from prongsai.foundation.ledger.services import flush, record
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, InboundMessage, Origin
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import SYSTEM, banthrai

DAY = timedelta(days=1)


@pytest.fixture
def desk_channel(office: Organization) -> Channel:
    return open_channel(actor=MANAGER, kind="hotline", name="1111")


def got(channel: Channel, key: str = "a", **body: Any) -> Inbound:
    inbound = receive(
        channel=channel, source_key=key, sender="u1", thread="u1", body={"text": "ไฟดับ", **body}
    )
    return handled(inbound)


def handled(inbound: Inbound) -> Inbound:
    handle_inbound(organization_id=inbound.organization_id, inbound_id=inbound.pk)  # type: ignore[attr-defined]
    inbound.refresh_from_db()
    return inbound


def failing(message: InboundMessage) -> str:
    record(actor=SYSTEM, kind="channel_up", occurred_on=clock.today(), origin=Origin.WORK)
    raise WrongState("รับเรื่องไม่ได้ตอนนี้")


# -- in -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_received_is_kept_and_its_job_waits_in_the_same_transaction() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    office = banthrai()
    with working_for(office.pk):
        channel = open_channel(actor=MANAGER, kind="hotline", name="1111")
    with transaction.atomic(), scope(office.pk):
        receive(channel=channel, source_key="lost", body={})
        transaction.set_rollback(True)
    with working_for(office.pk):
        kept = receive(channel=channel, source_key="kept", body={})
        receive(channel=channel, source_key="kept", body={})
    assert [job["inbound_id"] for job in waiting("handle_inbound")] == [kept.pk]
    with working_for(office.pk):
        assert Inbound.objects.count() == 1


def test_a_message_is_handled_once_however_often_its_job_runs(desk_channel: Channel, desk: Desk) -> None:
    inbound = got(desk_channel)
    handled(inbound)
    got(desk_channel)
    assert len(desk.got) == 1
    assert (inbound.handled_as, inbound.failure) == ("case:1", "")


def test_what_fails_leaves_nothing_is_tried_later_and_stays_in_sight(
    desk_channel: Channel, desk: Desk
) -> None:
    usual, desk.act = desk.act, failing
    before = len(entries("channel_up"))
    inbound = got(desk_channel)
    assert (inbound.handled_at, inbound.tries, inbound.failure) == (None, 1, "รับเรื่องไม่ได้ตอนนี้")
    assert len(entries("channel_up")) == before
    assert [job["inbound_id"] for job in waiting("handle_inbound") if job["at"]] == [inbound.pk]
    assert list(waiting_inbound()) == [inbound]
    for _again in range(8):
        handled(inbound)
    inbound.refresh_from_db()
    assert inbound.tries == 9
    desk.act = usual
    with pytest.raises(NotPermitted):
        try_inbound_again(actor=Actor("แขก"), inbound=inbound)
    try_inbound_again(actor=MANAGER, inbound=inbound)
    assert handled(inbound).handled_as == "case:10"
    with pytest.raises(WrongState):
        try_inbound_again(actor=MANAGER, inbound=inbound)


def test_a_message_that_no_module_takes_is_not_lost(desk_channel: Channel, desk: Desk) -> None:
    desk.act = lambda message: ""
    assert got(desk_channel).failure == "ไม่มีงานใดรับข้อความนี้"
    assert waiting_inbound().count() == 1


def test_the_foundation_may_take_a_message_before_the_modules(
    desk_channel: Channel, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "prongsai.foundation.channels.services.inbound.interceptors",
        [lambda m: "mine" if m.text == "รหัส" else ""],
    )
    assert interceptors is not None
    assert got(desk_channel, "a", text="รหัส").handled_as == "mine"
    assert got(desk_channel, "b").handled_as == "case:1"


def test_a_real_message_is_a_sign_of_life(desk_channel: Channel, desk: Desk) -> None:
    got(desk_channel, "a")
    desk_channel.refresh_from_db()
    got(desk_channel, "b")
    assert [(c.how, c.ok) for c in ChannelCheck.objects.all()] == [("traffic", True)]


def test_a_self_check_goes_the_whole_way_and_leaves_no_case_and_no_fact(
    desk_channel: Channel, desk: Desk
) -> None:
    def act(message: InboundMessage) -> str:
        record(actor=SYSTEM, kind="channel_alive", occurred_on=clock.today(), origin=Origin.WORK)
        send(channel_kind="email", recipient="a@example.com", text="ได้รับแล้ว", key="receipt")
        return "case:1"

    desk.act = act
    inbound = got(desk_channel, text=f"ทดสอบ\n{marker()}")
    flush()
    assert desk.got[0].is_check
    assert inbound.handled_as == "check"
    assert (entries("channel_alive"), Outbound.objects.count()) == ([], 0)
    check = ChannelCheck.objects.get()
    assert (check.how, check.ok) == ("canary", True)
    assert check.took_ms is not None


def test_a_self_check_that_no_module_takes_is_a_failed_look(desk_channel: Channel, desk: Desk) -> None:
    desk.act = failing
    got(desk_channel, text=marker())
    assert [(c.ok, c.note) for c in ChannelCheck.objects.all()] == [(False, "รับเรื่องไม่ได้ตอนนี้")]
    assert len(entries("channel_down")) == 1


def test_zero_bytes_and_halves_of_characters_are_no_reason_to_lose_a_message(
    desk_channel: Channel, desk: Desk
) -> None:
    inbound = got(desk_channel, "k\0\ud83d", text="ก\0ข\ud83d", deep=[{"x\0": "\ud800"}])
    assert inbound.handled_as == "case:1"
    assert desk.got[0].text == "กข?"


def test_handled_messages_are_forgotten_after_a_month_and_self_checks_sooner(
    desk_channel: Channel, desk: Desk
) -> None:
    got(desk_channel, "a")
    got(desk_channel, "b", text=marker())
    desk.act = failing
    got(desk_channel, "c")
    for days, left in ((1, {"a", "b", "c"}), (3, {"a", "c"}), (31, {"c"})):
        with clock.at(clock.now() + days * DAY):
            tidy()
        assert set(Inbound.objects.values_list("source_key", flat=True)) == left


def test_jobs_that_were_lost_are_found_by_the_hour(desk_channel: Channel, desk: Desk) -> None:
    inbound = receive(channel=desk_channel, source_key="a", body={})
    outbound = send(channel_kind="email", recipient="a@example.com", text="ข้อความ", key="k")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    tend(organization_id=desk_channel.organization_id)  # type: ignore[attr-defined]
    assert waiting("handle_inbound") == []
    with clock.at(clock.now() + timedelta(hours=2)):
        tend(organization_id=desk_channel.organization_id)  # type: ignore[attr-defined]
    assert [job["inbound_id"] for job in waiting("handle_inbound")] == [inbound.pk]
    assert [job["outbound_id"] for job in waiting("deliver")] == [outbound.pk]


# -- out ------------------------------------------------------------------------------------------------------------


def out(key: str = "k", *, kind: str = "line", recipient: str = "U1") -> Outbound:
    return send(channel_kind=kind, recipient=recipient, text=f"ข้อความ {key}", key=key)


def tried(outbound: Outbound) -> Outbound:
    deliver(organization_id=outbound.organization_id, outbound_id=outbound.pk)  # type: ignore[attr-defined]
    outbound.refresh_from_db()
    return outbound


def test_the_same_key_is_one_message(line: Channel, line_server: LineServer) -> None:
    first, second = out(), out()
    assert first.pk == second.pk
    assert len(waiting("deliver")) == 1
    tried(first)
    tried(first)
    out()
    assert line_server.texts == ["ข้อความ k"]


@pytest.mark.parametrize("lacking", ["recipient", "text", "key"])
def test_nothing_goes_to_nobody(line: Channel, lacking: str) -> None:
    with pytest.raises(InvalidInput):
        send(**{"channel_kind": "line", "recipient": "U1", "text": "ก", "key": "k", lacking: ""})


def test_pauses_grow_and_the_last_failure_is_in_sight(line: Channel, line_server: LineServer) -> None:
    line_server.failing = [Reply(500) for _ in range(20)]
    outbound, pauses = out(), []
    told: list[str] = []
    delivery_listeners.append(lambda done: told.append(done.state))
    moment = clock.now()
    for _try in range(len(PAUSES) + 1):
        with clock.at(moment):
            tried(outbound)
        pauses.append(outbound.next_at - moment)
        moment = outbound.next_at
    delivery_listeners.pop()
    assert pauses[:-1] == list(PAUSES)
    assert sorted(PAUSES) == list(PAUSES)
    assert sum(PAUSES, timedelta()) < DAY, "LINE remembers a retry key for a day"
    assert (outbound.state, told) == ("failed", ["failed"])
    assert list(failed_outbound()) == [outbound]
    line_server.failing.clear()
    try_outbound_again(actor=MANAGER, outbound=outbound)
    assert tried(outbound).state == "sent"
    with pytest.raises(WrongState):
        try_outbound_again(actor=MANAGER, outbound=outbound)


def test_a_message_that_waited_for_days_is_given_up(line: Channel, line_server: LineServer) -> None:
    line_server.failing = [Reply(500)]
    outbound = out()
    with clock.at(clock.now() + 3 * DAY + timedelta(minutes=1)):
        assert tried(outbound).state == "failed"


def test_a_dead_channel_is_tried_by_one_and_delays_no_other(
    line: Channel, line_server: LineServer, mailbox: Mailbox, settings: Any
) -> None:
    settings.LINE_API_URL = "http://127.0.0.1:1"
    many = [out(f"line-{n}") for n in range(30)]
    mail = out("mail", kind="email", recipient="mana@example.com")
    for outbound in many:
        tried(outbound)
    assert tried(mail).state == "sent"
    assert [outbound.attempts for outbound in many] == [1] + [0] * 29
    assert {outbound.state for outbound in many} == {"waiting"}
    settings.LINE_API_URL = line_server.url
    with clock.at(max(outbound.next_at for outbound in many) + timedelta(seconds=1)):
        for outbound in many:
            assert tried(outbound).state == "sent"


def test_one_recipient_who_cannot_be_reached_delays_nobody(office: Organization, mailbox: Mailbox) -> None:
    full = tried(out("a", kind="email", recipient="full@example.com"))
    assert (full.state, tried(out("b", kind="email", recipient="m@example.com")).state) == ("failed", "sent")


def test_without_a_connected_channel_a_message_fails_at_once_and_says_why(office: Organization) -> None:
    outbound = tried(out())
    assert (outbound.state, outbound.failure) == ("failed", "หน่วยงานยังไม่ได้เชื่อมต่อช่องทางนี้กับระบบ")


def test_what_was_sent_is_not_kept_and_its_recipient_not_for_long(
    line: Channel, line_server: LineServer
) -> None:
    outbound = tried(out())
    assert (outbound.text, outbound.recipient) == ("", "U1")
    with clock.at(clock.now() + 31 * DAY):
        tidy()
    outbound.refresh_from_db()
    assert outbound.recipient == ""
