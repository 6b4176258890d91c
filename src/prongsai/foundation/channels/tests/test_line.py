"""LINE over HTTP: signatures, redelivery, reply before push, quota, errors, retry keys, content."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from prongsai.foundation.channels.connectors import connector_of
from prongsai.foundation.channels.connectors.base import Forged
from prongsai.foundation.channels.models import Channel, Inbound, Outbound
from prongsai.foundation.channels.services import deliver, handle_inbound, send
from prongsai.foundation.channels.services.inbound import receive_arrival
from prongsai.foundation.channels.tests.conftest import SECRET, Desk, waiting
from prongsai.foundation.channels.tests.servers import LineServer, Reply
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel import clock

USER = "U4af4980629e3f0c5"


def event(
    number: int = 1, *, token: str = "rt-1", redelivery: bool = False, **message: Any
) -> dict[str, Any]:
    return {
        "type": "message",
        "mode": "active",
        "timestamp": int(clock.now().timestamp() * 1000),
        "source": {"type": "user", "userId": USER},
        "webhookEventId": f"01FZ74A0TDDPYRVKNK77XKC3{number:02d}",
        "deliveryContext": {"isRedelivery": redelivery},
        "replyToken": token,
        "message": {"id": "444573844083572737", "type": "text", "text": "ไฟดับหน้าวัด", **message},
    }


def signed(*events: dict[str, Any], secret: str = SECRET) -> tuple[dict[str, str], bytes]:
    content = json.dumps({"destination": "U0b0t", "events": events}, ensure_ascii=False).encode()
    mac = base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()
    return {"x-line-signature": mac}, content


def delivered(line: Channel, *events: dict[str, Any]) -> list[Inbound]:
    connector = connector_of("line")
    assert connector is not None
    return [receive_arrival(line, arrival) for arrival in connector.arrivals(line, *signed(*events))]


def handled(line: Channel, *events: dict[str, Any]) -> list[Inbound]:
    found = delivered(line, *events)
    for inbound in found:
        handle_inbound(organization_id=inbound.organization_id, inbound_id=inbound.pk)  # type: ignore[attr-defined]
        inbound.refresh_from_db()
    return found


def sent(line: Channel, **more: Any) -> Outbound:
    outbound = send(
        **{
            "channel_kind": "line",
            "recipient": USER,
            "text": "รับเรื่องแล้ว",
            "key": f"k{Outbound.objects.count()}",
            **more,
        }
    )
    deliver(organization_id=line.organization_id, outbound_id=outbound.pk)  # type: ignore[attr-defined]
    outbound.refresh_from_db()
    return outbound


def again(outbound: Outbound, minutes: int) -> Outbound:
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        deliver(organization_id=outbound.organization_id, outbound_id=outbound.pk)  # type: ignore[attr-defined]
    outbound.refresh_from_db()
    return outbound


# -- coming in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forge", ["secret", "signature", "content", "none"])
def test_what_line_did_not_sign_is_refused(line: Channel, forge: str) -> None:
    connector = connector_of("line")
    assert connector is not None
    headers, content = signed(event(), secret="other" if forge == "secret" else SECRET)
    headers = {} if forge == "none" else {"x-line-signature": "AAAA"} if forge == "signature" else headers
    content += b" " if forge == "content" else b""
    with pytest.raises(Forged):
        connector.arrivals(line, headers, content)


def test_a_message_reaches_the_modules_with_what_an_answer_needs(line: Channel, desk: Desk) -> None:
    (inbound,) = handled(line, event())
    (got,) = desk.got
    assert (got.channel_kind, got.sender, got.text) == ("line", USER, "ไฟดับหน้าวัด")
    assert (got.id, got.channel_id, got.source_key) == (inbound.pk, line.pk, "01FZ74A0TDDPYRVKNK77XKC301")
    assert got.reply_to == "rt-1"
    assert got.reply_until is not None
    assert timedelta() < got.reply_until - clock.now() < timedelta(minutes=1)
    assert inbound.handled_as == "case:1"


def test_a_redelivered_event_is_one_message(line: Channel, desk: Desk) -> None:
    handled(line, event(1))
    handled(line, event(1, redelivery=True), event(2))
    handled(line, event(1, redelivery=True))
    assert Inbound.objects.count() == len(desk.got) == 2


@pytest.mark.parametrize(
    ("sent", "counts_from"),
    [
        (datetime(2025, 9, 30, 23, 50, tzinfo=clock.BANGKOK), datetime(2025, 9, 30, 23, 50, tzinfo=clock.BANGKOK)),
        (datetime(2025, 9, 10, tzinfo=clock.BANGKOK), datetime(2025, 10, 1, 2, tzinfo=clock.BANGKOK)),
        (datetime(2025, 10, 1, 2, 1, tzinfo=clock.BANGKOK), datetime(2025, 10, 1, 2, tzinfo=clock.BANGKOK)),
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(2025, 10, 1, 2, tzinfo=clock.BANGKOK)),
    ],
    ids=["before midnight", "weeks ago", "in the future", "no time"],
)  # fmt: skip
def test_what_is_delivered_late_counts_from_when_it_was_written(
    line: Channel, desk: Desk, sent: datetime, counts_from: datetime
) -> None:
    """The fiscal year ends at midnight; the server was away, and LINE delivers again."""
    late = {**event(redelivery=True), "timestamp": int(sent.timestamp() * 1000)}
    with clock.at(datetime(2025, 10, 1, 2, tzinfo=clock.BANGKOK)):
        (inbound,) = handled(line, late)
    assert inbound.received_at == desk.got[0].received_at == counts_from


def test_lines_own_test_delivery_and_other_events_are_taken_quietly(line: Channel, desk: Desk) -> None:
    group = event(3) | {"source": {"type": "group", "groupId": "C1", "userId": USER}}
    follow = event(4) | {"type": "follow"}
    assert delivered(line) == []
    assert delivered(line, group, follow) == []


def test_a_photograph_is_fetched_and_kept(line: Channel, line_server: LineServer, desk: Desk) -> None:
    picture = BytesIO()
    Image.new("RGB", (8, 8), "gray").save(picture, "JPEG")
    line_server.content["900"] = Reply(200, picture.getvalue(), kind="image/jpeg")
    handled(line, event(type="image", id="900"))
    (sha256,) = desk.got[0].files
    assert StoredFile.objects.get(sha256=sha256).content_type == "image/jpeg"


def test_content_that_is_not_ready_is_waited_for_and_what_is_gone_is_told(
    line: Channel, line_server: LineServer, desk: Desk
) -> None:
    line_server.content["901"] = Reply(202)
    (inbound,) = handled(line, event(5, type="image", id="901"))
    assert (inbound.handled_at, inbound.tries, desk.got) == (None, 1, [])
    assert "202" in inbound.failure
    assert [job["inbound_id"] for job in waiting("handle_inbound") if job["at"]] == [inbound.pk]
    handled(line, event(6, type="image", id="gone"))
    assert "LINE ไม่เก็บไฟล์นี้แล้ว" in desk.got[0].text


def test_a_program_sent_as_a_picture_is_not_kept_and_the_message_still_arrives(
    line: Channel, line_server: LineServer, desk: Desk
) -> None:
    line_server.content["902"] = Reply(200, b"MZ\x90\x00" + b"\0" * 100, kind="image/jpeg")
    line_server.content["903"] = Reply(200, b"x" * 3000)
    handled(line, event(7, type="file", id="902", fileName="ภาพ.exe", fileSize=104))
    handled(line, event(8, type="file", id="903", fileName="ใหญ่.pdf", fileSize=10**9))
    assert [got.files for got in desk.got] == [(), ()]
    assert all("รับไว้ไม่ได้" in got.text for got in desk.got)


def test_a_place_becomes_words_and_a_sticker_nothing(line: Channel, desk: Desk) -> None:
    handled(line, event(9, type="location", address="หมู่ 3", latitude=15.1, longitude=103.2))
    (sticker,) = handled(line, event(10, type="sticker"))
    assert desk.got[0].text == "หมู่ 3\nพิกัด 15.1, 103.2"
    assert sticker.handled_as.startswith("ignored")


def test_a_kind_of_message_that_nobody_knows_waits_for_a_person(line: Channel, desk: Desk) -> None:
    (held,) = handled(line, event(11, type="hologram"))
    assert (held.handled_at, "ข้อความชนิด hologram" in held.failure, desk.got) == (None, True, [])


# -- going out ------------------------------------------------------------------------------------------------------


def test_an_answer_goes_by_the_reply_token_and_spares_the_quota(
    line: Channel, line_server: LineServer
) -> None:
    line_server.tokens.add("rt-1")
    outbound = sent(line, reply_to="rt-1", reply_until=clock.now() + timedelta(seconds=40))
    assert (outbound.state, outbound.how, line_server.used) == ("sent", "reply", 0)
    assert outbound.text == "", "it may hold the code of a case"


@pytest.mark.parametrize("token", ["used", "late", "none"])
def test_without_a_token_that_holds_it_is_pushed(line: Channel, line_server: LineServer, token: str) -> None:
    line_server.tokens.add("rt-late")
    until = clock.now() + timedelta(seconds=-1 if token == "late" else 40)
    reply = {} if token == "none" else {"reply_to": f"rt-{token}", "reply_until": until}
    outbound = sent(line, **reply)
    assert (outbound.state, outbound.how, line_server.used) == ("sent", "push", 1)


def test_a_long_answer_goes_in_pieces(line: Channel, line_server: LineServer) -> None:
    sent(line, text="ก" * 11_000)
    assert [len(text) for text in line_server.texts] == [5000, 5000, 1000]


def test_nothing_is_pushed_beyond_the_quota_and_it_waits(line: Channel, line_server: LineServer) -> None:
    line_server.used = 300
    outbound = sent(line)
    assert (outbound.state, outbound.attempts) == ("waiting", 1)
    assert "โควตา" in outbound.failure
    assert outbound.next_at - clock.now() > timedelta(hours=11)
    assert "POST /v2/bot/message/push" not in line_server.paths()
    line_server.limit = None
    assert again(outbound, 13 * 60).state == "sent"


def test_what_can_still_be_replied_for_nothing_does_not_wait_for_the_quota(
    line: Channel, line_server: LineServer
) -> None:
    line_server.used = 300
    assert sent(line, key="waits").how == "channel"
    line_server.tokens.add("rt-1")
    outbound = sent(line, key="k2", reply_to="rt-1", reply_until=clock.now() + timedelta(seconds=40))
    assert (outbound.state, outbound.how) == ("sent", "reply")
    late = sent(line, key="k3", reply_to="rt-2", reply_until=clock.now() - timedelta(seconds=1))
    assert (late.state, late.attempts) == ("waiting", 0)


def test_a_try_that_was_taken_though_the_answer_was_lost_is_not_sent_twice(
    line: Channel, line_server: LineServer
) -> None:
    line_server.failing = [Reply(500, {"message": "Internal server error"})]
    outbound = sent(line)
    first = line_server.asked[-1]
    assert (outbound.state, outbound.attempts) == ("waiting", 1)
    line_server.keys.add(first.headers["x-line-retry-key"])  # it was taken all the same
    outbound = again(outbound, 2)
    assert (outbound.state, outbound.how) == ("sent", "push")
    assert line_server.texts == []
    assert line_server.asked[-1].headers["x-line-retry-key"] == first.headers["x-line-retry-key"]


@pytest.mark.parametrize(
    ("reply", "state", "said"),
    [
        (
            Reply(429, {"message": "The API rate limit has been exceeded. Try again later."}),
            "waiting",
            "ช้าลง",
        ),
        (Reply(429, {"message": "You have reached your monthly limit."}), "waiting", "โควตา"),
        (Reply(503, b"upstream"), "waiting", "ขัดข้อง"),
        (Reply(400, {"message": "The property, 'to', in the request body is invalid"}), "failed", "400"),
        (Reply(401, {"message": "Authentication failed"}), "waiting", "ไม่รับรหัสเข้าถึง"),
        (Reply(200, b"not json"), "waiting", "ติดต่อ LINE ไม่ได้"),
    ],
)
def test_each_error_is_read_for_what_it_means(
    line: Channel, line_server: LineServer, reply: Reply, state: str, said: str
) -> None:
    line_server.failing = [reply]
    outbound = sent(line)
    assert outbound.state == state
    assert said in outbound.failure
    assert "Authentication" not in outbound.failure


def test_a_silent_service_is_waited_for_no_longer_than_it_takes(
    line: Channel, line_server: LineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prongsai.foundation.channels.connectors.line.TIMEOUT", (0.2, 0.2))
    line_server.failing = [Reply(200, pause=1.5)]
    outbound = sent(line)
    assert (outbound.state, outbound.failure) == ("waiting", "ติดต่อ LINE ไม่ได้")
