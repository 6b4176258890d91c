"""The register: what opens, changes and closes is on record; secrets of connectors are read by nobody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from prongsai.foundation.channels.connectors.base import NotConnected
from prongsai.foundation.channels.connectors.email import Email
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.selectors import channels_open
from prongsai.foundation.channels.services import (
    change_channel,
    close_channel,
    connect,
    disconnect,
    open_channel,
)
from prongsai.foundation.channels.tests.conftest import MANAGER, SECRET, TOKEN
from prongsai.foundation.channels.tests.servers import LineServer
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, Unreadable, WrongState
from tests.cast import donsai

TODAY = date(2025, 8, 14)


def entries(kind: str) -> list[Entry]:
    flush()
    return list(Entry.objects.filter(kind=kind).with_payload())


def test_an_opening_is_public_and_says_what_was_opened(office: Organization) -> None:
    with clock.at(TODAY):
        made = open_channel(
            actor=MANAGER, kind="line", name="  ไอแพทแซท   อบต.บ้านทราย ", address="@banthrai",
            unit=Unit.objects.get(name="สำนักปลัด"), opened_on=TODAY - timedelta(days=3),
        )  # fmt: skip
    assert made.name == "ไอแพทแซท อบต.บ้านทราย"
    facts = entries("channel_opened")
    assert [(f.about, f.occurred_on, f.visibility, f.unit) for f in facts] == [
        ("office_line", TODAY - timedelta(days=3), "public", "สำนักปลัด"),
        ("complaint_channels", TODAY - timedelta(days=3), "public", "สำนักปลัด"),
    ]
    assert facts[0].content["name"] == made.name


def test_a_channel_that_is_not_told_to_the_public_leaves_internal_facts(office: Organization) -> None:
    open_channel(actor=MANAGER, kind="walk_in", name="เคาน์เตอร์", is_listed=False, takes_complaints=False)
    (fact,) = entries("channel_opened")
    assert (fact.about, fact.visibility) == ("contact_channels", "internal")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "pigeon"}, "kind"),
        ({"name": " "}, "name"),
        ({"name": "ก" * 121}, "name"),
        ({"opened_on": TODAY + timedelta(days=1)}, "opened_on"),
        ({"kind": "email", "address": "ไม่ใช่อีเมล"}, "address"),
        ({"kind": "email", "address": ""}, "address"),
        ({"kind": "phone", "address": "-"}, "address"),
        ({"kind": "facebook", "address": "http://facebook.com/x"}, "address"),
        ({"kind": "box", "address": "ก" * 301}, "address"),
    ],
)
def test_what_does_not_fit_is_named(office: Organization, values: dict[str, Any], field: str) -> None:
    with clock.at(TODAY), pytest.raises(InvalidInput) as refused:
        open_channel(actor=MANAGER, **{"kind": "box", "name": "ตู้หน้าสำนักงาน", **values})
    assert refused.value.field == field
    assert not Channel.objects.exists()


def test_a_name_stands_once_for_its_kind(office: Organization) -> None:
    open_channel(actor=MANAGER, kind="box", name="ตู้หน้าสำนักงาน")
    open_channel(actor=MANAGER, kind="walk_in", name="ตู้หน้าสำนักงาน")
    with pytest.raises(InvalidInput):
        open_channel(actor=MANAGER, kind="box", name="ตู้หน้าสำนักงาน")


def test_only_who_manages_channels_may(office: Organization) -> None:
    made = open_channel(actor=MANAGER, kind="box", name="ตู้")
    clerk = Actor("เจ้าหน้าที่", frozenset({"channels.check"}))
    for act in (
        lambda: open_channel(actor=clerk, kind="box", name="ตู้ 2"),
        lambda: change_channel(actor=clerk, channel=made, name="ข"),
        lambda: close_channel(actor=clerk, channel=made, reason="ก"),
        lambda: connect(actor=clerk, channel=made, settings={}, secrets={}),
        lambda: disconnect(actor=clerk, channel=made),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_change_is_on_record_with_what_stood_before_and_no_change_is_not(office: Organization) -> None:
    made = open_channel(actor=MANAGER, kind="phone", name="โทรศัพท์", address="044 000 000")
    change_channel(actor=MANAGER, channel=made, address="044 111 111", takes_complaints=False)
    change_channel(actor=MANAGER, channel=made, address="044 111 111")
    (fact,) = entries("channel_changed")
    assert fact.content["before"] == {"address": "044 000 000", "takes_complaints": True}
    with pytest.raises(InvalidInput):
        change_channel(actor=MANAGER, channel=made, kind="box")


def test_a_closed_channel_stays_in_the_register_and_opens_no_more(
    office: Organization, line: Channel
) -> None:
    with pytest.raises(InvalidInput):
        close_channel(actor=MANAGER, channel=line)
    closed = close_channel(actor=MANAGER, channel=line, reason="ย้ายไปใช้บัญชีใหม่")
    assert (closed.is_connected, closed.secrets, closed.closed_on) == (False, "", clock.today())
    assert list(channels_open()) == []
    assert {fact.content["reason"] for fact in entries("channel_closed")} == {"ย้ายไปใช้บัญชีใหม่"}
    for act in (close_channel, disconnect):
        with pytest.raises(WrongState):
            act(actor=MANAGER, channel=line, **({"reason": "ก"} if act is close_channel else {}))


def test_secrets_lie_encrypted_bound_to_their_row_and_stand_in_no_fact(
    office: Organization, line: Channel
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets, settings::text FROM channels_channel WHERE id = %s", [line.pk])
        secrets, settings = cursor.fetchone()
    assert SECRET not in secrets + settings
    assert TOKEN not in secrets + settings
    assert line.read_secrets() == {"channel_secret": SECRET, "access_token": TOKEN}
    flush()
    said = " ".join(str(e.content) for e in Entry.objects.all().with_payload())
    assert SECRET not in said
    assert TOKEN not in said
    other = open_channel(actor=MANAGER, kind="line", name="อีกบัญชี")
    Channel.objects.filter(pk=other.pk).update(secrets=secrets)
    with pytest.raises(Unreadable):
        Channel.objects.get(pk=other.pk).read_secrets()


def test_a_changed_key_of_the_installation_says_what_to_do(line: Channel, settings: Any) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key"
    with pytest.raises(Unreadable, match="เชื่อมต่อช่องทางใหม่"):
        line.read_secrets()
    settings.SECRET_KEY_FALLBACKS = [old]
    assert line.read_secrets()["access_token"] == TOKEN


def test_connecting_tries_the_credentials_and_keeps_who_answered(line: Channel) -> None:
    assert line.is_connected
    assert line.settings["basic_id"] == "@banthrai"
    assert line.settings["quota"] == {"limit": 300, "used": 0}


def test_wrong_credentials_are_refused_and_nothing_is_kept(
    office: Organization, line_server: LineServer
) -> None:
    made = open_channel(actor=MANAGER, kind="line", name="LINE")
    wrong = {"channel_secret": "x", "access_token": "wrong-token"}
    with pytest.raises(InvalidInput, match="ไม่รับรหัสเข้าถึง") as refused:
        connect(actor=MANAGER, channel=made, settings={}, secrets=wrong)
    assert "wrong-token" not in str(refused.value)
    made.refresh_from_db()
    assert (made.is_connected, made.secrets) == (False, "")
    with pytest.raises(InvalidInput) as lacking:
        connect(actor=MANAGER, channel=made, settings={}, secrets={"channel_secret": "x"})
    assert lacking.value.field == "access_token"


def test_an_empty_secret_leaves_the_former_one(line: Channel) -> None:
    again = connect(
        actor=MANAGER, channel=line, settings={}, secrets={"channel_secret": "new", "access_token": ""}
    )
    assert again.read_secrets() == {"channel_secret": "new", "access_token": TOKEN}


@pytest.mark.parametrize(
    "other", [{"host": "203.0.113.9"}, {"port": 9143}, {"security": "starttls"}, {"user": "admin"}], ids=str
)
@pytest.mark.parametrize("server", ["imap", "smtp"])
def test_a_kept_password_goes_to_no_other_server(
    office: Organization, monkeypatch: pytest.MonkeyPatch, server: str, other: dict[str, Any]
) -> None:
    """Whoever manages channels could name a server of their own, and read there what the office's is opened with."""
    sent_to: list[dict[str, Any]] = []

    def greet(self: Email, channel: Channel) -> dict[str, Any]:
        sent_to.append({**channel.settings, **channel.read_secrets()})
        return {}

    monkeypatch.setattr(Email, "greet", greet)
    said = {f"{server}_{name}": value for name, value in {"host": "mail.example.go.th", "port": 993, "security": "tls", "user": "saraban"}.items()}  # fmt: skip
    made = open_channel(actor=MANAGER, kind="email", name="อีเมล", address="saraban@banthrai.example.go.th")
    secret = f"{server}_password"
    connect(actor=MANAGER, channel=made, settings=said, secrets={secret: "old", "webhook_secret": "w"})
    connect(actor=MANAGER, channel=made, settings={**said, f"{server}_port": "993"}, secrets={secret: ""})
    changed = said | {f"{server}_{name}": value for name, value in other.items()}
    with pytest.raises(InvalidInput) as refused:
        connect(actor=MANAGER, channel=made, settings=changed, secrets={})
    assert refused.value.field == secret
    assert len(sent_to) == 2, "the other server was not even asked"
    again = connect(actor=MANAGER, channel=made, settings=changed, secrets={secret: "new"})
    assert again.read_secrets() == {secret: "new", "webhook_secret": "w"}
    gone = connect(actor=MANAGER, channel=made, settings={}, secrets={})
    assert gone.read_secrets() == {"webhook_secret": "w"}, "a password without a server waits for none"


