"""What stands between the lines and the application: a thread answers, and no thread ever waits for a line.

Threads are few, and each may hold a database connection. So a request is given one when all of it has arrived, and an
answer that is read slowly is handed over piece by piece without one. A body has to come: after SILENCE without a byte,
or when less than SLOWEST came for longer than PATIENCE, it is let go. Most arrive at once; the others take a place, of
which each line and all lines together have some. Where none is free, the one that was silent longest gives up its own.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import IO, Any

from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from prongsai.foundation.accounts.failures import network_of
from prongsai.ui.arriving import BUSY, LATE, UNREAD
from prongsai.ui.discreet import is_discreet

THREADS = 3  # of each web process; the pool of database connections is a little larger
SLOWEST = 1_000  # bytes a second: a telephone on the slowest line has more than twice that
PATIENCE = 30.0  # seconds that a line may lag behind that
SILENCE = 30.0  # seconds without a byte
AT_ONCE = 2.0  # seconds: what has arrived by then takes no place
OF_LINE, OF_ALL = 64, 1_024  # places of each web process
PAUSE = 3.0  # seconds of silence after which a place can be given to another
LARGEST = 200 << 20  # bytes of one body
ON_DISK, IN_MEMORY = 2 << 30, 256 << 20  # bytes of all bodies of a web process
SPOOLED = 256 << 10  # bytes of a body that stay in memory
PIECE = 128 << 10  # bytes of an answer handed over at a time

Environ = dict[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Refused(Exception):
    """The body does not come to its end here; `args[0]` is what the sender is told."""


class Gone(Exception):
    """Nobody waits for an answer any more."""


@dataclass(eq=False)
class Place:
    """A body under way."""

    line: str
    task: asyncio.Task[Any] | None
    heard: float = field(default_factory=time.monotonic)
    given_up: bool = False


class Places:
    """The bodies under way in this process, by line."""

    def __init__(self, of_line: int = OF_LINE, of_all: int = OF_ALL) -> None:
        self.of_line, self.of_all, self.count = of_line, of_all, 0
        self._lines: dict[str, set[Place]] = defaultdict(set)

    def enter(self, line: str) -> Place | None:
        """A place, if need be that of a silent one: of the same line when it has all its own, else of the busiest."""
        if len(self._lines[line]) >= self.of_line and not self._freed(self._lines[line]):
            return None
        if self.count >= self.of_all and not self._freed(max(self._lines.values(), key=len)):
            return None
        place = Place(line, asyncio.current_task())
        self._lines[line].add(place)
        self.count += 1
        return place

    def leave(self, place: Place) -> None:
        mine = self._lines[place.line]
        if place in mine:
            mine.remove(place)
            self.count -= 1
        if not mine:
            del self._lines[place.line]

    def _freed(self, places: set[Place]) -> bool:
        silent = min(places, key=lambda each: each.heard)
        if time.monotonic() - silent.heard < PAUSE:
            return False
        silent.given_up = True
        places.remove(silent)
        self.count -= 1
        if silent.task:
            silent.task.cancel()
        return True


class Body:
    """What has arrived. Large ones stand in an unnamed file, but those of pages on which nobody is known never do."""

    def __init__(self, door: Door, path: str) -> None:
        self.door, self.path, self.size = door, path, 0
        self.discreet: bool | None = None  # not asked yet: most bodies are small
        self.file: IO[bytes] = BytesIO()

    def write(self, chunk: bytes) -> None:
        if self.discreet is None and self.size + len(chunk) > SPOOLED:
            self.discreet = _is_discreet(self.path)
            if not self.discreet:
                held, self.file = self.file, tempfile.TemporaryFile()  # noqa: SIM115 (`close` closes it)
                self.file.write(held.getvalue())  # type: ignore[attr-defined]
        self.file.write(chunk)
        self.size += len(chunk)
        self.door.held[bool(self.discreet)] += len(chunk)
        if self.size > LARGEST or self.door.held[bool(self.discreet)] > (
            IN_MEMORY if self.discreet else ON_DISK
        ):
            raise Refused(BUSY)

    def close(self) -> None:
        self.door.held[bool(self.discreet)] -= self.size
        self.size = 0
        self.file.close()


@dataclass
class Answer:
    """What the application said: its first piece, and where the others come from if there are any."""

    status: int
    headers: list[tuple[bytes, bytes]]
    first: bytes
    more: Pieces | None


class Pieces:
    """The content of an answer, some at a time. To be used from a thread of the pool."""

    def __init__(self, content: Iterable[bytes]) -> None:
        self.content = content
        self._rest, self._chunks = b"", iter(content)

    def next(self) -> bytes:
        """About PIECE bytes; none when there are no more."""
        found = [self._rest] if self._rest else []
        size = len(self._rest)
        while size < PIECE and (chunk := next(self._chunks, None)) is not None:
            found.append(chunk)
            size += len(chunk)
        whole = found[0] if len(found) == 1 else b"".join(found)
        self._rest = whole[PIECE:] if len(whole) > PIECE else b""
        return whole[:PIECE] if self._rest else whole

    def close(self) -> None:
        close = getattr(self.content, "close", None)
        if close is not None:
            close()
        connections.close_all()


class Door:
    """The ASGI application around the one that answers in threads."""

    def __init__(self, application: Callable[..., Iterable[bytes]], threads: int = THREADS) -> None:
        self.application = application
        self.places = Places()
        self.held = {False: 0, True: 0}  # bytes of bodies; of discreet pages apart
        self._key = os.urandom(32)
        self._pool = ThreadPoolExecutor(threads, "answers")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        environ = environ_of(scope)
        body = Body(self, scope["path"])
        try:
            await self._take_in(environ, body, receive)
            answer = await asyncio.get_running_loop().run_in_executor(self._pool, self._answer, environ)
        except Gone:
            return
        finally:
            body.close()
        await self._hand_over(answer, send)

    # --- what arrives ---

    async def _take_in(self, environ: Environ, body: Body, receive: Receive) -> None:
        """Complete `environ` by what was sent, or by why it was not taken. Raises Gone."""
        environ["wsgi.input"] = body.file
        length = environ.get("CONTENT_LENGTH", "")
        chunked = "chunked" in environ.pop("HTTP_TRANSFER_ENCODING", "").lower()
        if length in {"", "0"} and not chunked:
            return
        if length.isdecimal() and int(length) > LARGEST:
            environ["wsgi.input"] = Unread()
            return
        try:
            async for chunk in self._arriving(environ, receive):
                body.write(chunk)
        except Refused as refused:
            environ |= {UNREAD: refused.args[0], "CONTENT_LENGTH": "0", "wsgi.input": BytesIO()}
            return
        body.file.seek(0)
        environ |= {"wsgi.input": body.file, "CONTENT_LENGTH": str(body.size)}

    async def _arriving(self, environ: Environ, receive: Receive) -> AsyncIterator[bytes]:
        """The pieces of a body. Raises Refused for one that does not come, Gone when the line was cut."""
        began, received, place = time.monotonic(), 0, None
        coming = asyncio.ensure_future(receive())
        try:
            while True:
                now = time.monotonic() - began
                left = min(SILENCE, PATIENCE + received / SLOWEST - now)
                arrived = await _arrives(coming, left if place else min(left, AT_ONCE - now), place)
                if not arrived and (place is not None or left <= 0):
                    raise Refused(LATE)
                if not arrived or (place is None and now > AT_ONCE):
                    place = self.places.enter(self._line(environ))
                    if place is None:
                        raise Refused(BUSY)
                if not arrived:
                    continue
                message = coming.result()
                if message["type"] != "http.request":
                    raise Gone
                if place is not None:
                    place.heard = time.monotonic()
                chunk = message.get("body", b"")
                received += len(chunk)
                yield chunk
                if not message.get("more_body"):
                    return
                coming = asyncio.ensure_future(receive())
        finally:
            coming.cancel()
            if place is not None:
                self.places.leave(place)

    def _line(self, environ: Environ) -> str:
        """The network that the request comes from, as a digest under a key of this process."""
        request = HttpRequest()
        request.META = environ
        try:
            network = network_of(get_client_ip(request) or environ["REMOTE_ADDR"])
        except (ImproperlyConfigured, ValueError):  # a proxy that says nothing: all its visitors are one
            network = ""
        return hmac.new(self._key, network.encode(), sha256).hexdigest()

    # --- what is answered ---

    def _answer(self, environ: Environ) -> Answer:
        """Have the application answer, in this thread. Where more is to come, its connection goes back first."""
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            said[:] = [int(status[:3]), [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers]]

        pieces = Pieces(self.application(environ, start))
        try:
            first = pieces.next()
            more = len(first) >= PIECE
        except BaseException:
            pieces.close()
            raise
        if more:
            connections.close_all()
        else:
            pieces.close()
        if UNREAD in environ:
            said[1].append((b"connection", b"close"))
        return Answer(said[0], said[1], first, pieces if more else None)

    async def _hand_over(self, answer: Answer, send: Send) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        more = answer.more
        if more is None:
            await send({"type": "http.response.body", "body": answer.first})
            return
        loop, piece = asyncio.get_running_loop(), answer.first
        try:
            while piece:
                async with asyncio.timeout(PATIENCE + len(piece) / SLOWEST):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await loop.run_in_executor(self._pool, more.next)
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            return  # the answer breaks off, and with it the line
        finally:
            await loop.run_in_executor(self._pool, more.close)


class Unread(BytesIO):
    """In the place of a body that is larger than any may be."""

    def read(self, *args: Any) -> bytes:
        raise OSError("the body was not read")

    readline = read  # type: ignore[assignment]


async def _arrives(coming: asyncio.Future[Any], seconds: float, place: Place | None) -> bool:
    """Whether it comes in time; it goes on coming where it does not. Raises Refused when the place was given away."""
    try:
        done, _ = await asyncio.wait({coming}, timeout=max(0.0, seconds))
    except asyncio.CancelledError:
        if place is None or not place.given_up:
            raise
        asyncio.current_task().uncancel()  # type: ignore[union-attr]
        raise Refused(LATE) from None
    return bool(done)


def environ_of(scope: Scope) -> Environ:
    """The request as PEP 3333 has it. A header with _ in its name is dropped: it would pass for another one."""
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        said = value.decode("latin-1")
        if key in environ:
            said = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{said}"
        environ[key] = said
    return environ


def _is_discreet(path: str) -> bool:
    try:
        return is_discreet(resolve(path).func)
    except Resolver404:
        return False
