"""Reading a mailbox by IMAP. Nothing in it is changed: how far it was read stands in the channel's settings."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import certifi

from prongsai.foundation.channels.connectors.base import NotConnected
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.outgoing import Refused, allowed, connected

TIMEOUT = 15.0
AT_ONCE = 20  # mails of one visit; the next visit goes on
LARGEST = 30 * 1024 * 1024  # bytes of a whole mail
NUMBER = re.compile(rb"(\w+) (\d+)")


class _Plain(imaplib.IMAP4):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return connected(self.host, self.port, timeout)


class _Encrypted(imaplib.IMAP4_SSL):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self.ssl_context.wrap_socket(
            connected(self.host, self.port, timeout), server_hostname=self.host
        )


def tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


@contextmanager
def opened(channel: Channel) -> Iterator[imaplib.IMAP4]:
    """The channel's mailbox, logged in. Raises NotConnected with a sentence that names no password."""
    said, secrets = channel.settings, channel.read_secrets()
    host, port = str(said.get("imap_host", "")), int(said.get("imap_port") or 993)
    security = said.get("imap_security") or "tls"
    if security == "none" and not allowed(host, port):
        raise NotConnected("ต้องเชื่อมต่อกล่องจดหมายแบบเข้ารหัส (TLS)")
    try:
        if security == "tls":
            box: imaplib.IMAP4 = _Encrypted(host, port, ssl_context=tls(), timeout=TIMEOUT)
        else:
            box = _Plain(host, port, timeout=TIMEOUT)
            if security == "starttls":
                box.starttls(tls())
    except Refused as error:
        raise NotConnected(str(error)) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise NotConnected(f"ติดต่อเซิร์ฟเวอร์ {host} ไม่ได้") from error
    try:
        box.login(str(said.get("imap_user", "")), secrets.get("imap_password", ""))
        yield box
    except imaplib.IMAP4.abort as error:
        raise NotConnected("เซิร์ฟเวอร์อีเมลตัดการเชื่อมต่อ") from error
    except imaplib.IMAP4.error as error:
        raise NotConnected("เซิร์ฟเวอร์อีเมลไม่รับชื่อผู้ใช้หรือรหัสผ่าน") from error
    except OSError as error:
        raise NotConnected(f"ติดต่อเซิร์ฟเวอร์ {host} ไม่ได้") from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            box.logout()


def end_of(box: imaplib.IMAP4) -> dict[str, int]:
    """Where the mailbox ends now: what came before the channel was connected is not read."""
    told = _checked(box.status("INBOX", "(UIDNEXT UIDVALIDITY)"))
    numbers = {name.decode(): int(value) for name, value in NUMBER.findall(told[0])}
    return {"validity": numbers["UIDVALIDITY"], "uid": numbers["UIDNEXT"] - 1}


def new_mails(box: imaplib.IMAP4, place: dict[str, int]) -> Iterator[tuple[dict[str, int], bytes | None]]:
    """Each mail after `place` with its own place; None for one that is too large to be read.

    When the server has numbered the mailbox anew, all of it is read again: what is known is recognised by its
    Message-ID.
    """
    _checked(box.select("INBOX", readonly=True))
    validity = int(_checked(box.response("UIDVALIDITY"))[0])
    last = place["uid"] if place.get("validity") == validity else 0
    found = _checked(box.uid("SEARCH", f"UID {last + 1}:*"))[0] or b""
    numbers = sorted(number for number in map(int, found.split()) if number > last)
    for number in numbers[:AT_ONCE]:
        yield {"validity": validity, "uid": number}, _mail(box, number)


def _mail(box: imaplib.IMAP4, number: int) -> bytes | None:
    told = _checked(box.uid("FETCH", str(number), "(RFC822.SIZE)"))
    sizes = dict(NUMBER.findall(told[0] if isinstance(told[0], bytes) else b""))
    if int(sizes.get(b"SIZE", 0)) > LARGEST:
        return None
    parts = _checked(box.uid("FETCH", str(number), "(BODY.PEEK[])"))
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, told = answer
    if kind not in {"OK", "UIDVALIDITY"} or not told:
        raise imaplib.IMAP4.error("unexpected answer")
    return told
