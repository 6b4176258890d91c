"""A server on this machine that speaks as the exchange of Traffy Fondue does: tokens that end, calls that are counted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from prongsai.foundation.channels.tests.servers import Asked, Reply, Server

USER, PASSWORD = "banthrai", "exchange-password"
Body = dict[str, Any]


class TraffyServer(Server):
    """Answers with HTTP 200 whatever happened, as they do."""

    def __init__(self) -> None:
        self.password = PASSWORD
        self.balance: int | None = 1_000
        self.until = "2099-01-01 00:00:00"
        self.tokens: list[str] = []
        self.issues: list[Body] = []
        self.told: list[tuple[str, Body]] = []  # path and body of what was changed
        self.failing: list[Reply] = []  # answers to the next calls
        super().__init__(self.say)
        handler: Any = self.http.RequestHandlerClass
        handler.do_PATCH = handler.do_GET

    def say(self, asked: Asked) -> Reply:
        path = urlsplit(asked.path).path.removeprefix("/exchange-api/")
        if path == "get-auth/v1":
            return self._signed_in(asked.json)
        if asked.headers.get("authorization", "") not in {f"Bearer {token}" for token in self.tokens[-1:]}:
            return self._fail("This token has expired | Token นี้หมดอายุแล้ว")
        if self.failing:
            return self.failing.pop(0)
        if self.balance is not None:
            if self.balance <= 0:
                return self._fail("Running out of API usage quota | โควต้าการใช้งานหมด")
            self.balance -= 1
        if asked.method == "GET" and path == "get-issues/v2":
            return self._well(self.issues, count=len(self.issues))
        if (asked.method, path) in {("PATCH", "update-issue/v1"), ("POST", "comment/v1")}:
            if not asked.json.get("note" if asked.method == "PATCH" else "comment"):
                return self._fail("note is not specified")
            self.told.append((path, asked.json))
            return self._well({})
        return Reply(404, {"status": "fail", "message": "Not found"})

    def _signed_in(self, given: Body) -> Reply:
        if given != {"user": USER, "pass": self.password}:
            return self._fail("Invalid user or pass | ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง")
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return self._well({"token": self.tokens[-1], "expire_timestamp": self.until}, quota_limit=1_000)

    def _well(self, results: Any, **more: Any) -> Reply:
        return Reply(
            body={"status": "success", "message": "", "exec_time": "0.1s", "credit_balance": self.balance, "results": results, **more}
        )  # fmt: skip

    def _fail(self, message: str) -> Reply:
        return Reply(
            body={"status": "fail", "message": message, "credit_balance": self.balance, "results": []}
        )

    def calls(self, path: str) -> int:
        return sum(path in asked.path for asked in self.asked)


def issue(ticket: str = "2026-ABCDEF", **values: Any) -> Body:
    """A ticket as the list has it."""
    return {
        "ticket_id": ticket, "type": "ถนน", "organization": "อบต.บ้านทราย", "description": "ถนนเป็นหลุมหน้าวัด หมู่ 3",
        "photo": "https://storage.googleapis.com/traffy_public_bucket/", "latitude": 15.29, "longitude": 103.29,
        "address": "ตำบลบ้านทราย", "timestamp": "2025-10-14 10:00:00.433959", "status": "รอรับเรื่อง",
        "last_activity": "2025-10-14 10:00:00.433959", **values,
    }  # fmt: skip
