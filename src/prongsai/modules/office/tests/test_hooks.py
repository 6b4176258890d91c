"""Deliveries over HTTP, as the services make them: kept in the request, handled by a job, refused when not signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.channels.connectors.signing import signature
from prongsai.foundation.channels.models import Channel, ChannelCheck, Inbound
from prongsai.foundation.channels.services import close_channel, make_prober, open_channel, stop_prober
from prongsai.foundation.channels.tests.conftest import (
    MANAGER,
    desk,
    graph_server,
    line,
    line_server,
    office,
    page,
)
from prongsai.foundation.channels.tests.test_email import hooked, mail
from prongsai.foundation.channels.tests.test_facebook import message
from prongsai.foundation.channels.tests.test_facebook import signed as signed_facebook
from prongsai.foundation.channels.tests.test_line import event
from prongsai.foundation.channels.tests.test_line import signed as signed_line
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from tests.cast import donsai

__all__ = ["desk", "graph_server", "hooked", "line", "line_server", "office", "page"]

pytestmark = pytest.mark.django_db


def delivered(channel: Channel, headers: dict[str, str], content: bytes, office: str = "banthrai") -> int:
    path = f"/{office}/hooks/{channel.kind}/{channel.pk}/"
    sent = Client(enforce_csrf_checks=True).post(
        path, content, content_type="application/json", headers=headers
    )
    return sent.status_code


def test_a_signed_delivery_is_kept_and_answered_at_once(line: Channel) -> None:
    assert [delivered(line, *signed_line(event(1), event(2))) for _again in range(2)] == [200, 200]
    assert [inbound.handled_at for inbound in Inbound.objects.all()] == [None, None]
    assert delivered(line, *signed_line()) == 200, "LINE tries the address with a delivery of nothing"


def test_what_is_not_signed_is_refused_and_nothing_is_kept(
    line: Channel, page: Channel, hooked: Channel
) -> None:
    for channel in (line, page, hooked):
        assert delivered(channel, {}, b'{"events": []}') == 403
    assert not Inbound.objects.exists()


def test_nonsense_that_is_signed_is_told_so_and_what_is_too_large_is_not_read(line: Channel) -> None:
    import base64

    for content in (
        b"not json",
        b"[]",
        b'{"events": [1]}',
        b'{"events": [{"type": "message", "webhookEventId": "1", "source": {"type": "user"}, "timestamp": "x"}]}',
    ):
        mac = base64.b64encode(hmac.new(b"line-channel-secret", content, hashlib.sha256).digest()).decode()
        assert delivered(line, {"x-line-signature": mac}, content) == 400
    assert delivered(line, {}, b"x" * (1024 * 1024 + 1)) == 413


def test_the_address_opens_for_its_own_channel_alone(
    line: Channel, page: Channel, office: Organization
) -> None:
    headers, content = signed_line(event())
    path = f"/banthrai/hooks/facebook/{line.pk}/"
    assert Client().post(path, content, content_type="application/json", headers=headers).status_code == 404
    with scope(donsai().pk):
        pass
    assert delivered(line, headers, content, office="donsai") == 404
    close_channel(actor=MANAGER, channel=line, reason="เลิกใช้")
    assert delivered(line, headers, content) == 404
    assert Client().get(f"/banthrai/hooks/line/{page.pk}/").status_code == 405


def test_facebooks_challenge_is_answered_with_the_right_word_only(page: Channel) -> None:
    path = f"/banthrai/hooks/facebook/{page.pk}/?hub.mode=subscribe&hub.challenge=42&hub.verify_token="
    right, wrong = Client().get(path + "verify-me"), Client().get(path + "guess")
    assert (right.status_code, right.content, right["Content-Type"]) == (200, b"42", "text/plain")
    assert wrong.status_code == 403
    assert delivered(page, *signed_facebook(messaging=[message()])) == 200
    assert Inbound.objects.get().source_key == "m_1"


def test_a_mail_is_handed_over_by_a_mail_server(hooked: Channel) -> None:
    raw, stamp = mail().as_bytes(), str(int(clock.now().timestamp()))
    headers = {"x-prongsai-time": stamp, "x-prongsai-signature": signature("hook-secret", stamp, raw)}
    assert [delivered(hooked, headers, raw) for _again in range(2)] == [200, 200]
    assert Inbound.objects.get().source_key.startswith("<m1@example.com> ")


# -- the second prober -----------------------------------------------------------------------------------------------


def reported(key: str, told: Any, *, secret: str = "", age: int = 0) -> tuple[int, Any]:
    number, _, own = key.partition(".")
    content = told if isinstance(told, bytes) else json.dumps(told).encode()
    stamp = str(int(clock.now().timestamp()) - age)
    headers = {
        "x-prongsai-key": number,
        "x-prongsai-time": stamp,
        "x-prongsai-signature": signature(secret or own, stamp, content),
    }
    answer = Client().post(
        "/banthrai/hooks/probe/", content, content_type="application/json", headers=headers
    )
    return answer.status_code, answer.json() if answer.content else None


def test_a_prober_gets_a_mark_and_reports_what_it_found(office: Organization) -> None:
    web = open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")
    made = make_prober(actor=MANAGER, name="อำเภอ")
    status, told = reported(made.key, {"ask": "marker"})
    assert (status, told["channels"]) == (200, [{"id": web.pk, "kind": "web", "name": web.name}])
    assert "PRONGSAI-CHECK-" in told["marker"]
    looks = [
        {"kind": "web", "at": clock.now().isoformat(), "ok": False, "took_ms": 12, "note": "ติดต่อไม่ได้"},
        {"kind": "box", "at": clock.now().isoformat(), "ok": True},
        {"kind": "web", "at": "2020-01-01T00:00:00+07:00", "ok": True},
    ]
    assert reported(made.key, {"looks": looks}) == (200, {"taken": 1})
    check = ChannelCheck.objects.get()
    assert (check.how, check.ok, check.took_ms, check.note) == ("probe", False, 12, "ติดต่อไม่ได้")
    web.refresh_from_db()
    assert web.is_down
    made.prober.refresh_from_db()
    assert made.prober.last_seen_at is not None


def test_nobody_else_reports(office: Organization) -> None:
    open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")
    made = make_prober(actor=MANAGER, name="อำเภอ")
    told = {"looks": [{"kind": "web", "at": clock.now().isoformat(), "ok": False}]}
    assert reported(made.key, told, secret="guess")[0] == 403
    assert reported(made.key, told, age=11 * 60)[0] == 403
    assert reported("000000000000.x", told)[0] == 403
    for nonsense in (
        b"x",
        b"[]",
        {"looks": 1},
        {"looks": [1]},
        {"looks": [{"at": "x", "ok": True}]},
        {"looks": [{}] * 501},
    ):
        assert reported(made.key, nonsense)[0] == 400
    stop_prober(actor=MANAGER, prober=made.prober)
    assert reported(made.key, told)[0] == 403
    assert not ChannelCheck.objects.exists()
