"""Lines that stand still, by the hundred, while people click, write and send a picture from a slow telephone."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest

from prongsai.project.door import SILENCE, SLOWEST
from prongsai.project.tests.installation import Up
from tests.slow.dying import lasting
from tests.slow.test_citizens_at_a_dying_server import OPEN

SOON = 3.0  # seconds: a page takes a few hundredths; the machine of the tests has other work too
PLACES = (
    "complaints/new/photos/",
    "whistle/report/",
    "complaints/new/what/?category=lamp",
    "hooks/line/1/",
    "work/uploads/",
)
HIDDEN = re.compile(r'name="(draft|shown)" value="([^"]*)"')

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    for installation in lasting({"PRONGSAI_PROXIES": "1"}):
        installation.add("banthrai")
        with installation.up("--workers", "2") as up:
            installation.python(OPEN)
            Person(up, "10.9.9.9").reads()
            yield up


class Person:
    """Somebody at a browser, behind an address."""

    def __init__(self, up: Up, address: str) -> None:
        self.up, self.address, self.jar = up, address, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))

    def asks(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, float]:
        token = next((cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken"), "")
        body = None if form is None else urlencode({**form, "csrfmiddlewaretoken": token}).encode()
        request = Request(f"{self.up.url}/banthrai/{path}", body, {"X-Forwarded-For": self.address})
        began = time.monotonic()
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.url, time.monotonic() - began
        except HTTPError as error:
            return error.code, error.url, time.monotonic() - began

    def reads(self) -> float:
        """How long the slowest of some pages took."""
        took = [self.asks(path) for path in ("", "track/", "complaints/new/what/?category=lamp", "whistle/")]
        assert {status for status, _, _ in took} == {200}, took
        return max(seconds for _, _, seconds in took)

    def writes(self, words: str) -> float:
        """How long it took to send what happened: a form that leads on to where it happened."""
        self.asks("complaints/new/what/?category=lamp")
        status, where, seconds = self.asks("complaints/new/what/", {"category": "lamp", "text": words})
        assert (status, where.endswith("/where/")) == (200, True), (status, where)
        return seconds


@contextmanager
def lines(up: Up, sent: list[bytes]) -> Iterator[list[socket.socket]]:
    """Lines on which so much was sent, and on which nobody reads."""
    with ExitStack() as stack:
        found = []
        for each in sent:
            line = stack.enter_context(socket.create_connection(("127.0.0.1", up.port), timeout=60))
            line.sendall(each)
            found.append(line)
        yield found


def head(path: str, address: str, length: int = 200_000, more: str = "") -> bytes:
    return (
        f"POST /banthrai/{path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\n{more}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def stalled(path: str, address: str) -> bytes:
    return head(path, address) + b"a=1"


def nobody_waits(up: Up, neighbour: str) -> None:
    for turn in range(3):
        for address in (neighbour, f"10.8.0.{turn}"):
            person = Person(up, address)
            assert person.reads() < SOON
            assert person.writes(f"ไฟดับ ครั้งที่ {turn}") < SOON


def test_two_hundred_stalled_forms_from_one_address_stop_nobody(up: Up) -> None:
    with lines(up, [stalled(PLACES[n % len(PLACES)], "10.0.0.7") for n in range(200)]):
        time.sleep(1)
        nobody_waits(up, "10.0.0.7")


def test_five_hundred_stalled_forms_from_many_addresses_stop_nobody(up: Up) -> None:
    sent = [stalled(PLACES[n % len(PLACES)], f"10.1.{n // 250}.{n % 250}") for n in range(500)]
    with lines(up, sent):
        time.sleep(1)
        nobody_waits(up, "10.1.0.7")


def test_a_slow_telephone_arrives_beside_stalled_ones_and_those_are_let_go(up: Up) -> None:
    person = Person(up, "10.2.0.7")
    person.asks("complaints/new/what/?category=lamp")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.jar)
    token = next(cookie.value or "" for cookie in person.jar if cookie.name == "csrftoken")
    form = {"category": "lamp", "text": "ส่งจากโทรศัพท์ช้า", "csrfmiddlewaretoken": token, "unused": "ก" * 11_000}
    body = urlencode(form).encode()
    seconds = SILENCE + 10
    each = len(body) / (2 * seconds)
    assert 2 * SLOWEST < 2 * each < 3 * SLOWEST, (
        "about 2.5 kB a second, and longer than anybody may be silent"
    )
    begin = head("complaints/new/what/", "10.2.0.7", len(body), f"Cookie: {cookies}\r\n")
    with lines(up, [begin]) as (slow,), lines(up, [stalled(PLACES[0], "10.2.0.8")] * 20) as others:
        for part in range(int(2 * seconds) + 1):
            slow.sendall(body[int(part * each) : int((part + 1) * each)])
            time.sleep(0.5)
        answer = slow.recv(4096)
        assert answer.startswith(b"HTTP/1.1 302"), answer
        assert b"/where/" in answer
        told = [other.recv(1 << 16) for other in others]
        assert {each[:12] for each in told} == {b"HTTP/1.1 400"}


def test_stalled_headers_and_stalled_readers_stop_nobody(up: Up) -> None:
    half = [b"GET /banthrai/ HTTP/1.1\r\nHost: localhost\r\nX-A: "] * 300
    page = urlopen(f"{up.url}/banthrai/").read().decode()
    style = re.search(r"/static/[^\"]+\.css", page)
    assert style
    unread = [f"GET {style[0]} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 300] * 60
    with lines(up, half), lines(up, unread):
        time.sleep(1)
        nobody_waits(up, "127.0.0.1")
