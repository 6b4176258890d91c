"""LINE Official Account (Messaging API): signed webhooks, reply before push, the quota spared."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    PushMessageRequest,
    ReplyMessageRequest,
    TextMessage,
)
from linebot.v3.webhook import SignatureValidator
from urllib3.exceptions import HTTPError

from prongsai.foundation.channels.connectors.base import (
    Arrival,
    Asked,
    Attachment,
    Forged,
    NotConnected,
    Said,
    Sent,
    Undelivered,
)
from prongsai.foundation.channels.connectors.ourselves import post_to_ourselves
from prongsai.foundation.channels.models import Channel, Inbound, Outbound
from prongsai.foundation.channels.outgoing import CONNECT, READ, Refused, fetch
from prongsai.kernel import clock

TIMEOUT = (CONNECT, READ)
REPLY_HOLDS = timedelta(seconds=55)  # LINE promises a minute
LONGEST = 5000  # letters of a text message
NAMESPACE = uuid.UUID("6f1f6d0e-8a0b-4d0c-9a5e-5b0a3a2f7c11")  # of our retry keys
EXTENSIONS = {"image": ".jpg", "video": ".mp4", "audio": ".m4a"}
STICKER = "(สติกเกอร์)"
MONTHLY = "monthly limit"
NO_QUOTA = "ข้อความ LINE ของเดือนนี้หมดโควตา"


def api_url() -> str:
    return getattr(settings, "LINE_API_URL", "https://api.line.me")


def data_url() -> str:
    return getattr(settings, "LINE_DATA_URL", "https://api-data.line.me")


class Line:
    kind = "line"
    asks = (Asked("channel_secret", secret=True), Asked("access_token", secret=True))

    def greet(self, channel: Channel) -> Mapping[str, Any]:
        """Who the account is, and what is left of the month's messages."""
        try:
            with self._client(channel) as client:
                api = MessagingApi(client)
                bot = api.get_bot_info(_request_timeout=TIMEOUT)
                told = {"bot": bot.user_id, "basic_id": bot.basic_id, "name": bot.display_name}
                return {**told, "quota": self._quota(api)}
        except ApiException as error:
            raise NotConnected(_reason(error)) from error
        except (HTTPError, OSError, ValueError) as error:
            raise NotConnected("ติดต่อ LINE ไม่ได้") from error

    def arrivals(self, channel: Channel, headers: Mapping[str, str], content: bytes) -> Iterable[Arrival]:
        """Every message and follow event of a delivery; LINE's own test delivery has none."""
        secret = channel.read_secrets().get("channel_secret", "")
        try:
            signed = SignatureValidator(secret).validate(
                content.decode("utf-8"), headers.get("x-line-signature", "")
            )
        except (InvalidSignatureError, UnicodeDecodeError) as error:
            raise Forged from error
        if not secret or not signed:
            raise Forged
        told = json.loads(content)
        return [arrival for event in told.get("events", ()) if (arrival := self._arrival(event))]

    def _arrival(self, event: Mapping[str, Any]) -> Arrival | None:
        key, source = event.get("webhookEventId"), event.get("source") or {}
        if event.get("type") != "message" or not key or source.get("type") != "user":
            return None  # groups are for people; unfollow and the rest need no answer
        sent_at = datetime.fromtimestamp(int(event.get("timestamp", 0)) / 1000, UTC)
        body = {
            "message": event.get("message") or {},
            "reply_token": event.get("replyToken", ""),
            "reply_until": (min(sent_at, clock.now()) + REPLY_HOLDS).isoformat(),
        }
        sender = str(source.get("userId", ""))
        return Arrival(str(key), sender=sender, thread=sender, body=body, at=sent_at)

    def read(self, channel: Channel, inbound: Inbound) -> Said:
        message = inbound.body.get("message", {})
        kind = message.get("type", "")
        said: dict[str, Any] = {"sender": inbound.sender, "thread": inbound.thread}
        match kind:
            case "text":
                return Said(text=str(message.get("text", "")), **said)
            case "sticker":
                return Said(text=STICKER, skipped="สติกเกอร์", **said)
            case "location":
                return Said(text=_place(message), **said)
            case "image" | "video" | "audio" | "file":
                return Said(files=(self._content(channel, message),), **said)
            case _:
                shown = f"ข้อความชนิด {kind} เปิดดูใน LINE"[:80]
                return Said(text=f"({shown})", held=shown, **said)

    def _content(self, channel: Channel, message: Mapping[str, Any]) -> Attachment:
        number = str(message.get("id", ""))
        name = str(message.get("fileName") or f"line-{number}{EXTENSIONS.get(message.get('type', ''), '')}")
        if int(message.get("fileSize") or 0) > settings.FILE_LIMIT_BYTES:
            return Attachment(name, refused="ไฟล์ใหญ่เกินกำหนด")
        token = channel.read_secrets().get("access_token", "")
        try:
            found = fetch(
                f"{data_url()}/v2/bot/message/{quote(number, safe='')}/content",
                headers={"Authorization": f"Bearer {token}"},
                largest=settings.FILE_LIMIT_BYTES,
                redirects=0,
                trusted=data_url(),
            )
        except Refused as error:
            return Attachment(name, refused=str(error))
        if found.status in {404, 410}:  # LINE keeps content for a while only
            return Attachment(name, refused="LINE ไม่เก็บไฟล์นี้แล้ว")
        if found.status != 200:  # 202: not ready yet
            raise OSError(f"LINE ยังไม่ส่งไฟล์ ({found.status})")
        return Attachment(name, found.body)

    # -- going out -------------------------------------------------------------------------------------------

    def deliver(self, channel: Channel | None, outbound: Outbound, now: datetime) -> Sent:
        """By the reply token while it holds, which costs nothing; else by push, as long as the month's quota lasts."""
        assert channel is not None
        try:
            with self._client(channel) as client:
                api = MessagingApi(client)
                if outbound.reply_to and outbound.reply_until and now < outbound.reply_until:
                    sent = self._reply(api, outbound)
                    if sent:
                        return sent
                return self._push(api, outbound)
        except ApiException as error:
            raise self._undelivered(error) from error
        except (HTTPError, OSError, ValueError) as error:
            raise Undelivered("ติดต่อ LINE ไม่ได้", whole=True) from error

    def _reply(self, api: MessagingApi, outbound: Outbound) -> Sent | None:
        """None when the token holds no more: then the message is pushed at once."""
        request = ReplyMessageRequest(replyToken=outbound.reply_to, messages=_messages(outbound.text))  # pyright: ignore[reportCallIssue]
        try:
            done = api.reply_message(request, _request_timeout=TIMEOUT)
        except ApiException as error:
            if error.status == 400:
                return None
            raise
        return Sent("reply", _id_of(done))

    def _push(self, api: MessagingApi, outbound: Outbound) -> Sent:
        quota = self._quota(api)
        limit = quota["limit"]
        if limit is not None and (quota["used"] or 0) >= limit:
            raise Undelivered(NO_QUOTA, after=timedelta(hours=12), whole=True)
        request = PushMessageRequest(to=outbound.recipient, messages=_messages(outbound.text))  # pyright: ignore[reportCallIssue]
        key = str(uuid.uuid5(NAMESPACE, f"{outbound.organization_id}:{outbound.pk}"))  # type: ignore[attr-defined]
        try:
            done = api.push_message(request, x_line_retry_key=key, _request_timeout=TIMEOUT)
        except ApiException as error:
            if error.status == 409:  # an earlier try of the same message was taken
                return Sent("push")
            raise
        return Sent("push", _id_of(done))

    def _quota(self, api: MessagingApi) -> dict[str, int | None]:
        """The month's limit (None: without one) and what is used."""
        limit = api.get_message_quota(_request_timeout=TIMEOUT)
        used = api.get_message_quota_consumption(_request_timeout=TIMEOUT)
        return {"limit": limit.value if limit.type == "limited" else None, "used": used.total_usage}

    def _undelivered(self, error: ApiException) -> Undelivered:
        if error.status == 429 and MONTHLY in str(error.body):
            return Undelivered(NO_QUOTA, after=timedelta(hours=12), whole=True)
        passing = error.status in {401, 403, 429} or (error.status or 500) >= 500
        return Undelivered(_reason(error), final=not passing, whole=passing)

    # -- the system's own look -----------------------------------------------------------------------------------

    def send_canary(self, channel: Channel, text: str) -> None:
        """A delivery as LINE would make it, through the public address of our own webhook."""
        event = {
            "type": "message",
            "mode": "active",
            "timestamp": int(clock.now().timestamp() * 1000),
            "source": {"type": "user", "userId": "U" + "0" * 32},
            "webhookEventId": uuid.uuid4().hex.upper()[:26],
            "deliveryContext": {"isRedelivery": False},
            "replyToken": "",
            "message": {"type": "text", "id": "0", "text": text},
        }
        content = json.dumps({"destination": channel.settings.get("bot", ""), "events": [event]}).encode()
        secret = channel.read_secrets().get("channel_secret", "")
        mac = base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()
        post_to_ourselves(channel, content, {"X-Line-Signature": mac})

    def _client(self, channel: Channel) -> ApiClient:
        configuration = Configuration(
            access_token=channel.read_secrets().get("access_token", ""), host=api_url()
        )
        configuration.retries = False  # type: ignore[assignment] (tries are ours to count)
        return ApiClient(configuration)


def _messages(text: str) -> list[Any]:
    """A long answer in up to five messages, as LINE allows in one sending."""
    parts = [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)][:5]
    return [TextMessage(text=part) for part in parts]  # pyright: ignore[reportCallIssue] (optional by the API)


def _id_of(done: Any) -> str:
    sent = getattr(done, "sent_messages", None) or []
    return str(sent[0].id) if sent else ""


def _reason(error: ApiException) -> str:
    match error.status:
        case 401 | 403:
            return "LINE ไม่รับรหัสเข้าถึง (access token)"
        case 429:
            return "LINE ขอให้ส่งช้าลง"
        case status if status and status >= 500:
            return f"LINE ขัดข้อง ({status})"
        case status:
            return f"LINE ไม่รับข้อความ ({status})"


def _place(message: Mapping[str, Any]) -> str:
    told = [str(message.get(name) or "") for name in ("title", "address")]
    spot = f"{message.get('latitude', '')}, {message.get('longitude', '')}"
    return "\n".join([*filter(None, told), f"พิกัด {spot}"])
