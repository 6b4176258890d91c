"""E-mail: in by IMAP or by a signed webhook, out by SMTP in the thread of what it answers."""

from __future__ import annotations

import hmac
import smtplib
import socket
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import formataddr
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from prongsai.foundation.accounts.secrets import derived_key
from prongsai.foundation.channels.connectors import mailbox, mails
from prongsai.foundation.channels.connectors.base import (
    Arrival,
    Asked,
    Forged,
    NotConnected,
    Said,
    Sent,
    Undelivered,
)
from prongsai.foundation.channels.connectors.carrying import GONE, parts_of
from prongsai.foundation.channels.connectors.signing import signature
from prongsai.foundation.channels.models import Channel, Inbound, Outbound
from prongsai.foundation.channels.outgoing import Refused, allowed, connected
from prongsai.foundation.channels.selectors import OWN_PEOPLE, answered_by
from prongsai.kernel import clock

CLOCKS = timedelta(minutes=10)  # how old a signed delivery may be
TIMEOUT = 15
OURS = "จดหมายของระบบเอง"  # to a member who reads the office's mailbox: nobody else knows its id


class _Plain(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connected(host, port, timeout)


class _Encrypted(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.context.wrap_socket(connected(host, port, timeout), server_hostname=host)


class OfficeServer(EmailBackend):
    """The mail server that an office named: reached only where it is not inside the house."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:  # type: ignore[override]
        return _Encrypted if self.use_ssl else _Plain


def _place(server: str) -> tuple[str, ...]:
    """The settings that say where the password of a mail server goes."""
    return tuple(f"{server}_{name}" for name in ("host", "port", "security", "user"))


class Email:
    kind = "email"
    asks = (
        Asked("imap_host", required=False),
        Asked("imap_port", required=False),
        Asked("imap_security", required=False),
        Asked("imap_user", required=False),
        Asked("imap_password", secret=True, required=False, goes_to=_place("imap")),
        Asked("smtp_host", required=False),
        Asked("smtp_port", required=False),
        Asked("smtp_security", required=False),
        Asked("smtp_user", required=False),
        Asked("smtp_password", secret=True, required=False, goes_to=_place("smtp")),
        Asked("webhook_secret", secret=True, required=False),
    )

    def greet(self, channel: Channel) -> Mapping[str, Any]:
        """Log in where mail comes from and goes to. What lies in the mailbox already is not read."""
        told: dict[str, Any] = {}
        if channel.settings.get("imap_host"):
            with mailbox.opened(channel) as box:
                told["place"] = channel.settings.get("place") or mailbox.end_of(box)
        elif not channel.read_secrets().get("webhook_secret"):
            raise NotConnected("ระบุเซิร์ฟเวอร์ IMAP หรือรหัสลับของที่อยู่รับข้อความอย่างน้อยหนึ่งอย่าง")
        if channel.settings.get("smtp_host"):
            self._try_server(channel)
        return told

    def _try_server(self, channel: Channel) -> None:
        server = self.server(channel)
        try:
            server.open()
        except Refused as error:
            raise NotConnected(str(error)) from error
        except smtplib.SMTPAuthenticationError as error:
            raise NotConnected("เซิร์ฟเวอร์ส่งอีเมลไม่รับชื่อผู้ใช้หรือรหัสผ่าน") from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotConnected("ติดต่อเซิร์ฟเวอร์ส่งอีเมลไม่ได้") from error
        finally:
            server.close()

    def server(self, channel: Channel | None) -> Any:
        """The office's own mail server, or the installation's."""
        said = channel.settings if channel else {}
        host = str(said.get("smtp_host") or "")
        if channel is None or not host:
            return get_connection()
        port, security = int(said.get("smtp_port") or 465), said.get("smtp_security") or "tls"
        if security == "none" and not allowed(host, port):
            raise Undelivered("ต้องเชื่อมต่อเซิร์ฟเวอร์ส่งอีเมลแบบเข้ารหัส (TLS)", final=True)
        return OfficeServer(
            host=host, port=port, username=str(said.get("smtp_user", "")),
            password=channel.read_secrets().get("smtp_password", ""),
            use_ssl=security == "tls", use_tls=security == "starttls", timeout=TIMEOUT,
        )  # fmt: skip

    def arrivals(self, channel: Channel, headers: Mapping[str, str], content: bytes) -> Iterable[Arrival]:
        """One mail as it is (message/rfc822), signed over the time and its bytes with the webhook's secret."""
        secret = channel.read_secrets().get("webhook_secret", "")
        stamp, told = headers.get("x-prongsai-time", ""), headers.get("x-prongsai-signature", "")
        right = signature(secret, stamp, content)
        if not secret or not stamp.isdigit() or not hmac.compare_digest(right.encode(), told.encode()):
            raise Forged
        if abs(clock.now() - datetime.fromtimestamp(int(stamp[:12]), UTC)) > CLOCKS:
            raise Forged
        return [kept_whole(content)]

    def read(self, channel: Channel, inbound: Inbound) -> Said:
        if inbound.raw is None or inbound.body.get("too_large"):
            said = mails.read_large(bytes(inbound.raw or b""), own=channel.address)
        else:
            said = mails.read(bytes(inbound.raw), own=channel.address)
        if said.held == mails.ELSEWHERE and answered_by(said.thread):
            said = replace(said, held="")  # whoever has the id of our mail got it
        own = str(inbound.body.get("message_id", ""))
        return replace(said, skipped=OURS) if said.held and answered_by(own) else said

    def deliver(self, channel: Channel | None, outbound: Outbound, now: datetime) -> Sent:
        """Hand the mail to the server with its files, in the thread of what it answers."""
        number = message_id(channel, outbound)
        parts, gone = parts_of(outbound)
        mail = EmailMessage(
            " ".join(outbound.subject.split()),
            "\n\n".join([outbound.text, *([GONE.format(gone)] if gone else [])]),
            from_email=sender_of(channel),
            to=[outbound.recipient],
            headers={"Message-ID": number, **_thread(outbound.reply_to), **_by_itself(outbound)},
            attachments=parts,
        )
        try:
            mail.connection = self.server(channel)
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise Undelivered("เซิร์ฟเวอร์ไม่รับที่อยู่ผู้รับ", final=min(codes, default=550) >= 500) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Undelivered("เซิร์ฟเวอร์ส่งอีเมลไม่รับชื่อผู้ใช้หรือรหัสผ่าน", whole=True) from error
        except smtplib.SMTPResponseException as error:
            raise Undelivered(f"เซิร์ฟเวอร์อีเมลตอบ {error.smtp_code}", final=error.smtp_code >= 500) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered("ติดต่อเซิร์ฟเวอร์ส่งอีเมลไม่ได้", whole=True) from error
        except ValueError as error:  # an address or subject that is no header
            raise Undelivered("ที่อยู่หรือหัวเรื่องของอีเมลใช้ไม่ได้", final=True) from error
        return Sent("smtp", number)

    def send_canary(self, channel: Channel, text: str) -> None:
        """A mail to the channel's own address by the installation's server, as a stranger's would come."""
        mail = EmailMessage(
            text[:120], text, from_email=settings.DEFAULT_FROM_EMAIL, to=[channel.address],
            headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        )  # fmt: skip
        try:
            mail.send()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise NotConnected("ส่งอีเมลตรวจระบบถึงช่องทางนี้ไม่ได้") from error


def kept_whole(raw: bytes, *, too_large: bool = False) -> Arrival:
    """A mail as it arrived, whatever it is: one that cannot even be opened is kept for people to look at.

    `too_large`: these are the headers of a mail that was not fetched.
    """
    try:
        arrival = arrival_of(raw)
    except Exception:  # nothing that a stranger wrote may stop the mailbox
        arrival = Arrival(f"sha256:{sha256(raw).hexdigest()}", raw=raw)
    return replace(arrival, body={**arrival.body, "too_large": 1}) if too_large else arrival


def arrival_of(raw: bytes) -> Arrival:
    """A mail before anybody looked at what it says."""
    mail = mails.parsed(raw)
    name, sender = mails.person(mail, "From")
    told = {
        "subject": mails.header(mail, "Subject")[:200],
        "name": name,
        "message_id": mails.message_id(mail),
    }
    if elsewhere := mails.answer_to(mail):
        told["answer_to"] = elsewhere
    thread = next(iter(mails.answered(mail)), "")[:200]
    return Arrival(mails.source_key(mail, raw), sender=sender, thread=thread, body=told, raw=raw)


def message_id(channel: Channel | None, outbound: Outbound) -> str:
    """The same for every try of a message, and known to nobody who did not get it."""
    told = f"{outbound.organization_id}:{outbound.pk}"  # type: ignore[attr-defined]
    mac = hmac.new(derived_key("message ids"), told.encode(), sha256).hexdigest()[:20]
    domain = sender_of(channel).rpartition("@")[2].strip("<> ") or "localhost"
    return f"<{outbound.pk}.{mac}@{domain}>"


def sender_of(channel: Channel | None) -> str:
    if channel is None or not channel.address:
        return settings.DEFAULT_FROM_EMAIL
    return formataddr((channel.organization.short_name, channel.address))


def _by_itself(outbound: Outbound) -> dict[str, str]:
    """What keeps programs from answering: nobody wrote this to a member but the system."""
    own = outbound.subject_ref.startswith(OWN_PEOPLE)
    return {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"} if own else {}


def _thread(answers: str) -> dict[str, str]:
    found = mails.ID.search(answers)
    return {"In-Reply-To": found[0], "References": found[0]} if found else {}
