"""Servers on this machine that speak as LINE, Facebook and web sites do: over HTTP, with their errors and limits."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

JSON = dict[str, Any]


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> JSON:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}


@dataclass
class Reply:
    """What the server answers: JSON, or bytes of a type; after a pause, with headers."""

    status: int = 200
    body: Any = field(default_factory=dict[str, Any])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    kind: str = "application/json"
    pause: float = 0.0


Answers = Callable[[Asked], Reply]


class Server:
    """Answers by `answer`, and remembers what it was asked."""

    def __init__(self, answer: Answers) -> None:
        self.answer, self.asked = answer, list[Asked]()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def respond(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                named = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, named, body)
                server.asked.append(asked)
                reply = server.answer(asked)
                time.sleep(reply.pause)
                content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in {"Content-Type": reply.kind, **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = respond

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """Whoever asked has hung up."""

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.port = int(self.http.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()

    def paths(self) -> list[str]:
        return [f"{asked.method} {urlsplit(asked.path).path}" for asked in self.asked]


class LineServer(Server):
    """The Messaging API, as its reference describes it: reply tokens that hold once, retry keys, quota, content."""

    def __init__(self) -> None:
        self.limit: int | None = 300
        self.used = 0
        self.tokens: set[str] = set()  # reply tokens that hold
        self.keys: set[str] = set()  # retry keys that were taken
        self.content: dict[str, Reply] = {}
        self.failing: list[Reply] = []  # answers to the next sendings
        self.texts: list[str] = []
        self.access = "line-access-token"
        super().__init__(self.say)

    def say(self, asked: Asked) -> Reply:
        path = urlsplit(asked.path).path
        if asked.headers.get("authorization") != f"Bearer {self.access}":
            return Reply(401, {"message": "Authentication failed. Confirm that the access token is valid."})
        if path == "/v2/bot/info":
            return Reply(
                body={
                    "userId": "U0b0t",
                    "basicId": "@banthrai",
                    "displayName": "อบต.บ้านทราย",
                    "chatMode": "bot",
                    "markAsReadMode": "auto",
                }
            )
        if path == "/v2/bot/message/quota":
            return Reply(
                body={"type": "none"} if self.limit is None else {"type": "limited", "value": self.limit}
            )
        if path == "/v2/bot/message/quota/consumption":
            return Reply(body={"totalUsage": self.used})
        if path.endswith("/content"):
            return self.content.get(path.split("/")[4], Reply(404, {"message": "Not found"}))
        if self.failing:
            return self.failing.pop(0)
        return self.reply(asked) if path.endswith("/reply") else self.push(asked)

    def reply(self, asked: Asked) -> Reply:
        token = asked.json["replyToken"]
        if token not in self.tokens:
            return Reply(400, {"message": "Invalid reply token"})
        self.tokens.remove(token)
        return self.taken(asked)

    def push(self, asked: Asked) -> Reply:
        key = asked.headers.get("x-line-retry-key", "")
        if key in self.keys:
            taken = {"X-Line-Accepted-Request-Id": "a1"}
            return Reply(409, {"message": "The retry key is already accepted"}, taken)
        self.keys.add(key)
        self.used += 1
        return self.taken(asked)

    def taken(self, asked: Asked) -> Reply:
        self.texts += [message["text"] for message in asked.json["messages"]]
        return Reply(body={"sentMessages": [{"id": f"46{len(self.texts)}", "quoteToken": "q"}]})


class GraphServer(Server):
    """The Graph API of a page: who it is, messages, comments; its errors with code and subcode."""

    def __init__(self) -> None:
        self.token = "page-token"
        self.failing: list[Reply] = []
        super().__init__(self.say)

    @staticmethod
    def error(code: int, subcode: int = 0, status: int = 400, **more: Any) -> Reply:
        told = {"message": "(#x) told in English", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
        return Reply(status, {"error": told | ({"error_subcode": subcode} if subcode else {}) | more})

    def say(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return self.error(190, 463, 401)
        if self.failing:
            return self.failing.pop(0)
        path = urlsplit(asked.path).path
        if path.endswith("/messages"):
            return Reply(body={"recipient_id": "7001", "message_id": "m_sent"})
        if path.endswith("/comments"):
            return Reply(body={"id": "55_66"})  # what everybody reads: nothing of ours belongs there
        return Reply(
            body={"id": "100200", "name": "เพจ อบต.บ้านทราย", "link": "https://www.facebook.com/banthrai"}
        )


def page(html: str, status: int = 200, **headers: str) -> Reply:
    """A web page."""
    return Reply(status, html.encode(), headers, "text/html; charset=utf-8")
