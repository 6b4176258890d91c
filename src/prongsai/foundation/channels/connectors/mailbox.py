"""Reading a mailbox by IMAP. Nothing in it is changed: how far it was read stands in the channel's settings."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import certifi

from prongsai.foundation.channels.connectors.base import NotConnected
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.outgoing import Refused, allowed, connected
from prongsai.kernel import clock

TIMEOUT = 15.0
AT_ONCE = 20  # mails of one visit; the next visit goes on
LARGEST = 30 * 1024 * 1024  # bytes of a whole mail
NUMBER = re.compile(rb"(\w+) (\d+)")
MARGIN = timedelta(hours=1)  # clocks of two machines, and mail that is still being delivered
# validity, uid; at: when the mailbox was last read to its end; since: what arrived before is old
Place = dict[str, int]


@dataclass(frozen=True)
class Fetched:
    """A mail with its own place. `whole` is false for one too large to be read: `raw` holds its headers then.

    `raw` is None where only the place moved on. `arrived` is when the office's mailbox took it; None for what lay
    there unseen when the mailbox was last read to its end: somebody moved it in since.
    """

    place: Place
    raw: bytes | None = None
    whole: bool = True
    arrived: datetime | None = None


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


def end_of(box: imaplib.IMAP4) -> Place:
    """Where the mailbox ends now: what came before the channel was connected is not read."""
    told = _checked(box.status("INBOX", "(UIDNEXT UIDVALIDITY)"))
    numbers = {name.decode(): int(value) for name, value in NUMBER.findall(told[0])}
    return {"validity": numbers["UIDVALIDITY"], "uid": numbers["UIDNEXT"] - 1, "at": _now()}


def new_mails(box: imaplib.IMAP4, place: Place) -> Iterator[Fetched]:
    """Each mail after `place`, the last with where the mailbox ends.

    When the server has numbered the mailbox anew, what arrived since it was last read to its end is new; years of old
    mail are not. What was read in the last hour before that is recognised by its Message-ID.
    """
    _checked(box.select("INBOX", readonly=True))
    validity = int(_checked(box.response("UIDVALIDITY"))[0])
    if place.get("validity") != validity:
        place = {**place, "validity": validity, "uid": 0, "since": place.get("at", _now()) - _margin()}
    last, since = place["uid"], place.get("since", 0)
    # Servers compare days in their own zone: a day more is asked for, and the moment is looked at below.
    day = datetime.fromtimestamp(since, UTC) - timedelta(days=1)
    after = f" SINCE {imaplib.Time2Internaldate(day)[1:12].strip()}" if since else ""
    found = _checked(box.uid("SEARCH", f"UID {last + 1}:*{after}"))[0] or b""
    numbers = sorted(number for number in map(int, found.split()) if number > last)
    for number in numbers[:AT_ONCE]:
        place = {**place, "uid": number}
        yield _mail(box, number, place)
    if len(numbers) <= AT_ONCE:
        yield Fetched({**place, "at": _now()})


def _mail(box: imaplib.IMAP4, number: int, place: Place) -> Fetched:
    told = _checked(box.uid("FETCH", str(number), "(RFC822.SIZE INTERNALDATE)"))
    said = told[0] if isinstance(told[0], bytes) else b""
    arrived = _arrived(said)
    if arrived < place.get("since", 0):
        return Fetched(place)
    whole = int(dict(NUMBER.findall(said)).get(b"SIZE", 0)) <= LARGEST
    parts = _checked(box.uid("FETCH", str(number), "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])"))
    raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
    fresh = place.get("at", _now()) - _margin() <= arrived <= _now()
    return Fetched(place, raw, whole, datetime.fromtimestamp(arrived, UTC) if fresh else None)


def _arrived(said: bytes) -> float:
    """When the server took the mail, as seconds; a mail whose server does not say is new."""
    local = imaplib.Internaldate2tuple(said)
    return time.mktime(local) if local else float("inf")


def _now() -> int:
    return int(clock.now().timestamp())


def _margin() -> int:
    return int(MARGIN.total_seconds())


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, told = answer
    if kind not in {"OK", "UIDVALIDITY"} or not told:
        raise imaplib.IMAP4.error("unexpected answer")
    return told
