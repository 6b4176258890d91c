"""Files that go out with a message: a mail carries them, as far as mail servers take them; chats carry none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from urllib.parse import quote

from prongsai.foundation.channels.connectors.base import Undelivered
from prongsai.foundation.channels.models import ChannelKind, Outbound
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.services import open_file

MEGABYTE = 1 << 20
# Of all files of one mail. In base64 they are a third larger, and what most servers take ends at 20 MB.
MOST_BYTES = 10 * MEGABYTE
PIECE = 60  # signs of a file's name in one parameter: no line of a mail may be longer than 998
GONE = "มีไฟล์แนบที่ลบแล้ว {} ไฟล์ จึงไม่ได้ส่งมาด้วย"


def carried(channel_kind: str, files: Sequence[StoredFile]) -> list[StoredFile]:
    """Those of the files that go along with a message by a channel of this kind, in their order: the first that fit."""
    if channel_kind != ChannelKind.EMAIL:
        return []
    found, left = list[StoredFile](), MOST_BYTES
    for file in files:
        if file.size <= left:
            found.append(file)
            left -= file.size
    return found


def parts_of(outbound: Outbound) -> tuple[list[MIMEBase], int]:
    """The message's files as parts of a mail, and how many of them were erased since it was written.

    Raises Undelivered when bytes that should be there cannot be read.
    """
    wanted = {str(each["sha256"]): str(each["name"]) for each in outbound.files}
    kept = {file.sha256: file for file in StoredFile.objects.filter(sha256__in=wanted)} if wanted else {}
    parts = [part_of(name, kept[sha256]) for sha256, name in wanted.items() if sha256 in kept]
    return parts, len(wanted) - len(parts)


def part_of(name: str, file: StoredFile) -> MIMEBase:
    """One file, whole and unchanged, under its name."""
    main, _, sub = file.content_type.partition(";")[0].partition("/")
    part = MIMEBase(main or "application", sub or "octet-stream")
    try:
        with open_file(file) as content:
            part.set_payload(content.read())
    except OSError as error:
        raise Undelivered("เปิดไฟล์แนบของข้อความนี้ไม่ได้") from error
    encode_base64(part)
    part["Content-Disposition"] = "; ".join(["attachment", *_named(name)])
    return part


def _named(name: str) -> Iterator[str]:
    """The name as RFC 2231 writes what is not ASCII: no sign of it can end the header, and long ones come in pieces."""
    pieces = [""]
    for sign in name:
        written = quote(sign, safe="")
        if len(pieces[-1]) + len(written) > PIECE:
            pieces.append("")
        pieces[-1] += written
    first, *others = pieces
    yield f"filename*0*=utf-8''{first}" if others else f"filename*=utf-8''{first}"
    for number, piece in enumerate(others, start=1):
        yield f"filename*{number}*={piece}"
