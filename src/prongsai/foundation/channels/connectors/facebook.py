"""Facebook Page (Graph API): signed webhooks of feed and messages, answers by the Send API.

Whoever writes a comment or on the page's wall is answered by a private message: an answer may hold the secret code of a
case, and everybody reads what stands below a post. Facebook allows one such message, within a week of the comment; what
is to follow goes to the person whom it reached.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from prongsai.foundation.channels.connectors.base import (
    COMMENT,
    POST,
    PRIVATE,
    Arrival,
    Asked,
    Attachment,
    Forged,
    NotConnected,
    Said,
    Sent,
    Undelivered,
    moment,
)
from prongsai.foundation.channels.connectors.ourselves import post_to_ourselves
from prongsai.foundation.channels.models import Channel, Inbound, Outbound
from prongsai.foundation.channels.outgoing import Answer, Refused, fetch
from prongsai.kernel import clock

LONGEST = 2000  # letters of a message
STANDARD = timedelta(hours=24)  # after somebody's message the page may answer freely
PUBLIC = {COMMENT: "comment_id", POST: "post_id"}  # as the Send API calls them
# Codes of Graph errors that pass by themselves: too many calls, or their trouble.
SLOWER = {4, 17, 32, 613, 80001, 80002, 80006}
PASSING = {1, 2, 1200}
TOKEN = {102, 190, 463, 467}
OUTSIDE_WINDOW = 2018278
# Answered in private already, too old, or its writer takes no such answer.
PRIVATE_ONCE = {10900, 10901, 10903}
ID = re.compile(r"[0-9A-Za-z_.:-]{1,100}")


def graph_url() -> str:
    return getattr(settings, "GRAPH_API_URL", "https://graph.facebook.com/v24.0")


class GraphError(Exception):
    """What Graph answered in an error body."""

    def __init__(self, code: int, subcode: int, passing: bool, status: int) -> None:
        super().__init__(f"{code}/{subcode}")
        self.code, self.subcode, self.passing, self.status = code, subcode, passing, status

    @property
    def reason(self) -> str:
        """In Thai, without what they say of our token."""
        if self.code in TOKEN:
            return "Facebook ไม่รับรหัสเข้าถึงเพจ (หมดอายุหรือถูกยกเลิก)"
        if self.subcode == OUTSIDE_WINDOW:
            return "เลยเวลาที่ Facebook ให้เพจตอบข้อความนี้แล้ว"
        if self.code in SLOWER or self.status == 429:
            return "Facebook ขอให้ส่งช้าลง"
        if self.code in PRIVATE_ONCE:
            return "Facebook ไม่ให้ตอบความเห็นนี้เป็นข้อความส่วนตัวแล้ว"
        if self.code == 551:
            return "ผู้รับปิดรับข้อความจากเพจ"
        if self.code in {10, 200, 230}:
            return "เพจยังไม่ได้ให้สิทธิส่งข้อความแก่ระบบ"
        return f"Facebook ไม่รับข้อความ ({self.code or self.status})"


class Facebook:
    kind = "facebook"
    asks = (
        Asked("page_id"),
        Asked("page_token", secret=True),
        Asked("app_secret", secret=True),
        Asked("verify_token", secret=True),
    )

    def greet(self, channel: Channel) -> Mapping[str, Any]:
        try:
            page = self._call(channel, channel.settings.get("page_id", ""), {"fields": "id,name,link"})
        except GraphError as error:
            raise NotConnected(error.reason) from error
        except (OSError, ValueError) as error:
            raise NotConnected("ติดต่อ Facebook ไม่ได้") from error
        return {"name": str(page.get("name", "")), "link": str(page.get("link", ""))}

    def challenged(self, channel: Channel, query: Mapping[str, str]) -> str:
        """The answer to Facebook's question whether the address is ours. Raises Forged for another's token."""
        known = channel.read_secrets().get("verify_token", "")
        told = query.get("hub.verify_token", "")
        if query.get("hub.mode") != "subscribe" or not known:
            raise Forged
        if not hmac.compare_digest(known.encode(), told.encode()):
            raise Forged
        challenge = query.get("hub.challenge", "")
        if not re.fullmatch(r"[\w-]{1,200}", challenge):
            raise Forged
        return challenge

    def arrivals(self, channel: Channel, headers: Mapping[str, str], content: bytes) -> Iterable[Arrival]:
        secret = channel.read_secrets().get("app_secret", "")
        right = "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
        if not secret or not hmac.compare_digest(right, headers.get("x-hub-signature-256", "")):
            raise Forged
        told = json.loads(content)
        if told.get("object") != "page":
            return []
        page = str(channel.settings.get("page_id", ""))
        entries = [entry for entry in told.get("entry", ()) if str(entry.get("id")) == page]
        return [arrival for entry in entries for arrival in self._of_entry(entry, page)]

    def _of_entry(self, entry: Mapping[str, Any], page: str) -> Iterator[Arrival]:
        for event in entry.get("messaging", ()):
            message, sender = event.get("message") or {}, str((event.get("sender") or {}).get("id", ""))
            if message.get("mid") and not message.get("is_echo") and sender != page:
                at = datetime.fromtimestamp(int(event.get("timestamp", 0)) / 1000, UTC)
                until = (min(at, clock.now()) + STANDARD).isoformat()
                yield Arrival(
                    str(message["mid"])[:200], sender=sender, thread=sender,
                    body={"message": message, "reply_until": until}, at=at,
                )  # fmt: skip
        for change in entry.get("changes", ()):
            value = change.get("value") or {}
            author = value.get("from") or {}
            key = str(value.get("comment_id") or value.get("post_id") or "")
            added = value.get("verb") == "add" and value.get("item") in {"comment", "post", "status"}
            if change.get("field") == "feed" and added and key and str(author.get("id", "")) != page:
                body = {
                    "feed": {k: value.get(k) for k in ("item", "message", "post_id", "comment_id", "photo")}
                }
                name = str(author.get("name", ""))
                thread = f"{COMMENT if value.get('comment_id') else POST}{key}"
                yield Arrival(
                    key[:200], sender=thread[:200], thread=thread[:200], body=body | {"name": name},
                    at=moment(value.get("created_time")),
                )  # fmt: skip

    def read(self, channel: Channel, inbound: Inbound) -> Said:
        said: dict[str, Any] = {"sender": inbound.sender, "thread": inbound.thread}
        feed = inbound.body.get("feed")
        if feed is not None:
            photo = [str(feed["photo"])] if feed.get("photo") else []
            return Said(text=str(feed.get("message") or ""), files=self._files(photo), **said)
        message = inbound.body.get("message", {})
        attached = [a.get("payload") or {} for a in message.get("attachments", ())]
        stickers = [p for p in attached if p.get("sticker_id")]
        text = str(message.get("text") or "")
        if stickers and not text:
            return Said(skipped="สติกเกอร์", **said)
        urls = [str(p["url"]) for p in attached if p.get("url") and not p.get("sticker_id")]
        return Said(text=text, files=self._files(urls), **said)

    def _files(self, urls: Iterable[str]) -> tuple[Attachment, ...]:
        found: list[Attachment] = []
        for number, url in enumerate(list(urls)[:10], start=1):
            name = url.partition("?")[0].rpartition("/")[2][:100] or f"facebook-{number}"
            try:
                answer = fetch(url, largest=settings.FILE_LIMIT_BYTES)
            except Refused as error:
                found.append(Attachment(name, refused=str(error)))
                continue
            refused = "" if answer.ok else f"เปิดไฟล์ไม่ได้ ({answer.status})"
            found.append(Attachment(name, b"" if refused else answer.body, refused))
        return tuple(found)

    # -- going out -----------------------------------------------------------------------------------------------

    def deliver(self, channel: Channel | None, outbound: Outbound, now: datetime) -> Sent:
        assert channel is not None
        try:
            for prefix in PUBLIC:
                if outbound.recipient.startswith(prefix):
                    return self._private(channel, outbound, prefix)
            return self._message(channel, outbound, now)
        except GraphError as error:
            slower = error.code in SLOWER or error.status == 429
            after = timedelta(hours=1) if slower else None
            whole = slower or error.code in PASSING | TOKEN or error.status >= 500
            final = not (whole or error.passing)
            raise Undelivered(error.reason, final=final, after=after, whole=whole) from error
        except (OSError, ValueError) as error:
            raise Undelivered("ติดต่อ Facebook ไม่ได้", whole=True) from error

    def _message(self, channel: Channel, outbound: Outbound, now: datetime) -> Sent:
        """Within a day of somebody's message freely, then for a week as a human agent's answer."""
        fresh = outbound.reply_until is not None and now < outbound.reply_until
        kind = (
            {"messaging_type": "RESPONSE"}
            if fresh
            else {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        )
        sent = ""
        for at in range(0, len(outbound.text), LONGEST):
            body = {
                "recipient": json.dumps({"id": outbound.recipient}),
                "message": json.dumps({"text": outbound.text[at : at + LONGEST]}),
                **kind,
            }
            done = self._call(channel, f"{channel.settings.get('page_id', '')}/messages", post=body)
            sent = sent or str(done.get("message_id", ""))
        return Sent("send", sent)

    def _private(self, channel: Channel, outbound: Outbound, prefix: str) -> Sent:
        """The one private message to whoever wrote the comment or post, never a word below it."""
        number = outbound.recipient.removeprefix(prefix)
        if not ID.fullmatch(number):
            raise GraphError(100, 0, False, 400)
        if len(outbound.text) > LONGEST:
            raise Undelivered("ข้อความยาวกว่าที่ Facebook ให้ตอบความเห็นเป็นข้อความส่วนตัว", final=True)
        body = {
            "recipient": json.dumps({PUBLIC[prefix]: number}),
            "message": json.dumps({"text": outbound.text}),
            "messaging_type": "RESPONSE",
        }
        done = self._call(channel, f"{channel.settings.get('page_id', '')}/messages", post=body)
        return Sent(PRIVATE, str(done.get("message_id", "")), recipient=str(done.get("recipient_id", "")))

    def _call(
        self, channel: Channel, path: str, query: Mapping[str, str] = {}, *, post: Mapping[str, str] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """Ask Graph with the page's token, which stands in a header and so in no log. Raises GraphError, OSError."""
        if not all(ID.fullmatch(part) for part in path.split("/")):
            raise GraphError(100, 0, False, 400)
        secrets = channel.read_secrets()
        token = secrets.get("page_token", "")
        proof = hmac.new(secrets.get("app_secret", "").encode(), token.encode(), hashlib.sha256).hexdigest()
        sent = urlencode({**query, "appsecret_proof": proof, **(post or {})})
        url = f"{graph_url()}/{quote(path, safe='/')}" + ("" if post is not None else f"?{sent}")
        headers = {"Authorization": f"Bearer {token}"}
        if post is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = fetch(
            url, method="GET" if post is None else "POST", body=None if post is None else sent.encode(),
            headers=headers, redirects=0, trusted=graph_url(),
        )  # fmt: skip
        return _checked(answer)

    def send_canary(self, channel: Channel, text: str) -> None:
        """A delivery as Facebook would make it, through the public address of our own webhook."""
        page, now = str(channel.settings.get("page_id", "")), int(clock.now().timestamp() * 1000)
        message = {"mid": f"m_check_{uuid.uuid4().hex}", "text": text}
        event = {"sender": {"id": "0"}, "recipient": {"id": page}, "timestamp": now, "message": message}
        told = {"object": "page", "entry": [{"id": page, "time": now, "messaging": [event]}]}
        content = json.dumps(told).encode()
        secret = channel.read_secrets().get("app_secret", "")
        mac = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
        post_to_ourselves(channel, content, {"X-Hub-Signature-256": f"sha256={mac}"})


def _checked(answer: Answer) -> dict[str, Any]:
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = {}
    known = isinstance(told, dict)
    error = told.get("error") if known else None
    if answer.ok and known and error is None:
        return told
    error = error if isinstance(error, dict) else {"is_transient": not known}
    raise GraphError(
        int(error.get("code") or 0), int(error.get("error_subcode") or 0),
        bool(error.get("is_transient")), answer.status,
    )  # fmt: skip
