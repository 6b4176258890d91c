"""Opening the sealed file on the outside recipient's own computer: no database, no network, no settings."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from prongsai.kernel.errors import Unreadable
from prongsai.modules.corruption.reading import BROKEN, own_pair, read_content, read_said
from prongsai.modules.corruption.sealing import BUNDLE, FILE, Pair, opened, unwrapped

LABELS = {
    "labels": "เกี่ยวข้องกับ",
    "names": "ชื่อผู้เกี่ยวข้อง",
    "what": "เหตุการณ์",
    "when": "เมื่อใด",
    "where": "ที่ใด",
    "evidence": "หลักฐานและผู้รู้เห็น",
    "contact": "ติดต่อผู้แจ้ง",
}


@dataclass(frozen=True)
class Opened:
    """One report that the key opens."""

    ref: str
    content: dict[str, Any]
    events: list[dict[str, Any]]
    files: list[tuple[str, bytes]]  # ending, bytes
    broken: str = ""  # why nothing can be read

    @property
    def title(self) -> str:
        """The first words, fit for a terminal: strangers wrote them."""
        words = " ".join(str(self.content.get("what", "")).split())[:70]
        return self.broken or "".join(sign if sign.isprintable() else " " for sign in words)

    def text(self) -> str:
        """The report for reading."""
        lines = [f"เลขอ้างอิง {self.ref}", ""]
        if self.broken:
            lines += [self.broken, ""]
        for name, title in LABELS.items():
            value = self.content.get(name)
            shown = ", ".join(value) if isinstance(value, list) else str(value or "")
            if shown:
                lines += [title, shown, ""]
        for event in self.events:
            if event.get("text") or event.get("kind") == "received":
                lines.append(
                    f"{event.get('day', '')} {event.get('kind', '')} {event.get('text', '')}".strip()
                )
        return "\n".join(lines) + "\n"


def open_bundle(sealed: Iterable[bytes], pair: Pair) -> list[Opened]:
    """The reports in the parts of a sealed file that the key opens, also those of which nothing can be read.

    Raises Unreadable when a part is not sealed to the key, or damaged.
    """
    held: dict[
        bytes, dict[str, bytes]
    ] = {}  # by the report's public key: its pieces may lie in several parts
    for part in sealed:
        for folder in _folders(part, pair).values():
            public = folder.get("public", b"")
            if unwrapped(folder.get("wrapped", b""), pair, public) is not None:
                held.setdefault(public, {}).update(folder)
    return [_report(number, folder, pair) for number, folder in enumerate(held.values(), 1)]


def _folders(part: bytes, pair: Pair) -> dict[str, dict[str, bytes]]:
    folders: dict[str, dict[str, bytes]] = defaultdict(dict)
    try:
        with zipfile.ZipFile(io.BytesIO(opened(part, pair, BUNDLE))) as archive:
            for name in archive.namelist():
                folder, _slash, rest = name.partition("/")
                if rest:
                    folders[folder][rest] = archive.read(name)
    except zipfile.BadZipFile as error:
        raise Unreadable(_("The sealed file is damaged")) from error
    return folders


def _report(number: int, held: dict[str, bytes], pair: Pair) -> Opened:
    """One report. Strangers seal them: one that is broken hides no other, and says that it is."""
    ref, events = f"{number:06d}", list[dict[str, Any]]()
    try:
        own = own_pair(held["wrapped"], pair, held["public"])
        if own is None:
            raise Unreadable(BROKEN)
        items = [held[name] for name in sorted(held) if name.startswith("items/")]
        events = [read_said(item, own) for item in items[1:]]
        ref = next((str(event["ref"]) for event in events if "ref" in event), ref)
        if "items/000000" not in held:
            raise Unreadable("ขาดบางส่วนของไฟล์ปิดผนึก โปรดเปิดทุกส่วนพร้อมกัน")
        content = read_content(items[0], own)
        files = [_file(held[name], own) for name in sorted(held) if name.startswith("files/")]
    except Unreadable as error:
        return Opened(ref, {}, events, [], broken=str(error))
    return Opened(ref, content, events, files)


def _file(sealed: bytes, pair: Pair) -> tuple[str, bytes]:
    head, _end, content = opened(sealed, pair, FILE).partition(b"\n")
    try:
        kind = str(json.loads(head)["kind"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(BROKEN) from error
    return (kind if kind.isalnum() else "bin"), content


def write_reports(reports: list[Opened], to: Path) -> None:
    """A folder for each report, readable by its owner alone: report.txt, report.json and the files."""
    to.mkdir(mode=0o700, parents=True)
    for report in reports:
        name = report.ref if report.ref.isalnum() else "report"
        folder = to / name
        folder.mkdir(mode=0o700)
        _write(folder / "report.txt", report.text().encode())
        whole = {"ref": report.ref, "content": report.content, "events": report.events}
        _write(folder / "report.json", json.dumps(whole, ensure_ascii=False, indent=1).encode())
        for number, (kind, content) in enumerate(report.files, 1):
            _write(folder / f"file-{number}.{kind}", content)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
