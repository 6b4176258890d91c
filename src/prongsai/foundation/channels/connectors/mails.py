"""What a mail says: its text, its files, whether a program sent it, which of our mails it answers or sends back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from lxml import html

from prongsai.foundation.channels.connectors.base import Attachment, Said

MOST_FILES = 10
LONGEST = 20_000  # letters of text
ID = re.compile(r"<[^<>\s]{3,190}>")
BULK = {"bulk", "junk", "list", "auto_reply"}
MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@", re.I)
# Headers that only programs write: an answer to them would be answered by a program again (RFC 3834).
AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id", "Feedback-ID")


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)  # type: ignore[return-value] (the policy makes this class)


def header(mail: EmailMessage, name: str) -> str:
    """A header in one line, in whatever way it was written; empty when it is not there."""
    return _decoded_words(_raw(mail, name))


def person(mail: EmailMessage, *names: str) -> tuple[str, str]:
    """Name and address of the first of these headers that has one, the address in small letters."""
    for name in names:
        shown, address = parseaddr(_raw(mail, name))
        if address:
            return _decoded_words(shown)[:200], address.lower()[:200]
    return "", ""


def _raw(mail: EmailMessage, name: str) -> str:
    found = next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    return " ".join(found.encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())


def _decoded_words(raw: str) -> str:
    try:
        return " ".join(str(make_header(decode_header(raw))).split())
    except (ValueError, LookupError, HeaderParseError):  # words that no standard knows
        return raw


def source_key(mail: EmailMessage, raw: bytes) -> str:
    """The mail's own id, or the digest of its bytes."""
    found = ID.search(header(mail, "Message-ID"))
    return found[0] if found else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def answered(mail: EmailMessage) -> list[str]:
    """The ids of the mails that this one answers, the nearest first."""
    nearest = ID.findall(header(mail, "In-Reply-To"))
    return list(dict.fromkeys([*nearest, *reversed(ID.findall(header(mail, "References")))]))[:20]


def read(raw: bytes, *, own: str) -> Said:
    """What the mail says to the office whose address is `own`."""
    mail = parsed(raw)
    sender = person(mail, "Reply-To", "From")[1]
    thread = answered(mail)
    if _is_bounce(mail):
        return Said(sender=sender, bounced=tuple(_bounced(mail)), skipped="แจ้งว่าส่งไม่ถึง")
    return Said(
        text=text_of(mail)[:LONGEST],
        subject=header(mail, "Subject")[:200],
        sender=sender,
        thread=thread[0] if thread else "",
        files=tuple(_files(mail)),
        skipped=_skipped(mail, sender, own),
    )


def _skipped(mail: EmailMessage, sender: str, own: str) -> str:
    """Why nobody has to answer; empty when somebody has."""
    if header(mail, "Auto-Submitted").lower().partition(";")[0].strip() not in {"", "no"}:
        return "ตอบกลับอัตโนมัติ"
    if header(mail, "Precedence").lower() in BULK or any(mail.get(name) for name in AUTOMATIC):
        return "จดหมายที่โปรแกรมส่ง"
    if not sender or MACHINES.match(sender) or header(mail, "Return-Path") == "<>":
        return "จดหมายที่โปรแกรมส่ง"
    return "จดหมายของหน่วยงานเอง" if sender == own.lower() else ""


def _is_bounce(mail: EmailMessage) -> bool:
    return (
        mail.get_content_type() == "multipart/report" and mail.get_param("report-type") == "delivery-status"
    )


def _bounced(mail: EmailMessage) -> Iterator[str]:
    """The ids of mails that a report sends back as failed for good."""
    status = "".join(
        str(part) for part in mail.walk() if part.get_content_type() == "message/delivery-status"
    )
    if not re.search(r"^Action:\s*failed", status, re.I | re.M):
        return
    for part in mail.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            yield from re.findall(r"^Message-ID:\s*(<[^<>\s]+>)", part.as_string(), re.I | re.M)


def text_of(mail: EmailMessage) -> str:
    """The mail's words: plain ones where there are, those of its web page otherwise; quoted lines at the end are left out."""
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    text = _decoded(part)
    if part.get_content_type() == "text/html":
        text = _words_of(text)
    lines = [line.rstrip() for line in text.replace("\0", "").splitlines()]
    while lines and (not lines[-1] or lines[-1].startswith(">")):
        lines.pop()
    return "\n".join(lines).strip()


def _decoded(part: Any) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes | None)
    charset = (part.get_content_charset() or "utf-8").replace("windows-874", "cp874")
    for name in (charset, "utf-8", "cp874"):
        try:
            return (content or b"").decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return (content or b"").decode("utf-8", "replace")


def _words_of(page: str) -> str:
    if not page.strip():
        return ""
    try:
        tree = html.fromstring(page)
    except (ValueError, html.etree.ParserError):
        return ""
    for hidden in tree.xpath("//script|//style|//head|//blockquote"):
        hidden.drop_tree()
    for line in tree.xpath("//br|//p|//div|//li|//tr"):
        line.tail = "\n" + (line.tail or "")
    return str(tree.text_content())


def _files(mail: EmailMessage) -> Iterator[Attachment]:
    limit, left = settings.FILE_LIMIT_BYTES, MOST_FILES
    for part in mail.iter_attachments():
        name = (part.get_filename() or "ไฟล์แนบ").replace("\0", "")[:200]
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):  # a mail inside a mail
            content = part.as_bytes()
        if left == 0:
            yield Attachment(name, refused=f"รับได้ไม่เกิน {MOST_FILES} ไฟล์")
        elif len(content) > limit:
            yield Attachment(name, refused="ไฟล์ใหญ่เกินกำหนด")
        else:
            left -= 1
            yield Attachment(name, content)
