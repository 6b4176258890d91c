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

from prongsai.foundation.files import content as contents
from prongsai.kernel.errors import Unreadable
from prongsai.modules.corruption.baring import REFUSED, TOO_MUCH
from prongsai.modules.corruption.choices import FILE_BYTES

ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf,.txt,image/jpeg,image/png,image/webp,application/pdf,text/plain"
MEGABYTE = 1 << 20
BARE_BYTES = 16 * MEGABYTE - 1024  # what a file may have grown to: sealed it fills a step of 16 MiB
PATIENCE, LONGEST = 30, 60  # seconds: until it is a file's turn; until one is bare
HANDED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TZ")  # of the environment: no secret

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
        raise Unreadable(f"ไฟล์ใหญ่เกิน {FILE_BYTES // MEGABYTE} เมกะไบต์ โปรดย่อขนาดแล้วแนบใหม่")
    kind = contents.judge(BytesIO(content), name)
    form = kind.content_type.partition(";")[0]
    if form in {"image/jpeg", "image/png", "image/webp"}:
        return Bare(kind.extensions[0], form, _bared(content, form))
    if form == "application/pdf":
        return Bare("pdf", form, _bared(content, form))
    if form in {"text/plain", "text/csv"}:
        return Bare("txt", "text/plain; charset=utf-8", _text(content, kind.content_type))
    raise Unreadable(
        "แนบได้เฉพาะรูป (JPEG, PNG, WebP) PDF และข้อความ เพราะไฟล์ชนิดอื่นลบข้อมูลแฝงของผู้ทำไม่ได้หมด "
        "โปรดถ่ายภาพหน้าจอหรือบันทึกเป็น PDF แล้วแนบ"
    )


def _bared(content: bytes, form: str) -> bytes:
    """By a process of its own, with memory and time that a swelling file cannot outgrow (baring.py)."""
    if not _turn.acquire(timeout=PATIENCE):
        raise Unreadable("ขณะนี้มีผู้ส่งไฟล์จำนวนมาก โปรดรอหนึ่งนาทีแล้วส่งอีกครั้ง")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "prongsai.modules.corruption.baring", form],
            input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, timeout=LONGEST,
            env={name: os.environ[name] for name in HANDED_ON if name in os.environ},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Unreadable(TOO_MUCH) from error
    finally:
        _turn.release()
    if done.returncode == REFUSED:
        raise Unreadable(done.stdout.decode())
    if done.returncode or len(done.stdout) > BARE_BYTES:
        raise Unreadable(TOO_MUCH)
    return done.stdout


def _text(content: bytes, content_type: str) -> bytes:
    charset = content_type.rpartition("charset=")[2] or "utf-8"
    return content.decode({"windows-874": "cp874"}.get(charset, charset), "replace").lstrip("\ufeff").encode()
