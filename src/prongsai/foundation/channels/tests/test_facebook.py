"""Facebook over HTTP: the challenge, signatures, feed and messages, the Send API with its errors and windows."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from prongsai.foundation.channels.connectors import connector_of
from prongsai.foundation.channels.connectors.base import Forged
from prongsai.foundation.channels.connectors.facebook import Facebook
from prongsai.foundation.channels.models import Channel, Inbound, Outbound
from prongsai.foundation.channels.services import deliver, handle_inbound, send
from prongsai.foundation.channels.services.inbound import receive_arrival
from prongsai.foundation.channels.tests.conftest import Desk
from prongsai.foundation.channels.tests.servers import GraphServer, Reply, Server
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel import clock
from tests.sample_year import PNG

PAGE = "100200"


def message(mid: str = "m_1", *, sender: str = "7001", **said: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp() * 1000)
    return {
        "sender": {"id": sender},
        "recipient": {"id": PAGE},
        "timestamp": now,
        "message": {"mid": mid, "text": "ถนนพัง", **said},
    }


def change(**value: Any) -> dict[str, Any]:
    usual = {
        "from": {"id": "7001", "name": "นายมานะ ตัวอย่าง"},
        "item": "comment",
        "verb": "add",
        "post_id": f"{PAGE}_9",
        "comment_id": "9_1",
        "message": "น้ำไม่ไหล",
    }
    return {"field": "feed", "value": usual | value}


def signed(*, secret: str = "app-secret", page: str = PAGE, **entry: Any) -> tuple[dict[str, str], bytes]:
    content = json.dumps({"object": "page", "entry": [{"id": page, "time": 1, **entry}]}).encode()
    return {
        "x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    }, content


def handled(page: Channel, headers: dict[str, str], content: bytes) -> list[Inbound]:
    connector = connector_of("facebook")
    assert connector is not None
    found = [receive_arrival(page, arrival) for arrival in connector.arrivals(page, headers, content)]
    for inbound in found:
        handle_inbound(organization_id=inbound.organization_id, inbound_id=inbound.pk)  # type: ignore[attr-defined]
        inbound.refresh_from_db()
    return found


def sent(page: Channel, **more: Any) -> Outbound:
    outbound = send(
        **{"channel_kind": "facebook", "recipient": "7001", "text": "รับเรื่องแล้ว", "key": "k1", **more}
    )
    deliver(organization_id=page.organization_id, outbound_id=outbound.pk)  # type: ignore[attr-defined]
    outbound.refresh_from_db()
    return outbound


def test_the_challenge_is_answered_to_who_knows_the_word(page: Channel) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "verify-me"}
    assert Facebook().challenged(page, asked) == "1158201444"
    for wrong in ({"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": "<script>"}):
        with pytest.raises(Forged):
            Facebook().challenged(page, asked | wrong)


@pytest.mark.parametrize("forge", ["secret", "content", "none"])
def test_what_facebook_did_not_sign_is_refused(page: Channel, forge: str) -> None:
    headers, content = signed(messaging=[message()], secret="x" if forge == "secret" else "app-secret")
    with pytest.raises(Forged):
        Facebook().arrivals(
            page, {} if forge == "none" else headers, content + (b" " if forge == "content" else b"")
        )


def test_messages_and_comments_reach_the_modules_once(page: Channel, desk: Desk) -> None:
    for _delivery in range(3):
        handled(page, *signed(messaging=[message()], changes=[change()]))
    assert [(got.sender, got.text, got.source_key) for got in desk.got] == [
        ("7001", "ถนนพัง", "m_1"),
        ("comment:9_1", "น้ำไม่ไหล", "9_1"),
    ]
    assert desk.got[1].sender_name == "นายมานะ ตัวอย่าง"


def test_what_is_delivered_late_counts_from_when_it_was_written(page: Channel, desk: Desk) -> None:
    sent, now = (datetime(2025, *on, tzinfo=clock.BANGKOK) for on in ((9, 30, 23, 50), (10, 1, 2, 0)))
    old = {**message(), "timestamp": int(sent.timestamp() * 1000)}
    with clock.at(now):
        handled(page, *signed(messaging=[old]))
        handled(page, *signed(changes=[change(created_time=int(sent.timestamp()))]))
        handled(page, *signed(changes=[change(comment_id="9_2", created_time="yesterday")]))
    assert [got.received_at for got in desk.got] == [sent, sent, now]


def test_the_pages_own_words_edits_likes_and_other_pages_are_left_alone(page: Channel, desk: Desk) -> None:
    handled(page, *signed(messaging=[message(is_echo=True), message("m_2", sender=PAGE)]))
    own, edited, liked = change(**{"from": {"id": PAGE}}), change(verb="edited"), change(item="reaction")
    handled(page, *signed(changes=[own, edited, liked]))
    handled(page, *signed(page="999", messaging=[message("m_3")]))
    assert desk.got == []


def test_attached_pictures_are_fetched_from_outside_only(page: Channel, desk: Desk, settings: Any) -> None:
    server = Server(lambda asked: Reply(200, PNG, kind="image/png"))
    attached = [{"type": "image", "payload": {"url": f"{server.url}/photo.png?x=1"}}]
    handled(page, *signed(messaging=[message("m_4", attachments=attached)]))
    assert desk.got[0].files == ()
    assert "รับไว้ไม่ได้" in desk.got[0].text
    assert server.asked == []
    settings.OUTGOING_ALLOWED = {"127.0.0.1"}
    handled(page, *signed(messaging=[message("m_5", attachments=attached)]))
    assert StoredFile.objects.get(sha256=desk.got[1].files[0]).name.startswith("photo")
    server.close()


def test_an_answer_within_a_day_is_a_response_and_later_a_human_agents(
    page: Channel, graph_server: GraphServer
) -> None:
    sent(page, reply_until=clock.now() + timedelta(hours=3))
    sent(page, key="k2", reply_until=clock.now() - timedelta(hours=1))
    first, second = (asked.form for asked in graph_server.asked[-2:])
    assert json.loads(first["recipient"]) == {"id": "7001"}
    assert (first["messaging_type"], second["messaging_type"], second["tag"]) == (
        "RESPONSE",
        "MESSAGE_TAG",
        "HUMAN_AGENT",
    )
    proof = hmac.new(b"app-secret", b"page-token", hashlib.sha256).hexdigest()
    assert first["appsecret_proof"] == proof
    assert all("page-token" not in asked.path for asked in graph_server.asked)


@pytest.mark.parametrize(
    ("value", "named"),
    [({}, {"comment_id": "9_1"}), ({"item": "post", "comment_id": None}, {"post_id": f"{PAGE}_9"})],
)
def test_what_was_written_in_public_is_answered_in_private_and_never_below_it(
    page: Channel, graph_server: GraphServer, desk: Desk, value: dict[str, Any], named: dict[str, str]
) -> None:
    handled(page, *signed(changes=[change(**value)]))
    outbound = sent(page, recipient=desk.got[0].sender, text="รหัสติดตาม 1234-5678")
    asked = graph_server.asked[-1]
    assert (asked.path, json.loads(asked.form["recipient"])) == (f"/v24.0/{PAGE}/messages", named)
    assert (outbound.state, outbound.how, outbound.recipient) == ("sent", "private", "7001")
    assert not [path for path in graph_server.paths() if path.endswith("/comments")]


def test_what_else_waits_for_the_writer_of_a_comment_follows_to_the_person(
    page: Channel, graph_server: GraphServer
) -> None:
    graph_server.failing = [GraphServer.error(10900)]
    failed = sent(page, recipient="comment:9_1", key="k1")
    waits = send(channel_kind="facebook", recipient="comment:9_1", text="กำลังตรวจสอบ", key="k2")
    sent(page, recipient="comment:9_1", key="k3")
    for outbound in (failed, waits):
        outbound.refresh_from_db()
        assert outbound.recipient == "7001"


def test_what_one_private_message_cannot_hold_is_left_to_people(
    page: Channel, graph_server: GraphServer
) -> None:
    before = len(graph_server.asked)
    assert sent(page, recipient="comment:9_1", text="ก" * 2001).state == "failed"
    assert len(graph_server.asked) == before
    graph_server.failing = [GraphServer.error(10900)]
    again = sent(page, recipient="comment:9_1", key="k2")
    assert (again.state, "ไม่ให้ตอบความเห็นนี้" in again.failure) == ("failed", True)


def test_a_recipient_that_is_no_id_reaches_no_other_address(page: Channel, graph_server: GraphServer) -> None:
    before = len(graph_server.asked)
    assert sent(page, recipient="comment:../me/accounts?x=").state == "failed"
    assert len(graph_server.asked) == before


@pytest.mark.parametrize(
    ("reply", "state", "said"),
    [
        (GraphServer.error(613), "waiting", "ช้าลง"),
        (GraphServer.error(4), "waiting", "ช้าลง"),
        (GraphServer.error(2, status=500), "waiting", "ไม่รับข้อความ"),
        (GraphServer.error(100, is_transient=True), "waiting", "ไม่รับข้อความ"),
        (GraphServer.error(10, 2018278), "failed", "เลยเวลา"),
        (GraphServer.error(551), "failed", "ปิดรับ"),
        (GraphServer.error(200), "failed", "สิทธิ"),
        (GraphServer.error(190, 463, 401), "waiting", "ไม่รับรหัส"),
        (Reply(502, b"<html>Bad gateway"), "waiting", "502"),
        (Reply(200, b"[]"), "waiting", "200"),
    ],
)
def test_each_error_is_read_for_what_it_means(
    page: Channel, graph_server: GraphServer, reply: Reply, state: str, said: str
) -> None:
    graph_server.failing = [reply]
    outbound = sent(page)
    assert outbound.state == state
    assert said in outbound.failure
    assert "told in English" not in outbound.failure
