"""A reporter's file without what tells of its maker: place, camera, names, dates, and its own name. All in memory.

Kept are pictures, PDF and plain text: of other kinds nobody can promise that nothing is left inside.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.files import content as contents
from prongsai.kernel.errors import Unreadable
from prongsai.modules.corruption import baring, baring_pdf
from prongsai.modules.corruption.baring import REFUSED
from prongsai.modules.corruption.baring_pdf import TOO_MUCH
from prongsai.modules.corruption.choices import FILE_BYTES

ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf,.txt,image/jpeg,image/png,image/webp,application/pdf,text/plain"
MEGABYTE = 1 << 20
BARE_BYTES = 16 * MEGABYTE - 1024  # what a file may have grown to: sealed it fills a step of 16 MiB
PATIENCE, LONGEST = 30, 60  # seconds: until it is a file's turn; until one is bare
HANDED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TZ")  # of the environment: no secret

# What the process says that bares a file, in words.
WORDS = {
    baring.DAMAGED_PICTURE: gettext_lazy("The picture is damaged and cannot be opened. Attach it again"),
    baring_pdf.DAMAGED_PDF: gettext_lazy("The PDF is damaged and cannot be opened. Attach it again"),
    baring.TOO_MANY_PIXELS: gettext_lazy(
        "The picture has more than %(millions)s million points. Make it smaller, then attach it again"
    ),
    baring_pdf.LOCKED_PDF: gettext_lazy("The PDF has a password. Save it without one, then attach it again"),
    baring_pdf.JPEG_2000: gettext_lazy(
        "The PDF has a picture of the kind JPEG 2000, from which not all hidden data can be taken. Attach a picture of the screen "
        "instead"
    ),
    TOO_MUCH: gettext_lazy(
        "The file is too large or too intricate. Take a picture of the screen or make it smaller, then attach it again"
    ),
}

_turn = Lock()  # one file at a time in each web process


@dataclass(frozen=True)
class Bare:
    """A file as it is sealed. `kind` is its ending."""

    kind: str
    content_type: str
    content: bytes


def stripped(content: bytes, name: str) -> Bare:
    """The file without metadata. Raises Unreadable for one that is too large, damaged, or of another kind."""
    if len(content) > FILE_BYTES:
        refused = _("The file is larger than %(most)s MB. Make it smaller, then attach it again")
        raise Unreadable(refused % {"most": FILE_BYTES // MEGABYTE})
    kind = contents.judge(BytesIO(content), name)
    form = kind.content_type.partition(";")[0]
    if form in {"image/jpeg", "image/png", "image/webp"}:
        return Bare(kind.extensions[0], form, _bared(content, form))
    if form == "application/pdf":
        return Bare("pdf", form, _bared(content, form))
    if form in {"text/plain", "text/csv"}:
        return Bare("txt", "text/plain; charset=utf-8", _text(content, kind.content_type))
    raise Unreadable(
        _(
            "Only pictures (JPEG, PNG, WebP), PDF and text can be attached: from other kinds not all that tells of their maker "
            "can be taken. Take a picture of the screen, or save it as PDF, and attach that"
        )
    )


def _bared(content: bytes, form: str) -> bytes:
    """By a process of its own, with memory and time that a swelling file cannot outgrow (baring.py)."""
    if not _turn.acquire(timeout=PATIENCE):
        raise Unreadable(_("Very many are sending files just now. Wait a minute, then send again"))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "prongsai.modules.corruption.baring", form],
            input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, timeout=LONGEST,
            env={name: os.environ[name] for name in HANDED_ON if name in os.environ},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _refused(TOO_MUCH) from error
    finally:
        _turn.release()
    if done.returncode == REFUSED:
        raise _refused(done.stdout.decode())
    if done.returncode or len(done.stdout) > BARE_BYTES:
        raise _refused(TOO_MUCH)
    return done.stdout


def _refused(why: str) -> Unreadable:
    said = str(WORDS.get(why, WORDS[TOO_MUCH]))
    return Unreadable(said % {"millions": baring.MOST_PIXELS // 1_000_000})


def _text(content: bytes, content_type: str) -> bytes:
    charset = content_type.rpartition("charset=")[2] or "utf-8"
    return content.decode({"windows-874": "cp874"}.get(charset, charset), "replace").lstrip("\ufeff").encode()