def test_the_sealed_channel_stays_in_the_list_and_the_count_as_long_as_it_takes_reports(
    office: Organization,
) -> None:
    made = open_channel(actor=MANAGER, kind="sealed", name="แจ้งเบาะแส", by_its_desk=True)
    for name in ("takes_complaints", "is_listed"):
        with pytest.raises(InvalidInput) as refused:
            change_channel(actor=MANAGER, channel=made, **{name: False})
        assert refused.value.field == name
        with pytest.raises(InvalidInput):
            open_channel(actor=MANAGER, kind="sealed", name="อีกช่องทาง", by_its_desk=True, **{name: False})
    with pytest.raises(WrongState):
        close_channel(actor=MANAGER, channel=made, reason="เลิกใช้")
    change_channel(actor=MANAGER, channel=made, name="ช่องทางแจ้งเบาะแส", takes_complaints=True)
    assert close_channel(actor=MANAGER, channel=made, reason="ปิด", by_its_desk=True).closed_on


def test_a_connected_channel_stays_in_the_list_and_the_count_until_it_is_disconnected(line: Channel) -> None:
    for name in ("takes_complaints", "is_listed"):
        with pytest.raises(InvalidInput) as refused:
            change_channel(actor=MANAGER, channel=line, **{name: False})
        assert refused.value.field == name
    change_channel(actor=MANAGER, channel=line, name="LINE ใหม่", takes_complaints=True)
    disconnect(actor=MANAGER, channel=line)
    unticked = change_channel(actor=MANAGER, channel=line, takes_complaints=False)
    with pytest.raises(WrongState):
        connect(actor=MANAGER, channel=unticked, settings={}, secrets={"channel_secret": SECRET, "access_token": TOKEN})  # fmt: skip
    assert not Channel.objects.get(pk=line.pk).is_connected


