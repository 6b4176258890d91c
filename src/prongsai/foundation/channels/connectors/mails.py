"""What a mail says: its text, its files, whether a program sent it, which of our mails it answers or sends back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import Any

from django.conf import settings
from lxml import html

from prongsai.foundation.channels.connectors.base import Attachment, Said

MOST_FILES = 10
LONGEST = 20_000  # letters of text
LONGEST_KEY = 200
ID = re.compile(r"<[^<>\s]{3,190}>")
BULK = {"bulk", "junk", "list", "auto_reply"}
MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@", re.I)
RETURNING = re.compile(r"^(mailer-daemon|postmaster)@", re.I)
# Headers that mostly programs write: an answer to them may be answered by a program again (RFC 3834). But a group's
# address or a web form writes them as well when it hands on what a person wrote.
AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "Feedback-ID")
ANSWERING = ("X-Autoreply", "X-Autorespond")
RETURNED_ID = re.compile(r"^[>\s]*Message-ID:\s*(<[^<>\s]+>)", re.I | re.M)
MOST_RETURNED = 20  # mails that one report speaks of
WROTE = re.compile(r"(wrote|เขียน|เขียนว่า)\s*:$", re.I)
WHEN = re.compile(r"(On|เมื่อ|ในวันที่|วันที่)\s", re.I)
SLOW_CODECS = {"idna", "punycode"}  # no mail is written in them, and a long one would take for ever
UNREADABLE = (
    ValueError,
    LookupError,
    MessageError,
    AttributeError,
    TypeError,
)  # how the library meets nonsense
ELSEWHERE = "จดหมายขอให้ตอบไปที่อยู่อื่นที่ไม่ใช่ของผู้ส่ง ซึ่งใครก็ใส่ที่อยู่ของผู้อื่นได้"
TOO_LARGE = "จดหมายใหญ่เกินกำหนด เปิดอ่านในกล่องจดหมายของหน่วยงาน"


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
    except UNREADABLE:  # words that no standard knows
        return raw


def source_key(mail: EmailMessage, raw: bytes) -> str:
    """The mail's own id with the digest of what its sender wrote; without an id, the digest of its bytes.

    Copiers and faulty gateways give every mail one id. By whatever way a mail comes, and comes again, its key is the same.
    """
    found = message_id(mail)
    if not found:
        return f"sha256:{hashlib.sha256(raw).hexdigest()}"
    key = f"{found} {_written(mail)[:32]}"
    return key if len(key) <= LONGEST_KEY else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def message_id(mail: EmailMessage) -> str:
    """The mail's own id, "" when it has none."""
    found = ID.search(header(mail, "Message-ID"))
    return found[0] if found else ""


def _written(mail: EmailMessage) -> str:
    """The digest of what the sender wrote: nothing that servers add on the way, and no line ends, which they change."""
    digest = hashlib.sha256()
    for name in ("From", "Date", "Subject"):
        digest.update(f"{name}:{header(mail, name)}\n".encode("utf-8", "replace"))
    for part in mail.walk():
        if not part.is_multipart():
            lines = (_content(part) or b"").replace(b"\r\n", b"\n").rstrip()
            digest.update(f"{part.get_content_type()} {len(lines)}\n".encode("utf-8", "replace") + lines)
    return digest.hexdigest()


def answered(mail: EmailMessage) -> list[str]:
    """The ids of the mails that this one answers, the nearest first."""
    nearest = ID.findall(header(mail, "In-Reply-To"))
    return list(dict.fromkeys([*nearest, *reversed(ID.findall(header(mail, "References")))]))[:20]


def read(raw: bytes, *, own: str) -> Said:
    """What the mail says to the office whose address is `own`."""
    mail = parsed(raw)
    sender = person(mail, "From")[1]
    elsewhere = answer_to(mail, own=own)
    thread = answered(mail)
    return Said(
        text=text_of(mail)[:LONGEST],
        subject=header(mail, "Subject")[:200],
        sender="" if is_nobody(sender, own) else sender,
        answer_to="" if is_nobody(elsewhere, own) else elsewhere,
        thread=thread[0] if thread else "",
        files=tuple(_files(mail)),
        skipped=_skipped(mail),
        held=_held(mail, sender, elsewhere, own),
        **_reported(mail, sender),
    )


