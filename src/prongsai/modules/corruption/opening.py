"""Opening the sealed file on the outside recipient's own computer: no database, no network, no settings."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prongsai.kernel.errors import Unreadable
from prongsai.modules.corruption.sealing import BUNDLE, CONTENT, FILE, ITEM, Pair, opened, unwrapped

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

    @property
    def title(self) -> str:
        return " ".join(str(self.content.get("what", "")).split())[:70]

    def text(self) -> str:
        """The report for reading."""
        lines = [f"เลขอ้างอิง {self.ref}", ""]
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


def open_bundle(sealed: bytes, pair: Pair) -> list[Opened]:
    """The reports in the file that the key opens. Raises Unreadable when the file is not sealed to it, or damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(opened(sealed, pair, BUNDLE))) as archive:
            folders: dict[str, dict[str, bytes]] = defaultdict(dict)
            for name in archive.namelist():
                folder, _, rest = name.partition("/")
                if rest:
                    folders[folder][rest] = archive.read(name)
    except zipfile.BadZipFile as error:
        raise Unreadable("ไฟล์ปิดผนึกเสียหาย") from error
    return list(_reports(folders, pair))


def _reports(folders: dict[str, dict[str, bytes]], pair: Pair) -> Iterator[Opened]:
    for folder in sorted(folders):
        held = folders[folder]
        public = held.get("public", b"")
        secret = unwrapped(held.get("wrapped", b""), pair, public)
        if secret is None:
            continue  # not for this key
        own = Pair.of(secret)
        items = [held[name] for name in sorted(held) if name.startswith("items/")]
        content = json.loads(opened(items[0], own, CONTENT))
        events = [json.loads(opened(item, own, ITEM)) for item in items[1:]]
        files = [_file(held[name], own) for name in sorted(held) if name.startswith("files/")]
        ref = next((str(event["ref"]) for event in events if "ref" in event), folder)
        yield Opened(ref, content, events, files)


def _file(sealed: bytes, pair: Pair) -> tuple[str, bytes]:
    head, _, content = opened(sealed, pair, FILE).partition(b"\n")
    kind = str(json.loads(head)["kind"])
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
