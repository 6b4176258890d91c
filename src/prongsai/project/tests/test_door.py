"""What stands between the lines and the application: nothing waits for a line but the line itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import pytest

from prongsai.project import door
from prongsai.project.door import Door, Places, environ_of
from prongsai.ui.arriving import BUSY, LATE, UNREAD

Message = dict[str, Any]


def scope(
    path: str = "/banthrai/", headers: Iterable[tuple[bytes, bytes]] = (), method: str = "POST"
) -> Message:
    return {
        "type": "http", "method": method, "path": path, "query_string": b"", "http_version": "1.1", "scheme": "http",
        "client": ("203.0.113.7", 40_000), "server": ("127.0.0.1", 8_000), "headers": list(headers),
    }  # fmt: skip


class Line:
    """What comes and what is taken, `pause` seconds after one another; a last piece of None never comes."""

    def __init__(self, *pieces: bytes | None, pause: float = 0) -> None:
        self.pieces, self.pause, self.sent = list(pieces), pause, list[Message]()
        self.takes: Callable[[], Awaitable[None]] = self._at_once

    async def receive(self) -> Message:
        await asyncio.sleep(self.pause)
        piece = self.pieces.pop(0)
        if piece is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            await self.takes()
        self.sent.append(message)

    async def _at_once(self) -> None:
        return None

    @property
    def said(self) -> bytes:
        return b"".join(each.get("body", b"") for each in self.sent)


def told(environ: Message, start: Any) -> list[bytes]:
    """Answers with what arrived, or with why it did not."""
    start("200 OK", [("Content-Type", "text/plain")])
    return [str(environ.get(UNREAD, "")).encode() + environ["wsgi.input"].read()]


LENGTH = [(b"content-length", b"6")]


def answered(made: Door, line: Line, **given: Any) -> Line:
    asyncio.run(made(scope(**{"headers": LENGTH, **given}), line.receive, line.send))
    return line


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AT_ONCE": 0.02, "SILENCE": 0.2, "PATIENCE": 0.3, "PAUSE": 0.05}.items():
        monkeypatch.setattr(door, name, value)


def test_a_body_is_whole_before_a_thread_is_given_to_it() -> None:
    began = list[int]()

    def application(environ: Message, start: Any) -> list[bytes]:
        began.append(len(line.pieces))
        return told(environ, start)

    line = Line(b"abc", b"def", pause=0.02)
    assert answered(Door(application), line).said == b"abcdef"
    assert began == [0]
    assert threading.current_thread().name != "answers"


@pytest.mark.usefixtures("hasty")
def test_a_body_that_stops_coming_is_let_go() -> None:
    made = Door(told)
    line = answered(made, Line(b"abc", None))
    assert line.said == str(LATE).encode()
    assert (b"connection", b"close") in line.sent[0]["headers"]
    assert (made.places.count, made.held) == (0, {False: 0, True: 0})


@pytest.mark.usefixtures("hasty")
def test_a_body_that_trickles_is_let_go_and_one_that_is_slow_arrives() -> None:
    trickle, slow = [b"a"] * 20, [b"a" * 100] * 20
    assert answered(Door(told), Line(*trickle, pause=0.05)).said == str(LATE).encode()
    assert answered(Door(told), Line(*slow, pause=0.05)).said == b"a" * 2_000


def test_a_line_that_was_cut_is_not_answered() -> None:
    async def cut() -> Message:
        return {"type": "http.disconnect"}

    line = Line()
    asyncio.run(Door(told)(scope(headers=LENGTH), cut, line.send))
    assert line.sent == []


@pytest.mark.usefixtures("hasty")
def test_who_was_silent_longest_gives_its_place_to_who_comes() -> None:
    async def all_at_once() -> tuple[Line, Line]:
        made = Door(told)
        made.places = Places(of_line=1)
        silent, slow = Line(b"abc", None), Line(b"abc", b"def", pause=0.06)
        first = asyncio.ensure_future(made(scope(headers=LENGTH), silent.receive, silent.send))
        await asyncio.sleep(0.1)
        await made(scope(headers=LENGTH), slow.receive, slow.send)
        assert first.done(), "it was told at once"
        return silent, slow

    silent, slow = asyncio.run(all_at_once())
    assert slow.said == b"abcdef"
    assert silent.said == str(LATE).encode()


@pytest.mark.usefixtures("hasty")
def test_where_nobody_is_silent_who_comes_is_told_to_wait_and_what_comes_at_once_needs_no_place() -> None:
    async def all_at_once() -> tuple[Line, Line]:
        made = Door(told)
        made.places = Places(of_line=1)
        busy, slow, quick = (
            Line(*[b"abc"] * 20, pause=0.03),
            Line(b"abc", b"def", pause=0.04),
            Line(b"abcdef"),
        )
        first = asyncio.ensure_future(made(scope(headers=LENGTH), busy.receive, busy.send))
        await asyncio.sleep(0.1)
        for line in (slow, quick):
            await made(scope(headers=LENGTH), line.receive, line.send)
        first.cancel()
        return slow, quick

    slow, quick = asyncio.run(all_at_once())
    assert slow.said == str(BUSY).encode()
    assert quick.said == b"abcdef"


def test_a_place_for_all_lines_is_taken_from_the_busiest() -> None:
    async def entered() -> None:
        places = Places(of_line=3, of_all=4)
        busy = [places.enter("busy") for _ in range(3)]
        other = places.enter("other")
        assert places.enter("new") is None, "all of them were just heard"
        for each in (*busy, other):
            each.heard -= 10  # type: ignore[union-attr]
        other.heard -= 10  # type: ignore[union-attr]
        for each in (*busy, other):
            each.task = None  # type: ignore[union-attr]
        assert places.enter("new") is not None
        assert not other.given_up  # type: ignore[union-attr]

    asyncio.run(entered())


def test_bodies_of_pages_on_which_nobody_is_known_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    files = list[str]()
    real = door.tempfile.TemporaryFile

    def made(*args: Any) -> Any:
        files.append(door.__name__)
        return real(*args)

    monkeypatch.setattr(door.tempfile, "TemporaryFile", made)
    whole = [b"x" * (door.SPOOLED // 2)] * 3
    for path, expected in (("/banthrai/whistle/report/", 0), ("/banthrai/complaints/new/photos/", 1)):
        assert len(answered(Door(told), Line(*whole), path=path).said) == len(whole) * len(whole[0])
        assert len(files) == expected, path


def test_no_more_is_held_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "ON_DISK", 5)
    made = Door(told)
    assert answered(made, Line(b"abc", b"def")).said == str(BUSY).encode()
    assert made.held == {False: 0, True: 0}


def test_what_says_that_it_is_larger_than_any_may_be_is_not_read() -> None:
    def application(environ: Message, start: Any) -> list[bytes]:
        with pytest.raises(OSError, match="not read"):
            environ["wsgi.input"].read()
        return told({**environ, "wsgi.input": environ["wsgi.input"].__class__.__mro__[1]()}, start)

    line = Line(b"abc")
    answered(Door(application), line, headers=[(b"content-length", str(door.LARGEST + 1).encode())])
    assert line.pieces == [b"abc"]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("whole", [b"x" * (5 * door.PIECE + 1), b"x" * door.PIECE, b"", b"x"])
def test_a_long_answer_is_handed_over_piece_by_piece(whole: bytes) -> None:
    def application(environ: Message, start: Any) -> list[bytes]:
        start("200 OK", [])
        return [whole]

    line = answered(Door(application), Line(), headers=())
    assert line.said == whole
    assert max(len(each.get("body", b"")) for each in line.sent) <= door.PIECE
    assert not line.sent[-1].get("more_body")


@pytest.mark.usefixtures("hasty")
def test_who_does_not_read_an_answer_holds_no_thread_and_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "SLOWEST", 10_000_000)
    closed = list[bool]()

    class Content:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"x" * door.PIECE] * 5)

        def close(self) -> None:
            closed.append(True)

    def application(environ: Message, start: Any) -> Any:
        start("200 OK", [])
        return Content() if environ["PATH_INFO"] == "/big" else [b"small"]

    async def all_at_once() -> Line:
        made, stalled, other = Door(application, threads=1), Line(), Line()
        stalled.takes = asyncio.Event().wait  # type: ignore[assignment]
        first = asyncio.ensure_future(made(scope("/big"), stalled.receive, stalled.send))
        await asyncio.sleep(0.05)
        await made(scope("/small"), other.receive, other.send)
        assert not first.done()
        assert other.said == b"small"
        await first
        return stalled

    assert asyncio.run(all_at_once()).said == b""
    assert closed == [True]


def test_headers_are_as_the_application_knows_them_and_none_passes_for_another() -> None:
    environ = environ_of(
        scope(
            "/บ้าน/",
            [
                (b"host", b"office.example"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"content-type", b"text/x"),
                (b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"198.51.100.2"),
                (b"x_forwarded_for", b"10.0.0.1"),
            ],
        )
    )  # fmt: skip
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/บ้าน/"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_X_FORWARDED_FOR"] == "198.51.100.1,198.51.100.2"
    assert (environ["CONTENT_TYPE"], environ["REMOTE_ADDR"]) == ("text/x", "203.0.113.7")