def is_nobody(address: str, own: str) -> bool:
    """Whether no person reads there, or only the office itself."""
    return bool(MACHINES.match(address)) or address == own.lower()


def answer_to(mail: EmailMessage, *, own: str = "") -> str:
    """Where the mail wants its answer, if not at its sender's; "" if it does not say, or names the office's own address.

    A group's address puts itself where answers go: those are for the person who wrote, not for all its members. Whoever
    writes a mail can name anybody here: it is where to answer, and by it nobody is known.
    """
    sender = person(mail, "From")[1]
    named = _raw(mail, "X-Original-From" if _is_list(mail) else "Reply-To")
    found = [address.lower()[:200] for _, address in getaddresses([named]) if "@" in address]
    return "" if not found or {sender, own.lower()} & set(found) else found[0]


def read_large(head: bytes, *, own: str) -> Said:
    """What is known of a mail that is too large to be fetched, from its headers: a person opens it in the mailbox."""
    said = read(head, own=own)
    return replace(said, text=f"({TOO_LARGE})", files=(), held=said.held or TOO_LARGE)


def _skipped(mail: EmailMessage) -> str:
    """Why nobody has to see it: a program says of itself that it answers.

    What is generated is no answer: web forms and other offices' systems send so what people wrote.
    """
    said = header(mail, "Auto-Submitted").lower().partition(";")[0].strip()
    answers = header(mail, "Precedence").lower() == "auto_reply" or any(header(mail, n) for n in ANSWERING)
    return "ตอบกลับอัตโนมัติ" if said == "auto-replied" or (answers and said not in {"", "no"}) else ""


def _is_automatic(mail: EmailMessage) -> bool:
    said = header(mail, "Auto-Submitted").lower().partition(";")[0].strip() not in {"", "no"}
    return said or any(header(mail, n) for n in AUTOMATIC) or header(mail, "Return-Path") == "<>"


def _held(mail: EmailMessage, sender: str, elsewhere: str, own: str) -> str:
    """Why a person decides whether it is a matter for the office; empty when it is taken as one."""
    if not sender:
        return "ไม่มีที่อยู่ผู้ส่ง"
    if _is_list(mail) and not _is_own_group(mail, own):
        return "ส่งผ่านกลุ่มหรือรายชื่ออีเมล"
    if _is_report(mail, sender):
        return "แจ้งผลการส่งจดหมายที่ไม่ใช่ของหน่วยงาน"
    if _is_automatic(mail):
        return "อาจเป็นจดหมายที่โปรแกรมส่ง"
    if MACHINES.match(sender):
        return "ผู้ส่งแจ้งว่าไม่รับคำตอบ"
    if sender == own.lower():  # a group that is the office's puts itself there for the person who wrote
        return "" if elsewhere and _is_own_group(mail, own) else "ส่งจากที่อยู่ของหน่วยงานเอง"
    return ELSEWHERE if elsewhere else ""


def _is_list(mail: EmailMessage) -> bool:
    return header(mail, "Precedence").lower() in BULK or bool(header(mail, "List-Id"))


def _is_own_group(mail: EmailMessage, own: str) -> bool:
    """Whether the office's address is itself a group's: then everything that people write comes through the list."""
    return bool(own) and own.lower().replace("@", ".") in header(mail, "List-Id").lower()


def _is_report(mail: EmailMessage, sender: str) -> bool:
    """Whether it reports on the delivery of mails, in the standard's form or as old mail servers do."""
    standard = mail.get_content_type() == "multipart/report" and _report_type(mail) == "delivery-status"
    return standard or (header(mail, "Return-Path") == "<>" and bool(RETURNING.match(sender)))


def _report_type(mail: EmailMessage) -> str:
    try:
        return str(mail.get_param("report-type"))
    except UNREADABLE:
        return ""


def _reported(mail: EmailMessage, sender: str) -> dict[str, tuple[str, ...]]:
    """Of a report on deliveries: the ids of the mails that it is about, and of those that it sends back for good."""
    if not _is_report(mail, sender):
        return {}
    found = tuple(dict.fromkeys([*_returned(mail), *answered(mail)]))[:MOST_RETURNED]
    status = "".join(
        str(part) for part in mail.walk() if part.get_content_type() == "message/delivery-status"
    )
    failed = re.search(r"^Action:\s*failed", status, re.I | re.M)
    return {"reports": found, "bounced": found if failed else ()}


