"""The exchange API as it is documented: sign in, ask for tickets, tell a status, write to the reporter.

Errors come with HTTP 200 and `status: fail`. Every call but the signing in costs one of the month's.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from prongsai.foundation.channels.outgoing import Refused, fetch
from prongsai.kernel import clock
from prongsai.kernel.clock import BANGKOK
from prongsai.modules.complaints.models import TraffyLink

USUAL = "https://publicapi.traffy.in.th/exchange-api"
LARGEST = 16 * 1024 * 1024  # bytes of a list of tickets
RENEWED = timedelta(minutes=5)  # before a token ends
EXPIRED = ("This token has expired", "ERR 1")
SPENT = "Running out of API usage quota"
WRONG = "Invalid user or pass"


class Unanswered(Exception):
    """The exchange did not do what it was asked. The text is Thai and without secrets."""


class WrongAccount(Unanswered):
    """It does not take the account's name and password."""


class QuotaSpent(Unanswered):
    """The calls of the month are used up."""


def base_url() -> str:
    return getattr(settings, "TRAFFY_API_URL", USUAL)


class Exchange:
    """Calls with a link's account. What is learnt of quota and token stands in the link afterwards; the caller saves."""

    def __init__(self, link: TraffyLink) -> None:
        self.link = link

    def sign_in(self) -> str:
        """A fresh token."""
        kept = self.link.read_secrets()
        told = self._asked("POST", "get-auth/v1", {"user": self.link.user, "pass": kept.get("password", "")})
        found = told.get("results")
        token = found.get("token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise Unanswered("Traffy Fondue ไม่ได้ออกรหัสเชื่อมต่อให้")
        quota = told.get("quota_limit")
        self.link.quota = quota if _is_count(quota) else None
        until = str(found.get("expire_timestamp", ""))  # type: ignore[union-attr]
        self.link.keep_secrets({**kept, "token": token, "until": until})
        return token

    def issues(self, duration: str) -> list[dict[str, Any]]:
        """The office's tickets in which something happened: `today` for a day back, `3days` for three."""
        query = {"duration": duration, **({"org_id": self.link.org_id} if self.link.org_id else {})}
        found = self._call("GET", f"get-issues/v2?{urlencode(query)}").get("results")
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def tell(self, ticket_id: str, status: str, note: str) -> None:
        """Set a ticket's status; the note is shown to everybody there, and the reporter is told."""
        body = {"ticket_id": ticket_id, "state_name": status, "note": note, "noti_reporter": True}
        if self.link.org_id:
            body["org_id"] = self.link.org_id
        self._call("PATCH", "update-issue/v1", body)

    def write(self, ticket_id: str, text: str) -> None:
        """Write to the reporter."""
        body = {"ticket_id": ticket_id, "comment": text, "comment_type": "chat", "noti_reporter": True}
        self._call("POST", "comment/v1", body)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """With the token that holds, or a fresh one; once more when it turns out to have ended."""
        kept = self.link.read_secrets()
        token = kept.get("token", "")
        fresh = not token or _moment(kept.get("until", "")) < clock.now() + RENEWED
        if fresh:
            token = self.sign_in()
        try:
            return self._asked(method, path, body, token)
        except Unanswered as error:
            if fresh or not str(error).startswith(EXPIRED):
                raise
        return self._asked(method, path, body, self.sign_in())

    def _asked(
        self, method: str, path: str, body: dict[str, Any] | None = None, token: str = ""
    ) -> dict[str, Any]:
        headers = {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        content = None
        if body is not None:
            headers["Content-Type"], content = "application/json", json.dumps(body).encode()
        url = base_url()
        try:
            answer = fetch(
                f"{url}/{path}", method=method, body=content, headers=headers, largest=LARGEST, redirects=0,
                trusted=url,
            )  # fmt: skip
            told = json.loads(answer.text)
        except (Refused, OSError) as error:
            raise Unanswered(f"ติดต่อ Traffy Fondue ไม่ได้: {error}") from error
        except ValueError as error:
            raise Unanswered("Traffy Fondue ตอบกลับมาไม่เป็นรูปแบบที่รู้จัก") from error
        if not isinstance(told, dict):
            raise Unanswered("Traffy Fondue ตอบกลับมาไม่เป็นรูปแบบที่รู้จัก")
        self._note_balance(told)
        if not answer.ok or told.get("status") not in {"success", "warning"}:
            self._refused(str(told.get("message", "")), answer.status)
        return told

    def _note_balance(self, told: dict[str, Any]) -> None:
        if "credit_balance" not in told:
            return
        balance = told["credit_balance"]
        self.link.balance = balance if _is_count(balance) else None
        self.link.month = clock.today().replace(day=1)

    def _refused(self, message: str, status: int) -> None:
        if message.startswith(SPENT):
            self.link.balance, self.link.month = 0, clock.today().replace(day=1)
            raise QuotaSpent("ใช้โควตาของเดือนนี้กับ Traffy Fondue หมดแล้ว")
        if message.startswith(WRONG):
            raise WrongAccount("Traffy Fondue ไม่รับชื่อผู้ใช้หรือรหัสผ่านนี้")
        if message.startswith(EXPIRED):
            raise Unanswered(message[:200])
        said = message.partition("|")[2].strip() or message
        raise Unanswered(f"Traffy Fondue ไม่รับ ({status}): {said[:200]}")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _moment(text: str) -> datetime:
    """A time of theirs (Thai time, without saying so); the distant past for what is none."""
    try:
        return datetime.fromisoformat(text[:19]).replace(tzinfo=BANGKOK)
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=BANGKOK)