def test_a_channel_may_be_tried_out_before_it_is_told_to_the_public(
    office: Organization, line_server: LineServer
) -> None:
    made = open_channel(actor=MANAGER, kind="line", name="LINE", is_listed=False)
    secrets = {"channel_secret": SECRET, "access_token": TOKEN}
    connect(actor=MANAGER, channel=made, settings={}, secrets=secrets)
    change_channel(actor=MANAGER, channel=made, name="LINE อบต.", is_listed=False)
    assert change_channel(actor=MANAGER, channel=made, is_listed=True).is_listed


def test_the_sealed_channel_is_entered_by_its_own_desk_alone(office: Organization) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_channel(actor=MANAGER, kind="sealed", name="แจ้งเบาะแส")
    assert refused.value.field == "kind"
    assert not Channel.objects.exists()


def test_disconnecting_forgets_the_secrets(line: Channel) -> None:
    disconnect(actor=MANAGER, channel=line)
    line.refresh_from_db()
    assert (line.is_connected, line.secrets) == (False, "")
    assert [fact.content["connected"] for fact in entries("channel_connected")] == [1, 0]


def test_a_service_that_is_silent_or_speaks_nonsense_is_not_connected(
    line: Channel, line_server: LineServer, settings: Any
) -> None:
    from prongsai.foundation.channels.connectors import connector_of
    from prongsai.foundation.channels.tests.servers import Reply

    connector = connector_of("line")
    assert connector is not None
    line_server.answer = lambda asked: Reply(200, b"<html>")
    with pytest.raises(NotConnected):
        connector.greet(line)
    settings.LINE_API_URL = "http://127.0.0.1:1"
    with pytest.raises(NotConnected):
        connector.greet(line)


def test_another_office_sees_none_of_it(line: Channel) -> None:
    with scope(donsai().pk):
        assert not Channel.objects.exists()
        with pytest.raises(InvalidInput):
            change_channel(actor=MANAGER, channel=line, name="ของเรา")


def test_the_opening_day_is_todays_in_thailand(office: Organization) -> None:
    with clock.at(datetime(2025, 8, 14, 0, 30, tzinfo=clock.BANGKOK)):
        assert open_channel(actor=MANAGER, kind="box", name="ตู้").opened_on == TODAY
