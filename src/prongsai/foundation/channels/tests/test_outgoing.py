"""Addresses that people typed lead nowhere inside the house: not by name, not by redirect, not by rebinding."""

from __future__ import annotations

import smtplib
import socket
from typing import Any

import pytest

from prongsai.foundation.channels import outgoing
from prongsai.foundation.channels.connectors.email import OfficeServer
from prongsai.foundation.channels.outgoing import Refused, connected, fetch, is_public
from prongsai.foundation.channels.tests.servers import Asked, Reply, Server, page


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1",
        "fe80::1%eth0", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "192.0.0.8", "192.0.0.9", "192.0.0.255", "fec0::1", "feff::1", "64:ff9b:1::808:808", "5f00::1", "::ffff:192.0.0.8",
        "2002:7f00:1::", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_inside_is_inside_whatever_it_is_wrapped_in(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "203.150.1.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_outside_is_outside(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def inside() -> Any:
    server = Server(lambda asked: page("ความลับภายใน"))
    yield server
    server.close()


def test_an_address_inside_is_refused_and_not_even_knocked_at(inside: Server) -> None:
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"):
        with pytest.raises(OSError):
            fetch(f"http://{host}:{inside.port}/")
    assert inside.asked == []


def test_operators_may_allow_a_host_or_one_of_its_ports(inside: Server, settings: Any) -> None:
    settings.OUTGOING_ALLOWED = {f"127.0.0.1:{inside.port}"}
    assert "ความลับ" in fetch(inside.url).text
    settings.OUTGOING_ALLOWED = {"127.0.0.1:1"}
    with pytest.raises(Refused):
        fetch(inside.url)


def test_a_redirect_leads_nowhere_inside(inside: Server, settings: Any) -> None:
    outside = Server(lambda asked: Reply(302, b"", {"Location": f"{inside.url}/latest/meta-data/"}))
    settings.OUTGOING_ALLOWED = {f"127.0.0.1:{outside.port}"}
    with pytest.raises(Refused):
        fetch(outside.url)
    assert inside.asked == []
    outside.close()


def test_a_name_that_changes_between_look_and_connection_leads_nowhere(
    inside: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first answer is outside, every later one inside. Only one answer is ever asked for."""
    answers = iter(["203.0.113.9"])
    asked: list[str] = []

    def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(host)
        address = next(answers, "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(outgoing, "is_public", lambda address: address == "203.0.113.9")
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outgoing, "CONNECT", 0.2)
    with pytest.raises(OSError):
        connected("rebinding.example", inside.port, 0.2)
    assert asked == ["rebinding.example"]
    assert inside.asked == []


def test_of_several_addresses_only_those_outside_are_tried(
    inside: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, inside.port))
        for address in ("10.0.0.1", "127.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(Refused):
        connected("office.example", inside.port)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://x/",
        "http://user@example.org/",
        "http:///x",
        "javascript:1",
    ],
)
def test_only_plain_web_addresses_are_opened(url: str) -> None:
    with pytest.raises(Refused):
        fetch(url)


def test_a_redirect_to_another_scheme_is_refused(settings: Any) -> None:
    server = Server(lambda asked: Reply(302, b"", {"Location": "file:///etc/passwd"}))
    settings.OUTGOING_ALLOWED = {"127.0.0.1"}
    with pytest.raises(Refused):
        fetch(server.url)
    server.close()


def test_what_is_too_large_too_slow_or_turns_in_circles_is_given_up(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.path == "/large":
            return page("x" * 5000)
        if asked.path == "/circle":
            return Reply(302, b"", {"Location": "/circle"})
        return Reply(pause=2.0)

    server = Server(answer)
    settings.OUTGOING_ALLOWED = {"127.0.0.1"}
    with pytest.raises(Refused, match="ใหญ่เกิน"):
        fetch(server.url + "/large", largest=4999)
    assert len(fetch(server.url + "/large", largest=5000).body) == 5000
    with pytest.raises(Refused, match="เปลี่ยนเส้นทาง"):
        fetch(server.url + "/circle")
    monkeypatch.setattr(outgoing, "READ", 0.2)
    with pytest.raises(OSError, match="ไม่สำเร็จ"):
        fetch(server.url + "/slow")
    server.close()


def test_mail_servers_inside_are_refused_too() -> None:
    server = OfficeServer(host="127.0.0.1", port=25)
    with pytest.raises(Refused):
        server.open()
    assert not isinstance(server.connection, smtplib.SMTP)