def _returned(mail: EmailMessage) -> Iterator[str]:
    """The ids in what a report gives back: mails or their headers, as parts of their own or in its words."""
    for part in mail.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            yield from RETURNED_ID.findall(_whole(part).decode("utf-8", "replace"))
        elif part is not mail and part.get_content_type() == "text/plain":
            yield from RETURNED_ID.findall(_decoded(part))
    if not mail.is_multipart():
        yield from RETURNED_ID.findall(_decoded(mail))


def text_of(mail: EmailMessage) -> str:
    """The mail's words: plain ones where there are, those of its web page otherwise; quoted lines at the end are left out."""
    part = _body(mail)
    if part is None:
        return ""
    text = _decoded(part)
    if part.get_content_type() == "text/html":
        text = _words_of(text)
    lines = [line.rstrip() for line in text.replace("\0", "").splitlines()]
    quoted = _without_quotes(lines)
    if (
        quoted and lines and WROTE.search(lines[-1])
    ):  # the line that says of whom the quoted ones are, often in two
        lines.pop()
        if lines and lines[-1] and WHEN.match(lines[-1]):
            lines.pop()
        _without_quotes(lines)
    return "\n".join(lines).strip()


def _without_quotes(lines: list[str]) -> bool:
    """Take empty and quoted lines off the end; whether quoted ones were among them."""
    quoted = False
    while lines and (not lines[-1] or lines[-1].startswith(">")):
        quoted |= lines.pop().startswith(">")
    return quoted


def _body(mail: EmailMessage) -> Any:
    try:
        return mail.get_body(preferencelist=("plain", "html"))
    except UNREADABLE:  # parts that are not what they call themselves
        return next((part for part in mail.walk() if part.get_content_maintype() == "text"), None)


def _decoded(part: Any) -> str:
    content = _content(part) or b""
    for name in (_charset(part), "utf-8", "cp874"):
        try:
            return content.decode(name)
        except (ValueError, LookupError):  # not written so, or no name of a code at all
            continue
    return content.decode("utf-8", "replace")


def _content(part: Any) -> bytes | None:
    """The part's bytes; None for what holds other parts, or claims to."""
    try:
        found = part.get_payload(decode=True)
    except UNREADABLE:
        found = part.get_payload()
        return found.encode("utf-8", "replace") if isinstance(found, str) else None
    return found if isinstance(found, bytes) else None


def _charset(part: Any) -> str:
    try:
        name = (part.get_content_charset() or "utf-8").replace("windows-874", "cp874")
    except UNREADABLE:
        return "utf-8"
    return "utf-8" if name in SLOW_CODECS else name


def _words_of(page: str) -> str:
    """The page's words. From bytes: lxml refuses text that says of itself how its bytes were written."""
    if not page.strip():
        return ""
    try:
        tree = html.fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, html.etree.LxmlError):
        return page
    for hidden in tree.xpath("//script|//style|//head|//blockquote"):
        hidden.drop_tree()
    for line in tree.xpath("//br|//p|//div|//li|//tr"):
        line.tail = "\n" + (line.tail or "")
    return str(tree.text_content())


def _files(mail: EmailMessage) -> Iterator[Attachment]:
    limit, left = settings.FILE_LIMIT_BYTES, MOST_FILES
    for part in _attached(mail):
        name = _name(part).replace("\0", "")[:200]
        content = _content(part)
        if content is None:  # a mail inside a mail
            content = _whole(part)
        if left == 0:
            yield Attachment(name, refused=f"รับได้ไม่เกิน {MOST_FILES} ไฟล์")
        elif len(content) > limit:
            yield Attachment(name, refused="ไฟล์ใหญ่เกินกำหนด")
        else:
            left -= 1
            yield Attachment(name, content)


def _attached(mail: EmailMessage) -> list[Any]:
    try:
        return list(mail.iter_attachments())
    except UNREADABLE:
        return []


def _name(part: Any) -> str:
    try:
        return part.get_filename() or "ไฟล์แนบ"
    except UNREADABLE:
        return "ไฟล์แนบ"


def _whole(part: Any) -> bytes:
    try:
        return part.as_bytes()
    except UNREADABLE:
        return b""
